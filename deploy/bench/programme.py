"""What a whole province asks: a page of the board by each filter, the trend, duties by month, a ledger as a workbook, a
draw, a cycle of the timekeeper, a ledger taken over, and a session.

A few thousand units have histories and rows made by the projector; their rows are multiplied in the tables until there
are 100,000 units and a million open duties, of which a hundred streams have one that is due.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, LiteralString
from uuid import NAMESPACE_URL, uuid5

import psycopg

from deploy.bench import bulk, units
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from deploy.deciding import deciding
from events.envelope import CHINA
from projections.board import queries as board
from projections.board.queries import Filter
from projections.catalogue import ACTS, BOARD, DEADLINES, SEARCH
from projections.governance import queries as governance
from projections.page import MOST
from services import ledgers
from services.casework.check.draw import draw
from services.casework.pack import load_pack
from services.exports import Format
from services.projector.rebuild import rebuild
from services.timekeeper import sweep, watch
from services.timekeeper.run import OWN_DUTIES
from services.vault import KeyFile

BOARD_GOAL, TREND_GOAL, SWEEP_GOAL = 15.0, 100.0, 2.0
"""Milliseconds of a page of the board and of the trend, seconds of a cycle (issue 13)."""

DUTIES_GOAL, LEDGER_GOAL, DRAW_GOAL = 100.0, 3.0, 1.0
"""Milliseconds of the duties of a year by place and month, seconds of a ledger and of a draw (issue 14)."""

PAGE_GOAL = 60.0
"""Milliseconds of a page (issue 15)."""

LEDGER_ROWS, DRAWN_FROM, DRAWN = 5_000, 100_000, 500

TIMES = 5
DUE = 30
"""Streams with duties that are due: some hundred of them."""

FAR: LiteralString = "2199-01-01"


@dataclass(frozen=True, slots=True)
class Size:
    """Units with a history, how often their rows are multiplied, and open duties in all."""

    units: int
    copies: int
    duties: int


WHOLE, QUICK = Size(2_000, 50, 1_000_000), Size(20, 2, 200)

_COLUMNS: LiteralString = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""
_SPREAD: LiteralString = """
    UPDATE projections.board SET
        standing = CASE WHEN hashtext(unit::text) % 97 = 0 THEN 'revoked' ELSE standing END,
        step = CASE WHEN hashtext(unit::text) % 211 = 0 THEN 'in_publicity' ELSE step END,
        watch = CASE WHEN hashtext(unit::text) % 307 = 0 THEN 'frozen' ELSE watch END"""
_OPEN: LiteralString = """
    UPDATE projections.deadlines SET state = 'open', due = %(far)s, late = false,
        since = CASE WHEN kind = ANY (%(own)s) THEN %(far)s ELSE since END
    WHERE state <> 'met'"""
"""Open, and none of them due: what the timekeeper does itself would be done as soon as it is owed."""

_COMING: LiteralString = """
    UPDATE projections.deadlines SET due = %(today)s + 1 + abs(hashtext(stream::text)) %% 365
    WHERE state = 'open' AND due = %(far)s AND abs(hashtext(key || stream::text)) %% 10 = 0"""
_LATE: LiteralString = """
    UPDATE projections.deadlines SET due = '2024-06-01' WHERE state = 'open' AND stream IN (
        SELECT stream FROM register.streams WHERE kind = 'unit' ORDER BY stream LIMIT %s)"""
"""Due, in streams that there are: of the copies there are rows alone."""


def steps(quick: bool) -> float:  # noqa: ARG001 (the same of both sizes)
    """Steps of the progress bar."""
    return 6


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`board-page`, `trend`, `duties-by-month`, `governance`, `ledger-xlsx`, `draw`, `timekeeper-cycle`, `import` and
    `session`.
    """
    size = QUICK if quick else WHOLE
    with TemporaryDirectory() as folder:
        return [*_of_many_units(server, size, Path(folder), course), *bulk.measure(server, quick, Path(folder), course)]


def _of_many_units(server: str, size: Size, folder: Path, course: Course) -> list[Result]:
    """The figures of a whole province."""
    with database(server) as conninfo:
        units.load(conninfo, size.units)
        rebuild(conninfo, [BOARD.name, SEARCH.name, ACTS.name, DEADLINES.name], load_pack(units.PACK), units.PLACE)
        course.step("programme")
        _multiplied(conninfo, size)
        course.step("programme")
        pages, trend, duties, page = asyncio.run(_asked(conninfo))
        ledger, rows = asyncio.run(_ledger(conninfo))
        course.step("programme")
        cycle, done = asyncio.run(_swept(conninfo, folder))
        course.step("programme")
    worst = max(pages, key=lambda name: pages[name])
    told = ", ".join(f"{name} {value:.1f}" for name, value in pages.items())
    number = size.units * size.copies
    return [
        Result(
            "board-page", pages[worst], "ms", goal=f"≤ {BOARD_GOAL:g}", met=pages[worst] <= BOARD_GOAL,
            note=f"50 rows of {number:,} units, the worst of the medians of {TIMES}: {told}",
        ),
        Result(
            "trend", trend, "ms", goal=f"≤ {TREND_GOAL:g}", met=trend <= TREND_GOAL,
            note=f"of the province, median of {TIMES}",
        ),
        Result(
            "duties-by-month", duties, "ms", goal=f"≤ {DUTIES_GOAL:g}", met=duties <= DUTIES_GOAL,
            note=f"of the province, a tenth of {size.duties:,} duties, by month, median of {TIMES}",
        ),
        Result(
            "governance", sum(page.values()), "ms", goal=f"≤ {PAGE_GOAL:g}", met=sum(page.values()) <= PAGE_GOAL,
            note="what the page of how the programme goes asks of the province, one after the other, medians of "
            f"{TIMES}: " + ", ".join(f"{name} {value:.1f}" for name, value in page.items()),
        ),
        Result(
            "ledger-xlsx", ledger, "s", goal=f"≤ {LEDGER_GOAL:g}", met=ledger <= LEDGER_GOAL,
            note=f"{rows:,} rows of the board, read and written, median of {TIMES}",
        ),
        _drawn(),
        Result(
            "timekeeper-cycle", cycle, "s", goal=f"≤ {SWEEP_GOAL:g}", met=cycle <= SWEEP_GOAL,
            note=f"{size.duties:,} open duties, {DUE} streams with some that are due, {done} events stored",
        ),
    ]  # fmt: skip


def _multiplied(conninfo: str, size: Size) -> None:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("SET ROLE concord_projector")
        with _without_indexes(conn, "projections.board"):
            _copy(conn, "projections.board", size.copies, {"unit": _ID, "code": _NUMBERED, "name": _NUMBERED})
            conn.execute(_SPREAD)
        with _without_indexes(conn, "projections.search"):
            _copy(conn, "projections.search", size.copies, {"unit": _ID, "code": _NUMBERED, "name": _NUMBERED})
        with _without_indexes(conn, "projections.acts"):
            _copy(conn, "projections.acts", size.copies, {"stream": _ID, "unit": _ID, "position": _LATER}, _FIRST)
        conn.execute(_OPEN, {"far": FAR, "own": OWN_DUTIES})
        row = conn.execute("SELECT count(*) FROM projections.deadlines WHERE state = 'open'").fetchone()
        copies = -(-size.duties // row[0]) if row is not None and row[0] else 1
        with _without_indexes(conn, "projections.deadlines"):
            _copy(conn, "projections.deadlines", copies, {"stream": _ID, "unit": _ID})
            conn.execute(_COMING, {"far": FAR, "today": datetime.now(CHINA).date()})
        conn.execute(_LATE, [DUE])
        for table in ("board", "search", "acts", "deadlines"):
            conn.execute(f"VACUUM (ANALYZE) projections.{table}".encode())
        conn.execute("RESET ROLE")
        conn.execute("CHECKPOINT")


_KEYS: LiteralString = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'"""
_INDEXES: LiteralString = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass AND NOT indisprimary"""


@contextmanager
def _without_indexes(conn: psycopg.Connection[Any], table: str) -> Iterator[None]:
    """The table without its key and indexes, which are made anew over all of it: a tenth of the time."""
    keys, indexes = conn.execute(_KEYS, [table]).fetchall(), conn.execute(_INDEXES, [table]).fetchall()
    for name, _ in keys:
        conn.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    for name, _ in indexes:
        conn.execute(f"DROP INDEX {name}".encode())
    yield
    conn.execute("SET maintenance_work_mem = '256MB'")
    for name, definition in keys:
        conn.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())
    for _, definition in indexes:
        conn.execute(definition.encode())


_ID: LiteralString = "CASE WHEN n = 0 THEN t.{0} ELSE md5(t.{0}::text || n)::uuid END"
_FIRST: LiteralString = "t.type = 'unit.named.v1'"
"""The acts of which the trend is made; of others there are as many as were told."""

_LATER: LiteralString = "t.{0} + n * 10000000"
_NUMBERED: LiteralString = "t.{0} || CASE WHEN n = 0 THEN '' ELSE n::text END"


def _copy(
    conn: psycopg.Connection[Any], table: str, copies: int, changed: Mapping[str, str], rows: str = "true"
) -> None:
    """Every row that is meant so many times in all, with other values in the columns that tell it apart."""
    names = [name for (name,) in conn.execute(_COLUMNS, [table]).fetchall()]
    values = ", ".join(changed[name].format(name) if name in changed else f"t.{name}" for name in names)
    query = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} AS t, "
        f"generate_series(1, {copies - 1}) AS n WHERE {rows}"
    )
    conn.execute(query.encode())


async def _asked(conninfo: str) -> tuple[dict[str, float], float, float, dict[str, float]]:
    """Milliseconds of a page by each filter, of the trend, of duties, and of each question of the page of how the
    programme goes; medians, after one that does not count.
    """
    today = datetime.now(CHINA).date()
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
        pages = {}
        for name, wanted in _filters().items():
            pages[name] = await _median(partial(board.units, conn, wanted, today))
        pages["by_term"] = await _median(partial(board.units, conn, Filter(), today, order=board.BY_TERM))
        trend = await _median(partial(governance.trend, conn, units.PLACE))
        year = timedelta(days=365)
        duties = await _median(partial(governance.duties, conn, units.PLACE, today, today + year, today))
        page = {
            "trend": trend,
            "duties": await _median(partial(governance.duties, conn, units.PLACE, today - year, today, today)),
            "by_place": await _median(partial(governance.participation, conn, units.PLACE, "place", today)),
            "by_kind": await _median(partial(governance.participation, conn, units.PLACE, "kind", today)),
            "pace": await _median(partial(governance.pace, conn, units.PLACE, today - year, today)),
            "load": await _median(partial(governance.load, conn, units.PLACE, today, today + timedelta(days=14))),
        }
        return pages, trend, duties, page


async def _ledger(conninfo: str) -> tuple[float, int]:
    """Seconds in which a ledger of so many rows is read page by page and written as a workbook; and its rows."""
    today, pack, ledger = datetime.now(CHINA).date(), load_pack(units.PACK), ledgers.LEDGERS["board"]
    taken, rows = [], list[ledgers.Row]()
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
        for _ in range(TIMES):
            begun = time.perf_counter()
            rows, after = [], None
            while len(rows) < LEDGER_ROWS:
                page = await ledgers.page(conn, ledger, ledgers.Filter(), today, after, MOST)
                rows += page.rows
                after = page.next
                if after is None:
                    break
            ledgers.exported(ledger, Format.XLSX, rows[:LEDGER_ROWS], pack, {}, today, 0, None)
            taken.append(time.perf_counter() - begun)
    return median(taken), min(len(rows), LEDGER_ROWS)


def _drawn() -> Result:
    """Seconds of a draw of 500 from 100,000 units in one stratum."""
    strata = {uuid5(NAMESPACE_URL, f"unit:{number}"): "enterprise" for number in range(DRAWN_FROM)}
    taken = []
    for number in range(TIMES):
        begun = time.perf_counter()
        drawn = draw(strata, 1, f"{number}")[:DRAWN]
        taken.append(time.perf_counter() - begun)
    seconds = median(taken)
    return Result(
        "draw", seconds, "s", goal=f"≤ {DRAW_GOAL:g}", met=seconds <= DRAW_GOAL,
        note=f"{len(drawn)} of {len(strata):,} units, median of {TIMES}",
    )  # fmt: skip


def _filters() -> dict[str, Filter]:
    county = units.PLACES[0]
    return {
        "none": Filter(),
        "kind": Filter(kind="enterprise"),
        "kind_rare": Filter(kind="park"),
        "place": Filter(place=county),
        "province": Filter(place=units.PLACE),
        "standing": Filter(standing="held"),
        "standing_rare": Filter(standing="revoked", place=county),
        "step": Filter(step="in_publicity"),
        "watch": Filter(watch="frozen"),
        "title": Filter(title="prefecture_harmonious"),
        "title_rare": Filter(title="national_model"),
        "title_standing": Filter(title="prefecture_harmonious", standing="revoked"),
        "term": Filter(term_end_before=date(2026, 1, 1)),
        "contact": Filter(contact=units.OFFICER),
        "q": Filter(q="制造0000"),
        "q_nowhere": Filter(q="没有这样的名称"),
        "q_code": Filter(q="914300000012"),
        "q_code_common": Filter(q="9143000000"),
        "q_code_of_all": Filter(q="9143"),
        "q_pinyin": Filter(q="shilizhizao0001"),
        "closed": Filter(closed=True),
        "all": Filter(kind="enterprise", place=county, standing="held", step="in_publicity", watch="frozen", q="制造"),
    }


async def _median(ask: Callable[[], Awaitable[object]]) -> float:
    await ask()
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - begun)
    return median(taken) * 1_000


async def _swept(conninfo: str, folder: Path) -> tuple[float, int]:
    """Seconds of a cycle, on a day on which every stream was looked through already; and the events it stored."""
    async with deciding(conninfo, KeyFile.at(folder / "key"), load_pack(units.PACK), units.PLACE) as decisions:
        await watch.mark(decisions, datetime.now(CHINA).date())
        begun = time.perf_counter()
        done = await sweep(decisions)
        return time.perf_counter() - begun, done
