"""What is asked of the dossier: a unit's history page by page, one entry, and what belongs to one chain of causes."""

from __future__ import annotations

from uuid import UUID

from projections.dossier.lines import Line
from projections.page import LIMIT, Connection, Listing, Page, equal, one, page

NEWEST_FIRST = Listing("dossier", Line, Line._fields, ("unit", "version"), descending=True)
OLDEST_FIRST = Listing("dossier", Line, Line._fields, ("unit", "version"))
BY_POSITION = Listing("dossier", Line, Line._fields, ("position",))


async def lines(
    conn: Connection,
    unit: UUID,
    after: str | None = None,
    limit: int = LIMIT,
    *,
    chapter: str | None = None,
    oldest_first: bool = False,
) -> Page[Line]:
    """The history of a unit, newest first unless asked otherwise; of one chapter if given."""
    wanted = {"unit": unit, "chapter": chapter}
    return await page(conn, OLDEST_FIRST if oldest_first else NEWEST_FIRST, equal(wanted), wanted, after, limit)


async def line(conn: Connection, unit: UUID, version: int) -> Line | None:
    """One entry of a unit; None where there is none."""
    wanted = {"unit": unit, "version": version}
    return await one(conn, NEWEST_FIRST, equal(wanted), wanted)


async def related(conn: Connection, correlation_id: UUID, after: str | None = None, limit: int = LIMIT) -> Page[Line]:
    """All entries of one chain of causes, over all units, in the order in which they were recorded."""
    wanted = {"correlation_id": correlation_id}
    return await page(conn, BY_POSITION, equal(wanted), wanted, after, limit)
