"""Taking one message: authorise its source, find its unit, decide; or keep it as a dead letter with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from psycopg import AsyncConnection

from events.envelope import Event
from events.governance.signal import SignalParked
from events.unit.registration import UnitRegistered
from events.words import ActorKind, UnitKind
from services.casework.law import Refusal, refuse
from services.casework.pack import Pack
from services.casework.registration import unit_id
from services.casework.signals import signal_id
from services.casework.source import Source
from services.decisions import Asked, Decisions
from services.errors import ConcordError, KeyReused, Malformed, Refused
from services.intake import deadletters
from services.intake.message import Message, Reported, is_credit_code, source_stream, structured
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
        taken = await _dead(decisions, message, channel, Conflict())
    except Early as early:
        taken = await _dead(decisions, message, channel, early)
        # the report may have been stored between the look and the keeping
        taken = await retry(decisions, taken.dead_letter or 0) or taken
    except Refused as refused:
        taken = await _dead(decisions, message, channel, refused)
    metrics.INTAKE.labels(taken.outcome).inc()
    if taken.outcome == "taken" and isinstance(message.data, Reported):
        await _apply_waiting(decisions, message)
    return taken


async def _take(decisions: Decisions, message: Message, sender: UUID | None) -> Taken:
    stream = source_stream(message.source)
    source = await decisions.source(stream)
    if not source.uri:
        source = await decisions.source(stream, fresh=True)
    if not source.uri or (sender is not None and sender != stream):
        raise Refused([not_the_source(decisions.pack, message, source)])
    async with decisions.pool.connection() as conn:
        found = await find_unit(conn, message)
    if found is None:
        return await _park(decisions, message, source)
    unit, opening = found
    if not isinstance(message.data, Reported):
        known = (await decisions.unit(unit)).signals.all
        if signal_id(message.source, message.data.external_id) not in known:
            raise Early
    stored = await decisions.decide(asked_of(message, unit, source, opening))
    return Taken("repeated" if stored.repeated else "taken", message.id, unit, stored, masked=message.masked)


def not_the_source(pack: Pack, message: Message, source: Source) -> Refusal:
    """I-13: the message does not come from a registered source, or not from its own."""
    zh = "来源未登记" if not source.uri else "令牌不属于该来源"
    en = "the source is not registered" if not source.uri else "the token is not that source's"
    return refuse(pack, "I-13", zh, en, (message.source,))


Opening = Callable[[Source], Event | None]
"""How a unit is opened that is not known yet, if it can be."""

ON_THE_BOARD: Final = """
    SELECT unit FROM projections.board
    WHERE (%(code)s::text IS NOT NULL AND code = %(code)s)
       OR (%(name)s::text IS NOT NULL AND name = %(name)s AND place = %(place)s) LIMIT 2"""


def by_credit_code(message: Message) -> tuple[UUID, Opening] | None:
    """The enterprise of the message's credit code, known or not; None where it has no valid one."""
    code, told = message.code, message.data.unit
    if code is None or not is_credit_code(code):
        return None
    name, place = told.name or code, told.place

    def opening(source: Source) -> Event:
        return UnitRegistered(
            kind=UnitKind.ENTERPRISE, name=name, code=code, place=place or source.place, provisional=True
        )

    return unit_id(UnitKind.ENTERPRISE, code), opening


def on_the_board(message: Message) -> dict[str, str | None]:
    """The parameters of ON_THE_BOARD."""
    return {"code": message.code, "name": message.data.unit.name, "place": message.data.unit.place}


def the_only(rows: Sequence[Sequence[Any]]) -> tuple[UUID, Opening] | None:
    """The unit of ON_THE_BOARD's rows where it is one unit only; such a unit is never opened."""
    return (rows[0][0], lambda _source: None) if len(rows) == 1 else None


async def find_unit(conn: AsyncConnection[Any], message: Message) -> tuple[UUID, Opening] | None:
    """The unit that a message is about, with how to open it where it is not known yet.

    By its credit code; else by another public code that is known; else by exact name and place where
    that is one unit only (domain §6). None where no unit can be found.
    """
    found = by_credit_code(message)
    if found is None:
        found = the_only(await (await conn.execute(ON_THE_BOARD, on_the_board(message))).fetchall())
    return found


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


def parking(message: Message, source: Source) -> Asked:
    """No unit could be matched: the signal gets a stream of its own until a person matches or discards it."""
    told = message.data.unit
    event = SignalParked(
        signal=signal_id(message.source, message.data.external_id),
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


async def _park(decisions: Decisions, message: Message, source: Source) -> Taken:
    stored = await decisions.govern(parking(message, source))
    return Taken("repeated" if stored.repeated else "parked", message.id, stored=stored, masked=message.masked)


async def _dead(decisions: Decisions, message: Message, channel: str, error: ConcordError) -> Taken:
    async with decisions.pool.connection() as conn:
        number = await deadletters.keep(conn, letter_of(message, channel, error))
    outcome = "waiting" if isinstance(error, Early) else "dead"
    return Taken(outcome, message.id, dead_letter=number, error=error)


def letter_of(message: Message, channel: str, error: ConcordError) -> dict[str, Any]:
    """A message that was read but cannot be taken, as a dead letter."""
    about, code = message.data.external_id, error.code
    return deadletters.row(channel, code, str(error), message.raw, source=message.source, external_id=about)


async def dead(decisions: Decisions, raw: bytes, channel: str, error: Malformed, headers: dict[str, str]) -> Taken:
    """A message that could not even be read, kept with its reason."""
    async with decisions.pool.connection() as conn:
        number = await deadletters.keep(conn, deadletters.row(channel, error.code, str(error), raw, headers=headers))
    metrics.INTAKE.labels("dead").inc()
    return Taken("dead", None, dead_letter=number, error=error)


async def _apply_waiting(decisions: Decisions, report: Message) -> None:
    """Amendments and withdrawals that came before this report are taken now, in the order they came."""
    async with decisions.pool.connection() as conn:
        letters = await deadletters.waiting_for(conn, report.source, report.data.external_id)
    for letter in letters:
        await retry(decisions, letter["id"])


async def retry(decisions: Decisions, number: int) -> Taken | None:
    """Take a dead letter again, as it came; None where there is no such letter."""
    async with decisions.pool.connection() as conn:
        found = await deadletters.message_of(conn, number)
    if found is None:
        return None
    raw, _ = found
    try:
        taken = await _take(decisions, structured(orjson.loads(raw), raw), None)
    except (ConcordError, orjson.JSONDecodeError) as error:
        kind = error.code if isinstance(error, ConcordError) else "not-json"
        async with decisions.pool.connection() as conn:
            await deadletters.attempted(conn, number, kind, str(error))
        outcome = "waiting" if isinstance(error, Early) else "dead"
        return Taken(outcome, None, dead_letter=number, error=error if isinstance(error, ConcordError) else None)
    async with decisions.pool.connection() as conn:
        await deadletters.resolve(conn, number, "replayed")
    return taken
