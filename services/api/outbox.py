"""Letters on their way to units over HTTP: what was sent on which channel, when, with which proof, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Path, Request, Response
from fastapi import Query as Parameters

from services.api.models import Answer, row_of
from services.errors import NotFound
from services.http import letters_sent, readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.queries import Id, Limit, Place, Position, Query
from services.http.routing import api_router
from services.http.units import known_unit
from services.outbox import sent_letters
from services.outbox.sent_letters import Filter

router = api_router("operations")

Letter = row_of("Letter", sent_letters.Letter)
Number = Annotated[str, Path(json_schema_extra={"pattern": "^[0-9]{1,18}$"})]
State = Literal["waiting", "sent", "given_up", "unaddressed", "settled"]


class Outbox(Answer):
    """Letters, the latest first; go on with `after` as `next` says."""

    messages: list[Letter]  # type: ignore[valid-type]
    next: int | None


class OfUnit(Query):
    """Which letters to a unit, and how many."""

    state: State | None = None
    channel: Literal["mail", "platform", "print"] | None = None
    after: Position | None = None
    limit: Limit = 100


class OutboxQuery(OfUnit):
    """Which letters, and how many; `place` means it and all below."""

    unit: Id | None = None
    place: Place | None = None


@router.get("/outbox", response_model=Outbox)
async def outbox(request: Request, asked: Annotated[OutboxQuery, Parameters()]) -> Response:
    """Letters on their way or gone, to the units of one's place, or to one's own."""
    wanted = Filter(unit=asked.unit, place=asked.place, state=asked.state, channel=asked.channel)
    found = await letters_sent.letters(context(request), await reader(request), wanted, asked.after, asked.limit)
    return _shown(found, asked)


@router.get("/units/{unit}/outbox", response_model=Outbox)
async def of_unit(request: Request, unit: str, asked: Annotated[OfUnit, Parameters()]) -> Response:
    """The letters to a unit, for everybody who may read its file."""
    state = await known_unit(request, unit)
    readers.must_read(await reader(request), readers.row_of(state))
    here, wanted = context(request), Filter(unit=state.id, state=asked.state, channel=asked.channel)
    async with here.pool.connection() as conn:
        return _shown(await sent_letters.letters(conn, wanted, here.today, asked.after, asked.limit), asked)


@router.post("/outbox/{number}/again", response_model=Letter)
async def again(request: Request, number: Number) -> Response:
    """Send a letter again that failed, or that was sent and went astray, by an office of the unit's place or an
    operator; what became of it before stays to be read in `before`.
    """
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound(f"letter {number[:40]}")
    found = await letters_sent.send_again(context(request), await reader(request), int(number))
    return json_response(asdict(found))


def _shown(found: Sequence[sent_letters.Letter], asked: OfUnit) -> Response:
    following = found[-1].number if len(found) == asked.limit else None
    return json_response({"messages": [asdict(one) for one in found], "next": following})
