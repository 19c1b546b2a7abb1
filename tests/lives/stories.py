"""Six of the told stories (domain §9), each a function that tells it and returns the lives it is about.

`Life.told` holds what was entered, day by day, so that a story can be told again elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.cultivation import UnitContactAssigned, UnitCoordinatorAppointed, UnitFollowedUp
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed, UnitPlaqueIssued
from events.unit.publicity import UnitPublicityCompleted
from events.unit.registration import UnitMemberJoined, UnitMemberLeft
from events.unit.revocation import (
    GroundWithEvidence,
    UnitConsentGiven,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitRevocationAnnounced,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.signals import UnitSignalWithdrawn
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    FollowUpKind,
    Ground,
    Level,
    Matter,
    Ownership,
    Recovery,
    RectificationOutcome,
    Role,
    Service,
    SignalOutcome,
    SourceSystem,
    UnitKind,
    VerificationResult,
)
from tests.casework.given import NATIONAL, PROVINCIAL, TIMEKEEPER, Life, approver, desk, post, signal, source
from tests.casework.stages import (
    apply,
    assessed,
    clear,
    evaluate,
    name,
    nominate,
    opine,
    publicise,
    register,
    review,
    run_to_naming,
    seal,
    to_decision,
    to_evaluation,
)

COUNTY, PREFECTURE, PROVINCE = desk(Level.COUNTY), desk(Level.PREFECTURE), desk(Level.PROVINCE)
APPROVER = approver(Level.PREFECTURE)
CONTACT, INSPECTOR = post(Role.CONTACT, Level.COUNTY), post(Role.INSPECTOR, Level.PREFECTURE)
PETITIONS, INSPECTION = source(SourceSystem.PETITIONS), source(SourceSystem.LABOUR_INSPECTION)
PLAQUE = "示例-铭牌-001"


def clean_enterprise() -> Life:
    """Story 1: from the contact to the naming, three years of it, and the renewal."""
    life = Life.of(n=101, name="示例精密制造有限公司")
    register(life, date(2023, 9, 4))
    life.act(date(2023, 9, 8), PREFECTURE, UnitContactAssigned(officer=CONTACT.id, from_=date(2023, 9, 11)))
    life.act(date(2023, 9, 20), life.agent, UnitCoordinatorAppointed(count=3, certified=2))
    _visit(life, date(2023, 11, 6))
    seal(life, date(2024, 2, 26))
    apply(life, date(2024, 2, 28), PROVINCIAL)
    to_evaluation(life, date(2024, 3, 4), PROVINCIAL)
    evaluate(life, date(2024, 3, 12), PROVINCIAL)
    to_decision(life, date(2024, 3, 14), PROVINCIAL)
    review(life, date(2024, 3, 20), PROVINCIAL)
    publicise(life, date(2024, 3, 22), PROVINCIAL)
    clear(life, date(2024, 4, 1), PROVINCIAL)
    name(life, date(2024, 4, 8), PROVINCIAL)
    life.act(date(2024, 4, 18), PROVINCE, UnitPlaqueIssued(plaque=PLAQUE))
    granted = UnitIncentiveGranted(incentive="project_funds", from_=date(2024, 5, 1), basis="湘人社发〔2022〕27号")
    life.act(date(2024, 4, 26), COUNTY, granted)
    for year in (2024, 2025):
        _visit(life, date(year, 6, 28))
        verified = UnitVerified(period=f"{year}年度", result=VerificationResult.KEEP)
        life.act(date(year + 1, 4, 7), PREFECTURE, verified)
    run_to_naming(life, date(2026, 11, 2), PROVINCIAL)
    return life


def _visit(life: Life, day: date) -> None:
    life.act(day, CONTACT, UnitFollowedUp(kind=FollowUpKind.VISIT, on=day, summary="示例：走访，用工平稳"))


def central_enterprise() -> Life:
    """Story 2: a central enterprise, which the province evaluates itself, named by the nation.

    It is told up to the report; the first try through the county is refused, and leaves no entry.
    """
    life = Life.of(n=102, name="示例中央在湘电力有限公司", ownership=Ownership.CENTRAL)
    register(life, date(2024, 3, 4))
    seal(life, date(2024, 3, 11))
    return life


def central_enterprise_by_the_direct_route(life: Life) -> None:
    """Story 2, told on: from the application to the naming."""
    apply(life, date(2024, 3, 13), NATIONAL)
    to_evaluation(life, date(2024, 3, 15), NATIONAL)
    evaluate(life, date(2024, 3, 25), NATIONAL)
    review(life, date(2024, 3, 28), NATIONAL)
    publicise(life, date(2024, 4, 8), NATIONAL)
    clear(life, date(2024, 4, 16), NATIONAL)
    nominate(life, date(2024, 4, 18), NATIONAL)
    name(life, date(2024, 6, 3), NATIONAL)


def park_and_township() -> tuple[Life, Life, list[Life]]:
    """Story 3: a park, the township beside it, and the park's thirty member enterprises."""
    park = Life.of(UnitKind.PARK, 103, name="示例高新技术产业园区")
    township = Life.of(UnitKind.TOWNSHIP, 104, name="示例街道")
    members = [Life.of(n=1000 + n, name=f"示例园区企业{n}号") for n in range(1, 31)]
    for life in (park, township, *members):
        register(life, date(2024, 3, 4))
    for member in members:
        park.act(date(2024, 3, 5), park.agent, UnitMemberJoined(member=member.unit.id, from_=date(2024, 3, 5)))
        township.act(date(2024, 3, 5), COUNTY, UnitMemberJoined(member=member.unit.id, from_=date(2024, 3, 5)))
    left = UnitMemberLeft(member=members[-1].unit.id, until=date(2024, 3, 8))
    park.act(date(2024, 3, 8), park.agent, left)
    for life in (park, township):
        run_to_naming(life, date(2024, 3, 11), PROVINCIAL)
    return park, township, members


def petition_before_naming() -> Life:
    """Story 4, up to the petition, on the last day of the publicity and two days before the naming planned."""
    life = Life.of(n=105, name="示例服装有限公司")
    register(life, date(2024, 3, 4))
    seal(life, date(2024, 3, 11))
    apply(life, date(2024, 3, 12), PROVINCIAL)
    to_evaluation(life, date(2024, 3, 13), PROVINCIAL)
    evaluate(life, date(2024, 3, 19), PROVINCIAL)
    to_decision(life, date(2024, 3, 20), PROVINCIAL)
    review(life, date(2024, 3, 22), PROVINCIAL)
    publicise(life, date(2024, 3, 25), PROVINCIAL)
    petition = signal(PETITIONS, date(2024, 4, 1), Category.MASS_PETITION, people=36, number="示例-群体访-7")
    life.act(date(2024, 4, 1), PETITIONS, petition)
    return life


def petition_handled(life: Life) -> None:
    """Story 4, told on: check, assessment, rectification, and the naming half a year later."""
    name_of_signal = next(iter(life.unit.signals.all))
    targeted = UnitCheckOrdered(kind=CheckKind.TARGETED, signals=(name_of_signal,), check="示例-专项-1")
    life.act(date(2024, 4, 3), PREFECTURE, targeted)
    conducted = UnitCheckConducted(
        check="示例-专项-1", on=date(2024, 4, 11), findings="示例：加班费计算有误", result=CheckResult.PROBLEMS
    )
    life.act(date(2024, 4, 12), INSPECTOR, conducted)
    life.assess(date(2024, 4, 12), APPROVER, assessed(life, name_of_signal, Ground.MASS_INCIDENT))
    ordered = UnitRectificationOrdered(
        items=("示例：补发加班费",), due=date(2024, 7, 12), signals=(name_of_signal,), check="示例-专项-1"
    )
    order = life.act(date(2024, 4, 15), PREFECTURE, ordered).version
    reported = UnitRectificationReported(rectification_ref=order, text="示例：已全部补发")
    life.act(date(2024, 7, 8), life.agent, reported)
    concluded = UnitRectificationConcluded(
        rectification_ref=order, outcome=RectificationOutcome.ACCEPTED, findings="示例：整改到位"
    )
    life.act(date(2024, 7, 19), APPROVER, concluded)
    life.act(date(2024, 7, 22), TIMEKEEPER, UnitPublicityCompleted())
    life.act(date(2024, 10, 8), approver(Level.PROVINCE), UnitNamed(document_number="示例命名〔2024〕9号"))


def arrears_at_a_model_unit() -> Life:
    """Story 5: wage arrears and a stoppage at a national model unit, to the very end."""
    life = Life.of(n=106, name="示例建筑工程有限公司")
    register(life, date(2024, 3, 4))
    run_to_naming(life, date(2024, 3, 11), NATIONAL)
    life.act(date(2024, 4, 10), PROVINCE, UnitPlaqueIssued(plaque=PLAQUE))
    for incentive in ("credit", "project_funds"):
        granted = UnitIncentiveGranted(incentive=incentive, from_=date(2024, 5, 1), basis="湘人社发〔2022〕27号")
        life.act(date(2024, 4, 22), COUNTY, granted)
    verified = UnitVerified(period="2024年度", result=VerificationResult.KEEP)
    life.act(date(2025, 3, 17), PREFECTURE, verified)
    arrears = signal(
        INSPECTION, date(2025, 5, 12), Category.WAGE_ARREARS, people=120, amount_fen=260_000_000, number="示例-欠薪-1"
    )
    life.act(date(2025, 5, 12), INSPECTION, arrears)
    stoppage = signal(INSPECTION, date(2025, 5, 14), Category.STOPPAGE, people=120, number="示例-停工-1")
    life.act(date(2025, 5, 14), INSPECTION, stoppage)
    _found_serious(life)
    grounds = tuple(
        GroundWithEvidence(ground=found.ground, evidence=(found.assessed,))
        for found in life.unit.signals.all.values()
        if found.ground is not None and found.assessed is not None
    )
    life.act(date(2025, 5, 30), PREFECTURE, UnitRevocationProposed(grounds=grounds))
    life.act(date(2025, 6, 3), PROVINCE, UnitHearingNotified())
    life.act(date(2025, 6, 3), life.agent, UnitNoticeServed(how=Service.ACCOUNT))
    life.act(date(2025, 6, 9), life.agent, UnitStatementHeard(text="示例：陈述申辩，承认欠薪"))
    opine(life, date(2025, 6, 12), Level.PROVINCE, NATIONAL, Matter.REVOCATION)
    life.act(date(2025, 6, 13), PROVINCE, UnitConsentRequested(document_number="示例请示〔2025〕3号"))
    consent = UnitConsentGiven(document_number="示例国三方函〔2025〕3号")
    life.act(date(2025, 7, 4), approver(Level.NATION), consent)
    life.act(date(2025, 7, 8), approver(Level.PROVINCE), UnitRevoked(document_number="示例取消〔2025〕3号"))
    recovered = UnitPlaqueRecovered(plaque=PLAQUE, how=Recovery.COLLECTED)
    life.act(date(2025, 7, 15), PREFECTURE, recovered)
    announced = UnitRevocationAnnounced(channel="示例门户网站", document_number="示例公告〔2025〕3号")
    life.act(date(2025, 7, 18), PROVINCE, announced)
    return life


def _found_serious(life: Life) -> None:
    arrears, stoppage = life.unit.signals.all
    targeted = UnitCheckOrdered(kind=CheckKind.TARGETED, signals=(arrears, stoppage), check="示例-专项-2")
    life.act(date(2025, 5, 15), PREFECTURE, targeted)
    checkers = UnitCheckConducted(
        check="示例-专项-2", on=date(2025, 5, 21), findings="示例：欠薪属实", result=CheckResult.GRAVE
    )
    life.act(date(2025, 5, 21), INSPECTOR, checkers)
    life.assess(date(2025, 5, 22), APPROVER, assessed(life, arrears, Ground.WAGE_ARREARS))
    life.assess(date(2025, 5, 22), APPROVER, assessed(life, stoppage, Ground.MASS_INCIDENT))


def mistaken_signal() -> Life:
    """Story 6: a signal under a wrong code freezes a named unit until its source withdraws it, and that is assessed."""
    life = Life.of(n=107, name="示例食品有限公司")
    register(life, date(2024, 3, 4))
    run_to_naming(life, date(2024, 3, 11), PROVINCIAL)
    mistaken = signal(INSPECTION, date(2024, 9, 2), Category.WAGE_ARREARS, people=40, number="示例-欠薪-2")
    life.act(date(2024, 9, 3), INSPECTION, mistaken)
    withdrawn = UnitSignalWithdrawn(signal=next(iter(life.unit.signals.all)), reason="示例：代码录入错误，系另一单位")
    life.act(date(2024, 9, 5), INSPECTION, withdrawn)
    unfounded = assessed(life, withdrawn.signal, outcome=SignalOutcome.UNFOUNDED)
    life.act(date(2024, 9, 6), APPROVER, unfounded)
    life.act(date(2024, 9, 9), PROVINCE, UnitPlaqueIssued(plaque=PLAQUE))
    return life


def _second() -> list[Life]:
    life = central_enterprise()
    central_enterprise_by_the_direct_route(life)
    return [life]


def _third() -> list[Life]:
    park, township, members = park_and_township()
    return [park, township, *members]


def _fourth() -> list[Life]:
    life = petition_before_naming()
    petition_handled(life)
    return [life]


STORIES: Mapping[int, Callable[[], list[Life]]] = {
    1: lambda: [clean_enterprise()],
    2: _second,
    3: _third,
    4: _fourth,
    5: lambda: [arrears_at_a_model_unit()],
    6: lambda: [mistaken_signal()],
}
"""The whole stories by their numbers in the domain."""
