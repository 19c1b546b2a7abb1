"""Passages of a telling: the designated contact, coordinators, and the visits and calls of every year."""

from __future__ import annotations

from datetime import timedelta

from deploy.demo.people import desk
from deploy.demo.script import Telling
from events.unit.cultivation import UnitContactAssigned, UnitCoordinatorAppointed, UnitFollowedUp
from events.words import FollowUpKind, Level

NAMED = (70, 80)
"""Days between two visits to a named unit; 90 are allowed, and holidays may lie between."""

OTHERS = (155, 170)
"""Days between two visits to any other unit; 180 are allowed."""

_TOPICS = {
    FollowUpKind.VISIT: "走访单位，了解用工和工资支付情况",
    FollowUpKind.CALL: "电话了解近期劳动关系情况",
    FollowUpKind.GUIDANCE: "指导完善集体协商制度",
    FollowUpKind.DIAGNOSIS: "开展劳动关系诊断",
    FollowUpKind.LEGAL_EDUCATION: "上门开展普法宣传",
    FollowUpKind.TRAINING: "开展协调员业务培训",
}


def assign_contact(t: Telling) -> None:
    """The prefecture assigns the county's officer as the designated contact."""
    officer = desk(Level.COUNTY, t.unit.place)
    t.act(desk(Level.PREFECTURE, t.unit.place), UnitContactAssigned(officer=officer, from_=t.day))
    t.seen, t.has_contact = t.day, True


def appoint_coordinators(t: Telling) -> None:
    """The unit appoints its coordinators."""
    count = 1 + t.unit.headcount // 300
    t.act(t.unit.agent, UnitCoordinatorAppointed(count=count, certified=t.random.randint(0, count)))


def follow_up(t: Telling, problems: str | None = None) -> None:
    """The designated contact, or the prefecture, looks after the unit."""
    level = Level.COUNTY if t.chance(0.8) else Level.PREFECTURE
    kind = t.random.choice((*_TOPICS, FollowUpKind.VISIT, FollowUpKind.CALL))
    event = UnitFollowedUp(kind=kind, on=t.day, summary=_TOPICS[kind], problems=problems)
    t.act(desk(level, t.unit.place), event)
    t.seen = t.day


def look_after(t: Telling, days: tuple[int, int]) -> None:
    """The next visit, so many days after the last."""
    t.until(t.seen + timedelta(days=t.random.randint(*days)))
    follow_up(t)


def follow(t: Telling, days: tuple[int, int]) -> None:
    """Visits until today."""
    while not t.over:
        look_after(t, days)
