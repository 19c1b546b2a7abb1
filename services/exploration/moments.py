"""The told moments from which an exploration goes on: worlds just before an act that a story tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from events.envelope import Entry, Event
from services.casework.decide import kind_of
from services.casework.stream import State
from services.exploration.broken import Broken
from services.exploration.classes import Class, class_of
from services.exploration.templates import Templates
from services.exploration.trying import found_at, waited
from services.exploration.world import Act, Snapshot, World, snapshot


@dataclass(frozen=True, slots=True)
class Told:
    """An act as a story tells it; its event may follow from the state of its stream as it then is. `refused` names
    the rules that must refuse it.
    """

    day: date
    who: UUID
    stream: UUID
    event: Event | Callable[[Any], Event | None]
    refused: tuple[str, ...] = ()

    def act(self, state: State | None) -> Act:
        """The act on that state. Raises StoryError where there is nothing to do."""
        event = self.event if isinstance(self.event, Event) else self.event(state)
        if event is None:
            raise StoryError(f"on {self.day} there is nothing to do on {self.stream}")
        return Act(self.day, self.who, self.stream, event)


OF_A_TYPE = 3
"""Moments kept before acts of one type, at most."""


class StoryError(RuntimeError):
    """A told story is not lawful as it is told."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A world as a story has it, just before the act that the story tells next."""

    name: str
    snapshot: Snapshot
    next: Act


@dataclass(slots=True)
class Moments:
    """Everything that was told: the moments kept, by the type of what comes next, and the bodies."""

    kept: list[Moment] = field(default_factory=list)
    by_type: dict[str, list[Moment]] = field(default_factory=dict)
    templates: Templates = field(default_factory=Templates)
    broken: list[Broken] = field(default_factory=list)
    _types: Counter[str] = field(default_factory=Counter)
    _classes: set[Class] = field(default_factory=set)

    def tell(self, name: str, world: World, script: Iterable[Told]) -> World:
        """Tell a story in a world, keeping moments on the way. Raises StoryError where the law refuses an act."""
        for number, one in enumerate(script):
            self.broken += [broken.told(name, ()) for broken in waited(world, one.day)[1]]
            state = world.state_of(one.stream)
            act = one.act(state)
            if self._wanted(world, act, state):
                self._keep(Moment(f"{name}:{number}", snapshot(world), act))
            decision = world.decided(act)
            if one.refused:
                continue
            if decision.refusals:
                why = "; ".join(f"{r.rule} {r.en} {r.pointer or ''}" for r in decision.refusals)
                raise StoryError(f"{name}, act {number} on {act.day}: {act.event.about.type} is refused: {why}")
            self._learn(world, decision.entries, name)
        return world

    def _learn(self, world: World, entries: Sequence[Entry[Event]], name: str) -> None:
        found = world.take(entries)
        self.broken += [found_at(world, one, name).told(name, ()) for one in found]
        self.templates.learn(entries)

    def _wanted(self, world: World, act: Act, state: State | None) -> bool:
        of = class_of(world, state) if state is not None else (kind_of(act.event), "new")
        new = (act.event.about.type, of) not in self._classes
        self._classes.add((act.event.about.type, of))
        return new and self._types[act.event.about.type] < OF_A_TYPE

    def _keep(self, moment: Moment) -> None:
        name = moment.next.event.about.type
        self._types[name] += 1
        self.kept.append(moment)
        self.by_type.setdefault(name, []).append(moment)

    def named(self, name: str) -> Moment | None:
        """The moment of that name, where there is one."""
        return next((moment for moment in self.kept if moment.name == name), None)

    def __iter__(self) -> Iterator[Moment]:
        return iter(self.kept)
