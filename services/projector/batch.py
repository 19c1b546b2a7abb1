"""One batch: the next events read, and folded stream by stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg

from events.envelope import Entry, Event
from events.record import EntryVoided
from events.registry import decode
from projections.deadlines.ledger import keep
from projections.history import Happening, History, Lens, fresh, kind_of
from services.casework.entry_history import EntryHistory
from services.casework.stream import State, advance
from services.register.read import Recorded, raw_tail, read_streams
from services.state_cache import StateCache

MEMORY = 150_000
"""Entries of recently used streams that a projector keeps, of about 1.5 KiB each with the states they make."""


Connection = psycopg.Connection[Any]
Known = History[State]
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
    """Recently used streams as one lens reads them."""

    most: InitVar[int] = MEMORY
    histories: StateCache[UUID, Known] = field(init=False)
    _seen: tuple[Lens, bool] | None = None

    def __post_init__(self, most: int) -> None:
        self.histories = StateCache(most, lambda history: history.state.version)

    def through(self, lens: Lens, *, deadlines: bool) -> None:
        """From here on histories are those of this lens, with their deadlines or without; others are forgotten."""
        if self._seen is None or self._seen[0] is not lens or self._seen[1] is not deadlines:
            self.histories.clear()
            self._seen = (lens, deadlines)

    def recall(self, stream: UUID, version: int) -> Known | None:
        """The stream at exactly that version, if it is remembered."""
        history = self.histories.get(stream)
        return history if history is not None and history.state.version == version else None

    def keep(self, histories: Mapping[UUID, Known]) -> None:
        """Remember these streams as they stand now."""
        compact = dict(histories)
        for stream, history in histories.items():
            entries = history.state.entries
            if not isinstance(entries, EntryHistory):
                state = replace(history.state, entries=EntryHistory.of(entries))
                compact[stream] = replace(history, state=state)
        self.histories.put_all(compact)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events in the order of the log, the streams they touched as they stand after, and what was voided."""

    position: int
    as_of: datetime
    happenings: Sequence[Happening]
    before: Mapping[UUID, Known]
    histories: Mapping[UUID, Known]

    @property
    def voided(self) -> list[tuple[UUID, int, int]]:
        """(stream, version, version of the voiding); the last one where an entry was voided more than once."""
        last = {
            (happening.entry.stream, happening.entry.event.version): happening.entry.version
            for happening in self.happenings
            if isinstance(happening.entry.event, EntryVoided)
        }
        return [(stream, version, by) for (stream, version), by in last.items()]


def follow(
    history: Known, position: int, entry: Entry[Event], lens: Lens, *, deadlines: bool
) -> tuple[Happening, Known]:
    """The event in its place, and the stream after it. Raises GapError where an event is missing before it."""
    before = history.state
    if entry.version != before.version + 1:
        raise GapError(f"entry {entry.id} follows version {before.version}")
    after = advance(before, (entry,))
    ledger = keep(history.deadlines, after, entry, lens.packs) if deadlines else history.deadlines
    return Happening(position, entry, before, after, lens), History(after, position, ledger)


def read_batch(
    conn: Connection, after: int, limit: int, memory: Memory, lens: Lens, until: int | None = None,
    *, deadlines: bool = True,
) -> Batch | None:  # fmt: skip
    """The next events after a position (none after `until`); None where there are none.

    Raises what an unreadable event raises; `memory` is not changed: that is for after the commit.
    """
    wanted = limit if until is None else min(limit, until - after)
    raws = raw_tail(conn, after, wanted) if wanted > 0 else []
    return folded(conn, raws, after, memory, lens, deadlines=deadlines) if raws else None


def folded(
    conn: Connection, raws: Sequence[Stored], after: int, memory: Memory, lens: Lens,
    *, reading: Reading = read_streams, deadlines: bool = True,
) -> Batch:  # fmt: skip
    """These events, at least one, in their places; all of their streams up to `after` was taken in before.

    Raises GapError where a stream holds an event after that position and before these.
    """
    memory.through(lens, deadlines=deadlines)
    firsts = _firsts(raws)
    before = {
        stream: memory.recall(stream, first.version - 1) or fresh(kind_of(first.type), stream)
        for stream, first in firsts.items()
    }
    unknown = [stream for stream, first in firsts.items() if before[stream].state.version != first.version - 1]
    if unknown:
        read = reading(conn, unknown)
        for stream in unknown:
            first = firsts[stream].position
            before[stream] = _before(before[stream], read[stream], first, after, lens, deadlines=deadlines)
    histories = dict(before)
    happenings: list[Happening] = []
    for raw in raws:
        entry, known = decode(raw.type, raw.state), histories[raw.stream]
        happening, histories[raw.stream] = follow(known, raw.position, entry, lens, deadlines=deadlines)
        happenings.append(happening)
    return Batch(raws[-1].position, raws[-1].recorded_at, happenings, before, histories)


def _firsts(raws: Iterable[Stored]) -> dict[UUID, Stored]:
    """The first of these events of each stream."""
    firsts: dict[UUID, Stored] = {}
    for raw in raws:
        firsts.setdefault(raw.stream, raw)
    return firsts


def _before(
    nothing: Known, entries: Iterable[Recorded], first: int, after: int, lens: Lens, *, deadlines: bool
) -> Known:
    """The stream as it stood before the position of the first of its new events."""
    history = nothing
    for recorded in entries:
        if recorded.position >= first:
            break
        if recorded.position > after:
            raise GapError(f"entry {recorded.entry.id} at position {recorded.position} was passed over")
        _, history = follow(history, recorded.position, recorded.entry, lens, deadlines=deadlines)
    return history
