"""What projections are made from: one event in its place, and a unit with what was owed for it so far."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from events.envelope import Entry, Event
from events.sentences import Labels, sentence
from projections.deadlines.ledger import NOTHING_OWED, Ledger
from services.casework.pack import Pack
from services.casework.unit.state import Unit, fold


@dataclass(frozen=True, slots=True)
class Lens:
    """The policy under which history is read, and its labels (remembered: every sentence needs some)."""

    pack: Pack
    label: Labels


def lens(pack: Pack) -> Lens:
    """The lens of a pack."""
    return Lens(pack, cache(pack.label))


@dataclass(slots=True)
class Happening:
    """One event at its position; `before` and `after` are the unit's states, None in other streams."""

    position: int
    entry: Entry[Event]
    before: Unit | None
    after: Unit | None
    lens: Lens
    _sentences: tuple[str, str] | None = None

    @property
    def sentences(self) -> tuple[str, str]:
        """What happened, in Chinese and in English; made once for all projections that show it."""
        if self._sentences is None:
            self._sentences = sentences(self.entry.event, self.lens)
        return self._sentences


def sentences(event: Event, lens: Lens) -> tuple[str, str]:
    """The sentence of an event in Chinese and in English."""
    return sentence(event, "zh", lens.label), sentence(event, "en", lens.label)


@dataclass(frozen=True, slots=True)
class History:
    """A unit as it stands, the position of its last event, and its deadlines so far.

    `deadlines` is kept only where a projection shows it; else it stays empty.
    """

    unit: Unit
    position: int
    deadlines: Ledger


def fresh(stream: UUID) -> History:
    """A unit of which nothing has happened yet."""
    return History(fold(stream, ()), 0, NOTHING_OWED)
