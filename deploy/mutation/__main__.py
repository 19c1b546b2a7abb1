"""`python -m deploy.mutation`: try mutants of the law on the pure tests, and say which no test notices."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from random import Random

import pytest

from deploy.mutation.declarations import declarations
from deploy.mutation.figures import figures
from deploy.mutation.functions import functions
from deploy.mutation.mutant import Mutant
from deploy.mutation.report import reasons, report, table
from deploy.mutation.run import ROOT, TESTS, Log, Outcome, Runner

_OF = {"declarations": declarations, "functions": functions, "figures": figures}
"""What mutants are made of."""


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where a mutant survives for which no reason is given, else 0."""
    parser = argparse.ArgumentParser(prog="python -m deploy.mutation", description=__doc__)
    parser.add_argument("--of", action="append", choices=sorted(_OF), help="only of these; may be repeated")
    parser.add_argument("--module", action="append", help="only of modules whose name holds this; may be repeated")
    parser.add_argument("--name", action="append", help="only of those whose name holds this; may be repeated")
    parser.add_argument("--sample", type=int, help="so many of them, drawn by --seed; all without it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--changed-since", metavar="REV", help="only of what was changed since a revision")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument("--reached", type=Path, metavar="FILE", help="keep here what each test comes past, and use it")
    parser.add_argument("--tests", action="append", metavar="PATH", help="only these tests; may be repeated")
    parser.add_argument("--longest", type=float, metavar="SECONDS", help="leave out tests that take longer, traced")
    parser.add_argument("--log", type=Path, metavar="FILE", help="a line for each mutant; goes on where it ended")
    parser.add_argument("--before", type=Path, metavar="FILE", help="the log of an earlier run, to be told beside it")
    parser.add_argument("--list", action="store_true", help="list the mutants and try none")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table, as docs/reference/mutants.md")
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")
    given = parser.parse_args(arguments)
    if given.list:
        for one in _chosen(given):
            sys.stdout.write(f"{one.name}\n")
        return 0
    log = Log(given.log) if given.log is not None else None
    runner = Runner(lambda: _chosen(given), given.jobs, _Progress(), given.reached, log, given.longest)
    words = ["-p", "no:cacheprovider", "--capture=no", *(str(ROOT / one) for one in given.tests or TESTS)]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        pytest.main(words, plugins=[runner])
    for test in runner.unsound:
        sys.stderr.write(f"fails without any mutant, and is left out: {test}\n")
    return _told(runner.outcomes, given)


def _chosen(given: argparse.Namespace) -> list[Mutant]:
    every = [mutant for of in given.of or _OF for mutant in _OF[of]()]
    if given.module:
        every = [one for one in every if any(part in one.module for part in given.module)]
    if given.name:
        every = [one for one in every if any(part in one.name for part in given.name)]
    if given.changed_since:
        changed = _changed(given.changed_since)
        every = [one for one in every if _is_changed(one, changed)]
    if given.sample is not None and given.sample < len(every):
        every = Random(given.seed).sample(every, given.sample)  # noqa: S311 (a draw that has to repeat)
    return every


def _changed(revision: str) -> Mapping[str, frozenset[int]]:
    """The lines that were changed since a revision, by module."""
    found = subprocess.run(  # noqa: S603 (a revision is an argument, and no option)
        ["git", "diff", "--unified=0", "--end-of-options", revision, "--", "services/casework"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    lines: dict[str, set[int]] = {}
    module = ""
    for line in found.splitlines():
        if line.startswith("+++ b/"):
            module = line.removeprefix("+++ b/").removesuffix(".py").replace("/", ".")
        elif (hunk := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))?", line)) is not None:
            first = int(hunk[1])
            lines.setdefault(module, set()).update(range(first, first + int(hunk[2] or 1)))
    return {name: frozenset(numbers) for name, numbers in lines.items()}


def _is_changed(mutant: Mutant, changed: Mapping[str, frozenset[int]]) -> bool:
    if mutant.module.startswith("packs."):
        return any(".packs." in name for name in changed)
    return mutant.module in changed and (mutant.line is None or mutant.line in changed[mutant.module])


class _Progress:
    """A line for each mutant, on standard error."""

    def __init__(self) -> None:
        self.done = self.survived = 0

    def __call__(self, outcome: Outcome, of: int) -> None:
        self.done += 1
        self.survived += outcome.noticed_by is None
        if outcome.noticed_by is None:
            sys.stderr.write(f"\nsurvives ({outcome.reach} tests reach it): {outcome.mutant.name}\n")
        sys.stderr.write(f"\r{self.done}/{of}, {self.survived} survive ")
        sys.stderr.flush()


_CHOICE = ("of", "module", "name", "sample", "seed", "changed_since", "tests", "longest")
"""The options that say which mutants are tried, and on which tests."""


def _choice(given: argparse.Namespace) -> str:
    """The options by which the mutants were chosen, as they were given."""
    words = list[str]()
    for name in _CHOICE:
        value = getattr(given, name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        words += [f"--{name.replace('_', '-')} {one}" for one in values]
    return " ".join(words)


def _told(outcomes: Sequence[Outcome], given: argparse.Namespace) -> int:
    known = reasons()
    before = Log(given.before).split([one.mutant for one in outcomes])[0] if given.before is not None else None
    page = table(outcomes, known, _choice(given), before)
    if given.write is not None:
        given.write.write_text(page, encoding="utf-8")
    sys.stdout.write(json.dumps(report(outcomes, known), ensure_ascii=False) + "\n" if given.json else page)
    return int(any(one.noticed_by is None and one.mutant.name not in known for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
