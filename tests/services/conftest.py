"""A served register for tests over HTTP: real PostgreSQL, real server, a projector beside it."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
import uvicorn
from psycopg import sql
from psycopg.conninfo import make_conninfo
from world import TestClock, World, settled

from events.words import ActorKind
from services import accounts
from services.accounts import Account
from services.api.app import create_app
from services.casework.pack import load_pack
from services.projector.run import run
from services.register.migrate import mark_simulated
from services.settings import Settings

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def served(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An API and a projector over a register of this module's own, with officers, agents and sources."""
    name = f"concord_api_{os.getpid()}_{next(_NUMBERS)}"
    with closing(psycopg.connect(server, autocommit=True)) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        conninfo = make_conninfo(server, dbname=name)
        mark_simulated(conninfo)  # its clock can be moved forward
        people = settled(conninfo)
        tokens = _tokens(conninfo, people)
        stop = threading.Event()
        projector = threading.Thread(target=run, args=(conninfo, load_pack(), stop.is_set), daemon=True)
        projector.start()
        clock = TestClock()
        api = _serve(conninfo, tmp_path_factory.mktemp("api"), clock)
        port = api.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield World(client, tokens, conninfo, clock)
        api.should_exit = True
        stop.set()
        projector.join(10)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _tokens(conninfo: str, people: dict[str, tuple[ActorKind, object, object]]) -> dict[str, str]:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        holders = [Account(holder, kind, unit, key) for key, (kind, holder, unit) in people.items()]  # type: ignore[arg-type]
        issued = accounts.issue_many(conn, holders, datetime.now(UTC) + timedelta(days=400))
    return dict(zip(people, issued, strict=True))


def _serve(conninfo: str, directory: Path, clock: TestClock) -> uvicorn.Server:
    settings = Settings(data_dir=directory, open_pages=True)
    config = uvicorn.Config(create_app(settings, conninfo, clock), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the API did not start"
        time.sleep(0.02)
    return server
