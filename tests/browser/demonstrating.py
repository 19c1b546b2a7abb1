"""A demonstration that is served while tests look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.browser import Page

Open = Callable[..., Page]
"""A new page: as whom (the key of an account; None: nobody), how wide, with or without scripts."""

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def demonstration(directory: Path, *words: str) -> Iterator[dict[str, Any]]:
    """Serve a demonstration with a directory of its own; what it says of itself."""
    without = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "deploy.cli", "demo", "--json", *words],
        cwd=ROOT, env=without | {"CONCORD_DATA_DIR": str(directory)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, "the demonstration did not start"
        yield json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def let_it_be(directory: Path, day: str) -> None:
    """Move the clock of a demonstration on to a day, with what the days bring about."""
    without = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    words = [sys.executable, "-P", "-m", "deploy.cli", "clock", day]
    subprocess.run(words, cwd=ROOT, env=without | {"CONCORD_DATA_DIR": str(directory)}, check=True, capture_output=True)
