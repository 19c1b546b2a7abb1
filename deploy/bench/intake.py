"""Intake with an effect exactly once, beside a bare consumer of the same settings that only counts."""

from __future__ import annotations

import itertools
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition

from deploy.bench import broker
from deploy.bench.databases import database
from deploy.bench.poison import poison
from deploy.bench.result import Course, Result
from services.broker import SAFE, reach
from services.casework.pack import load_pack
from services.follower import follow
from services.intake import kafka as intake
from services.intake.clients import READING
from services.intake.topics import SIGNALS

GOAL, GOAL_TWO, GOAL_POISON = 0.50, 1.6, 0.8
PATIENCE = 300.0
"""Seconds in which a round must be over."""

_LOOK = 0.005
_OFFSETS = "SELECT partition, next_offset FROM intake.offsets WHERE topic = %s"
_OWNERS = "SELECT count(*), count(DISTINCT owner) FROM intake.offsets WHERE topic = %s"
_EFFECTS = "SELECT count(*) FROM register.events WHERE type = 'unit.signal-recorded.v1'"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: signals of a round (of the poisoned one as many more), units of a round, rounds."""

    signals: int
    poisoned: int
    units: int
    rounds: int


WHOLE, QUICK = Size(30_000, 10_000, 6_000, 3), Size(500, 200, 100, 1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return 3 * (QUICK if quick else WHOLE).rounds


@dataclass(frozen=True, slots=True)
class Setup:
    """One register and one broker for all rounds; each is about units of its own, so that all are alike."""

    conninfo: str
    bootstrap: str
    units: Iterator[list[str]]


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`intake`, `intake-poison` (beside good ones alone) and `intake-2` (beside one process), in messages a second."""
    size = QUICK if quick else WHOLE
    ones: list[tuple[float, float]] = []
    poisoned, twos = [], []
    with broker.broker() as bootstrap, database(server) as conninfo:
        broker.settle(conninfo)
        ground = Setup(conninfo, bootstrap, _units(size.units))
        with _process(_take, conninfo, bootstrap, "one"):
            _owned(conninfo, 1)
            for _ in range(size.rounds):
                ones.append((_taken(ground, _good(ground, size.signals)), _counted(ground, size.signals)))
                course.step("intake")
            for turn in range(size.rounds):
                poisoned.append(_taken(ground, _mixed(ground, size.poisoned, turn)))
                course.step("intake-poison")
            with _process(_take, conninfo, bootstrap, "two"):
                _owned(conninfo, 2)
                for _ in range(size.rounds):
                    twos.append(_taken(ground, _good(ground, size.signals)))
                    course.step("intake-2")
        _each_once(conninfo, size)
    one, bare = (median(pair[n] for pair in ones) for n in range(2))
    mixed, two = median(poisoned), median(twos)
    return [
        Result(
            "intake", one, "messages/s", bare, goal=f"≥ {GOAL:.0%} peer", met=one >= GOAL * bare,
            note="peer: kafka-python that only counts; ours judges each and stores it",
        ),
        Result(
            "intake-poison", mixed, "messages/s", one, goal=f"≥ {GOAL_POISON:.0%} peer", met=mixed >= GOAL_POISON * one,
            note="half of them poison of every kind; peer: good ones alone",
        ),
        Result(
            "intake-2", two, "messages/s", one, goal=f"≥ {GOAL_TWO:g}× peer", met=two >= GOAL_TWO * one,
            note="two processes; peer: one",
        ),
    ]  # fmt: skip


def _units(count: int) -> Iterator[list[str]]:
    """The codes of so many new units, again and again."""
    for first in itertools.count(0, count):
        yield [broker.code(n) for n in range(first, first + count)]


def _good(ground: Setup, count: int) -> list[broker.Record]:
    return broker.signals(count, next(ground.units))


def _mixed(ground: Setup, count: int, turn: int) -> list[broker.Record]:
    good = broker.signals(2 * count, next(ground.units))
    first = turn * count
    mixed = [*good[:count], *(poison(first + n, one) for n, one in enumerate(good[count:]))]
    random.Random(turn).shuffle(mixed)  # noqa: S311 (the same order each time)
    return mixed


def _taken(ground: Setup, records: Sequence[broker.Record]) -> float:
    """Messages a second, from the moment at which all can be read to the commit of the last."""
    broker.publish(ground.bootstrap, records)
    begun = time.perf_counter()
    # the last of a partition is the mark of the transaction, which no consumer is given
    ends = {part.partition: end - 1 for part, end in broker.ends(ground.bootstrap, SIGNALS).items() if end}
    with psycopg.connect(ground.conninfo, autocommit=True) as conn:
        while any(at < ends.get(part, 0) for part, at in conn.execute(_OFFSETS, [SIGNALS]).fetchall()):
            if time.perf_counter() > begun + PATIENCE:
                raise RuntimeError(f"intake did not take {len(records)} messages in {PATIENCE:.0f} s")
            time.sleep(_LOOK)
    return len(records) / (time.perf_counter() - begun)


def _owned(conninfo: str, processes: int) -> None:
    """Wait until so many processes share all partitions."""
    until = time.perf_counter() + PATIENCE
    with psycopg.connect(conninfo, autocommit=True) as conn:
        while True:
            partitions, owners = conn.execute(_OWNERS, [SIGNALS]).fetchone() or (0, 0)
            if partitions and owners == processes:
                return
            if time.perf_counter() > until:
                raise RuntimeError(f"{owners} of {processes} processes own partitions")
            time.sleep(0.05)


def _each_once(conninfo: str, size: Size) -> None:
    good = size.rounds * (2 * size.signals + size.poisoned)
    with psycopg.connect(conninfo) as conn:
        found = conn.execute(_EFFECTS).fetchone()
    if found != (good,):
        raise RuntimeError(f"{found} effects of {good} signals")


@contextmanager
def _process(target: Callable[..., None], *arguments: Any) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=target, args=arguments, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _take(conninfo: str, bootstrap: str, name: str) -> None:
    follow(intake.process(conninfo, bootstrap, load_pack(), "430000", name), lambda: False)


def _counted(ground: Setup, count: int) -> float:
    """Messages a second of a process that reads the last so many of them and counts."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    with _process(_count, ground.bootstrap, count, theirs):
        if not ours.poll(PATIENCE):
            raise RuntimeError("the bare consumer does not answer")
        return float(ours.recv())


def _count(bootstrap: str, count: int, answer: Connection) -> None:
    ends = broker.ends(bootstrap, SIGNALS)
    consumer = KafkaConsumer(**reach(bootstrap) | SAFE | READING)
    parts = list(ends)
    consumer.assign(parts)
    for part, first in _firsts(consumer, ends, count).items():
        consumer.seek(part, first)
    seen, begun = 0, time.perf_counter()
    while seen < count:
        seen += sum(len(records) for records in consumer.poll(timeout_ms=200).values())
    answer.send(seen / (time.perf_counter() - begun))
    consumer.close(autocommit=False)


def _firsts(consumer: Any, ends: dict[TopicPartition, int], count: int) -> dict[TopicPartition, int]:
    """Offsets from which a little more than so many messages are to be read, the same part of each partition."""
    first = consumer.beginning_offsets(list(ends))
    whole = sum(ends[part] - first[part] for part in ends)
    share = min(1.0, (count + 4 * len(ends)) / whole)
    return {part: ends[part] - int(share * (ends[part] - first[part])) for part in ends}
