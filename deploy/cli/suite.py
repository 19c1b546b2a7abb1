"""`concord test`: the quick suite, or with `--all` everything; which tests are in which, their marks say."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[2]

LEFT_OUT = "not browser and not kafka and not faults and not long"
"""The marks (pyproject.toml) of what the quick suite leaves out, whatever is installed."""

PURE = ("tests/casework", "tests/events", "tests/policy", "tests/lives")


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run_tests)


def run_tests(
    context: typer.Context,
    pure: Annotated[bool, typer.Option("--pure", help="only what needs no database: seconds")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="also what needs a broker (Java), kills, explores or takes minutes")
    ] = False,
) -> None:
    """Run the quick tests, or those named 运行测试（默认为快速测试）; further arguments go to pytest."""
    if everything:
        _install_the_rest()
    given = list(context.args)
    marks = [] if everything or _chosen(given) else ["-m", LEFT_OUT]
    # many of all tests wait for a broker, a browser or a process that is killed: others run meanwhile
    workers = min((os.cpu_count() or 1) + 2 * everything, 4)
    spread = [] if any(a.startswith("-n") for a in given) else ["-n", str(workers), "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", *spread, *marks, *given, *(PURE if pure else ())]
    raise typer.Exit(subprocess.call(command, cwd=ROOT))  # noqa: S603 (our own program)


def _install_the_rest() -> None:
    """What only every test needs (a browser's driver, a generator of requests), once for each state of its lock."""
    lock, stamp = ROOT / "requirements.all.lock", Path(sys.prefix) / ".all"
    wanted = f"{zlib.crc32(lock.read_bytes())}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    installed = subprocess.call(  # noqa: S603 (our own program)
        [sys.executable, "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(lock)]
    )
    if installed:
        typer.echo(
            "未能安装全部测试所需 / what only --all needs could not be installed: requirements.all.lock", err=True
        )
        raise typer.Exit(installed)
    stamp.write_text(wanted)


def _chosen(given: Sequence[str]) -> bool:
    """Whether the arguments name tests, by mark, expression or path: then those run, whatever their marks."""
    return any(argument[:2] in ("-m", "-k") or (ROOT / argument.partition("::")[0]).exists() for argument in given)
