"""How far each province's feed is, and which provinces belong to the nation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row

Connection = psycopg.Connection[Any]

RUNNING, STOPPED, LEFT = "running", "stopped", "left"

_FEEDS: LiteralString = """
    SELECT place, log, position, recorded_at, heard_at, status, class AS kind, reason, stopped_at,
        wanted_from, wanted_until, asked_at
    FROM nation.feeds ORDER BY place"""
_BELONGING: LiteralString = """
    SELECT stream, type, state FROM register.events
    WHERE type IN ('province.joined.v1', 'province.left.v1') ORDER BY position"""


@dataclass(frozen=True, slots=True)
class Feed:
    """A province's feed: the replica holds everything up to `position`; stopped, it says why and from where.

    `kind` is missing, altered, disordered or foreign (column `class`); `recorded_at` is that of the
    event at `position`, `heard_at` when any message of the province came last.
    """

    place: str
    log: UUID
    position: int
    recorded_at: datetime | None
    heard_at: datetime | None
    status: str
    kind: str | None
    reason: str | None
    stopped_at: int | None
    wanted_from: int | None
    wanted_until: int | None
    asked_at: datetime | None


def feeds(conn: Connection) -> list[Feed]:
    """Every province's feed in the order of places; also of those that have left."""
    with conn.cursor(row_factory=class_row(Feed)) as cursor:
        return cursor.execute(_FEEDS).fetchall()


def joined(conn: Connection) -> Mapping[str, UUID]:
    """The provinces that belong, each with the log that was pinned when it joined; from the nation's own register."""
    belonging: dict[UUID, tuple[str, UUID]] = {}
    for stream, kind, state in conn.execute(_BELONGING).fetchall():
        if kind == "province.left.v1":
            belonging.pop(stream, None)
        else:
            event = orjson.loads(state)["event"]
            belonging[stream] = (event["place"], UUID(event["log"]))
    return dict(belonging.values())
