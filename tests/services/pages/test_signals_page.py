"""The page of signals: what came in, from whom, how bad, what followed; filtered, and read by who may."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from browsing import Browser, sheets
from world import PETITIONS, World, cloud_event, credit_code, report


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise about which a mass petition was reported."""
    unit = served.register(39)
    sent = served.client.post(
        "/api/v1/signals", json=cloud_event(PETITIONS, 39, report(served.today)), headers=served.headers("petitions")
    )
    assert sent.status_code == 201, sent.text
    last, deadline = served.get("events?after=0&limit=2000").json()["position"], time.monotonic() + 20
    while served.get(f"signals?min_position={last}").status_code != 200:
        assert time.monotonic() < deadline
    return unit


def test_a_signal_stands_with_its_unit_its_source_and_what_it_waits_for(served: World, unit: UUID) -> None:
    page = Browser.of(served, "county-hr-officer").open("/signals").text
    assert "示例企业39号" in page
    assert "3级" in page
    assert PETITIONS not in page, "an address of a system is no name"
    assert "未核实" in page
    assert f"/units/{unit}/decide/assess-signal?signal=" in page
    assert "not assessed" in Browser.of(served, "county-hr-officer").open("/signals?lang=en").text


def test_filters_hold_and_what_is_none_is_said(served: World, unit: UUID) -> None:
    officer = Browser.of(served, "county-hr-officer")
    assert "示例企业39号" in officer.open("/signals?severity=3&open=true&category=mass_petition").text
    assert "没有符合条件的信号" in officer.open("/signals?severity=4").text
    assert "未予采用" in officer.open("/signals?severity=9").text


def test_others_read_their_own_signals_alone(served: World, unit: UUID) -> None:
    assert "示例企业39号" in Browser.of(served, "petitions").open("/signals").text
    assert "示例企业39号" not in Browser.of(served, "inspection").open("/signals").text
    assert "示例企业39号" not in Browser.of(served, "430200-hr-officer").open("/signals").text


def test_somebody_of_a_source_reports_by_hand_what_its_systems_would(served: World, unit: UUID) -> None:
    browser = Browser.of(served, "inspection").open("/signals/report")
    today = served.today.isoformat()
    sheet = next(one for one in sheets(browser.text) if one.action == "/signals/report")
    typed = {
        "unit/code": credit_code(39), "external_id": "示例-手报-1", "category": "wage_arrears", "severity": "4",
        "people": "6", "amount_fen": "62,400.00", "occurred_on": today, "reported_on": today, "summary": "示例",
    }  # fmt: skip
    sent = {**{name: values[-1] for name, values in sheet.values.items() if values}, **typed}
    poor = browser.client.post(sheet.action, data=sent | {"category": "", "amount_fen": "很多"})
    assert poor.status_code == 422
    assert 'href="#f-category"' in poor.text
    assert 'href="#f-amount_fen"' in poor.text
    assert "示例-手报-1" in poor.text, "what was typed is kept"
    done = browser.client.post(sheet.action, data=sent)
    assert (done.status_code, "已记入“示例企业39号”的档案" in done.text) == (200, True)
    assert "没有重复记入" in browser.client.post(sheet.action, data=sent).text
    stored = [one["event"] for one in served.get(f"units/{unit}/events").json()["events"]]
    assert [one["amount_fen"] for one in stored if one.get("external_id") == "示例-手报-1"] == [62_400_00]
    unknown = {**sent, ".command": "", "unit/code": "", "unit/name": "示例无此单位", "external_id": "示例-手报-2"}
    assert "待经办人员匹配" in browser.client.post(sheet.action, data=unknown).text
    assert Browser.of(served, "county-hr-officer").open("/signals/report").page.status_code == 403  # type: ignore[union-attr]
