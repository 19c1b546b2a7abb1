"""What time itself brings about: publicity that is over, terms that end, deadlines that were missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from events.envelope import Actor, Event
from events.unit.checks import UnitDeadlineMissed
from events.unit.naming import UnitTermExpired
from events.unit.publicity import UnitPublicityCompleted
from events.words import ActorKind, ObligationKind
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
    for owed in obligations(unit, pack):
        if owed.due < day and owed.key not in unit.checks.missed and owed.kind not in _OWN:
            yield UnitDeadlineMissed(obligation=owed.kind, ref=owed.key, due=owed.due, holder=owed.holder)
