"""The one way from what somebody asks to what is stored: load, propose, judge, seal, append.

The imperative shell around the law. Whoever asks (HTTP, intake, the timekeeper, the demonstration)
comes this way; what the law says and what the register stores is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from events.envelope import CHINA, Actor, Entry, Event
from events.governance.officer import OfficerAppointed
from events.governance.round import RoundPlaceTaken
from events.registry import ENTRY_OF, decode
from events.unit.naming import UnitNominated, UnitReserveListed
from events.unit.record import UnitPersonalDataErased
from events.unit.signals import UnitSignalRecorded
from events.words import ActorKind, Role
from services import vault
from services.casework.governance import judge_governance
from services.casework.judgement import authority_of, best_post, judge, propose
from services.casework.law import Beside, Refusal, refuse
from services.casework.unit.naming import quota_place
from services.casework.officer import Officer, fold_officer
from services.casework.pack import Pack, load_pack
from services.casework.policy import Policy, fold_policy, policy_stream
from services.casework.round import Round, fold_round
from services.casework.source import Source, fold_source, source_stream
from services.casework.unit.state import Unit, advance, fold
from services.errors import ConcordError, KeyReused, Refused, Stale, Unavailable
from services.kept import Kept
from services.register import read_async
from services.register.append import Appender, Command, Stored

CACHED_ENTRIES = 90_000
"""Entries of units kept in memory by a process, as stored: about 120 MB with the states they make."""

RETRIES = 5
"""How often a fact is judged anew when its unit moves meanwhile."""

Clock = Callable[[], datetime]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """One act as somebody asks for it.

    `digest` identifies what was asked beside its id; `expected` is the version it was decided at
    (None for facts, that hold whatever came since); `posts` gives the actor where no officer's
    stream does (sources, systems, the public). `opening` comes first where the unit is not known yet
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


def decided(asked: Asked, unit: Unit, posts: Sequence[Actor], beside: Beside, moment: datetime, pack: Pack) -> Command:
    """The command that stores what was asked, judged on this state; pure. Raises Refused."""
    day = moment.astimezone(CHINA).date()
    expect = {asked.stream: unit.version}
    for state in (beside.officer, beside.round, beside.source, beside.policy):
        if state is not None and state.version:
            expect[state.id] = state.version
    entries: list[Entry[Event]] = []
    wanted = (asked.opening, asked.event) if asked.opening is not None and not unit.version else (asked.event,)
    for event in wanted:
        actor = best_post(unit, event, posts, day, pack, beside.officer)
        if actor is None:
            raise Refused([_no_post(pack)])
        filled = propose(unit, event, actor, day, pack)
        on = asked.effective_on or effective_day(filled, day)
        refusals = judge(unit, filled, actor, day, pack, effective_on=on, beside=beside)
        if refusals:
            raise Refused(refusals)
        entry = entry_of(asked, asked.stream, unit.version + 1, filled, actor, moment, on, pack)
        entries.append(entry)
        taken = place_taken(unit, filled, beside.round)
        if taken is not None and beside.round is not None:
            stream, version = beside.round.id, beside.round.version + 1
            entries.append(entry_of(asked, stream, version, taken, actor, moment, on, pack))
        if event is not wanted[-1]:
            unit = advance(unit, (entry,))
    return Command(asked.command_id, asked.digest, expect, tuple(entries))


def entry_of(
    asked: Asked, stream: UUID, version: int, event: Event, actor: Actor, moment: datetime, on: date, pack: Pack
) -> Entry[Event]:
    """An entry of what was asked."""
    return ENTRY_OF[type(event)](
        stream=stream,
        version=version,
        event=event,
        recorded_at=moment.astimezone(UTC),
        effective_on=on,
        actor=actor,
        authority=authority_of(event, pack),
        command_id=asked.command_id,
        correlation_id=asked.correlation_id or asked.command_id,
        causation_id=asked.causation_id,
    )


S = TypeVar("S")


class States(Generic[S]):
    """Recently used states by stream, bounded by the entries they stand for; the newest known version of each."""

    def __init__(self, most_entries: int = CACHED_ENTRIES) -> None:
        self._states: OrderedDict[UUID, tuple[S, int]] = OrderedDict()
        self._entries = 0
        self._most = most_entries

    def get(self, stream: UUID) -> S | None:
        """The state, if it is remembered."""
        found = self._states.get(stream)
        if found is None:
            return None
        self._states.move_to_end(stream)
        return found[0]

    def put(self, stream: UUID, state: S, entries: int) -> None:
        """Remember a state that stands for so many entries; the least recently used ones give way."""
        before = self._states.pop(stream, None)
        self._entries += entries - (before[1] if before else 0)
        self._states[stream] = (state, entries)
        while self._entries > self._most and len(self._states) > 1:
            _, (_, gone) = self._states.popitem(last=False)
            self._entries -= gone

    def drop(self, stream: UUID) -> None:
        """Forget a state."""
        before = self._states.pop(stream, None)
        self._entries -= before[1] if before else 0


@dataclass
class Decisions:
    """Takes what is asked to the law and to the register; owns no connection but the pool it is given."""

    pool: AsyncConnectionPool[AsyncConnection[Any]]
    appender: Appender
    keys: vault.KeyFile
    pack: Pack
    """Judges where no policy has been adopted yet."""

    place: str = "430000"
    clock: Clock = now
    units: States[Unit] = field(default_factory=States)
    officers: States[Officer] = field(default_factory=lambda: States[Officer](5_000))
    rounds: States[Round] = field(default_factory=lambda: States[Round](5_000))
    sources: States[Source] = field(default_factory=lambda: States[Source](5_000))
    _turns: WeakValueDictionary[UUID, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    policies: States[Policy] = field(default_factory=lambda: States[Policy](10))

    async def unit(self, stream: UUID) -> Unit:
        """The unit as it is now."""
        known = self.units.get(stream)
        async with self.pool.connection() as conn:
            new = await read_async.raw_stream(conn, stream, after=known.version if known else 0)
        if known is not None and not new:
            return known
        entries = [decode(type_name, state) for _, type_name, state in new]
        if known is not None:
            unit = advance(known, entries)
        else:
            unit = replace(fold(stream, entries), entries=Kept((name, state) for _, name, state in new))
        if unit.version:
            self.units.put(stream, unit, unit.version)
        return unit

    async def _unit_for(self, asked: Asked, fresh: bool) -> Unit:
        """The unit as remembered, where that can serve: the append checks that nothing came since."""
        known = self.units.get(asked.stream)
        if known is None or fresh or (asked.expected is not None and known.version < asked.expected):
            return await self.unit(asked.stream)
        return known

    async def _beside(self, stream: UUID, states: States[S], nothing: S, step: Callable[[S, Any], S], fresh: bool) -> S:
        known = states.get(stream)
        if known is not None and not fresh:
            return known
        state = nothing
        async with self.pool.connection() as conn:
            for recorded in await read_async.read_stream(conn, stream):
                state = step(state, recorded.entry)
        states.put(stream, state, 1)
        return state

    async def officer(self, stream: UUID, *, fresh: bool = False) -> Officer:
        """The officer, as remembered (an append checks that it is still so) or as it is now."""
        return await self._beside(stream, self.officers, Officer(stream), fold_officer, fresh)

    async def round(self, stream: UUID, *, fresh: bool = False) -> Round:
        """The round, as remembered or as it is now."""
        return await self._beside(stream, self.rounds, Round(stream), fold_round, fresh)

    async def source(self, stream: UUID, *, fresh: bool = False) -> Source:
        """The source, as remembered or as it is now."""
        return await self._beside(stream, self.sources, Source(stream), fold_source, fresh)

    async def policy(self, *, fresh: bool = False) -> Policy:
        """The policy of this register's place, as remembered or as it is now."""
        stream = policy_stream(self.place)
        return await self._beside(stream, self.policies, Policy(stream), fold_policy, fresh)

    async def decide(self, asked: Asked) -> Stored:
        """Judge and store one act on a unit.

        Raises Refused, Stale (with what came since), KeyReused, Unavailable. A retry of a stored
        act answers with what was stored, whatever has happened to the unit since.
        """
        stored = await self._decided_at_last(asked)
        if isinstance(asked.event, UnitPersonalDataErased):
            # after the event: a retry of the command destroys what a crash in between left
            async with self.pool.connection() as conn:
                await vault.adestroy(conn, asked.event.subject)
        return stored

    async def _decided_at_last(self, asked: Asked) -> Stored:
        try:
            return await self._decide_once(asked, fresh=False)
        except Refused as refused:
            return await self._stored_before(asked, refused)
        except Stale as stale:
            self._forget(stale.stream)
            if stale.stream == str(asked.stream) and asked.expected is not None:
                return await self._stored_before(asked, stale)
        # those that met on one unit go on one after the other
        turn = self._turns.setdefault(asked.stream, asyncio.Lock())
        async with turn:
            return await self._decided_in_turn(asked)

    async def _decided_in_turn(self, asked: Asked) -> Stored:
        for attempt in range(RETRIES + 1):
            try:
                return await self._decide_once(asked, fresh=True)
            except Refused as refused:
                return await self._stored_before(asked, refused)
            except Stale as stale:
                self._forget(stale.stream)
                if stale.stream == str(asked.stream) and asked.expected is not None:
                    return await self._stored_before(asked, stale)
                if attempt == RETRIES:
                    raise Unavailable("unit", facts={"reason": "contended"}) from stale
        raise AssertionError("unreachable")

    async def _decide_once(self, asked: Asked, fresh: bool) -> Stored:
        unit = await self._unit_for(asked, fresh)
        if asked.expected is not None and unit.version != asked.expected:
            since = unit.entries[asked.expected :] if unit.version > asked.expected else ()
            raise Stale(str(asked.stream), asked.expected, unit.version, since)
        moment = self.clock()
        day = moment.astimezone(CHINA).date()
        person, posts = await self._posts(asked, day, fresh)
        policy = await self.policy(fresh=fresh)
        beside = Beside(person, await self._round_of(asked, fresh), await self._source_of(asked, fresh), policy)
        command = decided(asked, unit, posts, beside, moment, pack_on(policy, day, self.pack))
        stored = await self.appender.append(await self._sealed(command))
        if not stored.repeated:
            own = [recorded.entry for recorded in stored.recorded if recorded.entry.stream == asked.stream]
            after = advance(unit, own)
            if isinstance(after.entries, Kept):
                after = replace(after, entries=after.entries.stored())
            self.units.put(asked.stream, after, after.version)
            if beside.round is not None:
                self.rounds.drop(beside.round.id)
        return stored

    async def _posts(self, asked: Asked, day: date, fresh: bool) -> tuple[Officer | None, Sequence[Actor]]:
        if asked.posts:
            return None, asked.posts
        person = await self.officer(asked.who, fresh=fresh)
        return person, person.actors(day)

    async def _round_of(self, asked: Asked, fresh: bool) -> Round | None:
        event = asked.event
        if isinstance(event, UnitNominated | UnitReserveListed):
            return await self.round(event.round, fresh=fresh)
        return None

    async def _source_of(self, asked: Asked, fresh: bool) -> Source | None:
        if asked.posts and asked.posts[0].kind is ActorKind.SOURCE:
            return await self.source(asked.who, fresh=fresh)
        if isinstance(asked.event, UnitSignalRecorded):
            named = await self.source(source_stream(asked.event.source), fresh=fresh)
            return named if named.uri else None
        return None

    async def _sealed(self, command: Command) -> Command:
        wanted = set().union(*(vault.needed(entry) for entry in command.entries))
        if not wanted:
            return command
        async with self.pool.connection() as conn:
            keys = await vault.aprovision(conn, self.keys, wanted)
        return Command(
            command.id, command.digest, command.expect, tuple(vault.seal(entry, keys) for entry in command.entries)
        )

    async def _stored_before(self, asked: Asked, error: ConcordError) -> Stored:
        """What this very command stored before; where it stored nothing, the error that led here is raised."""
        async with self.pool.connection() as conn:
            found = await read_async.find_command(conn, asked.command_id)
        if found is None:
            raise error
        digest, recorded = found
        if digest != asked.digest:
            raise KeyReused(str(asked.command_id))
        return Stored(asked.command_id, tuple(recorded), repeated=True)

    def _forget(self, stream: str) -> None:
        for states in (self.officers, self.rounds, self.sources, self.policies):
            states.drop(UUID(stream))

    async def govern(self, asked: Asked) -> Stored:
        """Judge and store one act on a stream beside units (an officer, a source, a round, the policy)."""
        async with self.pool.connection() as conn:
            recorded = await read_async.read_stream(conn, asked.stream)
        version = recorded[-1].entry.version if recorded else 0
        moment = self.clock()
        day = moment.astimezone(CHINA).date()
        person, posts = await self._posts(asked, day, fresh=True)
        refusals, actor = self._first_lawful(asked, [one.entry for one in recorded], posts)
        second = await self._second(asked.event)
        if second is not None and Role.ADMINISTRATOR not in {r for post in second.actors(day) for r in post.roles}:
            refusals = [*refusals, refuse(self.pack, "I-12", "附议人不是管理员", "who seconds is no administrator")]
        if refusals or actor is None:
            return await self._stored_before(asked, Refused(refusals or [_no_post(self.pack)]))
        if asked.expected is not None and asked.expected != version:
            raise Stale(str(asked.stream), asked.expected, version, [r.entry for r in recorded[asked.expected :]])
        expect = {asked.stream: version}
        if second is not None and second.id != asked.stream:
            expect[second.id] = second.version
        if person is not None and person.version and person.id != asked.stream:
            expect[person.id] = person.version
        on = asked.effective_on or day
        entry = entry_of(asked, asked.stream, version + 1, asked.event, actor, moment, on, self.pack)
        stored = await self.appender.append(
            await self._sealed(Command(asked.command_id, asked.digest, expect, (entry,)))
        )
        self._forget(str(asked.stream))
        return stored

    async def _second(self, event: Event) -> Officer | None:
        """The second administrator of an approver's appointment, as they are now."""
        if isinstance(event, OfficerAppointed) and event.seconded_by is not None:
            return await self.officer(event.seconded_by, fresh=True)
        return None

    def _first_lawful(
        self, asked: Asked, entries: Sequence[Entry[Event]], posts: Sequence[Actor]
    ) -> tuple[Sequence[Refusal], Actor | None]:
        refusals: Sequence[Refusal] = ()
        for actor in posts:
            refusals = judge_governance(asked.stream, entries, asked.event, actor, self.pack)
            if not refusals:
                return (), actor
        return refusals, None


def pack_on(policy: Policy, day: date, ours: Pack) -> Pack:
    """The pack in force on that day (I-23), ours until one is adopted. Raises Unavailable where it is not here."""
    adoption = policy.in_force(day)
    if adoption is None:
        return ours
    try:
        pack = load_pack(adoption.pack)
    except KeyError as error:
        raise Unavailable(f"policy pack {adoption.pack}") from error
    if pack.version != adoption.pack_version:
        raise Unavailable(f"policy pack {adoption.pack} version {adoption.pack_version}")
    return pack


def effective_day(event: Event, day: date) -> date:
    """From when an event holds in the world where nobody says: facts from the day they happened, a naming with
    a later term from its first day, all else from today.
    """
    if event.about.fact:
        happened = getattr(event, "occurred_on", None) or getattr(event, "on", None)
        return min(happened, day) if happened else day
    begins = getattr(event, "term_from", None)
    return max(begins, day) if begins else day


def place_taken(unit: Unit, event: Event, state: Round | None) -> Event | None:
    """The event by which a nomination or a listing takes its place in the round, if it does."""
    kind = unit.life.kind
    if state is None or kind is None:
        return None
    if isinstance(event, UnitNominated):
        place = quota_place(state.quotas, unit, kind)
        return RoundPlaceTaken(unit=unit.id, place=place, unit_kind=kind) if place else None
    if isinstance(event, UnitReserveListed):
        return RoundPlaceTaken(unit=unit.id, place=unit.life.place, unit_kind=kind)
    return None


def _no_post(pack: Pack) -> Refusal:
    text = pack.rules["I-13"]
    return Refusal("I-13", text.clause, "今日没有可行使的职务", "no post is held today", text.needs_zh, text.needs_en)
