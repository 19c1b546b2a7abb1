"""The nation's pages: loud where a province is silent, filters in the URL and units from the replica."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from events.governance.crosscheck import Assignment, CrosscheckAssigned, CrosscheckPlanned, CrosscheckReported
from events.words import CheckResult
from services.nation.projector import prepare
from tests.casework.crosschecks import listed, shared
from tests.casework.given import PACK
from tests.nation.instances import Nation, all_folded, cloned, named, recorded, served
from tests.nation.provinces import replicate
from tests.projections.histories import store

HUNAN, GUANGDONG, SICHUAN = "430000", "440000", "510000"


@pytest.fixture(scope="module")
def nation(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    """The nation over three provinces: one stopped, one silent; a reader who has signed in."""
    with cloned(server, template) as conninfo:
        prepare(conninfo, PACK)
        silent = datetime.now(UTC) - timedelta(hours=60)
        for place, numbers, heard in ((HUNAN, (1, 2, 3), None), (GUANGDONG, (3,), None), (SICHUAN, (5,), silent)):
            replicate(conninfo, place, [entry for n in numbers for entry in named(n).unit.entries], heard=heard)
        all_folded(conninfo)
        with psycopg.connect(conninfo, autocommit=True) as conn:
            conn.execute(
                "UPDATE nation.feeds SET status = 'stopped', class = 'missing', reason = '缺第77号（示例）',"
                " stopped_at = 77 WHERE place = %s",
                [GUANGDONG],
            )
        with served(conninfo, tmp_path_factory.mktemp("nation")) as here:
            here.sign_in("officer")
            yield here


def get(nation: Nation, path: str) -> str:
    answer = nation.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_reader_signs_in_first_and_a_province_has_no_such_page(
    nation: Nation, server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with cloned(server, template) as conninfo, served(conninfo, tmp_path_factory.mktemp("n")) as here:
        answer = here.client.get("/national")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fnational")
    with cloned(server, template) as conninfo, served(conninfo, tmp_path_factory.mktemp("p"), "provincial") as here:
        assert here.client.get("/national").status_code == 404
        assert "国家互检" not in here.client.get("/sign-in").text
    assert "国家互检" in get(nation, "/")


def test_the_map_shows_every_province_by_figure_word_and_shape(nation: Nation) -> None:
    page = get(nation, "/national?lang=zh")
    assert page.count('class="tile ') == 31
    hunan = re.search(r"<title>湖南 逾期未处置 3 (\S+)</title>", page)
    assert hunan is not None
    assert hunan[1] == "关注"
    assert "<title>广东 逾期未处置 1 已停止</title>" in page
    assert "<title>北京 逾期未处置 – 未接入</title>" in page
    frozen = get(nation, "/national?measure=checked")
    assert "<title>湖南 一年内核查 0% 突出</title>" in frozen
    assert get(nation, "/national?measure=nonsense").count("逾期未处置 3") == page.count("逾期未处置 3")


def test_stopped_and_silent_provinces_are_said_loudly(nation: Nation) -> None:
    loud = re.findall(r'<p class="loud" role="alert">(.*?)</p>', get(nation, "/national?lang=zh"), re.DOTALL)
    assert len(loud) == 2
    assert "广东" in loud[0]
    assert "缺第77号" in loud[0]
    assert "四川" in loud[1]
    assert "60小时没有消息" in loud[1]


def test_findings_are_filtered_by_the_url(nation: Nation) -> None:
    whole = get(nation, "/national?lang=zh")
    assert "同一代码登记了2次" in whole
    one = get(nation, f"/national?kind=unhandled&province={GUANGDONG}")
    assert "同一代码登记了2次" not in one
    assert one.count("天未核实") == 1
    assert f"/national/{GUANGDONG}/units/{named(3).unit.id}#v" in one
    assert "没有符合条件的事项" in get(nation, "/national?kind=term&lang=zh")
    assert "Nothing fits" in get(nation, "/national?kind=term&lang=en")
    get(nation, "/national?lang=zh")
    for odd in ("kind=nonsense", "province=430100", "older_than=x", "after=nonsense"):
        name = odd.partition("=")[0]
        assert f'role="alert">{name}：' in get(nation, f"/national?{odd}&lang=zh")


def test_a_unit_is_told_from_the_replica(nation: Nation) -> None:
    life = named(2)
    page = get(nation, f"/national/{HUNAN}/units/{life.unit.id}?lang=zh")
    assert f'id="v{life.unit.version}"' in page
    assert "群体访" in page
    assert "省级" in page or "省" in page
    assert "原样未改" in page
    for path in (f"{GUANGDONG}/units/{life.unit.id}", f"999999/units/{life.unit.id}", f"{HUNAN}/units/nonsense"):
        assert nation.client.get(f"/national/{path}").status_code == 404


def test_cross_inspections_show_the_draw_and_what_was_found(nation: Nation) -> None:
    stream, unit = uuid4(), named(3).unit.id
    drawn = tuple(
        Assignment(inspecting=one, inspected=other, units=(unit,))
        for one, other in ((HUNAN, GUANGDONG), (GUANGDONG, HUNAN))
    )
    plan = CrosscheckPlanned(round="示例年度互检", provinces=(HUNAN, GUANGDONG), per_province=1)
    lists = listed({HUNAN: (unit,), GUANGDONG: (unit,)})
    steps = (lists, *(event for _, event in shared(stream)))
    told = CrosscheckReported(
        inspecting=HUNAN, inspected=GUANGDONG, unit=unit, on=date(2026, 6, 1), findings="示例：三个月超时加班",
        result=CheckResult.PROBLEMS,
    )  # fmt: skip
    clean = CrosscheckReported(
        inspecting=GUANGDONG, inspected=HUNAN, unit=unit, on=date(2026, 6, 2), findings="示例：资料齐全",
        result=CheckResult.CLEAN,
    )  # fmt: skip
    events = (plan, *steps, CrosscheckAssigned(seed="ef" * 32, assignments=drawn), told, clean)
    store(nation.conninfo, [recorded(stream, version, event) for version, event in enumerate(events, 1)])
    page = get(nation, "/national?lang=zh")
    assert "示例年度互检" in page
    assert "ef" * 32 in page
    assert str(lists.document.sha256) in page  # type: ignore[union-attr]
    assert "湖南 → 广东" in page
    assert "</a> 2026-06-01 示例：三个月超时加班" in page
    assert "示例：资料齐全</p>" not in page
    assert "未发现问题</span> 1户</summary>" in page


def test_the_nation_leads_to_its_own_pages(nation: Nation) -> None:
    home = get(nation, "/?lang=zh")
    assert home.count('href="/national"') == 2
    assert 'href="/board"' not in home


def test_pages_have_no_script_in_them(nation: Nation) -> None:
    for path in ("/national", f"/national/{HUNAN}/units/{named(1).unit.id}"):
        page = get(nation, path)
        assert re.findall("<script[^>]*>", page) == ['<script src="/static/concord.js" defer>']
        assert " style=" not in page
