"""What an append promises: all or nothing, at the versions it was decided on, once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest
from pydantic_core import PydanticSerializationError

from events.envelope import Entry
from events.registry import encode
from events.sealed import Sealed
from events.unit.registration import UnitDetailsChanged
from services.errors import KeyReused, Stale, Unavailable
from services.register.append import Stored, append_sync
from services.register.appender import Appender, Job, admit
from services.register.command import Command
from services.register.read import find_command, last_position, raw_tail, read_stream, tail
from tests.register.given import command, entry, over

T = TypeVar("T")


def appending(database: str, act: Callable[[Appender], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Appender(database) as appender:
            return await act(appender)

    return asyncio.run(run())


async def outcomes(appender: Appender, *commands: Command) -> list[Stored | BaseException]:
    return await asyncio.gather(*map(appender.append, commands), return_exceptions=True)


def test_positions_follow_on_and_entries_come_back_as_they_were(database: str) -> None:
    first, second = command(count=2), command()
    stored = appending(database, lambda appender: outcomes(appender, first, second))
    assert [one.position for answer in stored if isinstance(answer, Stored) for one in answer.recorded] == [1, 2, 3]
    with psycopg.connect(database) as conn:
        assert [one.entry for one in tail(conn, 0, 10)] == [*first.entries, *second.entries]


def test_what_was_stored_is_told_in_the_bytes_that_stand_there(database: str) -> None:
    stream, command_id = uuid4(), uuid4()
    moment = entry(stream, 1, command_id).recorded_at
    together = [entry(stream, version, command_id).model_copy(update={"recorded_at": moment}) for version in (1, 2, 3)]
    act = Command(command_id, b"body", {stream: 0}, tuple(together))
    stored = appending(database, lambda appender: appender.append(act))
    with psycopg.connect(database) as conn:
        stands = raw_tail(conn, 0, 10)
    assert [one.state for one in stored.recorded] == [one.state for one in stands]
    assert [one.state for one in stored.recorded] == [encode(one.entry) for one in stored.recorded]
    assert len({one.entry.recorded_at for one in stored.recorded}) == 3, "each a microsecond after the one before"


def test_stale_says_what_came(database: str) -> None:
    early = command(count=2)
    stream = early.entries[0].stream

    async def act(appender: Appender) -> Stale:
        await appender.append(early)
        with pytest.raises(Stale) as caught:
            await appender.append(command(stream, seen=1))
        return caught.value

    stale = appending(database, act)
    assert (stale.stream, stale.expected, stale.current) == (str(stream), 1, 2)
    assert list(stale.since) == [early.entries[1]]


def test_what_is_only_relied_on_must_hold_too(database: str) -> None:
    officer = command()
    relied = officer.entries[0].stream
    holds, moved = command(relies={relied: 1}), command(relies={relied: 0})

    async def act(appender: Appender) -> list[Stored | BaseException]:
        await appender.append(officer)
        return await outcomes(appender, holds, moved)

    stored, stale = appending(database, act)
    assert isinstance(stored, Stored)
    assert isinstance(stale, Stale)
    assert stale.stream == str(relied)


def test_a_version_ahead_of_the_stream_is_stale(database: str) -> None:
    (stale,) = appending(database, lambda appender: outcomes(appender, command(seen=3)))
    assert isinstance(stale, Stale)
    assert (stale.current, list(stale.since)) == (0, [])


def test_several_streams_are_stored_together_or_not_at_all(database: str) -> None:
    one, other = uuid4(), uuid4()

    async def act(appender: Appender) -> None:
        await appender.append(over({one: (0, 2), other: (0, 1)}))
        with pytest.raises(Stale):
            await appender.append(over({one: (2, 1), other: (0, 1)}))

    appending(database, act)
    with psycopg.connect(database) as conn:
        assert [len(read_stream(conn, stream)) for stream in (one, other)] == [2, 1]
        assert last_position(conn) == 3


def test_entries_of_one_command_may_alternate_between_streams(database: str) -> None:
    one, other, command_id = uuid4(), uuid4(), uuid4()
    entries = tuple(entry(stream, version, command_id) for version in (1, 2) for stream in (one, other))
    alternating = Command(command_id, b"body", {one: 0, other: 0}, entries)
    appending(database, lambda appender: appender.append(alternating))
    with psycopg.connect(database) as conn:
        found = tail(conn, 0, 10)
    assert [(one.position, one.entry) for one in found] == list(enumerate(entries, 1))


def test_the_same_command_again_is_answered_with_what_was_stored(database: str) -> None:
    again = command(count=3)

    async def act(appender: Appender) -> tuple[Stored, Stored]:
        return await appender.append(again), await appender.append(again)

    first, second = appending(database, act)
    assert (first.repeated, second.repeated) == (False, True)
    assert first.recorded == second.recorded


def test_the_same_command_twice_at_once_is_stored_once(database: str) -> None:
    same = command()
    first, second = appending(database, lambda appender: outcomes(appender, same, same))
    assert isinstance(first, Stored)
    assert isinstance(second, Stored)
    assert (first.recorded, second.repeated) == (second.recorded, True)


def test_a_reused_id_is_told_from_a_retry(database: str) -> None:
    first = command()
    reused = Command(first.id, b"another body", first.expect, first.entries)

    async def act(appender: Appender) -> None:
        await appender.append(first)
        with pytest.raises(KeyReused):
            await appender.append(reused)

    appending(database, act)


def test_of_sixteen_decisions_on_one_version_exactly_one_is_stored(database: str) -> None:
    stream = uuid4()
    rivals = [command(stream) for _ in range(16)]
    answers = appending(database, lambda appender: outcomes(appender, *rivals))
    stored = [answer for answer in answers if isinstance(answer, Stored)]
    stale = [answer for answer in answers if isinstance(answer, Stale)]
    assert (len(stored), len(stale)) == (1, 15)
    assert all(list(one.since) == [stored[0].recorded[0].entry] for one in stale)


def test_a_stale_command_never_fails_its_neighbours(database: str) -> None:
    good = [command() for _ in range(20)]
    bad = [command(seen=7) for _ in range(10)]
    mixed = [one for pair in zip(good, [*bad, *good[10:]], strict=True) for one in pair][:30]
    answers = appending(database, lambda appender: outcomes(appender, *mixed))
    for sent, answer in zip(mixed, answers, strict=True):
        assert isinstance(answer, Stale if sent in bad else Stored)


def test_a_command_that_the_table_refuses_never_fails_its_neighbours(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("ALTER TABLE register.events ADD CHECK (version < 5)")
    refused = command(count=6)
    good = [command() for _ in range(10)]
    first, *others = appending(database, lambda appender: outcomes(appender, refused, *good))
    assert isinstance(first, psycopg.errors.CheckViolation)
    assert all(isinstance(answer, Stored) for answer in others)


def test_a_batch_may_build_on_itself(database: str) -> None:
    stream = uuid4()
    known = command()
    chain = [command(stream, 0), command(stream, 1, 2), command(stream, 1), command(stream, 3), command(stream, 9)]
    relying = command(relies={stream: 4})
    with psycopg.connect(database) as conn:
        append_sync(conn, [known])
        answers = append_sync(conn, [known, *chain, relying])
        assert [type(answer) for answer in answers] == [Stored, Stored, Stored, Stale, Stored, Stale, Stored]
        assert isinstance(answers[3], Stale)
        assert answers[3].current == 3
        assert [one.entry.version for one in read_stream(conn, stream)] == [1, 2, 3, 4]
        assert [one.position for one in tail(conn, 0, 100)] == [1, 2, 3, 4, 5, 6]


def test_a_failed_link_of_a_chain_fails_what_builds_on_it_and_nothing_else(database: str) -> None:
    stream, other = uuid4(), uuid4()
    head = over({stream: (0, 1), other: (5, 1)})  # stale by the other stream
    with psycopg.connect(database) as conn:
        answers = append_sync(conn, [head, command(stream, 1), command(stream, 0)])
    assert [type(answer) for answer in answers] == [Stale, Stale, Stored]


def test_a_batch_belongs_to_the_transaction_of_its_caller(database: str) -> None:
    given_up = command()
    with psycopg.connect(database) as conn:
        with conn.transaction(force_rollback=True):
            append_sync(conn, [given_up])
        assert find_command(conn, given_up.id) is None


def test_a_command_twice_in_a_batch_is_refused(database: str) -> None:
    twice = command()
    with psycopg.connect(database) as conn, pytest.raises(ValueError, match="twice"):
        append_sync(conn, [twice, twice])


def test_a_command_is_consistent_in_itself() -> None:
    good = command()
    stream = good.entries[0].stream
    with pytest.raises(ValueError, match="follow on"):
        Command(good.id, b"", {stream: 1}, good.entries)
    with pytest.raises(ValueError, match="follow on"):
        Command(good.id, b"", {}, good.entries)
    with pytest.raises(ValueError, match="another command"):
        Command(uuid4(), b"", {stream: 0}, good.entries)
    with pytest.raises(ValueError, match="at least one"):
        Command(good.id, b"", {stream: 0}, ())


def test_no_command_holds_personal_data_in_clear() -> None:
    good = command()
    changed = UnitDetailsChanged(contact=Sealed(clear="示例"), reason="更换")
    in_clear = Entry(**{**dict(good.entries[0]), "event": changed})
    with pytest.raises(PydanticSerializationError):
        Command(good.id, b"", good.expect, (in_clear,))


def test_the_function_leaves_no_version_out(database: str) -> None:
    call = """SELECT * FROM register.append(ARRAY[gen_random_uuid()], ARRAY['x'::bytea], ARRAY[1],
        ARRAY[gen_random_uuid()], ARRAY[0], ARRAY[%s]::int[], ARRAY[''], ARRAY[1, 1], %s::int[], ARRAY['a', 'a'],
        ARRAY[now(), now()], ARRAY['{}', '{}']::bytea[], ARRAY['', '']::bytea[])"""
    with psycopg.connect(database, autocommit=True) as conn:
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            conn.execute(call, [3, [1, 3]])
        with pytest.raises(psycopg.errors.NotNullViolation):
            conn.execute(call, [2, [1, 3]])
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute(call, [2, [1, 1]])
        assert last_position(conn) == 0


def test_a_group_writes_no_stream_that_another_of_it_names() -> None:
    shared, other = uuid4(), uuid4()

    async def groups() -> list[list[Command]]:
        loop = asyncio.get_running_loop()
        commands = [
            command(shared),
            command(shared),
            command(relies={shared: 0}),
            command(relies={other: 0}),
            command(relies={other: 0}),
            command(other),
        ]
        waiting = deque(Job(one, loop.create_future()) for one in commands)
        found = []
        while waiting:
            found.append([commands.index(job.command) for job in admit(waiting)])
        return found

    assert asyncio.run(groups()) == [[0, 3, 4], [1, 5], [2]]


def test_after_closing_nothing_is_taken(database: str) -> None:
    async def act() -> None:
        async with Appender(database) as appender:
            pending = asyncio.ensure_future(appender.append(command()))
            await asyncio.sleep(0)
        assert (await pending).recorded, "what waits at closing is stored"
        with pytest.raises(Unavailable):
            await appender.append(command())

    asyncio.run(act())
