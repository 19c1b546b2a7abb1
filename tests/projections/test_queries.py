"""Each question gets the rows that a plain reading of the histories gives, page after page."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from random import Random
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest

from events.envelope import Entry, Event
from events.places import within
from events.unit.signals import UnitSignalAssessed
from events.words import Ground, Standing
from projections.acts import queries as acts
from projections.board import queries as board
from projections.deadlines import queries as deadlines
from projections.dossier import queries as dossier
from projections.page import Page
from projections.search import queries as search
from projections.signals import queries as signals
from services.casework.judgement import obligations
from services.casework.unit.naming import standing
from services.casework.pack import load_pack
from services.casework.unit.state import Unit, fold
from services.errors import Malformed
from services.projector.rebuild import rebuild
from tests.projections.histories import ACTOR, history, interleaved, officer, store

PACK = load_pack()
T = TypeVar("T")
Ask = Callable[[psycopg.AsyncConnection[Any]], Awaitable[T]]


@pytest.fixture
def log(database: str) -> list[Entry[Event]]:
    random = Random(99)  # noqa: S311 (the same histories each time)
    streams = [history(random, number, random.randint(3, 30)) for number in range(40)]
    entries = list(interleaved(random, [*streams, officer(1)]))
    store(database, entries)
    rebuild(database, None, PACK, shards=1)
    return entries


@pytest.fixture
def units(log: list[Entry[Event]]) -> list[Unit]:
    streams: dict[Any, list[Entry[Event]]] = {}
    for entry in log:
        if entry.event.about.type.startswith("unit."):
            streams.setdefault(entry.stream, []).append(entry)
    return [fold(stream, entries) for stream, entries in streams.items()]


@pytest.fixture
def ask(database: str) -> Callable[[Ask[Any]], Any]:
    def run(question: Ask[Any]) -> Any:
        async def answer() -> Any:
            async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
                return await question(conn)

        return asyncio.run(answer())

    return run


def every(ask: Callable[[Ask[Any]], Any], listing: Any, *given: Any, **named: Any) -> list[Any]:
    """All rows of a list, seven a page."""

    async def turn(conn: psycopg.AsyncConnection[Any]) -> list[Any]:
        rows: list[Any] = []
        after = None
        while True:
            found: Page[Any] = await listing(conn, *given, after=after, limit=7, **named)
            rows += found.rows
            after = found.next
            if after is None:
                return rows

    found: list[Any] = ask(turn)
    return found


def test_the_board_lists_units_by_name_and_by_filters(ask: Any, units: list[Unit]) -> None:
    rows = every(ask, board.units, board.Filter())
    assert [row.name for row in rows] == sorted(unit.life.name for unit in units)
    assert {row.unit for row in rows} == {unit.id for unit in units}
    in_changsha = every(ask, board.units, board.Filter(place="430100"))
    assert {row.unit for row in in_changsha} == {unit.id for unit in units if within(unit.life.place, "430100")}
    frozen = every(ask, board.units, board.Filter(watch="frozen"))
    assert frozen == [row for row in rows if row.watch == "frozen"]
    named = every(ask, board.units, board.Filter(title="provincial_harmonious", standing="held"))
    assert {row.unit for row in named} == {
        unit.id for unit in units if standing(unit, "provincial_harmonious") is Standing.HELD
    }
    ending = every(ask, board.units, board.Filter(term_end_before=date(2028, 1, 1)), by_term=True)
    assert ending == sorted(ending, key=lambda row: (row.term_end, row.unit))
    assert every(ask, board.units, board.Filter(q="制造7（")) == [row for row in rows if "制造7（" in row.name]
    assert every(ask, board.units, board.Filter(q="100%_")) == []
    assert ask(lambda conn: board.unit(conn, rows[3].unit)) == rows[3]
    assert ask(lambda conn: board.unit(conn, uuid4())) is None


def test_the_board_counts_in_one_pass(ask: Any, units: list[Unit]) -> None:
    rows = every(ask, board.units, board.Filter())
    counts = ask(lambda conn: board.counts(conn, board.Filter()))
    assert counts.units == len(units)
    for name in ("standing", "step", "watch", "kind", "place", "prefecture"):
        assert getattr(counts, name) == Counter(getattr(row, name) for row in rows), name
    some = ask(lambda conn: board.counts(conn, board.Filter(place="430300")))
    assert some.units == sum(within(unit.life.place, "430300") for unit in units)


def test_the_dossier_tells_a_units_whole_history(ask: Any, units: list[Unit]) -> None:
    unit = max(units, key=lambda unit: len(unit.voided))
    lines = every(ask, dossier.lines, unit.id)
    assert [line.version for line in lines] == list(range(unit.version, 0, -1))
    assert {line.version for line in lines if line.voided_by is not None} == set(unit.voided)
    assert lines[-1].zh.startswith("登记为企业：湘江精密制造")
    assert lines[-1].event["kind"] == "enterprise"
    oldest = every(ask, dossier.lines, unit.id, oldest_first=True)
    assert oldest == lines[::-1]
    found = ask(lambda conn: dossier.line(conn, unit.id, 2))
    assert found == oldest[1]
    assert ask(lambda conn: dossier.related(conn, found.correlation_id)).rows == [found]


def test_an_auditor_finds_acts(ask: Any, log: list[Entry[Event]]) -> None:
    everything = every(ask, acts.acts, acts.Filter())
    assert [line.position for line in everything] == list(range(len(log), 0, -1))
    assert {line.officer for line in everything} == {ACTOR.id}
    arrears = every(ask, acts.acts, acts.Filter(ground="wage_arrears", type="unit.signal-assessed.v1"))
    assert len(arrears) == sum(
        isinstance(entry.event, UnitSignalAssessed) and entry.event.ground is Ground.WAGE_ARREARS for entry in log
    )
    since, until = date(2024, 3, 1), date(2024, 5, 31)
    recorded = every(ask, acts.acts, acts.Filter(since=since, until=until))
    assert len(recorded) == sum(since <= entry.day <= until for entry in log)
    effective = every(ask, acts.acts, acts.Filter(since=since, until=until, by="effective"))
    assert len(effective) == sum(since <= entry.effective_on <= until for entry in log)
    assert effective == sorted(effective, key=lambda line: (line.effective_on, line.position), reverse=True)
    beside = [line for line in everything if line.unit is None]
    assert [line.type for line in beside] == ["officer.appointed.v1", "officer.registered.v1"]


def test_what_is_owed_is_what_the_law_says(ask: Any, units: list[Unit]) -> None:
    rows = every(ask, deadlines.due, deadlines.Filter())
    assert sorted((row.unit, row.key, row.since, row.due) for row in rows) == sorted(
        (unit.id, owed.key, owed.since, owed.due) for unit in units for owed in obligations(unit, PACK)
    )
    assert [row.due for row in rows] == sorted(row.due for row in rows)
    today = date(2025, 1, 1)
    tally = ask(lambda conn: deadlines.tally(conn, "430000", today))
    assert sum(line.owed for line in tally) == len(rows)
    assert sum(line.overdue for line in tally) == sum(row.due < today for row in rows)
    unit = every(ask, deadlines.due, deadlines.Filter(holders=["unit"]))
    assert unit == [row for row in rows if row.holder == "unit"]
    assert any(row.late for row in every(ask, deadlines.due, deadlines.Filter(state="met")))


def test_signals_with_what_they_set_in_motion(ask: Any, units: list[Unit]) -> None:
    rows = every(ask, signals.signals, signals.Filter())
    assert len(rows) == sum(len(unit.signals.all) for unit in units)
    opened = every(ask, signals.signals, signals.Filter(open=True, least_severity=3))
    assert opened == [row for row in rows if row.open and row.severity >= 3]
    assert any(row.checks for row in rows)
    assert any(row.rectifications for row in rows)
    assert any(row.proposals for row in rows)
    tally = ask(lambda conn: signals.tally(conn, "430000"))
    assert sum(line.signals for line in tally) == len(rows)
    assert sum(line.open for line in tally) == sum(row.open for row in rows)


@pytest.mark.parametrize(
    "typed", ["xiangjiangjingmi", "XJJMZZ", "湘江精密", "精密制造12", "jingmizhizao12", "示例00000012"]
)
def test_a_unit_is_found_by_what_is_typed(ask: Any, units: list[Unit], typed: str) -> None:
    found = ask(lambda conn: search.find(conn, typed))
    assert 1 <= len(found) <= search.MOST
    if "12" in typed:
        assert [row.name for row in found] == ["湘江精密制造12（示例）"]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "没有"])
def test_nothing_is_found_by_what_no_unit_has(ask: Any, units: list[Unit], typed: str) -> None:
    assert ask(lambda conn: search.find(conn, typed)) == []


@pytest.mark.parametrize("cursor", ["", "x", "bm8", "WzEsMl0", "WyIyMDI0LTk5LTk5IiwieCJd", "é"])
def test_a_cursor_that_is_none_is_malformed(ask: Any, units: list[Unit], cursor: str) -> None:
    with pytest.raises(Malformed):
        ask(lambda conn: acts.acts(conn, acts.Filter(by="effective"), after=cursor))


def test_an_unknown_place_is_malformed(ask: Any, units: list[Unit]) -> None:
    with pytest.raises(Malformed):
        ask(lambda conn: board.units(conn, board.Filter(place="999999")))
