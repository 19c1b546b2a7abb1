"""What an auditor asks: every act of an officer, house, place, ground or title between two days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, LiteralString, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from events.envelope import CHINA
from events.registry import KINDS
from projections.acts.lines import Line
from projections.page import LIMIT, Connection, Listing, Page, Visible, area, equal, page, visible

BY_RECORDED = Listing("acts", Line, Line._fields, ("position",), descending=True)
BY_EFFECTIVE = Listing("acts", Line, Line._fields, ("effective_on", "position"), descending=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which acts; what is None does not matter. `place` means it and all below.

    `since` and `until` are days, both included, by which the act was recorded or on which it takes effect.
    `seen`: what the caller may read.
    """

    officer: UUID | None = None
    house: str | None = None
    level: str | None = None
    type: str | None = None
    types: Sequence[str] | None = None
    decision: str | None = None
    stream: UUID | None = None
    stream_kind: str | None = None
    unit: UUID | None = None
    place: str | None = None
    ground: str | None = None
    title: str | None = None
    rule: str | None = None
    clause: str | None = None
    since: date | None = None
    until: date | None = None
    by: Literal["recorded", "effective"] = "recorded"
    facts: bool | None = None
    seen: Visible | None = None


async def acts(conn: Connection, wanted: Filter, after: str | None = None, limit: int = LIMIT) -> Page[Line]:
    """The acts that fit, newest first by the order of recording or by the day of effect."""
    same = {
        "officer": wanted.officer, "house": wanted.house, "level": wanted.level, "type": wanted.type,
        "decision": wanted.decision, "stream": wanted.stream, "stream_kind": wanted.stream_kind,
        "unit": wanted.unit, "title": wanted.title, "rule": wanted.rule, "clause": wanted.clause, "fact": wanted.facts,
    }  # fmt: skip
    conditions, values = equal(same), dict[str, Any](same)
    if wanted.types is not None:
        values["types"] = list(wanted.types)
        conditions.append(sql.SQL("type = ANY (%(types)s)"))
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        conditions.append(sql.SQL("place = ANY (%(places)s)"))
    if wanted.ground is not None:
        values["grounds"] = [wanted.ground]
        conditions.append(sql.SQL("grounds @> %(grounds)s AND grounds <> '{}'"))
    conditions += _between(wanted, values) + visible(wanted.seen, values, list(KINDS), "stream_kind")
    return await page(conn, BY_RECORDED if wanted.by == "recorded" else BY_EFFECTIVE, conditions, values, after, limit)


class ActsOfType(NamedTuple):
    """How many acts of a type there are, from when to when."""

    type: str
    number: int
    first: datetime
    last: datetime


_OF_OFFICERS: LiteralString = """
    SELECT type, count(*) AS number, min(recorded_at) AS first, max(recorded_at) AS last
    FROM projections.acts WHERE officer = ANY (%s) GROUP BY type ORDER BY type"""


async def of_officers(conn: Connection, officers: Sequence[UUID]) -> list[ActsOfType]:
    """What these officers did, by type."""
    async with conn.cursor(row_factory=class_row(ActsOfType)) as cursor:
        return await (await cursor.execute(_OF_OFFICERS, [list(officers)])).fetchall()


def _between(wanted: Filter, values: dict[str, Any]) -> list[sql.Composable]:
    conditions: list[sql.Composable] = []
    recorded = wanted.by == "recorded"
    if wanted.since is not None:
        values["since"] = _midnight(wanted.since) if recorded else wanted.since
        conditions.append(sql.SQL("recorded_at >= %(since)s" if recorded else "effective_on >= %(since)s"))
    if wanted.until is not None:
        day_after = wanted.until + timedelta(days=1)
        values["until"] = _midnight(day_after) if recorded else day_after
        conditions.append(sql.SQL("recorded_at < %(until)s" if recorded else "effective_on < %(until)s"))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
