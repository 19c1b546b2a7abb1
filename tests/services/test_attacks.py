"""Attacks over HTTP: what nobody may do, and what no input may bring about."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx2
import psycopg
import pytest
from stdnum.cn import uscc
from world import INSPECTION, PETITIONS, World, cloud_event, credit_code, enterprise, officer_id, report

from services import strict_json
from services.errors import Malformed
from services.genesis import genesis_officers

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
AT_ONCE = 16


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """A registered enterprise."""
    return served.register(30)


def post(served: World, who: str, path: str, body: Any, key: str | None = None) -> httpx2.Response:
    """A command without a version."""
    headers = served.headers(who, **{"Idempotency-Key": key or str(uuid4())})
    return served.client.post(f"/api/v1/{path}", json=body, headers=headers)


def publish(served: World, event: dict[str, Any], who: str = "petitions", **headers: str) -> httpx2.Response:
    """Publish in structured mode."""
    given = served.headers(who, **{**STRUCTURED, **headers})
    return served.client.post("/api/v1/signals", content=json.dumps(event), headers=given)


@pytest.mark.parametrize(
    "body",
    [b'"' + b'\\"' * 25_000 + b"[" * 33, b"{" + b",".join(b'"%x":0' % n for n in range(15_000)) + b',"0":1}'],
    ids=["an unended text of quotes", "one key twice among many"],
)
def test_no_body_takes_long_to_read(body: bytes) -> None:
    begun = time.perf_counter()
    with pytest.raises(Malformed):
        strict_json.read_json(body)
    assert time.perf_counter() - begun < 1.0


def test_readers_that_wait_do_not_starve_the_others(served: World) -> None:
    def wait(_: int) -> int:
        return served.get(f"units?min_position={10**17}", "county-hr-officer").status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(wait, n) for n in range(AT_ONCE)]
        time.sleep(0.5)
        begun = time.perf_counter()
        answers = {served.get("units?limit=1").status_code, served.get("/board").status_code}
        took = time.perf_counter() - begun
        assert {one.result() for one in waiting} == {503}
    assert answers == {200}
    assert took < 1.5


@pytest.mark.parametrize("kind", ["system", "timekeeper", "source", "public"])
def test_nobody_registers_as_the_system(served: World, kind: str) -> None:
    for stream in (genesis_officers("430000").administrators[0], uuid4()):
        answer = post(served, "administrator", f"officers/{stream}/decisions/register", {"kind": kind})
        assert answer.status_code == 409, answer.text


def test_an_officer_is_no_unit(served: World) -> None:
    officer = officer_id("auditor")
    for path in (f"units/{officer}", f"units/{officer}/events", f"units/{officer}/decisions", f"/units/{officer}"):
        assert served.get(path).status_code == 404, path


def test_a_signal_cannot_be_kept_out_by_its_command_id(served: World, unit: UUID) -> None:
    event = cloud_event(PETITIONS, 30, report(served.today))
    command = uuid5(uuid5(NAMESPACE_URL, "concord:signal"), f"{PETITIONS}\n{event['id']}")
    body = {"reason": "示例"}
    assert served.decide("applicant-30", unit, "change-details", body, key=str(command)).status_code == 201
    assert publish(served, event).status_code == 201


def test_a_retried_letter_speaks_for_who_sent_it(served: World, unit: UUID) -> None:
    event, before = cloud_event(PETITIONS, 30, report(served.today)), served.version(unit)
    for headers in ({}, {"Content-Type": "text/plain"}):
        refused = publish(served, event, "inspection", **headers)
        assert refused.status_code in (409, 415, 422)
        number = refused.headers["concord-dead-letter"]
        again = post(served, "prefecture-hr-officer", f"intake/dead-letters/{number}/retry", None)
        assert again.status_code != 200 or again.json()["outcome"] == "dead"
    assert served.version(unit) == before


def test_an_officer_records_no_signal_in_the_name_of_a_source(served: World, unit: UUID) -> None:
    data = report(served.today)
    own = {**data, "source": PETITIONS, "severity": 1}
    assert served.decide("prefecture-hr-officer", unit, "record-signal", own).status_code == 409
    assert publish(served, cloud_event(PETITIONS, 30, data)).status_code == 201


def test_a_park_is_found_by_its_credit_code(served: World) -> None:
    code = credit_code(8_001)
    body = {"kind": "park", "name": "示例园区", "code": code, "place": "430104"}
    park = post(served, "county-hr-officer", "units", body).json()["unit"]
    taken = publish(served, cloud_event(PETITIONS, 0, report(served.today), subject=code))
    assert taken.json()["unit"] == park


def test_one_credit_code_is_one_unit(served: World) -> None:
    right = next(code for code in map(credit_code, range(8_100, 8_400)) if not code.isdigit())
    for code in (right.lower(), f"{right[:8]}-{right[8:]}"):
        assert uscc.is_valid(code)
        body = {"kind": "enterprise", "name": "示例", "code": code, "place": "430104"}
        assert post(served, "county-hr-officer", "units", body).status_code in (409, 422), code


def test_a_source_registers_no_unit(served: World) -> None:
    body = {"kind": "enterprise", "name": "示例", "code": credit_code(8_002), "place": "430104"}
    assert post(served, "petitions", "units", body).status_code == 403


def _parked(served: World, number: int, **more: Any) -> tuple[UUID, dict[str, Any]]:
    event = cloud_event(
        PETITIONS, number, report(served.today, severity=1, people=1, unit={"name": "示例无名厂"}, **more), subject=None
    )
    assert publish(served, event).json()["outcome"] == "parked"
    found = served.get("events?types=signal.parked.v1&limit=2000").json()["events"]
    return UUID(found[-1]["stream"]), event


def test_a_match_that_cannot_be_recorded_leaves_the_signal_parked(served: World, unit: UUID) -> None:
    stream, _ = _parked(served, 30)
    body = {"unit": str(officer_id("auditor")), "reason": "示例"}
    refused = served.decide("province-hr-officer", stream, "match", body, kinds="signals")
    assert (refused.status_code, refused.json()["rule"], refused.json()["pointer"]) == (409, "T-02", "/unit")
    body["unit"] = str(unit)
    served.must("province-hr-officer", stream, "match", body, kinds="parked-signals")


def test_a_withdrawal_of_a_parked_signal_follows_it(served: World, unit: UUID) -> None:
    stream, event = _parked(served, 30)
    data = {"external_id": event["data"]["external_id"], "unit": {"name": "示例无名厂"}, "reason": "示例"}
    withdrawn = cloud_event(PETITIONS, 30, data, type="concord.signal.withdrawn.v1", subject=None)
    assert publish(served, withdrawn).status_code == 202
    body = {"unit": str(unit), "reason": "示例"}
    served.must("province-hr-officer", stream, "match", body, kinds="parked-signals")
    name = f"{PETITIONS}#{data['external_id']}"
    signal = served.get(f"units/{unit}").json()["regions"]["signals"]["all"][name]
    assert signal["withdrawn"] is True


def test_a_parked_signal_sent_again_when_its_unit_is_known(served: World) -> None:
    name = "示例后来登记的厂"
    data = report(served.today, unit={"name": name, "place": "430104"})
    event = cloud_event(PETITIONS, 32, data, subject=None)
    assert publish(served, event).json()["outcome"] == "parked"
    served.register(32, name=name)
    deadline = time.monotonic() + 5
    while not served.get(f"units?unit={enterprise(32)}").json()["units"] and time.monotonic() < deadline:
        time.sleep(0.05)
    again = publish(served, event)
    assert (again.status_code, again.json()["outcome"]) == (202, "repeated")


@pytest.mark.parametrize("wrong", [{"subject": 5}, {"subject": {"a": 1}}, {"time": 5}])
def test_attributes_of_another_type_are_refused(served: World, wrong: dict[str, Any]) -> None:
    assert publish(served, cloud_event(PETITIONS, 30, report(served.today), **wrong)).status_code == 422


def test_a_place_that_is_none_is_refused(served: World) -> None:
    data = report(served.today, unit={"place": "999999"})
    assert publish(served, cloud_event(PETITIONS, 8_003, data)).status_code == 422


def test_dead_letters_hold_no_personal_data_in_clear(served: World) -> None:
    canary = "13912345678"
    bad = cloud_event(PETITIONS, 30, report(served.today, summary=f"示例 {canary}", bogus=1))
    assert publish(served, bad).status_code == 422
    foreign = cloud_event(INSPECTION, 30, report(served.today, summary=f"示例 {canary}"))
    assert publish(served, foreign).status_code == 409
    with psycopg.connect(served.conninfo) as conn:
        rows = conn.execute("SELECT message FROM intake.dead_letters").fetchall()
    assert not [row for row in rows if canary.encode() in bytes(row[0])]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "intake/dead-letters?status=%00"),
        ("POST", "intake/dead-letters/x/retry"),
        ("POST", "intake/dead-letters/99999999999999999999/park"),
    ],
)
def test_odd_questions_get_problem_documents(served: World, method: str, path: str) -> None:
    answer = served.client.request(method, f"/api/v1/{path}", headers=served.headers("auditor"))
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


def test_signing_in_reads_no_more_than_a_form(served: World) -> None:
    assert (
        served.client.post("/sign-in", content=b"a" * 1_000_000, headers={"Sec-Fetch-Site": "same-origin"}).status_code
        == 413
    )


def test_a_sealed_envelope_entered_in_a_body_makes_no_key(served: World, unit: UUID) -> None:
    forged = str(uuid4())
    envelope = {"v": 1, "subject": forged, "kid": forged, "kc": "a", "nonce": "a", "ct": "a"}
    answer = served.decide("applicant-30", unit, "change-details", {"reason": "示例", "contact": envelope})
    assert answer.status_code == 422
    with psycopg.connect(served.conninfo) as conn:
        assert conn.execute("SELECT 1 FROM keys.data_keys WHERE subject = %s", (forged,)).fetchone() is None


def test_of_many_decisions_at_one_version_one_is_taken(served: World) -> None:
    unit = served.register(33)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(
                lambda n: served.decide("applicant-33", unit, "change-details", {"reason": f"示例{n}"}, at=1),
                range(AT_ONCE),
            )
        )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 412: AT_ONCE - 1}
    assert served.version(unit) == 2


def test_one_key_from_many_connections_is_one_event(served: World) -> None:
    unit, key = served.register(34), str(uuid4())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(
                lambda _: served.decide("applicant-34", unit, "change-details", {"reason": "示例"}, at=1, key=key),
                range(AT_ONCE),
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["position"] for answer in answers}) == 1
    assert served.version(unit) == 2


def test_facts_told_at_once_are_all_recorded(served: World) -> None:
    unit = served.register(35)
    body = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例"}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        path = f"units/{unit}/decisions/follow-up"
        answers = list(pool.map(lambda _: post(served, "prefecture-hr-officer", path, body), range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {201: AT_ONCE}
