"""Appending while connections break: nothing acknowledged is lost, nothing stored is reported as failed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.errors import Unavailable
from services.register import appender as queue
from services.register.append import Stored
from services.register.appender import Appender
from services.register.read import find_command, last_position, read_stream
from tests.register.given import command
from tests.register.proxy import Proxy

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


def run(act: Coroutine[Any, Any, None]) -> None:
    asyncio.run(act)


def kill_others(conn: psycopg.Connection[Any]) -> None:
    conn.execute(KILL, [conn.info.backend_pid])


def test_an_acknowledgement_lost_after_commit_is_answered_as_stored(database: str) -> None:
    first, second = command(), command(count=2)

    async def act() -> None:
        async with Proxy(database) as proxy, Appender(proxy.conninfo) as appender:
            await appender.append(first)
            proxy.lose = True
            stored = await appender.append(second)
            assert proxy.lost == 1
            assert [one.position for one in stored.recorded] == [2, 3]
            assert [one.entry for one in stored.recorded] == list(second.entries)
            assert stored.repeated

    run(act())
    with psycopg.connect(database) as conn:
        assert last_position(conn) == 3


def test_a_whole_group_survives_a_lost_acknowledgement(database: str) -> None:
    commands = [command() for _ in range(50)]

    async def act() -> None:
        async with Proxy(database) as proxy, Appender(proxy.conninfo) as appender:
            await appender.append(command())
            proxy.lose = True
            answers = await asyncio.gather(*map(appender.append, commands))
            assert {answer.command_id for answer in answers} == {one.id for one in commands}

    run(act())
    with psycopg.connect(database) as conn:
        assert last_position(conn) == 51


@pytest.mark.faults
def test_killed_backends_lose_nothing_and_store_nothing_twice(database: str) -> None:
    commands = [command() for _ in range(2_000)]
    waiting = iter(commands)

    async def act() -> None:
        async with Appender(database) as appender:

            async def client() -> None:
                for one in waiting:
                    assert isinstance(await appender.append(one), Stored)
                    await asyncio.sleep(0.001)

            async def killer() -> None:
                with psycopg.connect(database, autocommit=True) as conn:
                    while True:
                        await asyncio.sleep(0.1)
                        kill_others(conn)

            killing = asyncio.create_task(killer())
            await asyncio.gather(*(client() for _ in range(8)))
            killing.cancel()

    run(act())
    with psycopg.connect(database) as conn:
        assert last_position(conn) == len(commands)
        assert all(find_command(conn, one.id) for one in commands[::50])


def test_an_idle_connection_that_was_killed_is_replaced(database: str) -> None:
    async def act() -> None:
        async with Appender(database) as appender:
            await appender.append(command())
            with psycopg.connect(database, autocommit=True) as conn:
                kill_others(conn)
            await asyncio.sleep(0.05)
            assert not (await appender.append(command())).repeated

    run(act())


def test_a_lock_held_by_another_is_unavailable_in_time_and_nobody_hangs(database: str) -> None:
    stream = uuid4()

    async def act() -> None:
        async with Appender(database) as appender:
            with psycopg.connect(database) as conn:
                conn.execute("SELECT pg_advisory_xact_lock(2023015)")
                started = time.monotonic()
                with pytest.raises(Unavailable):
                    await appender.append(command(stream))
                assert time.monotonic() - started < queue.GIVE_UP
            await appender.append(command(stream))

    run(act())
    with psycopg.connect(database) as conn:
        assert len(read_stream(conn, stream)) == 1


def test_an_absent_database_is_unavailable_in_time(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setattr(queue, "GIVE_UP", 0.3)

    async def act() -> None:
        async with Appender(make_conninfo(database, dbname="concord_test_absent")) as appender:
            started = time.monotonic()
            with pytest.raises(Unavailable):
                await appender.append(command())
            assert time.monotonic() - started < 1

    run(act())


def test_a_caller_who_goes_away_takes_nobody_along(database: str) -> None:
    gone, stays = command(), command()

    async def act() -> None:
        async with Appender(database) as appender:
            leaving = asyncio.ensure_future(appender.append(gone))
            staying = asyncio.ensure_future(appender.append(stays))
            await asyncio.sleep(0)
            leaving.cancel()
            assert isinstance(await staying, Stored)

    run(act())
    with psycopg.connect(database) as conn:
        assert find_command(conn, stays.id)
