"""The other lives: some hundred units of all kinds, each drawn its plan and told by the same passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from deploy.demo import application
from deploy.demo.application import LOCAL, NATIONAL, PROVINCIAL, SITE
from deploy.demo.cultivating import conclude_cultivation, plan_cultivation
from deploy.demo.episodes import grave_signal, keep_title, objection, small_signal, turns
from deploy.demo.follow_ups import OTHERS, appoint_coordinators, follow, follow_up, look_after
from deploy.demo.papers import national_paper
from deploy.demo.people import ASSESSOR, PROVINCE, desk
from deploy.demo.script import Profile, Telling
from deploy.demo.setting import MONTHS, QUOTAS, SECOND_ROUND, Days, naming_round, reserve_taking
from deploy.demo.tripartite import assessor_of
from deploy.demo.units import cast
from events.places import at_level
from events.unit.application import UnitApplicationRejected, UnitApplicationWithdrawn
from events.unit.cultivation import UnitCultivationListed
from events.unit.evaluation import UnitAssessedByThirdParty
from events.unit.naming import UnitNamingRefused, UnitNominated, UnitReserveListed
from events.unit.registration import UnitClosed, UnitDetailsChanged
from events.words import DocumentKind, Level, Ownership, Recommendation, Role, Route, UnitKind
from services.casework.calendar import add_months

PLANS = {
    "cultivated": 49, "reporting": 13, "rejected": 3, "withdrawn": 3, "objected": 3, LOCAL: 12, PROVINCIAL: 10,
    NATIONAL: 7,
}  # fmt: skip
"""How often each plan is drawn, in a hundred."""

ROUNDS = ((1, 0, 9), (2, 33, 34))
"""Number of a national round, and the months in which those begin who are to be named in it."""

RECENT = 0.22
"""Share of the lives with a case that begin in the last months, so that every step is seen today."""

REVOKED = 0.07
"""Share of the named that lose their name."""

GROWTH = 33
"""The month in which most lives begin: the programme grows."""

EARLY = 0.25
"""Share of the prefectures' titles that go back to the first month, so that terms end and are extended."""

LATE = (185, 240)
"""Days after which a visit comes too late."""

OF_LATE = 0.07
"""Share of the units of which a signal has come in the last two weeks."""

DIRECT = (Ownership.CENTRAL, Ownership.PROVINCIAL_SOE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of a unit: the plan's name, the month in which it begins, its national round."""

    name: str
    month: int
    campaign: int = 0


def lives(count: int, days: Days, seed: int) -> Iterator[Telling]:
    """The given number of lives, the same for the same seed and day."""
    places: Counter[tuple[str | None, UnitKind, int]] = Counter()
    for unit in cast(count, seed):
        random = Random(f"{seed}:{unit.code}")  # noqa: S311 (a draw that has to repeat, nothing secret)
        plan = _plan(unit, random, places)
        telling = Telling(
            unit, days.after(plan.month, 3 + random.randrange(28 if plan.month else 5)), days.until, random, days.pack
        )
        tell(telling, plan, days)
        if random.random() < OF_LATE:
            _of_late(telling, days)
        yield telling


def _plan(unit: Profile, random: Random, places: Counter[tuple[str | None, UnitKind, int]]) -> Plan:
    (name,) = random.choices(list(PLANS), list(PLANS.values()))
    if unit.kind in (UnitKind.BUILDING, UnitKind.BLOCK):
        name = SITE if name in (LOCAL, PROVINCIAL, NATIONAL, "objected") else name
    if name == NATIONAL:
        number, first, last = random.choices(ROUNDS, (3, 1))[0]
        quota = at_level(unit.place, Level.PREFECTURE), unit.kind, number
        # One place of each quota is left to the told stories.
        if unit.ownership not in DIRECT and places[quota] < QUOTAS.get(unit.kind, 0) - 1:
            places[quota] += 1
            return Plan(name, random.randint(first, last), number)
        name = PROVINCIAL if unit.kind is not UnitKind.TOWNSHIP else LOCAL
    recent = name != "cultivated" and random.random() < RECENT
    if name == LOCAL and random.random() < EARLY:
        return Plan(name, 0)
    month = random.randint(MONTHS - 6, MONTHS - 2) if recent else int(random.triangular(1, MONTHS - 1, GROWTH))
    return Plan(name, month)


def _of_late(t: Telling, days: Days) -> None:
    """A signal in the last two weeks, of which more or less has become since."""
    late = Telling(t.unit, days.today - timedelta(days=t.random.randint(3, 15)), days.until, t.random, days.pack)
    quiet = bool(t.acts) and t.acts[-1].moment.date() < late.day
    if quiet and not isinstance(t.acts[-1].event, UnitClosed):
        late.papers, late.body = t.papers, t.body
        (grave_signal if t.chance(0.4) else small_signal)(late)
        t.acts += late.acts


def tell(t: Telling, plan: Plan, days: Days) -> None:
    """A whole life by its plan."""
    application.register(t, contact=not t.chance(0.04))
    if t.chance(0.35):
        appoint_coordinators(t)
    if plan.name == "cultivated":
        _cultivated(t)
        return
    _prepared(t, plan, days)
    if plan.name == "reporting":
        _reporting(t)
    elif plan.name == "rejected":
        _rejected(t)
    elif plan.name == "withdrawn":
        _withdrawn(t)
    elif plan.name == "objected":
        _objected(t)
    else:
        _named(t, plan)


def _cultivated(t: Telling) -> None:
    """Followed for years, without an application so far; some close, some change their details."""
    if t.chance(0.3):
        plan_cultivation(t, application.standards(t.pack, t.unit.kind, local=False)[1])
    closes = t.chance(0.06)
    while not t.over:
        look_after(t, OTHERS if t.chance(0.96) else LATE)
        if t.planned_by is not None and t.day > add_months(t.planned_by, -6):
            conclude_cultivation(t, evaluated=False)
        if t.chance(0.16):
            turns(t)
        if t.chance(0.06):
            event = UnitDetailsChanged(headcount=t.unit.headcount + t.random.randint(1, 60), reason="年度用工备案")
            t.act(desk(Level.COUNTY, t.unit.place), event)
        if closes and t.chance(0.3):
            t.act(desk(Level.COUNTY, t.unit.place), UnitClosed(reason="办理注销登记（示例）"))
            return


def _prepared(t: Telling, plan: Plan, days: Days) -> None:
    """Cultivation before the first report; the reserve list and intensive cultivation ahead of a round."""
    t.wait(1, 10)
    if plan.campaign or t.chance(0.2):
        _reserve(t, days)
    if plan.campaign == 2:
        event = UnitCultivationListed(round=naming_round(2), programme="和谐同行（示例）")
        t.act(desk(Level.PREFECTURE, t.unit.place), event)
        t.until(days.after(SECOND_ROUND, t.random.randint(2, 50)))
    if plan.month and not plan.campaign:
        if t.chance(0.5):
            plan_cultivation(t, application.standards(t.pack, t.unit.kind, local=False)[1])
        look_after(t, (20, 90))


def _reserve(t: Telling, days: Days) -> None:
    if t.unit.kind not in QUOTAS:
        return
    stream = reserve_taking(days, t.day)
    if stream is not None:
        event = UnitReserveListed(title=NATIONAL, round=stream)
        t.act(desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER), event)


def _title(t: Telling) -> str:
    return SITE if t.unit.kind in (UnitKind.BUILDING, UnitKind.BLOCK) else LOCAL


def _reporting(t: Telling) -> None:
    """The report is begun, and rests at some point of its application."""
    digest = application.evaluate_itself(t).report.sha256
    t.wait(4, 14)
    if t.unit.kind is UnitKind.ENTERPRISE and t.chance(0.7):
        application.adopt(t, digest)
        t.wait(2, 8)
        if t.chance(0.6):
            application.seal(t, digest)
    elif t.unit.kind is not UnitKind.ENTERPRISE and t.chance(0.5):
        application.seal(t, digest)
    follow(t, OTHERS)


def _up(t: Telling, title: str) -> None:
    application.apply(t, title, application.report(t))
    application.up_from_county(t, title)


def _rejected(t: Telling) -> None:
    """Rejected by the prefecture's office, or declined by its conference."""
    title = _title(t)
    _up(t, title)
    if t.chance(0.4):
        event = UnitApplicationRejected(title=title, reason="集体合同覆盖不足，不符合申报条件")
        t.act(desk(Level.PREFECTURE, t.unit.place, role=Role.APPROVER), event)
    else:
        application.evaluate(t, title, Level.PREFECTURE, Recommendation.DECLINE)
    if t.chance(0.4):
        t.until(add_months(t.day, 7))
        follow_up(t)
        application.whole_way(t, title)
        keep_title(t, title, Level.PREFECTURE)
    follow(t, OTHERS)


def _withdrawn(t: Telling) -> None:
    """The unit takes its application back."""
    title = _title(t)
    application.apply(t, title, application.report(t))
    t.wait(1, 10)
    t.act(t.unit.agent, UnitApplicationWithdrawn(title=title, reason="拟补充完善材料后再行申报"))
    follow(t, OTHERS)


def _objected(t: Telling) -> None:
    """An objection in publicity; upheld it ends the case, else the unit is named."""
    _up(t, LOCAL)
    application.evaluate(t, LOCAL, Level.PREFECTURE)
    last = application.make_public(t, LOCAL, Level.PREFECTURE)
    upheld = t.chance(0.4)
    objection(t, LOCAL, Level.PREFECTURE, last, upheld=upheld)
    if not upheld:
        application.name(t, LOCAL, Level.PREFECTURE)
        keep_title(t, LOCAL, Level.PREFECTURE)
    follow(t, OTHERS)


def _named(t: Telling, plan: Plan) -> None:
    """The way to a name; what is done with it, or how it is lost."""
    title, level = plan.name, t.pack.titles[plan.name].named_by
    if title == PROVINCIAL and t.unit.ownership in DIRECT:
        _direct(t)
    else:
        _up(t, title)
        if t.chance(0.06):
            grave_signal(t, serious=False)
        application.evaluate(t, title, Level.PREFECTURE)
        if title == PROVINCIAL and t.chance(0.25):
            _assessed(t, title)
        if title == NATIONAL and t.chance(0.08):
            _refused_by_nation(t, naming_round(plan.campaign))
            return
        application.decide(t, title, naming_round(plan.campaign) if plan.campaign else None)
    keep_title(t, title, level, revoked=t.chance(REVOKED))
    follow(t, OTHERS)


def _direct(t: Telling) -> None:
    application.apply(t, PROVINCIAL, application.report(t), Route.DIRECT)
    t.wait(2, 9)
    application.accept(t, PROVINCIAL, Level.PROVINCE)
    t.wait(3, 14)
    application.evaluate(t, PROVINCIAL, Level.PROVINCE)
    application.review(t, PROVINCIAL)
    t.until(application.make_public(t, PROVINCIAL, Level.PROVINCE))
    t.wait(1)
    application.name(t, PROVINCIAL, Level.PROVINCE)


def _assessed(t: Telling, title: str) -> None:
    assessor = ASSESSOR
    score = t.random.randint(80, 96)
    paper = application.document("社会评估报告（示例）", t.unit.id)
    body = assessor_of(PROVINCE)
    t.act(assessor, UnitAssessedByThirdParty(title=title, body=body, assessor=assessor, score=score, report=paper))
    t.wait(1, 4)


def _refused_by_nation(t: Telling, campaign: UUID) -> None:
    application.forward(t, NATIONAL, Level.PREFECTURE)
    t.wait(3, 14)
    application.review(t, NATIONAL)
    t.until(application.make_public(t, NATIONAL, Level.PROVINCE))
    t.wait(3, 8)
    approver = desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)
    t.act(approver, UnitNominated(title=NATIONAL, round=campaign, document_number=application.numbered(t, "湘三方")))
    t.wait(20, 40)
    paper = national_paper(t, DocumentKind.REFUSAL)
    refused = UnitNamingRefused(
        title=NATIONAL, reason="本轮综合评议未入选", document_number=paper.number, paper=paper.stream
    )
    t.act(application.signatory(Level.PROVINCE, PROVINCE), refused)
    follow(t, OTHERS)
