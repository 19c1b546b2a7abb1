"""Streams read as states, remembered by (stream, version): what a decision or a page rests on.

May import the register, the law and the cache. Holds no rule, and stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from events.registry import UnknownTypeError, decode, stream_kind
from services.casework.decide import Reading
from services.casework.entry_history import EntryHistory
from services.casework.kinds import KINDS
from services.casework.law import Context
from services.casework.pack import Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.stream import State, advance, fold
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from services.errors import Unreadable
from services.register import read_async
from services.state_cache import StateCache

CACHED_ENTRIES = 90_000
"""Entries that a process remembers, as stored: about 120 MB with the states they make."""

S = TypeVar("S", bound=State)
T = TypeVar("T")

Remembered: TypeAlias = StateCache[UUID, State | None]
"""The newest known version of each stream; None of one that is known not to be there."""


def remembered() -> Remembered:
    """An empty cache of a process."""
    return StateCache(CACHED_ENTRIES, lambda state: state.version if state is not None else 1)


def after_entries(stream: UUID, known: State | None, rows: Sequence[tuple[str, bytes]]) -> State:
    """The state after some more entries, given as types and stored bytes; where none is known, after these alone.

    Raises Unreadable where one of them is of a newer program.
    """
    try:
        entries = [decode(type_name, state) for type_name, state in rows]
    except UnknownTypeError as error:
        raise Unreadable(str(stream), str(error)) from None
    if known is not None and known.version:
        state: State = advance(known, entries)
        return state
    folded: State = fold(KINDS[stream_kind(rows[0][0])], stream, entries)
    return replace(folded, entries=EntryHistory(rows))


@dataclass(frozen=True, slots=True)
class States:
    """Reads streams of the register of a place over a pool that it is given; `pack` is in force before any adoption."""

    pool: AsyncConnectionPool[AsyncConnection[Any]]
    place: str
    pack: Pack
    cache: Remembered = field(default_factory=remembered)

    async def load(self, streams: Iterable[UUID], *, fresh: bool) -> dict[UUID, State]:
        """The states of those streams that exist: as remembered (an append checks that it is still so), or now.

        Raises Unreadable.
        """
        known = self.cache.get_all(streams)
        wanted = {
            stream: state.version if state is not None else 0
            for stream, state in known.items()
            if fresh or (state is None and stream not in self.cache)
        }
        if wanted:
            async with self.pool.connection() as conn:
                read = await read_async.read_since(conn, wanted)
            self._advance(known, read)
            for stream in wanted:
                if known[stream] is None:
                    self.cache.put(stream, None)
        return {stream: state for stream, state in known.items() if state is not None}

    async def snapshot(self, streams: Iterable[UUID]) -> tuple[int, dict[UUID, State]]:
        """The position of the log, and those of the streams that exist, exactly as they are there."""
        known = self.cache.get_all(streams)
        wanted = {stream: state.version if state is not None else 0 for stream, state in known.items()}
        async with self.pool.connection() as conn:
            position, read = await read_async.read_snapshot(conn, wanted)
        self._advance(known, read)
        return position, {stream: state for stream, state in known.items() if state is not None}

    async def answer(self, reading: Reading[T], *, fresh: bool, given: Mapping[UUID, State | None] | None = None) -> T:
        """The result of a reading; the streams that are `given` are taken as they are given, None as not there.

        Raises what the reading raises, Unreadable.
        """
        own = given or {}
        there = {stream: state for stream, state in own.items() if state is not None}
        try:
            wanted = next(reading)
            while True:
                found = await self.load(wanted.difference(own), fresh=fresh)
                wanted = reading.send(found | {stream: there[stream] for stream in wanted.intersection(there)})
        except StopIteration as end:
            result: T = end.value
            return result

    async def current(self, kind: type[S], stream: UUID) -> S | None:
        """The stream as it is now; None where there is none of that kind."""
        state = (await self.load([stream], fresh=True)).get(stream)
        return state if isinstance(state, kind) else None

    async def unit(self, stream: UUID) -> Unit:
        """The unit as it is now, unknown ones too."""
        return await self.current(Unit, stream) or UNIT.state(stream)

    async def packs(self, *, fresh: bool = False) -> Packs:
        """The pack in force on each day."""
        return self.packs_of(await self.load([policy_stream(self.place)], fresh=fresh))

    def packs_of(self, states: Mapping[UUID, State]) -> Packs:
        """The pack in force on each day, by the policy among these states."""
        policy = states.get(policy_stream(self.place))
        return Packs.of(policy if isinstance(policy, Policy) else None, self.pack)

    async def context(self, streams: Iterable[UUID], *, fresh: bool = False) -> Context:
        """These streams as far as they exist, with the pack of each day."""
        wanted = frozenset(streams) | {policy_stream(self.place)}
        found = await self.load(wanted, fresh=fresh)
        return Context(found, wanted - found.keys(), packs=self.packs_of(found))

    def _advance(self, known: dict[UUID, State | None], read: Mapping[UUID, Sequence[tuple[str, bytes]]]) -> None:
        for stream, rows in read.items():
            state = after_entries(stream, known[stream], rows)
            self.cache.put(stream, state)
            known[stream] = state
