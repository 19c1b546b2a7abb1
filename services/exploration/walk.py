"""A walk: from a moment on, act after act and day after day, until something breaks or enough was tried."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from services.casework.decide import kind_of
from services.casework.law import Refusal
from services.casework.stream import fold
from services.exploration.broken import Broken, Sort, Step
from services.exploration.choosing import Choosing
from services.exploration.classes import Class, class_of
from services.exploration.moments import Moment, Moments
from services.exploration.patterns import condition
from services.exploration.promises import Promise
from services.exploration.tally import Tally, Word
from services.exploration.trying import tried, waited
from services.exploration.words import broken_words
from services.exploration.world import Act, Snapshot, World, snapshot

TRIES: Final = 160
"""Acts tried in one walk, at most."""

LAST: Final = date(2032, 12, 31)
"""No walk goes beyond this day."""

FRONTIER: Final = 50
"""Classes of state that wait for a walk, at most: to keep one takes as long as ten acts, and few are gone on from."""

_DAYS: Final = (1, 1, 1, 1, 2, 3, 5, 8, 16, 31, 70, 190)
"""How many days go by at once."""

_ASKED: Final = 0.004
"""Share of the tries after which it is asked what somebody may do."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a walk begins: a told moment, or what walks from it came to."""

    moment: Moment
    snapshot: Snapshot
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class Walk:
    """One walk. What broke before, in this walk or another, is counted and ends no walk.

    `frontier` takes the classes of state that nobody came to before, as long as it has room; `promises` is the share of
    the refusals of acts that were meant well whose word is asked.
    """

    start: Start
    moments: Moments
    tally: Tally
    random: Random
    frontier: deque[Start]
    promises: float = 0.0
    steps: list[Step] = field(default_factory=list)

    def goes(self) -> Broken | None:
        """What broke, with the story of it; None where nothing new did."""
        world, told = self.start.snapshot.again(), self.start.moment.next
        self.steps = list(self.start.steps)
        choosing = Choosing(world, self.moments.templates, self.tally, self.random, told.stream)
        if not self.steps and self.random.random() < 0.5 and (broken := self._tries(world, told)) is not None:
            return broken
        idle = 0
        for _ in range(TRIES):
            before, act = len(self.steps), choosing.next()
            broken = self._tries(world, act, meant_well=choosing.meant_well) if act is not None else None
            idle = 0 if len(self.steps) > before else idle + 1
            if broken is None and self.random.random() < _ASKED:
                broken = self._new(broken_words(world, world.state(kind_of(told.event), told.stream), self.random))
            if broken is None and (idle > 14 or self.random.random() < (0.18 if idle == 0 else 0.02)):
                idle = 0
                if (until := world.day + timedelta(days=self.random.choice(_DAYS))) > LAST:
                    break
                broken = self._waits(world, until)
            if broken is not None:
                return broken
        return self._folded(world)

    def _tries(self, world: World, act: Act, *, meant_well: bool = False) -> Broken | None:
        state = world.states.get(act.stream)
        of = class_of(world, state) if state is not None else (kind_of(act.event), "new")
        outcome = tried(world, act)
        self.tally.counts(act.event.about.type, [one.rule for one in outcome.refusals], of)
        if meant_well:
            self._asks(world, act, outcome.refusals, of)
        if outcome.accepted or outcome.broken:
            self.steps.append(act)
        broken = self._new(outcome.broken)
        if outcome.accepted and broken is None:
            self._came(world, class_of(world, world.states[act.stream]))
        return broken

    def _came(self, world: World, of: Class) -> None:
        if self.tally.came_to(of) and len(self.frontier) < FRONTIER:
            self.frontier.append(Start(self.start.moment, snapshot(world), tuple(self.steps)))

    def _asks(self, world: World, act: Act, refusals: Sequence[Refusal], of: Class) -> None:
        """What becomes of the words of some of the refusals that nobody asked before on such a state."""
        for refusal in refusals:
            if self.random.random() >= self.promises or not self.tally.asks(act.event.about.type, refusal, of):
                continue
            word = Promise(world.unwatched(), act, refusal, self.moments.templates, self.random).word()
            self.tally.words[word] += 1
            if word is Word.BROKEN:
                self.tally.unkept[f"{act.event.about.type}: {' '.join(condition(refusal))}"] += 1

    def _waits(self, world: World, until: date) -> Broken | None:
        self.steps.append(until)
        brought, broken = waited(world, until)
        self.tally.brings([act.event.about.type for act in brought])
        return self._new(broken)

    def _new(self, broken: Iterable[Broken]) -> Broken | None:
        """The first that never broke before, with the story up to it."""
        for one in broken:
            told = one.told(self.start.moment.name, tuple(self.steps))
            if self.tally.breaks(told):
                return told
        return None

    def _folded(self, world: World) -> Broken | None:
        """Every stream folded anew is as it came to be."""
        state = world.states.get(self.start.moment.next.stream)
        if state is None or fold(state.descriptor, state.id, state.entries) == state:
            return None
        return self._new([Broken(Sort.FOLD, "I-00", state.descriptor.name, "folded anew it is another state")])
