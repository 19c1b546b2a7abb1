"""Pages of persons' requests: those that wait, for who answers them; one's own; and the copy, as a paper (T-29)."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends, Request, Response

from events.registry import EVENT_TYPES
from services.http import persons
from services.http.answers import file_response
from services.http.context import context, reader_as
from services.letters.person_copy import copy_of
from services.letters.rendering import PDF, copy_as_pdf
from services.web.names import names_in
from services.web.render import notices, page
from services.web.session import own_form, session_of, to_sign_in
from services.web.timeline import timeline

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])


@router.get("/persons")
async def listed(request: Request) -> Response:
    """Which requests wait for an answer, and until when; which of one's own was answered."""
    session = await session_of(request)
    if session is None:
        return to_sign_in(request)
    here = context(request)
    found = await persons.seen(here, await reader_as(here, session.account))
    return page(request, "persons.html", rows=found, today=here.today)


@router.get("/persons/{number}")
async def held(request: Request, number: str) -> Response:
    """What is held of who asked, masked; and the button that makes the copy."""
    session = await session_of(request)
    if session is None:
        return to_sign_in(request)
    here = context(request)
    who = await reader_as(here, session.account)
    asked, found = await persons.held(here, who, number)
    names = await names_in(here, (entry.event for entry in found.entries))
    files = [(officer, timeline(officer, who, names)) for officer in found.officers]
    acts = [(_called(act.type), act) for act in found.acts]
    return page(request, "person.html", one=asked, acts=acts, files=files)


@router.post("/persons/{number}/copy")
async def copy(request: Request, number: str) -> Response:
    """The copy in clear text, as PDF; each entry that is opened for it is written down first. Raises NotOurs."""
    session, _ = await own_form(request)
    here = context(request)
    asked, found, clear = await persons.copy(request, here, await reader_as(here, session.account), number)
    entries = [(entry, clear.get((entry.stream, entry.version), {})) for entry in found.entries]
    paper = copy_of(asked.number, asked.asked.event.request, entries, found.acts, here.today)
    return file_response(await asyncio.to_thread(copy_as_pdf, paper), PDF, f"{asked.number}.pdf")


def _called(type_name: str) -> tuple[str, str]:
    known = EVENT_TYPES.get(type_name)
    return (known.about.zh, known.about.en) if known is not None else (type_name, type_name)
