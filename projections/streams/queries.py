"""What is asked of the streams: those of a kind, by what they are called or by what changed last, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from events.folding import folded
from events.registry import KINDS
from projections.page import LIMIT, Connection, Listing, Page, Visible, area, equal, one, page, pattern, visible
from projections.streams.rows import Row

_LABELS: LiteralString = "SELECT stream, label, label_en FROM projections.streams WHERE stream = ANY (%(streams)s)"
_OFFICERS_AT: LiteralString = """
    SELECT stream FROM projections.streams
    WHERE kind = 'officer' AND open AND posts_at && %(places)s::text[] ORDER BY label, stream LIMIT %(limit)s"""
BY_LABEL = Listing("streams", Row, Row._fields, ("kind", "label", "stream"))
BY_CHANGE = Listing("streams", Row, Row._fields, ("position",), descending=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which streams; what is None does not matter. `place` means it and all below, of officers where they have
    posts; `q` is anywhere in the label.

    `changed_since` is a day: those in which something was recorded on it or later. `seen`: what the caller may read.
    """

    kind: str | None = None
    place: str | None = None
    open: bool | None = None
    q: str | None = None
    changed_since: date | None = None
    seen: Visible | None = None


async def streams(
    conn: Connection, wanted: Filter, after: str | None = None, limit: int = LIMIT, *, by_change: bool = False
) -> Page[Row]:
    """The streams that fit, by kind and label, or the last changed first."""
    same = {"kind": wanted.kind, "open": wanted.open}
    conditions, values = equal(same), dict[str, Any](same)
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        at_post = " OR posts_at && %(places)s" if wanted.kind in (None, "officer") else ""
        conditions.append(sql.SQL("(place = ANY (%(places)s)" + at_post + ")"))
    if wanted.q:
        values["anywhere"] = pattern(folded(wanted.q), anywhere=True)
        conditions.append(sql.SQL("folded LIKE %(anywhere)s"))
    if wanted.changed_since is not None:
        values["since"] = wanted.changed_since
        conditions.append(sql.SQL("changed_on >= %(since)s"))
    kinds = [wanted.kind] if wanted.kind is not None else list(KINDS)
    conditions += visible(wanted.seen, values, kinds, "kind")
    return await page(conn, BY_CHANGE if by_change else BY_LABEL, conditions, values, after, limit)


async def officers_at(conn: Connection, place: str, limit: int = LIMIT) -> list[UUID]:
    """Officers with a post in that very place, the first by what they are called."""
    cursor = await conn.execute(_OFFICERS_AT, {"places": [place], "limit": limit})
    return [stream for (stream,) in await cursor.fetchall()]


async def labels(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """What these streams are called, in Chinese and in English; unknown ones are left out."""
    cursor = await conn.execute(_LABELS, {"streams": list(ids)})
    return {found: (zh, en) for found, zh, en in await cursor.fetchall()}


async def stream(conn: Connection, stream_id: UUID) -> Row | None:
    """The row of a stream; None where there is no such stream."""
    wanted = {"stream": stream_id}
    return await one(conn, BY_LABEL, equal(wanted), wanted)
