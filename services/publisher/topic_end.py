"""What stands at the end of a register's topic, compared with the register before anything is published.

A database that was restored from a backup brings back how far it had published as well, so that nothing in it tells
that it once went further. The topic does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

import psycopg
from kafka import KafkaConsumer, TopicPartition

from services.broker import SAFE, reach
from services.publisher.positions import NotThisLogError
from services.publisher.signature import Verifier
from services.publisher.wire import attributes_of
from services.register.read import digests, last_position

LOOK: Final = 50
"""Messages that are looked at in each partition, the last ones; what others wrote there is passed over."""

CHUNK: Final = 5_000
"""Events that are compared at once."""

POLL_MS: Final = 500


def compare(
    conn: psycopg.Connection[Any], bootstrap: str, topic: str, keys: Verifier, branches: Sequence[tuple[int, UUID]]
) -> None:
    """Raises NotThisLogError where this register once published what it does not hold, and KafkaError."""
    head, logs = last_position(conn), {log for _, log in branches}
    ends = {log: after for (_, log), (after, _) in pairwise(branches)}
    for message in _last(bootstrap, topic):
        found = attributes_of(message)
        if not keys.signed(found):
            continue
        position, log = int(found["ce_position"]), UUID(found["ce_branch"].decode())
        if log not in logs:
            raise NotThisLogError(
                topic, f"holds event {position} of its branch {log}, of which this register knows nothing"
            )
        if position > ends.get(log, position):
            continue  # of a branch that was given up there
        if position > head:
            raise NotThisLogError(topic, f"holds event {position}, and the log ends at {head}")
        if _digest(digests(conn, [position]), position) != found["ce_digest"]:
            raise NotThisLogError(topic, f"holds another event {position} than this register")


def shared(
    conn: psycopg.Connection[Any], bootstrap: str, topic: str, keys: Verifier, log: UUID
) -> tuple[int, int] | None:
    """The last position up to which the topic and this register agree on a log, and how far the topic goes.

    None where they agree on all of it. Reads the whole topic. Raises KafkaError.
    """
    published = [
        (int(found["ce_position"]), found["ce_digest"])
        for found in map(attributes_of, _last(bootstrap, topic, 2**62))
        if keys.signed(found) and found["ce_branch"] == str(log).encode()
    ]
    differing = []
    for at in range(0, len(published), CHUNK):
        chunk = dict(published[at : at + CHUNK])
        here = digests(conn, chunk)
        differing += [position for position, digest in chunk.items() if _digest(here, position) != digest]
    return (min(differing) - 1, max(published)[0]) if differing else None


def _digest(here: Mapping[int, tuple[UUID, int, str, bytes]], position: int) -> bytes | None:
    return here[position][3].hex().encode() if position in here else None


def _last(bootstrap: str, topic: str, most: int = LOOK) -> Iterator[Any]:
    """The last messages of every partition, at most so many of each."""
    consumer = KafkaConsumer(**reach(bootstrap) | SAFE, client_id="concord-publisher")
    try:
        parts = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        ends = consumer.end_offsets(parts)
        begins = consumer.beginning_offsets(parts)
        consumer.assign(parts)
        for part in parts:
            consumer.seek(part, max(begins[part], ends[part] - most))
        while any(consumer.position(part) < ends[part] for part in parts):
            for messages in consumer.poll(timeout_ms=POLL_MS).values():
                yield from messages
    finally:
        consumer.close(autocommit=False)
