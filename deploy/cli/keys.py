"""`concord keys rewrap`: another key file for the keys of personal data and of signatures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from services import vault
from services.errors import Unavailable
from services.vault import KeyFile

keys_app = typer.Typer(help="The key file that wraps all data keys 密钥文件: rewrap", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(keys_app, name="keys")


@keys_app.callback()
def keys() -> None:
    """The key file that wraps all data keys 密钥文件."""


@keys_app.command("rewrap")
def rewrap(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", dir_okay=False, help="the new key file; made where none is")
    ],
    json: common.Json = False,
) -> None:
    """Wrap every data key by another key file 更换密钥文件; stop every process first, and start them with it.

    All or none: what is sealed stays as it is. Keep the old file as long as backups made before count.
    """
    given = common.settings()
    conninfo = common.existing_database(given)
    old = common.key_file(given)
    if old is None:
        raise Unavailable("the key file that is in use (CONCORD_KEY_FILE)")
    new = KeyFile.at(target.absolute())
    with psycopg.connect(conninfo, application_name="concord keys") as conn:
        count = vault.rewrap(conn, old, new)
    if json:
        common.out({"keys": count, "key_file": str(new.path)})
    else:
        terminal.line(f"{count} keys 个密钥; CONCORD_KEY_FILE={new.path}")
