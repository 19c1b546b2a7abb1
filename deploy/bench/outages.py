"""What `concord ps` says of a projector that is killed, frozen, starved and cut off, and after how many seconds."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.bench import wire
from deploy.bench.ground import database
from deploy.bench.latency import project
from deploy.bench.result import Course, Result
from deploy.bench.starts import LOOPS_A_CORE, busy
from services.follower.processes import Running, processes_now

GOAL = 3.0
"""Seconds after which silence is told; what is away is told by the process itself."""

PATIENCE = 60.0
"""Seconds for which a state is waited for."""

STARVED_SECONDS, QUICK_SECONDS = 20.0, 2.0
_LOOK = 0.05
_WELL = frozenset({"idle", "working"})
_ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


@dataclass(frozen=True, slots=True)
class Watch:
    """One connection that looks at what the processes say, and stays open whatever becomes of them."""

    conn: psycopg.Connection[tuple[object, ...]]

    def until(self, name: str, states: Collection[str]) -> tuple[str, float]:
        """The first of these states in which the process is told, and after how many seconds. Raises TimeoutError."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            with suppress(psycopg.OperationalError):
                for process in self.processes():
                    if process.name == name and process.state in states:
                        return process.state, time.monotonic() - begun
            time.sleep(_LOOK)
        raise TimeoutError(f"{name} was never told as {', '.join(states)}")

    def processes(self) -> list[Running]:
        """What runs, as it is told at this moment."""
        return processes_now(self.conn)


def steps(quick: bool) -> float:  # noqa: ARG001 (the same of both sizes)
    """Steps of the progress bar."""
    return 3


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`outages`: the slowest of the seconds until something is told; each in the note, with what is told."""
    spawn = multiprocessing.get_context("spawn")
    told: list[tuple[str, str, float]] = []

    def note(what: str, found: tuple[str, float]) -> None:
        told.append((what, *found))
        course.step("outages", 0.5)

    with ExitStack() as stack:
        conninfo = stack.enter_context(database(server))
        wire.settle(conninfo)
        watch = Watch(stack.enter_context(psycopg.connect(conninfo, autocommit=True)))
        projector = stack.enter_context(_running(lambda: spawn.Process(target=project, args=(conninfo,), daemon=True)))
        watch.until("projector", _WELL)
        os.kill(projector.pid or 0, signal.SIGSTOP)
        note("frozen", watch.until("projector", {"stale"}))
        os.kill(projector.pid or 0, signal.SIGCONT)
        note("thawed", watch.until("projector", _WELL))
        note("starved", _starved(watch, QUICK_SECONDS if quick else STARVED_SECONDS))
        with _cut_off(conninfo, server, watch):
            note("cut off from the database", watch.until("projector", {"stale"}))
        note("the database is back", watch.until("projector", _WELL))
        projector.kill()
        note("killed", watch.until("projector", {"stale"}))
    silent = [seconds for what, _, seconds in told if what in {"frozen", "killed", "cut off from the database"}]
    shown = "; ".join(f"{what}: {state} after {seconds:.1f} s" for what, state, seconds in told)
    worst = max(silent)
    return [Result("outages", worst, "s (slowest)", goal=f"≤ {GOAL:g} s of silence", met=worst <= GOAL + 1, note=shown)]


@contextmanager
def _running(made: Callable[[], BaseProcess]) -> Iterator[BaseProcess]:
    """A process, killed at the end."""
    process = made()
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _starved(watch: Watch, seconds: float) -> tuple[str, float]:
    """The worst state that is told while busy loops take the machine, and for how long it was watched."""
    states: set[str] = set()
    with busy(LOOPS_A_CORE * (os.cpu_count() or 1)):
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            states |= {process.state for process in watch.processes() if process.name == "projector"}
            time.sleep(_LOOK)
    return "/".join(sorted(states)), seconds


@contextmanager
def _cut_off(conninfo: str, server: str, watch: Watch) -> Iterator[None]:
    """Nobody but who looks has a connection to the database, or gets one."""
    name = sql.Identifier(str(conninfo_to_dict(conninfo)["dbname"]))
    own = watch.conn.info.backend_pid
    with psycopg.connect(make_conninfo(server), autocommit=True) as conn:
        conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        watch.conn.execute(_ENDED, [own])
        try:
            yield
        finally:
            conn.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
