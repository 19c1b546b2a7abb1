"""What was sent to whom, when, with which proof or why not; and having it sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from projections.page import ON_THE_DAY, Visible, area, equal, visible, where
from services.outbox.messages import Message

Connection = psycopg.AsyncConnection[Any]

_LETTERS: LiteralString = f"""
    SELECT number, unit, name, place, cause, channel, state, tries, error, proof, queued_at, next_try, settled_at,
        before, again_by
    FROM (
        SELECT m.*, b.name, b.place FROM outbox.messages AS m
        LEFT JOIN (SELECT unit, name, place FROM projections.board WHERE {ON_THE_DAY}) AS b USING (unit)
    ) AS letters {{where}} ORDER BY number DESC LIMIT %(limit)s"""
_AGAIN: LiteralString = """
    UPDATE outbox.messages SET
        before = before || concat_ws(' ', state, to_char(settled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            coalesce(proof, error)),
        state = 'waiting', tries = 0, error = NULL, proof = NULL, next_try = now(), settled_at = NULL, again_by = %s
    WHERE number = %s AND state IN ('sent', 'given_up', 'unaddressed')"""


@dataclass(frozen=True, slots=True)
class Letter(Message):
    """A message with the name and place that its unit has today.

    `before` is how it ended each time before it was sent again, by `again_by` the last time. Addresses are not stored.
    """

    name: str | None
    place: str | None
    before: list[str]
    again_by: UUID | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters; what is None does not matter. `place` means it and all below, `seen`: what the caller may read."""

    number: int | None = None
    unit: UUID | None = None
    state: str | None = None
    channel: str | None = None
    place: str | None = None
    seen: Visible | None = None


async def letters(
    conn: Connection, wanted: Filter, today: date, after: int | None = None, limit: int = 50
) -> list[Letter]:
    """The letters that fit, the latest first, those before the number `after`."""
    same = {"number": wanted.number, "unit": wanted.unit, "state": wanted.state, "channel": wanted.channel}
    values: dict[str, Any] = {**same, "today": today, "limit": limit, "after": after}
    conditions = equal(same)
    if wanted.place is not None:
        values["places"] = area(wanted.place)
        conditions.append(sql.SQL("place = ANY (%(places)s)"))
    if after is not None:
        conditions.append(sql.SQL("number < %(after)s"))
    conditions += visible(wanted.seen, values, ["unit"])
    async with conn.cursor(row_factory=class_row(Letter)) as cursor:
        return await (await cursor.execute(sql.SQL(_LETTERS).format(where=where(conditions)), values)).fetchall()


async def send_again(conn: Connection, number: int, by: UUID) -> bool:
    """Put a letter that is over on its way again, what became of it kept; False where it waits, or nothing is left to
    tell.
    """
    return bool((await conn.execute(_AGAIN, (by, number))).rowcount)
