"""The row of a stream of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from events.folding import folded
from projections.history import History, Lens
from services.casework.officer.state import Officer


class Row(NamedTuple):
    """A stream as it stands; columns are explained in table.sql."""

    stream: UUID
    kind: str
    place: str | None
    label: str
    label_en: str
    folded: str
    open: bool
    version: int
    position: int
    changed_on: date
    next_due: date | None
    posts_at: list[str]


def rows(history: History[Any], lens: Lens) -> Iterator[Row]:
    """The one row of the stream."""
    state, kind, owed = history.state, history.kind, history.owed(lens)
    yield Row(
        stream=state.id, kind=kind.name, place=history.place, label=history.label,
        label_en=history.label_en, folded=folded(history.label), open=kind.is_open(state), version=state.version,
        position=history.position, changed_on=state.entries[-1].day,
        next_due=owed[0].due if owed else None,
        posts_at=sorted({post.place for post in state.appointments}) if isinstance(state, Officer) else [],
    )  # fmt: skip
