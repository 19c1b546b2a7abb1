"""Who started a server that outlives its starter: written beside it, so that what a killed one left can be named."""

from __future__ import annotations

import json
import os
from pathlib import Path

from deploy.embedded.process import CLOCK_SLACK, look

FILE = "owner.json"


def claim(home: Path) -> None:
    """Note this process as the owner of the server in `home`, unless another one that lives is noted."""
    if lives(home):
        return
    process = look(os.getpid())
    started = process.started if process is not None else 0.0
    begun = home / f"{FILE}.{os.getpid()}"
    begun.write_text(json.dumps({"pid": os.getpid(), "started": started}), "ascii")
    begun.replace(home / FILE)


def lives(home: Path) -> bool:
    """Whether the process that is noted as the owner is still there: a pid handed out again is another one."""
    noted = _noted(home)
    if noted is None:
        return False
    process = look(noted[0])
    return process is not None and not process.defunct and abs(process.started - noted[1]) <= CLOCK_SLACK


def ended(home: Path) -> bool:
    """Whether an owner is noted and has ended; nothing is known of a server of which none is noted."""
    return _noted(home) is not None and not lives(home)


def _noted(home: Path) -> tuple[int, float] | None:
    """Pid and start (epoch seconds) of the owner."""
    try:
        noted = json.loads((home / FILE).read_text("ascii"))
        return int(noted["pid"]), float(noted["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
