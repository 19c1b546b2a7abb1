"""待匹配信号: matched or discarded once, by who is in charge of its place (I-13, I-17)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import orjson
import pytest

from events.envelope import Event
from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.governance.source import SourceClosed, SourceRegistered, SourceSuspended
from events.record import COMMON, ActProposed, DeadlineMissed
from events.unit.registration import UnitRegistered
from events.unit.signals import UnitSignalAmended, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    ActorKind,
    Category,
    House,
    Level,
    ObligationKind,
    Role,
    SourceSystem,
    SubKind,
    UnitKind,
)
from services.casework.pack import load_pack
from services.casework.signal.state import Parked, reported
from services.casework.source.state import source_stream
from services.casework.unit.registration import unit_id
from tests.casework.world import World, seconding

DAY = date(2024, 3, 4)


def _told(people: int = 1, **changes: object) -> SignalParked:
    """A signal about so many people, as its source sent it."""
    sent = {
        "external_id": "1", "category": "wage_arrears", "severity": 1, "occurred_on": str(DAY), "reported_on": str(DAY),
        "people": people, "summary": "示例",
    }  # fmt: skip
    told = SignalParked(
        signal="urn:example:petitions:430100#1", source="urn:example:petitions:430100", reason="代码不符",
        unit_place="430104", digest="0" * 64, message=orjson.dumps(sent).decode(),
    )  # fmt: skip
    return told.model_copy(update=changes)


PARKED = _told()
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


def _unit(world: World, place: str) -> UUID:
    stream = unit_id("P1", place)
    registered = UnitRegistered(
        kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例园区", code="P1", place=place
    )
    world.act(DAY, _desk(world, "430000", Level.PROVINCE), stream, registered)
    return stream


def _source(world: World) -> UUID:
    """The source of the parked signals, registered."""
    stream = source_stream(PARKED.source)
    registered = SourceRegistered(
        uri=PARKED.source, name="示例来源", system=SourceSystem.PETITIONS, place="430100",
        categories=(Category.WAGE_ARREARS,),
    )  # fmt: skip
    world.act(DAY, world.people["administrator 1"], stream, registered)
    return stream


def test_it_lies_where_the_source_says_the_unit_is_or_else_where_the_source_is(world: World) -> None:
    assert world.state(Parked, _parked(world)).place == "430104"
    for place in ("长沙", "110101"):  # no code of a place; a place of which no office of this register has charge
        stream = _parked(world, _told(unit_place=place))
        assert world.state(Parked, stream).place == world.operator.place
        world.act(DAY, _desk(world, "430000", Level.PROVINCE), stream, DISCARDED)


def test_i_17_it_is_matched_or_discarded_once_and_by_a_person(world: World) -> None:
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    for first, second in ((SignalMatched(unit=unit, reason="示例"), DISCARDED), (DISCARDED, DISCARDED)):
        stream = _parked(world)
        assert world.rules(DAY, world.operator, stream, first) == {"I-13"}
        world.act(DAY, here, stream, first)
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
        voiding = COMMON["signal"].entry_voided(version=world.act(DAY, here, stream, event).version, reason="示例")
        assert world.rules(DAY, here, stream, voiding) == {"I-00"}


def test_T_04_what_would_freeze_a_unit_is_matched_and_discarded_by_two(world: World) -> None:
    here, unit = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place="430100"), _unit(world, "430104")
    second = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, House.UNION, place="430100")
    for event in (SignalMatched(unit=unit, reason="示例"), DISCARDED):
        stream = _parked(world, _told(people=60))
        proposal = world.act(DAY, here, stream, event)
        assert isinstance(proposal.event, ActProposed)
        assert world.state(Parked, stream).is_waiting
        assert world.rules(DAY, here, stream, seconding(proposal)) == {"T-04"}
        world.act(DAY, second, stream, seconding(proposal))
        assert not world.state(Parked, stream).is_waiting


def test_T_04_the_freezing_severity_itself_takes_two(world: World) -> None:
    here, unit = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place="430100"), _unit(world, "430104")
    freezing = world.pack.limits.frozen_severity
    for severity, two in ((freezing - 1, False), (freezing, True)):
        sent = _told(message=PARKED.message.replace('"severity":1', f'"severity":{severity}'))
        for event in (SignalMatched(unit=unit, reason="示例"), DISCARDED):
            stored = world.act(DAY, here, _parked(world, sent), event)
            assert isinstance(stored.event, ActProposed) is two, severity


def test_T_04_what_its_source_says_is_recorded_at_the_unit_as_the_sources_alone(world: World) -> None:
    """Whoever seconds a match does not become the second person of what the source said."""
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    _source(world)
    stream = _parked(world, _told(people=60))
    second = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, House.UNION, place="430100")
    matched = world.by_two(DAY, here, second, stream, SignalMatched(unit=unit, reason="示例"))
    recorded = world.last_of(unit)
    assert isinstance(recorded.event, UnitSignalRecorded)
    assert matched.seconded_by is not None
    assert (recorded.actor.kind, recorded.seconded_by) == (ActorKind.SOURCE, None)


@pytest.mark.parametrize("out", [SourceSuspended(reason="示例"), SourceClosed(reason="示例")])
def test_i_17_what_a_source_sent_before_it_went_out_of_service_is_matched_by_who_puts_it_to_the_unit(
    world: World, out: Event
) -> None:
    here, unit, source = _desk(world, "430100"), _unit(world, "430104"), _source(world)
    second = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, House.UNION, place="430100")
    stream, grave = (
        _parked(world),
        _parked(world, _told(people=60, message=_told(people=60).message.replace('"1"', '"2"'))),
    )
    other = _parked(world, _told(message=PARKED.message.replace("wage_arrears", "no_contract")))
    world.by_two(DAY, world.people["administrator 1"], world.people["administrator 2"], source, out)
    matched = SignalMatched(unit=unit, reason="示例")
    assert world.rules(DAY, here, other, matched) == {"I-13"}  # no category of the source's
    world.act(DAY, here, stream, matched)
    recorded = world.last_of(unit)
    assert isinstance(recorded.event, UnitSignalRecorded)
    assert (recorded.actor.id, recorded.event.parked, recorded.event.source) == (here, stream, PARKED.source)
    world.by_two(DAY, here, second, grave, matched)
    assert world.last_of(unit).seconded_by is not None
    # It is nobody's but the source's: in its name nobody records, amends or withdraws.
    said = recorded.event.model_copy(update={"external_id": "3", "signal": None})
    assert world.rules(DAY, here, unit, said) == {"I-17"}
    assert world.rules(DAY, here, unit, said.model_copy(update={"parked": None})) == {"I-17"}
    for change in (
        UnitSignalAmended(signal=recorded.event.signal or "", people=2, reason="示例"),
        UnitSignalWithdrawn(signal=recorded.event.signal or "", reason="示例"),
    ):
        assert world.rules(DAY, here, unit, change) == {"I-17"}


def test_i_17_what_is_recorded_of_a_match_is_what_was_parked_for_that_unit(world: World) -> None:
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    _source(world)
    waiting, discarded = _parked(world), _parked(world)
    world.act(DAY, here, discarded, DISCARDED)
    for stream in (waiting, discarded):
        said = reported(PARKED).model_copy(update={"parked": stream})
        assert world.rules(DAY, here, unit, said) == {"I-17"}


def test_i_17_what_nobody_can_read_is_discarded_by_two_and_matched_by_nobody(world: World) -> None:
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    stream = _parked(world, _told(message="{}"))
    assert world.rules(DAY, here, stream, SignalMatched(unit=unit, reason="示例")) == {"I-17"}
    second = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place="430100")
    world.by_two(DAY, here, second, stream, DISCARDED)


def test_T_05_somebody_has_to_match_or_discard_it_by_a_day(world: World) -> None:
    here, unit = _desk(world, "430100"), _unit(world, "430104")
    due = world.pack.after(DAY, world.pack.windows.match_signal)
    for event in (SignalMatched(unit=unit, reason="示例"), DISCARDED):
        stream = _parked(world)
        (owed,) = world.owed(stream)
        assert (owed.kind, owed.holder, owed.due) == (ObligationKind.MATCH_SIGNAL, "prefecture:430100", due)
        assert not world.time_passes(due, stream)
        (missed,) = world.time_passes(due + timedelta(days=1), stream)
        assert isinstance(missed, DeadlineMissed)
        world.act(DAY, here, stream, event)
        assert not world.owed(stream)
    (owed,) = world.owed(_parked(world, _told(unit_place=None)))
    assert owed.holder == "province:430000"
