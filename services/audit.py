"""Stored history judged again: every entry of every stream, beside the streams that it says it relied on.

Reads stream by stream in the order of their ids, and keeps a bounded part of the register in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import psycopg

from events.envelope import Entry, Event
from events.registry import decode, stream_kind
from services.casework.judgement import Finding, rejudge
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.law import NO_CONTEXT, Context
from services.casework.policy.state import Packs, Policy
from services.casework.stream import State, advance
from services.register import read
from services.register.read import FIRST_STREAM, LAST_VERSION
from services.state_cache import StateCache

Connection = psycopg.Connection[Any]
ContextOf = Callable[[Entry[Event]], Context]
At = tuple[UUID, int]
"""A stream at a version."""

TOGETHER: Final = 5_000
"""Entries of streams that are read and judged together, at most; a longer stream is read by itself."""

REMEMBERED: Final = 50_000
"""Entries for which states of other streams are kept."""


@dataclass(slots=True)
class RelatedStates:
    """States of other streams at the versions that entries relied on, with a cache of those used last."""

    conn: Connection
    _kept: StateCache[At, State] = field(default_factory=lambda: StateCache(REMEMBERED, lambda state: state.version))

    def recall(self, entries: Iterable[Entry[Event]]) -> Mapping[At, State]:
        """The states that any of these entries relied on."""
        wanted = {at for entry in entries for at in _relied_on(entry)}
        found = {at: state for at in wanted if (state := self._kept.get(at)) is not None}
        for at, state in self._read(wanted - found.keys()):
            found[at] = state
            self._kept.put(at, state)
        return found

    def _read(self, wanted: Iterable[At]) -> Iterator[tuple[At, State]]:
        """The states wanted, each stream read and folded once."""
        versions: dict[UUID, set[int]] = {}
        for stream, version in wanted:
            versions.setdefault(stream, set()).add(version)
        for stream, entries in _read(self.conn, {stream: max(those) for stream, those in versions.items()}):
            state: State = _kind_of(entries).state(stream)
            for entry in entries:
                state = advance(state, (entry,))
                if entry.version in versions[stream]:
                    yield (stream, entry.version), state


def contexts(
    conn: Connection | RelatedStates, entries: Sequence[Entry[Event]], packs: Packs, *, what_if: bool = False
) -> ContextOf:
    """The streams beside each of these entries, folded up to the versions that it relied on.

    An entry that says nothing of what it relied on is judged from its own stream alone. The packs are those adopted
    by then, as the entry saw the policy; with `what_if` those given, whatever was adopted.
    """
    neighbours = conn if isinstance(conn, RelatedStates) else RelatedStates(conn)
    states = neighbours.recall(entries)

    def context_of(entry: Entry[Event]) -> Context:
        if entry.relied_on is None:
            return replace(NO_CONTEXT, packs=packs)
        beside = {at[0]: states[at] for at in _relied_on(entry)}
        policy = next((state for state in beside.values() if isinstance(state, Policy)), None)
        return Context(beside, packs=packs if what_if or policy is None else Packs.of(policy, packs.ours))

    return context_of


def _relied_on(entry: Entry[Event]) -> Iterator[At]:
    """The streams that an entry relied on, without those that had nothing yet."""
    return ((stream, version) for stream, version in (entry.relied_on or {}).items() if version)


def audit(
    conn: Connection,
    packs: Packs,
    *,
    streams: Sequence[UUID] | None = None,
    what_if: bool = False,
    judged: Callable[[UUID, int], None] = lambda _stream, _entries: None,
) -> Iterator[Finding]:
    """Every stored entry that the law would refuse: of all streams of every kind, or of those named.

    `packs` are those of the register's place; with `what_if` everything is judged by them, whatever was adopted
    (I-23). `judged` is told of each stream judged, and how many entries it has. Raises what an entry raises that
    cannot be read.
    """
    neighbours = RelatedStates(conn)
    for sizes in _sizes(conn) if streams is None else [dict.fromkeys(streams, LAST_VERSION)]:
        for portion in _portions(sizes):
            streams_read = list(_read(conn, portion))
            entries = [entry for _, own in streams_read for entry in own]
            context_of = contexts(neighbours, entries, packs, what_if=what_if)
            for stream, own in streams_read:
                yield from rejudge(_kind_of(own), stream, own, packs.on, context_of)
                judged(stream, len(own))


def _sizes(conn: Connection) -> Iterator[dict[UUID, int]]:
    """Every stream with its last version, a page at a time."""
    after = FIRST_STREAM
    while page := read.sizes(conn, after):
        yield page
        after = max(page)


def _portions(sizes: Mapping[UUID, int]) -> Iterator[dict[UUID, int]]:
    """The streams in portions that are read at once."""
    portion: dict[UUID, int] = {}
    for stream, size in sizes.items():
        if portion and sum(portion.values()) + size > TOGETHER:
            yield portion
            portion = {}
        portion[stream] = size
    if portion:
        yield portion


def _read(conn: Connection, wanted: Mapping[UUID, int]) -> Iterator[tuple[UUID, list[Entry[Event]]]]:
    """The entries of streams up to a version each; streams without any are left out."""
    entries: dict[UUID, list[Entry[Event]]] = {}
    for stream, type_name, state in read.read_up_to(conn, wanted):
        entries.setdefault(stream, []).append(decode(type_name, state))
    yield from entries.items()


def _kind_of(entries: Sequence[Entry[Event]]) -> Kind[Any]:
    return KINDS[stream_kind(entries[0].event.about.type)]
