"""The replica of the provinces' logs: read by stream and in the order of positions; added to, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from services.register.read import Recorded, by_stream

STREAMS: Final = """
    SELECT stream, position, type, state FROM nation.replica
    WHERE place = %s AND stream = ANY (%s) ORDER BY stream, version"""
TAIL: Final = """
    SELECT position, stream, version, type, recorded_at, state FROM nation.replica
    WHERE place = %s AND position > %s ORDER BY position LIMIT %s"""


class Raw(NamedTuple):
    """An event of a province as it is stored, its state undecoded; position and version are the province's."""

    position: int
    stream: UUID
    version: int
    type: str
    recorded_at: datetime
    state: bytes


def read_streams(conn: psycopg.Connection[Any], place: str, streams: Iterable[UUID]) -> dict[UUID, list[Recorded]]:
    """Many streams of a province whole, in one query; a stream that has nothing is an empty list."""
    wanted = list(streams)
    return by_stream(wanted, _rows(conn, STREAMS, [place, wanted]))


def raw_tail(conn: psycopg.Connection[Any], place: str, after: int, limit: int) -> list[Raw]:
    """The next `limit` events of a province after a position, in the order of positions."""
    return list(map(Raw._make, _rows(conn, TAIL, [place, after, limit])))


def _rows(conn: psycopg.Connection[Any], query: LiteralString, parameters: Sequence[object]) -> list[Any]:
    with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
