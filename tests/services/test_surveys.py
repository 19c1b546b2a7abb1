"""A survey of the workers on a served register: codes once, answers without a trace, and the register's own count."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx2
import psycopg
import pytest
from test_timekeeper import swept
from world import World, self_evaluation

from services.casework.pack import load_pack
from services.surveys import LENGTH, typed

INDICATORS = tuple(load_pack().survey_indicators)


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise of 300 whose union opened a survey with 250 codes."""
    found = served.register(11)
    until = (served.today + timedelta(days=7)).isoformat()
    served.must("unit_union-11", found, "open-survey", {"codes": 250, "until": until})
    return found


@pytest.fixture(scope="module")
def codes(served: World, unit: UUID) -> Sequence[str]:
    """Its codes, handed out once, as a sheet."""
    path = f"/api/v1/units/{unit}/surveys/{served.version(unit)}/codes"
    assert served.client.post(path, headers=served.headers("applicant-12")).status_code == 403
    sheet = served.client.post(f"{path}?format=csv", headers=served.headers("applicant-11"))
    assert sheet.status_code == 201, sheet.text
    again = served.client.post(path, headers=served.headers("unit_union-11"))
    assert (again.status_code, again.json()["code"]) == (409, "codes-handed-out")
    return [row["code"] for row in csv.DictReader(sheet.text.removeprefix("\ufeff").splitlines())]


@pytest.fixture(scope="module")
def worker(served: World) -> httpx2.Client:
    """A worker's telephone: no account, and a browser that keeps what it is given."""
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    return httpx2.Client(base_url=served.client.base_url, timeout=30, headers=headers)


def _answered(served: World, unit: UUID) -> int:
    so_far = served.get(f"units/{unit}/surveys/{served.version(unit)}", "applicant-11").json()
    assert so_far["handed_out"] == so_far["codes"] == 250
    return int(so_far["answered"])


def _answers(score: int = 5) -> dict[str, str]:
    return {f"a-{name}": str(score) for name in INDICATORS}


def test_R_06_a_worker_answers_by_a_code_without_a_cookie_and_the_register_keeps_no_single_answer(
    served: World, unit: UUID, codes: Sequence[str], worker: httpx2.Client
) -> None:
    assert len(set(codes)) == 250
    assert {len(typed(code)) for code in codes} == {LENGTH}
    assert "匿名" in worker.get("/survey").text
    asked = worker.post("/survey?lang=en", data={"code": codes[0].lower().replace("-", " ")})
    assert asked.status_code == 200
    assert asked.text.count('type="radio"') == 5 * len(INDICATORS)
    assert "Rest and leave" in asked.text
    missing = worker.post("/survey", data={"code": codes[0], "sent": "1", **_answers(), "a-pay": ""})
    assert missing.status_code == 422
    assert "请选择：劳动报酬" in missing.text
    thanks = worker.post("/survey", data={"code": codes[0], **_answers()})
    assert (thanks.status_code, thanks.headers["location"]) == (303, "/survey/thanks")
    assert "已计入合计" in worker.get("/survey/thanks").text
    assert not worker.cookies
    with psycopg.connect(served.conninfo) as conn:
        conn.execute("RESET ROLE")
        found = conn.execute(
            "SELECT attname, atttypid::regtype::text FROM pg_attribute"
            " WHERE attrelid IN ('surveys.held'::regclass, 'surveys.codes'::regclass) AND attnum > 0"
        ).fetchall()
    moments = {name for name, of in found if of.startswith(("timestamp", "date"))}
    assert moments == {"until"}, "no moment is kept of an answer"


def test_R_06_a_code_twice_and_a_code_that_is_none_are_refused(
    served: World, unit: UUID, codes: Sequence[str], worker: httpx2.Client
) -> None:
    before = _answered(served, unit)
    worker.post("/survey", data={"code": codes[1], **_answers(1)})
    twice = worker.post("/survey", data={"code": codes[1], **_answers(5)})
    assert twice.status_code == 422
    assert "已经使用过" in twice.text
    wrong = worker.post("/survey", data={"code": "ABCD-EFGH-JKMN-PQRS"})
    assert wrong.status_code == 422
    assert "调查码不正确" in wrong.text
    elsewhere = worker.post("/survey", data={"code": codes[2], **_answers()}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert _answered(served, unit) == before + 1


def test_R_06_the_register_counts_on_the_day_after_and_the_report_takes_the_count(
    served: World, unit: UUID, codes: Sequence[str], tmp_path: Path
) -> None:
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        for code in codes[10:160]:
            given = [typed(code).encode(), served.today, [4] * len(INDICATORS)]
            assert conn.execute("SELECT surveys.answer(sha256(%s), %s, %s::int[])", given).fetchone() == (True,)
        short = [typed(codes[200]).encode(), served.today, [4] * (len(INDICATORS) - 1)]
        assert conn.execute("SELECT surveys.answer(sha256(%s), %s, %s::int[])", short).fetchone() == (False,)
    answered = _answered(served, unit)
    served.days_later(8)
    asyncio.run(swept(served.conninfo, served.clock, tmp_path))
    events = served.get(f"units/{unit}/events").json()["events"]
    count = next(one for one in events if one["type"] == "unit.survey-counted.v1")
    totals = count["event"]["answers"][0]["answers"]
    assert count["event"]["answered"] == sum(totals) == answered
    assert totals[3] == 150
    assert count["event"]["scores"] == dict.fromkeys(INDICATORS, 100 * sum(totals[3:]) // answered)
    before = served.version(unit)
    asyncio.run(swept(served.conninfo, served.clock, tmp_path))
    assert served.version(unit) == before
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        late = [typed(codes[201]).encode(), served.today - timedelta(days=8), [4] * len(INDICATORS)]
        assert conn.execute("SELECT surveys.answer(sha256(%s), %s, %s::int[])", late).fetchone() == (False,)
    body = {**self_evaluation(), "survey_ref": count["version"]}
    del body["survey"]
    done = served.must("applicant-11", unit, "self-evaluate", body)
    assert done["version"] == before + 1
