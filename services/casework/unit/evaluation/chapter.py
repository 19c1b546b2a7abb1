"""Chapter 评审: visits, the houses' opinions, evaluation and review (policy 五(五)1, 五(五)2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.application import UnitApplicationRejected
from events.unit.evaluation import (
    UnitAssessedByThirdParty,
    UnitEvaluated,
    UnitHouseOpined,
    UnitReviewed,
    UnitSiteVisited,
)
from events.unit.self_evaluation import UnitReportUpdated, UnitSelfEvaluated
from events.words import Matter, ObligationKind, Recommendation, Role, SessionMatter, Step
from services.casework.body.state import Body
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Others, Refusal, refuse
from services.casework.office import approver, desk, officer
from services.casework.pack import Pack
from services.casework.session.state import Session
from services.casework.unit.application import (
    at_step,
    case_of,
    case_open,
    deciding_level,
    evaluating_level,
    leave_place,
    people_and_rounds,
    propose_at_level,
    where_decided,
    where_evaluated,
    where_it_lies,
)
from services.casework.unit.charge import where_houses_speak
from services.casework.unit.checklist import departs_with_a_reason, vetoed_by_the_checklist
from services.casework.unit.evaluation.majority import (
    formal_or_with_opinions,
    not_opposed,
    not_refused_against_the_houses,
    opinions_in_to_evaluate,
    opinions_in_to_review,
)
from services.casework.unit.evaluation.opinions import (
    not_over_a_colleague,
    opinion_is_due,
    opinions_after_visit,
    propose_opined,
    says_why_it_is_replaced,
)
from services.casework.unit.evaluation.scores import (
    declined_with_reason,
    departs_no_further,
    merits_recommendation,
    own_report,
    report_applied_with,
    score_within_checklist,
)
from services.casework.unit.evaluation.state import AT_WORK, FOLDS, opinions_relied_on
from services.casework.unit.evaluation.visits import (
    enough_visitors,
    items_of_standard,
    site_was_visited,
    visit_after_application,
    visitors_hold_posts,
    what_changed_was_visited,
)
from services.casework.unit.registration import registered, was_registered
from services.casework.unit.separation import apart_from_other_steps, apart_from_the_unit, people_before
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import matters_of_opinion, titles_in_case

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def propose_evaluated(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Event:
    """The level and the opinions follow from the case."""
    event = act.event
    if event.title is None or event.title not in unit.application.cases:
        return event
    level = evaluating_level(unit, event.title, pack)
    opinions = opinions_relied_on(unit, Matter.APPLICATION, event.title, level)
    return event.model_copy(update={"level": level, "opinions": opinions})


def propose_reviewed(unit: Unit, act: Act[UnitReviewed], pack: Pack) -> Event:
    """The level, the opinions and the record check (signals then open) follow from the state."""
    event = act.event
    if event.title is None or event.title not in unit.application.cases:
        return event
    level = deciding_level(event.title, pack)
    opinions = opinions_relied_on(unit, Matter.APPLICATION, event.title, level)
    signals = tuple(sorted(unit.signals.open))
    return event.model_copy(update={"level": level, "opinions": opinions, "open_signals": signals})


def case_at_evaluating_level(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-03: no level skipped: the case has come up to the level that evaluates."""
    case = case_of(unit, act)
    if case is not None and case.level is not evaluating_level(unit, case.title, pack):
        return refuse(
            pack, "I-03", f"申报仍在{case.level.zh}级", f"the application is still at the {case.level.en} level"
        )
    return None


def accepted_first(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: nothing is evaluated that no office has accepted."""
    case = case_of(unit, act)
    if case is not None and not case.accepted:
        return refuse(pack, "I-05", "申报尚未受理", "the application has not been accepted")
    return None


def case_at_deciding_level(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-03: the case has been reported up to the level that decides."""
    case = case_of(unit, act)
    if case is not None and case.level is not deciding_level(case.title, pack):
        return refuse(
            pack,
            "I-03",
            f"申报仍在{case.level.zh}级，尚未上报",
            f"the application is still at the {case.level.en} level",
        )
    return None


def review_is_a_step(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: only a title with a review is reviewed."""
    if act.title is not None and act.title in pack.titles and "review" not in pack.titles[act.title].steps:
        return refuse(pack, "I-05", "该称号不设审核环节", "this title has no review")
    return None


def evaluated_first(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05 (R-16, R-17): nothing is reviewed that was not evaluated, on the direct route neither."""
    if act.title in unit.application.cases and not unit.evaluation.decided.get(act.title or ""):
        return refuse(pack, "I-05", "申报尚未组织评价", "the application has not been evaluated")
    return None


def under_contract(unit: Unit, act: Act[UnitAssessedByThirdParty], pack: Pack) -> Refusal | None:
    """A-20: who assesses does so for a registered assessor, by a contract of that day over units of this kind."""
    body = act.context.find(Body, act.event.body)
    if body is None or body.assesses(unit.life.kind, act.event.assessor, act.day):
        return None
    zh, en = "该评估机构当日无评估此类单位的合同或者未派该评估人", "no contract of that day covers this kind and person"
    return refuse(pack, "A-20", zh, en, (body.id,), "/body")


def taken_up_by_the_session(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """A-20, T-01: a session that a decision names was held, of the same place, with this case on its agenda; and not
    before this application, about another one.
    """
    session, lies = act.context.find(Session, act.event.session), case_of(unit, act)
    if session is None:
        return None
    case = (unit.id, act.event.title, SessionMatter.APPLICATION)
    of_it = session.held is not None and session.place == act.actor.place and case in session.agenda
    if of_it and (lies is None or session.on is None or session.on >= lies.rests_since):
        return None
    zh, en = (
        "该评审会未形成纪要、不属本级或者未列此议题",
        "that session has no minutes, is another place's or had not this case",
    )
    return refuse(pack, "A-20", zh, en, (session.id,), "/session")


def recommend_only_unfrozen(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """I-07: a frozen unit is recommended neither by an evaluation nor by a review."""
    event = act.event
    return nothing_frozen(unit, act, pack) if event.outcome is Recommendation.RECOMMEND else None


_JUDGED = (UnitSelfEvaluated, UnitReportUpdated, UnitSiteVisited, UnitAssessedByThirdParty)
"""The entries whose figures opinions and decisions on an application weigh."""


CHAPTER: Chapter[Unit] = Chapter(
    "evaluation",
    FOLDS,
    (
        Law(
            UnitSiteVisited,
            office=desk(where_evaluated),
            about=titles_in_case,
            rule="A-12",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            state=(
                registered,
                case_open,
                case_at_evaluating_level,
                accepted_first,
                at_step(*AT_WORK),
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            reads=people_before,
            steps=("act:record_visit",),
            others=Others("act:visit", lambda event: (visitor.officer for visitor in event.visitors)),
            content=(
                enough_visitors,
                visitors_hold_posts,
                items_of_standard,
                departs_with_a_reason,
                vetoed_by_the_checklist,
                fact_not_ahead,
                visit_after_application,
            ),
        ),
        Law(
            UnitAssessedByThirdParty,
            office=(officer(Role.ASSESSOR),),
            about=titles_in_case,
            rule="I-13",
            state=(registered, case_open),
            content=(own_report, under_contract, score_within_checklist),
        ),
        Law(
            UnitHouseOpined,
            office=desk(where_houses_speak),
            about=matters_of_opinion,
            rule="I-04",
            weighs=_JUDGED,
            state=(was_registered, opinion_is_due, not_over_a_colleague, apart_from_the_unit),
            content=(says_why_it_is_replaced,),
            reads=people_before,
            propose=propose_opined,
            settles=(ObligationKind.REVOCATION_OPINIONS,),
            undone_by_procedure=True,
        ),
        Law(
            UnitEvaluated,
            office=approver(where_evaluated),
            about=titles_in_case,
            rule="I-04",
            weighs=_JUDGED,
            state=(
                registered,
                case_open,
                case_at_evaluating_level,
                accepted_first,
                at_step(*AT_WORK),
                site_was_visited,
                what_changed_was_visited,
                apart_from_other_steps,
                apart_from_the_unit,
                opinions_in_to_evaluate,
                opinions_after_visit,
            ),
            content=(
                not_opposed,
                taken_up_by_the_session,
                report_applied_with,
                score_within_checklist,
                merits_recommendation,
                departs_no_further,
                declined_with_reason,
                recommend_only_unfrozen,
            ),
            propose=propose_evaluated,
            reads=people_before,
            steps=("act:evaluate",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitApplicationRejected,
            office=approver(where_it_lies),
            about=titles_in_case,
            rule="I-13",
            weighs=_JUDGED,
            state=(
                registered,
                case_open,
                at_step(Step.APPLIED, Step.ACCEPTED, Step.FORWARDED, Step.RETURNED),
                apart_from_other_steps,
                apart_from_the_unit,
                formal_or_with_opinions,
                not_refused_against_the_houses,
            ),
            propose=propose_at_level,
            reads=people_and_rounds,
            effects=leave_place,
            steps=("act:evaluate",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitReviewed,
            office=approver(where_decided),
            about=titles_in_case,
            rule="I-04",
            weighs=_JUDGED,
            state=(
                registered,
                case_open,
                review_is_a_step,
                case_at_deciding_level,
                at_step(Step.FORWARDED, Step.EVALUATED, Step.ACCEPTED),
                evaluated_first,
                apart_from_other_steps,
                apart_from_the_unit,
                opinions_in_to_review,
            ),
            content=(not_opposed, taken_up_by_the_session, recommend_only_unfrozen, declined_with_reason),
            propose=propose_reviewed,
            reads=people_before,
            steps=("act:review",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
    ),
)
