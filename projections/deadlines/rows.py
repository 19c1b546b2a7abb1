"""The rows of a unit's deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from projections.history import History, Lens


class Row(NamedTuple):
    """An obligation of a unit and how it went; `office` is the level and place of its holder, if an office."""

    unit: UUID
    key: str
    since: date
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
    unit_name: str
    place: str


def rows(history: History, _: Lens) -> Iterator[Row]:
    """Every deadline that the unit ever had."""
    unit = history.unit
    for deadline in history.deadlines.values():
        owed = deadline.obligation
        yield Row(
            unit=unit.id, key=owed.key, since=owed.since, kind=owed.kind.value, ref=owed.ref, holder=owed.holder,
            due=owed.due, clause=owed.clause, state=deadline.state, late=deadline.late,
            met_on=deadline.met_on, met_version=deadline.met_version,
            missed_on=deadline.missed_on, missed_version=deadline.missed_version,
            unit_name=unit.life.name, place=unit.life.place,
        )  # fmt: skip
