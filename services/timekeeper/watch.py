"""The watch is watched: each day every stream is looked through by the law, and days on which nobody did are recorded.

The projections say where something may be due; once a day it is asked of every stream, whatever they say (T-25).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import LiteralString
from uuid import UUID, uuid5

from events.governance.register import RegisterNotWatched
from services.casework.kinds import KINDS
from services.casework.register.state import Register, register_stream
from services.casework.timekeeping import TIMEKEEPER
from services.decisions import DecisionRequest, Decisions
from services.errors import KeyReused, Stale
from services.register import read_async

_WATCHED: LiteralString = "SELECT watched_on FROM register.watch"
_MARK: LiteralString = """
INSERT INTO register.watch (watched_on) VALUES (%s)
ON CONFLICT (is_one) DO UPDATE SET watched_on = greatest(register.watch.watched_on, excluded.watched_on)
"""


async def watched_on(decisions: Decisions) -> date | None:
    """The last day on which every stream was looked through; None where that never was."""
    async with decisions.states.pool.connection() as conn:
        row = await (await conn.execute(_WATCHED)).fetchone()
    return row[0] if row is not None else None


async def every_stream(decisions: Decisions, after: UUID) -> Sequence[UUID]:
    """The next streams of the register, whatever is due in them."""
    async with decisions.states.pool.connection() as conn:
        return await read_async.next_streams(conn, list(KINDS), after)


async def mark(decisions: Decisions, day: date) -> None:
    """Every stream was looked through on that day."""
    async with decisions.states.pool.connection() as conn:
        await conn.execute(_MARK, [day])


async def record_gap(decisions: Decisions, before: date | None, today: date) -> bool:
    """Record the days since the last that was watched, or since the register's opening; whether there were any.

    Of a register with a simulated clock nothing is known before it was first watched.
    """
    register = await decisions.states.current(Register, register_stream(decisions.states.place))
    if register is None or register.opened_on is None:
        return False
    begun = today if register.simulated else register.opened_on
    first = before + timedelta(days=1) if before is not None else begun
    first = max(first, *(until + timedelta(days=1) for _, until in register.not_watched), register.opened_on)
    last = today - timedelta(days=1)
    if first > last:
        return False
    command = uuid5(register.id, f"not-watched:{first}:{last}")
    request = DecisionRequest(
        command_id=command,
        digest=command.bytes,
        stream=register.id,
        event=RegisterNotWatched(from_=first, until=last),
        who=TIMEKEEPER.id,
        expected=register.version,
        posts=(TIMEKEEPER,),
    )
    try:
        await decisions.decide(request)
    except (Stale, KeyReused):
        return False  # somebody was faster
    return True
