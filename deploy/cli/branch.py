"""`concord branch`: a register that was restored from before what it had published goes on as another log."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import uuid4

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from deploy.cli.kafka import bootstrap
from deploy.cli.serve import topic_of_register
from events.governance.register import RegisterBranched
from services import genesis
from services.casework.register.state import register_stream
from services.decisions import DecisionRequest
from services.errors import Unavailable
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
    from services.publisher import ends  # noqa: PLC0415 (the client takes a while to import)

    given = common.settings()
    conninfo, keys = common.existing_database(given), KeyFile.at(given.key_file or given.data_dir / "key")
    with psycopg.connect(conninfo, autocommit=True) as conn:
        of = branches(conn)[-1][1]
        found = ends.shared(conn, bootstrap(given), topic_of_register(given), signer_of(conn, keys).verifier, of)
    if found is None:
        raise Unavailable("a branch (the topic holds nothing that this register does not)")
    after, lost = found
    event = RegisterBranched(log=uuid4(), of=of, after=after, lost=lost, reason=reason)
    asyncio.run(_recorded(given, conninfo, event))
    if json:
        common.out({"place": given.place, "log": event.log, "after": after, "lost": lost})
    else:
        terminal.line(f"log 日志     {event.log}\nafter 自     {after}\nlost 曾发布至 {lost}")


async def _recorded(given: Settings, conninfo: str, event: RegisterBranched) -> None:
    """Raises Refused."""
    by, command = genesis.operator(given.place), uuid4()
    async with common.deciding(given, conninfo) as decisions:
        request = DecisionRequest(command, command.bytes, register_stream(given.place), event, by.id, posts=(by,))
        await decisions.decide(request)
