"""Making projections anew beside those that serve: stream by stream in shards, then caught up, then switched."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from projections.catalogue import CATALOGUE, Projection
from projections.history import Lens
from services.casework.pack import Pack
from services.errors import NotFound, Unavailable
from services.projector import positions, tables
from services.projector.batch import Memory, read_batch
from services.projector.policy import Following
from services.projector.shard import load_shard
from services.projector.tables import Target
from services.projector.writing import write_batch
from services.register.read import last_position, log_id, recorded_at

Connection = psycopg.Connection[Any]
Task = TypeVar("Task")
Result = TypeVar("Result")

CATCH_UP = 2_000
"""Events of one batch between the end of the shards and the switch."""

PIECES = 8
"""Pieces of the log a process: enough to divide evenly and to show progress."""

SHORT_LOG = 5_000
"""Events up to which a rebuild folds in this process: others would take longer to begin."""

GARBAGE = 200_000
"""Objects between two looks of the garbage collector of a process that folds: what it folds holds no cycles."""

REBUILD_LOCK = 2023020
"""Advisory lock of a database: whoever builds beside holds this."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is: events folded of so many, after so many seconds."""

    events: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds if self.seconds else 0.0


OnProgress = Callable[[Progress], None]


class PolicyTurned(Exception):
    """By the next events other packs are in force: views are made anew there, never taken further by a batch."""


@dataclass(slots=True)
class Built:
    """Tables built beside, and the position up to which they hold everything, as one lens reads it."""

    targets: list[Target]
    position: int
    as_of: datetime | None
    lens: Lens


def chosen(names: Iterable[str] | None) -> list[Projection]:
    """The projections of these names, all where None. Raises NotFound."""
    wanted = list(CATALOGUE) if names is None else list(dict.fromkeys(names))
    for name in wanted:
        if name not in CATALOGUE:
            raise NotFound(f"projection {name}")
    return [CATALOGUE[name] for name in wanted]


def rebuild(
    conninfo: str,
    names: Iterable[str] | None,
    pack: Pack,
    place: str,
    *,
    shards: int | None = None,
    progress: OnProgress | None = None,
) -> int:
    """Make these projections anew (all where None) while the old ones serve; the position at the switch.

    They are made by what the place adopted, and by `pack` for the days before. Raises Unavailable where
    another rebuild is going on; whatever else fails leaves the old ones in place.
    """
    while True:
        policy = Following(place, pack)
        try:
            with building(conninfo, chosen(names), policy, shards=shards, progress=progress) as (conn, built):
                while catch_up(conn, built, policy) == CATCH_UP:
                    pass
                with conn.transaction():
                    positions.lock(conn, [target.projection.name for target in built.targets])
                    while catch_up(conn, built, policy):
                        pass
                    _switch(conn, built, built.targets)
                return built.position
        except PolicyTurned:
            continue


def turn(conninfo: str, names: Sequence[str], pack: Pack, place: str, position: int) -> bool:
    """Make these views anew by what is adopted at this position, where they stand right before it.

    False where none stands there any more: somebody else was faster. Raises as `rebuild` does.
    """
    with building(conninfo, chosen(names), Following(place, pack), until=position) as (conn, built), conn.transaction():
        waiting = {found.name for found in positions.lock(conn, names) if found.position == position - 1}
        _switch(conn, built, [target for target in built.targets if target.projection.name in waiting])
    return bool(waiting)


def _switch(conn: Connection, built: Built, targets: Sequence[Target]) -> None:
    tables.switch(conn, [target.projection for target in targets])
    for target in targets:
        projection = target.projection
        positions.place(conn, projection.name, projection.version, log_id(conn), built.position, built.as_of)


@contextmanager
def building(
    conninfo: str,
    projections: Sequence[Projection],
    policy: Following,
    *,
    shards: int | None = None,
    progress: OnProgress | None = None,
    until: int | None = None,
) -> Iterator[tuple[Connection, Built]]:
    """Full tables of these projections beside those that serve, gone at the end unless they were switched."""
    targets = [tables.beside(projection) for projection in projections]
    with psycopg.connect(conninfo, autocommit=True, application_name="concord rebuild") as conn:
        if conn.execute("SELECT pg_try_advisory_lock(%s)", [REBUILD_LOCK]).fetchone() != (True,):
            raise Unavailable("rebuilding (another rebuild is going on)")
        position = last_position(conn) if until is None else until
        try:
            for target in targets:
                with conn.transaction():
                    tables.create(conn, target)
            _load(conn, conninfo, targets, position, policy, shards or os.cpu_count() or 1, progress)
            with ThreadPoolExecutor(len(targets)) as threads:
                list(threads.map(partial(_index, conninfo), targets))
            yield conn, Built(targets, position, recorded_at(conn, position), policy.read(conn).lens(position))
        finally:
            if not conn.closed:
                for target in targets:
                    tables.drop(conn, target)
                _show(conn, targets, None)


def catch_up(conn: Connection, built: Built, policy: Following, until: int | None = None) -> int:
    """Take one more batch in; the events taken. Runs in a transaction of its own, or in the one that is open.

    Raises PolicyTurned where other packs are in force by one of them.
    """
    with conn.transaction():
        deadlines = any(target.projection.needs_deadlines for target in built.targets)
        batch = read_batch(conn, built.position, CATCH_UP, Memory(), built.lens, until, deadlines=deadlines)
        if batch is None:
            return 0
        if policy.read(conn).lens(batch.position) is not built.lens:
            raise PolicyTurned
        for target in built.targets:
            write_batch(conn, target, batch, built.lens)
    built.position, built.as_of = batch.position, batch.as_of
    return len(batch.happenings)


def _load(
    conn: Connection, conninfo: str, targets: Sequence[Target], until: int, policy: Following, shards: int,
    progress: OnProgress | None,
) -> None:  # fmt: skip
    began, events = time.monotonic(), 0
    names = [target.projection.name for target in targets]
    work = partial(load_shard, conninfo, names, until, policy.ours, policy.place)
    pieces = ranges(shards * PIECES)
    for done in map(work, pieces) if until <= SHORT_LOG else in_processes(work, pieces, shards):
        events += done
        state = Progress(events, until, time.monotonic() - began)
        _show(conn, targets, state)
        if progress is not None:
            progress(state)


def in_processes(work: Callable[[Task], Result], tasks: Iterable[Task], number: int) -> Iterator[Result]:
    """What so many processes make of the tasks, as it comes. Raises what the first that fails raises, once those
    begun have ended, and BrokenProcessPool where a process dies.
    """
    # a process with threads is not forked: a lock that another thread holds would stay locked for ever
    context = multiprocessing.get_context("fork" if threading.active_count() == 1 else "spawn")
    pool = ProcessPoolExecutor(number, mp_context=context, initializer=_begin)
    try:
        for done in as_completed([pool.submit(work, task) for task in tasks]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave an interrupt to the process that has this one; a termination ends it at once, whatever handler that has."""
    gc.set_threshold(GARBAGE)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def ranges(pieces: int) -> list[tuple[UUID, UUID]]:
    """The space of stream ids in so many ranges, both ends included; ids are spread evenly (uuid5)."""
    size = 2**128
    bounds = [size * n // pieces for n in range(pieces + 1)]
    return [(UUID(int=low), UUID(int=high - 1)) for low, high in pairwise(bounds)]


def _index(conninfo: str, target: Target) -> None:
    with psycopg.connect(conninfo, autocommit=True, application_name="concord rebuild") as conn:
        conn.execute("SET maintenance_work_mem = '256MB'")
        with conn.transaction():
            tables.index(conn, target)
        tables.settle(conn, target)


_SHOW: LiteralString = "UPDATE projections.position SET rebuilding = %s WHERE name = ANY (%s)"


def _show(conn: Connection, targets: Sequence[Target], progress: Progress | None) -> None:
    shown = None
    if progress is not None:
        shown = Jsonb({"events": progress.events, "total": progress.total, "seconds": round(progress.seconds, 3)})
    conn.execute(_SHOW, [shown, [target.projection.name for target in targets]])
