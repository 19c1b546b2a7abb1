"""Matching a parked signal: a person names its unit, and it is recorded there as it came (domain §6)."""

from __future__ import annotations

from uuid import uuid5

from events.envelope import Entry, Event
from events.governance.signal import SignalMatched, SignalParked
from events.unit.signals import UnitSignalRecorded
from services.decisions import Asked, Decisions
from services.errors import NotFound
from services.intake.message import Reported, source_stream
from services.register import read_async
from services.register.append import Stored


async def match(decisions: Decisions, asked: Asked) -> Stored:
    """Record that the signal was matched, and the signal in its unit's stream with the match as its cause.

    The match comes first; a retry of the command records the signal where a crash came between.
    Raises NotFound where nothing is parked there or the unit is not known, and what deciding raises.
    """
    if not isinstance(asked.event, SignalMatched):
        raise TypeError("only a match is matched")
    parked = await _parked(decisions, asked)
    unit = asked.event.unit
    if not (await decisions.unit(unit)).version:
        raise NotFound(f"unit {unit}")
    stored = await decisions.govern(asked)
    source = await decisions.source(source_stream(parked.source))
    await decisions.decide(
        Asked(
            command_id=uuid5(asked.command_id, "signal"),
            digest=asked.digest,
            stream=unit,
            event=_reported(parked),
            who=source.id,
            posts=(source.actor(),),
            correlation_id=asked.correlation_id,
            causation_id=asked.command_id,
        )
    )
    return stored


async def _parked(decisions: Decisions, asked: Asked) -> SignalParked:
    async with decisions.pool.connection() as conn:
        entries: list[Entry[Event]] = [one.entry for one in await read_async.read_stream(conn, asked.stream)]
    if not entries or not isinstance(entries[0].event, SignalParked):
        raise NotFound(f"parked signal {asked.stream}")
    return entries[0].event


def _reported(parked: SignalParked) -> UnitSignalRecorded:
    data = Reported.model_validate_json(parked.message)
    fields = {name: getattr(data, name) for name in Reported.model_fields if name != "unit"}
    return UnitSignalRecorded(source=parked.source, digest=parked.digest, **fields)
