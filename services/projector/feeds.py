"""What feeds the projections: the database in the order of the log, or Kafka a shard at a time; never both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
import structlog
from psycopg.rows import class_row

from projections.catalogue import CATALOGUE
from projections.freshness import CHANNEL
from services.casework.pack import Pack
from services.errors import ConcordError
from services.projector import positions
from services.projector.rebuild import rebuild

Connection = psycopg.Connection[Any]

_AHEAD: LiteralString = "SELECT EXISTS (SELECT FROM projections.shards WHERE taken > %s)"
_FEED: LiteralString = "UPDATE projections.position SET feed = %s, updated_at = now() WHERE name = ANY (%s)"
_BEGIN: LiteralString = """
    INSERT INTO projections.shards (topic, partition) SELECT %s, unnest(%s::int[]) ON CONFLICT DO NOTHING"""
_LOCK: LiteralString = """
    SELECT next_offset, taken, covered FROM projections.shards WHERE topic = %s AND partition = %s FOR UPDATE"""
_MOVE: LiteralString = """
    UPDATE projections.shards SET next_offset = %(next)s, taken = greatest(taken, %(taken)s),
        covered = greatest(covered, %(taken)s), updated_at = now()
    WHERE topic = %(topic)s AND partition = %(partition)s"""
_COVER: LiteralString = """
    UPDATE projections.shards AS s SET covered = %(position)s, updated_at = now()
    FROM unnest(%(partitions)s::int[], %(ends)s::bigint[]) AS e (partition, "end")
    WHERE s.topic = %(topic)s AND s.partition = e.partition AND s.next_offset >= e."end" AND covered < %(position)s"""
# Whoever commits last looks last: its statement sees what all shards have taken.
_FOLLOW: LiteralString = """
    WITH least AS (
        SELECT e.position, e.recorded_at FROM register.events AS e
        WHERE e.position = (SELECT min(covered) FROM projections.shards WHERE topic = %s)
    ), moved AS (
        UPDATE projections.position AS p SET position = least.position, as_of = least.recorded_at, updated_at = now()
        FROM least WHERE p.feed = 'kafka' AND p.status = 'running' AND p.position < least.position
        RETURNING p.position
    )
    SELECT pg_notify(%s, max(position)::text) FROM moved HAVING count(*) > 0"""

log = structlog.get_logger("projector")


class ShardError(ConcordError):
    """A partition does not go on where its shard stands: only a rebuild makes the projections whole."""

    code = "shard-broken"


@dataclass(frozen=True, slots=True)
class Shard:
    """How far one partition is."""

    next_offset: int
    taken: int
    covered: int


def ahead(conn: Connection, position: int) -> bool:
    """Whether a shard has taken in an event after this position."""
    found: tuple[bool] | None = conn.execute(_AHEAD, [position]).fetchone()
    return found is not None and found[0]


def take_over(conninfo: str, pack: Pack, feed: str) -> None:
    """Make this the feed of all projections: whoever feeds them otherwise does nothing more.

    Where shards had run ahead, the projections are first rebuilt up to where all of them agree.
    """
    while True:
        with psycopg.connect(conninfo, autocommit=True) as conn, conn.transaction():
            places = [place for place in positions.lock(conn, CATALOGUE) if place.feed != feed]
            apart = [place.name for place in places if ahead(conn, place.position)]
            if not apart:
                conn.execute(_FEED, [feed, [place.name for place in places]])
                return
        log.info("projections are rebuilt before they are fed otherwise", projections=apart, feed=feed)
        rebuild(conninfo, apart, pack)


def begin(conn: Connection, topic: str, partitions: Iterable[int]) -> None:
    """A shard for each partition of the topic, where there is none yet."""
    conn.execute(_BEGIN, [topic, sorted(partitions)])


def lock(conn: Connection, topic: str, partition: int) -> Shard:
    """The shard, nobody else's until the transaction ends."""
    with conn.cursor(row_factory=class_row(Shard)) as cursor:
        found = cursor.execute(_LOCK, [topic, partition]).fetchone()
    if found is None:
        raise ShardError(f"{topic}/{partition} is new: partitions were added, and streams changed theirs")
    return found


def move(conn: Connection, topic: str, partition: int, next_offset: int, taken: int) -> None:
    """Everything before this offset, and so up to this position of the log, was taken in."""
    conn.execute(_MOVE, {"topic": topic, "partition": partition, "next": next_offset, "taken": taken})


def cover(conn: Connection, topic: str, ends: dict[int, int], position: int) -> None:
    """Shards that have reached these ends owe nothing up to this position, which was published before the ends."""
    conn.execute(_COVER, {"topic": topic, "partitions": list(ends), "ends": list(ends.values()), "position": position})


def follow(conn: Connection, topic: str) -> None:
    """Move the projections to the position up to which every shard owes nothing."""
    conn.execute(_FOLLOW, [topic, CHANNEL])
