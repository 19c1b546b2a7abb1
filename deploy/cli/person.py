"""`concord person`: which requests of persons wait, and what is held of who asks (T-29). Personal data stays masked:
the copy is for who answers and for who asked, under their accounts.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from deploy.clock import today
from services import personal_copies
from services.casework.register.state import Register, register_stream
from services.errors import NotFound
from services.personal_copies import Held, PersonRequest

person_app = typer.Typer(help="Requests of persons 个人信息请求: waiting, held", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(person_app, name="person")


@person_app.callback()
def callback() -> None:
    """Requests of persons 个人信息请求."""


@person_app.command("waiting")
def waiting(json: common.Json = False) -> None:
    """List the requests that wait for an answer, and until when 待答复的请求."""
    _, found = _requests()
    rows = [one for one in found if one.settled is None]
    if json:
        common.out({"requests": [one.document() for one in rows]})
        return
    for one in rows:
        terminal.line(f"{one.number}  {one.due}  {one.asked.event.right.zh}  {one.asked.event.request}")
    terminal.console.print(f"{today(common.settings().data_dir)}: {len(rows)} 件待答复 waiting")


@person_app.command("held")
def held(
    number: Annotated[int, typer.Argument(help="the request: its entry on the register's stream")],
    json: common.Json = False,
) -> None:
    """Tell what is held of who asks, found by the person tag; masked 所存个人信息."""
    conninfo, known = _requests()
    asked = next((one for one in known if one.number == number), None)
    if asked is None:
        raise NotFound(f"request {number} of a person")
    found = asyncio.run(_held(conninfo, asked, known))
    if json:
        common.out({"request": asked.document(), **found.document()})
        return
    for entry in found.entries:
        terminal.line(f"{entry.day}  {entry.stream}  v{entry.version}  {entry.event.about.zh}")
    for act in found.acts:
        terminal.line(f"{act.type}  {act.number}  {act.first:%Y-%m-%d} – {act.last:%Y-%m-%d}")
    terminal.console.print(f"{len(found.officers)} 份档案 files, {len(found.entries)} 条 entries")


def _requests() -> tuple[str, tuple[PersonRequest, ...]]:
    """Where the register is, and its requests. Raises NotFound where none was opened, Unavailable."""
    given = common.settings()
    conninfo = common.existing_database(given)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        register, packs = common.state(conn, "register", register_stream(given.place)), common.packs(conn, given)
    if not isinstance(register, Register) or register.opened_on is None:
        raise NotFound(f"the register of {given.place}, which is not opened yet")
    return conninfo, tuple(personal_copies.requests(register, packs))


async def _held(conninfo: str, asked: PersonRequest, known: tuple[PersonRequest, ...]) -> Held:
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
        return await personal_copies.held(conn, asked, known)
