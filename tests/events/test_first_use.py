"""Event classes are built when they are first used, not when a process starts."""

from __future__ import annotations

import subprocess
import sys


def test_a_process_that_starts_builds_no_event_class() -> None:
    counted = (
        "from events.registry import EVENT_TYPES; print(sum(e.__pydantic_complete__ for e in EVENT_TYPES.values()))"
    )
    said = subprocess.run([sys.executable, "-c", counted], capture_output=True, text=True, check=True)
    assert said.stdout == "0\n"
