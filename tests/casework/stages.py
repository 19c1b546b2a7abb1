"""The stages of an ordinary life, each in one sentence, and lives that have come so far.

    life = life_at("cleared", NATIONAL)

tells everything from the registration to the end of publicity, on the days of `ON`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from events.unit.application import UnitApplicationAccepted, UnitApplicationForwarded, UnitApplied
from events.unit.checks import UnitCheckConducted, UnitCheckOrdered
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed, UnitNominated, UnitPlaqueIssued
from events.unit.publicity import UnitPublicityCompleted, UnitPublicityStarted
from events.unit.revocation import (
    GroundWithEvidence,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitRevocationProposed,
    UnitStatementHeard,
)
from events.unit.self_evaluation import UnitReportAdopted, UnitReportSealed
from events.unit.signals import UnitSignalAssessed
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    Ground,
    House,
    Level,
    Matter,
    Opinion,
    Ownership,
    Recommendation,
    Role,
    Route,
    Sealer,
    Service,
    SignalOutcome,
    SourceSystem,
    UnitKind,
)
from services.casework.unit.application import deciding_level, evaluating_level, route_of
from tests.casework.given import (
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    a_round,
    add_working_days,
    approver,
    desk,
    document,
    judged_items,
    own_body,
    post,
    registration,
    self_evaluation,
    signal,
    source,
    visitors,
)

ON: Mapping[str, date] = {
    "registered": date(2024, 3, 4),
    "sealed": date(2024, 3, 11),
    "applied": date(2024, 3, 12),
    "at_evaluation": date(2024, 3, 13),
    "evaluated": date(2024, 3, 20),
    "at_decision": date(2024, 3, 21),
    "reviewed": date(2024, 3, 25),
    "in_publicity": date(2024, 3, 26),
    "cleared": date(2024, 4, 3),
    "nominated": date(2024, 4, 8),
    "named": date(2024, 4, 10),
    "enjoying": date(2024, 4, 15),
    "found_serious": date(2025, 6, 10),
    "proposed": date(2025, 6, 16),
    "heard": date(2025, 6, 24),
}
"""The stages in their order, with the day of each."""


def register(life: Life, day: date, title: str = "") -> None:
    """The unit enters the register by itself, or its county enters it, where its ownership decides its route."""
    entered = life.ownership in life.pack.direct_ownerships
    life.act(day, desk(Level.COUNTY) if entered else life.agent, registration(life))


def seal(life: Life, day: date, title: str = "", *, report: str = "自评报告") -> None:
    """Self-evaluation, congress and two seals; for all but enterprises the tripartite body's report and seal."""
    if life.kind is not UnitKind.ENTERPRISE:
        life.act(day, desk(Level.COUNTY), self_evaluation(life.kind, report=report))
        life.act(day, desk(Level.COUNTY), sealed_by(life, Sealer.TRIPARTITE))
        return
    life.act(day, life.agent, self_evaluation(report=report))
    life.act(day, life.agent, adopted(life, day))
    life.act(day, life.agent, sealed_by(life, Sealer.ENTERPRISE))
    life.act(day, life.union, sealed_by(life, Sealer.UNION))


def adopted(life: Life, day: date, *, present: int = 80, in_favour: int = 75) -> UnitReportAdopted:
    """The congress of a hundred entitled adopts the latest report."""
    return UnitReportAdopted(
        report_digest=life.digest, on=day, entitled=100, present=present, in_favour=in_favour,
        against=present - in_favour, minutes=document("职工代表大会会议纪要"),
    )  # fmt: skip


def sealed_by(life: Life, sealer: Sealer) -> UnitReportSealed:
    """A seal under the latest report; a park's or township's is that of its body, which is known from then on."""
    body = own_body(life.unit.id) if sealer is Sealer.TRIPARTITE else None
    if body is not None:
        life.knows(body)
    return UnitReportSealed(
        report_digest=life.digest,
        sealed_by=sealer,
        seal=f"示例{sealer.zh}印章",
        body=body.id if body is not None else None,
    )


def applied(life: Life, title: str) -> UnitApplied:
    """An application with the latest report, on the route that follows from the ownership."""
    return UnitApplied(title=title, report_digest=life.digest, route=route_of(life.unit, title, life.pack))


def apply(life: Life, day: date, title: str) -> None:
    """The unit applies."""
    life.act(day, life.agent, applied(life, title))


def renew(life: Life, day: date, title: str) -> None:
    """The unit applies again, on a report of that day."""
    seal(life, day, report=f"自评报告{day}")
    apply(life, day, title)


def to_evaluation(life: Life, day: date, title: str) -> None:
    """The county accepts and forwards; the office that evaluates accepts."""
    case = life.unit.application.cases[title]
    level = evaluating_level(life.unit, title, life.pack)
    if case.route is Route.LEVELS and case.level is not level:
        life.act(day, desk(case.level), UnitApplicationAccepted(title=title))
        life.act(day, desk(case.level), UnitApplicationForwarded(title=title))
    life.act(day, desk(level), UnitApplicationAccepted(title=title))


def evaluate(life: Life, day: date, title: str) -> None:
    """A site visit of two houses, the four opinions, and a recommendation."""
    level = evaluating_level(life.unit, title, life.pack)
    life.act(day, desk(level), visited(life, day, title))
    opine(life, day, level, title)
    life.act(day, approver(level), UnitEvaluated(title=title, outcome=Recommendation.RECOMMEND, score=92))


def visited(life: Life, day: date, title: str, *, unmet: tuple[str, ...] = ()) -> UnitSiteVisited:
    """Human resources and union visit the site and judge every standard."""
    level = evaluating_level(life.unit, title, life.pack)
    people = visitors(desk(level), desk(level, House.UNION))
    return UnitSiteVisited(title=title, on=day, visitors=people, items=judged_items(life.kind, unmet=unmet))


def opine(
    life: Life,
    day: date,
    level: Level,
    title: str,
    matter: Matter = Matter.APPLICATION,
    opinions: Mapping[House, Opinion] | None = None,
) -> None:
    """Each of the four houses gives its opinion at that level: support, where nothing else is said."""
    for house in House:
        opinion = (opinions or {}).get(house, Opinion.SUPPORT)
        life.act(day, desk(level, house), UnitHouseOpined(title=title, matter=matter, opinion=opinion))


def to_decision(life: Life, day: date, title: str) -> None:
    """The prefecture reports the case up, where another level decides."""
    case = life.unit.application.cases[title]
    if case.level is not deciding_level(title, life.pack):
        life.act(day, desk(case.level), UnitApplicationForwarded(title=title))


def review(life: Life, day: date, title: str) -> None:
    """The four opinions at the deciding level, and its review, where the title has one."""
    if "review" not in life.pack.titles[title].steps:
        return
    level = deciding_level(title, life.pack)
    opine(life, day, level, title)
    life.act(day, approver(level, n=2), UnitReviewed(title=title, outcome=Recommendation.RECOMMEND))


def publicise(life: Life, day: date, title: str) -> None:
    """Publicity of five working days begins."""
    until = life.pack.after(day, life.pack.windows.publicity)
    event = UnitPublicityStarted(title=title, from_=day, until=until, channel="示例门户网站")
    life.act(day, desk(deciding_level(title, life.pack)), event)


def clear(life: Life, day: date, title: str) -> None:
    """The timekeeper ends the publicity."""
    life.act(day, TIMEKEEPER, UnitPublicityCompleted(title=title))


def nominate(life: Life, day: date, title: str) -> None:
    """The province nominates the unit to the nation, where the title is the nation's."""
    if "nominate" in life.pack.titles[title].steps:
        taken = a_round(title)
        life.known[taken.id] = taken
        event = UnitNominated(title=title, round=taken.id, document_number="示例推荐〔2024〕1号")
        life.act(day, approver(Level.PROVINCE), event)


def name(life: Life, day: date, title: str) -> None:
    """The title's level names the unit."""
    level = life.pack.titles[title].named_by
    life.act(day, approver(level, n=3), UnitNamed(title=title, document_number="示例命名〔2024〕1号"))


def enjoy(life: Life, day: date, title: str) -> None:
    """The plaque is handed over, and an incentive granted."""
    level = life.pack.titles[title].named_by
    life.act(day, desk(level), UnitPlaqueIssued(title=title, plaque=f"示例-{life.code}-{title}-{day.year}"))
    granted = UnitIncentiveGranted(incentive="legal_education", title=title, from_=day, basis="湘人社发〔2022〕27号")
    life.act(day, desk(Level.COUNTY), granted)


def find_serious(life: Life, day: date, title: str = "") -> None:
    """Wage arrears are reported, checked and assessed serious."""
    inspection = source(SourceSystem.LABOUR_INSPECTION)
    found = signal(inspection, day, Category.WAGE_ARREARS, people=60, number="示例-欠薪")
    life.act(day, inspection, found)
    look_into(life, day, f"{inspection.uri}#示例-欠薪")
    life.assess(day, approver(Level.PREFECTURE), assessed(life, f"{inspection.uri}#示例-欠薪", Ground.WAGE_ARREARS))


def look_into(life: Life, day: date, *names: str, result: CheckResult = CheckResult.PROBLEMS) -> int:
    """A targeted check of these signals is ordered and conducted; the version of what it found."""
    check = f"示例-专项-{life.unit.version}"
    life.act(day, desk(Level.PREFECTURE), UnitCheckOrdered(kind=CheckKind.TARGETED, signals=names, check=check))
    conducted = UnitCheckConducted(check=check, on=day, findings="示例：已核查", result=result)
    return life.act(day, post(Role.INSPECTOR, Level.PREFECTURE), conducted).version


def assessed(
    life: Life, name: str, ground: Ground | None = None, outcome: SignalOutcome = SignalOutcome.SERIOUS
) -> UnitSignalAssessed:
    """What a signal turned out to be; serious where nothing else is said."""
    return UnitSignalAssessed(signal=name, outcome=outcome, ground=ground, findings="示例：经核实")


def propose_revocation(life: Life, day: date, title: str) -> None:
    """The prefecture proposes to revoke, on the signal that was assessed serious."""
    serious = next(s for s in life.unit.signals.all.values() if s.stands_serious and s.ground and s.assessed)
    assert serious.ground is not None
    assert serious.assessed is not None
    grounds = (GroundWithEvidence(ground=serious.ground, evidence=(serious.assessed,)),)
    life.act(day, desk(Level.PREFECTURE), UnitRevocationProposed(title=title, grounds=grounds))


def tell_the_unit(life: Life, day: date, title: str) -> None:
    """The notice of the grounds goes out, and the unit opens it in its account."""
    life.act(day, desk(life.pack.titles[title].revoked_by), UnitHearingNotified(title=title))
    life.act(day, life.agent, UnitNoticeServed(title=title, how=Service.ACCOUNT))


def hear(life: Life, day: date, title: str) -> None:
    """The unit is told the grounds, and speaks; then the four houses give their opinions."""
    tell_the_unit(life, day, title)
    life.act(day, life.agent, UnitStatementHeard(title=title, text="示例：陈述申辩意见"))
    opine(life, day, life.pack.titles[title].revoked_by, title, Matter.REVOCATION)


STAGES: Mapping[str, Callable[[Life, date, str], None]] = {
    "registered": register,
    "sealed": seal,
    "applied": apply,
    "at_evaluation": to_evaluation,
    "evaluated": evaluate,
    "at_decision": to_decision,
    "reviewed": review,
    "in_publicity": publicise,
    "cleared": clear,
    "nominated": nominate,
    "named": name,
    "enjoying": enjoy,
    "found_serious": find_serious,
    "proposed": propose_revocation,
    "heard": hear,
}


def life_at(
    stage: str,
    title: str = PROVINCIAL,
    kind: UnitKind = UnitKind.ENTERPRISE,
    *,
    ownership: Ownership | None = None,
    n: int = 1,
) -> Life:
    """A life told up to and with that stage, for one title."""
    return _told(stage, title, kind, ownership, n).copy()


@cache
def _told(stage: str, title: str, kind: UnitKind, ownership: Ownership | None, n: int) -> Life:
    order = list(ON)
    before = order.index(stage) - 1
    life = Life.of(kind, n, ownership=ownership) if before < 0 else _told(order[before], title, kind, ownership, n)
    life = life.copy()
    STAGES[stage](life, ON[stage], title)
    return life


def run_to_naming(life: Life, first: date, title: str) -> date:
    """A whole case from the report to the naming, from that day on; the day of the naming."""
    day = first
    for stage in ("sealed", "applied", "at_evaluation", "evaluated", "at_decision", "reviewed", "in_publicity"):
        STAGES[stage](life, day, title)
    day = add_working_days(life.pack.after(first, life.pack.windows.publicity), 1, life.pack)
    for stage in ("cleared", "nominated", "named"):
        STAGES[stage](life, day, title)
    return day
