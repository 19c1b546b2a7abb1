"""What of papers, attachments and personal data has been kept for its time: read by the register itself (T-27).

Time runs from the last entry that names a thing; of bytes that no entry names, from their storing. Holds and
certificates name what they are about, and use nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, TypeGuard
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from events.envelope import CHINA, Entry, Event
from events.governance.retention import MOST_DESTROYED, DestroyedItem, RegisterContentDestroyed
from events.registry import EVENT_TYPES
from events.sealed import Sealed
from services import content, vault
from services.casework.calendar import Span
from services.casework.pack import Pack
from services.casework.pack_retention import Retention
from services.casework.register.retention import held
from services.casework.register.state import Register
from services.paper_stores import PaperStore
from services.register import read_async

Connection = AsyncConnection[Any]

_EVER = datetime(2000, 1, 1, tzinfo=CHINA)

MOST_FILES = 100
"""Files that are told of a thing which more of them name."""

_BYTES: LiteralString = """
    SELECT encode(sha256, 'hex'), stored_at FROM documents.content WHERE stored_at < %(before)s
    ORDER BY stored_at, sha256"""
"""Bytes stored before a moment."""

_CERTIFICATE: LiteralString = """
    SELECT certificate FROM documents.destroyed WHERE sha256 = %(digest)s ORDER BY destroyed_at DESC LIMIT 1"""
"""The command by which bytes were destroyed last."""

_DESTROYED_KEYS: LiteralString = "SELECT DISTINCT subject FROM keys.data_keys WHERE destroyed_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Due:
    """A thing whose time is over since `due`, under a line of the table; `holds` keep it back, by their entries."""

    line: str
    item: DestroyedItem
    due: date
    holds: tuple[int, ...]

    def document(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {"line": self.line, "due": self.due, "held_by": self.holds, **self.item.model_dump(mode="json")}


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
    rows = await _rows(conn, _BYTES, {"before": before})
    naming = await read_async.naming(conn, "register.") if rows else {}
    found: list[_Found] = []
    for digest, stored_at in rows:
        names = naming.get(digest, ())
        paper = any(one.type.startswith("document.recorded.") for one in names)
        holds = ("paper" if paper else "attachment") if names else "unnamed"
        since = max((one.recorded_at for one in names), default=stored_at).astimezone(CHINA).date()
        streams = tuple(dict.fromkeys(one.stream for one in names))[:MOST_FILES]
        item = DestroyedItem(digest=digest, streams=streams, since=since)
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


async def destroy(
    conn: Connection, papers: PaperStore | None, certificate: UUID, event: RegisterContentDestroyed
) -> None:
    """Destroy what the certificate names: the bytes, and the keys of the personal fields. Safe to repeat.

    Raises Unavailable while the store of papers is away.
    """
    items = event.items or ()
    digests = [bytes.fromhex(item.digest) for item in items if item.digest is not None]
    if digests:
        await content.destroy(conn, papers, certificate, digests)
    for item in items:
        if item.subject is not None:
            await vault.adestroy(conn, item.subject)


def is_certificate(entry: Entry[Event]) -> TypeGuard[Entry[RegisterContentDestroyed]]:
    """Whether the entry certifies a destruction."""
    return isinstance(entry.event, RegisterContentDestroyed)


async def certificate_of(conn: Connection, digest: str) -> Entry[RegisterContentDestroyed] | None:
    """The certificate under which the bytes with that digest were destroyed last; None where none were."""
    rows = await _rows(conn, _CERTIFICATE, {"digest": bytes.fromhex(digest)})
    found = await read_async.find_command(conn, rows[0][0]) if rows else None
    entries = [recorded.entry for recorded in found[1]] if found is not None else []
    return next(filter(is_certificate, entries), None)


async def _rows(conn: Connection, query: LiteralString, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        return await (await cursor.execute(query, values)).fetchall()
