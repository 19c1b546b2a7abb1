"""The kind `round`: a campaign with its days, quotas and list (policy 五(六)1)."""

from __future__ import annotations

from dataclasses import replace

from events.envelope import Event
from events.governance.round import (
    RoundCandidatesRanked,
    RoundClosed,
    RoundListPublished,
    RoundOpened,
    RoundPlaceReleased,
    RoundPlaceTaken,
    RoundQuotaSet,
    RoundUnitCultivated,
)
from events.governance.round_awards import RoundAwardPlaceReleased, RoundAwardPlaceTaken, RoundAwardQuotaSet
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.places import within
from events.words import Level, RoundKind
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import SYSTEM, approver, at, desk
from services.casework.pack import Pack
from services.casework.round import award_places, lists, sequence, state
from services.casework.round.closing import list_not_waiting, not_closed
from services.casework.round.ranking import ranked
from services.casework.round.state import Round
from services.casework.unit.application import nothing_proposed
from services.casework.unit.naming.reserve import not_in_reserve
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.state import Unit

_APPROVER = approver(at(Level.PROVINCE, Level.NATION))


def days_in_order(round_: Round, act: Act[RoundOpened], pack: Pack) -> Refusal | None:
    """I-21, T-18: a round ends after it begins, and within the pack's time."""
    if act.event.until < act.event.from_:
        return refuse(pack, "I-21", "截止日早于起始日", "the round ends before it begins", (), "/until")
    latest = pack.after(act.event.from_, pack.windows.round_lasts)
    if act.event.until <= latest:
        return None
    return refuse(pack, "T-18", f"轮次最迟至{latest}", f"the round ends by {latest} at the latest", (), "/until")


def quota_within_round(round_: Round, act: Act[RoundQuotaSet], pack: Pack) -> Refusal | None:
    """I-18: the places of a round are given within its place."""
    if within(act.event.place, round_.place):
        return None
    return refuse(pack, "I-18", "名额地区不在轮次范围内", "that place is none of the round's", (), "/place")


def some_place_is_taken(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-18: a place that is taken comes free, also of a round that is over."""
    return None if round_.taken else refuse(pack, "T-18", "没有已占用的名额", "no place is taken")


def place_is_taken(round_: Round, act: Act[RoundPlaceReleased], pack: Pack) -> Refusal | None:
    """T-18: only who holds a place leaves it."""
    if act.event.unit in round_.taken:
        return None
    return refuse(pack, "T-18", "该单位没有名额", "that unit holds no place", (act.event.unit,), "/unit")


def not_below_what_is_taken(round_: Round, act: Act[RoundQuotaSet], pack: Pack) -> Refusal | None:
    """I-18: places that are taken are not given back by a lower number."""
    holders = round_.holders(act.event.place, act.event.unit_kind)
    if len(holders) <= act.event.places:
        return None
    return refuse(pack, "I-18", "名额少于已占用数", "more places than that are taken", holders, "/places")


def place_is_given(round_: Round, act: Act[RoundPlaceTaken], pack: Pack) -> Refusal | None:
    """I-18: in a round of naming, and in any other that has quotas, a place is taken of those that were given."""
    event = act.event
    holders = round_.holders(event.place, event.unit_kind)
    needed = round_.kind is RoundKind.NAMING or bool(round_.quotas)
    if not needed or len(holders) < round_.quotas.get((event.place, event.unit_kind), 0):
        return None
    return refuse(pack, "I-18", "没有名额或名额已满", "no such place was given, or all are taken", holders)


def of_a_reserve_list(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """A-53: candidates are ranked for a reserve list."""
    if round_.kind is RoundKind.RESERVE:
        return None
    return refuse(pack, "A-53", "不是储备名单轮次", "the round is none of a reserve list")


def nobody_listed(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """A-53: nobody is ranked anew once somebody has a place."""
    if not round_.taken:
        return None
    return refuse(pack, "A-53", "已有单位列入名单", "somebody is on the list already", sorted(round_.taken, key=str))


def each_once(round_: Round, act: Act[RoundCandidatesRanked], pack: Pack) -> Refusal | None:
    """A-53: every candidate is named once, and is a unit of the round's place to which its title can be given."""
    named, title = act.event.candidates, pack.titles.get(round_.title)
    if len(set(named)) < len(named):
        return refuse(pack, "A-53", "同一单位列了两次", "a unit is named twice", (), "/candidates")
    strange = [
        unit.id
        for unit in (act.context.find(Unit, one) for one in named)
        if unit is not None
        and (not within(unit.life.place, round_.place) or (title is not None and unit.life.kind not in title.kinds))
    ]
    if not strange:
        return None
    zh, en = "有单位不在范围内，或者该称号不授予此类单位", "units of another place, or for which the title is not"
    return refuse(pack, "A-53", zh, en, strange, "/candidates")


def could_be_listed(round_: Round, act: Act[RoundCandidatesRanked], pack: Pack) -> Refusal | None:
    """A-53: who is ranked could be listed today: known, neither frozen nor about to lose a title, not on such a list
    nor named already.
    """
    for unit in (act.context.find(Unit, one) for one in act.event.candidates):
        if unit is None:
            continue
        about = replace(act, subject={"title": round_.title})
        asked = (rule(unit, about, pack) for rule in (nothing_frozen, nothing_proposed, not_in_reserve))
        refusal = next((found for found in asked if found is not None), None)
        if unit.life.provisional:
            refusal = refuse(pack, "A-53", "单位信息待核实", "the unit is provisional")
        if refusal is not None:
            zh, en = f"{unit.life.name}：{refusal.zh}", f"{unit.life.name}: {refusal.en}"
            return refuse(pack, "A-53", zh, en, (unit.id,), "/candidates")
    return None


def propose_ranked(round_: Round, act: Act[RoundCandidatesRanked], pack: Pack) -> Event:
    """The order that the pack's formula gives the candidates today."""
    found = (act.context.find(Unit, one) for one in act.event.candidates)
    return act.event.model_copy(update={"ranking": ranked((unit for unit in found if unit is not None), act.day, pack)})


ROUND = Kind(
    "round",
    Round,
    (
        Chapter(
            None,
            {
                RoundOpened: state.opened,
                RoundQuotaSet: state.quota_set,
                RoundPlaceTaken: state.place_taken,
                RoundPlaceReleased: state.place_released,
                RoundAwardQuotaSet: state.award_quota_set,
                RoundAwardPlaceTaken: state.award_place_taken,
                RoundAwardPlaceReleased: state.award_place_released,
                RoundCandidatesRanked: state.candidates_ranked,
                RoundUnitCultivated: state.unit_cultivated,
                RoundListPublicised: state.publicised,
                RoundObjectionRaised: state.objected,
                RoundObjectionAdmitted: state.objection_admitted,
                RoundObjectionJoined: state.objection_joined,
                RoundObjectionSetAside: state.objection_set_aside,
                RoundObjectionResolved: state.objection_resolved,
                RoundListPublished: state.published,
                RoundClosed: state.closed,
            },
            (
                Law(
                    RoundOpened,
                    office=_APPROVER,
                    rule="I-18",
                    opens=True,
                    once=True,
                    content=(days_in_order, sequence.of_this_year, sequence.in_its_turn),
                    reads=sequence.read,
                    reads_there=sequence.round_before,
                    effects=sequence.claim,
                    place=lambda event: event.place,
                ),
                Law(
                    RoundQuotaSet,
                    office=_APPROVER,
                    rule="I-18",
                    state=(not_closed,),
                    content=(quota_within_round, not_below_what_is_taken),
                    place=lambda event: event.place,
                ),
                Law(
                    RoundPlaceTaken,
                    office=(SYSTEM,),
                    rule="I-18", weighs=(RoundQuotaSet,),
                    state=(not_closed,),
                    content=(place_is_given,),
                    undone_by_procedure=True,
                ),
                Law(
                    RoundPlaceReleased, office=(SYSTEM,), rule="T-18", state=(some_place_is_taken,),
                    content=(place_is_taken,), undone_by_procedure=True,
                ),
                Law(
                    RoundCandidatesRanked,
                    office=desk(at(Level.PROVINCE)),
                    rule="A-53",
                    state=(not_closed, lists.not_public_yet, of_a_reserve_list, nobody_listed),
                    content=(each_once, could_be_listed),
                    propose=propose_ranked,
                    undone_by_procedure=True,
                ),
                Law(
                    RoundUnitCultivated, office=(SYSTEM,), rule="A-51", state=(not_closed,), undone_by_procedure=True,
                ),
                *award_places.LAWS,
                *lists.LAWS,
                Law(
                    RoundClosed, office=_APPROVER, rule="I-18", state=(not_closed, list_not_waiting),
                    undone_by_procedure=True,
                ),
            ),
            lists.obligations,
        ),
    ),
    place=lambda round_: round_.place or None,
    is_open=lambda round_: round_.kind is not None and not round_.closed,
    label=lambda round_, language: round_.name,
)  # fmt: skip
