"""Lists a page at a time: each goes on from the last row of the page before, by an index."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, LiteralString, TypeVar

import orjson
import psycopg
from psycopg import sql
from psycopg.rows import class_row

from events.places import children
from services.errors import Malformed, Problem

Connection = psycopg.AsyncConnection[Any]
T = TypeVar("T")

LIMIT = 50
"""Rows of a page where nobody says."""

MOST = 1_000
"""Most rows of a page."""

ON_THE_DAY: LiteralString = "valid_from <= %(today)s AND (valid_until IS NULL OR valid_until >= %(today)s)"
"""Of rows that turn with the day, those that read so today."""


def todays(schema: LiteralString, table: LiteralString) -> LiteralString:
    """A common table expression of the table's name with its rows of today; the planner looks through it."""
    return f"{table} AS NOT MATERIALIZED (SELECT * FROM {schema}.{table} WHERE {ON_THE_DAY})"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list; `next` asks for those after them, None at the end."""

    rows: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Visible:
    """The rows of a list that somebody may read: all of `whole` kinds of streams, those of `placed` kinds in places
    (with all below), and those whose column has a value that is their `own`.
    """

    whole: Sequence[str] = ()
    placed: Sequence[str] = ()
    places: Sequence[str] = ()
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list of a projection: its table, the type of its rows, and the columns of its order, which tell rows apart."""

    table: str
    row: type[T]
    columns: tuple[str, ...]
    order: tuple[str, ...]
    descending: bool = False


async def page(
    conn: Connection,
    listing: Listing[T],
    conditions: Sequence[sql.Composable],
    values: Mapping[str, Any],
    after: str | None = None,
    limit: int = LIMIT,
) -> Page[T]:
    """The rows that fulfil all conditions, from the cursor on. Raises Malformed for a cursor that is none."""
    limit = max(1, min(limit, MOST))
    asked, given = list(conditions), {**values, "limit": limit + 1}
    if after is not None:
        marks = marks_of(after, len(listing.order))
        names = [f"key{n}" for n in range(len(marks))]
        asked.append(
            sql.SQL("({}) {} ({})").format(
                _columns(listing.order),
                sql.SQL("<" if listing.descending else ">"),
                sql.SQL(", ").join(map(sql.Placeholder, names)),
            )
        )
        given |= zip(names, marks, strict=True)
    direction = sql.SQL(" DESC" if listing.descending else "")
    query = sql.SQL("SELECT {} FROM {} {} ORDER BY {} LIMIT %(limit)s").format(
        _columns(listing.columns),
        sql.Identifier("projections", listing.table),
        where(asked),
        sql.SQL(", ").join(sql.Identifier(name) + direction for name in listing.order),
    )
    async with conn.cursor(row_factory=class_row(listing.row)) as cursor:
        try:
            rows = await (await cursor.execute(query, given)).fetchall()
        except psycopg.DataError as error:
            if after is None:
                raise
            raise no_cursor() from error
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor_of([getattr(rows[limit - 1], name) for name in listing.order]))


async def one(
    conn: Connection, listing: Listing[T], conditions: Sequence[sql.Composable], values: Mapping[str, Any]
) -> T | None:
    """The row that fulfils the conditions, if there is one."""
    found = await page(conn, listing, conditions, values, limit=1)
    return found.rows[0] if found.rows else None


def where(conditions: Sequence[sql.Composable]) -> sql.Composable:
    """All conditions together; nothing where there are none."""
    return sql.SQL("WHERE ") + sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("")


def equal(values: Mapping[str, Any]) -> list[sql.Composable]:
    """A condition for each column whose value is given."""
    return [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
        for name, value in values.items()
        if value is not None
    ]


def visible(
    rows: Visible | None, values: dict[str, Any], kinds: Sequence[str], column: str = ""
) -> list[sql.Composable]:
    """The condition under which rows may be read; `column` says of which of these kinds a row is, where there are
    several. None: the register itself is the caller.
    """
    if rows is None or set(kinds) <= set(rows.whole):
        return []
    told = {
        name: [kind for kind in kinds if kind in given]
        for name, given in (("whole", rows.whole), ("placed", rows.placed))
    }
    of_kind = {
        name: sql.SQL("{} = ANY ({})").format(sql.Identifier(column), sql.Placeholder(name))
        if column
        else sql.SQL("true")
        for name, given in told.items()
        if given
    }
    values |= told | {"seen": [code for place in rows.places for code in area(place)]}
    either = [of_kind["whole"]] if "whole" in of_kind else []
    if "placed" in of_kind:
        either.append(sql.SQL("({} AND place = ANY (%(seen)s))").format(of_kind["placed"]))
    for name, value in rows.own.items():
        values[f"own_{name}"] = value
        either.append(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(f"own_{name}")))
    return [sql.SQL("({})").format(sql.SQL(" OR ").join(either))] if either else [sql.SQL("false")]


def area(place: str) -> list[str]:
    """The codes of a place and of all below it. Raises Malformed for a place that is not known."""
    try:
        return [place, *(code for child in children(place) for code in area(child))]
    except KeyError:
        raise Malformed([Problem("/place", f"没有代码为{place}的地区", f"no place has the code {place}")]) from None


def pattern(text: str, *, anywhere: bool) -> str:
    """What a text is looked for by with LIKE: as a beginning, or anywhere."""
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%" if anywhere else f"{literal}%"


def _columns(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def cursor_of(marks: list[Any]) -> str:
    """What asks for the rows after the one with these marks."""
    return base64.urlsafe_b64encode(orjson.dumps(marks)).rstrip(b"=").decode()


def marks_of(cursor: str, length: int) -> list[str]:
    """The marks of a cursor. Raises Malformed where it is none of so many marks."""
    try:
        marks = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise no_cursor() from None
    if not isinstance(marks, list) or len(marks) != length or not all(type(mark) in (str, int) for mark in marks):
        raise no_cursor()
    return [str(mark) for mark in marks]  # untyped: the server reads each as its column


def no_cursor() -> Malformed:
    """The error of a cursor that is none of this list."""
    return Malformed([Problem("?after", "翻页标记无效", "this is no cursor of this list")])
