"""What is owed: by whom, since when, by which day, under which clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from events.places import at_level
from events.words import Level, ObligationKind
from services.casework.pack import Pack

THE_UNIT = "unit"
"""The holder where the unit itself owes something."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """`ref` makes it unique within a stream: the same obligation, met and owed again, has another ref.

    `holder` is `unit`, or `level:place` of the office that owes it.
    """

    kind: ObligationKind
    ref: str
    holder: str
    since: date
    due: date
    clause: str

    @property
    def key(self) -> str:
        """What a missed deadline names it by."""
        return f"{self.kind.value}:{self.ref}"


def owed(pack: Pack, kind: ObligationKind, ref: str, holder: str, since: date, due: date) -> Obligation:
    """A duty, with the clause that the pack of its day gives it."""
    return Obligation(kind, ref, holder, since, due, pack.duty_clause(kind.value))


def holder(level: Level, place: str) -> str:
    """The office of that level which has the place."""
    return f"{level.value}:{at_level(place, level) or place}"
