"""What cannot be: references to nothing, ids of another kind, other bytes under a number, clocks ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx2
import psycopg
import pytest
from serving import serve, tokens_of
from test_genesis import deciding
from world import FOUNDERS, PETITIONS, PROVINCE, TestClock, World, enterprise

from events.words import ActorKind
from services.casework.document.state import document_stream
from services.casework.source.state import source_stream
from services.errors import ConcordError
from services.genesis import begin, genesis_officers
from services.http.problems import TITLES

PDF = b"%PDF-1.7\n" + b"example " * 20


def stored(served: World) -> int:
    """How many events there are."""
    with psycopg.connect(served.conninfo) as conn:
        (count,) = conn.execute("SELECT count(*) FROM register.events").fetchone() or (0,)
    return int(count)


def post(served: World, who: str, path: str, body: Any, **headers: str) -> httpx2.Response:
    """A command of somebody, without a version."""
    given = served.headers(who, **{"Idempotency-Key": str(uuid4()), **headers})
    return served.client.post(f"/api/v1/{path}", json=body, headers=given)


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """A registered enterprise."""
    return served.register(1)


@pytest.mark.parametrize(
    ("officer", "en"),
    [(uuid4(), "no such officer"), (source_stream(PETITIONS), "no officer"), (enterprise(1), "no officer")],
    ids=["nothing", "a source", "the unit itself"],
)
def test_a_reference_to_nothing_or_to_another_kind_is_refused_where_it_stands(
    served: World, unit: UUID, officer: UUID, en: str
) -> None:
    before = stored(served)
    body = {"officer": str(officer), "from": served.today.isoformat()}
    refused = served.decide("prefecture-hr-officer", unit, "assign-contact", body)
    document = refused.json()
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.status_code, document["rule"], document["pointer"]) == (409, "T-02", "/officer")
    assert en in document["detail_en"]
    assert document["refusals"][0]["pointer"] == "/officer"
    assert stored(served) == before


def test_a_reference_to_a_closed_stream_is_refused(served: World, unit: UUID) -> None:
    stream, today = uuid4(), served.today
    opening = {
        "kind": "reserve", "name": "示例储备", "title": "national_model", "place": PROVINCE, "from": today.isoformat(),
        "until": today.replace(year=today.year + 1).isoformat(),
    }  # fmt: skip
    served.must("province-hr-approver", stream, "open", opening, kinds="rounds")
    served.must("province-hr-approver", stream, "close", {}, kinds="rounds")
    body = {"title": "national_model", "round": str(stream), "rank": 1}
    refused = served.decide("province-hr-approver", unit, "reserve-list", body)
    assert (refused.status_code, refused.json()["rule"], refused.json()["pointer"]) == (409, "T-02", "/round")


def test_an_entry_that_is_not_there_is_refused_where_it_stands(served: World, unit: UUID) -> None:
    refused = served.decide("applicant-1", unit, "void-entry", {"version": 999, "reason": "示例"})
    assert (refused.status_code, refused.json()["rule"], refused.json()["pointer"]) == (409, "I-00", "/version")


def test_L_46_an_officer_is_not_registered_on_the_id_that_a_unit_will_have(served: World) -> None:
    before, future = stored(served), enterprise(7)
    foretold = post(served, "administrator", f"officers/{future}/decisions/register", {})
    assert (foretold.status_code, foretold.json()["errors"][0]["pointer"]) == (422, "/stream")
    assert stored(served) == before
    assert served.register(7) == future
    assert served.get(f"units/{future}/events").status_code == 200
    assert served.client.get(f"/units/{future}").status_code == 200


@pytest.mark.parametrize("made", [uuid5(UUID(int=1), "x"), UUID(int=7), UUID("12345678-1234-1234-8234-123456789abc")])
def test_ids_of_streams_without_a_key_are_of_version_4_or_7(served: World, made: UUID) -> None:
    answer = post(served, "administrator", f"officers/{made}/decisions/register", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    seven = UUID("0190163d-8694-739b-aea5-966c26f8ad91")
    assert post(served, "administrator", f"officers/{seven}/decisions/register", {}).status_code in (201, 409)


def test_an_id_of_another_kind_takes_nothing_of_this_one(served: World, unit: UUID) -> None:
    before = stored(served)
    officer = uuid4()
    served.must("administrator", officer, "register", {}, kinds="officers")
    round_ = {
        "kind": "naming", "name": "示例", "title": "national_model", "place": PROVINCE,
        "from": served.today.isoformat(), "until": served.today.isoformat(),
    }  # fmt: skip
    for who, path, body in (
        ("province-hr-approver", f"rounds/{officer}/decisions/open", round_),
        ("administrator", f"officers/{unit}/decisions/suspend", {"from": "2020-01-01", "reason": "示例"}),
        ("prefecture-hr-officer", f"parked-signals/{unit}/decisions/discard", {"reason": "示例"}),
    ):
        answer = post(served, who, path, body, **{"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (409, "other-kind"), path
        assert {"stream", "kind", "given"} <= answer.json().keys()
    assert stored(served) == before + 1


def put(served: World, who: str, data: bytes, media_type: str = "application/pdf") -> httpx2.Response:
    """Put bytes into the store."""
    return served.client.put(
        "/api/v1/documents/content", content=data, headers=served.headers(who, **{"Content-Type": media_type})
    )


def paper(data: bytes, number: str, **more: Any) -> dict[str, Any]:
    """The body that records a paper."""
    return {
        "kind": "order", "issuer": "示例机关", "number": number, "dated": "2026-01-01", "title": "示例文件",
        "sha256": sha256(data).hexdigest(), "media_type": "application/pdf", "size": len(data), **more,
    }  # fmt: skip


def test_bytes_are_kept_by_their_digest_and_read_as_an_attachment(served: World) -> None:
    data = PDF + b"1"
    first, again = put(served, "province-hr-officer", data), put(served, "province-hr-officer", data)
    assert (first.status_code, again.status_code) == (201, 200)
    digest = first.json()["sha256"]
    assert first.json() == {"sha256": sha256(data).hexdigest(), "size": len(data), "media_type": "application/pdf"}
    read = served.get(f"documents/content/{digest}", "auditor")
    assert read.content == data
    assert read.headers["content-disposition"].startswith("attachment")
    assert read.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in read.headers["content-security-policy"]
    assert served.get(f"documents/content/{digest}", "public").status_code == 403
    assert served.get(f"documents/content/{digest}", "applicant-1").status_code == 403
    assert served.get(f"documents/content/{'0' * 64}", "auditor").status_code == 404
    none = served.get("documents/content/x", "auditor")
    assert (none.status_code, none.json()["detail_en"]) == (404, "content x does not exist")
    assert (
        served.get("documents/content/a?stream=" + str(document_stream("示例机关", "无")), "auditor").status_code == 403
    )
    with psycopg.connect(served.conninfo) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("DELETE FROM documents.content")


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [
        (b"<html>", "application/pdf", 422),
        (PDF, "image/png", 422),
        (PDF, "application/octet-stream", 422),
        pytest.param(b"MZ", "application/ofd", 422, id="a renamed program"),
        pytest.param(b"MZ\x90\x00", "text/plain", 422, id="a program said to be text"),
        pytest.param(b"#!/bin/sh\n", "text/csv", 422, id="a script said to be a table"),
        (b"PK\x03\x04....", "application/ofd", 201),
        (b"\xff\xd8\xff\xe0", "image/jpeg", 201),
        (b"\x89PNG\r\n\x1a\n", "image/png", 201),
        (b"", "application/pdf", 422),
        (b"x", "nothing", 422),
    ],
)
def test_bytes_are_what_they_say(served: World, data: bytes, media_type: str, status: int) -> None:
    assert put(served, "province-hr-officer", data, media_type).status_code == status


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("data", "first", "own"),
    [
        (b"PK\x03\x04 a", "application/zip", WORD), (b"PK\x03\x04 b", "application/ofd", "application/zip"),
        (b"PK\x03\x04 c", WORD, "application/vnd.oasis.opendocument.text"), (b"a,b", "text/plain", "text/csv"),
        (b"{}", "text/html", "application/json"),
    ],
)  # fmt: skip
def test_bytes_named_by_somebody_else_are_named_by_whose_they_are(
    served: World, data: bytes, first: str, own: str
) -> None:
    assert put(served, "applicant-1", data, first).status_code == 201
    named = put(served, "province-hr-officer", data, own)
    assert (named.status_code, named.json()["media_type"]) == (200, own)
    body = paper(data, f"示例〔2026〕{sha256(data).hexdigest()[:4]}号", media_type=own)
    recorded = post(served, "province-hr-officer", "documents", body)
    assert recorded.status_code == 201, recorded.text


def test_sources_and_the_public_put_nothing_and_nobody_too_much(served: World) -> None:
    assert put(served, "petitions", PDF).status_code == 403
    assert put(served, "public", PDF).status_code == 403
    assert put(served, "province-hr-officer", PDF + b"0" * (20 * 1024 * 1024)).status_code == 413


def test_a_paper_is_recorded_with_its_bytes_and_not_without(served: World) -> None:
    data, before = PDF + b"2", stored(served)
    missing = post(served, "province-hr-officer", "documents", paper(data, "示例〔2026〕1号"))
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/sha256")
    put(served, "province-hr-officer", data)
    for wrong, pointer in (({"size": 1}, "/size"), ({"media_type": "image/png"}, "/media_type")):
        answer = post(served, "province-hr-officer", "documents", paper(data, "示例〔2026〕1号", **wrong))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert stored(served) == before
    recorded = post(served, "province-hr-officer", "documents", paper(data, "示例〔2026〕1号"))
    assert recorded.status_code == 201, recorded.text
    assert recorded.json()["stream"] == str(document_stream("示例机关", "示例〔2026〕1号"))


def test_a_number_is_one_paper_and_a_digest_one_number(served: World) -> None:
    data, other = PDF + b"3", PDF + b"4"
    for one in (data, other):
        put(served, "province-hr-officer", one)
    assert post(served, "province-hr-officer", "documents", paper(data, "示例〔2026〕2号")).status_code == 201
    before = stored(served)
    stream = document_stream("示例机关", "示例〔2026〕2号")
    same_number = served.decide(
        "province-hr-officer", stream, "record", paper(other, "示例〔2026〕2号"), kinds="documents"
    )
    assert (same_number.status_code, same_number.json()["rule"]) == (409, "T-23")
    same_digest = post(served, "province-hr-officer", "documents", paper(data, "示例〔2026〕3号"))
    assert (same_digest.status_code, same_digest.json()["rule"]) == (409, "T-23")
    assert same_digest.json()["pointer"] == "/sha256"
    assert stored(served) == before


def test_the_recorder_of_a_paper_does_not_confirm_it(served: World) -> None:
    data = PDF + b"5"
    put(served, "province-hr-officer", data)
    stream = UUID(post(served, "province-hr-officer", "documents", paper(data, "示例〔2026〕5号")).json()["stream"])
    alone = served.decide("province-hr-officer", stream, "confirm", {}, kinds="documents")
    assert (alone.status_code, alone.json()["rule"]) == (409, "T-23")
    served.must("province-union-officer", stream, "confirm", {}, kinds="documents")


def test_a_clock_an_hour_ahead_stores_nothing(database: str, tmp_path: Path) -> None:
    with psycopg.connect(database) as conn:
        if conn.execute("SELECT to_regclass('register.simulation')").fetchone() == (None,):
            pytest.skip("the register takes any clock still")
    tokens = tokens_of(database, {"first": (ActorKind.OFFICER, genesis_officers(PROVINCE).administrators[0], None)})

    async def founded() -> None:
        async with deciding(database, tmp_path) as decisions:
            await begin(decisions, FOUNDERS)

    asyncio.run(founded())
    clock = TestClock(timedelta(hours=1))
    server, address = serve(database, tmp_path, tmp_path / "key", clock)
    with httpx2.Client(base_url=address, timeout=20) as client:
        world = World(client, tokens, database, clock)
        before = stored(world)
        ahead = post(world, "first", f"officers/{uuid4()}/decisions/register", {})
        assert (ahead.status_code, ahead.json()["code"]) == (503, "clock-ahead"), ahead.text
        assert ahead.headers["retry-after"]
        assert ahead.headers["content-type"] == "application/problem+json"
        assert stored(world) == before
        clock.ahead = timedelta()
        assert post(world, "first", f"officers/{uuid4()}/decisions/register", {}).status_code == 201
    server.should_exit = True


def test_personal_data_in_free_text_is_refused_wherever_it_stands(served: World, unit: UUID) -> None:
    body = {"deficiencies": ["示例", "电话13912345678"]}
    answer = served.decide("county-hr-officer", unit, "return-application", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/deficiencies/1")
    assert genesis_officers(PROVINCE)


def _errors(of: type[ConcordError] = ConcordError) -> Iterator[type[ConcordError]]:
    for one in of.__subclasses__():
        yield one
        yield from _errors(one)


def test_every_error_that_is_the_askers_has_a_title_of_its_own() -> None:
    """Else it would be told as an internal one."""
    untitled = {one.code for one in _errors() if 400 <= one.status < 500} - TITLES.keys()
    assert untitled == set()
