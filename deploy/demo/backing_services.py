"""What the demonstration's processes stand on: one demonstration a directory, its PostgreSQL and its broker kept up."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import embedded, kafka
from services.errors import Unavailable

LOOK_SECONDS = 1.0
"""Between two looks at PostgreSQL and the broker."""

GRACE_SECONDS = 2.0
"""How long the other processes have to end by themselves before the ground is taken from under them."""

ALONE_SECONDS = 60.0
"""How long a start waits for what is left of an earlier one in the same directory."""


@contextmanager
def alone(directory: Path) -> Iterator[int]:
    """A lock on the directory, as the descriptor that every process of the demonstration holds open.

    After a kill it lasts until the last of them has ended. Raises Unavailable where that takes too long.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (directory / "demo.lock").open("w") as lock:
        until = time.monotonic() + ALONE_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Unavailable(f"{directory} (another demonstration runs there)") from None
                time.sleep(0.1)
        yield lock.fileno()


def keep(directory: Path, *, postgres: bool, broker: bool) -> None:
    """Start again what dies, until standard input closes: then stop both, for nobody else is left to do it.

    Raises EmbeddedError and KafkaError where one does not start.
    """
    gone = threading.Event()
    threading.Thread(target=_await_close, args=(gone,), daemon=True).start()
    while not gone.wait(LOOK_SECONDS):
        if postgres and embedded.running(directory) is None:
            embedded.start(directory)
        if broker and kafka.status(directory) is None:
            kafka.up(directory)
    time.sleep(GRACE_SECONDS)
    stop(directory, postgres=postgres, broker=broker)


def stop(directory: Path, *, postgres: bool, broker: bool) -> None:
    """Stop both cleanly; nothing is deleted."""
    if broker:
        kafka.down(directory)
    if postgres:
        embedded.stop(directory)


def _await_close(gone: threading.Event) -> None:
    # the raw file: a buffered one holds a lock that the interpreter needs to end
    while os.read(0, 4_096):
        pass
    gone.set()
