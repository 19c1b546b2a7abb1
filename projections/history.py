"""What projections are made from: one event in its place, and a stream with what was owed in it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from events.envelope import Entry, Event
from events.registry import UnknownTypeError, stream_kind
from events.sentences import Labels, sentence
from projections.deadlines.ledger import NOTHING_OWED, Ledger
from services.casework.judgement import obligations
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.obligation import Obligation
from services.casework.pack import pack_named
from services.casework.policy.state import Packs
from services.casework.stream import State

S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Lens:
    """The policy by which streams are read: what was adopted, as far as the log was read."""

    packs: Packs

    def labels(self, entry: Entry[Event]) -> Labels:
        """What people call the pack's own ids in the sentence of an entry, by the pack under which it was judged."""
        return (pack_named(entry.authority.pack) if entry.authority is not None else self.packs.ours).label


@dataclass(slots=True)
class Happening:
    """One event at its position, with the states of its stream before and after it."""

    position: int
    entry: Entry[Event]
    before: State
    after: State
    lens: Lens
    _sentences: tuple[str, str] | None = None

    @property
    def kind(self) -> Kind[Any]:
        """The kind of its stream."""
        return self.after.descriptor

    @property
    def sentences(self) -> tuple[str, str]:
        """What happened, in Chinese and in English; made once for all projections that show it."""
        if self._sentences is None:
            self._sentences = sentences(self.entry, self.lens)
        return self._sentences


def sentences(entry: Entry[Event], lens: Lens) -> tuple[str, str]:
    """The sentence of an entry in Chinese and in English."""
    labels = lens.labels(entry)
    return sentence(entry.event, "zh", labels), sentence(entry.event, "en", labels)


@dataclass(slots=True)
class History(Generic[S]):
    """A stream as it stands, the position of its last event, and its deadlines so far.

    `deadlines` is kept only where a projection shows it; else it stays empty.
    """

    state: S
    position: int
    deadlines: Ledger = field(default_factory=lambda: NOTHING_OWED)

    @property
    def kind(self) -> Kind[Any]:
        """The kind of the stream."""
        return self.state.descriptor

    @property
    def label(self) -> str:
        """What people call the stream."""
        return self.kind.label(self.state, "zh")

    @property
    def label_en(self) -> str:
        """The same in English."""
        return self.kind.label(self.state, "en")

    @property
    def place(self) -> str | None:
        """The place whose offices are in charge of the stream, if one is."""
        return self.kind.place(self.state)

    @property
    def begun(self) -> date:
        """The day of the stream's first entry, from which on it can be read."""
        return self.state.entries[0].day

    def owed(self, lens: Lens) -> Sequence[Obligation]:
        """All that is owed in the stream, earliest due first."""
        return obligations(self.state, lens.packs)


def kind_of(type_name: str) -> Kind[Any]:
    """The kind of stream to which events of that type belong. Raises UnknownTypeError."""
    try:
        return KINDS[stream_kind(type_name)]
    except KeyError:
        raise UnknownTypeError(type_name) from None


def fresh(kind: Kind[S], stream: UUID) -> History[S]:
    """A stream in which nothing has happened yet."""
    return History(kind.state(stream), 0)
