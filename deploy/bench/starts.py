"""How soon an intake that starts takes its first message while the machine is busy: E-27."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import psycopg
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from deploy.bench import broker
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from services.casework.pack import load_pack
from services.follower import follow
from services.intake import kafka as intake
from services.intake.topics import dead_of

LOOPS_A_CORE = 4
"""Processes that only count, on each core, while intakes start."""

STARTS, QUICK_STARTS = 50, 2
PARTITIONS = 6
GOAL = 5.0
"""Seconds to the first message of each start."""

PATIENCE = 120.0
"""Seconds after which a start counts as one that takes nothing."""

_TOPIC = "concord.bench.starts"
_LOOK = 0.02
_TAKEN = "SELECT count(*) FROM register.events WHERE type = 'unit.signal-recorded.v1'"


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return QUICK_STARTS if quick else STARTS


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`starts`: seconds from the start of an intake to the effect of its first message, the slowest of all starts."""
    with broker.broker() as bootstrap, database(server) as conninfo:
        broker.settle(conninfo)
        _topics(bootstrap)
        with busy(LOOPS_A_CORE * (os.cpu_count() or 1)):
            found = sorted(_started(conninfo, bootstrap, number, course) for number in range(int(steps(quick))))
    late = sum(seconds > GOAL for seconds in found)
    note = f"p50 {median(found):.2f} s, {late} of {len(found)} later than {GOAL:g} s; {LOOPS_A_CORE} busy loops a core"
    return [Result("starts", found[-1], "s (slowest)", goal=f"≤ {GOAL:g} s", met=not late, note=note)]


def _topics(bootstrap: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics([NewTopic(_TOPIC, PARTITIONS, 1), NewTopic(dead_of(_TOPIC), 1, 1)])
    finally:
        admin.close()


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """The given number of processes that only count."""
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_count, daemon=True) for _ in range(loops)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _count() -> None:
    while True:
        pass


def _started(conninfo: str, bootstrap: str, number: int, course: Course) -> float:
    """Seconds from a start to its first effect; its message waits for it already."""
    _send(bootstrap, number)
    stop = threading.Event()
    process = intake.process(conninfo, bootstrap, load_pack(), "430000", topic=_TOPIC)
    following = threading.Thread(target=follow, args=(process, stop.is_set), daemon=True)
    begun = time.monotonic()
    following.start()
    try:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            while conn.execute(_TAKEN).fetchone() == (number,) and time.monotonic() - begun < PATIENCE:
                time.sleep(_LOOK)
        seconds = time.monotonic() - begun
    finally:
        stop.set()
        following.join(60)
    course.step(f"starts {number + 1}: {seconds:.2f} s")
    return seconds


def _send(bootstrap: str, number: int) -> None:
    (record,) = broker.signals(1, [broker.code(number)])
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    try:
        producer.send(_TOPIC, value=record.value, key=record.key, headers=list(record.headers))
        producer.flush()
    finally:
        producer.close()
