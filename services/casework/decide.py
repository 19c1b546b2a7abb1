"""The one way from what somebody asks to the entries that it stores: propose, judge, second, follow up. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import CHINA, Actor, Entry, Event
from events.record import ActSeconded
from events.references import StreamRef, references
from events.registry import ENTRY_OF, stream_kind
from events.words import ActorKind
from services.casework.judgement import act_of, authority_of, best_post, effective_day, judge, no_post, propose
from services.casework.kinds import KINDS
from services.casework.law import Context, Effect, Law, Refusal
from services.casework.pack import Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.record import may_be_second, proposal_of, seconded_act, takes_two
from services.casework.register.state import register_stream
from services.casework.stream import State, advance

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
class Decision:
    """What an act stores, at which versions of which streams, and the states after it; or what refuses it, and nothing
    is stored.
    """

    expect: Mapping[UUID, int] = field(default_factory=dict)
    entries: tuple[Entry[Event], ...] = ()
    after: Mapping[UUID, State] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


def kind_of(event: Event) -> str:
    """The kind of stream that an event belongs to."""
    return stream_kind(event.about.type)


def neighbours(state: State, request: DecisionRequest) -> Iterator[UUID]:
    """The streams beside its own that a request rests on, as far as the state and its events name them."""
    for event in (request.opening, request.event):
        if event is not None:
            yield from named(state, event)


def rests_on(state: State, request: DecisionRequest, place: str) -> frozenset[UUID]:
    """Every stream beside its own that a request in the register of a place rests on: those that it names, who asks,
    the policy, and for the system whether the register is open.
    """
    kinds = {post.kind for post in request.posts} or {ActorKind.OFFICER}
    streams = {policy_stream(place), *neighbours(state, request)}
    if kinds & {ActorKind.OFFICER, ActorKind.APPLICANT, ActorKind.SOURCE}:
        streams.add(request.who)
    if ActorKind.SYSTEM in kinds:
        streams.add(register_stream(place))
    return frozenset(streams - {request.stream})


def context_of(wanted: Collection[UUID], found: Mapping[UUID, State], place: str, ours: Pack) -> Context:
    """The streams that were wanted, as far as they exist, with the pack of each day in the register of a place."""
    policy = found.get(policy_stream(place))
    states = {stream: found[stream] for stream in wanted if stream in found}
    packs = Packs.of(policy if isinstance(policy, Policy) else None, ours)
    return Context(states, frozenset(wanted) - states.keys(), packs=packs)


def told_there(request: DecisionRequest, states: Mapping[UUID, State]) -> frozenset[UUID]:
    """The streams that what a request does to others rests on, told by those others once they are at hand."""
    law = KINDS[kind_of(request.event)].laws[type(request.event)]
    return frozenset(law.reads_there(states, request.event)) if law.reads_there is not None else frozenset()


def named(state: State, event: Event) -> Iterator[UUID]:
    """The streams that an event names or that its law reads; for a seconding, those of what it seconds too."""
    for mention in references(event):
        if isinstance(mention.marker, StreamRef) and not mention.marker.foreign and isinstance(mention.value, UUID):
            yield mention.value
    law = state.descriptor.laws.get(type(event))
    if law is not None and law.reads is not None:
        yield from law.reads(state, event)
    if isinstance(event, ActSeconded) and (found := seconded_act(state, event)) is not None:
        yield from named(state, found[1])


def decide(
    request: DecisionRequest, state: State, posts: Sequence[Actor], context: Context, moment: datetime
) -> Decision:
    """The entries of what was asked, judged on this state beside these streams; pure.

    `context.packs` gives the pack in force. An act that takes two persons is stored as a proposal; a seconding
    stores the act with it; what an act does to other streams is stored with it too.
    """
    if context.packs is None:
        raise ValueError("no pack is given to decide by")
    deciding = _Deciding(request, moment, context, context.packs.on(moment.astimezone(CHINA).date()))
    events = (request.opening, request.event) if state.version == 0 else (request.event,)
    for event in events:
        if event is not None:
            state, refusals = deciding.act(state, event, posts)
            if refusals:
                return Decision(refusals=tuple(refusals))
    return deciding.decision()


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

    @property
    def day(self) -> date:
        return self.moment.astimezone(CHINA).date()

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
        others = frozenset(effect.stream for effect in effects)
        for effect in effects:
            refusals = self._effect(effect, others - {effect.stream}, seconded_by)
            if refusals:
                return state, refusals
        return state, ()

    def _effect(self, effect: Effect, others: frozenset[UUID], second: Actor | None) -> Sequence[Refusal]:
        """Store what the act does to another stream, or say why it is refused there; whoever seconds the act seconds
        what it does in its actor's name. It rests on none of the `others` that the act changes but those it names.
        """
        target = self.after.get(effect.stream) or self.context.states.get(effect.stream)
        target = target or KINDS[kind_of(effect.event)].state(effect.stream)
        actor, pack, context = effect.actor or REGISTER, self.pack, self.context
        event = propose(target, effect.event, actor, self.day, pack, context)
        since = effective_day(event, self.day)
        refusals: Sequence[Refusal] = judge(target, event, actor, self.day, pack, effective_on=since, context=context)
        second = second if effect.actor is not None else None
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

    def decision(self) -> Decision:
        """What is stored: its entries, at the versions seen of every stream that was written or relied on."""
        relied_on = {other.id: other.version for other in self.context.states.values()}
        absent = dict.fromkeys(self.context.absent, 0)
        return Decision({**absent, **relied_on, **self.seen}, tuple(self.entries), self.after)


def _of_stream(refusal: Refusal, stream: UUID) -> Refusal:
    return refusal if str(stream) in refusal.facts else replace(refusal, facts=(str(stream), *refusal.facts))
