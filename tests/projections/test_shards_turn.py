"""Shards of a topic stand before an adoption together, and views are made anew past it; told without a broker."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from events.envelope import Entry, Event
from projections.catalogue import CATALOGUE
from services.casework.kinds import KINDS
from services.casework.pack import Pack
from services.projector import feeds, positions
from services.projector.compare import compare
from services.projector.kafka import Read, Shards
from services.projector.policy import Following
from services.projector.run import prepare
from services.publisher.wire import Arrived
from services.register.read import log_id, raw_tail
from tests.projections.histories import (
    PACK,
    PROVINCE,
    adoption,
    another_version,
    beside,
    history,
    interleaved,
    store,
)

TOPIC, PARTITIONS = "concord.events", 3


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.setenv("CONCORD_PACKS", str(tmp_path))
    return another_version(tmp_path, "2")


def told(another: Pack) -> list[Entry[Event]]:
    random = Random(7)  # noqa: S311 (the same histories each time)
    units = [history(random, number, 20) for number in range(10)]
    others = [beside(random, kind, 1, 4) for kind in KINDS if kind != "unit"]
    entries = list(interleaved(random, [*units, *others]))
    at = entries[100].recorded_at
    return [*entries[:100], adoption(1, another, at.date() + timedelta(days=30), at), *entries[100:]]


def pieces(conn: psycopg.Connection[Any]) -> list[tuple[int, list[Read]]]:
    """The log in partitions by stream, in pieces of forty messages, a partition after the other."""
    partitions: dict[int, list[Read]] = defaultdict(list)
    for raw in raw_tail(conn, 0, 1_000):
        of = partitions[raw.stream.int % PARTITIONS]
        event = Arrived(len(of), raw.position, raw.stream, raw.version, raw.type, raw.recorded_at, raw.state)
        of.append(Read(len(of), event))
    return [
        (partition, events[first : first + 40])
        for partition, events in partitions.items()
        for first in range(0, len(events), 40)
    ]


def test_views_wait_at_an_adoption_until_they_are_made_anew(database: str, another: Pack) -> None:
    entries = told(another)
    store(database, entries)
    prepare(database, PACK, PROVINCE)
    feeds.take_over(database, PACK, PROVINCE, positions.KAFKA)
    with psycopg.connect(database, autocommit=True) as conn:
        feeds.begin(conn, TOPIC, range(PARTITIONS))
        policy = Following(PROVINCE, PACK)
        shards = Shards(conn, database, None, TOPIC, log_id(conn), policy)
        for partition, read in pieces(conn):
            assert shards._take(partition, read) == len(read)
        conn.execute("UPDATE projections.shards SET covered = %s", [len(entries)])
        views = {name for name, one in CATALOGUE.items() if one.rows is not None}
        assert set(feeds.follow(conn, TOPIC, policy)) == views
        standing = {place.name: place.position for place in positions.places(conn)}
        assert standing == {name: 100 if name in views else len(entries) for name in CATALOGUE}
        shards._turn([place for place in positions.places(conn) if place.name in views])
        assert feeds.follow(conn, TOPIC, policy) == []
        assert {place.position for place in positions.places(conn)} == {len(entries)}
    assert compare(database, PACK, PROVINCE) == []
