"""One command over HTTP: authenticated, decided on the history, stored, answered; beside a constant answer."""

from __future__ import annotations

import multiprocessing
import random
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import psycopg

from deploy.bench import units
from deploy.bench.append import percentile
from deploy.bench.databases import database
from deploy.bench.http_client import Plan, drive
from deploy.bench.http_server import CONSTANT, serve
from deploy.bench.result import Course, Result
from events.envelope import Event
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.words import ActorKind, House, Level, Role
from services.access.accounts import Account, issue
from services.register.append import Stored, append_sync
from services.register.command import Command

CONNECTIONS = 32
GOAL, GOAL_P99 = 0.40, 50.0
_BODY = (
    '{"kind":"visit","on":"2024-03-01","summary":"走访车间与职工代表，核对劳动合同和工资台账，情况相符（示例）。"}'
).encode()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: units, rounds, seconds of each part, seconds before each part that do not count."""

    units: int
    rounds: int
    seconds: float
    warm: float


WHOLE, QUICK = Size(2_000, 3, 4.0, 1.0), Size(64, 1, 0.3, 0.1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return 2 + 2 * (QUICK if quick else WHOLE).rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`http-command`, in requests a second."""
    size = QUICK if quick else WHOLE
    rates: list[tuple[float, float]] = []
    seconds: list[float] = []
    with database(server) as conninfo:
        streams = units.load(conninfo, size.units)
        units.settle(conninfo)
        token = officer(conninfo)
        course.step("http-command", 2)
        random.Random(7).shuffle(streams)  # noqa: S311 (an order, not a secret)
        context = multiprocessing.get_context("spawn")
        with served(conninfo) as port, ProcessPoolExecutor(1, context) as client:
            for turn in range(size.rounds):
                constant = client.submit(drive, _plan(port, token, [CONSTANT], size)).result()
                course.step(f"http-command {turn + 1}/{size.rounds}")
                paths = [f"/api/v1/units/{stream}/decisions/follow-up" for stream in streams]
                commands = client.submit(drive, _plan(port, token, paths, size, each=turn == 0)).result()
                course.step(f"http-command {turn + 1}/{size.rounds}")
                rates.append((commands.rate, constant.rate))
                seconds += commands.seconds
    ours, limit = (median(one[n] for one in rates) for n in range(2))
    seconds.sort()
    p99 = percentile(seconds, 0.99) * 1_000
    return [
        Result(
            "http-command", ours, "requests/s", limit=limit, goal=f"≥ {GOAL:.0%} limit, p99 ≤ {GOAL_P99:g} ms",
            met=ours >= GOAL * limit and p99 <= GOAL_P99,
            note=f"p50 {percentile(seconds, 0.5) * 1_000:.1f}, p99 {p99:.1f} ms; {CONNECTIONS} connections",
        )
    ]  # fmt: skip


def _plan(port: int, token: str, paths: Sequence[str], size: Size, *, each: bool = False) -> Plan:
    return Plan(port, token, paths, _BODY, CONNECTIONS, size.seconds, size.warm, each)


def officer(conninfo: str) -> str:
    """A token of an officer of the province, whose stream stands in the register."""
    events: tuple[Event, ...] = (
        OfficerRegistered(),
        OfficerAppointed(
            post="劳动关系科科长（示例）", house=House.HR, level=Level.PROVINCE, place="430000",
            roles=(Role.OFFICER, Role.CONTACT), from_=date(2023, 3, 1),
        ),
    )  # fmt: skip
    return holding(conninfo, Account(units.OFFICER, ActorKind.OFFICER, None, "bench"), events)


def holding(conninfo: str, account: Account, events: Sequence[Event]) -> str:
    """A token of somebody whose stream begins with these events."""
    with psycopg.connect(conninfo) as conn:
        (stored,) = append_sync(conn, [_command(account.holder, events)])
        if not isinstance(stored, Stored):
            raise stored
        return issue(conn, account, datetime.now(UTC) + timedelta(hours=1))


def _command(stream: UUID, events: Sequence[Event]) -> Command:
    command, now = uuid4(), datetime.now(UTC)
    entries = tuple(units.entry(stream, version, event, command, now) for version, event in enumerate(events, 1))
    return Command(command, command.bytes * 2, {stream: 0}, entries)


@contextmanager
def served(conninfo: str) -> Iterator[int]:
    """The port of an API process."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening, TemporaryDirectory() as directory:
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(conninfo, Path(directory), listening), daemon=True
        )
        port = listening.getsockname()[1]
        process.start()
        listening.close()  # the process has its own: where it ends, nobody waits for it
        try:
            yield port
        finally:
            process.terminate()
            process.join(10)
            process.kill()
            process.join()
