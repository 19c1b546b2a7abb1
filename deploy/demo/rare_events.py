"""What seldom happens: a lost plaque, another contact, an entry made by mistake."""

from __future__ import annotations

from deploy.demo.application import issue_plaque
from deploy.demo.follow_ups import assign_contact, follow_up
from deploy.demo.people import desk
from deploy.demo.script import Telling
from events.record import COMMON, EntryVoided
from events.unit.cultivation import UnitContactAssigned, UnitContactReleased, UnitFollowedUp
from events.unit.naming import UnitPlaqueReportedLost
from events.words import FollowUpKind, House, Level
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.state import Unit

SHARE = 0.05
"""How often one of them comes in the time between two visits to a named unit."""


def something_rare(t: Telling, title: str, level: Level) -> None:
    """One of them."""
    draw = t.random.random()
    if draw < 0.35:
        another_contact(t)
    elif draw < 0.7:
        mistaken_visit(t)
    else:
        plaque_lost(t, title, level)
    t.wait(1, 3)


def another_contact(t: Telling) -> None:
    """The designated contact changes to an officer of the prefecture's union; where there was none, one is assigned."""
    if not t.has_contact:
        assign_contact(t)
        return
    office = desk(Level.PREFECTURE, t.unit.place)

    def released(unit: Unit) -> UnitContactReleased:
        return UnitContactReleased(officer=unit.cultivation.contact or office, on=day, reason="工作调整")

    day, union = t.day, desk(Level.PREFECTURE, t.unit.place, House.UNION)
    t.act(office, released)
    t.act(office, UnitContactAssigned(officer=union, from_=day))
    t.seen = day
    t.wait(1, 4)
    follow_up(t)


def mistaken_visit(t: Telling) -> None:
    """A visit is entered for the wrong unit, and voided by who entered it."""
    officer = desk(Level.COUNTY, t.unit.place)
    visit = UnitFollowedUp(kind=FollowUpKind.VISIT, on=t.day, summary="走访单位（误记，示例）")
    t.act(officer, visit)

    def voided(unit: Unit) -> EntryVoided:
        mistaken = next(entry for entry in reversed(unit.entries) if entry.event == visit)
        return COMMON["unit"].entry_voided(version=mistaken.version, reason="误记入其他单位的走访记录")

    t.act(officer, voided)


def plaque_lost(t: Telling, title: str, level: Level) -> None:
    """The plaque is reported lost, and another is issued."""

    def lost(unit: Unit) -> UnitPlaqueReportedLost:
        code = next(plaque.code for plaque in unit.naming.plaques.values() if plaque.state is PlaqueState.ISSUED)
        return UnitPlaqueReportedLost(plaque=code, reason="办公地搬迁中遗失")

    t.act(t.unit.agent, lost)
    t.wait(3, 9)
    t.papers += 1
    issue_plaque(t, title, level)
