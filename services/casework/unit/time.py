"""What time itself brings about in a unit's life: publicity that is over, terms that end, proposals
that were never served, what a freeze suspends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.incentives import UnitIncentiveSuspended
from events.unit.naming import UnitReserveDelisted, UnitTermExpired
from events.unit.publicity import UnitPublicityCompleted
from events.unit.revocation import UnitRevocationLapsed
from events.words import ObligationKind
from services.casework.pack import Pack
from services.casework.unit.incentives import GrantState
from services.casework.unit.weights import freezing

if TYPE_CHECKING:
    from services.casework.unit.state import Unit

OWN = frozenset({ObligationKind.COMPLETE_PUBLICITY, ObligationKind.END_TERM})
"""What the timekeeper does itself, unless something stands in its way."""


def brought_about(unit: Unit, day: date, pack: Pack) -> Iterator[Event]:
    """What may be due on that day; whoever records it judges it first."""
    for title in unit.publicity.periods:
        if title in unit.application.cases:
            yield UnitPublicityCompleted(title=title)
    for title, proposal in unit.revocation.proposals.items():
        yield UnitRevocationLapsed(title=title, proposal=proposal.version)
    for title, held in unit.naming.held.items():
        if day > held.term_until:
            yield UnitTermExpired(title=title, on=held.term_until)
    signals, findings = freezing(unit, pack)
    causes = [*(signal.category.zh for signal in signals), *(found.result.zh for found in findings)]
    if causes:
        yield from _because_frozen(unit, "、".join(causes), day, pack)


def _because_frozen(unit: Unit, why: str, day: date, pack: Pack) -> Iterator[Event]:
    """R-36, I-20: a frozen unit is inspected as often as any other, and leaves the reserve list."""
    for grant in unit.incentives.running_on(day):
        item = pack.incentives.get(grant.incentive)
        if item is not None and item.suspended_by_signal and grant.state is GrantState.ACTIVE:
            yield UnitIncentiveSuspended(grant_ref=grant.version, reason=f"单位冻结：{why}")
    for title in sorted(unit.naming.reserve):
        yield UnitReserveDelisted(title=title, reason=f"单位冻结：{why}")
