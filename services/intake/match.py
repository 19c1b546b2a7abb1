"""Matching a parked signal: a person names its unit, and it is recorded there as it came (domain §6)."""

from __future__ import annotations

from uuid import uuid5

from events.envelope import CHINA, Entry, Event
from events.governance.signal import SignalMatched, SignalParked
from events.places import within
from events.unit.signals import UnitSignalRecorded
from services.casework.judgement import judge, propose
from services.casework.law import Beside, refuse
from services.casework.source import Source, source_stream
from services.casework.unit.state import Unit
from services.decisions import Asked, Decisions
from services.errors import NotFound, Refused
from services.intake.message import Reported
from services.intake.take import apply_waiting
from services.register import read_async
from services.register.append import Stored


async def match(decisions: Decisions, asked: Asked) -> Stored:
    """Record that the signal was matched, and the signal in its unit's stream with the match as its cause.

    Judged whole before anything is stored; the match comes first, and a retry of the command records
    the signal where a crash came between. Raises NotFound where nothing is parked there or the unit is
    not known, Refused where the signal could not stand there or the unit is outside the officer's place.
    """
    if not isinstance(asked.event, SignalMatched):
        raise TypeError("only a match is matched")
    entries = await _stream(decisions, asked)
    parked = entries[0].event
    if not isinstance(parked, SignalParked):
        raise NotFound(f"parked signal {asked.stream}")
    unit = await decisions.unit(asked.event.unit)
    if unit.life.since is None:
        raise NotFound(f"unit {asked.event.unit}")
    source = await decisions.source(source_stream(parked.source), fresh=True)
    reported = _reported(parked)
    if len(entries) == 1:
        await _judged(decisions, asked, unit, reported, source)
    stored = await decisions.govern(asked)
    await decisions.decide(
        Asked(
            command_id=uuid5(asked.command_id, "signal"),
            digest=asked.digest,
            stream=unit.id,
            event=reported,
            who=source.id,
            posts=(source.actor(),),
            correlation_id=asked.correlation_id,
            causation_id=asked.command_id,
        )
    )
    await apply_waiting(decisions, parked.source, reported.external_id, unit.id)
    return stored


async def _judged(decisions: Decisions, asked: Asked, unit: Unit, reported: UnitSignalRecorded, source: Source) -> None:
    day = decisions.clock().astimezone(CHINA).date()
    posts = asked.posts or (await decisions.officer(asked.who, fresh=True)).actors(day)
    if not any(within(unit.life.place, post.place) for post in posts):
        zh, en = "该单位不在任职地区内", "the unit is outside the place of the post"
        raise Refused([refuse(decisions.pack, "I-13", zh, en)])
    event = propose(unit, reported, source.actor(), day, decisions.pack)
    refusals = judge(unit, event, source.actor(), day, decisions.pack, beside=Beside(source=source))
    if refusals:
        raise Refused(refusals)


async def _stream(decisions: Decisions, asked: Asked) -> list[Entry[Event]]:
    async with decisions.pool.connection() as conn:
        entries: list[Entry[Event]] = [one.entry for one in await read_async.read_stream(conn, asked.stream)]
    if not entries:
        raise NotFound(f"parked signal {asked.stream}")
    return entries


def _reported(parked: SignalParked) -> UnitSignalRecorded:
    data = Reported.model_validate_json(parked.message)
    fields = {name: getattr(data, name) for name in Reported.model_fields if name != "unit"}
    return UnitSignalRecorded(source=parked.source, digest=parked.digest, **fields)
