"""Places of a round of commendation: so many candidates of a place for an award (A-54)."""

from __future__ import annotations

from typing import Any

from events.governance.round_awards import RoundAwardPlaceReleased, RoundAwardPlaceTaken, RoundAwardQuotaSet
from events.places import within
from events.words import Level, RoundKind
from services.casework.law import Act, Intent, Law, Refusal, refuse
from services.casework.office import SYSTEM, approver, at
from services.casework.pack import Pack
from services.casework.round.closing import not_closed
from services.casework.round.state import Round


def of_commendation(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """A-54: places for awards are given in a round of commendation."""
    if round_.kind is RoundKind.COMMENDATION:
        return None
    return refuse(pack, "A-54", "不是表彰轮次", "the round is none of commendation")


def quota_within_round_and_award(round_: Round, act: Act[RoundAwardQuotaSet], pack: Pack) -> Refusal | None:
    """A-54: places lie in the round's place, of an award given in rounds, and are no more than that has in all."""
    event, award = act.event, pack.awards.get(act.event.award)
    if not within(event.place, round_.place):
        return refuse(pack, "A-54", "名额地区不在轮次范围内", "that place is none of the round's", (), "/place")
    if award is None:
        return None
    if not award.needs_round:
        return refuse(pack, "A-54", f"{award.zh}不按轮次推荐", f"{award.en} is not given in rounds", (), "/award")
    if award.most is not None and event.places > award.most:
        zh, en = f"{award.zh}共{award.most}个", f"there are {award.most} places for {award.en} in all"
        return refuse(pack, "A-54", zh, en, (), "/places")
    return None


def not_below_who_is_put_forward(round_: Round, act: Act[RoundAwardQuotaSet], pack: Pack) -> Refusal | None:
    """A-54: places that are taken are not given back by a lower number."""
    holders = round_.candidates_of(act.event.place, act.event.award)
    if len(holders) <= act.event.places:
        return None
    return refuse(pack, "A-54", "名额少于已占用数", "more places than that are taken", holders, "/places")


def room_for(round_: Round, place: str, award: str, pack: Pack) -> Refusal | None:
    """A-54: every quota of the award that covers the place has room."""
    covering = _covering(round_, place, award)
    if not covering:
        return refuse(pack, "A-54", "未下达该地该项名额", "no places were given for this award here", (round_.id,))
    for area in covering:
        holders = round_.candidates_of(area, award)
        if len(holders) >= round_.award_quotas[area, award]:
            return refuse(pack, "A-54", "名额已满", "all places are taken", holders)
    return None


def narrowest(round_: Round, place: str, award: str) -> str | None:
    """The place of the narrowest quota of the award that covers the place."""
    covering = _covering(round_, place, award)
    return max(covering, key=lambda area: sum(within(area, other) for other in covering), default=None)


def _covering(round_: Round, place: str, award: str) -> list[str]:
    return [area for (area, of) in round_.award_quotas if of == award and within(place, area)]


def place_is_given(round_: Round, act: Act[RoundAwardPlaceTaken], pack: Pack) -> Refusal | None:
    """A-54: a place is taken once a candidate, of those that were given."""
    event = act.event
    if event.candidate in round_.award_places:
        return refuse(pack, "A-54", "已占用名额", "the candidate has a place", (event.candidate,))
    return room_for(round_, event.place, event.award, pack)


def place_is_taken(round_: Round, act: Act[RoundAwardPlaceReleased], pack: Pack) -> Refusal | None:
    """A-54: only who has a place leaves it."""
    if act.event.candidate in round_.award_places:
        return None
    return refuse(pack, "A-54", "没有占用名额", "that candidate has no place", (act.event.candidate,))


LAWS: tuple[Law[Round, Any], ...] = (
    Law(
        RoundAwardQuotaSet,
        office=approver(at(Level.PROVINCE, Level.NATION)),
        rule="A-54",
        state=(not_closed, of_commendation),
        content=(quota_within_round_and_award, not_below_who_is_put_forward),
        place=lambda event: event.place,
    ),
    Law(
        RoundAwardPlaceTaken, office=(SYSTEM,), rule="A-54", weighs=(RoundAwardQuotaSet,),
        state=(not_closed, of_commendation), content=(place_is_given,), undone_by_procedure=True,
    ),
    Law(
        RoundAwardPlaceReleased, office=(SYSTEM,), rule="A-54", state=(of_commendation,), content=(place_is_taken,),
        undone_by_procedure=True,
    ),
)  # fmt: skip
"""Every act on the places for awards."""
