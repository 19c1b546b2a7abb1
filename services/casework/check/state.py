"""A plan of checks: its list, the shares of the houses, what was drawn, what was ordered (policy 五(五)3, T-19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
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
from events.words import CheckKind, House
from services.casework.check.draw import head_digest
from services.casework.stream import State

_CHECKS = uuid5(NAMESPACE_URL, "concord:check")


def check_stream(place: str, kind: CheckKind, period: str) -> UUID:
    """The stream of a plan: uuid5 of its place, kind and period."""
    return uuid5(_CHECKS, f"{place}:{kind.value}:{period}")


@dataclass(frozen=True, slots=True)
class Commitment:
    """What the log's head is made of: the entry of the last commitment, and the day it was recorded."""

    version: int
    recorded_at: datetime
    command: UUID
    digest: str
    day: date

    def head(self, position: int, plan: UUID) -> str:
        """The digest of the head, where the entry stands at that position of the log."""
        return head_digest(position, plan, self.version, self.recorded_at, self.command, self.digest)


@dataclass(frozen=True, slots=True)
class Plan(State):
    """A plan of checks as of a version of its stream.

    `since` is the day from which houses may commit; `withheld` counts how often each house withheld its share,
    and `attempt` which attempt at the draw is under way.
    """

    planned: CheckPlanned | None = None
    frozen: CheckListFrozen | None = None
    since: date | None = None
    attempt: int = 1
    committed: Mapping[House, str] = field(default_factory=dict)
    last: Commitment | None = None
    revealed: Mapping[House, str] = field(default_factory=dict)
    withheld: Mapping[House, int] = field(default_factory=dict)
    drawn: CheckDrawn | None = None
    drawn_on: date | None = None
    ordered: frozenset[UUID] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether all houses that it takes have committed: the log's head is fixed."""
        return self.frozen is not None and 0 < (self.frozen.shares or 0) <= len(self.committed)

    @property
    def hidden(self) -> tuple[House, ...]:
        """The houses that committed and did not reveal yet."""
        return tuple(house for house in self.committed if house not in self.revealed)

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
    return replace(plan, frozen=entry.event, since=entry.day)


def committed(plan: Plan, entry: Entry[CheckShareCommitted]) -> Plan:
    """The plan with one commitment more, the last one so far."""
    event = entry.event
    last = Commitment(entry.version, entry.recorded_at, entry.command_id, event.digest, entry.day)
    return replace(plan, committed={**plan.committed, event.house: event.digest}, last=last)


def revealed(plan: Plan, entry: Entry[CheckShareRevealed]) -> Plan:
    """The plan with one share more."""
    return replace(plan, revealed={**plan.revealed, entry.event.house: entry.event.share})


def withheld(plan: Plan, entry: Entry[CheckShareWithheld]) -> Plan:
    """The plan with its draw begun again."""
    house = entry.event.house
    counted = {**plan.withheld, house: plan.withheld.get(house, 0) + 1}
    return replace(
        plan, committed={}, last=None, revealed={}, withheld=counted, since=entry.day, attempt=plan.attempt + 1
    )


def drawn(plan: Plan, entry: Entry[CheckDrawn]) -> Plan:
    """The plan with its draw."""
    return replace(plan, drawn=entry.event, drawn_on=entry.day)


def ordered(plan: Plan, entry: Entry[CheckOrdered]) -> Plan:
    """The plan with one check more that was ordered."""
    return replace(plan, ordered=plan.ordered | {entry.event.unit})
