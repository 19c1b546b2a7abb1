"""The class of a state: what two states have in common that the law treats alike, so that one of them is enough."""

from __future__ import annotations

from events.words import Standing
from services.casework.stream import State
from services.casework.unit.application import case_step
from services.casework.unit.naming.state import standing
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit
from services.exploration.world import World

Class = tuple[object, ...]


def class_of(world: World, state: State) -> Class:
    """Kind of stream, whether it is open, what is owed; of a unit its titles, cases and watch; else its last act."""
    owed = frozenset(world.owed.get(state.id, ()))
    kind = state.descriptor
    if not isinstance(state, Unit):
        last = state.entries[-1].event.about.type if state.version else ""
        return (kind.name, state.version > 0 and kind.is_open(state), owed, last)
    pack = world.pack
    titles = tuple((title, held) for title in pack.titles if (held := standing(state, title)) is not Standing.NONE)
    cases = tuple((title, case_step(state, title)) for title in sorted(state.application.cases))
    under_way = tuple(sorted(state.revocation.proposals))
    return (kind.name, kind.is_open(state), state.life.kind, titles, cases, under_way, watch(state, pack), owed)
