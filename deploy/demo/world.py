"""The register in memory: every act of a script decided on the states as they then are, with a simulated clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from heapq import heappop, heappush
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.demo.people import PROVINCE, anonymous
from deploy.demo.script import Act
from events.envelope import CHINA, Actor, Entry, Event
from events.words import ObligationKind
from services.casework.decide import (
    Decision,
    DecisionRequest,
    Situation,
    decide,
    kind_of,
    read_from,
    situation_of,
)
from services.casework.judgement import obligations
from services.casework.kinds import KINDS
from services.casework.law import Refusal
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.source.state import Source
from services.casework.stream import State, advance
from services.casework.timekeeping import TIMEKEEPER, brought_about
from services.casework.unit.state import Unit
from services.casework.year.state import Year
from services.errors import Refused

_COMMANDS = uuid5(NAMESPACE_URL, "concord:demonstration-command")
_TICK = timedelta(microseconds=1)
_SWEEP = time(0, 5)
"""When the simulated timekeeper looks."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What an act of the script stores, as its command; personal data is in clear until it is stored."""

    id: UUID
    digest: bytes
    expect: Mapping[UUID, int]
    entries: tuple[Entry[Event], ...]


class NotRefusedError(RuntimeError):
    """An act that the rules must refuse was lawful: the demonstration no longer fits them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """An act before it is decided: what is asked, before what, and when."""

    request: DecisionRequest
    situation: Situation
    moment: datetime

    def decide(self) -> Decision:
        """What the law makes of it."""
        return decide(self.request, self.situation, self.moment)


@dataclass
class World:
    """All states of one register, and its clock; `edition` tells this demonstration from one of another day or seed.

    `pack` judges until the register adopts one. From `idle_from` on nobody does what a passing day brings about.
    """

    edition: str
    pack: Pack
    place: str = PROVINCE
    idle_from: datetime | None = None
    states: dict[UUID, State] = field(default_factory=dict)
    refused: list[tuple[Act, Sequence[Refusal]]] = field(default_factory=list)
    _anonymous: Mapping[UUID, Actor] = field(init=False)
    _policy: UUID = field(init=False)
    _wakes: list[tuple[datetime, UUID]] = field(default_factory=list)
    _due: dict[UUID, datetime] = field(default_factory=dict)
    _last: datetime = datetime(2000, 1, 1, tzinfo=CHINA)

    def __post_init__(self) -> None:
        self._anonymous = anonymous(self.place)
        self._policy = policy_stream(self.place)

    @property
    def units(self) -> dict[UUID, Unit]:
        """The units among the states."""
        return {stream: state for stream, state in self.states.items() if isinstance(state, Unit)}

    def commands(self, script: Iterable[Act], until: datetime) -> Iterator[Issued]:
        """The commands that store the script, with what time brings about in between, in the order of time.

        Raises Refused where the rules refuse a lawful act, NotRefusedError where they do not refuse an unlawful one.
        """
        for act in script:
            yield from self._time_passes(act.moment)
            command = self._issued(act)
            if command is not None:
                yield command
        yield from self._time_passes(until)

    def recall(self, entries: Sequence[Entry[Event]]) -> None:
        """Go on from entries that were stored after the script."""
        for entry in entries:
            self._keep((entry,))

    def _time_passes(self, until: datetime) -> Iterator[Issued]:
        last = until if self.idle_from is None else min(until, self.idle_from)
        while self._wakes and self._wakes[0][0] < last:
            moment, stream = heappop(self._wakes)
            if self._due.get(stream) != moment:
                continue
            del self._due[stream]
            day, packs = moment.astimezone(CHINA).date(), self._packs()
            while event := next(brought_about(self.states[stream], day, packs), None):
                yield self._decided(Act(moment, TIMEKEEPER.id, stream, event), event)

    def _issued(self, act: Act) -> Issued | None:
        event = act.event if isinstance(act.event, Event) else act.event(self.states[act.stream])
        if event is None:
            return None
        try:
            command = self._decided(act, event)
        except Refused as refused:
            if not set(act.refused) & {refusal.rule for refusal in refused.refusals}:
                refused.add_note(f"{event.about.type} of {act.stream} on {act.moment:%Y-%m-%d}: {event!r}")
                raise
            self.refused.append((act, refused.refusals))
            return None
        if act.refused:
            raise NotRefusedError(f"{event.about.type} of {act.stream} was not refused by {', '.join(act.refused)}")
        return command

    def _decided(self, act: Act, event: Event) -> Issued:
        asked = self.asked(act, event)
        decision = asked.decide()
        if decision.refusals:
            raise Refused(decision.refusals)
        entries = _one_after_the_other(decision.entries)
        self._keep(entries)
        return Issued(asked.request.command_id, asked.request.digest, decision.expect, entries)

    def asked(self, act: Act, event: Event) -> Asking:
        """The act with all that decides it, on the states as they are now."""
        state = self.states.get(act.stream) or KINDS[kind_of(event)].state(act.stream)
        moment = max(act.moment, self._last + _TICK)
        posts = self._posts(act.who, moment)
        command = uuid5(_COMMANDS, f"{act.stream}/{state.version + 1}")
        digest = sha256(f"{self.edition}:{command}".encode()).digest()
        request = DecisionRequest(command, digest, act.stream, event, act.who, posts=posts)
        return Asking(request, read_from(situation_of(request, self.place, self.pack, moment), self.states), moment)

    def _packs(self) -> Packs:
        policy = self.states.get(self._policy)
        return Packs.of(policy if isinstance(policy, Policy) else None, self.pack)

    def _posts(self, who: UUID, moment: datetime) -> Sequence[Actor]:
        if who in self._anonymous:
            return (self._anonymous[who],)
        person = self.states.get(who)
        if isinstance(person, Source):
            return (person.actor(),)
        return person.actors(moment.astimezone(CHINA).date()) if isinstance(person, Officer) else ()

    def _keep(self, entries: Sequence[Entry[Event]]) -> None:
        """The states after the entries; each stream's timekeeper is told when to look again."""
        self._last = max(self._last, entries[-1].recorded_at)
        for stream in dict.fromkeys(entry.stream for entry in entries):
            own = tuple(entry for entry in entries if entry.stream == stream)
            state = self.states.get(stream) or KINDS[kind_of(own[0].event)].state(stream)
            self.states[stream] = advance(state, own)
            self._schedule(self.states[stream])

    def _schedule(self, state: State) -> None:
        """The timekeeper looks on the night after the next day on which something falls due."""
        self._due.pop(state.id, None)
        days = [
            owed.since if owed.kind is ObligationKind.COMPLETE_PUBLICITY else owed.due
            for owed in obligations(state, self._packs())
            if owed.key not in state.common.missed and not owed.suspended
        ]
        if isinstance(state, Year) and state.opened is not None and not state.ended:
            days.append(date(state.year, 12, 31))
        if days:
            last = max(min(days), self._last.astimezone(CHINA).date())
            wake = datetime.combine(last + timedelta(days=1), _SWEEP, CHINA)
            self._due[state.id] = wake
            heappush(self._wakes, (wake, state.id))


def _one_after_the_other(entries: Sequence[Entry[Event]]) -> tuple[Entry[Event], ...]:
    """The entries of a command as the register stores them: each a tick later than the one before."""
    first, *rest = entries
    later = (e.model_copy(update={"recorded_at": e.recorded_at + n * _TICK}) for n, e in enumerate(rest, 1))
    return (first, *later)
