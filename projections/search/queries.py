"""Finding units by what somebody types."""

from __future__ import annotations

from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from events.folding import folded
from projections.page import ON_THE_DAY, Connection, Visible, pattern, visible
from projections.search.rows import Row

MOST = 20
"""Units found at most: who needs more types more."""

_FOUND: LiteralString = (
    """
    SELECT unit, valid_from, valid_until, kind, name, folded, code, place, pinyin, initials, standing, closed, plaques
    FROM projections.search
    WHERE (folded LIKE %(text)s OR code LIKE %(text)s OR pinyin LIKE %(text)s OR initials LIKE %(text)s)
      AND {seen} AND """
    + ON_THE_DAY
)
_BY_PLAQUE: LiteralString = "SELECT DISTINCT unit FROM projections.search WHERE plaques @> ARRAY[%(plaque)s::text]"
_BEGINNING: LiteralString = _FOUND + " ORDER BY closed, name, unit LIMIT %(most)s"
_ANYWHERE: LiteralString = _FOUND + " LIMIT %(most)s"


async def find(
    conn: Connection, text: str, today: date, limit: int = MOST, *, seen: Visible | None = None
) -> list[Row]:
    """Units whose name, code, pinyin or initials begin with the text; where too few do, those that have it anywhere.

    `seen`: what the caller may read.
    """
    typed = folded(text)
    if not typed:
        return []
    most = max(1, min(limit, MOST))
    given: dict[str, Any] = {"today": today, "most": most}
    those = visible(seen, given, ["unit"])
    beginning, anywhere = (
        sql.SQL(query).format(seen=those[0] if those else sql.SQL("true")) for query in (_BEGINNING, _ANYWHERE)
    )
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(beginning, {**given, "text": pattern(typed, anywhere=False)})
        found = {row.unit: row for row in await cursor.fetchall()}
        if len(found) < most:
            await cursor.execute(anywhere, {**given, "text": pattern(typed, anywhere=True)})
            found = {row.unit: row for row in await cursor.fetchall()} | found
    begins = sorted(found.values(), key=lambda row: (not _begins(row, typed), row.closed, row.name, row.unit))
    return begins[:most]


async def by_plaque(conn: Connection, plaque: str) -> list[UUID]:
    """The units that were ever given a plaque of that code."""
    cursor = await conn.execute(_BY_PLAQUE, {"plaque": plaque})
    return [unit for (unit,) in await cursor.fetchall()]


def _begins(row: Row, typed: str) -> bool:
    return any(words.startswith(typed) for words in (row.folded, row.code, row.pinyin, row.initials))
