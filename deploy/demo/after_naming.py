"""Passages of a telling after the name: follow-up, verification, incentives, signals, checks, revocation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from deploy.demo.application import (
    NATIONAL,
    PROVINCIAL,
    accept,
    apply,
    decide,
    document,
    evaluate,
    in_province,
    numbered,
    opine,
    report,
    up_from_county,
)
from deploy.demo.papers import national_paper
from deploy.demo.people import desk, inspector, system_for
from deploy.demo.script import Telling
from deploy.demo.setting import seconding
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.incentives import (
    CreditClaim,
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import UnitTermExtended
from events.unit.revocation import (
    GroundWithEvidence,
    UnitConsentGiven,
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
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    DocumentKind,
    Ground,
    House,
    Level,
    Matter,
    ReconsiderationOutcome,
    Recovery,
    RectificationOutcome,
    Role,
    Route,
    Service,
    SignalOutcome,
    VerificationResult,
)
from services.casework.calendar import add_months
from services.casework.unit.incentives import Grant, GrantState
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.signals import signal_id
from services.casework.unit.state import Unit


def grant(t: Telling, incentive: str, title: str) -> None:
    """A department grants an incentive for the rest of the term."""
    inspected = incentive == "reduced_inspection"
    credit = CreditClaim(grade="A", source="示例劳动保障监察机构", on=t.day) if inspected else None
    level = Level.PREFECTURE if title not in (NATIONAL, PROVINCIAL) else Level.PROVINCE
    event = UnitIncentiveGranted(
        incentive=incentive, title=title, from_=t.day, basis="湘人社发〔2022〕27号", credit=credit
    )
    t.act(desk(level, t.unit.place), event)


def verify(t: Telling, title: str, result: VerificationResult = VerificationResult.KEEP) -> None:
    """The yearly verification of a named unit."""
    until = add_months(t.day, 6) if result is VerificationResult.KEEP_CONDITIONALLY else None
    event = UnitVerified(
        title=title, period=f"{t.day.year}年度", result=result, until=until, findings="查阅台账并实地核查"
    )
    t.act(desk(Level.PREFECTURE, t.unit.place), event)


def extend(t: Telling, title: str, level: Level, months: int = 6) -> None:
    """The term is extended from the day it would end, while the renewal is under way."""

    def event(unit: Unit) -> UnitTermExtended:
        until = add_months(unit.naming.held[title].term_until, months)
        return UnitTermExtended(title=title, until=until, ground="再次申报在办", document_number=number, paper=paper)

    if level is Level.NATION:
        given = national_paper(t, DocumentKind.NAMING)
        number, paper = given.number, given.stream
    else:
        number, paper = numbered(t, level.zh + "三方"), None
    t.act(desk(in_province(level), t.unit.place, role=Role.APPROVER), event)


def renew(t: Telling, title: str, level: Level, campaign: UUID | None = None) -> None:
    """In the last half year the unit applies again, the term is extended for as long as that takes, and it is named."""
    direct = title == PROVINCIAL and t.unit.ownership in t.pack.direct_ownerships
    apply(t, title, report(t), Route.DIRECT if direct else Route.LEVELS, campaign)
    extend(t, title, level)
    if direct:
        t.wait(2, 9)
        accept(t, title, Level.PROVINCE)
    else:
        up_from_county(t, title)
    evaluate(t, title, Level.PROVINCE if direct else Level.PREFECTURE)
    decide(t, title, campaign, again=True, direct=direct)


def signal(t: Telling, category: Category, severity: int, *, summary: str, **numbers: int) -> str:
    """A source system reports; the signal's id."""
    system = system_for(category, t.unit.place)
    t.papers += 1
    external = f"{t.day.year}-{t.unit.id.hex[:8]}-{t.papers}"
    event = UnitSignalRecorded(
        source=system.uri, external_id=external, category=category, severity=severity,
        occurred_on=t.day - timedelta(days=t.random.randint(1, 6)), reported_on=t.day, summary=summary,
        case_number=f"示例案号{t.day.year}-{t.random.randint(1, 9_999):04d}",
        people=numbers.get("people"), amount_fen=numbers.get("amount_fen"), months=numbers.get("months"),
    )  # fmt: skip
    t.act(system.id, event)
    return signal_id(system.uri, external)


def withdraw(t: Telling, category: Category, name: str, reason: str) -> None:
    """The source takes its signal back."""
    t.act(system_for(category, t.unit.place).id, UnitSignalWithdrawn(signal=name, reason=reason))


def amend(t: Telling, category: Category, name: str, people: int) -> None:
    """The source corrects how many people are concerned."""
    t.act(
        system_for(category, t.unit.place).id,
        UnitSignalAmended(signal=name, people=people, reason="核对后更正涉及人数"),
    )


def assess(t: Telling, name: str, outcome: SignalOutcome, findings: str, ground: Ground | None = None) -> None:
    """The prefecture's approver establishes what the signal is."""
    event = UnitSignalAssessed(signal=name, outcome=outcome, ground=ground, findings=findings)
    t.act(desk(Level.PREFECTURE, t.unit.place, role=Role.APPROVER), event)


def assess_together(t: Telling, name: str, outcome: SignalOutcome, findings: str, ground: Ground | None = None) -> None:
    """The same of a heavy one: the union's approver seconds it (T-10)."""
    assess(t, name, outcome, findings, ground)
    t.act(desk(Level.PREFECTURE, t.unit.place, House.UNION, Role.APPROVER), seconding)


def order_check(t: Telling, kind: CheckKind = CheckKind.TARGETED, signals: tuple[str, ...] = ()) -> str:
    """The prefecture orders a check; its id."""
    t.papers += 1
    check = f"C-{t.unit.id.hex[:8]}-{t.papers}"
    reason = "信号核查" if signals else "年度随机抽查"
    t.act(
        desk(Level.PREFECTURE, t.unit.place), UnitCheckOrdered(kind=kind, signals=signals, check=check, reason=reason)
    )
    return check


def check(
    t: Telling, result: CheckResult, findings: str, kind: CheckKind = CheckKind.TARGETED, signals: tuple[str, ...] = ()
) -> None:
    """The prefecture orders a check, its inspector conducts it."""
    name = order_check(t, kind, signals)
    t.wait(1, 3)
    event = UnitCheckConducted(check=name, on=t.day, findings=findings, result=result, where="单位办公地（示例）")
    t.act(inspector(t.unit.place), event)


def rectify(
    t: Telling, items: tuple[str, ...], signals: tuple[str, ...] = (), *,
    outcome: RectificationOutcome = RectificationOutcome.ACCEPTED, days: int = 25,
) -> None:  # fmt: skip
    """Rectification is ordered by one, reported, and concluded by another."""
    office = desk(Level.PREFECTURE, t.unit.place)
    approver = desk(Level.PREFECTURE, t.unit.place, role=Role.APPROVER)
    t.act(office, UnitRectificationOrdered(items=items, due=t.later(days), signals=signals))
    t.wait(days // 2, days - 2)

    def reported(unit: Unit) -> UnitRectificationReported:
        return UnitRectificationReported(rectification_ref=_open_order(unit), text="已按要求整改", documents=proof)

    def concluded(unit: Unit) -> UnitRectificationConcluded:
        return UnitRectificationConcluded(rectification_ref=_open_order(unit), outcome=outcome, findings=findings)

    proof = (document("整改报告（示例）", t.unit.id, t.papers),)
    findings = "整改到位" if outcome is RectificationOutcome.ACCEPTED else "整改不到位"
    t.act(t.unit.agent, reported)
    t.wait(3, 12)
    t.act(approver, concluded)


def _open_order(unit: Unit) -> int:
    return unit.checks.open_rectifications[-1].version


def suspend_incentive(t: Telling, incentive: str, reason: str) -> None:
    """The department suspends an incentive."""

    def event(unit: Unit) -> UnitIncentiveSuspended:
        return UnitIncentiveSuspended(grant_ref=_grant(unit, incentive, GrantState.ACTIVE).version, reason=reason)

    t.act(desk(Level.PROVINCE, t.unit.place), event)


def resume_incentive(t: Telling, incentive: str, reason: str) -> None:
    """The department resumes an incentive."""

    def event(unit: Unit) -> UnitIncentiveResumed:
        return UnitIncentiveResumed(grant_ref=_grant(unit, incentive, GrantState.SUSPENDED).version, reason=reason)

    t.act(desk(Level.PROVINCE, t.unit.place), event)


def end_incentive(t: Telling, incentive: str, reason: str) -> None:
    """The department ends an incentive before its day."""

    def event(unit: Unit) -> UnitIncentiveEnded:
        return UnitIncentiveEnded(grant_ref=_grant(unit, incentive, GrantState.ACTIVE).version, reason=reason)

    t.act(desk(Level.PROVINCE, t.unit.place), event)


def _grant(unit: Unit, incentive: str, state: GrantState) -> Grant:
    return next(g for g in unit.incentives.grants.values() if g.incentive == incentive and g.state is state)


def drop(t: Telling, title: str, level: Level, reason: str) -> None:
    """It is stated why a serious signal leads to no revocation."""
    t.act(desk(level, t.unit.place, role=Role.APPROVER), UnitRevocationDropped(title=title, reason=reason))


def propose_revocation(t: Telling, title: str) -> None:
    """The prefecture proposes to revoke the title on all that was assessed serious."""

    def event(unit: Unit) -> UnitRevocationProposed:
        proved: dict[Ground, tuple[int, ...]] = {}
        for found in unit.signals.all.values():
            if found.stands_serious and found.ground is not None and found.assessed is not None:
                proved[found.ground] = (*proved.get(found.ground, ()), found.assessed)
        grounds = tuple(GroundWithEvidence(ground=ground, evidence=refs) for ground, refs in proved.items())
        return UnitRevocationProposed(title=title, grounds=grounds)

    t.act(desk(Level.PREFECTURE, t.unit.place), event)


def hear(t: Telling, title: str, text: str | None) -> None:
    """The unit is told the grounds, opens the notice and makes its statement, or waives it."""
    t.act(desk(Level.PREFECTURE, t.unit.place), UnitHearingNotified(title=title))
    t.wait(0, 2)
    t.act(t.unit.agent, UnitNoticeServed(title=title, how=Service.ACCOUNT))
    t.wait(1, 4)
    t.act(t.unit.agent, UnitStatementHeard(title=title, text=text, waived=text is None))


def consent(t: Telling, title: str) -> None:
    """The province asks the nation, and records its consent on the paper that comes."""
    t.act(desk(Level.PROVINCE, t.unit.place), UnitConsentRequested(title=title, document_number=numbered(t, "湘三方")))
    t.wait(8, 18)
    paper = national_paper(t, DocumentKind.CONSENT)
    approver = desk(Level.PROVINCE, t.unit.place, role=Role.APPROVER)
    t.act(approver, UnitConsentGiven(title=title, document_number=paper.number, paper=paper.stream))


def revoke(t: Telling, title: str, level: Level, text: str | None = None) -> None:
    """From the proposal to the announcement; the nation's consent where the title is the nation's."""
    propose_revocation(t, title)
    t.wait(1, 3)
    hear(t, title, text)
    t.wait(1, 5)
    opine(t, title, level, Matter.REVOCATION)
    t.wait(1, 4)
    if title == NATIONAL:
        consent(t, title)
        t.wait(2, 6)
    t.act(
        desk(level, t.unit.place, role=Role.APPROVER), UnitRevoked(title=title, document_number=numbered(t, "湘三方"))
    )
    t.wait(2, 7)
    t.act(desk(level, t.unit.place), UnitRevocationAnnounced(
        title=title, channel="门户网站（示例）", document_number=numbered(t, "湘三方")
    ))  # fmt: skip
    t.wait(1, 5)
    t.act(desk(Level.PREFECTURE, t.unit.place), recovered(Recovery.RETURNED if t.chance(0.7) else Recovery.COLLECTED))


def reconsider(t: Telling, title: str, level: Level) -> None:
    """The unit asks for the revocation to be reconsidered, and it is upheld."""
    t.act(t.unit.agent, UnitReconsiderationRequested(title=title, text="请求复核取消命名的决定（示例）"))
    t.wait(8, 18)
    decision = UnitReconsiderationDecided(
        title=title, outcome=ReconsiderationOutcome.UPHELD, reason="事实清楚，程序合规",
        document_number=numbered(t, "湘三方"),
    )  # fmt: skip
    t.act(desk(level, t.unit.place, house=House.UNION, role=Role.APPROVER), decision)


def recovered(how: Recovery) -> Callable[[Unit], UnitPlaqueRecovered]:
    """The plaque that is still out comes back."""

    def event(unit: Unit) -> UnitPlaqueRecovered:
        code = next(plaque.code for plaque in unit.naming.plaques.values() if plaque.state is PlaqueState.TO_RECOVER)
        return UnitPlaqueRecovered(plaque=code, how=how)

    return event


def months_after(day: date, months: int) -> date:
    """The day so many months later less some weeks, so that what is due then is done in time."""
    return add_months(day, months) - timedelta(days=45)
