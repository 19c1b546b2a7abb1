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
from services.casework.law import Refusal, refuse
from services.casework.nation import RECEIVER, carried_command, carried_event, declined_stream
from services.casework.pack import Pack
from services.decisions import RETRIES, Asked, Clock, Decisions, entry_of, now
from services.errors import KeyReused, Refused, Stale, Unavailable
from services.register.append import Appender, Command
from services.register.read_async import find_command
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
        return Decisions(self.pool, self.appender, self.keys, self.pack, self.place, self.clock)


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
        return carried_command(self.log, self.position)


async def carry(here: Province, carried: Carried) -> str:
    """Record the decision, or decline it where the law refuses it now; `recorded`, `declined` or `repeated`.

    Raises Unavailable and psycopg's errors, and KeyReused where that position brought other bytes before.
    """
    for _ in range(RETRIES + 1):
        async with here.pool.connection() as conn:
            found = await find_command(conn, carried.command)
        if found is not None:
            if found[0] != carried.digest:
                raise KeyReused(str(carried.command))
            return "repeated"
        try:
            return await _once(here, carried)
        except Stale:
            continue
    raise Unavailable("unit", facts={"reason": "contended"})


async def _once(here: Province, carried: Carried) -> str:
    """Raises Stale where the unit moved meanwhile."""
    decisions, decided = here.fresh(), carried.entry.event
    unit = await decisions.unit(decided.unit)
    event = carried_event(decided, carried.digest.hex())
    try:
        if event is None:
            raise Refused([refuse(here.pack, "I-00", "本程序不识别该决定", "this program does not know that decision")])
        if unit.life.since is None:
            raise Refused([refuse(here.pack, "I-00", "本省没有该单位", "there is no such unit in this province")])
        asked = Asked(
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
        stored = await decisions.decide(asked)
    except Refused as refused:
        stored = await here.appender.append(declining(here, carried, unit.version, refused.refusals))
        return "repeated" if stored.repeated else "declined"
    return "repeated" if stored.repeated else "recorded"


def declining(here: Province, carried: Carried, version: int, refusals: Sequence[Refusal]) -> Command:
    """The command that declines: it holds as long as the unit is at the version on which the law refused."""
    decided, moment = carried.entry.event, here.clock()
    event = DecisionDeclined(
        log=carried.log,
        position=carried.position,
        decision=decided.decision,
        unit=decided.unit,
        refusals=tuple(DeclinedBy(rule=one.rule, zh=one.zh, en=one.en) for one in refusals),
    )
    stream = declined_stream(carried.log, carried.position)
    asked = Asked(
        command_id=carried.command,
        digest=carried.digest,
        stream=stream,
        event=event,
        who=RECEIVER.id,
        correlation_id=carried.entry.correlation_id,
        causation_id=carried.entry.command_id,
    )
    entry = entry_of(asked, stream, 1, event, RECEIVER, moment, moment.astimezone(CHINA).date(), here.pack)
    return Command(carried.command, carried.digest, {stream: 0, decided.unit: version}, (entry,))
