"""`concord bench NAME`: figures against their peers, measured in the same run."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.cli import common


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("bench")(bench)


def bench(
    name: Annotated[
        str,
        typer.Argument(
            help="append, http, rebuild, history, law, latency, growth, programme, intake, publish, "
            "signal-latency, starts, outages, replicate, nation; all"
        ),
    ] = "all",
    quick: Annotated[bool, typer.Option("--quick", help="small sizes: does it run, not how fast")] = False,
    json: common.Json = False,
) -> None:
    """Measure 性能测试: a table; with --json the last line is a list of one object a case."""
    from deploy.bench.run import ALL, CASES, run  # noqa: PLC0415 (its peers take a second to import)

    if name not in (*CASES, ALL):
        raise typer.BadParameter(f"{name} is none of {', '.join((*CASES, ALL))}")
    run(name, json=json, quick=quick)
