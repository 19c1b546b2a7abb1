"""One batch: the next events read, folded unit by unit, and written by one statement a projection."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg

from events.envelope import Entry, Event
from events.registry import decode, stream_kind
from events.unit.record import UnitEntryVoided
from projections.deadlines.ledger import keep
from projections.history import Happening, History, Lens, fresh
from services.casework.unit.state import advance
from services.kept import Kept
from services.projector import tables
from services.projector.tables import Target
from services.register.read import Recorded, raw_tail, read_streams

MEMORY = 150_000
"""Entries of recently used units that a projector keeps, of about 1.5 KiB each with the states they make."""


Connection = psycopg.Connection[Any]
Reading = Callable[[Connection, Iterable[UUID]], Mapping[UUID, Sequence[Recorded]]]
"""Where the whole of streams that are not remembered is read."""


class Stored(Protocol):
    """An event as it is stored, wherever it was read from."""

    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def state(self) -> bytes: ...


class GapError(ValueError):
    """A stream goes on with another version than its next."""


@dataclass(slots=True)
class Memory:
    """Recently used units, the longest unused forgotten first; bounded by the entries of all."""

    most: int = MEMORY
    entries: int = 0
    _kept: OrderedDict[UUID, History] = field(default_factory=OrderedDict)

    def recall(self, unit: UUID, version: int) -> History | None:
        """The unit at exactly that version, if it is remembered."""
        history = self._kept.get(unit)
        return history if history is not None and history.unit.version == version else None

    def keep(self, histories: Mapping[UUID, History]) -> None:
        """Remember these units as they stand now."""
        for unit, history in histories.items():
            known = self._kept.pop(unit, None)
            self.entries += history.unit.version - (known.unit.version if known else 0)
            entries = history.unit.entries
            kept = entries if isinstance(entries, Kept) else Kept(entries)
            self._kept[unit] = replace(history, unit=replace(history.unit, entries=kept.stored()))
        while self.entries > self.most and self._kept:
            _, forgotten = self._kept.popitem(last=False)
            self.entries -= forgotten.unit.version


@dataclass(frozen=True, slots=True)
class Batch:
    """Events in the order of the log, the units they touched as they stand after, and what was voided."""

    position: int
    as_of: datetime
    happenings: Sequence[Happening]
    before: Mapping[UUID, History]
    histories: Mapping[UUID, History]

    @property
    def voided(self) -> list[tuple[UUID, int, int]]:
        """(stream, version, version of the voiding)."""
        return [
            (happening.entry.stream, happening.entry.event.version, happening.entry.version)
            for happening in self.happenings
            if isinstance(happening.entry.event, UnitEntryVoided)
        ]


def follow(
    history: History, position: int, entry: Entry[Event], lens: Lens, *, deadlines: bool
) -> tuple[Happening, History]:
    """The event in its place, and the unit after it. Raises GapError where an event is missing before it."""
    before = history.unit
    if entry.version != before.version + 1:
        raise GapError(f"entry {entry.id} follows version {before.version}")
    after = advance(before, (entry,))
    ledger = keep(history.deadlines, after, entry, lens.pack) if deadlines else history.deadlines
    return Happening(position, entry, before, after, lens), History(after, position, ledger)


def read_batch(
    conn: Connection, after: int, limit: int, memory: Memory, lens: Lens, until: int | None = None
) -> Batch | None:
    """The next events after a position (none after `until`); None where there are none.

    Raises what an unreadable event raises; `memory` is not changed: that is for after the commit.
    """
    wanted = limit if until is None else min(limit, until - after)
    raws = raw_tail(conn, after, wanted) if wanted > 0 else []
    return folded(conn, raws, after, memory, lens) if raws else None


def folded(
    conn: Connection, raws: Sequence[Stored], after: int, memory: Memory, lens: Lens,
    *, reading: Reading = read_streams, deadlines: bool = True,
) -> Batch:  # fmt: skip
    """These events, at least one, in their places; all of their streams up to `after` was taken in before.

    Raises GapError where a stream holds an event after that position and before these.
    """
    firsts = _firsts(raws)
    before = {unit: memory.recall(unit, first.version - 1) or fresh(unit) for unit, first in firsts.items()}
    unknown = [unit for unit, first in firsts.items() if before[unit].unit.version != first.version - 1]
    if unknown:
        read = reading(conn, unknown)
        before |= {
            unit: _before(unit, read[unit], firsts[unit].position, after, lens, deadlines=deadlines) for unit in unknown
        }
    histories = dict(before)
    happenings: list[Happening] = []
    for raw in raws:
        entry = decode(raw.type, raw.state)
        if stream_kind(raw.type) == "unit":
            known = histories[raw.stream]
            happening, histories[raw.stream] = follow(known, raw.position, entry, lens, deadlines=deadlines)
        else:
            happening = Happening(raw.position, entry, None, None, lens)
        happenings.append(happening)
    return Batch(raws[-1].position, raws[-1].recorded_at, happenings, before, histories)


def _firsts(raws: Iterable[Stored]) -> dict[UUID, Stored]:
    """The first of these events of each unit."""
    firsts: dict[UUID, Stored] = {}
    for raw in raws:
        if stream_kind(raw.type) == "unit":
            firsts.setdefault(raw.stream, raw)
    return firsts


def _before(unit: UUID, entries: Iterable[Recorded], first: int, after: int, lens: Lens, *, deadlines: bool) -> History:
    """The unit as it stood before the position of the first of its new events."""
    history = fresh(unit)
    for recorded in entries:
        if recorded.position >= first:
            break
        if recorded.position > after:
            raise GapError(f"entry {recorded.entry.id} at position {recorded.position} was passed over")
        _, history = follow(history, recorded.position, recorded.entry, lens, deadlines=deadlines)
    return history


def write_batch(conn: Connection, target: Target, batch: Batch, lens: Lens) -> None:
    """Write what the batch makes of this projection; raises what the projection raises."""
    projection = target.projection
    if projection.rows is not None:
        changed = [unit for unit, after in batch.histories.items() if projection.changed(batch.before[unit], after)]
        if changed:
            rows = [row for unit in changed for row in projection.rows(batch.histories[unit], lens)]
            tables.replace(conn, target, changed, rows)
    elif projection.lines is not None:
        lines = [line for happening in batch.happenings for line in projection.lines(happening)]
        if lines:
            tables.add(conn, target, lines)
        if batch.voided:
            tables.mark_voided(conn, target, batch.voided)
