"""Tokens of machines on a page: made by two administrators, for some uses, of a place, until a day; revoked at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx2
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from test_people import browser, csrf
from world import COUNTY, World, credit_code

from services.access.accounts import Use, hash_of
from services.http.readers import COPIES, FOR_USE, REQUESTS, SEALED, WHAT

NUMBER, UNIT = count(1), count(31)
PREFECTURE, ELSEWHERE = COUNTY[:4] + "00", "430300"


@pytest.fixture
def two(served: World) -> Iterator[tuple[httpx2.Client, httpx2.Client]]:
    """Two administrators who have signed in."""
    with browser(served) as one, browser(served) as other:
        assert served.get(f"sources?min_position={served.end}").status_code == 200  # the page offers what is shown
        for client, who in ((one, "administrator"), (other, "administrator-2")):
            assert client.post("/sign-in", data={"token": served.tokens[who]}).status_code == 303
        yield one, other


def asked(client: httpx2.Client, **given: Any) -> httpx2.Response:
    form = {"act": "ask", "holder": "system", "label": f"示例系统{next(NUMBER)}", "use": ["read"], "place": "430000"}
    return client.post("/tokens", data={"csrf": csrf(client), **form, "days": "30", **given})


def token_in(answer: httpx2.Response) -> str:
    found = re.search(r"<code>(concord_[A-Za-z0-9_-]{43})</code>", answer.text)
    assert answer.status_code == 200
    assert found is not None, answer.text
    return found[1]


def name_of(token: str) -> str:
    return hash_of(token).hex()[:16]


def settle(client: httpx2.Client, token: str, act: str = "confirm") -> httpx2.Response:
    return client.post("/tokens/requests", data={"csrf": csrf(client), "name": name_of(token), "act": act})


def made(two: tuple[httpx2.Client, httpx2.Client], **given: Any) -> str:
    token = token_in(asked(two[0], **given))
    assert settle(two[1], token).status_code == 303
    return token


def ask(served: World, token: str, path: str, **params: str) -> httpx2.Response:
    return served.client.get(f"/api/v1/{path}", params=params, headers={"Authorization": f"Bearer {token}"})


def source_of(served: World) -> str:
    with psycopg.connect(served.conninfo) as conn:
        row = conn.execute("SELECT holder FROM accounts.tokens WHERE label = 'petitions' LIMIT 1").fetchone()
    assert row is not None
    return str(row[0])


def test_every_thing_that_is_read_is_read_by_one_use_but_what_is_for_people_alone() -> None:
    read = [what for use in Use for what in FOR_USE[use]]
    assert sorted(read) == sorted(set(WHAT) - {SEALED, REQUESTS, COPIES})


def test_T_04_a_token_opens_nothing_until_another_administrator_confirms_it(
    served: World, two: tuple[httpx2.Client, httpx2.Client]
) -> None:
    one, other = two
    token = token_in(asked(one))
    assert token not in one.get("/tokens").text, "shown once"
    assert ask(served, token, "units").status_code == 401
    assert settle(one, token).status_code in (403, 404), "nobody confirms their own"
    assert ask(served, token, "units").status_code == 401
    assert token not in other.get("/tokens").text
    assert settle(other, token).status_code == 303
    assert ask(served, token, "units").status_code == 200
    assert settle(other, token).status_code == 404, "once"


def test_what_is_turned_down_opens_nothing(served: World, two: tuple[httpx2.Client, httpx2.Client]) -> None:
    token = token_in(asked(two[0]))
    assert settle(two[1], token, "drop").status_code == 303
    assert settle(two[1], token).status_code == 404
    assert ask(served, token, "units").status_code == 401


READ = {"units": Use.READ, "signals": Use.READ, "officers": Use.OFFICES, "processes": Use.RUNNING}


@pytest.mark.parametrize("use", [Use.READ, Use.OFFICES, Use.RUNNING])
def test_a_token_does_what_it_is_for_and_nothing_else(
    served: World, two: tuple[httpx2.Client, httpx2.Client], use: Use
) -> None:
    token = made(two, use=[use.value])
    assert {path: ask(served, token, path).status_code for path in READ} == {
        path: 200 if needed is use else 403 for path, needed in READ.items()
    }


@pytest.mark.parametrize(("place", "sees"), [("430000", True), (PREFECTURE, True), (COUNTY, True), (ELSEWHERE, False)])
def test_a_token_reads_of_its_place_and_no_other(
    served: World, two: tuple[httpx2.Client, httpx2.Client], place: str, sees: bool
) -> None:
    unit = served.register(next(UNIT))
    token = made(two, place=place)
    assert ask(served, token, f"units/{unit}").status_code == (200 if sees else 403)
    rows = ask(served, token, "units").json()["units"]
    assert all(row["place"].startswith(place.rstrip("0")) for row in rows)
    if not sees:
        assert str(unit) not in {row["unit"] for row in rows}
        events = ask(served, token, "events", limit="1000").json()["events"]
        assert str(unit) not in {one["stream"] for one in events}


def test_a_source_that_may_only_read_reports_nothing(served: World, two: tuple[httpx2.Client, httpx2.Client]) -> None:
    signal = {
        "specversion": "1.0", "id": "machine-1", "source": "urn:concord:source:petitions:430000",
        "type": "concord.signal.reported.v1", "subject": credit_code(390),
        "data": {"external_id": "示例-令牌", "category": "wage_arrears", "severity": 2, "occurred_on": "2026-01-05"},
    }  # fmt: skip
    answers = {}
    for use in ("read", "report"):
        token = made(two, holder=source_of(served), use=[use])
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents+json"}
        answers[use] = served.client.post("/api/v1/signals", json=signal, headers=headers).status_code
    assert answers["read"] == 403
    assert answers["report"] != 403


def test_a_revoked_token_is_refused_at_once_and_an_expired_one_too(
    served: World, two: tuple[httpx2.Client, httpx2.Client]
) -> None:
    token = made(two)
    assert ask(served, token, "units").status_code == 200
    form = {"csrf": csrf(two[1]), "name": name_of(token), "act": "revoke"}
    assert two[1].post("/tokens", data=form).status_code == 303
    assert ask(served, token, "units").status_code == 401
    assert "已撤销" in two[0].get("/tokens").text
    over = token_in(asked(two[0]))
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO accounts.tokens (hash, holder, kind, label, uses, place, expires_at) VALUES "
            "(%s, gen_random_uuid(), 'system', '示例', '{read}', '430000', now() - interval '1 second')",
            [hash_of(over)],
        )
    assert ask(served, over, "units").status_code == 401


def test_nobody_signs_in_with_the_token_of_a_machine(served: World, two: tuple[httpx2.Client, httpx2.Client]) -> None:
    token = made(two, holder=source_of(served), use=["read", "report"])
    with browser(served) as client:
        assert client.post("/sign-in", data={"token": token}).status_code == 401
        assert client.get("/sessions").status_code == 303


def test_no_token_is_asked_for_without_use_holder_label_and_end(
    served: World, two: tuple[httpx2.Client, httpx2.Client]
) -> None:
    for wrong in ({"use": []}, {"holder": "x"}, {"label": ""}, {"label": "电话13812345678"}, {"days": "9999"},
                  {"place": "110000"}, {"place": ""}, {"use": ["report"]}, {"label": "名" * 101}):  # fmt: skip
        answer = asked(two[0], **wrong)
        assert answer.status_code == 422, wrong
        assert "concord_" not in re.sub(r"concord_(session|lang)", "", answer.text), wrong
    for wrong in ({"csrf": "00"}, {"act": "x"}):
        assert asked(two[0], **wrong).status_code in (403, 422)


@pytest.mark.parametrize("who", ["prefecture-hr-officer", "auditor", "applicant-1", "data-officer", "petitions"])
def test_only_administrators_see_or_make_tokens(served: World, who: str) -> None:
    with browser(served) as client:
        assert client.post("/sign-in", data={"token": served.tokens[who]}).status_code == 303
        assert client.get("/tokens").status_code == 403
        assert asked(client).status_code == 403


def test_who_serves_makes_no_token_without_two_and_changes_none(
    served: World, two: tuple[httpx2.Client, httpx2.Client]
) -> None:
    token = made(two)
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        for statement in (
            "INSERT INTO accounts.tokens (hash, holder, kind, label, expires_at) "
            "VALUES (sha256('x'), gen_random_uuid(), 'system', '', now() + interval '1 day')",
            "INSERT INTO accounts.token_requests SELECT * FROM accounts.token_requests",
            "UPDATE accounts.tokens SET uses = NULL",
        ):
            conn.execute("SET ROLE concord_writer")
            with pytest.raises(InsufficientPrivilege):
                conn.execute(statement)
            conn.execute("RESET ROLE")
        with pytest.raises(InsufficientPrivilege):
            conn.execute("UPDATE accounts.tokens SET uses = NULL WHERE hash = %s", [hash_of(token)])
        lines = conn.execute("SELECT string_agg(detail, ' ') FROM security.log").fetchone()
        assert lines is not None
        assert f"token asked for {name_of(token)}" in lines[0]
        assert f"token confirmed {name_of(token)}" in lines[0]
        assert token not in lines[0]
