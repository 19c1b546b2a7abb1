"""The scores of an evaluation: within the checklist, and what they allow to recommend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from events.unit.evaluation import (
    UnitAssessedByThirdParty,
    UnitEvaluated,
    UnitReviewed,
)
from events.words import Recommendation
from services.casework.law import Act, Refusal, refuse
from services.casework.pack import Pack
from services.casework.pack_parts import StandardSet
from services.casework.unit.application import (
    case_of,
    deciding_level,
    evaluating_level,
)
from services.casework.unit.evaluation.majority import against_the_houses
from services.casework.unit.self_evaluation import front_line_share, satisfaction_weighed
from services.casework.unit.signals import nothing_frozen

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def score_within_checklist(
    unit: Unit, act: Act[UnitEvaluated | UnitAssessedByThirdParty], pack: Pack
) -> Refusal | None:
    """T-22: a score lies within the points of the checklist that the unit used."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    if chosen is None or act.event.score <= (most := chosen.score + (chosen.adjustment or 0)):
        return None
    zh, en = f"得分{act.event.score}超过满分{most}", f"{act.event.score} points of {most}"
    return refuse(pack, "T-22", zh, en, (), "/score")


def declined_with_reason(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """T-22: a conference does not decline what its houses carried and nothing stands against."""
    event, case = act.event, case_of(unit, act)
    if case is None or event.outcome is not Recommendation.DECLINE or nothing_frozen(unit, act, pack) is not None:
        return None
    if isinstance(event, UnitEvaluated):
        recommended = event.model_copy(update={"outcome": Recommendation.RECOMMEND})
        as_if = Act(UnitEvaluated, act.actor, act.day, recommended, subject=act.subject, context=act.context)
        if any(rule(unit, as_if, pack) is not None for rule in (report_applied_with, merits_recommendation)):
            return None
        return against_the_houses(unit, case.title, evaluating_level(unit, case.title, pack), pack)
    return against_the_houses(unit, case.title, deciding_level(case.title, pack), pack)


def own_report(unit: Unit, act: Act[UnitAssessedByThirdParty], pack: Pack) -> Refusal | None:
    """I-13: a third party gives its own reports only."""
    event = act.event
    if event.assessor != act.actor.id:
        return refuse(
            pack, "I-13", "第三方只能提交本机构的评估报告", "an assessor gives its own reports only", pointer="/body"
        )
    return None


def report_applied_with(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """T-01: what is recommended is the report applied with; a self-evaluation entered since, be it with the same
    digest, is adopted and sealed and brought in by an amendment.
    """
    event, case = act.event, case_of(unit, act)
    report = unit.self_evaluation
    if case is None or event.outcome is not Recommendation.RECOMMEND or case.report == report.version:
        return None
    return refuse(
        pack, "T-01", "申报后自评报告已变更", "the report was changed after the application", (report.version or 0,)
    )


@dataclass(frozen=True, slots=True)
class Merit:
    """One thing that a recommendation takes: what there is of it, what it takes, and what refuses where that is short;
    texts in Chinese and in English.
    """

    name: tuple[str, str]
    has: tuple[str, str]
    needs: tuple[str, str]
    refusal: Refusal | None


def merits(unit: Unit, title: str, score: int, pack: Pack) -> Iterator[Merit]:
    """A-01, A-02 (R-04 … R-06): all that a recommendation with that score takes: the score, of the whole and of the
    parts that the title names, no veto, every must item met, and satisfied workers.
    """
    least, chosen = pack.titles[title].minimum_score, pack.standard_sets.get(unit.self_evaluation.standard_set)
    yield _of_points(
        ("评价得分", "score"), score, least, pack, f"得分{score}低于{least}", f"{score} points, {least} needed"
    )
    judged = judged_scores(unit, title)
    for part, minimum in pack.titles[title].minimum_part.items():
        given = chosen.points_in(part, judged) if chosen is not None else 0
        zh, en = pack.label(part, "zh"), pack.label(part, "en")
        says = f"{zh}核验得分{given}，低于{minimum}", f"{en}: {given} points judged, {minimum} needed"
        yield _of_points((zh, en), given, minimum, pack, *says, (part,))
    yield _vetoes(unit, title, pack)
    if chosen is not None:
        yield _musts(unit, title, chosen, pack)
    satisfied, enough = satisfaction_weighed(unit.self_evaluation, pack), pack.quorums.satisfaction
    if satisfied is not None:
        zh, en = "职工满意度不足", "the workers are not satisfied enough"
        refusal = refuse(pack, "A-02", zh, en, (float(satisfied),)) if satisfied < enough else None
        yield Merit(("职工满意度", "satisfaction of the workers"), _percent(satisfied), _percent(enough), refusal)


def _of_points(
    name: tuple[str, str], has: int, least: int, pack: Pack, zh: str, en: str, facts: tuple[str, ...] = ()
) -> Merit:
    refusal = refuse(pack, "A-01", zh, en, facts) if has < least else None
    return Merit(name, (f"{has}分", f"{has} points"), (f"{least}分", f"{least} points"), refusal)


def _percent(share: Fraction) -> tuple[str, str]:
    percent = f"{100 * share.numerator // share.denominator}%"
    return percent, percent


def _vetoes(unit: Unit, title: str, pack: Pack) -> Merit:
    vetoes = sorted({veto for visit in unit.evaluation.visits.get(title, ()) for veto in visit.vetoes})
    zh, en = ("、".join(pack.label(veto, language) for veto in vetoes) for language in ("zh", "en"))
    refusal = refuse(pack, "A-24", f"有否决项：{zh}", f"vetoed: {en}", vetoes) if vetoes else None
    return Merit(("否决项", "vetoes"), (zh or "无", en or "none"), ("无", "none"), refusal)


def _musts(unit: Unit, title: str, chosen: StandardSet, pack: Pack) -> Merit:
    unmet, all_of = _unmet_musts(unit, title, pack), [name for name, one in chosen.standards.items() if one.must]
    zh, en = ("、".join(pack.label(name, language) for name in unmet) for language in ("zh", "en"))
    refusal = refuse(pack, "A-01", f"必备项目未达标：{zh}", f"must items not met: {en}", unmet) if unmet else None
    has, needs = ((f"{n}项达标", f"{n} met") for n in (len(set(all_of).difference(unmet)), len(all_of)))
    return Merit(("必备项目", "must items"), has, needs, refusal)


def merits_recommendation(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """A-01, A-02, A-24: a recommendation has all that it takes."""
    event = act.event
    if event.outcome is not Recommendation.RECOMMEND or act.title not in pack.titles:
        return None
    asked = merits(unit, act.title, event.score, pack)
    return next((one.refusal for one in asked if one.refusal is not None), None)


def judged_scores(unit: Unit, title: str) -> dict[str, int]:
    """The points that visitors gave, standard by standard, the last ones that did."""
    return {
        item.standard: item.score
        for visit in unit.evaluation.visits.get(title, ())
        for item in visit.items
        if item.score is not None
    }


def points_judged(unit: Unit, title: str, pack: Pack) -> int:
    """What those points come to, as the checklist that the unit used weighs them."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    return chosen.points(judged_scores(unit, title)) if chosen is not None else 0


def departs_no_further(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """A-01 (§12): where the checklist sets how far, an evaluation departs no further from what the visitors judged."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    if chosen is None or chosen.adjustment is None or act.title is None:
        return None
    judged = judged_scores(unit, act.title)
    unjudged = sorted(chosen.standards.keys() - judged.keys())
    if unjudged:
        return refuse(
            pack, "A-01", "核验未逐项评分", "the visitors did not score every standard", unjudged, pointer="/items"
        )
    points = chosen.points(judged)
    if abs(act.event.score - points) <= chosen.adjustment:
        return None
    zh = f"核验{points}分，评价{act.event.score}分，加减不得超过{chosen.adjustment}分"
    en = f"{points} points judged, {act.event.score} given: {chosen.adjustment} more or less at most"
    return refuse(pack, "A-01", zh, en, (points,), "/score")


def _unmet_musts(unit: Unit, title: str, pack: Pack) -> list[str]:
    """Must items not judged met; that of training also needs funds in full and the front line's share (R-05)."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    if chosen is None:
        return []
    judged = {item.standard: item.met for visit in unit.evaluation.visits.get(title, ()) for item in visit.items}
    unmet = [name for name, standard in chosen.standards.items() if standard.must and not judged.get(name, False)]
    funds = unit.self_evaluation.training_funds
    short = funds is not None and funds.due is not None and funds.total < funds.due
    if funds is not None and (short or front_line_share(funds) < pack.quorums.front_line_share):
        unmet += [name for name, standard in chosen.standards.items() if standard.front_line and name not in unmet]
    return unmet
