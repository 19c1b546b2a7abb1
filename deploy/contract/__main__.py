"""`python -m deploy.contract write|check`: write what is released anew, or say what drifted."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.contract.release import check, write

ROOT = Path(__file__).parents[2]
USAGE = "python -m deploy.contract write|check"


def main(arguments: list[str]) -> int:
    """0 where all is well, 1 where something drifted or may not change, 2 for a wrong call."""
    if arguments not in (["write"], ["check"]):
        sys.stderr.write(USAGE + "\n")
        return 2
    problems = write(ROOT) if arguments == ["write"] else check(ROOT)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
