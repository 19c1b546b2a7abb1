"""`concord test`: the whole suite that runs without Java and a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from deploy.cli import common


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run_tests)


def run_tests(
    context: typer.Context,
    pure: Annotated[bool, typer.Option("--pure", help="only what needs no database: seconds")] = False,
) -> None:
    """Run the tests 运行测试; further arguments go to pytest."""
    chosen = ["tests/casework", "tests/events", "tests/policy", "tests/lives"] if pure else []
    workers = min(os.cpu_count() or 1, 4)
    spread = [] if any(a.startswith("-n") for a in context.args) else ["-n", str(workers), "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", *spread, *context.args, *chosen]
    raise typer.Exit(subprocess.call(command, cwd=common.ROOT))  # noqa: S603 (our own program)
