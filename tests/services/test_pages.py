"""The pages as readers get them: each answers, says what it should, and shows nothing personal in clear."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from world import World

from services.settings import Settings
from services.web import pages
from services.web.demonstration import stories


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise with a report sealed by a named signer."""
    unit = served.reported(1)
    last = served.get(f"units/{unit}/events").json()["events"][-1]["position"]
    assert served.get(f"units?min_position={last}").status_code == 200
    return unit


def test_the_board_shows_and_filters(served: World, unit: UUID) -> None:
    page = served.client.get("/board?place=430104&kind=enterprise")
    assert page.status_code == 200
    assert "示例企业1号" in page.text
    assert f"/units/{unit}" in page.text
    assert "没有符合条件的单位" in served.client.get("/board?watch=frozen").text
    assert "No unit fits" in served.client.get("/board?watch=frozen&lang=en").text


def test_the_dossier_tells_the_whole_history_newest_first(served: World, unit: UUID) -> None:
    page = served.client.get(f"/units/{unit}?lang=zh").text
    places = [page.index(f'id="v{version}"') for version in (5, 4, 3, 2, 1)]
    assert places == sorted(places)
    assert "签署盖章" in page
    assert "示例人甲" not in page
    assert "确定定点联系人" in page, "what is owed"


def test_the_dossier_goes_back_in_time(served: World, unit: UUID) -> None:
    page = served.client.get(f"/units/{unit}?version=2").text
    assert 'id="v2"' in page
    assert 'id="v3"' not in page
    assert served.client.get(f"/units/{unit}?on=2020-01-01&lang=zh").status_code == 404


def test_the_audit_page_answers_who_did_what(served: World, unit: UUID) -> None:
    page = served.client.get("/audit?act=register").text
    assert "示例企业1号" in page
    assert "I-13" in page


@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/concord.css", "/static/icon.svg"])
def test_the_rest_answers(served: World, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 200
    assert answer.content


def test_the_home_page_calls_each_story_by_its_number(tmp_path: Path) -> None:
    told = {number: {"unit": "u", "zh": "故事", "en": "story"} for number in ("10", "2", "8")}
    (tmp_path / "accounts.json").write_text(json.dumps({"stories": told}))
    found = stories(Settings(data_dir=tmp_path))
    assert [story["number"] for story in found] == [2, 8, 10]


def test_odd_questions_are_answered_without_a_crash(served: World, unit: UUID) -> None:
    for path in ("/board?kind=nonsense", "/board?place=x", "/audit?officer=x", "/audit?by=x"):
        assert served.client.get(path).status_code == 200
    for path in (f"/units/{unit}?version=abc", f"/units/{unit}?version=999999999999"):
        assert served.client.get(path).status_code == 200
    assert served.client.get(f"/units/{unit}?version=999").status_code == 404
    assert served.client.get("/units/nonsense").status_code == 404


def test_a_wrong_token_does_not_sign_in(served: World) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    assert served.client.post("/sign-in", data={"token": "concord_nothing"}, headers=own).status_code == 401
    right = served.client.post("/sign-in", data={"token": served.tokens["auditor"]}, headers=own)
    served.client.cookies.clear()
    assert right.status_code == 303
    assert "httponly" in right.headers["set-cookie"].lower()


def test_a_part_of_a_name_that_many_have_is_not_counted_one_by_one(
    served: World, unit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = served.client.get("/board?q=示例&lang=zh").text
    assert 'class="tiles"' in few
    monkeypatch.setattr(pages, "MOST_COUNTED", 1)
    many = served.client.get("/board?q=示例").text
    assert "符合筛选的单位有 1 个以上" in many
    assert 'class="tiles"' not in many
    assert str(unit) in many
    assert 'class="tiles"' in served.client.get("/board").text
