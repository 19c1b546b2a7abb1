"""Rebuilding the status board, beside one transaction an event and one SQL statement in the database."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import Any, LiteralString

import psycopg

from deploy.bench import units
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from events.registry import decode
from projections.catalogue import BOARD
from projections.history import History, Lens, fresh
from services.casework.pack import Pack, load_pack
from services.casework.policy.state import Packs
from services.casework.unit.kind import UNIT
from services.projector import positions, tables
from services.projector.batch import follow
from services.projector.rebuild import rebuild
from services.register.read import log_id, raw_tail

GOALS = (40.0, 0.20)

_LIMIT_TABLE: LiteralString = """
    CREATE TABLE projections.bench_limit (
        unit uuid PRIMARY KEY, events bigint, version int, recorded_at timestamptz, effective_on text)"""
_LIMIT: LiteralString = """
    INSERT INTO projections.bench_limit
    SELECT stream, count(*), max(version), max(recorded_at),
           max(convert_from(state, 'UTF8')::jsonb ->> 'effective_on')
    FROM register.events GROUP BY stream"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: units of LENGTH events, events of the peer's sample, rounds."""

    units: int
    sample: int
    rounds: int


WHOLE, QUICK = Size(10_000, 2_000, 3), Size(100, 100, 1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return 2 + (QUICK if quick else WHOLE).rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`rebuild-board`, in events a second."""
    size, pack = QUICK if quick else WHOLE, load_pack(units.PACK)
    with database(server) as conninfo:
        units.load(conninfo, size.units)
        units.settle(conninfo)
        course.step("rebuild-board", 2)
        rounds = [_round(conninfo, size, pack, turn, course) for turn in range(size.rounds)]
    ours, peer, limit = (median(one[n] for one in rounds) for n in range(3))
    least_peer, least_limit = GOALS
    events = size.units * units.LENGTH
    return [
        Result(
            "rebuild-board", ours, "events/s", peer, limit,
            goal=f"≥ {least_peer:g}× peer, ≥ {least_limit:.0%} limit",
            met=ours >= least_peer * peer and ours >= least_limit * limit,
            note=f"{events:,} events, {size.units:,} units, {events / ours:.2f} s",
        )
    ]  # fmt: skip


def _round(conninfo: str, size: Size, pack: Pack, turn: int, course: Course) -> tuple[float, float, float]:
    events = size.units * units.LENGTH
    begun = time.perf_counter()
    rebuild(conninfo, [BOARD.name], pack, units.PLACE)
    ours = events / (time.perf_counter() - begun)
    figures = ours, _one_by_one(conninfo, min(size.sample, events), pack), _one_statement(conninfo, events)
    course.step(f"rebuild-board {turn + 1}/{size.rounds}")
    return figures


def _one_by_one(conninfo: str, sample: int, pack: Pack) -> float:
    """Events a second where each is folded, upserted and committed with its position for itself."""
    view = Lens(Packs.fixed(pack))
    histories: dict[object, History[Any]] = {}
    with psycopg.connect(conninfo, autocommit=True) as conn:
        target = tables.beside(BOARD)
        with conn.transaction():
            tables.create(conn, target)
            tables.index(conn, target)
        log = log_id(conn)
        begun = time.perf_counter()
        for raw in raw_tail(conn, 0, sample):
            known = histories.get(raw.stream) or fresh(UNIT, raw.stream)
            _, history = follow(known, raw.position, decode(raw.type, raw.state), view, deadlines=False)
            histories[raw.stream] = history
            with conn.transaction():
                tables.replace(conn, target, [raw.stream], _rows(history, view))
                positions.place(conn, "bench", 1, log, raw.position, raw.recorded_at)
        rate = sample / (time.perf_counter() - begun)
        tables.drop(conn, target)
        conn.execute("DELETE FROM projections.position WHERE name = 'bench'")
    return rate


def _rows(history: History[Any], view: Lens) -> list[tuple[object, ...]]:
    return list(BOARD.rows(history, view)) if BOARD.rows is not None else []


def _one_statement(conninfo: str, events: int) -> float:
    """Events a second where the database makes a small board for itself."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("DROP TABLE IF EXISTS projections.bench_limit")
        conn.execute(_LIMIT_TABLE)
        begun = time.perf_counter()
        conn.execute(_LIMIT)
        return events / (time.perf_counter() - begun)
