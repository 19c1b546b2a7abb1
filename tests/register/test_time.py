"""Time of record: it runs one way along the log, whatever the clocks of those who write say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from random import Random
from uuid import UUID, uuid4

import psycopg
import pytest

from events.envelope import CHINA, Entry, Event
from events.registry import decode, encode
from services.errors import ClockAhead, ConcordError, KeyReused, Stale, TimeMoved
from services.register.append import Stored, append_sync
from services.register.appender import Appender
from services.register.command import Command
from services.register.migrate import mark_simulated
from services.register.read import Raw, find_command, is_simulated, raw_tail, read_stream
from tests.register.given import entry

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
MIDNIGHT = datetime(2026, 3, 3, tzinfo=CHINA).astimezone(UTC)


def at(
    *moments: datetime,
    stream: UUID | None = None,
    seen: int = 0,
    digest: bytes = b"body",
    command_id: UUID | None = None,
) -> Command:
    """A command whose entries were judged at these moments."""
    stream, command_id = stream or uuid4(), command_id or uuid4()
    entries = tuple(
        entry(stream, seen + step, command_id).model_copy(update={"recorded_at": moment})
        for step, moment in enumerate(moments, 1)
    )
    return Command(command_id, digest, {stream: seen}, entries)


def append(database: str, *commands: Command) -> list[Stored | ConcordError]:
    with psycopg.connect(database) as conn:
        return append_sync(conn, commands)


def stored(answer: Stored | ConcordError | BaseException) -> list[Entry[Event]]:
    assert isinstance(answer, Stored), answer
    return [one.entry for one in answer.recorded]


def log_of(database: str) -> list[Raw]:
    with psycopg.connect(database) as conn:
        return raw_tail(conn, 0, 100_000)


def in_order(log: Sequence[Raw]) -> bool:
    return all(before.recorded_at < after.recorded_at for before, after in pairwise(log))


def agrees(log: Sequence[Raw]) -> bool:
    """The bytes say what the column says, and are what the decoded entry is encoded to."""
    entries = [decode(raw.type, raw.state) for raw in log]
    return [e.recorded_at for e in entries] == [r.recorded_at for r in log] and all(
        encode(entry) == raw.state for entry, raw in zip(entries, log, strict=True)
    )


@contextmanager
def database_clock(database: str, moment: datetime) -> Iterator[None]:
    """Within, the function's own clock stands at that moment (a copy of it is put in its place)."""
    with psycopg.connect(database, autocommit=True) as conn:
        row = conn.execute("SELECT pg_get_functiondef('register.append'::regproc)").fetchone()
        text = row[0] if row else ""
        assert text.count("clock := clock_timestamp();") == 1
        conn.execute(text.replace("clock_timestamp()", f"'{moment.isoformat()}'::timestamptz"))
        yield
        conn.execute(text)


def test_L_45_an_hour_behind_is_recorded_after_what_came_before(database: str) -> None:
    now = datetime.now(UTC)
    if (now - HOUR).astimezone(CHINA).date() != now.astimezone(CHINA).date():
        now -= 2 * HOUR  # else this hour would be another row's
    first = at(now)
    late = at(now - HOUR, now - HOUR, stream=first.entries[0].stream, seen=1)
    _, answer = append(database, first, late)
    assert [one.recorded_at for one in stored(answer)] == [now + TICK, now + 2 * TICK]
    log = log_of(database)
    assert in_order(log)
    assert agrees(log)
    assert [encode(one) for one in stored(answer)] == [raw.state for raw in log[1:]]


def test_L_45_known_at_a_moment_is_what_came_up_to_a_position(database: str) -> None:
    """Whatever the clocks say: many processes, each with a clock of its own, four seconds apart at most."""
    start = datetime.now(UTC) - HOUR
    if start.astimezone(CHINA).date() != (start + HOUR).astimezone(CHINA).date():
        start -= 2 * HOUR
    random = Random(45)  # noqa: S311 (a play, not a secret)

    async def act() -> None:
        async def process(appender: Appender) -> None:
            skew = timedelta(seconds=random.uniform(0, 3_000))
            for _ in range(25):
                await appender.append(at(*[start + skew] * random.randint(1, 3)))

        async with Appender(database) as one, Appender(database) as other:
            await asyncio.gather(*(process(appender) for appender in (one, other) * 6))

    asyncio.run(act())
    log = log_of(database)
    assert len({raw.command_id for raw in log}) == 300
    assert in_order(log)
    assert agrees(log)
    for moment in (raw.recorded_at for raw in random.sample(log, 40)):
        known = [raw.position for raw in log if raw.recorded_at <= moment]
        assert known == list(range(1, len(known) + 1))


def test_each_is_the_larger_of_what_was_given_and_the_one_before_and_a_tick(database: str) -> None:
    start, random = datetime(2026, 3, 2, 4, tzinfo=UTC), Random(15)  # noqa: S311 (a play, not a secret)
    last = datetime.min.replace(tzinfo=UTC)
    for _ in range(20):
        moments = [
            [start + random.randint(-50, 50) * TICK for _ in range(random.randint(1, 4))]
            for _ in range(random.randint(1, 6))
        ]
        commands = [at(*one) for one in moments]
        wrong = at(start + HOUR, seen=random.randint(1, 9))  # takes no place, and moves nothing
        commands.insert(random.randint(0, len(commands)), wrong)
        answers = append(database, *commands)
        for command, answer in zip(commands, answers, strict=True):
            if command is wrong:
                assert isinstance(answer, Stale)
                continue
            for given, found in zip(command.entries, stored(answer), strict=True):
                last = max(given.recorded_at, last + TICK)
                assert found == given.model_copy(update={"recorded_at": last})
    log = log_of(database)
    assert in_order(log)
    assert agrees(log)


def test_what_is_given_back_is_what_is_stored_whatever_the_zone_and_the_digits(database: str) -> None:
    whole = datetime(2026, 3, 2, 4, tzinfo=UTC)
    moments = [whole, (whole + timedelta(seconds=1)).astimezone(CHINA), whole + timedelta(milliseconds=1_500)]
    moments.append((whole + timedelta(seconds=2)).astimezone(timezone(-timedelta(hours=3, minutes=30))))
    (answer,) = append(database, at(*moments))
    log = log_of(database)
    assert [encode(one) for one in stored(answer)] == [raw.state for raw in log]
    assert [one.recorded_at for one in stored(answer)] == moments
    assert b'"recorded_at":"2026-03-02T04:00:00.000000Z"' in log[0].state
    assert agrees(log)


def test_a_clock_six_seconds_ahead_is_refused_and_four_are_taken(database: str) -> None:
    now = datetime.now(UTC)
    refused, taken = append(database, at(now + timedelta(seconds=8)), at(now + timedelta(seconds=4)))
    assert isinstance(refused, ClockAhead)
    assert refused.moment == now + timedelta(seconds=8)
    assert abs(refused.clock - now) < timedelta(seconds=5)
    assert refused.clock.isoformat() in str(refused)
    assert refused.moment.isoformat() in str(refused)
    assert refused.clock.isoformat() in refused.zh
    assert stored(taken)[0].recorded_at == now + timedelta(seconds=4)
    assert len(log_of(database)) == 1
    with database_clock(database, now):
        close = append(database, at(now + timedelta(seconds=6)), at(now + timedelta(seconds=5)))
    assert [type(answer) for answer in close] == [ClockAhead, Stored]


def test_what_builds_on_what_is_ahead_is_stale(database: str) -> None:
    now, stream = datetime.now(UTC), uuid4()
    ahead = at(now + HOUR, stream=stream)
    answers = append(database, ahead, at(now, stream=stream, seen=1), at(now, stream=stream))
    assert [type(answer) for answer in answers] == [ClockAhead, Stale, Stored]


def test_a_log_in_the_future_takes_nothing_until_the_clock_has_come_there(database: str) -> None:
    now = datetime.now(UTC)
    first = at(now)
    append(database, first)
    with database_clock(database, now - HOUR):
        again, refused = append(database, first, at(now - HOUR))
    assert isinstance(again, Stored), "what stands there is still found"
    assert isinstance(refused, ClockAhead)
    assert (refused.moment, refused.clock) == (now + TICK, now - HOUR)
    assert isinstance(append(database, at(now))[0], Stored)


def test_a_register_marked_as_simulated_takes_every_moment(database: str) -> None:
    with psycopg.connect(database) as conn:
        assert not is_simulated(conn)
    mark_simulated(database)
    mark_simulated(database)
    with psycopg.connect(database) as conn:
        assert is_simulated(conn)
    assert stored(append(database, at(datetime.now(UTC) + timedelta(days=60)))[0])


def test_moved_over_midnight_is_judged_again_at_the_told_moment(database: str) -> None:
    log = at(MIDNIGHT + timedelta(seconds=1))
    late, other = at(MIDNIGHT - timedelta(seconds=1)), at(MIDNIGHT + timedelta(seconds=2))
    _, again, beside = append(database, log, late, other)
    assert isinstance(again, TimeMoved)
    assert again.moment == MIDNIGHT + timedelta(seconds=1) + TICK
    assert again.moment.isoformat() in str(again)
    assert again.moment.isoformat() in again.zh
    assert stored(beside)[0].recorded_at == MIDNIGHT + timedelta(seconds=2), "its neighbour is not disturbed"
    with psycopg.connect(database) as conn:
        assert find_command(conn, late.id) is None
        assert read_stream(conn, late.entries[0].stream) == []
    judged = at(again.moment, stream=late.entries[0].stream, command_id=late.id)
    assert stored(append(database, judged)[0])[0].recorded_at == MIDNIGHT + timedelta(seconds=2) + TICK
    assert in_order(log_of(database))


def test_the_told_moment_is_the_least_that_will_do(database: str) -> None:
    """A command whose second entry comes to stand on the next day: from midnight on both stand on one."""
    append(database, at(MIDNIGHT - 2 * TICK))
    two = at(MIDNIGHT - TICK, MIDNIGHT - TICK)
    (again,) = append(database, two)
    assert isinstance(again, TimeMoved)
    assert again.moment == MIDNIGHT
    (answer,) = append(database, at(MIDNIGHT, MIDNIGHT, command_id=two.id))
    assert [one.recorded_at for one in stored(answer)] == [MIDNIGHT, MIDNIGHT + TICK]


def test_what_builds_on_what_is_judged_again_is_stale_and_a_repeated_one_stays_so(database: str) -> None:
    first, stream = at(MIDNIGHT), uuid4()
    append(database, first)
    before = MIDNIGHT - timedelta(seconds=9)
    reused = at(before, command_id=first.id, digest=b"another")
    late, upon = at(before, stream=stream), at(MIDNIGHT, stream=stream, seen=1)
    answers = append(database, first, late, upon, at(MIDNIGHT, stream=stream))
    assert [type(answer) for answer in answers] == [Stored, TimeMoved, Stale, Stored]
    assert isinstance(answers[0], Stored)
    assert answers[0].repeated
    assert isinstance(append(database, reused)[0], KeyReused)
    assert in_order(log_of(database))


def test_a_race_over_midnight_ends_with_all_stored_on_the_day_they_were_judged_on(database: str) -> None:
    async def decided(appender: Appender, moment: datetime) -> int:
        command, tries = at(moment), 1
        while True:
            try:
                (found,) = (await appender.append(command)).recorded
            except TimeMoved as moved:
                command, tries = at(moved.moment, stream=command.entries[0].stream, command_id=command.id), tries + 1
            else:
                assert found.entry.day == command.entries[0].day
                return tries

    async def act() -> list[int]:
        async with Appender(database) as one, Appender(database) as other:
            moments = [MIDNIGHT + n * timedelta(seconds=1) for n in range(-40, 40)]
            Random(1).shuffle(moments)  # noqa: S311 (an order, not a secret)
            return await asyncio.gather(
                *(decided(appender, moment) for appender, moment in zip((one, other) * 40, moments, strict=True))
            )

    tries = asyncio.run(act())
    assert max(tries) == 2, "once it has been told, a moment is good"
    log = log_of(database)
    assert len(log) == 80
    assert in_order(log)
    assert agrees(log)


@pytest.mark.parametrize("written", ["04:00:00Z", "04:00:00.000000Z", "12:00:00+08:00"])
def test_every_form_of_a_moment_is_read_and_one_is_written(written: str) -> None:
    one = at(datetime(2026, 3, 2, 4, tzinfo=UTC)).entries[0]
    state = encode(one)
    assert state.count(b"2026-03-02T04:00:00.000000Z") == 1
    name = one.event.about.type
    read = decode(name, state.replace(b"04:00:00.000000Z", written.encode()))
    assert read == decode(name, state) == one
    assert encode(read) == state


def test_a_text_that_looks_like_the_moment_is_not_taken_for_it() -> None:
    text = '"recorded_at":"2020-01-01T00:00:00.000000Z"'
    one = at(datetime(2026, 3, 2, 4, tzinfo=UTC)).entries[0]
    one = one.model_copy(update={"event": one.event.model_copy(update={"summary": text})})
    one = one.model_copy(update={"actor": one.actor.model_copy(update={"post": text})})
    state = encode(one)
    assert decode(one.event.about.type, state) == one
    assert state.count(b'"recorded_at":"') == 1
