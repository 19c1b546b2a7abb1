"""What comes over HTTP, to the same judge as what comes from Kafka: what arrives meanwhile is the next batch."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from events.registry import stream_kind
from services.casework.unit.signals import signal_id
from services.errors import Malformed, Unavailable
from services.follower import AWAY, Follower, step
from services.intake import offsets
from services.intake.batch import Batch, Judge, judged, try_again
from services.intake.message import Message
from services.intake.outcome import Taken, Unexpected
from services.intake.record import Incoming
from services.intake.waiting import About, letter, letters_about, set_aside
from services.observability import metrics
from services.register.append import Stored
from services.register.read import find_command

MOST_AT_ONCE: Final = 1_000
"""Messages of one transaction at most, but for a batch that came as one."""

POOL_SECONDS: Final = 2.0
"""For a connection, before whoever sent is told to come again."""

Connection = psycopg.Connection[Any]
Waiting = tuple[Sequence[Incoming], asyncio.Future[list[Taken]]]
T = TypeVar("T")


def connections(conninfo: str) -> ConnectionPool[Connection]:
    """The one connection of a reception, replaced where it was lost; to be opened."""
    return ConnectionPool(
        conninfo, min_size=0, max_size=1, timeout=POOL_SECONDS, open=False, check=ConnectionPool.check_connection,
        kwargs={"autocommit": True, "options": offsets.OPTIONS, "application_name": "concord reception"},
    )  # fmt: skip


@dataclass
class Reception:
    """Owns the judge of what comes over HTTP, whose states are brought up to the register before each batch."""

    pool: ConnectionPool[Connection]
    judge: Judge
    _waiting: deque[Waiting] = field(default_factory=deque)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, messages: Sequence[Incoming]) -> list[Taken]:
        """Take messages, in one transaction with what else waits; what became of each.

        A message's `sender` is the source whose token brought it. Raises Unavailable, ClockAhead and TimeMoved only:
        everything else ends as one of the outcomes.
        """
        future: asyncio.Future[list[Taken]] = asyncio.get_running_loop().create_future()
        self._waiting.append((messages, future))
        async with self._turn:
            if not future.done():
                await self._take_waiting()
        return await future

    async def retry(self, number: int) -> Taken | None:
        """Take a dead letter again, as it came and in its own mode; None where there is no such letter."""
        async with self._turn:
            return await self._in_thread(lambda conn: next(iter(self._take(conn, letter(conn, number))), None))

    async def reports_stand(self, units: Mapping[About, UUID]) -> None:
        """Reports were recorded at these units: take what waited for them."""
        for (source, external_id), unit in units.items():
            self.judge.stands[signal_id(source, external_id)] = unit
        async with self._turn:
            await self._in_thread(lambda conn: try_again(conn, self.judge, letters_about(conn, units), AWAY))

    async def _take_waiting(self) -> None:
        """Whoever has the turn takes what everybody brought."""
        group, messages = list[Waiting](), list[Incoming]()
        while self._waiting and (not group or len(messages) + len(self._waiting[0][0]) <= MOST_AT_ONCE):
            group.append(self._waiting.popleft())
            messages.extend(group[-1][0])
        try:
            taken = iter(await self._in_thread(lambda conn: self._take(conn, messages)))
        except BaseException as error:
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for own, future in group:
                answers = [next(taken) for _ in own]
                if not future.done():
                    future.set_result(answers)

    async def _in_thread(self, work: Callable[[Connection], T]) -> T:
        """Raises Unavailable where the database is away."""

        def whole() -> T:
            try:
                with self.pool.connection() as conn:
                    return work(conn)
            except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
                raise Unavailable("the register", facts={"why": type(error).__name__}) from error

        return await asyncio.to_thread(whole)

    def _take(self, conn: Connection, messages: Sequence[Incoming]) -> list[Taken]:
        """What became of each; a message that the database refuses for what it is becomes a dead letter alone."""
        became: dict[int, Taken] = {}

        def sink(_: str, some: Sequence[Incoming]) -> int:
            batch = judged(conn, self.judge, some)
            for one in some:
                became[id(one)] = _whole(conn, batch, one)
            if batch.about:
                # a report and what waits for it may have come by two ways at the same moment
                try_again(conn, self.judge, letters_about(conn, batch.about), AWAY)
            return len(some)

        def refused(_: str, one: Incoming, error: Exception) -> int:
            if not isinstance(error, psycopg.Error):
                raise error
            number, _row = set_aside(conn, one, self.judge.channel, error)
            metrics.INTAKE.labels("dead").inc()
            became[id(one)] = Taken("dead", None, dead_letter=number, error=Unexpected(str(error)))
            return 1

        step(Follower(lambda: [(self.judge.channel, messages)] if messages else [], sink, list, failure=refused))
        return [became[id(one)] for one in messages]


def _whole(conn: Connection, batch: Batch, one: Incoming) -> Taken:
    """What became of a message, with what it stored, now or before."""
    taken = batch.became[id(one)]
    if isinstance(one.read, Malformed) or taken.error is not None:
        return taken
    stored = _stored(conn, batch, one.read, repeated=taken.outcome == "repeated")
    units = [kept.entry.stream for kept in stored.recorded if stream_kind(kept.entry.event.about.type) == "unit"]
    return replace(taken, stored=stored, unit=units[-1] if units else None)


def _stored(conn: Connection, batch: Batch, message: Message, *, repeated: bool) -> Stored:
    own = batch.stored.get(message.command_id)
    if own is not None:
        return replace(own, repeated=repeated)
    found = find_command(conn, message.command_id)
    return Stored(message.command_id, tuple(found[1]) if found is not None else (), repeated=True)
