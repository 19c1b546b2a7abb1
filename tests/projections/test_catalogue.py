"""The versions of projections are the program's, not the process's: two processes never rebuild by turns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = """
from projections.catalogue import CATALOGUE
print({name: projection.version for name, projection in CATALOGUE.items()})
"""
BEFORE = [
    "import services.access.accounts",
    "import services.nation.projector",
    "from events.words import Word\nclass Own(Word):\n    ONE = 'one', '一', 'one'",
]


def versions(before: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", before + VERSIONS],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


@pytest.mark.parametrize("before", BEFORE)
def test_the_versions_are_the_same_whatever_a_process_imported_before(before: str) -> None:
    assert versions(before) == versions("")
