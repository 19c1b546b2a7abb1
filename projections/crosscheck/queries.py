"""What the nation asks of its provinces: the findings of each kind, the oldest first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from events.envelope import CHINA
from events.places import PLACES
from projections.crosscheck.questions import QUESTIONS, Kind
from projections.crosscheck.sentences import SAID
from projections.page import LIMIT, MOST, Connection, Page, cursor_of, marks_of, no_cursor, todays

OLDER_THAN: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.UNHANDLED: 21,
        Kind.CONFLICT: 0,
        Kind.DUPLICATE: 0,
        Kind.TERM: 0,
        Kind.SILENT: 24,
        Kind.UNDELIVERED: 0,
        Kind.UNISSUED: 0,
        Kind.TRANSFER: 15,
    }
)
"""From which age on a finding is shown where nobody says: days, of silence hours."""

_HOLDING: LiteralString = "SELECT place, position, as_of FROM nation.projected ORDER BY place"
_PAGE: LiteralString = (
    f"WITH {todays('nation', 'signals')}, {todays('nation', 'crosscheck')}, "
    """
    asked AS ({question}),
    found AS (
        -- where a clock was ahead, what it dated is of today and not of a day to come
        SELECT province, unit, code, name, least(since, %(today)s) AS since, ref, facts, evidence FROM asked
    )
    SELECT province, unit, code, name, since, ref, facts, evidence FROM found
    WHERE since <= %(before)s AND (%(from)s::date IS NULL OR (since, province, ref) > (%(from)s, %(at)s, %(ref)s))
    ORDER BY since, province, ref LIMIT %(limit)s"""
)
_QUERIES = {kind: sql.SQL(_PAGE).format(question=sql.SQL(question)) for kind, question in QUESTIONS.items()}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings; what is None does not matter. `older_than` is in days; asked of silence alone, in hours."""

    kind: Kind | None = None
    province: str | None = None
    older_than: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the nation should look at; `unit`, `code` and `name` are None where it is about a province.

    Each piece of evidence names a province (the nation is 000000) and an entry of it: by stream and version, or
    by its position in the log.
    """

    kind: str
    province: str
    province_name: str
    unit: UUID | None
    code: str | None
    name: str | None
    since: date
    days: int
    zh: str
    en: str
    evidence: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Found:
    province: str
    unit: UUID | None
    code: str | None
    name: str | None
    since: date
    ref: str
    facts: dict[str, Any]
    evidence: list[dict[str, Any]]

    def finding(self, kind: Kind, today: date) -> Finding:
        days = (today - self.since).days
        zh, en = SAID[kind](self.facts, days)
        return Finding(
            kind.value, self.province, PLACES[self.province].zh, self.unit, self.code, self.name, self.since, days,
            zh, en, self.evidence,
        )  # fmt: skip


async def findings(
    conn: Connection, wanted: Filter, now: datetime, after: str | None = None, limit: int = LIMIT
) -> Page[Finding]:
    """The findings of a kind, the oldest first; of all kinds one after the other. Raises Malformed for a bad cursor."""
    limit = max(1, min(limit, MOST))
    kinds = list(Kind) if wanted.kind is None else [wanted.kind]
    mark: list[str] | None = None
    if after is not None:
        begun, *mark = marks_of(after, 4)
        if begun not in kinds:
            raise no_cursor()
        kinds = kinds[kinds.index(Kind(begun)) :]
    today, found = now.astimezone(CHINA).date(), list[tuple[Kind, _Found]]()
    for kind in kinds:
        found += [(kind, one) for one in await _ask(conn, kind, wanted, now, mark, limit + 1 - len(found))]
        mark = None
        if len(found) > limit:
            break
    rows = [one.finding(kind, today) for kind, one in found[:limit]]
    if len(found) <= limit:
        return Page(rows, None)
    kind, last = found[limit - 1]
    return Page(rows, cursor_of([kind.value, last.since.isoformat(), last.province, last.ref]))


async def holding(conn: Connection) -> dict[str, dict[str, Any]]:
    """By province: the position up to which everything was counted, and when that event was recorded there."""
    rows = await (await conn.execute(_HOLDING)).fetchall()
    return {place: {"position": position, "recorded_at": as_of} for place, position, as_of in rows}


def too_young(today: date, older: int) -> datetime:
    """The first moment that is not so many days old."""
    return datetime.combine(today - timedelta(days=older - 1), time.min, CHINA)


async def _ask(
    conn: Connection, kind: Kind, wanted: Filter, now: datetime, mark: list[str] | None, limit: int
) -> list[_Found]:
    asked = wanted.older_than if wanted.kind is not None or kind is not Kind.SILENT else None
    older = OLDER_THAN[kind] if asked is None else asked
    today = now.astimezone(CHINA).date()
    before = today if kind is Kind.SILENT else today - timedelta(days=older)
    since, at, ref = mark or (None, None, None)
    given = {
        "province": wanted.province,
        "today": today,
        "now": now,
        "before": before,
        "until": too_young(today, older),
        "silent": now - timedelta(hours=older),
        "from": since,
        "at": at,
        "ref": ref,
        "limit": limit,
    }
    async with conn.cursor(row_factory=class_row(_Found)) as cursor:
        try:
            return await (await cursor.execute(_QUERIES[kind], given)).fetchall()
        except psycopg.DataError as error:
            if mark is None:
                raise
            raise no_cursor() from error
