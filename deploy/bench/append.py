"""Appending: typed events to their acknowledgement, beside the stock recorder of `eventsourcing` and bare INSERTs."""

from __future__ import annotations

import asyncio
import re
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from deploy.bench import units
from deploy.bench.databases import database, environment, pgbench
from deploy.bench.result import Course, Result
from events.registry import encode
from services.register.append import append_sync
from services.register.appender import Appender
from services.register.command import Command

CLIENTS = (1, 8, 32)
ROUNDS = 3
UNITS_A_CLIENT = 25
GOALS = {1: (2.0, 0.45), 8: (5.0, 0.50), 32: (10.0, 0.70)}
"""Clients → least ratio to the stock recorder, and to the bare INSERT."""

COMMANDS = {1: 5_000, 8: 24_000, 32: 40_000}
"""Clients → commands of a round, about two seconds' worth."""

TICK = timedelta(microseconds=1)

_BARE: LiteralString = """
    CREATE TABLE bare (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream uuid NOT NULL, version int NOT NULL,
        type text NOT NULL, recorded_at timestamptz NOT NULL, command_id uuid NOT NULL, state bytea NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: rounds, commands a round (a part of COMMANDS), seconds of pgbench."""

    rounds: int
    part: int
    seconds: int


WHOLE, QUICK = Size(ROUNDS, 1, 2), Size(1, 200, 1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return len(CLIENTS) * (QUICK if quick else WHOLE).rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`append-1`, `append-8` and `append-32`, in events a second."""
    size = QUICK if quick else WHOLE
    with database(server) as ours, stock_recorder(server) as stock, bare_table(server) as bare:
        return [_measured(clients, size, course, ours, stock, bare) for clients in CLIENTS]


def _measured(
    clients: int, size: Size, course: Course, ours: str, stock: PostgresApplicationRecorder, bare: BareTable
) -> Result:
    figures: list[tuple[float, float, float | None]] = []
    latencies: list[float] = []
    for turn in range(size.rounds):
        count = max(clients, COMMANDS[clients] // size.part)
        rate, seconds = uvloop.run(_append(ours, clients, count // clients))
        latencies += seconds
        peer = _stock(stock, clients, max(1, count // clients // (2 if clients == 1 else 10)))
        figures.append((rate, peer, bare.rate(clients, size.seconds)))
        course.step(f"append-{clients} {turn + 1}/{size.rounds}")
    rate, peer = median(one[0] for one in figures), median(one[1] for one in figures)
    bares = [one[2] for one in figures if one[2] is not None]
    limit = median(bares) if bares else None
    least_peer, least_limit = GOALS[clients]
    latencies.sort()
    return Result(
        f"append-{clients}", rate, "events/s", peer, limit,
        goal=f"≥ {least_peer:g}× peer, ≥ {least_limit:.0%} limit",
        met=rate >= least_peer * peer and rate >= least_limit * limit if limit else None,
        note=f"p99 {percentile(latencies, 0.99) * 1_000:.2f} ms" + ("" if limit else "; no pgbench found"),
    )  # fmt: skip


async def _append(conninfo: str, clients: int, each: int) -> tuple[float, list[float]]:
    """Events a second and each command's seconds; every command also rests on the officer's stream."""
    officer, version = _officer(conninfo)
    begun_at = datetime.now(UTC)
    plans = [_commands(officer, version, each, begun_at + (n + 2) * TICK, clients) for n in range(clients)]
    seconds: list[float] = []

    async def client(appender: Appender, plan: Sequence[Command]) -> None:
        for command in plan:
            begun = time.perf_counter()
            await appender.append(command)
            seconds.append(time.perf_counter() - begun)

    async with Appender(conninfo) as appender:
        await appender.append(_commands(officer, version, 1, begun_at + TICK)[0])  # connects
        begun = time.perf_counter()
        await asyncio.gather(*(client(appender, plan) for plan in plans))
        return clients * each / (time.perf_counter() - begun), seconds


def _officer(conninfo: str) -> tuple[UUID, int]:
    """A stream beside, of one entry: what stands in it makes no difference here."""
    stream, command = uuid4(), uuid4()
    entry = units.entry(stream, 1, units.followed_up(), command, datetime.now(UTC))
    with psycopg.connect(conninfo) as conn:
        append_sync(conn, [Command(command, _digest(), {stream: 0}, (entry,))])
    return stream, 1


def _commands(officer: UUID, version: int, count: int, begun_at: datetime, clients: int = 1) -> list[Command]:
    """The commands of one client: visits to its own units in turn, each judged as many microseconds after the
    one before as there are clients, and no two of them at once.
    """
    streams = [uuid4() for _ in range(UNITS_A_CLIENT)]
    event, commands = units.followed_up(), []
    for n in range(count):
        stream, seen = streams[n % UNITS_A_CLIENT], n // UNITS_A_CLIENT
        command = uuid4()
        entry = units.entry(stream, seen + 1, event, command, begun_at + clients * n * TICK)
        commands.append(Command(command, _digest(), {stream: seen, officer: version}, (entry,)))
    return commands


def _digest() -> bytes:
    return secrets.token_bytes(32)


@contextmanager
def stock_recorder(server: str) -> Iterator[PostgresApplicationRecorder]:
    """The library's own recorder in a database of its own."""
    with database(server, migrated=False) as conninfo:
        parts: dict[str, Any] = conninfo_to_dict(conninfo)
        datastore = PostgresDatastore(
            parts["dbname"], parts.get("host", ""), parts.get("port", "5432"), parts.get("user", ""),
            parts.get("password", ""), pool_size=max(CLIENTS), max_overflow=0, max_waiting=max(CLIENTS),
        )  # fmt: skip
        with datastore:
            recorder = PostgresApplicationRecorder(datastore)
            recorder.create_table()
            yield recorder


def _stock(recorder: PostgresApplicationRecorder, clients: int, each: int) -> float:
    """Events a second of the stock recorder, the bytes ready beforehand."""
    state = encode(units.entry(uuid4(), 1, units.followed_up()))

    def client(stream: UUID) -> None:
        for version in range(each):
            recorder.insert_events([StoredEvent(stream, version, "unit.followed-up.v1", state)])

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(client, [uuid4() for _ in range(clients)]))  # connects
        begun = time.perf_counter()
        list(threads.map(client, [uuid4() for _ in range(clients)]))
        return clients * each / (time.perf_counter() - begun)


@dataclass(frozen=True, slots=True)
class BareTable:
    """A table with nothing but its key, and a script that inserts a row of the same size into it."""

    program: Path | None
    script: Path
    environment: dict[str, str]

    def rate(self, clients: int, seconds: int) -> float | None:
        """Rows a second by pgbench; None where that program is not here."""
        if self.program is None:
            return None
        done = subprocess.run(  # noqa: S603 (a program that was found, and numbers)
            [self.program, "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds),
             "-f", self.script],
            env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        return float(found[1]) if found else None


@contextmanager
def bare_table(server: str) -> Iterator[BareTable]:
    """A bare table in a database of its own."""
    state = encode(units.entry(uuid4(), 1, units.followed_up())).hex()
    with database(server, migrated=False) as conninfo, TemporaryDirectory() as directory:
        with psycopg.connect(conninfo) as conn:
            conn.execute(_BARE)
        script = Path(directory) / "insert.sql"
        script.write_text(
            "INSERT INTO bare (stream, version, type, recorded_at, command_id, state) VALUES (gen_random_uuid(), 1,"
            f" 'unit.followed-up.v1', now(), gen_random_uuid(), '\\x{state}');\n",
            encoding="ascii",
        )
        yield BareTable(pgbench(), script, environment(conninfo))


def percentile(ordered: Sequence[float], part: float) -> float:
    """The value below which that part of the ordered values lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
