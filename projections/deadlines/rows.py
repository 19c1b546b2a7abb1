"""The rows of a stream's deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from projections.history import History, Lens
from services.casework.obligation import Obligation


class Row(NamedTuple):
    """A duty and how it went; columns are explained in table.sql."""

    stream: UUID
    key: str
    since: date
    stream_kind: str
    unit: UUID | None
    kind: str
    ref: str
    holder: str
    due: date
    clause: str
    state: str
    late: bool
    met_on: date | None
    met_version: int | None
    missed_on: date | None
    missed_version: int | None
    label: str
    place: str | None
    assigned_to: UUID | None
    deputy: UUID | None


def rows(history: History[Any], _: Lens) -> Iterator[Row]:
    """Every duty that there ever was in the stream."""
    if not history.deadlines:
        return
    state, kind, label, place = history.state, history.kind, history.label, history.place
    for deadline in history.deadlines.values():
        owed = deadline.obligation
        whose = owed.assigned
        yield Row(
            stream=state.id, key=owed.key, since=owed.since, stream_kind=kind.name, unit=kind.unit(state),
            kind=owed.kind.value, ref=owed.ref, holder=owed.holder, due=owed.due, clause=owed.clause,
            state=deadline.state, late=deadline.late, met_on=deadline.met_on, met_version=deadline.met_version,
            missed_on=deadline.missed_on, missed_version=deadline.missed_version,
            label=label, place=place or _place_of(owed), assigned_to=whose.officer if whose is not None else None,
            deputy=whose.deputy if whose is not None else None,
        )  # fmt: skip


def _place_of(owed: Obligation) -> str | None:
    """The place of the office that owes it; None where the unit does."""
    return owed.holder.partition(":")[2] or None
