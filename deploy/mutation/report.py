"""What came of the mutants: a table of modules, and the survivors with the reason why each may survive."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.mutation.run import Outcome

REASONS = Path(__file__).with_name("reasons.toml")


def reasons() -> Mapping[str, str]:
    """Why mutants may survive, by their names."""
    given: Mapping[str, str] = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return given


def report(outcomes: Sequence[Outcome], known: Mapping[str, str]) -> dict[str, Any]:
    """The figures, and every survivor."""
    survivors = [one for one in outcomes if one.noticed_by is None]
    return {
        "mutants": len(outcomes),
        "noticed": len(outcomes) - len(survivors),
        "share": round(_share(outcomes), 4),
        "seconds": round(sum(one.seconds for one in outcomes), 1),
        "survivors": [
            {"mutant": one.mutant.name, "line": one.mutant.line, "reached_by": one.reach,
             "reason": known.get(one.mutant.name)}
            for one in survivors
        ],
    }  # fmt: skip


def _share(outcomes: Sequence[Outcome]) -> float:
    return sum(one.noticed_by is not None for one in outcomes) / max(len(outcomes), 1)


def table(
    outcomes: Sequence[Outcome], known: Mapping[str, str], chosen: str, before: Sequence[Outcome] | None = None
) -> str:
    """The page of reference; `chosen` are the options by which the mutants were chosen, as they were given; `before`
    is what became of them with the tests of an earlier day.
    """
    every = Counter(one.mutant.module for one in outcomes)
    noticed = Counter(one.mutant.module for one in outcomes if one.noticed_by is not None)
    lines = ["| module | mutants | noticed | share |", "|---|---:|---:|---:|"]
    lines += [
        f"| `{name.removeprefix('services.')}` | {many} | {noticed[name]} | {noticed[name] / many:.0%} |"
        for name, many in sorted(every.items())
    ]
    lines.append(f"| **all** | {len(outcomes)} | {noticed.total()} | {_share(outcomes):.1%} |")
    survivors = sorted(one.mutant.name for one in outcomes if one.noticed_by is None)
    listed = [f"| `{_cell(name)}` | {known.get(name, 'no test yet')} |" for name in survivors]
    return _PAGE.format(
        chosen=chosen,
        before=f" With the tests before them {_noticed(before)} were noticed." if before is not None else "",
        modules="\n".join(lines),
        survivors="\n".join(["| mutant | why it survives |", "|---|---|", *listed]),
    )


def _noticed(outcomes: Sequence[Outcome]) -> str:
    noticed = sum(one.noticed_by is not None for one in outcomes)
    return f"{noticed} of {len(outcomes)} ({_share(outcomes):.1%})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_PAGE = """# Mutants of the law

One small change of the law at a time: a rule left out of its declaration, an office widened, a condition \
turned round, a bound or a number of the pack moved by one. The pure tests are run on \
each until one fails. Texts are left alone.

```sh
.venv/bin/python -m deploy.mutation --sample 400 --seed 1          # so many of all, drawn
.venv/bin/python -m deploy.mutation --module unit.naming           # all of a chapter
.venv/bin/python -m deploy.mutation --changed-since main           # of what was changed
```

What stands here was chosen by `{chosen}`.{before}

{modules}

## Survivors

A survivor with a reason changes nothing that can be seen, or is held elsewhere; the reasons stand in \
`deploy/mutation/reasons.toml`.

{survivors}
"""
