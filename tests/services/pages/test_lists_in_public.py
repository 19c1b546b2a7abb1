"""The list of a round in public: anybody reads it, objects without signing in, and asks by a receipt for the answer."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from world import World

TITLE = "national_model"
CHANNEL = "示例网站"


@pytest.fixture(scope="module")
def anybody(served: World) -> httpx2.Client:
    """Somebody without an account, whose browser keeps what it is given."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
    return httpx2.Client(base_url=served.client.base_url, timeout=30, headers=headers)


@pytest.fixture(scope="module")
def units(served: World) -> tuple[UUID, UUID]:
    """Two enterprises."""
    return served.register(1), served.register(2)


@pytest.fixture(scope="module")
def round_(served: World, units: tuple[UUID, UUID]) -> UUID:
    """A reserve round that is over, whose list of the two is in public."""
    stream, today = uuid4(), served.today.isoformat()
    opened = {
        "kind": "reserve", "name": "示例储备名单", "title": TITLE, "place": "430000", "from": today, "until": today
    }  # fmt: skip
    served.must("province-hr-approver", stream, "open", opened, kinds="rounds")
    for unit in units:
        served.must("province-hr-approver", unit, "reserve-list", {"title": TITLE, "round": str(stream)})
    served.days_later(1)
    begins = served.today
    listed = {
        "units": [str(unit) for unit in units], "from": begins.isoformat(),
        "until": (begins + timedelta(days=14)).isoformat(), "channel": CHANNEL,
    }  # fmt: skip
    served.must("province-hr-officer", stream, "publicise-list", listed, kinds="rounds")
    shown(served)
    return stream


def shown(served: World) -> None:
    """Until the projections hold what was stored."""
    deadline = time.monotonic() + 20
    while served.get(f"rounds?min_position={served.end}").status_code != 200:
        assert time.monotonic() < deadline
    served.get(f"units?min_position={served.end}")


def over(served: World) -> None:
    """Days pass, until the list is in public no more."""
    served.clock.ahead = timedelta(days=16)


def object_to(anybody: httpx2.Client, round_: UUID, **more: str) -> httpx2.Response:
    body = {"ground": "拖欠工资", "text": "示例：十月份加班费未按约定发放", ".command": str(uuid4()), **more}
    return anybody.post(f"/publicity/lists/{round_}/object", data=body)


def entry(served: World, round_: UUID, location: str) -> int:
    """The version of the objection that was stored last, whose receipt can be read."""
    assert location.startswith("/objections/")
    return served.version(round_, "rounds")


def test_R_32_anybody_reads_a_list_in_public_and_is_shown_the_way_to_object(
    anybody: httpx2.Client, round_: UUID
) -> None:
    assert f"/publicity/lists/{round_}" in anybody.get("/publicity").text
    page = anybody.get(f"/publicity/lists/{round_}").text
    assert "示例储备名单" in page
    assert "示例企业1号" in page
    assert "示例企业2号" in page
    assert f"/publicity/lists/{round_}/object" in page
    for strange in (uuid4(), "x"):
        assert anybody.get(f"/publicity/lists/{strange}").status_code == 404
        assert anybody.get(f"/publicity/lists/{strange}/object").status_code == 404


def test_T_26_an_objection_to_a_list_has_a_receipt_that_tells_what_became_of_it(
    served: World, anybody: httpx2.Client, round_: UUID, units: tuple[UUID, UUID]
) -> None:
    form = anybody.get(f"/publicity/lists/{round_}/object").text
    assert str(units[0]) in form
    about_one = object_to(anybody, round_, unit=str(units[0]), objector="示例人乙 13800000000")
    assert about_one.status_code == 303, about_one.text
    first = entry(served, round_, about_one.headers["location"])
    copy = object_to(anybody, round_, unit=str(units[0]))
    empty = object_to(anybody, round_, ground="不好", text="不好")
    aside = entry(served, round_, empty.headers["location"])
    waiting = anybody.get(about_one.headers["location"]).text
    assert "核查中" in waiting
    assert "示例储备名单" in waiting
    assert "示例人乙" not in waiting
    stored = served.get(f"rounds/{round_}/events").text
    assert "示例人乙" not in stored, "who objects is sealed"
    served.must("province-hr-officer", round_, "admit-objection", {"objection": first}, kinds="rounds")
    reason = {"objection": aside, "reason": "未写明任何事实（示例）"}
    served.must("province-hr-approver", round_, "set-aside-objection", reason, kinds="rounds")
    found = {"objection": first, "upheld": False, "findings": "已补发（示例）"}
    served.must("province-union-officer", round_, "resolve-objection", found, kinds="rounds")
    for location in (about_one.headers["location"], copy.headers["location"]):
        answered = anybody.get(location).text
        assert "不成立" in answered
        assert "已补发（示例）" in answered
    told = anybody.get(empty.headers["location"]).text
    assert "不予受理" in told
    assert "未写明任何事实（示例）" in told


def test_what_is_wrong_with_an_objection_to_a_list_is_said_and_kept(
    anybody: httpx2.Client, round_: UUID, units: tuple[UUID, UUID]
) -> None:
    for given, said in (
        ({"ground": ""}, "请填写“异议事由”"),
        ({"text": "请打 13800000000"}, "电话"),
        ({"unit": "zz"}, "f-unit"),
        ({"unit": str(uuid4())}, "有 1 处需要更正"),
    ):
        answer = object_to(anybody, round_, **given)
        assert answer.status_code == 422
        assert said in answer.text
    assert object_to(anybody, round_, text="x" * 1_000_000).status_code == 413
    forged = anybody.post(
        f"/publicity/lists/{round_}/object", data={"ground": "a"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert forged.status_code == 403


def test_an_objection_out_of_time_is_told_where_else_to_turn(
    served: World, anybody: httpx2.Client, round_: UUID
) -> None:
    over(served)
    before = served.version(round_, "rounds")
    late = object_to(anybody, round_)
    assert late.status_code == 422
    for told in (late.text, anybody.get(f"/publicity/lists/{round_}/object").text):
        assert "公示已结束" in told
        assert "劳动保障监察机构" in told
        assert "<textarea" not in told
    assert served.version(round_, "rounds") == before
    assert "公示期已过" in anybody.get(f"/publicity/lists/{round_}").text


def test_a_published_list_is_read_by_anybody_with_its_day_and_its_document(
    served: World, anybody: httpx2.Client, round_: UUID, units: tuple[UUID, UUID]
) -> None:
    over(served)
    assert anybody.get(f"/api/v1/publicity/lists/{round_}").status_code == 404
    listed = {"units": [str(units[0])], "document_number": "示例〔2026〕9号"}
    served.must("province-hr-approver", round_, "publish-list", listed, kinds="rounds")
    page = anybody.get(f"/publicity/lists/{round_}").text
    assert "示例〔2026〕9号" in page
    assert "示例企业1号" in page
    assert "示例企业2号" not in page, "it is not on the list"
    assert "提出异议" not in page
    assert "A published list" in anybody.get(f"/publicity/lists/{round_}?lang=en").text
    assert anybody.get(f"/publicity/lists/{round_}/object").status_code == 404
    shown(served)
    found = anybody.get("/api/v1/publicity").json()
    assert found["lists"] == []
    (out,) = found["published"]
    day = served.today.isoformat()
    assert out == {
        "list": "示例储备名单", "day": day, "document": "示例〔2026〕9号", "units": 1,
        "page": f"/publicity/lists/{round_}", "object": None,
    }  # fmt: skip
    told = anybody.get(f"/api/v1/publicity/lists/{round_}").json()
    assert [unit["name"] for unit in told["units"]] == ["示例企业1号"]
    assert "已公布的名单" in anybody.get("/publicity").text
