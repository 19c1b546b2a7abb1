"""The reserve list: who is put on it, who leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.governance.round import RoundPlaceTaken
from events.places import within
from events.unit.naming import (
    UnitNamed,
    UnitReserveDelisted,
    UnitReserveListed,
)
from events.words import (
    RoundKind,
)
from services.casework.law import Act, Effect, Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.unit.naming.nomination import quota_place
from services.casework.unit.places import place_left_in
from services.casework.unit.separation import (
    people_before,
)

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def most_on_a_list(pack: Pack) -> int:
    return int(pack.limits.reserve_list * (1 + pack.limits.reserve_tolerance))


def reserve_has_room(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Refusal | None:
    """I-18, I-20 (A-18): the reserve list of a year takes candidates in its days, and holds about a hundred."""
    state = act.context.find(Round, act.event.round)
    if state is None:
        return None
    if state.kind is not RoundKind.RESERVE or state.title != act.event.title:
        return refuse(
            pack, "I-20", "须为该称号的储备名单轮次", "the round is no reserve list for this title", (), "/round"
        )
    if not state.open_on(act.day):
        return refuse(pack, "I-18", f"轮次{state.name}未开放", f"the round {state.name} is not open")
    if not within(unit.life.place, state.place):
        return refuse(pack, "T-18", "单位不在轮次范围内", "the unit lies outside the round's place", (), "/round")
    most = most_on_a_list(pack)
    if len(state.taken.keys() - {unit.id}) >= most:
        return refuse(pack, "I-20", f"储备名单已满{most}户", f"the reserve list is full with {most}", ())
    return None


def propose_listed(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Event:
    """T-18, A-53: without a number of its own, that of the ranking, else the next one of the list."""
    event, state = act.event, act.context.find(Round, act.event.round)
    if event.rank is not None or state is None:
        return event
    given = state.ranking.get(unit.id) if state.ranking is not None else None
    return event.model_copy(update={"rank": given or max(state.numbers, default=0) + 1})


def number_is_free(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Refusal | None:
    """T-18: a number on a reserve list is one of its size, and one unit's; on a public one for good."""
    state = act.context.find(Round, act.event.round)
    rank, most = act.event.rank, most_on_a_list(pack)
    if rank is not None and not 1 <= rank <= most:
        return refuse(pack, "T-18", f"位次应在1至{most}之间", f"a number lies between 1 and {most}", (), "/rank")
    holder = state.numbers.get(rank) if state is not None and rank is not None else None
    if holder is None or holder == unit.id:
        return None
    zh, en = f"第{rank}位已属于另一单位", f"the number {rank} is another unit's"
    return refuse(pack, "T-18", zh, en, (holder,), "/rank")


def place_listed(unit: Unit, act: Act[UnitReserveListed], pack: Pack) -> Iterator[Effect]:
    """A listing takes a place of the reserve list, of the narrowest quota where it has some."""
    state, kind = act.context.find(Round, act.event.round), unit.life.kind
    if kind is not None and state is not None:
        place = quota_place(state.quotas, unit, kind) or unit.life.place
        yield Effect(act.event.round, RoundPlaceTaken(unit=unit.id, place=place, unit_kind=kind, rank=act.event.rank))


def reserve_lists(unit: Unit, event: UnitReserveDelisted | UnitNamed) -> Iterator[UUID]:
    """The rounds of the reserve lists on which the unit stands."""
    for title, campaign in unit.naming.reserve.items():
        if event.title in (None, title):
            yield campaign


def lists_and_people(unit: Unit, event: UnitNamed) -> Iterator[UUID]:
    """What a naming rests on: the reserve lists on which the unit stands, and who took part before."""
    yield from reserve_lists(unit, event)
    yield from people_before(unit, event)


def leave_list(unit: Unit, act: Act[UnitReserveDelisted | UnitNamed], pack: Pack) -> Iterator[Effect]:
    """T-18: who leaves the reserve list, or is named, leaves its place there."""
    campaign = unit.naming.reserve.get(act.title or "")
    if campaign is not None:
        yield from place_left_in(unit, campaign, act)


def not_in_reserve(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-20: a unit is on the list once, and not with a title that it holds."""
    if act.title in unit.naming.reserve or act.title in unit.naming.lasting_on(act.day):
        return refuse(pack, "I-20", "已在储备名单或已命名", "on the list, or named, already")
    return None


def not_held_by_itself(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-11: what the successor holds itself is not taken over as well."""
    held = unit.naming.held.get(act.title or "")
    if held is None or act.day > held.term_until:
        return None
    return refuse(pack, "A-11", "承继单位已持有该称号", "the successor holds the title itself", (held.version,))


def off_the_list_first(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-18: who takes a title over leaves the reserve list for it first, and its place there comes free."""
    campaign = unit.naming.reserve.get(act.title or "")
    if campaign is None:
        return None
    return refuse(
        pack, "T-18", "承继单位在储备名单上", "the successor is on the reserve list for the title", (campaign,)
    )


def in_reserve(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-20: only who is on the list leaves it."""
    if not unit.naming.reserve or (act.title is not None and act.title not in unit.naming.reserve):
        return refuse(pack, "I-20", "不在储备名单", "not on the reserve list")
    return None
