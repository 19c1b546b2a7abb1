"""The projector: keeps every projection up with the log."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog

from projections.catalogue import CATALOGUE
from projections.freshness import PROJECTOR
from services.casework.pack import Pack
from services.errors import Unavailable
from services.follower import AWAY, Control, Follower, Lane, Process
from services.observability.logs import error_text
from services.observability.metrics import PROJECTOR_EVENTS, PROJECTOR_LAG, PROJECTOR_POSITION
from services.projector import feeds, positions, tables
from services.projector.batch import Memory, folded
from services.projector.policy import Following
from services.projector.rebuild import rebuild, turn
from services.projector.writing import write_batch
from services.register.read import Raw, last_position, log_id, raw_tail

BATCH = 2_000
"""Most events taken in by one transaction."""

POLL_SECONDS = 1.0
"""Seconds between looks at the log where no notification comes."""

LONG_LOG = 20_000
"""Events from which a missing projection is rebuilt in shards instead of being taken in by batches."""

Group = Sequence[str]
"""Names of projections that stand at one position."""

log = structlog.get_logger("projector")


@dataclass(slots=True)
class Projector:
    """Owns the connection on which batches are written, and what it remembers of streams."""

    conn: psycopg.Connection[Any]
    conninfo: str
    policy: Following
    batch: int = BATCH
    memory: Memory = field(default_factory=Memory)

    def follower(self) -> Follower[Group, Raw]:
        """The log into the rows of every projection, each projection from its own position."""
        return Follower(self._source, self._take, self._lanes, failure=self._apart)

    def _source(self) -> Iterator[tuple[Group, Sequence[Raw]]]:
        standing: dict[int, list[str]] = defaultdict(list)
        for place in positions.places(self.conn):
            known = CATALOGUE.get(place.name)
            if known is not None and known.version == place.version and _ours(place):
                standing[place.position].append(place.name)
        for position, names in sorted(standing.items()):
            raws = raw_tail(self.conn, position, self.batch)
            if raws:
                yield names, raws

    def _take(self, names: Group, raws: Sequence[Raw]) -> int:
        """Rows and position in one transaction, of those of the projections that still stand before these events."""
        after = raws[0].position - 1
        policy = self.policy.read(self.conn)  # after the events, so that it knows of those among them
        turns, views = policy.turn(after), _views(names)
        if turns == after + 1 and views:
            lines = [name for name in names if name not in views]
            return self._turn(views, after) + (self._take(lines, raws) if lines else 0)
        if turns is not None:
            raws = [raw for raw in raws if raw.position < max(turns, after + 2)]
        with self.conn.transaction():
            places = positions.lock(self.conn, names)
            names = [place.name for place in places if place.position == after and _ours(place)]
            if not names:
                return 0  # another projector, or a rebuild, was here first
            lens, deadlines = policy.lens(after), any(CATALOGUE[name].needs_deadlines for name in names)
            batch = folded(self.conn, raws, after, self.memory, lens, deadlines=deadlines)
            with self.conn.pipeline():
                for name in names:
                    write_batch(self.conn, tables.serving(CATALOGUE[name]), batch, lens)
                positions.move(self.conn, names, batch.position, batch.as_of)
        self.memory.keep(batch.histories)
        # what is remembered holds no cycles: looking through it all stops the projector for half a second
        gc.freeze()
        for name in names:
            PROJECTOR_EVENTS.labels(name).inc(len(batch.happenings))
            PROJECTOR_POSITION.labels(name).set(batch.position)
        return len(batch.happenings)

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
            self._stop(views[0], raw_tail(self.conn, after, 1)[0], error)
            return 0
        log.info("a policy was adopted", position=after + 1, projections=views)
        return int(turned)

    def _apart(self, names: Group, failing: Raw, error: Exception) -> int:
        """An event at which one of these fails: each takes it in alone, and whoever cannot stops before it."""
        if len(names) == 1:
            self._stop(names[0], failing, error)
            return 0
        taken = 0
        for name in names:
            try:
                taken = max(taken, self._take([name], [failing]))
            except AWAY:
                raise
            except Exception as own:  # noqa: BLE001 (a projection may fail in any way: it stops, the others go on)
                self._stop(name, failing, own)
        return taken

    def _stop(self, name: str, failing: Raw, error: Exception) -> None:
        why = f"{failing.type} {failing.stream}/{failing.version}: {error_text(error)}"
        positions.stop(self.conn, name, failing.position, why)
        log.error("projection stopped", projection=name, position=failing.position, error=why)

    def _lanes(self) -> list[Lane]:
        return lanes(self.conn)


def lanes(conn: psycopg.Connection[Any]) -> list[Lane]:
    """Where each projection stands; says so in the metrics too."""
    head, found = last_position(conn), list[Lane]()
    for place in positions.places(conn):
        PROJECTOR_POSITION.labels(place.name).set(place.position)
        PROJECTOR_LAG.labels(place.name).set(head - place.position)
        found.append(Lane(place.name, place.position, error=place.error))
    return found


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


def process(
    conninfo: str, pack: Pack, place: str, *, batch: int = BATCH, poll_seconds: float = POLL_SECONDS
) -> Process:
    """Keeps all projections up with the log.

    Rows are made by what `place` adopts, and by `pack` for the days before.
    """
    policy = Following(place, pack)

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[Group, Raw]]:
        with connected(conninfo) as conn:
            yield Projector(conn, conninfo, policy, batch).follower()

    def prepared() -> None:
        prepare(conninfo, pack, place)
        feeds.take_over(conninfo, pack, place, positions.DATABASE)

    return Process(
        PROJECTOR, conninfo, opened, prepare=prepared, channels=("register_events",), poll_seconds=poll_seconds
    )


def connected(conninfo: str) -> psycopg.Connection[Any]:
    """A connection on which rows and positions are written. Raises psycopg.OperationalError."""
    conn = psycopg.connect(conninfo, autocommit=True, application_name="concord projector")
    # rows and position are one transaction: what a crash loses is taken in again
    conn.execute("SET synchronous_commit = off")
    # a plan made while the tables are small stays cached while they grow
    conn.execute("SET enable_seqscan = off")
    return conn
