"""`concord test`: quick unless everything is asked for, or tests are named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def collected(*words: str) -> tuple[set[str], str]:
    """The files whose tests `concord test WORDS` would run, and all that it said."""
    command = (sys.executable, "-P", "-m", "deploy.cli", "test", "-n0", "--collect-only", "-q", *words)
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.partition("::")[0] for line in said.splitlines() if "::" in line}, said


@pytest.mark.long
def test_the_quick_suite_needs_no_broker_and_kills_nothing() -> None:
    quick, said = collected()
    every, _ = collected("--all")
    assert {"tests/casework/test_naming.py", "tests/services/test_api.py", "tests/deploy/test_demo.py"} <= quick
    assert not any(
        file.startswith(("tests/browser/", "tests/kafka/", "tests/faults/", "tests/exploration/")) for file in quick
    )
    assert {"tests/kafka/test_intake.py", "tests/faults/test_kills.py", *quick} <= every
    assert "./concord test --all" in said


@pytest.mark.parametrize("words", [["tests/faults"], ["tests/faults/test_kills.py"], ["tests/faults", "-k", "killed"]])
def test_tests_that_are_named_run_whatever_they_need(words: list[str]) -> None:
    files, said = collected(*words)
    assert files == {"tests/faults/test_kills.py"}
    assert "NOT RUN" not in said


def test_E_28_tests_end_what_they_start_by_a_signal_that_nobody_ignores() -> None:
    """A shell in the background lets its children ignore the interrupt: who waits for an end by it waits for ever."""
    ignored = "SIG" + "INT"
    files = (ROOT / "tests").rglob("*.py")
    assert [str(file.relative_to(ROOT)) for file in files if ignored in file.read_text(encoding="utf-8")] == []
