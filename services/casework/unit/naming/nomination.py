"""Candidates for places of a round (policy 五(四))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from events.governance.round import RoundPlaceTaken
from events.places import within
from events.unit.naming import (
    UnitNominated,
    UnitReserveListed,
)
from events.words import (
    RoundKind,
    Step,
    UnitKind,
)
from services.casework.law import Act, Effect, Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.unit.application import (
    at_step,
    case_of,
)

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def step_before_nomination(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: the nation is given only what passed publicity."""
    case = case_of(unit, act)
    if case is not None and "nominate" not in pack.titles[case.title].steps:
        return refuse(pack, "I-05", "该称号不设推荐环节", "this title has no nomination")
    return at_step(Step.CLEARED)(unit, act, pack)


def round_takes_candidates(unit: Unit, act: Act[UnitNominated], pack: Pack) -> Refusal | None:
    """I-18: the round exists, is open on that day, and is for this title."""
    state = act.context.find(Round, act.event.round)
    if state is None:
        return None
    if state.kind is not RoundKind.NAMING:
        return refuse(pack, "I-18", "没有这一命名轮次", "there is no such round of naming", pointer="/round")
    if not state.open_on(act.day):
        return refuse(pack, "I-18", f"轮次{state.name}未开放", f"the round {state.name} is not open")
    if state.title != act.title:
        return refuse(
            pack, "I-18", "轮次与称号不符", "the round is for another title", (state.title,), pointer="/round"
        )
    return None


def place_left(unit: Unit, act: Act[UnitNominated], pack: Pack) -> Refusal | None:
    """I-18, T-18: every quota that covers the unit has room, its own place aside; the refusal says who holds them."""
    state, kind = act.context.find(Round, act.event.round), unit.life.kind
    if state is None or kind is None:
        return None
    covering = [place for (place, of) in state.quotas if of is kind and within(unit.life.place, place)]
    if not covering:
        return refuse(pack, "I-18", "该地该类单位没有名额", "no places were given for this kind here")
    for place in covering:
        holders = [other for other in state.holders(place, kind) if other != unit.id]
        if len(holders) >= state.quotas[place, kind]:
            return refuse(pack, "I-18", "名额已满", "all places are taken", holders)
    return None


def quota_place(quotas: Mapping[tuple[str, UnitKind], int], unit: Unit, kind: UnitKind) -> str | None:
    """The place of the narrowest quota that the unit falls under."""
    fitting = [place for (place, of) in quotas if of == kind and within(unit.life.place, place)]
    return max(fitting, key=lambda place: sum(within(place, other) for other in fitting), default=None)


def as_ranked(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Refusal | None:
    """A-53: where candidates were ranked, who is listed is one of them, with that place."""
    state = act.context.find(Round, act.event.round)
    if state is None or state.ranking is None:
        return None
    given = state.ranking.get(unit.id)
    if given is None:
        return refuse(pack, "A-53", "该单位不在候选排序内", "the unit is none of the ranked candidates", (), "/round")
    if given != act.event.rank:
        return refuse(pack, "A-53", f"排序为第{given}位", f"its place in the ranking is {given}", (given,), "/rank")
    return None


def place_nominated(unit: Unit, act: Act[UnitNominated], pack: Pack) -> Iterator[Effect]:
    """A nomination takes a place of the narrowest quota of its round."""
    state, kind = act.context.find(Round, act.event.round), unit.life.kind
    place = quota_place(state.quotas, unit, kind) if state is not None and kind is not None else None
    if kind is not None and place is not None:
        yield Effect(act.event.round, RoundPlaceTaken(unit=unit.id, place=place, unit_kind=kind))
