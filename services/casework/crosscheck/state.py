"""A cross-inspection: the plan, who inspects whom, what was reported (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from events.envelope import Entry
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckPlanned, CrosscheckReported
from services.casework.check.state import Commitment
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class CrossInspection(State):
    """A cross-inspection; without `assigned` it is not drawn yet. `committed` is the entry of its plan; `reported`
    names units by province: one enterprise may be registered in several.
    """

    plan: CrosscheckPlanned | None = None
    committed: Commitment | None = None
    assigned: CrosscheckAssigned | None = None
    reported: frozenset[tuple[str, UUID]] = frozenset()

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
    made = Commitment(entry.version, entry.recorded_at, entry.command_id, entry.event.commitment, entry.day)
    return replace(inspection, plan=entry.event, committed=made)


def assigned(inspection: CrossInspection, entry: Entry[CrosscheckAssigned]) -> CrossInspection:
    """The inspection with its draw."""
    return replace(inspection, assigned=entry.event)


def reported(inspection: CrossInspection, entry: Entry[CrosscheckReported]) -> CrossInspection:
    """The inspection with one finding more."""
    return replace(inspection, reported=inspection.reported | {(entry.event.inspected, entry.event.unit)})
