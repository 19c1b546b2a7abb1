"""The `concord` command: one file a group of commands.

May import everything of ours but `tests`.
Never holds logic of its own: it reads options, calls the room that does the work, and prints what came of it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from services.errors import ConcordError

DATE_STYLE = "ISO, YMD"
"""How PostgreSQL writes days to every process, whatever its database says: libpq reads it from PGDATESTYLE."""

COMMANDS = {
    "demo": "demo",
    "demo-ground": "demo",
    "demo-provinces": "demo",
    "clock": "clock",
    "test": "suite",
    "serve": "serve",
    "migrate": "serve",
    "doctor": "doctor",
    "ps": "ps",
    "replay": "history",
    "unit": "history",
    "acts": "history",
    "rebuild": "history",
    "audit": "audit",
    "verify": "verify",
    "backup": "backup",
    "restore": "backup",
    "drill": "drill",
    "draw": "draw",
    "law": "law",
    "policy": "policy",
    "account": "account",
    "identity": "identity",
    "import": "importing",
    "export": "exporting",
    "branch": "branch",
    "keys": "keys",
    "retention": "retention",
    "person": "person",
    "papers": "papers",
    "bench": "bench",
    "kafka": "kafka",
    "publish-signal": "publish",
    "webhook": "webhook",
}
"""Which file of this folder has which command, in the order of the help."""


class Commands(TyperGroup):
    """The commands by the files that have them: a process imports what its own command needs, and nothing else."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Every command, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None where there is none."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            of_file = typer.Typer(callback=lambda: None)
            import_module(f"{__name__}.{COMMANDS[cmd_name]}").add(of_file)
            self.commands.update(typer.main.get_group(of_file).commands)
        return self.commands.get(cmd_name)


app = typer.Typer(
    cls=Commands,
    help="Concord 和谐: the register of harmonious labour relations 和谐劳动关系创建活动登记簿",
    callback=lambda: None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; an error of ours is a sentence and exit code 1, never a stack trace."""
    _own_events()
    os.environ["PGDATESTYLE"] = DATE_STYLE
    try:
        app(prog_name="concord")
    except ConcordError as error:
        sys.exit(f"concord: {error}")
    except psycopg.errors.UndefinedTable:
        sys.exit("concord: the database has not been migrated: ./concord migrate")
    except psycopg.OperationalError as error:
        sys.exit(f"concord: the database: {str(error).splitlines()[0]}")
    except ValidationError as error:
        settings = "; ".join(f"CONCORD_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors() if e["loc"])
        sys.exit(f"concord: {settings or error}")
    except OSError as error:
        if error.filename is None:
            raise
        sys.exit(f"concord: {error.filename}: {error.strerror or error}")


def _own_events() -> None:
    """A distribution on the package index is called `events` too: say so if it shadows ours."""
    found = find_spec("events.registry")
    if found is None or found.origin is None or not Path(found.origin).with_name("registry.py").exists():
        sys.exit("concord: another package called 'events' shadows Concord's own; uninstall it: pip uninstall events")
