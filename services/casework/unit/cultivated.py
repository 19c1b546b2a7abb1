"""What the cultivation of a unit ahead of a round led to (五(九), R-42)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.unit.application import UnitApplied
from events.unit.cultivation import UnitCultivationListed
from events.unit.naming import UnitNamed, UnitNominated
from events.words import Level
from services.casework.round.state import Round

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class LedTo:
    """The days on which a unit was picked for a round, and then applied for its title, was nominated in it and named.

    `by` is the level of the office that picked it.
    """

    unit: UUID
    name: str
    place: str
    programme: str | None
    by: Level | None
    listed_on: date
    applied_on: date | None
    nominated_on: date | None
    named_on: date | None


def led_to(unit: Unit, campaign: Round) -> LedTo | None:
    """What the unit's cultivation for that round led to; None where it was not picked for it."""
    version = unit.cultivation.listed_for.get(campaign.id)
    if version is None:
        return None
    listed = unit.entries[version - 1]
    event = listed.event
    nominated = _first(unit, version, lambda e: isinstance(e, UnitNominated) and e.round == campaign.id)
    applied = _first(unit, version, lambda e: isinstance(e, UnitApplied) and e.title == campaign.title)
    named = (
        _first(unit, nominated[0], lambda e: isinstance(e, UnitNamed) and e.title == campaign.title)
        if nominated
        else None
    )
    return LedTo(
        unit=unit.id, name=unit.life.name, place=unit.life.place,
        programme=event.programme if isinstance(event, UnitCultivationListed) else None, by=listed.actor.level,
        listed_on=listed.day, applied_on=applied[1] if applied else None,
        nominated_on=nominated[1] if nominated else None, named_on=named[1] if named else None,
    )  # fmt: skip


def _first(unit: Unit, after: int, wanted: Callable[[Event], bool]) -> tuple[int, date] | None:
    """The version and day of the first such entry after a version, voided ones left out."""
    found = (e for e in unit.entries[after:] if e.version not in unit.voided and wanted(e.event))
    return next(((entry.version, entry.day) for entry in found), None)
