"""`concord branch`: a register that was restored from before what it had published goes on as another log."""

from __future__ import annotations

import asyncio
from typing import Annotated

import psycopg
import typer

from deploy import branching, terminal
from deploy.cli import common
from deploy.cli.kafka import bootstrap
from deploy.cli.serve import topic_of_register
from events.governance.register import RegisterBranched
from services.publisher.signature import signer_of
from services.register.read import branches
from services.settings import Settings
from services.vault import KeyFile

branch_app = typer.Typer(help="The branches of this log 日志的分支: show, begin", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(branch_app, name="branch")


@branch_app.command("show")
def show(json: common.Json = False) -> None:
    """List as what log others know this register, and after which position 列出日志的分支."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        found = branches(conn)
    if json:
        common.out([{"after": after, "log": log} for after, log in found])
        return
    for after, log in found:
        terminal.line(f"{log}  after 自 {after}")


@branch_app.command("begin")
def begin(
    reason: Annotated[str, typer.Option(help="why, for the register")],
    json: common.Json = False,
) -> None:
    """Go on after a restore as another log, which others have to take 恢复后另起日志，其他登记册须认定后接收."""
    given = common.settings()
    conninfo, keys = common.existing_database(given), KeyFile.at(given.key_file or given.data_dir / "key")
    with psycopg.connect(conninfo, autocommit=True) as conn:
        of = branches(conn)[-1][1]
        keys_of_log = signer_of(conn, keys).verifier
        event = branching.branch_of(conn, bootstrap(given), topic_of_register(given), keys_of_log, of, reason)
    asyncio.run(_recorded(given, conninfo, event))
    if json:
        common.out({"place": given.place, "log": event.log, "after": event.after, "lost": event.lost})
    else:
        terminal.line(f"log 日志     {event.log}\nafter 自     {event.after}\nlost 曾发布至 {event.lost}")


async def _recorded(given: Settings, conninfo: str, event: RegisterBranched) -> None:
    """Raises Refused."""
    async with common.deciding(given, conninfo) as decisions:
        await branching.record(decisions, event)
