"""`python -m services.checker [FILE] [--pack DIR] [--part] [--json]`: the checker alone, and nothing else."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from services.checker.output import tell


def main(arguments: list[str] | None = None) -> int:
    """1 where something was found, else 0."""
    parser = argparse.ArgumentParser(prog="python -m services.checker", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="one stored event a line; standard input without it")
    parser.add_argument("--pack", type=Path, help="a pack's folder; the numbers of hunan-2023-15 without it")
    parser.add_argument("--part", action="store_true", help="some streams only: what is not told may still exist")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    whole = False if given.part else None
    if given.file is None:
        return int(tell(sys.stdin.buffer, given.pack, as_json=given.json, whole=whole) > 0)
    with given.file.open("rb") as lines:
        return int(tell(lines, given.pack, as_json=given.json, whole=whole) > 0)


if __name__ == "__main__":
    sys.exit(main())
