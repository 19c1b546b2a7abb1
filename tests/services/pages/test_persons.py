"""T-29: what is held of who asks is found by their tag; who answers sees it, then who asked, and nobody else."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from browsing import Browser, sheets
from pypdf import PdfReader
from typer.testing import CliRunner
from world import PROVINCE, World, identity

from deploy.cli import app
from services.access import accounts
from services.casework.register.state import register_stream

REGISTER = register_stream(PROVINCE)
NAME = "示例管理员1"
"""The name that stands sealed on the stream of the first administrator."""


def ask(served: World, number: int, **more: Any) -> int:
    """A request of whoever has that identity number, recorded; its entry."""
    body = {
        "right": "copy", "by": "self", "tag": identity(number), "received_on": served.today.isoformat(),
        "request": "示例：复制本人任职信息", **more,
    }  # fmt: skip
    return int(served.must("data-officer", REGISTER, "record-person-request", body, kinds="registers")["version"])


def settle(served: World, decision: str, body: dict[str, Any]) -> None:
    """What one data officer proposes, another seconds."""
    (proposed,) = served.must("data-officer", REGISTER, decision, body, kinds="registers")["events"]
    seconding = {"proposal": served.version(REGISTER, "registers"), "digest": proposed["event"]["digest"]}
    served.must("data-officer-2", REGISTER, "second-act", seconding, kinds="registers")


def copy(served: World, who: str, number: int) -> httpx2.Response:
    return served.client.post(f"/api/v1/persons/{number}/copy", headers=served.headers(who))


OTHERS = (
    "auditor",
    "administrator-2",
    "province-hr-approver",
    "county-hr-officer",
    "applicant-1",
    "petitions",
    "public",
)


@pytest.fixture(scope="module")
def asked(served: World) -> int:
    """The first administrator asked for a copy."""
    return ask(served, 1)


def test_T_29_what_is_held_is_found_by_the_tag_and_masked(served: World, asked: int) -> None:
    listed = served.get("persons", "data-officer").json()["requests"]
    assert [(one["number"], one["state"]) for one in listed] == [(asked, "waits")]
    assert served.get(f"acts?min_position={served.end}").status_code == 200
    found = served.get(f"persons/{asked}", "data-officer")
    assert found.status_code == 200, found.text
    document = found.json()
    assert document["streams"] == [str(holder_of(served, "administrator"))]
    types = {one["type"] for one in document["entries"]}
    assert types >= {"officer.registered.v1", "officer.appointed.v1", "register.person-requested.v1"}
    assert {one["stream"] for one in document["entries"]} == {str(REGISTER), document["streams"][0]}
    assert NAME not in found.text
    assert "clear" not in document["entries"][0]
    assert sum(one["number"] for one in document["acts"]) > 10, "what they did in office"
    with psycopg.connect(served.conninfo) as conn:
        (entries,) = conn.execute(
            "SELECT count(*) FROM projections.acts WHERE officer = %s", [document["streams"][0]]
        ).fetchone() or (0,)
    assert sum(one["number"] for one in document["acts"]) == entries


def test_T_29_only_who_answers_gets_it_while_it_waits_and_that_is_written_down(served: World, asked: int) -> None:
    for who in (*OTHERS, "administrator"):
        assert served.get(f"persons/{asked}", who).status_code == 403, who
        answer = copy(served, who, asked)
        assert answer.status_code == 403, who
        assert NAME not in answer.text
    assert served.get("persons", "public").status_code == 403
    stream = served.get(f"persons/{asked}", "data-officer").json()["streams"][0]
    before = served.get(f"sealed/{stream}", "data-officer").json()["openings"]
    made = copy(served, "data-officer", asked)
    assert made.status_code == 200, made.text
    assert made.headers["cache-control"] == "no-store"
    registered = next(one for one in made.json()["entries"] if one["type"] == "officer.registered.v1")
    assert registered["clear"] == {"name": NAME}
    (noted,) = served.get(f"sealed/{stream}", "data-officer").json()["openings"][: -len(before) or None]
    assert (noted["who"], noted["version"], noted["fields"]) == (
        str(holder_of(served, "data-officer")), registered["version"], ["name"],
    )  # fmt: skip
    assert noted["reason"] == f"第{asked}号个人信息请求"
    assert served.get("persons/999999", "data-officer").status_code == 404
    assert served.get("persons/999999", "auditor").status_code == 403, "not even whether there is one"


def test_T_29_what_cannot_be_written_down_is_not_opened(served: World, asked: int) -> None:
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute("ALTER FUNCTION security.note_opening RENAME TO note_opening_gone")
        try:
            answer = copy(served, "data-officer", asked)
        finally:
            conn.execute("ALTER FUNCTION security.note_opening_gone RENAME TO note_opening")
    assert answer.status_code == 503
    assert NAME not in answer.text


def test_T_29_the_page_tells_what_is_held_and_hands_out_the_copy_as_a_paper(served: World, asked: int) -> None:
    officer = Browser.of(served, "data-officer")
    assert f"/persons/{asked}" in officer.open("/persons").text
    page = officer.open(f"/persons/{asked}").text
    assert NAME not in page
    form = next(one for one in sheets(page) if one.action == f"/persons/{asked}/copy")
    assert officer.client.post(form.action).status_code == 403, "not by a page of this session"
    paper = officer.client.post(form.action, data=form.values)
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert NAME in text_of(paper.content)
    assert Browser.of(served, "auditor").client.get(f"/persons/{asked}").status_code == 403
    assert Browser.of(served, None).client.get(f"/persons/{asked}").status_code == 303


def test_T_29_once_answered_it_is_theirs_who_asked_and_no_more_who_answered(served: World, asked: int) -> None:
    settle(served, "answer-person-request", {"request": asked, "answer": "示例：已提供副本"})
    made = copy(served, "administrator", asked)
    assert made.status_code == 200, made.text
    assert NAME in made.text
    assert "register.person-answered.v1" in {one["type"] for one in made.json()["entries"]}
    assert [one["state"] for one in served.get("persons", "administrator").json()["requests"]] == ["answered"]
    for who in (*OTHERS, "data-officer", "data-officer-2"):
        assert copy(served, who, asked).status_code == 403, who
    assert served.get("persons", "administrator-2").json()["requests"] == []


@pytest.mark.parametrize("by", ["agent", "relative"])
def test_T_29_who_acted_for_them_has_no_copy_under_their_account(served: World, by: str) -> None:
    mandate = served.get("documents?limit=1", "auditor").json()["streams"][0]["stream"]
    asked = ask(served, 2, by=by, document=mandate)
    settle(served, "answer-person-request", {"request": asked, "answer": "示例：已当面提供副本"})
    assert copy(served, "administrator-2", asked).status_code == 403


def test_T_29_refused_it_is_nobodys(served: World) -> None:
    asked = ask(served, 3)
    settle(served, "refuse-person-request", {"request": asked, "reason": "示例：不能核实本人"})
    for who in ("administrator-3", "data-officer", "auditor"):
        assert copy(served, who, asked).status_code == 403, who


def test_T_29_of_whom_nothing_is_held_nothing_is_found(served: World) -> None:
    asked = ask(served, 777)
    found = served.get(f"persons/{asked}", "data-officer").json()
    assert (found["streams"], found["acts"]) == ([], [])
    assert [one["type"] for one in found["entries"]] == ["register.person-requested.v1"]


def test_T_29_the_command_line_tells_what_waits_and_masks_what_is_held(
    served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_DATABASE_URL", served.conninfo)
    asked = ask(served, 1)
    told = CliRunner().invoke(app, ["person", "waiting", "--json"])
    assert asked in [one["number"] for one in json.loads(told.stdout)["requests"]]
    told = CliRunner().invoke(app, ["person", "held", str(asked), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["streams"] == [str(holder_of(served, "administrator"))]
    assert NAME not in told.output
    assert CliRunner().invoke(app, ["person", "held", "999999"]).exit_code != 0


def holder_of(served: World, who: str) -> UUID:
    with psycopg.connect(served.conninfo) as conn:
        (holder,) = conn.execute(
            "SELECT holder FROM accounts.tokens WHERE hash = %s", [accounts.hash_of(served.tokens[who])]
        ).fetchone() or (None,)
    assert isinstance(holder, UUID)
    return holder


def text_of(paper: bytes) -> str:
    """The text of a PDF, read by another library than the one that wrote it."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).replace(" ", "")
