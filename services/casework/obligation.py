"""What is owed: by whom, since when, by which day, under which clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from events.places import at_level
from events.words import Level, ObligationKind

if TYPE_CHECKING:
    from services.casework.unit import Unit


THE_UNIT = "unit"
"""The holder where the unit itself owes something."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """`ref` makes it unique within a unit: the same obligation, met and owed again, has another ref.

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


def holder(level: Level, unit: Unit) -> str:
    """The office of that level which has the unit in its place."""
    return f"{level.value}:{at_level(unit.life.place, level) or unit.life.place}"
