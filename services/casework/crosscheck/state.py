"""A cross-inspection: plan, lists, shares, who inspects whom, what was reported (policy 五(五)3, I-22, T-19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from events.envelope import Entry
from events.governance.crosscheck import (
    CrosscheckAssigned,
    CrosscheckListsFrozen,
    CrosscheckPlanned,
    CrosscheckReported,
    CrosscheckShareCommitted,
    CrosscheckShareRevealed,
    CrosscheckShareWithheld,
)
from events.words import Level
from services.casework import shares
from services.casework.shares import Shares
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class CrossInspection(State):
    """A cross-inspection; without `assigned` it is not drawn yet. `reported` names units by province: one enterprise
    may be registered in several.
    """

    plan: CrosscheckPlanned | None = None
    lists: CrosscheckListsFrozen | None = None
    shares: Shares = field(default_factory=Shares)
    assigned: CrosscheckAssigned | None = None
    reported: frozenset[tuple[str, UUID]] = frozenset()

    @property
    def level(self) -> Level:
        """Cross-inspections are the nation's."""
        return Level.NATION

    def inspected_last(self) -> Mapping[str, str]:
        """Who inspected whom, the inspected first."""
        pairs = self.assigned.assignments or () if self.assigned is not None else ()
        return {pair.inspected: pair.inspecting for pair in pairs}

    def was_assigned(self, inspecting: str, inspected: str, unit: UUID) -> bool:
        """Whether that province was drawn to inspect that unit of the other."""
        pairs = self.assigned.assignments or () if self.assigned is not None else ()
        return any((p.inspecting, p.inspected) == (inspecting, inspected) and unit in p.units for p in pairs)


def planned(inspection: CrossInspection, entry: Entry[CrosscheckPlanned]) -> CrossInspection:
    """The inspection as it was planned."""
    return replace(inspection, plan=entry.event)


def frozen(inspection: CrossInspection, entry: Entry[CrosscheckListsFrozen]) -> CrossInspection:
    """The inspection with its lists."""
    return replace(inspection, lists=entry.event, shares=Shares(entry.event.shares or 0, entry.day))


def committed(inspection: CrossInspection, entry: Entry[CrosscheckShareCommitted]) -> CrossInspection:
    """The inspection with one commitment more."""
    return replace(inspection, shares=shares.committed(inspection.shares, entry))


def revealed(inspection: CrossInspection, entry: Entry[CrosscheckShareRevealed]) -> CrossInspection:
    """The inspection with one share more."""
    return replace(inspection, shares=shares.revealed(inspection.shares, entry))


def withheld(inspection: CrossInspection, entry: Entry[CrosscheckShareWithheld]) -> CrossInspection:
    """The inspection with its draw begun again."""
    return replace(inspection, shares=shares.withheld(inspection.shares, entry))


def assigned(inspection: CrossInspection, entry: Entry[CrosscheckAssigned]) -> CrossInspection:
    """The inspection with its draw."""
    return replace(inspection, assigned=entry.event)


def reported(inspection: CrossInspection, entry: Entry[CrosscheckReported]) -> CrossInspection:
    """The inspection with one finding more."""
    return replace(inspection, reported=inspection.reported | {(entry.event.inspected, entry.event.unit)})
