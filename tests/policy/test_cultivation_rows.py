"""What comes before a naming: plans, lists for cultivation, the reserve list (三, 五(六)1, 五(九))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.unit.cultivation import UnitCultivationListed, UnitCultivationPlanned
from events.unit.naming import UnitReserveDelisted, UnitReserveListed
from events.words import Level, RoundKind, Standing, UnitKind
from services.casework.unit.naming import standing
from tests.casework.given import DAY, NATIONAL, PROVINCE, Life, a_round, approver, cited, desk, registration, somebody
from tests.casework.stages import life_at

YEAR = timedelta(days=365)


def _registered(kind: UnitKind) -> Life:
    life = Life.of(kind)
    life.act(DAY, life.agent, registration(life))
    return life


@pytest.mark.parametrize("kind", [UnitKind.ENTERPRISE, UnitKind.PARK])
def test_R_03_a_plan_of_cultivation_names_standards_and_a_day(kind: UnitKind) -> None:
    life = _registered(kind)
    own = next(found for found in life.pack.standard_sets.values() if kind in found.kinds)
    plan = UnitCultivationPlanned(standards=(next(iter(own.standards)),), by=DAY + YEAR)
    cited(life.refused(DAY, desk(Level.COUNTY), plan.model_copy(update={"standards": ("示例",)})), "I-00")
    life.act(DAY, desk(Level.COUNTY), plan)
    assert life.unit.cultivation.planned_by == DAY + YEAR


def test_R_42_who_is_picked_a_year_ahead_stands_on_the_list_of_that_round() -> None:
    life, coming = life_at("registered"), somebody("轮次")
    life.act(DAY, desk(Level.PREFECTURE), UnitCultivationListed(round=coming))
    assert life.unit.cultivation.listed_for == {coming}


def test_R_32_about_a_hundred_stand_on_the_reserve_list_of_a_year_and_who_leaves_is_recorded() -> None:
    life, province = life_at("registered"), approver(Level.PROVINCE)
    full = a_round(kind=RoundKind.RESERVE)
    taken = {somebody(f"储备{n}"): (PROVINCE, UnitKind.ENTERPRISE) for n in range(110)}
    life.known[full.id] = replace(full, taken=taken)
    listed = UnitReserveListed(title=NATIONAL, round=full.id, rank=1)
    cited(life.refused(DAY, province, listed), "I-20")
    life.known[full.id] = replace(full, taken=dict(list(taken.items())[:99]))
    life.act(DAY, province, listed)
    assert standing(life.unit, NATIONAL) is Standing.RESERVE
    life.act(date(DAY.year, 12, 30), desk(Level.PROVINCE), UnitReserveDelisted(title=NATIONAL, reason="示例：退出储备"))
    assert standing(life.unit, NATIONAL) is not Standing.RESERVE
    assert type(life.unit.entries[-1].event) is UnitReserveDelisted
