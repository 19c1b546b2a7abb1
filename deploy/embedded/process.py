"""Is a pid still the process it was? A pid alone is no proof: the system hands it out again."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

CLOCK_SLACK = 2.0
"""Seconds by which a process may seem younger than the time it wrote down itself (both are rounded)."""


@dataclass(frozen=True, slots=True)
class Process:
    """What the system says of a pid; `started` in seconds since 1970, `directory` None where it is not told."""

    name: str
    defunct: bool
    started: float
    directory: Path | None


def look(pid: int) -> Process | None:
    """The process that has this pid now, or None."""
    return _from_proc(pid) if sys.platform == "linux" else _from_ps(pid)


def is_postmaster(pid: int, started: int, data: Path) -> bool:
    """Whether `pid` is still the server that wrote itself into `data/postmaster.pid` at `started` (epoch seconds).

    A server is known by its working directory, which is `data`: the file of a copied directory names the server
    of the original. Where that is not told, a pid handed out again belongs to a younger process.
    """
    process = look(pid)
    if process is None or process.defunct or process.name != "postgres":
        return False
    if process.directory is not None:
        return process.directory == data.resolve()
    return process.started <= started + CLOCK_SLACK


def _from_proc(pid: int) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    name = stat[stat.index("(") + 1 : stat.rindex(")")]
    fields = stat[stat.rindex(")") + 2 :].split()
    started = _boot_time() + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    try:
        directory = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        directory = None
    return Process(name=name, defunct=fields[0] in "ZX", started=started, directory=directory)


def _boot_time() -> int:
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        if line.startswith("btime "):
            return int(line.split()[1])
    raise OSError("/proc/stat names no boot time")


def _from_ps(pid: int) -> Process | None:
    answer = subprocess.run(  # noqa: S603 - fixed words and a number
        ["/bin/ps", "-o", "stat=,lstart=,comm=", "-p", str(pid)],
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    words = answer.stdout.split(maxsplit=6)
    if answer.returncode != 0 or len(words) < 7:
        return None
    # ps prints local wall time and no zone
    started = datetime.strptime(" ".join(words[1:6]), "%a %b %d %H:%M:%S %Y").astimezone()
    return Process(
        name=Path(words[6].strip()).name, defunct="Z" in words[0], started=started.timestamp(), directory=None
    )
