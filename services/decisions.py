"""The one way from what somebody asks to what is stored: load, decide, seal, append; the same for every kind of stream.

The imperative shell around the law. Whoever asks (HTTP, intake, the timekeeper, the demonstration)
comes this way; what the law says and what the register stores is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from events.envelope import CHINA, Actor, Event
from services import standing_in, vault
from services.casework.decide import Decision, DecisionRequest, context_of, decide, kind_of, rests_on, told_there
from services.casework.kinds import KINDS
from services.casework.law import Context, Refusal
from services.casework.officer.state import Officer
from services.casework.pack import NoSuchPack, Pack
from services.casework.policy.state import Packs, Policy, policy_stream
from services.casework.stream import State, advance
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from services.errors import ConcordError, KeyReused, OtherKind, Refused, Stale, TimeMoved, Unavailable
from services.reactions.destroy_keys_of_the_erased import destroy_keys_of_the_erased
from services.reactions.order_the_checks_that_were_drawn import order_the_checks_that_were_drawn
from services.register import read_async
from services.register.append import Appender, Command, Stored
from services.state_cache import StateCache, brought_up

__all__ = ["Clock", "DecisionRequest", "Decisions", "now"]

RETRIES = 5
"""How often an act is judged anew at once when what it rests on moves meanwhile."""

FACT_SECONDS = 20.0
"""How long a fact waits its turn after that: it holds whatever came since, and is never turned away."""

Clock = Callable[[], datetime]
Reaction: TypeAlias = "Callable[[Decisions, Stored], Awaitable[None]]"
"""What follows when something was stored; safe to repeat."""

S = TypeVar("S", bound=State)
E = TypeVar("E", bound=Event)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass
class Decisions:
    """Takes what is asked to the law and to the register; owns no connection but the pool it is given."""

    pool: AsyncConnectionPool[AsyncConnection[Any]]
    appender: Appender
    keys: vault.KeyFile
    pack: Pack
    """Judges where no policy has been adopted yet."""

    place: str
    clock: Clock = now
    follow_ups: Sequence[Reaction] = ()
    """What follows what was stored, beside what always does."""

    states: StateCache = field(default_factory=StateCache)
    _turns: WeakValueDictionary[UUID, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def load(self, streams: Iterable[UUID], *, fresh: bool) -> dict[UUID, State]:
        """The states of those streams that exist: as remembered (an append checks that it is still so), or now."""
        known = {stream: self.states.get(stream) for stream in dict.fromkeys(streams)}
        wanted = {
            stream: state.version if state is not None else 0
            for stream, state in known.items()
            if fresh or stream not in self.states
        }
        if wanted:
            async with self.pool.connection() as conn:
                read = await read_async.read_since(conn, wanted)
            for stream, rows in read.items():
                state = brought_up(stream, known[stream], rows)
                self.states.put(state)
                known[stream] = state
            for stream in wanted:
                if known[stream] is None:
                    self.states.put_absent(stream)
        return {stream: state for stream, state in known.items() if state is not None}

    async def snapshot(self, streams: Iterable[UUID]) -> tuple[int, dict[UUID, State]]:
        """The position of the log, and those of the streams that exist, exactly as they are there."""
        known = {stream: self.states.get(stream) for stream in dict.fromkeys(streams)}
        wanted = {stream: state.version if state is not None else 0 for stream, state in known.items()}
        async with self.pool.connection() as conn:
            position, read = await read_async.read_snapshot(conn, wanted)
        for stream, rows in read.items():
            state = brought_up(stream, known[stream], rows)
            self.states.put(state)
            known[stream] = state
        return position, {stream: state for stream, state in known.items() if state is not None}

    async def current(self, kind: type[S], stream: UUID) -> S | None:
        """The stream as it is now; None where there is none of that kind."""
        state = (await self.load([stream], fresh=True)).get(stream)
        return state if isinstance(state, kind) else None

    async def unit(self, stream: UUID) -> Unit:
        """The unit as it is now, unknown ones too."""
        return await self.current(Unit, stream) or UNIT.state(stream)

    async def packs(self, *, fresh: bool = False) -> Packs:
        """The pack in force on each day."""
        return self.packs_of(await self.load([policy_stream(self.place)], fresh=fresh))

    def packs_of(self, states: Mapping[UUID, State]) -> Packs:
        """The pack in force on each day, by the policy among these states."""
        policy = states.get(policy_stream(self.place))
        return Packs.of(policy if isinstance(policy, Policy) else None, self.pack)

    async def context(self, streams: Iterable[UUID], *, fresh: bool = False) -> Context:
        """The streams beside the one that is acted on, with the pack of each day."""
        wanted = {policy_stream(self.place), *streams}
        return context_of(wanted, await self.load(wanted, fresh=fresh), self.place, self.pack)

    async def decide(self, request: DecisionRequest) -> Stored:
        """Judge and store one act.

        Raises Refused, Stale (with what came since), KeyReused, OtherKind, ClockAhead, Unavailable. A retry
        of a stored act answers with what was stored, whatever has happened to the stream since.
        """
        request = replace(request, event=await self.tagged(request.event))
        stored = await self._decided_at_last(request)
        # after the events: a retry of the command does what a crash in between left
        for follow_up in (destroy_keys_of_the_erased, order_the_checks_that_were_drawn, *self.follow_ups):
            await follow_up(self, stored)
        return stored

    async def tagged(self, event: E) -> E:
        """The event with person tags in place of identity numbers, which go no further than this (T-02)."""
        if not vault.needs_tagging(event):
            return event
        async with self.pool.connection() as conn:
            return await vault.atagged(conn, self.keys, event)

    async def _decided_at_last(self, request: DecisionRequest) -> Stored:
        turn = self._turns.get(request.stream)
        if turn is not None and turn.locked():
            # whoever comes now would only be in the way of those that wait already
            return await self._decided_in_turn(request)
        try:
            return await self._decide_once(request, fresh=False)
        except (Refused, TimeMoved):  # a refusal may rest on what another process has changed since
            pass
        except Stale as stale:
            self.states.drop(UUID(stale.stream))
            if stale.stream == str(request.stream) and request.expected is not None:
                return await self.stored_before(request, stale)
        # those that met on one stream go on one after the other
        return await self._decided_in_turn(request)

    async def _decided_in_turn(self, request: DecisionRequest) -> Stored:
        turn = self._turns.setdefault(request.stream, asyncio.Lock())
        async with turn:
            return await self._decided_until(request, time.monotonic() + FACT_SECONDS)

    async def _decided_until(self, request: DecisionRequest, end: float) -> Stored:
        """Judge anew as often as what it rests on moves; a fact gives way to none, whatever other processes store."""
        not_before: datetime | None = None
        attempts = 0
        while attempts <= RETRIES or (request.expected is None and time.monotonic() < end):
            attempts += 1
            if attempts > RETRIES:
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 (so that two do not meet for ever)
            try:
                return await self._decide_once(request, fresh=True, not_before=not_before)
            except Refused as refused:
                return await self.stored_before(request, refused)
            except TimeMoved as moved:
                not_before = moved.moment
            except Stale as stale:
                self.states.drop(UUID(stale.stream))
                if stale.stream == str(request.stream) and request.expected is not None:
                    return await self.stored_before(request, stale)
        raise Unavailable("the stream", facts={"reason": "contended"})

    async def _decide_once(
        self, request: DecisionRequest, *, fresh: bool, not_before: datetime | None = None
    ) -> Stored:
        decision, context = await self._judged(request, fresh=fresh, not_before=not_before)
        if decision.refusals:
            raise Refused(decision.refusals)
        command = Command(request.command_id, request.digest, decision.expect, decision.entries)
        stored = await self.appender.append(await self._sealed(command))
        if not stored.repeated:
            self._remember(stored, decision, context.states)
        return stored

    async def _judged(
        self, request: DecisionRequest, *, fresh: bool, not_before: datetime | None
    ) -> tuple[Decision, Context]:
        """What is decided on the state as remembered or as it is, and the streams that it rests on."""
        state = await self._state_for(request, fresh)
        if request.expected is not None and state.version != request.expected:
            since = state.entries[request.expected :] if state.version > request.expected else ()
            raise Stale(str(request.stream), request.expected, state.version, since)
        moment = max(self.clock(), not_before) if not_before is not None else self.clock()
        beside = rests_on(state, request, self.place)
        context = await self.context(beside, fresh=fresh)
        further = told_there(request, context.states) - beside - {state.id}
        if further:
            context = await self.context(beside | further, fresh=fresh)
        context = replace(context, states={**context.states, state.id: state})
        posts = request.posts or self._posts(request.who, context, moment)
        try:
            decision = decide(request, state, posts, context, moment)
        except NoSuchPack as error:
            raise Unavailable(f"the policy pack in force ({error})") from error
        if decision.refusals:
            explained = await self._explained(request, state, posts, context, moment, decision.refusals)
            decision = Decision(refusals=tuple(explained))
        return decision, context

    async def preview(self, request: DecisionRequest) -> Decision:
        """What the act would store and refuse, judged as it is now; nothing is stored. Raises Stale, Unavailable."""
        request = replace(request, event=await self.tagged(request.event))
        decision, _ = await self._judged(request, fresh=True, not_before=None)
        return decision

    async def _explained(
        self,
        request: DecisionRequest,
        state: State,
        posts: Sequence[Actor],
        context: Context,
        moment: datetime,
        refusals: Sequence[Refusal],
    ) -> Sequence[Refusal]:
        """What refuses it; where somebody is kept apart from a step, who in the place could do it (T-03)."""
        if not isinstance(state, Unit) or not standing_in.is_kept_apart(state, refusals) or context.packs is None:
            return refusals
        day = moment.astimezone(CHINA).date()
        return await standing_in.naming_who_could(
            self, state, request.event, posts, day, context, context.packs.on(day), refusals
        )

    async def _state_for(self, request: DecisionRequest, fresh: bool) -> State:
        """The stream's state as remembered, where that can serve: the append checks that nothing came since."""
        known = self.states.get(request.stream)
        stale = known is not None and request.expected is not None and known.version < request.expected
        found = (await self.load([request.stream], fresh=fresh or stale)).get(request.stream)
        kind = kind_of(request.event)
        if found is None:
            nothing: State = KINDS[kind].state(request.stream)
            return nothing
        if found.descriptor.name != kind:
            raise OtherKind(str(request.stream), found.descriptor.name, kind)
        return found

    @staticmethod
    def _posts(who: UUID, context: Context, moment: datetime) -> Sequence[Actor]:
        day = moment.astimezone(CHINA).date()
        person = context.states.get(who)
        return person.actors(day) if isinstance(person, Officer) else ()

    def _remember(self, stored: Stored, decision: Decision, before: Mapping[UUID, State]) -> None:
        """Go on from what was stored: from the states decided, where the entries were stored as decided; else anew
        from the states before.
        """
        decided = {id(entry) for entry in decision.entries}
        for stream, after in decision.after.items():
            own = [recorded.entry for recorded in stored.recorded if recorded.entry.stream == stream]
            if all(id(entry) in decided for entry in own):
                self.states.put(after)
            else:
                self.states.put(advance(before.get(stream) or KINDS[kind_of(own[0].event)].state(stream), own))

    async def _sealed(self, command: Command) -> Command:
        wanted = set().union(*(vault.needed(entry) for entry in command.entries))
        if not wanted:
            return command
        async with self.pool.connection() as conn:
            keys = await vault.aprovision(conn, self.keys, wanted)
        return replace(command, entries=tuple(vault.seal(entry, keys) for entry in command.entries))

    async def stored_before(self, request: DecisionRequest, error: ConcordError) -> Stored:
        """What this very command stored before; where it stored nothing, the error that led here is raised."""
        async with self.pool.connection() as conn:
            found = await read_async.find_command(conn, request.command_id)
        if found is None:
            raise error
        digest, recorded = found
        if digest != request.digest:
            raise KeyReused(str(request.command_id))
        return Stored(request.command_id, tuple(recorded), repeated=True)
