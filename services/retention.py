"""What of papers, attachments and personal data has been kept for its time: read by the register itself (T-27).

Time runs from the last entry that names a thing; of bytes that no entry names, from their storing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from events.envelope import CHINA
from events.governance.retention import MOST_DESTROYED, DestroyedItem, RegisterContentDestroyed
from events.registry import EVENT_TYPES
from events.sealed import Sealed
from services import vault
from services.casework.calendar import Span
from services.casework.pack import Pack
from services.casework.pack_retention import Retention
from services.casework.register.retention import held
from services.casework.register.state import Register
from services.register import read_async

Connection = AsyncConnection[Any]

_EVER = datetime(2000, 1, 1, tzinfo=CHINA)

MOST_FILES = 100
"""Files that are told of a thing which more of them name."""

_BYTES: LiteralString = """
    WITH named AS (
        SELECT decode(found[1], 'hex') AS sha256, e.stream, bool_or(e.type LIKE 'document.recorded.%%') AS paper,
            max(e.recorded_at) AS at
        FROM register.events AS e
        CROSS JOIN LATERAL regexp_matches(convert_from(e.state, 'UTF8'), '"([0-9a-f]{64})"', 'g') AS found
        WHERE e.type NOT LIKE 'register.%%' GROUP BY 1, 2)
    SELECT encode(c.sha256, 'hex'), c.stored_at, max(n.at), coalesce(bool_or(n.paper), false),
        (array_agg(n.stream ORDER BY n.at DESC) FILTER (WHERE n.stream IS NOT NULL))[1:%(most)s]
    FROM documents.content AS c LEFT JOIN named AS n ON n.sha256 = c.sha256
    WHERE c.stored_at < %(before)s GROUP BY c.sha256, c.stored_at ORDER BY c.stored_at, c.sha256"""
"""Bytes stored before a moment, with the last entry that names them, whether one records them as a paper, the files;
holds and certificates, which name what they are about, use nothing.
"""

_DESTROYED_KEYS: LiteralString = "SELECT DISTINCT subject FROM keys.data_keys WHERE destroyed_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Due:
    """A thing whose time is over since `due`, under a line of the table; `holds` keep it back, by their entries."""

    line: str
    item: DestroyedItem
    due: date
    holds: tuple[int, ...]


async def due(conn: Connection, register: Register, pack: Pack, day: date) -> list[Due]:
    """Everything whose time is over on that day, the longest overdue first."""
    found = [*await _bytes_due(conn, pack, day), *await _personal_due(conn, pack, day)]
    listed = [Due(line, item, on, held(register, item)) for line, item, on in found]
    return sorted(listed, key=lambda one: (one.due, one.line, str(one.item.digest or one.item.subject)))


async def certified(
    conn: Connection, register: Register, event: RegisterContentDestroyed, pack: Pack, day: date
) -> RegisterContentDestroyed:
    """The certificate with what is due under its line and held back by nothing."""
    items = [one.item for one in await due(conn, register, pack, day) if one.line == event.line and not one.holds]
    return event.model_copy(update={"items": tuple(items[:MOST_DESTROYED])})


_Found = tuple[str, DestroyedItem, date]


async def _bytes_due(conn: Connection, pack: Pack, day: date) -> list[_Found]:
    lines: Mapping[str, tuple[str, Retention]] = {
        line.holds: (name, line) for name, line in pack.retention.items() if line.holds != "personal"
    }
    kept = [line.keeps for _, line in lines.values() if isinstance(line.keeps, Span)]
    latest = max((pack.before(day, span) for span in kept), default=None)
    if latest is None:
        return []
    before = datetime.combine(latest, datetime.min.time(), CHINA).replace(hour=23, minute=59, second=59)
    rows = await _rows(conn, _BYTES, {"before": before, "most": MOST_FILES})
    found: list[_Found] = []
    for digest, stored_at, named_at, paper, streams in rows:
        holds = "unnamed" if named_at is None else "paper" if paper else "attachment"
        since = (named_at or stored_at).astimezone(CHINA).date()
        item = DestroyedItem(digest=digest, streams=tuple(streams or ()), since=since)
        found += _if_due(*lines[holds], item, pack, day)
    return found


def _if_due(name: str, line: Retention, item: DestroyedItem, pack: Pack, day: date) -> Iterator[_Found]:
    if isinstance(line.keeps, Span) and (on := pack.after(item.since, line.keeps)) <= day:
        yield name, item, on


async def _personal_due(conn: Connection, pack: Pack, day: date) -> list[_Found]:
    lines: Mapping[str, Sequence[tuple[str, str, Retention]]] = _by_type(pack)
    gone = {subject for (subject,) in await _rows(conn, _DESTROYED_KEYS, {})}
    found: list[_Found] = []
    for event_type, fields in lines.items():
        cut = max((pack.before(day, line.keeps) for _, _, line in fields if isinstance(line.keeps, Span)), default=None)
        if cut is None:
            continue
        for recorded in await read_async.recorded_since(conn, event_type, _EVER):
            entry = recorded.entry
            if entry.day > cut:
                break
            for field, name, line in fields:
                value = getattr(entry.event, field, None)
                if isinstance(value, Sealed) and value.subject is not None and value.subject not in gone:
                    item = DestroyedItem(subject=value.subject, streams=(entry.stream,), since=entry.day)
                    found += _if_due(name, line, item, pack, day)
    return found


def _by_type(pack: Pack) -> Mapping[str, Sequence[tuple[str, str, Retention]]]:
    newest = {name.rpartition(".")[0]: name for name in EVENT_TYPES}
    fields: dict[str, list[tuple[str, str, Retention]]] = defaultdict(list)
    for name, line in pack.retention.items():
        for path in line.fields:
            event_type, _, field = path.partition("/")
            fields[newest[event_type]].append((field, name, line))
    return fields


async def destroy(conn: Connection, certificate: UUID, event: RegisterContentDestroyed) -> None:
    """Destroy what the certificate names: the bytes, and the keys of the personal fields. Safe to repeat."""
    items = event.items or ()
    digests = [bytes.fromhex(item.digest) for item in items if item.digest is not None]
    if digests:
        await conn.execute("SELECT documents.destroy(%s, %s)", (certificate, digests))
    for item in items:
        if item.subject is not None:
            await vault.adestroy(conn, item.subject)


async def _rows(conn: Connection, query: LiteralString, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        return await (await cursor.execute(query, values)).fetchall()
