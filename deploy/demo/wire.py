"""The demonstration's signals over Kafka, and what its publisher carried out, read back from the topic."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from deploy.demo.people import SYSTEMS
from deploy.kafka.record import kafka_record
from events.envelope import CHINA
from services.broker import SAFE, reach
from services.casework.unit.signals import signal_id
from services.errors import Unavailable
from services.intake.message import REPORTED, Message, structured
from services.intake.topics import SIGNALS
from services.publisher.wire import arrived
from services.register.read import last_position, log_id, raw_tail

ACKNOWLEDGED_SECONDS = 30.0
"""How long the broker has to acknowledge a signal."""

PATIENCE_SECONDS = 90.0
"""How long signals have to be on the board, and the log on its topic."""

TARGETS = """
    SELECT code, place FROM projections.board
    WHERE kind = 'enterprise' AND NOT closed AND NOT provisional ORDER BY unit LIMIT %s"""
ON_BOARD = """
    SELECT count(DISTINCT s.signal) FROM projections.signals AS s JOIN projections.board AS b ON b.unit = s.unit
    WHERE s.signal = ANY (%s) AND b.version >= s.version"""


def signals(database: str, count: int, label: str) -> list[Message]:
    """That many signals about units of the register, as its sources report them; the same for the same label."""
    with psycopg.connect(database, autocommit=True) as conn:
        units = conn.execute(TARGETS, [count]).fetchall()
    return [_signal(label, number, *units[number % len(units)]) for number in range(count)]


def _signal(label: str, number: int, code: str, place: str) -> Message:
    system = SYSTEMS[number % len(SYSTEMS)]
    today = datetime.now(CHINA).date().isoformat()
    name = f"{label}-{number:04d}"
    document: dict[str, Any] = {
        "specversion": "1.0", "id": name, "source": system.uri, "type": REPORTED, "subject": code,
        "data": {
            "external_id": name, "category": system.categories[0].value, "severity": 1 + number % 2,
            "occurred_on": today, "reported_on": today, "unit": {"code": code, "place": place}, "people": 1,
            "summary": "经消息总线报送的线索（示例）",
        },
    }  # fmt: skip
    return structured(document)


def send(bootstrap: str, messages: Sequence[Message]) -> None:
    """Publish signals as a source does, and wait until all are acknowledged. Raises kafka-python's errors."""
    producer = KafkaProducer(**reach(bootstrap), acks="all", enable_idempotence=True)
    try:
        for sent in [producer.send(SIGNALS, **kafka_record(message)) for message in messages]:
            sent.get(timeout=ACKNOWLEDGED_SECONDS)
    finally:
        producer.close(timeout=ACKNOWLEDGED_SECONDS)


def await_on_board(database: str, messages: Sequence[Message], meanwhile: Callable[[], object]) -> int:
    """Wait until every signal is recorded and its unit's row on the board has it; how many are."""
    names = [signal_id(message.source, message.data.external_id) for message in messages]
    deadline = time.monotonic() + PATIENCE_SECONDS
    found = 0
    with psycopg.connect(database, autocommit=True) as conn:
        while found < len(names) and time.monotonic() < deadline:
            row = conn.execute(ON_BOARD, [names]).fetchone()
            found = row[0] if row else 0
            meanwhile()
            time.sleep(0.05)
    return found


@dataclass(frozen=True, slots=True)
class Carried:
    """What is on a register's topic: distinct events, and those whose bytes or place are not the register's."""

    published: int
    differing: int


def carried(database: str, bootstrap: str, topic: str, meanwhile: Callable[[], object]) -> Carried:
    """Wait until every event of the register is on its topic, and compare them byte by byte.

    Raises Unavailable where they do not come in time, ForeignMessageError where something else is there.
    """
    published: dict[int, Any] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(database, autocommit=True) as conn:
        log = log_id(conn)
        for message in read_on(bootstrap, topic):
            if message is not None:
                event = arrived(message, log)
                published[event.position] = event
                continue
            meanwhile()
            if len(published) == last_position(conn):
                break
            if time.monotonic() > deadline:
                raise Unavailable(f"{topic} ({len(published)} of {last_position(conn)} events came)")
        differing = sum(
            (event := published[raw.position]).state != bytes(raw.state)
            or (event.stream, event.version, event.type) != (raw.stream, raw.version, raw.type)
            for raw in raw_tail(conn, 0, len(published))
        )
    return Carried(len(published), differing)


def read_on(bootstrap: str, topic: str) -> Iterator[Any]:
    """Every message of a topic, partition by partition in order, and None whenever none came for a while."""
    consumer = KafkaConsumer(**reach(bootstrap) | SAFE)
    try:
        known = consumer.partitions_for_topic(topic)
        if not known:
            raise Unavailable(f"the topic {topic} (nothing has been published)")
        parts = [TopicPartition(topic, number) for number in sorted(known)]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        while True:
            polled = consumer.poll(timeout_ms=200)
            for messages in polled.values():
                yield from messages
            if not polled:
                yield None
    finally:
        consumer.close()
