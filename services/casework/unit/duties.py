"""How a unit's duties are stated: fixed in their holder and day when they arise (T-05)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from events.words import Level, ObligationKind
from services.casework.obligation import THE_UNIT, Obligation, holder, owed
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def of_office(
    unit: Unit, pack: Pack, kind: ObligationKind, ref: str, level: Level, since: date, due: date
) -> Obligation:
    """What the office of that level owes that had the unit in its place when the day came: a move hands over
    only what is not yet due.
    """
    return owed(pack, kind, ref, holder(level, unit.life.place_on(due)), since, due)


def of_unit(pack: Pack, kind: ObligationKind, ref: str, since: date, due: date, ordered_by: Level | None) -> Obligation:
    """What the unit itself owes, and the level that ordered it."""
    return owed(pack, kind, ref, THE_UNIT, since, due, ordered_by)
