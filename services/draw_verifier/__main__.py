"""`python -m services.draw_verifier HISTORY LIST`: exit 1 where something does not agree."""

from __future__ import annotations

import sys
from pathlib import Path

from services.draw_verifier.verify import problems

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("python -m services.draw_verifier HISTORY LIST")
    found = problems(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes())
    sys.stdout.writelines(f"{line}\n" for line in found or ["the draw is the one that was published"])
    sys.exit(1 if found else 0)
