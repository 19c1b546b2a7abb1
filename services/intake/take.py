"""Taking one message: authorise its source, find its unit, decide; or keep it as a dead letter with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from events.envelope import CHINA
from services.casework.source.state import Source, source_stream
from services.decisions import Decisions
from services.errors import ClockAhead, ConcordError, KeyReused, Malformed, Refused, TimeMoved, Unavailable
from services.intake import deadletters
from services.intake.find import find_report, find_unit, signal_of
from services.intake.message import Message, Reported
from services.intake.record import Incoming
from services.intake.requests import not_the_source, parking, recording
from services.observed import metrics
from services.register.append import Stored

NOT_NOW: Final = (ClockAhead, TimeMoved, Unavailable)
"""The register cannot take anything now; that is no fault of the message."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message: `taken`, `repeated`, `parked`, `waiting` (for its report), or `dead`."""

    outcome: str
    id: str | None
    unit: UUID | None = None
    stored: Stored | None = None
    dead_letter: int | None = None
    masked: bool = False
    error: ConcordError | None = None


class Conflict(ConcordError):
    """The same (source, id) came before with other content (409)."""

    code = "conflict"
    status = 409
    zh = "同一来源和编号此前有不同内容"

    def __str__(self) -> str:
        return "the same source and id came before with other content"


class Early(ConcordError):
    """An amendment or withdrawal came before its report (202): it waits for it."""

    code = deadletters.EARLY
    status = 202
    zh = "所涉信号尚未收到"

    def __str__(self) -> str:
        return "the report that this is about has not come yet"


async def take(decisions: Decisions, one: Incoming, channel: str) -> Taken:
    """Take a message; its `sender` is the source whose token brought it, None on a trusted wire.

    Raises Unavailable, ClockAhead and TimeMoved only: everything else ends as one of the outcomes.
    """
    try:
        taken = await _take(decisions, one)
    except KeyReused:
        taken = await _dead(decisions, one, channel, Conflict())
    except Early as early:
        taken = await _dead(decisions, one, channel, early)
        # the report may have been stored between the look and the keeping
        taken = await retry(decisions, taken.dead_letter or 0) or taken
    except (Malformed, Refused) as error:
        taken = await _dead(decisions, one, channel, error)
    metrics.INTAKE.labels(taken.outcome).inc()
    return taken


async def _take(decisions: Decisions, one: Incoming, reported_at: UUID | None = None) -> Taken:
    message, sender = one.read, one.raw.sender
    if isinstance(message, Malformed):
        raise message
    stream = source_stream(message.source)
    source = (await decisions.load([stream], fresh=False)).get(stream)
    if not isinstance(source, Source) or (sender is not None and sender != stream):
        pack = (await decisions.packs()).on(decisions.clock().astimezone(CHINA).date())
        raise Refused([not_the_source(pack, message, source if isinstance(source, Source) else None)])
    unit = reported_at or await _unit_of(decisions, message)
    if unit is None:
        stored = await decisions.decide(parking(message, source))
        return Taken("repeated" if stored.repeated else "parked", message.id, stored=stored, masked=message.masked)
    request = recording(message, unit, source)
    if await decisions.load([unit], fresh=False):
        request = replace(request, opening=None)
    stored = await decisions.decide(request)
    here = any(recorded.entry.stream == unit for recorded in stored.recorded)
    outcome = "repeated" if stored.repeated else "taken"
    return Taken(outcome, message.id, unit if here else None, stored, masked=message.masked)


async def _unit_of(decisions: Decisions, message: Message) -> UUID | None:
    """The unit of a report, None where none is found; of a change the one on which its report stands. Raises Early."""
    async with decisions.pool.connection() as conn:
        unit = await find_unit(conn, message)
    if isinstance(message.data, Reported):
        return unit
    if unit is not None and await _stands_at(decisions, message, unit):
        return unit
    async with decisions.pool.connection() as conn:
        unit = await find_report(conn, message)
    if unit is None or not await _stands_at(decisions, message, unit):
        raise Early
    return unit


async def _stands_at(decisions: Decisions, message: Message, unit: UUID) -> bool:
    return signal_of(message) in (await decisions.unit(unit)).signals.all


async def _dead(decisions: Decisions, one: Incoming, channel: str, error: ConcordError) -> Taken:
    async with decisions.pool.connection() as conn:
        number = await deadletters.keep(conn, letter_of(one, channel, error))
    name = one.read.id if isinstance(one.read, Message) else None
    outcome = "waiting" if isinstance(error, Early) else "dead"
    return Taken(outcome, name, dead_letter=number, error=error)


def letter_of(one: Incoming, channel: str, error: ConcordError) -> dict[str, Any]:
    """The dead letter of a message, by its source and external id where it could be read."""
    message = one.read
    if isinstance(message, Malformed):
        return deadletters.row(channel, error.code, str(error), one.raw)
    known = {"source": message.source, "external_id": message.data.external_id}
    return deadletters.row(channel, error.code, str(error), one.raw, **known)


async def retry(decisions: Decisions, number: int, unit: UUID | None = None) -> Taken | None:
    """Take a dead letter again, as it came and in its own mode; None where there is no such letter.

    `unit` is that of its report, where it is known to stand. Raises what `take` raises: then the letter waits on.
    """
    async with decisions.pool.connection() as conn:
        found = await deadletters.message_of(conn, number)
    if found is None:
        return None
    try:
        taken = await _take(decisions, found, unit)
    except NOT_NOW:
        raise
    except ConcordError as error:
        async with decisions.pool.connection() as conn:
            await deadletters.attempted(conn, number, error.code, str(error))
        outcome = "waiting" if isinstance(error, Early) else "dead"
        return Taken(outcome, None, dead_letter=number, error=error)
    async with decisions.pool.connection() as conn:
        await deadletters.resolve(conn, number, "replayed")
    return taken
