"""The readers of `read` on an async connection: the same names, the same SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from events.registry import decode
from services.register import read
from services.register.read import FIRST_STREAM, Raw, Recorded

Connection = psycopg.AsyncConnection[Any]


async def read_stream(conn: Connection, stream: UUID, after: int = 0, until: int | None = None) -> list[Recorded]:
    """The entries of a stream with versions after `after` and up to `until`, in order."""
    return read.recorded(await _rows(conn, read.STREAM, [stream, after, read.LAST_VERSION if until is None else until]))


async def raw_stream(conn: Connection, stream: UUID, after: int = 0) -> list[tuple[int, str, bytes]]:
    """Positions, types and stored bytes of the entries of a stream after a version, in order, undecoded."""
    return await _rows(conn, read.STREAM, [stream, after, read.LAST_VERSION])


async def read_streams(conn: Connection, streams: Iterable[UUID]) -> dict[UUID, list[Recorded]]:
    """Many streams whole, in one query; a stream that has nothing is an empty list."""
    wanted = list(streams)
    return read.by_stream(wanted, await _rows(conn, read.STREAMS, [wanted]))


async def read_since(conn: Connection, known: Mapping[UUID, int]) -> dict[UUID, list[tuple[str, bytes]]]:
    """Of many streams the types and stored bytes after a version each; streams without any are left out."""
    return read.by_stream_raw(await _rows(conn, read.SINCE, [list(known), list(known.values())]))


async def read_snapshot(conn: Connection, known: Mapping[UUID, int]) -> tuple[int, dict[UUID, list[tuple[str, bytes]]]]:
    """As `read_since`, with the position of the log; both are of one moment."""
    rows = await _rows(conn, read.SNAPSHOT, [list(known), list(known.values())])
    return rows[0][0], read.by_stream_raw(row[1:] for row in rows if row[1] is not None)


async def read_page(
    conn: Connection, after: int, limit: int, types: Sequence[str] | None = None
) -> tuple[int, list[Raw]]:
    """As `raw_tail`, with the position up to which everything of these types has been read."""
    head = await last_position(conn)
    rows = await raw_tail(conn, after, limit, types)
    if not rows:
        return head, rows
    # a page that is not full holds all there was when it was read, which may be more than there was just before
    last = rows[-1].position
    return (last if len(rows) == limit else max(head, last)), rows


async def tail(conn: Connection, after: int, limit: int, types: Sequence[str] | None = None) -> list[Recorded]:
    """The next `limit` entries after a position in the order of commits, of some types only if given."""
    return [Recorded(raw.position, decode(raw.type, raw.state)) for raw in await raw_tail(conn, after, limit, types)]


async def raw_tail(conn: Connection, after: int, limit: int, types: Sequence[str] | None = None) -> list[Raw]:
    """As `tail`, undecoded."""
    return list(map(Raw._make, await _rows(conn, *read.tail_query(after, limit, types))))


async def last_position(conn: Connection) -> int:
    """The position of the newest event; 0 where there is none."""
    position: int = (await _rows(conn, read.LAST_POSITION, []))[0][0]
    return position


async def newest_of_type(conn: Connection, type_name: str, before: int, limit: int) -> list[tuple[UUID, int]]:
    """Streams and positions of a type's events before a position, the newest first."""
    return list(await _rows(conn, read.NEWEST_OF_TYPE, [type_name, before, limit]))


async def recorded_since(conn: Connection, type_name: str, moment: datetime) -> list[Recorded]:
    """The entries of a type recorded at a moment or after it, in order."""
    return read.recorded(await _rows(conn, read.OF_TYPE_SINCE, [type_name, moment]))


class Naming(NamedTuple):
    """A stream that names a digest by entries of a type; `recorded_at` is the last one's moment."""

    stream: UUID
    type: str
    recorded_at: datetime


async def naming(conn: Connection, without: str) -> dict[str, list[Naming]]:
    """Who names each digest (64 hexadecimal digits), the latest first; `without` types that begin so. Reads the whole
    log once.
    """
    found: dict[str, list[Naming]] = {}
    for digest, *named in await _rows(conn, read.NAMING, [without]):
        found.setdefault(digest, []).append(Naming(*named))
    return found


async def find_command(conn: Connection, command_id: UUID) -> tuple[bytes, list[Recorded]] | None:
    """The digest of a stored command and what it stored; None where it is not known."""
    return read.of_command(await _rows(conn, read.COMMAND, [command_id]))


async def stream_ids(conn: Connection, kind: str, after: UUID = FIRST_STREAM, limit: int = 1_000) -> list[UUID]:
    """The next streams of a kind (`unit`, `officer`, …) after an id, in the order of ids."""
    return [stream for (stream,) in await _rows(conn, read.STREAM_IDS, [kind, after, limit])]


async def next_streams(conn: Connection, kinds: Sequence[str], after: UUID, limit: int = 500) -> list[UUID]:
    """The next streams of any of these kinds after an id, in the order of ids."""
    query: LiteralString = (
        "SELECT stream FROM register.streams WHERE stream > %s AND kind = ANY (%s) ORDER BY stream LIMIT %s"
    )
    return [stream for (stream,) in await _rows(conn, query, [after, list(kinds), limit])]


async def streams_with(conn: Connection, event_type: str) -> list[UUID]:
    """The streams that have an entry of that type."""
    query: LiteralString = "SELECT DISTINCT stream FROM register.events WHERE type = %s"
    return [row[0] for row in await _rows(conn, query, [event_type])]


async def kinds_of(conn: Connection, streams: Iterable[UUID]) -> dict[UUID, str]:
    """Of what kind each stream is, in one query; a stream that has nothing is left out."""
    return dict(await _rows(conn, read.KINDS, [list(streams)]))


async def log_id(conn: Connection) -> UUID:
    """Which log this is; whoever keeps a position in it keeps this beside it."""
    log: UUID = (await _rows(conn, read.LOG_ID, []))[0][0]
    return log


async def branches(conn: Connection) -> list[tuple[int, UUID]]:
    """As what log others know the entries of this one: after which position, and its id; the last counts now."""
    return await _rows(conn, read.BRANCHES, [])


async def is_simulated(conn: Connection) -> bool:
    """Whether this register is marked as one whose clocks are simulated (`migrate.mark_simulated`)."""
    simulated: bool = (await _rows(conn, read.SIMULATED, []))[0][0]
    return simulated


async def _rows(conn: Connection, query: LiteralString, parameters: list[object]) -> list[Any]:
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        return await (await cursor.execute(query, parameters)).fetchall()
