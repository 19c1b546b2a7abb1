"""What a sender sent that stands on no unit, by the sender's own id: parked, waiting for its report, or dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from services.casework.unit.signals import signal_id


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A message that is on no unit: the parked signal's stream, or the number of its letter; `code` says why."""

    outcome: Literal["parked", "settled", "waiting", "dead"]
    stream: UUID | None
    dead_letter: int | None
    code: str | None
    since: datetime


_HELD_BACK: LiteralString = """
    SELECT CASE WHEN s.open THEN 'parked' ELSE 'settled' END AS outcome, s.stream, NULL::bigint AS dead_letter,
           NULL::text AS code, e.recorded_at AS since
    FROM projections.streams AS s JOIN register.events AS e ON e.stream = s.stream AND e.version = 1
    WHERE s.kind = 'signal' AND s.label = %(signal)s
    UNION ALL
    SELECT CASE WHEN class = 'early' THEN 'waiting' ELSE 'dead' END, NULL, id, class, received_at
    FROM intake.dead_letters
    WHERE source = %(source)s AND external_id = %(external_id)s AND status <> 'replayed'
    ORDER BY since"""


async def held_back(conn: AsyncConnection[Any], source: str, external_id: str) -> list[HeldBack]:
    """All of that name that is on no unit, oldest first; `settled`: a parked one that was matched or discarded."""
    named = {"signal": signal_id(source, external_id), "source": source, "external_id": external_id}
    async with conn.cursor(row_factory=class_row(HeldBack)) as cursor:
        return await (await cursor.execute(_HELD_BACK, named)).fetchall()
