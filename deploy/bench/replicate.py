"""The nation catching up with its provinces' topics, beside a bare consumer that only counts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import TopicPartition

from deploy.bench import units
from deploy.bench.broker import broker
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from events.envelope import Actor
from events.governance.province import ProvinceJoined
from events.places import NATION, PLACES
from events.registry import ENTRY_OF
from events.words import ActorKind, Level
from services.follower import step
from services.nation import replica
from services.nation.replicate import POLL_MS, Replicator, consuming
from services.nation.resend_requests import asking
from services.publisher.run import producing
from services.publisher.signature import Signer
from services.publisher.topics import PARTITIONS, ensure, topic_of
from services.publisher.wire import headers_of
from services.register.append import append_sync
from services.register.command import Command
from services.register.read import raw_tail

GOAL = 20_000.0
"""Events a second of one process that catches up."""

_SYSTEM = Actor(id=uuid5(NAMESPACE_URL, "concord:bench"), kind=ActorKind.SYSTEM, post="基准测试（示例）", place=NATION)
_SIGNER = Signer.of(Ed25519PrivateKey.from_private_bytes(bytes(32)))


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: provinces, units of LENGTH events in each, rounds."""

    provinces: int
    units: int
    rounds: int


WHOLE, QUICK = Size(8, 1_000, 3), Size(2, 20, 1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    size = QUICK if quick else WHOLE
    return 1 + size.rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`replicate`, in events a second; the peer decodes nothing, checks nothing and stores nothing."""
    size = QUICK if quick else WHOLE
    provinces = [place.code for place in PLACES.values() if place.level is Level.PROVINCE][: size.provinces]
    logs = {place: uuid4() for place in provinces}
    events = size.units * units.LENGTH * size.provinces
    with broker() as bootstrap:
        with database(server) as conninfo:
            units.load(conninfo, size.units)
            for place, log in logs.items():
                _publish(conninfo, bootstrap, place, log)
        course.step("replicate")
        rounds = []
        for turn in range(size.rounds):
            bare = _counted(bootstrap, provinces, events)
            with database(server) as conninfo:
                _join(conninfo, logs)
                rounds.append((events / _replicated(conninfo, bootstrap, events), events / bare))
            course.step(f"replicate {turn + 1}/{size.rounds}")
    ours, peer = (median(one[n] for one in rounds) for n in range(2))
    return [
        Result(
            "replicate", ours, "events/s", peer, goal=f"≥ {GOAL:,.0f}/s", met=ours >= GOAL,
            note=f"{events:,} events of {size.provinces} provinces, {PARTITIONS} partitions each",
        )
    ]  # fmt: skip


def _publish(conninfo: str, bootstrap: str, place: str, log: UUID) -> None:
    """The register's log as that of a province."""
    topic = topic_of(place)
    ensure(bootstrap, topic)
    with psycopg.connect(conninfo) as conn, producing(bootstrap) as producer:
        after = 0
        while raws := raw_tail(conn, after, 10_000):
            after = raws[-1].position
            headers = [headers_of(log, place, raw) for raw in raws]
            _SIGNER.sign(raws, headers)
            for raw, its in zip(raws, headers, strict=True):
                producer.send(topic, raw.state, key=str(raw.stream).encode(), headers=its)
        producer.flush()


def _join(conninfo: str, logs: dict[str, UUID]) -> None:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for place, log in logs.items():
            command = uuid4()
            entry = ENTRY_OF[ProvinceJoined](
                stream=uuid5(NAMESPACE_URL, place), version=1, recorded_at=datetime.now(UTC),
                event=ProvinceJoined(place=place, log=log, key=_SIGNER.key, name=PLACES[place].zh),
                effective_on=date(2024, 1, 1),
                actor=_SYSTEM, command_id=command, correlation_id=command,
            )  # fmt: skip
            append_sync(conn, [Command(command, b"bench", {entry.stream: 0}, (entry,))])


def _counted(bootstrap: str, provinces: Sequence[str], events: int) -> float:
    """Seconds of a consumer at the same settings that counts."""
    with consuming(bootstrap) as consumer:
        consumer.topics()
        parts = [TopicPartition(topic_of(place), number) for place in provinces for number in range(PARTITIONS)]
        begun, seen = time.perf_counter(), 0
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        while seen < events:
            seen += sum(map(len, consumer.poll(timeout_ms=POLL_MS).values()))
        return time.perf_counter() - begun


def _replicated(conninfo: str, bootstrap: str, events: int) -> float:
    """Seconds of a replicator until everything is stored."""
    with (
        psycopg.connect(conninfo, autocommit=True) as conn,
        psycopg.connect(conninfo, autocommit=True) as reading,
        consuming(bootstrap) as consumer,
        asking(bootstrap) as requests,
    ):
        conn.execute("SET synchronous_commit = off")
        replicator = Replicator(conn, reading, consumer, requests, replica.Adding(conn))
        follower = replicator.follower()
        begun = time.perf_counter()
        while sum(one.stored for one in replicator.provinces.values()) < events:
            step(follower)
        return time.perf_counter() - begun
