"""Chapter 荣誉: recommendations for the honours of the pack, and their results (policy 五(六)2; R-37)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.honours import UnitHonourDecided, UnitRecommendedForHonour
from events.words import HonourOutcome
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import PREFECTURE_UP, desk, same_person
from services.casework.pack import Pack
from services.casework.pack_parts import Honour
from services.casework.unit.application import nothing_proposed
from services.casework.unit.registration import registered
from services.casework.unit.signals import nothing_frozen

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A recommendation for an honour of a year; `outcome` None while nobody has decided."""

    version: int
    honour: str
    year: int
    day: date
    outcome: HonourOutcome | None = None


@dataclass(frozen=True, slots=True)
class Honours:
    """Every recommendation, by the version of its entry."""

    all: Mapping[int, Recommendation] = field(default_factory=dict)


def _recommended(region: Honours, entry: Entry[UnitRecommendedForHonour]) -> Honours:
    made = Recommendation(entry.version, entry.event.honour, entry.event.year, entry.day)
    return replace(region, all={**region.all, entry.version: made})


def _decided(region: Honours, entry: Entry[UnitHonourDecided]) -> Honours:
    made = region.all.get(entry.event.recommendation)
    if made is None:
        return region
    return replace(region, all={**region.all, made.version: replace(made, outcome=entry.event.outcome)})


def propose_decided(unit: Unit, act: Act[UnitHonourDecided], pack: Pack) -> Event:
    """The honour is that of the recommendation."""
    made = unit.honours.all.get(act.event.recommendation)
    return act.event.model_copy(update={"honour": made.honour if made is not None else None})


def some_honour_asks_for_no_more(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-47 (R-37): before anything is filled in: the unit meets the prerequisites of some honour."""
    refusals = [_short_of(honour, unit, act, pack) for honour in pack.honours.values()]
    if None in refusals:
        return None
    return refusals[0] if refusals else refuse(pack, "A-47", "政策包未列荣誉", "the pack has no honours")


def _short_of(honour: Honour, unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    if unit.life.kind not in honour.kinds:
        zh, en = f"{honour.zh}不面向该类单位", f"{honour.en} is not for such units"
        return refuse(pack, "A-47", zh, en, (), "/honour")
    if honour.ownerships and unit.life.ownership not in honour.ownerships:
        wanted = "、".join(one.zh for one in honour.ownerships)
        en = f"{honour.en} is for enterprises that are " + " or ".join(one.en for one in honour.ownerships)
        return refuse(pack, "A-47", f"{honour.zh}仅面向{wanted}企业", en, (), "/honour")
    if unit.naming.held_on(act.day).keys().isdisjoint(honour.titles):
        zh, en = "未持有该荣誉所要求的称号", "it holds none of the titles that the honour asks for"
        return refuse(pack, "A-47", zh, en, honour.titles, "/honour")
    return None


def meets_the_prerequisites(unit: Unit, act: Act[UnitRecommendedForHonour], pack: Pack) -> Refusal | None:
    """A-47 (R-37): the honour is for such units, of such ownership, and it holds one of the titles."""
    honour = pack.honours.get(act.event.honour)
    return _short_of(honour, unit, act, pack) if honour is not None else None


def once_a_year(unit: Unit, act: Act[UnitRecommendedForHonour], pack: Pack) -> Refusal | None:
    """A-47: a unit is recommended for an honour once a year."""
    said = act.event
    same = [one.version for one in unit.honours.all.values() if (one.honour, one.year) == (said.honour, said.year)]
    return (
        refuse(pack, "A-47", "该年度已推荐", "recommended for that year already", same, pointer="/year")
        if same
        else None
    )


def of_this_year_or_the_next(unit: Unit, act: Act[UnitRecommendedForHonour], pack: Pack) -> Refusal | None:
    """A-47: honours are those of this year or of the next: once a year cannot be had of years that are over."""
    this = act.day.year
    if this <= act.event.year <= this + 1:
        return None
    zh, en = f"应为{this}年度或者{this + 1}年度", f"it is for {this} or for {this + 1}"
    return refuse(pack, "A-47", zh, en, (), "/year")


def result_by_another(unit: Unit, act: Act[UnitHonourDecided], pack: Pack) -> Refusal | None:
    """T-03: who recommended a unit does not record the result."""
    own = [ref for ref in _recommended_by(unit, act.event) if same_person(ref, act.actor.id, act.context)]
    if not own:
        return None
    zh, en = "推荐的人员不登记推荐结果", "who recommended it does not record the result"
    return refuse(pack, "T-03", zh, en, (act.event.recommendation,), "/recommendation")


def _recommended_by(unit: Unit, event: UnitHonourDecided) -> Iterator[UUID]:
    """Who made the recommendation."""
    made = unit.honours.all.get(event.recommendation)
    if made is not None:
        yield unit.entries[made.version - 1].actor.id


def some_recommendation_is_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a recommendation on which nobody has decided."""
    if any(one.outcome is None for one in unit.honours.all.values()):
        return None
    return refuse(pack, "I-00", "没有待定的荣誉推荐", "no recommendation waits for a result")


def decided_once(unit: Unit, act: Act[UnitHonourDecided], pack: Pack) -> Refusal | None:
    """I-00: a recommendation has one result, and not before it was made."""
    made = unit.honours.all.get(act.event.recommendation)
    if made is None:
        return None
    if made.outcome is not None:
        return refuse(
            pack,
            "I-00",
            "该推荐已有结果",
            "that recommendation has its result",
            (made.version,),
            pointer="/recommendation",
        )
    if act.event.on < made.day:
        return refuse(pack, "I-21", "结果早于推荐", "the result is older than the recommendation", (), "/on")
    return None


CHAPTER: Chapter[Unit] = Chapter(
    "honours",
    {UnitRecommendedForHonour: _recommended, UnitHonourDecided: _decided},
    (
        Law(
            UnitRecommendedForHonour,
            office=desk(PREFECTURE_UP),
            rule="A-47",
            state=(registered, nothing_frozen, nothing_proposed, some_honour_asks_for_no_more),
            content=(meets_the_prerequisites, of_this_year_or_the_next, once_a_year),
        ),
        Law(
            UnitHonourDecided,
            office=desk(PREFECTURE_UP),
            rule="I-13",
            state=(registered, some_recommendation_is_open),
            content=(fact_not_ahead, decided_once, result_by_another),
            reads=_recommended_by,
            propose=propose_decided,
        ),
    ),
)
