"""The page of signals: what came in, from whom, how bad, what followed; filtered, and read by who may."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from browsing import Browser
from world import PETITIONS, World, cloud_event, report


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
