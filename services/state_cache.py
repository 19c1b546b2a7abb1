"""Recently used states of streams, as a process keeps them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from events.registry import UnknownTypeError, decode, stream_kind
from services.casework.kinds import KINDS
from services.casework.stream import State, advance, fold
from services.errors import Unreadable
from services.kept import Kept

CACHED_ENTRIES = 90_000
"""Entries kept in memory by a process, as stored: about 120 MB with the states they make."""


def brought_up(stream: UUID, known: State | None, rows: Sequence[tuple[str, bytes]]) -> State:
    """The state after some more entries, given as types and stored bytes; where none is known, after these alone.

    Raises Unreadable where one of them is of a newer program.
    """
    try:
        entries = [decode(type_name, state) for type_name, state in rows]
    except UnknownTypeError as error:
        raise Unreadable(str(stream), str(error)) from None
    if known is not None and known.version:
        state: State = advance(known, entries)
        return state
    folded: State = fold(KINDS[stream_kind(rows[0][0])], stream, entries)
    return replace(folded, entries=Kept(rows))


class StateCache:
    """States by stream, the newest known version of each, and streams known not to be there; bounded by the entries
    that they stand for.
    """

    def __init__(self, most_entries: int = CACHED_ENTRIES) -> None:
        self._states: OrderedDict[UUID, State | None] = OrderedDict()
        self._entries = 0
        self._most = most_entries

    def __contains__(self, stream: UUID) -> bool:
        """Whether the stream is remembered, be it as one that is not there."""
        return stream in self._states

    def get(self, stream: UUID) -> State | None:
        """The state, if it is remembered."""
        state = self._states.get(stream)
        if state is not None:
            self._states.move_to_end(stream)
        return state

    def put(self, state: State) -> None:
        """Remember a state; the least recently used ones give way."""
        self._put(state.id, state)

    def put_absent(self, stream: UUID) -> None:
        """Remember that there is no such stream."""
        self._put(stream, None)

    def drop(self, stream: UUID) -> None:
        """Forget a state."""
        if stream in self._states:
            self._entries -= _weight(self._states.pop(stream))

    def _put(self, stream: UUID, state: State | None) -> None:
        self.drop(stream)
        self._states[stream] = state
        self._entries += _weight(state)
        while self._entries > self._most and len(self._states) > 1:
            _, gone = self._states.popitem(last=False)
            self._entries -= _weight(gone)


def _weight(state: State | None) -> int:
    return state.version if state is not None else 1
