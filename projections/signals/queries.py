"""What is asked of the signals: what came in, from whom, how bad, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from projections.page import LIMIT, ON_THE_DAY, Connection, Listing, Page, Visible, area, equal, page, visible
from projections.signals.rows import Row

NEWEST_FIRST = Listing("signals", Row, Row._fields, ("recorded_at", "unit", "signal"), descending=True)

_TALLY: LiteralString = (
    """
    SELECT source, category, severity, count(*) AS signals, count(*) FILTER (WHERE open) AS open
    FROM projections.signals WHERE place = ANY (%(places)s) AND """
    + ON_THE_DAY
    + " GROUP BY source, category, severity ORDER BY source, category, severity"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which signals; what is None does not matter. `place` means it and all below, `standing` is the unit's.

    `seen`: what the caller may read.
    """

    unit: UUID | None = None
    signal: str | None = None
    source: str | None = None
    category: str | None = None
    least_severity: int | None = None
    outcome: str | None = None
    standing: str | None = None
    place: str | None = None
    open: bool | None = None
    freezing: bool | None = None
    withdrawn: bool | None = None
    seen: Visible | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Signals of a source, category and severity, and how many of them are open."""

    source: str
    category: str
    severity: int
    signals: int
    open: int


async def signals(
    conn: Connection, wanted: Filter, today: date, after: str | None = None, limit: int = LIMIT
) -> Page[Row]:
    """The signals that fit today, latest recorded first."""
    same = {
        "unit": wanted.unit, "signal": wanted.signal, "source": wanted.source, "category": wanted.category,
        "outcome": wanted.outcome, "standing": wanted.standing, "open": wanted.open, "freezing": wanted.freezing,
        "withdrawn": wanted.withdrawn,
    }  # fmt: skip
    conditions, values = [*equal(same), sql.SQL(ON_THE_DAY)], dict[str, Any](same, today=today)
    if wanted.open:
        conditions.append(sql.SQL("open"))  # in this form the index of open ones is used
    if wanted.least_severity is not None:
        values["least"] = wanted.least_severity
        conditions.append(sql.SQL("severity >= %(least)s"))
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        conditions.append(sql.SQL("place = ANY (%(places)s)"))
    conditions += visible(wanted.seen, values, ["unit"])
    return await page(conn, NEWEST_FIRST, conditions, values, after, limit)


async def tally(conn: Connection, place: str, today: date) -> list[Tally]:
    """How many signals there are about units in a place and all below, by source, category and severity."""
    async with conn.cursor(row_factory=class_row(Tally)) as cursor:
        return await (await cursor.execute(_TALLY, {"places": area(place), "today": today})).fetchall()
