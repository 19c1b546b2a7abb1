"""The one frame under every process that follows something: it wakes, loops, pauses, searches, beats and stops.

May import `services.errors`, `services.garbage_collection`, `services.observability`, the register as it is read,
and psycopg.
Never holds what a process does with what it follows: that is four functions each process brings.
"""

from services.follower.frame import (
    AWAY,
    BrokenError,
    Control,
    Follower,
    Process,
    StandbyError,
    follow,
    heartbeat_of,
    step,
)
from services.follower.heartbeat import Lane

__all__ = [
    "AWAY",
    "BrokenError",
    "Control",
    "Follower",
    "Lane",
    "Process",
    "StandbyError",
    "follow",
    "heartbeat_of",
    "step",
]
