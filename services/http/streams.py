"""A stream as a request names it: which one, before what its caller stands, and the act that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.convertors import Convertor, register_url_convertor

from events.envelope import Actor, Event
from events.references import StreamRef, references
from events.words import ActorKind
from services.access.accounts import Account
from services.casework.decide import named as named_streams
from services.casework.judgement import Possibility, may
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.law import Context, Law
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.record import event_of
from services.casework.register.state import register_stream
from services.casework.stream import State
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.http import readers
from services.http.context import context, posts_of, reader_as
from services.http.queries import effective_on

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


def of_kind(state: State | None, kind: Kind[Any], stream: UUID) -> State:
    """The state, if it is of that kind. Raises NotFound."""
    if state is None or state.descriptor is not kind:
        raise NotFound(f"{kind.words.en} {stream}")
    return state


@dataclass(frozen=True, slots=True)
class Situation:
    """Before what somebody stands who may act on a stream: its state, the posts held today, the pack of the day, and
    the streams beside it.
    """

    state: State
    posts: Sequence[Actor]
    day: date
    pack: Pack
    packs: Packs
    context: Context

    def may(self, decision: str | None = None) -> list[Possibility]:
        """For every decision, or for one: allowed, or refused and why."""
        return may(self.state, self.posts, self.day, self.pack, self.context, decision=decision)


async def situation(request: Request, who: Account, kind: Kind[Any], stream: UUID) -> Situation:
    """As it is now; of a stream that is not there yet, where its id is the client's to choose, as it could begin.

    Raises NotFound, Malformed, and Forbidden where it is not theirs to read.
    """
    here = context(request)
    may_see = await reader_as(here, who)
    seen = (await here.states.load([stream], fresh=True)).get(stream)
    if seen is not None and seen.descriptor is not kind:
        raise NotFound(f"{kind.words.en} {stream}")
    if may_see.kind is ActorKind.PUBLIC and kind is UNIT:
        if not _in_publicity(seen, here.today):  # nobody learns here whether there is such a file
            raise Forbidden("this is no unit in publicity", "该单位不在公示期内")
    elif seen is not None:
        readers.must_read(may_see, readers.row_of(seen))
    if seen is None:
        may_begin(kind, stream)
        seen = kind.state(stream)
    beside = {who.holder, register_stream(here.settings.place), *_named_beside(seen)} - {stream}
    context_ = await here.states.context(beside, fresh=True)
    packs = context_.packs
    assert packs is not None  # noqa: S101 (given with every context of the register)
    person = seen if seen.id == who.holder else context_.states.get(who.holder)
    context_ = replace(context_, states={**context_.states, seen.id: seen})
    posts: Sequence[Actor] = await posts_of(here, who)
    if not posts and isinstance(person, Officer):
        posts = person.actors(here.today)
    return Situation(seen, posts, here.today, packs.on(here.today), packs, context_)


def _in_publicity(seen: State | None, day: date) -> bool:
    """Whether anybody may ask what they can do on a unit."""
    return isinstance(seen, Unit) and any(one.since <= day <= one.until for one in seen.publicity.periods.values())


def _named_beside(state: State) -> set[UUID]:
    """Streams that the verdicts on a state rest on: who proposed what waits, what that names, and its first entry."""
    waiting = state.common.open_acts.values()
    named_by = {act.actor.id for act in waiting}.union(*(named_streams(state, event_of(act)) for act in waiting))
    if state.version:
        for mention in references(state.entries[0].event):
            if isinstance(mention.marker, StreamRef) and not mention.marker.foreign and isinstance(mention.value, UUID):
                named_by.add(mention.value)
    return named_by


@dataclass(frozen=True, slots=True)
class Address:
    """Which decision a request is for, on which stream, and from which day it is to hold, where not today."""

    kind: Kind[Any]
    stream: UUID
    law: Law[Any, Any]
    effective_on: date | None


def address_of(request: Request) -> Address:
    """What path and query of `…/{stream}/decisions/{decision}` name. Raises NotFound, and Malformed for the query."""
    kind = kind_of(request)
    stream, law = stream_of(request, kind), law_of(kind, request.path_params["decision"])
    return Address(kind, stream, law, effective_on(request) if request.scope["query_string"] else None)


def law_of(kind: Kind[Any], decision: str) -> Law[Any, Any]:
    """What a kind says of a decision. Raises NotFound where it has none of that name."""
    law = kind.decisions.get(decision)
    if law is None:
        raise NotFound(f"decision {decision[:60]} on {kind.words.en}")
    return law


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
