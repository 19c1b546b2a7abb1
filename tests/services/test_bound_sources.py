"""E-26: what a source may send is bound to who it is: its token over HTTP, a key of its own wherever no token says."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from world import INSPECTION, PETITIONS, PROVINCE, World, cloud_event, report

from deploy.kafka.record import kafka_record
from services.casework.pack import load_pack
from services.casework.source.state import source_stream
from services.intake.batch import Judge, judged
from services.intake.message import structured
from services.intake.outcome import Taken
from services.intake.proof import signed
from services.intake.record import Incoming, incoming

KEY, NEXT, STRANGER = (Ed25519PrivateKey.generate() for _ in range(3))
SOURCE = source_stream(PETITIONS)


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def by_two(served: World, decision: str, body: dict[str, Any]) -> None:
    proposed = served.must("administrator", SOURCE, decision, body, kinds="sources")["events"][-1]
    seconding = {"proposal": proposed["version"], "digest": proposed["event"]["digest"]}
    served.must("administrator-2", SOURCE, "second-act", seconding, kinds="sources")


@pytest.fixture(scope="module")
def judge(served: World) -> Judge:
    """The judge of what comes over Kafka, where no token says who sends; the source of petitions has a key."""
    by_two(served, "register-key", {"key": public(KEY)})
    return Judge(load_pack(), PROVINCE, "concord.signals", served.clock)


def taken(served: World, judge: Judge, *messages: Incoming) -> list[Taken]:
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        batch = judged(conn, judge, messages)
    return [batch.became[id(one)] for one in messages]


def signal(served: World, number: int, source: str = PETITIONS, **more: Any) -> dict[str, Any]:
    return cloud_event(source, number, report(served.today, **more))


def binary(event: dict[str, Any]) -> Incoming:
    headers = [(f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"]
    return incoming(json.dumps(event["data"], indent=3).encode(), [*headers, ("content-type", b"application/json")])


def whole(event: dict[str, Any]) -> Incoming:
    return incoming(json.dumps(event).encode(), [("content-type", b"application/cloudevents+json")])


def packed(event: dict[str, Any]) -> Incoming:
    rest = {name: value for name, value in event.items() if name != "data"}
    return whole({**rest, "data_base64": b64encode(json.dumps(event["data"]).encode()).decode()})


def as_published(event: dict[str, Any]) -> Incoming:
    record = kafka_record(structured(event))
    return incoming(record["value"], record["headers"], record["key"])


def test_E_26_what_a_source_signed_is_taken_in_every_mode(served: World, judge: Judge) -> None:
    for mode in (binary, whole, packed, as_published):
        (became,) = taken(served, judge, mode(signed(signal(served, 1, summary="示例：七人"), KEY)))
        assert became.outcome == "taken", (mode, became.error)
    event = signed(signal(served, 1), KEY)
    assert [one.outcome for one in taken(served, judge, binary(event), whole(event))] == ["taken", "repeated"]


def test_E_26_a_name_that_is_not_proven_is_a_dead_letter_with_its_reason(served: World, judge: Judge) -> None:
    bare, good = signal(served, 2), signed(signal(served, 2), KEY)
    other = signed(signal(served, 2, INSPECTION), KEY)
    forged = {
        "bare": bare,
        "by a stranger's key": signed(bare, STRANGER),
        "of another message": {**bare, "signature": good["signature"]},
        "of another source": {**other, "source": PETITIONS},
        "with a graver severity": {**good, "data": {**good["data"], "severity": 4}},
        "with a field more": {**good, "data": {**good["data"], "months": 3}},
        "about another unit": {**good, "subject": signal(served, 3)["subject"]},
        "under another id": {**good, "id": str(uuid4())},
        "at another time": {**good, "time": "2026-01-01T00:00:00+08:00"},
        "as another type": {**good, "type": "concord.signal.withdrawn.v1", "data": {"external_id": "x", "reason": "y"}},
    }
    before = served.get(f"sources/{SOURCE}").json()["version"]
    for said, event in forged.items():
        for mode in (binary, whole):
            (became,) = taken(served, judge, mode(event))
            assert became.outcome == "dead", said
            letter = served.get(f"intake/dead-letters/{became.dead_letter}").json()
            assert letter["class"] == "refused", said
            assert "I-13" in letter["reason"], said
            assert "sign" in letter["reason"], said
            assert letter["source"] == PETITIONS
    assert served.get(f"sources/{SOURCE}").json()["version"] == before
    assert not served.get(f"units?q={bare['subject']}").json()["units"]


@pytest.mark.parametrize("given", ["x", "", "A" * 88, b64encode(b"x" * 63).decode(), "签名"])
def test_E_26_what_is_no_signature_is_told_so(served: World, judge: Judge, given: str) -> None:
    (became,) = taken(served, judge, whole({**signal(served, 4), "signature": given}))
    assert became.outcome == "dead"
    (odd,) = taken(served, judge, whole({**signal(served, 4), "signature": 7}))
    assert odd.outcome == "dead"


def test_E_26_over_http_the_token_says_who_sends(served: World, judge: Judge) -> None:
    own = served.client.post("/api/v1/signals", json=signal(served, 5), headers=served.headers("petitions"))
    assert own.status_code == 201, own.text
    event = signed(signal(served, 5), KEY)
    foreign = served.client.post("/api/v1/signals", json=event, headers=served.headers("inspection"))
    assert foreign.status_code == 409, "another's token, whatever is signed"


def test_E_26_a_source_without_a_key_is_taken_and_shown_to_be_bare(served: World, judge: Judge) -> None:
    (became,) = taken(served, judge, binary(signal(served, 6, INSPECTION)))
    assert became.outcome == "taken"
    last = served.get("events?after=0&limit=2000").json()["position"]
    listed = served.get(f"sources?min_position={last}").json()["streams"]
    bound = {one["stream"]: one["details"]["bound"] for one in listed}
    assert bound == {str(SOURCE): True, str(source_stream(INSPECTION)): False}
    state = served.get(f"sources/{SOURCE}").json()["state"]
    assert (state["bound"], state["keys"]) == (True, [public(KEY)])


def test_E_26_where_keys_are_required_a_bare_name_is_refused_and_a_token_is_not(served: World, judge: Judge) -> None:
    strict = Judge(load_pack(), PROVINCE, "concord.signals", served.clock, requires_keys=True)
    event = signal(served, 9, INSPECTION)
    (became,) = taken(served, strict, binary(event))
    assert became.outcome == "dead"
    letter = served.get(f"intake/dead-letters/{became.dead_letter}").json()
    assert "I-13" in letter["reason"]
    assert taken(served, strict, whole(signed(signal(served, 9), KEY)))[0].outcome == "taken"
    own = served.client.post("/api/v1/signals", json=event, headers=served.headers("inspection"))
    assert own.status_code == 201, own.text


def test_E_26_what_was_proven_and_waits_stays_proven_when_it_is_masked(served: World, judge: Judge) -> None:
    event = signal(served, 7)
    reason = "示例：电话 13800138000 更正"
    amended = {
        **event, "id": str(uuid4()), "type": "concord.signal.amended.v1",
        "data": {"external_id": event["data"]["external_id"], "severity": 4, "reason": reason},
    }  # fmt: skip
    (waits,) = taken(served, judge, whole(signed(amended, KEY)))
    assert waits.outcome == "waiting"
    (reported,) = taken(served, judge, whole(signed(event, KEY)))
    assert reported.outcome == "taken"
    history = served.get(f"units/{reported.unit}/events").json()["events"]
    assert "unit.signal-amended.v1" in {one["type"] for one in history}
    assert "13800138000" not in str(history)


def test_E_26_keys_are_changed_without_a_gap_and_a_revoked_one_proves_nothing(served: World, judge: Judge) -> None:
    by_two(served, "register-key", {"key": public(NEXT)})
    both = [whole(signed(signal(served, 8), key)) for key in (KEY, NEXT)]
    assert [one.outcome for one in taken(served, judge, *both)] == ["taken", "taken"]
    by_two(served, "revoke-key", {"key": public(KEY), "reason": "示例：更换"})
    after = [whole(signed(signal(served, 8), key)) for key in (KEY, NEXT)]
    assert [one.outcome for one in taken(served, judge, *after)] == ["dead", "taken"]
    by_two(served, "revoke-key", {"key": public(NEXT), "reason": "示例：泄露"})
    last = [whole(signed(signal(served, 8), NEXT)), binary(signal(served, 8))]
    assert [one.outcome for one in taken(served, judge, *last)] == ["dead", "dead"], "bound, without a key"
