"""Signals as source systems publish them: every mode, every kind of trouble, and nothing lost."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from world import COUNTY, ELSEWHERE, INSPECTION, PETITIONS, World, cloud_event, credit_code, enterprise, report

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
DESK = "prefecture-hr-officer"
UNKNOWN = {"name": "名称有误", "place": COUNTY}


def publish(served: World, event: dict[str, Any], who: str = "petitions") -> httpx2.Response:
    """Publish in structured mode."""
    return served.client.post("/api/v1/signals", content=json.dumps(event), headers=served.headers(who, **STRUCTURED))


def last_parked(served: World) -> UUID:
    """The signal that was parked last."""
    return UUID(served.get("events?types=signal.parked.v1&limit=500").json()["events"][-1]["stream"])


def letters(served: World, status: str = "waiting") -> list[dict[str, Any]]:
    """The dead letters of a status."""
    found: list[dict[str, Any]] = served.get(f"intake/dead-letters?status={status}&limit=500").json()["dead_letters"]
    return found


def test_a_signal_of_an_unknown_unit_opens_it_provisionally(served: World) -> None:
    event = cloud_event(PETITIONS, 20, report(served.today, unit={"name": "示例企业20号", "place": "430104"}))
    taken = publish(served, event)
    assert taken.status_code == 201, taken.text
    types = [one["type"] for one in taken.json()["events"]]
    assert types == ["unit.registered.v1", "code.claimed.v1", "unit.signal-recorded.v1"]
    state = served.get(f"units/{enterprise(20)}").json()
    assert (state["provisional"], state["watch"]) == (True, "frozen")
    served.register(20)
    state = served.get(f"units/{enterprise(20)}").json()
    assert (state["provisional"], state["watch"], len(state["open_signals"])) == (False, "frozen", 1)


def test_a_signal_sent_again_is_recorded_once(served: World) -> None:
    unit = served.register(21)
    event = cloud_event(PETITIONS, 21, report(served.today))
    first, again = publish(served, event), publish(served, event)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["concord-outcome"] == "repeated"
    assert served.version(unit) == 2


def test_the_same_id_with_other_content_is_a_conflict(served: World) -> None:
    served.register(22)
    event = cloud_event(PETITIONS, 22, report(served.today))
    assert publish(served, event).status_code == 201
    other = {**event, "data": {**event["data"], "people": 99}}
    refused = publish(served, other)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert refused.headers["concord-dead-letter"] in {str(letter["id"]) for letter in letters(served)}


def test_binary_mode(served: World) -> None:
    unit = served.register(23)
    event = cloud_event(PETITIONS, 23, report(served.today))
    attributes = {f"ce-{name}": value for name, value in event.items() if name != "data"}
    headers = served.headers("petitions", **attributes, **{"Content-Type": "application/json"})
    taken = served.client.post("/api/v1/signals", content=json.dumps(event["data"]), headers=headers)
    assert taken.status_code == 201, taken.text
    assert served.get(f"units/{unit}").json()["watch"] == "frozen"


def test_in_a_batch_one_bad_message_never_spoils_the_others(served: World) -> None:
    served.register(24)
    good = [cloud_event(PETITIONS, 24, report(served.today)) for _ in range(3)]
    bad: list[Any] = [{}, 7, {**good[0], "id": str(uuid4()), "data": {"category": "nonsense"}}]
    mixed = [good[0], bad[0], good[1], bad[1], bad[2], good[2]]
    answer = served.client.post(
        "/api/v1/signals", content=json.dumps(mixed), headers=served.headers("petitions", **BATCH)
    )
    assert answer.status_code == 200
    outcomes = [one["outcome"] for one in answer.json()["taken"]]
    assert outcomes == ["taken", "dead", "taken", "dead", "dead", "taken"]
    assert all(one["dead_letter"] and one["reason"] for one in answer.json()["taken"] if one["outcome"] == "dead")


@pytest.mark.parametrize("kind", ["amended", "withdrawn"])
def test_what_comes_before_its_report_waits_for_it(served: World, kind: str) -> None:
    number = 25 if kind == "amended" else 26
    unit = served.register(number)
    data = report(served.today)
    change: dict[str, Any] = {"external_id": data["external_id"], "reason": "示例：更正"}
    if kind == "amended":
        change["people"] = 3
    early = cloud_event(PETITIONS, number, change, type=f"concord.signal.{kind}.v1")
    waiting = publish(served, early)
    assert (waiting.status_code, waiting.json()["outcome"]) == (202, "waiting")
    assert served.version(unit) == 1
    assert publish(served, cloud_event(PETITIONS, number, data)).status_code == 201
    types = [one["type"] for one in served.get(f"units/{unit}/events").json()["events"]]
    assert types == ["unit.registered.v1", "unit.signal-recorded.v1", f"unit.signal-{kind}.v1"]
    if kind == "withdrawn":
        assert served.get(f"units/{unit}").json()["watch"] == "frozen"  # until an approver has assessed it (T-10)
    assert waiting.json()["dead_letter"] in {letter["id"] for letter in letters(served, "replayed")}


def test_only_the_source_itself_publishes_amends_and_withdraws(served: World) -> None:
    unit = served.register(27)
    event = cloud_event(PETITIONS, 27, report(served.today))
    other = publish(served, event, "inspection")
    assert (other.status_code, other.json()["rule"]) == (409, "I-13")
    assert publish(served, {**event, "source": "urn:nobody"}).status_code == 409
    assert publish(served, event, "prefecture-hr-officer").status_code == 403
    assert publish(served, event).status_code == 201
    withdraw = {"external_id": event["data"]["external_id"], "reason": "示例"}
    foreign = cloud_event(INSPECTION, 27, withdraw, type="concord.signal.withdrawn.v1")
    assert publish(served, foreign, "inspection").status_code in (202, 409)
    assert served.get(f"units/{unit}").json()["watch"] == "frozen"


def test_a_bad_code_is_matched_by_name_and_place_or_parked(served: World) -> None:
    unit = served.register(28)
    position = served.get(f"units/{unit}/events").json()["events"][0]["position"]
    served.get(f"units?min_position={position}")
    told = {"name": "示例企业28号", "place": "430104"}
    matched = publish(served, cloud_event(PETITIONS, 28, report(served.today, unit=told), subject="BAD-CODE"))
    assert (matched.status_code, matched.json()["unit"]) == (201, str(unit))
    parked = publish(
        served, cloud_event(PETITIONS, 28, report(served.today, unit={"name": "无此单位"}), subject="BAD-CODE")
    )
    assert (parked.status_code, parked.json()["outcome"]) == (202, "parked")
    feed = served.get("events?types=signal.parked.v1").json()["events"]
    assert [one["event"]["unit_name"] for one in feed] == ["无此单位"]


def light(served: World, **more: Any) -> dict[str, Any]:
    """The data of a petition that freezes nobody: one person deals with it."""
    return report(served.today, severity=1, people=1, **more)


def test_T_04_what_would_freeze_a_unit_is_matched_by_two(served: World) -> None:
    unit = served.register(37)
    grave = cloud_event(PETITIONS, 37, report(served.today, unit=UNKNOWN), subject="BAD")
    assert publish(served, grave).json()["outcome"] == "parked"
    signal, body = last_parked(served), {"unit": str(unit), "reason": "示例：核对营业执照"}
    (proposed,) = served.must(DESK, signal, "match", body, kinds="parked-signals")["events"]
    assert (proposed["type"], served.version(unit)) == ("signal.act-proposed.v1", 1)
    seconding = {"proposal": proposed["version"], "digest": proposed["event"]["digest"]}
    done = served.must("prefecture-hr-approver", signal, "second-act", seconding, kinds="parked-signals")["events"]
    assert [one["type"] for one in done] == [
        "signal.act-seconded.v1", "signal.matched.v1", "unit.signal-recorded.v1",
    ]  # fmt: skip
    assert (done[-1]["actor"]["kind"], done[-1].get("seconded_by")) == ("source", None)
    assert served.get(f"units/{unit}").json()["watch"] == "frozen"


def test_a_parked_signal_is_matched_by_a_person_once(served: World) -> None:
    unit = served.register(32)
    parked = publish(served, cloud_event(PETITIONS, 32, light(served, unit=UNKNOWN), subject="BAD"))
    assert parked.json()["outcome"] == "parked"
    signal, key = last_parked(served), str(uuid4())
    body = {"unit": str(unit), "reason": "示例：核对营业执照"}
    matched = served.decide(DESK, signal, "match", body, kinds="parked-signals", key=key)
    assert matched.status_code == 201, matched.text
    types = [one["type"] for one in matched.json()["events"]]
    assert types == ["signal.matched.v1", "unit.signal-recorded.v1"]
    again = served.decide(DESK, signal, "match", body, kinds="parked-signals", key=key, at=1)
    assert again.json()["events"] == matched.json()["events"]
    recorded = served.get(f"units/{unit}/events").json()["events"]
    assert [one["type"] for one in recorded] == ["unit.registered.v1", "unit.signal-recorded.v1"]
    assert recorded[-1]["actor"]["kind"] == "source"
    discarded = served.decide(DESK, signal, "discard", {"reason": "示例"}, kinds="parked-signals")
    assert discarded.status_code == 409


def test_a_match_is_judged_whole_before_anything_is_stored(served: World) -> None:
    unit, data = served.register(33), light(served)
    parked = publish(served, cloud_event(PETITIONS, 33, {**data, "unit": UNKNOWN}, subject="BAD"))
    assert parked.json()["outcome"] == "parked"
    assert publish(served, cloud_event(PETITIONS, 33, data)).status_code == 201
    signal, body = last_parked(served), {"unit": str(unit), "reason": "示例：核对营业执照"}
    refused = served.decide(DESK, signal, "match", body, kinds="parked-signals")
    assert (refused.status_code, refused.json()["rule"]) == (409, "I-17"), refused.text
    assert (served.version(signal, "parked-signals"), served.version(unit)) == (1, 2)


def test_what_waited_for_a_parked_report_follows_its_match(served: World) -> None:
    unit, data = served.register(34), light(served)
    parked = publish(served, cloud_event(PETITIONS, 34, {**data, "unit": UNKNOWN}, subject="BAD"))
    assert parked.json()["outcome"] == "parked"
    change = {"external_id": data["external_id"], "reason": "示例：误报"}
    early = publish(served, cloud_event(PETITIONS, 34, change, type="concord.signal.withdrawn.v1"))
    assert early.json()["outcome"] == "waiting"
    body = {"unit": str(unit), "reason": "示例：核对营业执照"}
    served.must(DESK, last_parked(served), "match", body, kinds="parked-signals")
    types = [one["type"] for one in served.get(f"units/{unit}/events").json()["events"]]
    assert types == ["unit.registered.v1", "unit.signal-recorded.v1", "unit.signal-withdrawn.v1"]


def test_L_47_parked_signals_are_dealt_with_by_the_offices_of_the_place_alone(served: World) -> None:
    unit = served.register(35)
    assert publish(served, cloud_event(PETITIONS, 35, light(served, unit=UNKNOWN), subject="BAD")).status_code == 202
    signal, reason = last_parked(served), "示例：核对营业执照"
    for who in (f"{ELSEWHERE}-hr-officer", "county-hr-officer", "applicant-35"):
        for decision, body in (("match", {"unit": str(unit), "reason": reason}), ("discard", {"reason": reason})):
            refused = served.decide(who, signal, decision, body, kinds="parked-signals")
            assert (refused.status_code, refused.json()["rule"]) == (409, "I-13"), (who, decision, refused.text)
    assert served.version(signal, "parked-signals") == 1
    served.must(DESK, signal, "discard", {"reason": reason}, kinds="parked-signals")


def test_L_47_a_parked_signal_is_matched_to_a_unit_of_the_place_alone(served: World) -> None:
    unit = served.register(36)
    told = {"name": "名称有误", "place": ELSEWHERE}
    assert publish(served, cloud_event(PETITIONS, 36, light(served, unit=told), subject="BAD")).status_code == 202
    body = {"unit": str(unit), "reason": "示例：核对营业执照"}
    refused = served.decide(f"{ELSEWHERE}-hr-officer", last_parked(served), "match", body, kinds="parked-signals")
    assert (refused.status_code, refused.json()["rule"]) == (409, "I-13"), refused.text
    served.must("province-hr-officer", last_parked(served), "match", body, kinds="parked-signals")


def test_personal_data_in_free_text_is_masked_before_it_is_stored(served: World) -> None:
    unit = served.register(29)
    event = cloud_event(PETITIONS, 29, report(served.today, summary="来访人电话13800138000，身份证110105199003070000"))
    assert publish(served, event).status_code == 201
    assert "13800138000" not in served.get(f"units/{unit}/events").text
    with psycopg.connect(served.conninfo) as conn:
        row = conn.execute(
            "SELECT count(*) FROM register.events WHERE position(%s IN encode(state, 'escape')) > 0", ("13800138000",)
        )
        assert row.fetchone() == (0,)


def test_a_dead_letter_can_be_tried_again_or_parked(served: World) -> None:
    bad = publish(served, cloud_event(PETITIONS, 30, {"category": "nonsense"}))
    assert bad.status_code == 422
    number = int(bad.headers["concord-dead-letter"])
    url = f"/api/v1/intake/dead-letters/{number}"
    again = served.client.post(f"{url}/retry", headers=served.headers("province-hr-officer"))
    assert again.json()["outcome"] == "dead"
    parked = served.client.post(f"{url}/park", headers=served.headers("province-hr-officer"))
    assert parked.status_code == 200
    assert number in {letter["id"] for letter in letters(served, "parked")}
    assert (
        served.client.post(
            "/api/v1/intake/dead-letters/999999/retry", headers=served.headers("province-hr-officer")
        ).status_code
        == 404
    )


POISON: dict[str, bytes] = {
    "nothing": b"",
    "an empty list": b"[]",
    "an empty object": b"{}",
    "bad utf-8": b'{"id": "\xff"}',
    "a nul": json.dumps({"id": "a\x00b"}).encode(),
    "depth": b"[" * 100_000,
    "a huge number": b'{"id": 1' + b"0" * 9_000 + b"}",
    "a duplicate key": b'{"id": "1", "id": "2"}',
}


@pytest.mark.parametrize("what", POISON)
def test_poison_is_kept_with_its_reason(served: World, what: str) -> None:
    answer = served.client.post(
        "/api/v1/signals", content=POISON[what], headers=served.headers("petitions", **STRUCTURED)
    )
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["code"]
    assert int(answer.headers["concord-dead-letter"]) in {letter["id"] for letter in letters(served)}


def test_what_is_not_a_credit_code_is_not_taken_for_one(served: World) -> None:
    wrong = credit_code(31)[:-1] + ("0" if credit_code(31)[-1] != "0" else "1")
    event = cloud_event(PETITIONS, 31, report(served.today), subject=wrong)
    assert publish(served, event).json()["outcome"] == "parked"
