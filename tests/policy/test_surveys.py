"""R-06 (四(一)9, A-02): what the workers say themselves, counted by the register; what a unit enters weighs less."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from events.record import COMMON
from events.unit.self_evaluation import UnitSelfEvaluated
from events.unit.survey import IndicatorAnswers, UnitSurveyCounted, UnitSurveyOpened
from events.words import SurveyCounter
from services.casework.unit.self_evaluation import satisfaction_weighed
from tests.casework.given import DAY, PACK, TIMEKEEPER, Life, cited, self_evaluation
from tests.casework.stages import adopted, life_at

UNTIL = DAY + timedelta(days=7)
OVER = UNTIL + timedelta(days=1)
INDICATORS = tuple(PACK.survey_indicators)


def _opened(codes: int = 250, until: date = UNTIL) -> Life:
    life = life_at("registered")
    life.act(DAY, life.union, UnitSurveyOpened(codes=codes, until=until))
    return life


def _totals(life: Life, *answers: int) -> UnitSurveyCounted:
    """The count of the survey that is open: the same answers on each indicator, or none of too few."""
    answered = sum(answers)
    told = tuple(IndicatorAnswers(indicator=name, answers=answers) for name in INDICATORS)
    return UnitSurveyCounted(
        survey_ref=min(life.unit.surveys.open),
        answered=answered,
        answers=told if answered >= PACK.limits.survey_fewest else (),
        digest="ab" * 32,
    )


def _report(life: Life, **more: object) -> UnitSelfEvaluated:
    latest = life.unit.surveys.latest
    taken = {"survey": None, "survey_ref": latest.version if latest is not None else None}
    return self_evaluation().model_copy(update={**taken, **more})


def test_R_06_the_register_counts_a_survey_and_the_report_takes_it_by_reference() -> None:
    life = _opened()
    assert life.unit.surveys.open[life.unit.version].indicators == INDICATORS
    life.act(OVER, TIMEKEEPER, _totals(life, 2, 3, 15, 40, 90))
    assert life.unit.surveys.open == {}
    life.act(OVER, life.agent, _report(life))
    region = life.unit.self_evaluation
    assert region.survey_by is SurveyCounter.REGISTER
    assert region.survey is not None
    assert (region.survey.entitled, region.survey.answered) == (250, 150)
    assert region.survey.scores == dict.fromkeys(INDICATORS, 86)
    assert satisfaction_weighed(region, PACK) == Fraction(86, 100)
    life.act(OVER, life.agent, adopted(life, OVER))


def test_R_06_what_the_unit_enters_is_marked_so_and_weighs_as_the_pack_says() -> None:
    life = life_at("registered")
    entry = life.act(DAY, life.agent, self_evaluation(satisfied=84))
    assert isinstance(entry.event, UnitSelfEvaluated)
    assert entry.event.survey_by is SurveyCounter.UNIT
    weighed = satisfaction_weighed(life.unit.self_evaluation, PACK)
    assert weighed == Fraction(84, 100) * PACK.quorums.survey_entered < PACK.quorums.satisfaction


@pytest.mark.parametrize(
    ("codes", "until"), [(250, DAY), (250, DAY + timedelta(days=31)), (301, UNTIL)], ids=["today", "long", "codes"]
)
def test_R_06_a_survey_has_an_end_and_no_more_codes_than_workers(codes: int, until: date) -> None:
    life = life_at("registered")
    cited(life.refused(DAY, life.agent, UnitSurveyOpened(codes=codes, until=until)), "A-02")


def test_R_06_one_survey_at_a_time_and_none_open_at_the_report_and_the_congress() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    life.act(DAY, life.agent, UnitSurveyOpened(codes=200, until=UNTIL))
    cited(life.refused(DAY, life.union, UnitSurveyOpened(codes=200, until=UNTIL)), "A-02")
    cited(life.refused(DAY, life.agent, self_evaluation(report="另一份")), "A-02")
    cited(life.refused(DAY, life.agent, adopted(life, DAY)), "A-02")


def test_R_06_a_survey_is_counted_once_after_its_last_day_by_the_register_alone() -> None:
    life = _opened()
    count = _totals(life, 0, 0, 10, 40, 100)
    cited(life.refused(UNTIL, TIMEKEEPER, count), "A-02")
    cited(life.refused(OVER, life.union, count), "I-13")
    life.act(OVER, TIMEKEEPER, count)
    cited(life.refused(OVER, TIMEKEEPER, count), "A-02")


def test_R_06_totals_that_are_not_those_of_so_many_answers_are_refused() -> None:
    life = _opened()
    count = _totals(life, 0, 0, 10, 40, 100)
    for changes in ({"answered": 149}, {"answered": 251}, {"answers": count.answers[:-1]}, {"answers": ()}):
        cited(life.refused(OVER, TIMEKEEPER, count.model_copy(update=changes)), "A-02")


def test_R_06_of_too_few_answers_only_the_number_is_told_and_no_report_rests_on_it() -> None:
    life = _opened()
    few = _totals(life, 0, 0, 0, 0, PACK.limits.survey_fewest - 1)
    shown = tuple(IndicatorAnswers(indicator=name, answers=(0, 0, 0, 0, few.answered)) for name in INDICATORS)
    cited(life.refused(OVER, TIMEKEEPER, few.model_copy(update={"answers": shown})), "A-02")
    life.act(OVER, TIMEKEEPER, few)
    cited(life.refused(OVER, life.agent, _report(life)), "A-02")
    life.act(OVER, life.agent, self_evaluation())


def test_R_06_a_counted_sample_has_to_be_large_enough_too() -> None:
    life = _opened(codes=40)
    life.act(OVER, TIMEKEEPER, _totals(life, 0, 0, 0, 0, 40))
    cited(life.refused(OVER, life.agent, _report(life)), "A-02")


def test_R_06_what_the_workers_said_is_not_replaced_by_what_the_unit_says() -> None:
    life = _opened()
    life.act(OVER, TIMEKEEPER, _totals(life, 20, 20, 20, 40, 50))
    entered = self_evaluation().survey
    cited(life.refused(OVER, life.agent, _report(life, survey=entered, survey_ref=None)), "A-02")
    cited(life.refused(OVER, life.agent, _report(life, survey=entered)), "A-02")
    cited(life.refused(OVER, life.agent, _report(life, drawn_up_on=UNTIL)), "A-02")
    first = life.unit.version
    again = PACK.after(OVER, PACK.windows.survey_again) + timedelta(days=1)
    life.act(again, life.union, UnitSurveyOpened(codes=250, until=again + timedelta(days=5)))
    later = again + timedelta(days=6)
    life.act(later, TIMEKEEPER, _totals(life, 0, 0, 10, 40, 100))
    cited(life.refused(later, life.agent, _report(life, survey_ref=first)), "A-02")
    life.act(later, life.agent, _report(life))


def test_T_16_an_older_count_is_not_taken_and_the_unit_may_enter_its_own_again() -> None:
    life = _opened()
    life.act(OVER, TIMEKEEPER, _totals(life, 0, 0, 10, 40, 100))
    last = PACK.after(OVER, PACK.windows.report_counts)
    life.copy().act(last, life.agent, _report(life, drawn_up_on=last))
    over = last + timedelta(days=1)
    cited(life.refused(over, life.agent, _report(life, drawn_up_on=over)), "T-16")
    life.act(over, life.agent, self_evaluation().model_copy(update={"drawn_up_on": over}))


def test_T_13_a_survey_whose_answers_may_not_suit_is_not_struck_before_it_is_counted() -> None:
    life = _opened()
    (version,) = life.unit.surveys.open
    void = COMMON["unit"].entry_voided(version=version, reason="示例")
    cited(life.refused(DAY + timedelta(days=1), life.union, void), "T-13")
