"""Processes that tests start and kill, forked from one that has imported what they share: each begins at once."""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["deploy.cli.common", "kafka"])  # what is one process's own is imported by itself


def forked(program: str, *arguments: str) -> ForkServerProcess:
    """A process that runs the text of a program; it does not outlive the tests."""
    process = FORKS.Process(target=_run, args=(program, arguments), daemon=True)
    process.start()
    return process


def _run(program: str, arguments: tuple[str, ...]) -> None:
    os.chdir(ROOT)
    sys.argv = ["-c", *arguments]
    exec(program, {"__name__": "__main__"})  # noqa: S102 (a test's own)
