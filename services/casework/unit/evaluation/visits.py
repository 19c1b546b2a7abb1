"""The visit to the site: who has to be there, what is looked at, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.unit.evaluation import (
    UnitSiteVisited,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.office import same_person
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.unit.application import (
    case_of,
)
from services.casework.unit.standing_in import is_lent_for

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def enough_visitors(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """A-12, T-02: two visitors or more, from two houses or more; each person once, for one house."""
    event = act.event
    people = [visitor.officer for visitor in event.visitors]
    houses = {visitor.house for visitor in event.visitors}
    twice = {one for n, one in enumerate(people) for other in people[:n] if same_person(one, other, act.context)}
    if twice:
        zh, en = "同一人员列了两次", "one person stands among the visitors twice"
        return refuse(pack, "A-12", zh, en, sorted(twice), "/visitors")
    if len(people) < pack.quorums.visitors or len(houses) < pack.quorums.visiting_houses:
        return refuse(
            pack,
            "A-12",
            "实地核验须两人以上、来自两家以上",
            "a visit takes two people from two houses",
            sorted(people),
            pointer="/visitors",
        )
    return None


def visitors_hold_posts(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """T-02: each visitor held, on the day of the visit, a post of that house which covers the unit's place; or one
    anywhere, who is lent for the visit (T-03).
    """
    for number, visitor in enumerate(act.event.visitors):
        person = act.context.find(Officer, visitor.officer)
        lent = is_lent_for(unit, visitor.officer, act)
        if person is not None and not person.held_on(act.event.on, None if lent else unit.life.place, visitor.house):
            zh = f"{visitor.house.zh}核验人员当日不任职于该地"
            en = f"who visited for the {visitor.house.en} held no such post there on {act.event.on}"
            return refuse(pack, "T-02", zh, en, (visitor.officer,), f"/visitors/{number}/officer")
    return None


def items_of_standard(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """I-00 (R-04): what visitors judge are standards of the set that the unit used."""
    event = act.event
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    known = chosen.standards.keys() if chosen else set()
    unknown = [item.standard for item in event.items if item.standard not in known]
    if unknown:
        return refuse(
            pack, "I-00", "核验项目不在所用标准内", "an item is no standard of the set used", unknown, pointer="/items"
        )
    over = [i.standard for i in event.items if chosen and (i.score or 0) > chosen.standards[i.standard].score]
    if over:
        return refuse(
            pack, "I-00", "得分超过该项满分", "a score is above the points of its standard", over, pointer="/items"
        )
    return None


def visit_after_application(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """T-01: a visit is of this application, and of the report that it rests on."""
    case = case_of(unit, act)
    if case is None or act.event.on >= case.rests_since:
        return None
    zh, en = f"核验早于{case.rests_since}的申报", f"the visit was before the application of {case.rests_since}"
    return refuse(pack, "T-01", zh, en, (case.opened,), "/on")


def site_was_visited(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-12 (R-16): strict examination: a site visit before the evaluation."""
    if act.title is not None and not unit.evaluation.visits.get(act.title):
        return refuse(pack, "A-12", "尚未实地核验", "the site has not been visited")
    return None


def what_changed_was_visited(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-16: of a report brought up to date, the standards that changed were visited again since."""
    judged = {item.standard for visit in unit.evaluation.visits.get(act.title or "", ()) for item in visit.items}
    left = sorted(unit.evaluation.revisit.get(act.title or "", frozenset()) - judged)
    if not left:
        return None
    zh = "更新后的标准尚未核验：" + "、".join(pack.label(name, "zh") for name in left)
    en = "changed since, and not visited again: " + ", ".join(pack.label(name, "en") for name in left)
    return refuse(pack, "T-16", zh, en, left)
