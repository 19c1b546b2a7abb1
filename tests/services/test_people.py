"""E-45: accounts of people: invited, a password, a second factor, codes; guessing is slow and locks nobody out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import httpx2
import psycopg
import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from serving import serve
from world import Prepared, World

from services.access.passwords import NOBODYS, Delays, Hashing, wrong_with
from services.access.second_factor import fresh_secret, step_of
from services.web import people as people_pages

GOOD = "三匹马 walk at noon"
OTHER = "四只鸟 sing at dusk"


def browser(served: World) -> httpx2.Client:
    """A browser of its own, with no cookie yet."""
    base = str(served.client.base_url).rstrip("/")
    return httpx2.Client(base_url=base, timeout=30, headers={"Origin": base})


def holder_of(served: World, who: str) -> UUID:
    """The stream of somebody for whom there is a token."""
    with psycopg.connect(served.conninfo) as conn:
        row = conn.execute("SELECT holder FROM accounts.tokens WHERE label = %s LIMIT 1", (who,)).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def csrf(client: httpx2.Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/sessions").text)
    assert found is not None
    return found[1]


@pytest.fixture
def administrator(served: World) -> Iterator[httpx2.Client]:
    """An administrator who has signed in by a token."""
    with browser(served) as client:
        assert client.post("/sign-in", data={"token": served.tokens["administrator"]}).status_code == 303
        yield client


class Handed(NamedTuple):
    """What somebody is handed over by two administrators: what the link holds, and the code beside it."""

    link: str
    code: str


def invited(served: World, administrator: httpx2.Client, who: str, name: str) -> Handed:
    """What is handed over to whoever is invited."""
    holder = str(holder_of(served, who))
    page = administrator.post(
        "/accounts", data={"csrf": csrf(administrator), "act": "invite", "holder": holder, "name": name}
    )
    return confirmed(served, page)


def confirmed(served: World, asked: httpx2.Response) -> Handed:
    """What comes of the last request, which another administrator confirms."""
    assert asked.status_code == 200, asked.text
    code = re.search(r"<code>([0-9A-F]{5}-[0-9A-F]{5})</code>", asked.text)
    assert code is not None, asked.text
    assert "/password?link=" not in asked.text, "who asks sees no link"
    with browser(served) as other:
        assert other.post("/sign-in", data={"token": served.tokens["administrator-2"]}).status_code == 303
        page = other.post(
            "/accounts/requests", data={"csrf": csrf(other), "act": "confirm", "request": last_asked(other)}
        )
        link = re.search(r"/password\?link=([A-Za-z0-9_-]{43})", page.text)
        assert link is not None, page.text
        assert code[1] not in page.text, "who confirms sees no code"
    return Handed(link[1], code[1])


def last_asked(client: httpx2.Client) -> str:
    return re.findall(r'name="request" value="([0-9a-f-]{36})"', client.get("/accounts").text)[-1]


def chosen(served: World, handed: Handed, password: str = GOOD) -> list[str]:
    """Choose a password by a link and its code; the recovery codes that are shown."""
    with browser(served) as client:
        assert client.get("/password", params={"link": handed.link}).status_code == 200
        form = {"link": handed.link, "handed": handed.code, "password": password, "again": password}
        page = client.post("/password", data=form)
        assert page.status_code == 200, page.text
        return re.findall(r"<code>([A-Z2-7-]{29})</code>", page.text)


def sign_in(client: httpx2.Client, name: str, password: str = GOOD, **form: str) -> httpx2.Response:
    return client.post("/sign-in", data={"name": name, "password": password, **form})


def test_E_45_somebody_invited_chooses_a_password_once_and_signs_in(
    served: World, administrator: httpx2.Client
) -> None:
    handed = invited(served, administrator, "county-hr-officer", "county.officer")
    codes = chosen(served, handed)
    assert len(codes) == 10
    with browser(served) as client:
        again = client.post(
            "/password", data={"link": handed.link, "handed": handed.code, "password": OTHER, "again": OTHER}
        )
        assert again.status_code == 410
        assert sign_in(client, "county.officer", OTHER).status_code == 401
        answer = sign_in(client, "County.Officer ", next="/board?place=430104")
        assert (answer.status_code, answer.headers["location"]) == (303, "/board?place=430104")
        assert "county.officer" in client.get("/account").text
    with psycopg.connect(served.conninfo) as conn:
        kept = str(conn.execute("SELECT p::text FROM accounts.people AS p").fetchall())
        row = conn.execute(
            "SELECT who, outcome, detail FROM security.log WHERE what = 'sign-in' ORDER BY id DESC LIMIT 1"
        )
        assert row.fetchone() == (holder_of(served, "county-hr-officer"), "done", "by password")
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept
    assert GOOD not in kept


def test_E_45_nobody_but_an_administrator_makes_accounts(served: World) -> None:
    with browser(served) as client:
        assert client.get("/accounts").headers["location"].startswith("/sign-in")
        client.post("/sign-in", data={"token": served.tokens["auditor"]})
        assert client.get("/accounts").status_code == 403
        form = {"csrf": csrf(client), "act": "invite", "holder": str(holder_of(served, "auditor")), "name": "auditor.x"}
        assert client.post("/accounts", data=form).status_code == 403
        assert client.post("/accounts", data=form | {"csrf": "x"}).status_code == 403


def test_E_45_no_administrator_makes_or_opens_an_account_of_their_own(
    served: World, administrator: httpx2.Client
) -> None:
    """A second account of one's own would be a second factor that one chooses oneself."""
    form = {"csrf": csrf(administrator), "act": "invite", "holder": str(holder_of(served, "administrator"))}
    answer = administrator.post("/accounts", data=form | {"name": "administrator.again"})
    assert (answer.status_code, "link=" in answer.text) == (403, False)
    with psycopg.connect(served.conninfo) as conn:
        assert conn.execute("SELECT 1 FROM accounts.people WHERE name = 'administrator.again'").fetchone() is None


def test_E_45_an_administrator_of_a_place_has_no_account_outside_it_in_hand(
    served: World, administrator: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gives a link to an approver of another place could act as them."""
    monkeypatch.setattr(people_pages, "within", lambda place, _of: place.startswith("4302"))
    outside = {"holder": str(holder_of(served, "prefecture-hr-approver")), "name": "of.elsewhere"}
    form = {"csrf": csrf(administrator), "act": "invite"}
    assert administrator.post("/accounts", data=form | outside).status_code == 403


@pytest.mark.parametrize("name", ["", "ab", "张三", "a b c", "x" * 41, "-abc", "<b>name"])
def test_E_45_a_name_that_is_none_is_refused_and_makes_nothing(
    served: World, administrator: httpx2.Client, name: str
) -> None:
    holder = str(holder_of(served, "auditor"))
    answer = administrator.post(
        "/accounts", data={"csrf": csrf(administrator), "act": "invite", "holder": holder, "name": name}
    )
    assert answer.status_code in (404, 422)
    assert "/password?link=" not in answer.text


def test_E_45_who_approves_signs_in_with_a_second_factor_that_is_taken_once(
    served: World, administrator: httpx2.Client
) -> None:
    codes = chosen(served, invited(served, administrator, "prefecture-hr-approver", "approver"))
    with browser(served) as client:
        page = sign_in(client, "approver")
        assert "concord_session" not in client.cookies
        secret, step = (
            re.search(pattern, page.text)
            for pattern in (r"<code>([A-Z2-7]{32})</code>", r'name="step" value="([^"]+)"')
        )
        assert secret is not None
        assert step is not None
        now = served.clock()
        wrong = {"step": step[1], "code": "000000" if pyotp.TOTP(secret[1]).at(now) != "000000" else "111111"}
        assert client.post("/sign-in/second-factor", data=wrong).status_code == 401
        good = {"step": step[1], "code": pyotp.TOTP(secret[1]).at(now), "next": "/account"}
        assert client.post("/sign-in/second-factor", data=good).headers["location"] == "/account"
        assert client.post("/sign-in/second-factor", data=good).status_code == 401, "that step is over"
    with browser(served) as client:
        page = sign_in(client, "approver").text
        assert "<code>" not in page, "the secret is shown once"
        step = re.search(r'name="step" value="([^"]+)"', page)
        assert step is not None
        replayed = {"step": step[1], "code": good["code"]}
        assert client.post("/sign-in/second-factor", data=replayed).status_code == 401
        by_code = {"step": step[1], "code": codes[0].lower()}
        assert client.post("/sign-in/second-factor", data=by_code).status_code == 303
    with browser(served) as client:
        step = re.search(r'name="step" value="([^"]+)"', sign_in(client, "approver").text)
        assert step is not None
        assert client.post("/sign-in/second-factor", data={"step": step[1], "code": codes[0]}).status_code == 401
    with psycopg.connect(served.conninfo) as conn:
        kept = conn.execute("SELECT secret FROM accounts.people WHERE name = 'approver'").fetchone()
    assert kept is not None
    assert secret[1].encode() not in bytes(kept[0])


def test_E_45_a_forgotten_password_is_chosen_anew_by_a_code_or_by_an_administrator(
    served: World, administrator: httpx2.Client
) -> None:
    codes = chosen(served, invited(served, administrator, "county-union-officer", "union.officer"))
    with browser(served) as signed_in_before, browser(served) as client:
        assert sign_in(signed_in_before, "union.officer").status_code == 303
        form = {"name": "union.officer", "code": codes[1], "password": OTHER, "again": OTHER}
        assert client.post("/password/forgotten", data=form | {"code": "AAAA-BBBB"}).status_code == 422
        assert client.post("/password/forgotten", data=form | {"again": "another"}).status_code == 422
        assert client.post("/password/forgotten", data=form).status_code == 200
        assert client.post("/password/forgotten", data=form).status_code == 422, "a code is good once"
        assert signed_in_before.get("/sessions").status_code == 303, "what was open has ended"
        assert sign_in(client, "union.officer").status_code == 401
        assert sign_in(client, "union.officer", OTHER).status_code == 303
    page = administrator.post("/accounts", data={"csrf": csrf(administrator), "act": "link", "name": "union.officer"})
    chosen(served, confirmed(served, page), GOOD)
    with browser(served) as client:
        assert sign_in(client, "union.officer").status_code == 303


def test_T_04_no_administrator_alone_can_act_as_somebody_else(served: World, administrator: httpx2.Client) -> None:
    chosen(served, invited(served, administrator, "prefecture-union-approver", "union.approver"))
    with psycopg.connect(served.conninfo) as conn:
        conn.execute("UPDATE accounts.people SET secret = 'x' WHERE name = 'union.approver'")

    def secret() -> object:
        with psycopg.connect(served.conninfo) as conn:
            row = conn.execute("SELECT secret FROM accounts.people WHERE name = 'union.approver'").fetchone()
        assert row is not None
        return row[0]

    def settle(client: httpx2.Client, act: str, request: str) -> httpx2.Response:
        return client.post("/accounts/requests", data={"csrf": csrf(client), "act": act, "request": request})

    form = {"csrf": csrf(administrator), "act": "second-factor", "name": "union.approver"}
    assert administrator.post("/accounts", data=form).status_code == 303
    request = last_asked(administrator)
    assert settle(administrator, "confirm", request).status_code == 403, "one's own is confirmed by another"
    assert secret() is not None
    with browser(served) as other, browser(served) as auditor:
        auditor.post("/sign-in", data={"token": served.tokens["auditor"]})
        assert settle(auditor, "confirm", request).status_code == 403
        other.post("/sign-in", data={"token": served.tokens["administrator-2"]})
        assert settle(other, "nonsense", request).status_code == 422, "what is neither does nothing"
        assert settle(other, "drop", request).status_code == 303
        assert settle(other, "confirm", request).status_code == 404, "turned down"
        administrator.post("/accounts", data=form)
        assert settle(other, "confirm", last_asked(other)).status_code == 303
    assert secret() is None
    with psycopg.connect(served.conninfo) as conn:
        said = conn.execute(
            "SELECT detail, who FROM security.log WHERE detail LIKE 'second-factor%' ORDER BY id"
        ).fetchall()
    assert [detail for detail, _ in said] == [
        "second-factor asked for union.approver", "second-factor asked for union.approver",
        "second-factor confirmed for union.approver",
    ]  # fmt: skip
    assert said[1][1] != said[2][1]


def test_T_04_a_link_is_nothing_without_the_code_and_void_after_five_wrong_ones(
    served: World, administrator: httpx2.Client
) -> None:
    handed = invited(served, administrator, "prefecture-commerce-officer", "commerce.prefecture")
    form = {"link": handed.link, "password": GOOD, "again": GOOD}
    with browser(served) as client:
        for _ in range(4):
            answer = client.post("/password", data=form | {"handed": "00000-00000"})
            assert (answer.status_code, "交接码不对" in answer.text) == (422, True)
        client.post("/password", data=form)
        assert client.post("/password", data=form | {"handed": handed.code}).status_code == 410
        assert sign_in(client, "commerce.prefecture").status_code == 401


def test_E_45_a_password_is_changed_by_who_knows_it_and_other_sessions_end(
    served: World, administrator: httpx2.Client
) -> None:
    chosen(served, invited(served, administrator, "county-commerce-officer", "commerce"))
    with browser(served) as one, browser(served) as two:
        for client in (one, two):
            assert sign_in(client, "commerce").status_code == 303
        before = one.cookies["concord_session"]
        form = {"csrf": csrf(one), "current": GOOD, "password": OTHER, "again": OTHER}
        assert one.post("/account/password", data=form | {"current": "wrong"}).status_code == 422
        assert one.post("/account/password", data=form | {"password": "short", "again": "short"}).status_code == 422
        assert two.get("/sessions").status_code == 200
        assert one.post("/account/password", data=form).headers["location"] == "/account"
        assert one.cookies["concord_session"] != before
        assert [client.get("/sessions").status_code for client in (one, two)] == [200, 303]
        codes = one.post("/account/codes", data={"csrf": csrf(one), "current": OTHER})
        assert len(re.findall(r"<code>", codes.text)) == 10


def test_E_45_a_closed_account_is_nobodys_from_that_moment_on(served: World, administrator: httpx2.Client) -> None:
    chosen(served, invited(served, administrator, "county-federation-officer", "federation"))
    with browser(served) as client:
        assert sign_in(client, "federation").status_code == 303
        administrator.post("/accounts", data={"csrf": csrf(administrator), "act": "close", "name": "federation"})
        assert client.get("/sessions").status_code == 303
        assert sign_in(client, "federation").status_code == 401
    holder = str(holder_of(served, "auditor"))
    form = {"csrf": csrf(administrator), "act": "invite", "holder": holder, "name": "federation"}
    assert administrator.post("/accounts", data=form).status_code == 422, "a name is one person's for ever"


def test_E_45_an_unknown_name_takes_as_long_and_says_the_same(served: World, administrator: httpx2.Client) -> None:
    chosen(served, invited(served, administrator, "430200-hr-officer", "another"))
    answers, seconds = [], []
    for name in ("another", "nobody-at-all"):
        with browser(served) as client:
            begun = time.perf_counter()
            answer = sign_in(client, name, "wrong wrong wrong")
            seconds.append(time.perf_counter() - begun)
            answers.append((answer.status_code, answer.text.replace(name, "")))
    assert answers[0] == answers[1]
    assert max(seconds) < 20 * min(seconds)


def test_E_45_what_is_verified_of_nobody_costs_what_a_password_costs() -> None:
    assert extract_parameters(NOBODYS) == extract_parameters(asyncio.run(Hashing().hash_of(GOOD)))
    with pytest.raises(VerifyMismatchError):  # it was worked out, and not refused for its form
        PasswordHasher().verify(NOBODYS, GOOD)


def test_E_45_guessing_waits_longer_and_longer_and_locks_nobody_else_out(
    served: World, prepared: Prepared, tmp_path: Path
) -> None:
    delays = Delays(free=5, free_anywhere=10)
    delays.succeeded("zhou", "10.0.0.1")
    waits = []
    for _ in range(12):
        delays.failed("zhou", "6.6.6.6")
        waits.append(delays.seconds("zhou", "6.6.6.6"))
    assert waits[:4] == [0.0] * 4
    assert waits == sorted(waits)
    assert 60 < waits[-1] <= 300
    assert delays.seconds("zhou", "10.0.0.1") == 0, "who was here before comes in"
    assert 0 < delays.seconds("zhou", "10.0.0.2") <= delays.longest_anywhere, "and others soon"
    assert delays.seconds("wu", "6.6.6.6") == 0
    api, address = serve(served.conninfo, tmp_path, prepared.key_file, served.clock)
    with httpx2.Client(base_url=address, timeout=30, headers={"Origin": address}) as client:
        answers = [sign_in(client, "county.officer", f"wrong {n} wrong wrong").status_code for n in range(7)]
    api.should_exit = True
    assert (answers[0], answers[-1]) == (401, 429)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 129,
        "zhou.ming 2026 2026",
        "aaaaaaaaaaaaaaaa",
        "1234567890123456",
        "Password12345!",
        "concord-concord-1",
    ],
)
def test_E_45_a_password_that_is_guessed_first_is_none(password: str) -> None:
    assert wrong_with(password, "zhou.ming") is not None


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "湘江北去橘子洲头看万山红遍", "x9$k2!mm_Qpw"])
def test_E_45_a_password_of_any_characters_is_one(password: str) -> None:
    assert wrong_with(password, "zhou.ming") is None


def test_E_45_a_code_is_of_its_time() -> None:
    secret, now = fresh_secret(), datetime(2026, 11, 27, 10, 0, 15, tzinfo=UTC)
    step = int(now.timestamp()) // 30
    codes = {n: pyotp.TOTP(secret).generate_otp(step + n) for n in range(-3, 4)}
    assert [step_of(secret, codes[n], now) for n in (-1, 0, 1)] == [step - 1, step, step + 1]
    assert step_of(secret, codes[3], now) in (None, step - 1, step, step + 1)
    for code in ("", "12345", "1234567", "１２３４５６", "abcdef"):
        assert step_of(secret, code, now) is None


def test_E_45_whoever_serves_makes_no_account_without_a_session(served: World) -> None:
    with psycopg.connect(served.conninfo) as conn:
        conn.execute("SET ROLE concord_writer")
        for statement in (
            "SELECT * FROM accounts.people",
            "UPDATE accounts.people SET password = NULL",
            "SELECT * FROM accounts.recovery_codes",
            "SELECT accounts.chosen('approver', '$argon2id$x', NULL)",
            "INSERT INTO accounts.one_time_tokens SELECT sha256('x'), 'approver', 'password', NULL, now()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
                conn.execute(statement.encode())
        row = conn.execute(
            "SELECT accounts.add_person(sha256('x'), 'intruder', sha256('y'), %s, 'officer', NULL, '')", (UUID(int=1),)
        ).fetchone()
        assert row == (False,)
