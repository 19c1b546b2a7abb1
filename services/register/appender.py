"""Appending over connections of its own: all commands that wait while one group commits form the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Self, TypeVar
from uuid import UUID

import psycopg
from psycopg.pq.abc import PGresult

from services.errors import Unavailable
from services.observability import metrics
from services.register import read_async
from services.register.append import (
    APPEND,
    APPEND_TYPES,
    BINARY,
    Moved,
    Outcome,
    Repeated,
    Stored,
    outcomes,
    parameters,
)
from services.register.command import Command
from services.register.link import Link, LostError

MAX_GROUP: Final = 512
"""Commands stored in one commit at most."""

MAX_WAITING: Final = 4_096
"""Commands that wait for a group at most; the next is told to come again."""

OPTIONS: Final = "-c lock_timeout=2s -c statement_timeout=4s -c idle_in_transaction_session_timeout=10s"
"""How long a group waits for the append lock and in all, on the server."""

GIVE_UP: Final = 5.0
"""Seconds after which a group is answered as unavailable, whatever the connection does."""

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
"""Seconds between two attempts to reach the database; doubled each time."""

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Job:
    """A command that waits for its group, and the future that gets what became of it."""

    command: Command
    outcome: asyncio.Future[Outcome]

    def failed(self, error: Exception) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)


def admit(waiting: deque[Job]) -> list[Job]:
    """Take the next group off `waiting`: no stream is written by one command of it and read or
    written by another, no id comes twice; the rest keep their order at the front."""
    group: list[Job] = []
    later: list[Job] = []
    ids: set[UUID] = set()
    written: set[UUID] = set()
    named: set[UUID] = set()
    while waiting and len(group) < MAX_GROUP:
        job = waiting.popleft()
        command = job.command
        if command.id in ids or not written.isdisjoint(command.expect) or not named.isdisjoint(command.writes):
            later.append(job)
            continue
        group.append(job)
        ids.add(command.id)
        written |= command.writes
        named.update(command.expect)
    waiting.extendleft(reversed(later))
    return group


class Appender:
    """Appends over its own connections; all that wait while one group commits form the next."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._waiting: deque[Job] = deque()
        self._link: Link | None = None
        self._reader: psycopg.AsyncConnection[Any] | None = None
        self._reading = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._wake: asyncio.Future[None] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._closing = False

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work(), name="append")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Store what waits, then close the connections."""
        self._closing = True
        self._rouse()
        if self._worker is not None:
            await self._worker
        if self._reader is not None:
            await self._reader.close()

    async def append(self, command: Command) -> Stored:
        """Store a command, or find it stored.

        Raises Stale with the entries that came since, KeyReused, OtherKind, TimeMoved where it has to be
        judged again at a later moment, ClockAhead, and Unavailable: then the command may have been
        stored, and the same command again will tell.
        """
        job = self._job(command)
        if self._waiting or self._sending.locked():
            self._waiting.append(job)
            self._rouse()
        else:
            await self._alone(job)
        match await job.outcome:
            case Stored() as stored:
                return stored
            case Moved(stream, expected, current) as moved:
                since = await self._read(lambda conn: read_async.read_stream(conn, stream, expected, current))
                raise moved.stale(since)
            case Repeated(command_id) as repeated:
                return repeated.stored(await self._read(lambda conn: read_async.find_command(conn, command_id)))
            case error:
                raise error

    def _job(self, command: Command) -> Job:
        if self._closing or self._worker is None or self._worker.done():
            raise Unavailable("the register")
        if len(self._waiting) >= MAX_WAITING:
            raise Unavailable("the register", facts={"waiting": len(self._waiting)})
        return Job(command, asyncio.get_running_loop().create_future())

    async def _alone(self, job: Job) -> None:
        """A group of one goes straight through; what comes meanwhile waits for the worker."""
        try:
            async with self._sending:
                await self._settle([job])
        except asyncio.CancelledError:
            # an answer may be under way that nobody waits for: the connection cannot be used again
            await self._drop()
            raise

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _work(self) -> None:
        group: list[Job] = []
        try:
            while self._waiting or not self._closing:
                if not self._waiting:
                    self._wake = asyncio.get_running_loop().create_future()
                    await self._wake
                async with self._sending:
                    group = admit(self._waiting)
                    if group:
                        await self._settle(group)
        finally:
            for job in (*group, *self._waiting):
                job.failed(Unavailable("the register"))
            await self._drop()

    async def _settle(self, group: list[Job]) -> None:
        began = perf_counter()
        try:
            commands = [job.command for job in group]
            found = outcomes(commands, await self._sent(parameters([command.packed for command in commands])))
        except Unavailable as error:
            for job in group:
                job.failed(error)
        except psycopg.Error as error:
            if len(group) == 1:
                group[0].failed(error)
                return
            for job in group:  # one of them is at fault, and the others shall not pay for it
                await self._settle([job])
        else:
            metrics.APPEND_SECONDS.observe(perf_counter() - began)
            metrics.GROUP_SIZE.observe(len(group))
            metrics.APPENDS.inc(sum(type(outcome) is Stored for outcome in found))
            for job, outcome in zip(group, found, strict=True):
                if not job.outcome.done():
                    job.outcome.set_result(outcome)

    async def _sent(self, arrays: list[bytes]) -> PGresult:
        """Call the function until it answers. Sending again is safe: a command is known by its id."""
        pause = FIRST_PAUSE
        why = "no answer in time"
        try:
            async with asyncio.timeout(GIVE_UP):
                while True:
                    try:
                        if self._link is None:
                            self._link = await Link.open(self._conninfo, OPTIONS, APPEND, APPEND_TYPES)
                        return await self._link.call(arrays, BINARY)
                    except LostError as error:
                        why = str(error)
                        await self._drop()
                        await asyncio.sleep(pause)
                        pause = min(2 * pause, LONGEST_PAUSE)
        except TimeoutError as error:
            await self._drop()
            raise Unavailable("the register", facts={"why": why}) from error
        except psycopg.OperationalError as error:
            raise Unavailable("the register", facts={"why": str(error)}) from error

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def _read(self, question: Callable[[psycopg.AsyncConnection[Any]], Awaitable[T]]) -> T:
        """Ask over the second connection, so that no group waits for it; once more where it was broken."""
        async with self._reading:
            for last in (False, True):
                try:
                    async with asyncio.timeout(GIVE_UP):
                        if self._reader is None or self._reader.closed:
                            self._reader = await psycopg.AsyncConnection.connect(
                                self._conninfo, autocommit=True, options=OPTIONS, application_name="concord append read"
                            )
                        return await question(self._reader)
                except (psycopg.OperationalError, TimeoutError) as error:
                    if self._reader is not None:
                        await self._reader.close()
                    if last:
                        raise Unavailable("the register", facts={"why": str(error)}) from error
            raise AssertionError("unreachable")
