"""Reading over HTTP: strict and visible parameters, one snapshot an answer, one meaning of every time and filter."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from world import PETITIONS, PREFECTURE, World, cloud_event, report, self_evaluation

from services.http import queries
from services.http.problems import LONGEST_PROBLEM

LISTS = ("units", "units/counts", "deadlines", "signals", "acts", "events", "places", "officers", "rounds", "sources")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """A registered enterprise that the projections know."""
    unit = served.register(1)
    last = served.get(f"units/{unit}/events").json()["events"][-1]["position"]
    for name in ("units", "acts", "deadlines", "signals"):
        assert served.get(f"{name}?min_position={last}").status_code == 200
    return unit


def pointers(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [one["pointer"] for one in answer.json()["errors"]]


# --- E-06 -------------------------------------------------------------------------------------------------------------


def _asked(served: World, path: str, params: Any) -> httpx2.Response:
    """As the auditor, of a path of the document."""
    return served.client.get(path, params=params, headers=served.headers("auditor"))


def test_E_06_unknown_repeated_and_empty_parameters_are_refused_on_every_route(served: World, unit: UUID) -> None:
    paths = served.client.get("/openapi.json").json()["paths"]
    ids = {"stream": str(unit), "unit": str(unit), "round": str(unit), "sha256": "0" * 64}
    for template, methods in paths.items():
        if "get" not in methods or "/national/" in template:
            continue
        path = re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1], "name"), template)
        given = methods["get"].get("parameters", [])
        required = {one["name"]: "示例" for one in given if one["in"] == "query" and one["required"]}
        assert pointers(_asked(served, path, {**required, "standng": "x"}))[-1].endswith("?standng"), path
        for one in given:
            if one["in"] != "query":
                continue
            name, value = one["name"], str(one["schema"].get("enum", ["1"])[0])
            twice = [(name, value), (name, value), *((key, text) for key, text in required.items() if key != name)]
            assert f"?{name}" in pointers(_asked(served, path, twice)), (path, name)
            empty = _asked(served, path, {**required, name: ""})
            assert pointers(empty) == [f"?{name}"], (path, name)


@pytest.mark.parametrize(
    "query",
    [
        "units?standing=nonsense", "units?title=nonsense", "units?place=999999", "units?kind=", "acts?act=nonsense",
        "acts?by=x", "acts?rule=I-99", "acts?ground=x", "acts?title=x", "deadlines?state=x", "units?on=20260101",
        "deadlines?holder=somebody", "signals?open=yes", "signals?category=x", "events?types=unit.named",
        "units?known=yesterday", "acts?from=2026-1-1", "units?limit=1e1", "units?limit=+1", "units?limit=501",
        "intake/dead-letters?status=x", "places?after=nowhere", "units?on=2026-01-01T00:00:00",
        "units?known=2026-01-01T00:00:00", "units?known=9999-12-31T23:59:59Z", "units?known=20260101T000000Z",
        "units?known=2026-01-01T00:00Z", "units?known=0001-01-01T00:00:00%2B14:00", "units/counts?q=%20",
        "policy/staffing?version=7", "search", "units?q=%00", "units?unit=x", "officers?cursor=x", "now?x=1",
        "units?q=%ff", "search?q=%ed%a0%80",
    ],
)  # fmt: skip
def test_E_06_what_is_no_value_of_a_parameter_is_refused_by_name(served: World, query: str) -> None:
    path, _, asked = query.partition("?")
    name = asked.partition("=")[0] or "q"
    assert pointers(served.get(f"{path}?{asked}")) == [f"?{name}"]


def test_E_06_decisions_take_no_parameter_but_the_day(served: World, unit: UUID) -> None:
    headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
    visit = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}
    for path in (f"units/{unit}/decisions/follow-up", "units"):
        for odd in ("effectve_on=2026-01-01", "effective_on=2026-01-01&effective_on=2026-01-01", "effective_on="):
            answer = served.client.post(f"/api/v1/{path}?{odd}", json=visit, headers=headers)
            assert pointers(answer) == [f"?{odd.partition('=')[0]}"]


def test_E_06_every_filter_in_force_is_in_the_answer(served: World, unit: UUID) -> None:
    shown = served.get("units?kind=enterprise&place=430104&limit=5").json()["filter"]
    assert shown == {"kind": "enterprise", "place": "430104"}
    assert served.get("acts?from=2026-01-01").json()["filter"] == {"from": "2026-01-01", "by": "recorded"}
    assert served.get("officers?open=true").json()["filter"] == {"open": True}
    assert served.get("events?types=unit.registered.v1").json()["filter"] == {"types": "unit.registered.v1"}
    for name in LISTS:
        assert "filter" in served.get(name).json(), name


def test_E_06_a_page_says_what_it_left_out_and_keeps_the_rest(served: World, unit: UUID) -> None:
    page = served.client.get("/board?kind=enterprise&standing=x&on=2026-01-01&place=430104&place=430104&lang=zh").text
    for said in ("standing：不在可选值之内", "on：没有这个参数", "place：参数重复"):
        assert said in page
    assert "示例企业1号" in page
    assert "筛选：类别 <b>企业</b> · 地区 <b>天心区</b>" in page or "地区 <b>" in page
    english = served.client.get("/board?title=nonsense&lang=en").text
    assert "title: no policy pack has this title; left out" in english
    assert "after：翻页标记无效" in served.client.get("/board?after=zzz&lang=zh").text
    assert "act：没有这种决定或事件类型" in served.client.get("/audit?act=nonsense&lang=zh").text


# --- E-01 -------------------------------------------------------------------------------------------------------------


def test_E_01_a_position_says_no_more_than_the_data_beside_it(served: World) -> None:
    unit = served.register(2)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            visit = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}
            headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
            url = f"/api/v1/units/{unit}/decisions/follow-up"
            with httpx2.Client(base_url=served.client.base_url, timeout=20) as client:
                assert client.post(url, json=visit, headers=headers).status_code == 201

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    try:
        for _ in range(60):
            answer = served.get(f"units/{unit}")
            seen.append((int(answer.headers["X-Position"]), answer.json()["version"]))
            page = served.get("events?after=0&limit=2000").json()
            assert page["position"] == max(one["position"] for one in page["events"])
            assert served.get("events?after=0&limit=3").json()["position"] == 3
    finally:
        stop.set()
        writer.join()
    events = served.get(f"units/{unit}/events").json()["events"]
    for position, version in seen:
        assert version == max(one["version"] for one in events if one["position"] <= position)
    board = served.get(f"units?unit={unit}&on={served.today.isoformat()}").json()
    assert board["units"][0]["position"] <= board["position"]


# --- E-13, E-14, E-15 -------------------------------------------------------------------------------------------------


def test_E_13_known_on_a_day_means_its_end_for_page_and_interface(served: World, unit: UUID) -> None:
    today, yesterday = served.today, served.today - timedelta(days=1)
    assert queries.known_at("2026-11-26") == datetime.fromisoformat("2026-11-26T23:59:59.999999+08:00")
    for asked, status in ((today, 200), (yesterday, 404)):
        assert served.get(f"units/{unit}?known={asked}").status_code == status
        assert served.client.get(f"/units/{unit}?known={asked}").status_code == status
    moment = datetime.now(UTC).isoformat().replace("+", "%2B")
    assert served.client.get(f"/units/{unit}?known={moment}").status_code == 200


@pytest.mark.parametrize("version", [99, 2**31 - 1])
def test_E_13_a_version_beyond_the_end_is_not_there(served: World, unit: UUID, version: int) -> None:
    assert served.get(f"units/{unit}?version={version}").status_code == 404
    assert served.client.get(f"/units/{unit}?version={version}").status_code == 404


def test_E_14_a_past_version_is_judged_by_its_own_day(served: World) -> None:
    unit = served.register(3)
    then = served.get(f"units/{unit}").json()["obligations"]
    first, version = served.today.isoformat(), served.version(unit)
    served.days_later(400)
    served.must("prefecture-hr-officer", unit, "follow-up", {"kind": "visit", "on": first, "summary": "示例走访"})
    for view in (f"version={version}", f"known={first}", f"on={first}"):
        seen = served.get(f"units/{unit}?{view}").json()["obligations"]
        assert [one["working_days_left"] for one in seen] == [one["working_days_left"] for one in then], view
    page = served.client.get(f"/units/{unit}?version={version}&lang=zh").text
    assert all(f"{days}" in page for days in {one["working_days_left"] for one in then})
    served.days_later(-400)


def test_E_15_a_unit_that_had_not_begun_is_absent(served: World) -> None:
    """A signal that happened before the unit that it opened: on a day between there was no unit."""
    number, happened = 38, served.today - timedelta(days=10)
    data = report(served.today, occurred_on=happened.isoformat(), reported_on=happened.isoformat())
    taken = served.client.post(
        "/api/v1/signals", json=cloud_event(PETITIONS, number, data), headers=served.headers("petitions")
    )
    if taken.status_code == 201:
        unit = taken.json()["unit"]
        assert served.get(f"units?min_position={taken.json()['position']}").status_code == 200
    else:
        unit = str(served.register(number))
    between = (served.today - timedelta(days=5)).isoformat()
    for view in (f"on={between}", "known=2020-01-01", "on=2020-01-01"):
        assert served.get(f"units/{unit}?{view}").status_code == 404
        assert served.client.get(f"/units/{unit}?{view}").status_code == 404
        rows = served.get(f"units?{view}&place={PREFECTURE}").json()["units"]
        assert unit not in {row["unit"] for row in rows}
        assert all(row["name"] for row in rows)


# --- E-08 -------------------------------------------------------------------------------------------------------------


def _wrong_bodies() -> dict[str, bytes]:
    good = self_evaluation()
    return {
        "items of no kind": b'{"items":[' + b",".join([b"1"] * 120_000) + b"]}",
        "fewer items of no kind": json.dumps({**good, "items": [1] * 9_000}).encode(),
        "unknown fields": json.dumps({f"k{n}": n for n in range(9_000)}).encode(),
        "a long name": json.dumps({"a" * 200_000: 1}).encode(),
        "names given twice": b'{"items":[' + b",".join([b'{"a":1,"a":2}'] * 9_000) + b"]}",
        "texts with NUL": json.dumps({"items": ["\0"] * 9_000}).encode(),
        "a map of wrong values": json.dumps(
            {**good, "survey": {"scores": {f"k{n}": "x" for n in range(9_000)}}}
        ).encode(),
        "an unknown decision's long text": json.dumps({"conducted_by": "x" * 200_000}).encode(),
    }


@pytest.mark.parametrize("what", _wrong_bodies())
def test_E_08_errors_are_bounded_in_number_and_size(served: World, unit: UUID, what: str) -> None:
    headers = served.headers("applicant-1", **{"Idempotency-Key": str(uuid4()), "If-Match": '"1"', **JSON})
    url = f"/api/v1/units/{unit}/decisions/self-evaluate"
    answer = served.client.post(url, content=_wrong_bodies()[what], headers=headers)
    assert 400 <= answer.status_code < 500
    assert len(answer.content) <= LONGEST_PROBLEM
    assert 1 <= len(answer.json()["errors"]) <= 50


def test_E_08_what_came_since_is_bounded_too(served: World) -> None:
    unit = served.register(4)
    visit = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例" * 900}
    for _ in range(60):
        headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
        url = f"/api/v1/units/{unit}/decisions/follow-up"
        assert served.client.post(url, json=visit, headers=headers).status_code == 201
    body = {"officer": str(uuid4()), "from": served.today.isoformat()}
    stale = served.decide("prefecture-hr-officer", unit, "assign-contact", body, at=1)
    assert stale.status_code == 412
    assert len(stale.content) <= LONGEST_PROBLEM
    assert [one["version"] for one in stale.json()["since"]][:2] == [2, 3]
    assert stale.json()["current"] == 61
