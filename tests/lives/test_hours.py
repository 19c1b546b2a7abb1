"""Three hours of attempts (docs/explanation/law.md): each has its test; those that are told nowhere else are here."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from events.unit.evaluation import UnitHouseOpined
from events.unit.naming import UnitPlaqueIssued, UnitTermExpired
from events.unit.revocation import (
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.standing_in import UnitTakingUpRequested
from events.words import (
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    ReconsiderationOutcome,
)
from services.casework.timekeeping import brought_about
from tests.casework.given import (
    LOCAL,
    PACKS,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    UnitDeadlineMissed,
    approver,
    cited,
    desk,
)
from tests.casework.stages import ON, life_at, opine

ROOT = Path(__file__).parents[2]
DAY = ON["heard"]
TEST = re.compile(r"`(test_\w+)`")


def test_every_attempt_that_is_listed_has_its_test() -> None:
    listed = TEST.findall((ROOT / "docs/explanation/law.md").read_text(encoding="utf-8"))
    told = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    }
    assert len(listed) >= 45
    assert set(listed) - told == set()


# --- somebody who has lost a case -------------------------------------------------------------------------------------


def test_a_second_statement_moves_no_day_of_the_revocation() -> None:
    life = life_at("heard")
    owed = life.owed()
    life.act(DAY + timedelta(days=1), life.agent, UnitStatementHeard(title=PROVINCIAL, text="示例：再次陈述"))
    assert life.owed() == owed


# --- a lazy prefecture ------------------------------------------------------------------------------------------------


def _misses(life: Life, kind: ObligationKind) -> None:
    due = max(duty.due for duty in life.owed() if duty.kind is kind)
    for event in brought_about(life.unit, due + timedelta(days=1), PACKS):
        if isinstance(event, UnitDeadlineMissed) and event.obligation is kind:
            life.act(due + timedelta(days=1), TIMEKEEPER, event)


def test_a_taking_up_that_is_missed_is_missed_again_until_somebody_acts() -> None:
    life = life_at("heard", LOCAL)
    _misses(life, ObligationKind.DECIDE_REVOCATION)
    for lapses in (1, 2, 3):
        owed = [duty for duty in life.owed() if duty.kind is ObligationKind.TAKE_UP]
        assert [duty.key in life.unit.common.missed for duty in owed] == [True] * (lapses - 1) + [False]
        assert len(owed) == lapses
        _misses(life, ObligationKind.TAKE_UP)
    day = max(duty.due for duty in life.owed())
    life.act(day, approver(Level.PREFECTURE), UnitRevoked(title=LOCAL, document_number="示例"))
    assert ObligationKind.TAKE_UP not in {duty.kind for duty in life.owed()}


def _asks_above(step: str, title: str) -> UnitTakingUpRequested:
    return UnitTakingUpRequested(step=step, title=title, reason="示例：本地无人可办", officers=())


def test_the_level_above_is_not_asked_for_a_step_that_nobody_waits_for() -> None:
    life, union = life_at("heard", LOCAL), desk(Level.PREFECTURE, House.UNION)
    life.act(DAY, approver(Level.PREFECTURE), UnitRevoked(title=LOCAL, document_number="示例"))
    reconsider = _asks_above("unit.reconsideration-decided.v1", LOCAL)
    assert {refusal.rule for refusal in life.refused(DAY, union, reconsider)} <= {"I-05", "I-13"}
    life.act(DAY, life.agent, UnitReconsiderationRequested(title=LOCAL, text="示例"))
    life.act(DAY, union, reconsider)
    assert ObligationKind.TAKE_UP in {duty.kind for duty in life.owed()}


def test_what_the_level_above_was_asked_for_is_owed_while_the_title_is_held() -> None:
    life, day = life_at("named", LOCAL), ON["enjoying"]
    life.act(day, desk(Level.PREFECTURE, House.UNION), _asks_above("unit.plaque-issued.v1", LOCAL))
    assert ObligationKind.TAKE_UP in {duty.kind for duty in life.owed()}
    done, until = life.copy(), life.unit.naming.held[LOCAL].term_until
    done.act(day, desk(Level.PREFECTURE), UnitPlaqueIssued(title=LOCAL, plaque="示例-1"))
    assert ObligationKind.TAKE_UP not in {duty.kind for duty in done.owed()}
    life.act(until + timedelta(days=1), TIMEKEEPER, UnitTermExpired(title=LOCAL, on=until))
    assert ObligationKind.TAKE_UP not in {duty.kind for duty in life.owed()}


# --- a province that wants its friend named ---------------------------------------------------------------------------


def test_abstentions_set_no_revocation_aside() -> None:
    life, other = life_at("heard"), approver(Level.PROVINCE, n=2)
    life.act(DAY, approver(Level.PROVINCE), UnitRevoked(document_number="示例"))
    life.act(DAY, life.agent, UnitReconsiderationRequested(text="示例"))
    aside = UnitReconsiderationDecided(outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例")
    abstain = dict.fromkeys(House, Opinion.ABSTAIN)
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION, abstain)
    cited(life.refused(DAY, other, aside), "T-07")
    for house in House:
        said = UnitHouseOpined(title=PROVINCIAL, matter=Matter.RECONSIDERATION, opinion=Opinion.SUPPORT)
        life.act(DAY, desk(Level.PROVINCE, house), said)
    life.act(DAY, other, aside)
