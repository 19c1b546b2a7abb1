"""抽查方案: planned with its seed committed, drawn once, as anyone can redo (I-22)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from events.governance.check import CheckDrawn, CheckPlanned
from events.record import COMMON
from events.unit.registration import UnitRegistered
from events.words import CheckKind, Level, Role, SubKind, UnitKind
from services.casework.check.draw import draw, population_digest, seed_digest
from services.casework.check.state import Plan
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from tests.casework.world import World

DAY = date(2024, 3, 4)
SEED = "示例种子-2024"
PLANNED = CheckPlanned(
    kind=CheckKind.SPOT, name="示例抽查", place="430100", share=50, due=date(2024, 6, 30), seed_digest=seed_digest(SEED)
)


@pytest.fixture
def world() -> World:
    made = World(load_pack())
    made.begin()
    return made


def _units(world: World, *numbers: int) -> tuple[UUID, ...]:
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    units = []
    for n in numbers:
        registered = UnitRegistered(
            kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name=f"示例{n}", code=f"P{n}", place="430104"
        )
        units.append(unit_id(f"P{n}", "430104"))
        world.act(DAY, desk, units[-1], registered)
    return tuple(units)


def _drawn(units: tuple[UUID, ...], population: dict[UUID, str], seed: str = SEED) -> CheckDrawn:
    return CheckDrawn(
        seed=seed, position=9, population=len(population), population_digest=population_digest(population), units=units
    )


def test_i_22_a_plan_is_made_above_the_county_for_its_place(world: World) -> None:
    stream = world.new()
    county = world.hires(DAY, Role.OFFICER, Level.COUNTY, place="430104")
    elsewhere = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="430200")
    here = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="430100")
    for who in (county, elsewhere):
        assert world.rules(DAY, who, stream, PLANNED) == {"I-13"}
    world.act(DAY, here, stream, PLANNED)
    assert world.rules(DAY, here, stream, PLANNED) == {"I-00"}
    assert world.rules(DAY, elsewhere, stream, _drawn((), {})) == {"I-13"}


def test_i_22_it_is_drawn_once_with_the_seed_that_was_committed(world: World) -> None:
    here = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="430100")
    units = _units(world, 1, 2, 3, 4)
    population = dict.fromkeys(units, "park")
    chosen = draw(population, PLANNED.share, SEED)
    stream = world.new()
    world.act(DAY, here, stream, PLANNED)
    for wrong in (
        _drawn(chosen, population, "另一种子"),
        _drawn((*chosen, chosen[0]), population),
        _drawn(units, dict.fromkeys(units[:2], "park")),
    ):
        assert world.rules(DAY, here, stream, wrong) == {"I-22"}
    assert world.rules(DAY, here, stream, _drawn((world.new(),), population)) == {"T-02"}
    drawn = world.act(DAY, here, stream, _drawn(chosen, population))
    assert world.state(Plan, stream).drawn == drawn.event
    assert world.rules(DAY, here, stream, _drawn(chosen, population)) == {"I-22"}
    voiding = COMMON["check"].entry_voided(version=drawn.version, reason="示例")
    assert world.rules(DAY, here, stream, voiding) == {"I-12"}


def test_a_draw_takes_the_share_of_each_stratum_rounded_up() -> None:
    units = {UUID(int=n): "park" if n < 4 else "enterprise" for n in range(9)}
    drawn = draw(units, 50, SEED)
    assert drawn == draw(dict(reversed(units.items())), 50, SEED)
    assert sum(units[unit] == "park" for unit in drawn) == 2
    assert sum(units[unit] == "enterprise" for unit in drawn) == 3
    assert draw(units, 50, "另一种子") != drawn
