"""What the houses have to agree on before a decision, and what they stand in the way of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.unit.evaluation import (
    UnitEvaluated,
    UnitReviewed,
)
from events.unit.naming import UnitNamingRefused
from events.words import Level, Matter, Opinion, Recommendation, Step
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.unit.application import (
    case_of,
    correction_is_late,
    deciding_level,
    evaluating_level,
)
from services.casework.unit.signals import nothing_frozen

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def all_four_in(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """I-04: an opinion of each house at that level is in, whichever way it goes."""
    given = unit.evaluation.given(matter, title, level)
    missing = [house for house in pack.quorums.houses if house not in given]
    if missing:
        zh, en = "、".join(h.zh for h in missing), ", ".join(h.en for h in missing)
        return refuse(
            pack, "I-04", f"{level.zh}缺少{zh}的意见", f"no opinion at the {level.en} level from: {en}", missing
        )
    return None


def none_opposed(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """A-14: no veto (the default gives it to hr), and not too many opposed."""
    given = unit.evaluation.given(matter, title, level)
    opposed = [house for house, said in given.items() if said.opinion is Opinion.OPPOSE]
    vetoes = [house for house in opposed if house in pack.quorums.veto]
    if vetoes or len(opposed) > pack.quorums.most_opposed:
        zh, en = "、".join(h.zh for h in opposed), ", ".join(h.en for h in opposed)
        return refuse(pack, "A-14", f"{zh}反对", f"opposed: {en}", [given[house].version for house in opposed])
    return None


def enough_in_favour(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """T-22: enough houses spoke, enough of them in favour, and more than against; who abstains does not speak."""
    given = unit.evaluation.given(matter, title, level)
    said = [given[house].opinion for house in pack.quorums.houses if house in given]
    favour, against = said.count(Opinion.SUPPORT), said.count(Opinion.OPPOSE)
    least = pack.quorums.least_in_favour
    if favour + against >= pack.quorums.least_opined and favour >= least and favour > against:
        return None
    zh, en = f"同意{favour}家，反对{against}家，不足多数", f"{favour} in favour and {against} against are no majority"
    return refuse(pack, "T-22", zh, en, sorted(one.version for one in given.values()))


MAJORITY = (all_four_in, none_opposed, enough_in_favour)
"""What it takes for the houses of a level to carry something, asked one after the other."""


def not_carried(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """T-22: the houses of that level have all spoken, and are for it by the majority that it takes."""
    asked = (rule(matter, unit, title, level, pack) for rule in MAJORITY)
    return next((refusal for refusal in asked if refusal is not None), None)


def not_refused_against_the_houses(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-22: what the houses carried is not refused by one person, unless the unit is frozen meanwhile, or the nation
    refuses by its paper.
    """
    case = case_of(unit, act)
    if case is None or nothing_frozen(unit, act, pack) is not None:
        return None
    if act.type is UnitNamingRefused and pack.titles[case.title].named_by is Level.NATION:
        return None
    return against_the_houses(unit, case.title, case.level, pack)


def against_the_houses(unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    if not_carried(Matter.APPLICATION, unit, title, level, pack) is not None:
        return None
    given = unit.evaluation.given(Matter.APPLICATION, title, level)
    zh, en = f"{level.zh}各成员单位的意见为通过", f"the houses of the {level.en} level are for it"
    return refuse(pack, "T-22", zh, en, sorted(one.version for one in given.values()))


def formal_or_with_opinions(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-22: before a case is accepted where it is evaluated, or where it was not corrected in its days, it is rejected
    for its form; else a rejection is one of the merits, and rests on the houses' opinions.
    """
    case = case_of(unit, act)
    if case is None or correction_is_late(unit, case, act.day):
        return None
    accepted = case.step is Step.ACCEPTED and case.level.rank >= evaluating_level(unit, case.title, pack).rank
    if not accepted and case.evaluated_at is None:
        return None
    missing = all_four_in(Matter.APPLICATION, unit, case.title, case.level, pack)
    if missing is None:
        return None
    return refuse(pack, "T-22", missing.zh, missing.en, missing.facts)


def opinions_in_to_evaluate(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-16) at the evaluating level."""
    case = case_of(unit, act)
    if case is None:
        return None
    return all_four_in(Matter.APPLICATION, unit, case.title, evaluating_level(unit, case.title, pack), pack)


def opinions_in_to_review(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-19) at the level that reviews."""
    case = case_of(unit, act)
    if case is None:
        return None
    return all_four_in(Matter.APPLICATION, unit, case.title, deciding_level(case.title, pack), pack)


def not_opposed(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """A-14, T-22: what is recommended has the houses' majority."""
    event, case = act.event, case_of(unit, act)
    if case is None or event.outcome is not Recommendation.RECOMMEND:
        return None
    evaluating = isinstance(event, UnitEvaluated)
    level = evaluating_level(unit, case.title, pack) if evaluating else deciding_level(case.title, pack)
    matter = Matter.APPLICATION
    return none_opposed(matter, unit, case.title, level, pack) or enough_in_favour(
        matter, unit, case.title, level, pack
    )
