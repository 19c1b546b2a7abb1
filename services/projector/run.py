"""The projector: keeps every projection up with the log until it is told to stop."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import psycopg
import structlog

from projections.catalogue import CATALOGUE
from services.casework.pack import Pack
from services.errors import Unavailable
from services.observed.metrics import PROJECTOR_EVENTS, PROJECTOR_LAG, PROJECTOR_POSITION
from services.projector import feeds, positions, tables
from services.projector.batch import Memory, folded, write_batch
from services.projector.bell import Bell
from services.projector.policy import Following
from services.projector.rebuild import PolicyTurned, rebuild, turn
from services.register.read import last_position, log_id, raw_tail

BATCH = 2_000
"""Most events taken in by one transaction."""

POLL_SECONDS = 1.0
"""Seconds between looks at the log where no notification comes."""

LONG_LOG = 20_000
"""Events from which a missing projection is rebuilt in shards instead of being taken in by batches."""

RETRY_SECONDS = 1.0
"""Seconds until the next try where the database is away."""

log = structlog.get_logger("projector")


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A projection failed somewhere up to a position: smaller and smaller batches find the event."""

    limit: int
    until: int


@dataclass(slots=True)
class Projector:
    """Owns the connection on which batches are written, and what it remembers of streams."""

    conn: psycopg.Connection[Any]
    conninfo: str
    policy: Following
    batch: int = BATCH
    memory: Memory = field(default_factory=Memory)
    _suspects: dict[str, _Suspect] = field(default_factory=dict)
    _observed: float = 0.0

    def step(self) -> int:
        """Take in one batch for each group of projections that stand at one position; the events taken."""
        standing: dict[int, list[str]] = defaultdict(list)
        for place in positions.places(self.conn):
            known = CATALOGUE.get(place.name)
            if known is not None and known.version == place.version and _ours(place):
                standing[place.position].append(place.name)
        return sum(self._advance(names, position) for position, names in sorted(standing.items()))

    def _advance(self, names: Sequence[str], after: int) -> int:
        limit = min((self._suspects[name].limit for name in names if name in self._suspects), default=self.batch)
        try:
            taken = self._take(names, after, limit)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except PolicyTurned:
            lines = [name for name in names if CATALOGUE[name].rows is None]
            return self._turn(_views(names), after) + (self._advance(lines, after) if lines else 0)
        except Exception as error:  # noqa: BLE001 (a projection may fail in any way: it stops, the others go on)
            if len(names) > 1:
                return sum(self._advance([name], after) for name in names)
            if limit > 1:
                self._suspects[names[0]] = _Suspect(limit // 2, after + limit)
                return self._advance(names, after)
            self._stop(names[0], after, error)
            return 0
        for name in names:
            suspect = self._suspects.pop(name, None)
            if suspect is not None and after + taken < suspect.until:
                self._suspects[name] = _Suspect(max(1, suspect.limit // 2), suspect.until)
        return taken

    def _turn(self, views: Sequence[str], after: int) -> int:
        """The next event is one by which other packs are in force: make the views anew; the events taken."""
        try:
            turned = turn(self.conninfo, views, self.policy.ours, self.policy.place, after + 1)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Unavailable:
            return 0  # another projector makes them, or somebody rebuilds or compares
        except Exception as error:  # noqa: BLE001 (a view may fail in any way: it stops, the others go on)
            if len(views) > 1:
                return sum(self._turn([name], after) for name in views)
            self._stop(views[0], after, error)
            return 0
        log.info("a policy was adopted", position=after + 1, projections=views)
        return int(turned)

    def _take(self, names: Sequence[str], after: int, limit: int) -> int:
        with self.conn.transaction():
            places = positions.lock(self.conn, names)
            if any(place.position != after or not _ours(place) for place in places):
                return 0  # another projector, or a rebuild, was here first
            raws = raw_tail(self.conn, after, limit)
            policy = self.policy.read(self.conn)  # after the events, so that it knows of those among them
            turns = policy.turn(after)
            if turns == after + 1 and _views(names):
                raise PolicyTurned
            if turns is not None:
                raws = [raw for raw in raws if raw.position < max(turns, after + 2)]
            if not raws:
                return 0
            lens, deadlines = policy.lens(after), any(CATALOGUE[name].needs_deadlines for name in names)
            batch = folded(self.conn, raws, after, self.memory, lens, deadlines=deadlines)
            with self.conn.pipeline():
                for name in names:
                    write_batch(self.conn, tables.serving(CATALOGUE[name]), batch, lens)
                positions.move(self.conn, names, batch.position, batch.as_of)
        self.memory.keep(batch.histories)
        for name in names:
            PROJECTOR_EVENTS.labels(name).inc(len(batch.happenings))
            PROJECTOR_POSITION.labels(name).set(batch.position)
        return len(batch.happenings)

    def _stop(self, name: str, after: int, error: Exception) -> None:
        failing = raw_tail(self.conn, after, 1)[0]
        why = f"{failing.type} {failing.stream}/{failing.version}: {type(error).__name__}: {error}"
        positions.stop(self.conn, name, failing.position, why)
        self._suspects.pop(name, None)
        log.error("projection stopped", projection=name, position=failing.position, error=why)

    def observe(self) -> None:
        """Say how far behind the log each projection is, once a second."""
        if monotonic() - self._observed < 1:
            return
        self._observed = monotonic()
        head = last_position(self.conn)
        for place in positions.places(self.conn):
            PROJECTOR_LAG.labels(place.name).set(head - place.position)


def _views(names: Sequence[str]) -> list[str]:
    return [name for name in names if CATALOGUE[name].rows is not None]


def _ours(place: positions.Place) -> bool:
    return place.status == "running" and place.feed == positions.DATABASE


def prepare(conninfo: str, pack: Pack, place: str) -> None:
    """Make the tables of projections that have none, and rebuild those made by another version of this program.

    Raises NotOfThisLogError where a projection has taken in what this log does not hold.
    """
    with psycopg.connect(conninfo, autocommit=True) as conn:
        positions.check(conn, log_id(conn), last_position(conn))
        made = {found.name: found.version for found in positions.places(conn)}
        missing = [projection for name, projection in CATALOGUE.items() if name not in made]
        outdated = [name for name, version in made.items() if name in CATALOGUE and CATALOGUE[name].version != version]
        if last_position(conn) > LONG_LOG:
            outdated += [projection.name for projection in missing]
        else:
            for projection in missing:
                with conn.transaction():
                    tables.create(conn, tables.serving(projection))
                    tables.index(conn, tables.serving(projection))
                    positions.place(conn, projection.name, projection.version, log_id(conn), 0, None)
    if outdated:
        log.info("projections are rebuilt", projections=outdated)
        rebuild(conninfo, outdated, pack, place)


def run(
    conninfo: str,
    pack: Pack,
    place: str,
    stopping: Callable[[], bool],
    *,
    batch: int = BATCH,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Keep all projections up with the log until `stopping`; where the database is away, try again and again.

    Rows are made by what `place` adopts, and by `pack` for the days before.
    """
    prepare(conninfo, pack, place)
    feeds.take_over(conninfo, pack, place, positions.DATABASE)
    policy = Following(place, pack)
    with Bell(conninfo, "register_events") as bell:
        while not stopping():
            try:
                with psycopg.connect(conninfo, autocommit=True, application_name="concord projector") as conn:
                    # rows and position are one transaction: what a crash loses is taken in again
                    conn.execute("SET synchronous_commit = off")
                    # a plan made while the tables are small stays cached while they grow
                    conn.execute("SET enable_seqscan = off")
                    _keep_up(Projector(conn, conninfo, policy, batch), bell, stopping, poll_seconds)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("the database is away", error=str(error))
                bell.wait(RETRY_SECONDS)


def _keep_up(projector: Projector, bell: Bell, stopping: Callable[[], bool], poll_seconds: float) -> None:
    while not stopping():
        moved = projector.step()
        # what is remembered holds no cycles: looking through it all stops the projector for half a second
        gc.freeze()
        projector.observe()
        if moved == 0:
            bell.wait(poll_seconds)
