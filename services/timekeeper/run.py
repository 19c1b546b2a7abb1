"""Sweeping the streams on which a day has passed, of every kind, and doing what that brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final, LiteralString
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from events.envelope import CHINA, Event
from projections.page import ON_THE_DAY
from services.casework.kinds import KINDS
from services.casework.pack import NoSuchPack
from services.casework.policy.state import Packs
from services.casework.stream import State
from services.casework.timekeeping import TIMEKEEPER, brought_about
from services.decisions import DecisionRequest, Decisions
from services.errors import ClockAhead, KeyReused, Refused, Stale, Unavailable, Unreadable

_log = structlog.get_logger()
_COMMANDS = uuid5(NAMESPACE_URL, "concord:timekeeper-command")

PAUSE_SECONDS = 60.0
"""Between two looks; a sweep with nothing to do is one query."""

OWN_DUTIES: Final = sorted({duty.value for kind in KINDS.values() for duty in kind.own_duties})
"""What the timekeeper does itself as soon as it is owed, in whatever kind of stream."""

_WAITING: LiteralString = f"""
SELECT stream FROM projections.deadlines
WHERE state = 'open' AND (due < %(today)s OR (kind = ANY (%(own)s) AND since < %(today)s)) AND stream > %(after)s
UNION
SELECT unit FROM projections.board WHERE watch = 'frozen' AND {ON_THE_DAY} AND unit > %(after)s
ORDER BY stream LIMIT 500
"""


async def sweep(decisions: Decisions) -> int:
    """Do what today brings about in every stream in which something is due; how many events that were.

    Raises Unavailable, ClockAhead and psycopg's errors.
    """
    day, done, after = decisions.clock().astimezone(CHINA).date(), 0, UUID(int=0)
    try:
        packs = await decisions.packs(fresh=True)
        packs.on(day)
        while streams := await _waiting(decisions, day, after):
            for stream in streams:
                try:
                    done += await _sweep_stream(decisions, stream, day, packs)
                except Unreadable as error:
                    _log.warning("passed over until this program is upgraded", stream=str(stream), why=str(error))
            after = streams[-1]
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack in force ({error})") from error
    return done


async def _waiting(decisions: Decisions, day: date, after: UUID) -> Sequence[UUID]:
    """The next streams in which something may be due."""
    asked = {"today": day, "own": OWN_DUTIES, "after": after}
    async with decisions.pool.connection() as conn:
        return [stream for (stream,) in await (await conn.execute(_WAITING, asked)).fetchall()]


async def _sweep_stream(decisions: Decisions, stream: UUID, day: date, packs: Packs) -> int:
    """What the day brings about in one stream, one after the other, each on what those before it led to."""
    done, refused = 0, list[Event]()
    while (state := (await decisions.load([stream], fresh=True)).get(stream)) is not None:
        event = next((event for event in brought_about(state, day, packs) if event not in refused), None)
        if event is None:
            break
        try:
            await decisions.decide(_request(state, event, day))
        except Refused as error:
            # lawful by the stream alone, but not beside the others: what else is due is done all the same
            _log.warning("not brought about", stream=str(stream), type=event.about.type, why=str(error))
            refused.append(event)
        except (Stale, KeyReused):
            break  # somebody was faster; what is left is seen at the next sweep
        else:
            done += 1
    return done


def _request(state: State, event: Event, day: date) -> DecisionRequest:
    command = uuid5(_COMMANDS, f"{state.id}:{state.version}:{event.about.type}:{day}")
    return DecisionRequest(
        command_id=command,
        digest=command.bytes,
        stream=state.id,
        event=event,
        who=TIMEKEEPER.id,
        expected=state.version,
        posts=(TIMEKEEPER,),
    )


async def run(decisions: Decisions, stop: asyncio.Event) -> None:
    """Sweep until asked to stop."""
    while not stop.is_set():
        try:
            done = await sweep(decisions)
            if done:
                _log.info("swept", events=done)
        except (Unavailable, ClockAhead, OperationalError, PoolTimeout) as error:
            _log.warning("sweep postponed", why=str(error))
        try:
            await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
        except TimeoutError:
            continue
