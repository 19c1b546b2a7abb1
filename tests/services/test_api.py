"""The HTTP interface as clients meet it: commands, versions, refusals, time travel, the feed."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from world import DIGEST, PETITIONS, World, cloud_event, credit_code, enterprise, report

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """A registered enterprise."""
    return served.register(1)


def test_a_unit_is_registered_once(served: World, unit: UUID) -> None:
    assert unit == enterprise(1)
    body = {"kind": "enterprise", "name": "示例", "code": credit_code(1), "place": "430104"}
    headers = served.headers("applicant-1", **{"Idempotency-Key": str(uuid4())})
    again = served.client.post("/api/v1/units", json=body, headers=headers)
    assert again.status_code == 409
    assert again.json()["rule"] == "I-00"
    assert again.json()["clause"]
    assert again.headers["content-type"] == "application/problem+json"


def test_a_retry_answers_with_the_same_events(served: World, unit: UUID) -> None:
    body = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}
    key = str(uuid4())
    before = served.version(unit)
    first = served.decide("prefecture-hr-officer", unit, "follow-up", body, key=key)
    again = served.decide("prefecture-hr-officer", unit, "follow-up", body, key=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert served.version(unit) == before + 1
    other = served.decide("prefecture-hr-officer", unit, "follow-up", {**body, "summary": "别的"}, key=key)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency-key-reused"


def test_commands_need_a_key_and_decisions_a_version(served: World, unit: UUID) -> None:
    url = f"/api/v1/units/{unit}/decisions/assign-contact"
    body = {"officer": str(uuid4()), "from": served.today.isoformat()}
    keyless = served.client.post(url, json=body, headers=served.headers("prefecture-hr-officer", **{"If-Match": '"1"'}))
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency-key-required")
    headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
    versionless = served.client.post(url, json=body, headers=headers)
    assert (versionless.status_code, versionless.json()["code"]) == (428, "precondition-required")
    wrong = served.client.post(url, json=body, headers={**headers, "If-Match": '"one"'})
    assert wrong.status_code == 412
    bare = served.client.post(url, json=body, headers={**headers, "If-Match": "one"})
    assert bare.status_code == 422


def test_a_stale_version_is_answered_with_what_came_since(served: World, unit: UUID) -> None:
    version = served.version(unit)
    served.must("prefecture-hr-officer", unit, "follow-up", _visit(served))
    body = {"officer": str(uuid4()), "from": served.today.isoformat()}
    stale = served.decide("prefecture-hr-officer", unit, "assign-contact", body, at=version)
    assert stale.status_code == 412
    assert stale.json()["current"] == version + 1
    assert [event["type"] for event in stale.json()["since"]] == ["unit.followed-up.v1"]
    ahead = served.decide("prefecture-hr-officer", unit, "assign-contact", body, at=version + 9)
    assert ahead.status_code == 412


def _visit(served: World) -> dict[str, Any]:
    return {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}


def test_tokens_are_asked_for_and_checked(served: World, unit: UUID) -> None:
    assert served.client.get(f"/api/v1/units/{unit}").status_code == 401
    wrong = served.client.get(f"/api/v1/units/{unit}", headers={"Authorization": "Bearer concord_nothing"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "unauthorised")
    assert wrong.headers["www-authenticate"] == "Bearer"


def test_what_may_be_done_is_what_is_taken(served: World, unit: UUID) -> None:
    answer = served.get(f"units/{unit}/decisions", "prefecture-hr-officer")
    found = {(one["decision"], one["title"]): one for one in answer.json()["decisions"]}
    assert found["follow-up", None]["allowed"]
    named = found["name", None]
    assert not named["allowed"]
    assert all(refusal["rule"] and refusal["clause"] and refusal["needs"]["zh"] for refusal in named["refusals"])
    refused = served.decide("prefecture-hr-officer", unit, "name", {"document_number": "示例〔2026〕1号"})
    assert refused.status_code == 409
    assert refused.json()["rule"] in {refusal["rule"] for refusal in named["refusals"]}


def test_out_of_office_out_of_place_out_of_order(served: World, unit: UUID) -> None:
    assess = {"signal": "x", "outcome": "unfounded", "findings": "示例"}
    by_county = served.decide("county-hr-officer", unit, "assess-signal", assess)
    assert (by_county.status_code, by_county.json()["rule"]) == (409, "I-13")
    other = served.decide("applicant-2", unit, "appoint-coordinator", {"count": 3})
    assert (other.status_code, other.json()["rule"]) == (409, "I-13")
    early = served.decide(
        "applicant-1", unit, "apply", {"title": "national_model", "report_digest": DIGEST, "route": "levels"}
    )
    assert (early.status_code, early.json()["rule"], early.json()["clause"]) == (409, "I-01", "五(五)1")


def test_the_past_is_computed_from_the_events(served: World, unit: UUID) -> None:
    whole = served.get(f"units/{unit}")
    assert whole.headers["etag"].startswith(f'"{whole.json()["version"]}-')
    first = served.get(f"units/{unit}?version=1").json()
    assert first["version"] == 1
    assert first["regions"]["cultivation"]["follow_ups"] == 0
    assert served.get(f"units/{unit}?on=2020-01-01").status_code == 404
    assert served.get(f"units/{unit}?known=2020-01-01T00:00:00%2B08:00").status_code == 404
    today = served.get(f"units/{unit}?on={served.today.isoformat()}").json()
    assert today["as_of"]["on"] == served.today.isoformat()
    assert served.get(f"units/{unit}?version=999").status_code == 404
    assert served.get(f"units/{unit}?on=9999-12-31").status_code == 422
    assert served.get(f"units/{unit}?known=2026-01-01T00:00:00").status_code == 422


def test_history_and_feed_hold_what_was_stored(served: World, unit: UUID) -> None:
    events = served.get(f"units/{unit}/events").json()["events"]
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["sentence"]["zh"] and event["sentence"]["en"] for event in events)
    page = served.get("events?after=0&limit=5").json()
    assert [event["position"] for event in page["events"]] == [1, 2, 3, 4, 5]
    only = served.get("events?types=unit.registered.v1").json()["events"]
    assert {event["type"] for event in only} == {"unit.registered.v1"}
    assert served.get("events?types=unit.vanished.v1").status_code == 422


def test_the_feed_can_be_followed_and_resumed(served: World) -> None:
    headers = served.headers("auditor", Accept="text/event-stream", **{"Last-Event-ID": "3"})
    with served.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        ids = [
            line.removeprefix("id: ")
            for line, _ in zip(stream.iter_lines(), range(20), strict=False)
            if line.startswith("id: ")
        ]
    assert ids[:3] == ["4", "5", "6"]


def test_personal_data_is_never_answered_in_clear(served: World) -> None:
    unit = served.reported(3)
    text = served.get(f"units/{unit}/events").text + served.get("events?after=0&limit=2000").text
    assert "示例人甲" not in text
    assert "＊＊＊" in text


def test_a_naming_made_stale_by_a_petition_is_refused_with_the_petition(served: World) -> None:
    unit = served.to_publicity(4)
    until = served.today.toordinal() + 14
    dates = {"from": served.today.isoformat(), "until": type(served.today).fromordinal(until).isoformat()}
    served.must("province-hr-officer", unit, "start-publicity", {**dates, "channel": "示例网站"})
    served.days_later(15)
    served.must("province-hr-officer", unit, "complete-publicity", {})
    version = served.version(unit)
    name = {"document_number": "示例〔2026〕4号"}
    possible = served.get(f"units/{unit}/decisions", "province-hr-approver").json()["decisions"]
    assert [one["allowed"] for one in possible if one["decision"] == "name"] == [True]
    event = cloud_event(PETITIONS, 4, report(served.today))
    taken = served.client.post("/api/v1/signals", json=event, headers=served.headers("petitions"))
    assert taken.status_code == 201, taken.text
    stale = served.decide("province-hr-approver", unit, "name", name, at=version)
    assert stale.status_code == 412
    (petition,) = stale.json()["since"]
    assert petition["type"] == "unit.signal-recorded.v1"
    assert petition["event"]["category"] == "mass_petition"
    frozen = served.decide("province-hr-approver", unit, "name", name)
    assert (frozen.status_code, frozen.json()["rule"]) == (409, "I-07")
    assert petition["event"]["signal"] in json.dumps(frozen.json(), ensure_ascii=False)


BAD = {
    "not json": b"{",
    "a nul": b'{"kind": "visit", "on": "2024-01-02", "summary": "a\\u0000b"}',
    "a lone surrogate": b'{"kind": "visit", "on": "2024-01-02", "summary": "\\ud800"}',
    "bad utf-8": b'{"kind": "visit", "on": "2024-01-02", "summary": "\xff"}',
    "a duplicate key": b'{"kind": "visit", "kind": "call", "on": "2024-01-02", "summary": "x"}',
    "an unknown field": b'{"kind": "visit", "on": "2024-01-02", "summary": "x", "more": 1}',
    "a wrong type": b'{"kind": "visit", "on": "2024-01-02", "summary": 5}',
    "the year 9999": b'{"kind": "visit", "on": "9999-12-31", "summary": "x"}',
    "a time for a day": b'{"kind": "visit", "on": "2024-01-02T10:00:00", "summary": "x"}',
    "an array": b"[]",
    "nothing": b"",
    "a megabyte": b'{"kind": "visit", "on": "2024-01-02", "summary": "' + b"x" * 1_000_000 + b'"}',
    "depth": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a huge number": b'{"kind": "visit", "on": "2024-01-02", "summary": 1' + b"0" * 5_000 + b"}",
    "a future fact": b'{"kind": "visit", "on": "2199-01-02", "summary": "x"}',
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_a_typed_error_and_stores_nothing(served: World, unit: UUID, what: str) -> None:
    version = served.version(unit)
    headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())}, **JSON)
    answer = served.client.post(f"/api/v1/units/{unit}/decisions/follow-up", content=BAD[what], headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    document = answer.json()
    assert document["code"]
    assert document["title"]
    assert document["status"] == answer.status_code
    assert "Traceback" not in answer.text
    if answer.status_code == 422:
        assert document["errors"][0]["pointer"] is not None
    assert served.version(unit) == version


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"code": "914301000000000010"}, None), ({"place": "999999"}, "/place"), ({"headcount": -1}, "/headcount")],
)
def test_a_bad_registration_says_where(served: World, change: dict[str, Any], pointer: str | None) -> None:
    body = {"kind": "enterprise", "name": "示例", "code": credit_code(9), "place": "430104", **change}
    headers = served.headers("county-hr-officer", **{"Idempotency-Key": str(uuid4())})
    answer = served.client.post("/api/v1/units", json=body, headers=headers)
    assert answer.status_code in (409, 422)
    if pointer:
        assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]
    assert served.get(f"units/{enterprise(9)}").status_code == 404


def test_unknown_things_are_not_found(served: World, unit: UUID) -> None:
    for path in (f"units/{uuid4()}", "units/nonsense", f"units/{uuid4()}/events", "nonsense"):
        assert served.get(path).status_code == 404
    assert served.decide("prefecture-hr-officer", unit, "vanish", {}, at=1).status_code == 404


def test_it_lives_is_ready_counts_and_describes_itself(served: World) -> None:
    assert served.client.get("/livez").json() == {"alive": True}
    ready = served.client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    numbers = served.client.get("/metrics").text
    assert "concord_http_seconds" in numbers
    assert "concord_refusals_total" in numbers
    (lag,) = re.findall(r'concord_projector_lag{projection="board"} ([0-9.]+)', numbers)
    assert float(lag) < 1_000
    (position,) = re.findall(r'concord_projector_position{projection="board"} ([0-9.]+)', numbers)
    assert float(position) > 0
    paths = served.client.get("/openapi.json").json()["paths"]
    assert "/api/v1/units/{stream}/decisions/propose-revocation" in paths


def test_traces_are_passed_on(served: World) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = served.client.get("/livez", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.headers["traceparent"].split("-")[1] == trace
    assert answer.headers["traceparent"].split("-")[2] != "00f067aa0ba902b7"
