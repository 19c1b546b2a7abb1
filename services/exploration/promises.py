"""Whether a refusal keeps its word: what it names is brought about by lawful acts, and the act is asked again.

At most so many acts, persons and days, all by those entitled. What to do is taken from the told stories: what came
before such an act where it was lawful. What only longer time or the nation brings about is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from events.envelope import Event
from events.references import StreamRef
from events.words import ActorKind
from services.casework.kinds import KINDS
from services.casework.law import NOTHING, Context, Law
from services.casework.options import Examples, Options
from services.casework.stream import State
from services.exploration.bodies import Filling
from services.exploration.choosing import BY_THE_NATION, Choosing, new_id, opened
from services.exploration.mending import Mending, field_at
from services.exploration.tally import Tally, Word
from services.exploration.templates import Template, Templates
from services.exploration.world import Act, World

ACTS: Final = 8
"""Acts by which what was named is brought about, at most."""

PERSONS: Final = 4
"""Persons who do them, at most."""

DAYS: Final = (0, 1, 3, 8, 15, 31, 60)
"""After how many days it is asked again; 60 is the most that counts as bringing about."""

LONGER: Final = (200, 400, 1_200)
"""After how many days what only time brings about has come."""

BODIES: Final = 3
"""Told bodies with which each person asks again, each time."""

MAKERS: Final = 6
"""The newest entries whose makers ask too: of one's own only they may."""

LIVES: Final = 4
"""Told ways of a stream that a refusal asks for."""


@dataclass(slots=True)
class Promise:
    """A refused act, and the world in which it was refused."""

    world: World
    act: Act
    templates: Templates
    random: Random

    @property
    def law(self) -> Law[Any, Any]:
        """The law of the act."""
        law: Law[Any, Any] = self._state(self.world).descriptor.laws[type(self.act.event)]
        return law

    def word(self) -> Word:
        """Kept where what was named can be brought about and the act is accepted then."""
        if self._is_so_already():
            return Word.DONE
        if any(self._waited(world, DAYS) for world in self._worlds()):
            return Word.KEPT
        if type(self.act.event) in BY_THE_NATION or self._waited(self.world, LONGER):
            return Word.APART
        return Word.BROKEN

    def _state(self, world: World) -> State:
        return world.state(self.act.event.about.type.partition(".")[0], self.act.stream)

    def _is_so_already(self) -> bool:
        """Whether the same was done before about the same: what is so does not become undone."""
        state, subject = self._state(self.world), self._subject()
        if state.version and (not state.descriptor.is_open(state) or self.law.once):
            return True
        return any(
            type(entry.event) is type(self.act.event) and all(getattr(entry.event, n) == v for n, v in subject.items())
            for entry in state.entries
        )

    def _subject(self) -> Mapping[str, Any]:
        return self.law.about.named_by(self.act.event) if self.law.about is not None else NOTHING

    def _worlds(self) -> Iterator[World]:
        """The world as it is; then those in which something was brought about: what was told to come before such an
        act, a stream of the kind that the refusal asks for, or whatever somebody may do in the stream itself.
        """
        yield self.world
        yield from self._brought_about()
        yield from self._opened()
        yield from self._something_done()

    def _waited(self, world: World, days: Sequence[int]) -> bool:
        """Whether the act is accepted now, or after some days."""
        waiting = world.unwatched()
        begun = waiting.day
        for later in days:
            waiting.passes(begun + timedelta(days=later))
            if self._accepted(waiting):
                return True
        return False

    def _accepted(self, world: World) -> bool:
        """Whether it is accepted as it was asked, or as those entitled to it fill it in, their bodies set right."""
        again = Act(world.day, self.act.who, self.act.stream, self.act.event)
        mending = Mending(world, self._state(world), self.random)
        if mending.accepted(again) is not None:
            return True
        return any(mending.accepted(act) is not None for act in self._asked(world, self.law, self.act.stream))

    def _asked(self, world: World, law: Law[Any, Any], stream: UUID) -> Iterator[Act]:
        """The same act by those entitled, and by those who made what is there, filled in rightly."""
        choosing = Choosing(world, self.templates, Tally(), self.random, stream)
        state = world.state(law.event.about.type.partition(".")[0], stream)
        subject = self._subject() if law is self.law else NOTHING
        candidates: list[Mapping[str, Any]] = [subject]
        if law.about is not None:
            offered: list[Mapping[str, Any]] = list(law.about.candidates(state, world.pack))
            candidates = [one for one in offered if one == subject] or offered
        for about in candidates[:3]:
            people = choosing.entitled(law, state, about, PERSONS)
            makers = (e.actor.id for e in list(state.entries)[-MAKERS:] if e.actor.kind is ActorKind.OFFICER)
            for who in dict.fromkeys((*people, *makers)):
                example = self._example(world, state, law, about, who)
                if example is not None:
                    yield Act(world.day, who, stream, example)
                for template in self._templates(law):
                    event = Filling(world, state, self.random).event(law, about, template)
                    if event is not None:
                        yield Act(world.day, who, stream, event)

    def _example(
        self, world: World, state: State, law: Law[Any, Any], about: Mapping[str, Any], who: UUID
    ) -> Event | None:
        """The body that the law itself gives as lawful now."""
        actor = next(iter(world.posts(who, world.day)), None)
        if actor is None or law.event.about.decision is None:
            return None
        context = Context(world.states, packs=world.packs)
        found = Examples(Options(state, world.pack), actor, world.day, context).of(law, about)
        typed = found is not None and not any(getattr(value, "is_clear", False) for value in vars(found[1]).values())
        return found[1] if found is not None and typed else None

    def _templates(self, law: Law[Any, Any]) -> Sequence[Template | None]:
        told = self.templates.of(law.event)
        return self.random.sample(told, min(BODIES, len(told))) or (None,)

    def _brought_about(self) -> Iterator[World]:
        """Worlds in which what was told to come before such an act was done, as far as it is lawful."""
        for plan in self.templates.before(type(self.act.event))[:6]:
            for length in range(1, ACTS + 1):
                if length <= len(plan):
                    yield self._done(plan[-length:], self.act.stream)

    def _opened(self) -> Iterator[World]:
        """Worlds with one more stream of a kind that a field names at which the refusal points."""
        for refusal in self.world.decided(self.act).refusals:
            found = field_at(type(self.act.event), refusal.pointer or "")
            if found is None or not isinstance(found[1].marker, StreamRef) or found[1].marker.foreign:
                continue
            for plan in self.templates.lives(found[1].marker.kind)[:LIVES]:
                yield self._done(plan[:ACTS], None)

    def _something_done(self) -> Iterator[World]:
        """A world in which somebody did something in the stream that they may do."""
        world = self.world.unwatched()
        state = self._state(world)
        if not state.version:
            return
        choosing = Choosing(world, self.templates, Tally(), self.random, self.act.stream)
        for possible in choosing.possible(state.descriptor, state):
            act = self._lawful(world, possible.law, set(), self.act.stream)
            if act is not None:
                yield world
                world = self.world.unwatched()

    def _done(self, plan: Sequence[type[Event]], stream: UUID | None) -> World:
        """The world after these acts, in a stream or in one that the first of them opens."""
        world, begun, persons = self.world.unwatched(), self.world.day, set[UUID]()
        at = stream or new_id(plan[0].about.type.partition(".")[0], self.random)
        for event_type in plan:
            law = KINDS[event_type.about.type.partition(".")[0]].laws.get(event_type)
            if law is None:
                continue
            act = self._lawful(world, law, persons, at)
            if act is None and (world.day - begun).days < DAYS[-1] - 8:
                world.passes(world.day + timedelta(days=8))
                act = self._lawful(world, law, persons, at)
            if act is not None:
                persons.add(act.who)
                at = act.stream
        return world

    def _lawful(self, world: World, law: Law[Any, Any], persons: set[UUID], stream: UUID) -> Act | None:
        """The act as it was stored, by one of so many persons; None where nobody may do it."""
        state = world.state(law.event.about.type.partition(".")[0], stream)
        mending = Mending(world, state, self.random)
        for asked in self._asked(world, law, stream):
            if len(persons | {asked.who}) > PERSONS:
                continue
            at = opened(state, law, asked.event) if state.version == 0 else stream
            act = mending.accepted(Act(asked.day, asked.who, at, asked.event))
            if act is not None:
                world.take(world.decided(act).entries)
                return act
        return None
