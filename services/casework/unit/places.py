"""The places that a unit holds in rounds, and how they come free (T-18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Event
from events.governance.round import RoundPlaceReleased
from events.places import within
from events.words import RoundKind
from services.casework.law import Act, ContentRule, Effect, Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.round.state import Round

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def round_agrees(kind: RoundKind, *, ahead: bool = False) -> ContentRule[Unit, Any]:
    """The rule that a round which is named is of that kind, open, for the title, and covers the unit.

    `ahead`: it may also be one that is announced and has not begun.
    """

    def it_does(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
        """T-18: round, title, kind and days agree."""
        state = act.context.find(Round, act.event.round)
        if state is None:
            return None
        if state.kind is not kind:
            zh, en = f"该轮次不是{kind.zh}轮次", f"the round is none of {kind.en}"
        elif not (state.open_on(act.day) or (ahead and state.to_come(act.day))):
            zh, en = f"轮次{state.name}未开放", f"the round {state.name} is not open"
        elif act.title is not None and state.title != act.title:
            zh, en = "轮次与称号不符", "the round is for another title"
        elif not within(unit.life.place, state.place):
            zh, en = "单位不在轮次范围内", "the unit lies outside the round's place"
        else:
            return None
        return refuse(pack, "T-18", zh, en, (state.id,), "/round")

    return it_does


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
