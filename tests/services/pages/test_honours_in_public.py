"""A candidate for an honour in public: anybody reads of it, a person's name aside, objects, and asks by a receipt."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from world import World

PRAISE, PERSON = "national_collective", "示例姓名甲"


@pytest.fixture(scope="module")
def anybody(served: World) -> httpx2.Client:
    """Somebody without an account, whose browser keeps what it is given."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
    return httpx2.Client(base_url=served.client.base_url, timeout=30, headers=headers)


@pytest.fixture(scope="module")
def honours(served: World) -> tuple[UUID, UUID]:
    """A collective and a person who are sought to be commended, each in public from today."""
    campaign, today = uuid4(), served.today
    opened = {
        "kind": "commendation", "name": "示例表彰", "title": "national_model", "place": "430000",
        "from": today.isoformat(), "until": (today + timedelta(days=200)).isoformat(),
    }  # fmt: skip
    served.must("province-hr-approver", campaign, "open", opened, kinds="rounds")
    streams = uuid4(), uuid4()
    whom = {"recipient": "body", "name": "示例三方办公室"}, {"recipient": "individual", "person": PERSON}
    for stream, award, fields in zip(streams, (PRAISE, "national_individual"), whom, strict=True):
        proposed = {"award": award, "place": "430100", "round": str(campaign), "merits": "示例事迹", **fields}
        served.must("prefecture-hr-officer", stream, "propose", proposed, kinds="honours")
        days = {"from": today.isoformat(), "until": (today + timedelta(days=14)).isoformat(), "channel": "示例网站"}
        served.must("prefecture-hr-officer", stream, "publicise", days, kinds="honours")
    deadline = time.monotonic() + 20
    while served.get(f"honours?min_position={served.end}").status_code != 200:
        assert time.monotonic() < deadline
    return streams


def test_R_31_anybody_reads_who_is_to_be_commended(anybody: httpx2.Client, honours: tuple[UUID, UUID]) -> None:
    collective, person = honours
    listed = anybody.get("/publicity").text
    for stream in honours:
        assert f"/publicity/honours/{stream}" in listed
    page = anybody.get(f"/publicity/honours/{collective}").text
    for told in ("示例三方办公室", "先进集体", "示例网站", f"/publicity/honours/{collective}/object"):
        assert told in page
    of_a_person = anybody.get(f"/publicity/honours/{person}").text
    assert "先进个人" in of_a_person
    assert PERSON not in of_a_person + listed, "a person's name is sealed"
    assert "示例事迹" not in page + of_a_person
    english = anybody.get(f"/publicity/honours/{collective}?lang=en").text
    assert "National advanced collective" in english
    told = anybody.get("/api/v1/publicity").json()["honours"]
    assert {one["page"] for one in told} == {f"/publicity/honours/{stream}" for stream in honours}
    assert all(one["object"] == f"{one['page']}/object" for one in told)
    for strange in (uuid4(), "x"):
        assert anybody.get(f"/publicity/honours/{strange}").status_code == 404
        assert anybody.get(f"/publicity/honours/{strange}/object").status_code == 404


def test_T_26_an_objection_to_a_candidate_has_a_receipt(
    served: World, anybody: httpx2.Client, honours: tuple[UUID, UUID]
) -> None:
    stream = honours[0]
    form = f"/publicity/honours/{stream}/object"
    assert "<textarea" in anybody.get(form).text
    missing = anybody.post(form, data={"ground": "", "text": "示例"})
    assert missing.status_code == 422
    assert "请填写“异议事由”" in missing.text
    given = {"ground": "事迹不实（示例）", "text": "示例：所述调解案件不属实", "objector": "示例人丙"}
    sent = anybody.post(form, data={**given, ".command": str(uuid4())})
    assert sent.status_code == 303, sent.text
    waiting = anybody.get(sent.headers["location"]).text
    assert "核查中" in waiting
    assert "先进集体" in waiting
    assert "示例人丙" not in waiting + served.get(f"honours/{stream}/events").text
    resolved = {"objection": served.version(stream, "honours"), "upheld": False, "findings": "经核查属实（示例）"}
    served.must("prefecture-union-officer", stream, "resolve-objection", resolved, kinds="honours")
    assert "经核查属实（示例）" in anybody.get(sent.headers["location"]).text


def test_an_objection_to_a_candidate_out_of_time_is_told_where_else_to_turn(
    served: World, anybody: httpx2.Client, honours: tuple[UUID, UUID]
) -> None:
    stream = honours[0]
    served.clock.ahead = timedelta(days=16)
    late = anybody.post(f"/publicity/honours/{stream}/object", data={"ground": "示例", "text": "示例"})
    assert late.status_code == 422
    for told in (late.text, anybody.get(f"/publicity/honours/{stream}/object").text):
        assert "公示已结束" in told
        assert "<textarea" not in told
    assert "公示期已过" in anybody.get(f"/publicity/honours/{stream}").text
    assert str(stream) not in anybody.get("/publicity").text
