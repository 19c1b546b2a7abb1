"""Letters on their way to units over HTTP: what was sent on which channel, when, with which proof, or why not."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters

from services.api.models import Answer
from services.http import readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.queries import Limit, Position, Query
from services.http.readers import Row
from services.http.units import known_unit
from services.outbox import messages

router = APIRouter(tags=["operations"])


class Letter(Answer):
    """A letter on one channel; never an address. `cause` names the entry or the duty of the unit that it tells of."""

    number: int
    unit: UUID
    cause: str
    channel: Literal["mail", "platform", "print"]
    state: Literal["waiting", "sent", "given_up", "unaddressed", "settled"]
    tries: int
    error: str | None
    proof: str | None
    queued_at: datetime
    next_try: datetime
    settled_at: datetime | None


class Outbox(Answer):
    """Letters, the latest first; go on with `after` as `next` says."""

    messages: list[Letter]
    next: int | None


class OutboxQuery(Query):
    """Which letters, and how many."""

    state: Literal["waiting", "sent", "given_up", "unaddressed", "settled"] | None = None
    after: Position | None = None
    limit: Limit = 100


@router.get("/outbox", response_model=Outbox)
async def outbox(request: Request, asked: Annotated[OutboxQuery, Parameters()]) -> Response:
    """All letters on their way or gone, for whoever looks after the processes."""
    readers.must_read(await reader(request), Row(readers.PROCESSES))
    return await _shown(request, None, asked)


@router.get("/units/{unit}/outbox", response_model=Outbox)
async def of_unit(request: Request, unit: str, asked: Annotated[OutboxQuery, Parameters()]) -> Response:
    """The letters to a unit, for whoever may read its file."""
    who = await reader(request)
    state = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(state))
    return await _shown(request, state.id, asked)


async def _shown(request: Request, unit: UUID | None, asked: OutboxQuery) -> Response:
    async with context(request).pool.connection() as conn:
        found = await messages.messages(conn, unit, asked.state, asked.after, asked.limit)
    following = found[-1].number if len(found) == asked.limit else None
    return json_response({"messages": [asdict(one) for one in found], "next": following})
