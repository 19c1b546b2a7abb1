"""The file of a unit: entries with what they rest on and led to, clauses in their own words, moments compared."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from browsing import Browser
from world import World, officer_id

from deploy.bench.units import history
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.http.readers import everybody
from services.web.timeline import MOST_LINES, timeline
from tests.casework.given import PROVINCIAL
from tests.casework.stages import life_at


def test_each_entry_leads_to_what_it_rests_on_and_back() -> None:
    unit = life_at("heard", PROVINCIAL).unit
    lines = {line.version: line for line in timeline(unit, everybody(unit.life.place), {})}
    pairs = {(line.version, cause) for line in lines.values() for cause in line.rests_on}
    assert pairs
    assert pairs == {(effect, line.version) for line in lines.values() for effect in line.led_to}
    proposed = next(line for line in lines.values() if "拟取消" in line.says("zh"))
    assert any("核实" in lines[version].says("zh") for version in proposed.rests_on)


def test_a_long_life_is_told_a_page_at_a_time() -> None:
    life = fold(UNIT, uuid4(), history(uuid4(), 2 * MOST_LINES))
    lines = timeline(life, everybody(life.life.place), {})
    assert [lines[0].version, lines[-1].version] == [2 * MOST_LINES, MOST_LINES + 1]


def test_a_stream_of_any_kind_is_shown_up_to_a_version(served: World) -> None:
    officer = Browser.of(served, "county-hr-officer")
    whole = officer.open(f"/officers/{officer_id('county-hr-officer')}").text
    assert "原始记录" not in whole
    assert 'id="v2"' in whole
    first = officer.open(f"/officers/{officer_id('county-hr-officer')}?version=1").text
    assert "原始记录" in first
    assert 'id="v2"' not in first


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise that was visited."""
    unit = served.register(35)
    officer = Browser.of(served, "prefecture-hr-officer").open(f"/units/{unit}/decide/follow-up")
    officer.decide({"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"})
    return unit


def test_the_file_asks_for_days_alone_and_cites_its_clauses(served: World, unit: UUID) -> None:
    page = Browser.of(served, "county-hr-officer").open(f"/units/{unit}").text
    typed = re.findall(r'<input name="(\w+)" type="(\w+)"', page)
    assert typed == [("on", "date"), ("known", "date"), ("against", "date")]
    for clause in set(re.findall(r'href="#clause-([^"]+)"', page)):
        assert f'id="clause-{clause}"' in page
    assert "原始记录" not in page
    assert "原始记录" in Browser.of(served, "county-hr-officer").open(f"/units/{unit}?version=1").text


def test_two_days_stand_side_by_side_with_what_changed(served: World, unit: UUID) -> None:
    today = served.today
    officer = Browser.of(served, "county-hr-officer")
    same = officer.open(f"/units/{unit}?against={today}").text
    assert "两个时刻的对比" in same
    assert "有变化" not in same
    assert "Two moments compared" in officer.open(f"/units/{unit}?against={today}&lang=en").text
    before = officer.open(f"/units/{unit}?against={today - timedelta(days=900)}&lang=zh").page
    assert before is not None
    assert before.status_code == 404
