"""Sweeping the streams on which a day has passed, of every kind, and doing what that brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from datetime import date
from typing import Final, LiteralString
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from psycopg.errors import UndefinedTable

from events.envelope import CHINA, Event
from projections.page import ON_THE_DAY
from services.casework.check.state import Plan
from services.casework.kinds import KINDS
from services.casework.pack import NoSuchPack
from services.casework.policy.state import Packs
from services.casework.stream import State
from services.casework.timekeeping import TIMEKEEPER, brought_about
from services.decisions import DecisionRequest, Decisions
from services.errors import KeyReused, Refused, Stale, Unavailable, Unreadable
from services.follower import AWAY, Control, Follower, Lane, Process
from services.follower.loop import within
from services.observability.logs import error_text
from services.reactions.count_the_surveys_that_are_over import count_the_surveys_that_are_over
from services.reactions.order_the_checks_that_were_drawn import order_owed
from services.timekeeper import watch

_log = structlog.get_logger()
_COMMANDS = uuid5(NAMESPACE_URL, "concord:timekeeper-command")

PAUSE_SECONDS = 60.0
"""Between two looks; a sweep with nothing to do is one query."""

_AT_ONCE: Final = 16
"""Streams swept side by side: what they store together is one commit."""

_FIRST = UUID(int=0)
"""Before every stream."""

OWN_DUTIES: Final = sorted({duty.value for kind in KINDS.values() for duty in kind.own_duties})
"""What the timekeeper does itself as soon as it is owed, in whatever kind of stream."""

_WAITING: LiteralString = f"""
SELECT stream FROM projections.deadlines
WHERE state = 'open' AND (due < %(today)s OR (kind = ANY (%(own)s) AND since < %(today)s)) AND stream > %(after)s
UNION
SELECT stream FROM projections.deadlines
WHERE stream_kind = 'check' AND kind = 'order_check' AND state IN ('open', 'missed') AND stream > %(after)s
UNION
SELECT unit FROM projections.board WHERE watch = 'frozen' AND {ON_THE_DAY} AND unit > %(after)s
ORDER BY stream LIMIT 500
"""


async def sweep(decisions: Decisions) -> int:
    """Do what today brings about in every stream in which something is due; how many events that were.

    Raises Unavailable, ClockAhead and psycopg's errors.
    """
    done, after = 0, _FIRST
    while streams := await _waiting(decisions, after):
        done += await _brought_about(decisions, streams)
        after = streams[-1]
    return done


async def _brought_about(decisions: Decisions, streams: Sequence[UUID]) -> int:
    """What today brings about in these streams."""
    day, done = decisions.clock().astimezone(CHINA).date(), 0
    try:
        packs = await decisions.states.packs(fresh=True)
        packs.on(day)
        with suppress(Unreadable):  # each of them is told below
            await decisions.states.load(streams, fresh=True)
        for start in range(0, len(streams), _AT_ONCE):
            together = (_swept(decisions, stream, day, packs) for stream in streams[start : start + _AT_ONCE])
            done += _all(await asyncio.gather(*together, return_exceptions=True))
    except NoSuchPack as error:
        raise Unavailable(f"the policy pack in force ({error})") from error
    return done


def _all(events: Sequence[int | BaseException]) -> int:
    """How many events that were in all; raises the first error once every stream is through."""
    for one in events:
        if isinstance(one, BaseException):
            raise one
    return sum(one for one in events if isinstance(one, int))


async def _swept(decisions: Decisions, stream: UUID, day: date, packs: Packs) -> int:
    """What the day brings about in one stream; nothing where this program cannot read it."""
    try:
        return await _sweep_stream(decisions, stream, day, packs)
    except Unreadable as error:
        _log.warning("passed over until this program is upgraded", stream=str(stream), why=str(error))
        return 0


async def _waiting(decisions: Decisions, after: UUID) -> Sequence[UUID]:
    """The next streams in which something may be due: those that the projections name, and once a day every one."""
    today = decisions.clock().astimezone(CHINA).date()
    before = await watch.watched_on(decisions)
    if before is None or before < today:
        if after == _FIRST:
            await watch.record_gap(decisions, before, today)
        if streams := await watch.every_stream(decisions, after):
            return streams
        await watch.mark(decisions, today)
        return ()
    asked = {"today": today, "own": OWN_DUTIES, "after": after}
    async with decisions.states.pool.connection() as conn:
        return [stream for (stream,) in await (await conn.execute(_WAITING, asked)).fetchall()]


async def _sweep_stream(decisions: Decisions, stream: UUID, day: date, packs: Packs) -> int:
    """What the day brings about in one stream, one after the other, each on what those before it led to.

    The states are those that were read together; whoever wrote since makes an act stale.
    """
    done, refused = await _orders_left(decisions, stream), list[Event]()
    done += await count_the_surveys_that_are_over(decisions, stream, day)
    while (state := (await decisions.states.load([stream], fresh=False)).get(stream)) is not None:
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


async def _orders_left(decisions: Decisions, stream: UUID) -> int:
    """Order the checks that a draw still owes, where whoever drew ended before they were ordered (T-19)."""
    state = (await decisions.states.load([stream], fresh=False)).get(stream)
    return await order_owed(decisions, stream) if isinstance(state, Plan) and state.to_order else 0


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


def process(
    conninfo: str, deciding: Callable[[], AbstractAsyncContextManager[Decisions]], poll_seconds: float = PAUSE_SECONDS
) -> Process:
    """Sweeps at its start and every minute. A stream on which it fails is passed over, said, and tried again."""

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[str, UUID]]:
        failed: dict[UUID, Lane] = {}

        def source() -> Iterator[tuple[str, Sequence[UUID]]]:
            failed.clear()
            after = _FIRST
            while streams := runner.run(_waiting(decisions, after)):
                yield "streams", streams
                after = streams[-1]

        def sink(_lane: str, streams: Sequence[UUID]) -> int:
            return runner.run(_brought_about(decisions, streams))

        def passed_over(_lane: str, stream: UUID, error: Exception) -> int:
            failed[stream] = Lane(str(stream), None, error=error_text(error))
            _log.error("passed over", stream=str(stream), error=error_text(error))
            return 0

        with asyncio.Runner() as runner, within(runner, deciding()) as decisions:
            yield Follower(source, sink, lambda: tuple(failed.values()), failure=passed_over)

    # before a projector has made the deadlines there is nothing to go by
    return Process("timekeeper", conninfo, opened, poll_seconds=poll_seconds, away=(*AWAY, UndefinedTable))
