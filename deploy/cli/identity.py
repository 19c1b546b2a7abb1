"""`concord identity`: what others pin of this register, its log and the key that signs it; another key."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import uuid4

import psycopg
import typer

from deploy.cli import common
from events.governance.register import RegisterKeyRotated
from services import genesis
from services.casework.register.state import Register, register_stream
from services.decisions import DecisionRequest
from services.publisher.signature import public, signer_of, signing_key
from services.register.read import branches, log_id
from services.settings import Settings
from services.vault import KeyFile

identity_app = typer.Typer(help="What others pin of this register 登记册的日志与公钥", invoke_without_command=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(identity_app, name="identity")


@identity_app.callback()
def show(context: typer.Context, json: common.Json = False) -> None:
    """Show the place, the log and the public key; the first key is made 显示地区、日志与公钥."""
    if context.invoked_subcommand is not None:
        return
    given = common.settings()
    with psycopg.connect(common.existing_database(given), autocommit=True) as conn:
        _print(given, str(branches(conn)[-1][1]), signer_of(conn, _keys(given)).key, json)


@identity_app.command("rotate")
def rotate(
    reason: Annotated[str, typer.Option(help="why, for the register")],
    json: common.Json = False,
) -> None:
    """Sign with another key from here on; who follows the log takes it by itself 更换签名密钥."""
    given = common.settings()
    conninfo = common.existing_database(given)
    asyncio.run(_rotated(given, conninfo, reason))
    with psycopg.connect(conninfo, autocommit=True) as conn:
        _print(given, str(branches(conn)[-1][1]), signer_of(conn, _keys(given)).key, json)


async def _rotated(given: Settings, conninfo: str, reason: str) -> None:
    """Raises Refused."""
    by, command = genesis.operator(given.place), uuid4()
    async with common.deciding(given, conninfo) as decisions:
        register = await decisions.states.current(Register, register_stream(given.place))
        number = (register.keys if register is not None else 1) + 1
        with psycopg.connect(conninfo, autocommit=True) as conn:
            key = public(signing_key(conn, _keys(given), log_id(conn), number))
        event = RegisterKeyRotated(number=number, key=key, reason=reason)
        await decisions.decide(
            DecisionRequest(command, command.bytes, register_stream(given.place), event, by.id, posts=(by,))
        )


def _keys(given: Settings) -> KeyFile:
    return KeyFile.at(given.key_file or given.data_dir / "key")


def _print(given: Settings, log: str, key: str, json: bool) -> None:
    if json:
        common.out({"place": given.place, "log": log, "key": key})
    else:
        typer.echo(f"place 地区  {given.place}\nlog 日志    {log}\nkey 公钥    {key}")
