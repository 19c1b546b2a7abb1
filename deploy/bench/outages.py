"""What `concord ps` says of each kind of process that is killed, frozen, starved and cut off, and after how long."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy import kafka
from deploy.bench import broker
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from deploy.bench.starts import LOOPS_A_CORE, busy
from deploy.deciding import deciding
from events.governance.register import RegisterNationRecognised
from events.places import NATION
from events.registry import ENTRY_OF
from services.casework.pack import load_pack
from services.casework.register.state import register_stream
from services.decisions import now
from services.follower import Process, follow
from services.follower.processes import Running, processes_now
from services.intake import kafka as intake
from services.intake import nation
from services.nation import projector as national_projector
from services.nation import replicate
from services.outbox import run as outbox
from services.projector import kafka as projector_of_kafka
from services.projector import run as projector
from services.publisher import run as publisher
from services.publisher import webhooks
from services.publisher.topics import ensure, topic_of
from services.register.append import append_sync
from services.register.command import Command
from services.timekeeper import run as timekeeper
from services.vault import KeyFile

GOAL = 3.0
"""Seconds after which silence is told; what is away is told by the process itself."""

BROKER_GOAL = 15.0
"""Seconds after which a process says that its broker is away, though it waits for nothing of it."""

PATIENCE = 90.0
"""Seconds for which a state is waited for."""

STARVED_SECONDS, QUICK_SECONDS = 20.0, 2.0
_LOOK = 0.05
_WELL = frozenset({"idle", "working"})
_ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
_PLACE: Final = "430000"


@dataclass(frozen=True, slots=True)
class Setup:
    """What the processes of one register stand on."""

    conninfo: str
    bootstrap: str
    key: Path

    def process(self, kind: str) -> Process:
        """A process of this register by its kind."""
        pack, keys, topic = load_pack(), KeyFile.at(self.key), topic_of(_PLACE)
        made: Mapping[str, Callable[[], Process]] = {
            "projector": lambda: projector.process(self.conninfo, pack, _PLACE),
            "projector from Kafka": lambda: projector_of_kafka.process(
                self.conninfo, self.bootstrap, f"{topic}.other", pack, _PLACE
            ),
            "publisher": lambda: publisher.process(self.conninfo, self.bootstrap, _PLACE, topic, keys),
            "webhooks": lambda: webhooks.process(self.conninfo, keys),
            "outbox": lambda: outbox.process(
                self.conninfo, keys, outbox.Ways("http://127.0.0.1"), pack, _PLACE, now
            ),
            "timekeeper": lambda: timekeeper.process(
                self.conninfo, partial(deciding, self.conninfo, keys, pack, _PLACE)
            ),
            "intake": lambda: intake.process(self.conninfo, self.bootstrap, pack, _PLACE),
            "national intake": lambda: nation.process(self.conninfo, self.bootstrap, keys, pack, _PLACE),
            "replicator": lambda: replicate.process(self.conninfo, self.bootstrap),
            "national projector": lambda: national_projector.process(self.conninfo, pack),
        }  # fmt: skip
        return made[kind]()


def serve(ground: Setup, kind: str) -> None:
    """A process, until it is killed."""
    follow(ground.process(kind), lambda: False)


OF_KAFKA: Final = ("projector from Kafka", "publisher", "intake", "national intake", "replicator")
"""Kinds that cannot work without a broker."""

ONE: Final = ("projector", "publisher", "webhooks", "outbox", "timekeeper", "intake", "national intake")
OTHER: Final = ("projector from Kafka", "replicator", "national projector")
"""Kinds of processes, by the register on which they run here: a register has its projector from the log or from Kafka.
"""

QUICK: Final = ("projector", "webhooks")


@dataclass(frozen=True, slots=True)
class Watch:
    """One connection that looks at what the processes of a register say, and stays open whatever becomes of them."""

    ground: Setup
    kinds: Sequence[str]
    conn: psycopg.Connection[tuple[object, ...]]

    def states(self) -> dict[str, str]:
        """The state in which each kind is told at this moment."""
        named = {process.name: process.state for process in self.processes()}
        return {kind: named.get(kind.partition(" from ")[0], "") for kind in self.kinds}

    def processes(self) -> list[Running]:
        """What runs, as it is told at this moment."""
        with suppress(psycopg.OperationalError):
            return processes_now(self.conn)
        return []


Told = dict[str, tuple[str, float]]
"""By kind: what it is told as, and after how many seconds."""


def steps(quick: bool) -> float:  # noqa: ARG001 (the same of both sizes)
    """Steps of the progress bar."""
    return 7


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`outages`: the slowest of the seconds until silence is told; all of them, with what is told, in the note.
    `broker-away`, where the whole is measured: until those who read or write Kafka say that it is away.
    """
    told: dict[str, Told] = {}

    def note(what: str, found: Told) -> None:
        told[what] = found
        course.step(f"outages: {what}")

    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="concord-bench-")))
        if not quick:
            bootstrap = kafka.up(home).bootstrap
            stack.callback(kafka.down, home)
        watches = [
            _begun(stack, server, home, bootstrap if not quick else "", kinds)
            for kinds in ([QUICK] if quick else [ONE, OTHER])
        ]
        running = _running(stack, watches)
        note("started", _until(watches, _WELL))
        for process in running.values():
            os.kill(process, signal.SIGSTOP)
        note("frozen", _until(watches, {"stale"}))
        for process in running.values():
            os.kill(process, signal.SIGCONT)
        _until(watches, _WELL)
        note("starved", _starved(watches, QUICK_SECONDS if quick else STARVED_SECONDS))
        with _cut_off(server, watches):
            note("cut off from the database", _until(watches, {"stale"}))
        note("the database is back", _until(watches, _WELL))
        if not quick:
            at_work = kafka.status(home)
            os.kill(at_work.pid if at_work else 0, signal.SIGKILL)
            note("the broker is away", _until(watches, {"waiting"}, OF_KAFKA))
            kafka.up(home)
            _until(watches, _WELL)
        for process in running.values():
            os.kill(process, signal.SIGKILL)
        note("killed", _until(watches, {"stale"}))
    silent = _slowest(told, "frozen", "cut off from the database", "killed")
    note_ = "; ".join(f"{what}: {_shown(found)}" for what, found in told.items())
    results = [
        Result("outages", silent, "s (slowest)", goal=f"≤ {GOAL:g} s of silence", met=silent <= GOAL + 1, note=note_)
    ]
    if not quick:
        away = _slowest(told, "the broker is away")
        results.append(
            Result("broker-away", away, "s (slowest)", goal=f"≤ {BROKER_GOAL:g} s", met=away <= BROKER_GOAL + 1)
        )
    return results


def _slowest(told: Mapping[str, Told], *what: str) -> float:
    return max(seconds for one in what for _, seconds in told[one].values())


def _shown(found: Told) -> str:
    return ", ".join(f"{kind} {state} {seconds:.1f} s" for kind, (state, seconds) in found.items())


def _begun(stack: ExitStack, server: str, home: Path, bootstrap: str, kinds: Sequence[str]) -> Watch:
    conninfo = stack.enter_context(database(server))
    broker.settle(conninfo)
    if "national intake" in kinds:
        ensure(bootstrap, topic_of(NATION))
        _recognise(conninfo)
    conn = stack.enter_context(psycopg.connect(conninfo, autocommit=True))
    return Watch(Setup(conninfo, bootstrap, home / "key"), kinds, conn)


def _recognise(conninfo: str) -> None:
    """The register recognises a nation of which nothing comes."""
    command, recognised = uuid4(), RegisterNationRecognised(log=uuid4(), key="0" * 64)
    entry = ENTRY_OF[RegisterNationRecognised](
        stream=register_stream(_PLACE), version=1, event=recognised,
        recorded_at=datetime.now(UTC), effective_on=datetime.now(UTC).date(), actor=broker.SYSTEM, command_id=command,
        correlation_id=command,
    )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, [Command(command, b"bench", {entry.stream: 0}, (entry,))])


def _running(stack: ExitStack, watches: Sequence[Watch]) -> dict[str, int]:
    """Every process of these registers, by its kind; killed at the end."""
    spawn, running = multiprocessing.get_context("spawn"), dict[str, int]()
    for watch in watches:
        for kind in watch.kinds:
            process = spawn.Process(target=serve, args=(watch.ground, kind), daemon=True)
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
            running[kind] = process.pid or 0
    return running


def _until(watches: Sequence[Watch], states: Collection[str], kinds: Collection[str] = (*ONE, *OTHER)) -> Told:
    """When each of these kinds was told in one of the states, and in which. Raises TimeoutError."""
    begun, found, missing = time.monotonic(), Told(), {kind for watch in watches for kind in watch.kinds} & {*kinds}
    while missing:
        for watch in watches:
            for kind, state in watch.states().items():
                if kind in missing and state in states:
                    found[kind] = state, time.monotonic() - begun
                    missing.discard(kind)
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError(f"{', '.join(sorted(missing))} not told as {', '.join(states)}")
        time.sleep(_LOOK)
    return found


def _starved(watches: Sequence[Watch], seconds: float) -> Told:
    """The states in which each is told while busy loops take the machine, and for how long it was watched."""
    seen: dict[str, set[str]] = {}
    with busy(LOOPS_A_CORE * (os.cpu_count() or 1)):
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            for watch in watches:
                for kind, state in watch.states().items():
                    seen.setdefault(kind, set()).add(state)
            time.sleep(_LOOK)
    return {kind: ("/".join(sorted(states)), seconds) for kind, states in seen.items()}


@contextmanager
def _cut_off(server: str, watches: Sequence[Watch]) -> Iterator[None]:
    """Nobody but who looks has a connection to these databases, or gets one."""
    names = [sql.Identifier(str(conninfo_to_dict(watch.ground.conninfo)["dbname"])) for watch in watches]
    with psycopg.connect(make_conninfo(server), autocommit=True) as conn:
        for watch, name in zip(watches, names, strict=True):
            conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
            watch.conn.execute(_ENDED, [watch.conn.info.backend_pid])
        try:
            yield
        finally:
            for name in names:
                conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
