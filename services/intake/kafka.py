"""Signals from Kafka with an effect exactly once: the offset moves in the transaction of the effect.

Kafka says who reads what; PostgreSQL alone says what has been taken. A process that lost its partition
without knowing fails at the fence, and nothing of its batch is stored.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError

from services.casework.pack import Pack
from services.errors import ClockAhead, Unavailable
from services.intake import offsets
from services.intake.batch import Batch, Judge, Moved
from services.intake.clients import Assignments, consumer, topic_id
from services.intake.dead_topic import DeadTopic
from services.intake.record import Incoming, incoming
from services.intake.topics import SIGNALS, dead_of
from services.intake.waiting import letters_about, letters_after, letters_of_reports, set_aside
from services.longlived import settle
from services.observed import metrics

POLL_MS: Final = 200
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two attempts to reach what is away; doubled each time."""

ATTEMPTS: Final = 5
"""How often a batch is judged anew when what it rests on moves meanwhile."""

LOOK_SECONDS: Final = 2.0
"""Between two looks for letters whose report has come; also how soon an idle intake knows that the database is away."""

AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable, Unavailable, ClockAhead)
"""The database is away, not made ready yet, or its clock is behind: wait, lose nothing."""

log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True)
class Item:
    """One message and where it stood."""

    partition: TopicPartition
    offset: int
    message: Incoming


def run(
    conninfo: str,
    bootstrap: str,
    pack: Pack,
    place: str,
    stopping: Callable[[], bool],
    name: str | None = None,
    *,
    topic: str = SIGNALS,
    stepped: Callable[[], None] = lambda: None,
) -> None:
    """Take in what comes until `stopping`; where the broker or the database is away, try again and again.

    `stepped` is called after each step, so that others know that this loop goes on.
    """
    pause = FIRST_PAUSE
    judge = Judge(pack, place, topic)
    settle()
    while not stopping():
        try:
            with closing(Intake(conninfo, bootstrap, judge, name)) as intake:
                while not stopping():
                    intake.step()
                    stepped()
                    pause = FIRST_PAUSE
        except KafkaError as error:
            log.warning("the broker is away", error=f"{type(error).__name__}: {error}")
            stepped()
            # also where it answers and refuses: whoever joins the group again and again lets nobody else get to work
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


@dataclass
class Intake:
    """One member of the group: its partitions, how far each has been taken, and the database's connection."""

    conninfo: str
    bootstrap: str
    judge: Judge
    name: str | None = None
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    given: Assignments = field(default_factory=Assignments)
    next: dict[TopicPartition, int] = field(default_factory=dict)
    fresh: set[TopicPartition] = field(default_factory=set)
    """Partitions whose offset has to be read from the database before anything of them is taken."""

    pause: float = FIRST_PAUSE
    swept: bool = False
    next_look: float = 0.0
    conn: psycopg.Connection[Any] | None = None

    def __post_init__(self) -> None:
        self.topic = self.judge.channel
        self.consumer = consumer(self.bootstrap, self.topic, self.name, self.given)
        self.dead = DeadTopic(self.bootstrap, dead_of(self.topic))

    def close(self) -> None:
        """Leave the group and close what is open."""
        with suppress(KafkaError):
            self.consumer.close(autocommit=False, timeout_ms=5_000)
        self.dead.close()
        self._disconnect()

    def step(self) -> int:
        """Poll once and take what came; how many messages. Raises KafkaError."""
        polled = self.consumer.poll(timeout_ms=POLL_MS)
        self._notice()
        items = [
            Item(partition, record.offset, incoming(record.value, record.headers, record.key))
            for partition in sorted(polled.keys() & self.next.keys() - self.fresh)
            for record in polled[partition]
            if record.offset >= self.next[partition]
        ]
        try:
            if self.fresh:
                self._take_over()
            if not self.swept:
                self._sweep()
            if time.monotonic() >= self.next_look:
                self.next_look = time.monotonic() + LOOK_SECONDS
                self._try_again(letters_of_reports(self._connected()))
            if items:
                self._take(items)
        except AWAY as error:
            self._away(error)
            return 0
        except offsets.Fenced:
            self._rejoin()
            return 0
        self._here()
        return len(items)

    def _notice(self) -> None:
        while self.given.changes:
            given, partitions = self.given.changes.popleft()
            for partition in partitions:
                self.next.pop(partition, None)
                self.fresh.discard(partition)
            if given:
                self.fresh |= partitions

    def _take_over(self) -> None:
        """Go on where the database says, whatever the broker remembers."""
        wanted = sorted(self.fresh & self.consumer.assignment())
        first = self.consumer.beginning_offsets(wanted) if wanted else {}
        topic = topic_id(self.bootstrap, self.topic)
        conn = self._connected()
        for partition in wanted:
            at, expired = offsets.begin(conn, partition, first[partition], topic, self.owner)
            if expired:
                metrics.INTAKE_LOST.inc(expired)
                log.error("messages expired before they were taken", partition=partition.partition, count=expired)
            self.next[partition] = at
            self.consumer.seek(partition, at)
            self.consumer.resume(partition)
        self.fresh.clear()

    def _take(self, items: Sequence[Item]) -> None:
        """Take the items; where the database refuses some for what they are, the halves apart."""
        try:
            after, batch = self._attempts(items)
        except AWAY:
            raise
        except psycopg.Error as error:
            if len(items) == 1:
                self._refused(items[0], error)
                return
            half = len(items) // 2
            self._take(items[:half])
            self._take(items[half:])
        else:
            self._settled(after, batch)

    def _attempts(self, items: Sequence[Item]) -> tuple[dict[TopicPartition, int], Batch]:
        after = {item.partition: item.offset + 1 for item in items}
        for _ in range(ATTEMPTS):
            with suppress(Moved):
                began = time.perf_counter()
                conn = self._connected()
                with conn.transaction():
                    offsets.move(conn, self.next, after, self.owner)
                    batch = self.judge.take(conn, [item.message for item in items])
                metrics.INTAKE_BATCH.observe(time.perf_counter() - began)
                return after, batch
        raise Unavailable("the register", facts={"reason": "contended"})

    def _settled(self, after: dict[TopicPartition, int], batch: Batch) -> None:
        """After the commit: what is remembered, counted, copied to the topic of dead letters."""
        self.next.update(after)
        self.judge.remember(batch)
        for outcome, count in batch.outcomes.items():
            metrics.INTAKE.labels(outcome).inc(count)
        for row, message in batch.dead:
            self.dead.copy(row, message)
        for partition in after:
            highest = self.consumer.highwater(partition)
            if highest is not None:
                metrics.INTAKE_LAG.labels(str(partition.partition)).set(highest - self.next[partition])
        if batch.about:
            # a report and what waits for it may have come by two ways at the same moment
            self._try_again(letters_about(self._connected(), batch.about))

    def _try_again(self, letters: Sequence[Incoming]) -> None:
        """Take what waited; what cannot be taken now stays where it is, for the next sweep or a person."""
        if not letters:
            return
        conn = self._connected()
        try:
            with conn.transaction():
                batch = self.judge.take(conn, letters)
        except AWAY:
            raise
        except (Moved, psycopg.Error) as error:
            log.warning("what waited could not be taken yet", letters=len(letters), error=str(error))
        else:
            self.judge.remember(batch)

    def _sweep(self) -> None:
        """Once at the start: what still waits for a report that has come, because a crash came between."""
        last = 0
        while letters := letters_after(self._connected(), last):
            self._try_again(letters)
            last = letters[-1].letter or 0
        self.swept = True

    def _refused(self, item: Item, error: psycopg.Error) -> None:
        conn, after = self._connected(), {item.partition: item.offset + 1}
        with conn.transaction():
            offsets.move(conn, self.next, after, self.owner)
            row = set_aside(conn, item.message, self.topic, error)
        self.next.update(after)
        metrics.INTAKE.labels("dead").inc()
        self.dead.copy(row, item.message)

    def _away(self, error: Exception) -> None:
        """Hold still but stay in the group; everything not taken is read again."""
        if self.pause == FIRST_PAUSE:
            log.warning("the database is away", error=str(error))
        metrics.INTAKE_AWAY.set(1)
        self.swept = False
        self._disconnect()
        assigned = self.consumer.assignment()
        self.fresh |= assigned
        self.consumer.pause(*assigned)
        time.sleep(self.pause)
        self.pause = min(2 * self.pause, LONGEST_PAUSE)

    def _here(self) -> None:
        if self.pause != FIRST_PAUSE:
            log.info("the database is back")
        self.pause = FIRST_PAUSE
        metrics.INTAKE_AWAY.set(0)

    def _rejoin(self) -> None:
        metrics.INTAKE_FENCED.inc()
        log.warning("another process owns what this one read; joining the group anew")
        self.consumer.unsubscribe()
        self.next.clear()
        self.fresh.clear()
        self.given.changes.clear()
        self.consumer.subscribe([self.topic], listener=self.given)

    def _connected(self) -> psycopg.Connection[Any]:
        if self.conn is None or self.conn.closed:
            self.conn = offsets.connect(self.conninfo)
        return self.conn

    def _disconnect(self) -> None:
        if self.conn is not None:
            self.conn.close()
        self.conn = None
