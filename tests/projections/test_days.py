"""Rows that turn with the day: by a term, by a pack adopted for a later day, and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from events.envelope import Event
from events.governance.round import RoundOpened
from events.unit.naming import UnitNamed, UnitTermExpired
from events.unit.registration import UnitRegistered
from events.unit.signals import UnitSignalRecorded
from events.words import Category, ObligationKind, RoundKind, UnitKind
from projections.board import queries as board
from projections.board import rows as board_rows
from projections.days import spans
from projections.deadlines import queries as deadlines
from projections.history import History, Lens
from projections.signals import queries as signals
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from services.follower import step
from services.projector.compare import compare
from services.projector.policy import Following
from services.projector.rebuild import rebuild
from services.projector.run import Projector, prepare
from tests.projections.histories import PACK, PACKS, PROVINCE, adoption, another_version, entry, store

T = TypeVar("T")
TITLE = "provincial_harmonious"
STREAM, ROUND = unit_id("示例1", "430104"), unit_id("轮次", "430000")
REGISTERED = UnitRegistered(kind=UnitKind.ENTERPRISE, name="湘江（示例）", code="示例1", place="430104")
ARREARS = UnitSignalRecorded(
    source="urn:示例", external_id="1", category=Category.WAGE_ARREARS, severity=3, occurred_on=date(2024, 2, 1),
    reported_on=date(2024, 2, 1), signal="urn:示例#1",
)  # fmt: skip
OPENED = RoundOpened(
    kind=RoundKind.NAMING, name="示例轮次", title="national_model", place=PROVINCE, from_=date(2024, 1, 8),
    until=date(2024, 5, 1),
)  # fmt: skip


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def told(*events: tuple[date, Event]) -> History[Unit]:
    """The unit after these events, each of its day."""
    entries = [entry(STREAM, version, event, noon(day)) for version, (day, event) in enumerate(events, 1)]
    return History(fold(UNIT, STREAM, entries), len(entries))


def named(first: date, last: date) -> UnitNamed:
    return UnitNamed(title=TITLE, document_number="示例〔2024〕1号", term_from=first, term_until=last, opinions=())


def read(history: History[Unit]) -> list[tuple[date, date | None, str, date | None]]:
    found = board_rows.rows(history, Lens(PACKS))
    return [(row.valid_from, row.valid_until, row.standing, row.term_end) for row in found]


def test_stretches_begin_only_where_something_reads_differently() -> None:
    days = [date(2024, 1, day) for day in (9, 3, 5, 3, 1)]
    assert list(spans(date(2024, 1, 2), days, lambda day: day.day > 4)) == [
        (date(2024, 1, 2), date(2024, 1, 4), False), (date(2024, 1, 5), None, True),
    ]  # fmt: skip


def test_a_term_ends_on_its_day_and_a_later_one_begins_on_its_day() -> None:
    begun, first, last = date(2024, 1, 8), date(2024, 3, 1), date(2027, 2, 28)
    assert read(told((begun, REGISTERED), (date(2024, 2, 1), named(first, last)))) == [
        (begun, date(2024, 2, 29), "named", last),
        (first, last, "held", last),
        (date(2027, 3, 1), None, "expired", None),
    ]  # fmt: skip
    at_once = told((begun, REGISTERED), (first, named(first, last)))
    assert read(at_once) == [(begun, last, "held", last), (date(2027, 3, 1), None, "expired", None)]
    expired = UnitTermExpired(title=TITLE, on=last)
    assert read(told((begun, REGISTERED), (first, named(first, last)), (date(2027, 3, 2), expired))) == [
        (begun, None, "expired", None)
    ]  # fmt: skip


def test_the_row_of_a_day_is_one_of_the_rows() -> None:
    history, lens = (
        told((date(2024, 1, 8), REGISTERED), (date(2024, 3, 1), named(date(2024, 3, 1), date(2024, 4, 1)))),
        Lens(PACKS),
    )
    assert board_rows.row_on(history, lens, date(2024, 4, 1)).standing == "held"
    assert board_rows.row_on(history, lens, date(2024, 4, 2)).standing == "expired"
    assert board_rows.row_on(history, lens, date(2020, 1, 1)).standing == "held"


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.setenv("CONCORD_PACKS", str(tmp_path))
    return another_version(tmp_path, "2")


def ask(database: str, question: Callable[[psycopg.AsyncConnection[Any]], Awaitable[T]]) -> T:
    async def answer() -> T:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
            return await question(conn)

    return asyncio.run(answer())


def watch_on(database: str, day: date) -> str:
    row = ask(database, lambda conn: board.unit(conn, STREAM, day))
    assert row is not None
    return row.watch


def due(database: str, kind: ObligationKind) -> list[date]:
    wanted = deadlines.Filter(kind=kind.value)
    return [row.due for row in ask(database, lambda conn: deadlines.due(conn, wanted, date(2024, 4, 10))).rows]


def test_a_pack_adopted_for_a_later_day_turns_the_rows_on_that_day_without_any_event(
    database: str, another: Pack
) -> None:
    begins = date(2024, 4, 1)
    entries = [
        entry(STREAM, 1, REGISTERED, noon(date(2024, 1, 8))),
        entry(ROUND, 1, OPENED, noon(date(2024, 1, 8))),
        entry(STREAM, 2, ARREARS, noon(date(2024, 2, 1))),
        adoption(1, another, begins, noon(date(2024, 3, 1))),
        entry(STREAM, 3, ARREARS.model_copy(update={"external_id": "2", "signal": "urn:示例#2"}), noon(begins)),
    ]
    prepare(database, PACK, PROVINCE)
    with psycopg.connect(database, autocommit=True) as conn:
        projector = Projector(conn, database, Following(PROVINCE, PACK))

        def take(more: list[Any]) -> None:
            store(database, more)
            while step(projector.follower()):
                pass
            assert compare(database, PACK, PROVINCE) == []

        take(entries[:3])
        assert watch_on(database, begins) == "frozen"
        assert due(database, ObligationKind.ROUND_RESULT) == [PACK.after(date(2024, 5, 1), PACK.windows.round_result)]
        take(entries[3:4])
        assert watch_on(database, begins - timedelta(days=1)) == "frozen"
        assert watch_on(database, begins) == "attention"
        assert ask(database, lambda conn: board.counts(conn, board.Filter(watch="frozen"), begins)).units == 0
        assert due(database, ObligationKind.ROUND_RESULT) == [date(2024, 5, 8)]
        wanted = signals.Filter(freezing=True)
        for day, number in ((begins - timedelta(days=1), 1), (begins, 0)):
            found = ask(database, lambda conn, day=day: signals.signals(conn, wanted, day))
            assert len(found.rows) == number
        take(entries[4:])
        assert due(database, ObligationKind.ASSESS_SIGNAL) == [
            PACK.after(date(2024, 2, 1), PACK.windows.assess_signal), begins + timedelta(days=3),
        ]  # fmt: skip
        with psycopg.connect(database, autocommit=True) as other:
            live = other.execute("SELECT * FROM projections.board ORDER BY unit, valid_from").fetchall()
            rebuild(database, None, PACK, PROVINCE)
            assert other.execute("SELECT * FROM projections.board ORDER BY unit, valid_from").fetchall() == live


def test_packs_are_those_that_were_adopted_up_to_a_position(database: str, another: Pack) -> None:
    begins, at = date(2024, 4, 1), noon(date(2024, 3, 1))
    store(database, [entry(STREAM, 1, REGISTERED, at), adoption(1, another, begins, at), entry(STREAM, 2, ARREARS, at)])
    policy = Following(PROVINCE, PACK)
    with psycopg.connect(database) as conn:
        policy.read(conn)
        assert (policy.turn(0), policy.turn(1), policy.turn(2)) == (2, 2, None)
        assert policy.lens(1).packs == Packs(PACK)
        later = policy.lens(2)
        assert later is policy.lens(3)
        assert later.packs.on(begins) == another
        assert later.packs.on(begins - timedelta(days=1)) == PACK
        assert Following("440000", PACK).read(conn).turn(0) is None
