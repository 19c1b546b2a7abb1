"""决定之日: what a meeting or a paper decided some days before its recording (T-14, T-01, I-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.unit.application import UnitApplicationRejected
from events.unit.evaluation import UnitEvaluated
from events.unit.naming import UnitNamed
from events.unit.revocation import UnitRevoked
from events.unit.self_evaluation import UnitSelfEvaluated
from events.unit.signals import UnitSignalAssessed
from events.words import DocumentKind, Level, Recommendation, Sealer, SignalOutcome
from services.casework.unit.signals import watch
from tests.casework.given import (
    NATIONAL,
    PACK,
    PROVINCIAL,
    Life,
    a_paper,
    approver,
    cited,
    desk,
    self_evaluation,
    signal,
    source,
)
from tests.casework.stages import ON, adopted, applied, life_at, look_into, opine, sealed_by, visited

NAMED = UnitNamed(document_number="示例命名〔2024〕1号")
PROVINCE = approver(Level.PROVINCE, n=3)
TEN_BACK = PACK.before(ON["named"], PACK.windows.decided_back)


def _named(on: date | None, term_from: date | None = None) -> UnitNamed:
    return NAMED.model_copy(update={"decided_on": on, "term_from": term_from})


def test_t_14_a_term_begins_on_the_day_of_the_decision_and_holds_from_its_recording() -> None:
    life, decided = life_at("cleared"), date(2024, 4, 8)
    entry = life.act(ON["named"], PROVINCE, _named(decided))
    held = life.unit.naming.held[PROVINCIAL]
    assert (held.term_from, held.term_until) == (decided, date(2027, 4, 7))
    assert (held.named_on, entry.effective_on) == (ON["named"], ON["named"])


def test_t_14_a_term_begins_with_the_decision_or_up_to_thirty_days_after_it() -> None:
    life, decided = life_at("cleared"), date(2024, 4, 8)
    cited(life.refused(ON["named"], PROVINCE, _named(decided, date(2024, 4, 7))), "I-21")
    cited(life.refused(ON["named"], PROVINCE, _named(None, decided)), "I-21")
    late = ON["named"] + timedelta(days=31)
    cited(life.refused(ON["named"], PROVINCE, _named(decided, late)), "T-14")


def test_t_14_a_decision_lies_ten_working_days_back_at_most_and_never_ahead() -> None:
    life = life_at("cleared")
    cited(life.refused(ON["named"], PROVINCE, _named(TEN_BACK - timedelta(days=1))), "T-14")
    cited(life.refused(ON["named"], PROVINCE, _named(ON["named"] + timedelta(days=1))), "I-21")


def test_t_14_no_decision_is_older_than_its_evidence() -> None:
    life = life_at("cleared")
    (refusal,) = life.refused(ON["named"], PROVINCE, _named(ON["cleared"] - timedelta(days=1)))
    assert refusal.rule == "I-05"
    assert "2024-04-02" in refusal.zh
    assert "2024-04-02" in refusal.en
    early, day = life_at("at_evaluation"), ON["evaluated"]
    early.act(day, desk(Level.PREFECTURE), visited(early, day, PROVINCIAL))
    opine(early, day, Level.PREFECTURE, PROVINCIAL)
    event = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
    before = event.model_copy(update={"decided_on": day - timedelta(days=1)})
    assert early.refused(day, approver(Level.PREFECTURE), before)
    early.act(day + timedelta(days=1), approver(Level.PREFECTURE), event.model_copy(update={"decided_on": day}))


def test_t_14_what_stood_in_the_way_on_the_day_of_the_decision_stands_in_the_way() -> None:
    life, petitions = life_at("cleared"), source()
    life.act(date(2024, 4, 4), petitions, signal(petitions, date(2024, 4, 4)))
    name = f"{petitions.uri}#示例-1"
    look_into(life, date(2024, 4, 5), name)
    unfounded = UnitSignalAssessed(signal=name, outcome=SignalOutcome.UNFOUNDED, findings="示例")
    life.assess(date(2024, 4, 8), approver(Level.PREFECTURE), unfounded)
    assert watch(life.unit, PACK).value == "calm"
    cited(life.refused(ON["named"], PROVINCE, _named(date(2024, 4, 7))), "I-07")
    life.act(ON["named"], PROVINCE, _named(date(2024, 4, 9)))


def test_t_14_whoever_decided_held_the_post_on_that_day() -> None:
    post = replace(PROVINCE.appointments[0], since=date(2024, 4, 9))
    new = replace(PROVINCE, appointments=(post,))
    life = life_at("cleared")
    cited(life.refused(ON["named"], new, _named(date(2024, 4, 8))), "I-13")
    life.act(ON["named"], new, _named(date(2024, 4, 9)))


@pytest.mark.parametrize("decided", [ON["heard"], ON["heard"] - timedelta(days=1)])
def test_t_14_a_revocation_is_not_older_than_the_opinions_on_it(decided: date) -> None:
    life = life_at("heard")
    event = UnitRevoked(document_number="示例", decided_on=decided)
    day = ON["heard"] + timedelta(days=3)
    if decided == ON["heard"]:
        life.act(day, approver(Level.PROVINCE, n=2), event)
    else:
        assert life.refused(day, approver(Level.PROVINCE, n=2), event)


def test_t_14_a_rejection_was_possible_on_its_day() -> None:
    life = life_at("applied")
    event = UnitApplicationRejected(reason="示例", decided_on=ON["applied"] - timedelta(days=1))
    assert life.refused(ON["evaluated"], approver(Level.COUNTY), event)


def _nominated(dated: date, term_from: date | None) -> tuple[Life, UnitNamed]:
    life, paper = life_at("nominated", NATIONAL), a_paper(kind=DocumentKind.NAMING, dated=dated)
    life.knows(paper)
    return life, NAMED.model_copy(update={"paper": paper.id, "term_from": term_from})


def test_t_14_the_nations_paper_is_the_day_of_its_decision_and_no_older_than_the_nomination() -> None:
    life, event = _nominated(ON["nominated"] - timedelta(days=1), None)
    cited(life.refused(ON["named"], PROVINCE, event), "T-14")
    life, event = _nominated(ON["nominated"], ON["nominated"] - timedelta(days=1))
    cited(life.refused(ON["named"], PROVINCE, event), "I-21")
    life, event = _nominated(ON["nominated"], ON["nominated"])
    life.act(ON["named"], PROVINCE, event)
    assert life.unit.naming.held[NATIONAL].term_from == ON["nominated"]


# --- the day of a report (T-01) ---------------------------------------------------------------------------------------


def test_t_01_a_congress_adopts_a_report_that_was_drawn_up_before_it_was_entered() -> None:
    life, day = life_at("registered"), ON["sealed"]
    drawn_up = day - timedelta(days=5)
    held = day - timedelta(days=3)
    cited(life.refused(day, life.agent, _report(day + timedelta(days=1))), "I-21")
    life.act(day, life.agent, _report(drawn_up))
    cited(life.refused(day, life.agent, adopted(life, drawn_up - timedelta(days=1))), "T-01")
    life.act(day, life.agent, adopted(life, held))


def test_t_01_a_report_entered_anew_is_younger_than_the_one_it_replaces() -> None:
    life, day = life_at("sealed"), ON["applied"]
    cited(life.refused(day, life.agent, _report(ON["sealed"] - timedelta(days=1))), "T-01")
    life.act(day, life.agent, _report(ON["sealed"]))
    cited(life.refused(day, life.agent, adopted(life, ON["sealed"] - timedelta(days=1))), "T-01")


def test_t_16_a_report_ages_from_the_day_on_which_it_was_drawn_up() -> None:
    for days, rules in ((370, {"T-16"}), (360, set())):
        life, day = life_at("registered"), ON["sealed"]
        life.act(day, life.agent, _report(day - timedelta(days=days)))
        life.act(day, life.agent, adopted(life, day))
        life.act(day, life.agent, sealed_by(life, Sealer.ENTERPRISE))
        life.act(day, life.union, sealed_by(life, Sealer.UNION))
        _, _, refusals = life.judged(day, life.agent, applied(life, PROVINCIAL))
        assert {refusal.rule for refusal in refusals} == rules


def _report(drawn_up_on: date) -> UnitSelfEvaluated:
    return self_evaluation().model_copy(update={"drawn_up_on": drawn_up_on})
