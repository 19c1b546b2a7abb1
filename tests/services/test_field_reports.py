"""Public reports of what went wrong elsewhere, tried here (docs/explanation/field-reports.md)."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from world import PETITIONS, World, cloud_event, credit_code, report

from deploy.cli import DATE_STYLE
from services.casework.pack import load_pack
from services.intake.batch import Judge, judged
from services.intake.record import incoming
from services.publisher.post import Post, signature
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
    beyond = served.get(f"{path}?after={end + 1_000}")
    assert (beyond.status_code, beyond.json()["errors"][0]["pointer"]) == (422, "?after")
    assert served.get(f"{path}?after={end}").status_code == 200


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


@contextmanager
def _listening(got: list[tuple[str, bytes, str]], status: int, to: str) -> Iterator[str]:
    """A receiver that answers with a status and a way on; what it got is told as path, body and signature."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, body, self.headers["Concord-Signature"]))
            self.send_response(status)
            self.send_header("Location", to)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(status: int) -> None:
    got: list[tuple[str, bytes, str]] = []
    body = '{"events":[{"zh":"示例","b":1,"a":2}],"position":1}'.encode()
    with _listening([], 200, "") as inner, _listening(got, status, inner) as url:
        signed = signature(b"secret", body, 7)
        why = Post(url, body, {"Concord-Signature": signed}).send()
    assert why == f"answered {status}"
    assert got == [("/hook", body, signed)], "the bytes that were signed are those that were sent"


def test_no_name_of_a_file_leaves_ascii(served: World) -> None:
    named = [
        served.get("ledgers/board?format=csv", "auditor"),
        served.get("ledgers/checks?format=xlsx&place=430000", "auditor"),
        served.client.get("/roll.csv"),
    ]
    for answer in named:
        assert answer.status_code == 200, answer.text
        assert re.fullmatch(r'attachment; filename="[\x21-\x7e]+"', answer.headers["content-disposition"])


BREAKS = [
    "示例\revent: stolen",
    "示例\r\rid: 9\rdata: {}\r\r",
    "示例\u2028data: x",
    "示例\u0085data: x",
    "示例\ndata: x\n\n",
]


def test_no_text_of_an_event_begins_a_line_of_a_stream(served: World) -> None:
    unit = served.register(17)
    last = served.get("events?after=0&limit=2000").json()["position"]
    taken = []
    for text in BREAKS:
        visit = {"kind": "visit", "on": served.today.isoformat(), "summary": text}
        answer = served.decide("county-hr-officer", unit, "follow-up", visit)
        assert answer.status_code in (201, 422), answer.text
        taken += [text] if answer.status_code == 201 else []
    headers = {"Authorization": f"Bearer {served.tokens['auditor']}", "Accept": "text/event-stream"}
    with served.client.stream("GET", f"/api/v1/events?after={last}", headers=headers) as stream:
        raw = b""
        for chunk in stream.iter_bytes():
            raw += chunk
            if raw.count(b"\n\n") >= len(taken) + 1:
                break
    assert b"\r" not in raw
    fields = {line.partition(b":")[0] for line in raw.split(b"\n") if line}
    assert fields <= {b"", b"id", b"event", b"data", b"retry"}
    seen = [json.loads(line[5:])["event"]["summary"] for line in raw.split(b"\n") if line.startswith(b"data:")]
    assert seen[: len(taken)] == taken


def test_no_clock_but_that_of_china_says_which_day_it_is(served: World, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = served.register(18)
    assert served.get(f"deadlines?min_position={served.end}", "auditor").status_code == 200

    def answers() -> list[Any]:
        paths = ("now", f"units/{unit}", "deadlines?limit=50", f"units/{unit}/events", "governance/duties")
        return [(path, served.get(path, "auditor").json()) for path in paths]

    def without_freshness(found: list[Any]) -> str:
        return re.sub(r'"(as_of|now|at|moment|time)": "[^"]*"', "", json.dumps(found))

    before = without_freshness(answers())
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        name = conn.info.dbname
        conn.execute(f"ALTER DATABASE {name} SET timezone = 'America/New_York'".encode())
        conn.execute(f"ALTER DATABASE {name} SET datestyle = 'German, DMY'".encode())
    monkeypatch.setenv("PGDATESTYLE", DATE_STYLE)
    try:
        for zone in ("America/Los_Angeles", "Pacific/Kiritimati"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            with psycopg.connect(served.conninfo, autocommit=True) as conn:
                cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
                conn.execute(cut, [name, conn.info.backend_pid])
            assert without_freshness(answers()) == before, zone
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
        with psycopg.connect(served.conninfo, autocommit=True) as conn:
            conn.execute(f"ALTER DATABASE {name} RESET ALL".encode())


def test_no_other_origin_is_let_in(served: World) -> None:
    for method, path in (("GET", "/api/v1/now"), ("OPTIONS", "/api/v1/units"), ("GET", "/roll.csv")):
        headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
        answer = served.client.request(method, path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")], path
