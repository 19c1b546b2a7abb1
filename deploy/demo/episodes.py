"""What comes between: signals of every kind and ending, spot checks, objections; and the years of a held title."""

from __future__ import annotations

from datetime import date, timedelta

from deploy.demo import after_naming
from deploy.demo.application import LOCAL, NATIONAL, SITE
from deploy.demo.follow_ups import NAMED, follow, follow_up, look_after
from deploy.demo.people import PROVINCE, PUBLIC, desk, named
from deploy.demo.rare_events import SHARE, something_rare
from deploy.demo.script import Telling
from deploy.demo.setting import naming_round
from events.governance.honour import HonourAwarded, HonourProposed
from events.places import at_level
from events.sealed import Sealed
from events.unit.honours import UnitRecommendedForHonour
from events.unit.publicity import (
    UnitObjectionAdmitted,
    UnitObjectionJoined,
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitObjectionSetAside,
)
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    Ground,
    House,
    Level,
    Recipient,
    RectificationOutcome,
    Role,
    SignalOutcome,
    UnitKind,
    VerificationResult,
)
from services.casework.calendar import add_months
from services.casework.unit.state import Unit

SMALL: tuple[tuple[Category, dict[str, int], str], ...] = (
    (Category.ARBITRATION_CASE, {"people": 3}, "劳动争议仲裁立案三件（示例）"),
    (Category.NO_CONTRACT, {"people": 2}, "反映未签书面劳动合同（示例）"),
    (Category.EXCESS_OVERTIME, {"people": 12}, "反映加班时间过长（示例）"),
    (Category.NEGATIVE_OPINION, {}, "网络平台出现负面评论（示例）"),
    (Category.UNPAID_INSURANCE, {"people": 4, "amount_fen": 1_200_000}, "反映少缴社会保险费（示例）"),
    (Category.OTHER_VIOLATION, {"people": 1}, "其他劳动争议诉讼（示例）"),
    (Category.WAGE_ARREARS, {"people": 5, "amount_fen": 3_400_000}, "反映迟发工资（示例）"),
)
GRAVE: tuple[tuple[Category, dict[str, int], Ground], ...] = (
    (Category.WAGE_ARREARS, {"people": 46, "amount_fen": 52_000_000, "months": 2}, Ground.WAGE_ARREARS),
    (Category.UNPAID_INSURANCE, {"people": 60, "amount_fen": 31_000_000, "months": 5}, Ground.UNPAID_INSURANCE),
    (Category.NO_CONTRACT, {"people": 38}, Ground.NO_CONTRACT),
    (Category.EXCESS_OVERTIME, {"people": 75, "months": 4}, Ground.EXCESS_OVERTIME),
    (Category.MASS_PETITION, {"people": 21}, Ground.MASS_INCIDENT),
    (Category.STOPPAGE, {"people": 55}, Ground.MASS_INCIDENT),
    (Category.SAFETY_ACCIDENT, {"people": 1}, Ground.SAFETY_ACCIDENT),
    (Category.OCCUPATIONAL_HAZARD, {"people": 4}, Ground.OCCUPATIONAL_HAZARD),
)
"""Categories with numbers that reach severity 3 and the ground's test of "major"."""

INCENTIVES = ("project_funds", "employment_service", "injury_insurance", "credit", "honours", "publicity",
              "reduced_inspection", "legal_education")  # fmt: skip
MINOR_INCENTIVES = ("reduced_inspection", "legal_education")


def small_signal(t: Telling) -> None:
    """A signal that freezes nothing: withdrawn, assessed, or not yet assessed."""
    category, numbers, summary = t.random.choice(SMALL)
    name = after_naming.signal(t, category, t.random.randint(1, 2), summary=summary, **numbers)
    t.wait(1, 4)
    if numbers and t.chance(0.12):
        after_naming.amend(t, category, name, numbers["people"] + 1)
    t.wait(1, 4)
    if t.chance(0.1):
        after_naming.withdraw(t, category, name, "重复报送")
        t.wait(1, 4)
        after_naming.assess(t, name, SignalOutcome.UNFOUNDED, "来源撤回，系重复报送")
        return
    if t.chance(0.1):
        # the prefecture is late
        t.wait(6, 15)
    outcome = t.random.choice((SignalOutcome.UNFOUNDED, SignalOutcome.NOT_ATTRIBUTABLE, SignalOutcome.MINOR))
    after_naming.assess(t, name, outcome, "经核查：" + outcome.zh)


def grave_signal(
    t: Telling, *, serious: bool = True, held_title: str | None = None, level: Level = Level.PREFECTURE
) -> None:
    """A signal that freezes the unit until it is assessed or, where it may turn out serious, put right."""
    category, numbers, ground = t.random.choice(GRAVE)
    name = after_naming.signal(t, category, 3, summary=f"{category.zh}（示例）", **numbers)
    t.wait(1, 3)
    if t.chance(0.35):
        after_naming.check(t, CheckResult.CLEAN, "所反映问题不属实", signals=(name,))
        t.wait(1, 3)
        after_naming.assess_together(t, name, SignalOutcome.UNFOUNDED, "经专项核查，所反映问题不属实")
        t.wait(1, 3)
        return
    after_naming.check(t, CheckResult.PROBLEMS, "所反映问题部分属实", signals=(name,))
    t.wait(1, 3)
    if not serious or t.chance(0.4):
        after_naming.assess_together(t, name, SignalOutcome.MINOR, "情节轻微，已当场纠正")
    else:
        after_naming.assess_together(t, name, SignalOutcome.SERIOUS, "达到重大标准", ground)
        t.wait(1, 4)
        if held_title is not None:
            after_naming.drop(t, held_title, level, "责令限期整改，影响有限，不提出取消命名")
        after_naming.rectify(t, ("消除违法情形并报送整改报告",), (name,))
    t.wait(1, 3)


def spot_check(t: Telling) -> None:
    """A yearly spot check; problems lead to a rectification."""
    clean = t.chance(0.8)
    result = CheckResult.CLEAN if clean else CheckResult.PROBLEMS
    after_naming.check(t, result, "未发现问题" if clean else "考勤记录不完整", kind=CheckKind.SPOT)
    if not clean:
        t.wait(2, 5)
        passed = t.chance(0.85)
        outcome = RectificationOutcome.ACCEPTED if passed else RectificationOutcome.FAILED
        after_naming.rectify(t, ("完善考勤记录",), outcome=outcome)
    t.wait(1)


def turns(t: Telling) -> None:
    """Something comes between, most often small."""
    draw = t.random.random()
    if draw < 0.5:
        small_signal(t)
    elif draw < 0.9:
        spot_check(t)
    else:
        grave_signal(t)


def objection(t: Telling, title: str, level: Level, last: date, *, upheld: bool) -> None:
    """Somebody objects during publicity, the office looks into it; the timekeeper then ends the publicity."""
    t.wait(1, 3)
    event = UnitObjectionRaised(
        title=title, ground="社会保险缴纳", text="反映部分职工社保基数偏低（示例）", objector=Sealed(clear="示例群众")
    )
    t.act(PUBLIC.id, event)

    def admitted(unit: Unit) -> UnitObjectionAdmitted:
        return UnitObjectionAdmitted(objection_ref=unit.publicity.open_objections(title)[0].version)

    t.act(desk(level, t.unit.place, House.FEDERATION), admitted)
    _beside_it(t, title, level, event)
    t.until(last + timedelta(days=t.random.randint(0, 6)))
    t.wait(1)

    def resolved(unit: Unit) -> UnitObjectionResolved:
        ref = unit.publicity.open_objections(title)[0].version
        return UnitObjectionResolved(
            objection_ref=ref, upheld=upheld, findings="经核查" + ("属实" if upheld else "不属实")
        )

    t.act(desk(level, t.unit.place, House.FEDERATION), resolved)
    t.wait(1)


def _beside_it(t: Telling, title: str, level: Level, first: UnitObjectionRaised) -> None:
    """Somebody else says the same, which is joined to it; a third one states nothing, and is set aside."""
    office = desk(level, t.unit.place, House.FEDERATION)
    same = UnitObjectionRaised(title=title, ground=first.ground, text="同一问题，另有职工反映（示例）")
    vague = UnitObjectionRaised(title=title, ground="不同意（示例）", text="不同意（示例）")
    t.act(PUBLIC.id, same)
    t.act(PUBLIC.id, vague)

    def joined(unit: Unit) -> UnitObjectionJoined:
        raised = [one.version for one in unit.publicity.open_objections(title)]
        return UnitObjectionJoined(objection_ref=raised[1], to=raised[0])

    def set_aside(unit: Unit) -> UnitObjectionSetAside:
        last = unit.publicity.open_objections(title)[-1].version
        return UnitObjectionSetAside(objection_ref=last, reason="未写明任何事实（示例）")

    t.act(office, joined)
    t.act(desk(level, t.unit.place, House.FEDERATION, Role.APPROVER), set_aside)


def keep_title(t: Telling, title: str, level: Level, *, revoked: bool = False) -> None:
    """The years of a held title: follow-up, verification, incentives, signals; its end by revocation or by time."""
    deciding = Level.PREFECTURE if title in (LOCAL, SITE) else Level.PROVINCE
    granted = _incentives(t, title)
    for incentive in granted:
        t.wait(1, 5)
        after_naming.grant(t, incentive, title)
    named = t.day
    verified, ends, months = named, add_months(named, 32), 12
    turn, fatal = 0, t.random.randint(2, 7) if revoked else None
    while not t.over and t.day < ends:
        turn += 1
        due = after_naming.months_after(verified, months)
        gap = t.random.randint(*NAMED) if t.chance(0.96) else t.random.randint(95, 120)
        t.until(min(t.seen + timedelta(days=gap), due, ends))
        follow_up(t)
        if t.day >= due:
            verdict = _verdict(t)
            after_naming.verify(t, title, verdict)
            verified, months = t.day, 6 if verdict is VerificationResult.KEEP_CONDITIONALLY else 12
        if turn == fatal:
            _lose(t, title, deciding)
            return
        _between(t, title, deciding, level, fewer_inspections="reduced_inspection" in granted)
    if t.chance(0.6):
        after_naming.renew(t, title, level, naming_round(2) if level is Level.NATION else None)
        follow(t, NAMED)
    else:
        while t.day < add_months(named, 36) and not t.over:
            look_after(t, NAMED)


def _incentives(t: Telling, title: str) -> list[str]:
    if title == SITE:
        return ["legal_education"]
    catalogue = MINOR_INCENTIVES if title == LOCAL else INCENTIVES
    return t.random.sample(catalogue, t.random.randint(1, 2 if title == LOCAL else 4))


def _verdict(t: Telling) -> VerificationResult:
    return VerificationResult.KEEP_CONDITIONALLY if t.chance(0.06) else VerificationResult.KEEP


def _between(t: Telling, title: str, level: Level, named_by: Level, *, fewer_inspections: bool) -> None:
    if t.chance(0.14):
        turns_of_held(t, title, level, fewer_inspections=fewer_inspections)
    if t.chance(0.03):
        _honour(t, title)
    if t.chance(SHARE):
        something_rare(t, title, named_by)


def turns_of_held(t: Telling, title: str, level: Level, *, fewer_inspections: bool) -> None:
    """Something comes between while a title is held."""
    draw = t.random.random()
    if draw < 0.45:
        small_signal(t)
    elif draw < 0.8:
        spot_check(t)
    elif fewer_inspections:
        after_naming.suspend_incentive(t, "reduced_inspection", "发现劳动用工问题线索，恢复日常检查频次")
        grave_signal(t, held_title=title, level=level)
        after_naming.resume_incentive(t, "reduced_inspection", "信号已核实处置")
    else:
        grave_signal(t, held_title=title, level=level)


def _honour(t: Telling, title: str) -> None:
    office = desk(Level.PREFECTURE, t.unit.place, role=Role.APPROVER)
    if title == NATIONAL or t.chance(0.3):
        _praise(t)
    elif t.unit.kind is UnitKind.ENTERPRISE and t.honoured != t.day.year:
        t.honoured = t.day.year
        t.act(office, UnitRecommendedForHonour(honour="credit_enterprise", year=t.day.year))


_RECIPIENTS = {
    UnitKind.ENTERPRISE: Recipient.ENTERPRISE,
    UnitKind.PARK: Recipient.PARK,
    UnitKind.TOWNSHIP: Recipient.TOWNSHIP,
}


def _praise(t: Telling) -> None:
    """The prefecture proposes the unit for the province's notice of praise, and the province gives it."""
    recipient = _RECIPIENTS.get(t.unit.kind)
    if recipient is None:
        return
    stream = named(f"honour-{t.unit.code}-{t.day}")
    made = HonourProposed(
        award="provincial_praise", recipient=recipient, place=at_level(t.unit.place, Level.PREFECTURE) or t.unit.place,
        unit=t.unit.id, merits="和谐劳动关系创建成效突出（示例）",
    )  # fmt: skip
    t.act(desk(Level.PREFECTURE, t.unit.place), made, stream=stream)
    t.wait(3, 12)
    given = HonourAwarded(document_number=f"湘三方示例通报〔{t.day.year}〕{t.random.randint(1, 99)}号")
    t.act(desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER), given, stream=stream)


def _lose(t: Telling, title: str, level: Level) -> None:
    """A grave signal, assessed serious and not put right: the name is revoked."""
    category, numbers, ground = t.random.choice(GRAVE)
    t.wait(3, 12)
    name = after_naming.signal(t, category, 3, summary=f"{category.zh}（示例）", **numbers)
    t.wait(1, 4)
    after_naming.check(t, CheckResult.GRAVE, "所反映问题属实", signals=(name,))
    t.wait(1, 3)
    after_naming.assess_together(t, name, SignalOutcome.SERIOUS, "达到重大标准，影响较大", ground)
    t.wait(3, 12)
    after_naming.revoke(t, title, level, "请求从轻处理（示例）" if t.chance(0.6) else None)
    t.wait(3, 8)
    after_naming.rectify(t, ("消除违法情形",), (name,))
    if t.chance(0.4):
        after_naming.reconsider(t, title, level)
