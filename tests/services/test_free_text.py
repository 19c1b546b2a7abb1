"""Free texts over HTTP, by the types of their fields: nothing hidden, nobody's number, names compared folded."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from world import COUNTY, PETITIONS, World, cloud_event, credit_code, enterprise, report

from events.envelope import Event
from events.references import Scalar, markers_of
from events.registry import EVENT_TYPES

PHONE = "１３９-1234-5678"
HIDDEN = ["   ", "a\nb", "示例\u202e公司", "示例\u200b公司", "示例\x1b[31m", " 示例"]


def register(served: World, number: int, **more: Any) -> httpx2.Response:
    """Ask to register an enterprise."""
    body = {"kind": "enterprise", "name": f"示例企业{number}号", "code": credit_code(number), "place": COUNTY,
            "ownership": "private", "headcount": 300, **more}  # fmt: skip
    headers = served.headers(f"applicant-{number}", **{"Idempotency-Key": str(uuid4())})
    return served.client.post("/api/v1/units", json=body, headers=headers)


def pointer(answer: httpx2.Response) -> tuple[int, str]:
    """The status, and where the first problem is."""
    return answer.status_code, answer.json()["errors"][0]["pointer"]


@pytest.mark.parametrize("name", HIDDEN, ids=repr)
def test_E_25_a_name_that_hides_something_is_refused_where_it_stands(served: World, name: str) -> None:
    assert pointer(register(served, 3, name=name)) == (422, "/name")


@pytest.mark.parametrize("code", ["ＰＡＲＫ-01", "РARK-01", "park-01", "PARK–01"])
def test_E_25_a_look_alike_code_is_refused(served: World, code: str) -> None:
    assert pointer(register(served, 3, code=code)) == (422, "/code")


@pytest.mark.parametrize("field", ["name", "industry"])
def test_E_44_a_number_is_refused_in_every_free_text(served: World, field: str) -> None:
    assert pointer(register(served, 3, **{field: f"示例{PHONE}"})) == (422, f"/{field}")


def test_E_44_in_a_post_and_in_the_title_of_a_document_too(served: World) -> None:
    post = {"post": f"示例{PHONE}", "level": "county", "place": COUNTY, "roles": ["officer"], "house": "hr",
            "from": served.today.isoformat()}  # fmt: skip
    appointed = served.client.post(
        f"/api/v1/officers/{uuid4()}/decisions/appoint",
        json=post,
        headers=served.headers("administrator", **{"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}),
    )
    assert pointer(appointed) == (422, "/post")
    served.register(4)
    paper = {"sha256": "ab" * 32, "media_type": "application/pdf", "title": f"示例{PHONE}", "size": 1}
    changed = served.decide(
        "county-hr-officer", enterprise(4), "change-details", {"reason": "示例", "documents": [paper]}
    )
    assert pointer(changed) == (422, "/documents/0/title")


def test_E_44_every_line_and_every_prose_of_the_vocabulary_is_guarded() -> None:
    guarded = {Scalar("line"), Scalar("prose")}
    texts = [
        (kind, name) for kind in EVENT_TYPES.values() for name, marker in markers_of(kind).items() if marker in guarded
    ]
    assert {kind.__name__ for kind, _ in texts} >= {"UnitRegistered", "OfficerAppointed", "BodyEstablished"}
    unguarded = [f"{kind.__name__}.{name}" for kind in EVENT_TYPES.values() for name in _plain_texts(kind)]
    assert unguarded == []


def _plain_texts(kind: type[Event]) -> list[str]:
    """Fields that are texts without a marker that says of which sort."""
    return [
        name
        for name, field in kind.model_fields.items()
        if field.annotation is str and markers_of(kind).get(name) is None
    ]


@pytest.mark.parametrize("where", ["summary", "status", "case_number", "name", "title"])
def test_E_44_what_a_source_sends_is_masked_wherever_it_stands(served: World, where: str) -> None:
    served.register(5) if served.version(enterprise(5)) == 0 else None
    text = f"示例{PHONE}"
    paper = {"sha256": "ab" * 32, "media_type": "application/pdf", "title": text, "size": 1}
    more: dict[str, Any] = {"name": {"unit": {"name": text}}, "title": {"documents": [paper]}}.get(where, {where: text})
    event = cloud_event(PETITIONS, 5, report(served.today, **more))
    headers = served.headers("petitions", **{"Content-Type": "application/cloudevents+json"})
    taken = served.client.post("/api/v1/signals", content=json.dumps(event), headers=headers)
    assert taken.status_code == 201, taken.text
    with psycopg.connect(served.conninfo) as conn:
        found = conn.execute("SELECT count(*) FROM register.events WHERE position(%s IN state) > 0", [PHONE.encode()])
        assert found.fetchone() == (0,)


def test_E_25_a_signal_that_hides_something_is_a_dead_letter_that_says_where(served: World) -> None:
    event = cloud_event(PETITIONS, 5, report(served.today, unit={"name": "示例\u202e企业", "place": COUNTY}))
    headers = served.headers("petitions", **{"Content-Type": "application/cloudevents+json"})
    refused = served.client.post("/api/v1/signals", content=json.dumps(event), headers=headers)
    assert pointer(refused) == (422, "/data/unit/name")
    assert refused.headers["concord-dead-letter"]


def asked_of(served: World, path: str, asked: str, position: int) -> httpx2.Response:
    """What is found once the projection has come so far, on a busy machine too."""
    given = {"params": {"q": asked, "min_position": position}, "headers": served.headers("auditor")}
    found = served.client.get(f"/api/v1/{path}", **given)
    return found if found.status_code == 200 else served.client.get(f"/api/v1/{path}", **given)


def test_E_24_a_unit_is_found_however_its_name_is_written(served: World) -> None:
    answer = register(served, 6, name="长沙测试（湖南）科技有限公司")
    unit, position = answer.json()["unit"], answer.json()["position"]
    for asked in ("长沙测试(湖南)", "长沙测试 〔湖南〕科技", "(湖南)科技有限公司"):
        for path, name in (("units", "units"), ("search", "units")):
            found = asked_of(served, path, asked, position)
            assert found.status_code == 200, (path, asked, found.text)
            assert unit in {one["unit"] for one in found.json()[name]}, (path, asked, found.text)
    told = {"name": "长沙测试(湖南)科技有限公司", "place": COUNTY}
    event = cloud_event(PETITIONS, 6, report(served.today, unit=told), subject="BAD")
    headers = served.headers("petitions", **{"Content-Type": "application/cloudevents+json"})
    taken = served.client.post("/api/v1/signals", content=json.dumps(event), headers=headers)
    assert (taken.status_code, taken.json()["unit"]) == (201, unit), taken.text


def test_E_24_one_paper_is_one_paper_however_its_number_is_written() -> None:
    from services.casework.document.state import document_stream

    assert document_stream("示例机关（甲）", "示例〔2026〕1号") == document_stream("示例机关(甲)", "示例[２０２６] 1号")
