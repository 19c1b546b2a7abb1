"""Waiting for what is away, and saying so: what comes before there is anything to follow."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from services.follower.frame import AWAY, FIRST_PAUSE, LONGEST_PAUSE
from services.observability.logs import error_text

T = TypeVar("T")

log = structlog.get_logger("follower")


def patiently(name: str, attempt: Callable[[], T], stopping: Callable[[], bool]) -> T | None:
    """What the attempt brings once nothing that it needs is away; None where it is time to stop."""
    pause = FIRST_PAUSE
    while not stopping():
        try:
            return attempt()
        except AWAY as error:
            log.warning("waiting", process=name, error=error_text(error))
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
    return None
