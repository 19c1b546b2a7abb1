"""Each question gets the rows that a plain reading of the histories gives, page after page."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest

from events.envelope import Entry, Event
from events.places import within
from events.registry import stream_kind
from events.unit.signals import UnitSignalAssessed
from events.words import Ground, Standing
from projections.acts import queries as acts
from projections.board import queries as board
from projections.deadlines import queries as deadlines
from projections.page import Page
from projections.search import queries as search
from projections.signals import queries as signals
from projections.streams import queries as streams
from services.casework.judgement import obligations
from services.casework.kinds import KINDS
from services.casework.stream import State, fold
from services.casework.unit.naming.state import standing_on
from services.casework.unit.state import Unit
from services.errors import Malformed
from services.projector.rebuild import rebuild
from tests.projections.histories import ACTOR, PACK, PACKS, PROVINCE, beside, history, interleaved, officer, store

TODAY = date(2025, 6, 2)
T = TypeVar("T")
Ask = Callable[[psycopg.AsyncConnection[Any]], Awaitable[T]]


@pytest.fixture
def log(database: str) -> list[Entry[Event]]:
    random = Random(99)  # noqa: S311 (the same histories each time)
    units = [history(random, number, random.randint(3, 30)) for number in range(40)]
    others = [beside(random, kind, number, 5) for kind in KINDS if kind != "unit" for number in range(3)]
    entries = list(interleaved(random, [*units, *others, officer(1)]))
    store(database, entries)
    rebuild(database, None, PACK, PROVINCE, shards=1)
    return entries


@pytest.fixture
def states(log: list[Entry[Event]]) -> list[State]:
    entries: dict[Any, list[Entry[Event]]] = {}
    for entry in log:
        entries.setdefault(entry.stream, []).append(entry)
    return [fold(KINDS[stream_kind(of[0].event.about.type)], stream, of) for stream, of in entries.items()]


@pytest.fixture
def units(states: list[State]) -> list[Unit]:
    return [state for state in states if isinstance(state, Unit)]


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
    rows = every(ask, board.units, board.Filter(), TODAY)
    assert [row.name for row in rows] == sorted(unit.life.name for unit in units)
    assert {row.unit for row in rows} == {unit.id for unit in units}
    in_changsha = every(ask, board.units, board.Filter(place="430100"), TODAY)
    assert {row.unit for row in in_changsha} == {unit.id for unit in units if within(unit.life.place, "430100")}
    frozen = every(ask, board.units, board.Filter(watch="frozen"), TODAY)
    assert frozen == [row for row in rows if row.watch == "frozen"]
    ending = every(ask, board.units, board.Filter(term_end_before=date(2028, 1, 1)), TODAY, order=board.BY_TERM)
    assert ending == sorted(ending, key=lambda row: (row.term_end, row.unit))
    aged = every(ask, board.units, board.Filter(), TODAY, order=board.BY_AGE)
    assert aged == sorted((row for row in rows if row.step != "none"), key=lambda row: (row.step_since, row.unit))
    due = every(ask, board.units, board.Filter(), TODAY, order=board.BY_DUE)
    assert due == sorted((row for row in rows if row.next_due), key=lambda row: (row.next_due, row.unit))
    days = {
        step: [(TODAY - row.step_since).days for row in aged if row.step == step] for step in {r.step for r in aged}
    }
    spans = [(-(10**6), 30), (31, 60), (61, 90), (91, 10**6)]
    assert ask(lambda conn: board.ages(conn, board.Filter(), TODAY)) == {
        step: [sum(low <= one <= high for one in of) for low, high in spans] for step, of in days.items()
    }
    spelled = [row for row in rows if "制造7（" in row.name]
    assert every(ask, board.units, board.Filter(q="xiangjiangjingmizhizao7shili"), TODAY) == spelled
    assert every(ask, board.units, board.Filter(q="XJJMZZ7"), TODAY) == spelled
    assert every(ask, board.units, board.Filter(q="jiangjingmi"), TODAY) == [], "pinyin is typed from its beginning"
    assert every(ask, board.units, board.Filter(q="制造7（"), TODAY) == [row for row in rows if "制造7（" in row.name]
    assert every(ask, board.units, board.Filter(q="100%_"), TODAY) == []
    assert ask(lambda conn: board.unit(conn, rows[3].unit, TODAY)) == rows[3]
    assert ask(lambda conn: board.unit(conn, uuid4(), TODAY)) is None


@pytest.mark.parametrize("standing", [Standing.HELD, Standing.NAMED, Standing.EXPIRED])
def test_standings_turn_with_the_day_though_nothing_happened(ask: Any, units: list[Unit], standing: Standing) -> None:
    title, ever = "provincial_harmonious", set[Any]()
    for day in (TODAY + timedelta(days=days) for days in range(-300, 1_500, 90)):
        rows = every(ask, board.units, board.Filter(title=title, standing=standing.value), day)
        told = {unit.id for unit in units if unit.entries[-1].day <= day and standing_on(unit, title, day) is standing}
        assert {row.unit for row in rows if row.last_on <= day} == told
        assert all(row.valid_from <= day and (row.valid_until is None or day <= row.valid_until) for row in rows)
        ever |= told
    assert ever or standing is Standing.NAMED


def test_the_board_counts_in_one_pass(ask: Any, units: list[Unit]) -> None:
    for day in (TODAY, TODAY + timedelta(days=400)):
        rows = every(ask, board.units, board.Filter(), day)
        counts = ask(lambda conn, day=day: board.counts(conn, board.Filter(), day))
        assert counts.units == len(units)
        for name in ("standing", "step", "watch", "kind", "place", "prefecture"):
            assert getattr(counts, name) == Counter(getattr(row, name) for row in rows), name
    some = ask(lambda conn: board.counts(conn, board.Filter(place="430300"), TODAY))
    assert some.units == sum(within(unit.life.place, "430300") for unit in units)


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
    assert {line.stream_kind for line in everything} == set(KINDS)
    assert all((line.unit == line.stream) is (line.stream_kind == "unit") for line in everything)
    posts = every(ask, acts.acts, acts.Filter(stream=officer(1)[0].stream))
    assert [(line.type, line.label) for line in posts] == [
        ("officer.appointed.v1", "示例科员"), ("officer.registered.v1", "工作人员"),
    ]  # fmt: skip
    voided = [line for line in everything if line.voided_by is not None]
    assert {line.stream_kind for line in voided} - {"unit"}


def test_what_is_owed_is_what_the_law_says_in_streams_of_every_kind(ask: Any, states: list[State]) -> None:
    rows = every(ask, deadlines.due, deadlines.Filter(), TODAY)
    assert sorted((row.stream, row.key, row.since, row.due) for row in rows) == sorted(
        (state.id, owed.key, owed.since, owed.due) for state in states for owed in obligations(state, PACKS)
    )
    assert [row.due for row in rows] == sorted(row.due for row in rows)
    assert {row.stream_kind for row in rows} > {"unit", "round"}
    assert {row.label for row in rows} <= {state.descriptor.label(state, "zh") for state in states}
    assert all((row.unit == row.stream) is (row.stream_kind == "unit") for row in rows)
    rounds = every(ask, deadlines.due, deadlines.Filter(stream_kind="round"), TODAY)
    assert rounds == [row for row in rows if row.stream_kind == "round"]
    tally = ask(lambda conn: deadlines.tally(conn, "000000", TODAY))
    assert sum(line.owed for line in tally) == sum(row.place is not None for row in rows)
    late = [row for row in rows if row.due < TODAY and row.state != "suspended"]
    assert sum(line.overdue for line in tally) == sum(row.place is not None for row in late)
    assert every(ask, deadlines.due, deadlines.Filter(overdue=True), TODAY) == late
    assert every(ask, deadlines.due, deadlines.Filter(begun=False), TODAY) == [row for row in rows if row.since > TODAY]
    unit = every(ask, deadlines.due, deadlines.Filter(holders=["unit"]), TODAY)
    assert unit == [row for row in rows if row.holder == "unit"]
    assert any(row.late for row in every(ask, deadlines.due, deadlines.Filter(state="met"), TODAY))


def test_streams_of_every_kind_are_listed(ask: Any, states: list[State], log: list[Entry[Event]]) -> None:
    rows = every(ask, streams.streams, streams.Filter())
    assert {row.stream for row in rows} == {state.id for state in states}
    assert {row.kind for row in rows} == set(KINDS)
    for state in states:
        row, kind = ask(lambda conn, state=state: streams.stream(conn, state.id)), state.descriptor
        assert (row.kind, row.label, row.place) == (kind.name, kind.label(state, "zh"), kind.place(state))
        assert (row.open, row.version, row.changed_on) == (kind.is_open(state), state.version, state.entries[-1].day)
        assert row.next_due == next((owed.due for owed in obligations(state, PACKS)), None)
        assert log[row.position - 1] == state.entries[-1]
    rounds = every(ask, streams.streams, streams.Filter(kind="round"))
    assert rounds == sorted(rounds, key=lambda row: (row.label, row.stream))
    assert [row for row in rows if row.kind == "round"] == rounds
    in_changsha = every(ask, streams.streams, streams.Filter(kind="unit", place="430100", open=True, q="精密制造1"))
    assert {row.stream for row in in_changsha} == {
        state.id for state in states if isinstance(state, Unit) and state.descriptor.is_open(state)
        and within(state.life.place, "430100") and "精密制造1" in state.life.name
    }  # fmt: skip
    lately = every(ask, streams.streams, streams.Filter(changed_since=date(2024, 9, 1)), by_change=True)
    assert [row.position for row in lately] == sorted((row.position for row in lately), reverse=True)
    assert {row.stream for row in lately} == {row.stream for row in rows if row.changed_on >= date(2024, 9, 1)}
    assert ask(lambda conn: streams.stream(conn, uuid4())) is None


def test_signals_with_what_they_set_in_motion(ask: Any, units: list[Unit]) -> None:
    rows = every(ask, signals.signals, signals.Filter(), TODAY)
    assert len(rows) == sum(len(unit.signals.all) for unit in units)
    opened = every(ask, signals.signals, signals.Filter(open=True, least_severity=3), TODAY)
    assert opened == [row for row in rows if row.open and row.severity >= 3]
    assert any(row.checks for row in rows)
    assert any(row.rectifications for row in rows)
    assert any(row.proposals for row in rows)
    tally = ask(lambda conn: signals.tally(conn, "430000", TODAY))
    assert sum(line.signals for line in tally) == len(rows)
    assert sum(line.open for line in tally) == sum(row.open for row in rows)


@pytest.mark.parametrize(
    "typed", ["xiangjiangjingmi", "XJJMZZ", "湘江精密", "精密制造12", "jingmizhizao12", "示例00000012"]
)
def test_a_unit_is_found_by_what_is_typed(ask: Any, units: list[Unit], typed: str) -> None:
    found = ask(lambda conn: search.find(conn, typed, TODAY))
    assert 1 <= len(found) <= search.MOST
    if "12" in typed:
        assert [row.name for row in found] == ["湘江精密制造12（示例）"]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "没有"])
def test_nothing_is_found_by_what_no_unit_has(ask: Any, units: list[Unit], typed: str) -> None:
    assert ask(lambda conn: search.find(conn, typed, TODAY)) == []


@pytest.mark.parametrize("cursor", ["", "x", "bm8", "WzEsMl0", "WyIyMDI0LTk5LTk5IiwieCJd", "é"])
def test_a_cursor_that_is_none_is_malformed(ask: Any, units: list[Unit], cursor: str) -> None:
    with pytest.raises(Malformed):
        ask(lambda conn: acts.acts(conn, acts.Filter(by="effective"), after=cursor))


def test_an_unknown_place_is_malformed(ask: Any, units: list[Unit]) -> None:
    with pytest.raises(Malformed):
        ask(lambda conn: board.units(conn, board.Filter(place="999999"), TODAY))
