"""`concord draw`: a draw of checks redone from what was published (T-19)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deploy import terminal
from deploy.cli import common
from services.draw_verifier.verify import problems

draw_app = typer.Typer(help="Draws of checks 抽查", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(draw_app, name="draw")


@draw_app.callback()
def callback() -> None:
    """Draws of checks 抽查."""


@draw_app.command("verify")
def verify(
    history: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="the answer of GET /api/v1/checks/{stream}/events")
    ],
    listed: Annotated[Path, typer.Argument(metavar="LIST", exists=True, dir_okay=False, help="the frozen list")],
    json: common.Json = False,
) -> None:
    """Redo a draw from its published history and list; needs no register 依公布的记录和名单重算抽取结果.

    Exit 1 where something does not agree.
    """
    found = problems(history.read_bytes(), listed.read_bytes())
    if json:
        common.out({"problems": found})
    else:
        for problem in found or ["抽取结果与公布的记录一致 / the draw is the one that was published"]:
            terminal.line(problem)
    raise typer.Exit(1 if found else 0)
