"""A long history to a state: decoding and folding 1,000 events, beside only parsing the same bytes as JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from uuid import uuid4

import orjson

from deploy.bench import units
from deploy.bench.result import Course, Result
from events.registry import decode, encode
from services.casework.stream import fold
from services.casework.unit.kind import UNIT

EVENTS = 1_000
TURNS, QUICK_TURNS = 100, 5
GOAL = 6.0


def steps(quick: bool) -> float:  # noqa: ARG001 (every case says so of both sizes)
    """Steps of the progress bar."""
    return 1


def measure(server: str, quick: bool, course: Course) -> list[Result]:  # noqa: ARG001 (needs no database)
    """`history-1000`, in milliseconds; the fold's own part is in the note."""
    stream = uuid4()
    stored = [(entry.event.about.type, encode(entry)) for entry in units.history(stream, EVENTS)]
    entries = [decode(name, state) for name, state in stored]
    parts = [
        (
            _milliseconds(lambda: fold(UNIT, stream, [decode(name, state) for name, state in stored])),
            _milliseconds(lambda: [orjson.loads(state) for _, state in stored]),
            _milliseconds(lambda: fold(UNIT, stream, entries)),
        )
        for _ in range(QUICK_TURNS if quick else TURNS)
    ]
    course.step("history-1000")
    ours, limit, folding = (median(part[n] for part in parts) for n in range(3))
    mean = sum(len(state) for _, state in stored) / EVENTS
    return [
        Result(
            "history-1000", ours, "ms", limit=limit, goal=f"≤ {GOAL:g}× limit", met=ours <= GOAL * limit,
            note=f"{mean:.0f} bytes an event; folding alone {folding:.2f} ms",
        )
    ]  # fmt: skip


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000
