"""From an append's acknowledgement to its row on the board, the projector being a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import uvloop

from deploy.bench import units
from deploy.bench.append import percentile
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from services.casework.pack import load_pack
from services.follower import follow
from services.projector import run as projector
from services.register import read_async
from services.register.appender import Appender
from services.register.command import Command

RATE = 1_000
"""Events a second."""

POLL = 0.05
"""Seconds between two looks of the peer."""

PATIENCE = 300.0
"""Seconds in which the projector must have caught up."""

GOAL = 20.0
_UNITS, _QUICK_UNITS = 1_000, 50
_SECONDS, _QUICK_SECONDS = 10, 1
_QUICK_RATE = 200

_BOARD: LiteralString = "SELECT position FROM projections.position WHERE name = 'board'"
_MISSING: LiteralString = """
    SELECT count(*) FROM (SELECT stream, max(version) AS version FROM register.events GROUP BY stream) AS e
    LEFT JOIN projections.board AS b ON b.unit = e.stream WHERE b.version IS DISTINCT FROM e.version"""


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return _QUICK_SECONDS if quick else _SECONDS


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`latency`: the 99th percentile in milliseconds; the median in the note."""
    with database(server) as conninfo:
        streams = units.load(conninfo, _QUICK_UNITS if quick else _UNITS)
        units.settle(conninfo)
        projector = multiprocessing.get_context("spawn").Process(target=project, args=(conninfo,), daemon=True)
        projector.start()
        try:
            ours, peer = uvloop.run(_watched(conninfo, streams, quick, course))
        finally:
            projector.kill()
            projector.join()
        with psycopg.connect(conninfo) as conn:
            missing = conn.execute(_MISSING).fetchone()
    if missing != (0,):
        raise RuntimeError(f"rows of the board that are not up to date: {missing}")
    p50, p99 = percentile(ours, 0.5), percentile(ours, 0.99)
    return [
        Result(
            "latency", p99, "ms (p99)", peer=percentile(peer, 0.99), goal=f"≤ {GOAL:g} ms", met=p99 <= GOAL,
            note=f"p50 {p50:.1f} ms; peer: polling each {POLL * 1_000:.0f} ms, p50 {percentile(peer, 0.5):.0f} ms",
        )
    ]  # fmt: skip


def project(conninfo: str) -> None:
    """A projector, until it is killed."""
    follow(projector.process(conninfo, load_pack(units.PACK), units.PLACE), lambda: False)


async def _watched(
    conninfo: str, streams: Sequence[UUID], quick: bool, course: Course
) -> tuple[list[float], list[float]]:
    """Milliseconds from acknowledgement to the board, and to a reader that polls; each in order of size."""
    acknowledged: dict[int, float] = {}
    seen: list[tuple[int, float]] = []
    polled: list[tuple[int, float]] = []
    rate, seconds = (_QUICK_RATE, _QUICK_SECONDS) if quick else (RATE, _SECONDS)
    stop = asyncio.Event()
    async with (
        await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as listener,
        await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as reader,
        await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as poller,
        Appender(conninfo) as appender,
    ):
        await listener.execute("LISTEN projections_position")
        await until(reader, await read_async.last_position(poller))
        watching = asyncio.create_task(watch(listener, reader, seen, stop))
        polling = asyncio.create_task(_poll(poller, polled, stop))
        await _produce(appender, streams, rate, seconds, acknowledged, course)
        try:
            await until(reader, max(acknowledged))
        finally:
            await asyncio.sleep(2 * POLL)
            stop.set()
            await asyncio.gather(watching, polling)
    return waits(acknowledged, seen), waits(acknowledged, polled)


async def until(conn: psycopg.AsyncConnection[Any], position: int) -> None:
    """Wait until the board is there. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while (await _position(conn)) < position:  # noqa: ASYNC110 (what is waited for is in another process)
            await asyncio.sleep(POLL)


async def _position(conn: psycopg.AsyncConnection[Any]) -> int:
    row = await (await conn.execute(_BOARD)).fetchone()
    return row[0] if row else -1


async def watch(
    listener: psycopg.AsyncConnection[Any], reader: psycopg.AsyncConnection[Any], seen: list[tuple[int, float]],
    stop: asyncio.Event,
) -> None:  # fmt: skip
    """Each time that the projector says that it went on: how far the board is, and when that could be read."""
    while not stop.is_set():
        async for _ in listener.notifies(timeout=POLL, stop_after=1):
            position = await _position(reader)
            seen.append((position, time.perf_counter()))


async def _poll(conn: psycopg.AsyncConnection[Any], polled: list[tuple[int, float]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(POLL)
        polled.append((await read_async.last_position(conn), time.perf_counter()))


async def _produce(
    appender: Appender, streams: Sequence[UUID], rate: int, seconds: int, acknowledged: dict[int, float], course: Course
) -> None:
    commands = [_command(streams[n % len(streams)], units.LENGTH + n // len(streams)) for n in range(rate * seconds)]

    async def one(command: Command) -> None:
        stored = await appender.append(command)
        acknowledged[stored.recorded[0].position] = time.perf_counter()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n, command in enumerate(commands):
            ahead = begun + n / rate - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
            group.create_task(one(command))
            if n % rate == rate - 1:
                course.step("latency")


def _command(stream: UUID, version: int) -> Command:
    command = uuid4()
    entry = units.entry(stream, version + 1, units.followed_up(), command)
    return Command(command, command.bytes * 2, {stream: version}, (entry,))


def waits(acknowledged: dict[int, float], seen: Sequence[tuple[int, float]]) -> list[float]:
    """Milliseconds until each position was first seen, in order of size."""
    waits, looks = [], iter(seen)
    reached, moment = next(looks)
    for position, since in sorted(acknowledged.items()):
        while reached < position:
            reached, moment = next(looks)
        waits.append(max(0.0, moment - since) * 1_000)
    return sorted(waits)
