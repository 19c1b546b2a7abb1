"""Finding units by what somebody types."""

from __future__ import annotations

from datetime import date
from typing import LiteralString

from psycopg.rows import class_row

from events.folding import folded
from projections.page import ON_THE_DAY, Connection, pattern
from projections.search.rows import Row

MOST = 20
"""Units found at most: who needs more types more."""

_FOUND: LiteralString = (
    """
    SELECT unit, valid_from, valid_until, kind, name, folded, code, place, pinyin, initials, standing, closed
    FROM projections.search
    WHERE (folded LIKE %(text)s OR code LIKE %(text)s OR pinyin LIKE %(text)s OR initials LIKE %(text)s) AND """
    + ON_THE_DAY
)
_BEGINNING: LiteralString = _FOUND + " ORDER BY closed, name, unit LIMIT %(most)s"
_ANYWHERE: LiteralString = _FOUND + " LIMIT %(most)s"


async def find(conn: Connection, text: str, today: date, limit: int = MOST) -> list[Row]:
    """Units whose name, code, pinyin or initials begin with the text; where too few do, those that have it anywhere."""
    typed = folded(text)
    if not typed:
        return []
    most = max(1, min(limit, MOST))
    given = {"today": today, "most": most}
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(_BEGINNING, {**given, "text": pattern(typed, anywhere=False)})
        found = {row.unit: row for row in await cursor.fetchall()}
        if len(found) < most:
            await cursor.execute(_ANYWHERE, {**given, "text": pattern(typed, anywhere=True)})
            found = {row.unit: row for row in await cursor.fetchall()} | found
    begins = sorted(found.values(), key=lambda row: (not _begins(row, typed), row.closed, row.name, row.unit))
    return begins[:most]


def _begins(row: Row, typed: str) -> bool:
    return any(words.startswith(typed) for words in (row.folded, row.code, row.pinyin, row.initials))
