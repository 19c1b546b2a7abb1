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
from services.casework.law import NOTHING, Context, Law
from services.casework.options import Examples, Options
from services.casework.stream import State
from services.exploration.bodies import Filling
from services.exploration.choosing import BY_THE_NATION, Choosing
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
"""Bodies with which each person asks again, each time."""


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
        if self._waited(self.world, DAYS) or any(self._waited(world, DAYS) for world in self._brought_about()):
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
        """Whether it is accepted as it was asked, or as those entitled to it fill it in."""
        again = Act(world.day, self.act.who, self.act.stream, self.act.event)
        if not world.decided(again).refusals:
            return True
        return any(not world.decided(act).refusals for act in self._asked(world, self.law, self.act.stream))

    def _asked(self, world: World, law: Law[Any, Any], stream: UUID) -> Iterator[Act]:
        """The same act by those entitled, filled in rightly."""
        choosing = Choosing(world, self.templates, Tally(), self.random, stream)
        state = world.state(law.event.about.type.partition(".")[0], stream)
        subject = self._subject() if law is self.law else NOTHING
        candidates = [subject]
        if law is not self.law and law.about is not None:
            candidates = list(law.about.candidates(state, world.pack))
        for about in candidates[:2]:
            for who in choosing.entitled(law, state, about, PERSONS):
                example = self._example(world, state, law, about, who)
                if example is not None:
                    yield Act(world.day, who, stream, example)
                for _ in range(BODIES):
                    event = Filling(world, state, self.random).event(law, about, self._template(law))
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
        return found[1] if found is not None else None

    def _template(self, law: Law[Any, Any]) -> Template | None:
        told = self.templates.of(law.event)
        return self.random.choice(told) if told else None

    def _brought_about(self) -> Iterator[World]:
        """Worlds in which what was told to come before such an act was done, as far as it is lawful."""
        for plan in self.templates.before(type(self.act.event))[:6]:
            for length in range(1, ACTS + 1):
                if length <= len(plan):
                    yield self._done(plan[-length:])

    def _done(self, plan: Sequence[type[Event]]) -> World:
        world, begun, persons = self.world.unwatched(), self.world.day, set[UUID]()
        for event_type in plan:
            law = self._state(world).descriptor.laws.get(event_type)
            if law is None:
                continue
            act = self._lawful(world, law, persons)
            if act is None and (world.day - begun).days < DAYS[-1] - 8:
                world.passes(world.day + timedelta(days=8))
                act = self._lawful(world, law, persons)
            if act is not None:
                persons.add(act.who)
        return world

    def _lawful(self, world: World, law: Law[Any, Any], persons: set[UUID]) -> Act | None:
        for act in self._asked(world, law, self.act.stream):
            if len(persons | {act.who}) > PERSONS:
                continue
            decision = world.decided(act)
            if not decision.refusals:
                world.take(decision.entries)
                return act
        return None
