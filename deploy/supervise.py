"""Keeping Concord's processes running under one parent: started together, restarted when they die, stopped together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

STOP_SECONDS = 10.0
"""How long a process has to end by itself before it is killed."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before a dead process is started again; doubled with each death in a row."""

STANDARD_ERROR = 2
"""Where the processes write their logs: standard output is for what whoever starts them has to say."""

STEADY_SECONDS = 10.0
"""A process that lived so long starts its pauses again."""


@dataclass
class Child:
    """One supervised process: its command, and how often it died of late."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """The processes of one Concord; each ends by itself when this process is gone (its standard input closes).

    `held` are file descriptors that every process keeps open, so that a lock on one ends with the last of them.
    """

    environment: Mapping[str, str]
    held: Sequence[int] = ()
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Start `concord ARGUMENTS` as a process of that name, with what it is told beside what all are told."""
        command = (sys.executable, "-P", "-m", "deploy.cli", *arguments)
        child = Child(name, command, {**self.environment, **(environment or {})})
        self.children.append(child)
        self._spawn(child)

    def _spawn(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 (our own program)
            [*child.arguments, "--while-stdin"],
            stdin=subprocess.PIPE,
            stdout=STANDARD_ERROR,
            env={**os.environ, **child.environment},
            pass_fds=self.held,
            start_new_session=True,
        )
        child.started = time.monotonic()

    def look_after(self) -> list[str]:
        """Start again what has died; the names of what has."""
        died = []
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            now = time.monotonic()
            if child.not_before == 0.0:
                child.deaths = 1 if now - child.started > STEADY_SECONDS else child.deaths + 1
                child.not_before = now + min(FIRST_PAUSE * 2 ** (child.deaths - 1), LONGEST_PAUSE)
                died.append(child.name)
            if now >= child.not_before:
                child.not_before = 0.0
                self._spawn(child)
        return died

    def stop(self) -> None:
        """Ask all to end, the last started first; kill what does not."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self.children.clear()
