"""The nation's projector: folds every province's replica into rows by province, each province for itself.

Rows and position are one transaction, so that a kill at any moment loses or doubles nothing. A
province whose event cannot be folded stops alone, with the event and the reason, and is tried again
when the projector is started again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import structlog

from services.casework.pack import Pack
from services.follower import Control, Follower, Lane, Process
from services.nation import decided, projected, replica
from services.nation.feeds import feeds
from services.nation.projected import PROJECTIONS, VERSION, Projected
from services.nation.rebuild import following, load_province, rebuild
from services.observability.logs import error_text
from services.observability.metrics import PROJECTOR_EVENTS, PROJECTOR_LAG, PROJECTOR_POSITION
from services.projector import tables
from services.projector.batch import Memory, Stored, folded
from services.projector.policy import Following
from services.projector.run import connected
from services.projector.writing import write_batch
from services.register.read import Recorded

Connection = psycopg.Connection[Any]

BATCH = 2_000
"""Most events of a province taken in by one transaction."""

MEMORY = 10_000
"""Entries of recently used units that are kept for each province, of about 1.5 KiB each."""

LONG = 100_000
"""Events behind, of all provinces together, from which everything is rebuilt beside instead of in batches."""

POLL_SECONDS = 0.25
"""Seconds between looks at the replica."""

Province = Projected | None
"""How far the rows of a province are; None: the nation's own decisions."""

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

    def follower(self) -> Follower[Province, Stored]:
        """The nation's own decisions and each province's replica into rows."""
        return Follower(self._source, self._take, self._lanes, self._checkpoint, self._stop)

    def _source(self) -> Iterator[tuple[Province, Sequence[Stored]]]:
        if raws := decided.following(self.conn, self.batch):
            yield None, raws
        standing = {known.place: known for known in projected.projected(self.conn)}
        for feed in feeds(self.conn):
            place, known = feed.place, standing.get(feed.place)
            if feed.status == "left":
                if known is not None:
                    self._leave(place)
                continue
            if known is not None and known.version == projected.PUT_ASIDE:
                self._leave(place)
                known = None
            known = known or projected.begin(self.conn, place, VERSION)
            if known.running and known.version == VERSION and known.position < feed.position:
                yield known, replica.raw_tail(self.conn, place, known.position, self.batch)

    def _checkpoint(self, taken: int) -> None:
        if taken:
            decided.settle(self.conn)

    def _take(self, known: Province, raws: Sequence[Stored]) -> int:
        if known is None:
            return decided.take(self.conn, raws)
        place, memory = known.place, self.memories.setdefault(known.place, Memory(MEMORY))
        after = raws[0].position - 1
        with self.conn.transaction():
            locked = projected.lock(self.conn, place)
            if locked is None or not locked.running or locked.position != after:
                return 0  # another projector was here first, or it has stopped
            # after the events, so that it knows of the adoptions among them
            policy = self.policies.setdefault(place, following(place, self.ours)).read(self.conn)
            turns = policy.turn(after)
            if turns == after + 1:
                return self._turn(place, policy, raws[0])
            raws = [raw for raw in raws if turns is None or raw.position < turns]
            lens, reading = policy.lens(after), partial(_read, place)
            batch = folded(self.conn, raws, after, memory, lens, reading=reading, deadlines=False)
            with self.conn.pipeline():
                for projection in PROJECTIONS:
                    write_batch(self.conn, tables.serving(projection, tables.NATION, place), batch, lens)
                projected.move(self.conn, place, batch.position, batch.as_of)
        memory.keep(batch.histories)
        # what is remembered holds no cycles: looking through it all stops the projector for a while
        gc.freeze()
        PROJECTOR_EVENTS.labels(f"nation {place}").inc(len(raws))
        PROJECTOR_POSITION.labels(f"nation {place}").set(batch.position)
        return len(raws)

    def _turn(self, place: str, policy: Following, raw: Stored) -> int:
        """By the next event other packs are in force in the province: rebuild all its rows; the events taken."""
        targets = [tables.serving(projection, tables.NATION, place) for projection in PROJECTIONS]
        for target in targets:
            tables.clear(self.conn, target)
        load_province(self.conn, targets, raw.position, policy)
        projected.move(self.conn, place, raw.position, raw.recorded_at)
        log.info("a policy was adopted", province=place, position=raw.position)
        return 1

    def _stop(self, known: Province, failing: Stored, error: Exception) -> int:
        """An event that cannot be folded: its province stops before it, the others go on."""
        if known is None:
            raise error
        why = f"{failing.type} {failing.stream}/{failing.version}: {error_text(error)}"
        projected.stop(self.conn, known.place, failing.position, why)
        log.error("province stopped", province=known.place, position=failing.position, error=why)
        return 0

    def _lanes(self) -> list[Lane]:
        ends = {feed.place: feed.position for feed in feeds(self.conn)}
        found = []
        for known in projected.projected(self.conn):
            head = ends.get(known.place, known.position)
            PROJECTOR_LAG.labels(f"nation {known.place}").set(head - known.position)
            found.append(Lane(known.place, known.position, head, known.error))
        return found

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


def process(conninfo: str, pack: Pack, *, poll_seconds: float = POLL_SECONDS) -> Process:
    """Keeps the nation's projections up with the replica."""

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[Province, Stored]]:
        with connected(conninfo) as conn:
            decided.settle(conn)  # a kill may have come between a batch and this
            yield Projector(conn, pack).follower()

    return Process(
        "national projector", conninfo, opened, prepare=lambda: prepare(conninfo, pack), poll_seconds=poll_seconds
    )
