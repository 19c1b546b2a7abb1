"""What HTTP itself asks of a server (RFC 9110, 9111), and what it does with those who ask too much, or too slowly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from serving import serve, tokens_of
from world import (
    COUNTY,
    INSPECTION,
    PETITIONS,
    Prepared,
    TestClock,
    World,
    cloud_event,
    credit_code,
    identity,
    report,
    self_evaluation,
)

from services.access import accounts
from services.casework.source.state import source_stream
from services.http.middleware import Rates

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SLOW = 1.0
"""Seconds that the headers and the body of a request may take at the server of the slow."""


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """A registered enterprise."""
    return served.register(1)


@pytest.fixture(scope="module")
def strict(served: World, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A second server over the same register, with tight limits."""
    api, address = serve(
        served.conninfo, tmp_path_factory.mktemp("strict"), prepared.key_file, TestClock(),
        header_seconds=SLOW, body_seconds=SLOW, token_rate=5, address_rate=5, failure_rate=0.01, streams_of_one=2,
    )  # fmt: skip
    with httpx2.Client(base_url=address, timeout=20) as client:
        yield World(client, tokens_of(served.conninfo, prepared.people), served.conninfo, TestClock())
    api.should_exit = True


@pytest.fixture(scope="module")
def impatient(served: World, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Another one that waits for nobody."""
    where = tmp_path_factory.mktemp("impatient")
    api, address = serve(served.conninfo, where, prepared.key_file, TestClock(), header_seconds=SLOW, body_seconds=SLOW)
    with httpx2.Client(base_url=address, timeout=20) as client:
        yield World(client, {}, served.conninfo, TestClock())
    api.should_exit = True


def visit(served: World) -> dict[str, Any]:
    return {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}


# --- E-03, E-04, E-05 -------------------------------------------------------------------------------------------------


def test_E_03_the_same_key_sent_twice_gets_the_same_answer_for_every_kind(served: World, unit: UUID) -> None:
    officer = uuid4()
    registering = {"kind": "enterprise", "name": "示例企业2号", "code": credit_code(2), "place": COUNTY}
    wanted = (
        ("prefecture-hr-officer", f"units/{unit}/decisions/follow-up", visit(served), None),
        ("applicant-1", f"units/{unit}/decisions/self-evaluate", self_evaluation(), f'"{served.version(unit) + 1}"'),
        ("applicant-2", "units", registering, None),
        ("administrator", f"officers/{officer}/decisions/register", {}, '"0"'),
        ("administrator", f"officers/{officer}/decisions/tag-person", {"tag": identity(888)}, '"1"'),
    )
    for who, path, body, version in wanted:
        headers = served.headers(who, **{"Idempotency-Key": str(uuid4())}, **({"If-Match": version} if version else {}))
        first = served.client.post(f"/api/v1/{path}", json=body, headers=headers)
        again = served.client.post(f"/api/v1/{path}", json=body, headers=headers)
        assert (first.status_code, again.status_code) == (201, 201), f"{path}: {first.text}"
        assert (again.json(), again.headers["ETag"]) == (first.json(), first.headers["ETag"])
        assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ('"999", "{now}"', 201), ('"{now}" , "1"', 201), ('W/"{now}"', 412), ('W/"{now}", "999"', 412), ('"x"', 412),
        ('"998","999"', 412), ("{now}", 422), ('"{now}', 422), ('"{now}" "1"', 422), ("*", 428), ("", 428),
    ],
)  # fmt: skip
def test_E_04_if_match_is_a_list_and_compares_strongly(served: World, unit: UUID, if_match: str, status: int) -> None:
    version = served.version(unit)
    headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
    headers["If-Match"] = if_match.format(now=version)
    url = f"/api/v1/units/{unit}/decisions/change-details"
    answer = served.client.post(url, json={"headcount": 300 + version, "reason": "示例"}, headers=headers)
    assert answer.status_code in ((201, 409) if status == 201 else (status,)), answer.text


def test_E_04_a_tag_that_was_never_given_or_is_another_streams_matches_nothing(served: World, unit: UUID) -> None:
    other = served.register(36)
    tags = {one: served.get(f"units/{one}").headers["etag"] for one in (unit, other)}
    said = served.get(f"units/{unit}/decisions").headers["etag"]
    version, digest, check = tags[unit].strip('"').split("-")
    url, body = f"/api/v1/units/{unit}/decisions/change-details", {"headcount": 91, "reason": "示例"}
    wrong = (tags[other], f'"{version}-{"0" * 16}-{check}"', f'"{version}-{digest}-{"0" * 8}"', f'"{version}-{digest}"')
    for tag in (*wrong, tags[unit]):
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": tag}
        answer = served.client.post(url, json=body, headers=served.headers("prefecture-hr-officer", **headers))
        assert answer.status_code == (412 if tag in wrong else 201), f"{tag}: {answer.text}"
        if tag in wrong:
            assert served.get(f"units/{unit}", **{"If-Match": tag}).status_code == 412
    # what was told of a version in another document is a tag of that version too
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": said}
    stale = served.client.post(url, json=body, headers=served.headers("prefecture-hr-officer", **headers))
    assert (stale.status_code, stale.json()["code"], stale.json()["expected"]) == (412, "stale", int(version))


def test_E_04_what_is_only_to_begin_is_refused_where_it_is_there(served: World, unit: UUID) -> None:
    body = {"kind": "enterprise", "name": "示例企业37号", "code": credit_code(37), "place": COUNTY}
    common = served.headers("applicant-37", **{"If-None-Match": "*"})
    key = {"Idempotency-Key": str(uuid4())}
    begun = [served.client.post("/api/v1/units", json=body, headers=common | key).status_code for _ in range(2)]
    assert begun == [201, 201]  # the same key: the same answer
    again = served.client.post("/api/v1/units", json=body, headers=common | {"Idempotency-Key": str(uuid4())})
    assert again.status_code == 412, again.text
    url = f"/api/v1/units/{unit}/decisions/follow-up"
    for given, status in (("*", 412), ('"1"', 422)):
        headers = {"Idempotency-Key": str(uuid4()), "If-None-Match": given}
        answer = served.client.post(url, json=visit(served), headers=served.headers("county-hr-officer", **headers))
        assert answer.status_code == status, answer.text


def test_E_04_any_version_is_asked_for_where_there_is_none(served: World) -> None:
    headers = served.headers("administrator", **{"Idempotency-Key": str(uuid4()), "If-Match": "*"})
    answer = served.client.post(f"/api/v1/officers/{uuid4()}/decisions/register", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition-failed")


def test_E_05_head_is_get_without_a_body_on_every_route(served: World, unit: UUID) -> None:
    paths = ["/livez", "/readyz", "/metrics", "/openapi.json", "/", "/board", "/audit", f"/units/{unit}", "/sign-in"]
    paths += [f"/api/v1/{name}" for name in ("units", "officers", "events", "acts", "now", f"units/{unit}")]
    paths += [f"/api/v1/units/{unit}/events", f"/api/v1/units/{unit}/decisions", "/static/concord.css", "/nowhere"]
    for path in paths:
        got = served.client.get(path, headers=served.headers("auditor"))
        head = served.client.head(path, headers=served.headers("auditor"))
        assert head.status_code == got.status_code, path
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers.get("etag") == got.headers.get("etag")


def test_E_05_the_head_of_a_stream_ends(served: World) -> None:
    head = served.client.head("/api/v1/events", headers=served.headers("auditor", Accept="text/event-stream"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/api/v1/units", {"GET", "HEAD", "POST"}), ("PUT", "/api/v1/units/{unit}", {"GET", "HEAD"}),
        ("GET", "/api/v1/units/{unit}/decisions/name", {"POST"}), ("POST", "/livez", {"GET", "HEAD"}),
        ("PATCH", "/api/v1/signals", {"GET", "HEAD", "POST"}), ("POST", "/board", {"GET", "HEAD"}),
        ("GET", "/api/v1/documents/content", {"PUT"}), ("PUT", "/static/concord.css", {"GET", "HEAD"}),
    ],
)  # fmt: skip
def test_E_05_another_method_is_told_which_there_are(
    served: World, unit: UUID, method: str, path: str, allow: set[str]
) -> None:
    answer = served.client.request(method, path.format(unit=unit), headers=served.headers("auditor"))
    if answer.status_code != 405:  # `/documents/content` is the state of a paper, of which there is none of that id
        assert answer.status_code == 404
        return
    assert set(answer.headers["Allow"].split(", ")) == {*allow, "OPTIONS"}
    assert answer.json()["code"] == "method-not-allowed"
    options = served.client.options(path.format(unit=unit))
    assert (options.status_code, options.headers["Allow"]) == (204, answer.headers["Allow"])


def test_E_05_nothing_is_kept_by_a_cache_unasked(served: World, unit: UUID) -> None:
    for path in (f"/api/v1/units/{unit}", "/api/v1/units", f"/units/{unit}", "/livez", "/nowhere"):
        assert served.get(path).headers["cache-control"] == "no-store", path
    first = served.client.get("/openapi.json")
    assert first.headers["cache-control"] == "public, no-cache"
    again = served.client.get("/openapi.json", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_what_a_reader_has_already_is_not_sent_again(served: World, unit: UUID) -> None:
    paths = [f"units/{unit}", f"units/{unit}/events", f"units/{unit}/decisions", f"sources/{source_stream(PETITIONS)}"]
    for path in paths:
        first = served.get(path)
        again = served.get(path, **{"If-None-Match": f'"other", {first.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"]), path
    before = served.get(f"units/{unit}")
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": before.headers["etag"]}
    url, body = f"/api/v1/units/{unit}/decisions/change-details", {"headcount": 77, "reason": "示例"}
    acted = served.client.post(url, json=body, headers=served.headers("prefecture-hr-officer", **headers))
    assert acted.status_code == 201, acted.text
    assert served.get(f"units/{unit}", **{"If-Match": before.headers["etag"]}).status_code == 412
    after = served.get(f"units/{unit}", **{"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()["version"]) == (200, before.json()["version"] + 1)
    assert served.get(f"units/{unit}", **{"If-Match": after.headers["etag"]}).status_code == 200


def test_what_a_reader_does_not_take_is_not_sent(served: World, unit: UUID) -> None:
    wrong = {
        f"/api/v1/units/{unit}": "text/html", "/api/v1/units": "text/event-stream", "/api/v1/events": "text/csv",
        "/api/v1/ledgers/board": "application/pdf", "/roll.csv": "application/json", "/roll": "application/json",
        "/openapi.json": "application/json;q=0",
    }  # fmt: skip
    for path, accept in wrong.items():
        answer = served.client.get(path, headers=served.headers("auditor", Accept=accept))
        assert (answer.status_code, answer.json()["code"]) == (406, "not-acceptable"), path
        taken = served.client.get(path, headers=served.headers("auditor", Accept=f"{accept}, */*;q=0.1"))
        assert taken.status_code == (406 if "q=0" in accept else 200), path
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{served.version(unit)}"', "Accept": "text/html"}
    url, body = f"/api/v1/units/{unit}/decisions/change-details", {"headcount": 78, "reason": "示例"}
    acted = served.client.post(url, json=body, headers=served.headers("prefecture-hr-officer", **headers))
    assert acted.status_code == 201


# --- E-02, E-47 -------------------------------------------------------------------------------------------------------


def test_E_02_a_stream_ends_when_its_token_is_revoked(served: World) -> None:
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        (row,) = conn.execute(
            "SELECT holder, kind, unit, label FROM accounts.tokens WHERE label = 'auditor' LIMIT 1"
        ).fetchall()
        account = accounts.Account(row[0], accounts._KINDS[row[1]], row[2], "示例")
        (expires,) = conn.execute("SELECT now() + interval '1 hour'").fetchone() or (None,)
        token = accounts.issue(conn, account, expires)
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    with served.client.stream("GET", f"/api/v1/events?after={served.end}", headers=headers) as stream:
        parts = stream.iter_raw()
        assert next(parts).startswith(b": concord")
        time.sleep(1.5)
        assert not stream.is_closed
        with psycopg.connect(served.conninfo, autocommit=True) as conn:
            name = accounts.name_of(token)
            assert accounts.revoke(conn, name) == 1
        assert list(parts) == []
    assert served.client.get("/api/v1/events", headers=headers).status_code == 401


def test_E_47_waiting_reads_and_streams_are_shared(served: World, strict: World, unit: UUID) -> None:
    statuses: list[int] = []

    def wait() -> None:
        with httpx2.Client(base_url=served.client.base_url, timeout=30) as client:
            url = f"/api/v1/units?min_position={10**12}"
            statuses.append(client.get(url, headers=served.headers("province-hr-officer")).status_code)

    waiting = [threading.Thread(target=wait) for _ in range(6)]
    for one in waiting:
        one.start()
    time.sleep(1)
    position = served.get(f"units/{unit}").headers["X-Position"]
    assert served.get(f"units?min_position={position}", "auditor").status_code == 200
    for one in waiting:
        one.join()
    assert set(statuses) == {503}
    follow = {**strict.headers("auditor"), "Accept": "text/event-stream"}
    with strict.client.stream("GET", f"/api/v1/events?after={strict.end}", headers=follow) as first:
        first_parts = first.iter_raw()
        assert next(first_parts)
        with strict.client.stream("GET", f"/api/v1/events?after={strict.end}", headers=follow) as second:
            second_parts = second.iter_raw()
            assert next(second_parts)
            third = strict.client.get(f"/api/v1/events?after={strict.end}", headers=follow)
            assert (third.status_code, third.json()["code"]) == (429, "too-many-requests")
            assert int(third.headers["Retry-After"]) >= 1


# --- E-09, E-10, E-11, E-12 -------------------------------------------------------------------------------------------


def test_E_09_a_rate_is_an_average_with_twice_as_much_at_once() -> None:
    rates = Rates(2.0, most_remembered=2)
    assert [rates.wait("a", 0.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert rates.wait("b", 0.0) == 0
    assert rates.wait("a", 0.5) == 0
    assert rates.wait("a", 0.5) == 0.5
    assert Rates(0.0).wait("a") == 0
    for name in "cdef":
        rates.wait(name, 1.0)
    assert len(rates._left) == 2


def test_E_09_a_token_and_an_address_that_ask_too_often_are_told_when_to_come(strict: World) -> None:
    time.sleep(2)
    headers = strict.headers("petitions")
    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(lambda _: strict.client.get("/api/v1/now", headers=headers), range(80)))
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert (refused.json()["code"], int(refused.headers["Retry-After"]) >= 1) == ("too-many-requests", True)
    assert strict.client.get("/api/v1/now", headers=strict.headers("inspection")).status_code == 200
    with ThreadPoolExecutor(16) as many:
        assert 429 in set(many.map(lambda _: strict.client.get("/livez").status_code, range(80)))


def test_E_09_wrong_tokens_are_counted_by_address(strict: World) -> None:
    wrong = [
        strict.client.get("/api/v1/units", headers={"Authorization": f"Bearer concord_{number:043d}"}).status_code
        for number in range(25)
    ]
    assert wrong == [401] * 20 + [429] * 5


def test_E_09_the_public_is_not_believed_fifty_times_a_second(served: World) -> None:
    unit = served.to_publicity(3)
    until = type(served.today).fromordinal(served.today.toordinal() + 14).isoformat()
    dates = {"from": served.today.isoformat(), "until": until}
    served.must("province-hr-officer", unit, "start-publicity", {**dates, "channel": "示例网站"})
    body = {"objector": "示例人乙", "contact": "示例", "content": "示例异议"}
    url, begun, statuses = f"/api/v1/units/{unit}/decisions/raise-objection", time.monotonic(), [0]
    while statuses[-1] != 429 and len(statuses) < 200:
        headers = served.headers("public", **{"Idempotency-Key": str(uuid4())})
        statuses.append(served.client.post(url, json=body, headers=headers).status_code)
    assert statuses[-1] == 429
    assert len(statuses) <= 32 + 0.2 * (time.monotonic() - begun)


def _sent(address: httpx2.URL, parts: list[bytes], seconds: float = 15.0) -> bytes:
    """What a server answers to bytes sent slowly, until it closes."""
    with socket.create_connection((address.host, address.port), timeout=seconds) as connection:
        answer = b""
        try:
            for part in parts:
                connection.sendall(part)
            while chunk := connection.recv(65_536):
                answer += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
        return answer


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: "], b"408"),
        ([b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 70_000], b"431"),
        ([b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n"], b"431"),
        ([b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], b"414"),
        ([b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], b"414"),
        (
            [
                b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
                b"Content-Length: 100\r\n\r\ntoken="
            ],
            b"408",
        ),
        ([b"NONSENSE\r\n\r\n"], b"400"),
    ],
)
def test_E_09_whoever_sends_without_end_or_too_slowly_is_let_go(
    impatient: World, parts: list[bytes], status: bytes
) -> None:
    answer = _sent(impatient.client.base_url, parts)
    assert answer.split(b" ", 2)[1] == status, answer[:300]
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /livez HTTP/1.1\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: x\r\n", b"400"),
        (b"GET /livez HTTP/1.0\r\n", b"200"),
        (b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example\r\n", b"501"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n", b"417"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nConnection: close\r\n", b"200"),
        (b"TRACE /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", b"405"),
        (b"GET /livez HTTP/2.0\r\nHost: x\r\n", b"505"),
        (b"GET /livez HTTP/0.9\r\nHost: x\r\n", b"505"),
        (b"GET /livez HTTP/1.7\r\nHost: x\r\n", b"505"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n", b"400"),
        (b"GET http://x/livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", b"200"),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", b"204"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n", b"501"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", b"501"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n", b"501"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n", b"400"),
        (b"POST /livez HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n", b"400"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"400"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n", b"400"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n", b"400"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost : x\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: b\x00c\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: x/y@z\r\n", b"400"),
    ],
)
def test_E_05_what_http_itself_refuses_is_refused(served: World, head: bytes, status: bytes) -> None:
    answer = _sent(served.client.base_url, [head + b"\r\n"])
    assert answer.split(b" ", 2)[1] == status, answer[:300]


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "text/plain"}, {"Content-Type": "application/xml"}, {"Content-Encoding": "gzip"}]
)
def test_E_05_what_is_said_to_be_no_json_is_not_read(served: World, unit: UUID, headers: dict[str, str]) -> None:
    common = {"Idempotency-Key": str(uuid4()), "If-Match": "*"} | headers
    asked = [("county-hr-officer", f"units/{unit}/decisions/follow-up"), ("applicant-3", "units")]
    for who, path in (*asked, ("inspection", "inspection/status"), ("auditor", f"sealed/{unit}/1")):
        if who not in served.tokens:
            continue
        answer = served.client.post(f"/api/v1/{path}", content=b"{}", headers=served.headers(who, **common))
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type"), path


def test_E_10_who_stands_behind_a_trusted_proxy_is_believed(
    served: World, unit: UUID, prepared: Prepared, tmp_path: Path
) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Sec-Fetch-Site": "same-origin"}
    trusted = served.client.post("/sign-in", data={"token": served.tokens["auditor"]}, headers=headers)
    assert "secure" in trusted.headers["set-cookie"].lower()
    served.client.cookies.clear()
    known = served.get(f"units/{unit}/events").json()["events"][-1]["position"]
    link = served.get(f"officers?limit=1&min_position={known}", **headers).headers["Link"]
    assert link.startswith("<https://")
    api, address = serve(served.conninfo, tmp_path, prepared.key_file, TestClock(), trusted_proxies="192.0.2.1")
    with httpx2.Client(base_url=address, timeout=20) as client:
        other = client.post("/sign-in", data={"token": served.tokens["auditor"]}, headers=headers)
    api.should_exit = True
    assert "secure" not in other.headers["set-cookie"].lower()


def test_E_11_a_connection_that_died_is_noticed_before_it_is_lent(served: World, unit: UUID) -> None:
    with ThreadPoolExecutor(16) as many:  # so that the process holds as many connections as it may
        assert {one.status_code for one in many.map(lambda _: served.get("units?limit=500"), range(64))} == {200}
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"  # waits until it is gone
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answers = []
    for number in range(40):
        if number % 4:
            answers.append(served.get(("units", f"units/{unit}", "events?limit=1")[number % 3]))
        else:
            headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
            url = f"/api/v1/units/{unit}/decisions/follow-up"
            answers.append(served.client.post(url, json=visit(served), headers=headers))
    assert [(one.request.url.path, one.text) for one in answers if one.status_code not in (200, 201)] == []


def test_E_12_two_sources_that_report_on_one_unit_at_once_wait_their_turn(served: World, unit: UUID) -> None:
    statuses: list[int] = []

    def send(who: str, uri: str) -> None:
        with httpx2.Client(base_url=served.client.base_url, timeout=60) as client:
            for _ in range(15):
                event = cloud_event(uri, 1, report(served.today))
                statuses.append(client.post("/api/v1/signals", json=event, headers=served.headers(who)).status_code)

    senders = [
        threading.Thread(target=send, args=given)
        for given in (("petitions", PETITIONS), ("inspection", INSPECTION)) * 2
    ]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert statuses == [201] * 60


# --- E-46 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "zh", "en"),
    [
        ("GET", "/nowhere", 404, "不存在", "Not found"), ("POST", "/board", 405, "不支持的方法", "Method not allowed"),
        ("GET", "/units/nonsense", 404, "不存在", "Not found"), ("GET", "/api/v1/units", 401, "须提供", "bearer token"),
        ("GET", "/api/v1/units?x=1", 422, "不符合", "does not fit"),
    ],
)  # fmt: skip
def test_E_46_errors_are_pages_in_a_browser_and_problems_elsewhere(
    served: World, method: str, path: str, status: int, zh: str, en: str
) -> None:
    token = {} if status == 401 else served.headers("auditor")
    for language, said in (("zh", zh), ("en", en)):
        headers = {**BROWSER, **token, "Cookie": f"concord_lang={language}"}
        page = served.client.request(method, path, headers=headers)
        assert page.headers["content-type"].startswith("text/html")
        assert page.status_code == status
        assert said in page.text
    plain = served.client.request(method, path, headers=token).json()
    assert plain.keys() >= {"title", "title_en", "detail", "detail_en", "code"}
    assert plain["detail"]
    assert plain["detail_en"]
