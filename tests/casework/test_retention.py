"""保管期限: how long things are kept, legal holds, and certificates of destruction (T-27)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from events.governance.retention import (
    DestroyedItem,
    RegisterContentDestroyed,
    RegisterHoldLifted,
    RegisterHoldPlaced,
)
from events.record import ActProposed
from events.words import Level, Role
from services.casework.pack import Pack, load_pack
from services.casework.pack_retention import Retention, personal_fields, problems_of_retention
from services.casework.register.state import Hold, Register, register_stream
from tests.casework.world import World

DAY, PROVINCE = date(2024, 6, 3), "430000"
PACK = load_pack()
DIGEST, OTHER = "a" * 64, "b" * 64
OLD, YOUNG = DestroyedItem(digest=DIGEST, since=date(2010, 1, 4)), DestroyedItem(digest=OTHER, since=date(2023, 1, 4))
STREAM = register_stream(PROVINCE)


@pytest.fixture
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


@pytest.fixture
def two(world: World) -> tuple[UUID, UUID]:
    return world.hires(DAY, Role.DATA_OFFICER, Level.PROVINCE), world.hires(DAY, Role.DATA_OFFICER, Level.PROVINCE)


def certificate(*items: DestroyedItem, line: str = "attachments") -> RegisterContentDestroyed:
    return RegisterContentDestroyed(line=line, reason="示例：期满").model_copy(update={"items": items})


def test_what_is_due_is_destroyed_by_two_persons(world: World, two: tuple[UUID, UUID]) -> None:
    proposed = world.act(DAY, two[0], STREAM, certificate(OLD))
    assert isinstance(proposed.event, ActProposed), "one person alone destroys nothing"
    done = world.by_two(DAY, *two, STREAM, certificate(OLD))
    assert isinstance(done.event, RegisterContentDestroyed)
    assert done.seconded_by is not None


@pytest.mark.parametrize(
    ("event", "rules"),
    [
        (certificate(YOUNG), {"T-27"}),
        (certificate(OLD, YOUNG), {"T-27"}),
        (certificate(), {"T-27"}),
        (certificate(OLD, line="entries"), {"T-27"}),
    ],
    ids=["too early", "one of them too early", "nothing", "entries are kept for good"],
)
def test_what_was_not_kept_for_its_time_stays(
    world: World, two: tuple[UUID, UUID], event: RegisterContentDestroyed, rules: set[str]
) -> None:
    assert world.rules(DAY, two[0], STREAM, event) == rules


def test_a_hold_keeps_back_until_two_persons_lift_it(world: World, two: tuple[UUID, UUID]) -> None:
    hold = world.act(DAY, two[0], STREAM, RegisterHoldPlaced(papers=(DIGEST,), reason="示例：诉讼"))
    assert world.rules(DAY, two[0], STREAM, certificate(OLD)) == {"T-27"}
    lifting = RegisterHoldLifted(hold=hold.version, reason="示例：终结")
    alone = world.act(DAY, two[0], STREAM, lifting)
    assert isinstance(alone.event, ActProposed)
    assert world.state(Register, STREAM).holds, "a hold lifted by one person holds still"
    assert world.rules(DAY, two[0], STREAM, certificate(OLD)) == {"T-27"}
    world.by_two(DAY, *two, STREAM, lifting)
    assert not world.state(Register, STREAM).holds
    assert world.rules(DAY, two[0], STREAM, lifting) == {"T-27"}, "once"
    world.by_two(DAY, *two, STREAM, certificate(OLD))


def test_a_hold_names_something(world: World, two: tuple[UUID, UUID]) -> None:
    assert world.rules(DAY, two[0], STREAM, RegisterHoldPlaced(reason="示例")) == {"T-27"}


def test_a_hold_on_a_unit_keeps_whatever_its_file_names() -> None:
    unit = UUID(int=5)
    hold = Hold(frozenset({unit}), frozenset())
    assert hold.keeps(DIGEST, (UUID(int=4), unit))
    assert not hold.keeps(DIGEST, (UUID(int=4),))


def test_who_is_no_keeper_places_no_hold(world: World) -> None:
    clerk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    assert world.rules(DAY, clerk, STREAM, RegisterHoldPlaced(papers=(DIGEST,), reason="示例")) == {"I-13"}


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_personal_field_of_the_vocabulary_has_its_time() -> None:
    named = [field for line in PACK.retention.values() for field in line.fields]
    assert sorted(named) == sorted(personal_fields())
    assert "unit.objection-raised/objector" in named


def _without(pack: Pack, name: str) -> dict[str, Retention]:
    return {key: line for key, line in pack.retention.items() if key != name}


@pytest.mark.parametrize("name", sorted(PACK.retention))
def test_a_table_that_leaves_something_without_a_time_is_refused(name: str) -> None:
    assert list(problems_of_retention(PACK.retention)) == []
    assert {key for key, _ in problems_of_retention(_without(PACK, name))} == {"retention"}


def test_the_log_loses_nothing_whatever_a_table_says() -> None:
    line = PACK.retention["entries"].model_copy(update={"keeps": PACK.windows.mandate})
    problems = list(problems_of_retention({**PACK.retention, "entries": line}))
    assert problems == [("retention.entries.keeps", "is always: the log loses nothing")]
