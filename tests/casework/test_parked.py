"""待匹配信号: matched or discarded once, by who is in charge of its place (I-13, I-17)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.record import COMMON
from events.unit.registration import UnitRegistered
from events.words import Level, Role, SubKind, UnitKind
from services.casework.pack import load_pack
from services.casework.signal.state import Parked
from services.casework.unit.registration import unit_id
from tests.casework.world import World

DAY = date(2024, 3, 4)
PARKED = SignalParked(
    signal="urn:example:petitions:430100#1", source="urn:example:petitions:430100", reason="代码不符",
    unit_place="430104", digest="0" * 64, message="{}",
)  # fmt: skip
DISCARDED = SignalDiscarded(reason="示例：重复")


@pytest.fixture
def world() -> World:
    made = World(load_pack())
    made.begin()
    return made


def _desk(world: World, place: str, level: Level = Level.PREFECTURE) -> UUID:
    return world.hires(DAY, Role.OFFICER, level, place=place)


def _parked(world: World, event: SignalParked = PARKED) -> UUID:
    stream = world.new()
    world.act(DAY, world.operator, stream, event)
    return stream


def _ends(world: World, by: UUID, stream: UUID, event: SignalMatched | SignalDiscarded) -> int:
    """The version of what ends the waiting; what might freeze a unit takes a second person to be put aside."""
    if isinstance(event, SignalMatched):
        return world.act(DAY, by, stream, event).version
    second = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place="430100")
    return world.by_two(DAY, by, second, stream, event).version


def _unit(world: World, place: str) -> UUID:
    stream = unit_id("P1", place)
    registered = UnitRegistered(
        kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例园区", code="P1", place=place
    )
    world.act(DAY, _desk(world, "430000", Level.PROVINCE), stream, registered)
    return stream


def test_it_lies_where_the_source_says_the_unit_is_or_else_where_the_source_is(world: World) -> None:
    assert world.state(Parked, _parked(world)).place == "430104"
    nowhere = _parked(world, PARKED.model_copy(update={"unit_place": "长沙"}))
    assert world.state(Parked, nowhere).place == world.operator.place


def test_i_17_it_is_matched_or_discarded_once_and_by_a_person(world: World) -> None:
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    for first, second in ((SignalMatched(unit=unit, reason="示例"), DISCARDED), (DISCARDED, DISCARDED)):
        stream = _parked(world)
        assert world.rules(DAY, world.operator, stream, first) == {"I-13"}
        _ends(world, here, stream, first)
        assert not world.state(Parked, stream).is_waiting
        assert world.rules(DAY, here, stream, second) == {"I-00"}


def test_i_13_the_unit_matched_lies_in_the_place_of_the_post(world: World) -> None:
    here, far, stream = _desk(world, "430100"), _unit(world, "430204"), _parked(world)
    assert world.rules(DAY, here, stream, SignalMatched(unit=far, reason="示例")) == {"I-13"}
    assert world.rules(DAY, here, stream, SignalMatched(unit=world.new(), reason="示例")) == {"T-02"}
    world.act(DAY, _desk(world, "430000", Level.PROVINCE), stream, SignalMatched(unit=far, reason="示例"))


def test_what_was_made_of_it_is_not_voided(world: World) -> None:
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    for event in (SignalMatched(unit=unit, reason="示例"), DISCARDED):
        stream = _parked(world)
        voiding = COMMON["signal"].entry_voided(version=_ends(world, here, stream, event), reason="示例")
        assert world.rules(DAY, here, stream, voiding) == {"I-00"}
