"""The projector fed from Kafka: the same folds, partitions as shards, offsets with rows.

Any number of processes share a topic's partitions as one consumer group. Which process holds which
partition is Kafka's matter; what was taken in is the database's: the offset of a shard is locked,
compared and moved in the transaction of its rows, so that a stale owner, a double or a rebalance
changes nothing. A shard writes only what its own streams make. What a stream was before the events of
a batch is read from the register where it is not remembered. What the register does not hold as it came
is none of its events: it is said loudly and passed over, for whatever is true comes by itself.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError

from projections.catalogue import CATALOGUE
from projections.freshness import PROJECTOR
from projections.history import Lens
from services.broker import ANSWER_MS
from services.casework.pack import Pack
from services.errors import Unavailable
from services.follower import AWAY, Control, Follower, Lane, Process
from services.membership import member
from services.observability.logs import error_text
from services.observability.metrics import PROJECTOR_EVENTS, PROJECTOR_FOREIGN
from services.projector import feeds, positions, tables
from services.projector.batch import Batch, Memory, folded
from services.projector.policy import Following
from services.projector.positions import Place
from services.projector.rebuild import rebuild
from services.projector.run import connected, lanes, prepare
from services.projector.writing import write_batch
from services.publisher.positions import published
from services.publisher.topics import ensure
from services.publisher.wire import Arrived, ForeignMessageError, arrived
from services.register.read import digests, log_id

BATCH = 2_000
"""Most events of a partition taken in by one transaction."""

POLL_MS = 100
COVER_SECONDS = 0.1
"""Between two looks at whether the shards owe nothing; what a reader waits longer than for the events."""

log = structlog.get_logger("projector")


class Read(NamedTuple):
    """A message of a partition as it was read: an event of the register, or none of its events."""

    offset: int
    event: Arrived | None


@contextmanager
def consuming(bootstrap: str, topic: str, batch: int) -> Iterator[Any]:
    """A member of the group, with every dangerous default of the client replaced."""
    consumer = member(
        bootstrap,
        topic,
        f"projector.{topic}",
        client_id="concord-projector",
        max_poll_records=batch,
        session_timeout_ms=10_000,
        fetch_max_wait_ms=POLL_MS,
    )
    try:
        yield consumer
    finally:
        consumer.close(autocommit=False)


@dataclass(slots=True)
class Shards:
    """Owns the connection on which the shards of this process are written, and what it remembers of streams."""

    conn: psycopg.Connection[Any]
    conninfo: str
    consumer: Any
    topic: str
    log: UUID
    policy: Following
    memory: Memory = field(default_factory=Memory)
    _covered: float = 0.0

    def follower(self) -> Follower[int, Read]:
        """The topic into the rows of every projection, each partition from its own offset."""
        return Follower(self._source, self._take, self._lanes, self._checkpoint, self._apart)

    def _source(self) -> Iterator[tuple[int, Sequence[Read]]]:
        polled: Mapping[TopicPartition, Sequence[Any]] = self.consumer.poll(timeout_ms=POLL_MS)
        for at, messages in polled.items():
            yield at.partition, self._read(at.partition, messages)

    def _checkpoint(self, _taken: int) -> None:
        if time.monotonic() - self._covered >= COVER_SECONDS:
            self.cover()

    def _lanes(self) -> list[Lane]:
        return lanes(self.conn)

    def cover(self) -> None:
        """Find what the shards of this process owe, and let the projections stand where all shards do."""
        position = published(self.conn, self.topic)
        # asked for after the position: what was published before it lies before these ends
        ends = self.consumer.end_offsets(list(self.consumer.assignment()), timeout_ms=ANSWER_MS)
        feeds.cover(self.conn, self.topic, {at.partition: end for at, end in ends.items()}, position)
        turned = feeds.follow(self.conn, self.topic, self.policy)
        if turned:
            self._turn([place for place in positions.places(self.conn) if place.name in turned and _ours(place)])
        self._covered = time.monotonic()

    def _turn(self, places: Sequence[Place]) -> None:
        """These views stand before an event by which other packs are in force: make them anew, past it."""
        try:
            rebuild(self.conninfo, [place.name for place in places], self.policy.ours, self.policy.place)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Unavailable:
            return  # another process makes them, or somebody rebuilds or compares
        except Exception as error:  # noqa: BLE001 (a view may fail in any way: it stops, the others go on)
            for place in places:
                if len(places) > 1:
                    self._turn([place])
                else:
                    positions.stop(self.conn, place.name, place.position + 1, error_text(error))
                    log.error("projection stopped", projection=place.name, position=place.position + 1, error=error)
            return
        log.info("a policy was adopted", projections=[place.name for place in places])

    def _read(self, partition: int, messages: Sequence[Any]) -> list[Read]:
        events: dict[int, Arrived] = {}
        for message in messages:
            try:
                events[message.offset] = arrived(message, self.log)
            except ForeignMessageError as error:
                self._foreign(partition, message.offset, str(error))
        own = digests(self.conn, [event.position for event in events.values()])
        for offset, event in list(events.items()):
            if own.get(event.position) != (event.stream, event.version, event.type, sha256(event.state).digest()):
                self._foreign(partition, offset, f"position {event.position} of the register is not what came")
                del events[offset]
        return [Read(message.offset, events.get(message.offset)) for message in messages]

    def _foreign(self, partition: int, offset: int, why: str) -> None:
        PROJECTOR_FOREIGN.inc()
        log.error("not an event of the register", topic=self.topic, partition=partition, offset=offset, why=why)

    def _apart(self, partition: int, failing: Read, _error: Exception) -> int:
        """A message at which a projection fails: those that cannot take it in stop, the others go on."""
        return self._take(partition, [failing], apart=True)

    def _take(self, partition: int, read: Sequence[Read], *, apart: bool = False) -> int:
        events = [message.event for message in read if message.event is not None]
        with self.conn.transaction():
            shard = feeds.lock(self.conn, self.topic, partition)
            places = [place for place in positions.share(self.conn, CATALOGUE) if _ours(place)]
            if not places or read[0].offset != shard.next_offset:
                self._go_to(partition, shard.next_offset)
                return 0
            kept: Batch | None = None
            for lens, group in self._by_lens(places):
                floor = max(shard.taken, min(place.position for place in group))
                fresh = [event for event in events if event.position > floor]
                kept = self._batch(fresh, floor, group, lens, apart)
                if kept is not None:
                    self._write(group, kept, lens, events[0] if apart else None)
            if apart and not any(_ours(place) for place in positions.share(self.conn, CATALOGUE)):
                return 0
            taken = max((event.position for event in events), default=shard.taken)
            feeds.move(self.conn, self.topic, partition, read[-1].offset + 1, taken)
        if kept is not None:
            self.memory.keep(kept.histories)
            # what is remembered holds no cycles: looking through it all stops the projector for half a second
            gc.freeze()
        return len(read)

    def _by_lens(self, places: Sequence[Place]) -> list[tuple[Lens, list[Place]]]:
        """The projections by what was adopted up to where they stand: nearly always by one lens all of them."""
        policy, groups = self.policy.read(self.conn), list[tuple[Lens, list[Place]]]()
        for place in sorted(places, key=lambda place: place.position):
            lens = policy.lens(place.position)
            if not groups or groups[-1][0] is not lens:
                groups.append((lens, []))
            groups[-1][1].append(place)
        return groups

    def _batch(
        self, fresh: Sequence[Arrived], after: int, places: Sequence[Place], lens: Lens, apart: bool
    ) -> Batch | None:
        if not fresh:
            return None
        deadlines = any(CATALOGUE[place.name].needs_deadlines for place in places)
        try:
            return folded(self.conn, _once(fresh), after, self.memory, lens, deadlines=deadlines)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            if not apart:
                raise
            for place in places:
                self._stop(place, fresh[0], error)
            return None

    def _write(self, places: Sequence[Place], batch: Batch, lens: Lens, failing: Arrived | None) -> None:
        for place in places:
            happenings = [one for one in batch.happenings if one.position > place.position]
            if not happenings:
                continue
            target, own = tables.serving(CATALOGUE[place.name]), replace(batch, happenings=happenings)
            if failing is None:
                write_batch(self.conn, target, own, lens)
            elif not self._tried(place, target, own, lens, failing):
                continue
            PROJECTOR_EVENTS.labels(place.name).inc(len(happenings))

    def _tried(self, place: Place, target: tables.Target, batch: Batch, lens: Lens, failing: Arrived) -> bool:
        try:
            with self.conn.transaction():
                write_batch(self.conn, target, batch, lens)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 (a projection may fail in any way: it stops, the others go on)
            self._stop(place, failing, error)
            return False
        return True

    def _stop(self, place: Place, failing: Arrived, error: Exception) -> None:
        why = f"{failing.type} {failing.stream}/{failing.version}: {error_text(error)}"
        positions.stop(self.conn, place.name, failing.position, why)
        log.error("projection stopped", projection=place.name, position=failing.position, error=why)

    def _go_to(self, partition: int, offset: int) -> None:
        at = TopicPartition(self.topic, partition)
        if at not in self.consumer.assignment():
            return
        first = self.consumer.beginning_offsets([at])[at]
        if first > offset:
            raise feeds.ShardError(f"{self.topic}/{partition} begins at {first}, and {offset} was not taken in")
        self.consumer.seek(at, offset)


def _ours(place: Place) -> bool:
    known = CATALOGUE[place.name]
    return place.feed == positions.KAFKA and place.status == "running" and place.version == known.version


def _once(fresh: Sequence[Arrived]) -> list[Arrived]:
    """Without doubles: a partition holds the first copies in the order of the log."""
    kept: list[Arrived] = []
    for one in fresh:
        if not kept or one.position > kept[-1].position:
            kept.append(one)
    return kept


def process(conninfo: str, bootstrap: str, topic: str, pack: Pack, place: str, *, batch: int = BATCH) -> Process:
    """Keeps all projections up with the topic. Rows are made by what `place` adopts, and by `pack` for the days before.

    It ends with ShardError where a partition does not go on.
    """
    policy = Following(place, pack)

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[int, Read]]:
        ensure(bootstrap, topic)
        with connected(conninfo) as conn, consuming(bootstrap, topic, batch) as consumer:
            feeds.begin(conn, topic, consumer.partitions_for_topic(topic) or ())
            yield Shards(conn, conninfo, consumer, topic, log_id(conn), policy).follower()

    def prepared() -> None:
        prepare(conninfo, pack, place)
        feeds.take_over(conninfo, pack, place, positions.KAFKA)

    return Process(PROJECTOR, conninfo, opened, prepare=prepared, poll_seconds=0, away=(*AWAY, KafkaError))
