"""A proper body for every decision, as somebody would fill it in on the state before them.

    event = filled(life, day, who, "assess-signal", possibility.subject)

None where there is nothing to fill it in about. Another `turn` chooses another way, where there are several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from events.envelope import Actor, Event
from events.figures import CorrectedFigure, figures_of
from events.record import COMMON
from events.registry import EVENT_TYPES
from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationRejected,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
)
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.cultivation import (
    UnitContactAssigned,
    UnitContactReleased,
    UnitCoordinatorAppointed,
    UnitCultivationConcluded,
    UnitCultivationListed,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.unit.evaluation import UnitAssessedByThirdParty, UnitEvaluated, UnitHouseOpined, UnitReviewed
from events.unit.handover import UnitHandedOver, UnitReceived
from events.unit.honours import UnitHonourDecided, UnitRecommendedForHonour
from events.unit.incentives import (
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import (
    UnitNamed,
    UnitNamingRefused,
    UnitNominated,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExtended,
    UnitTitleCarriedIn,
)
from events.unit.practices import UnitCoverageStated, UnitPracticesStated
from events.unit.publicity import (
    UnitObjectionAdmitted,
    UnitObjectionJoined,
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitObjectionSetAside,
    UnitPublicityCompleted,
    UnitPublicityInterrupted,
    UnitPublicityStarted,
)
from events.unit.record import UnitPersonalDataErased
from events.unit.registration import (
    Succession,
    UnitClosed,
    UnitDetailsChanged,
    UnitMemberJoined,
    UnitMemberLeft,
    UnitSucceeded,
)
from events.unit.revocation import (
    GroundWithEvidence,
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.self_evaluation import UnitReportUpdated
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalWithdrawn
from events.unit.standing_in import UnitOfficerLent, UnitStepTakenUp, UnitTakingUpRequested
from events.unit.survey import UnitSurveyOpened
from events.words import (
    ActorKind,
    Arrangement,
    Category,
    CheckKind,
    CheckResult,
    CultivationOutcome,
    DocumentKind,
    FollowUpKind,
    Ground,
    HonourOutcome,
    Opinion,
    Recommendation,
    ReconsiderationOutcome,
    Recovery,
    RectificationOutcome,
    Role,
    RoundKind,
    Sealer,
    Service,
    SignalOutcome,
    SuccessionRole,
    VerificationResult,
    Watch,
)
from services.casework.calendar import add_months
from services.casework.corrections import correctable
from services.casework.judgement import judge
from services.casework.law import Intent
from services.casework.stream import as_corrected
from services.casework.unit.cultivation_plan import standards_for
from services.casework.unit.incentives import GrantState
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.signals import Signal, watch
from services.casework.unit.standing_in import steps
from tests.casework.given import (
    CREDIT,
    Life,
    Somebody,
    UnitEntryVoided,
    a_paper,
    a_round,
    an_assessor,
    document,
    registration,
    self_evaluation,
    signal,
    somebody,
    source,
)
from tests.casework.stages import adopted, applied, sealed_by, visited

T = TypeVar("T")
PAPER = a_paper()
TRANSFER = a_paper("示例移交函1号", kind=DocumentKind.TRANSFER)


@dataclass(frozen=True)
class Form:
    """What lies before somebody who fills in a decision."""

    life: Life
    day: date
    actor: Actor
    subject: Mapping[str, Any]
    turn: int

    @property
    def title(self) -> str | None:
        """The title that it is about, if it is about one."""
        title: str | None = self.subject.get("title")
        return title

    def one(self, choices: Sequence[T]) -> T | None:
        """One of them, by the turn; None where there are none."""
        return choices[self.turn % len(choices)] if choices else None


def filled(
    life: Life, day: date, who: Somebody, decision: str, subject: Mapping[str, Any], turn: int = 0
) -> Event | None:
    """The body of a decision; None where there is nothing that it could be about."""
    actor = who if isinstance(who, Actor) else who.actor() if not hasattr(who, "actors") else who.actors(day)[0]
    return _FILLED[decision](Form(life, day, actor, subject, turn))


def _grant(form: Form, *states: GrantState) -> int | None:
    return form.one([ref for ref, grant in form.life.unit.incentives.grants.items() if grant.state in states])


def _record_honour(form: Form) -> Event | None:
    open_ = [one.version for one in form.life.unit.honours.all.values() if one.outcome is None]
    if not open_:
        return None
    return UnitHonourDecided(recommendation=open_[-1], outcome=HonourOutcome.AWARDED, on=form.day)


def _suspend(form: Form) -> Event | None:
    ref = _grant(form, GrantState.ACTIVE)
    return UnitIncentiveSuspended(grant_ref=ref, reason="示例") if ref else None


def _resume(form: Form) -> Event | None:
    ref = _grant(form, GrantState.SUSPENDED)
    return UnitIncentiveResumed(grant_ref=ref, reason="示例") if ref else None


def _end(form: Form) -> Event | None:
    ref = _grant(form, GrantState.ACTIVE, GrantState.SUSPENDED)
    return UnitIncentiveEnded(grant_ref=ref, reason="示例") if ref else None


def _grant_incentive(form: Form) -> Event | None:
    running = {grant.incentive for grant in form.life.unit.incentives.running(form.title)}
    free = [
        name
        for name, item in form.life.pack.incentives.items()
        if form.title in item.titles and name not in running and item.owner in ("430000", form.life.place)
    ]
    chosen = form.one(free)
    if chosen is None:
        return None
    return UnitIncentiveGranted(incentive=chosen, title=form.title, from_=form.day, basis="示例依据", credit=CREDIT)


def _carry_in(form: Form) -> Event | None:
    if form.title is None:
        return None
    since, until = form.day - timedelta(days=30), form.day + timedelta(days=300)
    return UnitTitleCarriedIn(title=form.title, term_from=since, term_until=until, paper=PAPER.id)


def _seal(form: Form) -> Event | None:
    report, roles = form.life.unit.self_evaluation, {role.value for role in form.actor.roles}
    if form.life.kind.value != "enterprise":
        wanted = Sealer.TRIPARTITE
    else:
        wanted = Sealer.UNION if "unit_union" in roles else Sealer.ENTERPRISE
    return sealed_by(form.life, wanted) if report.version is not None else None


def _adopt(form: Form) -> Event | None:
    return adopted(form.life, form.day) if form.life.unit.self_evaluation.version is not None else None


def _apply(form: Form) -> Event | None:
    if form.title is None or form.life.unit.self_evaluation.version is None:
        return None
    return applied(form.life, form.title).model_copy(update={"reason": "示例"})


def _visit(form: Form) -> Event | None:
    return visited(form.life, form.day, form.title) if form.title in form.life.pack.titles else None


def _opine(form: Form) -> Event | None:
    opinion = form.one((Opinion.SUPPORT, Opinion.SUPPORT, Opinion.ABSTAIN, Opinion.OPPOSE))
    assert opinion is not None
    return UnitHouseOpined(opinion=opinion, reason="示例", **form.subject) if form.subject.get("matter") else None


def _resolve(form: Form) -> Event | None:
    ref = form.subject.get("objection_ref")
    return UnitObjectionResolved(objection_ref=ref, upheld=form.turn % 5 == 4, findings="示例") if ref else None


def _answer(form: Form, event: type[UnitObjectionAdmitted | UnitObjectionSetAside]) -> Event | None:
    ref, said = form.subject.get("objection_ref"), {"reason": "示例"} if event is UnitObjectionSetAside else {}
    return event(objection_ref=ref, **said) if ref else None


def _join(form: Form) -> Event | None:
    ref, objections = form.subject.get("objection_ref"), form.life.unit.publicity.objections
    others = [o.version for o in objections.values() if ref and o.open and o.version != ref]
    return UnitObjectionJoined(objection_ref=ref, to=others[0]) if others else None


def _interrupted(form: Form) -> Event:
    period = form.life.unit.publicity.periods.get(form.title or "")
    day = form.day if period is None else min(period.until, form.day)
    return UnitPublicityInterrupted(title=form.title, from_=day, until=day, reason="示例")


def _second(form: Form) -> Event | None:
    waiting = form.life.unit.common.open_acts.get(form.subject.get("proposal") or 0)
    return COMMON["unit"].act_seconded(proposal=waiting.version, digest=waiting.digest) if waiting else None


def _publicity(form: Form) -> Event:
    until = form.life.pack.after(form.day, form.life.pack.windows.publicity)
    return UnitPublicityStarted(title=form.title, from_=form.day, until=until, channel="示例")


def _nominate(form: Form) -> Event:
    state = a_round(form.title or "")
    form.life.known[state.id] = state
    return UnitNominated(title=form.title, round=state.id, document_number="示例")


def _reserve(form: Form) -> Event | None:
    state = a_round(form.title or "", kind=RoundKind.RESERVE)
    form.life.known[state.id] = state
    return UnitReserveListed(title=form.title, round=state.id, rank=1) if form.title else None


def _plaque(form: Form, *states: PlaqueState) -> str | None:
    return form.one([code for code, plaque in form.life.unit.naming.plaques.items() if plaque.state in states])


def _lost(form: Form) -> Event | None:
    code = _plaque(form, PlaqueState.ISSUED)
    return UnitPlaqueReportedLost(plaque=code) if code else None


def _recover(form: Form) -> Event | None:
    code = _plaque(form, PlaqueState.TO_RECOVER)
    return UnitPlaqueRecovered(plaque=code, how=Recovery.RETURNED) if code else None


def _extend(form: Form) -> Event | None:
    held = form.life.unit.naming.held.get(form.title or "")
    return UnitTermExtended(title=form.title, until=add_months(held.term_until, 3), ground="示例") if held else None


def _record_signal(form: Form) -> Event:
    category = form.one((Category.OTHER_VIOLATION, Category.MASS_PETITION, Category.WAGE_ARREARS))
    assert category is not None
    return signal(source(), form.day, category, number=f"示例-{form.life.unit.version}", severity=1, people=20)


def _own_signal(form: Form) -> Signal | None:
    signals, entries = form.life.unit.signals.all.values(), form.life.unit.entries
    own = [s for s in signals if not s.withdrawn and entries[s.version - 1].actor.id == form.actor.id]
    return form.one(own)


def _amend_signal(form: Form) -> Event | None:
    own = _own_signal(form)
    return UnitSignalAmended(signal=own.id, people=30 + form.turn, reason="示例") if own else None


def _withdraw_signal(form: Form) -> Event | None:
    own = _own_signal(form)
    return UnitSignalWithdrawn(signal=own.id, reason="示例") if own else None


def _assess(form: Form) -> Event | None:
    pack = form.life.pack
    freezes = pack.limits.frozen_severity

    def for_this_actor(signal: Signal) -> bool:
        grave = signal.severity >= freezes or signal.outcome is SignalOutcome.SERIOUS
        looked_into = signal.severity < freezes or signal.withdrawn or signal.checked is not None
        recorded = form.life.unit.entries[signal.version - 1].actor.id
        news = signal.reassess_since is not None or (signal.checked or 0) > (signal.assessed or 0)
        if signal.outcome is SignalOutcome.SERIOUS and not news:
            return False
        return looked_into and (not grave or Role.APPROVER in form.actor.roles) and recorded != form.actor.id

    chosen = form.one([s for s in form.life.unit.signals.all.values() if for_this_actor(s)])
    if chosen is None:
        return None
    serious = Role.APPROVER in form.actor.roles and (chosen.severity < freezes or chosen.checked is not None)
    ground = pack.categories[chosen.category].ground if serious else None
    ways: list[tuple[SignalOutcome, Ground | None]] = [(SignalOutcome.MINOR, None), (SignalOutcome.UNFOUNDED, None)]
    if ground is not None:
        ways.insert(0, (SignalOutcome.SERIOUS, ground))
    new = [way for way in ways if way != (chosen.outcome, chosen.ground) or chosen.reassess_since is not None]
    outcome, of = new[form.turn % len(new)]
    return UnitSignalAssessed(signal=chosen.id, outcome=outcome, ground=of, findings="示例")


def _standing_in(form: Form, event_type: type[Event], **more: Any) -> Event | None:
    """The first step for which the level above may be asked, or may act; any step, where it may for none."""
    unit, pack = form.life.unit, form.life.pack
    intent = Intent(event_type, form.actor, form.day)
    for_none = any(rule(unit, intent, pack) for rule in unit.descriptor.laws[event_type].state)
    event = None
    for name in steps(unit):
        about = unit.descriptor.laws[EVENT_TYPES[name]].about
        for subject in about.candidates(unit, pack) if about is not None else ({},):
            event = event_type.model_validate({"step": name, "reason": "示例", **subject, **more})
            if for_none or not judge(unit, event, form.actor, form.day, pack):
                return event
    return event


def _lend(form: Form) -> Event | None:
    return _standing_in(form, UnitOfficerLent, officer=somebody("指定人员"), until=form.day)


def _serve(form: Form) -> Event:
    if form.actor.kind is ActorKind.APPLICANT:
        return UnitNoticeServed(title=form.title, how=Service.ACCOUNT)
    return UnitNoticeServed(title=form.title, how=Service.RECEIPT, documents=(document("签收回执"),))


def _verify(form: Form) -> Event:
    frozen = watch(form.life.unit, form.life.pack) is Watch.FROZEN
    result = VerificationResult.RECTIFY if frozen else VerificationResult.KEEP
    return UnitVerified(title=form.title, period=f"{form.day.year}年度", result=result)


def _conduct(form: Form) -> Event | None:
    name = form.one([check.id for check in form.life.unit.checks.ordered.values() if check.result is None])
    result = form.one(tuple(CheckResult))
    assert result is not None
    return UnitCheckConducted(check=name, on=form.day, findings="示例", result=result) if name else None


def _report_rectification(form: Form) -> Event | None:
    order = form.one(form.life.unit.checks.open_rectifications)
    return UnitRectificationReported(rectification_ref=order.version, text="示例") if order else None


def _conclude(form: Form) -> Event | None:
    orders = form.life.unit.checks.open_rectifications
    ready = [order for order in orders if order.reported_on is not None or form.day > order.due]
    order, outcome = form.one(ready or orders), form.one(tuple(RectificationOutcome))
    assert outcome is not None
    if order is not None and form.life.unit.entries[order.version - 1].actor.id == form.actor.id:
        outcome = RectificationOutcome.FAILED
    return (
        UnitRectificationConcluded(rectification_ref=order.version, outcome=outcome, findings="示例") if order else None
    )


def _order_rectification(form: Form) -> Event:
    unit = form.life.unit
    waiting = [version for version, found in unit.checks.findings.items() if not found.settled]
    return UnitRectificationOrdered(
        items=("示例",),
        due=form.day + timedelta(days=30),
        signals=tuple(unit.signals.open),
        finding=waiting[-1] if waiting and unit.life.closed else None,
    )


def _propose_revocation(form: Form) -> Event | None:
    unit = form.life.unit
    proved = [(s.ground, s.assessed) for s in unit.signals.all.values() if s.stands_serious]
    found = [c.conducted for c in unit.checks.ordered.values() if c.result not in (None, CheckResult.CLEAN)]
    proved += [(Ground.WAGE_ARREARS, version) for version in found]
    if unit.checks.finding is not None:
        proved.append((Ground.WAGE_ARREARS, unit.checks.finding.version))
    chosen = form.one(proved)
    if chosen is None or chosen[0] is None or chosen[1] is None:
        return None
    grounds = (GroundWithEvidence(ground=chosen[0], evidence=(chosen[1],)),)
    return UnitRevocationProposed(title=form.title, grounds=grounds)


def _void(form: Form) -> Event | None:
    unit = form.life.unit
    own = [e for e in unit.entries[1:] if e.actor.id == form.actor.id and e.version not in unit.voided]
    able = [e.version for e in own if not isinstance(e.event, UnitEntryVoided | UnitPersonalDataErased)]
    return UnitEntryVoided(version=able[-1 - form.turn % len(able)], reason="示例") if able else None


def _correct(form: Form) -> Event | None:
    unit = form.life.unit
    entries, able = as_corrected(tuple(unit.entries)), set(correctable(unit, form.actor))
    typed = [(e.version, figures_of(e.event, typed=True).items()) for e in entries if e.version in able]
    known = [(version, *one) for version, figures in typed for one in figures]
    if not known:
        return None
    version, pointer, value = known[-1 - form.turn % len(known)]
    figure = CorrectedFigure(field=pointer, was=value, now=value + 1)
    return COMMON["unit"].entry_corrected(version=version, figures=(figure,), reason="示例")


def _updated_report(form: Form) -> Event | None:
    report = form.life.unit.self_evaluation
    if report.whole is None or report.day is None:
        return None
    return UnitReportUpdated(
        items=report.whole.items[:1], report=document(f"更新{form.life.unit.version}"),
        drawn_up_on=date(report.day.year + 1, 1, 8),
    )  # fmt: skip


def _leave(form: Form) -> Event | None:
    member = form.one(list(form.life.unit.life.members))
    return UnitMemberLeft(member=member, until=form.day) if member else None


def _release(form: Form) -> Event | None:
    contact = form.life.unit.cultivation.contact
    return UnitContactReleased(officer=contact, on=form.day) if contact else None


def _judged(form: Form) -> Recommendation:
    return Recommendation.DECLINE if form.turn % 6 == 5 else Recommendation.RECOMMEND


def _duty(form: Form, event: type[Event], **words: object) -> Event | None:
    ref = form.subject.get("ref")
    return event(ref=ref, **words) if ref else None


def _extend_duty(form: Form) -> Event | None:
    owed = next((duty for duty in form.life.owed() if duty.key == form.subject.get("ref")), None)
    return _duty(form, COMMON["unit"].duty_extended, due=owed.due + timedelta(days=1), reason="示例") if owed else None


def _plan_cultivation(form: Form) -> Event:
    own = sorted(standards_for(form.life.kind, form.life.pack))
    return UnitCultivationPlanned(standards=(own[0],), by=form.day)


def _conclude_cultivation(form: Form) -> Event | None:
    """What became of the open plan: given up, which needs no report."""
    plan = form.life.unit.cultivation.plan
    return (
        UnitCultivationConcluded(plan=plan.version, outcome=CultivationOutcome.GIVEN_UP, summary="示例")
        if plan
        else None
    )


_FILLED: Mapping[str, Callable[[Form], Event | None]] = {
    "register": lambda f: registration(f.life),
    "change-details": lambda f: UnitDetailsChanged(headcount=200 + f.turn, reason="示例"),
    "join-member": lambda f: UnitMemberJoined(member=somebody(f"成员{f.life.unit.version}"), from_=f.day),
    "leave-member": _leave,
    "succeed": lambda _: UnitSucceeded(
        other=Succession(unit=somebody("承继"), role=SuccessionRole.SUCCESSOR), how="示例"
    ),
    "close": lambda _: UnitClosed(reason="示例"),
    "hand-over": lambda _: UnitHandedOver(to="420000", paper=TRANSFER.id, reason="示例"),
    "receive": lambda f: UnitReceived(
        name=f.life.unit.life.name or "示例",
        code=f.life.code,
        place=f.life.unit.life.place or "430104",
        from_="420000",
        log=somebody("日志"),
        handed_over=2,
        paper=TRANSFER.id,
    ),
    "assign-contact": lambda f: UnitContactAssigned(officer=somebody(f"联系人{f.life.unit.version}"), from_=f.day),
    "release-contact": _release,
    "appoint-coordinator": lambda _: UnitCoordinatorAppointed(count=2, certified=1),
    "state-practices": lambda f: UnitPracticesStated(
        as_of=f.day, collective_contract=Arrangement.OWN, congress=Arrangement.REGIONAL, mediation=Arrangement.NONE
    ),
    "state-coverage": lambda f: UnitCoverageStated(
        as_of=f.day, enterprises=30, collective_contract=24, congress=20, mediation=18, coordinator=15, stations=1
    ),
    "follow-up": lambda f: UnitFollowedUp(kind=FollowUpKind.VISIT, on=f.day, summary="示例"),
    "plan-cultivation": _plan_cultivation,
    "conclude-cultivation": _conclude_cultivation,
    "list-for-cultivation": lambda _: UnitCultivationListed(round=somebody("轮次")),
    "open-survey": lambda f: UnitSurveyOpened(codes=20, until=f.day + timedelta(days=7)),
    "update-report": _updated_report,
    "self-evaluate": lambda f: self_evaluation(f.life.kind, report=f"自评报告{f.life.unit.version}"),
    "adopt-report": _adopt,
    "seal-report": _seal,
    "apply": _apply,
    "accept-application": lambda f: UnitApplicationAccepted(title=f.title),
    "return-application": lambda f: UnitApplicationReturned(title=f.title, deficiencies=("示例",)),
    "amend-application": lambda f: UnitApplicationAmended(
        title=f.title, report_digest=f.life.digest or None, note="示例"
    ),
    "withdraw-application": lambda f: UnitApplicationWithdrawn(title=f.title, reason="示例"),
    "forward-application": lambda f: UnitApplicationForwarded(title=f.title),
    "reject-application": lambda f: UnitApplicationRejected(title=f.title, reason="示例"),
    "visit-site": _visit,
    "assess-by-third-party": lambda f: UnitAssessedByThirdParty(
        title=f.title, body=an_assessor(f.actor.id).id, assessor=f.actor.id, score=80, report=document("社会评估报告")
    ),
    "opine": _opine,
    "evaluate": lambda f: UnitEvaluated(title=f.title, outcome=_judged(f), score=90),
    "review": lambda f: UnitReviewed(title=f.title, outcome=_judged(f)),
    "start-publicity": _publicity,
    "raise-objection": lambda f: UnitObjectionRaised(title=f.title, ground="示例", text="示例"),
    "record-interruption": _interrupted,
    "admit-objection": lambda f: _answer(f, UnitObjectionAdmitted),
    "set-aside-objection": lambda f: _answer(f, UnitObjectionSetAside),
    "join-objection": _join,
    "resolve-objection": _resolve,
    "complete-publicity": lambda f: UnitPublicityCompleted(title=f.title),
    "nominate": _nominate,
    "name": lambda f: UnitNamed(title=f.title, document_number="示例", paper=PAPER.id),
    "refuse-naming": lambda f: UnitNamingRefused(title=f.title, reason="示例", document_number="示例", paper=PAPER.id),
    "issue-plaque": lambda f: UnitPlaqueIssued(title=f.title, plaque=f"示例-{f.life.unit.version}"),
    "report-plaque-lost": _lost,
    "carry-in-title": _carry_in,
    "extend-term": _extend,
    "reserve-list": _reserve,
    "reserve-delist": lambda f: UnitReserveDelisted(title=f.title, reason="示例") if f.title else None,
    "recommend-for-honour": lambda f: UnitRecommendedForHonour(honour="credit_enterprise", year=f.day.year),
    "record-honour": _record_honour,
    "grant-incentive": _grant_incentive,
    "suspend-incentive": _suspend,
    "resume-incentive": _resume,
    "end-incentive": _end,
    "record-signal": _record_signal,
    "amend-signal": _amend_signal,
    "withdraw-signal": _withdraw_signal,
    "assess-signal": _assess,
    "order-check": lambda _: UnitCheckOrdered(kind=CheckKind.SPOT),
    "conduct-check": _conduct,
    "cross-inspect": lambda f: UnitCrossInspected(
        assignment=somebody("互检"), inspecting_place="420000", on=f.day, findings="示例", result=CheckResult.PROBLEMS
    ),
    "order-rectification": _order_rectification,
    "report-rectification": _report_rectification,
    "conclude-rectification": _conclude,
    "verify": _verify,
    "propose-revocation": _propose_revocation,
    "drop-revocation": lambda f: UnitRevocationDropped(title=f.title, reason="示例"),
    "notify-hearing": lambda f: UnitHearingNotified(title=f.title),
    "serve-notice": _serve,
    "request-taking-up": lambda f: _standing_in(f, UnitTakingUpRequested),
    "take-up-step": lambda f: _standing_in(f, UnitStepTakenUp),
    "lend-officer": _lend,
    "hear-statement": lambda f: UnitStatementHeard(title=f.title, waived=True, documents=(document("放弃陈述书"),)),
    "request-consent": lambda f: UnitConsentRequested(title=f.title, document_number="示例"),
    "give-consent": lambda f: UnitConsentGiven(title=f.title, document_number="示例", paper=PAPER.id),
    "refuse-consent": lambda f: UnitConsentRefused(
        title=f.title, document_number="示例", paper=PAPER.id, reason="示例"
    ),
    "revoke": lambda f: UnitRevoked(title=f.title, document_number="示例"),
    "recover-plaque": _recover,
    "announce-revocation": lambda f: UnitRevocationAnnounced(title=f.title, channel="示例", document_number="示例"),
    "request-reconsideration": lambda f: UnitReconsiderationRequested(title=f.title, text="示例"),
    "decide-reconsideration": lambda f: UnitReconsiderationDecided(
        title=f.title, outcome=tuple(ReconsiderationOutcome)[f.turn % 2], reason="示例"
    ),
    "second-act": _second,
    "void-entry": _void,
    "correct-entry": _correct,
    "assign-duty": lambda f: _duty(
        f, COMMON["unit"].duty_assigned, officer=somebody("承办人"), deputy=somebody("协办人")
    ),
    "release-duty": lambda f: _duty(f, COMMON["unit"].duty_released, reason="示例"),
    "extend-duty": _extend_duty,
    "suspend-duty": lambda f: _duty(f, COMMON["unit"].duty_suspended, paper=PAPER.id, reason="示例"),
    "resume-duty": lambda f: _duty(f, COMMON["unit"].duty_resumed, paper=PAPER.id),
    "erase-personal-data": lambda _: UnitPersonalDataErased(
        subject=somebody("当事人"), legal_basis="示例依据", reason="示例"
    ),
}
