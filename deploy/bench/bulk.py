"""What an office does in bulk: a ledger of thousands of rows taken over, and a session's opinions on sixty cases."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from uuid import uuid4

from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from deploy.deciding import deciding
from deploy.demo import application
from deploy.demo.application import LOCAL
from deploy.demo.load import store, whole
from deploy.demo.people import PROVINCE, desk, named
from deploy.demo.review_session import conference
from deploy.demo.script import Act, Profile, Telling
from deploy.demo.setting import Days
from deploy.demo.units import credit_code, enterprise
from deploy.demo.world import World
from deploy.exploration.cast import COUNTY, PREFECTURE, begins
from events.envelope import CHINA
from events.governance.session import SessionCase, SessionConvened, SessionOpinionsGiven, SessionVote
from events.words import House, Level, Opinion, Ownership
from services.casework.pack import Pack, load_pack
from services.decisions import DecisionRequest
from services.importing.file import read_table
from services.importing.ledger import COLUMNS, rows_of
from services.importing.run import Verdict, take
from services.vault import KeyFile

IMPORT_GOAL, SESSION_GOAL = 60.0, 1.0
"""Seconds of a ledger of 10,000 rows, and of a house's opinions on sixty cases (issue 13)."""

ROWS, FEW_ROWS = 10_000, 100
CASES, FEW_CASES = 60, 3

_MONTHS: Final = 4
"""How long the register was kept before the session."""

_TOLD: Final = 100
"""Rows after which the progress is told."""

_SESSION: Final = named("bench-session")


def measure(server: str, quick: bool, folder: Path, course: Course) -> list[Result]:
    """`import` and `session`, in seconds, on a register of one prefecture."""
    rows, number = (FEW_ROWS, FEW_CASES) if quick else (ROWS, CASES)
    pack = load_pack()
    days = Days(datetime.now(CHINA).date(), pack, _MONTHS)
    cases = [
        enterprise(910_000 + n, COUNTY, f"示例议案{n}号有限公司", Ownership.PRIVATE, "制造业", 200)
        for n in range(number)
    ]
    keys = KeyFile.at(folder / "keys")
    with database(server) as conninfo:
        script = sorted(_script(days, cases), key=lambda act: act.moment)
        store(conninfo, keys, World("bench", pack).commands(script, days.until), lambda _done: None)
        course.step("programme: session")
        given = asyncio.run(_opinions(conninfo, keys, pack, cases))
        taken = asyncio.run(_import(conninfo, keys, pack, _ledger(folder / "ledger.csv", rows), course))
    return [
        Result(
            "import", taken, "s", goal=f"≤ {IMPORT_GOAL:g}", met=taken <= IMPORT_GOAL,
            note=f"{rows:,} units of a CSV file, each registered by the law, {rows / taken:,.0f} rows a second",
        ),
        Result(
            "session", max(given), "s", goal=f"≤ {SESSION_GOAL:g}", met=max(given) <= SESSION_GOAL,
            note=f"a house's opinions on {number} cases in one command; of each house in turn: "
            + ", ".join(f"{one:.2f}" for one in given),
        ),
    ]  # fmt: skip


def _script(days: Days, cases: Sequence[Profile]) -> Iterator[Act]:
    """The cases come to the prefecture and are visited, and its conference is called to speak on all of them."""
    yield from (act for act in begins(days) if act.moment < days.until)  # it begins rounds of years to come
    for number, unit in enumerate(cases):
        t = Telling(unit, days.after(0, 3), days.until, Random(number), days.pack, punctual=True)  # noqa: S311 (a telling)
        application.register(t)
        application.apply(t, LOCAL, application.report(t))
        application.accept(t, LOCAL, Level.COUNTY)
        t.wait(1)
        application.forward(t, LOCAL, Level.COUNTY)
        t.wait(1)
        application.visit(t, LOCAL, Level.PREFECTURE)
        yield from whole(t)
    agenda = tuple(SessionCase(unit=unit.id, title=LOCAL) for unit in cases)
    convened = SessionConvened(body=conference(PREFECTURE), name="示例评审会", on=days.today, agenda=agenda)
    yield Act(days.until - timedelta(minutes=1), desk(Level.PREFECTURE, PREFECTURE), _SESSION, convened)


async def _opinions(conninfo: str, keys: KeyFile, pack: Pack, cases: Sequence[Profile]) -> list[float]:
    """Seconds of each house's opinions on all cases, the first on states that nobody read before."""
    votes = tuple(SessionVote(unit=unit.id, title=LOCAL, opinion=Opinion.SUPPORT) for unit in cases)
    taken = []
    async with deciding(conninfo, keys, pack, PROVINCE) as decisions:
        for house in House:
            member, command = desk(Level.PREFECTURE, PREFECTURE, house), uuid4()
            asked = DecisionRequest(command, command.bytes, _SESSION, SessionOpinionsGiven(votes=votes), member)
            begun = time.perf_counter()
            await decisions.decide(asked)
            taken.append(time.perf_counter() - begun)
    return taken


def _ledger(path: Path, rows: int) -> Path:
    """A ledger of enterprises of one county."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in COLUMNS])
        for n in range(rows):
            name = f"示例台账企业{n:05}号"
            row = [credit_code(n, COUNTY), name, "企业", "", COUNTY, "民营", "制造业", "120", "示例联系人"]
            writer.writerow([*row, *[""] * (len(COLUMNS) - len(row))])
    return path


async def _import(conninfo: str, keys: KeyFile, pack: Pack, ledger: Path, course: Course) -> float:
    """Seconds in which a ledger is read and taken over. Raises RuntimeError where a row is not stored as it is."""
    async with deciding(conninfo, keys, pack, PROVINCE) as decisions:
        begun = time.perf_counter()
        rows = list(rows_of(read_table(ledger), pack))
        async for outcome in take(decisions, desk(Level.COUNTY, COUNTY), rows):
            if outcome.verdict is not Verdict.STORED:
                raise RuntimeError(f"row {outcome.row} is {outcome.verdict.value}: {outcome.en}")
            if outcome.row % _TOLD == 0:
                course.step("programme: import", _TOLD / len(rows))
        return time.perf_counter() - begun
