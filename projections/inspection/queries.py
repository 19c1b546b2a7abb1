"""What is asked of reduced inspection: of units by their codes, on a day; and what changed after a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import tuple_row

from events.words import Reduction
from projections.page import ON_THE_DAY, Connection
from services.casework.unit.incentives import GrantState


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a unit is inspected less on a day: `since` and `until` are of the grant that counts, both included;
    `changed_on` and `why` (a sentence in both languages) of the entry by which that grant is as it is.
    """

    code: str
    unit: UUID | None
    name: str | None
    status: Reduction
    title: str | None = None
    since: date | None = None
    until: date | None = None
    changed_on: date | None = None
    why_zh: str | None = None
    why_en: str | None = None


_BY_CODE: LiteralString = f"""
    SELECT b.code, b.unit, b.name, i.grants
    FROM projections.board AS b LEFT JOIN projections.inspection AS i USING (unit)
    WHERE b.code = ANY (%(codes)s) AND {ON_THE_DAY}"""
_BY_UNIT: LiteralString = "SELECT code, unit, name, grants FROM projections.inspection WHERE unit = ANY (%s)"


async def by_code(conn: Connection, codes: Sequence[str], day: date) -> list[Status]:
    """How each code stands on that day, in the order asked; of two units of one code, both."""
    found: dict[str, list[Status]] = {}
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(_BY_CODE, {"codes": list(codes), "today": day})
        for code, unit, name, grants in await cursor.fetchall():
            found.setdefault(code, []).append(status(code, unit, name, grants or (), day))
    nobody = {code: [Status(code, None, None, Reduction.UNKNOWN)] for code in codes}
    return [one for code in dict.fromkeys(codes) for one in found.get(code, nobody[code])]


async def by_unit(conn: Connection, units: Sequence[UUID], day: date) -> dict[UUID, Status]:
    """How those of the units stand on that day that were ever granted it."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(_BY_UNIT, [list(units)])
        return {unit: status(code, unit, name, grants, day) for code, unit, name, grants in await cursor.fetchall()}


_BEST_FIRST = (Reduction.REDUCED, Reduction.SUSPENDED, Reduction.TO_COME, Reduction.ENDED)


def status(code: str, unit: UUID, name: str, grants: Sequence[Mapping[str, Any]], day: date) -> Status:
    """How a unit with these grants stands on that day: by the best of them, of like ones the one that lasts longest."""
    if not grants:
        return Status(code, unit, name, Reduction.NONE)
    best = min(
        grants, key=lambda one: (_BEST_FIRST.index(_of(one, day)), -date.fromisoformat(one["until"]).toordinal())
    )
    until = date.fromisoformat(best["until"])
    over = best["state"] != GrantState.ENDED and day > until
    return Status(
        code, unit, name, _of(best, day), best["title"] or None, date.fromisoformat(best["since"]), until,
        None if over else date.fromisoformat(best["changed_on"]),
        "已到期" if over else best["zh"], "its last day is over" if over else best["en"],
    )  # fmt: skip


def _of(grant: Mapping[str, Any], day: date) -> Reduction:
    since, until = date.fromisoformat(grant["since"]), date.fromisoformat(grant["until"])
    if grant["state"] == GrantState.ENDED or day > until:
        return Reduction.ENDED
    if grant["state"] == GrantState.SUSPENDED:
        return Reduction.SUSPENDED
    return Reduction.REDUCED if since <= day else Reduction.TO_COME


def _backwards(day: str) -> int:
    return -date.fromisoformat(day).toordinal()
