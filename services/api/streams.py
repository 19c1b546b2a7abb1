"""Streams of every kind over HTTP: list, state at any moment, history, what may be decided, deciding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route

from events.envelope import CHINA, Actor, Entry, Event
from events.record import EntryVoided
from events.references import StreamRef, references
from events.registry import UnknownEntry, read
from events.words import ActorKind
from projections.streams import queries as streams
from services.accounts import Account
from services.api import queries as ask
from services.api.answers import fresh, json_response, listed, named, stored_response, whole_number
from services.api.bodies import digest_of, read_body, read_event, without_numbers
from services.api.context import Context, account, command_id, context, if_match, posts_of
from services.api.forms import Forms
from services.api.preparing import prepared
from services.api.problems import told
from services.api.states import state_document
from services.casework.decide import named as named_streams
from services.casework.judgement import may
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.law import Law
from services.casework.officer.state import Officer
from services.casework.record import event_of
from services.casework.register.state import register_stream
from services.casework.stream import State, as_of, fold
from services.decisions import DecisionRequest
from services.documents import read_json
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.observed import logs, trace
from services.register import read_async

MOST_EVENTS = 1_000
BASE = "/api/v1"

BY_PLURAL = {kind.words.plural: kind for kind in KINDS.values()}
"""The kinds by the part of their routes."""

_ALSO = {"signals": KINDS["signal"]}
"""Older parts of routes that still mean a kind; beside `/signals` itself, which are those that were received."""


class _Kinds(Convertor[str]):
    """The part of a path that names a kind of stream."""

    regex = "|".join((*BY_PLURAL, *_ALSO))

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("kinds", _Kinds())

router = APIRouter(tags=["streams"])

# --- what a path names ------------------------------------------------------------------------------------------------


def kind_of(request: Request) -> Kind[Any]:
    """The kind of stream that the path names."""
    plural = request.path_params["kinds"]
    return BY_PLURAL.get(plural) or _ALSO[plural]


def stream_of(request: Request, kind: Kind[Any]) -> UUID:
    """The id of the stream that the path names. Raises NotFound where it is no id at all."""
    text: str = request.path_params["stream"]
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"{kind.words.en} {text[:60]}") from error


async def known(here: Context, kind: Kind[Any], stream: UUID) -> State:
    """The stream as it is now. Raises NotFound where there is none of that kind."""
    state = (await here.decisions.load([stream], fresh=True)).get(stream)
    if state is None or state.descriptor is not kind:
        raise NotFound(f"{kind.words.en} {stream}")
    return state


# --- reading ----------------------------------------------------------------------------------------------------------


@router.get("/{kinds:kinds}")
async def list_streams(request: Request) -> Response:
    """Streams of a kind: `place` (and all within), `open`, `name`, `changed_since` (a day), `cursor`, `limit`."""
    await account(request)
    wanted = streams.Filter(
        kind=kind_of(request).name,
        place=ask.place(request),
        open=ask.flag(request, "open"),
        q=ask.text(request, "name"),
        changed_since=ask.day(request, "changed_since"),
    )
    limit = whole_number(request, "limit", 50, 1, 500) or 50
    async with context(request).pool.connection() as conn:
        headers = await fresh(request, conn, "streams")
        page = await streams.streams(conn, wanted, ask.text(request, "cursor", 1_000), limit)
    if page.next:
        headers["Link"] = f'<{request.url.include_query_params(cursor=page.next)}>; rel="next"'
    return listed(headers, streams=[row._asdict() for row in page.rows], next=page.next)


@router.get("/{kinds:kinds}/{stream}")
async def state(request: Request) -> Response:
    """The state of a stream: now, as of a version, as of a day in the world, as known at a moment, or all of them."""
    await account(request)
    here, kind = context(request), kind_of(request)
    version = whole_number(request, "version", None, 1, 2**31 - 1)
    on, moment = ask.day(request, "on"), ask.moment(request, "known")
    position = await _position(here)
    whole = await known(here, kind, stream_of(request, kind))
    seen, day = whole, on or here.today
    if version is not None or on is not None or moment is not None:
        seen = seen_as_of(whole, version, on, moment)
        if on is None:
            day = moment.astimezone(CHINA).date() if moment is not None else seen.entries[-1].day
    document = state_document(seen, await here.decisions.packs(fresh=True), day)
    if seen is not whole:
        document["as_of"] = {"version": version, "on": on, "known": moment}
    return json_response(document, headers={"ETag": f'"{seen.version}"', "X-Position": str(position)})


def seen_as_of(whole: State, version: int | None, on: Any, moment: datetime | None) -> State:
    """The stream in a view of the past. Raises NotFound where it has no entry in that view."""
    kind = whole.descriptor
    if version is not None and version > whole.version:
        raise NotFound(f"version {version} of {kind.words.en} {whole.id}")
    entries = as_of(whole.entries, version=version, on=on, known=moment)
    if not entries:
        raise NotFound(f"{kind.words.en} {whole.id} at that time")
    seen: State = fold(kind, whole.id, entries)
    return seen


async def _position(here: Context) -> int:
    """The position of the log that everything read after this covers."""
    async with here.pool.connection() as conn:
        return await read_async.last_position(conn)


@router.get("/{kinds:kinds}/{stream}/events")
async def history(request: Request) -> Response:
    """Everything that ever happened to the stream, in the order in which it was decided; personal data masked.

    An entry of a type of a newer program is told with its type and as it was stored.
    """
    await account(request)
    here, kind = context(request), kind_of(request)
    stream = stream_of(request, kind)
    after = whole_number(request, "after", 0, 0, 2**31 - 1) or 0
    limit = whole_number(request, "limit", MOST_EVENTS, 1, MOST_EVENTS) or MOST_EVENTS
    async with here.pool.connection() as conn:
        rows = await read_async.raw_stream(conn, stream)
    if not rows or rows[0][1].partition(".")[0] != kind.name:
        raise NotFound(f"{kind.words.en} {stream}")
    page = [(position, read(type_name, raw)) for position, type_name, raw in rows[after : after + limit]]
    voided = _voided([read(type_name, raw) for _, type_name, raw in rows if _VOIDED in type_name])
    events = [
        told(entry, position=position, **({"voided_by": voided[entry.version]} if entry.version in voided else {}))
        for position, entry in page
    ]
    last = page[-1][1].version if page else after
    more = after + limit < len(rows)
    document = {**named(stream, kind.name), "version": last, "events": events, "next": last if more else None}
    return json_response(document)


_VOIDED = ".entry-voided."


def _voided(entries: Sequence[Entry[Event] | UnknownEntry]) -> dict[int, int]:
    return {
        entry.event.version: entry.version
        for entry in entries
        if not isinstance(entry, UnknownEntry) and isinstance(entry.event, EntryVoided)
    }


# --- what may be decided ----------------------------------------------------------------------------------------------


@router.get("/{kinds:kinds}/{stream}/decisions")
async def possibilities(request: Request) -> Response:
    """For every decision: may the caller take it now; if not, by which rule, clause, and what would have to be.

    `options=1`: the fields to fill in with the values that they can take, and a body that is lawful now. A stream
    that is not there yet answers with what could begin it, where its id is the client's to choose.
    """
    who = await account(request)
    here, kind = context(request), kind_of(request)
    stream = stream_of(request, kind)
    filled = ask.text(request, "options", 5) in ("1", "true")
    seen = (await here.decisions.load([stream], fresh=True)).get(stream)
    if seen is not None and seen.descriptor is not kind:
        raise NotFound(f"{kind.words.en} {stream}")
    if seen is None:
        may_begin(kind, stream)
        seen = kind.state(stream)
    beside = {who.holder, register_stream(here.settings.place), *_named_beside(seen)} - {stream}
    context_ = await here.decisions.context(beside, fresh=True)
    packs = context_.packs
    assert packs is not None  # noqa: S101 (given with every context of the register)
    day, pack = here.today, packs.on(here.today)
    person = seen if seen.id == who.holder else context_.states.get(who.holder)
    context_ = replace(context_, states={**context_.states, seen.id: seen})
    posts: Sequence[Actor] = await posts_of(request, who)
    if not posts and isinstance(person, Officer):
        posts = person.actors(day)
    forms = Forms(seen, pack, day, context_, filled)
    found = [forms.document(one) for one in may(seen, posts, day, pack, context_)]
    document = {**named(stream, kind.name), "version": seen.version, "pack": pack.name, "decisions": found}
    return json_response(document, headers={"ETag": f'"{seen.version}"'})


def _named_beside(state: State) -> set[UUID]:
    """Streams that the verdicts on a state rest on: who proposed what waits, what that names, and its first entry."""
    waiting = state.common.open_acts.values()
    named_by = {act.actor.id for act in waiting}.union(*(named_streams(state, event_of(act)) for act in waiting))
    if state.version:
        for mention in references(state.entries[0].event):
            if isinstance(mention.marker, StreamRef) and not mention.marker.foreign and isinstance(mention.value, UUID):
                named_by.add(mention.value)
    return named_by


# --- deciding ---------------------------------------------------------------------------------------------------------


async def decide(request: Request) -> Response:
    """Take a decision; the body is the payload of its event, `If-Match` the version that it was decided at."""
    who = await account(request)
    kind = kind_of(request)
    stream, law = stream_of(request, kind), law_of(kind, request.path_params["decision"])
    return await taken(request, who, kind, law, stream, read_json(await read_body(request)))


DECIDING = Route(f"{BASE}/{{kinds:kinds}}/{{stream}}/decisions/{{decision}}", decide, methods=["POST"])
"""A plain route: it is asked most, and has no parameters for the framework to solve."""


@router.post("/{kinds:kinds}", status_code=201)
async def begin(request: Request) -> Response:
    """Begin a stream whose id follows from the body: a unit by its code, a source by its URI, a paper by its number."""
    who = await account(request)
    kind = kind_of(request)
    law = next((one for one in kind.decisions.values() if one.opens), None)
    if law is None or kind.key is None:
        raise NotFound(f"a decision that begins {kind.words.en} by its key; give an id of version 4 or 7 in the path")
    document = read_json(await read_body(request))
    stream = kind.key(read_event(law.event, document))
    response = await taken(request, who, kind, law, stream, document)
    response.headers["Location"] = f"{BASE}/{kind.words.plural}/{stream}"
    return response


def law_of(kind: Kind[Any], decision: str) -> Law[Any, Any]:
    """What a kind says of a decision. Raises NotFound where it has none of that name."""
    law = kind.decisions.get(decision)
    if law is None:
        raise NotFound(f"decision {decision[:60]} on {kind.words.en}")
    return law


async def taken(
    request: Request,
    who: Account,
    kind: Kind[Any],
    law: Law[Any, Any],
    stream: UUID,
    document: Any,
    *,
    versioned: bool = True,
) -> Response:
    """The answer to a decision: what it stored. Raises what `Decisions.decide` raises.

    `versioned`: that a decision has to say the version that it was decided at.
    """
    here = context(request)
    if law.opens and who.kind is ActorKind.SOURCE:
        raise Forbidden("a source reports signals; its units are registered by their offices")
    event = await here.decisions.tagged(read_event(law.event, document))
    if law.opens:
        may_begin(kind, stream, event)
    effective_on = ask.day(request, "effective_on")
    caller = trace.read_traceparent(request.headers.get("traceparent"))
    asked = DecisionRequest(
        command_id=command_id(request, who),
        digest=digest_of(event.about.type, stream, who.holder, without_numbers(event, document), effective_on),
        stream=stream,
        event=await prepared(here, who.kind, stream, event),
        who=who.holder,
        expected=_expected(request, law, versioned),
        posts=await posts_of(request, who),
        effective_on=effective_on,
        correlation_id=caller.correlation_id if caller else None,
    )
    logs.bind(command_id=asked.command_id, unit_id=stream if kind.name == "unit" else None)
    return stored_response(await here.decisions.decide(asked), stream)


def _expected(request: Request, law: Law[Any, Any], versioned: bool) -> int | None:
    """The version decided at. What can begin a stream is, where nothing is said, decided on nothing yet."""
    given = if_match(request, required=versioned and not (law.event.about.fact or law.opens))
    on_nothing = versioned and law.opens and not law.once and not law.event.about.fact
    return 0 if given is None and on_nothing else given


def may_begin(kind: Kind[Any], stream: UUID, event: Event | None = None) -> None:
    """Ids follow from the key where the kind has one, else the client's choice is of version 4 or 7: they never meet
    (T-20). Raises Malformed.
    """
    if kind.key is not None and event is not None and kind.key(event) != stream:
        right = kind.key(event)
        zh, en = f"该编号由内容得出，应为{right}", f"the id follows from the body: {right}"
        raise Malformed([Problem("/stream", zh, en)])
    if not kind.words.keyed and stream.version not in (4, 7):
        raise Malformed([Problem("/stream", "编号应为UUID第4版或第7版", "an id is a UUID of version 4 or 7")])
