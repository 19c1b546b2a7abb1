"""Passages of a telling: from registration over the report and the way up the levels to a name and its plaque."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from uuid import UUID

from deploy.demo.cultivating import conclude_cultivation
from deploy.demo.follow_ups import assign_contact, follow_up
from deploy.demo.papers import national_paper
from deploy.demo.people import desk
from deploy.demo.script import Telling
from deploy.demo.tripartite import own_body
from events.fields import Document, JudgedItem, Visitor
from events.sealed import Sealed
from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationReturned,
    UnitApplied,
)
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.naming import UnitNamed, UnitNominated, UnitPlaqueIssued
from events.unit.publicity import UnitPublicityStarted
from events.unit.registration import UnitRegistered
from events.unit.self_evaluation import (
    StandardScore,
    Survey,
    TrainingFunds,
    UnitReportAdopted,
    UnitReportSealed,
    UnitSelfEvaluated,
)
from events.unit.survey import IndicatorAnswers, UnitSurveyCounted, UnitSurveyOpened
from events.words import (
    Conductor,
    DocumentKind,
    House,
    Level,
    Matter,
    Opinion,
    Recommendation,
    Role,
    Route,
    Sealer,
    UnitKind,
)
from services.casework.pack import Pack, StandardSet
from services.casework.timekeeping import TIMEKEEPER
from services.casework.unit.state import Unit

NATIONAL, PROVINCIAL, LOCAL, SITE = "national_model", "provincial_harmonious", "prefecture_harmonious", "model_site"

_ASKED = 8
"""Working days of a survey of the workers."""

PUBLICITY_DAYS = 5
"""Working days of publicity, the least that the pack allows."""


def document(title: str, *parts: object) -> Document:
    """A document that exists by its digest only."""
    digest = sha256("\n".join((title, *map(str, parts))).encode()).hexdigest()
    return Document(sha256=digest, media_type="application/pdf", title=title, size=20_000 + int(digest[:5], 16))


def standards(pack: Pack, kind: UnitKind, local: bool) -> tuple[str, StandardSet]:
    """The national checklist of that kind, or the province's own where there is one."""
    fitting = [(name, chosen) for name, chosen in pack.standard_sets.items() if kind in chosen.kinds]
    return fitting[-1 if local else 0]


def register(t: Telling, *, contact: bool = True) -> None:
    """The unit registers itself, or its county does; the prefecture gives it a contact."""
    unit = t.unit
    who = unit.agent if unit.kind is UnitKind.ENTERPRISE or t.chance(0.5) else desk(Level.COUNTY, unit.place)
    if unit.ownership in t.pack.direct_ownerships:
        who = desk(Level.COUNTY, unit.place)  # on it hangs the route, so an office enters it
    t.act(who, UnitRegistered(
        kind=unit.kind, sub_kind=unit.sub_kind, name=unit.name, code=unit.code, place=unit.place,
        ownership=unit.ownership, industry=unit.industry, headcount=unit.headcount,
        contact=Sealed(clear=f"示例联系人 0731-0000{t.random.randrange(10_000):04d}"),
    ))  # fmt: skip
    if contact:
        t.wait(2, 12)
        assign_contact(t)


def evaluate_itself(t: Telling) -> UnitSelfEvaluated:
    """The unit, or its tripartite body, evaluates itself."""
    unit, r = t.unit, t.random
    enterprise = unit.kind is UnitKind.ENTERPRISE
    own_body(t)
    t.papers += 1
    t.standard_set, chosen = standards(t.pack, unit.kind, local=t.chance(0.4))
    total = unit.headcount * 120_000
    funds = TrainingFunds(total=total, front_line=total * r.randint(62, 85) // 100) if enterprise else None
    answered = max(unit.headcount * r.randint(45, 90) // 100, 1)
    scores = {indicator: r.randint(84, 98) for indicator in t.pack.survey_indicators}
    counted = enterprise and asked_by_the_register(t, answered, scores)
    event = UnitSelfEvaluated(
        standard_set=t.standard_set,
        conducted_by=Conductor.UNIT if enterprise else Conductor.TRIPARTITE,
        items=tuple(
            StandardScore(standard=standard, score=text.score - r.choice((0, 0, 1, 2)))
            for standard, text in chosen.standards.items()
        ),
        survey=Survey(entitled=unit.headcount, answered=answered, scores=scores)
        if enterprise and not counted
        else None,
        training_funds=funds,
        report=document("自评报告（示例）", unit.id, t.papers),
    )
    t.act(unit.agent, _by_the_count(event, t.day, t.pack) if t.surveyed else event)
    conclude_cultivation(t, evaluated=True)
    return event


def asked_by_the_register(t: Telling, answered: int, scores: dict[str, int]) -> bool:
    """In one enterprise of three the register itself asks the workers, once, and counts; whether it did."""
    unit = t.unit
    if t.surveyed or unit.id.int % 3 or answered < t.pack.limits.survey_fewest:
        return False
    t.surveyed = True
    t.act(unit.union, UnitSurveyOpened(codes=unit.headcount, until=t.later(_ASKED)))
    t.wait(_ASKED + 1)
    answers = tuple(
        IndicatorAnswers(indicator=name, answers=(0, 0, answered - content, content - content // 3, content // 3))
        for name, score in scores.items()
        for content in (-(-answered * score // 100),)
    )
    digest = sha256(f"codes:{unit.id}".encode()).hexdigest()

    def counted(state: Unit) -> UnitSurveyCounted:
        return UnitSurveyCounted(survey_ref=max(state.surveys.open), answered=answered, answers=answers, digest=digest)

    t.act(TIMEKEEPER.id, counted)
    return True


def _by_the_count(event: UnitSelfEvaluated, day: date, pack: Pack) -> Callable[[Unit], UnitSelfEvaluated]:
    """The self-evaluation by what the register counted, where that still stands on that day (A-02)."""

    def told(state: Unit) -> UnitSelfEvaluated:
        latest = state.surveys.latest
        if latest is None or latest.survey is None or day > pack.after(latest.on, pack.windows.report_counts):
            return event
        return event.model_copy(update={"survey": None, "survey_ref": max(state.surveys.counted)})

    return told


def adopt(t: Telling, digest: str) -> None:
    """The workers' congress adopts the report."""
    entitled = max(min(t.unit.headcount, 60 + t.unit.headcount // 10), 5)
    present = entitled - t.random.randint(0, entitled // 6)
    against = t.random.randint(0, present // 12)
    t.act(t.unit.agent, UnitReportAdopted(
        report_digest=digest, on=t.day, entitled=entitled, present=present, in_favour=present - against,
        against=against, minutes=document("职代会纪要（示例）", t.unit.id, t.papers),
    ))  # fmt: skip


def seal(t: Telling, digest: str) -> None:
    """Enterprise and union seal the report, each for itself; for all other units somebody of a tripartite body does."""
    if t.unit.kind is not UnitKind.ENTERPRISE:
        _seal(t, desk(Level.COUNTY, t.unit.place), digest, Sealer.TRIPARTITE, own_body(t))
        return
    _seal(t, t.unit.agent, digest, Sealer.ENTERPRISE)
    t.wait(0, 3)
    _seal(t, t.unit.union, digest, Sealer.UNION)


def _seal(t: Telling, who: UUID, digest: str, sealer: Sealer, body: UUID | None = None) -> None:
    signer = Sealed(clear=f"示例签署人{t.random.randrange(1_000):03d}")
    seal = f"{sealer.zh}印章（示例）"
    t.act(who, UnitReportSealed(report_digest=digest, sealed_by=sealer, seal=seal, body=body, signer=signer))


def report(t: Telling) -> str:
    """Self-evaluation, congress and seals; the report's digest."""
    digest = evaluate_itself(t).report.sha256
    if t.unit.kind is UnitKind.ENTERPRISE:
        t.wait(3, 12)
        adopt(t, digest)
    t.wait(1, 5)
    seal(t, digest)
    t.wait(1, 6)
    return digest


def apply(t: Telling, title: str, digest: str, route: Route = Route.LEVELS, campaign: UUID | None = None) -> None:
    """The unit applies."""
    form = document("申报表（示例）", t.unit.id)
    t.act(t.unit.agent, UnitApplied(
        title=title, round=campaign, report_digest=digest, route=route, documents=(form,)
    ))  # fmt: skip


def accept(t: Telling, title: str, level: Level) -> None:
    """The office takes the application up."""
    t.act(desk(level, t.unit.place), UnitApplicationAccepted(title=title))


def correct(t: Telling, title: str) -> None:
    """The county returns the application, the unit corrects it."""
    t.act(desk(Level.COUNTY, t.unit.place), UnitApplicationReturned(title=title, deficiencies=("职代会签到表不完整",)))
    t.wait(2, 8)
    t.act(t.unit.agent, UnitApplicationAmended(
        title=title, note="已补交签到表", documents=(document("签到表（示例）", t.unit.id),)
    ))  # fmt: skip
    t.wait(1, 4)


def forward(t: Telling, title: str, level: Level) -> None:
    """The office forwards the application one level up."""
    t.act(desk(level, t.unit.place), UnitApplicationForwarded(title=title))


def up_from_county(t: Telling, title: str) -> None:
    """The county accepts, now and then after a correction, and forwards."""
    t.wait(1, 8)
    if t.chance(0.15):
        correct(t, title)
    accept(t, title, Level.COUNTY)
    t.wait(2, 12) if t.punctual or t.chance(0.95) else t.wait(21, 30)
    forward(t, title, Level.COUNTY)
    t.wait(1, 6)


_AT_THE_SITE = "按现场查阅的台账评定（示例）"


def visit(t: Telling, title: str, level: Level) -> None:
    """Two houses of the evaluating level visit the site and judge the standards."""
    place = t.unit.place
    visitors = tuple(Visitor(officer=desk(level, place, house), house=house) for house in (House.HR, House.UNION))
    chosen = t.pack.standard_sets[t.standard_set]
    items = tuple(
        JudgedItem(
            standard=name,
            met=True,
            score=standard.score - t.random.choice((0, 0, 1)),
            note=_AT_THE_SITE,
        )
        for name, standard in chosen.standards.items()
    )
    t.act(desk(level, place), UnitSiteVisited(title=title, on=t.day, visitors=visitors, items=items))


def opine(
    t: Telling, title: str, level: Level, matter: Matter = Matter.APPLICATION, against: tuple[House, ...] = ()
) -> None:
    """The four houses give their opinions at a level, on a day or two."""
    for house in House:
        opinion = Opinion.OPPOSE if house in against else Opinion.SUPPORT
        if house is House.COMMERCE and house not in against and t.chance(0.06):
            opinion = Opinion.ABSTAIN
        reason = {Opinion.OPPOSE: "申报材料反映的问题尚未解决", Opinion.ABSTAIN: "情况了解不充分"}.get(opinion)
        t.act(
            desk(level, t.unit.place, house),
            UnitHouseOpined(title=title, matter=matter, opinion=opinion, reason=reason),
        )
        if t.chance(0.2):
            t.wait(1)


def evaluate(
    t: Telling,
    title: str,
    level: Level,
    outcome: Recommendation = Recommendation.RECOMMEND,
    *,
    heard: Callable[[Telling], None] | None = None,
) -> None:
    """The conference at that level visits, hears the houses one by one or as `heard` tells, and evaluates."""
    visit(t, title, level)
    t.wait(1, 5)
    declined = outcome is Recommendation.DECLINE
    if heard is not None:
        heard(t)
    else:
        opine(t, title, level, against=(House.UNION, House.COMMERCE) if declined else ())
    t.wait(1, 4)
    score = t.random.randint(50, 68) if declined else t.random.randint(84, 98)
    approver = desk(level, t.unit.place, role=Role.APPROVER)
    t.act(approver, UnitEvaluated(title=title, outcome=outcome, score=score))
    t.wait(1, 8)


def signatory(level: Level, place: str) -> UUID:
    """The approver who reviews, names, or records what the nation decided: another than who evaluated or nominated."""
    return desk(level, place, House.UNION, Role.APPROVER)


def review(t: Telling, title: str) -> None:
    """The provincial office hears the four houses and reviews."""
    opine(t, title, Level.PROVINCE)
    t.wait(1, 6)
    t.act(signatory(Level.PROVINCE, t.unit.place), UnitReviewed(title=title, outcome=Recommendation.RECOMMEND))
    t.wait(1, 5)


def make_public(t: Telling, title: str, level: Level) -> date:
    """Publicity begins; its last day. It is completed by the timekeeper on the day after."""
    until = t.later(PUBLICITY_DAYS + t.random.randint(0, 2))
    t.act(
        desk(level, t.unit.place),
        UnitPublicityStarted(
            title=title, from_=t.day, until=until, channel="门户网站（示例）", list=f"{t.day.year}年公示名单（示例）"
        ),
    )
    return until


def numbered(t: Telling, office: str) -> str:
    """A fictional document number of the office in that year."""
    return f"{office}示例〔{t.day.year}〕{t.random.randint(1, 400)}号"


def in_province(level: Level) -> Level:
    """The level whose office acts in this register: the province's records what the nation decides on its papers."""
    return Level.PROVINCE if level is Level.NATION else level


def name(t: Telling, title: str, level: Level, campaign: UUID | None = None, *, again: bool = False) -> None:
    """After publicity: nomination where the nation names, the naming, and the plaque, unless it hangs there still."""
    place = t.unit.place
    t.wait(2, 9)
    follow_up(t)
    if campaign is not None:
        approver = desk(Level.PROVINCE, place, role=Role.APPROVER)
        t.act(approver, UnitNominated(title=title, round=campaign, document_number=numbered(t, "湘三方")))
        t.wait(18, 45)
    if level is Level.NATION:
        paper = national_paper(t, DocumentKind.NAMING)
        named = UnitNamed(title=title, document_number=paper.number, paper=paper.stream)
    else:
        named = UnitNamed(title=title, document_number=numbered(t, level.zh + "三方"))
    t.act(signatory(in_province(level), place), named)
    if not again:
        t.wait(3, 14)
        issue_plaque(t, title, level)


def issue_plaque(t: Telling, title: str, level: Level) -> None:
    """The plaque is handed over."""
    code = f"{title[:4].upper()}-{t.day.year}-{t.unit.id.hex[:8].upper()}-{t.papers}"
    t.act(desk(in_province(level), t.unit.place), UnitPlaqueIssued(title=title, plaque=code))
    follow_up(t)


def whole_way(t: Telling, title: str, campaign: UUID | None = None) -> None:
    """From the report to the plaque, level by level."""
    apply(t, title, report(t), campaign=campaign)
    up_from_county(t, title)
    evaluate(t, title, Level.PREFECTURE)
    decide(t, title, campaign)


def decide(t: Telling, title: str, campaign: UUID | None = None, *, again: bool = False, direct: bool = False) -> None:
    """From the evaluation on: forwarding and review where the province decides, publicity, the name."""
    deciding = Level.PREFECTURE if title in (LOCAL, SITE) else Level.PROVINCE
    if deciding is Level.PROVINCE and not direct:
        forward(t, title, Level.PREFECTURE)
    if deciding is Level.PROVINCE:
        t.wait(2, 9)
        review(t, title)
    t.until(make_public(t, title, deciding))
    t.wait(1)
    name(t, title, Level.NATION if title == NATIONAL else deciding, campaign, again=again)
