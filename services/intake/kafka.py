"""Signals from Kafka with an effect exactly once: the offset moves in the transaction of the effect.

Kafka says who reads what; PostgreSQL alone says what has been taken. A process that lost its partition
without knowing fails at the fence, and nothing of its batch is stored.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import psycopg
import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError

from services.broker import Listening
from services.casework.pack import Pack
from services.follower import AWAY, Control, Follower, Lane, Process
from services.intake import offsets
from services.intake.batch import Batch, Judge, judged, try_again
from services.intake.clients import Assignments, consumer, topic_id
from services.intake.dead_topic import DeadTopic
from services.intake.record import Incoming, incoming
from services.intake.topics import SIGNALS, dead_of
from services.intake.waiting import letters_about, letters_after, letters_of_reports, set_aside
from services.observability import metrics
from services.stuck_partitions import Stuck

POLL_MS: Final = 200

LOOK_SECONDS: Final = 2.0
"""Between two looks for letters whose report has come; also how soon an idle intake knows that the database is away."""

DATABASE_AWAY: Final[tuple[type[Exception], ...]] = (*AWAY, psycopg.errors.UndefinedTable)
"""The database is away, not made ready yet, or its clock is behind: wait, stay in the group, lose nothing."""

log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True)
class Item:
    """One message and where it stood."""

    partition: TopicPartition
    offset: int
    message: Incoming


@dataclass
class Member:
    """One member of the group, kept while the database is away: its partitions, and how far each has been taken."""

    bootstrap: str
    topic: str
    name: str | None = None
    given: Assignments = field(default_factory=Assignments)
    next: dict[TopicPartition, int] = field(default_factory=dict)
    fresh: set[TopicPartition] = field(default_factory=set)
    """Partitions whose offset has to be read from the database before anything of them is taken."""

    def __post_init__(self) -> None:
        self.consumer = consumer(self.bootstrap, self.topic, self.name, self.given)
        self.stuck = Stuck(self.consumer)
        self.listening = Listening(self.consumer, self.topic)
        self.dead = DeadTopic(self.bootstrap, dead_of(self.topic))

    def close(self) -> None:
        """Leave the group and close what is open."""
        with suppress(KafkaError):
            self.consumer.close(autocommit=False, timeout_ms=5_000)
        self.dead.close()

    def poll(self) -> Sequence[Item]:
        """What has come and was not taken yet. Raises KafkaError."""
        polled, stuck = self.stuck.poll(POLL_MS)
        self.listening.heard(bool(polled) or stuck is not None)
        self._notice()
        if stuck is not None:
            metrics.INTAKE_STUCK.labels(str(stuck.partition)).set(1)
            log.error("nothing of a partition can be read", partition=stuck.partition, why=self.stuck.reasons[stuck])
        for partition in {*polled, *self.stuck.recovered()}:
            self._freed(partition)
        due = self.stuck.due() & self.consumer.assignment()
        self.fresh |= due
        self.stuck.tried(due)
        return [
            Item(partition, record.offset, incoming(record.value, record.headers, record.key))
            for partition in sorted(polled.keys() & self.next.keys() - self.fresh)
            for record in polled[partition]
            if record.offset >= self.next[partition]
        ]

    def _notice(self) -> None:
        while self.given.changes:
            given, partitions = self.given.changes.popleft()
            for partition in partitions:
                self.next.pop(partition, None)
                self.fresh.discard(partition)
                self._freed(partition)
            if given:
                self.fresh |= partitions

    def _freed(self, partition: TopicPartition) -> None:
        if self.stuck.freed(partition):
            metrics.INTAKE_STUCK.labels(str(partition.partition)).set(0)
            log.warning("a partition is read again", partition=partition.partition)

    def hold(self) -> None:
        """Read nothing: everything that was not taken is read again once `fresh` partitions are taken over."""
        assigned = self.consumer.assignment()
        self.fresh |= assigned
        self.consumer.pause(*assigned)

    def rest(self) -> None:
        """Stay in the group while nothing can be taken. Raises KafkaError."""
        self.hold()
        self.consumer.poll(timeout_ms=0)
        self._notice()

    def rejoin(self) -> None:
        """Another process owns what this one read: join the group again."""
        self.consumer.unsubscribe()
        for partition in list(self.stuck.reasons):
            self._freed(partition)
        self.next.clear()
        self.fresh.clear()
        self.given.changes.clear()
        self.consumer.subscribe([self.topic], listener=self.given)


@dataclass
class Intake:
    """Takes what a member reads, over one connection of the database."""

    conn: psycopg.Connection[Any]
    member: Member
    judge: Judge
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    swept: bool = False
    next_look: float = 0.0

    def follower(self) -> Follower[str, Item]:
        """The topic into the register; offsets and effects are one transaction."""
        return Follower(self._source, self._take, self.lanes, failure=self._refused)

    def _source(self) -> Iterator[tuple[str, Sequence[Item]]]:
        items = self.member.poll()
        if self.member.fresh:
            self._take_over()
        if not self.swept:
            self._sweep()
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + LOOK_SECONDS
            self._try_again(letters_of_reports(self.conn))
        if items:
            yield self.member.topic, items

    def _take_over(self) -> None:
        """Go on where the database says, whatever the broker remembers."""
        member = self.member
        wanted = sorted(member.fresh & member.consumer.assignment())
        first = member.consumer.beginning_offsets(wanted) if wanted else {}
        topic = topic_id(member.bootstrap, member.topic)
        for partition in wanted:
            at, expired = offsets.begin(self.conn, partition, first[partition], topic, self.owner)
            if expired:
                metrics.INTAKE_LOST.inc(expired)
                log.error("messages expired before they were taken", partition=partition.partition, count=expired)
            member.next[partition] = at
            member.consumer.seek(partition, at)
            member.consumer.resume(partition)
        member.fresh.clear()

    def _take(self, _topic: str, items: Sequence[Item]) -> int:
        """Take the items; what another process owns by now is left to it."""
        items = [item for item in items if self.member.next.get(item.partition, item.offset + 1) <= item.offset]
        if not items:
            return 0
        try:
            after = {item.partition: item.offset + 1 for item in items}
            moved = partial(offsets.move, self.conn, self.member.next, after, self.owner)
            batch = judged(self.conn, self.judge, [item.message for item in items], moved)
        except offsets.Fenced:
            metrics.INTAKE_FENCED.inc()
            log.warning("another process owns what this one read; joining the group anew")
            self.member.rejoin()
            return 0
        self._settled(after, batch)
        return len(items)

    def _settled(self, after: dict[TopicPartition, int], batch: Batch) -> None:
        """After the commit: what was taken is counted, what was not copied to the topic of dead letters."""
        self.member.next.update(after)
        for row, message in batch.dead:
            self.member.dead.copy(row, message)
        for partition in after:
            highest = self.member.consumer.highwater(partition)
            if highest is not None:
                metrics.INTAKE_LAG.labels(str(partition.partition)).set(highest - self.member.next[partition])
        if batch.about:
            # a report and what waits for it may have come by two ways at the same moment
            self._try_again(letters_about(self.conn, batch.about))

    def _try_again(self, letters: Sequence[Incoming]) -> None:
        try_again(self.conn, self.judge, letters, DATABASE_AWAY)

    def _sweep(self) -> None:
        """Once at the start: what still waits for a report that has come, because a crash came between."""
        last = 0
        while letters := letters_after(self.conn, last):
            self._try_again(letters)
            last = letters[-1].letter or 0
        self.swept = True

    def _refused(self, _topic: str, item: Item, error: Exception) -> int:
        """A message that the database refuses for what it is, as a dead letter."""
        if not isinstance(error, psycopg.Error):
            raise error
        after = {item.partition: item.offset + 1}
        with self.conn.transaction():
            offsets.move(self.conn, self.member.next, after, self.owner)
            _, row = set_aside(self.conn, item.message, self.member.topic, error)
        self.member.next.update(after)
        metrics.INTAKE.labels("dead").inc()
        self.member.dead.copy(row, item.message)
        return 1

    def lanes(self) -> list[Lane]:
        """How far each partition of this member has been taken, and why nothing of it can be read."""
        member = self.member
        return [
            Lane(f"{at.topic}/{at.partition}", offset, member.consumer.highwater(at), member.stuck.reasons.get(at))
            for at, offset in sorted(member.next.items())
        ]


def process(
    conninfo: str,
    bootstrap: str,
    pack: Pack,
    place: str,
    name: str | None = None,
    *,
    topic: str = SIGNALS,
    requires_keys: bool = False,
) -> Process:
    """Takes in what comes. While the database is away it stays in its group and reads nothing."""
    judge, members = Judge(pack, place, topic, requires_keys=requires_keys), list[Member]()

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[str, Item]]:
        try:
            with offsets.connect(conninfo) as conn:
                if members:
                    members[0].hold()
                else:
                    members.append(Member(bootstrap, topic, name))
                metrics.INTAKE_AWAY.set(0)
                yield Intake(conn, members[0], judge).follower()
        except KafkaError:
            closed()
            raise
        except DATABASE_AWAY:
            metrics.INTAKE_AWAY.set(1)
            raise

    def rest() -> None:
        for member in members:
            with suppress(KafkaError):
                member.rest()

    def closed() -> None:
        for member in members:
            member.close()
        members.clear()

    return Process(
        "intake", conninfo, opened, poll_seconds=0, away=(*DATABASE_AWAY, KafkaError), rest=rest, close=closed
    )
