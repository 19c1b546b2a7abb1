"""A plan of checks: what was planned, and what was drawn (policy 五(五)3, I-22)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from events.envelope import Entry
from events.governance.check import CheckDrawn, CheckPlanned
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class Plan(State):
    """A plan of checks, and its draw once it took place."""

    planned: CheckPlanned | None = None
    drawn: CheckDrawn | None = None


def planned(plan: Plan, entry: Entry[CheckPlanned]) -> Plan:
    """The plan as it was made."""
    return replace(plan, planned=entry.event)


def drawn(plan: Plan, entry: Entry[CheckDrawn]) -> Plan:
    """The plan with its draw."""
    return replace(plan, drawn=entry.event)
