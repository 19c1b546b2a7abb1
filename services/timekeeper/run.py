"""Sweeping the units on which a day has passed, and doing what that brings about."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from events.envelope import CHINA, Event
from services.casework.timekeeping import TIMEKEEPER, brought_about
from services.decisions import Asked, Decisions
from services.errors import KeyReused, Refused, Stale, Unavailable

_log = structlog.get_logger()
_COMMANDS = uuid5(NAMESPACE_URL, "concord:timekeeper-command")

PAUSE_SECONDS = 60.0
"""Between two looks; a sweep with nothing to do is one query."""

_WAITING = """
SELECT unit FROM projections.deadlines
WHERE state = 'open' AND (due < %(day)s OR (kind = 'complete_publicity' AND since < %(day)s)) AND unit > %(after)s
UNION
SELECT unit FROM projections.board WHERE watch = 'frozen' AND unit > %(after)s
ORDER BY unit LIMIT 500
"""


async def sweep(decisions: Decisions) -> int:
    """Do what today brings about, for every unit for which something is due; how many events that were."""
    day, done, after = decisions.clock().astimezone(CHINA).date(), 0, UUID(int=0)
    while True:
        async with decisions.pool.connection() as conn:
            rows = await (await conn.execute(_WAITING, {"day": day, "after": after})).fetchall()
        for (unit,) in rows:
            done += await _sweep_unit(decisions, unit, day)
        if not rows:
            return done
        after = rows[-1][0]


async def _sweep_unit(decisions: Decisions, stream: UUID, day: date) -> int:
    done = 0
    unit = await decisions.unit(stream)
    for event in list(brought_about(unit, day, decisions.pack)):
        try:
            await decisions.decide(_asked(stream, event, day, unit.version + done))
        except (Refused, Stale, KeyReused):
            # somebody was faster; what is left is seen at the next sweep
            return done
        done += 1
    return done


def _asked(stream: UUID, event: Event, day: date, version: int) -> Asked:
    command = uuid5(_COMMANDS, f"{stream}:{version}:{event.about.type}:{day}")
    return Asked(command, command.bytes, stream, event, TIMEKEEPER.id, expected=version, posts=(TIMEKEEPER,))


async def run(decisions: Decisions, stop: asyncio.Event) -> None:
    """Sweep until asked to stop."""
    while not stop.is_set():
        try:
            done = await sweep(decisions)
            if done:
                _log.info("swept", events=done)
        except (Unavailable, OperationalError, PoolTimeout) as error:
            _log.warning("sweep postponed", why=str(error))
        try:
            await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
        except TimeoutError:
            continue
