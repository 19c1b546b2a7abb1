"""How far each partition has been taken, in PostgreSQL: moved in the transaction of the effects, and a fence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from kafka import TopicPartition

OPTIONS: Final = (
    "-c lock_timeout=10s -c statement_timeout=30s -c idle_in_transaction_session_timeout=20s"
    " -c plan_cache_mode=force_custom_plan"
)
"""A frozen process holds its rows for 20 s. No plan stays that was made while the tables were small."""

FENCE: Final = """
    UPDATE intake.offsets SET next_offset = %s, owner = %s, updated_at = now()
    WHERE topic = %s AND partition = %s AND next_offset = %s"""
BEGIN: Final = """
    INSERT INTO intake.offsets AS o (topic, partition, next_offset, topic_id, owner) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (topic, partition) DO UPDATE SET owner = excluded.owner, topic_id = excluded.topic_id,
        next_offset = CASE WHEN o.topic_id = excluded.topic_id THEN greatest(o.next_offset, excluded.next_offset)
                           ELSE excluded.next_offset END
    RETURNING next_offset, (SELECT was.next_offset FROM intake.offsets AS was
                            WHERE was.topic = o.topic AND was.partition = o.partition AND was.topic_id = o.topic_id)"""


class Fenced(Exception):
    """Another process has moved the offset: this one no longer owns the partition."""


def connect(conninfo: str) -> psycopg.Connection[Any]:
    """A connection for offsets and effects. Raises psycopg.OperationalError."""
    return psycopg.connect(
        conninfo, autocommit=True, options=OPTIONS, connect_timeout=5, application_name="concord intake"
    )


def begin(
    conn: psycopg.Connection[Any], partition: TopicPartition, first: int, topic_id: str, owner: str
) -> tuple[int, int]:
    """Own a partition: its next offset, and how many messages expired before they were taken.

    `first` is the first offset that the broker still has; a topic that was recreated (another id) begins there.
    """
    row = conn.execute(BEGIN, [partition.topic, partition.partition, first, topic_id, owner]).fetchone()
    if row is None:
        raise psycopg.InternalError("an offset was not returned")
    at, before = row
    return at, at - before if before is not None else 0


def move(
    conn: psycopg.Connection[Any],
    seen: Mapping[TopicPartition, int],
    after: Mapping[TopicPartition, int],
    owner: str,
) -> None:
    """Move the offsets on, each only from where this process has seen it. Raises Fenced; then nothing is moved."""
    for partition, offset in after.items():
        values = [offset, owner, partition.topic, partition.partition, seen[partition]]
        if conn.execute(FENCE, values).rowcount != 1:
            raise Fenced
