"""kill -9 of intake in its transactions, and of the broker while all produce and consume: each effect exactly once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from kafka.errors import KafkaError
from wire import (
    POISON_KINDS,
    amend,
    ask,
    letters,
    poison,
    recorded,
    report,
    send,
    settled,
    taken_offsets,
    wait,
)

from deploy import kafka
from deploy.supervise import Supervisor

KILLS = min(20, int(os.environ.get("CONCORD_KILLS", "5")))
"""Kills of each kind; `.ci/run` asks for more."""

WORK = 250
"""Reports published for each kill."""

LONGEST_BATCH = 0.2
"""Seconds that a transaction of these tests may take."""

IN_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'concord intake' AND datname = current_database()
      AND backend_xid IS NOT NULL AND query NOT LIKE '%INSERT INTO intake.offsets%'"""
"""Whether an offset was moved and the effects are not committed yet; taking a partition over is no such moment."""

pytestmark = pytest.mark.faults


@contextmanager
def running(conninfo: str, bootstrap: str, directory: Path, names: list[list[str]]) -> Iterator[Supervisor]:
    """Intake processes that are started again when they die."""
    supervisor = Supervisor(
        {
            "CONCORD_DATABASE_URL": conninfo,
            "CONCORD_KAFKA": bootstrap,
            "CONCORD_DATA_DIR": str(directory),
            "CONCORD_LOG_LEVEL": "info",  # to standard error, which pytest shows of a test that failed
        }
    )
    for options in names:
        supervisor.start("intake", "serve", "intake", *options)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            supervisor.look_after()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield supervisor
    finally:
        over.set()
        watcher.join()
        supervisor.stop()


def work(first: int, count: int) -> list[dict[str, object]]:
    """Reports with an amendment each, a third of them twice, poison among them, in a shuffled order."""
    chosen = random.Random(first)  # noqa: S311 (no secret)
    records = []
    for number in range(first, first + count):
        unit = 100 + number % 40
        both = [report(unit, f"w-{number}"), amend(unit, f"w-{number}", people=number)]
        records += both if number % 3 else both * 2
        if number % 10 == 0:
            records.append(poison(number))
    chosen.shuffle(records)
    return records


def each_exactly_once(conninfo: str, count: int) -> None:
    """Every report and amendment has one effect, and the log has no hole."""
    assert recorded(conninfo) == dict.fromkeys((f"w-{number}" for number in range(count)), 1)
    query = "SELECT count(*) FROM register.events WHERE type = 'unit.signal-amended.v1'"
    assert ask(conninfo, query) == [(count,)]
    rows, last, distinct = ask(
        conninfo, "SELECT count(*), max(position), count(DISTINCT (stream, version)) FROM register.events"
    )[0]
    assert rows == last == distinct
    assert "early" not in {kind for kind, *_ in letters(conninfo)}


def test_intake_is_killed_in_its_transactions(database: str, bootstrap: str, tmp_path: Path) -> None:
    """A transaction that passes between two looks is no kill: then there is more work, and another look."""
    settled(database)
    published, sent, hits = 0, 0, 0
    with running(database, bootstrap, tmp_path, [["--name", "one"]]) as supervisor:
        while hits < KILLS and sent < 2 * KILLS:
            published += send(bootstrap, work(sent * WORK, WORK))
            hits += _kill_in_transaction(database, supervisor, random.Random(sent))  # noqa: S311 (no secret)
            sent += 1
        wait(lambda: taken_offsets(database) == published, 120, f"{taken_offsets(database)} of {published} taken")
    assert hits == KILLS
    each_exactly_once(database, sent * WORK)
    assert len(letters(database)) >= min(sent * WORK // 10, POISON_KINDS) // 2


def _kill_in_transaction(conninfo: str, supervisor: Supervisor, moments: random.Random) -> int:
    """Kill the intake at some moment of its transaction; whether there was one in time."""
    until = time.monotonic() + 30
    with psycopg.connect(conninfo, autocommit=True) as conn:
        while time.monotonic() < until:
            row = conn.execute(IN_TRANSACTION).fetchone()
            process = supervisor.children[0].process
            if row and row[0] and process is not None:
                # at any moment of it: while it judges, appends, commits, or just after
                time.sleep(moments.random() * LONGEST_BATCH)
                os.kill(process.pid, signal.SIGKILL)
                return 1
    return 0


def test_the_broker_is_killed_while_producing_and_consuming(
    database: str, bootstrap: str, broker_directory: Path, tmp_path: Path
) -> None:
    settled(database)
    kills = max(2, KILLS // 4)
    acknowledged: list[int] = []
    over = threading.Event()

    def produce() -> None:
        first = 0
        while not over.is_set():
            # as a source does: what was not acknowledged is sent again, the same
            records = work(first, 50)
            while True:
                try:
                    send(bootstrap, records)
                    break
                except KafkaError:
                    time.sleep(0.2)
            acknowledged.append(50)
            first += 50

    with running(database, bootstrap, tmp_path, [["--name", "one"]]):
        producer = threading.Thread(target=produce)
        producer.start()
        for _ in range(kills):
            time.sleep(1.5)
            broker = kafka.status(broker_directory)
            if broker is not None:
                os.kill(broker.pid, signal.SIGKILL)
            kafka.up(broker_directory)
        over.set()
        producer.join(120)
        assert not producer.is_alive()
        count = sum(acknowledged)
        wait(lambda: len(recorded(database)) == count, 120, f"{len(recorded(database))} of {count} recorded")
        wait(lambda: "early" not in {kind for kind, *_ in letters(database)}, 60, "some still wait")
    each_exactly_once(database, count)


def test_two_processes_share_the_partitions_and_rebalances_change_nothing(
    database: str, bootstrap: str, tmp_path: Path
) -> None:
    settled(database)
    published = 0
    with running(database, bootstrap, tmp_path, [[], []]) as supervisor:
        wait(lambda: _owners(database) == 2, 60, "the partitions are not shared")
        for kill in range(3):
            published += send(bootstrap, work(kill * WORK, WORK))
            process = supervisor.children[kill % 2].process
            if process is not None:
                process.terminate()
        wait(lambda: taken_offsets(database) == published, 120, f"{taken_offsets(database)} of {published} taken")
    each_exactly_once(database, 3 * WORK)


def _owners(conninfo: str) -> int:
    return int(ask(conninfo, "SELECT count(DISTINCT owner) FROM intake.offsets")[0][0])


def test_while_the_database_is_cut_off_intake_waits_and_loses_nothing(
    database: str, bootstrap: str, tmp_path: Path
) -> None:
    settled(database)
    published = 0
    with running(database, bootstrap, tmp_path, [["--name", "one"]]):
        for kill in range(3):
            published += send(bootstrap, work(kill * WORK, WORK))
            wait(lambda: taken_offsets(database) > 0, 60, "nothing was taken")
            ask(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concord intake'",
            )
        wait(lambda: taken_offsets(database) == published, 120, f"{taken_offsets(database)} of {published} taken")
    each_exactly_once(database, 3 * WORK)
