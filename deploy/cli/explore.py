"""`concord law explore`: a small world walked by machine over the law itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated

import typer

from deploy import terminal
from deploy.cli import common
from deploy.exploration.stories import told
from events.registry import EVENT_TYPES
from services.casework.pack import load_pack
from services.exploration.exploring import explored
from services.exploration.moments import Moments
from services.exploration.sentences import as_test, sentences
from services.exploration.shrinking import shortest
from services.exploration.tally import APART, Tally
from services.exploration.unreached import unreached

MOST_PROCESSES = 8
"""Processes that walk at once, at most."""


def explore(
    minutes: Annotated[float, typer.Option("--minutes", help="how long it walks", min=0.01)] = 1.0,
    walks: Annotated[int, typer.Option("--walks", help="so many walks, however long they take", min=0)] = 0,
    seed: Annotated[int, typer.Option("--seed", help="another seed walks another way")] = 1,
    processes: Annotated[
        int, typer.Option("--processes", help="at once; 0: one a core", min=0, max=MOST_PROCESSES)
    ] = 0,
    promises: Annotated[
        float, typer.Option("--promises", help="share of the refusals of a new kind whose word is asked", min=0, max=1)
    ] = 0.01,
    json: common.Json = False,
) -> None:
    """Walk a small world by every act that the law allows, and some that it must not; a checker looks at each 探索规则.

    Exit 1 where something broke. The last line of --json sums up.
    """
    pack = load_pack()
    moments = told(pack)
    at_once = processes or os.cpu_count() or 1
    tally = explored(moments, seed, minutes=minutes, walks=walks, processes=at_once, promises=promises)
    tally.broken = {key: shortest(broken, moments) for key, broken in tally.broken.items()}
    _print(moments, tally, unreached(pack.rules, tally.refused), json=json)
    raise typer.Exit(1 if tally.broken else 0)


def _print(moments: Moments, tally: Tally, never: Mapping[str, str], *, json: bool) -> None:
    if json:
        for broken in tally.broken.values():
            common.out(broken.as_json())
        common.out({**tally.summary(), "rules_never_reached": never, **_rate(tally)})
        return
    for number, broken in enumerate(tally.broken.values(), 1):
        terminal.console.print(f"{number}. {broken.rule} {broken.type}: {broken.says}", style="bold", markup=False)
        for line in sentences(broken, moments):
            terminal.console.print(f"   {line}", markup=False)
        terminal.console.print(as_test(broken, f"found_{number}"), markup=False)
    _print_counts(tally)
    for rule, reason in never.items():
        terminal.console.print(f"never refused by {rule}: {reason}", markup=False)


def _rate(tally: Tally) -> dict[str, float]:
    seconds = tally.cpu_seconds
    return {"cpu_seconds": round(seconds, 1), "judged_a_cpu_second": round(tally.judged / seconds) if seconds else 0}


def _print_counts(tally: Tally) -> None:
    summary = tally.summary()
    never = sorted(set(EVENT_TYPES) - set(tally.accepted))
    terminal.console.print(
        f"{tally.judged:,} acts judged, {sum(tally.accepted.values()):,} accepted; {summary['states']:,} classes of "
        f"state, coverage {summary['coverage']:,}; {len(tally.broken)} broken",
        markup=False,
    )
    rules = ", ".join(f"{rule} {count:,}" for rule, count in sorted(tally.refused.items()))
    terminal.console.print(f"refusals: {rules}", markup=False)
    types = ", ".join(f"{name} {count:,}" for name, count in sorted(tally.accepted.items()))
    terminal.console.print(f"accepted: {types}", markup=False)
    terminal.console.print(f"never accepted: {', '.join(never)}", markup=False)
    apart = ", ".join(f"{word.value} {tally.words[word]:,}" for word in APART)
    terminal.console.print(
        f"promises kept {summary['promises_kept']:,} of {summary['promises']:,}; apart: {apart}", markup=False
    )
    for name, count in tally.unkept.most_common():
        terminal.console.print(f"not kept, {count:,}: {name}", markup=False)
