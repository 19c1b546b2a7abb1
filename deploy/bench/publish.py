"""The publisher catching up with a log, beside a bare producer of the same settings with all made ready."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

import psycopg

from deploy.bench import units
from deploy.bench.broker import broker
from deploy.bench.databases import database
from deploy.bench.result import Course, Result
from services.follower import follow
from services.publisher import positions
from services.publisher.run import process, producing
from services.publisher.topics import ensure
from services.publisher.wire import headers_of
from services.register.read import last_position, log_id, raw_tail
from services.vault import KeyFile

GOAL = 0.50
PLACE = "430000"
PATIENCE = 300.0
"""Seconds in which a round must be over."""

_LOOK = 0.005


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: units of LENGTH events, rounds."""

    units: int
    rounds: int


WHOLE, QUICK = Size(2_500, 3), Size(50, 1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return (QUICK if quick else WHOLE).rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`publish`, in events a second, each acknowledged."""
    size = QUICK if quick else WHOLE
    rounds = []
    with broker() as bootstrap, database(server) as conninfo, TemporaryDirectory() as home:
        units.load(conninfo, size.units)
        for turn in range(size.rounds):
            topics = [f"bench.{name}.{turn}" for name in ("ours", "bare")]
            for topic in topics:
                ensure(bootstrap, topic)
            rounds.append(
                (
                    _published(conninfo, bootstrap, topics[0], Path(home) / "key"),
                    _produced(conninfo, bootstrap, topics[1]),
                )
            )
            course.step(f"publish {turn + 1}/{size.rounds}")
    ours, peer = (median(one[n] for one in rounds) for n in range(2))
    note = f"{size.units * units.LENGTH:,} events; peer: bytes and headers ready in memory"
    return [Result("publish", ours, "events/s", peer, goal=f"≥ {GOAL:.0%} peer", met=ours >= GOAL * peer, note=note)]


def _published(conninfo: str, bootstrap: str, topic: str, keys: Path) -> float:
    """Events a second from the first acknowledged position that is seen to the last."""
    arguments = (conninfo, bootstrap, topic, keys)
    process = multiprocessing.get_context("spawn").Process(target=_publish, args=arguments, daemon=True)
    process.start()
    until = time.perf_counter() + PATIENCE
    seen: list[tuple[float, int]] = []
    try:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            last = last_position(conn)
            while not seen or seen[-1][1] < last:
                at = positions.published(conn, topic)
                if at and (not seen or seen[-1][1] != at):
                    seen.append((time.perf_counter(), at))
                if time.perf_counter() > until:
                    raise RuntimeError(f"{at} of {last} events published in {PATIENCE:.0f} s")
                time.sleep(_LOOK)
    finally:
        process.kill()
        process.join()
    return _rate(seen)


def _rate(seen: Sequence[tuple[float, int]]) -> float:
    (begun, first), (ended, last) = seen[0], seen[-1]
    return (last - first) / (ended - begun) if last > first else float(last)


def _publish(conninfo: str, bootstrap: str, topic: str, key: Path) -> None:
    follow(process(conninfo, bootstrap, PLACE, topic, KeyFile.at(key)), lambda: False)


def _produced(conninfo: str, bootstrap: str, topic: str) -> float:
    """Events a second of a process that has all in memory and only sends."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    arguments = (conninfo, bootstrap, topic, theirs)
    process = multiprocessing.get_context("spawn").Process(target=_produce, args=arguments, daemon=True)
    process.start()
    try:
        if not ours.poll(PATIENCE):
            raise RuntimeError("the bare producer does not answer")
        return float(ours.recv())
    finally:
        process.kill()
        process.join()


def _produce(conninfo: str, bootstrap: str, topic: str, answer: Connection) -> None:
    with psycopg.connect(conninfo) as conn:
        log: UUID = log_id(conn)
        raws = raw_tail(conn, 0, last_position(conn))
    ready = [(raw.state, str(raw.stream).encode(), headers_of(log, PLACE, raw)) for raw in raws]
    with producing(bootstrap) as producer:
        producer.partitions_for(topic)
        begun = time.perf_counter()
        for state, key, headers in ready:
            producer.send(topic, state, key=key, headers=headers)
        producer.flush()
        answer.send(len(ready) / (time.perf_counter() - begun))
