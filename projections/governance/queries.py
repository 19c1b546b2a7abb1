"""What those ask who answer for the programme: R-01 (participation, trend), R-15 and R-48 (days at each step), T-05."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString, TypeVar
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from events.places import PLACES, children
from events.registry import KINDS
from projections.page import ON_THE_DAY, Connection, Visible, area, visible, where

T = TypeVar("T")

BY: Final = ("place", "kind", "ownership", "industry")
"""By what participation is counted."""

FIRST: Final = ("unit.applied.v1", "unit.named.v1", "unit.title-carried-in.v1", "unit.cultivation-listed.v1")
"""The acts with which a unit takes part for the first time; the projection has an index of these alone."""

STEPS: Final = (
    "unit.applied.v1",
    "unit.application-accepted.v1",
    "unit.application-forwarded.v1",
    "unit.evaluated.v1",
    "unit.reviewed.v1",
    "unit.publicity-started.v1",
    "unit.publicity-completed.v1",
    "unit.nominated.v1",
    "unit.named.v1",
    "unit.naming-refused.v1",
    "unit.application-rejected.v1",
    "unit.application-returned.v1",
    "unit.application-withdrawn.v1",
    "unit.revocation-proposed.v1",
    "unit.revoked.v1",
    "unit.term-expired.v1",
)
"""The acts by which an application goes from one step to the next, and by which its title ends; the projection has an
index of these alone.
"""

_GROUPED: LiteralString = (
    "JOIN (SELECT unnest(%(codes)s::text[]) AS code, unnest(%(areas)s::text[]) AS area) AS g ON g.code = t.place"
)


@dataclass(frozen=True, slots=True)
class Duties:
    """Duties of a kind that fell due in a month (YYYY-MM) in a place and all below: met in time, met late, missed and
    still owed, released from above, and not due yet or suspended.
    """

    place: str
    kind: str
    month: str
    met: int
    late: int
    missed: int
    released: int
    owed: int


@dataclass(frozen=True, slots=True)
class Load:
    """What is owed still by an office (`holder`) and whose it is there, None where it was given to nobody: how much,
    how much of it past its day, how much due in the next days, and the first day.
    """

    holder: str
    assigned_to: UUID | None
    deputy: UUID | None
    owed: int
    overdue: int
    due_soon: int
    first_due: date


@dataclass(frozen=True, slots=True)
class Participation:
    """Units of a group (a place with all below, a kind, an ownership, an industry; None where it is not told):
    registered, taking part (a case is open, or a title is or was theirs), and holding a title.
    """

    group: str | None
    registered: int
    taking_part: int
    holding: int


@dataclass(frozen=True, slots=True)
class Month:
    """Units that took part for the first time in a month (YYYY-MM)."""

    month: str
    units: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Calendar days from the step before to this one (an event type), by the place and the level of the office that
    took it: how many there were, their median, the ninetieth percentile, and the longest.
    """

    place: str
    level: str | None
    step: str
    times: int
    median: float
    ninetieth: float
    longest: int


_DUTIES: LiteralString = f"""
    SELECT g.area AS place, kind, to_char(month, 'YYYY-MM') AS month,
        coalesce(sum(times) FILTER (WHERE state = 'met' AND NOT late), 0)::bigint AS met,
        coalesce(sum(times) FILTER (WHERE state = 'met' AND late), 0)::bigint AS late,
        coalesce(sum(times) FILTER (WHERE state IN ('open', 'missed') AND past), 0)::bigint AS missed,
        coalesce(sum(times) FILTER (WHERE state = 'released'), 0)::bigint AS released,
        coalesce(sum(times) FILTER (
            WHERE state = 'suspended' OR (state IN ('open', 'missed') AND NOT past)), 0)::bigint AS owed
    FROM (
        SELECT place, kind, state, late, date_trunc('month', due::timestamp) AS month, due < %(today)s AS past,
            count(*) AS times
        FROM projections.deadlines {{where}}
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS t {_GROUPED}
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
"""Of the columns of an index alone; counted first, and only then put to its area, its month named, and split."""

_LOAD: LiteralString = """
    SELECT holder, assigned_to, deputy, count(*) AS owed,
        count(*) FILTER (WHERE state <> 'suspended' AND due < %(today)s) AS overdue,
        count(*) FILTER (WHERE state <> 'suspended' AND due BETWEEN %(today)s AND %(soon)s) AS due_soon,
        min(due) AS first_due
    FROM projections.deadlines {where}
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""

_PARTICIPATION: LiteralString = f"""
    SELECT {{group}} AS "group", sum(registered)::bigint AS registered, sum(taking_part)::bigint AS taking_part,
        sum(holding)::bigint AS holding
    FROM (
        SELECT {{columns}}, count(*) AS registered,
            count(*) FILTER (WHERE standing <> 'none' OR step <> 'none') AS taking_part,
            count(*) FILTER (WHERE standing IN ('held', 'revocation_proposed')) AS holding
        FROM projections.board {{where}}
        GROUP BY {{columns}}
    ) AS t {_GROUPED}
    GROUP BY 1 ORDER BY 1"""

_TREND: LiteralString = """
    SELECT to_char(first, 'YYYY-MM') AS month, sum(units)::bigint AS units
    FROM (
        SELECT first, count(*) AS units
        FROM (SELECT unit, min(effective_on) AS first FROM projections.acts {where} GROUP BY unit) AS began
        GROUP BY first
    ) AS days
    GROUP BY 1 ORDER BY 1"""

_PACE: LiteralString = f"""
    SELECT area AS place, level, type AS step, count(days) AS times,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS ninetieth, max(days) AS longest
    FROM (
        SELECT place, level, type, effective_on,
            effective_on - lag(effective_on) OVER (PARTITION BY stream, title ORDER BY version) AS days
        FROM projections.acts {{where}}
    ) AS t {_GROUPED}
    WHERE days IS NOT NULL AND type <> 'unit.applied.v1'
        AND effective_on BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
"""Steps are counted in the order of an index of them alone."""


async def duties(
    conn: Connection, place: str, since: date, until: date, today: date, seen: Visible | None = None
) -> list[Duties]:
    """How duties due between two days (both included) went, by the places just below, kind and month."""
    values = _grouped(place) | {"since": since, "until": until, "today": today}
    conditions: list[sql.Composable] = [sql.SQL("due BETWEEN %(since)s AND %(until)s")]
    conditions += visible(seen, values, list(KINDS), "stream_kind")
    return await _rows(conn, Duties, sql.SQL(_DUTIES).format(where=where(conditions)), values)


async def load(conn: Connection, place: str, today: date, soon: date, seen: Visible | None = None) -> list[Load]:
    """What the offices of a place and all below owe still, by the people to whom they gave it."""
    holders = [f"{PLACES[code].level.value}:{code}" for code in area(place)]
    values: dict[str, Any] = {"holders": holders, "today": today, "soon": soon}
    conditions: list[sql.Composable] = [
        sql.SQL("holder = ANY (%(holders)s)"), sql.SQL("state NOT IN ('met', 'released')"),
    ]  # fmt: skip
    conditions += visible(seen, values, list(KINDS), "stream_kind")
    return await _rows(conn, Load, sql.SQL(_LOAD).format(where=where(conditions)), values)


async def participation(
    conn: Connection, place: str, by: str, today: date, seen: Visible | None = None
) -> list[Participation]:
    """Who is registered, takes part and holds a title today, by one of `BY`; closed and provisional units are none."""
    values = _grouped(place) | {"today": today}
    conditions: list[sql.Composable] = [sql.SQL("NOT closed"), sql.SQL("NOT provisional"), sql.SQL(ON_THE_DAY)]
    conditions += visible(seen, values, ["unit"])
    group = sql.SQL("g.area") if by == "place" else sql.Identifier("t", by)
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in dict.fromkeys(("place", by)))
    query = sql.SQL(_PARTICIPATION).format(group=group, columns=columns, where=where(conditions))
    return await _rows(conn, Participation, query, values)


async def trend(conn: Connection, place: str, seen: Visible | None = None) -> list[Month]:
    """How many units took part for the first time in each month, by the day from which it holds."""
    values: dict[str, Any] = {"first": list(FIRST), "places": area(place)}
    conditions: list[sql.Composable] = [
        sql.SQL("type = ANY (%(first)s)"), sql.SQL("place = ANY (%(places)s)"), sql.SQL("voided_by IS NULL"),
    ]  # fmt: skip
    conditions += visible(seen, values, ["unit"])
    return await _rows(conn, Month, sql.SQL(_TREND).format(where=where(conditions)), values)


async def pace(conn: Connection, place: str, since: date, until: date, seen: Visible | None = None) -> list[Pace]:
    """Days at each step between two days (both included), by the places just below and the level of the office."""
    values = _grouped(place) | {"since": since, "until": until, "steps": list(STEPS)}
    conditions: list[sql.Composable] = [
        sql.SQL("type = ANY (%(steps)s)"), sql.SQL("place = ANY (%(codes)s)"), sql.SQL("voided_by IS NULL"),
    ]  # fmt: skip
    conditions += visible(seen, values, ["unit"])
    return await _rows(conn, Pace, sql.SQL(_PACE).format(where=where(conditions)), values)


def _grouped(place: str) -> dict[str, Any]:
    """Each place below with the one just below `place` that it lies in; `place` itself is a group of its own."""
    pairs = [(place, place), *((code, child) for child in children(place) for code in area(child))]
    return {"codes": [code for code, _ in pairs], "areas": [area_ for _, area_ in pairs]}


async def _rows(conn: Connection, row: type[T], query: sql.Composed, values: Mapping[str, Any]) -> list[T]:
    async with conn.cursor(row_factory=class_row(row)) as cursor:
        return await (await cursor.execute(query, values)).fetchall()
