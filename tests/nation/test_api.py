"""The nation's reads over HTTP: their shape, their paging, bad parameters, and a province that has none of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import httpx2
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
PATHS = ("cross-check", "provinces", "cross-inspections", "comparison", "papers")
FIELDS = {
    "kind", "province", "province_name", "unit", "code", "name", "since", "days", "zh", "en", "evidence",
}  # fmt: skip


@pytest.fixture(scope="module")
def nation(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    """The nation's API over three provinces; the third has stopped."""
    with cloned(server, template) as conninfo:
        prepare(conninfo, PACK)
        for place, numbers in ((HUNAN, (1, 2, 3)), (GUANGDONG, (3, 4)), (SICHUAN, (5,))):
            replicate(conninfo, place, [entry for n in numbers for entry in named(n).unit.entries])
        all_folded(conninfo)
        with psycopg.connect(conninfo, autocommit=True) as conn:
            conn.execute(
                "UPDATE nation.feeds SET status = 'stopped', class = 'altered', reason = '第9号内容不符（示例）',"
                " stopped_at = 9 WHERE place = %s",
                [SICHUAN],
            )
        with served(conninfo, tmp_path_factory.mktemp("nation")) as here:
            yield here


def get(nation: Nation, path: str, **asked: object) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {nation.tokens['officer']}"}
    return nation.client.get(f"/api/v1/national/{path}", params=asked, headers=headers)  # type: ignore[arg-type]


def test_a_province_answers_that_this_is_the_nations(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with cloned(server, template) as conninfo, served(conninfo, tmp_path_factory.mktemp("p"), "provincial") as here:
        for path in PATHS:
            answer = get(here, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
            assert "province's" in answer.json()["detail"]


def test_before_the_projector_ran_it_says_what_makes_the_board(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with cloned(server, template) as conninfo, served(conninfo, tmp_path_factory.mktemp("n")) as here:
        for path in ("cross-check", "provinces"):
            answer = get(here, path)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert "concord serve projector --national" in answer.json()["detail_en"]


def test_nobody_reads_without_a_token(nation: Nation) -> None:
    for path in PATHS:
        assert nation.client.get(f"/api/v1/national/{path}").status_code == 401


def test_findings_have_one_shape_and_page_on(nation: Nation) -> None:
    answer = get(nation, "cross-check", limit=500).json()
    rows = answer["findings"]
    assert all(row.keys() == FIELDS for row in rows)
    assert answer["next"] is None
    assert answer["as_of"][HUNAN]["position"] > 0
    kinds = [row["kind"] for row in rows]
    assert kinds.count("unhandled") == 6
    assert kinds.count("conflict") == 2
    assert kinds.count("duplicate") == 1
    assert [row["province"] for row in rows if row["kind"] == "silent"] == [SICHUAN]
    first = get(nation, "cross-check", limit=4)
    assert 'rel="next"' in first.headers["Link"]
    rest = get(nation, "cross-check", limit=500, after=first.json()["next"]).json()
    assert first.json()["findings"] + rest["findings"] == rows
    of_one = get(nation, "cross-check", kind="unhandled", province=GUANGDONG).json()["findings"]
    assert [row["since"] for row in of_one] == ["2025-07-03", "2025-07-04"]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"kind": "nonsense"}, "?kind"),
        ({"province": "430100"}, "?province"),
        ({"province": "999999"}, "?province"),
        ({"older_than": "-1"}, "?older_than"),
        ({"limit": "0"}, "?limit"),
        ({"after": "nonsense"}, "?after"),
    ],
)
def test_bad_parameters_are_named(nation: Nation, asked: dict[str, str], pointer: str) -> None:
    answer = get(nation, "cross-check", **asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_provinces_are_compared_in_words_that_mean_the_same_in_all(nation: Nation) -> None:
    answer = get(nation, "comparison").json()
    found = {one["province"]: one for one in answer["provinces"]}
    assert set(found) == {HUNAN, GUANGDONG, SICHUAN}
    assert found[HUNAN]["titles"] == {"national": 3}
    assert found[GUANGDONG]["titles"] == {"national": 2}
    assert sum(found[HUNAN]["signals"].values()) == 3
    assert found[HUNAN]["uncompared"] == {}
    policy = found[HUNAN]["policy"]
    assert (policy["pack"], policy["version"], policy["known"], policy["behind"]) == (PACK.id, "1", True, False)
    assert [one["id"] for one in answer["scales"]["signals"]] == ["note", "minor", "major", "grave"]


def test_provinces_stand_side_by_side(nation: Nation) -> None:
    found = {one["province"]: one for one in get(nation, "provinces").json()["provinces"]}
    assert set(found) == {HUNAN, GUANGDONG, SICHUAN}
    hunan = found[HUNAN]
    assert (hunan["name"], hunan["units"], hunan["national"], hunan["frozen"]) == ("湖南省", 3, 3, 3)
    assert (hunan["unhandled"], hunan["lag"], hunan["status"], hunan["silent_hours"]) == (3, 0, "running", 0)
    assert hunan["league"]["criticised"] == 0
    stopped = found[SICHUAN]
    assert (stopped["status"], stopped["class"], stopped["stopped_at"]) == ("stopped", "altered", 9)
    assert "内容不符" in stopped["reason"]


def test_cross_inspections_tell_plan_draw_findings_and_what_is_to_come(nation: Nation) -> None:
    units, stream = (uuid4(), uuid4()), uuid4()
    drawn = tuple(
        Assignment(inspecting=one, inspected=other, units=units)
        for one, other in ((HUNAN, GUANGDONG), (GUANGDONG, HUNAN))
    )
    plan = CrosscheckPlanned(round="2026年度（示例）", provinces=(HUNAN, GUANGDONG), per_province=2)
    lists = listed({HUNAN: units, GUANGDONG: units})
    steps = (lists, *(event for _, event in shared(stream)))
    told = CrosscheckReported(
        inspecting=HUNAN, inspected=GUANGDONG, unit=units[0], on=date(2026, 6, 1), findings="示例：未发现问题",
        result=CheckResult.CLEAN,
    )  # fmt: skip
    events = (plan, *steps, CrosscheckAssigned(seed="ef" * 32, assignments=drawn), told)
    store(nation.conninfo, [recorded(stream, version, event) for version, event in enumerate(events, 1)])
    store(nation.conninfo, [recorded(uuid4(), 1, plan)])
    later, first = get(nation, "cross-inspections").json()["inspections"]
    assert (later["seed"], later["assignments"], later["lists"], later["shares"]) == (None, [], [], {})
    assert [(one["place"], one["population"]) for one in first["lists"]] == [(HUNAN, 2), (GUANGDONG, 2)]
    assert first["document"]["sha256"] == lists.document.sha256  # type: ignore[union-attr]
    assert set(first["shares"]) == {"hr", "union"}
    assert (first["inspection"], first["round"], first["seed"]) == (str(stream), "2026年度（示例）", "ef" * 32)
    assert [one["waiting"] for one in first["assignments"]] == [[str(units[1])], [str(unit) for unit in units]]
    assert [(one["unit"], one["result"]) for one in first["findings"]] == [(str(units[0]), "clean")]
    page = get(nation, "cross-inspections", limit=1).json()
    assert [one["inspection"] for one in page["inspections"]] == [later["inspection"]]
    (rest,) = get(nation, "cross-inspections", limit=1, after=page["next"]).json()["inspections"]
    assert rest["inspection"] == str(stream)
