"""Story 8 as far as Hunan tells it: a model unit that another province sanctions, and two that await the nation."""

from __future__ import annotations

from datetime import date, timedelta

from deploy.demo import after_naming, application
from deploy.demo.application import NATIONAL
from deploy.demo.follow_ups import NAMED, follow, follow_up, look_after
from deploy.demo.people import desk
from deploy.demo.script import Telling
from deploy.demo.setting import naming_round
from deploy.demo.units import enterprise
from events.unit.naming import UnitNominated
from events.unit.revocation import UnitConsentRequested
from events.words import Category, CheckResult, Ground, Level, Matter, Ownership, Role, SignalOutcome
from services.casework.calendar import add_months

SHARED = enterprise(900_008, "430202", "株洲协源新材料有限公司", Ownership.PRIVATE, "新材料", 730)
"""A model here; a branch of it owes wages in another province."""

CONSENT = enterprise(900_009, "430602", "岳阳乐湖纺织服饰有限公司", Ownership.PRIVATE, "纺织服饰", 940)
"""Hunan asks the nation's consent to revoke its title."""

CANDIDATE = enterprise(900_010, "430702", "常德惠畅食品加工有限公司", Ownership.PRIVATE, "食品加工", 680)
"""Nominated to the nation in the second round."""

GRAVE_DAYS = 48
"""Days before today on which the unit that is to lose its title owed wages."""


def shared(t: Telling) -> None:
    """8: a model without a stain in Hunan."""
    _model(t)
    _kept(t, t.ends)


def awaits_consent(t: Telling) -> None:
    """8: a model that owes wages; four houses agree to revoke, and the nation has been asked."""
    _model(t)
    grave = t.ends - timedelta(days=GRAVE_DAYS)
    _kept(t, grave)
    t.until(grave)
    follow_up(t)
    owed = after_naming.signal(
        t, Category.WAGE_ARREARS, 3, people=94, amount_fen=120_800_000, months=3, summary="拖欠三个月工资（示例）"
    )
    t.wait(1)
    after_naming.check(t, CheckResult.GRAVE, "欠薪属实，涉及九十四人", signals=(owed,))
    t.wait(1)
    after_naming.assess_together(t, owed, SignalOutcome.SERIOUS, "拖欠三个月工资，金额一百余万元", Ground.WAGE_ARREARS)
    t.wait(1)
    after_naming.propose_revocation(t, NATIONAL)
    t.wait(1)
    after_naming.hear(t, NATIONAL, "已筹措资金，请求从轻处理（示例）")
    t.wait(1)
    application.opine(t, NATIONAL, Level.PROVINCE, Matter.REVOCATION)
    t.wait(1)
    office = desk(Level.PROVINCE, t.unit.place)
    t.act(office, UnitConsentRequested(title=NATIONAL, document_number=application.numbered(t, "湘三方")))


def awaits_naming(t: Telling) -> None:
    """8: nominated in the second round; the nation has not decided."""
    application.register(t)
    campaign = naming_round(2)
    application.apply(t, NATIONAL, application.report(t), campaign=campaign)
    application.up_from_county(t, NATIONAL)
    application.evaluate(t, NATIONAL, Level.PREFECTURE)
    application.forward(t, NATIONAL, Level.PREFECTURE)
    t.wait(2, 6)
    application.review(t, NATIONAL)
    t.until(application.make_public(t, NATIONAL, Level.PROVINCE))
    t.wait(2)
    t.until(add_months(t.ends, -3))
    follow_up(t)
    approver = desk(Level.PROVINCE, t.unit.place, role=Role.APPROVER)
    t.act(approver, UnitNominated(title=NATIONAL, round=campaign, document_number=application.numbered(t, "湘三方")))
    follow(t, NAMED)


def _model(t: Telling) -> None:
    application.register(t)
    application.whole_way(t, NATIONAL, naming_round(1))


def _kept(t: Telling, end: date) -> None:
    """Visits in time and the yearly verification, until that day."""
    verified = t.day
    while t.seen + timedelta(days=NAMED[1]) < end:
        due = after_naming.months_after(verified, 12)
        if t.seen + timedelta(days=NAMED[1]) < due:
            look_after(t, NAMED)
        else:
            t.until(due)
            after_naming.verify(t, NATIONAL)
            follow_up(t)
            verified = t.day


BESIDE = ((SHARED, 2, shared), (CANDIDATE, 33, awaits_naming))
"""Units beside the one of the story, the month in which each begins, and how it is told."""
