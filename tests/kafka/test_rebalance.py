"""Intake processes join, leave and freeze every two seconds while signals flow: effects exact, order kept."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import psycopg
import pytest
from test_faults import IN_TRANSACTION, running
from wire import ask, recorded, report, send, settled, taken_offsets, wait

from deploy.supervise import Supervisor

SECONDS = float(os.environ.get("CONCORD_REBALANCE_SECONDS", "20"))
EVERY = 2.0
UNITS = 60
MOST = 3
"""Members beside the first: each has lived for six seconds and more when it leaves or is killed."""

pytestmark = pytest.mark.faults


@contextmanager
def _producing(bootstrap: str) -> Iterator[list[int]]:
    """Reports about the units in turn, each unit's in order; how many are acknowledged stands in the list."""
    over, sent, failures = threading.Event(), [0], []

    def produce() -> None:
        try:
            while not over.is_set():
                records = [report(n % UNITS, f"{n % UNITS}-{n // UNITS}") for n in range(sent[0], sent[0] + UNITS)]
                send(bootstrap, records)
                sent[0] += UNITS
                time.sleep(0.05)
        except Exception as error:  # noqa: BLE001 (told at the end)
            failures.append(error)

    producer = threading.Thread(target=produce)
    producer.start()
    try:
        yield sent
    finally:
        over.set()
        producer.join(60)
        assert not failures, failures


def _exact_and_in_order(conninfo: str, sent: int) -> None:
    assert recorded(conninfo) == {f"{n % UNITS}-{n // UNITS}": 1 for n in range(sent)}
    orders: dict[object, list[int]] = defaultdict(list)
    query = """SELECT stream, state FROM register.events WHERE type = 'unit.signal-recorded.v1'
               ORDER BY stream, version"""
    for stream, state in ask(conninfo, query):
        orders[stream].append(int(orjson.loads(bytes(state))["event"]["external_id"].partition("-")[2]))
    assert len(orders) == UNITS
    assert all(order == sorted(order) for order in orders.values())
    assert not ask(conninfo, "SELECT FROM intake.dead_letters")


def test_members_join_and_leave(database: str, bootstrap: str, tmp_path: Path) -> None:
    settled(database)
    chosen = random.Random(5)  # noqa: S311 (no secret)
    owners: set[str] = set()

    def seen() -> int:
        owners.update(owner for (owner,) in ask(database, "SELECT owner FROM intake.offsets"))
        return len(owners)

    with (
        running(database, bootstrap, tmp_path, [[]]) as one,
        _members() as others,
        _producing(bootstrap) as sent,
    ):
        wait(lambda: taken_offsets(database) > 0, 120, "nothing is taken")
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if len(others) < MOST:
                others.append(_member(one))
            else:
                _leave(others.pop(0), kill=chosen.random() < 0.5)
            for _ in range(4):
                time.sleep(EVERY / 4)
                seen()
        # where starting takes longer than members are let live, those that are there now are waited for
        wait(lambda: seen() > 1, 120, "no other member owned a partition")
        while others:
            _leave(others.pop(), kill=False)
        before = sent[0]
        wait(lambda: sent[0] > before, 30, "the producer stopped")
        wait(lambda: taken_offsets(database) >= before, 120, f"{taken_offsets(database)} of {before} taken")
    # what came last is taken by a last one
    with running(database, bootstrap, tmp_path, [[]]):
        wait(lambda: taken_offsets(database) == sent[0], 120, f"{taken_offsets(database)} of {sent[0]} taken")
    _exact_and_in_order(database, sent[0])


def _member(like: Supervisor) -> Supervisor:
    other = Supervisor(like.environment)
    other.start("intake", "serve", "intake")
    return other


@contextmanager
def _members() -> Iterator[list[Supervisor]]:
    """Members that leave at the end, whatever has happened."""
    found: list[Supervisor] = []
    try:
        yield found
    finally:
        for member in found:
            member.stop()


def _leave(member: Supervisor, *, kill: bool) -> None:
    process = member.children[0].process
    if kill and process is not None:
        process.kill()
        process.wait()
    member.stop()


def test_a_member_that_froze_in_its_transaction_comes_back_too_late(
    database: str, bootstrap: str, tmp_path: Path
) -> None:
    settled(database)
    with (
        running(database, bootstrap, tmp_path, [[]]) as one,
        _members() as others,
        _producing(bootstrap) as sent,
    ):
        wait(lambda: taken_offsets(database) > 0, 120, "nothing is taken")
        process = one.children[0].process
        assert process is not None
        _freeze_in_transaction(database, process.pid)
        # its session is cut off, as a server does with one that idles; its partitions go to another
        terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concord intake'"
        ask(database, terminate)
        others.append(_member(one))
        before = taken_offsets(database)
        wait(lambda: taken_offsets(database) > before + UNITS, 120, "nobody took over")
        owners = {owner for (owner,) in ask(database, "SELECT owner FROM intake.offsets")}
        assert not any(owner.endswith(f":{process.pid}") for owner in owners)
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(2 * EVERY)
        before = sent[0]
        wait(lambda: taken_offsets(database) >= before, 120, f"{taken_offsets(database)} of {before} taken")
        _leave(others.pop(), kill=False)
    with running(database, bootstrap, tmp_path, [[]]):
        wait(lambda: taken_offsets(database) == sent[0], 120, f"{taken_offsets(database)} of {sent[0]} taken")
    _exact_and_in_order(database, sent[0])


def _freeze_in_transaction(conninfo: str, pid: int) -> None:
    until = time.monotonic() + 60
    with psycopg.connect(conninfo, autocommit=True) as conn:
        while time.monotonic() < until:
            row = conn.execute(IN_TRANSACTION).fetchone()
            if row and row[0]:
                os.kill(pid, signal.SIGSTOP)
                row = conn.execute(IN_TRANSACTION).fetchone()
                if row and row[0]:
                    return
                os.kill(pid, signal.SIGCONT)
    raise AssertionError("it was never in a transaction")
