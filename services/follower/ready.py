"""Whether a process is well, told by itself to whoever asks it over HTTP."""

from __future__ import annotations

from typing import Final

from services.follower.heartbeat import Heartbeat

LONGEST_STEP: Final = 60.0
"""A loop that has not gone on for so many seconds hangs: no step waits longer, transactions included."""

WELL: Final = frozenset({"working", "idle", "standby"})


def checks(beat: Heartbeat) -> tuple[bool, dict[str, object]]:
    """Whether it works and nothing of what it follows stands still; and what it reports about itself."""
    since = beat.seconds_since_step()
    halted = {lane.name: lane.error for lane in beat.lanes if lane.error is not None}
    well = beat.state in WELL and since < LONGEST_STEP + beat.long_steps and not halted
    return well, {
        "process": beat.name,
        "state": beat.state,
        "error": None if well else beat.error,
        "halted": halted,
        "seconds_since_step": round(since, 1),
    }
