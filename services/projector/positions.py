"""How far each projection is: read, moved with its rows, stopped with the reason, resumed by a person's word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from projections.freshness import CHANNEL
from services.errors import ConcordError

Connection = psycopg.Connection[Any]

DATABASE, KAFKA = "database", "kafka"
"""What feeds a projection."""


_SELECT: LiteralString = """
    SELECT name, version, log, position, as_of, status, error, failed_at, feed FROM projections.position"""
_MOVE: LiteralString = """
    UPDATE projections.position SET position = %s, as_of = %s, updated_at = now() WHERE name = ANY (%s)"""
_STOP: LiteralString = """
    UPDATE projections.position SET status = 'stopped', error = %s, failed_at = %s, updated_at = now()
    WHERE name = %s AND status = 'running'"""
_RESUME: LiteralString = """
    UPDATE projections.position SET status = 'running', error = NULL, failed_at = NULL, updated_at = now()
    WHERE name = %s AND status = 'stopped' AND feed = 'database'"""
_PLACE: LiteralString = """
    INSERT INTO projections.position AS p (name, version, log, position, as_of) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, log = excluded.log, position = excluded.position,
        as_of = excluded.as_of, status = 'running', error = NULL, failed_at = NULL, rebuilding = NULL,
        updated_at = now()"""


@dataclass(eq=False)
class NotOfThisLogError(ConcordError):
    """A projection has taken in what this log does not hold: the log was restored, or is another one."""

    name: str
    why: str
    code = "projection-not-of-this-log"

    def __str__(self) -> str:
        return f"projection {self.name} {self.why}; rebuild it: concord rebuild {self.name}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a projection is."""

    name: str
    version: int
    log: UUID
    position: int
    as_of: datetime | None
    status: str
    error: str | None
    failed_at: int | None
    feed: str


def places(conn: Connection) -> list[Place]:
    """All projections that have a table."""
    with conn.cursor(row_factory=class_row(Place)) as cursor:
        return cursor.execute(_SELECT).fetchall()


def lock(conn: Connection, names: Iterable[str]) -> list[Place]:
    """These projections, kept from moving until the transaction ends; a second projector waits here."""
    with conn.cursor(row_factory=class_row(Place)) as cursor:
        query = _SELECT + " WHERE name = ANY (%s) ORDER BY name FOR UPDATE"
        return cursor.execute(query, [sorted(names)]).fetchall()


def share(conn: Connection, names: Iterable[str]) -> list[Place]:
    """These projections, kept from being rebuilt, compared or fed otherwise until the transaction ends; no more."""
    with conn.cursor(row_factory=class_row(Place)) as cursor:
        query = _SELECT + " WHERE name = ANY (%s) ORDER BY name FOR KEY SHARE"
        return cursor.execute(query, [sorted(names)]).fetchall()


def move(conn: Connection, names: Sequence[str], position: int, as_of: datetime) -> None:
    """These have taken in everything up to this position; who listens is told once it is committed."""
    conn.execute(_MOVE, [position, as_of, list(names)])
    conn.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(position)])


def stop(conn: Connection, name: str, failed_at: int, error: str) -> None:
    """The projection stops before the event at this position, and why."""
    conn.execute(_STOP, [error, failed_at, name])


def resume(conn: Connection, name: str) -> bool:
    """A stopped projection tries its event again; False where it was not stopped.

    False also for one that is fed from Kafka: its shards went on without it, and only a rebuild mends that.
    """
    return conn.execute(_RESUME, [name]).rowcount == 1


def place(conn: Connection, name: str, version: int, log: UUID, position: int, as_of: datetime | None) -> None:
    """The table of the projection is new and holds everything up to this position."""
    conn.execute(_PLACE, [name, version, log, position, as_of])
    conn.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(position)])


def check(conn: Connection, log: UUID, head: int) -> None:
    """Raises NotOfThisLogError where a projection is of another log, or ahead of this one."""
    for found in places(conn):
        if found.log != log:
            raise NotOfThisLogError(found.name, f"was made from log {found.log}, and this is {log}")
        if found.position > head:
            raise NotOfThisLogError(found.name, f"is at position {found.position}, and the log ends at {head}")
