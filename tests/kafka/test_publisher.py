"""The publisher on a real broker: every event, in order a stream, doubles only under the same ids, whatever dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
import pytest
from kafka import KafkaProducer

from deploy import kafka
from events.governance.officer import OfficerRegistered
from events.registry import encode
from events.sealed import Sealed
from services.follower import follow
from services.publisher import positions
from services.publisher import run as publisher
from services.publisher.positions import NotThisLogError
from services.publisher.topics import ensure, topic_of
from services.publisher.wire import ForeignMessageError, arrived
from services.register.read import log_id
from services.vault import KeyFile
from services.vault.keys import provision
from services.vault.sealing import needed, seal
from tests.forked import forked
from tests.kafka.published import (
    KEYS,
    KILLS,
    PUBLISHER,
    check,
    entries,
    is_published,
    keys,
    messages,
    new_place,
    publishing,
    until,
)
from tests.projections.histories import entry, store


def test_a_producer_that_is_given_up_sends_no_more_and_leaves_no_thread(bootstrap: str) -> None:
    topic, before = topic_of(new_place()), set(threading.enumerate())
    ensure(bootstrap, topic)
    with publisher.producing(bootstrap) as producer:
        producer.send(topic, b"example").get(timeout=10)
        under_way = [producer.send(topic, b"example" * 10_000) for _ in range(20)]
        assert not all(sent.is_done for sent in under_way)
    assert all(sent.is_done for sent in under_way)
    assert set(threading.enumerate()) <= before


def test_every_event_is_published_as_it_is_stored(database: str, bootstrap: str) -> None:
    place = new_place()
    everything = entries(1)
    store(database, everything[:100])
    with publishing(database, bootstrap, place):
        until(lambda: is_published(database, place))
        store(database, everything[100:])
        until(lambda: is_published(database, place))
    assert check(database, bootstrap, place) == 0
    first = dict(messages(bootstrap, topic_of(place))[0].headers)
    assert first["ce_specversion"] == b"1.0"
    assert first["ce_source"] == f"urn:concord:{place}".encode()
    assert first["content-type"] == b"application/json"
    assert datetime.fromisoformat(first["ce_time"].decode()).utcoffset() is not None


def test_personal_fields_go_out_as_their_envelopes(database: str, bootstrap: str, tmp_path: Path) -> None:
    place, vault = new_place(), KeyFile.at(tmp_path / "key")
    clear = entry(uuid4(), 1, OfficerRegistered(name=Sealed(clear="张三（示例）")), datetime.now(UTC))
    with psycopg.connect(database) as conn:
        sealed = seal(clear, provision(conn, vault, needed(clear)))
    store(database, [sealed])
    with publishing(database, bootstrap, place):
        until(lambda: is_published(database, place))
    (message,) = messages(bootstrap, topic_of(place))
    assert message.value == encode(sealed)
    assert "张三" not in message.value.decode()
    assert b'"ct":' in message.value


def test_it_goes_on_from_any_position(database: str, bootstrap: str) -> None:
    place, everything = new_place(), entries(2)
    store(database, everything)
    with publishing(database, bootstrap, place):
        until(lambda: is_published(database, place))
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE register.published SET position = 40")
    with publishing(database, bootstrap, place):
        until(lambda: is_published(database, place))
    assert check(database, bootstrap, place) == len(everything) - 40


def test_two_publishers_are_one_and_a_stand_by(database: str, bootstrap: str) -> None:
    place = new_place()
    store(database, entries(3))
    with publishing(database, bootstrap, place), publishing(database, bootstrap, place):
        until(lambda: is_published(database, place))
    assert check(database, bootstrap, place) == 0


def test_it_does_not_publish_another_log(database: str, bootstrap: str) -> None:
    place = new_place()
    store(database, entries(4)[:10])
    with psycopg.connect(database) as conn:
        statement = "INSERT INTO register.published (channel, log, position) VALUES (%s, %s, 99)"
        conn.execute(statement, [topic_of(place), log_id(conn)])
    with pytest.raises(NotThisLogError, match="the log ends at 10"):
        follow(publisher.process(database, bootstrap, place, topic_of(place), keys()), lambda: False)
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE register.published SET log = %s", [uuid4()])
    with pytest.raises(NotThisLogError, match="and this is"):
        follow(publisher.process(database, bootstrap, place, topic_of(place), keys()), lambda: False)


def test_a_message_of_somebody_else_is_no_event(bootstrap: str) -> None:
    place, log = new_place(), uuid4()
    ensure(bootstrap, topic_of(place))
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    producer.send(topic_of(place), b"{}", headers=[("ce_id", f"{uuid4()}:1".encode()), ("ce_position", b"1")])
    producer.send(topic_of(place), b"{}")
    producer.flush()
    producer.close()
    for message in messages(bootstrap, topic_of(place)):
        with pytest.raises(ForeignMessageError):
            arrived(message, log)


@pytest.mark.faults
def test_killed_again_and_again_it_loses_and_reorders_nothing(database: str, bootstrap: str) -> None:
    random, place = Random(5), new_place()  # noqa: S311 (the same kills each time)
    waiting = entries(5, units=40)
    for _ in range(KILLS):
        running = forked(PUBLISHER, database, bootstrap, place, topic_of(place), str(KEYS))
        size = max(1, len(waiting) // KILLS)
        store(database, waiting[:size])
        waiting = waiting[size:]
        before = _position(database, place)
        until(lambda before=before: _position(database, place) > before)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.05))
        running.kill()
        running.join()
    store(database, waiting)
    with publishing(database, bootstrap, place):
        until(lambda: is_published(database, place))
    check(database, bootstrap, place)


def _position(database: str, place: str) -> int:
    with psycopg.connect(database) as conn:
        return positions.published(conn, topic_of(place))


@pytest.mark.faults
def test_the_broker_is_killed_while_it_publishes(database: str, bootstrap: str, broker_directory: Path) -> None:
    place, waiting = new_place(), entries(6, units=40)
    with publishing(database, bootstrap, place, batch=10):
        # a broker killed while it makes a topic can lose a partition's directory: that is not what is tried here
        store(database, waiting[:1])
        until(lambda: is_published(database, place))
        waiting = waiting[1:]
        for _ in range(3):
            store(database, waiting[:120])
            waiting = waiting[120:]
            broker = kafka.status(broker_directory)
            assert broker is not None
            os.kill(broker.pid, signal.SIGKILL)
            store(database, waiting[:20])
            waiting = waiting[20:]
            kafka.up(broker_directory)
        store(database, waiting)
        until(lambda: is_published(database, place), 120)
    check(database, bootstrap, place)


@pytest.mark.faults
def test_the_database_is_cut_off_while_it_publishes(database: str, server: str, bootstrap: str) -> None:
    place, waiting = new_place(), entries(7, units=40)
    with publishing(database, bootstrap, place, batch=10), psycopg.connect(server, autocommit=True) as admin:
        for _ in range(5):
            store(database, waiting[:60])
            waiting = waiting[60:]
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'concord p%' "
                "OR application_name = 'concord listen'"
            )
            time.sleep(0.2)
        store(database, waiting)
        until(lambda: is_published(database, place))
    check(database, bootstrap, place)
