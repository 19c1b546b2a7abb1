"""The scores of an evaluation: within the checklist, and what they allow to recommend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.unit.evaluation import (
    UnitAssessedByThirdParty,
    UnitEvaluated,
    UnitReviewed,
)
from events.words import Recommendation
from services.casework.law import Act, Refusal, refuse
from services.casework.pack import Pack
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


def merits_recommendation(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """A-01, A-02 (R-04 … R-06): a recommendation needs the score, of the whole and of the parts that the title names,
    every must item met, and satisfied workers.
    """
    event = act.event
    if event.outcome is not Recommendation.RECOMMEND or act.title not in pack.titles:
        return None
    minimum = pack.titles[act.title].minimum_score
    if event.score < minimum:
        return refuse(pack, "A-01", f"得分{event.score}低于{minimum}", f"{event.score} points, {minimum} needed")
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    judged = judged_scores(unit, act.title)
    for part, least in pack.titles[act.title].minimum_part.items():
        given = chosen.points_in(part, judged) if chosen is not None else 0
        if given < least:
            name = pack.label(part, "zh"), pack.label(part, "en")
            zh, en = f"{name[0]}核验得分{given}，低于{least}", f"{name[1]}: {given} points judged, {least} needed"
            return refuse(pack, "A-01", zh, en, (part,))
    vetoes = sorted({veto for visit in unit.evaluation.visits.get(act.title, ()) for veto in visit.vetoes})
    if vetoes:
        zh = "有否决项：" + "、".join(pack.label(veto, "zh") for veto in vetoes)
        en = "vetoed: " + ", ".join(pack.label(veto, "en") for veto in vetoes)
        return refuse(pack, "A-24", zh, en, vetoes)
    unmet = _unmet_musts(unit, act.title, pack)
    if unmet:
        return refuse(
            pack, "A-01", "必备项目未达标：" + "、".join(unmet), "must items not met: " + ", ".join(unmet), unmet
        )
    satisfied = satisfaction_weighed(unit.self_evaluation, pack)
    if satisfied is not None and satisfied < pack.quorums.satisfaction:
        return refuse(pack, "A-02", "职工满意度不足", "the workers are not satisfied enough", (float(satisfied),))
    return None


def judged_scores(unit: Unit, title: str) -> dict[str, int]:
    """The points that visitors gave, standard by standard, the last ones that did."""
    return {
        item.standard: item.score
        for visit in unit.evaluation.visits.get(title, ())
        for item in visit.items
        if item.score is not None
    }


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
