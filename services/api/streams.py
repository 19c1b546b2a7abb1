"""Streams of every kind over HTTP: list, state at any moment, history, what may be decided, deciding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query as Parameters
from fastapi import Request, Response
from pydantic import Field
from starlette.routing import Route

from events.envelope import Entry, Event
from events.record import EntryCorrected, EntryVoided
from events.registry import UnknownEntry, read
from events.words import ActorKind
from projections.streams import queries as streams
from services.api.details import DETAILED
from services.api.details import listed as with_details
from services.api.forms import Forms
from services.casework.examples import TRIES, names_people
from services.casework.kind import Kind
from services.casework.policy.state import policy_stream
from services.casework.stream import State, fold
from services.entry_documents import told
from services.errors import NotFound
from services.http import readers
from services.http.answers import listed, named, next_page, snapshot, stored_response, versioned_response
from services.http.bodies import read_document, read_event
from services.http.context import Context, account, context, reader
from services.http.deciding import decided, entered
from services.http.queries import Day, Digits, Flag, Known, Page, Place, Query, Text, Version
from services.http.readers import Reader
from services.http.routing import BASE, api_router
from services.http.streams import Situation, address_of, kind_of, of_kind, situation, stream_of
from services.register import read_async
from services.state_documents import state_document
from services.views import View

MOST_EVENTS = 1_000
MOST_COLLEAGUES = 30
"""Officers of a place who are looked at for an example that names people."""

MOST_LOOKS = TRIES + 1
"""Times that an example of a beginning is looked for anew, on what the one before it rests on: each body once."""

router = api_router("streams")

# --- reading ----------------------------------------------------------------------------------------------------------


class StreamsQuery(Page):
    """Which streams of a kind; `name` is anywhere in what they are called, `changed_since` a day."""

    place: Place | None = None
    open: Flag | None = None
    name: Text | None = None
    changed_since: Day | None = None


@router.get("/{kinds:kinds}")
async def list_streams(request: Request, asked: Annotated[StreamsQuery, Parameters()]) -> Response:
    """Streams of a kind, by what they are called; officers with their posts, rounds with their quotas, sources with
    what they report.
    """
    who, here, kind = await reader(request), context(request), kind_of(request)
    readers.must_list(who, kind.name, asked.place)
    wanted = streams.Filter(
        kind=kind.name, place=asked.place, open=asked.open, q=asked.name, changed_since=asked.changed_since,
        seen=readers.visible(who, stream=who.unit if kind.name == "unit" else who.holder),
    )  # fmt: skip
    async with snapshot(request, who, "streams", asked.min_position) as (conn, headers):
        page = await streams.streams(conn, wanted, asked.after, asked.limit)
    told = [row.stream for row in page.rows if row.kind in DETAILED]
    states = await here.states.load(told, fresh=True) if told else {}
    rows = with_details(page.rows, states, here.today)
    return listed(headers | next_page(request, page.next), asked, streams=rows, next=page.next)


class StateQuery(Query):
    """A view of the past: as of a version, true `on` a day, `known` at a moment (a day means its end), or all."""

    version: Version | None = None
    on: Day | None = None
    known: Known | None = None


@router.get("/{kinds:kinds}/{stream}")
async def state(request: Request, asked: Annotated[StateQuery, Parameters()]) -> Response:
    """The state of a stream, now or in a view of the past, up to the position of `X-Position`."""
    who = await reader(request)
    here, kind = context(request), kind_of(request)
    stream, view = stream_of(request, kind), View(asked.version, asked.on, asked.known)
    position, states = await here.states.snapshot([stream, policy_stream(here.settings.place)])
    whole = of_kind(states.get(stream), kind, stream)
    readers.must_read(who, readers.row_of(whole))
    seen: State = view.of(whole)
    document = state_document(seen, here.states.packs_of(states), view.day(seen, here.today))
    if view.is_past:
        document["as_of"] = {"version": view.version, "on": view.on, "known": view.known}
    return versioned_response(document, stream, seen.version, {"X-Position": str(position)})


class HistoryQuery(Query):
    """A page of a stream's entries, after a version."""

    after: Annotated[int, Digits, Field(ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Digits, Field(ge=1, le=MOST_EVENTS)] = MOST_EVENTS


@router.get("/{kinds:kinds}/{stream}/events")
async def history(request: Request, asked: Annotated[HistoryQuery, Parameters()]) -> Response:
    """Everything that ever happened to the stream, in the order in which it was decided; personal data masked.

    An entry of a type of a newer program is told with its type and as it was stored.
    """
    who = await reader(request)
    here, kind = context(request), kind_of(request)
    stream = stream_of(request, kind)
    after, limit = asked.after, asked.limit
    async with here.pool.connection() as conn:
        rows = await read_async.raw_stream(conn, stream)
    if not rows or rows[0][1].partition(".")[0] != kind.name:
        raise NotFound(f"{kind.words.en} {stream}")
    _may_read_history(who, kind, stream, rows)
    page = [
        (position, readers.shown(who, read(type_name, raw))) for position, type_name, raw in rows[after : after + limit]
    ]
    undone = [read(type_name, raw) for _, type_name, raw in rows if type_name.partition(".")[2].startswith("entry-")]
    events = [told(entry, position=position, **_since(entry.version, undone)) for position, entry in page]
    last = page[-1][1].version if page else after
    more = after + limit < len(rows)
    document = {**named(stream, kind.name), "version": last, "events": events, "next": last if more else None}
    return versioned_response(document, stream, last)


def _may_read_history(who: Reader, kind: Kind[Any], stream: UUID, rows: Sequence[tuple[int, str, bytes]]) -> None:
    """Raises Forbidden. With entries of a newer program, what this one can fold says of which place a stream is."""
    scope = readers.scope(who, kind.name)
    if scope is not None and scope.all:
        return
    known = [entry for _, type_name, raw in rows if isinstance(entry := read(type_name, raw), Entry)]
    readers.must_read(who, readers.row_of(fold(kind, stream, known)))


def _since(version: int, undone: Sequence[Entry[Event] | UnknownEntry]) -> dict[str, int]:
    """By which entry one was voided, and by which its figures were last corrected."""
    found: dict[str, int] = {}
    for entry in undone:
        event = entry.event if isinstance(entry, Entry) else None
        if isinstance(event, EntryVoided | EntryCorrected) and event.version == version:
            found["voided_by" if isinstance(event, EntryVoided) else "corrected_by"] = entry.version
    return found


# --- what may be decided ----------------------------------------------------------------------------------------------


class PossibilitiesQuery(Query):
    """Whether each decision comes with its fields and an example."""

    options: Literal["1", "true"] | None = None


@router.get("/{kinds:kinds}/{stream}/decisions")
async def possibilities(request: Request, asked: Annotated[PossibilitiesQuery, Parameters()]) -> Response:
    """For every decision: may the caller take it now; if not, by which rule, clause, and what would have to be.

    `options=1`: the fields to fill in with the values that they can take, and a body that is lawful now. A stream
    that is not there yet answers with what could begin it, where its id is the client's to choose.
    """
    who = await account(request)
    kind = kind_of(request)
    stream = stream_of(request, kind)
    here = await situation(request, who, kind, stream)
    if asked.options is not None:
        here = await _with_colleagues(context(request), here)
        here = await _with_what_a_beginning_rests_on(context(request), here)
    forms = Forms(here.state, here.pack, here.day, here.context, asked.options is not None)
    # what bars others from deciding is of the file, and the public is told no more than what anybody may do
    found = [forms.document(one) for one in here.may() if one.allowed or who.kind is not ActorKind.PUBLIC]
    version = here.state.version
    document = {**named(stream, kind.name), "version": version, "pack": here.pack.name, "decisions": found}
    return versioned_response(document, stream, version)


async def _with_colleagues(here: Context, before: Situation) -> Situation:
    """The same with people of the offices that act, whom examples can name where a decision names people."""
    named = any(one.allowed and names_people(one.type) for one in before.may())
    places = {post.place for post in before.posts if post.house is not None} if named else set()
    async with here.pool.connection() as conn:
        found = [one for place in places for one in await streams.officers_at(conn, place, MOST_COLLEAGUES)]
    people = await here.states.load(found, fresh=True)
    known = replace(before.context, states={**before.context.states, **people})
    return replace(before, context=known)


async def _with_what_a_beginning_rests_on(here: Context, before: Situation) -> Situation:
    """The same with what examples of a stream's first entry rest on: nothing that is there yet says what that is."""
    if before.state.version:
        return before
    found = before
    for _ in range(MOST_LOOKS):
        forms = Forms(found.state, found.pack, found.day, found.context, True)
        made = [(one.law, example[1]) for one in found.may() if one.law.reads and (example := forms.example(one))]
        wanted = {stream for law, event in made if law.reads for stream in law.reads(found.state, event)}
        states = {**found.context.states, **await here.states.load(wanted, fresh=True)}
        wanted |= {stream for law, event in made if law.reads_there for stream in law.reads_there(states, event)}
        states |= await here.states.load(wanted - states.keys(), fresh=True)
        if states.keys() == found.context.states.keys():
            break
        found = replace(found, context=replace(found.context, states=states))
    return found


# --- deciding ---------------------------------------------------------------------------------------------------------


async def decide(request: Request) -> Response:
    """Take a decision; the body is the payload of its event, `If-Match` the version that it was decided at."""
    here, who = context(request), await account(request)
    to = address_of(request)
    document = await read_document(request)
    event = await entered(here, who, to.kind, to.law, to.stream, document)
    on = to.effective_on
    stored = await decided(here, request, who, to.law, to.stream, event, document, effective_on=on)
    return stored_response(stored, to.stream)


DECIDING = Route(f"{BASE}/{{kinds:kinds}}/{{stream}}/decisions/{{decision}}", decide, methods=["POST"])
"""A plain route: it is asked most, and has no parameters for the framework to solve."""


class BeginningQuery(Query):
    """From which day it holds in the world, where that is not today."""

    effective_on: Day | None = None


@router.post("/{kinds:kinds}", status_code=201)
async def begin(request: Request, asked: Annotated[BeginningQuery, Parameters()]) -> Response:
    """Begin a stream whose id follows from the body: a unit by its code, a source by its URI, a paper by its number;
    or act on the one that a register has of its kind: its policy.
    """
    here, who = context(request), await account(request)
    kind = kind_of(request)
    law = next((one for one in kind.decisions.values() if one.opens), None)
    if law is None or (kind.key is None and kind.own is None):
        raise NotFound(f"a decision that begins {kind.words.en} by its key; give an id of version 4 or 7 in the path")
    document = await read_document(request)
    if kind.own is not None:
        stream = kind.own(here.settings.place)
    else:
        assert kind.key is not None  # noqa: S101 (asked above)
        stream = kind.key(read_event(law.event, document))
    event, on = await entered(here, who, kind, law, stream, document), asked.effective_on
    stored = await decided(here, request, who, law, stream, event, document, effective_on=on)
    response = stored_response(stored, stream)
    response.headers["Location"] = f"{BASE}/{kind.words.plural}/{stream}"
    return response
