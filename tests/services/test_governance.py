"""R-01, R-15, R-48: how the programme goes in a place, counted from a served register."""

from __future__ import annotations

import re
from typing import Any

import pytest
from world import COUNTY, PREFECTURE, World, officer_id

from services.casework.year.state import year_stream


@pytest.fixture(scope="module")
def told(served: World) -> World:
    """One unit in publicity, two that are only registered."""
    served.to_publicity(1)
    for number in (2, 3):
        served.register(number, industry="制造业")
    last = served.get("events?after=0&limit=2000").json()["position"]
    for name in ("units", "acts", "deadlines"):
        assert served.get(f"{name}?min_position={last}").status_code == 200
    return served


def test_R_01_who_takes_part_is_counted_by_place_kind_and_industry(told: World) -> None:
    def counted(by: str, place: str = "430000") -> dict[str | None, tuple[int, int, int]]:
        rows = told.get(f"governance/participation?by={by}&place={place}").json()["participation"]
        return {row["group"]: (row["registered"], row["taking_part"], row["holding"]) for row in rows}

    assert counted("place") == {PREFECTURE: (3, 1, 0)}
    assert counted("place", PREFECTURE) == {COUNTY: (3, 1, 0)}
    assert counted("place", COUNTY) == {COUNTY: (3, 1, 0)}
    assert counted("kind") == {"enterprise": (3, 1, 0)}
    assert counted("ownership") == {"private": (3, 1, 0)}
    assert counted("industry")["制造业"] == (2, 0, 0)
    assert counted("place", "430200") == {}


def test_R_01_participation_is_told_against_the_units_that_are_known(told: World) -> None:
    year, today = told.today.year, told.today.isoformat()
    province, prefecture = year_stream("430000", year), year_stream(PREFECTURE, year)
    told.must("province-hr-officer", province, "open", {"place": "430000", "year": year}, kinds="years")
    counted = [
        {"place": COUNTY, "kind": "enterprise", "industry": "制造业", "units": 40},
        {"place": "430102", "kind": "park", "units": 2},
    ]
    body = {"on": today, "counted_by": "示例：年度统计", "counted": counted}
    told.must("prefecture-hr-officer", prefecture, "count-units", body, kinds="years")
    answer = told.get("governance/participation").json()
    assert answer["counted"] == [{"place": PREFECTURE, "counted_by": "示例：年度统计", "on": today}]
    (row,) = answer["participation"]
    assert (row["group"], row["registered"], row["known"]) == (PREFECTURE, 3, 42)
    rows = told.get(f"governance/participation?place={PREFECTURE}").json()["participation"]
    assert {row["group"]: (row["registered"], row["known"]) for row in rows} == {COUNTY: (3, 40), "430102": (0, 2)}
    rows = told.get(f"governance/participation?by=industry&place={COUNTY}").json()["participation"]
    assert {row["group"]: row["known"] for row in rows} == {None: None, "制造业": 40}


def test_R_01_the_trend_tells_who_began_and_how_the_forecast_is_made(told: World) -> None:
    answer = told.get("governance/trend").json()
    assert [(point["month"], point["units"]) for point in answer["trend"]] == [(f"{told.today:%Y-%m}", 1)]
    assert answer["target"] == "2027-12-31"
    assert answer["method_zh"]
    assert answer["method_en"]


def test_R_48_days_are_told_of_each_step_by_place_and_office(told: World) -> None:
    pace = told.get("governance/pace").json()["pace"]
    assert {row["place"] for row in pace} == {PREFECTURE}
    steps = [row["step"] for row in pace]
    assert "unit.evaluated.v1" in steps
    assert "unit.applied.v1" not in steps
    assert all(row["times"] >= 1 and row["median"] >= 0 and row["level"] for row in pace)


def test_duties_are_counted_by_place_kind_and_month_as_the_ledger_has_them(told: World) -> None:
    until = "2199-01-01"
    answer = told.get(f"governance/duties?from={told.today}&to={told.today.replace(year=told.today.year + 3)}")
    rows = answer.json()["duties"]
    ledger = told.get(f"ledgers/duties?place={PREFECTURE}&limit=500").json()["rows"]
    of_place = [row for row in rows if row["place"] == PREFECTURE]
    told_of = sum(row["met"] + row["late"] + row["missed"] + row["released"] + row["owed"] for row in of_place)
    assert told_of == len([row for row in ledger if str(told.today) <= row["due"]])
    assert told.get(f"governance/duties?from=2000-01-01&to={until}").status_code == 422


def test_t_05_an_offices_load_is_told_by_person_and_who_is_away(told: World) -> None:
    first, second = (officer_id(f"prefecture-{house}-officer") for house in ("hr", "union"))
    held = told.get(f"deadlines?holder=prefecture:{PREFECTURE}").json()["deadlines"]
    unit, key = held[0]["stream"], held[0]["key"]

    def loads() -> dict[str | None, dict[str, Any]]:
        rows = told.get(f"governance/load?place={PREFECTURE}").json()["load"]
        return {row["assigned_to"]: row for row in rows if row["holder"] == f"prefecture:{PREFECTURE}"}

    assert (loads()[None]["owed"], loads()[None]["unattended"]) == (len(held), True)
    given = {"ref": key, "officer": str(first), "deputy": str(second)}
    position = told.must("prefecture-union-officer", unit, "assign-duty", given)["position"]
    mine = told.get(f"deadlines?assigned_to={second}&min_position={position}").json()["deadlines"]
    assert [(row["key"], row["assigned_to"], row["deputy"]) for row in mine] == [(key, str(first), str(second))]
    row = loads()[str(first)]
    assert (row["owed"], row["away"], row["unattended"]) == (1, False, False)
    leave = {"from": told.today.isoformat(), "until": told.today.isoformat()}
    told.must("prefecture-hr-officer", first, "record-leave", leave, kinds="officers")
    row = loads()[str(first)]
    assert (row["away"], row["deputy_away"], row["unattended"]) == (True, False, False)
    told.must("prefecture-union-officer", second, "record-leave", leave, kinds="officers")
    assert loads()[str(first)]["unattended"]
    assert "无人承办" in told.client.get("/governance").text


def test_the_numbers_are_of_what_one_may_read(told: World) -> None:
    assert told.get("governance/participation", "430200-hr-officer").json()["participation"] == []
    assert told.get(f"governance/participation?place={COUNTY}", "430200-hr-officer").status_code == 403
    own = told.get("governance/participation", "applicant-2").json()["participation"]
    assert [row["registered"] for row in own] == [1]


def test_the_page_shows_them_in_both_languages(told: World) -> None:
    page = told.client.get("/governance").text
    assert "推进情况" in page
    assert re.search(r"参与率.*33 %", page, re.DOTALL)
    assert "Days at each step" in told.client.get("/governance?lang=en").text
