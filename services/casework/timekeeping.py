"""What time itself brings about: publicity that is over, terms that end, deadlines that were missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from events.envelope import Actor, Event
from events.unit.checks import UnitDeadlineMissed
from events.unit.incentives import UnitIncentiveSuspended
from events.unit.naming import UnitReserveDelisted, UnitTermExpired
from events.unit.publicity import UnitPublicityCompleted
from events.words import ActorKind, ObligationKind
from services.casework.incentives import GrantState
from services.casework.judgement import judge, obligations, propose
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit import Unit

TIMEKEEPER = Actor(
    id=uuid5(NAMESPACE_URL, "concord:timekeeper"),
    kind=ActorKind.TIMEKEEPER,
    post=ActorKind.TIMEKEEPER.zh,
    place="000000",
)

_OWN = (ObligationKind.COMPLETE_PUBLICITY, ObligationKind.END_TERM)
"""What the timekeeper does itself is not called missed."""


def brought_about(unit: Unit, day: date, pack: Pack) -> Iterator[Event]:
    """The events that are lawful on that day and that nobody has to decide, in order.

    Each is judged on this state; who appends one asks again before the next.
    """
    for event in _candidates(unit, day, pack):
        proposed = propose(unit, event, TIMEKEEPER, day, pack)
        if not judge(unit, proposed, TIMEKEEPER, day, pack):
            yield event


def _candidates(unit: Unit, day: date, pack: Pack) -> Iterator[Event]:
    for title in unit.publicity.periods:
        if title in unit.application.cases:
            yield UnitPublicityCompleted(title=title)
    for title, held in unit.naming.held.items():
        if day > held.term_until:
            yield UnitTermExpired(title=title, on=held.term_until)
    if frozen := unit.signals.freezing(pack):
        yield from _because_frozen(unit, "、".join(signal.category.zh for signal in frozen), pack)
    for owed in obligations(unit, pack):
        if owed.due < day and owed.key not in unit.checks.missed and owed.kind not in _OWN:
            yield UnitDeadlineMissed(obligation=owed.kind, ref=owed.key, due=owed.due, holder=owed.holder)


def _because_frozen(unit: Unit, why: str, pack: Pack) -> Iterator[Event]:
    """R-36, I-20: a frozen unit is inspected as often as any other, and leaves the reserve list."""
    for grant in unit.incentives.running():
        item = pack.incentives.get(grant.incentive)
        if item is not None and item.suspended_by_signal and grant.state is GrantState.ACTIVE:
            yield UnitIncentiveSuspended(grant_ref=grant.version, reason=f"单位冻结：{why}")
    for title in sorted(unit.naming.reserve):
        yield UnitReserveDelisted(title=title, reason=f"单位冻结：{why}")
