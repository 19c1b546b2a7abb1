"""`concord account`: tokens for people and systems, and the first administrators of a new register."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import psycopg
import typer
from rich.table import Table

from deploy.cli import common
from events.words import ActorKind
from services import accounts
from services.accounts import Account

account_app = typer.Typer(help="Tokens 访问令牌: issue, list, revoke", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(account_app, name="account")


@account_app.command("issue")
def issue(
    holder: Annotated[UUID, typer.Argument(help="stream of the officer, agent or source")],
    kind: Annotated[str, typer.Option(help="officer, applicant, source, public, system")] = "officer",
    unit: Annotated[UUID | None, typer.Option(help="unit that an agent acts for")] = None,
    label: Annotated[str, typer.Option(help="what the token is for")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="days until it expires")] = 90,
    json: common.Json = False,
) -> None:
    """Issue a token; it is shown this once 签发令牌，仅显示一次."""
    if kind not in {one.value for one in ActorKind}:
        raise typer.BadParameter(f"{kind} is no kind of actor: {', '.join(one.value for one in ActorKind)}")
    account = Account(holder, next(one for one in ActorKind if one.value == kind), unit, label)
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        token = accounts.issue(conn, account, datetime.now(UTC) + timedelta(days=days))
    if json:
        common.out({"token": token, "holder": holder, "kind": kind, "days": days})
    else:
        typer.echo(token)


@account_app.command("list")
def list_command(json: common.Json = False) -> None:
    """List tokens, never the tokens themselves 列出令牌."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        issued = accounts.list_accounts(conn)
    if json:
        common.out([{**_fields(one)} for one in issued])
        return
    table = Table("name", "kind", "holder", "label", "expires", "revoked")
    for one in issued:
        account, revoked = one.account, str(one.revoked_at or "")
        table.add_row(
            one.name, account.kind.zh, str(account.holder), account.label, str(one.expires_at.date()), revoked
        )
    common.printed.print(table)


def _fields(one: accounts.Issued) -> dict[str, object]:
    account = one.account
    return {
        "name": one.name,
        "kind": account.kind,
        "holder": account.holder,
        "unit": account.unit,
        "label": account.label,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
    }


@account_app.command("revoke")
def revoke(
    whose: Annotated[str, typer.Argument(help="holder (UUID), or a token's name as listed")],
    json: common.Json = False,
) -> None:
    """Revoke a token, or all of a holder 吊销令牌."""
    try:
        target: UUID | str = UUID(whose)
    except ValueError:
        target = whose
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        number = accounts.revoke(conn, target)
    if json:
        common.out({"revoked": number})
    else:
        typer.echo(f"{number} revoked")
