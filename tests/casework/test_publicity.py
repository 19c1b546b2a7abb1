"""公示: its working days, its objections, and what stops it (I-05 … I-07, A-13)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.unit.publicity import (
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitPublicityCompleted,
    UnitPublicityStarted,
)
from events.words import Level, ObligationKind, Step
from services.casework.unit.application import case_step
from tests.casework.given import (
    LOCAL,
    PROVINCE,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    add_working_days,
    cited,
    desk,
    signal,
    source,
)
from tests.casework.stages import ON, life_at

FROM = ON["in_publicity"]
UNTIL = add_working_days(FROM, 5)
COMPLETED = UnitPublicityCompleted(title=PROVINCIAL)
RAISED = UnitObjectionRaised(title=PROVINCIAL, ground="示例：加班未付酬", text="示例")


def _started(from_: date, until: date, title: str = PROVINCIAL) -> UnitPublicityStarted:
    return UnitPublicityStarted(title=title, from_=from_, until=until, channel="示例门户网站")


def _resolved(ref: int, upheld: bool) -> UnitObjectionResolved:
    return UnitObjectionResolved(objection_ref=ref, upheld=upheld, findings="示例：核查结论")


def _objected() -> tuple[Life, int]:
    life = life_at("in_publicity")
    return life, life.act(FROM, PUBLIC, RAISED).version


def test_i_05_publicity_follows_the_review_or_where_there_is_none_the_evaluation() -> None:
    cited(life_at("evaluated").refused(FROM, desk(Level.PROVINCE), _started(FROM, UNTIL)), "I-03", "I-05")
    cited(life_at("at_decision").refused(FROM, desk(Level.PROVINCE), _started(FROM, UNTIL)), "I-05")
    life_at("reviewed").act(FROM, desk(Level.PROVINCE), _started(FROM, UNTIL))
    cited(life_at("at_evaluation", LOCAL).refused(FROM, desk(Level.PREFECTURE), _started(FROM, UNTIL, LOCAL)), "I-05")
    life_at("evaluated", LOCAL).act(FROM, desk(Level.PREFECTURE), _started(FROM, UNTIL, LOCAL))


@pytest.mark.parametrize(
    "start",
    [FROM, date(2024, 4, 3), date(2024, 9, 29)],  # an ordinary week; over 清明; from a made-up Sunday over 国庆
)
def test_i_06_a_13_five_working_days_by_the_calendar(start: date) -> None:
    life, least = life_at("reviewed"), add_working_days(start, 5)
    short = _started(start, least - timedelta(days=1))
    cited(life.refused(start, desk(Level.PROVINCE), short), "I-06")
    life.act(start, desk(Level.PROVINCE), _started(start, least))


def test_i_21_publicity_does_not_begin_in_the_past() -> None:
    life = life_at("reviewed")
    cited(life.refused(FROM + timedelta(days=1), desk(Level.PROVINCE), _started(FROM, UNTIL)), "I-21")


def test_i_06_it_is_not_over_before_its_last_day_is_over() -> None:
    life = life_at("in_publicity")
    cited(life.refused(UNTIL, TIMEKEEPER, COMPLETED), "I-06")
    life.act(UNTIL + timedelta(days=1), TIMEKEEPER, COMPLETED)
    assert case_step(life.unit, PROVINCIAL) is Step.CLEARED
    cited(life.refused(UNTIL + timedelta(days=1), TIMEKEEPER, COMPLETED), "I-05")


def test_i_06_objections_are_raised_in_its_days() -> None:
    life = life_at("reviewed")
    cited(life.refused(FROM, PUBLIC, RAISED), "I-06")
    life.act(FROM, desk(Level.PROVINCE), _started(FROM + timedelta(days=1), add_working_days(FROM, 6)))
    cited(life.refused(FROM, PUBLIC, RAISED), "I-06")
    last = add_working_days(FROM, 6)
    cited(life.refused(last + timedelta(days=1), PUBLIC, RAISED), "I-06")
    life.act(last, PUBLIC, RAISED)


def test_i_06_an_open_objection_blocks_and_one_not_upheld_does_not() -> None:
    life, ref = _objected()
    after = UNTIL + timedelta(days=1)
    assert case_step(life.unit, PROVINCIAL) is Step.OBJECTED
    assert cited(life.refused(after, TIMEKEEPER, COMPLETED), "I-06") == (str(ref),)
    life.act(after, desk(Level.PROVINCE), _resolved(ref, upheld=False))
    assert case_step(life.unit, PROVINCIAL) is Step.IN_PUBLICITY
    life.act(after, TIMEKEEPER, COMPLETED)
    assert case_step(life.unit, PROVINCIAL) is Step.CLEARED


def test_i_06_an_objection_upheld_ends_the_case_even_of_a_frozen_unit() -> None:
    life, ref = _objected()
    petitions = source()
    life.act(FROM, petitions, signal(petitions, FROM))
    life.act(FROM, desk(Level.PROVINCE), _resolved(ref, upheld=True))
    life.act(UNTIL + timedelta(days=1), TIMEKEEPER, COMPLETED)
    assert not life.unit.application.cases
    assert life.unit.application.rejected == {PROVINCIAL: UNTIL + timedelta(days=1)}


def test_an_objection_is_resolved_once_by_the_level_that_makes_public() -> None:
    life, ref = _objected()
    cited(life.refused(FROM, desk(Level.COUNTY, n=2), _resolved(ref, upheld=False)), "I-13")
    cited(life.refused(FROM, desk(Level.PREFECTURE, n=2), _resolved(ref, upheld=False)), "I-13")
    cited(life.refused(FROM, desk(Level.PROVINCE), _resolved(ref + 9, upheld=False)), "I-00")
    life.act(FROM, desk(Level.PROVINCE), _resolved(ref, upheld=False))
    cited(life.refused(FROM, desk(Level.PROVINCE), _resolved(ref, upheld=True)), "I-00")


def test_i_07_a_freeze_stops_publicity_from_beginning_and_from_ending() -> None:
    petitions = source()
    reviewed, running = life_at("reviewed"), life_at("in_publicity")
    name = f"{petitions.uri}#示例-1"
    reviewed.act(FROM, petitions, signal(petitions, FROM))
    assert cited(reviewed.refused(FROM, desk(Level.PROVINCE), _started(FROM, UNTIL)), "I-07") == (name,)
    running.act(FROM, petitions, signal(petitions, FROM))
    assert cited(running.refused(UNTIL + timedelta(days=1), TIMEKEEPER, COMPLETED), "I-07") == (name,)


def test_a_publicity_is_completed_in_its_days() -> None:
    owed = next(o for o in life_at("in_publicity").owed() if o.kind is ObligationKind.COMPLETE_PUBLICITY)
    assert (owed.holder, owed.due) == (f"province:{PROVINCE}", add_working_days(UNTIL, 20))
