"""The demonstration as a process: smoked, or served until it is stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def demo(directory: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """The demonstration as a process, with a ground of its own."""
    own = {"CONCORD_DATA_DIR": str(directory), **environment}
    without = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "deploy.cli", "demo", *words],
        cwd=ROOT,
        env=without | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def smoked(directory: Path, *words: str, seconds: float) -> dict[str, Any]:
    """What the smoke test's last line says."""
    process = demo(directory, "--smoke", *words)
    said, errors = process.communicate(timeout=seconds)
    assert said, errors
    line: dict[str, Any] = json.loads(said.splitlines()[-1])
    assert line["ok"], errors
    assert process.returncode == 0
    return line


@contextmanager
def started(directory: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A demonstration that is served, killed at the end if need be; what it says when it is."""
    process = demo(directory, "--json", *words)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, json.loads(line)
    finally:
        process.kill()
        process.communicate()
