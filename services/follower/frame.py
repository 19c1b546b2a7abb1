"""The loop: open, read pieces, take them in, store what was acknowledged, wait for more (ADR 0022)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from services.errors import ClockAhead, ConcordError, TimeMoved, Unavailable
from services.follower.heartbeat import Heartbeat, Lane
from services.garbage_collection import settle
from services.observability.logs import error_text

Key = TypeVar("Key")
Item = TypeVar("Item")
Stopping = Callable[[], bool]
Passing = tuple[type[Exception], ...]

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
"""Seconds between two tries to open what is away; each doubles the last."""

STANDBY_SECONDS: Final = 1.0
"""Between two looks at whether the process that works has gone."""

AWAY: Final[tuple[type[Exception], ...]] = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    PoolTimeout,
    OSError,
    Unavailable,
    ClockAhead,
    TimeMoved,
)
"""The database or the network is away, or a clock behind: no item's fault. Wait, lose nothing."""

log = structlog.get_logger("follower")


class BrokenError(ConcordError):
    """What is followed does not go on from where this process stands: the process ends, and a person has to look."""

    code = "follower-broken"


class StandbyError(Unavailable):
    """Another process does this work now."""


def nothing(_taken: int) -> None:
    """The checkpoint of a sink that moves it in its own transaction."""


@dataclass(frozen=True, slots=True)
class Control:
    """What a follower may ask of the frame: whether it is time to stop; and to be stepped soon, from any thread."""

    stopping: Stopping
    wake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Follower(Generic[Key, Item]):
    """What a process does while everything it needs is open; see ADR 0022 for the four parts.

    `sink` and `failure` answer how many items have taken effect. Without `failure` every error ends the
    round, and one that is not among those of the process's `away` ends the process.
    """

    source: Callable[[], Iterable[tuple[Key, Sequence[Item]]]]
    sink: Callable[[Key, Sequence[Item]], int]
    lanes: Callable[[], Sequence[Lane]]
    checkpoint: Callable[[int], None] = nothing
    failure: Callable[[Key, Item, Exception], int] | None = None


@dataclass(frozen=True)
class Process:
    """A process: its name in `concord ps`, and how it comes by its follower.

    `prepare` is done once, before the first opening. `channels` are PostgreSQL's notices that wake it;
    `poll_seconds` is the longest it sleeps without one, 0 where its source waits itself. `rest` is called a few
    times a second while it pauses, `close` at the end. A step may take a minute, and `long_steps` seconds more,
    before the process counts as hanging. A preparation or opening that raises an error of `away` is
    tried again.
    """

    name: str
    conninfo: str
    open: Callable[[Control], AbstractContextManager[Follower[Any, Any]]]
    prepare: Callable[[], None] = lambda: None
    channels: tuple[str, ...] = ()
    poll_seconds: float = 1.0
    away: tuple[type[Exception], ...] = AWAY
    long_steps: float = 0.0
    rest: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


def step(follower: Follower[Key, Item], away: tuple[type[Exception], ...] = AWAY) -> int:
    """One round: everything that the source yields, and the checkpoint; the items that took effect."""
    passing = (*away, BrokenError)
    taken = sum(_take(follower, key, items, passing) for key, items in follower.source())
    follower.checkpoint(taken)
    return taken


def _take(follower: Follower[Key, Item], key: Key, items: Sequence[Item], passing: Passing) -> int:
    """Take the items; where that fails, the halves apart, until the one item is found on which it fails."""
    try:
        return follower.sink(key, items)
    except passing:
        raise
    except Exception as error:
        if follower.failure is None:
            raise
        if len(items) == 1:
            return follower.failure(key, items[0], error)
    half = len(items) // 2
    return _take(follower, key, items[:half], passing) + _take(follower, key, items[half:], passing)


def follow(process: Process, stopping: Stopping, heartbeat: Heartbeat | None = None) -> None:
    """Follow until `stopping`; where something is away, wait and try again.

    Raises BrokenError and every error that is not among those of `away`: a person has to look.
    """
    settle()
    with heartbeat or heartbeat_of(process) as beat:
        try:
            _follow(process, stopping, beat)
        except Exception as error:
            beat.stopped(error)
            raise
        finally:
            process.close()


def heartbeat_of(process: Process) -> Heartbeat:
    """What the process reports about itself."""
    return Heartbeat(process.conninfo, process.name, process.channels, process.long_steps)


def _follow(process: Process, stopping: Stopping, beat: Heartbeat) -> None:
    prepared, pause, control = False, FIRST_PAUSE, Control(stopping, beat.ring)
    while not stopping():
        try:
            if not prepared:
                process.prepare()
                prepared = True
            with process.open(control) as follower:
                while not stopping():
                    taken = step(follower, process.away)
                    pause = FIRST_PAUSE
                    beat.stepped(taken, follower.lanes)
                    if not taken:
                        beat.wait(process.poll_seconds, stopping)
        except StandbyError as error:
            if beat.standby():
                log.info("standing by", process=process.name, why=str(error))
            beat.wait(STANDBY_SECONDS, stopping, process.rest, deaf=True)
        except process.away as error:
            beat.waiting(error)
            log.warning("waiting", process=process.name, error=error_text(error))
            beat.wait(pause, stopping, process.rest, deaf=True)
            pause = min(2 * pause, LONGEST_PAUSE)
