"""The deadlines of a stream as its history goes on: what comes to be owed, what is met, what is missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from events.envelope import Entry, Event
from events.record import DeadlineMissed, DutyReleased, EntryVoided
from services.casework.judgement import obligations
from services.casework.obligation import Obligation
from services.casework.policy.state import Packs
from services.casework.stream import State, advance


@dataclass(frozen=True, slots=True)
class Deadline:
    """An obligation and how it went; met on the day, and by the version, from which it is no longer owed.

    `released` says that it was released then, not done.
    """

    obligation: Obligation
    met_on: date | None = None
    met_version: int | None = None
    missed_on: date | None = None
    missed_version: int | None = None
    released: bool = False

    @property
    def state(self) -> str:
        """`open`, `suspended`, `missed` (recorded as missed and still owed), `met` or `released`."""
        if self.met_on is not None:
            return "released" if self.released else "met"
        if self.obligation.suspended:
            return "suspended"
        return "open" if self.missed_on is None else "missed"

    @property
    def late(self) -> bool:
        """Whether it was met after its day."""
        return self.met_on is not None and not self.released and self.met_on > self.obligation.due


Ledger = Mapping[tuple[str, date], Deadline]
"""Deadlines by the key of the obligation and the day since which it was owed."""

NOTHING_OWED: Ledger = MappingProxyType({})


def keep(ledger: Ledger, after: State, entry: Entry[Event], packs: Packs) -> Ledger:
    """The deadlines after one more entry, which led to this state.

    A voiding undoes what its entry brought about: the ledger is then rebuilt without both.
    """
    if isinstance(entry.event, EntryVoided):
        return ledger_of(after, packs)
    return _compared(ledger, after, entry, packs)


def ledger_of(state: State, packs: Packs) -> Ledger:
    """The deadlines of a stream's whole history, without what was voided."""
    now: State = state.descriptor.state(state.id)
    ledger = NOTHING_OWED
    for entry in state.entries:
        if entry.version not in state.voided and not isinstance(entry.event, EntryVoided):
            now = advance(now, (entry,))
            ledger = _compared(ledger, now, entry, packs)
    return ledger


def _compared(ledger: Ledger, after: State, entry: Entry[Event], packs: Packs) -> Ledger:
    owed: dict[tuple[str, date], Obligation] = {
        (obligation.key, obligation.since): obligation for obligation in obligations(after, packs)
    }
    changes: dict[tuple[str, date], Deadline] = {}
    for name, obligation in owed.items():
        known = ledger.get(name)
        if known is None:
            changes[name] = Deadline(obligation)
        elif known.met_on is not None or known.obligation != obligation:
            changes[name] = replace(known, obligation=obligation, met_on=None, met_version=None, released=False)
    for name, deadline in ledger.items():
        if deadline.met_on is None and name not in owed:
            released = isinstance(entry.event, DutyReleased) and entry.event.ref == deadline.obligation.key
            changes[name] = replace(deadline, met_on=entry.day, met_version=entry.version, released=released)
    if isinstance(entry.event, DeadlineMissed):
        changes |= _missed({**ledger, **changes}, entry, entry.event)
    return {**ledger, **changes} if changes else ledger


def _missed(ledger: Ledger, entry: Entry[Event], event: DeadlineMissed) -> dict[tuple[str, date], Deadline]:
    return {
        name: replace(deadline, missed_on=entry.day, missed_version=entry.version)
        for name, deadline in ledger.items()
        if deadline.met_on is None
        and deadline.missed_on is None
        and deadline.obligation.kind is event.obligation
        and event.ref in (deadline.obligation.ref, deadline.obligation.key)
    }
