"""Provinces with a register of their own, and a nation that replicates them: what tests of the replica share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID, uuid5

import psycopg
from kafka import KafkaProducer

from events.envelope import Entry, Event
from events.governance.province import ProvinceJoined
from events.places import NATION, PLACES
from services.follower import follow
from services.nation import feeds, replicate
from services.nation.feeds import Feed
from services.publisher.signature import Signer
from services.publisher.topics import ensure, topic_of
from services.register.read import Raw, raw_tail
from tests.kafka.published import (
    publishing,
    signed,
    signer,
    threaded,
)
from tests.projections.histories import entry, history, interleaved, store

NUMBERS = itertools.count()
NEW_PLACES = (code for code in PLACES if code != NATION)


def lives(units: int) -> list[Entry[Event]]:
    """Histories of units that no other test has, woven into one log."""
    random = Random(units)  # noqa: S311 (the same lengths each time)
    streams = [history(random, next(NUMBERS), random.randint(5, 30)) for _ in range(units)]
    return list(interleaved(random, streams))


@dataclass(frozen=True)
class Province:
    place: str
    database: str
    log: UUID

    @cached_property
    def signer(self) -> Signer:
        return signer(self.database)

    @property
    def raws(self) -> list[Raw]:
        with psycopg.connect(self.database) as conn:
            return raw_tail(conn, 0, 1_000_000)


def join(nation: str, *provinces: Province, log: UUID | None = None) -> None:
    for one in provinces:
        joined = ProvinceJoined(place=one.place, log=log or one.log, key=one.signer.key, name="示例省")
        store(nation, [entry(uuid5(UUID(int=9), one.place), 1, joined, datetime.now(UTC))])


def send(bootstrap: str, place: str, records: Iterable[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> None:
    """Publish as somebody who may write to the province's topic."""
    ensure(bootstrap, topic_of(place))
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    for one in [producer.send(topic_of(place), value, key, headers=headers) for key, value, headers in records]:
        one.get(timeout=30)
    producer.close()


Record = tuple[bytes, bytes, list[tuple[str, bytes]]]


def record(one: Province, raw: Raw) -> Record:
    return str(raw.stream).encode(), raw.state, signed(one.signer, one.log, one.place, raw)


def replicating(nation: str, bootstrap: str) -> Any:
    return threaded(follow, replicate.process(nation, bootstrap))


@contextmanager
def answering(bootstrap: str, *provinces: Province) -> Iterator[None]:
    """Publishers that have published everything: they only answer what they are asked."""
    with ExitStack() as stack:
        for one in provinces:
            with psycopg.connect(one.database) as conn:
                insert = "INSERT INTO register.published (channel, log, position) VALUES (%s, %s, %s)"
                conn.execute(insert, [topic_of(one.place), one.log, len(one.raws)])
            stack.enter_context(publishing(one.database, bootstrap, one.place))
        yield


def feed(nation: str, one: Province) -> Feed | None:
    with psycopg.connect(nation) as conn:
        return next((found for found in feeds.feeds(conn) if found.place == one.place), None)


def stopped(nation: str, one: Province, kind: str) -> Callable[[], bool]:
    def now() -> bool:
        found = feed(nation, one)
        return found is not None and found.status == "stopped" and found.kind == kind and found.asked_at is not None

    return now


def replicated(nation: str, *provinces: Province) -> Callable[[], bool]:
    wanted = {one.place: len(one.raws) for one in provinces}

    def now() -> bool:
        with psycopg.connect(nation) as conn:
            there = {found.place: found.position for found in feeds.feeds(conn) if found.status == "running"}
        return all(there.get(place) == position for place, position in wanted.items())

    return now


def agree(nation: str, *provinces: Province) -> None:
    """The replica is the province's log, event for event, byte for byte."""
    query = """SELECT position, stream, version, type, recorded_at, state FROM nation.replica
        WHERE place = %s ORDER BY position"""
    for one in provinces:
        with psycopg.connect(nation) as conn:
            found = conn.execute(query, [one.place]).fetchall()
        assert found == [(raw[0], raw[1], raw[2], raw[3], raw[4], bytes(raw.state)) for raw in one.raws]
        assert [row[0] for row in found] == list(range(1, len(found) + 1))
