"""What is asked of the board of a day: units by filters, one unit, and how many stand where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row, tuple_row

from events.folding import folded, folded_code
from events.places import at_level
from events.words import Level
from projections.board.rows import Row
from projections.page import (
    LIMIT,
    ON_THE_DAY,
    Connection,
    Listing,
    Page,
    Visible,
    area,
    cursor_of,
    equal,
    one,
    page,
    pattern,
    visible,
    where,
)

BY_NAME = Listing("board", Row, Row._fields, ("name", "unit"))
BY_TERM = Listing("board", Row, Row._fields, ("term_end", "unit"))
"""Only of units that hold a title."""

BY_AGE = Listing("board", Row, Row._fields, ("step_since", "unit"))
"""Only of units with a case or a report at some step: what stands there longest comes first."""

_FROM_THE_END = replace(BY_AGE, descending=True)

BY_DUE = Listing("board", Row, Row._fields, ("next_due", "unit"))
"""Only of units for which something is owed."""

_ONLY: Mapping[str, LiteralString] = {
    "term_end": "term_end IS NOT NULL", "step_since": "step <> 'none'", "next_due": "next_due IS NOT NULL",
}  # fmt: skip
"""What a row needs to stand in a list of that order: the condition of its index."""

AGES = (30, 60, 90)
"""Calendar days at a step up to which cases are counted together; those that are older are counted for themselves."""

_ROWS = sql.SQL("SELECT {} FROM projections.board WHERE {} AND ").format(
    sql.SQL(", ").join(map(sql.Identifier, Row._fields)), sql.SQL(ON_THE_DAY)
)
_BY_CODES = _ROWS + sql.SQL("code = ANY (%(codes)s) AND NOT closed")
_BY_IDS = _ROWS + sql.SQL("unit = ANY (%(units)s) ORDER BY name, unit")
_NAMED: LiteralString = "(grams @> %(pieces)s::text[] AND folded LIKE %(anywhere)s)"
"""By a part of the name, whose pieces an index finds."""

_SPELLED: LiteralString = """code LIKE %(code_begins)s OR unit = ANY (ARRAY(
    SELECT unit FROM projections.search WHERE pinyin LIKE %(beginning)s OR initials LIKE %(beginning)s))"""
"""By the beginning of the code, of the name's pinyin or its initials: of what is typed in Latin letters and digits."""

_SPANS: tuple[LiteralString, ...] = (
    "step_since >= %(today)s - 30",
    "step_since < %(today)s - 30 AND step_since >= %(today)s - 60",
    "step_since < %(today)s - 60 AND step_since >= %(today)s - 90",
    "step_since < %(today)s - 90",
)
_COUNTED = ("standing", "step", "watch", "kind", "place", "prefecture")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which units; what is None does not matter. `place` means it and all below; `q` is in the name, or begins the
    code, the pinyin of the name or its initials; `code` is the whole code as codes are compared.

    `standing` with a `title` is the standing with that title, else the best of all. `seen`: what the caller may read.
    """

    kind: str | None = None
    place: str | None = None
    standing: str | None = None
    step: str | None = None
    watch: str | None = None
    title: str | None = None
    term_end_before: date | None = None
    contact: UUID | None = None
    q: str | None = None
    closed: bool | None = None
    unit: UUID | None = None
    code: str | None = None
    seen: Visible | None = None


class Group(NamedTuple):
    """So many units of one kind, place, standing, step and watch level."""

    kind: str | None
    place: str
    standing: str
    step: str
    watch: str
    units: int

    @property
    def prefecture(self) -> str | None:
        """The prefecture in which their place lies."""
        return at_level(self.place, Level.PREFECTURE) if self.place else None


@dataclass(slots=True)
class Counts:
    """How many units in all, and by each value of standing, step, watch, kind, place and prefecture."""

    units: int = 0
    standing: dict[str, int] = field(default_factory=dict)
    step: dict[str, int] = field(default_factory=dict)
    watch: dict[str, int] = field(default_factory=dict)
    kind: dict[str, int] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)
    prefecture: dict[str, int] = field(default_factory=dict)


async def units(
    conn: Connection, wanted: Filter, today: date, after: str | None = None, limit: int = LIMIT, *,
    order: Listing[Row] = BY_NAME,
) -> Page[Row]:  # fmt: skip
    """The units that fit today in the order of a listing; units that have nothing of what it is by are left out."""
    conditions, values = _asked(wanted, today)
    if order.order[0] in _ONLY:
        conditions.append(sql.SQL(_ONLY[order.order[0]]))
    return await page(conn, order, conditions, values, after, limit)


async def beside(conn: Connection, wanted: Filter, today: date, unit: UUID) -> tuple[Row | None, Row | None]:
    """What stands before and after a unit among those that fit, by age; of a unit that fits no longer, nothing before
    and the first of all after.
    """
    found = (await units(conn, replace(wanted, unit=unit), today, limit=1, order=BY_AGE)).rows
    mark = cursor_of([found[0].step_since, unit]) if found else None
    after = (await units(conn, wanted, today, mark, 1, order=BY_AGE)).rows
    before = (await units(conn, wanted, today, mark, 1, order=_FROM_THE_END)).rows if found else []
    return before[0] if before else None, after[0] if after else None


async def ages(conn: Connection, wanted: Filter, today: date) -> dict[str, list[int]]:
    """How many of the units that fit stand at each step up to each of `AGES` days, and longer: by step."""
    conditions, values = _asked(wanted, today)
    query = sql.SQL("SELECT step, {columns} FROM projections.board {where} GROUP BY step").format(
        columns=sql.SQL(", ").join(sql.SQL(f"count(*) FILTER (WHERE {span})") for span in _SPANS),
        where=where([*conditions, sql.SQL(_ONLY["step_since"])]),
    )
    cursor = await conn.cursor(row_factory=tuple_row).execute(query, values)
    return {step: numbers for step, *numbers in await cursor.fetchall()}


async def unit(conn: Connection, unit_id: UUID, today: date) -> Row | None:
    """The unit's row of today; None where it is not known."""
    wanted = {"unit": unit_id, "today": today}
    return await one(conn, BY_NAME, [*equal({"unit": unit_id}), sql.SQL(ON_THE_DAY)], wanted)


async def groups(conn: Connection, wanted: Filter, today: date, most: int | None = None) -> list[Group]:
    """How many of the units that fit today are alike in kind, place, standing, step and watch; of so many at most."""
    conditions, values = _asked(wanted, today)
    columns = sql.SQL(", ").join(map(sql.Identifier, Group._fields[:-1]))
    query = sql.SQL("SELECT {columns}, count(*) AS units FROM ({found}) AS found GROUP BY {columns}").format(
        columns=columns,
        found=sql.SQL("SELECT {} FROM projections.board {} LIMIT %(most)s").format(columns, where(conditions)),
    )
    async with conn.cursor(row_factory=class_row(Group)) as cursor:
        return await (await cursor.execute(query, {**values, "most": most})).fetchall()


def counted(found: Iterable[Group]) -> Counts:
    """How many units these groups are, in all and by each of what they are alike in."""
    total = Counts()
    for group in found:
        total.units += group.units
        for name in _COUNTED:
            if (value := getattr(group, name)) is not None:
                tally = getattr(total, name)
                tally[value] = tally.get(value, 0) + group.units
    return total


async def counts(conn: Connection, wanted: Filter, today: date) -> Counts:
    """How many of the units that fit today stand where, in one pass."""
    return counted(await groups(conn, wanted, today))


def _asked(wanted: Filter, today: date) -> tuple[list[sql.Composable], dict[str, Any]]:
    same = {
        "kind": wanted.kind, "step": wanted.step, "watch": wanted.watch,
        "contact": wanted.contact, "closed": wanted.closed, "unit": wanted.unit,
        "code": wanted.code,
    }  # fmt: skip
    conditions, values = [*equal(same), sql.SQL(ON_THE_DAY)], dict[str, Any](same, today=today)
    if wanted.title is not None:
        values["held"] = wanted.title if wanted.standing is None else f"{wanted.title}:{wanted.standing}"
        conditions.append(sql.SQL("projections.standings(titles) @> ARRAY[%(held)s::text]"))
    elif wanted.standing is not None:
        values["standing"] = wanted.standing
        conditions += equal({"standing": wanted.standing})
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        conditions.append(sql.SQL("place = ANY (%(places)s)"))
    if wanted.term_end_before is not None:
        values["before"] = wanted.term_end_before
        conditions.append(sql.SQL("term_end < %(before)s"))
    if wanted.q:
        q, code = folded(wanted.q), folded_code(wanted.q)
        values |= {"q": q, "pieces": _pieces(q), "anywhere": pattern(q, anywhere=True)}
        values |= {"beginning": pattern(q, anywhere=False), "code_begins": pattern(code, anywhere=False)}
        conditions.append(sql.SQL(f"({_NAMED} OR {_SPELLED})" if q.isascii() else _NAMED))
    return conditions + visible(wanted.seen, values, ["unit"]), values


def _pieces(q: str) -> list[str]:
    """The pieces that a name with this part has: its pairs of characters, which have every single one in them."""
    return sorted({q[n : n + 2] for n in range(len(q) - 1)}) or [q]


async def by_codes(conn: Connection, codes: Sequence[str], today: date) -> dict[str, Row]:
    """The units with these public codes, by their codes; unknown ones are left out."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(_BY_CODES, {"codes": list(codes), "today": today})
        return {row.code: row for row in await cursor.fetchall()}


async def by_ids(conn: Connection, units: Sequence[UUID], today: date) -> list[Row]:
    """These units in the order of their names; unknown ones are left out."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(_BY_IDS, {"units": list(units), "today": today})
        return await cursor.fetchall()
