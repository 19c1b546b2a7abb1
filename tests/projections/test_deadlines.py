"""How deadlines go: owed, missed, met late, and undone by a voiding."""

from __future__ import annotations

from datetime import date, timedelta

from events.envelope import Entry, Event
from events.unit.checks import UnitDeadlineMissed
from events.unit.cultivation import UnitContactAssigned, UnitFollowedUp
from events.unit.record import UnitEntryVoided
from events.unit.registration import UnitRegistered
from events.words import FollowUpKind, ObligationKind, UnitKind
from projections.deadlines.ledger import NOTHING_OWED, Deadline, Ledger, keep, ledger_of
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit, advance, fold
from tests.projections.histories import ACTOR, BEGAN, entry

PACK = load_pack()
UNIT = unit_id(UnitKind.ENTERPRISE, "示例1")
REGISTERED = UnitRegistered(kind=UnitKind.ENTERPRISE, name="湘江（示例）", code="示例1", place="430104")
ASSIGNED = UnitContactAssigned(officer=ACTOR.id, from_=date(2024, 3, 1))


def told(*events: tuple[int, Event]) -> tuple[Unit, Ledger]:
    """The unit and its ledger after these events, each so many days after the first."""
    unit, ledger = fold(UNIT, ()), NOTHING_OWED
    for version, (days, event) in enumerate(events, 1):
        one: Entry[Event] = entry(UNIT, version, event, BEGAN + timedelta(days=days))
        unit = advance(unit, (one,))
        ledger = keep(ledger, unit, one, PACK)
    return unit, ledger


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
    miss = UnitDeadlineMissed(
        obligation=obligation.kind, ref=obligation.ref, due=obligation.due, holder=obligation.holder
    )
    _, missed = told((0, REGISTERED), (60, miss))
    assert (contact(missed).state, contact(missed).missed_version) == ("missed", 2)
    _, met = told((0, REGISTERED), (60, miss), (61, ASSIGNED))
    deadline = contact(met)
    assert (deadline.state, deadline.late, deadline.missed_version, deadline.met_version) == ("met", True, 2, 3)


def test_a_voided_entry_met_nothing_and_owes_nothing() -> None:
    unit, ledger = told((0, REGISTERED), (3, ASSIGNED), (4, UnitEntryVoided(version=2, reason="录入有误")))
    assert contact(ledger).state == "open"
    assert len(ledger) == 1
    assert ledger_of(unit, PACK) == ledger


def test_each_follow_up_is_owed_anew() -> None:
    seen = UnitFollowedUp(kind=FollowUpKind.VISIT, on=date(2024, 5, 1), summary="走访")
    _, ledger = told((0, REGISTERED), (3, ASSIGNED), (114, seen))
    states = [d.state for d in ledger.values() if d.obligation.kind is ObligationKind.FOLLOW_UP]
    assert states == ["met", "open"]
