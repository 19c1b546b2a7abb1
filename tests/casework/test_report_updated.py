"""补充新年度数据: figures of a new year in the report of an open case, and what changed looked at again (T-16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.envelope import Event
from events.unit.application import UnitApplicationAccepted, UnitApplicationAmended, UnitApplicationReturned
from events.unit.evaluation import UnitEvaluated, UnitSiteVisited
from events.unit.self_evaluation import (
    StandardScore,
    TrainingFunds,
    UnitReportAdopted,
    UnitReportSealed,
    UnitReportUpdated,
)
from events.words import House, Level, Recommendation, Sealer
from tests.casework.given import PROVINCIAL, Life, approver, cited, desk, document, judged_items, visitors
from tests.casework.stages import life_at, opine

NEW_YEAR = date(2025, 1, 20)
PEOPLE = (desk(Level.PREFECTURE), desk(Level.PREFECTURE, House.UNION))
HEAD = approver(Level.PREFECTURE)


def _update(life: Life, standard: str, **over: object) -> UnitReportUpdated:
    own = life.unit.self_evaluation.scores
    said = {"items": (StandardScore(standard=standard, score=own[standard] - 1),), "drawn_up_on": NEW_YEAR}
    return UnitReportUpdated(report=document("新年度报告"), **(said | over))  # type: ignore[arg-type]


def _visit(day: date, *standards: str) -> UnitSiteVisited:
    items = tuple(one for one in judged_items() if not standards or one.standard in standards)
    return UnitSiteVisited(on=day, visitors=visitors(*PEOPLE), items=items)


def _visited() -> Life:
    """An application of 2024 that was visited, and where the houses have spoken."""
    life = life_at("at_evaluation", PROVINCIAL)
    life.knows(*PEOPLE)
    day = life.unit.entries[-1].day
    life.act(day, PEOPLE[0], _visit(day))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    return life


def _brought_in(life: Life, event: Event) -> None:
    """Returned for it, updated, adopted, sealed and amended."""
    life.act(NEW_YEAR, PEOPLE[0], UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例：补充上年度数据",)))
    life.act(NEW_YEAR, life.agent, event)
    carried = {"on": NEW_YEAR, "entitled": 300, "present": 280, "in_favour": 270, "against": 5}
    life.act(NEW_YEAR, life.union, UnitReportAdopted(report_digest=life.digest, **carried))  # type: ignore[arg-type]
    for who, sealer in ((life.agent, Sealer.ENTERPRISE), (life.union, Sealer.UNION)):
        life.act(NEW_YEAR, who, UnitReportSealed(report_digest=life.digest, sealed_by=sealer, seal="示例章"))
    life.act(NEW_YEAR, life.agent, UnitApplicationAmended(title=PROVINCIAL, report_digest=life.digest, note="示例"))


def test_T_16_only_what_changed_is_visited_and_opined_on_again() -> None:
    life = _visited()
    standard, *others = life.unit.self_evaluation.scores
    score = life.unit.self_evaluation.score
    _brought_in(life, _update(life, standard))
    assert life.unit.self_evaluation.score == score - 1
    assert life.unit.self_evaluation.survey is not None, "what is not named stands as it was"
    assert [one.standard for visit in life.unit.evaluation.visits[PROVINCIAL] for one in visit.items] == others

    life.act(NEW_YEAR, PEOPLE[0], UnitApplicationAccepted(title=PROVINCIAL))
    evaluated = UnitEvaluated(title=PROVINCIAL, score=score - 1, outcome=Recommendation.RECOMMEND)
    assert {"I-04", "T-16"} <= {one.rule for one in life.refused(NEW_YEAR, HEAD, evaluated)}
    opine(life, NEW_YEAR, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(NEW_YEAR, HEAD, evaluated), "T-16")
    life.act(NEW_YEAR, PEOPLE[0], _visit(NEW_YEAR, standard))
    cited(life.refused(NEW_YEAR, HEAD, evaluated), "T-01")
    again = NEW_YEAR + timedelta(days=1)
    opine(life, again, Level.PREFECTURE, PROVINCIAL)
    life.act(again, HEAD, evaluated)
    assert life.judged_again() == []


def test_T_16_of_another_report_everything_is_looked_at_again() -> None:
    """Sibling of L-02: an update of the year of the report itself would keep what visitors saw of other figures."""
    life = _visited()
    standard = next(iter(life.unit.self_evaluation.scores))
    same_year = _update(life, standard, drawn_up_on=date(2024, 12, 31))
    assert life.refused(NEW_YEAR, life.agent, same_year)[0].pointer == "/drawn_up_on"
    ahead = _update(life, standard, drawn_up_on=NEW_YEAR + timedelta(days=1))
    cited(life.refused(NEW_YEAR, life.agent, ahead), "I-21")


@pytest.mark.parametrize("wrong", ["twice", "no standard", "beyond its points", "funds alone"])
def test_T_16_each_standard_that_changed_is_named_once(wrong: str) -> None:
    life = _visited()
    standard = next(iter(life.unit.self_evaluation.scores))
    one = _update(life, standard)
    events = {
        "twice": one.model_copy(update={"items": one.items * 2}),
        "no standard": _update(life, standard, items=(StandardScore(standard="nothing", score=1),)),
        "beyond its points": _update(life, standard, items=(StandardScore(standard=standard, score=999),)),
        "funds alone": _update(life, standard, training_funds=TrainingFunds(total=100_00, front_line=99_00)),
    }
    refused = {refusal.rule for refusal in life.refused(NEW_YEAR, life.agent, events[wrong])}
    assert refused <= {"T-16", "I-00"}, "refused for what it is"


def test_T_16_without_an_open_application_a_report_is_entered_whole() -> None:
    life = life_at("sealed")
    standard = next(iter(life.unit.self_evaluation.scores))
    cited(life.refused(NEW_YEAR, life.agent, _update(life, standard)), "T-16")
