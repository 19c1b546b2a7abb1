"""What is asked of the deadlines: what is due, for whom, where, and how many are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from projections.deadlines.rows import Row
from projections.page import LIMIT, Connection, Listing, Page, area, equal, page

BY_DUE = Listing("deadlines", Row, Row._fields, ("due", "unit", "key", "since"))

_TALLY: LiteralString = """
    SELECT kind, count(*) FILTER (WHERE state <> 'met') AS owed,
           count(*) FILTER (WHERE state <> 'met' AND due < %(today)s) AS overdue,
           count(*) FILTER (WHERE state = 'met' AND NOT late) AS met, count(*) FILTER (WHERE late) AS late
    FROM projections.deadlines WHERE place = ANY (%(places)s) GROUP BY kind ORDER BY kind"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deadlines; what is None does not matter. `holders` as in the table; `place` means it and all below.

    Without a `state` those still owed, missed ones too; `due_before` leaves out what is due on that day or later.
    """

    holders: Sequence[str] | None = None
    unit: UUID | None = None
    kind: str | None = None
    place: str | None = None
    state: str | None = None
    due_before: date | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Deadlines of a kind: still owed, of these past their day, met in time, met late."""

    kind: str
    owed: int
    overdue: int
    met: int
    late: int


async def due(conn: Connection, wanted: Filter, after: str | None = None, limit: int = LIMIT) -> Page[Row]:
    """The deadlines that fit, earliest due first."""
    same = {"unit": wanted.unit, "kind": wanted.kind, "state": wanted.state}
    conditions, values = equal(same), dict[str, Any](same)
    if wanted.state is None:
        conditions.append(sql.SQL("state <> 'met'"))
    if wanted.holders is not None:
        values["holders"] = list(wanted.holders)
        conditions.append(sql.SQL("holder = ANY (%(holders)s)"))
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        conditions.append(sql.SQL("place = ANY (%(places)s)"))
    if wanted.due_before is not None:
        values["before"] = wanted.due_before
        conditions.append(sql.SQL("due < %(before)s"))
    return await page(conn, BY_DUE, conditions, values, after, limit)


async def tally(conn: Connection, place: str, today: date) -> list[Tally]:
    """How many are owed, overdue, met and met late in a place and all below, by kind."""
    async with conn.cursor(row_factory=class_row(Tally)) as cursor:
        return await (await cursor.execute(_TALLY, {"places": area(place), "today": today})).fetchall()
