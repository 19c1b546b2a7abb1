"""Serving a register in a thread of the test's own process."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from fastapi.routing import iter_route_contexts
from world import People, TestClock

from services.access import accounts
from services.access.accounts import Account
from services.http.protocol import limited
from services.server import create_app
from services.settings import Settings


def tokens_of(conninfo: str, people: People) -> dict[str, str]:
    """A token for everybody."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        holders = [Account(holder, kind, unit, key) for key, (kind, holder, unit) in people.items()]
        issued = accounts.issue_many(conn, holders, datetime.now(UTC) + timedelta(days=400))
    return dict(zip(people, issued, strict=True))


def serve(
    conninfo: str, directory: Path, key_file: Path, clock: TestClock, **settings_: Any
) -> tuple[uvicorn.Server, str]:
    """The API over a database, as `concord serve api` serves it, and where it listens.

    How often one may ask is unlimited but for tests about that: others read as fast as the machine lets them.
    """
    unlimited = {"token_rate": 0, "address_rate": 0}
    settings = Settings(**{"data_dir": directory, "key_file": key_file, "open_pages": True, **unlimited, **settings_})
    app = create_app(settings, conninfo, clock)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, proxy_headers=False, http=limited(settings))
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the API did not start"
        time.sleep(0.02)
    return server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def routes() -> list[tuple[str, str]]:
    """Every route of the application: method and path."""
    told = iter_route_contexts(create_app(Settings(), "").routes)
    return sorted((method, str(route.path)) for route in told for method in route.methods or ())
