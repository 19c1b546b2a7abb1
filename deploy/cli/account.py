"""`concord account`: tokens for people and systems; the genesis of a register, and its recovery."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import orjson
import psycopg
import typer
from rich.table import Table

from deploy.cli import common
from events.envelope import CHINA
from events.governance.register import RegisterRecovered
from events.places import PLACES
from events.words import ActorKind, Role
from services import genesis
from services.access import accounts, machines, sessions
from services.access.accounts import Account, Use
from services.casework.officer.state import Officer
from services.casework.register.state import Register, register_stream
from services.decisions import DecisionRequest, Decisions
from services.genesis import Founder, Founders
from services.register.migrate import migrate
from services.settings import Settings

account_app = typer.Typer(help="Tokens 访问令牌: begin, recover, issue, list, revoke", no_args_is_help=True)

CODE_BYTES = 20
"""160 random bits, written in 32 characters."""

Days = Annotated[int, typer.Option(min=1, max=3650, help="days until the tokens expire")]


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(account_app, name="account")


@account_app.command("begin")
def begin(
    founders: Annotated[
        Path | None,
        typer.Option(
            help='JSON file, or - for standard input: {"administrators": [{"number": …, "name": …}, …3], '
            '"data_officers": [… 2]}; asked for where it is not given'
        ),
    ] = None,
    days: Days = 30,
    json: common.Json = False,
) -> None:
    """Begin a new register, once: three administrators, two data officers, the first policy 启用新登记册.

    The identity numbers become person tags and are not kept. Tokens and the code for a recovery are shown this once.
    """
    given = common.settings()
    persons = _founders(founders)
    conninfo = common.database(given)
    migrate(conninfo)
    code = secrets.token_hex(CODE_BYTES)
    begun = asyncio.run(_begun(given, conninfo, persons, _digest(code)))
    holders = [(Role.ADMINISTRATOR, one) for one in begun.administrators]
    holders += [(Role.DATA_OFFICER, one) for one in begun.data_officers]
    shown = _issued(conninfo, holders, days)
    if json:
        common.out({
            "administrators": [one for one in shown if one["role"] == Role.ADMINISTRATOR.value],
            "data_officers": [one for one in shown if one["role"] == Role.DATA_OFFICER.value],
            "recovery_code": code,
        })  # fmt: skip
        return
    _print_tokens(shown)
    typer.echo(f"恢复码，请密封保存 recovery code, to be sealed: {code}")


async def _begun(given: Settings, conninfo: str, persons: Founders, digest: str) -> genesis.GenesisOfficers:
    async with common.deciding(given, conninfo) as decisions:
        register = await decisions.states.current(Register, register_stream(given.place))
        if register is not None and register.opened_on is not None:
            raise typer.BadParameter(
                f"this register has begun, on {register.opened_on}: from then on administrators appoint, two of them"
            )
        return await genesis.begin(decisions, persons, recovery_digest=digest)


def _founders(given: Path | None) -> Founders:
    """Who is to be made administrator and data officer. Raises typer.BadParameter."""
    try:
        document = _asked() if given is None else orjson.loads(_content(given))
        administrators, data_officers = (
            tuple(Founder(**one) for one in document[name]) for name in ("administrators", "data_officers")
        )
        return Founders(administrators, data_officers)
    except OSError as error:
        raise typer.BadParameter(f"{given}: {error.strerror}") from error
    except (KeyError, TypeError) as error:
        raise typer.BadParameter("administrators and data_officers are lists of {number, name}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _content(given: Path) -> bytes:
    return sys.stdin.buffer.read() if str(given) == "-" else given.read_bytes()


def _asked() -> dict[str, list[dict[str, str]]]:
    wanted = (
        ("administrators", "管理员 administrator", genesis.ADMINISTRATORS),
        ("data_officers", "个人信息保护人员 data officer", genesis.DATA_OFFICERS),
    )
    return {
        name: [
            {
                "name": typer.prompt(f"{label} {number}: 姓名 name"),
                "number": typer.prompt(f"{label} {number}: 身份证号 identity number", hide_input=True),
            }
            for number in range(1, many + 1)
        ]
        for name, label, many in wanted
    }


def _digest(code: str) -> str:
    """What the register keeps of a code; the code itself is kept nowhere."""
    return sha256(code.strip().encode()).hexdigest()


def _issued(conninfo: str, holders: Sequence[tuple[Role, UUID]], days: int) -> list[dict[str, Any]]:
    """A token for each of these officers."""
    wanted = [Account(holder, ActorKind.OFFICER, None, f"{role.zh} {role.en}") for role, holder in holders]
    with psycopg.connect(conninfo, autocommit=True) as conn:
        tokens = accounts.issue_many(conn, wanted, datetime.now(UTC) + timedelta(days=days))
    return [
        {"role": role.value, "holder": holder, "token": token}
        for (role, holder), token in zip(holders, tokens, strict=True)
    ]


def _print_tokens(shown: Sequence[dict[str, Any]]) -> None:
    typer.echo("\n".join(f"{one['role']}  {one['holder']}  {one['token']}" for one in shown))


@account_app.command("recover")
def recover(
    reason: Annotated[str, typer.Option(prompt="理由 reason", help="why the administration is recovered")],
    code: Annotated[str, typer.Option(prompt="恢复码 recovery code", hide_input=True, help="the code that was sealed")],
    auditor_token: Annotated[
        str, typer.Option(prompt="审计令牌 auditor's token", hide_input=True, help="an auditor's own token: the second")
    ],
    days: Days = 7,
    json: common.Json = False,
) -> None:
    """Give the administrators new tokens where all were lost 恢复管理权限: by the sealed code, with an auditor.

    It is recorded in the register and shown on every page for 30 days. Their earlier tokens are revoked, and the
    code is replaced by a new one.
    """
    given = common.settings()
    conninfo = common.existing_database(given)
    fresh = secrets.token_hex(CODE_BYTES)
    holders = asyncio.run(_recovered(given, conninfo, (_digest(code), _digest(fresh)), reason, auditor_token))
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for holder in holders:
            accounts.revoke(conn, holder)
    shown = _issued(conninfo, [(Role.ADMINISTRATOR, holder) for holder in holders], days)
    if json:
        common.out({"administrators": shown, "recovery_code": fresh})
        return
    _print_tokens(shown)
    typer.echo(f"新恢复码，请密封保存 new recovery code, to be sealed: {fresh}")


async def _recovered(
    given: Settings, conninfo: str, digests: tuple[str, str], reason: str, token: str
) -> Sequence[UUID]:
    """Record the recovery; who administers the register today. Raises Refused, and typer.BadParameter.

    The digests are those of the code that was sealed, and of the one that takes its place.
    """
    by, command = genesis.operator(given.place), uuid4()
    async with common.deciding(given, conninfo) as decisions:
        async with decisions.states.pool.connection() as conn:
            auditor = await accounts.find(conn, token)
        if auditor is None:
            raise typer.BadParameter("nobody holds that token")
        code, fresh = digests
        event = RegisterRecovered(code_digest=code, next_digest=fresh, reason=reason, auditor=auditor.holder)
        request = DecisionRequest(command, command.bytes, register_stream(given.place), event, by.id, posts=(by,))
        await decisions.decide(request)
        return await _administrators(decisions, conninfo)


async def _administrators(decisions: Decisions, conninfo: str) -> Sequence[UUID]:
    day = decisions.clock().astimezone(CHINA).date()
    with psycopg.connect(conninfo, autocommit=True) as conn:
        people = list(common.streams_of(conn, "officer"))
    states = await decisions.states.load(people, fresh=True)
    return [
        state.id
        for state in states.values()
        if isinstance(state, Officer) and any(Role.ADMINISTRATOR in post.roles for post in state.actors(day))
    ]


@account_app.command("issue")
def issue(
    holder: Annotated[UUID, typer.Argument(help="stream of the officer, agent or source")],
    kind: Annotated[str, typer.Option(help="officer, applicant, source, public, system")] = "officer",
    unit: Annotated[UUID | None, typer.Option(help="unit that an agent acts for")] = None,
    label: Annotated[str, typer.Option(help="what the token is for")] = "",
    use: Annotated[
        list[str] | None, typer.Option(help=f"what a machine may do with it, more than once: {', '.join(Use)}")
    ] = None,
    place: Annotated[str | None, typer.Option(help="code of the place in which a system reads with it")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="days until it expires")] = 90,
    json: common.Json = False,
) -> None:
    """Issue a token; it is shown this once 签发令牌，仅显示一次."""
    if kind not in {one.value for one in ActorKind}:
        raise typer.BadParameter(f"{kind} is no kind of actor: {', '.join(one.value for one in ActorKind)}")
    actor = next(one for one in ActorKind if one.value == kind)
    account = Account(holder, actor, unit, label, *_limits(actor, use or [], place))
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        token = accounts.issue(conn, account, datetime.now(UTC) + timedelta(days=days))
    if json:
        common.out({"token": token, "holder": holder, "kind": kind, "days": days})
    else:
        typer.echo(token)


def _limits(kind: ActorKind, uses: Sequence[str], place: str | None) -> tuple[frozenset[Use] | None, str | None]:
    """What a machine's token is limited to. Raises typer.BadParameter."""
    allowed = [use.value for use in machines.KINDS.get(kind, ())]
    if wrong := [use for use in uses if use not in allowed]:
        told = ", ".join(allowed) or "it takes no --use"
        raise typer.BadParameter(f"a token of {kind.value} is not for {wrong[0]}: {told}")
    if place is not None and (kind is not ActorKind.SYSTEM or not uses or place not in PLACES):
        raise typer.BadParameter(f"--place narrows the --use of a system, by a code of six digits: {place}")
    return frozenset(use for use in Use if use.value in uses) or None, place


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
        "uses": sorted(account.uses) if account.uses is not None else None,
        "place": account.place,
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


@account_app.command("sessions")
def sessions_command(json: common.Json = False) -> None:
    """List who is signed in on pages 列出登录情况."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        found = sessions.all_open(conn)
    if json:
        common.out([{
            "name": one.name, "holder": one.account.holder, "kind": one.account.kind, "address": one.address,
            "begun_at": one.begun_at, "seen_at": one.seen_at, "expires_at": one.expires_at,
        } for one in found])  # fmt: skip
        return
    table = Table("name", "kind", "holder", "from", "since", "last used")
    for one in found:
        since, seen = (f"{moment:%Y-%m-%d %H:%M}" for moment in (one.begun_at, one.seen_at))
        table.add_row(one.name, one.account.kind.zh, str(one.account.holder), one.address or "", since, seen)
    common.printed.print(table)


@account_app.command("sign-out")
def sign_out(
    holder: Annotated[UUID, typer.Argument(help="stream of the officer, agent or source")],
    json: common.Json = False,
) -> None:
    """End all sessions of a holder on pages; their tokens stay 结束某人的全部登录."""
    with psycopg.connect(common.existing_database(common.settings()), autocommit=True) as conn:
        number = sessions.end_all(conn, holder)
    if json:
        common.out({"ended": number})
    else:
        typer.echo(f"{number} ended")
