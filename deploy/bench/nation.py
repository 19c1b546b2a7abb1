"""The nation over 31 provinces: making its tables from a whole replica, and asking each question of the cross-check."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any, LiteralString

import psycopg

from deploy.bench import replica, units
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from events.places import NATION, children
from projections.crosscheck.queries import Filter, findings
from projections.crosscheck.questions import Kind
from services.casework.pack import load_pack
from services.nation import decided
from services.nation.league import league
from services.nation.rebuild import rebuild

GOAL_MS = 50.0
"""Of each question."""

GOAL_RATE = 20_000
"""Events a second, folded and loaded: as fast as the replica itself catches up."""

_DECIDED: LiteralString = """
    INSERT INTO nation.decided (position, province, unit, command, declined, seen_version, decision, type, title,
        document_number, term_from, recorded_at)
    SELECT row_number() OVER (ORDER BY province, unit), province, unit, coalesce(carried[1], gen_random_uuid()),
        gen_random_uuid(), 9, 'name', 'unit.named.v1', title, '示例文号', term_from, '2024-11-01 04:00Z'
    FROM nation.crosscheck WHERE title IS NOT NULL"""


_LIMIT: LiteralString = """
    CREATE TEMPORARY TABLE small_board AS
    SELECT place, stream, count(*) AS events, max(version) AS version, max(recorded_at) AS recorded_at,
        max(convert_from(state, 'UTF8')::jsonb ->> 'effective_on') AS effective_on
    FROM nation.replica GROUP BY place, stream"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: provinces, units each of LENGTH events, rounds of questions."""

    provinces: int
    units: int
    rounds: int


WHOLE, QUICK = Size(31, 3_000, 40), Size(3, 60, 2)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    size = QUICK if quick else WHOLE
    return size.provinces + 4


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`nation-load`, in events a second, beside one SQL statement that makes a small board; `cross-check-…` and
    `provinces`, the middle answer in milliseconds.
    """
    size = QUICK if quick else WHOLE
    places = children(NATION)[: size.provinces]
    with database(server) as conninfo:
        for number, place in enumerate(places):
            heard = replica.NOW - timedelta(hours=40 if number == 1 else 1)
            replica.load(conninfo, place, number, size.units, heard)
            course.step("nation")
        _settle(conninfo, "VACUUM (ANALYZE) nation.replica")
        begun = time.perf_counter()
        rebuild(conninfo, load_pack(units.PACK))
        seconds = time.perf_counter() - begun
        course.step("nation-load", 2)
        with psycopg.connect(conninfo) as conn:
            conn.execute(_DECIDED)
            decided.settle(conn)
            begun = time.perf_counter()
            conn.execute(_LIMIT)
            limit = time.perf_counter() - begun
        _settle(conninfo, "VACUUM (ANALYZE) nation.board, nation.signals, nation.crosscheck, nation.decided")
        asked = asyncio.run(_asked(conninfo, size.rounds, places[-1]))
        course.step("cross-check", 2)
    events = size.provinces * size.units * units.LENGTH
    rate = events / seconds
    loaded = Result(
        "nation-load", rate, "events/s", limit=events / limit, goal=f"≥ {GOAL_RATE:,}", met=rate >= GOAL_RATE,
        note=f"{size.provinces} provinces × {size.units:,} units × {units.LENGTH} events in {seconds:.1f} s",
    )  # fmt: skip
    return [loaded, *(_result(name, taken, found) for name, (taken, found) in asked.items())]


def _result(name: str, taken: list[float], found: int) -> Result:
    ours = median(taken)
    note = f"the slowest of {len(taken)} questions {max(taken):.1f} ms; {found:,} found in all"
    return Result(name, ours, "ms", goal=f"≤ {GOAL_MS:g}", met=ours <= GOAL_MS, note=note)


def _settle(conninfo: str, statement: LiteralString) -> None:
    """What autovacuum does in the time that a replica takes to grow."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute(statement)
        conn.execute("CHECKPOINT")


async def _asked(conninfo: str, rounds: int, place: str) -> dict[str, tuple[list[float], int]]:
    """Milliseconds of each question: of the whole nation, its next page, one province; and how many are found."""
    asked: dict[str, tuple[list[float], int]] = {}
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
        for kind in Kind:
            whole, one, found = Filter(kind), Filter(kind, place), await _count(conn, kind)
            cursor = (await findings(conn, whole, replica.NOW, limit=max(found // 2, 1))).next
            taken = []
            for _ in range(rounds):
                for wanted, after in ((whole, None), (whole, cursor), (one, None)):
                    begun = time.perf_counter()
                    await findings(conn, wanted, replica.NOW, after)
                    taken.append((time.perf_counter() - begun) * 1_000)
            asked[f"cross-check-{kind.value}"] = taken, found
        taken = []
        for _ in range(rounds):
            begun = time.perf_counter()
            rows = await league(conn, replica.NOW)
            taken.append((time.perf_counter() - begun) * 1_000)
        asked["provinces"] = taken, len(rows)
    return asked


async def _count(conn: psycopg.AsyncConnection[Any], kind: Kind) -> int:
    found, cursor = 0, None
    while True:
        page = await findings(conn, Filter(kind), replica.NOW, cursor, 1_000)
        found, cursor = found + len(page.rows), page.next
        if cursor is None:
            return found
