"""A register in memory, as an exploration walks it: streams, days, the timekeeper, and the checker looking on."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

import orjson

from events.envelope import CHINA, Actor, Entry, Event
from events.governance.check import CheckDrawn
from events.registry import encode
from events.sealed import Sealed
from events.unit.checks import UnitCheckOrdered
from events.words import ObligationKind
from services.casework.check.state import Plan
from services.casework.decide import REGISTER, Decision, DecisionRequest, decision, kind_of, read_from
from services.casework.judgement import obligations
from services.casework.kinds import KINDS
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.source.state import Source
from services.casework.stream import State, advance
from services.casework.timekeeping import TIMEKEEPER, brought_about
from services.checker import Checker, Finding
from services.checker.entries import Entry as CheckedEntry
from services.exploration.draws import filled_by_the_register
from services.vault.sealing import sealed_fields, subject_of
from services.vault.tagging import tagged

_TICK: Final = timedelta(microseconds=1)
_OPENS, _SWEEP = time(9), time(0, 5)
"""When acts of a day begin, and when the timekeeper looks before them."""

_TAGS: Final = b"exploration"
"""The key of person tags in this register."""

_POSITIONED: Final = frozenset({"check", "crosscheck"})
"""Kinds whose acts rest on the position of an earlier entry in the log."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody tries on a day; `effective_on` where they say from when it holds."""

    day: date
    who: UUID
    stream: UUID
    event: Event
    effective_on: date | None = None


@dataclass(slots=True)
class World:
    """The streams of one register as they are now.

    `ours` judges until a pack is adopted; `anonymous` are those who act without a stream of their own; `due` says
    when the timekeeper has to look at a stream next, `owed` what is owed in it; `lists` are those of draws, by
    their digests.
    """

    place: str
    ours: Pack
    anonymous: Mapping[UUID, Actor]
    checker: Checker | None
    states: dict[UUID, State] = field(default_factory=dict)
    by_kind: dict[str, list[UUID]] = field(default_factory=dict)
    due: dict[UUID, date] = field(default_factory=dict)
    owed: dict[UUID, frozenset[ObligationKind]] = field(default_factory=dict)
    positions: dict[tuple[UUID, int], int] = field(default_factory=dict)
    lists: dict[str, Mapping[UUID, str]] = field(default_factory=dict)
    moment: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    position: int = 0
    commands: int = 0
    packs: Packs = field(init=False)
    day: date = field(init=False)
    pack: Pack = field(init=False)

    def __post_init__(self) -> None:
        self._judged_by(Packs.of(None, self.ours))

    def _judged_by(self, packs: Packs) -> None:
        self.packs = packs
        self._turns(self.moment)

    def _turns(self, moment: datetime) -> None:
        """It is that moment now; `day` is the day that it is, and `pack` the one in force."""
        self.moment = moment
        self.day = moment.astimezone(CHINA).date()
        self.pack = self.packs.on(self.day)

    def state(self, kind: str, stream: UUID) -> State:
        """A stream as it is now; of version 0 where there is none."""
        found: State = self.states.get(stream) or KINDS[kind].state(stream)
        return found

    def state_of(self, stream: UUID) -> State | None:
        """A stream as it is now; None where there is none."""
        return self.states.get(stream)

    def posts(self, who: UUID, day: date) -> Sequence[Actor]:
        """The posts in which somebody can act on that day."""
        if who in self.anonymous:
            return (self.anonymous[who],)
        person = self.states.get(who)
        if isinstance(person, Source):
            return (person.actor(),)
        return person.actors(day) if isinstance(person, Officer) else ()

    def _decided(self, request: DecisionRequest, moment: datetime) -> Decision:
        return read_from(decision(request, self.place, self.ours, moment), self.states)

    def decided(self, act: Act) -> Decision:
        """What the register would store of an act, or why it refuses; nothing is stored yet."""
        state = self.state(kind_of(act.event), act.stream)
        event = tagged(filled_by_the_register(self, state, act.event), _TAGS)
        posts = self.posts(act.who, act.day)
        self.commands += 1
        given = posts if act.who in self.anonymous or isinstance(self.states.get(act.who), Source) else ()
        request = DecisionRequest(
            UUID(int=self.commands), b"", act.stream, event, act.who, posts=given, effective_on=act.effective_on
        )
        moment = max(self.moment + _TICK, _utc(act.day, _OPENS))
        return self._decided(request, moment)

    def take(self, entries: Sequence[Entry[Event]]) -> list[Finding]:
        """Store the entries of one command; what the checker finds in them. What is owed is asked of every stream
        that they changed.
        """
        findings: list[Finding] = []
        changed: dict[UUID, None] = {}
        for entry in entries:
            at = max(entry.recorded_at, self.moment + _TICK)
            stored = entry if at == entry.recorded_at else entry.model_copy(update={"recorded_at": at})
            stored = sealed(stored)
            self._turns(at)
            self.position += 1
            findings += self._checked(stored)
            self._keep(stored)
            changed[entry.stream] = None
        for stream in changed:
            self._schedule(self.states[stream])
        for entry in entries:
            if isinstance(entry.event, CheckDrawn):
                findings += self._orders_the_drawn(entry.stream)
        return findings

    def _orders_the_drawn(self, stream: UUID) -> list[Finding]:
        """The register orders the checks of the units drawn; what the law refuses, the plan's office goes on owing."""
        plan, findings = self.states[stream], list[Finding]()
        if isinstance(plan, Plan) and plan.planned is not None:
            for unit in plan.to_order:
                event = UnitCheckOrdered(kind=plan.planned.kind, plan=stream)
                findings += self.take(self._by_itself(REGISTER, Act(self.day, REGISTER.id, unit, event)).entries)
        return findings

    def _checked(self, entry: Entry[Event]) -> list[Finding]:
        if self.checker is None:
            return []
        stored = orjson.loads(encode(entry))
        return self.checker.takes(CheckedEntry(entry.event.about.type, self.position, stored))

    def _keep(self, entry: Entry[Event]) -> None:
        kind = kind_of(entry.event)
        before = self.states.get(entry.stream)
        if before is None:
            self.by_kind[kind] = [*self.by_kind.get(kind, ()), entry.stream]
            before = KINDS[kind].state(entry.stream)
        after = self.states[entry.stream] = advance(before, (entry,))
        if isinstance(after, Policy) and entry.stream == policy_stream(self.place):
            self._judged_by(Packs.of(after, self.ours))
        if kind in _POSITIONED:
            self.positions[entry.stream, entry.version] = self.position

    def _schedule(self, state: State) -> None:
        """The timekeeper looks on the day after the next one on which something falls due."""
        self.due.pop(state.id, None)
        own, owed = state.descriptor.own_duties, obligations(state, self.packs)
        self.owed[state.id] = frozenset(one.kind for one in owed)
        days = [
            min(one.since, one.due) if one.kind in own else one.due
            for one in owed
            if one.key not in state.common.missed
        ]
        if days:
            self.due[state.id] = max(min(days), self.day) + timedelta(days=1)

    def passes(self, until: date) -> list[tuple[Act, list[Finding]]]:
        """Days go by; what time brings about is stored on its day, with what the checker finds."""
        brought: list[tuple[Act, list[Finding]]] = []
        while self.due and (day := min(self.due.values())) <= until:
            stream = next(one for one, due in self.due.items() if due == day)
            del self.due[stream]
            self._turns(max(self.moment, _utc(day, _SWEEP)))
            while (event := next(brought_about(self.states[stream], day, self.packs), None)) is not None:
                act = Act(day, TIMEKEEPER.id, stream, event)
                decided = self._by_itself(TIMEKEEPER, act)
                if decided.refusals:
                    break
                brought.append((act, self.take(decided.entries)))
            self._schedule(self.states[stream])
        self._turns(max(self.moment, _utc(until, _OPENS)))
        return brought

    def _by_itself(self, actor: Actor, act: Act) -> Decision:
        """What a program of the register does."""
        self.commands += 1
        request = DecisionRequest(UUID(int=self.commands), b"", act.stream, act.event, actor.id, posts=(actor,))
        return self._decided(request, self.moment + _TICK)

    def unwatched(self) -> World:
        """The same world to be tried out in, with no checker looking on."""
        return self.fork(None)

    def fork(self, checker: Checker | None) -> World:
        """The same world, to be walked on in another way, with a checker of its own."""
        other = replace(
            self, checker=checker, states=dict(self.states), by_kind=dict(self.by_kind), due=dict(self.due),
            owed=dict(self.owed), positions=dict(self.positions), lists=dict(self.lists),
        )  # fmt: skip
        other._judged_by(self.packs)
        return other


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world that can be gone on from any number of times."""

    world: World
    checker: bytes

    def again(self) -> World:
        """The world as it was."""
        checker: Checker = pickle.loads(self.checker)  # noqa: S301 (made by this very process)
        return self.world.fork(checker)


def snapshot(world: World) -> Snapshot:
    """The world as it is, kept."""
    return Snapshot(world.fork(world.checker), pickle.dumps(world.checker, pickle.HIGHEST_PROTOCOL))


def beginning(place: str, ours: Pack, anonymous: Sequence[Actor], folder: Path) -> World:
    """A register that has nothing yet; `folder` is that of the pack, which the checker reads for itself."""
    return World(place, ours, {actor.id: actor for actor in anonymous}, Checker(folder))


def sealed(entry: Entry[Event]) -> Entry[Event]:
    """The entry with digests where a register would put ciphertext: opened by no key."""
    event = entry.event
    update = {
        name: _envelope(subject_of(entry, name))
        for name in sealed_fields(type(event))
        if isinstance(value := getattr(event, name), Sealed) and value.is_clear
    }
    return entry.model_copy(update={"event": event.model_copy(update=update)}) if update else entry


def _envelope(subject: UUID) -> Sealed:
    digest = sha256(subject.bytes).hexdigest()
    return Sealed(subject=subject, kid=uuid5(subject, "kid"), kc=digest[:43], nonce=digest[:16], ct=digest[:43])


def _utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA).astimezone(UTC)
