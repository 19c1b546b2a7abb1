"""`concord import`: what a ledger may be, and one taken over by the law, twice and after an interruption (T-24)."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import psycopg
import pytest
import xlsxwriter
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from typer.testing import CliRunner
from world import COUNTY, PROVINCE, World, credit_code, enterprise

from deploy.cli import app
from events.governance.document import DocumentRecorded
from events.words import DocumentKind
from services.casework.document.state import document_stream
from services.casework.pack import load_pack
from services.casework.unit.state import Unit
from services.decisions import DecisionRequest, Decisions
from services.importing.file import UnreadableFile, read_table
from services.importing.ledger import COLUMNS, LedgerRow, UnreadableRow, rows_of
from services.importing.run import Outcome, Verdict, confirm, take
from services.importing.template import write_template
from services.register.appender import Appender
from services.states import States
from services.vault import KeyFile

HEADINGS = [column.heading for column in COLUMNS]


def sheet(path: Path, rows: Iterable[Iterable[Any]], header: Iterable[str] = HEADINGS) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            page.write_row(number, 0, row)
    return path


def line(number: int, *title: str) -> list[str]:
    return [
        credit_code(number), f"示例企业{number}号", "企业", "", COUNTY, "民营", "制造业", "120", "示例联系人", *title,
    ]  # fmt: skip


# --- the file ---------------------------------------------------------------------------------------------------------


def test_T_24_a_template_is_read_back_with_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "units.xlsx"
    write_template(file, load_pack())
    book = openpyxl.load_workbook(file)
    first = next(book.worksheets[0].iter_rows(values_only=True))
    assert list(first) == HEADINGS
    book.worksheets[0].append(line(1))
    book.save(file)
    (row,) = rows_of(read_table(file), load_pack())
    assert isinstance(row, LedgerRow)
    assert row.unit == enterprise(1)
    assert row.registered.headcount == 120


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8", "gb18030"])
def test_T_24_text_is_read_in_each_encoding_that_offices_write(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "units.csv"
    text = "\r\n".join(",".join(row) for row in (HEADINGS, line(1)))
    file.write_bytes(text.encode(encoding))
    (row,) = rows_of(read_table(file), load_pack())
    assert isinstance(row, LedgerRow)
    assert row.registered.name == "示例企业1号"


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 * 1024 * 1024))
    return path


def _far(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write("XFD1048576", 1)
    return path


def _formula(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_formula("A2", "=1+1", value=2)
    return path


def _bytes(data: bytes) -> Any:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def _long(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    return path


def _cut(path: Path) -> Path:
    whole = sheet(path, [line(1)]).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _other_archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("program.exe", b"MZ")
    return path


@pytest.mark.parametrize(
    ("write", "why"),
    [
        pytest.param(_bomb, "unpacks", id="a zip bomb"),
        (_far, "more than"),
        pytest.param(_formula, "formulas", id="a workbook with formulas"),
        pytest.param(_long, "longer than", id="a file of 200 MB"),
        (_cut, "damaged"),
        (_other_archive, "no XLSX"),
        pytest.param(_bytes(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00"), "neither", id="a renamed program"),
        (_bytes(b"\x7fELF\x02\x01\x01\x00"), "neither"),
        (_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), "save it as XLSX"),
        (_bytes("代码,名称\n=HYPERLINK(),x".encode()), "formula"),
        (_bytes(b""), "empty"),
    ],
)
def test_T_24_what_is_no_ledger_is_refused_with_a_sentence(tmp_path: Path, write: Any, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read_table(write(tmp_path / "units.xlsx"))


def test_T_24_unknown_columns_and_rows_that_cannot_be_read_are_told_one_by_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="秘密"):
        list(rows_of(read_table(sheet(tmp_path / "a.xlsx", [line(1)], [*HEADINGS, "秘密"])), load_pack()))
    wrong = [
        line(1),
        line(1),
        ["", "无代码", "企业", "", COUNTY],
        [credit_code(2), "示例企业2号", "公司", "", "火星", "民营", "", "很多"],
        line(3, "市州劳动关系和谐单位", "2022/05/01"),
    ]
    rows = list(rows_of(read_table(sheet(tmp_path / "b.xlsx", wrong)), load_pack()))
    assert isinstance(rows[0], LedgerRow)
    unread = [row for row in rows if isinstance(row, UnreadableRow)]
    assert [[problem.pointer for problem in row.problems] for row in unread] == [
        ["code"], ["code"], ["kind", "place", "headcount"], ["term_until", "issuer", "number"],
    ]  # fmt: skip
    assert all(problem.zh and problem.en for row in unread for problem in row.problems)


# --- taken over -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def deciding(conninfo: str, key_file: Path) -> Any:
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=4, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        yield Decisions(States(pool, PROVINCE, load_pack()), appender, KeyFile.at(key_file))


async def _all(outcomes: Any) -> list[Outcome]:
    return sorted([one async for one in outcomes], key=lambda one: one.row)


def _entries(conninfo: str) -> int:
    with psycopg.connect(conninfo) as conn:
        found = conn.execute("SELECT max(position) FROM register.events").fetchone()
    assert found is not None
    return int(found[0])


def test_T_24_a_ledger_is_carried_in_by_two_and_a_second_run_changes_nothing(
    served: World, prepared: Any, tmp_path: Path
) -> None:
    since, until = served.today - timedelta(days=200), served.today + timedelta(days=300)
    title = ("湖南省劳动关系和谐单位", since.isoformat(), until.isoformat(), "示例厅", "示例发〔2020〕1号")
    lines = [line(number, *title, f"示例牌{number}") for number in range(1, 31)]
    lines += [line(40), ["不是代码", "示例企业41号", "企业", "", COUNTY]]
    rows = list(rows_of(read_table(sheet(tmp_path / "units.xlsx", lines)), load_pack()))
    who = {name: prepared.people[f"province-{name}"][1] for name in ("hr-officer", "hr-approver", "union-approver")}
    paper = document_stream("示例厅", "示例发〔2020〕1号")
    recorded = DocumentRecorded(
        kind=DocumentKind.NAMING, issuer="示例厅", number="示例发〔2020〕1号", dated=since, title="示例命名",
        sha256="ab" * 32, media_type="application/pdf", size=1,
    )  # fmt: skip

    async def run() -> None:
        async with deciding(served.conninfo, prepared.key_file) as decisions:
            before = _entries(served.conninfo)
            dry = await _all(take(decisions, who["hr-approver"], rows, dry_run=True))
            assert _entries(served.conninfo) == before
            # no paper names them yet, one code is none, and one unit has no title
            assert Counter(one.verdict for one in dry) == {Verdict.REFUSED: 31, Verdict.STORED: 1}
            first = await _all(take(decisions, who["hr-approver"], rows))
            assert Counter(one.verdict for one in first) == {Verdict.REFUSED: 31, Verdict.STORED: 1}
            await decisions.decide(DecisionRequest(uuid4(), b"paper", paper, recorded, who["hr-officer"]))
            (confirmed,) = await _all(confirm(decisions, who["hr-approver"], rows))
            assert confirmed.verdict is Verdict.STORED, confirmed
            # broken off after a third of them
            broken = take(decisions, who["hr-approver"], rows[:10])
            assert {one.verdict for one in await _all(broken)} == {Verdict.STORED}
            proposed = await _all(take(decisions, who["hr-approver"], rows))
            counted = Counter(one.verdict for one in proposed)
            assert counted == {Verdict.WAITS: 10, Verdict.STORED: 20, Verdict.KNOWN: 1, Verdict.REFUSED: 1}
            own = await _all(take(decisions, who["hr-approver"], rows[:1], second=True))
            assert own[0].verdict is Verdict.REFUSED
            assert "T-04" in own[0].zh
            seconded = await _all(take(decisions, who["union-approver"], rows, second=True))
            counted = Counter(one.verdict for one in seconded)
            assert counted == {Verdict.SECONDED: 30, Verdict.KNOWN: 2}
            at = _entries(served.conninfo)
            again = await _all(take(decisions, who["hr-approver"], rows))
            assert Counter(one.verdict for one in again) == {Verdict.KNOWN: 31, Verdict.REFUSED: 1}
            assert _entries(served.conninfo) == at
            unit: Unit = await decisions.states.unit(enterprise(7))
            held = unit.naming.held["provincial_harmonious"]
            assert (held.term_from, held.term_until, held.carried_in) == (since, until, True)
            assert list(unit.naming.plaques) == ["示例牌7"]

    asyncio.run(run())


def test_T_24_other_details_are_told_and_left(served: World, prepared: Any, tmp_path: Path) -> None:
    served.register(35)
    rows = list(rows_of(read_table(sheet(tmp_path / "units.xlsx", [line(35)])), load_pack()))
    who: UUID = prepared.people["county-hr-officer"][1]

    async def run() -> None:
        async with deciding(served.conninfo, prepared.key_file) as decisions:
            (one,) = await _all(take(decisions, who, rows))
            assert one.verdict is Verdict.DIFFERS
            assert "职工人数" in one.zh
            assert (await decisions.states.unit(enterprise(35))).life.headcount == 300

    asyncio.run(run())


def test_T_24_the_commands_take_a_ledger_over_and_write_it_out_again(
    served: World, prepared: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_DATABASE_URL", served.conninfo)
    monkeypatch.setenv("CONCORD_KEY_FILE", str(prepared.key_file))
    monkeypatch.setenv("CONCORD_DATA_DIR", str(tmp_path))
    token, file, written = tmp_path / "token", tmp_path / "units.xlsx", tmp_path / "board.csv"
    token.write_text(served.tokens["county-hr-officer"] + "\n")
    sheet(file, [line(36), line(37), ["不是代码", "示例企业38号", "企业", "", COUNTY]])

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        ran = CliRunner().invoke(app, list(words))
        return ran.exit_code, json.loads(ran.stdout.splitlines()[-1])

    code, first = run("import", str(file), "--token", str(token))
    assert (code, first["rows"], first["stored"], first["refused"]) == (1, 3, 2, 1)
    code, again = run("import", str(file), "--token", str(token), "--json")
    assert (code, again["stored"], again["known"], again["sha256"]) == (1, 0, 2, first["sha256"])
    last = served.get("events?after=0&limit=2000").json()["position"]
    assert served.get(f"units?min_position={last}").status_code == 200
    code, manifest = run("export", "board", "--format", "csv", "--place", COUNTY, "--out", str(written))
    assert (code, manifest["ledger"], manifest["filter"]) == (0, "board", {"place": COUNTY})
    assert json.loads((tmp_path / "board.csv.manifest.json").read_bytes()) == manifest
    names = [row["单位 unit"] for row in csv.DictReader(io.StringIO(written.read_text("utf-8-sig"), newline=""))]
    assert {"示例企业36号", "示例企业37号"} <= set(names)
    assert len(names) == manifest["rows"]
    assert CliRunner().invoke(app, ["import", str(file), "--token", str(file)]).exit_code != 0
