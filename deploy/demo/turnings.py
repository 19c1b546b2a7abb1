"""Lives that turn as few do: a publicity broken off, a consent refused, a proposal never served, a decision looked
at again, a step done by another office, a merger, a list left; each a passage of law that the drawn lives do not meet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from deploy.demo import after_naming, application
from deploy.demo.application import LOCAL, NATIONAL
from deploy.demo.episodes import GRAVE
from deploy.demo.follow_ups import NAMED, OTHERS, follow, follow_up
from deploy.demo.papers import national_paper
from deploy.demo.people import PROVINCE, desk
from deploy.demo.script import Profile, Telling, Told
from deploy.demo.setting import MONTHS, naming_round, reserve_round, seconding
from deploy.demo.units import enterprise
from events.governance.officer import OfficerInterestDeclared
from events.unit.application import UnitApplicationAmended, UnitApplicationReturned
from events.unit.evaluation import UnitEvaluated
from events.unit.honours import UnitHonourDecided, UnitRecommendedForHonour
from events.unit.naming import UnitNamed, UnitReserveDelisted, UnitReserveListed
from events.unit.publicity import UnitPublicityInterrupted
from events.unit.registration import Succession, UnitClosed, UnitSucceeded
from events.unit.revocation import UnitConsentRefused, UnitConsentRequested
from events.unit.self_evaluation import StandardScore, UnitReportUpdated
from events.unit.standing_in import UnitOfficerLent, UnitStepTakenUp, UnitTakingUpRequested
from events.words import (
    CheckResult,
    DocumentKind,
    HonourOutcome,
    House,
    Level,
    Matter,
    Ownership,
    Recommendation,
    Recovery,
    Role,
    SignalOutcome,
    SuccessionRole,
)
from services.casework.unit.state import Unit

_LATE = 10
"""The last month in which a report can still be made for an application of the same year."""

_ELSEWHERE = "430400"
"""The prefecture whose approver is lent."""


def _one(number: int, place: str, name: str) -> Profile:
    return enterprise(900_020 + number, place, name, Ownership.PRIVATE, "农业科技", 260)


MERGED, INTO = _one(7, "431102", "永州润禾种业有限公司"), _one(8, "431102", "永州润禾农业集团有限公司")
"""The second takes the first in, with its title."""

MATCHED = _one(9, "430405", "衡阳湖润生态农业有限公司")
"""To which a signal without a code is matched."""


RANKED = _one(11, "430602", "岳阳涌泉水产科技有限公司"), _one(12, "430702", "常德丰垸粮油有限公司")
"""The candidates whom the province ranks for the reserve list of its own title."""


def _named(t: Telling, title: str = LOCAL) -> None:
    application.register(t)
    application.whole_way(t, title, naming_round(1) if title == NATIONAL else None)


def _by_two(t: Telling, event: Told) -> None:
    """Two approvers of the province, of two houses."""
    t.act(desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER), event)
    t.act(desk(Level.PROVINCE, PROVINCE, House.UNION, Role.APPROVER), seconding)


def _grave(t: Telling) -> None:
    """A grave signal, assessed serious by two."""
    category, numbers, ground = GRAVE[0]
    t.wait(5, 12)
    follow_up(t)
    name = after_naming.signal(t, category, 3, summary=f"{category.zh}（示例）", **numbers)
    t.wait(1, 3)
    after_naming.check(t, CheckResult.GRAVE, "所反映问题属实", signals=(name,))
    t.wait(1, 3)
    after_naming.assess_together(t, name, SignalOutcome.SERIOUS, "达到重大标准", ground)
    t.wait(1, 3)


def interrupted(t: Telling) -> None:
    """The site on which it is public is out of reach for three days: its publicity lasts longer by as many."""
    application.register(t)
    application.apply(t, LOCAL, application.report(t))
    application.up_from_county(t, LOCAL)
    application.evaluate(t, LOCAL, Level.PREFECTURE)
    application.make_public(t, LOCAL, Level.PREFECTURE)
    since = t.day
    t.wait(4)
    out = UnitPublicityInterrupted(title=LOCAL, from_=since, until=t.day, reason="网站故障，无法访问（示例）")
    t.act(desk(Level.PREFECTURE, t.unit.place), out)
    t.wait(12)
    application.name(t, LOCAL, Level.PREFECTURE)
    follow(t, NAMED)


def over_new_year(t: Telling) -> None:
    """Its application lies over the turn of the year: the figures of the new one are brought into its report (T-16)."""
    application.register(t)
    t.until(date(t.day.year + (t.day.month > _LATE), 11, 3))
    turn = date(t.day.year + 1, 1, 12)
    application.apply(t, LOCAL, application.report(t))
    t.wait(2)
    application.accept(t, LOCAL, Level.COUNTY)
    t.wait(1)
    application.forward(t, LOCAL, Level.COUNTY)
    t.until(turn)
    office = desk(Level.PREFECTURE, t.unit.place)
    t.act(office, UnitApplicationReturned(title=LOCAL, deficiencies=("请补充上年度数据（示例）",)))
    t.wait(2)
    t.papers += 1
    drawn_up, paper = t.day, application.document("补充年度数据的自评报告（示例）", t.unit.id, t.papers)

    def updated(unit: Unit) -> UnitReportUpdated:
        standard, score = next(iter(unit.self_evaluation.scores.items()))
        items = (StandardScore(standard=standard, score=max(score - 1, 0)),)
        return UnitReportUpdated(items=items, report=paper, drawn_up_on=drawn_up)

    t.act(t.unit.agent, updated)
    t.wait(2)
    application.adopt(t, paper.sha256)
    t.wait(1)
    application.seal(t, paper.sha256)
    t.wait(1)
    amended = UnitApplicationAmended(title=LOCAL, report_digest=paper.sha256, note="已补充上年度数据（示例）")
    t.act(t.unit.agent, amended)
    t.wait(2)
    application.accept(t, LOCAL, Level.PREFECTURE)
    t.wait(2)
    application.evaluate(t, LOCAL, Level.PREFECTURE)
    application.decide(t, LOCAL)
    follow(t, NAMED)


def refused_consent(t: Telling) -> None:
    """The nation does not consent to revoke: the title stays, and what was wrong is put right."""
    _named(t, NATIONAL)
    _grave(t)
    after_naming.propose_revocation(t, NATIONAL)
    t.wait(1)
    after_naming.hear(t, NATIONAL, "已全额支付拖欠工资（示例）")
    t.wait(1, 3)
    application.opine(t, NATIONAL, Level.PROVINCE, Matter.REVOCATION)
    t.wait(1, 3)
    asked = UnitConsentRequested(title=NATIONAL, document_number=application.numbered(t, "湘三方"))
    t.act(desk(Level.PROVINCE, t.unit.place), asked)
    t.wait(8, 14)
    paper = national_paper(t, DocumentKind.REFUSAL)
    refused = UnitConsentRefused(
        title=NATIONAL, document_number=paper.number, paper=paper.stream, reason="已主动整改，影响有限（示例）"
    )
    t.act(desk(Level.PROVINCE, t.unit.place, role=Role.APPROVER), refused)
    t.wait(1, 3)
    after_naming.drop(t, NATIONAL, Level.PROVINCE, "国家三方未同意取消命名（示例）")
    follow(t, NAMED)


def never_served(t: Telling) -> None:
    """A revocation is proposed, and its notice never served: the proposal is over by rule, every lapse on record."""
    _named(t)
    _grave(t)
    after_naming.propose_revocation(t, LOCAL)
    follow(t, NAMED)


def looked_at_again(t: Telling) -> None:
    """A title is revoked, and the unit asks for a second look."""
    _named(t)
    _grave(t)
    after_naming.revoke(t, LOCAL, Level.PREFECTURE, "请求从轻处理（示例）")
    t.wait(3, 8)
    after_naming.reconsider(t, LOCAL, Level.PREFECTURE)
    follow(t, OTHERS)


def by_another_office(t: Telling) -> None:
    """Every approver of a prefecture stays out of a case: the province is asked to take up its evaluation, and does so;
    for the naming it lends another's approver.
    """
    application.register(t)
    application.apply(t, LOCAL, application.report(t))
    application.up_from_county(t, LOCAL)
    approvers = [desk(Level.PREFECTURE, t.unit.place, house, Role.APPROVER) for house in House]
    for who in approvers:
        t.act(who, OfficerInterestDeclared(unit=t.unit.id, reason="曾为该单位提供用工咨询（示例）"), stream=who)
    t.wait(1)
    step, why = "unit.evaluated.v1", "本地审批人员均须回避（示例）"
    asked = UnitTakingUpRequested(step=step, title=LOCAL, reason=why, officers=tuple(sorted(approvers)))
    t.act(desk(Level.PREFECTURE, t.unit.place), asked)
    t.wait(1, 3)
    _by_two(t, UnitStepTakenUp(step=step, title=LOCAL, reason=why))
    application.visit(t, LOCAL, Level.PREFECTURE)
    t.wait(1, 4)
    application.opine(t, LOCAL, Level.PREFECTURE)
    t.wait(1, 3)
    found = UnitEvaluated(title=LOCAL, outcome=Recommendation.RECOMMEND, score=90)
    t.act(desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER), found)
    t.wait(1)
    t.until(application.make_public(t, LOCAL, Level.PREFECTURE))
    t.wait(2)
    lent = desk(Level.PREFECTURE, _ELSEWHERE, role=Role.APPROVER)
    until = t.later(20)
    _by_two(t, UnitOfficerLent(step="unit.named.v1", title=LOCAL, officer=lent, until=until, reason="同上（示例）"))
    t.wait(1)
    t.act(lent, UnitNamed(title=LOCAL, document_number=application.numbered(t, "市三方")))
    t.wait(2, 6)
    application.issue_plaque(t, LOCAL, Level.PREFECTURE)
    follow(t, NAMED)


def left_the_list(t: Telling) -> None:
    """It is on the reserve list of the second year, and is taken off."""
    application.register(t)
    t.wait(5)
    province = desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)
    t.act(province, UnitReserveListed(title=NATIONAL, round=reserve_round(1)))
    t.wait(30, 40)
    t.act(province, UnitReserveDelisted(title=NATIONAL, reason="主营业务迁出本省（示例）"))
    follow(t, OTHERS)


def ranked(t: Telling) -> None:
    """It evaluates itself, and is ranked and listed by the province (A-53)."""
    application.register(t)
    t.wait(2, 5)
    application.evaluate_itself(t)
    t.wait(40)
    follow(t, OTHERS)


def merged(t: Telling) -> None:
    """Another company takes it in; its title is carried over by who gives it."""
    _named(t)
    t.wait(40)
    follow_up(t)
    other = Succession(unit=INTO.id, role=SuccessionRole.SUCCESSOR)
    taken_in = UnitSucceeded(other=other, how="吸收合并（示例）", titles_carried=(LOCAL,))
    t.act(desk(Level.PREFECTURE, t.unit.place, role=Role.APPROVER), taken_in)
    t.wait(1, 3)
    t.act(desk(Level.PREFECTURE, t.unit.place), after_naming.recovered(Recovery.RETURNED))
    t.wait(20)
    t.act(desk(Level.COUNTY, t.unit.place), UnitClosed(reason="因吸收合并注销（示例）"))


def takes_in(t: Telling) -> None:
    """The company that takes the other one in."""
    application.register(t)
    follow(t, OTHERS)


def recommended(t: Telling) -> None:
    """It is recommended for one of the seven honours, and gets it."""
    _named(t)
    t.wait(30)
    follow_up(t)
    office = desk(Level.PREFECTURE, t.unit.place, role=Role.APPROVER)
    t.act(office, UnitRecommendedForHonour(honour="credit_enterprise", year=t.day.year))
    t.wait(30)
    decided = t.day

    def given(unit: Unit) -> UnitHonourDecided:
        number = f"示例表彰〔{decided.year}〕7号"
        return UnitHonourDecided(
            recommendation=max(unit.honours.all), outcome=HonourOutcome.AWARDED, on=decided, document_number=number
        )

    t.act(desk(Level.PREFECTURE, t.unit.place), given)
    follow(t, NAMED)


BESIDE: tuple[tuple[Profile, int, Callable[[Telling], None]], ...] = (
    (_one(1, "430502", "邵阳源和果业有限公司"), 5, interrupted),
    (_one(2, "430702", "常德宸达食品有限公司"), 2, refused_consent),
    (_one(3, "430902", "益阳瑞泽水产有限公司"), 6, never_served),
    (_one(4, "431002", "郴州悦川茶业有限公司"), 8, looked_at_again),
    (_one(5, "431202", "怀化茂朴林业有限公司"), 9, by_another_office),
    (_one(6, "431302", "娄底恒禾粮油有限公司"), 13, left_the_list),
    (INTO, 3, takes_in),
    (MERGED, 4, merged),
    (MATCHED, 7, recommended),
    (_one(10, "431302", "娄底达源饲料有限公司"), 2, over_new_year),
    *((unit, MONTHS - 8, ranked) for unit in RANKED),
)
"""Each unit, the month in which its life begins, and how it is told."""
