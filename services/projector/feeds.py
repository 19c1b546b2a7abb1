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
from services.follower import BrokenError
from services.projector import positions
from services.projector.policy import Following
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
# Whoever commits last looks last, and so sees what all shards have taken.
_LEAST: LiteralString = "SELECT min(covered) FROM projections.shards WHERE topic = %s"
_FOLLOW: LiteralString = """
    WITH moved AS (
        UPDATE projections.position AS p
        SET position = g.position, as_of = register.recorded_at(g.position), updated_at = now()
        FROM unnest(%s::text[], %s::bigint[]) AS g (name, position)
        WHERE p.name = g.name AND p.feed = 'kafka' AND p.status = 'running' AND p.position < g.position
        RETURNING p.position
    )
    SELECT pg_notify(%s, max(position)::text) FROM moved HAVING count(*) > 0"""

log = structlog.get_logger("projector")


class ShardError(BrokenError):
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


def take_over(conninfo: str, pack: Pack, place: str, feed: str) -> None:
    """Make this the feed of all projections: whoever feeds them otherwise does nothing more.

    Where shards had run ahead, the projections are first rebuilt up to where all of them agree.
    """
    while True:
        with psycopg.connect(conninfo, autocommit=True) as conn, conn.transaction():
            others = [found for found in positions.lock(conn, CATALOGUE) if found.feed != feed]
            apart = [found.name for found in others if ahead(conn, found.position)]
            if not apart:
                conn.execute(_FEED, [feed, [found.name for found in others]])
                return
        log.info("projections are rebuilt before they are fed otherwise", projections=apart, feed=feed)
        rebuild(conninfo, apart, pack, place)


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


def follow(conn: Connection, topic: str, policy: Following) -> list[str]:
    """Move the projections to the position up to which every shard owes nothing.

    Views go no further than before the next event by which other packs are in force; those that stand there.
    """
    least: tuple[int | None] | None = conn.execute(_LEAST, [topic]).fetchone()
    if least is None or least[0] is None:
        return []
    policy.read(conn)  # after the position, so that it knows of everything up to it
    goals, turned = dict[str, int](), list[str]()
    for found in positions.places(conn):
        turn = policy.turn(found.position) if found.name in CATALOGUE and CATALOGUE[found.name].rows else None
        goals[found.name] = least[0] if turn is None else min(least[0], turn - 1)
        if turn is not None and goals[found.name] == turn - 1:
            turned.append(found.name)
    conn.execute(_FOLLOW, [list(goals), list(goals.values()), CHANNEL])
    return turned
