"""Which act is tried next: mostly what somebody may do, the rarest first, and often something askew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final
from uuid import UUID, uuid5

from events.envelope import Actor, Event
from events.places import within
from events.registry import KINDS as VOCABULARY
from events.words import ActorKind, Level, NationalDecision, Role
from services.casework.judgement import begins_stream
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.law import NOTHING, Context, Entitled, Intent, Law
from services.casework.office import no_interest
from services.casework.stream import State
from services.exploration.bodies import Filling
from services.exploration.tally import Tally
from services.exploration.templates import Templates
from services.exploration.world import Act, World

LOOKED_AT: Final = 6
"""Laws of a stream that are looked at, at most, for what somebody may do."""

ENTITLED: Final = 2
"""Persons kept for each, at most."""

BY_THE_NATION: Final = frozenset(KINDS["unit"].decisions[word.value].event for word in NationalDecision)
"""What of the nation's decisions reaches a unit of the province."""

_DAYS: Final = (-40, -12, -8, -3, -1, 1, 5, 40)
"""By how many days somebody says that an act holds from another day."""


_Post = tuple[ActorKind, Role | None, Level | None]


@dataclass(frozen=True, slots=True)
class Possible:
    """An act that somebody may do, as far as the state says: about what, and who."""

    law: Law[Any, Any]
    subject: Mapping[str, Any]
    who: tuple[UUID, ...]


@dataclass(slots=True)
class Choosing:
    """The choice of acts for one walk; `focus` is the stream that it is about.

    `meant_well` says of the last act that it is one that somebody may do, if not by this person or on this day.
    """

    world: World
    templates: Templates
    tally: Tally
    random: Random
    focus: UUID
    near: float = 0.7
    meant_well: bool = False
    _laws: dict[str, Sequence[Law[Any, Any]]] = field(default_factory=dict)
    _known: dict[tuple[UUID, int, date], list[Possible]] = field(default_factory=dict)
    _people: tuple[date, int, Mapping[_Post, Sequence[Actor]]] | None = None

    def next(self) -> Act | None:
        """The next act; None where none comes to mind."""
        stream, kind = self._stream()
        state = self.world.state(kind.name, stream)
        draw = self.random.random()
        self.meant_well = draw < 0.4 or 0.62 <= draw < 0.86
        if draw < 0.62:
            return self._likely(kind, state, askew=0.0 if draw < 0.4 else 0.04)
        if draw < 0.86:
            return self._near_miss(kind, state)
        return self._astray(kind, state)

    def _stream(self) -> tuple[UUID, Kind[Any]]:
        if self.random.random() < self.near:
            state = self.world.states.get(self.focus)
            if state is not None:
                return self.focus, state.descriptor
        name = self.random.choice(_KINDS)
        streams = self.world.by_kind.get(name, ())
        if streams and self.random.random() < 0.8:
            return self.random.choice(streams), KINDS[name]
        return new_id(name, self.random), KINDS[name]

    # --- what somebody may do -----------------------------------------------------------------------------------------

    def _likely(self, kind: Kind[Any], state: State, *, askew: float) -> Act | None:
        possible = self.possible(kind, state)
        if not possible:
            return None
        last = state.entries[-1].event.about.type if state.version else ""
        followed = self.templates.followed.get(last, {})
        weights = [self._weight(one.law, followed) for one in possible]
        one = self.random.choices(possible, weights)[0]
        return self._act(state, one.law, one.subject, self.random.choice(one.who), askew)

    def _weight(self, law: Law[Any, Any], followed: Mapping[type[Event], int]) -> float:
        seen: float = 20 + self.tally.accepted[law.event.about.type]
        return (6.0 if law.event in followed else 1.0) / math.pow(seen, 0.7)

    def possible(self, kind: Kind[Any], state: State) -> list[Possible]:
        """Some of what somebody may do now, with who may; kept until the stream or the day moves."""
        key = (state.id, state.version, self.world.day)
        if key not in self._known:
            if len(self._known) > 200:
                self._known.clear()
            self._known[key] = list(self._looked_for(kind, state))
        return self._known[key]

    def _playable(self, kind: Kind[Any]) -> Sequence[Law[Any, Any]]:
        if kind.name not in self._laws:
            self._laws[kind.name] = playable(kind, self.templates)
        return self._laws[kind.name]

    def _looked_for(self, kind: Kind[Any], state: State) -> list[Possible]:
        laws = [law for law in self._playable(kind) if bool(state.version) or law.opens]
        if len(laws) > LOOKED_AT:
            last = state.entries[-1].event.about.type if state.version else ""
            followed = self.templates.followed.get(last, {})
            weights = [self._weight(law, followed) for law in laws]
            laws = list(dict.fromkeys(self.random.choices(laws, weights, k=LOOKED_AT)))
        found = []
        for law in laws:
            for subject in self._subjects(law, state):
                who = self.entitled(law, state, subject)
                if who:
                    found.append(Possible(law, subject, who))
        return found

    def _subjects(self, law: Law[Any, Any], state: State) -> Sequence[Mapping[str, Any]]:
        if law.about is None:
            return (NOTHING,)
        candidates = law.about.candidates(state, self.world.pack)
        return candidates if len(candidates) <= 3 else self.random.sample(candidates, 3)

    def entitled(
        self, law: Law[Any, Any], state: State, subject: Mapping[str, Any], most: int = ENTITLED
    ) -> tuple[UUID, ...]:
        """Who may do it as the state stands, some of them."""
        pack, day, found = self.world.pack, self.world.day, list[UUID]()
        missed = 0
        for actor in self.fitting(law, state, subject):
            intent = Intent(law.event, actor, day, subject=subject, context=self._beside(actor, state))
            if begins_stream(state, law, pack) is not None:
                break
            if no_interest(state, intent, pack) or any(rule(state, intent, pack) for rule in law.state):
                missed += 1
                if missed > most:
                    break
                continue
            if actor.id not in found:
                found.append(actor.id)
            if len(found) >= most:
                break
        return tuple(found)

    def fitting(self, law: Law[Any, Any], state: State, subject: Mapping[str, Any]) -> list[Actor]:
        """Those whose post may be one for it, in any order: by kind, role, level, house and place."""
        place, unit = state.descriptor.place(state), state.descriptor.unit(state)
        fitting: list[Actor] = []
        for one in law.office:
            for role in sorted(one.roles) or (None,):
                offered = self._offered(law, one, role, state, subject)
                if one.kind is ActorKind.APPLICANT:
                    offered = [actor for actor in offered if actor.unit == unit]
                elif one.kind is ActorKind.OFFICER and one.house is not None:
                    offered = [actor for actor in offered if actor.house is one.house]
                if one.kind is ActorKind.OFFICER and place and not one.anywhere:
                    offered = [actor for actor in offered if within(place, actor.place)]
                fitting += [actor for actor in offered if _can(actor, law)]
        self.random.shuffle(fitting)
        return fitting

    def _offered(
        self, law: Law[Any, Any], one: Entitled, role: Role | None, state: State, subject: Mapping[str, Any]
    ) -> Sequence[Actor]:
        """Those of that kind and role; of officers, at one of the levels that the act takes."""
        people = self.people()
        anybody = people.get((one.kind, role, None), ())
        if one.kind is not ActorKind.OFFICER or not anybody:
            return anybody
        intent = Intent(law.event, anybody[0], self.world.day, subject=subject)
        levels = one.levels(state, intent, self.world.pack)
        return [actor for level in Level if level in levels for actor in people.get((one.kind, role, level), ())]

    def _beside(self, actor: Actor, state: State) -> Context:
        person = self.world.states.get(actor.id)
        states = {state.id: state} | ({person.id: person} if person is not None else {})
        return Context(states, whole=False, packs=self.world.packs)

    def people(self) -> Mapping[_Post, Sequence[Actor]]:
        """Everybody who can act today, in each of their posts, by kind, role and level."""
        now = (self.world.day, self.world.commands // 64)
        if self._people is None or self._people[:2] != now:
            streams = (*self.world.by_kind.get("officer", ()), *self.world.by_kind.get("source", ()))
            everybody = [actor for who in streams for actor in self.world.posts(who, self.world.day)]
            everybody += [one for one in self.world.anonymous.values() if one.kind is not ActorKind.TIMEKEEPER]
            by_post: dict[_Post, list[Actor]] = {}
            for actor in everybody:
                for role in (None, *actor.roles):
                    for level in (None,) if actor.level is None else (None, actor.level):
                        by_post.setdefault((actor.kind, role, level), []).append(actor)
            self._people = (*now, by_post)
        return self._people[2]

    def _somebody(self) -> Actor:
        people = self.people()
        kind = self.random.choice((*_ACTING, ActorKind.OFFICER, ActorKind.OFFICER))
        return self.random.choice(people.get((kind, None, None)) or people[ActorKind.OFFICER, None, None])

    # --- what goes astray ---------------------------------------------------------------------------------------------

    def _near_miss(self, kind: Kind[Any], state: State) -> Act | None:
        """Something that somebody may do, but by another, about another, on another day, or filled in askew."""
        possible = self.possible(kind, state)
        if not possible:
            self.meant_well = False
            return self._astray(kind, state)
        one = self.random.choice(possible)
        who = self.random.choice(one.who)
        draw = self.random.random()
        if draw < 0.35:
            who = self._somebody().id
        askew = 0.15 if draw > 0.3 else 0.0
        self.meant_well = askew == 0.0
        effective_on = None
        if draw > 0.9:
            effective_on = date.fromordinal(self.world.day.toordinal() + self.random.choice(_DAYS))
        return self._act(state, one.law, one.subject, who, askew, effective_on)

    def _astray(self, kind: Kind[Any], state: State) -> Act | None:
        """Any act, by somebody who might, whatever the state says."""
        law = self.random.choice(self._playable(kind))
        subjects = self._subjects(law, state)
        subject = self.random.choice(subjects) if subjects else NOTHING
        fitting = self.fitting(law, state, subject) if self.random.random() < 0.7 else []
        actor = fitting[0] if fitting else self._somebody()
        return self._act(state, law, subject, actor.id, 0.08)

    # --- the act ------------------------------------------------------------------------------------------------------

    def _act(
        self,
        state: State,
        law: Law[Any, Any],
        subject: Mapping[str, Any],
        who: UUID,
        askew: float,
        effective_on: date | None = None,
    ) -> Act | None:
        told = self.templates.of(law.event)
        template = self.random.choice(told) if told else None
        event = Filling(self.world, state, self.random, askew).event(law, subject, template)
        if event is None or not _can_by(who, law, self.world):
            return None
        stream = opened(state, law, event) if state.version == 0 else state.id
        return Act(self.world.day, who, stream, event, effective_on)


_ACTING: Final = (ActorKind.OFFICER, ActorKind.APPLICANT, ActorKind.SOURCE, ActorKind.PUBLIC, ActorKind.SYSTEM)

_KINDS: Final = tuple(
    name for name in KINDS for _ in range({"unit": 4, "officer": 3, "code": 0, "national": 1}.get(name, 2))
)


def new_id(name: str, random: Random) -> UUID:
    """An id that no stream of the kind has yet."""
    fresh = UUID(int=random.getrandbits(128), version=4)
    return uuid5(fresh, name) if VOCABULARY[name].keyed else fresh


def opened(state: State, law: Law[Any, Any], event: Event) -> UUID:
    """The stream that an opening event begins: by its key where the kind has one."""
    key = state.descriptor.key
    return key(event) if key is not None and law.opens else state.id


def playable(kind: Kind[Any], templates: Templates) -> Sequence[Law[Any, Any]]:
    """The laws of a kind by which somebody acts: what is decided, or was told of somebody."""
    return [law for law in kind.laws.values() if law.event.about.decision is not None or templates.of(law.event)]


def _can(actor: Actor, law: Law[Any, Any]) -> bool:
    """The nation's word reaches a province in its decisions alone; the program records what nobody decides."""
    if actor.kind is ActorKind.SYSTEM:
        return law.event.about.decision is None
    return actor.appointment is not None or actor.kind is not ActorKind.OFFICER or law.event in BY_THE_NATION


def _can_by(who: UUID, law: Law[Any, Any], world: World) -> bool:
    anonymous = world.anonymous.get(who)
    return anonymous is None or _can(anonymous, law)
