"""`python -m deploy.endurance`: the fault tests again and again while busy loops take the machine.

A test that is red by chance on a busy machine hides a member without partitions (E-27) or a race. Each round is a run
of pytest of its own; the first red round stops nothing, every failure is told with its round, and what pytest printed
of it goes to standard error.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.bench.starts import LOOPS_A_CORE, busy

ONCE_RED = ("test_faults", "test_intake", "test_rebalance", "test_same_state")
"""Tests of the wire that were red by chance on busy machines."""

THE_REST = ("test_membership", "test_nation_decisions", "test_outage", "test_projector_kafka", "test_stuck")
"""The other fault tests of wire and nation; two Kafka projectors and two intakes are killed in them."""

ROUNDS, ROUNDS_OF_THE_REST = 20, 3
KILLS = 20
"""Kills (-9) in each test that kills."""

_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_PASSED = re.compile(r"(\d+) passed")


@dataclass(frozen=True, slots=True)
class Round:
    """One run: how many tests passed, which failed, in how many seconds."""

    name: str
    number: int
    passed: int
    failed: Sequence[str]
    seconds: float

    def __str__(self) -> str:
        failed = f", FAILED {', '.join(self.failed)}" if self.failed else ""
        return f"{self.name} {self.number}: {self.passed} passed{failed}, {self.seconds:.0f} s"


def run(name: str, number: int) -> Round:
    """One round of a file of tests."""
    begun = time.monotonic()
    # the interpreter and the path are ours
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/kafka/{name}.py"],
        env={**os.environ, "CONCORD_KILLS": str(KILLS), "CI": "true"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    passed = _PASSED.search(ended.stdout)
    failed = _FAILED.findall(ended.stdout) or ([] if ended.returncode == 0 else [f"exit {ended.returncode}"])
    if failed:  # a cause that is not kept is not found
        sys.stderr.write(ended.stdout + ended.stderr)
    return Round(name, number, int(passed[1]) if passed else 0, failed, time.monotonic() - begun)


def main() -> int:
    """Run all rounds; 1 where any was red."""
    parser = argparse.ArgumentParser(prog="python -m deploy.endurance", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the tests that were red by chance")
    parser.add_argument("--rest", type=int, default=ROUNDS_OF_THE_REST, help="of the other fault tests")
    parser.add_argument("--loops", type=int, default=LOOPS_A_CORE, help="busy loops a core")
    given = parser.parse_args()
    wanted = [(name, given.rounds) for name in ONCE_RED] + [(name, given.rest) for name in THE_REST]
    red = 0
    with busy(given.loops * (os.cpu_count() or 1)):
        for name, rounds in wanted:
            for number in range(1, rounds + 1):
                ended = run(name, number)
                red += bool(ended.failed)
                sys.stdout.write(f"{ended}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{red} red rounds\n")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
