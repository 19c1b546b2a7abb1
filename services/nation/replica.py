"""The replica of the provinces' logs: read by stream and in the order of positions; added to, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from services.nation.arrival import Arrival, Content
from services.register.read import Recorded, by_stream

STREAMS: Final = """
    SELECT stream, position, type, state FROM nation.replica
    WHERE place = %s AND stream = ANY (%s) ORDER BY stream, version"""
TAIL: Final = """
    SELECT position, stream, version, type, recorded_at, state FROM nation.replica
    WHERE place = %s AND position > %s ORDER BY position LIMIT %s"""
STREAM: Final = """
    SELECT position, type, state FROM nation.replica
    WHERE place = %s AND stream = %s AND version > %s ORDER BY version"""
HEADS: Final = """
    SELECT wanted.stream::text, coalesce((
        SELECT version FROM nation.replica WHERE place = %s AND stream = wanted.stream ORDER BY version DESC LIMIT 1
    ), 0) FROM unnest(%s::uuid[]) AS wanted (stream)"""
AT: Final = """
    SELECT position, stream::text, version, type, state FROM nation.replica
    WHERE place = %s AND position = ANY (%s)"""
OF_TYPE: Final = "SELECT position, state FROM nation.replica WHERE place = %s AND type = %s ORDER BY position"
STORE: Final = "COPY nation.replica (place, position, stream, version, type, recorded_at, state) FROM STDIN"


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


def raw_stream(conn: psycopg.Connection[Any], place: str, stream: UUID, after: int = 0) -> list[tuple[int, str, bytes]]:
    """Positions, types and stored bytes of the entries of a province's stream after a version, in order, undecoded."""
    return list(_rows(conn, STREAM, [place, stream, after]))


def raw_tail(conn: psycopg.Connection[Any], place: str, after: int, limit: int) -> list[Raw]:
    """The next `limit` events of a province after a position, in the order of positions."""
    return list(map(Raw._make, _rows(conn, TAIL, [place, after, limit])))


def of_type(conn: psycopg.Connection[Any], place: str, kind: str) -> list[tuple[int, bytes]]:
    """Positions and stored bytes of a province's events of a type, in order."""
    return list(_rows(conn, OF_TYPE, [place, kind]))


def heads(conn: psycopg.Connection[Any], place: str, streams: Iterable[bytes]) -> dict[bytes, int]:
    """The last version of streams of a province; 0 of one that has nothing."""
    wanted = [stream.decode() for stream in streams]
    return {stream.encode(): version for stream, version in _rows(conn, HEADS, [place, wanted])} if wanted else {}


def contents(conn: psycopg.Connection[Any], place: str, positions: Iterable[int]) -> dict[int, Content]:
    """What is stored at positions of a province, as far as they are there."""
    rows = _rows(conn, AT, [place, list(positions)])
    return {
        position: (stream.encode(), version, kind.encode(), state) for position, stream, version, kind, state in rows
    }


@dataclass(slots=True)
class Adding:
    """Owns a transaction that stays open while more comes: the server takes in what it has meanwhile.

    Until `end` the connection serves nothing else; where it is closed instead, nothing was added.
    """

    conn: psycopg.Connection[Any]
    _copy: psycopg.Copy | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def add(self, place: str, arrivals: Iterable[Arrival]) -> None:
        """The next events of a province, into the transaction that is open, or a new one."""
        if self._copy is None:
            self.conn.execute("BEGIN")
            self._copy = self._open.enter_context(self._open.enter_context(self.conn.cursor()).copy(STORE))
        self._copy.write("".join(_line(place, one) for one in arrivals))

    def end(self) -> None:
        """All is added, in a transaction that is still open: what belongs to it follows, and COMMIT."""
        if self._copy is None:
            self.conn.execute("BEGIN")
        self._copy = None
        self._open.close()


def _line(place: str, one: Arrival) -> str:
    """A line of COPY's text format; each part has a shape that needs no escaping."""
    return (
        f"{place}\t{one.position}\t{one.stream.decode()}\t{one.version}\t{one.type.decode()}\t"
        f"{one.recorded_at.decode()}\t\\\\x{one.state.hex()}\n"
    )


def _rows(conn: psycopg.Connection[Any], query: LiteralString, parameters: Sequence[object]) -> list[Any]:
    with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
