"""Running benchmarks by name, and showing what they found."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from rich.console import Console

from deploy.bench import (
    append,
    edges,
    growth,
    history,
    http_command,
    intake,
    latency,
    law,
    nation,
    outages,
    pages,
    programme,
    publish,
    rebuild,
    replicate,
    signal_latency,
    starts,
    verify,
)
from deploy.bench.databases import server
from deploy.bench.result import Course, Result, course, table

ALL = "all"


@dataclass(frozen=True, slots=True)
class Case:
    """A benchmark: how long it is on the progress bar (quick or whole), and what it finds on a server."""

    steps: Callable[[bool], float]
    measure: Callable[[str, bool, Course], list[Result]]


CASES: Mapping[str, Case] = {
    name: Case(module.steps, module.measure)
    for name, module in {
        "append": append,
        "http": http_command,
        "edges": edges,
        "rebuild": rebuild,
        "history": history,
        "law": law,
        "verify": verify,
        "latency": latency,
        "growth": growth,
        "programme": programme,
        "pages": pages,
        "intake": intake,
        "publish": publish,
        "signal-latency": signal_latency,
        "starts": starts,
        "outages": outages,
        "replicate": replicate,
        "nation": nation,
    }.items()
}
"""The benchmarks by name, in the order in which `all` runs them."""


def run(name: str, json: bool, quick: bool) -> list[dict[str, Any]]:
    """Measure one benchmark, or all, on databases of its own; print a table, and with `json` one line of JSON last.

    `quick` shrinks everything to a trial whose figures mean nothing. Raises KeyError for an unknown name.
    """
    chosen = list(CASES.values()) if name == ALL else [CASES[name]]
    results: list[Result] = []
    with server() as conninfo, course(sum(case.steps(quick) for case in chosen)) as progress:
        for case in chosen:
            gc.collect()
            results += case.measure(conninfo, quick, progress)
    Console(width=None if sys.stdout.isatty() else 160).print(table(results))
    documents = [result.document() for result in results]
    if json:
        sys.stdout.write(orjson.dumps(documents).decode() + "\n")
        sys.stdout.flush()
    return documents
