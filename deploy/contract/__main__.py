"""`python -m deploy.contract write|check|release VERSION`: the files made of the vocabulary, and what they may be."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.contract.documents import write
from deploy.contract.release import RELEASES, check, freeze, standing

ROOT = Path(__file__).parents[2]
USAGE = "python -m deploy.contract write | check | release VERSION"


def main(arguments: list[str], root: Path = ROOT) -> int:
    """0 where all is well, 1 where something drifted or broke, 2 for a wrong call."""
    match arguments:
        case ["write"]:
            write(root)
            return 0
        case ["check"]:
            return _told(check(root), standing(root))
        case ["release", version]:
            return _told(freeze(root, version), str(RELEASES / version))
        case _:
            sys.stderr.write(USAGE + "\n")
            return 2


def _told(problems: list[str], otherwise: str) -> int:
    sys.stdout.writelines(f"{line}\n" for line in problems or [otherwise])
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
