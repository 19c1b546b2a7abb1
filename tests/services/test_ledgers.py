"""R-38: the offices' ledgers, over HTTP and as files; each file opened by a library that did not write it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from world import COUNTY, PETITIONS, PROVINCE, World, cloud_event, enterprise, report

from events.places import PLACES
from events.words import Level
from projections.page import Page
from services.casework.pack import load_pack
from services.exports import Format, Manifest, digest, ndjson, written
from services.ledgers import LEDGERS, exported


@pytest.fixture(scope="module")
def told(served: World) -> World:
    """A register with an application, a signal, and a name that looks like a formula."""
    served.to_publicity(1)
    served.register(2, name="=HYPERLINK(1)")
    taken = served.client.post(
        "/api/v1/signals", json=cloud_event(PETITIONS, 1, report(served.today)), headers=served.headers("petitions")
    )
    assert taken.status_code == 201, taken.text
    last = served.get("events?after=0&limit=2000").json()["position"]
    for name in ("units", "acts", "deadlines"):
        assert served.get(f"{name}?min_position={last}").status_code == 200
    return served


def _of_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _of_xlsx(data: bytes) -> list[dict[str, str]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    header, *rows = book.worksheets[0].iter_rows()
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    names = [str(cell.value) for cell in header]
    return [dict(zip(names, [_text(cell.value) for cell in row], strict=True)) for row in rows]


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def _pages(served: World, ledger: str, **asked: str) -> list[dict[str, Any]]:
    """All rows as the API tells them, two at a time."""
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        query = "&".join(f"{name}={value}" for name, value in {**asked, "limit": "2"}.items())
        page = served.get(f"ledgers/{ledger}?{query}{after}").json()
        rows += page["rows"]
        if page["next"] is None:
            return rows
        after = f"&after={page['next']}"


@pytest.mark.parametrize("ledger", list(LEDGERS))
def test_R_38_a_file_holds_what_the_api_tells_and_its_manifest_says_so(told: World, ledger: str) -> None:
    rows = _pages(told, ledger, place=COUNTY)
    if ledger not in ("roll", "checks", "incentives", "adjustments"):
        assert rows, ledger
    answers = {form: told.get(f"ledgers/{ledger}?place={COUNTY}&format={form}") for form in ("ndjson", "csv", "xlsx")}
    for form, answer in answers.items():
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith(Format(form).media_type.partition(";")[0])
        manifest = json.loads(answer.headers["x-manifest"])
        assert (manifest["ledger"], manifest["rows"]) == (ledger, len(rows))
        assert manifest["filter"] == {"place": COUNTY}
        assert manifest["position"] == int(answer.headers["x-position"])
        assert manifest["sha256"] == hashlib.sha256(answers["ndjson"].content).hexdigest()
    assert [json.loads(line) for line in answers["ndjson"].content.splitlines()] == rows
    columns = told.get("ledgers").json()["ledgers"]
    (described,) = (one for one in columns if one["name"] == ledger)
    headings = [f"{one['zh']} {one['en']}" for one in described["columns"]]
    as_csv, as_xlsx = _of_csv(answers["csv"].content), _of_xlsx(answers["xlsx"].content)
    assert len(as_csv) == len(as_xlsx) == len(rows)
    for row, line, cells in zip(rows, as_csv, as_xlsx, strict=True):
        assert list(line) == list(cells) == headings
        for heading, value, column in zip(headings, row.values(), LEDGERS[ledger].columns, strict=True):
            wanted = _as_people_read(value, column.name, column.words)
            assert cells[heading] == wanted, heading
            assert line[heading].removeprefix("'") == wanted, heading


def _as_people_read(value: Any, name: str, words: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and name == "recorded_at":
        moment = datetime.fromisoformat(value).astimezone(UTC).timestamp() + 8 * 3600
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        return str({**words, **{name: one.zh for name, one in load_pack().titles.items()}}.get(value, value))
    return "" if value is None else str(value)


def test_R_42_the_list_of_a_round_is_in_every_file_what_the_api_tells(told: World) -> None:
    campaign, begins = uuid4(), told.today + timedelta(days=60)
    opened = {
        "kind": "naming", "name": "示例培育轮次", "title": "national_model", "place": PROVINCE,
        "from": begins.isoformat(), "until": (begins + timedelta(days=300)).isoformat(),
    }  # fmt: skip
    told.must("province-hr-approver", campaign, "open", opened, kinds="rounds")
    for number in (1, 2):
        picked = {"round": str(campaign), "programme": "=和谐同行（示例）"}
        told.must("prefecture-hr-officer", enterprise(number), "list-for-cultivation", picked)
    rows = told.get(f"rounds/{campaign}/cultivation").json()["units"]
    assert [row["unit"] for row in rows] == [str(enterprise(2)), str(enterprise(1))]
    answers = {form: told.get(f"rounds/{campaign}/cultivation?format={form}") for form in ("ndjson", "csv", "xlsx")}
    assert [json.loads(line) for line in answers["ndjson"].content.splitlines()] == rows
    words = {"place": {code: place.zh for code, place in PLACES.items()}, "by": {one.value: one.zh for one in Level}}
    wanted = [
        [str(words.get(name, {}).get(value, value) if value is not None else "") for name, value in row.items()]
        for row in rows
    ]
    as_csv, as_xlsx = _of_csv(answers["csv"].content), _of_xlsx(answers["xlsx"].content)
    assert [[cell.removeprefix("'") for cell in line.values()] for line in as_csv] == wanted
    assert [list(line.values()) for line in as_xlsx] == wanted


def test_R_38_a_cell_that_looks_like_a_formula_is_a_text(told: World) -> None:
    data = told.get(f"ledgers/board?place={COUNTY}&format=csv").content
    assert "'=HYPERLINK(1)" in [row["单位 unit"] for row in _of_csv(data)]


def test_R_38_a_filter_that_means_nothing_and_a_ledger_that_is_none_are_refused(told: World) -> None:
    answer = told.get("ledgers/applications?kind=park")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?kind")
    assert told.get("ledgers/secrets").status_code == 404
    assert told.get("ledgers/board?format=exe").status_code == 422
    assert told.get("ledgers/board?format=csv&after=x").status_code == 422
    outside = told.get("ledgers/applications", "430200-hr-officer").json()["rows"]
    assert outside == []
    assert told.get(f"ledgers/applications?place={COUNTY}&format=csv", "430200-hr-officer").status_code == 403


def test_R_38_a_unit_s_own_ledger_never_tells_who_reported_it(told: World) -> None:
    for ledger in LEDGERS:
        rows = told.get(f"ledgers/{ledger}?format=ndjson", "applicant-1").text
        assert "职工群体访" not in rows, ledger


def test_R_38_five_thousand_rows_are_a_workbook() -> None:
    ledger = LEDGERS["applications"]
    row = {column.name: "示例" for column in ledger.columns} | {"effective_on": date(2026, 1, 1), "version": 7}
    rows: Sequence[dict[str, Any]] = [row] * 5_000
    manifest, data = exported(ledger, Format.XLSX, rows, load_pack(), {}, date(2026, 1, 1), 7, None)
    assert manifest.rows == 5_000
    assert len(_of_xlsx(data)) == 5_000


def test_the_same_rows_have_the_same_digest_in_every_form() -> None:
    rows = [{"name": "示例", "due": date(2026, 1, 1)}]
    manifest = Manifest("duties", {}, date(2026, 1, 1), 1, None, 1, digest(rows))
    assert written(Format.NDJSON, ["a", "b"], rows, {}, manifest) == ndjson(rows)
    assert hashlib.sha256(ndjson(rows)).hexdigest() == manifest.sha256
    assert Page(rows, None).rows == rows
