"""How deadlines go: owed, missed, met late, and undone by a voiding."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from events.envelope import Entry, Event
from events.governance.round import RoundListPublished, RoundOpened
from events.registry import COMMON
from events.unit.cultivation import UnitContactAssigned, UnitFollowedUp
from events.unit.registration import UnitRegistered
from events.words import FollowUpKind, ObligationKind, RoundKind, UnitKind
from projections.deadlines.ledger import NOTHING_OWED, Deadline, Ledger, keep, ledger_of
from services.casework.kind import Kind
from services.casework.round.kind import ROUND
from services.casework.stream import State, advance
from services.casework.unit.kind import UNIT
from services.casework.unit.registration import unit_id
from tests.projections.histories import ACTOR, BEGAN, PACKS, entry

STREAM = unit_id("示例1", "430104")
REGISTERED = UnitRegistered(kind=UnitKind.ENTERPRISE, name="湘江（示例）", code="示例1", place="430104")
ASSIGNED = UnitContactAssigned(officer=ACTOR.id, from_=date(2024, 3, 1))


def told(*events: tuple[int, Event], kind: Kind[Any] = UNIT) -> tuple[State, Ledger]:
    """The stream and its ledger after these events, each so many days after the first."""
    state: State = kind.state(STREAM)
    ledger = NOTHING_OWED
    for version, (days, event) in enumerate(events, 1):
        one: Entry[Event] = entry(STREAM, version, event, BEGAN + timedelta(days=days))
        state = advance(state, (one,))
        ledger = keep(ledger, state, one, PACKS)
    return state, ledger


def contact(ledger: Ledger) -> Deadline:
    (found,) = [deadline for deadline in ledger.values() if deadline.obligation.kind is ObligationKind.CONTACT]
    return found


def test_a_registered_unit_is_owed_a_contact() -> None:
    _, ledger = told((0, REGISTERED))
    assert contact(ledger).state == "open"


def test_met_in_time() -> None:
    _, ledger = told((0, REGISTERED), (3, ASSIGNED))
    deadline = contact(ledger)
    assert (deadline.state, deadline.late, deadline.met_version) == ("met", False, 2)


def test_missed_and_then_met_late() -> None:
    _, owed = told((0, REGISTERED))
    obligation = contact(owed).obligation
    miss = COMMON["unit"].deadline_missed(
        obligation=obligation.kind, ref=obligation.key, due=obligation.due, holder=obligation.holder
    )
    _, missed = told((0, REGISTERED), (60, miss))
    assert (contact(missed).state, contact(missed).missed_version) == ("missed", 2)
    _, met = told((0, REGISTERED), (60, miss), (61, ASSIGNED))
    deadline = contact(met)
    assert (deadline.state, deadline.late, deadline.missed_version, deadline.met_version) == ("met", True, 2, 3)


def test_a_voided_entry_met_nothing_and_owes_nothing() -> None:
    unit, ledger = told((0, REGISTERED), (3, ASSIGNED), (4, COMMON["unit"].entry_voided(version=2, reason="录入有误")))
    assert contact(ledger).state == "open"
    assert len(ledger) == 1
    assert ledger_of(unit, PACKS) == ledger


def test_each_follow_up_is_owed_anew() -> None:
    seen = UnitFollowedUp(kind=FollowUpKind.VISIT, on=date(2024, 5, 1), summary="走访")
    _, ledger = told((0, REGISTERED), (3, ASSIGNED), (114, seen))
    states = [d.state for d in ledger.values() if d.obligation.kind is ObligationKind.FOLLOW_UP]
    assert states == ["met", "open"]


def test_other_kinds_owe_as_units_do() -> None:
    opened = RoundOpened(
        kind=RoundKind.NAMING, name="示例轮次", title="national_model", place="430000", from_=date(2024, 1, 8),
        until=date(2024, 3, 8),
    )  # fmt: skip
    listed = RoundListPublished(units=(), document_number="示例〔2024〕1号")
    _, owed = told((0, opened), kind=ROUND)
    (deadline,) = owed.values()
    assert (deadline.obligation.kind, deadline.state) == (ObligationKind.ROUND_RESULT, "open")
    _, met = told((0, opened), (70, listed), kind=ROUND)
    assert [(one.state, one.met_version) for one in met.values()] == [("met", 2)]
