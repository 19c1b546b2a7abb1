"""What is asked of the deadlines: what is due, for whom, where, and how many are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row, scalar_row

from events.registry import KINDS
from projections.deadlines.rows import Row
from projections.page import LIMIT, Connection, Listing, Page, Visible, area, equal, page, visible

BY_DUE = Listing("deadlines", Row, Row._fields, ("due", "stream", "key", "since"))

_OWED: LiteralString = "state NOT IN ('met', 'released')"
_OVERDUE: LiteralString = "(state IN ('open', 'missed') AND due < %(today)s)"
_TALLY: LiteralString = f"""
    SELECT kind, count(*) FILTER (WHERE {_OWED}) AS owed,
           count(*) FILTER (WHERE {_OVERDUE}) AS overdue,
           count(*) FILTER (WHERE state = 'met' AND NOT late) AS met, count(*) FILTER (WHERE late) AS late
    FROM projections.deadlines WHERE place = ANY (%(places)s) GROUP BY kind ORDER BY kind"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which duties; what is None does not matter. `holders` as in the table; `place` means it and all below;
    `assigned_to`: an officer whose they are, or who is the deputy.

    Without a `state` or `states` those still owed, missed ones too; `due_before` leaves out what is due on that day or
    later; `overdue`: those not met whose day is over today, or all others; `begun`: those owed today already, or later.
    `seen`: what the caller may read.
    """

    holders: Sequence[str] | None = None
    assigned_to: UUID | None = None
    stream: UUID | None = None
    stream_kind: str | None = None
    unit: UUID | None = None
    kind: str | None = None
    place: str | None = None
    state: str | None = None
    states: Sequence[str] | None = None
    due_before: date | None = None
    overdue: bool | None = None
    begun: bool | None = None
    seen: Visible | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Deadlines of a kind: still owed, of these past their day, met in time, met late."""

    kind: str
    owed: int
    overdue: int
    met: int
    late: int


async def due(conn: Connection, wanted: Filter, today: date, after: str | None = None, limit: int = LIMIT) -> Page[Row]:
    """The duties that fit today, earliest due first."""
    same = {
        "stream": wanted.stream, "stream_kind": wanted.stream_kind, "unit": wanted.unit, "kind": wanted.kind,
        "state": wanted.state,
    }  # fmt: skip
    conditions, values = equal(same), dict[str, Any](same, today=today)
    if wanted.states is not None:
        values["states"] = list(wanted.states)
        conditions.append(sql.SQL("state = ANY (%(states)s)"))
    elif wanted.state is None:
        conditions.append(sql.SQL(_OWED))
    if wanted.holders is not None:
        values["holders"] = list(wanted.holders)
        conditions.append(sql.SQL("holder = ANY (%(holders)s)"))
    if wanted.assigned_to is not None:
        values["assigned_to"] = wanted.assigned_to
        conditions.append(sql.SQL("(assigned_to = %(assigned_to)s OR deputy = %(assigned_to)s)"))
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        conditions.append(sql.SQL("place = ANY (%(places)s)"))
    if wanted.due_before is not None:
        values["before"] = wanted.due_before
        conditions.append(sql.SQL("due < %(before)s"))
    if wanted.overdue is not None:
        conditions.append(sql.SQL(_OVERDUE if wanted.overdue else f"NOT {_OVERDUE}"))
    if wanted.begun is not None:
        conditions.append(sql.SQL("since <= %(today)s" if wanted.begun else "since > %(today)s"))
    conditions += visible(wanted.seen, values, list(KINDS), "stream_kind")
    return await page(conn, BY_DUE, conditions, values, after, limit)


_OPEN: LiteralString = """
    SELECT stream FROM projections.deadlines WHERE kind = %s AND state = 'open' ORDER BY since DESC LIMIT %s"""


async def streams_with(conn: Connection, kind: str, most: int) -> list[UUID]:
    """The streams on which duties of a kind are open, those with the latest first; of so many duties at most."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        found = await (await cursor.execute(_OPEN, [kind, most])).fetchall()
    return list(dict.fromkeys(found))


async def tally(conn: Connection, place: str, today: date) -> list[Tally]:
    """How many are owed, overdue, met and met late in a place and all below, by kind."""
    async with conn.cursor(row_factory=class_row(Tally)) as cursor:
        return await (await cursor.execute(_TALLY, {"places": area(place), "today": today})).fetchall()
