"""A served register for tests over HTTP: real PostgreSQL, real server, a projector beside it."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool
from serving import serve, tokens_of
from world import PROVINCE, People, Prepared, TestClock, World, settled, simulate

from deploy.logins import as_process
from services.casework.pack import load_pack
from services.decisions import Decisions
from services.follower import follow
from services.projector.run import process
from services.register.appender import Appender
from services.states import States
from services.vault import KeyFile

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def prepared(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """The register of the tests, set up lawfully, once a run; nobody connects to it, it is cloned."""
    name, key_file = f"concord_api_{os.getpid()}_settled", tmp_path_factory.mktemp("vault") / "key"
    with closing(psycopg.connect(server, autocommit=True)) as admin:
        _clone(admin, template, name)
        conninfo = make_conninfo(server, dbname=name)
        simulate(conninfo)
        yield Prepared(name, key_file, asyncio.run(_settled(conninfo, key_file)))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def _settled(conninfo: str, key_file: Path) -> People:
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        return await settled(Decisions(States(pool, PROVINCE, load_pack()), appender, KeyFile.at(key_file)))


@pytest.fixture(scope="module")
def set_besides() -> dict[str, Any]:
    """The settings of the served register beside those of every one; modules have their own."""
    return {}


@pytest.fixture(scope="module")
def served(
    server: str, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, set_besides: dict[str, Any]
) -> Iterator[World]:
    """An API and a projector over a register of this module's own, with officers, agents and sources; each with the
    rights that it has in production.
    """
    name = f"concord_api_{os.getpid()}_{next(_NUMBERS)}"
    with closing(psycopg.connect(server, autocommit=True)) as admin:
        _clone(admin, prepared.database, name)
        conninfo = make_conninfo(server, dbname=name)
        tokens = tokens_of(conninfo, prepared.people)
        stop = threading.Event()
        arguments = (process(as_process(conninfo, "projector"), load_pack(), PROVINCE), stop.is_set)
        projector = threading.Thread(target=follow, args=arguments, daemon=True)
        projector.start()
        clock = TestClock()
        own = as_process(conninfo, "api")
        api, address = serve(own, tmp_path_factory.mktemp("api"), prepared.key_file, clock, **set_besides)
        with httpx2.Client(base_url=address, timeout=20) as client:
            _until_ready(client)
            yield World(client, tokens, conninfo, clock)
        api.should_exit = True
        stop.set()
        projector.join(10)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _clone(admin: psycopg.Connection[Any], template: str, name: str) -> None:
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def _until_ready(client: httpx2.Client) -> None:
    """Until the projections are made that are served."""
    deadline = time.monotonic() + 20
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline, "the projections were not made"
        time.sleep(0.02)
