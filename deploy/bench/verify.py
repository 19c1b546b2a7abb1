"""`concord verify`: entries verified by a second of one core, beside only reading and hashing the same bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from statistics import median
from typing import Any, LiteralString

import psycopg

from deploy.bench import units
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from services.verifier.log import PAGE, Log

GOAL = 100_000
UNITS, QUICK_UNITS = 5_000, 50
TURNS, QUICK_TURNS = 5, 1

_BYTES: LiteralString = "SELECT state FROM register.events ORDER BY position"


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return 2 + (QUICK_TURNS if quick else TURNS)


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`verify`, in entries by a second of processor time, without what the database's own processes take."""
    with database(server) as conninfo, psycopg.connect(conninfo) as conn:
        units.load(conninfo, QUICK_UNITS if quick else UNITS)
        units.settle(conninfo)
        course.step("verify", 2)
        rounds = []
        for _ in range(QUICK_TURNS if quick else TURNS):
            rounds.append((_rate(conn, _verified), _rate(conn, _hashed)))
            course.step("verify")
    ours, limit = (median(one[n] for one in rounds) for n in range(2))
    return [
        Result(
            "verify", ours, "entries/s of a core", limit=limit, goal=f"≥ {GOAL:,}/s", met=ours >= GOAL,
            note=f"best of {len(rounds)}: {max(one[0] for one in rounds):,.0f}",
        )
    ]  # fmt: skip


def _rate(conn: psycopg.Connection[Any], work: Callable[[psycopg.Connection[Any]], int]) -> float:
    begun = time.process_time()
    return work(conn) / (time.process_time() - begun)


def _verified(conn: psycopg.Connection[Any]) -> int:
    log = Log()
    wrong = next(log.read(conn, lambda _position: None, lambda _sealed: ()), None)
    if wrong is not None:
        raise RuntimeError(f"the benchmark's own register does not verify: {wrong}")
    return log.position


def _hashed(conn: psycopg.Connection[Any]) -> int:
    digest, count = sha256(), 0
    with conn.cursor("hashed", binary=True) as cursor:
        cursor.execute(_BYTES)
        while rows := cursor.fetchmany(PAGE):
            for (state,) in rows:
                digest.update(state)
            count += len(rows)
    return count
