"""Letters on what happened to a unit over HTTP, for printing and serving."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import Query as Parameters
from fastapi import Request, Response

from events.sentences import sentence
from services.casework.unit.state import Unit
from services.errors import NotFound
from services.http import readers
from services.http.answers import file_response
from services.http.context import context, reader
from services.http.queries import Query
from services.http.readers import Reader
from services.http.routing import api_router
from services.http.units import known_unit
from services.letters.letter import Letter, letter_of
from services.letters.rendering import PDF, WORD, as_pdf, as_word

router = api_router("letters", "/units/{unit}/letters")

FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The letter",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PDF, WORD)},
    }
}


class LetterQuery(Query):
    """In which form: PDF by the register's own template, or Word by the office's (`CONCORD_LETTERS`)."""

    format: Literal["pdf", "docx"] = "pdf"


@router.get("/{version}", response_class=Response, responses=FILES)
async def letter(request: Request, unit: str, version: str, asked: Annotated[LetterQuery, Parameters()]) -> Response:
    """The letter on an entry of the unit: received, returned, publicity, objection, hearing, decision, named, revoked …

    404 where there is no such entry, or no letter on such entries; 409 where the office's template cannot be used.
    """
    who, here = await reader(request), context(request)
    state = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(state))
    found = await _letter(request, who, state, int(version)) if version.isascii() and version.isdigit() else None
    if found is None:
        raise NotFound(f"a letter on entry {version[:20]} of unit {state.id}")
    if asked.format == "pdf":
        data, media_type = await asyncio.to_thread(as_pdf, found), PDF
    else:
        template = here.settings.letters / f"{found.name}.docx" if here.settings.letters is not None else None
        if template is None or not template.is_file():
            raise NotFound(f"a template of the letter {found.name} (CONCORD_LETTERS)")
        data, media_type = await asyncio.to_thread(as_word, found, template), WORD
    return file_response(data, media_type, f"{found.name}-{version}.{asked.format}")


async def _letter(request: Request, who: Reader, unit: Unit, version: int) -> Letter | None:
    """The letter on an entry, as the caller may read it; None where there is no entry, it was voided, or has none."""
    if not 0 < version <= unit.version or version in unit.voided:
        return None
    entry = readers.shown(who, unit.entries[version - 1])
    pack = (await context(request).states.packs()).on(entry.day)
    text = sentence(entry.event, "zh", pack.label)
    return letter_of(unit, entry, text, pack, f"{request.url.scheme}://{request.url.netloc}")
