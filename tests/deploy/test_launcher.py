"""`./concord` prepares an environment of its own; what a link leads to is somebody else's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

PYTHON = """#!/bin/sh
# stands for python3: an environment is a folder with this very file in it; everything else succeeds
if [ "$1 $2" = "-m venv" ]; then
    rm -rf "$4"/*
    mkdir -p "$4/bin"
    cp "$0" "$4/bin/python"
fi
"""


def checkout(place: Path) -> Path:
    """A checkout with only what the launcher looks at."""
    (place / "deploy").mkdir(parents=True)
    (place / "deploy" / "__init__.py").touch()
    (place / "requirements.lock").touch()
    (place / "pyproject.toml").touch()
    shutil.copy(ROOT / "concord", place)
    return place


def launched(place: Path, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [place / "concord"], env={"PATH": f"{path}:{os.environ['PATH']}"}, capture_output=True, text=True, check=False
    )


def test_an_environment_that_is_linked_in_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "path"
    path.mkdir()
    (path / "python3").write_text(PYTHON)
    (path / "python3").chmod(0o755)
    first, second = checkout(tmp_path / "first"), checkout(tmp_path / "second")
    assert launched(first, path).returncode == 0
    (first / ".venv" / "kept").touch()
    (second / ".venv").symlink_to(first / ".venv")
    ended = launched(second, path)
    assert ended.returncode == 0, ended.stderr
    assert (first / ".venv" / "kept").exists()
    assert not (second / ".venv").is_symlink()
    assert (second / ".venv" / "bin" / "python").exists()


def test_an_environment_that_is_ready_is_used_again(tmp_path: Path) -> None:
    path = tmp_path / "path"
    path.mkdir()
    (path / "python3").write_text(PYTHON)
    (path / "python3").chmod(0o755)
    place = checkout(tmp_path / "place")
    assert "environment" in launched(place, path).stderr
    assert launched(place, path).stderr == ""
