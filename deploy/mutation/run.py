"""Runs the tests on each mutant in a process of its own, forked from one that has imported and collected everything."""

from __future__ import annotations

import json
import os
import pickle
import resource
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cache
from inspect import getsource
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from deploy.mutation.mutant import DECLARED, Mutant

ROOT = Path(__file__).resolve().parents[2]
LAW = str(ROOT / "services" / "casework")
PUBLISHED = str(ROOT / "deploy" / "contract" / "law.py")
"""What is published of the law's declarations."""

TESTS = ("tests/casework", "tests/lives", "tests/policy", "tests/test_docs.py")
"""The pure tests of the law, and what its reference says of its numbers; all others rest on them."""

PATIENCE = 300
"""Seconds of the processor after which a mutant counts as noticed: it goes on for ever."""


@dataclass(slots=True)
class Reached:
    """Which functions and judged types a test comes past, and how long it takes."""

    names: frozenset[str]
    seconds: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: which test noticed it, None where none did; how many were run, and could notice it."""

    mutant: Mutant
    noticed_by: str | None
    tests: int
    reach: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Log:
    """A file with a line for each mutant that was tried, by which a run that was ended goes on where it was."""

    file: Path

    def keep(self, outcome: Outcome) -> None:
        """Add one outcome."""
        said = {name: getattr(outcome, name) for name in ("noticed_by", "tests", "reach", "seconds")}
        with self.file.open("a", encoding="utf-8") as log:
            log.write(json.dumps({"mutant": outcome.mutant.name, **said}, ensure_ascii=False) + "\n")

    def split(self, mutants: Sequence[Mutant]) -> tuple[list[Outcome], list[Mutant]]:
        """The outcomes that were kept of these mutants, and the mutants that are still to be tried.

        Mutants of one name are told apart by their number alone.
        """
        kept: dict[str, list[dict[str, Any]]] = {}
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else ():
            outcome = json.loads(line)
            kept.setdefault(outcome.pop("mutant"), []).append(outcome)
        done: list[Outcome] = []
        left: list[Mutant] = []
        for mutant in mutants:
            if tried := kept.get(mutant.name):
                done.append(Outcome(mutant, **tried.pop(0)))
            else:
                left.append(mutant)
        return done, left


@dataclass(slots=True)
class Runner:
    """A pytest plugin that, instead of running the tests, tries mutants on them; `longest` are the
    processor's seconds that a test may take that is asked.
    """

    choose: Callable[[], Sequence[Mutant]]
    jobs: int
    told: Callable[[Outcome, int], None]
    kept: Path | None = None
    log: Log | None = None
    longest: float | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out what each test comes past; then try every mutant."""
        mutants: Sequence[Mutant] = self.choose()
        if self.log is not None:
            self.outcomes, mutants = self.log.split(mutants)
        if not mutants:
            return True
        reached = self._reached(session.items)
        self.unsound = [test for test, one in reached.items() if not one.passed]
        items = [item for item in session.items if self._is_asked(reached[item.nodeid])]
        work = [(mutant, order(mutant, items, reached)) for mutant in mutants]
        for mutant, outcome in in_processes([trying(mutant, order) for mutant, order in work], self.jobs):
            at = work[mutant]
            noticed, tests, seconds = outcome
            done = Outcome(at[0], noticed, tests, len(at[1]), seconds)
            self.outcomes.append(done)
            if self.log is not None:
                self.log.keep(done)
            self.told(done, len(work))
        return True

    def _is_asked(self, test: Reached) -> bool:
        return test.passed and (self.longest is None or test.seconds <= self.longest)

    def _reached(self, items: Sequence[pytest.Item]) -> Mapping[str, Reached]:
        """What each test comes past: as it was kept, for all that is kept; else found out and kept."""
        known: dict[str, Reached] = {}
        if self.kept is not None and self.kept.exists():
            known = pickle.loads(self.kept.read_bytes())  # noqa: S301 (a file of our own)
        for found in _surveyed([item for item in items if item.nodeid not in known], self.jobs):
            known |= found
            if self.kept is not None:
                self.kept.write_bytes(pickle.dumps(known))
        return known


def order(mutant: Mutant, items: Sequence[pytest.Item], reached: Mapping[str, Reached]) -> list[pytest.Item]:
    """The tests that can notice a mutant: those of its chapter first, the quick ones before the slow ones."""
    chapter = mutant.module.rpartition(".")[2]
    chapter = mutant.module.split(".")[-2] if chapter in ("kind", "state") else chapter
    chapter = "docs" if mutant.module.startswith("packs.") else chapter
    can = [item for item in items if not mutant.reached_by or mutant.reached_by & _names(item, reached)]
    return sorted(can, key=lambda item: (f"test_{chapter}." not in item.nodeid, reached[item.nodeid].seconds))


def _names(item: pytest.Item, reached: Mapping[str, Reached]) -> frozenset[str]:
    """What a test comes past; one that reads declarations itself comes past all of them."""
    names = reached[item.nodeid].names
    return names | {DECLARED} if isinstance(item, pytest.Function) and _reads(item.function) else names


@cache
def _reads(test: Callable[..., Any]) -> bool:
    """Whether a test reads declarations itself."""
    return "laws" in getsource(test).casefold()


# --- what a test comes past -------------------------------------------------------------------------------------------


SHARE = 200
"""Tests that one process looks at: a survey that was ended has lost no more than those."""


def _surveyed(items: Sequence[pytest.Item], jobs: int) -> Iterator[dict[str, Reached]]:
    shares = [_surveying(items[n : n + SHARE]) for n in range(0, len(items), SHARE)]
    for _, found in in_processes(shares, jobs):
        yield found


def _surveying(items: Sequence[pytest.Item]) -> Callable[[], dict[str, Reached]]:
    def survey() -> dict[str, Reached]:
        found = {}
        for item, following in zip(items, [*items[1:], None], strict=True):
            names: set[str] = set()
            began = time.process_time()
            sys.settrace(_noting(names))
            try:
                passed = _passes(item, following)
            finally:
                sys.settrace(None)
            found[item.nodeid] = Reached(frozenset(names), time.process_time() - began, passed)
        return found

    return survey


def _noting(names: set[str]) -> Callable[[FrameType, str, Any], None]:
    seen: dict[Any, str | None] = {}

    def note(frame: FrameType, _event: str, _argument: Any) -> None:
        code = frame.f_code
        if code not in seen:
            seen[code] = _name_of(code.co_filename, code.co_qualname)
        name = seen[code]
        if name is None:
            return
        names.add(name)
        if name in _JUDGES and "." not in code.co_qualname:
            given = frame.f_locals
            about = type(given["event"]) if "event" in given else given["law"].event
            names.add(about.about.type)

    return note


_JUDGES = frozenset(
    f"services.casework.judgement:{name}"
    for name in ("judge", "propose", "act_of", "begins_stream", "best_post", "_possibility")
)
"""The functions that ask the declaration of an event, and are given either."""


def _name_of(file: str, qualname: str) -> str | None:
    if not file.startswith((LAW, PUBLISHED)):
        return None
    module = file.removeprefix(str(ROOT) + os.sep).removesuffix(".py").replace(os.sep, ".")
    return f"{module.removesuffix('.__init__')}:{qualname.partition('.<locals>')[0]}"


# --- processes --------------------------------------------------------------------------------------------------------


def trying(mutant: Mutant, items: Sequence[pytest.Item]) -> Callable[[], tuple[str | None, int, float]]:
    """Bring the mutant about, and ask the tests in their order until one notices: which, how many, how long."""

    def trial() -> tuple[str | None, int, float]:
        began = time.perf_counter()
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + PATIENCE, resource.RLIM_INFINITY))
        tests = 0
        try:
            mutant.apply()
        except LookupError:  # it cannot be brought about, and nobody notices it
            return None, tests, time.perf_counter() - began
        for item in items:
            tests += 1
            if not _passes(item, None):
                return item.nodeid, tests, time.perf_counter() - began
        return None, tests, time.perf_counter() - began

    return trial


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    failed: list[bool] = []

    class Watch:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            failed.append(report.failed)

    watch = Watch()
    item.config.pluginmanager.register(watch)
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    finally:
        item.config.pluginmanager.unregister(watch)
    return not any(failed)


def in_processes(tasks: Sequence[Callable[[], Any]], jobs: int) -> Iterator[tuple[int, Any]]:
    """The number and result of each task, as they come; each in a process forked from this one."""
    waiting, running = list(enumerate(tasks))[::-1], dict[int, tuple[int, int]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            number, task = waiting.pop()
            pid, pipe = _forked(task)
            running[pid] = number, pipe
        (first, *_), _, _ = select.select([pipe for _, pipe in running.values()], [], [])
        pid = next(one for one, (_, pipe) in running.items() if pipe == first)
        number, pipe = running.pop(pid)
        with os.fdopen(pipe, "rb") as end:
            sent = end.read()
        os.waitpid(pid, 0)
        yield number, pickle.loads(sent) if sent else ("it ends the process, or goes on for ever", 0, 0.0)  # noqa: S301


def _forked(task: Callable[[], Any]) -> tuple[int, int]:
    out, into = os.pipe()
    pid = os.fork()
    if pid:
        os.close(into)
        return pid, out
    # the child: whatever happens, it ends here
    with suppress(BaseException):
        os.setsid()
        os.close(out)
        with (
            Path(os.devnull).open("w", encoding="utf-8") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
        ):
            result = pickle.dumps(task())
        with os.fdopen(into, "wb") as end:
            end.write(result)
    os._exit(0)
