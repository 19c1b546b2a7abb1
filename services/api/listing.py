"""Streams of a kind, a page at a time, by place, whether they are open, label and last change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.places import PLACES, within
from services.casework.kind import Kind
from services.casework.stream import State
from services.decisions import Decisions
from services.errors import Malformed, Problem
from services.register import read_async

_BATCH = 500
"""Streams read at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which streams of a kind are asked for; what is None is not asked about."""

    kind: Kind[Any]
    place: str | None = None
    open: bool | None = None
    name: str | None = None
    changed_since: datetime | None = None

    def takes(self, state: State) -> bool:
        """Whether the stream fits."""
        kind, place = self.kind, self.kind.place(state)
        return (
            (self.place is None or (place in PLACES and within(place or "", self.place)))
            and (self.open is None or kind.is_open(state) is self.open)
            and (self.name is None or self.name.casefold() in kind.label(state).casefold())
            and (self.changed_since is None or state.entries[-1].recorded_at >= self.changed_since)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A page of streams, and what to ask for the next one by."""

    states: list[State]
    next: str | None


async def streams(decisions: Decisions, wanted: Wanted, cursor: str | None, limit: int) -> Found:
    """The streams that fit, in the order of their ids, after the cursor. Raises Malformed for a cursor that is none."""
    after, found = _cursor(cursor), list[State]()
    while True:
        async with decisions.pool.connection() as conn:
            ids = await read_async.stream_ids(conn, wanted.kind.name, after, _BATCH)
        for state in _in_order(ids, await decisions.load(ids, fresh=True)):
            if wanted.takes(state):
                if len(found) == limit:
                    return Found(found, str(found[-1].id))
                found.append(state)
        if len(ids) < _BATCH:
            return Found(found, None)
        after = ids[-1]


def _in_order(ids: list[UUID], states: dict[UUID, State]) -> Iterator[State]:
    return (states[stream] for stream in ids if stream in states)


def _cursor(text: str | None) -> UUID:
    try:
        return UUID(text) if text else read_async.FIRST_STREAM
    except ValueError as error:
        raise Malformed([Problem("?cursor", "翻页标记无效", "this is no cursor of this list")]) from error


def row(state: State) -> dict[str, Any]:
    """A stream as a list shows it."""
    kind = state.descriptor
    return {
        "stream": str(state.id),
        "stream_kind": kind.name,
        "version": state.version,
        "label": kind.label(state),
        "place": kind.place(state),
        "open": kind.is_open(state),
        "changed_at": state.entries[-1].recorded_at,
    }
