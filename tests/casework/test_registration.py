"""登记: who may enter the register, as what, and what a unit's members and successors are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.unit.cultivation import UnitCoordinatorAppointed, UnitFollowedUp
from events.unit.registration import (
    Succession,
    UnitClosed,
    UnitDetailsChanged,
    UnitMemberJoined,
    UnitMemberLeft,
    UnitSucceeded,
)
from events.words import FollowUpKind, Level, SubKind, SuccessionRole, UnitKind
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from tests.casework.given import (
    DAY,
    LOCAL,
    PROVINCIAL,
    SYSTEM,
    Life,
    agent_of,
    approver,
    cited,
    desk,
    registration,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, life_at


def test_a_unit_is_registered_once() -> None:
    life = life_at("registered")
    assert life.unit.life.name == "示例企业1号"
    refusals = life.refused(DAY, life.agent, registration(life))
    cited(refusals, "I-00")
    assert [(one.final, one.needs_zh) for one in refusals] == [(True, "此事已定，不能由本项改变")]


def test_what_something_brings_about_is_not_final() -> None:
    life = Life.of()
    refusal = life.refused(DAY, life.agent, UnitCoordinatorAppointed(count=1))[0]
    assert not refusal.final
    assert "the unit is registered and open" in refusal.needs_en


@pytest.mark.parametrize("kind", list(UnitKind))
def test_E_52_one_code_is_one_unit_of_whatever_kind(kind: UnitKind) -> None:
    life = life_at("registered")
    again = registration(life).model_copy(update={"kind": kind})
    assert unit_id(again.code, again.place) == life.unit.id, "the kind tells no two units apart"
    cited(life.refused(DAY, life.agent, again), "I-00")


def test_what_is_not_registered_can_do_nothing() -> None:
    life = Life.of()
    cited(life.refused(DAY, life.agent, UnitCoordinatorAppointed(count=1)), "I-00")
    life.act(DAY, life.agent, registration(life))
    life.act(DAY, life.agent, UnitCoordinatorAppointed(count=1))


def test_a_first_signal_opens_a_unit_provisionally_and_nobody_else_does() -> None:
    life, petitions = Life.of(), source()
    cited(life.refused(DAY, life.agent, registration(life, provisional=True)), "I-00")
    life.act(DAY, SYSTEM, registration(life, provisional=True))
    life.act(DAY, petitions, signal(petitions, DAY))
    cited(life.refused(DAY, life.agent, UnitCoordinatorAppointed(count=1)), "I-00")
    life.act(DAY, life.agent, registration(life))
    assert life.unit.signals.open


def test_an_enterprises_code_has_its_check_digit() -> None:
    life = Life.of()
    good = registration(life)
    wrong = good.code[:-1] + ("0" if good.code[-1] != "0" else "1")
    other = replace(life.copy(), unit=Unit(unit_id(wrong, life.place)))
    cited(other.refused(DAY, agent_of(other.unit.id), good.model_copy(update={"code": wrong})), "I-00")
    life.act(DAY, life.agent, good)


@pytest.mark.parametrize(
    ("kind", "sub_kind", "lawful"),
    [
        (UnitKind.PARK, SubKind.ECONOMIC_ZONE, True),
        (UnitKind.PARK, SubKind.TOWN, False),
        (UnitKind.TOWNSHIP, SubKind.SUBDISTRICT, True),
        (UnitKind.TOWNSHIP, SubKind.SCIENCE_PARK, False),
        (UnitKind.ENTERPRISE, SubKind.OTHER_CLUSTER, False),
    ],
)
def test_sub_kinds_are_of_their_kind(kind: UnitKind, sub_kind: SubKind, lawful: bool) -> None:
    life = Life.of(kind)
    event = registration(life).model_copy(update={"sub_kind": sub_kind})
    if lawful:
        life.act(DAY, life.agent, event)
    else:
        cited(life.refused(DAY, life.agent, event), "I-00")


def test_changed_details_change_only_what_is_given() -> None:
    life = life_at("registered", kind=UnitKind.PARK)
    life.act(DAY, life.agent, UnitDetailsChanged(headcount=9, reason="示例"))
    assert (life.unit.life.headcount, life.unit.life.name) == (9, "示例工业园区1号")
    wrong = UnitDetailsChanged(sub_kind=SubKind.TOWN, reason="示例")
    cited(life.refused(DAY, life.agent, wrong), "I-00")


def test_members_join_once_and_only_members_leave() -> None:
    park, member = life_at("registered", kind=UnitKind.PARK), somebody("成员企业")
    joined, left = UnitMemberJoined(member=member, from_=DAY), UnitMemberLeft(member=member, until=DAY)
    cited(park.refused(DAY, park.agent, left), "I-00")
    park.act(DAY, park.agent, joined)
    assert list(park.unit.life.members) == [member]
    cited(park.refused(DAY, park.agent, joined), "I-00")
    cited(park.refused(DAY, park.agent, UnitMemberLeft(member=somebody("另一企业"), until=DAY)), "I-00")
    park.act(DAY, park.agent, left)
    assert not park.unit.life.members
    cited(park.refused(DAY, park.agent, UnitMemberJoined(member=park.unit.id, from_=DAY)), "I-00")


def test_an_enterprise_has_no_members() -> None:
    life = life_at("registered")
    cited(life.refused(DAY, life.agent, UnitMemberJoined(member=somebody("成员企业"), from_=DAY)), "I-00")


def _succession(*titles: str) -> UnitSucceeded:
    other = Succession(unit=somebody("承继企业"), role=SuccessionRole.SUCCESSOR)
    return UnitSucceeded(other=other, how="示例：吸收合并", titles_carried=titles)


def test_only_a_held_title_is_carried_over() -> None:
    life, day = life_at("named"), ON["enjoying"]
    cited(life.refused(day, approver(Level.PROVINCE), _succession(LOCAL)), "I-00")
    life.act(day, approver(Level.PROVINCE), _succession(PROVINCIAL))


@pytest.mark.parametrize(
    ("title", "level", "lawful"),
    [
        (PROVINCIAL, Level.PREFECTURE, False),
        (PROVINCIAL, Level.PROVINCE, True),
        (LOCAL, Level.PREFECTURE, True),
    ],
)
def test_a_11_a_title_passes_where_its_level_decides_so(title: str, level: Level, lawful: bool) -> None:
    life, day = life_at("named", title), ON["enjoying"]
    if lawful:
        life.act(day, approver(level), _succession(title))
    else:
        assert cited(life.refused(day, approver(level), _succession(title)), "A-11") == (title,)
    life.act(day, approver(level), _succession())


def test_a_closed_unit_is_over() -> None:
    life = life_at("named")
    life.act(ON["enjoying"], approver(Level.PREFECTURE), UnitClosed(reason="示例：注销"))
    cited(life.refused(ON["enjoying"], life.agent, UnitCoordinatorAppointed(count=1)), "I-00")
    assert not life.owed()


def test_the_register_begins_on_the_day_from_which_the_registration_holds() -> None:
    life = Life.of()
    life.act(DAY, life.agent, registration(life), effective_on=date(2023, 5, 1))
    assert life.unit.life.since == date(2023, 5, 1)


def test_i_21_nothing_is_recorded_as_of_years_ago_nor_of_before_it_happened() -> None:
    life = Life.of()
    for since in (date(1900, 1, 1), date(2023, 2, 1)):
        cited(life.refused(DAY, life.agent, registration(life), effective_on=since), "I-21")
    life.act(DAY, life.agent, registration(life))
    seen = UnitFollowedUp(kind=FollowUpKind.VISIT, on=DAY - timedelta(days=3), summary="示例")
    cited(life.refused(DAY, desk(Level.COUNTY), seen, effective_on=DAY - timedelta(days=4)), "I-21")
    life.act(DAY, desk(Level.COUNTY), seen, effective_on=DAY - timedelta(days=3))
