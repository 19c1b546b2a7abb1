"""The replicator: every province's topic into the nation's replica, each in its order and without a hole.

One consumer without a group reads all partitions of all provinces that belong; how far it is is the
database's: rows, offsets and what a feed reports about itself are one transaction. One process at a time
writes, by a lock of the very connection that it writes on; another stands by. What is wrong with one
province stops that province alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import psycopg
import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from services.broker import SAFE, Listening, reach
from services.follower import AWAY, Control, Follower, Lane, Process, StandbyError
from services.nation import feeds, replica
from services.nation.arrival import BRANCHED, FOREIGN, FORGED, Arrival, Refusal, RefusedError, arrival, prefix_of
from services.nation.feeds import Pinned
from services.nation.merge import Merge, Stop, streams_of
from services.nation.resend_requests import Asking, asking
from services.observability.metrics import (
    FEEDS_FORGED,
    FEEDS_STOPPED,
    REPLICA_HEARD,
    REPLICA_LAG,
    REPLICA_SKEW,
    REPLICATED,
)
from services.publisher import heads
from services.publisher.heads import Head
from services.publisher.signature import ROTATED, Verifier
from services.publisher.topics import ensure, topic_of

Connection = psycopg.Connection[Any]

LOCK: Final = 2023032
"""Advisory lock of the one replicator that writes."""

BATCH: Final = 5_000
"""Events stored by one transaction while catching up."""

FEW: Final = 500
"""A poll that brings less is not catching up: what came is stored at once."""

POLL_MS: Final = 100
MEMBERS_SECONDS: Final = 2.0
"""Between two looks at which provinces belong, and at what the metrics say."""

PATIENCE_SECONDS: Final = 1.0
"""For an event that other partitions are ahead of."""

ASK_SECONDS: Final = 5.0
"""Between two requests for the same range."""

BEYOND_SECONDS: Final = 3.0
"""For a head that covers an event which lies beyond the last one: longer than a province takes to tell the next."""

SKEW_SECONDS: Final = 60.0
"""From which on the log says that a province's clock is off."""

ENDS_MS: Final = 2_000
"""For a broker to say where a partition ends."""

_ROTATED: Final = ROTATED.encode()
_HEADS: Final = TopicPartition(heads.HEADS, 0)

REST_SECONDS: Final = 0.05
"""Between two polls where nothing came; a poll itself waits, once there is a topic."""

log = structlog.get_logger("replicator")


@contextmanager
def consuming(bootstrap: str) -> Iterator[Any]:
    """A consumer without a group, with every dangerous default of the client replaced."""
    consumer = KafkaConsumer(
        **reach(bootstrap) | SAFE,
        client_id="concord-replicator",
        max_poll_records=BATCH,
        # even pieces of all partitions, so that little is ahead of its turn
        max_partition_fetch_bytes=256 * 1024,
        fetch_max_wait_ms=POLL_MS,
    )
    try:
        yield consumer
    finally:
        consumer.close(autocommit=False)


@dataclass(slots=True)
class Province:
    """What this process knows of one province; times are of the monotonic clock, in seconds.

    `passed` is by partition the first offset of a message that no known key signed, since the last key became known.
    """

    merge: Merge
    prefix: bytes
    pinned: Pinned
    keys: Verifier
    stored: int
    said: Stop | None
    forged: list[str] = field(default_factory=list)
    passed: dict[int, int] = field(default_factory=dict)
    told: Head | None = None
    recorded_at: datetime | None = None
    beyond_since: float | None = None
    short_since: float | None = None
    touched: bool = False
    asked: float = 0.0
    gap_at: int = -1
    gap_since: float = 0.0
    missing: bool = False


@dataclass(slots=True)
class Replicator:
    """Owns the connection that holds the lock and writes, the consumer, and what has come and is not stored."""

    conn: Connection
    reading: Connection
    consumer: Any
    asking: Asking
    adding: replica.Adding
    provinces: dict[str, Province] = field(default_factory=dict)
    _topics: dict[str, str] = field(default_factory=dict)
    _looked: float = -MEMBERS_SECONDS
    _listening: Listening = field(init=False)

    def __post_init__(self) -> None:
        self._listening = Listening(self.consumer, heads.HEADS)

    def follower(self) -> Follower[TopicPartition, Any]:
        """The provinces' topics into the replica; rows, offsets and what the feeds say are one transaction."""
        return Follower(self._source, self._take, self._lanes, self._checkpoint)

    def _source(self) -> Iterator[tuple[TopicPartition, Sequence[Any]]]:
        if time.monotonic() - self._looked >= MEMBERS_SECONDS:
            self._store()
            self._look()
        if not self._topics:
            self._listening.heard(False)
            return
        for province in self.provinces.values():
            # what waited for a doubt to be over
            if province.merge.ahead:
                self._advance(province)
        polled = self.consumer.poll(timeout_ms=POLL_MS)
        self._listening.heard(bool(polled))
        told = polled.pop(_HEADS, ())
        yield from polled.items()
        # after what was sent before them
        for message in told:
            self._heed(message)

    def _checkpoint(self, taken: int) -> None:
        """Store what is complete, ask for what is missing; while catching up, only once much is complete."""
        if not self._topics:
            return
        waiting = sum(len(province.merge.ready) for province in self.provinces.values())
        if taken < FEW or waiting >= BATCH or any(province.merge.doubles for province in self.provinces.values()):
            self._store()
            self._ask()

    def _lanes(self) -> list[Lane]:
        return [
            Lane(
                place,
                province.merge.position,
                province.merge.end,
                province.said.reason if province.said else None,
            )
            for place, province in self.provinces.items()
        ]

    def _look(self) -> None:
        """Read the provinces that belong, and only those; say how they are."""
        self._looked = time.monotonic()
        belonging, known = feeds.joined(self.conn), feeds.feeds(self.conn)
        gone = [one.place for one in known if one.place not in belonging and one.status != feeds.LEFT]
        if gone:
            feeds.leave(self.conn, gone)
        changed = {place for place, one in self.provinces.items() if belonging.get(place) != one.pinned}
        for place in changed:
            del self.provinces[place]
            # so that it is read from where its feed is, should it belong again by now
            self._topics.pop(topic_of(place), None)
        for place, pinned in belonging.items():
            if place not in self.provinces:
                self._begin(place, pinned)
        self._assign()
        FEEDS_STOPPED.set(sum(one.status == feeds.STOPPED for one in known))
        for one in known:
            if one.heard_at is not None:
                REPLICA_HEARD.labels(one.place).set((datetime.now(UTC) - one.heard_at).total_seconds())
            if one.place in self.provinces:
                REPLICA_LAG.labels(one.place).set(max(0, self.provinces[one.place].merge.end - one.position))
            if one.skew_seconds is not None:
                REPLICA_SKEW.labels(one.place).set(one.skew_seconds)

    def _begin(self, place: str, pinned: Pinned) -> None:
        of = pinned.log
        feed = feeds.begin(self.conn, place, of)
        if feeds.follow_branches(self.conn, feed, pinned):
            log.warning("a branch is followed", place=place, log=str(of), before=feed.position)
            feed = feeds.begin(self.conn, place, of)
        if feed.log == of:
            merge = Merge(place, of, feed.position, seen=feed.position)
            if feed.stop is not None:
                merge.resume(feed.stop)
            keys = Verifier.of((0, pinned.key))
            for position, state in replica.of_type(self.conn, place, ROTATED):
                keys.learn(position, state)
            self.provinces[place] = Province(
                merge, prefix_of(of), pinned, keys, feed.position, feed.stop, recorded_at=feed.recorded_at
            )
        elif feed.status != feeds.STOPPED:
            reason = f"入网登记的日志是{of}，副本是{feed.log}的 / log {of} joined, and the replica is of {feed.log}"
            feeds.stop(self.conn, place, Stop(FOREIGN, reason, feed.position, feed.position, feed.position))
            log.error("replication stopped", place=place, why=reason)

    def _assign(self) -> None:
        """Read all partitions of all provinces whose topic is there, the new ones from where they were left."""
        wanted = {topic_of(place): place for place in self.provinces}
        if wanted.keys() == self._topics.keys():
            return
        there = self.consumer.topics() & wanted.keys()
        # a topic whose partitions are not told of yet is none: it would be read from no partition, for ever
        parts = {topic: found for topic in there if (found := self.consumer.partitions_for_topic(topic))}
        fresh = parts.keys() - self._topics.keys()
        self._topics = {topic: wanted[topic] for topic in parts}
        unheard = _HEADS not in self.consumer.assignment()
        self.consumer.assign([_HEADS, *(TopicPartition(topic, part) for topic in parts for part in parts[topic])])
        if unheard:
            # what was told before counts no longer: the next head comes within seconds
            self.consumer.seek_to_end(_HEADS)
        for topic in fresh:
            merge = self.provinces[wanted[topic]].merge
            offsets = feeds.offsets(self.conn, merge.place)
            merge.furthest = dict.fromkeys(parts[topic], 0)
            for part in parts[topic]:
                self.consumer.seek(TopicPartition(topic, part), offsets.get(part, 0))

    def _take(self, at: TopicPartition, messages: Sequence[Any]) -> int:
        province, partition = self.provinces[self._topics[at.topic]], at.partition
        merge, prefix = province.merge, province.prefix
        came: list[Arrival] = []
        for message in messages:
            try:
                came.append(arrival(partition, message, prefix, province.keys))
            except RefusedError as error:
                log.warning("not taken", place=merge.place, partition=partition, offset=message.offset, why=str(error))
                if error.log in province.pinned.former:
                    merge.pass_over(partition, message.offset)
                elif error.refusal.kind == FORGED:
                    merge.pass_over(partition, message.offset)
                    province.passed.setdefault(partition, message.offset)
                    province.forged.append(error.refusal.reason)
                else:
                    merge.refuse(partition, message.offset, error)
        unknown = streams_of(came, merge.versions)
        if merge.position == 0:
            merge.versions.update(dict.fromkeys(unknown, 0))
        else:
            merge.versions.update(replica.heads(self.reading, merge.place, unknown))
        for one in came:
            merge.take(one)
        province.touched = True
        self._advance(province)
        return len(messages)

    def _heed(self, message: Any) -> None:
        """Take what a register says of its log: kept, and compared with what is stored and held."""
        head = heads.read(message)
        province = self.provinces.get(head.place) if head is not None else None
        if head is None or province is None:
            return
        if not heads.is_signed(message, head, province.keys):
            province.touched = True
            province.forged.append(
                f"所称日志末端没有该省登记册的签名 / a head not signed by the province: {head.position}"
            )
            return
        if province.told is not None and head.at <= province.told.at:
            return
        if head.log != province.merge.log:
            if head.log not in province.pinned.former:
                self._branches_off(province, head)
            return
        if province.recorded_at is not None and head.at < province.recorded_at:
            return  # said before the event that is stored: it was true then
        merge, before = province.merge, province.told
        province.told, merge.told, province.touched = head, head.position, True
        self._compare(province, head)
        self._look_beyond(province, moved=before is None or before.position != head.position)
        skew = (head.at - datetime.now(UTC)).total_seconds()
        feeds.report_end(self.reading, head.place, head.position, skew)
        if abs(skew) >= SKEW_SECONDS:
            log.warning("the clock of a province is off", place=head.place, ahead_seconds=round(skew))

    def _branches_off(self, province: Province, head: Head) -> None:
        province.touched = True
        province.merge.branched = _branched(
            f"该省登记册恢复后另起日志{head.log}，须由两人决定改从（follow-branch）",
            f"the province's register was restored and goes on as log {head.log}: two persons decide (follow-branch)",
        )

    def _compare(self, province: Province, head: Head) -> None:
        """Hold what a province says of its log against what is stored of it: it may have been restored from before."""
        merge, stored = province.merge, province.stored
        if head.position == stored > 0:
            there = replica.contents(self.reading, merge.place, [stored]).get(stored)
            if there is not None and sha256(there[3]).hexdigest() != head.digest:
                merge.branched = _branched(
                    f"该省日志第{stored}号事件与副本不同",
                    f"event {stored} of the province's log is not the one in the replica",
                )
        if head.position >= stored:
            province.short_since = None
        elif province.short_since is None:
            # it may have been said just before the last event, by another clock
            province.short_since = time.monotonic()
        elif time.monotonic() - province.short_since >= BEYOND_SECONDS:
            merge.branched = _branched(
                f"该省日志止于第{head.position}号，副本已有至第{stored}号",
                f"the province's log ends at {head.position}, and the replica goes up to {stored}",
            )

    def _look_beyond(self, province: Province, *, moved: bool) -> None:
        """What has been held for a while and still lies beyond the log is no event of it."""
        now, merge = time.monotonic(), province.merge
        if not merge.beyond():
            province.beyond_since = None
        elif moved or province.beyond_since is None:
            province.beyond_since = now
        elif now - province.beyond_since >= BEYOND_SECONDS:
            province.beyond_since = None
            for position in merge.drop_beyond():
                said = (
                    f"第{position}号在日志末端之外 / position {position} lies beyond the end of the log, {merge.told}"
                )
                province.forged.append(said)
                log.warning("not taken", place=merge.place, position=position, why=said)

    def _advance(self, province: Province) -> None:
        merge, before = province.merge, len(province.merge.ready)
        # a double may tell that the log is another from there on: it is compared before anything follows
        if not merge.doubles and merge.advance():
            self.adding.add(merge.place, merge.ready[before:])
            for one in merge.ready[before:]:
                if one.type == _ROTATED:
                    province.keys.learn(one.position, one.state)
                    self._read_again(province)
            province.touched = True

    def _read_again(self, province: Province) -> None:
        """What was passed over may have overtaken the event that brings the key that signed it."""
        for partition, offset in province.passed.items():
            self.consumer.seek(TopicPartition(topic_of(province.merge.place), partition), offset)
            province.merge.furthest[partition] = 0
        province.passed = {}

    def _store(self) -> None:
        """Rows, offsets and what the feeds say, in one transaction."""
        for province in self.provinces.values():
            self._look_for_missing(province)
        touched = [one for one in self.provinces.values() if one.touched or (one.missing and one.said is None)]
        if not touched:
            return
        self.adding.end()
        for province in touched:
            self._settle(province)
        self.conn.execute("COMMIT")
        for province in touched:
            self._after(province)

    def _settle(self, province: Province) -> None:
        merge, place = province.merge, province.merge.place
        if merge.doubles:
            merge.compare(replica.contents(self.conn, place, {one.position for one in merge.doubles}))
        last = merge.ready[-1].recorded_at.decode() if merge.ready else None
        if last is not None:
            province.recorded_at = datetime.fromisoformat(last)
        feeds.move(self.conn, place, province.stored, merge.position, last, heard=province.touched)
        feeds.keep_offsets(self.conn, place, merge.durable_offsets())
        if province.forged:
            feeds.forged(self.conn, place, len(province.forged), province.forged[-1])
        stop = merge.judge(province.missing)
        if stop is not None and stop != province.said:
            feeds.stop(self.conn, place, stop)
        elif stop is None and province.said is not None:
            feeds.run(self.conn, place)

    def _after(self, province: Province) -> None:
        """What follows once it is stored: said, and read again where something was let go."""
        merge, said = province.merge, province.said
        REPLICATED.labels(merge.place).inc(len(merge.ready))
        province.stored, province.touched, province.said, merge.ready = merge.position, False, merge.stop, []
        FEEDS_FORGED.labels(merge.place).inc(len(province.forged))
        province.forged = []
        if merge.stop is None and said is not None:
            log.warning("replication goes on", place=merge.place, position=merge.position)
        elif merge.stop is not None and (said is None or said.at != merge.stop.at):
            province.asked = 0.0
            log.error("replication stopped", place=merge.place, at=merge.stop.at, why=merge.stop.reason)
        for partition, offset in merge.rewind().items():
            self.consumer.seek(TopicPartition(topic_of(merge.place), partition), offset)

    def _look_for_missing(self, province: Province) -> None:
        """Whether the next event has not come although every partition is past it, or at its end, and time is over."""
        merge, now = province.merge, time.monotonic()
        if not merge.gap():
            province.missing, province.gap_at = False, -1
        elif province.gap_at != merge.position:
            province.missing, province.gap_at, province.gap_since = False, merge.position, now
        elif not province.missing and now - province.gap_since >= PATIENCE_SECONDS:
            behind = [TopicPartition(topic_of(merge.place), part) for part in merge.behind()]
            try:
                ends = self.consumer.end_offsets(behind, timeout_ms=ENDS_MS) if behind else {}
                province.missing = all(self.consumer.position(at, timeout_ms=ENDS_MS) >= ends[at] for at in behind)
            except KafkaError as error:
                # where a partition cannot be asked, nothing is missing yet: it may hold the event
                log.warning("a partition does not answer", place=merge.place, error=repr(error))

    def _ask(self) -> None:
        now = time.monotonic()
        for province in self.provinces.values():
            if province.merge.stop is not None and (not province.asked or now - province.asked >= ASK_SECONDS):
                province.asked = now
                self.asking.ask(province.merge.place, province.merge.log, province.merge.stop)
                feeds.mark_asked(self.conn, province.merge.place)


def _branched(zh: str, en: str) -> Refusal:
    return Refusal(BRANCHED, f"{zh} / {en}")


def process(conninfo: str, bootstrap: str) -> Process:
    """Replicates every province that belongs; while another process does, it stands by."""

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[TopicPartition, Any]]:
        with (
            psycopg.connect(conninfo, autocommit=True, application_name="concord replicator") as conn,
            psycopg.connect(conninfo, autocommit=True, application_name="concord replicator") as reading,
        ):
            # rows and offsets are one transaction: what a crash loses is read again
            conn.execute("SET synchronous_commit = off")
            if conn.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() != (True,):
                raise StandbyError("replicating (another replicator is at work)")
            ensure(bootstrap, heads.HEADS, partitions=1, kept_ms=heads.KEPT_MS)
            with consuming(bootstrap) as consumer, asking(bootstrap) as requests:
                yield Replicator(conn, reading, consumer, requests, replica.Adding(conn)).follower()

    return Process("replicator", conninfo, opened, poll_seconds=REST_SECONDS, away=(*AWAY, KafkaError))
