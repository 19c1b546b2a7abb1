"""A decision of the nation into the unit's stream: recorded, or declined where the law refuses it by now, once.

The command's id follows from where the decision stands in the nation's log, and it is the same whether the
decision is recorded or declined: a crash, a double or a second process changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from events.envelope import CHINA, Entry
from events.governance.decision import DecisionDeclined, DeclinedBy
from events.governance.national import NationalDecided
from services.casework.decide import DecisionRequest, decision
from services.casework.decision.state import Declined, declined_stream
from services.casework.law import Refusal, refuse
from services.casework.national.kind import RECEIVER, carried_command, carried_event
from services.casework.pack import Pack
from services.casework.unit.state import Unit
from services.decisions import RETRIES, Clock, Decisions, now
from services.errors import KeyReused, Refused, Stale, TimeMoved, Unavailable
from services.register.appender import Appender
from services.register.command import Command
from services.register.read_async import find_command
from services.states import States
from services.vault import KeyFile


@dataclass(frozen=True, slots=True)
class Province:
    """Where decisions are recorded: the register's connections, keys, law and place."""

    pool: AsyncConnectionPool[AsyncConnection[Any]]
    appender: Appender
    keys: KeyFile
    pack: Pack
    place: str
    clock: Clock = now

    def fresh(self) -> Decisions:
        """Decisions that remember nothing: a refusal is final here, so it is never one of an old state."""
        return Decisions(States(self.pool, self.place, self.pack), self.appender, self.keys, self.clock)


@dataclass(frozen=True, slots=True)
class Carried:
    """A decision of the nation as it came: its place in the nation's log, its entry, the digest of its bytes."""

    log: UUID
    position: int
    entry: Entry[NationalDecided]
    digest: bytes

    @property
    def command(self) -> UUID:
        """The one command by which the province records or declines it."""
        return carried_command(self.log, self.position, self.digest)


async def carry(here: Province, carried: Carried) -> str:
    """Record the decision, or decline it where the law refuses it now; `recorded`, `declined` or `repeated`.

    Raises Unavailable, ClockAhead and psycopg's errors, and KeyReused where that position brought other bytes before.
    """
    for _ in range(RETRIES + 1):
        async with here.pool.connection() as conn:
            found = await find_command(conn, carried.command)
        if found is not None:
            if found[0] != carried.digest:
                raise KeyReused(str(carried.command))
            return "repeated"
        try:
            return await _once(here.fresh(), carried)
        except (Stale, TimeMoved):
            continue
    raise Unavailable("unit", facts={"reason": "contended"})


async def _once(decisions: Decisions, carried: Carried) -> str:
    """Raises Stale where the unit moved meanwhile, TimeMoved where the day did."""
    unit = await decisions.states.unit(carried.entry.event.unit)
    try:
        stored = await decisions.decide(await _recording(decisions, carried, unit))
    except Refused as refused:
        return await _decline(decisions, carried, unit, refused.refusals)
    return "repeated" if stored.repeated else "recorded"


async def _recording(decisions: Decisions, carried: Carried, unit: Unit) -> DecisionRequest:
    """The decision as the unit's own event. Raises Refused where it can be none."""
    decided = carried.entry.event
    event = carried_event(decided, carried.digest.hex())
    if event is None or unit.life.since is None:
        pack = (await decisions.states.packs(fresh=True)).on(decisions.clock().astimezone(CHINA).date())
        zh, en = (
            ("本程序不识别该决定", "this program does not know that decision")
            if event is None
            else ("本省没有该单位", "there is no such unit in this province")
        )
        raise Refused([refuse(pack, "I-00", zh, en)])
    return DecisionRequest(
        command_id=carried.command,
        digest=carried.digest,
        stream=decided.unit,
        event=event,
        who=carried.entry.actor.id,
        expected=unit.version,
        posts=(carried.entry.actor,),
        correlation_id=carried.entry.correlation_id,
        causation_id=carried.entry.command_id,
    )


async def _decline(decisions: Decisions, carried: Carried, unit: Unit, refusals: Sequence[Refusal]) -> str:
    """Store that it is declined, as long as the unit is at the version on which the law refused.

    Raises Stale, and KeyReused where what stands at that position was declined with other bytes.
    """
    request, states = declining(carried, refusals), decisions.states
    if await states.current(Declined, request.stream) is not None:
        raise KeyReused(str(carried.command))
    reading = decision(request, states.place, states.pack, decisions.clock())
    decided = await states.answer(reading, fresh=True, given={unit.id: unit if unit.version else None})
    if decided.refusals:
        raise Refused(decided.refusals)
    command = Command(request.command_id, request.digest, decided.expect, decided.entries)
    stored = await decisions.appender.append(command)
    return "repeated" if stored.repeated else "declined"


def declining(carried: Carried, refusals: Sequence[Refusal]) -> DecisionRequest:
    """What the register itself asks where the law refuses the decision."""
    decided = carried.entry.event
    event = DecisionDeclined(
        log=carried.log,
        position=carried.position,
        decision=decided.decision,
        unit=decided.unit,
        refusals=tuple(DeclinedBy(rule=one.rule, zh=one.zh, en=one.en) for one in refusals),
    )
    return DecisionRequest(
        command_id=carried.command,
        digest=carried.digest,
        stream=declined_stream(carried.log, carried.position),
        event=event,
        who=RECEIVER.id,
        expected=0,
        posts=(RECEIVER,),
        correlation_id=carried.entry.correlation_id,
        causation_id=carried.entry.command_id,
    )
