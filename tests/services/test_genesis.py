"""The genesis of a register: once, by the operator, and never again (T-04)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from world import FOUNDERS, PROVINCE, identity

from events.envelope import CHINA
from events.words import Role
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.policy.state import Policy, policy_stream
from services.casework.register.state import Register, register_stream
from services.decisions import Decisions
from services.errors import Refused
from services.genesis import Founders, begin, genesis_officers, requests
from services.register.appender import Appender
from services.states import States
from services.vault import KeyFile


@asynccontextmanager
async def deciding(conninfo: str, directory: Path) -> AsyncIterator[Decisions]:
    """Decisions over a database of the test's own."""
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        yield Decisions(States(pool, PROVINCE, load_pack()), appender, KeyFile.at(directory / "key"))


def test_a_register_begins_with_three_administrators_two_data_officers_and_a_policy(
    database: str, tmp_path: Path
) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as decisions:
            made = await begin(decisions, FOUNDERS)
            people = [
                await decisions.states.current(Officer, one) for one in (*made.administrators, *made.data_officers)
            ]
            day = decisions.clock().astimezone(CHINA).date()
            roles = [[role for post in person.actors(day) for role in post.roles] for person in people if person]
            assert roles == [[Role.ADMINISTRATOR]] * 3 + [[Role.DATA_OFFICER]] * 2
            assert len({person.tag for person in people if person and person.tag}) == 5
            policy = await decisions.states.current(Policy, policy_stream(PROVINCE))
            assert policy is not None
            assert [adopted.from_ for adopted in policy.adopted] == [day]
            register = await decisions.states.current(Register, register_stream(PROVINCE))
            assert register is not None
            assert register.opened_on == day

    asyncio.run(run())


def test_a_second_genesis_changes_nothing_and_nothing_of_it_can_be_done_after(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as decisions:
            assert await begin(decisions, FOUNDERS) == await begin(decisions, FOUNDERS) == genesis_officers(PROVINCE)
            day = decisions.clock().astimezone(CHINA).date()
            late = requests(PROVINCE, FOUNDERS, load_pack(), day)[0]
            other = replace(
                late,
                command_id=genesis_officers(PROVINCE).administrators[0],
                stream=genesis_officers("430100").administrators[0],
            )
            with pytest.raises(Refused):
                await decisions.decide(other)
        with psycopg.connect(database) as conn:
            assert conn.execute("SELECT count(*) FROM register.events").fetchone() == (22,)

    asyncio.run(run())


def test_a_genesis_that_was_interrupted_is_gone_on_with(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as decisions:
            day = decisions.clock().astimezone(CHINA).date()
            for request in requests(PROVINCE, FOUNDERS, load_pack(), day)[:7]:
                await decisions.decide(request)
            await begin(decisions, FOUNDERS)
            register = await decisions.states.current(Register, register_stream(PROVINCE))
            assert register is not None
            assert register.opened_on == day

    asyncio.run(run())


def test_no_identity_number_is_stored_and_the_same_number_is_the_same_tag(database: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with deciding(database, tmp_path) as decisions:
            await begin(decisions, FOUNDERS)
        with psycopg.connect(database) as conn:
            stored = b"".join(bytes(row[0]) for row in conn.execute("SELECT state FROM register.events"))
        assert not [number for number in range(1, 6) if identity(number).encode() in stored]

    asyncio.run(run())


def test_the_founders_are_different_persons() -> None:
    first = FOUNDERS.administrators[0]
    with pytest.raises(ValueError, match="different persons"):
        Founders((first, first, first), FOUNDERS.data_officers)
