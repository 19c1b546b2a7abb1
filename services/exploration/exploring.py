"""An exploration: seeds in turn, each a walk from one of the told moments, for so long or so many."""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from random import Random
from typing import Final

from services.exploration.moments import Moment, Moments
from services.exploration.tally import Tally
from services.exploration.walk import Start, Walk

RAREST: Final = 0.5
"""Share of the walks from told moments that begin just before an act of a type that was seldom accepted."""

BREADTH: Final = 0.4
"""Share of the walks that begin in a class of state that was come to on the way, the first ones first."""


class ProcessEndedError(RuntimeError):
    """A process that walks ended without telling what it saw."""


@dataclass(slots=True)
class Exploration:
    """One process's share: walks of a seed, counted in one tally."""

    moments: Moments
    seed: int
    promises: float = 0.0
    tally: Tally = field(default_factory=Tally)
    frontier: deque[Start] = field(default_factory=deque)
    walks: int = 0

    def goes_on(self, until: Callable[[], bool]) -> Tally:
        """Walk after walk until it is enough."""
        while not until():
            self.walk()
        return self.tally

    def walk(self) -> None:
        """The next walk: the same for the same seed and number."""
        self.walks += 1
        random = Random(f"{self.seed}:{self.walks}")  # noqa: S311 (a walk that has to repeat, nothing secret)
        Walk(self._begins(random), self.moments, self.tally, random, self.frontier, self.promises).goes()

    def _begins(self, random: Random) -> Start:
        if self.frontier and random.random() < BREADTH:
            return self.frontier.popleft()
        return _from(self._moment(random))

    def _moment(self, random: Random) -> Moment:
        if random.random() >= RAREST:
            return random.choice(self.moments.kept)
        types = list(self.moments.by_type)
        weights = [1.0 / (5 + self.tally.accepted[name]) for name in types]
        return random.choice(self.moments.by_type[random.choices(types, weights)[0]])


def _from(moment: Moment) -> Start:
    return Start(moment, moment.snapshot)


def explored(
    moments: Moments, seed: int, *, minutes: float = 0.0, walks: int = 0, processes: int = 1, promises: float = 0.0
) -> Tally:
    """What walks of the seed show, for so many minutes, or for so many walks in all; `promises` is the share of the
    refusals whose word is asked.

    With more than one process each walks seeds of its own, from moments that were told once. Raises ProcessEndedError
    where one of them ended before its time.
    """
    if processes == 1:
        return _share(moments, seed, minutes, walks, promises)
    return _together(moments, seed, minutes, walks, processes, promises)


def _share(moments: Moments, seed: int, minutes: float, walks: int, promises: float) -> Tally:
    share, ends = Exploration(moments, seed, promises), time.monotonic() + 60 * minutes
    began, resting = time.process_time(), gc.isenabled()
    gc.disable()  # states and entries have no cycles: collecting them would take a third of the time
    try:
        if walks:
            return share.goes_on(lambda: share.walks >= walks)
        return share.goes_on(lambda: time.monotonic() >= ends)
    finally:
        share.tally.cpu_seconds = time.process_time() - began
        if resting:
            gc.enable()


def _together(moments: Moments, seed: int, minutes: float, walks: int, processes: int, promises: float) -> Tally:
    context = multiprocessing.get_context("fork")

    def share(number: int, end: Connection) -> None:
        end.send(_share(moments, seed * 1_000 + number, minutes, -(-walks // processes), promises))

    ends: list[Connection] = []
    for number in range(processes):
        ours, theirs = context.Pipe(duplex=False)
        context.Process(target=share, args=(number, theirs), daemon=True).start()
        theirs.close()
        ends.append(ours)
    tally = Tally()
    for end in ends:
        try:
            tally.add(end.recv())
        except EOFError as error:
            raise ProcessEndedError("a process of the exploration ended before its time; it says why above") from error
    return tally
