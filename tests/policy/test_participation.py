"""R-01: the number of units against which participation is counted."""

from __future__ import annotations

from datetime import date

import pytest

from events.governance.year_work import KnownUnits, YearUnitsCounted
from events.words import UnitKind
from tests.casework.years import ELSEWHERE, PLACE, Years, later

IN_MARCH = date(2024, 3, 4)
COUNTY = "430104"


@pytest.fixture
def years() -> Years:
    return Years.begun()


def counted(*units: KnownUnits) -> YearUnitsCounted:
    return YearUnitsCounted(on=IN_MARCH, counted_by="示例：年度统计", counted=units)


def test_R_01_a_prefecture_tells_how_many_units_there_are_and_by_whom_counted(years: Years) -> None:
    first = counted(KnownUnits(place=COUNTY, kind=UnitKind.ENTERPRISE, units=1_200))
    years.at(IN_MARCH, PLACE, first)
    assert years.state(PLACE).known == first
    second = counted(
        KnownUnits(place=COUNTY, kind=UnitKind.ENTERPRISE, units=1_300),
        KnownUnits(place=COUNTY, kind=UnitKind.ENTERPRISE, industry="制造业", units=40),
    )
    years.at(IN_MARCH, PLACE, second)
    assert years.state(PLACE).known == second


def test_R_01_nobody_counts_what_lies_elsewhere_or_ahead_or_twice(years: Years) -> None:
    here = KnownUnits(place=COUNTY, kind=UnitKind.PARK, units=3)
    elsewhere = counted(KnownUnits(place=ELSEWHERE, kind=UnitKind.PARK, units=3))
    assert years.rules(IN_MARCH, PLACE, elsewhere) == {"I-13"}
    assert years.rules(IN_MARCH, PLACE, counted(here), by=years.desk(ELSEWHERE)) == {"I-13"}
    assert years.rules(IN_MARCH, PLACE, counted(here, here)) == {"I-00"}
    ahead = counted(here).model_copy(update={"on": later(IN_MARCH)})
    assert years.rules(IN_MARCH, PLACE, ahead) == {"I-21"}
