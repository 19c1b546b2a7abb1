"""The projector fed from a real broker: equal to what the database makes, whatever dies, doubles or changes hands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from kafka import KafkaProducer

from projections.catalogue import CATALOGUE
from services.casework.pack import load_pack
from services.errors import Unavailable
from services.follower import follow
from services.projector import feeds, kafka, positions
from services.projector import run as from_database
from services.projector.compare import compare
from services.projector.rebuild import rebuild
from services.publisher.topics import PARTITIONS, topic_of
from services.publisher.wire import headers_of
from services.register.read import last_position, log_id, raw_tail
from tests.forked import forked
from tests.kafka.published import KILLS, PROJECTOR, check, entries, new_place, publishing, threaded, until
from tests.projections.histories import store

PACK = load_pack()
HUNAN = "430000"


def projecting(database: str, bootstrap: str, place: str) -> Any:
    return threaded(follow, kafka.process(database, bootstrap, topic_of(place), PACK, HUNAN, batch=40))


def caught_up(database: str, *, but: str = "") -> bool:
    with psycopg.connect(database) as conn:
        head = last_position(conn)
        places = [place for place in positions.places(conn) if place.name != but]
    return bool(places) and all(place.position == head for place in places)


@contextmanager
def fed(database: str, bootstrap: str, place: str) -> Iterator[None]:
    with publishing(database, bootstrap, place), projecting(database, bootstrap, place):
        yield


def test_fed_from_kafka_it_equals_what_the_events_make(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(1)
    with fed(database, bootstrap, place):
        for first in range(0, len(everything), 60):
            store(database, everything[first : first + 60])
        until(lambda: caught_up(database))
    assert compare(database, PACK, HUNAN) == []
    assert _feeds(database) == {"kafka"}
    with psycopg.connect(database) as conn:
        used = conn.execute("SELECT count(*) FROM projections.shards WHERE taken > 0").fetchone()
        assert used is not None
        assert used[0] > 1
    for projection in CATALOGUE:
        with psycopg.connect(database) as conn:
            assert conn.execute(f"SELECT FROM projections.{projection}").rowcount > 0


def test_everything_published_again_changes_nothing(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(2)
    store(database, everything)
    with fed(database, bootstrap, place):
        until(lambda: caught_up(database))
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE register.published SET position = 0")
    with fed(database, bootstrap, place):
        until(lambda: _doubles_passed(database))
    assert check(database, bootstrap, place) == len(everything)
    assert compare(database, PACK, HUNAN) == []


def _doubles_passed(database: str) -> bool:
    with psycopg.connect(database) as conn:
        passed = conn.execute("SELECT sum(next_offset) FROM projections.shards").fetchone()
        return passed is not None and passed[0] == 2 * last_position(conn)


def _feeds(database: str) -> set[str]:
    with psycopg.connect(database) as conn:
        return {row[0] for row in conn.execute("SELECT feed FROM projections.position")}


@pytest.mark.faults
def test_two_processes_killed_again_and_again_take_every_event_in_once(database: str, bootstrap: str) -> None:
    random, place, waiting = Random(3), new_place(), entries(3, units=40)  # noqa: S311 (the same kills each time)
    running = [forked(PROJECTOR, database, bootstrap, topic_of(place)) for _ in range(2)]
    size = len(waiting) // KILLS
    try:
        with publishing(database, bootstrap, place):
            for _ in range(KILLS):
                store(database, waiting[:size])
                waiting = waiting[size:]
                time.sleep(random.uniform(0.5, 2))
                _kill(running.pop(0))
                running.append(forked(PROJECTOR, database, bootstrap, topic_of(place)))
            store(database, waiting)
            until(lambda: caught_up(database), 90)
    finally:
        for one in running:
            _kill(one)
    assert compare(database, PACK, HUNAN) == []


def _kill(running: ForkServerProcess) -> None:
    running.kill()
    running.join()


def test_from_the_database_to_kafka_and_back(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(4, units=20)
    third = len(everything) // 3
    store(database, everything[:third])
    with threaded(follow, from_database.process(database, PACK, HUNAN, poll_seconds=0.1)):
        until(lambda: caught_up(database))
        with fed(database, bootstrap, place):
            until(lambda: _feeds(database) == {"kafka"})
            store(database, everything[third : 2 * third])
            until(lambda: caught_up(database))
    assert compare(database, PACK, HUNAN) == []
    with psycopg.connect(database) as conn:
        # as if a shard had been stopped ahead of the others
        conn.execute("UPDATE projections.position SET position = position - 20")
    with pytest.raises(Unavailable, match="stand apart"):
        compare(database, PACK, HUNAN)
    with threaded(follow, from_database.process(database, PACK, HUNAN, poll_seconds=0.1)):
        store(database, everything[2 * third :])
        until(lambda: caught_up(database))
    assert compare(database, PACK, HUNAN) == []
    assert _feeds(database) == {"database"}


def test_rebuilt_while_it_is_fed_it_goes_on_behind_the_switch(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(5, units=20)
    half = len(everything) // 2
    with fed(database, bootstrap, place):
        store(database, everything[:half])
        rebuild(database, None, PACK, HUNAN, shards=1)
        store(database, everything[half:])
        rebuild(database, ["board", "acts"], PACK, HUNAN, shards=1)
        until(lambda: caught_up(database))
    assert compare(database, PACK, HUNAN) == []


def test_a_failing_projection_stops_alone_until_it_is_rebuilt(
    database: str, bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, everything = new_place(), entries(6)

    whole = CATALOGUE["acts"]

    def failing(happening: Any) -> Any:
        if happening.position == 37:
            raise ValueError("no line can be made")
        return whole.lines(happening)  # type: ignore[misc]

    monkeypatch.setattr(kafka, "CATALOGUE", {**CATALOGUE, "acts": replace(whole, lines=failing)})
    store(database, everything)
    with fed(database, bootstrap, place):
        until(lambda: caught_up(database, but="acts"))
    with psycopg.connect(database) as conn:
        (acts,) = [one for one in positions.places(conn) if one.name == "acts"]
        assert (acts.status, acts.failed_at) == ("stopped", 37)
        assert everything[36].id in (acts.error or "")
        assert not positions.resume(conn, "acts"), "its shards went on without it"
    rebuild(database, ["acts"], PACK, HUNAN, shards=1)
    assert compare(database, PACK, HUNAN) == []


def test_an_event_that_was_passed_over_stops_everything(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(7, units=3)
    store(database, everything)
    with publishing(database, bootstrap, place):
        until(lambda: _published(database))
    with psycopg.connect(database) as conn:
        feeds.begin(conn, topic_of(place), range(6))
        # as if the first messages of every partition had been lost
        conn.execute("UPDATE projections.shards SET next_offset = 3")
    with projecting(database, bootstrap, place):
        until(lambda: _stopped(database))
    with psycopg.connect(database) as conn:
        assert all("GapError" in (one.error or "") for one in positions.places(conn))


def _published(database: str) -> bool:
    with psycopg.connect(database) as conn:
        found = conn.execute("SELECT position FROM register.published").fetchone()
        return found is not None and found[0] == last_position(conn)


def _stopped(database: str) -> bool:
    with psycopg.connect(database) as conn:
        places = positions.places(conn)
    return bool(places) and all(one.status == "stopped" for one in places)


def test_what_is_not_the_registers_is_passed_over_and_hides_nothing(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(9)
    half = len(everything) // 2
    store(database, everything[:half])
    with fed(database, bootstrap, place):
        until(lambda: caught_up(database))
        with psycopg.connect(database) as conn:
            log, raw = log_id(conn), raw_tail(conn, 0, 1)[0]
            (before,) = conn.execute("SELECT sum(next_offset)::int FROM projections.shards").fetchone() or (0,)
        # the bytes of a true event far ahead; the next position with bytes of another; and what is no event at all
        forged = [headers_of(log, place, raw._replace(position=at)) for at in (10**15, half + 1)]
        producer = KafkaProducer(bootstrap_servers=bootstrap)
        for partition in range(PARTITIONS):
            for headers in (*forged, [("ce_id", f"{uuid4()}:1".encode()), ("ce_position", b"1")], []):
                producer.send(topic_of(place), raw.state, headers=headers, partition=partition)
        producer.flush()
        producer.close()

        def passed() -> bool:
            with psycopg.connect(database) as conn:
                return conn.execute("SELECT sum(next_offset)::int FROM projections.shards").fetchone() == (
                    before + 4 * PARTITIONS,
                )

        until(passed)
        store(database, everything[half:])
        until(lambda: caught_up(database))
    assert compare(database, PACK, HUNAN) == []
