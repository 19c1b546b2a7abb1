"""What growth costs: appending, a unit's history and a page of the board in a small register, and in a large one."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg
import uvloop

from deploy.bench import units
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from events.envelope import CHINA
from projections.board import queries as board
from projections.catalogue import BOARD
from services.casework.pack import load_pack
from services.entry_documents import entry_document
from services.projector.rebuild import rebuild
from services.register import read_async
from services.register.appender import Appender
from services.register.command import Command
from services.states import after_entries

GOAL = 1.5
PIECES = 20
"""Loads by which the register grows."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: units of LENGTH events before and after, questions of each kind."""

    before: int
    after: int
    questions: int


WHOLE, QUICK = Size(500, 50_000, 600), Size(20, 100, 20)


@dataclass(frozen=True, slots=True)
class Medians:
    """Milliseconds of the middle one of many."""

    append: float
    history: float
    board: float


def steps(quick: bool) -> float:  # noqa: ARG001 (the same of both sizes)
    """Steps of the progress bar."""
    return PIECES + 30


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`growth`: the worst of three medians after growth by the same before."""
    size = QUICK if quick else WHOLE
    with database(server) as conninfo:
        streams = units.load(conninfo, size.before)
        before = _measured(conninfo, streams, size, course)
        for _ in range(PIECES):
            streams += units.load(conninfo, (size.after - size.before) // PIECES)
            course.step("growth")
        after = _measured(conninfo, streams[size.before :], size, course, 25)
    pairs = {
        "append": (before.append, after.append),
        "history": (before.history, after.history),
        "board": (before.board, after.board),
    }
    worst = max(late / early for early, late in pairs.values())
    told = ", ".join(f"{name} {early:.2f} → {late:.2f}" for name, (early, late) in pairs.items())
    return [
        Result(
            "growth", worst, "after/before", goal=f"≤ {GOAL:g}", met=worst <= GOAL,
            note=f"{size.before * units.LENGTH:,} → {len(streams) * units.LENGTH:,} events; p50 ms: {told}",
        )
    ]  # fmt: skip


def _measured(conninfo: str, streams: Sequence[UUID], size: Size, course: Course, share: float = 5) -> Medians:
    """The medians over a sample of these units, of which nothing was asked yet."""
    rebuild(conninfo, [BOARD.name], load_pack(units.PACK), units.PLACE)
    units.settle(conninfo)
    course.step("growth", share)
    sample = random.Random(7).sample(streams, min(size.questions, len(streams)))  # noqa: S311 (an order, not a secret)
    return uvloop.run(_asked(conninfo, sample))


async def _asked(conninfo: str, streams: Sequence[UUID]) -> Medians:
    """Each kind of question for each of these units in turn, the first tenth as a warm-up."""
    commands = [_command(stream) for stream in streams]
    taken: list[tuple[float, float, float]] = []
    cursor: str | None = None
    today = datetime.now(CHINA).date()
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn, Appender(conninfo) as appender:
        for stream, command in zip(streams, commands, strict=True):
            moments = [time.perf_counter()]
            await appender.append(command)
            moments.append(time.perf_counter())
            await _history(conn, stream)
            moments.append(time.perf_counter())
            cursor = (await board.units(conn, board.Filter(), today, cursor)).next
            moments.append(time.perf_counter())
            taken.append((moments[1] - moments[0], moments[2] - moments[1], moments[3] - moments[2]))
    counted = taken[len(taken) // 10 :]
    return Medians(*(median(one[n] for one in counted) * 1_000 for n in range(3)))


def _command(stream: UUID) -> Command:
    command, beside = uuid4(), uuid4()
    entry = units.entry(stream, units.LENGTH + 1, units.followed_up(), command)
    return Command(command, command.bytes * 2, {stream: units.LENGTH, beside: 0}, (entry,))


async def _history(conn: psycopg.AsyncConnection[Any], stream: UUID) -> None:
    """What a unit's page asks of a process that does not remember the unit: its stream, folded, and its sentences."""
    rows = (await read_async.read_since(conn, {stream: 0}))[stream]
    for entry in after_entries(stream, None, rows).entries:
        entry_document(entry)
