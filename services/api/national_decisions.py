"""The nation decides over HTTP: on a province's unit; on provinces and cross-inspections as on streams of any kind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from events.envelope import Event
from events.governance.year import YearCriticised
from events.places import PLACES
from services.api import models
from services.casework.kinds import KINDS
from services.casework.national.kind import DECIDED
from services.casework.national.state import file_stream
from services.casework.province.state import province_stream
from services.casework.year.state import year_stream
from services.decisions import DecisionRequest
from services.errors import Malformed, NotFound, Problem
from services.http.answers import stored_response
from services.http.bodies import digest_of, read_document, read_event
from services.http.context import account, context, posts_of
from services.http.deciding import command_id, decided, entered, if_match
from services.http.nation import at_the_nation
from services.http.routing import api_router
from services.http.streams import law_of
from services.nation.decide import WORDS, decide
from services.observability import logs, trace

router = api_router("national", "/national")

_OF_A_PROVINCE = {
    "join": KINDS["province"],
    "leave": KINDS["province"],
    "follow-branch": KINDS["province"],
    "criticise": KINDS["year"],
}
"""The kinds of stream on which the decisions on a province are taken."""


def _place(text: str) -> str:
    if text not in PLACES:
        raise NotFound(f"place {text[:20]}")
    return text


def _id(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"{what} {text[:60]}") from error


@router.post("/provinces/{place}/units/{unit}/decisions/{decision}", status_code=201, response_model=models.Stored)
async def on_unit(request: Request, place: str, unit: str, decision: str) -> Response:
    """Decide on a unit of a province; the body is the payload of the unit's event, `If-Match` its version here."""
    at_the_nation(request)
    who = await account(request)
    province, stream = _place(place), _id(unit, "unit")
    if decision not in WORDS:
        raise NotFound(f"national decision {decision[:60]}")
    document = await read_document(request)
    event = read_event(DECIDED[WORDS[decision]], document)
    caller = trace.read_traceparent(request.headers.get("traceparent"))
    body = {"place": province, "body": document}
    asked = DecisionRequest(
        command_id=command_id(request, who),
        digest=digest_of("national", event.about.type, stream, who.holder, body),
        stream=stream,
        event=event,
        who=who.holder,
        expected=max(if_match(request, file_stream(province, stream), required=True) or (0,)),
        posts=await posts_of(context(request), who),
        correlation_id=caller.correlation_id if caller else None,
    )
    logs.bind(command_id=asked.command_id, unit_id=stream)
    stored = await decide(context(request).decisions, asked, province)
    return stored_response(stored, file_stream(province, stream))


@router.post("/provinces/{place}/decisions/{decision}", status_code=201, response_model=models.Stored)
async def on_province(request: Request, place: str, decision: str) -> Response:
    """Take a province in, let it go, or criticise it; the place of the path need not be said again in the body."""
    at_the_nation(request)
    who = await account(request)
    province, kind = _place(place), _OF_A_PROVINCE.get(decision)
    if kind is None:
        raise NotFound(f"decision {decision[:60]} on a province")
    law = law_of(kind, decision)
    document = _placed(law.event, await read_document(request), province)
    event = read_event(law.event, document)
    stream = year_stream(province, event.year) if isinstance(event, YearCriticised) else province_stream(province)
    here = context(request)
    event = await entered(here, who, kind, law, stream, document)
    stored = await decided(here, request, who, law, stream, event, document, versioned=False)
    return stored_response(stored, stream)


def _placed(event_type: type[Event], document: Any, place: str) -> Any:
    """The body with the place of the path, where its event has one. Raises Malformed where it says another."""
    if "place" not in event_type.model_fields or not isinstance(document, dict):
        return document
    if document.get("place", place) != place:
        raise Malformed([Problem("/place", "与路径中的地区不同", "is not the place of the path")])
    return {**document, "place": place}


@router.post("/cross-inspections/{inspection}/decisions/{decision}", status_code=201, response_model=models.Stored)
async def on_inspection(request: Request, inspection: str, decision: str) -> Response:
    """Plan a cross-inspection, draw who inspects whom, report a finding; its id is chosen by who plans it."""
    at_the_nation(request)
    here, who = context(request), await account(request)
    kind = KINDS["crosscheck"]
    stream, law = _id(inspection, "cross-inspection"), law_of(kind, decision)
    document = await read_document(request)
    event = await entered(here, who, kind, law, stream, document)
    stored = await decided(here, request, who, law, stream, event, document, versioned=False)
    return stored_response(stored, stream)
