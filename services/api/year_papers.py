"""Bulletins and yearly reports over HTTP, for printing."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from events.governance.year import YearReportFiled
from events.governance.year_reports import YearBulletinPublished
from services.casework.kinds import KINDS
from services.casework.stream import fold
from services.casework.year.state import Year
from services.errors import NotFound
from services.http import readers
from services.http.answers import file_response
from services.http.context import context, reader
from services.http.routing import api_router
from services.letters.rendering import PDF, paper_as_pdf
from services.letters.year_paper import paper_of

router = api_router("year", "/years/{stream}")

FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The paper", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/bulletins/{version}.pdf", response_class=Response, responses=FILE)
async def bulletin(request: Request, stream: str, version: str) -> Response:
    """The bulletin that an entry of the year published, with its figures as they were frozen, and their digest."""
    return await _paper(request, stream, version, YearBulletinPublished)


@router.get("/reports/{version}.pdf", response_class=Response, responses=FILE)
async def report(request: Request, stream: str, version: str) -> Response:
    """The yearly report that an entry filed, with what the register itself held of the year on that day."""
    return await _paper(request, stream, version, YearReportFiled)


async def _paper(
    request: Request, stream: str, version: str, kind: type[YearBulletinPublished | YearReportFiled]
) -> Response:
    """Raises NotFound where there is no such entry of the year, it was voided, or it is none of that kind."""
    who, here = await reader(request), context(request)
    named = _id(stream)
    state = (await here.states.load([named], fresh=True)).get(named)
    if not isinstance(state, Year):
        raise NotFound(f"year {named}")
    readers.must_read(who, readers.row_of(state))
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    known = 0 < number <= state.version and number not in state.voided
    entry = readers.shown(who, state.entries[number - 1]) if known else None
    then: Year = fold(KINDS["year"], state.id, state.entries[:number])
    paper = paper_of(then, entry) if entry is not None and isinstance(entry.event, kind) else None
    if paper is None:
        raise NotFound(f"such a paper on entry {version[:20]} of year {named}")
    data = await asyncio.to_thread(paper_as_pdf, paper)
    return file_response(data, PDF, f"{number}.pdf")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"year {text[:60]}") from error
