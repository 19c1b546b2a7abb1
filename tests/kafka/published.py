"""Registers with histories, publishers beside them, and what came out on a topic."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from kafka import KafkaConsumer, TopicPartition

from events.envelope import Entry, Event
from services.follower import follow
from services.publisher import positions
from services.publisher import run as publisher
from services.publisher.signature import HEADER, Headers, Signer, Verifier, signer_of
from services.publisher.topics import topic_of
from services.publisher.wire import arrived, attributes_of, headers_of
from services.register.read import Raw, last_position, log_id, raw_tail
from services.vault import KeyFile
from tests.projections.histories import history, interleaved, officer

KEYS = Path(tempfile.mkdtemp(prefix="concord-test-")) / "key"
"""The key file of every register of these tests."""
atexit.register(shutil.rmtree, KEYS.parent, ignore_errors=True)

ROOT = Path(__file__).parents[2]
KILLS = min(20, int(os.environ.get("CONCORD_KILLS", "5")))

_PLACES = itertools.count(int(time.time()) % 800_000 + 100_000)

PUBLISHER = """
import sys
from pathlib import Path
from services.follower import follow
from services.publisher.run import process
from services.vault import KeyFile
follow(process(*sys.argv[1:5], KeyFile.at(Path(sys.argv[5])), batch=20, poll_seconds=0.1), lambda: False)
"""
PROJECTOR = """
import sys
from services.casework.pack import load_pack
from services.follower import follow
from services.projector.kafka import process
follow(process(*sys.argv[1:4], load_pack(), "430000", batch=40), lambda: False)
"""


def new_place() -> str:
    """A place, and so a topic, of this test's own."""
    return f"{next(_PLACES) % 1_000_000:06}"


def entries(seed: int, units: int = 12, most: int = 30) -> list[Entry[Event]]:
    """Histories of units and an officer, woven into one log."""
    random = Random(seed)  # noqa: S311 (the same histories each time)
    streams = [history(random, number, random.randint(1, most)) for number in range(units)]
    return list(interleaved(random, [*streams, officer(seed)]))


@contextmanager
def threaded(target: Callable[..., None], *arguments: Any, **more: Any) -> Iterator[None]:
    """The same in a thread, stopped at the end; its failure is the test's."""
    stop, failures = threading.Event(), []

    def work() -> None:
        try:
            target(*arguments, stop.is_set, **more)
        except Exception as error:  # noqa: BLE001 (told at the end)
            failures.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        if failures:  # also where the test has failed already: because of it
            raise failures[0]
    assert not thread.is_alive()


def publishing(database: str, bootstrap: str, place: str, batch: int = 50) -> Any:
    """A publisher in a thread."""
    return threaded(
        follow, publisher.process(database, bootstrap, place, topic_of(place), keys(), batch=batch, poll_seconds=0.1)
    )


def keys() -> KeyFile:
    """What wraps every key of these tests' registers."""
    return KeyFile.at(KEYS)


def signer(database: str) -> Signer:
    """What signs the log of a register."""
    with psycopg.connect(database, autocommit=True) as conn:
        return signer_of(conn, keys())


def signed(signer: Signer, log: UUID, place: str, raw: Raw) -> Headers:
    """The headers of one event as its register sends them."""
    headers = headers_of(log, place, raw)
    signer.sign([raw], [headers])
    return headers


def until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for it."""
    limit = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < limit, "it did not come in time"
        time.sleep(0.02)


def is_published(database: str, place: str) -> bool:
    """Whether everything of the log is acknowledged."""
    with psycopg.connect(database) as conn:
        return positions.published(conn, topic_of(place)) == last_position(conn)


def messages(bootstrap: str, topic: str) -> list[Any]:
    """Every message of a topic, partition by partition in order."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, isolation_level="read_committed")
    try:
        consumer.poll(0)
        parts = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        ends = consumer.end_offsets(parts)
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        found: dict[int, list[Any]] = defaultdict(list)
        while any(consumer.position(part) < ends[part] for part in parts):
            for part, polled in consumer.poll(timeout_ms=500).items():
                found[part.partition] += polled
        return [message for number in sorted(found) for message in found[number]]
    finally:
        consumer.close()


def check(database: str, bootstrap: str, place: str) -> int:
    """Every event is there, its bytes and its place as stored; first copies in order a stream; how many doubles."""
    with psycopg.connect(database) as conn:
        log, stored = log_id(conn), {raw.position: raw for raw in raw_tail(conn, 0, 1_000_000)}
    verifier = Verifier.of((0, signer(database).key))
    seen: dict[str, Any] = {}
    last: dict[bytes, int] = {}
    doubles = 0
    for message in messages(bootstrap, topic_of(place)):
        identifier = dict(message.headers)["ce_id"].decode()
        assert message.key is not None
        # sent again, an event may stand under another signature, beside others
        said = (message.key, message.value, [one for one in message.headers if one[0] != HEADER])
        assert verifier.signed(attributes_of(message))
        if identifier in seen:
            assert said == seen[identifier]
            doubles += 1
            continue
        seen[identifier] = said
        one = arrived(message, log)
        raw = stored[one.position]
        assert (one.stream, one.version, one.type, one.state) == (raw.stream, raw.version, raw.type, bytes(raw.state))
        assert one.recorded_at == raw.recorded_at
        assert message.key == str(raw.stream).encode()
        assert one.version == last.get(message.key, 0) + 1, "out of order"
        last[message.key] = one.version
    assert len(seen) == len(stored)
    return doubles
