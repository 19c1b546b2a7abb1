"""`concord account`: tokens for people and systems, and the first administrators of a new register."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import psycopg
import typer
from rich.table import Table

from deploy.cli import common
from events.envelope import CHINA, Actor
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.places import PLACES
from events.words import ActorKind, Role
from services import accounts
from services.accounts import Account
from services.casework.pack import DEFAULT_PACK, Pack, load_pack
from services.decisions import Asked, entry_of
from services.errors import ConcordError
from services.register import read
from services.register.append import append_sync
from services.register.command import Command
from services.register.migrate import migrate

account_app = typer.Typer(help="Tokens 访问令牌: issue, list, revoke", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(account_app, name="account")


@account_app.command("begin")
def begin(
    days: Annotated[int, typer.Option(min=1, max=3650, help="days until the tokens expire")] = 30,
    json: common.Json = False,
) -> None:
    """Begin a new register: two administrators, who appoint everybody else 建立首批两名管理员."""
    given = common.settings()
    conninfo = common.database(given)
    migrate(conninfo)
    made = _administrators(given.place, load_pack(given.pack or DEFAULT_PACK))
    until = datetime.now(UTC) + timedelta(days=days)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        if read.last_position(conn):
            raise typer.BadParameter("this register has begun: administrators appoint administrators")
        for answer in append_sync(conn, [command for _, command in made]):
            if isinstance(answer, ConcordError):
                raise answer
        holders = [Account(officer, ActorKind.OFFICER, None, "管理员 administrator") for officer, _ in made]
        tokens = accounts.issue_many(conn, holders, until)
    shown = [{"holder": holder.holder, "token": token} for holder, token in zip(holders, tokens, strict=True)]
    if json:
        common.out({"administrators": shown})
    else:
        typer.echo("\n".join(f"{one['holder']}  {one['token']}" for one in shown))


def _administrators(place: str, pack: Pack) -> list[tuple[UUID, Command]]:
    """Two officers, registered and appointed by the register itself, each in one command."""
    level, moment = PLACES[place].level, datetime.now(UTC)
    by = Actor(id=uuid5(NAMESPACE_URL, "concord:beginning"), kind=ActorKind.SYSTEM, post="初始化", place=place)
    made = []
    for number in (1, 2):
        officer = uuid4()
        post = OfficerAppointed(
            post=f"系统管理{number}",
            level=level,
            place=place,
            roles=(Role.ADMINISTRATOR,),
            from_=moment.astimezone(CHINA).date(),
        )
        asked = Asked(uuid4(), officer.bytes, officer, OfficerRegistered(), by.id)
        entries = tuple(
            entry_of(asked, officer, version, event, by, moment, post.from_, pack)
            for version, event in enumerate((OfficerRegistered(), post), 1)
        )
        made.append((officer, Command(asked.command_id, asked.digest, {officer: 0}, entries)))
    return made


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
