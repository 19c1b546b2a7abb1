"""CloudEvents as the standards have them, over HTTP: media types, modes, unset attributes, days; dead letters."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from world import INSPECTION, PETITIONS, World, cloud_event, credit_code, enterprise, report

JSON_TYPES = [
    "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.example+json",
    'text/json; charset="UTF-8"', "application/json ; charset=us-ascii;",
]  # fmt: skip
STRUCTURED_TYPES = [
    "application/cloudevents+json", "application/cloudevents+json; charset=utf-8",
    "Application/CloudEvents+JSON;charset=UTF-8", "application/json", "application/vnd.example+json",
]  # fmt: skip
NOT_TAKEN = ["text/plain", "application/xml", "application/cloudevents+avro", "application/cloudevents",
             "application/json; charset=utf-16", "nonsense", "application/cloudevents-batch+avro"]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def units(served: World) -> None:
    """The enterprises that the signals of this file are about."""
    for number in range(1, 4):
        served.register(number)


def send(served: World, body: Any, content_type: str, who: str = "petitions", **headers: str) -> httpx2.Response:
    """Send bytes, or a document as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = served.headers(who, **{"Content-Type": content_type, **headers})
    return served.client.post("/api/v1/signals", content=content, headers=given)


def binary(event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of an event in binary mode."""
    headers = {f"ce-{name}": str(value) for name, value in event.items() if name != "data"}
    return json.dumps(event["data"]).encode(), headers


def letter(served: World, answer: httpx2.Response) -> dict[str, Any]:
    """The dead letter that an answer names, whole."""
    found: dict[str, Any] = served.get(f"intake/dead-letters/{answer.headers['concord-dead-letter']}").json()
    return found


@pytest.mark.parametrize("content_type", STRUCTURED_TYPES)
def test_E_20_structured_mode_is_told_by_its_media_type_alone(served: World, content_type: str) -> None:
    answer = send(served, cloud_event(PETITIONS, 1, report(served.today)), content_type)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("content_type", JSON_TYPES)
def test_E_20_binary_mode_takes_json_however_it_is_named(served: World, content_type: str) -> None:
    body, headers = binary(cloud_event(PETITIONS, 1, report(served.today)))
    answer = send(served, body, content_type, **headers)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("content_type", NOT_TAKEN)
@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_E_20_what_is_no_json_is_answered_so_and_kept(served: World, content_type: str, mode: str) -> None:
    event = cloud_event(PETITIONS, 1, report(served.today))
    body, headers = binary(event) if mode == "binary" else (json.dumps(event).encode(), {})
    answer = send(served, body, content_type, **headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type"), answer.text
    kept = letter(served, answer)
    assert kept["body"].encode() == body
    assert ["content-type", content_type] in kept["headers"]


@pytest.mark.parametrize("name", ["datacontenttype", "subject", "time", "dataschema", "traceparent"])
def test_E_20_an_attribute_that_is_null_is_unset(served: World, name: str) -> None:
    data = report(served.today, unit={"code": credit_code(1)})
    answer = send(served, cloud_event(PETITIONS, 1, data, **{name: None}), "application/cloudevents+json")
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("name", ["id", "source", "type", "specversion"])
def test_E_20_a_required_attribute_that_is_null_is_missing(served: World, name: str) -> None:
    event = {**cloud_event(PETITIONS, 1, report(served.today)), name: None}
    answer = send(served, event, "application/cloudevents+json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{name}")


@pytest.mark.parametrize(
    ("given", "status"),
    [("application/json; charset=utf-8", 201), ("text/JSON", 201), ("a/b+json", 201), ("text/plain", 422), (5, 422)],
)
def test_E_20_the_datas_own_type_is_json_however_it_is_named(served: World, given: Any, status: int) -> None:
    event = cloud_event(PETITIONS, 1, report(served.today), datacontenttype=given)
    assert send(served, event, "application/cloudevents+json").status_code == status


def test_E_20_data_in_base64_is_data(served: World) -> None:
    event = cloud_event(PETITIONS, 1, report(served.today))
    data = json.dumps(event.pop("data")).encode()
    coded = {**event, "data_base64": b64encode(data).decode()}
    assert send(served, coded, "application/cloudevents+json").status_code == 201
    both = {**coded, "id": str(uuid4()), "data": {}}
    assert send(served, both, "application/cloudevents+json").json()["errors"][0]["pointer"] == "/data_base64"
    broken = {**coded, "id": str(uuid4()), "data_base64": "***"}
    assert send(served, broken, "application/cloudevents+json").json()["errors"][0]["pointer"] == "/data_base64"


@pytest.mark.parametrize(
    "content_type", ["application/cloudevents-batch+json; charset=utf-8", "APPLICATION/CLOUDEVENTS-BATCH+JSON"]
)
def test_E_20_batch_mode_is_answered_one_by_one(served: World, content_type: str) -> None:
    good = cloud_event(PETITIONS, 1, report(served.today))
    answer = send(served, [good, {**good, "id": None}], content_type)
    assert [one["outcome"] for one in answer.json()["taken"]] == ["taken", "dead"]


@pytest.mark.parametrize("body", [b"{}", b"nonsense", b"[" + b"1," * 1_000 + b"1]"])
def test_E_20_what_is_no_batch_is_one_dead_letter(served: World, body: bytes) -> None:
    answer = send(served, body, "application/cloudevents-batch+json")
    assert answer.status_code in (400, 422)
    kept = letter(served, answer)
    assert (kept["mode"], kept["body"].encode()) == ("batch", body)


def test_E_20_values_of_the_http_binding_are_unescaped_once(served: World) -> None:
    body, headers = binary(cloud_event(PETITIONS, 1, report(served.today)))
    headers["ce-id"] = '"a%22b%2525"'
    answer = send(served, body, "application/json", **headers)
    assert answer.status_code == 201, answer.text
    again = send(
        served, {**cloud_event(PETITIONS, 1, json.loads(body)), "id": 'a"b%25'}, "application/cloudevents+json"
    )
    assert again.headers["concord-outcome"] == "repeated"
    broken = send(served, body, "application/json", **{**headers, "ce-id": "%FF"})
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (422, "/ce-id")


@pytest.mark.parametrize(
    "moment", ["2026-01-01 08:00:00+08:00", "2026-W01-1T08:00:00Z", "2026-01-01T08:00Z", "1763596800",
               "2026-01-01T08:00:00", "2026-02-30T08:00:00Z", "２０２６-01-01T08:00:00Z"],
)  # fmt: skip
def test_E_20_a_moment_is_rfc_3339(served: World, moment: str) -> None:
    answer = send(served, cloud_event(PETITIONS, 1, report(served.today), time=moment), "application/cloudevents+json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/time")


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=366 * 20)])
def test_E_20_what_happened_is_not_in_the_future(served: World, ahead: timedelta) -> None:
    moment = (datetime.now(UTC) + ahead).isoformat()
    for time, status in ((moment, 422), ("9999-12-31T23:59:59Z", 422), ("9999-12-31T23:59:59-23:59", 422)):
        answer = send(
            served, cloud_event(PETITIONS, 1, report(served.today), time=time), "application/cloudevents+json"
        )
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, "/time"), time
        assert letter(served, answer)["class"] == "malformed"
    skewed = (datetime.now(UTC) + timedelta(hours=23)).isoformat()
    sent = cloud_event(PETITIONS, 1, report(served.today), time=skewed)
    assert send(served, sent, "application/cloudevents+json").status_code == 201


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("subject", "", 422), ("dataschema", "", 422), ("time", "", 422), ("datacontenttype", "", 422),
        ("partner", "a", 201), ("partner7", 7, 201), ("partner", True, 201),
        ("partner", ["a"], 422), ("partner", {"a": 1}, 422), ("partner", 1.5, 422),
        ("Partner", "a", 422), ("part_ner", "a", 422), ("part-ner", "a", 422), ("partnér", "a", 422), ("", "a", 422),
    ],
)  # fmt: skip
def test_E_20_attributes_are_what_cloudevents_calls_so(served: World, name: str, value: Any, status: int) -> None:
    event = {**cloud_event(PETITIONS, 1, report(served.today)), name: value}
    answer = send(served, event, "application/cloudevents+json")
    assert answer.status_code == status, answer.text
    if status == 422:
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{name}"]
        assert letter(served, answer)["class"] == "malformed"


@pytest.mark.parametrize(("name", "value"), [("ce-subject", ""), ("ce-time", ""), ("ce-part_ner", "a"), ("ce-", "a")])
def test_E_20_so_are_they_in_binary_mode(served: World, name: str, value: str) -> None:
    body, headers = binary(cloud_event(PETITIONS, 1, report(served.today)))
    answer = send(served, body, "application/json", **{**headers, name: value})
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{name.removeprefix('ce-')}"]


def change(data: dict[str, Any], number: int, kind: str = "amended", **more: Any) -> dict[str, Any]:
    """An amendment or a withdrawal of a report, about the enterprise of that number."""
    of = {"external_id": data["external_id"], "reason": "示例", **more}
    return cloud_event(PETITIONS, number, of, type=f"concord.signal.{kind}.v1")


def test_an_amendment_says_what_it_amends(served: World) -> None:
    data = report(served.today)
    assert send(served, cloud_event(PETITIONS, 1, data), "application/cloudevents+json").status_code == 201
    for empty in ({}, {"people": None}):
        answer = send(served, change(data, 1, **empty), "application/cloudevents+json")
        assert (answer.status_code, answer.json()["rule"]) == (409, "I-17"), answer.text
        assert letter(served, answer)["class"] == "refused"
    assert send(served, change(data, 1, people=31), "application/cloudevents+json").status_code == 201


@pytest.mark.parametrize("kind", ["amended", "withdrawn"])
def test_a_change_names_no_other_unit_than_its_report(served: World, kind: str) -> None:
    data, more = report(served.today), {"people": 31} if kind == "amended" else {}
    assert send(served, cloud_event(PETITIONS, 1, data), "application/cloudevents+json").status_code == 201
    for number in (2, 900):  # one that is known, one that nobody knows
        answer = send(served, change(data, number, kind, **more), "application/cloudevents+json")
        assert (answer.status_code, answer.json()["rule"]) == (409, "I-17"), answer.text
        assert letter(served, answer)["class"] == "refused"
    of_none = {name: value for name, value in change(data, 1, kind, **more).items() if name != "subject"}
    assert send(served, of_none, "application/cloudevents+json").status_code == 201


NO_DAYS = ["0", "-86400", "1763596800000", 0, 20260101, 1.5, True, "20260101", "2026-W01-1", "2026-1-1",
           "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", " 2026-01-01", "2026-01-01\n", "２０２６-01-01", "2026-02-30",
           "1899-12-31", ""]  # fmt: skip


@pytest.mark.parametrize("given", NO_DAYS, ids=repr)
def test_E_21_a_day_is_year_month_day_and_nothing_else(served: World, given: Any) -> None:
    event = cloud_event(PETITIONS, 1, report(served.today, occurred_on=given))
    answer = send(served, event, "application/cloudevents+json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/data/occurred_on")


@pytest.mark.parametrize("given", [one for one in NO_DAYS if one != ""], ids=repr)
def test_E_21_in_decisions_and_questions_too(served: World, given: Any) -> None:
    body = {"officer": str(uuid4()), "from": given}
    refused = served.client.post(
        f"/api/v1/units/{enterprise(1)}/decisions/assign-contact",
        json=body,
        headers=served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}),
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/from"), refused.text
    asked = served.client.get("/api/v1/units", params={"on": str(given)}, headers=served.headers("auditor"))
    assert (asked.status_code, asked.json()["code"]) == (422, "malformed")


def test_E_22_a_binary_message_is_kept_whole_and_tried_again_in_its_own_mode(served: World) -> None:
    event = cloud_event("urn:concord:source:not-yet", 2, report(served.today))
    body, headers = binary(event)
    refused = send(served, body, "application/json; charset=utf-8", **headers)
    assert (refused.status_code, refused.json()["rule"]) == (409, "I-13")
    kept = letter(served, refused)
    assert (kept["mode"], kept["binding"], kept["class"], kept["attempts"]) == ("binary", "http", "refused", 1)
    assert kept["body"].encode() == body
    assert dict(kept["headers"]) == {**headers, "content-type": "application/json; charset=utf-8"}
    url = f"/api/v1/intake/dead-letters/{kept['id']}/retry"
    again = served.client.post(url, headers=served.headers("province-hr-officer")).json()
    assert (again["outcome"], "I-13" in again["reason"]) == ("dead", True)
    after = letter(served, refused)
    assert (after["class"], after["attempts"], after["reason"]) == ("refused", 2, kept["reason"])


def test_E_22_every_reason_is_kept(served: World) -> None:
    data = report(served.today)
    early = cloud_event(
        PETITIONS, 3, {"external_id": data["external_id"], "reason": "示例", "severity": 1},
        type="concord.signal.amended.v1",
    )  # fmt: skip
    waiting = send(served, early, "application/cloudevents+json").json()
    number = waiting["dead_letter"]
    assert waiting["outcome"] == "waiting"
    before = served.get(f"intake/dead-letters/{number}").json()["reasons"]
    assert [one["class"] for one in before] == ["early"]
    with_other_bytes = {**early, "data": {**early["data"], "severity": 2}}
    other = send(served, with_other_bytes, "application/cloudevents+json").json()
    assert other["dead_letter"] != number
    assert send(served, cloud_event(PETITIONS, 3, data), "application/cloudevents+json").status_code == 201
    found = {one["id"]: one for one in served.get("intake/dead-letters?limit=500").json()["dead_letters"]}
    assert (found[number]["status"], found[other["dead_letter"]]["status"]) == ("replayed", "waiting")
    reasons = found[other["dead_letter"]]["reasons"]
    assert [one["class"] for one in reasons] == ["early", "conflict"], reasons


def test_E_22_two_ids_with_the_same_data_are_two_letters_and_the_same_again_is_one(served: World) -> None:
    bad = {"category": "nonsense"}
    first, second = (binary(cloud_event(PETITIONS, 1, bad)) for _ in range(2))
    numbers = [send(served, body, "application/json", **headers).headers["concord-dead-letter"]
               for body, headers in (first, second, first)]  # fmt: skip
    assert numbers[0] == numbers[2] != numbers[1]


def test_E_68_two_sources_with_one_body_are_two_letters(served: World) -> None:
    answers = [send(served, b"[]", "application/cloudevents+json", who) for who in ("petitions", "inspection")]
    kept = [letter(served, answer) for answer in answers]
    assert kept[0]["id"] != kept[1]["id"]
    assert kept[0]["sender"] != kept[1]["sender"]
    headers = [binary(cloud_event(source, 1, {}))[1] for source in (PETITIONS, INSPECTION)]
    same = {**headers[0], "ce-id": "1"}, {**headers[1], "ce-id": "1"}
    numbers = {send(served, b"[]", "application/json", **one).headers["concord-dead-letter"] for one in same}
    assert len(numbers) == 2
