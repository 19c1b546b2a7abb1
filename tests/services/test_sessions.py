"""E-45: who signs in on a page gets a session, which ends in every way it should; and forms are our own alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from serving import routes, serve
from world import Prepared, World

from events.words import ActorKind
from services.access import accounts
from services.access.accounts import Account


def browser(served: World) -> httpx2.Client:
    """A browser of its own, with no cookie yet."""
    return httpx2.Client(base_url=served.client.base_url, timeout=20, headers={"Origin": origin(served)})


def origin(served: World) -> str:
    return str(served.client.base_url).rstrip("/")


def sign_in(client: httpx2.Client, token: str, **form: str) -> httpx2.Response:
    return client.post("/sign-in", data={"token": token, **form})


def csrf(client: httpx2.Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/sessions").text)
    assert found is not None
    return found[1]


def open_sessions(served: World) -> int:
    with psycopg.connect(served.conninfo) as conn:
        row = conn.execute("SELECT count(*) FROM accounts.open_sessions").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def person(served: World) -> Iterator[httpx2.Client]:
    """Somebody who has signed in."""
    with browser(served) as client:
        assert sign_in(client, served.tokens["auditor"]).status_code == 303
        yield client


def test_E_45_the_cookie_is_an_id_that_is_kept_nowhere_and_opens_no_interface(
    served: World, person: httpx2.Client
) -> None:
    cookie = person.cookies["concord_session"]
    assert cookie not in served.tokens.values()
    with psycopg.connect(served.conninfo) as conn:
        kept = conn.execute("SELECT s::text FROM accounts.sessions AS s").fetchall()
    assert kept
    assert cookie not in str(kept)
    answer = served.client.get("/api/v1/units", headers={"Authorization": f"Bearer {cookie}"})
    assert answer.status_code == 401
    shown = person.get("/sessions").text
    assert cookie not in shown
    assert served.tokens["auditor"] not in shown


def test_E_45_over_https_the_cookie_belongs_to_this_host_alone(served: World) -> None:
    behind = {"X-Forwarded-Proto": "https", "Host": "register.example", "Origin": "https://register.example"}
    answer = served.client.post("/sign-in", data={"token": served.tokens["auditor"]}, headers=behind)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-concord_session=")
    assert all(part in cookie for part in ("; secure", "; httponly", "; path=/", "; samesite=lax"))
    assert "domain" not in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_E_45_nobody_signs_in_over_plain_http_from_elsewhere(served: World) -> None:
    plain = {"Host": "register.example", "Origin": "http://register.example"}
    answer = served.client.post("/sign-in", data={"token": served.tokens["auditor"]}, headers=plain)
    assert (answer.status_code, answer.json()["code"]) == (403, "insecure")
    assert "set-cookie" not in answer.headers


def test_E_45_a_session_is_new_at_every_sign_in_and_the_one_before_ends(served: World) -> None:
    with browser(served) as client:
        planted = {"Cookie": f"concord_session={'A' * 43}"}
        first = client.post("/sign-in", data={"token": served.tokens["auditor"]}, headers=planted)
        given = client.cookies["concord_session"]
        assert "A" * 43 not in first.headers["set-cookie"]
        before = open_sessions(served)
        sign_in(client, served.tokens["auditor"])
        assert client.cookies["concord_session"] != given
        assert open_sessions(served) == before
        old = served.client.get("/sessions", headers={"Cookie": f"concord_session={given}"})
        assert old.status_code == 303


def test_E_45_a_stolen_cookie_is_worth_nothing_after_sign_out(served: World, person: httpx2.Client) -> None:
    stolen = {"Cookie": f"concord_session={person.cookies['concord_session']}"}
    assert served.client.get("/sessions", headers=stolen).status_code == 200
    answer = person.post("/sign-out", data={"csrf": csrf(person)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "concord_session" not in person.cookies
    assert served.client.get("/sessions", headers=stolen).status_code == 303
    with psycopg.connect(served.conninfo) as conn:
        last = conn.execute("SELECT what, outcome, token FROM security.log ORDER BY id DESC LIMIT 1").fetchone()
    assert last == ("session-ended", "done", accounts.name_of(served.tokens["auditor"]))


def test_E_45_sessions_are_listed_and_ended_one_by_one_and_all(served: World) -> None:
    token = served.tokens["province-union-officer"]
    with browser(served) as one, browser(served) as two, browser(served) as other:
        for client in (one, two):
            sign_in(client, token)
        sign_in(other, served.tokens["auditor"])
        names = re.findall(r'name="name" value="([0-9a-f]{16})"', one.get("/sessions").text)
        assert len(names) == 2
        foreign = re.findall(r'name="name" value="([0-9a-f]{16})"', other.get("/sessions").text)
        assert not set(names) & set(foreign)
        # what is not one's own is not ended
        one.post("/sessions/end", data={"csrf": csrf(one), "name": foreign[0]})
        assert other.get("/sessions").status_code == 200
        one.post("/sessions/end", data={"csrf": csrf(one), "name": names[0]})
        assert [client.get("/sessions").status_code for client in (one, two)] == [200, 303]
        sign_in(two, token)
        assert one.post("/sessions/end", data={"csrf": csrf(one)}).headers["location"] == "/sign-in"
        assert [client.get("/sessions").status_code for client in (one, two)] == [303, 303]
        assert other.get("/sessions").status_code == 200


@pytest.mark.parametrize(
    "passed",
    [
        "SET seen_at = seen_at - idle",
        "SET expires_at = clock_timestamp()",
        "SET ended_at = clock_timestamp()",
    ],
)
def test_E_45_a_session_ends_idle_or_at_its_absolute_end(served: World, person: httpx2.Client, passed: str) -> None:
    assert person.get("/sessions").status_code == 200
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute(f"UPDATE accounts.sessions {passed}".encode())
    assert person.get("/sessions").status_code == 303


def test_E_45_use_keeps_a_session_from_ending_idle(served: World, person: httpx2.Client) -> None:
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute("UPDATE accounts.sessions SET seen_at = clock_timestamp() - idle * 0.9")
        assert person.get("/sessions").status_code == 200
        row = conn.execute("SELECT max(seen_at) > clock_timestamp() - interval '5 seconds' FROM accounts.sessions")
        assert row.fetchone() == (True,)


def test_E_45_a_session_ends_with_its_token(served: World) -> None:
    somebody = Account(uuid4(), ActorKind.OFFICER, None, "示例")
    with psycopg.connect(served.conninfo, autocommit=True) as conn, browser(served) as client:
        token = accounts.issue(conn, somebody, datetime.now(UTC) + timedelta(days=1))
        sign_in(client, token)
        assert client.get("/sessions").status_code == 200
        accounts.revoke(conn, accounts.name_of(token))
        assert client.get("/sessions").status_code == 303


@pytest.mark.parametrize(
    ("asked", "ends_at"),
    [
        ("/board?place=430104", "/board?place=430104"),
        ("//evil.example/x", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        (" //evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("evil.example", "/"),
        ("/sign-out", "/"),
        ("", "/"),
    ],
)
def test_E_45_one_comes_back_to_the_page_asked_for_and_nowhere_else(served: World, asked: str, ends_at: str) -> None:
    with browser(served) as client:
        answer = sign_in(client, served.tokens["auditor"], next=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, ends_at)
    shown = served.client.get("/sign-in", params={"next": asked}).text
    assert "evil.example" not in re.findall(r'name="next" value="([^"]*)"', shown)[0]


def test_E_45_who_has_not_signed_in_is_sent_there_and_brought_back(served: World) -> None:
    with browser(served) as client:
        sent = client.get("/sessions")
        assert sent.headers["location"] == "/sign-in?next=%2Fsessions"
        form = client.get(sent.headers["location"]).text
        assert 'name="next" value="/sessions"' in form


def _elsewhere(served: World) -> list[dict[str, str]]:
    return [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": origin(served).replace("127.0.0.1", "localhost")},
        {"Origin": origin(served), "Sec-Fetch-Site": "cross-site"},
        {"Origin": origin(served), "Sec-Fetch-Site": "same-site"},
        {"Origin": "", "Sec-Fetch-Site": "none"},
        {"Origin": ""},
    ]


def test_E_45_no_form_of_another_site_is_taken(served: World, person: httpx2.Client) -> None:
    token = csrf(person)
    for headers in _elsewhere(served):
        for path, form in (
            ("/sign-in", {"token": served.tokens["auditor"]}),
            ("/sign-out", {"csrf": token}),
            ("/sessions/end", {"csrf": token}),
        ):
            answer = person.post(path, data=form, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign-form"), (path, headers)
            assert "set-cookie" not in answer.headers
    assert person.get("/sessions").status_code == 200


def test_E_45_a_form_holds_the_token_of_its_own_session(served: World, person: httpx2.Client) -> None:
    with browser(served) as other:
        sign_in(other, served.tokens["province-hr-officer"])
        foreign = csrf(other)
        for given in ("", foreign, "\u4e00", csrf(person)[:-1], person.cookies["concord_session"]):
            assert person.post("/sign-out", data={"csrf": given}).status_code == 403
        assert person.post("/sign-out").status_code == 403
        assert person.get("/sessions").status_code == 200
        # a form that was filled in before its session ended
        held = csrf(person)
        person.post("/sign-out", data={"csrf": held})
        sign_in(person, served.tokens["auditor"])
        assert person.post("/sign-out", data={"csrf": held}).status_code == 403


def test_E_45_every_post_of_a_page_is_checked(served: World, person: httpx2.Client) -> None:
    posts = {path for method, path in routes() if method == "POST" and not path.startswith("/api/")}
    assert posts >= {"/sign-in", "/sign-out", "/sessions/end"}
    for path in posts:
        asked = re.sub(r"\{[^}]+\}", str(UUID(int=1)), path.replace("{kinds:kinds}", "units"))
        answer = person.post(asked, data={"csrf": csrf(person)}, headers={"Origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-form"), path


def test_E_45_wrong_tokens_are_tried_no_faster_on_the_page(served: World, prepared: Prepared, tmp_path: Path) -> None:
    limits: dict[str, Any] = {"failure_rate": 0.1}
    api, address = serve(served.conninfo, tmp_path, prepared.key_file, served.clock, **limits)
    with httpx2.Client(base_url=address, timeout=20, headers={"Origin": address}) as client:
        answers = [sign_in(client, f"concord_{'x' * 42}{n % 10}").status_code for n in range(30)]
    api.should_exit = True
    assert answers[0] == 401
    assert answers[-1] == 429
