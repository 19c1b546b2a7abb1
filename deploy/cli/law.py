"""`concord law`: the law of a register put to the test."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Annotated

import orjson
import typer

from deploy import terminal
from deploy.cli import common
from deploy.cli.check import PACK, Folder
from deploy.cli.explore import explore
from deploy.cli.years import years
from deploy.play.game import Player, Tally, Token
from services.errors import NotFound, Unavailable

law_app = typer.Typer(help="The law put to the test 规则检验", no_args_is_help=True)

ROUND = 50
"""Commands after which the progress is told."""


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(law_app, name="law")


@law_app.callback()
def callback() -> None:
    """The law put to the test 规则检验."""


law_app.command("explore")(explore)
law_app.command("years")(years)


@law_app.command("play")
def play(
    url: Annotated[str | None, typer.Option(help="where the register is served, such as http://127.0.0.1:8080")] = None,
    tokens: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="JSON file: {name: token}, or the accounts of a demonstration"),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="the demonstration that runs here, with all its accounts")
    ] = False,
    commands: Annotated[int, typer.Option(min=1, help="commands to send")] = 1_000,
    seed: Annotated[int, typer.Option(help="the same seed makes the same choices")] = 0,
    pack: Folder = PACK,
    json: common.Json = False,
) -> None:
    """Play all roles of a served register at random, lawfully and not 随机扮演各方办理, and check what it stored.

    Never on a register that is in use: what is accepted is stored for ever. Exit 1 where something is broken.
    """
    given = common.settings().data_dir / "accounts.json" if demo else tokens
    if given is None:
        raise typer.BadParameter("give --tokens, or --demo for the demonstration that runs here")
    if not given.exists():
        raise NotFound(f"{given} (./concord demo makes it)")
    where, held = _accounts(given)
    base = url or where
    if not base:
        raise typer.BadParameter("give --url")
    try:
        tally = _played(base, held, commands, seed, pack)
    except (OSError, HTTPException) as error:
        raise Unavailable(f"{base} ({type(error).__name__})") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    _print(tally, json=json)
    raise typer.Exit(0 if tally.is_clean else 1)


def _played(base: str, held: Mapping[str, Token], commands: int, seed: int, pack: Path) -> Tally:
    player = Player(base, held, seed)
    with terminal.progress("办理 playing", commands) as advance:
        for sent in range(0, commands, ROUND):
            player.play(min(ROUND, commands - sent))
            advance(player.tally.commands)
    with terminal.step("核查 checking"):
        tally = player.checked(pack)
    player.close()
    return tally


def _accounts(given: Path) -> tuple[str | None, dict[str, Token]]:
    """The address, where the file says one, and the tokens. Raises typer.BadParameter."""
    try:
        document = orjson.loads(given.read_bytes())
        base, accounts = (document["base"], document["accounts"]) if "accounts" in document else (None, document)
        held = {
            name: Token(one) if isinstance(one, str) else Token(one["token"], one.get("unit"))
            for name, one in accounts.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise typer.BadParameter(f"{given} holds no tokens by name") from error
    if not held:
        raise typer.BadParameter(f"{given} holds no tokens")
    return base, held


def _print(tally: Tally, *, json: bool) -> None:
    if not json:
        for name, broken in (
            ("服务器错误 server error", tally.server_errors),
            ("失信 broken word", tally.broken_words),
        ):
            for one in broken:
                typer.echo(f"{name}: {one.get('word', one['status'])}: {one['asked']} ({one['who']})")
        for found in tally.findings:
            typer.echo(f"{found['rule']} {found['stream']}/{found['version']}: {found['zh']} / {found['en']}")
    common.out({name: getattr(tally, name) for name in Tally.__slots__})
