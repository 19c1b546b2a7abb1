"""The one way from a request to the entries that it stores: what it rests on, propose, judge, second, effects. Pure.

The law says which streams it has to see (`Reading`); whoever asks it reads them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import CHINA, Actor, Entry, Event
from events.record import ActSeconded
from events.references import StreamRef, references
from events.registry import ENTRY_OF, stream_kind
from events.words import ActorKind
from services.casework.judgement import act_of, authority_of, best_post, effective_day, judge, no_post, propose
from services.casework.kinds import KINDS
from services.casework.law import Context, Effect, Law, Refusal
from services.casework.officer.state import Officer
from services.casework.pack import NoSuchPack, Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.record import may_be_second, proposal_of, seconded_act, takes_two
from services.casework.register.state import register_stream
from services.casework.stream import State, advance
from services.errors import OtherKind, Stale, Unavailable

T = TypeVar("T")

REGISTER = Actor(
    id=uuid5(NAMESPACE_URL, "concord:register-itself"), kind=ActorKind.SYSTEM, post="登记簿", place="000000"
)
"""Who causes what an act does to other streams."""


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """One act as somebody asks for it.

    `digest` identifies what was asked beside its id; `expected` is the version it was decided at
    (None for facts, that hold whatever came since); `posts` gives the actor where no officer's
    stream does (sources, systems, the public). `opening` comes first where the stream is not known yet
    (a signal opens its unit provisionally); all of a command is stored, or nothing.
    """

    command_id: UUID
    digest: bytes
    stream: UUID
    event: Event
    who: UUID
    expected: int | None = None
    posts: Sequence[Actor] = ()
    effective_on: date | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    opening: Event | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """Before what a request stands: its stream, the posts of whoever asks, and the streams beside it, its own among
    them, with the pack of each day.
    """

    state: State
    posts: Sequence[Actor]
    context: Context


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act stores, at which versions of which streams, and the states after it; or what refuses it, and nothing
    is stored.
    """

    expect: Mapping[UUID, int] = field(default_factory=dict)
    entries: tuple[Entry[Event], ...] = ()
    after: Mapping[UUID, State] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    situation: Situation | None = None
    """On what it was judged."""


_NUMBER = attrgetter("int")
"""What a UUID is in order by: read at once, where comparing two takes long."""

Reading: TypeAlias = Generator[frozenset[UUID], Mapping[UUID, State], T]
"""Pure work that rests on streams: it yields ids, is sent the states of those that exist, and returns its result.

How streams are read is the business of whoever runs it: asynchronously, in the transaction of a batch, from memory.
"""


def read_from(reading: Reading[T], states: Mapping[UUID, State]) -> T:
    """The result of a reading where all streams are at hand."""
    wanted = next(reading)
    while True:
        try:
            beside = ((stream, states.get(stream)) for stream in sorted(wanted, key=_NUMBER))
            wanted = reading.send({stream: state for stream, state in beside if state is not None})
        except StopIteration as end:
            result: T = end.value
            return result


def kind_of(event: Event) -> str:
    """The kind of stream that an event belongs to."""
    return stream_kind(event.about.type)


def decision(request: DecisionRequest, place: str, ours: Pack, moment: datetime) -> Reading[Decision]:
    """What the register of a place stores of a request, or what refuses it; `ours` judges before any adoption.

    Raises Stale where the stream is not at the version expected, OtherKind, Unavailable without the pack in force.
    """
    situation = yield from situation_of(request, place, ours, moment)
    try:
        return decide(request, situation, moment)
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack in force ({error})") from error


def situation_of(request: DecisionRequest, place: str, ours: Pack, moment: datetime) -> Reading[Situation]:
    """All that a request rests on, asked for in as few questions as can be: what it says itself, what its law reads
    of its stream, what its law reads of those. Raises Stale, OtherKind.
    """
    asked = first_read(request, place)
    found = dict((yield asked))
    state = _own(request, found.get(request.stream))
    own = frozenset({state.id})
    named_by = frozenset(_named_by(request, state)) - asked - own
    if named_by:
        found |= yield named_by
    further = _read_there(request, found) - asked - named_by - own
    if further:
        found |= yield further
    policy = found.get(policy_stream(place))
    packs = Packs.of(policy if isinstance(policy, Policy) else None, ours)
    absent = asked.union(named_by, further).difference(found) - own
    context = Context({**found, state.id: state}, absent, packs=packs)
    return Situation(state, request.posts or _posts(found.get(request.who), moment), context)


def first_read(request: DecisionRequest, place: str) -> frozenset[UUID]:
    """The streams that a request rests on whatever the state of its own: this one, who asks, those that its events
    name, the policy, and for the system whether the register is open.
    """
    kinds = {post.kind for post in request.posts} or {ActorKind.OFFICER}
    streams = {request.stream, policy_stream(place)}
    for event in (request.opening, request.event):
        if event is not None:
            streams.update(_mentioned(event))
    if kinds & {ActorKind.OFFICER, ActorKind.APPLICANT, ActorKind.SOURCE}:
        streams.add(request.who)
    if ActorKind.SYSTEM in kinds:
        streams.add(register_stream(place))
    return frozenset(streams)


def _own(request: DecisionRequest, found: State | None) -> State:
    """The stream that is acted on. Raises Stale where it is at another version than expected, OtherKind."""
    kind = kind_of(request.event)
    if found is not None and found.descriptor.name != kind:
        raise OtherKind(str(request.stream), found.descriptor.name, kind)
    state: State = found if found is not None else KINDS[kind].state(request.stream)
    if request.expected is not None and state.version != request.expected:
        since = state.entries[request.expected :] if state.version > request.expected else ()
        raise Stale(str(request.stream), request.expected, state.version, since)
    return state


def _posts(person: State | None, moment: datetime) -> Sequence[Actor]:
    return person.actors(moment.astimezone(CHINA).date()) if isinstance(person, Officer) else ()


def _named_by(request: DecisionRequest, state: State) -> Iterator[UUID]:
    """The streams that a request's events name, or that their law reads of the state."""
    for event in (request.opening, request.event):
        if event is not None:
            yield from named(state, event)


def _read_there(request: DecisionRequest, states: Mapping[UUID, State]) -> frozenset[UUID]:
    """The streams that what a request does to others rests on, told by those others once they are at hand."""
    law = KINDS[kind_of(request.event)].laws[type(request.event)]
    return frozenset(law.reads_there(states, request.event)) if law.reads_there is not None else frozenset()


def named(state: State, event: Event) -> Iterator[UUID]:
    """The streams that an event names or that its law reads; for a seconding, those of what it seconds too."""
    yield from _mentioned(event)
    law = state.descriptor.laws.get(type(event))
    if law is not None and law.reads is not None:
        yield from law.reads(state, event)
    if isinstance(event, ActSeconded) and (found := seconded_act(state, event)) is not None:
        yield from named(state, found[1])


def _mentioned(event: Event) -> Iterator[UUID]:
    """The streams of this register that an event names."""
    for mention in references(event):
        if isinstance(mention.marker, StreamRef) and not mention.marker.foreign and isinstance(mention.value, UUID):
            yield mention.value


def decide(request: DecisionRequest, situation: Situation, moment: datetime) -> Decision:
    """The entries of what was asked, judged on this state beside these streams; pure.

    The context's `packs` give the pack in force. An act that takes two persons is stored as a proposal; a seconding
    stores the act with it; what an act does to other streams is stored with it too.
    """
    state, context = situation.state, situation.context
    if context.packs is None:
        raise ValueError("no pack is given to decide by")
    deciding = _Deciding(request, moment, context, context.packs.on(moment.astimezone(CHINA).date()))
    events = (request.opening, request.event) if state.version == 0 else (request.event,)
    for event in events:
        if event is not None:
            state, refusals = deciding.act(state, event, situation.posts)
            if refusals:
                return Decision(refusals=tuple(refusals), situation=situation)
    return deciding.decision(situation)


@dataclass(slots=True)
class _Deciding:
    """The entries of one request while they are made, and the states after them."""

    request: DecisionRequest
    moment: datetime
    context: Context
    pack: Pack
    entries: list[Entry[Event]] = field(default_factory=list)
    seen: dict[UUID, int] = field(default_factory=dict)
    after: dict[UUID, State] = field(default_factory=dict)
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.day = self.moment.astimezone(CHINA).date()

    def act(self, state: State, event: Event, posts: Sequence[Actor]) -> tuple[State, Sequence[Refusal]]:
        """The state after the event, or why it is refused."""
        pack, day, context = self.pack, self.day, self.context
        actor = best_post(state, event, posts, day, pack, context)
        if actor is None:
            return state, [no_post(pack)]
        filled = propose(state, event, actor, day, pack, context)
        on = self.request.effective_on or effective_day(filled, day)
        refusals = judge(state, filled, actor, day, pack, effective_on=on, context=context)
        if refusals:
            return state, refusals
        law = state.descriptor.laws[type(filled)]
        act = act_of(law, filled, actor, day, effective_on=on, context=context)
        if takes_two(state, act, pack):
            against = self._would_be_refused(state, law, filled, actor, on)
            return (state, against) if against else (self._store(state, proposal_of(state, act, on), actor, on), ())
        if isinstance(filled, ActSeconded):
            return self._seconded(state, filled, actor, on)
        return self._stored_with_effects(state, law, filled, actor, on)

    def _would_be_refused(
        self, state: State, law: Law[Any, Any], event: Event, actor: Actor, on: date
    ) -> Sequence[Refusal]:
        """Why what the act does to other streams is refused; nobody is asked to second what cannot be done."""
        if law.effects is None:
            return ()
        trial = replace(self, entries=[], seen={}, after={})
        return trial._stored_with_effects(state, law, event, actor, on)[1]

    def _seconded(self, state: State, event: ActSeconded, actor: Actor, on: date) -> tuple[State, Sequence[Refusal]]:
        found = seconded_act(state, event)
        assert found is not None  # the rules of a seconding have asked
        waiting, inner = found
        state = self._store(state, event, actor, on)
        law = state.descriptor.laws[type(inner)]
        as_proposed = inner.about.fact or law.corrects
        effective_on = waiting.effective_on if as_proposed else max(waiting.effective_on, self.day)
        return self._stored_with_effects(state, law, inner, waiting.actor, effective_on, seconded_by=actor)

    def _stored_with_effects(
        self, state: State, law: Law[Any, Any], event: Event, actor: Actor, on: date, seconded_by: Actor | None = None
    ) -> tuple[State, Sequence[Refusal]]:
        act = act_of(law, event, actor, self.day, effective_on=on, context=self.context)
        effects = list(law.effects(state, act, self.pack)) if law.effects is not None else []
        state = self._store(state, event, actor, on, seconded_by)
        if effects:
            self.context = replace(self.context, states={**self.context.states, state.id: state})
        others = frozenset(effect.stream for effect in effects)
        for effect in effects:
            second = seconded_by if effect.actor == actor else None
            refusals = self._effect(effect, others - {effect.stream}, second)
            if refusals:
                return state, refusals
        return state, ()

    def _effect(self, effect: Effect, others: frozenset[UUID], second: Actor | None) -> Sequence[Refusal]:
        """Store what the act does to another stream, or say why it is refused there; whoever seconds the act seconds
        what it does in its own actor's name. It rests on none of the `others` that the act changes but those it names.
        """
        target = self.after.get(effect.stream) or self.context.states.get(effect.stream)
        target = target or KINDS[kind_of(effect.event)].state(effect.stream)
        actor, pack, context = effect.actor or REGISTER, self.pack, self.context
        event = propose(target, effect.event, actor, self.day, pack, context)
        since = effective_day(event, self.day)
        refusals: Sequence[Refusal] = judge(target, event, actor, self.day, pack, effective_on=since, context=context)
        if not refusals and second is not None:
            act = act_of(target.descriptor.laws[type(event)], event, second, self.day, context=context)
            refusal = may_be_second(target, act, actor, pack)
            refusals = () if refusal is None else (refusal,)
        if others:  # one of many: say which
            refusals = [_of_stream(refusal, effect.stream) for refusal in refusals]
        if not refusals:
            unnamed = others - frozenset(named(target, event))
            after = self._store(target, event, actor, since, second, unnamed)
            self.context = replace(context, states={**context.states, effect.stream: after})
        return refusals

    def _store(
        self,
        state: State,
        event: Event,
        actor: Actor,
        on: date,
        seconded_by: Actor | None = None,
        unnamed: frozenset[UUID] = frozenset(),
    ) -> State:
        self.seen.setdefault(state.id, state.version)
        left_out = unnamed | {state.id}
        relied_on = {stream: other.version for stream, other in self.context.states.items() if stream not in left_out}
        request = self.request
        entry = ENTRY_OF[type(event)](
            stream=state.id,
            version=state.version + 1,
            event=event,
            recorded_at=self.moment.astimezone(UTC),
            effective_on=on,
            actor=actor,
            authority=authority_of(state.descriptor.laws[type(event)], self.pack),
            command_id=request.command_id,
            correlation_id=request.correlation_id or request.command_id,
            causation_id=request.causation_id,
            seconded_by=seconded_by,
            relied_on=relied_on or None,
        )
        self.entries.append(entry)
        self.after[state.id] = after = advance(state, (entry,))
        return after

    def decision(self, situation: Situation) -> Decision:
        """What is stored: its entries, at the versions seen of every stream that was written or relied on."""
        relied_on = {other.id: other.version for other in self.context.states.values()}
        absent = dict.fromkeys(self.context.absent, 0)
        expect = {**absent, **relied_on, **self.seen}
        return Decision(expect, tuple(self.entries), self.after, situation=situation)


def _of_stream(refusal: Refusal, stream: UUID) -> Refusal:
    return refusal if str(stream) in refusal.facts else replace(refusal, facts=(str(stream), *refusal.facts))
