"""kill -9 of API and projector under load: nothing acknowledged is lost, nothing doubled, projections go on."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx2
import psycopg
import pytest

from deploy.supervise import Supervisor
from events.envelope import CHINA, Actor
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.registry import ENTRY_OF
from events.unit.registration import UnitRegistered
from events.words import ActorKind, House, Level, Role, UnitKind
from services.access import accounts
from services.access.accounts import Account
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from services.projector.compare import compare
from services.register.append import append_sync
from services.register.command import Command
from services.register.read import last_position

KILLS = int(os.environ.get("CONCORD_KILLS", "3"))
"""Kills of each process; `.ci/run` asks for 20."""

UNITS = 40
CLIENTS = 4
SYSTEM = Actor(
    id=uuid5(NAMESPACE_URL, "concord:test-system"), kind=ActorKind.SYSTEM, post="初始化（示例）", place="000000"
)
OFFICER = UUID("7d0c7c4e-59a0-4a0e-9a0b-6b1f0f6e9a52")

pytestmark = pytest.mark.faults


def _begin(conninfo: str) -> str:
    """An officer with a token, and units to follow up."""
    today = datetime.now(UTC)
    post = OfficerAppointed(
        post="市人社经办",
        house=House.HR,
        level=Level.PREFECTURE,
        place="430100",
        roles=(Role.OFFICER,),
        from_=date(2020, 1, 1),
    )
    streams = [(OFFICER, [OfficerRegistered(), post])]
    streams += [(_unit(n), [_registration(n)]) for n in range(UNITS)]
    commands = []
    for stream, events in streams:
        command = uuid4()
        entries = tuple(
            ENTRY_OF[type(event)](
                stream=stream, version=version, event=event, recorded_at=today, effective_on=today.date(),
                actor=SYSTEM, command_id=command, correlation_id=command,
            )
            for version, event in enumerate(events, 1)
        )  # fmt: skip
        commands.append(Command(command, b"begin", {stream: 0}, entries))
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, commands)
        account = Account(OFFICER, ActorKind.OFFICER, None, "faults")
        return accounts.issue(conn, account, datetime.now(UTC) + timedelta(hours=2))


def _unit(number: int) -> UUID:
    return unit_id(f"示例园区-{number}", "430104")


def _registration(number: int) -> UnitRegistered:
    return UnitRegistered(kind=UnitKind.PARK, name=f"示例园区{number}", code=f"示例园区-{number}", place="430104")


@dataclass
class Load:
    """Clients that follow units up, each command sent again with its key until it is acknowledged."""

    base: str
    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: list[UUID] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def run(self, seed: int) -> None:
        """One client."""
        chosen = random.Random(seed)  # noqa: S311 (no secret)
        with httpx2.Client(base_url=self.base, timeout=5) as client:
            while not self.stop.is_set():
                self._command(client, _unit(chosen.randrange(UNITS)), uuid4())

    def _command(self, client: httpx2.Client, unit: UUID, key: UUID) -> None:
        body = {"kind": "call", "on": datetime.now(CHINA).date().isoformat(), "summary": f"示例 {key}"}
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(key)}
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = client.post(f"/api/v1/units/{unit}/decisions/follow-up", json=body, headers=headers)
            except httpx2.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.acknowledged.append(key)
                return
            if answer.status_code != 503:
                self.failures.append(f"{answer.status_code} {answer.text[:300]}")
                return
            time.sleep(0.05)
        self.failures.append("not acknowledged within a minute")


@contextmanager
def _running(conninfo: str, directory: Path) -> Iterator[tuple[Supervisor, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"CONCORD_DATABASE_URL": conninfo, "CONCORD_DATA_DIR": str(directory), "CONCORD_LOG_LEVEL": "error"}
    supervisor = Supervisor(environment)
    supervisor.start("projector", "serve", "projector")
    supervisor.start("api", "serve", "api", "--port", str(port))
    watching = threading.Event()

    def watch() -> None:
        while not watching.wait(0.02):
            supervisor.look_after()

    watcher = threading.Thread(target=watch)
    watcher.start()
    base = f"http://127.0.0.1:{port}"
    try:
        _ready(base)
        yield supervisor, base
    finally:
        watching.set()
        watcher.join()
        supervisor.stop()


def _ready(base: str) -> None:
    deadline = time.monotonic() + 60
    with httpx2.Client(timeout=2) as client:
        while time.monotonic() < deadline:
            with suppress(httpx2.HTTPError):
                if client.get(f"{base}/readyz").status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError("not ready within a minute")


def test_api_and_projector_are_killed_again_and_again(database: str, tmp_path: Path) -> None:
    token = _begin(database)
    with _running(database, tmp_path) as (supervisor, base):
        load = Load(base, token)
        clients = [threading.Thread(target=load.run, args=(seed,)) for seed in range(CLIENTS)]
        for client in clients:
            client.start()
        chosen = random.Random(11)  # noqa: S311 (no secret)
        for _ in range(KILLS):
            for child in supervisor.children:
                time.sleep(chosen.uniform(0.05, 0.4))
                if child.process is not None:
                    os.kill(child.process.pid, signal.SIGKILL)
            _ready(base)
        time.sleep(0.5)
        load.stop.set()
        for client in clients:
            client.join()
        _caught_up(database)
    assert load.failures == []
    assert len(load.acknowledged) > 20
    _each_exactly_once(database, load.acknowledged)
    assert compare(database, load_pack(), "430000") == []


def _caught_up(conninfo: str) -> None:
    deadline = time.monotonic() + 60
    with psycopg.connect(conninfo, autocommit=True) as conn:
        while time.monotonic() < deadline:
            row = conn.execute("SELECT min(position) FROM projections.position").fetchone()
            if row is not None and row[0] == last_position(conn):
                return
            time.sleep(0.1)
    raise AssertionError("the projections did not catch up within a minute")


def _each_exactly_once(conninfo: str, acknowledged: list[UUID]) -> None:
    with psycopg.connect(conninfo) as conn:
        rows = conn.execute(
            "SELECT command_id, count(*) FROM register.events WHERE command_id = ANY (%s) GROUP BY 1", (acknowledged,)
        ).fetchall()
        counts: dict[UUID, int] = dict(rows)
        holes = conn.execute(
            "SELECT count(*), max(position), count(DISTINCT (stream, version)) FROM register.events"
        ).fetchone()
    assert counts.keys() == set(acknowledged), "an acknowledged command is missing"
    assert set(counts.values()) == {1}, "a command was stored twice"
    assert holes is not None
    assert holes[0] == holes[1] == holes[2], "positions have a hole, or a version was given twice"
