"""What is owed: by whom, since when, by which day, under which clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from events.places import at_level
from events.words import Level, ObligationKind
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.stream import Assignment

THE_UNIT = "unit"
"""The holder where the unit itself owes something."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """`ref` makes it unique within a stream: the same obligation, met and owed again, has another ref.

    `holder` is `unit`, or `level:place` of the office that owes it; `ordered_by` the level that ordered it where
    that is not the holder's own. `suspended` says that its clock stands still, so that its day does not pass (T-05).
    `assignments` say whose it is in the office that owes it, each since its day.
    """

    kind: ObligationKind
    ref: str
    holder: str
    since: date
    due: date
    clause: str
    ordered_by: Level | None = None
    suspended: bool = False
    assignments: tuple[Assignment, ...] = ()

    @property
    def assigned(self) -> Assignment | None:
        """Whose it is now; None where it is the whole office's."""
        return self.assignments[-1] if self.assignments else None

    @property
    def assigned_when_due(self) -> Assignment | None:
        """Whose it was on its day: what is handed over afterwards does not change who owed it."""
        return next((one for one in reversed(self.assignments) if one.day <= self.due), None)

    def overdue_on(self, day: date) -> bool:
        """Whether its day is over by then, and its clock runs."""
        return not self.suspended and self.due < day

    @property
    def key(self) -> str:
        """What a missed deadline names it by."""
        return f"{self.kind}:{self.ref}"


def owed(
    pack: Pack, kind: ObligationKind, ref: str, holder: str, since: date, due: date, ordered_by: Level | None = None
) -> Obligation:
    """A duty, with the clause that the pack of its day gives it."""
    return Obligation(kind, ref, holder, since, due, pack.duty_clause(kind), ordered_by)


def holder(level: Level, place: str) -> str:
    """The office of that level which has the place."""
    return f"{level}:{at_level(place, level) or place}"


def ordering_office(duty: Obligation, place: str) -> tuple[Level, str]:
    """The level and place of who ordered a duty of what lies in that place: its holder's own office, or the one that
    ordered it of the unit.
    """
    if duty.holder != THE_UNIT:
        level, _, where = duty.holder.partition(":")
        return next(one for one in Level if one.value == level), where
    level = duty.ordered_by or Level.PROVINCE
    return level, at_level(place, level) or place
