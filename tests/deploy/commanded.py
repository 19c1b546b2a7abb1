"""Commands as an operator types them, each a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from tests.forked import FORKS, ROOT

SECONDS = 120.0


def concord(database: str, directory: Path, *arguments: str) -> CompletedProcess[str]:
    """Run `concord` over a database, in a data directory."""
    environment = {**os.environ, "CONCORD_DATABASE_URL": database, "CONCORD_DATA_DIR": str(directory)}
    with TemporaryDirectory() as said:
        out, err = Path(said, "out"), Path(said, "err")
        process = FORKS.Process(target=_command, args=(arguments, environment, out, err))
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(arguments, out.read_text("utf-8"), err.read_text("utf-8"))
        return CompletedProcess(arguments, process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def _command(arguments: tuple[str, ...], environment: Mapping[str, str], out: Path, err: Path) -> None:
    for file, standard in ((out, sys.stdout), (err, sys.stderr)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), standard.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["concord", *arguments]

    from deploy.cli import main

    main()
