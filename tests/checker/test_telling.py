"""The checker alone: findings as they come, the rate aside, 1 where something was found."""

from __future__ import annotations

import io
import json
from pathlib import Path

from services.checker.__main__ import main
from services.checker.output import tell
from tests.checker.told import PACK, Told, life


def stored(folder: Path, told: Told) -> str:
    """The path of a file in which the history stands, one event a line."""
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in told.lines), "utf-8")
    return str(path)


def test_alone(tmp_path: Path) -> None:
    assert main([stored(tmp_path, life("named")), "--pack", str(PACK), "--json"]) == 0
    assert main([stored(tmp_path, life("applied", leave=("unit.report-adopted",))), "--part"]) == 1


def test_a_line_that_is_no_event_is_told_and_counts() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert tell(["{}", "", "nothing"], PACK, out=out, err=err) == 2
    assert "line 3" in err.getvalue()
