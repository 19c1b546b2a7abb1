"""`concord retention`: what has been kept for its time, what was destroyed, and what a certificate left undone (T-27).

Destroying is no command: two persons decide it in the register.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from deploy.clock import today
from events.envelope import Entry
from events.governance.retention import RegisterContentDestroyed
from services import retention
from services.casework.pack import Pack
from services.casework.register.state import Register, register_stream
from services.errors import NotFound
from services.paper_stores import PaperStore
from services.register import read
from services.settings import paper_store

T = TypeVar("T")

retention_app = typer.Typer(help="How long things are kept 保管期限: due, destroyed, complete", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Keeping:
    """A register whose things are kept for their time: where it is, its state, its certificates, today's pack,
    and where papers lie.
    """

    conninfo: str
    register: Register
    certificates: tuple[Entry[RegisterContentDestroyed], ...]
    pack: Pack
    day: date
    papers: PaperStore | None


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(retention_app, name="retention")


@retention_app.callback()
def callback() -> None:
    """How long things are kept 保管期限."""


@retention_app.command("due")
def due(
    line: Annotated[str | None, typer.Option(metavar="LINE", help="of one line of the table alone")] = None,
    json: common.Json = False,
) -> None:
    """List what has been kept for its time, the longest overdue first, and the holds that keep it back 保管期满清单."""
    keeping = _keeping()
    if line is not None and line not in keeping.pack.retention:
        raise NotFound(f"the line {line} (there are {', '.join(keeping.pack.retention)})")
    found = _asked(keeping, lambda conn: retention.due(conn, keeping.register, keeping.pack, keeping.day))
    found = [one for one in found if line in (None, one.line)]
    if json:
        common.out({"on": keeping.day, "due": [one.document() for one in found]})
        return
    for one in found:
        held = f"  停止销毁 held by {', '.join(map(str, one.holds))}" if one.holds else ""
        terminal.line(f"{one.due}  {one.line}  {one.item.digest or one.item.subject}{held}")
    terminal.console.print(f"{keeping.day}: {len(found)} 项期满 due")


@retention_app.command("destroyed")
def destroyed(json: common.Json = False) -> None:
    """List the certificates of what was destroyed 销毁证明清单."""
    certificates = _keeping().certificates
    if json:
        common.out(
            [{"version": one.version, "on": one.day, **one.event.model_dump(mode="json")} for one in certificates]
        )
        return
    for one in certificates:
        terminal.line(f"{one.version}  {one.day}  {one.event.line}  {len(one.event.items or ())} 项 items")


@retention_app.command("complete")
def complete(json: common.Json = False) -> None:
    """Destroy what a certificate of the register names and is still there 补行销毁; safe to repeat.

    Destroying follows its certificate at once: something is left only where the process ended in between, and
    `concord verify` tells it.
    """
    keeping = _keeping()

    async def carried_out(conn: retention.Connection) -> None:
        for certificate in keeping.certificates:
            await retention.destroy(conn, keeping.papers, certificate.command_id, certificate.event)

    _asked(keeping, carried_out)
    if json:
        common.out({"certificates": len(keeping.certificates)})
    else:
        terminal.line(f"{len(keeping.certificates)} 份证明已办结 certificates carried out")


def _keeping() -> Keeping:
    """The register of these settings as it is today. Raises NotFound where none was opened, Unavailable."""
    given = common.settings()
    conninfo, stream = common.existing_database(given), register_stream(given.place)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        register, packs = common.state(conn, "register", stream), common.packs(conn, given)
        entries = [recorded.entry for recorded in read.read_stream(conn, stream)]
    if not isinstance(register, Register) or register.opened_on is None:
        raise NotFound(f"the register of {given.place}, which is not opened yet")
    certificates = tuple(filter(retention.is_certificate, entries))
    day = today(given.data_dir)
    return Keeping(conninfo, register, certificates, packs.on(day), day, paper_store(given))


def _asked(keeping: Keeping, question: Callable[[retention.Connection], Awaitable[T]]) -> T:
    """What is asked of the register over a connection of its own."""

    async def answer() -> T:
        async with await psycopg.AsyncConnection.connect(keeping.conninfo, autocommit=True) as conn:
            return await question(conn)

    return asyncio.run(answer())
