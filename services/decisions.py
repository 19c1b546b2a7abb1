"""The one way from what somebody asks to what is stored: load, decide, seal, append; the same for every kind of stream.

The imperative shell around the law. Whoever asks (HTTP, intake, the timekeeper, the demonstration)
comes this way; what the law says and what the register stores is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from events.envelope import CHINA, Entry, Event
from events.governance.check import CheckDrawn
from events.governance.retention import RegisterContentDestroyed
from events.unit.record import UnitPersonalDataErased
from services import standing_in, vault
from services.casework.decide import Decision, DecisionRequest, decision, kind_of
from services.casework.entry_history import EntryHistory
from services.casework.kinds import KINDS
from services.casework.stream import advance
from services.errors import ConcordError, KeyReused, Refused, Stale, TimeMoved, Unavailable
from services.paper_stores import PaperStore
from services.reactions.destroy_keys_of_the_erased import destroy_keys_of_the_erased
from services.reactions.destroy_what_was_certified import destroy_what_was_certified
from services.reactions.order_the_checks_that_were_drawn import order_the_checks_that_were_drawn
from services.register import read_async
from services.register.append import Stored
from services.register.appender import Appender
from services.register.command import Command
from services.states import States

__all__ = ["Clock", "DecisionRequest", "Decisions", "now"]

RETRIES = 5
"""How often an act is judged anew at once when what it rests on moves meanwhile."""

FACT_SECONDS = 20.0
"""How long a fact waits its turn after that: it holds whatever came since, and is never turned away."""

Clock = Callable[[], datetime]
Reaction: TypeAlias = "Callable[[Decisions, Stored], Awaitable[None]]"
"""What follows when something was stored; safe to repeat."""

REACTIONS: Final[Mapping[type[Event], Reaction]] = {
    UnitPersonalDataErased: destroy_keys_of_the_erased,
    RegisterContentDestroyed: destroy_what_was_certified,
    CheckDrawn: order_the_checks_that_were_drawn,
}
"""What follows when an event of a type was stored, whoever decides."""

E = TypeVar("E", bound=Event)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass
class Decisions:
    """Takes what is asked to the law and to the register; owns no connection of its own."""

    states: States
    appender: Appender
    keys: vault.KeyFile
    clock: Clock = now
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    """What follows when an event of a type was stored, beside what always does."""
    papers: PaperStore | None = None
    """Where the bytes of papers lie that are not in the database."""

    _turns: WeakValueDictionary[UUID, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def decide(self, request: DecisionRequest) -> Stored:
        """Judge and store one act.

        Raises Refused, Stale (with what came since), KeyReused, OtherKind, ClockAhead, Unavailable. A retry
        of a stored act answers with what was stored, whatever has happened to the stream since.
        """
        if type(request.event) in vault.PERSONAL:
            request = replace(request, event=await self.tagged(request.event))
        stored = await self._decided_at_last(request)
        # after the events: a retry of the command does what a crash in between left
        for event_type in dict.fromkeys(type(recorded.entry.event) for recorded in stored.recorded):
            reaction = REACTIONS.get(event_type) or self.reactions.get(event_type)
            if reaction is not None:
                await reaction(self, stored)
        return stored

    async def tagged(self, event: E) -> E:
        """The event with person tags in place of identity numbers, which go no further than this (T-02)."""
        if not vault.needs_tagging(event):
            return event
        async with self.states.pool.connection() as conn:
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
            self.states.cache.drop(UUID(stale.stream))
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
                self.states.cache.drop(UUID(stale.stream))
                if stale.stream == str(request.stream) and request.expected is not None:
                    return await self.stored_before(request, stale)
        raise Unavailable("the stream", facts={"reason": "contended"})

    async def _decide_once(
        self, request: DecisionRequest, *, fresh: bool, not_before: datetime | None = None
    ) -> Stored:
        decided = await self._judged(request, fresh=fresh, not_before=not_before)
        if decided.refusals:
            raise Refused(decided.refusals)
        entries = decided.entries
        if any(type(entry.event) in vault.SEALED for entry in entries):
            entries = await self._sealed(entries)
        stored = await self.appender.append(Command(request.command_id, request.digest, decided.expect, entries))
        if not stored.repeated:
            self._remember(stored, decided)
        return stored

    async def _judged(self, request: DecisionRequest, *, fresh: bool, not_before: datetime | None = None) -> Decision:
        """What is decided on the states as remembered or as they are; with who could act, where somebody may not."""
        moment = max(self.clock(), not_before) if not_before is not None else self.clock()
        reading = decision(request, self.states.place, self.states.pack, moment)
        decided = await self.states.answer(reading, fresh=fresh or self._behind(request))
        return await self._explained(request, decided, moment) if decided.refusals else decided

    def _behind(self, request: DecisionRequest) -> bool:
        """Whether the stream is remembered as it was before the version that it was decided at."""
        known = self.states.cache.get(request.stream) if request.expected is not None else None
        return known is not None and request.expected is not None and known.version < request.expected

    async def preview(self, request: DecisionRequest) -> Decision:
        """What the act would store and refuse, judged as it is now; nothing is stored. Raises Stale, Unavailable."""
        if type(request.event) in vault.PERSONAL:
            request = replace(request, event=await self.tagged(request.event))
        return await self._judged(request, fresh=True)

    async def _explained(self, request: DecisionRequest, decided: Decision, moment: datetime) -> Decision:
        """What refuses it; where somebody is kept apart from a step, who in the place could do it (T-03)."""
        situation, day = decided.situation, moment.astimezone(CHINA).date()
        if situation is None or not standing_in.is_kept_apart(situation.state, decided.refusals):
            return decided
        refusals = await standing_in.naming_who_could(self.states, situation, request.event, day, decided.refusals)
        return replace(decided, refusals=tuple(refusals))

    def _remember(self, stored: Stored, decided: Decision) -> None:
        """Go on from what was stored: from the states decided, where the entries were stored as decided; else anew
        from the states before.
        """
        as_decided = {id(entry) for entry in decided.entries}
        before = decided.situation.context.states if decided.situation is not None else {}
        for stream, after in decided.after.items():
            own = [recorded for recorded in stored.recorded if recorded.entry.stream == stream]
            if not all(id(recorded.entry) in as_decided for recorded in own):
                state = before.get(stream) or KINDS[kind_of(own[0].entry.event)].state(stream)
                after = advance(state, [recorded.entry for recorded in own])  # noqa: PLW2901
            if isinstance(after.entries, EntryHistory):
                after.entries.stands_as(own[-1].state)
            self.states.cache.put(stream, after)

    async def _sealed(self, entries: tuple[Entry[Event], ...]) -> tuple[Entry[Event], ...]:
        wanted = set().union(*(vault.needed(entry) for entry in entries))
        if not wanted:
            return entries
        async with self.states.pool.connection() as conn:
            keys = await vault.aprovision(conn, self.keys, wanted)
        return tuple(vault.seal(entry, keys) for entry in entries)

    async def stored_before(self, request: DecisionRequest, error: ConcordError) -> Stored:
        """What this very command stored before; where it stored nothing, the error that led here is raised."""
        async with self.states.pool.connection() as conn:
            found = await read_async.find_command(conn, request.command_id)
        if found is None:
            raise error
        digest, recorded = found
        if digest != request.digest:
            raise KeyReused(str(request.command_id))
        return Stored(request.command_id, tuple(recorded), repeated=True)
