"""The deadlines of a unit as its history goes on: what comes to be owed, what is met, what is missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from events.envelope import Entry, Event
from events.unit.checks import UnitDeadlineMissed
from events.unit.record import UnitEntryVoided
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.unit.state import CHAPTERS, Unit, advance, fold


@dataclass(frozen=True, slots=True)
class Deadline:
    """An obligation and how it went; met on the day, and by the version, from which it is owed no more."""

    obligation: Obligation
    met_on: date | None = None
    met_version: int | None = None
    missed_on: date | None = None
    missed_version: int | None = None

    @property
    def state(self) -> str:
        """`open`, `missed` (recorded as missed and still owed) or `met`."""
        if self.met_on is not None:
            return "met"
        return "open" if self.missed_on is None else "missed"

    @property
    def late(self) -> bool:
        """Whether it was met after its day."""
        return self.met_on is not None and self.met_on > self.obligation.due


Ledger = Mapping[tuple[str, date], Deadline]
"""Deadlines by the key of the obligation and the day since which it was owed."""

_OWING = tuple(chapter.obligations for chapter in CHAPTERS.values() if hasattr(chapter, "obligations"))

NOTHING_OWED: Ledger = MappingProxyType({})


def keep(ledger: Ledger, after: Unit, entry: Entry[Event], pack: Pack) -> Ledger:
    """The deadlines after one more entry, which led to this state.

    A voiding undoes what its entry brought about: the ledger is then kept anew without both.
    """
    if type(entry.event) is UnitEntryVoided:
        return ledger_of(after, pack)
    return _compared(ledger, after, entry, pack)


def ledger_of(unit: Unit, pack: Pack) -> Ledger:
    """The deadlines of a unit's whole history, without what was voided."""
    state, ledger = fold(unit.id, ()), NOTHING_OWED
    for entry in unit.entries:
        if entry.version not in unit.voided and type(entry.event) is not UnitEntryVoided:
            state = advance(state, (entry,))
            ledger = _compared(ledger, state, entry, pack)
    return ledger


def _compared(ledger: Ledger, after: Unit, entry: Entry[Event], pack: Pack) -> Ledger:
    owed: dict[tuple[str, date], Obligation] = {
        (obligation.key, obligation.since): obligation for owing in _OWING for obligation in owing(after, pack)
    }
    changes: dict[tuple[str, date], Deadline] = {}
    for name, obligation in owed.items():
        known = ledger.get(name)
        if known is None:
            changes[name] = Deadline(obligation)
        elif known.met_on is not None or known.obligation != obligation:
            changes[name] = replace(known, obligation=obligation, met_on=None, met_version=None)
    for name, deadline in ledger.items():
        if deadline.met_on is None and name not in owed:
            changes[name] = replace(deadline, met_on=entry.day, met_version=entry.version)
    if type(entry.event) is UnitDeadlineMissed:
        changes |= _missed({**ledger, **changes}, entry, entry.event)
    return {**ledger, **changes} if changes else ledger


def _missed(ledger: Ledger, entry: Entry[Event], event: UnitDeadlineMissed) -> dict[tuple[str, date], Deadline]:
    return {
        name: replace(deadline, missed_on=entry.day, missed_version=entry.version)
        for name, deadline in ledger.items()
        if deadline.met_on is None
        and deadline.missed_on is None
        and deadline.obligation.kind is event.obligation
        and event.ref in (deadline.obligation.ref, deadline.obligation.key)
    }
