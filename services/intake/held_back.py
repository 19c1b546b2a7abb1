"""What a sender sent that stands on no unit, by the sender's own id: parked, waiting for its report, or dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from events.governance.signal import SignalParked
from services.casework.signal.state import id_at_source
from services.casework.unit.signals import signal_id
from services.register.read_async import read_stream


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A message that is on no unit: the parked signal's stream, or the number of its letter; `code` says why."""

    outcome: Literal["parked", "settled", "waiting", "dead"]
    stream: UUID | None
    dead_letter: int | None
    code: str | None
    since: datetime


_PARKED: LiteralString = "SELECT stream, open FROM projections.streams WHERE kind = 'signal' AND label = %s"
"""Sources may use the same ids: whose it is, the stream says."""

_DEAD: LiteralString = """
    SELECT CASE WHEN class = 'early' THEN 'waiting' ELSE 'dead' END AS outcome, NULL::uuid AS stream,
           id AS dead_letter, class AS code, received_at AS since
    FROM intake.dead_letters
    WHERE source = %s AND external_id = %s AND status <> 'replayed'"""


async def held_back(conn: AsyncConnection[Any], source: str, external_id: str) -> list[HeldBack]:
    """All of that name that is on no unit, oldest first; `settled`: a parked one that was matched or discarded."""
    wanted, found = signal_id(source, external_id), list[HeldBack]()
    for stream, is_open in await (await conn.execute(_PARKED, [id_at_source(wanted)])).fetchall():
        first = (await read_stream(conn, stream))[0].entry
        if isinstance(first.event, SignalParked) and first.event.signal == wanted:
            found.append(HeldBack("parked" if is_open else "settled", stream, None, None, first.recorded_at))
    async with conn.cursor(row_factory=class_row(HeldBack)) as cursor:
        found += await (await cursor.execute(_DEAD, [source, external_id])).fetchall()
    return sorted(found, key=lambda one: one.since)
