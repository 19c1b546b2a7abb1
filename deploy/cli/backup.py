"""`concord backup` and `concord restore`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from deploy import backup, embedded, terminal
from deploy.cli import common
from services.errors import Unavailable
from services.register import read
from services.settings import Settings, paper_store

Folder = Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)]


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("backup")(make)
    app.command("restore")(bring_back)


def make(folder: Folder, json: common.Json = False) -> None:
    """Back up the register into a new directory, as of one moment, while it runs 备份; papers that lie outside too.

    What is left out of them is told, and stands in the manifest. The key file (CONCORD_KEY_FILE) is not in it: keep a
    copy elsewhere, under another custody.
    """
    given = common.settings()
    conninfo = common.existing_database(given)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        total = read.last_position(conn)
    with terminal.progress("备份 backing up", total) as advance:
        made = backup.backup(conninfo, folder.absolute(), given.place, advance, paper_store(given))
    if json:
        common.out(asdict(made))
    else:
        terminal.line(f"{made.position}:{made.digest}  {made.bytes} bytes  {made.papers} papers  {folder}")
    if made.left_out:
        zh, en = "数据库之外的文件未能备份", "papers outside the database are not in this backup (see left_out)"
        terminal.console.print(f"{len(made.left_out)}份{zh} / {len(made.left_out)} {en}")


def bring_back(folder: Folder, json: common.Json = False) -> None:
    """Restore a backup into an empty database and verify it 恢复并核验; exit 1 where something does not agree."""
    given = common.settings()
    manifest = backup.manifest_of(folder)
    if manifest.place != given.place:
        raise Unavailable(
            f"restoring this backup (it is of place {manifest.place}, and CONCORD_PLACE is {given.place})"
        )
    conninfo = _empty_database(given)
    kek = common.key_file(given)
    with terminal.progress("核验 verifying", manifest.position) as advance:
        manifest, found = backup.restore(conninfo, folder, kek, advance, paper_store(given))
    if json:
        findings = [finding._asdict() for finding in found.findings]
        common.out({**asdict(manifest), "findings": findings, "seals": kek is not None})
    else:
        for finding in found.findings:
            terminal.line(f"{finding.check}  {finding.row}: {finding.zh} / {finding.en}")
        if kek is None:
            terminal.console.print("没有密钥文件，个人信息不能读取 / no key file: sealed data stays sealed")
        terminal.line(f"{found.position}:{found.digest}  {len(found.findings)} findings")
    raise typer.Exit(1 if found.findings else 0)


def _empty_database(given: Settings) -> str:
    """The database that is set, or a new embedded one. Raises Unavailable where there is a register already."""
    if given.database_url is None and (given.data_dir / "cluster").exists():
        raise Unavailable(f"restoring under {given.data_dir} (there is a register; choose another CONCORD_DATA_DIR)")
    return given.database_url.get_secret_value() if given.database_url else embedded.start(given.data_dir).url
