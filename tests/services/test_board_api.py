"""The board, acts, deadlines, signals and search over HTTP: what dashboards and auditors ask."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from world import PETITIONS, World, cloud_event, enterprise, report


@pytest.fixture(scope="module")
def told(served: World) -> dict[str, UUID]:
    """Units at several steps; the projections hold them all."""
    units = {"new": served.register(1), "sealed": served.reported(2), "reviewed": served.to_publicity(3)}
    event = cloud_event(PETITIONS, 4, report(served.today))
    taken = served.client.post("/api/v1/signals", json=event, headers=served.headers("petitions"))
    assert taken.status_code == 201, taken.text
    units["provisional"] = enterprise(4)
    for name in ("units?", "acts?", "deadlines?", "signals?", "search?q=示例&"):
        assert served.get(f"{name}min_position={taken.json()['position']}").status_code == 200
    return units


def ids(answer: dict[str, list[dict[str, str]]], key: str = "units") -> set[str]:
    """The units of a list."""
    return {row["unit"] for row in answer[key]}


def test_filters_of_the_board(served: World, told: dict[str, UUID]) -> None:
    everybody = ids(served.get("units?limit=100").json())
    assert everybody >= {str(unit) for unit in told.values()}
    assert ids(served.get("units?step=sealed").json()) == {str(told["sealed"])}
    assert ids(served.get("units?step=reviewed&place=430100").json()) == {str(told["reviewed"])}
    assert ids(served.get("units?watch=frozen").json()) == {str(told["provisional"])}
    assert ids(served.get("units?place=430200").json()) == set()
    for wrong in ("step=x", "place=1", "limit=0", "limit=x", "after=%00", "after=zzz", "kind=x", "term_end_before=x"):
        assert served.get(f"units?{wrong}").status_code == 422, wrong


def test_pages_of_the_board_join_without_a_gap(served: World, told: dict[str, UUID]) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = served.get(f"units?limit=1{f'&after={after}' if after else ''}")
        seen += [row["unit"] for row in page.json()["units"]]
        after = page.json()["next"]
        if not after:
            break
        assert 'rel="next"' in page.headers["link"]
    assert len(seen) == len(set(seen))
    assert set(seen) == ids(served.get("units?limit=500").json())


def test_reads_say_how_fresh_they_are(served: World, told: dict[str, UUID]) -> None:
    answer = served.get("units")
    assert int(answer.headers["x-position"]) > 0
    assert answer.headers["x-as-of"]
    assert served.get("units?min_position=abc").status_code == 422


def test_one_waits_for_ones_own_write(served: World, told: dict[str, UUID]) -> None:
    unit = told["new"]
    stored = served.must(
        "prefecture-hr-officer", unit, "follow-up", {"kind": "call", "on": served.today.isoformat(), "summary": "示例"}
    )
    row = served.get(f"units?unit={unit}&min_position={stored['position']}").json()["units"][0]
    assert row["version"] == stored["version"]


def test_the_board_of_a_place_as_it_was(served: World, told: dict[str, UUID]) -> None:
    assert served.get("units?place=430104&on=2020-01-01").json()["units"] == []
    now = {row["unit"]: row for row in served.get("units?place=430104&limit=100").json()["units"]}
    today = served.today.isoformat()
    then = {row["unit"]: row for row in served.get(f"units?place=430104&on={today}").json()["units"]}
    assert then.keys() == now.keys()
    for unit, row in then.items():
        assert (row["step"], row["watch"], row["version"]) == (
            now[unit]["step"],
            now[unit]["watch"],
            now[unit]["version"],
        )


def test_counts(served: World, told: dict[str, UUID]) -> None:
    counts = served.get("units/counts").json()
    assert counts["units"] == sum(counts["watch"].values()) == sum(counts["standing"].values())
    assert counts["watch"]["frozen"] == 1


def test_acts_answer_who_did_what_by_which_rule(served: World, told: dict[str, UUID]) -> None:
    reviewed = served.get("acts?act=review").json()["acts"]
    (act,) = [one for one in reviewed if one["unit"] == str(told["reviewed"])]
    assert (act["post"], act["level"], act["house"], act["rule"]) == ("省人社审批", "province", "hr", "I-04")
    assert len(act["opinions"]) == 4
    assert act["clause"] == "五(一)"
    by_officer = served.get(f"acts?officer={act['officer']}").json()["acts"]
    assert {one["officer"] for one in by_officer} == {act["officer"]}
    assert served.get("acts?act=review&from=2199-01-01").json()["acts"] == []
    today = served.today.isoformat()
    assert served.get(f"acts?act=review&from={today}&to={today}&by=effective&place=430100").json()["acts"]
    assert served.get("acts?act=revoke&ground=wage_arrears&title=national_model").json()["acts"] == []
    for wrong in ("officer=x", "by=x", "ground=x", "from=x", "place=x"):
        assert served.get(f"acts?{wrong}").status_code == 422, wrong


def test_deadlines_signals_and_search(served: World, told: dict[str, UUID]) -> None:
    owed = served.get(f"deadlines?unit={told['provisional']}").json()["deadlines"]
    assert {one["kind"] for one in owed} == {"assess_signal", "order_check"}
    signals = served.get(f"signals?unit={told['provisional']}").json()["signals"]
    assert [one["category"] for one in signals] == ["mass_petition"]
    for text in ("示例企业1", "slqy1", "shiliqiye1", "9143010000000000"):
        assert str(told["new"]) in ids(served.get(f"search?q={text}").json()), text
    assert served.get("search?q=没有这个").json()["units"] == []


def test_a_round_is_run_by_the_province_and_an_officer_registered_by_administrators(served: World) -> None:
    stream = uuid4()
    body = {
        "kind": "naming", "name": "示例轮次", "title": "national_model", "place": "430000",
        "from": "2026-01-01", "until": "2028-12-31",
    }  # fmt: skip
    url = f"/api/v1/rounds/{stream}/decisions/open"
    refused = served.client.post(
        url, json=body, headers=served.headers("county-hr-officer", **{"Idempotency-Key": "a"})
    )
    assert (refused.status_code, refused.json()["rule"]) == (409, "I-13")
    opened = served.client.post(
        url, json=body, headers=served.headers("province-hr-approver", **{"Idempotency-Key": "a"})
    )
    assert opened.status_code == 201, opened.text
    again = served.client.post(
        url, json=body, headers=served.headers("province-hr-approver", **{"Idempotency-Key": "a"})
    )
    assert again.json() == opened.json()
    officer = uuid4()
    registered = served.client.post(
        f"/api/v1/officers/{officer}/decisions/register",
        json={"name": "示例人乙"},
        headers=served.headers("administrator", **{"Idempotency-Key": str(uuid4())}),
    )
    assert registered.status_code == 201, registered.text
    assert "示例人乙" not in served.get(f"officers/{officer}/events").text
