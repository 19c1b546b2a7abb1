"""What killed runs left on this machine: servers that nobody uses, and files whose directory is gone.

Servers are found by their processes, which only Linux tells of; elsewhere nothing is found.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import owner
from deploy.embedded.place import SHARED, Place
from deploy.embedded.process import look
from deploy.kafka import broker

PROCESSES = Path("/proc")
ESTABLISHED = "01"
"""A connection that is open, as /proc/net/tcp writes it."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A server, or files, that nobody owns any more.

    `directory` is the one that it was started for; `pid` and `port` are None where nothing runs; `mend` is the shell
    command that ends or removes it.
    """

    what: str
    directory: Path
    home: Path
    pid: int | None
    port: int | None
    mend: str

    @property
    def seen(self) -> str:
        """What it is, in words."""
        if self.pid is None:
            return f"{self.home}, the database of {self.directory}, which is gone"
        return f"{self.what} of {self.directory}: pid {self.pid}, port {self.port}; whoever started it has ended"


def left_behind(apart: Path | None = None) -> list[LeftBehind]:
    """All of it but what belongs to the directory `apart`, as far as this account may see it."""
    found = [*_servers(), *_files()]
    return [one for one in found if apart is None or one.directory.resolve() != apart.resolve()]


def _servers() -> Iterator[LeftBehind]:
    """Embedded PostgreSQL servers and brokers whose starter has ended, and to which nobody is connected."""
    used = _ports_in_use()
    for pid, directory in _working_directories():
        process = look(pid)
        if process is None or process.defunct:
            continue
        if process.name == "postgres" and _is_postmaster(pid, directory):
            home, what, end = directory.parent, "PostgreSQL", f"kill -INT {pid}"
            known, port = _directory_of(home), _port_of(directory)
        elif process.name == "java" and broker.is_home(directory):
            home, what, end = directory, "Kafka", f"kill {pid}"
            known, port = directory.parent, broker.port_of(directory)
        else:
            continue
        if known is not None and port not in used and owner.ended(home):
            yield LeftBehind(what, known, home, pid, port, end)


def _files() -> Iterator[LeftBehind]:
    """Clusters of root whose directory is gone, or leads to another one now; none of them runs."""
    if not SHARED.is_dir():
        return
    for home in sorted(SHARED.iterdir()):
        known = _directory_of(home)
        if known is None or _leads_to(known, home):
            continue
        if not any(_is_postmaster(pid, home / "data") for pid, at in _working_directories() if at == home / "data"):
            yield LeftBehind("files", known, home, None, None, f"rm -r {shlex.quote(str(home))}")


def _leads_to(directory: Path, home: Path) -> bool:
    try:
        return (directory / "cluster").resolve(strict=True) == home.resolve()
    except OSError:
        return False


def _directory_of(home: Path) -> Path | None:
    """The directory that a cluster was made for; None where it is none of ours."""
    try:
        return Path(json.loads(Place(home, 0, 0).origin.read_text("utf-8"))["directory"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_postmaster(pid: int, data: Path) -> bool:
    """Whether that process wrote itself into the data directory: its children have the same working directory."""
    return _pid_file(data)[:1] == [str(pid)]


def _port_of(data: Path) -> int | None:
    lines = _pid_file(data)
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _working_directories() -> Iterator[tuple[int, Path]]:
    for entry in PROCESSES.glob("[0-9]*"):
        try:
            yield int(entry.name), (entry / "cwd").readlink()
        except OSError:
            continue  # another account's, or just gone


def _ports_in_use() -> frozenset[int]:
    """Ports of this machine on which somebody is connected."""
    ports = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROCESSES / "net" / table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, state, *_ = line.split()
            if state == ESTABLISHED:
                ports.add(int(local.rsplit(":", 1)[1], 16))
    return frozenset(ports)
