"""Units over HTTP: register, decide, what may be done, and the state at any moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from events.envelope import CHINA, Entry, Event
from events.registry import CHAPTER_OF
from events.unit.registration import UnitRegistered
from events.words import ActorKind
from services.accounts import Account
from services.api.answers import json_response, stored_response, whole_number
from services.api.bodies import derived_fields, digest_of, read_body, read_event
from services.api.context import Context, account, command_id, context, if_match, posts_of
from services.api.problems import entry_document, refusal_document
from services.api.states import state_document
from services.casework.judgement import DECISIONS, Possibility, may
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit, as_of, fold
from services.decisions import Asked
from services.documents import read_json
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.observed import logs, trace
from services.register import read_async

router = APIRouter(prefix="/units", tags=["units"])
decisions = APIRouter(prefix="/units", tags=["units"])
"""Apart from the rest, so that it can stand first among the routes: it is asked most."""

MOST_EVENTS = 1_000


async def _asked(request: Request, who: Account, stream: UUID, event: Event, document: Any, **more: Any) -> Asked:
    effective_on = date_of(request, "effective_on")
    caller = trace.read_traceparent(request.headers.get("traceparent"))
    command = command_id(request, who)
    name = event.about.type
    return Asked(
        command_id=command,
        digest=digest_of(name, stream, who.holder, document, effective_on),
        stream=stream,
        event=event,
        who=who.holder,
        posts=await posts_of(request, who),
        effective_on=effective_on,
        correlation_id=caller.correlation_id if caller else None,
        **more,
    )


def date_of(request: Request, name: str) -> date | None:
    """A day of the query. Raises Malformed."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise Malformed([Problem(f"?{name}", "应为日期YYYY-MM-DD", "a date, YYYY-MM-DD")]) from error
    if not 1900 <= day.year <= 2199:
        raise Malformed([Problem(f"?{name}", "年份应在1900至2199之间", "a year from 1900 to 2199")])
    return day


def moment_of(request: Request, name: str) -> datetime | None:
    """A moment of the query, with its offset. Raises Malformed."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError as error:
        raise Malformed([Problem(f"?{name}", "应为RFC 3339时间", "a moment, RFC 3339")]) from error
    if moment.tzinfo is None:
        raise Malformed([Problem(f"?{name}", "时间须带时区", "a moment with its offset")])
    return moment


def unit_of(text: str) -> UUID:
    """The unit of a path. Raises NotFound where it is no id at all."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"unit {text[:60]}") from error


@router.post("", status_code=201)
async def register(request: Request) -> Response:
    """Register a unit; its id follows from kind and public code."""
    who = await account(request)
    if who.kind is ActorKind.SOURCE:
        raise Forbidden("a source reports signals; its units are registered by their offices")
    document = read_json(await read_body(request))
    event = read_event(UnitRegistered, document)
    assert isinstance(event, UnitRegistered)  # noqa: S101 (what was asked for)
    stream = unit_id(event.kind, event.code)
    asked = await _asked(request, who, stream, event, document, expected=if_match(request, required=False))
    logs.bind(command_id=asked.command_id, unit_id=stream)
    response = stored_response(await context(request).decisions.decide(asked), stream)
    response.headers["Location"] = f"/api/v1/units/{stream}"
    return response


@decisions.post("/{unit}/decisions/{decision}", status_code=201)
async def decide(request: Request) -> Response:
    """Take a decision on a unit; the body is the payload of its event."""
    who = await account(request)
    stream, decision = unit_of(request.path_params["unit"]), request.path_params["decision"]
    event_type = DECISIONS.get(decision)
    if event_type is None or event_type is UnitRegistered:
        raise NotFound(f"decision {decision[:60]}")
    document = read_json(await read_body(request))
    event = read_event(event_type, document)
    expected = if_match(request, required=not event_type.about.fact)
    asked = await _asked(request, who, stream, event, document, expected=expected)
    logs.bind(command_id=asked.command_id, unit_id=stream)
    return stored_response(await context(request).decisions.decide(asked), stream)


@router.get("/{unit}/decisions")
async def possibilities(request: Request, unit: str) -> Response:
    """For every decision: may the caller take it now; if not, by which rule, clause, and what would have to be."""
    who = await account(request)
    here = context(request)
    state = await known_unit(request, unit)
    day = here.decisions.clock().astimezone(CHINA).date()
    posts = await posts_of(request, who)
    person = None
    if not posts:
        person = await here.decisions.officer(who.holder, fresh=True)
        posts = person.actors(day)
    found = [_possible(one) for one in may(state, posts, day, here.pack, person)]
    headers = {"ETag": f'"{state.version}"'}
    return json_response({"unit": str(state.id), "version": state.version, "decisions": found}, headers=headers)


def _possible(one: Possibility) -> dict[str, Any]:
    return {
        "decision": one.decision,
        "title": one.title,
        "zh": one.type.about.zh,
        "en": one.type.about.en,
        "allowed": one.allowed,
        "if_match": not one.type.about.fact,
        "as": one.actor.post if one.actor and one.allowed else None,
        "fields": _fields(one.type),
        "refusals": [refusal_document(refusal) for refusal in one.refusals],
    }


def _fields(event_type: type[Event]) -> list[dict[str, Any]]:
    derived = derived_fields(event_type)
    names = ((field.alias or name, field) for name, field in event_type.model_fields.items())
    return [{"name": name, "required": field.is_required()} for name, field in names if name not in derived]


async def known_unit(request: Request, unit: str) -> Unit:
    """The unit as it is now. Raises NotFound."""
    state = await context(request).decisions.unit(unit_of(unit))
    if state.life.since is None:
        raise NotFound(f"unit {unit[:60]}")
    return state


@router.get("/{unit}")
async def state(request: Request, unit: str) -> Response:
    """The state of a unit: now, as of a version, as of a day in the world, as known at a moment, or all of them."""
    await account(request)
    here = context(request)
    whole = await known_unit(request, unit)
    version = whole_number(request, "version", None, 1, 2**31 - 1)
    on, known = date_of(request, "on"), moment_of(request, "known")
    day = on or here.decisions.clock().astimezone(CHINA).date()
    if version is None and on is None and known is None:
        return json_response(state_document(whole, here.pack, day), headers=await _state_headers(here, whole))
    if version is not None and version > whole.version:
        raise NotFound(f"version {version} of unit {unit[:60]}")
    seen = fold(whole.id, as_of(whole.entries, version=version, on=on, known=known))
    document = state_document(seen, here.pack, day)
    document["as_of"] = {"version": version, "on": on, "known": known}
    return json_response(document, headers=await _state_headers(here, seen))


async def _state_headers(here: Context, seen: Unit) -> dict[str, str]:
    """The version of the state, and the position of the log at which it was read."""
    async with here.pool.connection() as conn:
        position = await read_async.last_position(conn)
    return {"ETag": f'"{seen.version}"', "X-Position": str(position)}


@router.get("/{unit}/events")
async def history(request: Request, unit: str) -> Response:
    """Everything that ever happened to the unit, in the order in which it was decided."""
    await account(request)
    stream = unit_of(unit)
    after = whole_number(request, "after", 0, 0, 2**31 - 1) or 0
    limit = whole_number(request, "limit", MOST_EVENTS, 1, MOST_EVENTS) or MOST_EVENTS
    async with context(request).pool.connection() as conn:
        recorded = await read_async.read_stream(conn, stream, after=after, until=after + limit)
    if not recorded and after == 0:
        raise NotFound(f"unit {unit[:60]}")
    if any(type(one.entry.event) not in CHAPTER_OF for one in recorded):
        raise NotFound(f"unit {unit[:60]}")
    voided = _voided([one.entry for one in recorded])
    events = [
        entry_document(
            one.entry,
            position=one.position,
            **({"voided_by": voided[one.entry.version]} if one.entry.version in voided else {}),
        )
        for one in recorded
    ]
    last = recorded[-1].entry.version if recorded else after
    more = len(recorded) == limit
    return json_response({"unit": str(stream), "version": last, "events": events, "next": last if more else None})


def _voided(entries: list[Entry[Event]]) -> dict[int, int]:
    return {
        entry.event.version: entry.version  # type: ignore[attr-defined]
        for entry in entries
        if entry.event.about.type == "unit.entry-voided.v1"
    }
