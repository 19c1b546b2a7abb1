"""The register in memory: every act of a script judged on the states as they then are, with a simulated clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from heapq import heappop, heappush
from uuid import NAMESPACE_URL, UUID, uuid5

from services.casework.governance import judge_governance

from deploy.demo.application import PACK
from deploy.demo.people import ANONYMOUS
from deploy.demo.script import Act
from events.envelope import CHINA, Actor, Entry, Event
from events.registry import CHAPTER_OF, stream_kind
from events.unit.naming import UnitNominated, UnitReserveListed
from events.words import ObligationKind
from services.casework.judgement import obligations
from services.casework.law import Beside, Refusal
from services.casework.officer import Officer, fold_officer
from services.casework.round import Round, fold_round
from services.casework.source import Source, fold_source
from services.casework.timekeeping import TIMEKEEPER, brought_about
from services.casework.unit.state import Unit, advance
from services.decisions import Asked, decided, entry_of
from services.errors import Refused
from services.register.command import Command

_COMMANDS = uuid5(NAMESPACE_URL, "concord:demonstration-command")
_TICK = timedelta(microseconds=1)
_SWEEP = time(0, 5)
"""When the simulated timekeeper looks."""


class NotRefusedError(RuntimeError):
    """An act that the rules must refuse was lawful: the demonstration no longer fits them."""


@dataclass
class World:
    """All states, and the clock; `edition` tells this demonstration from one of another day or seed.

    From `idle_from` on nobody does what a passing day brings about.
    """

    edition: str
    idle_from: datetime | None = None
    units: dict[UUID, Unit] = field(default_factory=dict)
    officers: dict[UUID, Officer] = field(default_factory=dict)
    rounds: dict[UUID, Round] = field(default_factory=dict)
    sources: dict[UUID, Source] = field(default_factory=dict)
    beside: dict[UUID, tuple[Entry[Event], ...]] = field(default_factory=dict)
    versions: dict[UUID, int] = field(default_factory=dict)
    refused: list[tuple[Act, Sequence[Refusal]]] = field(default_factory=list)
    _wakes: list[tuple[datetime, UUID]] = field(default_factory=list)
    _due: dict[UUID, datetime] = field(default_factory=dict)
    _last: datetime = datetime(2000, 1, 1, tzinfo=CHINA)

    def commands(self, script: Sequence[Act], until: datetime) -> Iterator[Command]:
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
            self._last = max(self._last, entry.recorded_at)
            if type(entry.event) in CHAPTER_OF:
                unit = advance(self.units.get(entry.stream, Unit(entry.stream)), (entry,))
                self.units[entry.stream] = unit
                self._schedule(unit, entry.recorded_at)
            self._remember(entry)

    def _time_passes(self, until: datetime) -> Iterator[Command]:
        last = until if self.idle_from is None else min(until, self.idle_from)
        while self._wakes and self._wakes[0][0] < last:
            moment, stream = heappop(self._wakes)
            if self._due.get(stream) != moment:
                continue
            del self._due[stream]
            day = moment.astimezone(CHINA).date()
            while event := next(brought_about(self.units[stream], day, PACK), None):
                yield self._on_unit(Act(moment, TIMEKEEPER.id, stream, event), event)

    def _issued(self, act: Act) -> Command | None:
        unit = self.units.get(act.stream)
        event = act.event if isinstance(act.event, Event) else act.event(unit or Unit(act.stream))
        try:
            command = self._on_unit(act, event) if type(event) in CHAPTER_OF else self._beside(act, event)
        except Refused as refused:
            if not set(act.refused) & {refusal.rule for refusal in refused.refusals}:
                refused.add_note(f"{event.about.type} of {act.stream} on {act.moment:%Y-%m-%d}: {event!r}")
                raise
            self.refused.append((act, refused.refusals))
            return None
        if act.refused:
            raise NotRefusedError(f"{event.about.type} of {act.stream} was not refused by {', '.join(act.refused)}")
        return command

    def _asked(self, act: Act, event: Event) -> Asked:
        command = uuid5(_COMMANDS, f"{act.stream}/{self.versions.get(act.stream, 0) + 1}")
        digest = sha256(f"{self.edition}:{command}".encode()).digest()
        return Asked(command, digest, act.stream, event, act.who)

    def _stamp(self, moment: datetime) -> datetime:
        self._last = max(moment, self._last + _TICK)
        return self._last

    def _who(self, act: Act, moment: datetime) -> tuple[Sequence[Actor], Officer | None, Source | None]:
        if act.who in self.sources:
            source = self.sources[act.who]
            return (source.actor(),), None, source
        if act.who in ANONYMOUS:
            return (ANONYMOUS[act.who],), None, None
        person = self.officers.get(act.who, Officer(act.who))
        return person.actors(moment.astimezone(CHINA).date()), person, None

    def _on_unit(self, act: Act, event: Event) -> Command:
        unit = self.units.get(act.stream, Unit(act.stream))
        moment = self._stamp(act.moment)
        posts, person, source = self._who(act, moment)
        campaign = self.rounds.get(event.round) if isinstance(event, UnitNominated | UnitReserveListed) else None
        beside = Beside(person, campaign, source)
        command = decided(self._asked(act, event), unit, posts, beside, moment, PACK)
        unit = advance(unit, [entry for entry in command.entries if entry.stream == act.stream])
        self.units[act.stream] = unit
        for entry in command.entries:
            self._remember(entry)
        self._schedule(unit, moment)
        return command

    def _beside(self, act: Act, event: Event) -> Command:
        version = self.versions.get(act.stream, 0)
        moment = self._stamp(act.moment)
        posts, person, _ = self._who(act, moment)
        actor, refusals = _first_lawful(act.stream, self.beside.get(act.stream, ()), event, posts)
        if actor is None:
            raise Refused(refusals)
        expect = {act.stream: version}
        if person is not None and person.id != act.stream:
            expect[person.id] = person.version
        asked = self._asked(act, event)
        day = moment.astimezone(CHINA).date()
        entry = entry_of(asked, act.stream, version + 1, event, actor, moment, day, PACK)
        self._remember(entry)
        return Command(asked.command_id, asked.digest, expect, (entry,))

    def _remember(self, entry: Entry[Event]) -> None:
        stream = entry.stream
        self.versions[stream] = entry.version
        if type(entry.event) not in CHAPTER_OF:
            self.beside[stream] = (*self.beside.get(stream, ()), entry)
        match stream_kind(entry.event.about.type):
            case "officer":
                self.officers[stream] = fold_officer(self.officers.get(stream, Officer(stream)), entry)
            case "round":
                self.rounds[stream] = fold_round(self.rounds.get(stream, Round(stream)), entry)
            case "source":
                self.sources[stream] = fold_source(self.sources.get(stream, Source(stream)), entry)

    def _schedule(self, unit: Unit, moment: datetime) -> None:
        """The timekeeper looks on the night after the next day on which something falls due."""
        self._due.pop(unit.id, None)
        days = [
            owed.since if owed.kind is ObligationKind.COMPLETE_PUBLICITY else owed.due
            for owed in obligations(unit, PACK)
            if owed.key not in unit.checks.missed
        ]
        if days:
            last = max(min(days), moment.astimezone(CHINA).date())
            wake = datetime.combine(last + timedelta(days=1), _SWEEP, CHINA)
            self._due[unit.id] = wake
            heappush(self._wakes, (wake, unit.id))


def _first_lawful(
    stream: UUID, entries: Sequence[Entry[Event]], event: Event, posts: Sequence[Actor]
) -> tuple[Actor | None, Sequence[Refusal]]:
    refusals: Sequence[Refusal] = ()
    for actor in posts:
        refusals = judge_governance(stream, entries, event, actor, PACK)
        if not refusals:
            return actor, ()
    return None, refusals
