"""What a process reports about itself every second, and the notices that wake it; one thread, one connection."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, LiteralString, Self
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from services.observability import logs, metrics

BEAT_SECONDS: Final = 1.0
"""Between two heartbeats."""

RATE_SECONDS: Final = 10
"""Over which the rate is measured."""

SLICE_SECONDS: Final = 0.25
"""Between two looks, while waiting, at whether to stop."""

KEPT: Final = "1 day"
"""A silent process is shown for so long; whoever starts next forgets it."""

OPTIONS: Final = "-c statement_timeout=5s -c synchronous_commit=off"
CONNECT_SECONDS, SILENT_MS = 3, 5_000
"""A database that has gone silent holds a heartbeat for 5 s at most; no heartbeat waits for the disk."""

_FORGET: LiteralString = "DELETE FROM register.processes WHERE beat_at < now() - %s::interval"
_BEAT: LiteralString = """
    INSERT INTO register.processes AS p (
        id, name, host, pid, started_at, stepped_at, state, since, taken, rate, error, error_at, lanes)
    VALUES (%(id)s, %(name)s, %(host)s, %(pid)s, now() - %(age)s * interval '1 second',
        now() - %(stepped)s * interval '1 second', %(state)s, now() - %(since)s * interval '1 second',
        %(taken)s, %(rate)s, %(error)s, %(error_at)s, %(lanes)s)
    ON CONFLICT (id) DO UPDATE SET beat_at = now(), stepped_at = excluded.stepped_at, state = excluded.state,
        since = excluded.since, taken = excluded.taken, rate = excluded.rate, error = excluded.error,
        error_at = excluded.error_at, lanes = excluded.lanes"""


@dataclass(frozen=True, slots=True)
class Lane:
    """One thing with a position of its own that a process follows: a projection, a partition, a subscription.

    Without a `head` its end is that of the register's log. `error` is why it has stopped, or stands still.
    """

    name: str
    position: int | None
    head: int | None = None
    error: str | None = None


class Heartbeat:
    """What a loop reports about itself (`stepped`, `waiting`, …), written by a thread that also listens for notices."""

    def __init__(self, conninfo: str, name: str, channels: Sequence[str] = (), long_steps: float = 0.0) -> None:
        self.long_steps, self.name, self.state = long_steps, name, "starting"
        self.error: str | None = None
        self.taken = 0
        self.lanes: Sequence[Lane] = ()
        self._id, self._conninfo, self._channels = uuid4(), conninfo, tuple(channels)
        self._error_at: datetime | None = None
        self._began = self._since = self._stepped = time.monotonic()
        self._observed = 0.0
        self._counts: deque[tuple[float, int]] = deque(maxlen=RATE_SECONDS + 1)
        # reentrant, unlike an Event: a signal's handler may ring
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat of {name}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._enter("ended")
        self._ended.set()
        self._thread.join(2 * BEAT_SECONDS)

    # what the loop says

    def stepped(self, taken: int, lanes: Callable[[], Sequence[Lane]]) -> None:
        """The loop went on, and took so many items; once a second it is asked where it stands."""
        self._stepped = time.monotonic()
        self.taken += taken
        if taken:
            metrics.FOLLOWER_TAKEN.labels(self.name).inc(taken)
        self._enter("working" if taken else "idle")
        if self._stepped - self._observed >= BEAT_SECONDS:
            self._observed = self._stepped
            self.lanes = tuple(lanes())

    def waiting(self, error: BaseException) -> None:
        """Something it needs is away."""
        self._stepped = time.monotonic()
        self.error, self._error_at = logs.error_text(error), datetime.now(UTC)
        self._enter("waiting")

    def standby(self) -> bool:
        """Another process does the work; whether that is new."""
        self._stepped = time.monotonic()
        return self._enter("standby")

    def stopped(self, error: BaseException) -> None:
        """It ends, and a person has to look."""
        self.error, self._error_at = logs.error_text(error), datetime.now(UTC)
        self._enter("stopped")

    def wait(
        self, seconds: float, stopping: Callable[[], bool], rest: Callable[[], None] = lambda: None, *,
        deaf: bool = False,
    ) -> None:  # fmt: skip
        """Wait until a notice comes (unless `deaf`), it is time to stop, or so many seconds are over."""
        until = time.monotonic() + seconds
        while not stopping() and (left := until - time.monotonic()) > 0:
            rest()
            if deaf:
                time.sleep(min(SLICE_SECONDS, left))
                continue
            with suppress(Empty):
                self._bell.get(timeout=min(SLICE_SECONDS, left))
                while not self._bell.empty():
                    self._bell.get_nowait()
                return

    def ring(self) -> None:
        """Wake the loop: something may have come. Any thread, and a signal's handler, may call it."""
        self._bell.put(None)

    def seconds_since_step(self) -> float:
        """Since the loop last went on."""
        return time.monotonic() - self._stepped

    def rate(self) -> float:
        """Items a second, over the last ten seconds."""
        if len(self._counts) < 2:
            return 0.0
        (began, before), (ended, after) = self._counts[0], self._counts[-1]
        return (after - before) / (ended - began) if ended > began else 0.0

    def _enter(self, state: str) -> bool:
        if state == self.state:
            return False
        self.state, self._since = state, time.monotonic()
        return True

    # the thread

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(
                    self._conninfo, autocommit=True, application_name=f"concord {self.name} heartbeat",
                    options=OPTIONS, connect_timeout=CONNECT_SECONDS, tcp_user_timeout=SILENT_MS,
                ) as conn:  # fmt: skip
                    for channel in self._channels:
                        conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                    self.ring()  # what came while nobody listened
                    self._beat(conn, first=True)
                    for _ in self._beats(conn):
                        self._beat(conn)
            except psycopg.Error:
                # the database is away, or not at this program's schema yet: the loop sees that itself
                self._ended.wait(BEAT_SECONDS / 2)

    def _beats(self, conn: psycopg.Connection[Any]) -> Iterator[None]:
        """Once a second, until the end and once more then; rings with every notice between."""
        due = time.monotonic() + BEAT_SECONDS
        while not self._ended.is_set():
            left = due - time.monotonic()
            if left <= 0:
                due = time.monotonic() + BEAT_SECONDS
                yield
                continue
            for _ in conn.notifies(timeout=min(left, SLICE_SECONDS), stop_after=1):
                self.ring()
        yield

    def _beat(self, conn: psycopg.Connection[Any], *, first: bool = False) -> None:
        now = time.monotonic()
        self._counts.append((now, self.taken))
        if first:
            conn.execute(_FORGET, [KEPT])
        conn.execute(
            _BEAT,
            {
                "id": self._id,
                "name": self.name,
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "age": now - self._began,
                "stepped": max(0.0, now - self._stepped - self.long_steps),
                "state": self.state,
                "since": now - self._since,
                "taken": self.taken,
                "rate": self.rate(),
                "error": self.error,
                "error_at": self._error_at,
                "lanes": Jsonb([asdict(lane) for lane in self.lanes]),
            },
        )
