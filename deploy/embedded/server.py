"""The life of an embedded PostgreSQL: set up, start or join, stop, erase.

PostgreSQL's own interlocks (`postmaster.pid`, the shared memory of orphaned backends) are never
taken out of its hands: no file of its data directory is deleted here.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from deploy.embedded import owner
from deploy.embedded.cluster import DATABASE, USER, configure, free_port, initialise, last_line, remembered_port
from deploy.embedded.place import ENVIRONMENT, EmbeddedError, Place, find, make, programs, socket_directory
from deploy.embedded.process import is_postmaster, look

RETRY = 30.0
"""Seconds for which a start is tried again while something of a killed server still lives."""

PATIENCE = 3_600.0
"""Seconds allowed for crash recovery, or for a clean stop."""

REMAINS = 0.25
"""Seconds until the next try where remains of a killed server were in the way."""

STEP = 0.02
"""Seconds between two looks at a server that is starting."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that takes connections; `url` is a libpq URL with the password, and so kept out of `repr`."""

    url: str = field(repr=False)
    port: int
    pid: int
    directory: Path


@dataclass(frozen=True, slots=True)
class _Postmaster:
    pid: int
    started: int
    port: int
    ready: bool


def start(directory: Path) -> Server:
    """The server of `directory`: joined if it runs, else started, and set up before if it is the first time.

    Returns once it takes connections, however long crash recovery takes (up to PATIENCE). Safe to
    call at the same time from many processes. Raises EmbeddedError with the server log's last line.
    """
    directory = directory.absolute()
    with _alone(directory):
        place = find(directory) or make(directory)
        if not place.data.exists():
            initialise(place)
        until = time.monotonic() + RETRY
        while True:
            server = _server(directory, place, _launched(place))
            try:
                _create_database(server)
            except psycopg.OperationalError as error:  # joined while it was dying
                if time.monotonic() > until:
                    raise EmbeddedError(f"PostgreSQL runs but takes no connection: {error}") from error
                time.sleep(STEP)
            else:
                owner.claim(place.home)
                return server


def running(directory: Path) -> Server | None:
    """The server of `directory` if it takes connections now."""
    directory = directory.absolute()
    place = find(directory)
    postmaster = _postmaster(place) if place else None
    return _server(directory, place, postmaster) if place and postmaster and postmaster.ready else None


def stop(server: Server | Path) -> None:
    """Stop the server, cutting connections and rolling back what is open; nothing happens if it does not run."""
    directory = _directory(server)
    if not directory.is_dir():
        return
    with _alone(directory):
        place = find(directory)
        if place:
            _stop(place)


def erase(server: Server | Path) -> None:
    """Stop the server and delete its whole cluster with all data. There is no way back."""
    directory = _directory(server)
    if not directory.is_dir():
        return
    with _alone(directory):
        place = find(directory)
        if not place:
            return
        _stop(place)
        sockets = socket_directory(place)
        shutil.rmtree(place.home)
        if sockets.exists():
            shutil.rmtree(sockets)
        (directory / "cluster").unlink(missing_ok=True)


def _directory(server: Server | Path) -> Path:
    return server.directory if isinstance(server, Server) else server.absolute()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "cluster.lock").open("w")
    except PermissionError as error:
        raise EmbeddedError(f"this account may not write in {directory}; use another directory") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _launched(place: Place) -> _Postmaster:
    """The running postmaster, started if there is none; tries again while a killed one's remains are in the way."""
    port = remembered_port(place)
    until = time.monotonic() + RETRY
    while True:
        joined = _postmaster(place)
        if joined is None:
            port = free_port(port)
            configure(place, port)
        written = place.log.stat().st_size if place.log.exists() else 0
        if ready := _await_ready(place, joined.pid if joined else _spawn(place)):
            return ready
        said = _log(place, written)
        if time.monotonic() > until:
            raise EmbeddedError(f"PostgreSQL does not start: {last_line(said)} (log: {place.log})")
        if joined or "lock file" in said or "shared memory block" in said:
            time.sleep(REMAINS)
        elif "could not bind" in said:
            port += 1
        else:
            raise EmbeddedError(f"PostgreSQL does not start: {last_line(said)} (log: {place.log})")


def _spawn(place: Place) -> int:
    """Start the server detached from this process, in a session of its own (Ctrl-C here is not its), and return its
    pid.
    """
    environment = dict(ENVIRONMENT)
    stale = _pid_file(place)
    if stale is not None:
        # We know that this pid is a zombie or another program's. PostgreSQL takes any living pid for a rival, except
        # its grandparent's; said this way it still looks for backends left in the old shared memory.
        environment["PG_GRANDPARENT_PID"] = str(stale.pid)
    script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    shell = subprocess.run(  # noqa: S603 - a fixed script, paths as arguments
        ["/bin/sh", "-c", script, "sh", str(place.log), str(programs(place) / "postgres"), "-D", str(place.data)],
        cwd=place.home,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        **place.account(),
    )
    return int(shell.stdout)


def _await_ready(place: Place, pid: int) -> _Postmaster | None:
    """The postmaster once it takes connections; None if the process ended first."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        postmaster = _postmaster(place)
        if postmaster and postmaster.pid == pid and postmaster.ready:
            return postmaster
        process = look(pid)
        if process is None or process.defunct:
            return None
        time.sleep(STEP)
    raise EmbeddedError(f"PostgreSQL is still not ready after {PATIENCE:.0f} s: {last_line(_log(place, 0))}")


def _stop(place: Place) -> None:
    if _postmaster(place) is None:
        return
    done = place.call("pg_ctl", "stop", f"--pgdata={place.data}", "--mode=fast", "--wait", f"--timeout={PATIENCE:.0f}")
    if done.returncode != 0 and _postmaster(place) is not None:
        raise EmbeddedError(
            f"PostgreSQL does not stop: {last_line(done.stderr)}; its log ends: {last_line(_log(place, 0))}"
        )


def _pid_file(place: Place) -> _Postmaster | None:
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 4:
        return None  # just being written
    return _Postmaster(
        int(lines[0]), int(lines[2]), int(lines[3]), ready=len(lines) > 7 and lines[7].strip() == "ready"
    )


def _postmaster(place: Place) -> _Postmaster | None:
    found = _pid_file(place)
    return found if found and is_postmaster(found.pid, found.started, place.data) else None


def _server(directory: Path, place: Place, postmaster: _Postmaster) -> Server:
    password = place.password.read_text(encoding="ascii")
    url = f"postgresql://{USER}:{password}@127.0.0.1:{postmaster.port}/{DATABASE}"
    return Server(url=url, port=postmaster.port, pid=postmaster.pid, directory=directory)


def _create_database(server: Server) -> None:
    with psycopg.connect(server.url, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if known is None:
            connection.execute("CREATE DATABASE concord")


def _log(place: Place, offset: int) -> str:
    with place.log.open("rb") as log:
        log.seek(offset)
        return log.read().decode("utf-8", errors="replace")
