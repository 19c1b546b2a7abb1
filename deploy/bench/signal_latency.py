"""From a signal's publication to its row on the board: intake and projector are processes of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from typing import Any, LiteralString

import orjson
import psycopg
import uvloop
from kafka import KafkaProducer

from deploy.bench import broker
from deploy.bench.append import percentile
from deploy.bench.databases import database
from deploy.bench.latency import POLL, project, until, waits, watch
from deploy.bench.result import Course, Result
from services.casework.pack import load_pack
from services.follower import follow
from services.intake import kafka as intake
from services.intake.topics import SIGNALS
from services.register import read_async

RATE = 200
"""Signals a second."""

GOAL = 150.0
"""Milliseconds."""

PATIENCE = 60.0
"""Seconds in which the first and the last signal must have an effect."""

_UNITS = 1_000
_SECONDS, _QUICK_SECONDS = 20, 1
_RECORDED: LiteralString = """
    SELECT position, state FROM register.events WHERE type = 'unit.signal-recorded.v1' ORDER BY position"""


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return _QUICK_SECONDS if quick else _SECONDS


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`signal-latency`: the 99th percentile in milliseconds; the median in the note."""
    spawn = multiprocessing.get_context("spawn")
    with broker.broker() as bootstrap, database(server) as conninfo:
        broker.settle(conninfo)
        processes = [
            spawn.Process(target=project, args=(conninfo,), daemon=True),
            spawn.Process(target=_take, args=(conninfo, bootstrap), daemon=True),
        ]
        for process in processes:
            process.start()
        try:
            found = uvloop.run(_watched(conninfo, bootstrap, quick, course))
        finally:
            for process in processes:
                process.kill()
                process.join()
    p50, p99 = percentile(found, 0.5), percentile(found, 0.99)
    note = f"p50 {p50:.1f} ms at {RATE} signals/s"
    return [Result("signal-latency", p99, "ms (p99)", goal=f"≤ {GOAL:g} ms", met=p99 <= GOAL, note=note)]


def _take(conninfo: str, bootstrap: str) -> None:
    follow(intake.process(conninfo, bootstrap, load_pack(), "430000"), lambda: False)


async def _watched(conninfo: str, bootstrap: str, quick: bool, course: Course) -> list[float]:
    """Milliseconds from sending to the board, in order of size."""
    seen: list[tuple[int, float]] = []
    stop = asyncio.Event()
    async with (
        await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as listener,
        await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as reader,
    ):
        await asyncio.to_thread(_produce, bootstrap, 0, {})  # all units are known, and all run
        await _recorded(reader, _UNITS)
        await until(reader, await read_async.last_position(reader))
        await listener.execute("LISTEN projections_position")
        watching = asyncio.create_task(watch(listener, reader, seen, stop))
        sent: dict[str, float] = {}
        seconds = _QUICK_SECONDS if quick else _SECONDS
        await asyncio.to_thread(_produce, bootstrap, seconds, sent)
        course.step("signal-latency", seconds)
        rows = await _recorded(reader, _UNITS + RATE * seconds)
        try:
            await until(reader, rows[-1][0])
        finally:
            await asyncio.sleep(2 * POLL)
            stop.set()
            await watching
    names = {position: orjson.loads(state)["event"]["external_id"] for position, state in rows}
    return waits({position: sent[name] for position, name in names.items() if name in sent}, seen)


async def _recorded(conn: psycopg.AsyncConnection[Any], count: int) -> list[tuple[int, bytes]]:
    """Wait until so many are recorded; where they stand. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = await (await conn.execute(_RECORDED)).fetchall()
            if len(rows) >= count:
                return rows
            await asyncio.sleep(POLL)


def _produce(bootstrap: str, seconds: int, sent: dict[str, float]) -> None:
    """Publish at the rate for so many seconds, or once about each unit; when each was sent."""
    units = [broker.code(n) for n in range(_UNITS)]
    records = broker.signals(RATE * seconds or _UNITS, units)
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=0)
    try:
        producer.partitions_for(SIGNALS)
        begun = time.perf_counter()
        for n, one in enumerate(records):
            ahead = begun + n / RATE - time.perf_counter() if seconds else 0.0
            if ahead > 0:
                time.sleep(ahead)
            sent[orjson.loads(one.value or b"")["external_id"]] = time.perf_counter()
            producer.send(SIGNALS, value=one.value, key=one.key, headers=list(one.headers))
        producer.flush()
    finally:
        producer.close()
