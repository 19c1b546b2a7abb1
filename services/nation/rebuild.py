"""The nation's tables rebuilt beside those that serve: province by province in processes, then switched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import structlog

from projections.catalogue import Projection
from services.casework.pack import Pack
from services.nation import decided, projected, replica
from services.nation.feeds import Feed, feeds
from services.nation.projected import PROJECTIONS
from services.observability.logs import error_text
from services.projector import tables
from services.projector.policy import Following
from services.projector.rebuild import in_processes
from services.projector.shard import load_streams, loading
from services.projector.tables import Target

Connection = psycopg.Connection[Any]
OnProvince = Callable[[str, int], None]
"""Told of each province that was folded, and of how many events."""

REBUILD_LOCK = 2023021
"""Advisory lock of a database: whoever makes the nation's tables again holds this."""

_STREAMS: LiteralString = """
    SELECT stream, position, type, state FROM nation.replica
    WHERE place = %s AND position <= %s ORDER BY stream, version"""

log = structlog.get_logger("nation")


def rebuild(conninfo: str, pack: Pack, *, processes: int | None = None, progress: OnProvince | None = None) -> None:
    """Rebuild every table from the replica while the old ones serve, then switch; waits for one going on.

    A province that cannot be folded begins at nothing, so that the projector finds its event and stops there.
    """
    with psycopg.connect(conninfo, autocommit=True, application_name="concord nation") as conn, _alone(conn):
        for projection in PROJECTIONS:
            with conn.transaction():
                tables.create(conn, tables.beside(projection, tables.NATION))
        belonging = [feed for feed in feeds(conn) if feed.status != "left"]
        broken = _load(conninfo, belonging, pack, processes or os.cpu_count() or 1, progress)
        for place in broken:
            for projection in PROJECTIONS:
                tables.clear(conn, tables.beside(projection, tables.NATION, place))
        with ThreadPoolExecutor(len(PROJECTIONS)) as threads:
            list(threads.map(partial(_index, conninfo), PROJECTIONS))
        with conn.transaction():
            conn.execute("LOCK nation.projected IN EXCLUSIVE MODE")
            conn.execute("DELETE FROM nation.projected")
            tables.switch(conn, PROJECTIONS, tables.NATION)
            for feed in belonging:
                whole = feed.place not in broken
                projected.place(conn, feed.place, feed.position if whole else 0, feed.recorded_at if whole else None)
            decided.settle(conn)


@contextmanager
def _alone(conn: Connection) -> Iterator[None]:
    conn.execute("SELECT pg_advisory_lock(%s)", [REBUILD_LOCK])
    try:
        yield
    finally:
        if not conn.closed:
            for projection in PROJECTIONS:
                tables.drop(conn, tables.beside(projection, tables.NATION))
            conn.execute("SELECT pg_advisory_unlock(%s)", [REBUILD_LOCK])


def _load(conninfo: str, belonging: list[Feed], pack: Pack, processes: int, progress: OnProvince | None) -> set[str]:
    """Fold and load the provinces, the longest first; those that could not be folded."""
    broken: set[str] = set()
    tasks = [(feed.place, feed.position) for feed in sorted(belonging, key=lambda feed: -feed.position)]
    for place, events, error in in_processes(partial(_province, conninfo, pack), tasks, processes):
        if error is not None:
            broken.add(place)
            log.warning("province cannot be folded whole", province=place, error=error)
        elif progress is not None:
            progress(place, events)
    return broken


def _province(conninfo: str, pack: Pack, task: tuple[str, int]) -> tuple[str, int, str | None]:
    place, until = task
    targets = [tables.beside(projection, tables.NATION, place) for projection in PROJECTIONS]
    try:
        with loading(conninfo) as conn:
            return place, load_province(conn, targets, until, following(place, pack).read(conn)), None
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 (an event may fail in any way: its province stops, the others go on)
        return place, 0, error_text(error)


def load_province(conn: Connection, targets: Sequence[Target], until: int, policy: Following) -> int:
    """Load what a province's whole log up to a position makes, by the packs in force there; the events folded."""
    return load_streams(conn, targets, _STREAMS, [policy.place, until], policy.lens(until))


def following(place: str, ours: Pack) -> Following:
    """The policy of a province, read from its replica; `ours` is the pack of the days before it adopted anything."""

    def reading(conn: Connection, stream: UUID, after: int) -> Sequence[tuple[int, str, bytes]]:
        return replica.raw_stream(conn, place, stream, after)

    return Following(place, ours, reading)


def _index(conninfo: str, projection: Projection) -> None:
    with psycopg.connect(conninfo, application_name="concord nation") as conn:
        conn.execute("SET maintenance_work_mem = '256MB'")
        tables.index(conn, tables.beside(projection, tables.NATION))
