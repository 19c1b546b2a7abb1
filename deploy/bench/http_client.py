"""A small HTTP/1.1 client that keeps its connections alive, to be run in a process of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from uuid import uuid4

import uvloop

PATIENCE = 30.0
"""Seconds for the server to start, and for its last answers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent: the same body to these paths in turn, over so many connections, for so many seconds.

    `warm` seconds go before, of which nothing is measured; before them, with `each`, one request to every path: the
    first on a stream reads and folds all that is in it, and costs as much as three that find it remembered.
    """

    port: int
    token: str
    paths: Sequence[str]
    body: bytes
    connections: int
    seconds: float
    warm: float
    each: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """What came back: answers a second, each answer's seconds in order of size."""

    rate: float
    seconds: list[float]


def drive(plan: Plan) -> Load:
    """Send as fast as answers come. Raises RuntimeError with the first answer that is no success, and TimeoutError."""
    return uvloop.run(_drive(plan))


async def _drive(plan: Plan) -> Load:
    share = len(plan.paths) // plan.connections
    parts = [plan.paths[n * share : (n + 1) * share] if share else plan.paths for n in range(plan.connections)]
    async with asyncio.timeout(2 * PATIENCE):
        lines = await asyncio.gather(*(_connect(plan, cycle(part)) for part in parts))
        if plan.each:
            await asyncio.gather(*(_once(plan, line, len(part)) for line, part in zip(lines, parts, strict=True)))
    async with asyncio.timeout(plan.warm + plan.seconds + PATIENCE):
        begin = time.perf_counter() + plan.warm
        found = await asyncio.gather(*(_repeat(plan, line, begin) for line in lines))
        took = time.perf_counter() - begin
    seconds = sorted(one for part in found for one in part)
    return Load(len(seconds) / took, seconds)


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection, and the paths that it asks for in turn."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    paths: Iterator[str]


async def _connect(plan: Plan, paths: Iterator[str]) -> _Line:
    """A connection that has had an answer, so the server is up."""
    line = _Line(*await asyncio.open_connection("127.0.0.1", plan.port), paths)
    await _ask(plan, line)
    return line


async def _once(plan: Plan, line: _Line, paths: int) -> None:
    """One request to every path of a connection, of which the first is made when it is opened."""
    for _ in range(paths - 1):
        await _ask(plan, line)


async def _repeat(plan: Plan, line: _Line, begin: float) -> list[float]:
    """The seconds of each answer that came in the measured time, and of the one on its way at the end."""
    seconds: list[float] = []
    came = 0.0
    while came < begin + plan.seconds:
        sent = time.perf_counter()
        await _ask(plan, line)
        came = time.perf_counter()
        if came >= begin:
            seconds.append(came - sent)
    line.writer.close()
    return seconds


async def _ask(plan: Plan, line: _Line) -> None:
    line.writer.write(_request(plan, next(line.paths)))
    head = await line.reader.readuntil(b"\r\n\r\n")
    answer = await line.reader.readexactly(_length(head))
    if not head.startswith(b"HTTP/1.1 20"):
        raise RuntimeError((head + answer).decode("utf-8", "replace"))


def _request(plan: Plan, path: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {plan.token}\r\n"
        f"content-type: application/json\r\nidempotency-key: {uuid4()}\r\ncontent-length: {len(plan.body)}\r\n\r\n"
    )
    return head.encode() + plan.body


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])
