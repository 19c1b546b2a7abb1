"""A walk: from a told moment on, act after act and day after day, until something breaks or enough was tried."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from events.envelope import Event
from services.casework.decide import kind_of
from services.casework.stream import fold
from services.exploration.broken import Broken, Sort, Step
from services.exploration.choosing import Choosing
from services.exploration.classes import class_of
from services.exploration.moments import Moment, Moments
from services.exploration.tally import Tally
from services.exploration.trying import Outcome, tried, waited
from services.exploration.world import Act, World

TRIES: Final = 160
"""Acts tried in one walk, at most."""

LAST: Final = date(2032, 12, 31)
"""No walk goes beyond this day."""

_DAYS: Final = (1, 1, 1, 1, 2, 3, 5, 8, 16, 31, 70, 190)
"""How many days go by at once."""


@dataclass(slots=True)
class Walk:
    """One walk from a moment. What broke before, in this walk or another, is counted and ends no walk."""

    moment: Moment
    moments: Moments
    tally: Tally
    random: Random
    steps: list[Step] = field(default_factory=list)

    def goes(self) -> Broken | None:
        """What broke, with the story of it; None where nothing new did."""
        world = self.moment.snapshot.again()
        choosing = Choosing(world, self.moments.templates, self.tally, self.random, self.moment.next.stream)
        if self.random.random() < 0.5:
            broken = self._tries(world, self.moment.next)
            if broken is not None:
                return broken
        idle = 0
        for _ in range(TRIES):
            act = choosing.next()
            if act is None:
                idle += 1
            else:
                before = len(self.steps)
                broken = self._tries(world, act)
                if broken is not None:
                    return broken
                idle = 0 if len(self.steps) > before else idle + 1
            if self.random.random() < (0.18 if idle == 0 else 0.02) or idle > 14:
                idle = 0
                until = world.day + timedelta(days=self.random.choice(_DAYS))
                if until > LAST:
                    break
                broken = self._waits(world, until)
                if broken is not None:
                    return broken
        return self._folded(world)

    def _tries(self, world: World, act: Act) -> Broken | None:
        state = world.states.get(act.stream)
        of = class_of(world, state) if state is not None else (kind_of(act.event), "new")
        outcome = tried(world, act)
        self._counts(act.event, outcome, of)
        if outcome.accepted or outcome.broken:
            self.steps.append(act)
        return self._new(outcome.broken)

    def _counts(self, event: Event, outcome: Outcome, of: tuple[object, ...]) -> None:
        self.tally.counts(event.about.type, [one.rule for one in outcome.refusals], of)

    def _waits(self, world: World, until: date) -> Broken | None:
        self.steps.append(until)
        return self._new(waited(world, until))

    def _new(self, broken: Collection[Broken]) -> Broken | None:
        """The first that never broke before, with the story up to it."""
        for one in broken:
            told = one.told(self.moment.name, tuple(self.steps))
            if self.tally.breaks(told):
                return told
        return None

    def _folded(self, world: World) -> Broken | None:
        """Every stream folded anew is as it came to be."""
        state = world.states.get(self.moment.next.stream)
        if state is None or fold(state.descriptor, state.id, state.entries) == state:
            return None
        return self._new([Broken(Sort.FOLD, "I-00", state.descriptor.name, "folded anew it is another state")])
