"""For inspection systems: which units are inspected less today, asked by their codes; and what of that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query as Parameters
from fastapi import Request, Response
from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.folding import folded_code
from events.record import COMMON
from events.words import Reduction
from projections.inspection import queries as inspection
from projections.inspection.queries import Status
from services.api.models import Answer, Text
from services.casework.unit.incentives import CHAPTER
from services.errors import Malformed
from services.http import event_stream, readers
from services.http.answers import json_response, snapshot
from services.http.bodies import problems_of, read_document
from services.http.context import context, reader
from services.http.queries import Limit, Position, Query
from services.http.readers import Reader
from services.http.routing import api_router
from services.register import read_async

router = api_router("inspection", "/inspection")

EXAMPLE = {"codes": ["914301000000000013"]}

CHANGED = "inspection-changed"
"""The name of an event of those who follow."""

CHANGING = sorted({event.about.type for event in (*CHAPTER.folds, COMMON["unit"].entry_voided)})
"""The types of entries by which a grant can begin, stop, go on or end."""


class Codes(BaseModel):
    """Up to 1,000 public codes, in any width and case."""

    model_config = ConfigDict(extra="forbid")

    codes: Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(min_length=1, max_length=1_000)]


class StatusRow(Answer):
    """Whether a unit is inspected less on the day: `reduced` says it in one word, `status` how it stands.

    `since` and `until` are the first and last day of the grant that counts; `changed_on` and `why` tell by which entry
    it is so: granted, suspended, resumed, ended, or lost with the title.
    """

    code: str
    unit: UUID | None
    name: str | None
    reduced: bool
    status: Reduction
    title: str | None
    since: date | None
    until: date | None
    changed_on: date | None
    why: Text | None


class Statuses(Answer):
    """How each code stands, in the order asked; a code that two units have is told twice, one asked twice once."""

    day: date
    units: list[StatusRow]
    position: int
    as_of: datetime | None


class Change(StatusRow):
    """A unit for which something changed at a position of the log, as it stands now."""

    position: int


class Changes(Answer):
    """What changed after a position, a unit once, where it changed last; go on after `position`."""

    day: date
    changes: list[Change]
    position: int
    next: int | None


@router.post("/status", response_model=Statuses, openapi_extra={"requestBody": {
    "required": True, "content": {"application/json": {"schema": Codes.model_json_schema(), "example": EXAMPLE}},
}})  # fmt: skip
async def asked(request: Request) -> Response:
    """Which of up to 1,000 units are inspected less today: since when, until when, why no longer. Stores nothing."""
    who, here = await reader(request), context(request)
    readers.must_list(who, readers.INSPECTION)
    document = await read_document(request)
    try:
        given = Codes.model_validate(document)
    except ValidationError as error:
        raise Malformed(problems_of(error, document, Codes)) from error
    async with snapshot(request, who, "inspection", None) as (conn, headers):
        found = await inspection.by_code(conn, [folded_code(code) for code in given.codes], here.today)
    return json_response(
        {
            "day": here.today,
            "units": [_row(one) for one in found],
            "position": int(headers["X-Position"]),
            "as_of": headers["X-As-Of"] or None,
        },
        headers=headers,
    )


class ChangesQuery(Query):
    """What changed after a position."""

    after: Position = 0
    limit: Limit = 500
    min_position: Position | None = None


@router.get(
    "/changes",
    response_model=Changes,
    responses=event_stream.DECLARED,
    openapi_extra=event_stream.LAST_EVENT_ID,
)
async def changes(request: Request, asked: Annotated[ChangesQuery, Parameters()]) -> Response:
    """Units whose reduced inspection was granted, suspended, resumed or ended after a position of the log.

    A grant that reaches its last day ends without an entry: `until` says when. `Accept: text/event-stream` follows
    what changes, each as `inspection-changed`; `Last-Event-ID` goes on after one.
    """
    who, here = await reader(request), context(request)
    readers.must_list(who, readers.INSPECTION)
    async with here.pool.connection() as conn:
        await event_stream.must_reach(conn, asked.after, "?after")
    if event_stream.is_asked(request):

        async def page(who: Reader, after: int) -> tuple[int, list[event_stream.Event]]:
            readers.must_list(who, readers.INSPECTION)
            async with snapshot(request, who, "inspection", None) as (conn, headers):
                position, _, rows = await _changed(conn, int(headers["X-Position"]), after, asked.limit, here.today)
            events = [event_stream.Event(row["position"], CHANGED, {**row, "day": here.today}) for row in rows]
            return position, events

        return await event_stream.followed(request, who, asked.after, page)
    async with snapshot(request, who, "inspection", asked.min_position) as (conn, headers):
        held = int(headers["X-Position"])
        position, full, rows = await _changed(conn, held, asked.after, asked.limit, here.today)
    document = {"day": here.today, "changes": rows, "position": position, "next": position if full else None}
    return json_response(document, headers=headers)


async def _changed(
    conn: AsyncConnection[Any], held: int, after: int, limit: int, today: date
) -> tuple[int, bool, list[dict[str, Any]]]:
    """What changed after a position, as far as the projection holds the log; up to where, and whether there is more."""
    raw = await read_async.raw_tail(conn, after, limit, CHANGING)
    read = [one for one in raw if one.position <= held]
    last = {UUID(str(one.stream)): one.position for one in read}
    found = await inspection.by_unit(conn, list(last), today)
    full = len(raw) == limit and len(read) == len(raw)
    rows = sorted(({**_row(one), "position": last[unit]} for unit, one in found.items()), key=_position)
    return (read[-1].position if full else held), full, rows


def _position(row: Mapping[str, Any]) -> int:
    position: int = row["position"]
    return position


def _row(one: Status) -> dict[str, Any]:
    document = asdict(one)
    zh, en = document.pop("why_zh"), document.pop("why_en")
    reduced = one.status is Reduction.REDUCED
    return {**document, "reduced": reduced, "why": {"zh": zh, "en": en} if zh is not None else None}
