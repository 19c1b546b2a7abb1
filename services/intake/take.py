"""Taking one message: authorise its source, find its unit, decide; or keep it as a dead letter with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import orjson

from events.envelope import CHINA
from services.casework.source.state import Source, source_stream
from services.decisions import Decisions
from services.errors import ClockAhead, ConcordError, KeyReused, Malformed, Refused, TimeMoved, Unavailable
from services.intake import deadletters
from services.intake.find import find_report, find_unit, signal_of
from services.intake.message import Message, Reported, structured
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

    def __str__(self) -> str:
        return "the same source and id came before with other content"


class Early(ConcordError):
    """An amendment or withdrawal came before its report (202): it waits for it."""

    code = deadletters.EARLY
    status = 202

    def __str__(self) -> str:
        return "the report that this is about has not come yet"


async def take(decisions: Decisions, message: Message, channel: str, sender: UUID | None = None) -> Taken:
    """Take a message. `sender` is the stream of the source that an HTTP token speaks for; None on a trusted wire.

    Raises Unavailable, ClockAhead and TimeMoved only: everything else ends as one of the outcomes.
    """
    try:
        taken = await _take(decisions, message, sender)
    except KeyReused:
        taken = await _dead(decisions, message, channel, Conflict(), sender)
    except Early as early:
        taken = await _dead(decisions, message, channel, early, sender)
        # the report may have been stored between the look and the keeping
        taken = await retry(decisions, taken.dead_letter or 0) or taken
    except Refused as refused:
        taken = await _dead(decisions, message, channel, refused, sender)
    metrics.INTAKE.labels(taken.outcome).inc()
    return taken


async def _take(decisions: Decisions, message: Message, sender: UUID | None, reported_at: UUID | None = None) -> Taken:
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


async def _dead(
    decisions: Decisions, message: Message, channel: str, error: ConcordError, sender: UUID | None
) -> Taken:
    async with decisions.pool.connection() as conn:
        number = await deadletters.keep(conn, letter_of(message, channel, error, sender))
    outcome = "waiting" if isinstance(error, Early) else "dead"
    return Taken(outcome, message.id, dead_letter=number, error=error)


def letter_of(message: Message, channel: str, error: ConcordError, sender: UUID | None = None) -> dict[str, Any]:
    """The dead letter of a message that was read; `sender` is the source whose token brought it."""
    return deadletters.row(
        channel,
        error.code,
        str(error),
        message.raw,
        source=message.source,
        external_id=message.data.external_id,
        headers={"sender": str(sender)} if sender else {},
    )


async def dead(decisions: Decisions, raw: bytes, channel: str, error: Malformed, headers: dict[str, str]) -> Taken:
    """A message that could not even be read, kept with its reason."""
    async with decisions.pool.connection() as conn:
        number = await deadletters.keep(conn, deadletters.row(channel, error.code, str(error), raw, headers=headers))
    metrics.INTAKE.labels("dead").inc()
    return Taken("dead", None, dead_letter=number, error=error)


async def retry(decisions: Decisions, number: int, unit: UUID | None = None) -> Taken | None:
    """Take a dead letter again, as it came; None where there is no such letter. `unit` is that of its report,
    where it is known to stand. Raises what `take` raises; then the letter waits as before.
    """
    async with decisions.pool.connection() as conn:
        found = await deadletters.message_of(conn, number)
    if found is None:
        return None
    raw, sender = found
    try:
        taken = await _take(decisions, structured(orjson.loads(raw), raw), sender, unit)
    except NOT_NOW:
        raise
    except (ConcordError, orjson.JSONDecodeError) as error:
        kind = error.code if isinstance(error, ConcordError) else "not-json"
        async with decisions.pool.connection() as conn:
            await deadletters.attempted(conn, number, kind, str(error))
        outcome = "waiting" if isinstance(error, Early) else "dead"
        return Taken(outcome, None, dead_letter=number, error=error if isinstance(error, ConcordError) else None)
    async with decisions.pool.connection() as conn:
        await deadletters.resolve(conn, number, "replayed")
    return taken
