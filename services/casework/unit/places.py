"""The places that a unit holds in rounds, and how they come free (T-18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.governance.round import RoundPlaceReleased
from services.casework.law import Act, Effect, Intent
from services.casework.pack import Pack
from services.casework.round.state import Round

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def place_left_in(unit: Unit, campaign: UUID, act: Intent) -> Iterator[Effect]:
    """T-18: the place that the unit has in that round comes free."""
    state = act.context.find(Round, campaign)
    if state is not None and unit.id in state.taken:
        yield Effect(campaign, RoundPlaceReleased(unit=unit.id))


def rounds_with_a_place(unit: Unit, event: Event) -> Iterator[UUID]:
    """The rounds in which the unit is nominated or listed."""
    nominated = (case.nominated_in for case in unit.application.cases.values() if case.nominated_in is not None)
    yield from dict.fromkeys((*nominated, *unit.naming.reserve.values()))


def leave_every_place(unit: Unit, act: Act[Event], pack: Pack) -> Iterator[Effect]:
    """T-18, T-21: a closed unit holds no place."""
    for campaign in rounds_with_a_place(unit, act.event):
        yield from place_left_in(unit, campaign, act)
