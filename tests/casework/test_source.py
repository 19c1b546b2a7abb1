"""来源: which systems may report, and when not (I-17, T-20)."""

from __future__ import annotations

from datetime import date

import pytest

from events.governance.source import (
    SourceClosed,
    SourceKeyRegistered,
    SourceKeyRevoked,
    SourceRegistered,
    SourceResumed,
    SourceSuspended,
)
from events.words import Category, Level, Role, SourceSystem
from services.casework.pack import load_pack
from services.casework.source.kind import MOST_KEYS
from services.casework.source.state import Source, source_stream
from tests.casework.world import World

DAY = date(2024, 3, 4)
URI = "urn:example:petitions:430100"
STREAM = source_stream(URI)
REGISTERED = SourceRegistered(
    uri=URI, name="示例信访系统", system=SourceSystem.PETITIONS, place="430100", categories=(Category.MASS_PETITION,)
)
SUSPENDED, RESUMED, CLOSED = SourceSuspended(reason="示例"), SourceResumed(), SourceClosed(reason="示例")


@pytest.fixture
def world() -> World:
    made = World(load_pack())
    made.begin()
    return made


def test_i_17_a_source_is_registered_once_on_the_stream_of_its_uri(world: World) -> None:
    by = world.people["administrator 1"]
    assert world.rules(DAY, by, source_stream("urn:example:other"), REGISTERED) == {"T-20"}
    assert world.rules(DAY, by, STREAM, REGISTERED.model_copy(update={"place": "420000"})) == {"I-13"}
    world.act(DAY, by, STREAM, REGISTERED)
    assert world.rules(DAY, by, STREAM, REGISTERED) == {"I-00"}
    assert world.state(Source, STREAM).actor().place == "430100"


def test_i_17_only_administrators_of_the_province_register_and_suspend(world: World) -> None:
    local = world.hires(DAY, Role.ADMINISTRATOR, Level.PREFECTURE, None, place="430100")
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    for who in (local, approver):
        assert world.rules(DAY, who, STREAM, REGISTERED) == {"I-13"}
    world.act(DAY, world.people["administrator 1"], STREAM, REGISTERED)
    assert world.rules(DAY, local, STREAM, SUSPENDED) == {"I-13"}


def test_a_source_is_suspended_resumed_and_closed_for_good(world: World) -> None:
    by = world.people["administrator 1"]
    for event in (SUSPENDED, RESUMED, CLOSED):
        assert world.rules(DAY, by, STREAM, event) == {"I-00"}
    world.act(DAY, by, STREAM, REGISTERED)
    assert world.rules(DAY, by, STREAM, RESUMED) == {"I-00"}
    world.by_two(DAY, by, world.people["administrator 2"], STREAM, SUSPENDED)
    assert world.rules(DAY, by, STREAM, SUSPENDED) == {"I-00"}
    world.by_two(DAY, by, world.people["administrator 2"], STREAM, RESUMED)
    world.by_two(DAY, by, world.people["administrator 2"], STREAM, CLOSED)
    for event in (SUSPENDED, RESUMED, CLOSED):
        assert world.rules(DAY, by, STREAM, event) == {"I-00"}
    may = {name: offered.allowed for name, offered in world.may(DAY, by, STREAM).items()}
    assert not any(may.values())


def test_E_26_a_source_is_bound_by_its_first_key_and_stays_so(world: World) -> None:
    by, other = (world.people[f"administrator {number}"] for number in (1, 2))
    world.act(DAY, by, STREAM, REGISTERED)
    assert not world.state(Source, STREAM).bound
    keys = [f"{number:064x}" for number in range(MOST_KEYS + 1)]
    for key in keys[:-1]:
        world.by_two(DAY, by, other, STREAM, SourceKeyRegistered(key=key))
    assert world.state(Source, STREAM).keys == tuple(keys[:-1])
    assert world.rules(DAY, by, STREAM, SourceKeyRegistered(key=keys[-1])) == {"I-17"}, "too many"
    for key in keys[:-1]:
        world.by_two(DAY, by, other, STREAM, SourceKeyRevoked(key=key, reason="示例：更换"))
    source = world.state(Source, STREAM)
    assert source.keys == ()
    assert source.bound, "without a key nothing is proven, and nothing is taken"
    assert world.rules(DAY, by, STREAM, SourceKeyRegistered(key=keys[0])) == {"I-17"}, "revoked for good"
    assert world.rules(DAY, by, STREAM, SourceKeyRevoked(key=keys[0], reason="示例"))
    world.by_two(DAY, by, other, STREAM, CLOSED)
    assert world.rules(DAY, by, STREAM, SourceKeyRegistered(key=keys[-1])) == {"I-00"}


def test_E_26_a_key_takes_two_administrators(world: World) -> None:
    by = world.people["administrator 1"]
    local = world.hires(DAY, Role.ADMINISTRATOR, Level.PREFECTURE, None, place="430100")
    world.act(DAY, by, STREAM, REGISTERED)
    assert world.rules(DAY, local, STREAM, SourceKeyRegistered(key="ab" * 32)) == {"I-13"}
    world.act(DAY, by, STREAM, SourceKeyRegistered(key="ab" * 32))
    assert world.state(Source, STREAM).keys == ()
