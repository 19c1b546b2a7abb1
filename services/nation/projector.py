"""The nation's projector: folds every province's replica into rows by province, each province for itself.

Rows and position are one transaction, so that a kill at any moment loses or doubles nothing. A
province whose event cannot be folded stops alone, with the event and the reason, and is tried again
when the projector is started anew.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import structlog

from services.casework.pack import Pack
from services.nation import decided, projected, replica
from services.nation.feeds import feeds
from services.nation.projected import PROJECTIONS, VERSION, Projected
from services.nation.rebuild import following, load_province, rebuild
from services.observed.metrics import PROJECTOR_EVENTS, PROJECTOR_LAG, PROJECTOR_POSITION
from services.projector import tables
from services.projector.batch import Memory, folded, write_batch
from services.projector.policy import Following
from services.register.read import Recorded

Connection = psycopg.Connection[Any]

BATCH = 2_000
"""Most events of a province taken in by one transaction."""

MEMORY = 10_000
"""Entries of recently used units that are kept for each province, of about 1.5 KiB each."""

LONG = 100_000
"""Events behind, of all provinces together, from which everything is made anew beside instead of in batches."""

POLL_SECONDS = 0.25
"""Seconds between looks at the replica."""

RETRY_SECONDS = 1.0
"""Seconds until the next try where the database is away."""

log = structlog.get_logger("nation")


@dataclass(slots=True)
class Projector:
    """Owns the connection on which batches are written, and what it remembers of each province's units and policy.

    `ours` is the pack of a province's days before it adopted anything.
    """

    conn: Connection
    ours: Pack
    batch: int = BATCH
    memories: dict[str, Memory] = field(default_factory=dict)
    policies: dict[str, Following] = field(default_factory=dict)

    def step(self) -> int:
        """Take in one batch of each province and of the nation's own decisions; the events taken."""
        standing = {one.place: one for one in projected.projected(self.conn)}
        taken = decided.take(self.conn, self.batch)
        for feed in feeds(self.conn):
            place, known = feed.place, standing.get(feed.place)
            if feed.status == "left":
                if known is not None:
                    self._leave(place)
                continue
            known = known or projected.begin(self.conn, place, VERSION)
            if known.running and known.version == VERSION and known.position < feed.position:
                taken += self._advance(known, self.batch)
            PROJECTOR_LAG.labels(f"nation {place}").set(feed.position - known.position)
        if taken:
            decided.settle(self.conn)
        return taken

    def _advance(self, known: Projected, limit: int) -> int:
        """Smaller and smaller batches find an event that cannot be folded; then the province stops before it."""
        try:
            return self._take(known, limit)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 (an event may fail in any way: its province stops, the others go on)
            if limit > 1:
                return self._advance(known, limit // 2)
            self._stop(known, error)
            return 0

    def _take(self, known: Projected, limit: int) -> int:
        place, memory = known.place, self.memories.setdefault(known.place, Memory(MEMORY))
        with self.conn.transaction():
            if projected.lock(self.conn, place) != known:
                return 0  # another projector was here first
            raws = replica.raw_tail(self.conn, place, known.position, limit)
            # after the events, so that it knows of the adoptions among them
            policy = self.policies.setdefault(place, following(place, self.ours)).read(self.conn)
            turns = policy.turn(known.position)
            if turns == known.position + 1:
                return self._turn(known, policy, raws[:1])
            raws = [raw for raw in raws if turns is None or raw.position < turns]
            if not raws:
                return 0
            lens, reading = policy.lens(known.position), partial(_read, place)
            batch = folded(self.conn, raws, known.position, memory, lens, reading=reading, deadlines=False)
            with self.conn.pipeline():
                for projection in PROJECTIONS:
                    write_batch(self.conn, tables.serving(projection, tables.NATION, place), batch, lens)
                projected.move(self.conn, place, batch.position, batch.as_of)
        memory.keep(batch.histories)
        PROJECTOR_EVENTS.labels(f"nation {place}").inc(len(raws))
        PROJECTOR_POSITION.labels(f"nation {place}").set(batch.position)
        return len(raws)

    def _turn(self, known: Projected, policy: Following, raws: Sequence[replica.Raw]) -> int:
        """By the next event other packs are in force in the province: make all its rows anew; the events taken."""
        for raw in raws:
            targets = [tables.serving(projection, tables.NATION, known.place) for projection in PROJECTIONS]
            for target in targets:
                tables.clear(self.conn, target)
            load_province(self.conn, targets, raw.position, policy)
            projected.move(self.conn, known.place, raw.position, raw.recorded_at)
            log.info("a policy was adopted", province=known.place, position=raw.position)
        return len(raws)

    def _stop(self, known: Projected, error: Exception) -> None:
        failing = replica.raw_tail(self.conn, known.place, known.position, 1)[0]
        why = f"{failing.type} {failing.stream}/{failing.version}: {projected.why(error)}"
        projected.stop(self.conn, known.place, failing.position, why)
        log.error("province stopped", province=known.place, position=failing.position, error=why)

    def _leave(self, place: str) -> None:
        """The province belongs no longer: its rows go, its replica stays."""
        with self.conn.transaction():
            for projection in PROJECTIONS:
                tables.clear(self.conn, tables.serving(projection, tables.NATION, place))
            projected.forget(self.conn, place)
        self.memories.pop(place, None)
        self.policies.pop(place, None)
        log.info("province left", province=place)


def _read(place: str, conn: Connection, streams: Iterable[UUID]) -> dict[UUID, list[Recorded]]:
    return replica.read_streams(conn, place, streams)


def prepare(conninfo: str, pack: Pack) -> None:
    """Make the tables where there are none, or where another version of this program made them; catch up a long way.

    What stopped is tried again.
    """
    with psycopg.connect(conninfo, autocommit=True) as conn:
        standing = {one.place: one for one in projected.projected(conn)}
        behind = sum(
            feed.position - (standing[feed.place].position if feed.place in standing else 0) for feed in feeds(conn)
        )
        made = projected.made(conn) and all(one.version == VERSION for one in standing.values())
        if made and behind < LONG:
            projected.resume(conn)
            return
    log.info("the nation's projections are made anew", events=behind)
    rebuild(conninfo, pack)


def run(conninfo: str, pack: Pack, stopping: Callable[[], bool], *, poll_seconds: float = POLL_SECONDS) -> None:
    """Keep the nation's projections up with the replica until `stopping`; where the database is away, try again."""
    prepare(conninfo, pack)
    while not stopping():
        try:
            with psycopg.connect(conninfo, autocommit=True, application_name="concord nation") as conn:
                # rows and position are one transaction: what a crash loses is taken in again
                conn.execute("SET synchronous_commit = off")
                # a plan made while the tables are small stays cached while they grow
                conn.execute("SET enable_seqscan = off")
                projector = Projector(conn, pack)
                decided.settle(conn)  # a kill may have come between a batch and this
                while not stopping():
                    moved = projector.step()
                    # what is remembered holds no cycles: looking through it all stops the projector for a while
                    gc.freeze()
                    if moved == 0:
                        time.sleep(poll_seconds)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("the database is away", error=str(error))
            time.sleep(RETRY_SECONDS)
