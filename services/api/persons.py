"""What persons ask of the register about themselves, what is held of them, and their copy (T-29)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Request, Response

from services.api.models import Answer
from services.http import persons
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.routing import api_router

router = api_router("persons", "/persons")

Number = Annotated[str, Path(json_schema_extra={"pattern": "^[1-9][0-9]{0,8}$"})]


class Asked(Answer):
    """A request: what for, by whom, until when it is to be answered, and how it stands. Who asks is not said."""

    number: int
    right: str
    by: str
    request: str
    received_on: date
    due: date
    state: Literal["waits", "answered", "refused"]


class AllAsked(Answer):
    """The requests that wait, for who answers them; those that were answered, for who asked."""

    requests: list[Asked]


class DoneOften(Answer):
    """How often the person did something in office, from when to when."""

    type: str
    number: int
    first: datetime
    last: datetime


class HeldOfPerson(Answer):
    """What is held of the person who asked: their streams, the entries about them, and what they did in office.

    An entry's personal fields are masked; in a copy they stand under `clear` by their paths, null where the key was
    destroyed.
    """

    request: Asked
    streams: list[UUID]
    entries: list[dict[str, Any]]
    acts: list[DoneOften]


@router.get("", response_model=AllAsked)
async def asked(request: Request) -> Response:
    """The requests that wait for an answer, for data officers; and one's own that was answered."""
    found = await persons.seen(context(request), await reader(request))
    return json_response({"requests": [one.document() for one in found]})


@router.get("/{number}", response_model=HeldOfPerson)
async def held(request: Request, number: Number) -> Response:
    """What is held of who asked, found by their person tag; masked."""
    one, found = await persons.held(context(request), await reader(request), number)
    return json_response({"request": one.document(), **found.document()})


@router.post("/{number}/copy", response_model=HeldOfPerson)
async def copy(request: Request, number: Number) -> Response:
    """The same in clear text, for who answers while it waits, and for who asked once it is answered. Each entry that
    is opened is written down first.
    """
    one, found, clear = await persons.copy(request, context(request), await reader(request), number)
    return json_response({"request": one.document(), **found.document(clear)})
