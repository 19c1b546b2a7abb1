"""What time itself brings about, in streams of every kind: what is over, and duties that were missed (T-25)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from events.envelope import Actor, Event
from events.record import COMMON
from events.words import ActorKind
from services.casework.judgement import judge, obligations, propose
from services.casework.law import Context
from services.casework.policy.state import Packs
from services.casework.stream import State

TIMEKEEPER = Actor(
    id=uuid5(NAMESPACE_URL, "concord:timekeeper"),
    kind=ActorKind.TIMEKEEPER,
    post=ActorKind.TIMEKEEPER.zh,
    place="000000",
)


def brought_about(state: State, day: date, packs: Packs) -> Iterator[Event]:
    """The events that are lawful on that day and that nobody has to decide, in order.

    Each is judged on this state; who appends one asks again before the next.
    """
    pack, context = packs.on(day), Context(whole=False, packs=packs)
    for event in _candidates(state, day, packs):
        proposed = propose(state, event, TIMEKEEPER, day, pack, context)
        if not judge(state, proposed, TIMEKEEPER, day, pack, context=context):
            yield event


def _candidates(state: State, day: date, packs: Packs) -> Iterator[Event]:
    kind = state.descriptor
    if kind.by_time is not None:
        yield from kind.by_time(state, day, packs.on(day))
    missed = COMMON[kind.name].deadline_missed
    for owed in obligations(state, packs):
        if owed.overdue_on(day) and owed.key not in state.common.missed:
            whose = owed.assigned_when_due
            yield missed(
                obligation=owed.kind, ref=owed.key, due=owed.due, holder=owed.holder,
                assigned_to=whose.officer if whose is not None else None,
                deputy=whose.deputy if whose is not None else None,
            )  # fmt: skip
