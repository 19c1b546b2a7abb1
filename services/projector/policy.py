"""The policy of a place as the log tells of it: by which packs rows are made at each position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import psycopg

from events.envelope import Entry, Event
from events.registry import UnknownTypeError, decode
from projections.history import Lens
from services.casework.pack import Pack
from services.casework.policy.kind import POLICY
from services.casework.policy.state import Packs, policy_stream
from services.casework.stream import fold
from services.register.read import raw_stream

Connection = psycopg.Connection[Any]
Reading = Callable[[Connection, UUID, int], Sequence[tuple[int, str, bytes]]]
"""Where the position, type and bytes of the entries of a stream after a version are read."""


@dataclass(slots=True)
class Following:
    """What a place adopted, read on as the log grows. `ours` is the pack of the days before anything was adopted.

    Rows made at a position are made by all that was adopted up to it, for whatever day. Where something
    is adopted, every view is therefore made anew: its rows may read differently from a later day on.
    """

    place: str
    ours: Pack
    reading: Reading = raw_stream
    _entries: list[Entry[Event]] = field(default_factory=list)
    _lenses: list[tuple[int, Lens]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lenses.append((0, Lens(Packs(self.ours))))

    def read(self, conn: Connection) -> Self:
        """Read on to the end of the log, as it is now."""
        stream = policy_stream(self.place)
        for position, type_name, state in self.reading(conn, stream, len(self._entries)):
            try:
                self._entries.append(decode(type_name, state))
            except (UnknownTypeError, ValueError):
                break  # whoever comes to that event stops there, and says why
            policy = fold(POLICY, stream, self._entries)
            packs = Packs.of(policy, self.ours)
            before = self._lenses[-1][1].packs
            if (packs.adopted, packs.holidays) != (before.adopted, before.holidays):
                self._lenses.append((position, Lens(packs)))
        return self

    def lens(self, position: int) -> Lens:
        """The lens of rows that hold everything up to a position; the same object until another is in force."""
        return next(lens for since, lens in reversed(self._lenses) if since <= position)

    def turn(self, after: int) -> int | None:
        """The position of the next event after this one by which other packs are in force; None where none is known."""
        return next((since for since, _ in self._lenses if since > after), None)
