"""A plan of checks: its list, the shares of the houses, what was drawn, what was ordered (policy 五(五)3, T-19)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.check import (
    CheckDrawn,
    CheckListFrozen,
    CheckOrdered,
    CheckPlanned,
    CheckShareCommitted,
    CheckShareRevealed,
    CheckShareWithheld,
)
from events.places import PLACES
from events.words import CheckKind, Level
from services.casework import shares
from services.casework.shares import Shares
from services.casework.stream import State

_CHECKS = uuid5(NAMESPACE_URL, "concord:check")


def check_stream(place: str, kind: CheckKind, period: str) -> UUID:
    """The stream of a plan: uuid5 of its place, kind and period."""
    return uuid5(_CHECKS, f"{place}:{kind.value}:{period}")


@dataclass(frozen=True, slots=True)
class Plan(State):
    """A plan of checks as of a version of its stream."""

    planned: CheckPlanned | None = None
    frozen: CheckListFrozen | None = None
    shares: Shares = field(default_factory=Shares)
    drawn: CheckDrawn | None = None
    drawn_on: date | None = None
    ordered: frozenset[UUID] = frozenset()

    @property
    def level(self) -> Level:
        """The level whose draw it is."""
        return PLACES[self.planned.place].level if self.planned is not None else Level.PROVINCE

    @property
    def to_order(self) -> tuple[UUID, ...]:
        """The units drawn whose check is not ordered yet."""
        units = self.drawn.units or () if self.drawn is not None else ()
        return tuple(unit for unit in units if unit not in self.ordered)


def planned(plan: Plan, entry: Entry[CheckPlanned]) -> Plan:
    """The plan as it was made."""
    return replace(plan, planned=entry.event)


def frozen(plan: Plan, entry: Entry[CheckListFrozen]) -> Plan:
    """The plan with its list."""
    return replace(plan, frozen=entry.event, shares=Shares(entry.event.shares or 0, entry.day))


def committed(plan: Plan, entry: Entry[CheckShareCommitted]) -> Plan:
    """The plan with one commitment more."""
    return replace(plan, shares=shares.committed(plan.shares, entry))


def revealed(plan: Plan, entry: Entry[CheckShareRevealed]) -> Plan:
    """The plan with one share more."""
    return replace(plan, shares=shares.revealed(plan.shares, entry))


def withheld(plan: Plan, entry: Entry[CheckShareWithheld]) -> Plan:
    """The plan with its draw begun again."""
    return replace(plan, shares=shares.withheld(plan.shares, entry))


def drawn(plan: Plan, entry: Entry[CheckDrawn]) -> Plan:
    """The plan with its draw."""
    return replace(plan, drawn=entry.event, drawn_on=entry.day)


def ordered(plan: Plan, entry: Entry[CheckOrdered]) -> Plan:
    """The plan with one check more that was ordered."""
    return replace(plan, ordered=plan.ordered | {entry.event.unit})
