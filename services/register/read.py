"""Reading the events: a stream, many streams, the log in the order of commits. The async twin is `read_async`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from events.envelope import Entry, Event
from events.registry import decode

LAST_VERSION: Final = 2**31 - 1
END: Final = 2**62
"""After every position."""

STREAM: Final = """
    SELECT position, type, state FROM register.events
    WHERE stream = %s AND version > %s AND version <= %s ORDER BY version"""
STREAMS: Final = """
    SELECT stream, position, type, state FROM register.events
    WHERE stream = ANY (%s) ORDER BY stream, version"""
TAIL: Final = """
    SELECT position, stream, version, type, recorded_at, command_id, state FROM register.events
    WHERE position > %s ORDER BY position LIMIT %s"""
# The limit is inside, a type at a time: the index gives each type in order, and few rows are sorted.
TAIL_OF_TYPES: Final = """
    SELECT e.position, e.stream, e.version, e.type, e.recorded_at, e.command_id, e.state
    FROM (SELECT DISTINCT unnest(%s::text[])) AS wanted (type)
    CROSS JOIN LATERAL (
        SELECT * FROM register.events AS e
        WHERE e.type = wanted.type AND e.position > %s ORDER BY e.position LIMIT %s
    ) AS e ORDER BY e.position LIMIT %s"""
# Of many streams, each from the version after the one that is known.
SINCE: Final = """
    SELECT e.stream, e.type, e.state
    FROM unnest(%s::uuid[], %s::int[]) AS known (stream, version)
    JOIN register.events AS e ON e.stream = known.stream AND e.version > known.version
    ORDER BY e.stream, e.version"""
# The same beside the position of the log, all of one moment.
SNAPSHOT: Final = """
    SELECT head.position, since.stream, since.type, since.state
    FROM (SELECT coalesce(max(position), 0) AS position FROM register.events) AS head
    LEFT JOIN (
        SELECT e.stream, e.version, e.type, e.state
        FROM unnest(%s::uuid[], %s::int[]) AS known (stream, version)
        JOIN register.events AS e ON e.stream = known.stream AND e.version > known.version
    ) AS since ON true ORDER BY since.stream, since.version"""
# Streams between two ids, both included, up to a position: what a process of a rebuild folds.
RANGE: Final = """
    SELECT stream, position, type, state FROM register.events
    WHERE stream BETWEEN %s AND %s AND position <= %s ORDER BY stream, version"""
# The next streams after an id with their last versions, and the entries of some up to a version each: an audit's pages.
SIZES: Final = """
    SELECT stream, max(version) FROM register.events WHERE stream IN (
        SELECT stream FROM register.events WHERE version = 1 AND stream > %s ORDER BY stream LIMIT 500
    ) GROUP BY stream ORDER BY stream"""
UP_TO: Final = """
    SELECT e.stream, e.type, e.state
    FROM unnest(%s::uuid[], %s::int[]) AS wanted (stream, version)
    JOIN register.events AS e ON e.stream = wanted.stream AND e.version <= wanted.version
    ORDER BY e.stream, e.version"""
DIGESTS: Final = """
    SELECT position, stream, version, type, sha256(state) FROM register.events WHERE position = ANY (%s::bigint[])"""
# Which of some streams there are.
EXISTING: Final = "SELECT stream FROM register.events WHERE version = 1 AND stream = ANY (%s)"
# Streams and positions of a type, the newest first, before a position.
NEWEST_OF_TYPE: Final = """
    SELECT stream, position FROM register.events
    WHERE type = %s AND position < %s ORDER BY position DESC LIMIT %s"""
OF_TYPE_SINCE: Final = """
    SELECT position, type, state FROM register.events WHERE type = %s AND recorded_at >= %s ORDER BY position"""
# Which streams name which digest by entries of which type, when last; without types that begin so.
NAMING: Final = """
    SELECT found[1], e.stream, e.type, max(e.recorded_at)
    FROM register.events AS e
    CROSS JOIN LATERAL regexp_matches(convert_from(e.state, 'UTF8'), '"([0-9a-f]{64})"', 'g') AS found
    WHERE NOT starts_with(e.type, %s) GROUP BY 1, 2, 3 ORDER BY 4 DESC"""
WAITING: Final = """
    SELECT count(*) FROM register.events WHERE position > %s AND (%s::text[] IS NULL OR type = ANY (%s))"""
RECORDED_AT: Final = "SELECT register.recorded_at(%s)"
COMMANDS: Final = "SELECT id, digest FROM register.commands WHERE id = ANY (%s)"
LAST_POSITION: Final = "SELECT register.last_position()"
COMMAND: Final = """
    SELECT c.digest, e.position, e.type, e.state FROM register.commands AS c
    JOIN register.events AS e ON e.position >= c.first_position AND e.position < c.first_position + c.count
    WHERE c.id = %s ORDER BY e.position"""
STREAM_IDS: Final = "SELECT stream FROM register.streams WHERE kind = %s AND stream > %s ORDER BY stream LIMIT %s"
KINDS: Final = "SELECT stream, kind FROM register.streams WHERE stream = ANY (%s)"
SIMULATED: Final = "SELECT EXISTS (SELECT FROM register.simulation)"
LOG_ID: Final = "SELECT log FROM register.identity"
BRANCHES: Final = """
    SELECT 0::bigint, log FROM register.identity
    UNION ALL
    SELECT (said ->> 'after')::bigint, (said ->> 'log')::uuid FROM (
        SELECT convert_from(state, 'UTF8')::jsonb -> 'event' AS said
        FROM register.events WHERE type = 'register.branched.v1'
    ) AS branched
    ORDER BY 1"""

FIRST_STREAM: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry and its place in the log; positions run from 1 without a hole, in the order of commits.

    `state` are the bytes that stand there, where whoever stored them has them still.
    """

    position: int
    entry: Entry[Event]
    state: bytes = field(default=b"", repr=False, compare=False)


class Raw(NamedTuple):
    """An event as it is stored, its state undecoded."""

    position: int
    stream: UUID
    version: int
    type: str
    recorded_at: datetime
    command_id: UUID
    state: bytes


def recorded(rows: Iterable[tuple[int, str, bytes]]) -> list[Recorded]:
    """Rows of (position, type, state) decoded."""
    return [Recorded(position, decode(type_name, state)) for position, type_name, state in rows]


def by_stream(streams: Iterable[UUID], rows: Iterable[tuple[UUID, int, str, bytes]]) -> dict[UUID, list[Recorded]]:
    """Rows of STREAMS by stream, with an empty list for a stream that has nothing."""
    found: dict[UUID, list[Recorded]] = {stream: [] for stream in streams}
    for stream, position, type_name, state in rows:
        found[stream].append(Recorded(position, decode(type_name, state)))
    return found


def by_stream_raw(rows: Iterable[tuple[UUID, str, bytes]]) -> dict[UUID, list[tuple[str, bytes]]]:
    """Rows of SINCE by stream."""
    found: dict[UUID, list[tuple[str, bytes]]] = {}
    for stream, type_name, state in rows:
        found.setdefault(stream, []).append((type_name, state))
    return found


def of_command(rows: Sequence[tuple[bytes, int, str, bytes]]) -> tuple[bytes, list[Recorded]] | None:
    """Rows of COMMAND: its digest and what it stored."""
    return (rows[0][0], recorded(row[1:] for row in rows)) if rows else None


def tail_query(after: int, limit: int, types: Sequence[str] | None) -> tuple[LiteralString, list[object]]:
    """The query of a tail and its parameters."""
    if types is None:
        return TAIL, [after, limit]
    return TAIL_OF_TYPES, [list(types), after, limit, limit]


def read_stream(
    conn: psycopg.Connection[Any], stream: UUID, after: int = 0, until: int | None = None
) -> list[Recorded]:
    """The entries of a stream with versions after `after` and up to `until`, in order."""
    return recorded(_rows(conn, STREAM, [stream, after, LAST_VERSION if until is None else until]))


def raw_stream(conn: psycopg.Connection[Any], stream: UUID, after: int = 0) -> list[tuple[int, str, bytes]]:
    """Positions, types and stored bytes of the entries of a stream after a version, in order, undecoded."""
    return _rows(conn, STREAM, [stream, after, LAST_VERSION])


def read_streams(conn: psycopg.Connection[Any], streams: Iterable[UUID]) -> dict[UUID, list[Recorded]]:
    """Many streams whole, in one query; a stream that has nothing is an empty list."""
    wanted = list(streams)
    return by_stream(wanted, _rows(conn, STREAMS, [wanted]))


def read_since(conn: psycopg.Connection[Any], known: Mapping[UUID, int]) -> dict[UUID, list[tuple[str, bytes]]]:
    """Of many streams the types and stored bytes after a version each; streams without any are left out."""
    return by_stream_raw(_rows(conn, SINCE, [list(known), list(known.values())]))


def tail(conn: psycopg.Connection[Any], after: int, limit: int, types: Sequence[str] | None = None) -> list[Recorded]:
    """The next `limit` entries after a position in the order of commits, of some types only if given."""
    return [Recorded(raw.position, decode(raw.type, raw.state)) for raw in raw_tail(conn, after, limit, types)]


def raw_tail(conn: psycopg.Connection[Any], after: int, limit: int, types: Sequence[str] | None = None) -> list[Raw]:
    """As `tail`, undecoded."""
    return list(map(Raw._make, _rows(conn, *tail_query(after, limit, types))))


def last_position(conn: psycopg.Connection[Any]) -> int:
    """The position of the newest event; 0 where there is none."""
    position: int = _rows(conn, LAST_POSITION, [])[0][0]
    return position


def waiting(conn: psycopg.Connection[Any], after: int, types: Sequence[str] | None = None) -> int:
    """How many events there are after a position, of some types only if given."""
    wanted = list(types) if types is not None else None
    number: int = _rows(conn, WAITING, [after, wanted, wanted])[0][0]
    return number


def digests(conn: psycopg.Connection[Any], positions: Iterable[int]) -> dict[int, tuple[UUID, int, str, bytes]]:
    """Stream, version, type and SHA-256 of the stored bytes at each of these positions."""
    return {position: tuple(rest) for position, *rest in _rows(conn, DIGESTS, [list(positions)])}


def recorded_at(conn: psycopg.Connection[Any], position: int) -> datetime | None:
    """When the event at a position was recorded; None where there is none."""
    moment: datetime | None = _rows(conn, RECORDED_AT, [position])[0][0]
    return moment


def sizes(conn: psycopg.Connection[Any], after: UUID) -> dict[UUID, int]:
    """The next 500 streams after an id, in the order of ids, with their last versions."""
    return dict(_rows(conn, SIZES, [after]))


def read_up_to(conn: psycopg.Connection[Any], versions: Mapping[UUID, int]) -> list[tuple[UUID, str, bytes]]:
    """Streams up to a version each: stream, type and stored bytes of every entry, by stream in order."""
    return _rows(conn, UP_TO, [list(versions), list(versions.values())]) if versions else []


def newest_of_type(conn: psycopg.Connection[Any], type_name: str, before: int, limit: int) -> list[tuple[UUID, int]]:
    """Streams and positions of a type's events before a position, the newest first."""
    return list(_rows(conn, NEWEST_OF_TYPE, [type_name, before, limit]))


def recorded_since(conn: psycopg.Connection[Any], type_name: str, moment: datetime) -> list[Recorded]:
    """The entries of a type recorded at a moment or after it, in order."""
    return recorded(_rows(conn, OF_TYPE_SINCE, [type_name, moment]))


def find_command(conn: psycopg.Connection[Any], command_id: UUID) -> tuple[bytes, list[Recorded]] | None:
    """The digest of a stored command and what it stored; None where it is not known."""
    return of_command(_rows(conn, COMMAND, [command_id]))


def stream_ids(conn: psycopg.Connection[Any], kind: str, after: UUID = FIRST_STREAM, limit: int = 1_000) -> list[UUID]:
    """The next streams of a kind (`unit`, `officer`, …) after an id, in the order of ids."""
    return [stream for (stream,) in _rows(conn, STREAM_IDS, [kind, after, limit])]


def kinds_of(conn: psycopg.Connection[Any], streams: Iterable[UUID]) -> dict[UUID, str]:
    """Of what kind each stream is, in one query; a stream that has nothing is left out."""
    return dict(_rows(conn, KINDS, [list(streams)]))


def log_id(conn: psycopg.Connection[Any]) -> UUID:
    """Which log this is; whoever keeps a position in it keeps this beside it."""
    log: UUID = _rows(conn, LOG_ID, [])[0][0]
    return log


def branches(conn: psycopg.Connection[Any]) -> list[tuple[int, UUID]]:
    """As what log others know the entries of this one: after which position, and its id; the last counts now.

    A register that was restored and goes on is another log from there on (`register.branched.v1`).
    """
    return _rows(conn, BRANCHES, [])


def branch_at(known: Iterable[tuple[int, UUID]], position: int) -> UUID:
    """As what log others know the entry at a position."""
    return [log for after, log in known if after < position][-1]


def is_simulated(conn: psycopg.Connection[Any]) -> bool:
    """Whether this register is marked as one whose clocks are simulated (`migrate.mark_simulated`)."""
    simulated: bool = _rows(conn, SIMULATED, [])[0][0]
    return simulated


def _rows(conn: psycopg.Connection[Any], query: LiteralString, parameters: list[object]) -> list[Any]:
    with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        return cursor.execute(query, parameters).fetchall()
