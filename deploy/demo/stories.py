"""The told stories: whole lives of single units, each with its point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from deploy.demo import after_naming, application, nationwide, turnings
from deploy.demo.application import LOCAL, NATIONAL, PROVINCIAL
from deploy.demo.follow_ups import NAMED, OTHERS, appoint_coordinators, follow, follow_up, look_after
from deploy.demo.people import desk
from deploy.demo.review_session import speak_in_session
from deploy.demo.script import Profile, Telling
from deploy.demo.setting import MONTHS, Days, naming_round
from deploy.demo.units import enterprise, gathering
from events.unit.application import UnitApplied
from events.unit.naming import UnitNamed
from events.unit.practices import UnitCoverageStated, UnitPracticesStated
from events.unit.publicity import UnitPublicityCompleted
from events.unit.registration import UnitMemberJoined, UnitMemberLeft
from events.words import (
    Arrangement,
    Category,
    CheckResult,
    Ground,
    Level,
    Ownership,
    RectificationOutcome,
    Role,
    Route,
    SignalOutcome,
    SubKind,
    UnitKind,
)
from services.casework.calendar import Span, SpanUnit

MEMBERS = 30
"""Member enterprises of the park of story 3."""

CLEAN = enterprise(900_001, "430102", "湘江同畅精密制造有限公司", Ownership.PRIVATE, "精密制造", 860)
CENTRAL = enterprise(900_002, "430102", "中央在湘和衡装备有限公司", Ownership.CENTRAL, "装备制造", 4_200)
PARK = gathering(UnitKind.PARK, 9003, "430304", "湘潭众泽产业园", 6_400, SubKind.OTHER_CLUSTER)
TOWNSHIP = gathering(UnitKind.TOWNSHIP, 9003, "430304", "湘潭众泽街道", 3_100, SubKind.SUBDISTRICT)
PETITION = enterprise(900_004, "430102", "长沙安润食品加工有限公司", Ownership.PRIVATE, "食品加工", 540)
ARREARS = enterprise(900_005, "430302", "湘潭惠川汽车零部件有限公司", Ownership.PRIVATE, "汽车零部件", 1_250)
MISTAKEN = enterprise(900_006, "430103", "长沙宁悦软件信息有限公司", Ownership.PRIVATE, "软件信息", 310)
SAT_ON = enterprise(900_007, "430502", "邵阳达众建材有限公司", Ownership.PRIVATE, "新材料", 460)
COMPANIES = tuple(
    enterprise(930_000 + n, "430304", f"湘潭众泽园{n}号配套有限公司", Ownership.PRIVATE, "汽车零部件", 40 + 9 * n)
    for n in range(1, MEMBERS + 1)
)
APPLIED = enterprise(900_011, "430802", "张家界嘉川环保设备有限公司", Ownership.PRIVATE, "环保设备", 240)
"""Applied days ago; its county has not looked at the application yet."""

NEW = enterprise(990_001, "430102", "长沙新和电子科技有限公司", Ownership.PRIVATE, "电子科技", 180)
"""Registered by nobody yet: for whoever wants to walk a whole life over HTTP."""


@dataclass(frozen=True, slots=True)
class Story:
    """A told life: whose, under which title, and how it is told from its first day."""

    number: int
    unit: Profile
    zh: str
    en: str
    tell: Callable[[Telling], None]


def _after_naming(t: Telling, title: str, incentives: tuple[str, ...], *, years: int) -> None:
    """Incentives, follow-up in time and the yearly verification, for so many years or until today."""
    for incentive in incentives:
        t.wait(1, 4)
        after_naming.grant(t, incentive, title)
    verified = t.day
    for _ in range(years):
        due = after_naming.months_after(verified, 12)
        while t.seen + timedelta(days=NAMED[1]) < due and not t.over:
            look_after(t, NAMED)
        t.until(due)
        after_naming.verify(t, title)
        follow_up(t)
        verified = t.day


def clean(t: Telling) -> None:
    """1: contact, report, congress, two seals, every level, naming, incentives, verification, renewal."""
    application.register(t)
    t.wait(2)
    appoint_coordinators(t)
    t.wait(2)
    follow_up(t)
    application.whole_way(t, NATIONAL, naming_round(1))
    _after_naming(t, NATIONAL, ("project_funds", "credit", "reduced_inspection", "honours"), years=3)
    t.wait(5)
    after_naming.end_incentive(t, "project_funds", "项目资金已全部拨付（示例）")
    t.wait(1)
    after_naming.renew(t, NATIONAL, Level.NATION, naming_round(2))
    follow(t, NAMED)


def central(t: Telling) -> None:
    """2: a central enterprise applies directly to the province; its first try through the county is refused."""
    application.register(t)
    digest = application.report(t)
    wrong = UnitApplied(title=PROVINCIAL, report_digest=digest, route=Route.LEVELS)
    t.act(t.unit.agent, wrong, refused=("I-03",))
    t.wait(1)
    application.apply(t, PROVINCIAL, digest, Route.DIRECT)
    t.wait(3)
    application.accept(t, PROVINCIAL, Level.PROVINCE)
    t.wait(6)
    application.evaluate(t, PROVINCIAL, Level.PROVINCE)
    application.review(t, PROVINCIAL)
    t.until(application.make_public(t, PROVINCIAL, Level.PROVINCE))
    t.wait(1)
    application.name(t, PROVINCIAL, Level.PROVINCE)
    _after_naming(t, PROVINCIAL, ("credit", "publicity"), years=3)
    follow(t, NAMED)


def park(t: Telling) -> None:
    """3: a park gathers its member enterprises; its tripartite body evaluates it."""
    application.register(t)
    t.wait(60)
    follow_up(t)
    for member in COMPANIES:
        t.act(t.unit.agent, UnitMemberJoined(member=member.id, from_=t.day))
    t.wait(5)
    _covered(t)
    t.wait(5)
    application.whole_way(t, PROVINCIAL)
    t.act(t.unit.agent, UnitMemberLeft(member=COMPANIES[-1].id, until=t.day))
    _after_naming(t, PROVINCIAL, ("employment_service", "publicity"), years=3)
    follow(t, NAMED)


def _covered(t: Telling) -> None:
    """What the member enterprises have in place, and what the park states of all its enterprises."""
    for number, member in enumerate(COMPANIES):
        contract = (Arrangement.OWN, Arrangement.REGIONAL, Arrangement.INDUSTRY, Arrangement.NONE)[number % 4]
        own = Arrangement.OWN if number % 5 else Arrangement.REGIONAL
        stated = UnitPracticesStated(as_of=t.day, collective_contract=contract, congress=own, mediation=own)
        t.act(desk(Level.COUNTY, member.place), stated, stream=member.id)
    enterprises = 2 * len(COMPANIES)
    event = UnitCoverageStated(
        as_of=t.day, enterprises=enterprises, collective_contract=enterprises * 9 // 10, congress=enterprises * 4 // 5,
        mediation=enterprises * 4 // 5, coordinator=enterprises * 3 // 5, stations=2,
    )  # fmt: skip
    t.act(t.unit.agent, event)


def township(t: Telling) -> None:
    """3, beside it: the township in which the park lies."""
    application.register(t)
    t.wait(10)
    application.whole_way(t, LOCAL)
    _after_naming(t, LOCAL, ("legal_education",), years=3)
    follow(t, NAMED)


def company(t: Telling) -> None:
    """3, inside it: a member enterprise of the park."""
    application.register(t)
    appoint_coordinators(t)
    for _ in range(t.random.randint(1, 3)):
        look_after(t, OTHERS)
    if t.chance(0.3):
        application.whole_way(t, LOCAL)
        follow(t, NAMED)
    follow(t, OTHERS)


def just_applied(t: Telling) -> None:
    """Beside them: its report is ready, and it applies two working days before today, whichever day that is."""
    application.register(t)
    digest = application.report(t)
    t.until(t.pack.before(t.ends, Span(2, SpanUnit.WORKING_DAYS)))
    application.apply(t, LOCAL, digest)


def _up_to_publicity(t: Telling) -> date:
    """A new unit goes up the levels for the provincial title; the last day of its publicity."""
    application.register(t)
    application.apply(t, PROVINCIAL, application.report(t))
    application.up_from_county(t, PROVINCIAL)
    application.evaluate(t, PROVINCIAL, Level.PREFECTURE, heard=_in_session)
    application.forward(t, PROVINCIAL, Level.PREFECTURE)
    t.wait(4)
    application.review(t, PROVINCIAL)
    return application.make_public(t, PROVINCIAL, Level.PROVINCE)


def _in_session(t: Telling) -> None:
    speak_in_session(t, PROVINCIAL, Level.PREFECTURE, too_early=NATIONAL)


def petition(t: Telling) -> None:
    """4: a mass petition two days before naming stops it; named half a year later."""
    last = _up_to_publicity(t)
    t.until(last)
    summary = "职工三十余人到访反映加班工资问题（示例）"
    name = after_naming.signal(t, Category.MASS_PETITION, 3, people=37, summary=summary)
    t.wait(2)
    stopped = t.day
    t.act(desk(Level.PROVINCE, t.unit.place), UnitPublicityCompleted(title=PROVINCIAL), refused=("I-07",))
    named = UnitNamed(title=PROVINCIAL, document_number=application.numbered(t, "省三方"))
    t.act(desk(Level.PROVINCE, t.unit.place, role=Role.APPROVER), named, refused=("I-07",))
    t.wait(1)
    after_naming.check(t, CheckResult.PROBLEMS, "部分岗位加班工资基数有误", signals=(name,))
    t.wait(2)
    follow_up(t)
    reason = "群体访涉及三十七人，在当地有一定影响"
    after_naming.assess_together(t, name, SignalOutcome.SERIOUS, reason, Ground.MASS_INCIDENT)
    t.wait(2)
    after_naming.rectify(t, ("补发加班工资差额", "修订工资支付制度并经职代会审议"), (name,), days=40)
    t.wait(2)
    follow_up(t)
    t.until(after_naming.months_after(stopped, 6) + timedelta(days=20))
    follow_up(t)
    named = UnitNamed(title=PROVINCIAL, document_number=application.numbered(t, "省三方"))
    t.act(desk(Level.PROVINCE, t.unit.place, role=Role.APPROVER), named)
    after_naming.drop(t, PROVINCIAL, Level.PROVINCE, "信号所涉问题在命名前已整改到位")
    t.wait(6)
    application.issue_plaque(t, PROVINCIAL, Level.PROVINCE)
    _after_naming(t, PROVINCIAL, ("legal_education",), years=3)
    follow(t, NAMED)


def arrears(t: Telling) -> None:
    """5: a national model unit loses its name over wage arrears and a stoppage."""
    application.register(t)
    application.whole_way(t, NATIONAL, naming_round(1))
    _after_naming(t, NATIONAL, ("project_funds", "credit", "reduced_inspection"), years=2)
    t.wait(5)
    owed = after_naming.signal(
        t, Category.WAGE_ARREARS, 3, people=186, amount_fen=243_600_000, months=2, summary="拖欠两个月工资（示例）"
    )
    t.wait(1)
    after_naming.suspend_incentive(t, "reduced_inspection", "收到严重欠薪信号")
    stoppage = after_naming.signal(t, Category.STOPPAGE, 3, people=120, summary="部分车间集体停工一天（示例）")
    t.wait(2)
    after_naming.check(t, CheckResult.GRAVE, "欠薪属实，涉及一百八十六人", signals=(owed, stoppage))
    t.wait(2)
    after_naming.assess_together(t, owed, SignalOutcome.SERIOUS, "拖欠工资两个月，金额二百余万元", Ground.WAGE_ARREARS)
    after_naming.assess_together(t, stoppage, SignalOutcome.SERIOUS, "因欠薪引发停工，影响较大", Ground.MASS_INCIDENT)
    t.wait(4)
    after_naming.revoke(t, NATIONAL, Level.PROVINCE, "资金周转困难，已制定还款计划，请求从轻处理（示例）")
    t.wait(3)
    after_naming.rectify(t, ("限期付清拖欠工资",), (owed, stoppage), outcome=RectificationOutcome.FAILED, days=12)
    follow(t, NAMED)


def mistaken(t: Telling) -> None:
    """6: a signal meant for another unit freezes this one until its source takes it back."""
    last = _up_to_publicity(t)
    t.until(last - timedelta(days=2))
    name = after_naming.signal(
        t, Category.WAGE_ARREARS, 3, people=64, amount_fen=88_000_000, summary="反映拖欠工资（代码误填，示例）"
    )
    t.until(last)
    t.wait(1)
    completed = UnitPublicityCompleted(title=PROVINCIAL)
    t.act(desk(Level.PROVINCE, t.unit.place), completed, refused=("I-07",))
    t.wait(1)
    after_naming.withdraw(t, Category.WAGE_ARREARS, name, "统一社会信用代码填写错误，案件涉及另一家单位")
    t.wait(1)
    after_naming.assess(t, name, SignalOutcome.NOT_ATTRIBUTABLE, "来源已撤回，案件涉及另一家单位")
    t.wait(1)
    application.name(t, PROVINCIAL, Level.PROVINCE)
    _after_naming(t, PROVINCIAL, ("credit",), years=3)
    follow(t, NAMED)


def sat_on(t: Telling) -> None:
    """7: a prefecture knows a ground for revocation and reports nothing: a lapse, and points off its year (R-29)."""
    application.register(t)
    application.whole_way(t, LOCAL)
    for _ in range(2):
        look_after(t, NAMED)
    owed = after_naming.signal(
        t, Category.WAGE_ARREARS, 3, people=57, amount_fen=68_400_000, months=2, summary="拖欠两个月工资（示例）"
    )
    t.wait(2)
    after_naming.check(t, CheckResult.GRAVE, "欠薪属实，涉及五十七人", signals=(owed,))
    t.wait(2)
    after_naming.assess_together(t, owed, SignalOutcome.SERIOUS, "拖欠工资两个月，金额较大", Ground.WAGE_ARREARS)
    for _ in range(2):
        look_after(t, NAMED)  # the county goes on visiting; the prefecture's office does nothing
    after_naming.revoke(t, LOCAL, Level.PREFECTURE, "已筹措资金，请求从轻处理（示例）")
    follow(t, OTHERS)


STORIES = (
    Story(1, CLEAN, "一家规范企业从培育到续期", "A clean enterprise, from cultivation to renewal", clean),
    Story(2, CENTRAL, "中央在湘企业直接向省申报", "A central enterprise on the direct route", central),
    Story(3, PARK, "园区与三十家成员企业", "A park with thirty member enterprises", park),
    Story(4, PETITION, "命名前两天的群体访", "A mass petition two days before naming", petition),
    Story(5, ARREARS, "欠薪停工，示范称号被取消", "Wage arrears and a stoppage: a model title revoked", arrears),
    Story(6, MISTAKEN, "填错代码的信号被撤回", "A mistaken signal, withdrawn by its source", mistaken),
    Story(7, SAT_ON, "压下不报的严重信号", "A serious signal that a prefecture sat on", sat_on),
    Story(
        8,
        nationwide.CONSENT,
        "报国家三方审议的取消命名",
        "A revocation that awaits the nation's consent",
        nationwide.awaits_consent,
    ),
)

BEGINS = {1: 0, 2: 3, 3: 2, 4: 14, 5: 2, 6: 24, 7: 6, 8: 2}
"""Months after the register's first day on which each story begins."""

BESIDE = (
    (TOWNSHIP, 6, township),
    *((unit, 1, company) for unit in COMPANIES),
    *nationwide.BESIDE,
    *turnings.BESIDE,
)
"""Units that stories need beside their own, with the month in which each begins."""

FEWEST = len(STORIES) + len(BESIDE)
"""Units that the stories take: a demonstration has no fewer."""


def told(days: Days, seed: int, units: int) -> Iterator[Telling]:
    """The told lives among so many units, those of the stories first; where there is room, one more stands at a step
    that the drawn lives pass within days.
    """
    lives = [(story.unit, BEGINS[story.number], story.tell) for story in STORIES] + list(BESIDE)
    if units > FEWEST:
        lives.append((APPLIED, MONTHS - 5, just_applied))
    for unit, month, tell in lives:
        random = Random(f"{seed}:{unit.code}")  # noqa: S311 (a draw that has to repeat, nothing secret)
        telling = Telling(unit, _begins(days, month, random), days.until, random, days.pack, punctual=True)
        tell(telling)
        yield telling


def _begins(days: Days, month: int, random: Random) -> date:
    return days.after(month, 3 + random.randrange(4))
