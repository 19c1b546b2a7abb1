"""Clocks an hour off, intake's and the sources': effects are right; what a wrong day refuses is kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import orjson
from wire import amend, ask, drain, intake, letters, receiving, recorded, report, send, settled, types, withdraw

from events.envelope import CHINA
from services.decisions import now
from services.register.migrate import mark_simulated

HOUR = timedelta(hours=1)
DAY = date(2024, 3, 1)
ONE_OFF = datetime(2024, 2, 29, 23, 30, tzinfo=CHINA)
"""Half past midnight of the day by a clock an hour behind."""


def test_one_intake_is_an_hour_ahead_and_the_next_an_hour_behind(database: str, bootstrap: str) -> None:
    mark_simulated(database)  # else an hour ahead is refused
    settled(database)
    reports = [report(number, f"c-{number}") for number in range(20)]
    with intake(database, bootstrap, lambda: now() + HOUR) as ahead:
        drain(ahead, send(bootstrap, reports))
    changes = [amend(number, f"c-{number}", people=number) for number in range(20)]
    changes += [withdraw(number, f"c-{number}") for number in range(0, 20, 2)]
    with intake(database, bootstrap, lambda: now() - HOUR) as behind:
        drain(behind, send(bootstrap, [*changes, *reports]))
    assert recorded(database) == {f"c-{number}": 1 for number in range(20)}
    for number in range(20):
        last = ["unit.signal-withdrawn.v1"] if number % 2 == 0 else []
        assert types(database, number) == [
            "unit.registered.v1", "unit.signal-recorded.v1", "unit.signal-amended.v1", *last,
        ]  # fmt: skip
    assert letters(database) == []
    # the log keeps the order of deciding, and its times keep it too
    back = """SELECT count(*) FROM register.events AS e JOIN register.events AS before
              ON before.stream = e.stream AND before.version = e.version - 1 WHERE e.recorded_at < before.recorded_at"""
    assert ask(database, back) == [(0,)]


def test_what_a_source_says_of_the_time_decides_nothing_and_a_time_that_cannot_be_is_refused(
    database: str, bootstrap: str
) -> None:
    settled(database)
    times = ["2024-03-01T08:00:00+08:00", (datetime.now(UTC) + HOUR).isoformat(), "2099-12-31T23:59:59Z"]
    records = [report(number, f"t-{number}") for number in range(len(times))]
    for one, said in zip(records, times, strict=True):
        one["headers"].append(("ce_time", said.encode()))
    with intake(database, bootstrap) as running:
        drain(running, send(bootstrap, records))
    assert recorded(database) == {"t-0": 1, "t-1": 1}
    assert [(of_what, orjson.loads(message)) for of_what, _, message, _ in letters(database)] == [
        ("malformed", orjson.loads(records[2]["value"]))
    ]


def test_by_a_clock_behind_today_is_tomorrow_kept_and_taken_when_it_is_right(database: str, bootstrap: str) -> None:
    settled(database, ONE_OFF - HOUR)
    today = report(1, "today", occurred_on=DAY.isoformat(), reported_on=DAY.isoformat())
    before = (DAY - timedelta(days=1)).isoformat()
    with intake(database, bootstrap, lambda: ONE_OFF) as behind:
        drain(behind, send(bootstrap, [today, report(1, "before", occurred_on=before, reported_on=before)]))
    assert recorded(database) == {"before": 1}
    ((kind, reason, message, _),) = letters(database)
    assert (kind, reason.startswith("I-21")) == ("refused", True)
    assert orjson.loads(bytes(message)) == orjson.loads(today["value"])

    async def again() -> list[str]:
        with receiving(database, lambda: ONE_OFF + HOUR) as reception:
            waiting = ask(database, "SELECT id FROM intake.dead_letters WHERE status = 'waiting'")
            return [taken.outcome for (number,) in waiting if (taken := await reception.retry(number))]

    assert asyncio.run(again()) == ["taken"]
    assert recorded(database) == {"before": 1, "today": 1}
    assert letters(database) == []


def test_by_a_clock_ahead_nothing_is_refused(database: str, bootstrap: str) -> None:
    settled(database, ONE_OFF - HOUR)
    today = report(1, "today", occurred_on=DAY.isoformat(), reported_on=DAY.isoformat())
    late = datetime.combine(DAY + timedelta(days=1), datetime.min.time(), CHINA) + HOUR / 2
    with intake(database, bootstrap, lambda: late) as ahead:
        drain(ahead, send(bootstrap, [today]))
    assert recorded(database) == {"today": 1}
    query = """SELECT convert_from(state, 'UTF8')::jsonb ->> 'effective_on' FROM register.events
               WHERE type = 'unit.signal-recorded.v1'"""
    assert ask(database, query) == [(DAY.isoformat(),)]
