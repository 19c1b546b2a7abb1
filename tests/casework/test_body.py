"""机构: its members by house and term, and the houses that it owes (R-08, T-20)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.body import BodyDissolved, BodyEstablished, BodyMemberAppointed, BodyMemberReleased
from events.words import BodyKind, House, Level, ObligationKind, Role
from services.casework.body.state import Body, body_stream
from services.casework.pack import load_pack
from tests.casework.world import World

PACK = load_pack()
DAY, UNTIL = date(2024, 3, 4), date(2024, 12, 31)
NAME, PLACE = "示例市协调劳动关系三方会议", "430100"
STREAM = body_stream(PLACE, BodyKind.TRIPARTITE, NAME)
ESTABLISHED = BodyEstablished(kind=BodyKind.TRIPARTITE, name=NAME, place=PLACE)


@pytest.fixture
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


def _desk(world: World, house: House = House.HR) -> UUID:
    return world.hires(DAY, Role.OFFICER, Level.PREFECTURE, house, place=PLACE)


def _member(officer: UUID, house: House, from_: date = DAY, until: date | None = UNTIL) -> BodyMemberAppointed:
    return BodyMemberAppointed(officer=officer, house=house, from_=from_, until=until)


def test_a_body_is_set_up_by_the_office_of_its_place_on_the_stream_of_its_name(world: World) -> None:
    desk = _desk(world)
    elsewhere = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="430200")
    assert world.rules(DAY, elsewhere, STREAM, ESTABLISHED) == {"I-13"}
    assert world.rules(DAY, desk, STREAM, ESTABLISHED.model_copy(update={"name": "另一机构"})) == {"T-20"}
    world.act(DAY, desk, STREAM, ESTABLISHED)
    assert world.rules(DAY, desk, STREAM, ESTABLISHED) == {"I-00"}


def test_members_are_officers_of_the_programmes_houses_each_once_at_a_time(world: World) -> None:
    desk = _desk(world)
    world.act(DAY, desk, STREAM, ESTABLISHED)
    person = _desk(world, House.UNION)
    assert world.rules(DAY, desk, STREAM, _member(world.new(), House.UNION)) == {"T-02"}
    assert world.rules(DAY, desk, STREAM, _member(person, House.UNION, until=DAY - timedelta(days=1))) == {"I-21"}
    first = world.act(DAY, desk, STREAM, _member(person, House.UNION))
    assert world.rules(DAY, desk, STREAM, _member(person, House.UNION, UNTIL)) == {"I-00"}
    world.act(DAY, desk, STREAM, _member(person, House.UNION, UNTIL + timedelta(days=1), None))
    member = world.state(Body, STREAM).member_on(person, UNTIL)
    assert member is not None
    assert member.version == first.version
    assert world.state(Body, STREAM).member_on(person, DAY - timedelta(days=1)) is None


def test_a_house_that_is_not_the_programmes_sends_nobody() -> None:
    world = World(load_pack("example-1"))
    world.begin()
    desk = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="640100")
    stream = body_stream("640100", BodyKind.TRIPARTITE, NAME)
    world.act(DAY, desk, stream, ESTABLISHED.model_copy(update={"place": "640100"}))
    assert world.rules(DAY, desk, stream, _member(desk, House.COMMERCE)) == {"I-00", "T-02"}
    world.act(DAY, desk, stream, _member(desk, House.HR))
    assert {owed.ref for owed in world.owed(stream)} == {"union", "federation"}


def test_a_member_is_released_once_and_leaves_the_day_before(world: World) -> None:
    desk, leaving = _desk(world), DAY + timedelta(days=10)
    world.act(DAY, desk, STREAM, ESTABLISHED)
    version = world.act(DAY, desk, STREAM, _member(desk, House.HR)).version
    released = BodyMemberReleased(member=version, on=leaving)
    assert world.rules(DAY, desk, STREAM, released.model_copy(update={"member": 1})) == {"I-00"}
    assert world.rules(DAY, desk, STREAM, released.model_copy(update={"on": UNTIL + timedelta(days=1)})) == {"I-00"}
    world.act(DAY, desk, STREAM, released)
    assert world.state(Body, STREAM).member_on(desk, leaving - timedelta(days=1))
    assert world.state(Body, STREAM).member_on(desk, leaving) is None
    assert world.rules(DAY, desk, STREAM, released) == {"I-00"}


def test_r_08_a_tripartite_body_owes_a_member_of_every_house(world: World) -> None:
    desk = _desk(world)
    world.act(DAY, desk, STREAM, ESTABLISHED)
    due = PACK.after(DAY, PACK.windows.body_member)
    owed = world.owed(STREAM)
    assert {(o.kind, o.holder, o.due) for o in owed} == {(ObligationKind.BODY_MEMBER, f"prefecture:{PLACE}", due)}
    assert {o.ref for o in owed} == set(PACK.quorums.houses)
    for house in House:
        world.act(DAY, desk, STREAM, _member(_desk(world, house), house))
        assert house.value not in {o.ref for o in world.owed(STREAM)}
    assert world.time_passes(due + timedelta(days=1), STREAM) == []
    office = body_stream(PLACE, BodyKind.OFFICE, NAME)
    world.act(DAY, desk, office, ESTABLISHED.model_copy(update={"kind": BodyKind.OFFICE}))
    assert not world.owed(office)


def test_a_dissolved_body_is_over(world: World) -> None:
    desk = _desk(world)
    world.act(DAY, desk, STREAM, ESTABLISHED)
    dissolved = BodyDissolved(reason="示例", on=DAY)
    assert world.rules(DAY, desk, STREAM, dissolved.model_copy(update={"on": UNTIL})) == {"I-21"}
    assert world.may(DAY, desk, STREAM)["appoint-member"].allowed
    world.act(DAY, desk, STREAM, dissolved)
    for event in (dissolved, _member(desk, House.HR)):
        assert world.rules(DAY, desk, STREAM, event) == {"I-00"}
    assert not world.owed(STREAM)
    assert not any(offered.allowed for offered in world.may(DAY, desk, STREAM).values())
