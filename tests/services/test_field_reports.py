"""Public reports of what went wrong elsewhere, tried here (docs/explanation/field-reports.md)."""

from __future__ import annotations

import json
import socket
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from world import PETITIONS, World, cloud_event, credit_code, report

from services.casework.pack import load_pack
from services.intake.batch import Judge, judged
from services.intake.record import incoming
from services.web.public import _cell

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM"]


def test_a_chunked_body_that_came_with_an_offer_of_http2_is_read(served: World) -> None:
    event = json.dumps(cloud_event(PETITIONS, 1, report(served.today))).encode()
    address = served.client.base_url
    head = (
        "POST /api/v1/signals HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
        f"HTTP2-Settings: AAEAAEAAAAIAAAAB\r\nAuthorization: Bearer {served.tokens['petitions']}\r\n"
        "Transfer-Encoding: chunked\r\nContent-Type: application/cloudevents+json\r\n\r\n"
    )
    half = len(event) // 2
    with socket.create_connection((address.host, address.port), timeout=20) as connection:
        connection.sendall(head.encode())
        for part in (event[:half], event[half:], b""):
            connection.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        answer = b""
        while read := connection.recv(65_536):
            answer += read
    assert answer.split(b" ")[1] in (b"201", b"202"), answer


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM"]
)
def test_no_cell_of_a_table_is_a_formula(name: str) -> None:
    assert _cell(name) == f"'{name}"
    assert _cell(f"示例{name}") == f"示例{name}"


def test_pages_of_rows_that_tie_hold_each_once(served: World) -> None:
    units = {str(served.register(number)) for number in (11, 12, 13, 14, 15)}
    position = served.get("events?after=0&limit=2000").json()["position"]
    for name in ("units", "deadlines"):
        assert served.get(f"{name}?min_position={position}").status_code == 200
    for name, key in (("units", "unit"), ("deadlines", None)):
        seen: list[Any] = []
        after = ""
        while True:
            page = served.get(f"{name}?limit=2{after}").json()
            seen += page[name]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        shown = [json.dumps(one, sort_keys=True) for one in seen]
        assert len(shown) == len(set(shown)), name
        if key is not None:
            assert units <= {one[key] for one in seen}


def test_a_key_that_was_used_for_something_else_is_refused_and_not_answered_with_that(served: World) -> None:
    unit = served.register(16)
    visit = {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}
    key = str(uuid4())
    first = served.decide("county-hr-officer", unit, "follow-up", visit, key=key)
    assert first.status_code == 201, first.text
    other = served.decide("county-hr-officer", unit, "follow-up", {**visit, "summary": "示例另一次"}, key=key)
    elsewhere = served.decide("county-hr-officer", unit, "order-check", {"kind": "spot", "reason": "示例"}, key=key)
    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("path", ["events", "inspection/changes"])
def test_who_has_heard_what_the_log_does_not_hold_is_told_so(served: World, path: str) -> None:
    end = served.get("events?after=0&limit=2000").json()["position"]
    ask = {"Accept": "text/event-stream", "Last-Event-ID": str(end + 1_000)}
    answer = served.client.get(f"/api/v1/{path}", headers=served.headers("auditor", **ask))
    assert answer.status_code == 422
    assert "the log ends at" in answer.json()["errors"][0]["en"]


@pytest.mark.parametrize("value", [None, b""])
def test_a_message_of_headers_alone_stops_nothing_and_is_kept(served: World, value: bytes | None) -> None:
    event = cloud_event(PETITIONS, 17, {})
    headers = [(f"ce_{name}", str(text).encode()) for name, text in event.items() if name != "data"]
    empty = incoming(value, [*headers, ("ce_extra", None), ("content-type", b"application/json")])
    good = incoming(json.dumps(cloud_event(PETITIONS, 17, report(served.today))).encode(), [
        ("content-type", b"application/cloudevents+json"),
    ])  # fmt: skip
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        batch = judged(conn, Judge(load_pack(), "430000", "concord.signals", served.clock), [empty, good])
    assert batch.became[id(empty)].outcome == "dead"
    assert batch.became[id(good)].outcome in ("taken", "parked")
    letter = served.get(f"intake/dead-letters/{batch.became[id(empty)].dead_letter}").json()
    assert credit_code(17) in json.dumps(letter)
