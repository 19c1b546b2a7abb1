"""Taking one message: authorise its source, find its unit, decide; or keep it as a dead letter with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from events.governance.signal import SignalParked
from events.words import ActorKind
from services.casework.law import Refusal, refuse
from services.casework.pack import Pack
from services.casework.source import Source, source_stream
from services.decisions import Asked, Decisions
from services.errors import ConcordError, KeyReused, Malformed, Refused
from services.intake import deadletters
from services.intake.find import Found, Opening, find_report, find_unit, never_opened, signal_of
from services.intake.message import Message, Reported, structured
from services.observed import metrics
from services.register.append import Stored

_PARKED = uuid5(NAMESPACE_URL, "concord:parked-signal")


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

    Raises Unavailable only: everything else ends as one of the outcomes.
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
    recorded = taken.outcome in ("taken", "repeated") and isinstance(message.data, Reported)
    if recorded and taken.unit is not None:
        await apply_waiting(decisions, message.source, message.data.external_id, taken.unit)
    return taken


async def _take(decisions: Decisions, message: Message, sender: UUID | None, reported_of: UUID | None = None) -> Taken:
    stream = source_stream(message.source)
    source = await decisions.source(stream)
    if not source.uri:
        source = await decisions.source(stream, fresh=True)
    if not source.uri or (sender is not None and sender != stream):
        raise Refused([not_the_source(decisions.pack, message, source)])
    if reported_of is not None:
        found: Found | None = (reported_of, never_opened)
    else:
        async with decisions.pool.connection() as conn:
            found = await find_unit(conn, message)
    if found is None:
        if not isinstance(message.data, Reported):
            raise Early
        return await _park(decisions, message, source)
    unit, opening = found
    if not isinstance(message.data, Reported) and not await _stands_on(decisions, message, unit):
        async with decisions.pool.connection() as conn:
            found = await find_report(conn, message)
        if found is None or not await _stands_on(decisions, message, found[0]):
            raise Early
        unit, opening = found
    stored = await decisions.decide(asked_of(message, unit, source, opening))
    here = any(one.entry.stream == unit for one in stored.recorded)
    outcome = "repeated" if stored.repeated else "taken"
    return Taken(outcome, message.id, unit if here else None, stored, masked=message.masked)


async def _stands_on(decisions: Decisions, message: Message, unit: UUID) -> bool:
    return signal_of(message) in (await decisions.unit(unit)).signals.all


def not_the_source(pack: Pack, message: Message, source: Source) -> Refusal:
    """I-13: the message does not come from a registered source, or not from its own."""
    zh = "来源未登记" if not source.uri else "令牌不属于该来源"
    en = "the source is not registered" if not source.uri else "the token is not that source's"
    return refuse(pack, "I-13", zh, en, (message.source,))


def asked_of(message: Message, unit: UUID, source: Source, opening: Opening) -> Asked:
    """The act that a message asks for."""
    return Asked(
        command_id=message.command_id,
        digest=message.digest,
        stream=unit,
        event=message.event(),
        who=source.id,
        posts=(source.actor(),),
        opening=opening(source),
    )


async def _park(decisions: Decisions, message: Message, source: Source) -> Taken:
    stored = await decisions.govern(parking(message, source))
    return Taken("repeated" if stored.repeated else "parked", message.id, stored=stored, masked=message.masked)


def parking(message: Message, source: Source) -> Asked:
    """No unit could be matched: the signal gets a stream of its own until a person matches or discards it."""
    told = message.data.unit
    event = SignalParked(
        signal=signal_of(message),
        source=message.source,
        reason="统一社会信用代码缺失或校验不通过，且名称与所在地不能唯一匹配",
        unit_code=message.code,
        unit_name=told.name,
        unit_place=told.place,
        digest=message.digest.hex(),
        message=orjson.dumps(message.data.model_dump(mode="json", exclude_none=True)).decode(),
    )
    stream = uuid5(_PARKED, str(message.command_id))
    system = source.actor().model_copy(update={"kind": ActorKind.SYSTEM})
    return Asked(message.command_id, message.digest, stream, event, source.id, posts=(system,), expected=0)


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


async def apply_waiting(decisions: Decisions, source: str, external_id: str, unit: UUID) -> None:
    """Amendments and withdrawals that came before this report are taken now, in the order they came."""
    async with decisions.pool.connection() as conn:
        letters = await deadletters.waiting_for(conn, source, external_id)
    for letter in letters:
        await retry(decisions, letter["id"], unit)


async def retry(decisions: Decisions, number: int, unit: UUID | None = None) -> Taken | None:
    """Take a dead letter again, as it came; None where there is no such letter. `unit` is that of its report,
    where it is known to stand.
    """
    async with decisions.pool.connection() as conn:
        found = await deadletters.message_of(conn, number)
    if found is None:
        return None
    raw, sender = found
    try:
        taken = await _take(decisions, structured(orjson.loads(raw), raw), sender, unit)
    except (ConcordError, orjson.JSONDecodeError) as error:
        kind = error.code if isinstance(error, ConcordError) else "not-json"
        async with decisions.pool.connection() as conn:
            await deadletters.attempted(conn, number, kind, str(error))
        outcome = "waiting" if isinstance(error, Early) else "dead"
        return Taken(outcome, None, dead_letter=number, error=error if isinstance(error, ConcordError) else None)
    async with decisions.pool.connection() as conn:
        await deadletters.resolve(conn, number, "replayed")
    return taken
