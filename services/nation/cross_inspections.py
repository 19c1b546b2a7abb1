"""Cross-inspections as they went: the plan, who inspects whom, what was found, and what is still to be reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from events.governance.crosscheck import (
    Assignment,
    CrosscheckAssigned,
    CrosscheckListsFrozen,
    CrosscheckPlanned,
    CrosscheckReported,
    CrosscheckShareCommitted,
    CrosscheckShareWithheld,
)
from projections.page import Page, cursor_of, marks_of
from services.register import read_async
from services.register.read import END, Recorded


@dataclass(frozen=True, slots=True)
class Inspection:
    """A cross-inspection; without `seed` it is not drawn yet. `shares` are the digests that houses committed to."""

    id: UUID
    position: int
    planned_at: datetime
    plan: CrosscheckPlanned
    lists: CrosscheckListsFrozen | None = None
    shares: Mapping[str, str] = field(default_factory=dict)
    seed: str | None = None
    assigned_at: datetime | None = None
    assignments: tuple[Assignment, ...] = ()
    findings: tuple[tuple[int, CrosscheckReported], ...] = ()

    def waiting(self, one: Assignment) -> list[UUID]:
        """The units of an assignment of which nothing was reported yet."""
        told = {event.unit for _, event in self.findings if event.inspected == one.inspected}
        return [unit for unit in one.units if unit not in told]


def inspection(stream: UUID, recorded: Sequence[Recorded]) -> Inspection:
    """The cross-inspection after these entries of its stream, the first of them its plan."""
    first = recorded[0]
    if not isinstance(first.entry.event, CrosscheckPlanned):
        raise TypeError(f"cross-inspection {stream} begins with {first.entry.event.about.type}")
    made = Inspection(stream, first.position, first.entry.recorded_at, first.entry.event)
    for one in recorded[1:]:
        event = one.entry.event
        if isinstance(event, CrosscheckListsFrozen):
            made = replace(made, lists=event)
        elif isinstance(event, CrosscheckShareCommitted):
            made = replace(made, shares={**made.shares, event.house.value: event.digest})
        elif isinstance(event, CrosscheckShareWithheld):
            made = replace(made, shares={})
        elif isinstance(event, CrosscheckAssigned):
            drawn = event.assignments or ()
            made = replace(made, seed=event.seed, assigned_at=one.entry.recorded_at, assignments=drawn)
        elif isinstance(event, CrosscheckReported):
            made = replace(made, findings=(*made.findings, (one.entry.version, event)))
    return made


async def inspections(conn: AsyncConnection[Any], after: str | None, limit: int) -> Page[Inspection]:
    """Cross-inspections, the latest planned first. Raises Malformed for a bad cursor."""
    before = END if after is None else _position(after)
    planned = await read_async.newest_of_type(conn, CrosscheckPlanned.about.type, before, limit + 1)
    streams = [stream for stream, _ in planned[:limit]]
    read = await read_async.read_streams(conn, streams)
    rows = [inspection(stream, read[stream]) for stream in streams]
    return Page(rows, cursor_of([rows[-1].position]) if len(planned) > limit else None)


def _position(cursor: str) -> int:
    (mark,) = marks_of(cursor, 1)
    return int(mark) if mark.isascii() and mark.isdigit() else END
