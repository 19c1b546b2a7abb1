"""人员: appointing, relieving, suspending, tags, interests: who may do what to whom (I-12, I-13, T-02 … T-04)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerMandated,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerReinstated,
    OfficerRelieved,
    OfficerSuspended,
)
from events.record import ActProposed
from events.unit.registration import UnitDetailsChanged, UnitRegistered
from events.words import ActorKind, House, Level, Role, SubKind, UnitKind
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from tests.casework.world import World, appointment, tag_of

PACK = load_pack()
DAY = date(2024, 3, 4)
NEXT = DAY + timedelta(days=1)
COUNTY, PREFECTURE, ELSEWHERE, PROVINCE = "430104", "430100", "430200", "430000"
SENSITIVE = (Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR, Role.DATA_OFFICER)


@pytest.fixture
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


def _one(world: World) -> UUID:
    return world.people["administrator 1"]


def _two(world: World) -> UUID:
    return world.people["administrator 2"]


def _new(world: World, name: str = "示例甲") -> UUID:
    return world.registers(DAY, name, by=_one(world))


def _tagged(world: World, name: str = "示例甲") -> UUID:
    person = _new(world, name)
    world.by_two(DAY, _one(world), _two(world), person, OfficerPersonTagged(tag=tag_of(name)))
    return person


def _administrator(world: World, place: str, level: Level) -> UUID:
    return world.hires(DAY, Role.ADMINISTRATOR, level, None, place=place)


def test_i_12_officers_are_registered_bare_and_agents_with_their_unit(world: World) -> None:
    unit = world.new()
    agent = OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(Role.APPLICANT,))
    for wrong in (
        OfficerRegistered(kind=ActorKind.SOURCE),
        OfficerRegistered(roles=(Role.APPROVER,)),
        OfficerRegistered(unit=unit),
        agent.model_copy(update={"unit": None}),
        agent.model_copy(update={"roles": ()}),
        agent.model_copy(update={"roles": (Role.APPLICANT, Role.OFFICER)}),
    ):
        assert world.rules(DAY, _one(world), world.new(), wrong) == {"I-12"}
    stream = world.new()
    world.act(DAY, _one(world), stream, agent)
    assert world.rules(DAY, _one(world), stream, agent) == {"I-00"}
    assert world.state(Officer, stream).actors(DAY)[0].unit == unit
    post = appointment(Role.OFFICER, Level.COUNTY, COUNTY, DAY)
    assert world.rules(DAY, _one(world), stream, post) == {"I-13"}


_NO_POSTS = (Role.APPLICANT, Role.UNIT_UNION)
_OF_A_HOUSE = (Role.OFFICER, Role.APPROVER)


@pytest.mark.parametrize("role", _OF_A_HOUSE)
def test_t_02_who_handles_or_approves_cases_is_of_a_house(world: World, role: Role) -> None:
    post = appointment(role, Level.PREFECTURE, PREFECTURE, DAY, house=None)
    assert world.rules(DAY, _one(world), _tagged(world), post) == {"T-02"}


@pytest.mark.parametrize("role", [role for role in Role if role not in (*_NO_POSTS, *_OF_A_HOUSE)])
def test_t_04_it_takes_two_to_give_a_post_that_decides(world: World, role: Role) -> None:
    person = _tagged(world)
    entry = world.act(DAY, _one(world), person, appointment(role, Level.PREFECTURE, PREFECTURE, DAY))
    assert isinstance(entry.event, ActProposed)
    assert not world.state(Officer, person).actors(DAY)
    other = _tagged(world, "示例乙")
    entry = world.act(DAY, _one(world), other, appointment(role, Level.PREFECTURE, PREFECTURE, DAY, house=None))
    assert isinstance(entry.event, ActProposed) is (role in SENSITIVE)


def test_i_13_nobody_appoints_above_their_level_outside_their_place_or_themselves(world: World) -> None:
    person, county = _tagged(world), _administrator(world, COUNTY, Level.COUNTY)
    desk = appointment(Role.OFFICER, Level.COUNTY, COUNTY, DAY)
    assert world.rules(DAY, county, person, desk.model_copy(update={"level": Level.PREFECTURE})) == {"I-13"}
    assert world.rules(DAY, county, person, desk.model_copy(update={"place": ELSEWHERE})) == {"I-13"}
    assert world.rules(DAY, county, county, desk) == {"I-12"}
    backwards = desk.model_copy(update={"until": DAY - timedelta(days=1)})
    assert world.rules(DAY, county, person, backwards) == {"I-21"}
    world.by_two(DAY, _one(world), _two(world), person, desk)
    assert world.rules(DAY, person, world.new(), OfficerRegistered()) == {"I-13"}


@pytest.mark.parametrize("other", [Role.APPROVER, Role.AUDITOR, Role.DATA_OFFICER])
def test_t_03_an_administrator_is_nothing_that_it_is_kept_apart_from(world: World, other: Role) -> None:
    administrator = _administrator(world, PREFECTURE, Level.PREFECTURE)
    house = appointment(other, Level.COUNTY, COUNTY, DAY, house=House.UNION)
    assert world.rules(DAY, _one(world), administrator, house) == {"T-03"}
    person = _tagged(world)
    both = appointment(Role.ADMINISTRATOR, Level.COUNTY, COUNTY, DAY, also=(other,))
    assert world.rules(DAY, _one(world), person, both) == {"T-03"}


def test_t_03_one_after_the_other_is_not_together(world: World) -> None:
    administrator = _administrator(world, PREFECTURE, Level.PREFECTURE)
    version = world.state(Officer, administrator).appointments[0].version
    relieved = OfficerRelieved(appointment=version, on=NEXT)
    world.by_two(DAY, _one(world), _two(world), administrator, relieved)
    auditor = appointment(Role.AUDITOR, Level.PREFECTURE, PREFECTURE, NEXT)
    assert world.rules(DAY, _one(world), administrator, auditor.model_copy(update={"from_": DAY})) == {"T-03"}
    world.by_two(DAY, _one(world), _two(world), administrator, auditor)
    assert {actor.roles for actor in world.state(Officer, administrator).actors(NEXT)} == {(Role.AUDITOR,)}


def test_the_pack_says_which_posts_are_kept_apart(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    world.by_two(DAY, _one(world), _two(world), person, appointment(Role.CONTACT, Level.PREFECTURE, PREFECTURE, DAY))
    example = World(load_pack("example-1"))
    example.begin()
    other = example.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="640100")
    contact = appointment(Role.CONTACT, Level.PREFECTURE, "640100", DAY)
    assert example.rules(DAY, example.people["administrator 1"], other, contact) == {"T-03"}


def test_a_post_ends_once_by_who_has_all_of_the_officers_posts(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.COUNTY, place=COUNTY)
    relieved = OfficerRelieved(appointment=world.state(Officer, person).appointments[0].version, on=NEXT)
    foreign = _administrator(world, ELSEWHERE, Level.PREFECTURE)
    local = _administrator(world, PREFECTURE, Level.PREFECTURE)
    assert world.rules(DAY, foreign, person, relieved) == {"I-13"}
    assert world.rules(DAY, local, person, relieved.model_copy(update={"appointment": 1})) == {"I-00"}
    world.by_two(DAY, local, world.people["administrator 3"], person, relieved)
    assert world.rules(DAY, local, person, relieved.model_copy(update={"on": NEXT + timedelta(days=1)})) == {"I-00"}
    assert world.state(Officer, person).actors(DAY)
    assert not world.state(Officer, person).actors(NEXT)


def test_i_12_nobody_relieves_suspends_or_tags_themselves(world: World) -> None:
    first = _one(world)
    version = world.state(Officer, first).appointments[0].version
    for event in (
        OfficerRelieved(appointment=version, on=DAY),
        OfficerSuspended(from_=DAY, until=NEXT, reason="示例"),
        OfficerReinstated(suspension=version, on=DAY, reason="示例"),
        OfficerPersonTagged(tag=tag_of("另一人")),
    ):
        assert "I-12" in world.rules(DAY, first, first, event)


def test_t_04_one_suspends_for_five_working_days_and_two_for_longer(world: World) -> None:
    person = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place=PREFECTURE)
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    alone = OfficerSuspended(from_=DAY, until=until, reason="示例")
    longer = alone.model_copy(update={"until": until + timedelta(days=1)})
    for of_two in (longer, alone.model_copy(update={"until": None})):
        assert isinstance(world.act(DAY, _one(world), person, of_two).event, ActProposed)
    assert world.state(Officer, person).actors(DAY)
    assert isinstance(world.act(DAY, _one(world), person, alone).event, OfficerSuspended)
    assert not world.state(Officer, person).actors(until)
    assert world.state(Officer, person).actors(until + timedelta(days=1))
    world.by_two(DAY, _one(world), _two(world), person, longer)
    assert not world.state(Officer, person).actors(until + timedelta(days=1))


def test_t_04_it_takes_two_to_lift_a_suspension(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    nothing = OfficerReinstated(suspension=world.state(Officer, person).version, on=DAY, reason="示例")
    assert world.rules(DAY, _one(world), person, nothing) == {"I-00"}
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    entry = world.act(DAY, _one(world), person, OfficerSuspended(from_=DAY, until=until, reason="示例"))
    lifted = OfficerReinstated(suspension=entry.version, on=NEXT, reason="示例：查清")
    assert world.may(DAY, _one(world), person)["lift-suspension"].allowed
    world.by_two(DAY, _one(world), _two(world), person, lifted)
    assert not world.state(Officer, person).actors(DAY)
    assert world.state(Officer, person).actors(NEXT)
    late = lifted.model_copy(update={"on": until})
    assert world.rules(DAY, _one(world), person, late) == {"I-00"}


def test_a_suspended_officer_does_nothing(world: World) -> None:
    person = _administrator(world, PREFECTURE, Level.PREFECTURE)
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    world.act(DAY, _one(world), person, OfficerSuspended(from_=NEXT, until=until, reason="示例"))
    assert world.rules(NEXT, person, world.new(), OfficerRegistered()) == {"I-13"}
    world.act(DAY, person, world.new(), OfficerRegistered())


def test_t_02_a_person_is_tagged_once_by_two_of_the_place(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.COUNTY, place=COUNTY)
    assert world.rules(DAY, _one(world), person, OfficerPersonTagged(tag=tag_of("别人"))) == {"T-02"}
    fresh = _new(world)
    foreign = _administrator(world, ELSEWHERE, Level.PREFECTURE)
    assert world.rules(DAY, foreign, fresh, OfficerPersonTagged(tag=tag_of("示例甲"))) == {"I-13"}
    world.by_two(DAY, _one(world), _two(world), fresh, OfficerPersonTagged(tag=tag_of("示例甲")))
    assert world.state(Officer, fresh).tag == tag_of("示例甲").tag


def _unit(world: World, place: str = COUNTY) -> UUID:
    code = f"park-{world._numbers}"
    county = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    registered = UnitRegistered(
        kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例园区", code=code, place=place
    )
    stream = unit_id(code, place)
    world.act(DAY, county, stream, registered)
    return stream


def test_i_12_an_interest_is_declared_by_oneself_and_bars(world: World) -> None:
    unit = _unit(world)
    person = world.hires(DAY, Role.OFFICER, Level.COUNTY, place=COUNTY)
    declared = OfficerInterestDeclared(unit=unit, reason="示例：近亲属任职")
    assert world.rules(DAY, _one(world), person, declared) == {"I-12"}
    assert world.rules(DAY, person, person, declared.model_copy(update={"unit": world.new()})) == {"T-02"}
    changed = UnitDetailsChanged(headcount=9, reason="示例")
    world.act(DAY, person, unit, changed)
    world.act(DAY, person, person, declared)
    assert world.rules(DAY, person, unit, changed) == {"I-12"}


def test_a_units_agent_is_suspended_where_the_unit_lies(world: World) -> None:
    unit, agent = _unit(world, ELSEWHERE), world.new()
    world.act(DAY, _one(world), agent, OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(Role.APPLICANT,)))
    suspended = OfficerSuspended(from_=DAY, until=NEXT, reason="示例")
    here, there = (_administrator(world, place, Level.PREFECTURE) for place in (PREFECTURE, ELSEWHERE))
    assert world.rules(DAY, here, agent, suspended) == {"I-13"}
    world.act(DAY, there, agent, suspended)


def test_t_02_an_agent_acts_for_its_unit_while_its_mandate_runs(world: World) -> None:
    unit, agent, last = _unit(world, ELSEWHERE), world.new(), DAY + timedelta(days=30)
    registered = OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(Role.APPLICANT,), mandate_until=last)
    for until in (DAY - timedelta(days=1), DAY + timedelta(days=3 * 366 + 1)):
        wrong = registered.model_copy(update={"mandate_until": until})
        assert world.rules(DAY, _one(world), agent, wrong) == {"T-02"}
    assert world.rules(DAY, _one(world), world.new(), OfficerRegistered(mandate_until=last)) == {"T-02"}
    world.act(DAY, _one(world), agent, registered)
    changed = UnitDetailsChanged(name="示例园区", reason="示例")
    world.act(last, agent, unit, changed)
    assert world.rules(last + timedelta(days=1), agent, unit, changed) == {"I-13"}
    again, anew = last + timedelta(days=10), last + timedelta(days=100)
    here, there = (_administrator(world, place, Level.PREFECTURE) for place in (PREFECTURE, ELSEWHERE))
    given = OfficerMandated(until=anew, reason="示例：续签委托")
    assert world.rules(again, here, agent, given) == {"I-13"}
    assert world.rules(again, _one(world), _new(world), given) == {"T-02"}
    world.act(again, there, agent, given)
    assert not world.state(Officer, agent).actors(again - timedelta(days=1))
    world.act(again, agent, unit, UnitDetailsChanged(name="示例园区二", reason="示例"))
    world.act(again, there, agent, OfficerMandated(until=again, reason="示例：解除委托"))
    assert world.rules(again + timedelta(days=1), agent, unit, changed) == {"I-13"}


def test_t_04_the_operator_sets_up_once_and_appoints_no_approver() -> None:
    world = World(PACK)
    person = world.registers(DAY, "示例", by=world.operator)
    world.act(DAY, world.operator, person, OfficerPersonTagged(tag=tag_of("示例")))
    approver = appointment(Role.APPROVER, Level.PROVINCE, PROVINCE, DAY).model_copy(update={"paper": None})
    assert world.rules(DAY, world.operator, person, approver) == {"T-04"}
    world.begin()
    administrator = appointment(Role.ADMINISTRATOR, Level.PROVINCE, PROVINCE, DAY, house=None)
    assert world.rules(DAY, world.operator, person, administrator) == {"I-13"}
    assert world.rules(DAY, world.operator, world.new(), OfficerRegistered()) == {"I-13"}


def test_t_02_an_appointment_counts_from_its_recording(world: World) -> None:
    person = _tagged(world)
    earlier = appointment(Role.OFFICER, Level.PREFECTURE, PREFECTURE, DAY - timedelta(days=90))
    world.by_two(DAY, _one(world), _two(world), person, earlier)
    state = world.state(Officer, person)
    assert not state.held_on(DAY - timedelta(days=1), PREFECTURE, House.HR)
    assert state.held_on(DAY, COUNTY, House.HR)
    assert not state.held_on(DAY, COUNTY, House.UNION)
    assert not state.held_on(DAY, ELSEWHERE)


def test_what_an_administrator_may_do_with_an_officer(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.COUNTY, place=COUNTY)
    may = {name: offered.allowed for name, offered in world.may(DAY, _one(world), person).items()}
    assert may == {
        "register": False, "mandate": False, "tag-person": False, "appoint": True, "relieve": True, "suspend": True,
        "lift-suspension": False, "declare-interest": False, "second-act": False, "void-entry": True,
        "correct-entry": False, "record-leave": True, "assign-duty": False, "release-duty": False,
        "extend-duty": False, "suspend-duty": False, "resume-duty": False,
    }  # fmt: skip
    own = {name: offered.allowed for name, offered in world.may(DAY, person, person).items()}
    assert [name for name, allowed in own.items() if allowed] == ["record-leave", "declare-interest", "void-entry"]
    nobody = world.may(DAY, world.new(), person)
    assert {refusal.rule for offered in nobody.values() for refusal in offered.refusals} == {"I-13"}


def test_an_appointment_names_who_made_it(world: World) -> None:
    person = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    post = world.state(Officer, person).appointments[0]
    assert (post.by, post.seconded_by, post.made_on) == (_one(world), _two(world), DAY)
    entry = world.last_of(person)
    assert isinstance(entry.event, OfficerAppointed)
    assert entry.relied_on is not None
    assert {_one(world), _two(world)} <= entry.relied_on.keys()
