"""`concord export`: a ledger as a file, with its manifest beside it."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from deploy import clock, terminal
from deploy.cli import common
from events.envelope import CHINA
from events.fields import day_of
from projections import freshness
from services import ledgers
from services.errors import NotFound, Unavailable
from services.exports import Format, Manifest
from services.ledgers import LEDGERS, Filter, Ledger
from services.settings import Settings


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("export")(export)


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def export(
    ledger: Annotated[str, typer.Argument(help=" ".join(LEDGERS))],
    out: Annotated[Path, typer.Option(dir_okay=False, help="the file to write; its manifest stands beside it")],
    form: Annotated[Format, typer.Option("--format")] = Format.XLSX,
    place: Annotated[str | None, typer.Option(help="division code: it and all below")] = None,
    title: Annotated[str | None, typer.Option(help="a title's id")] = None,
    since: Annotated[
        date | None, typer.Option("--from", parser=_day, metavar="DAY", help="recorded on it or later")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--to", parser=_day, metavar="DAY", help="recorded on it or before")
    ] = None,
    json: common.Json = False,
) -> None:
    """Write a whole ledger as CSV, XLSX or NDJSON 导出台账; the last line is its manifest, as JSON.

    It reads as the operator does, with all places; officers export over HTTP, each what they may read.
    """
    found = LEDGERS.get(ledger)
    if found is None:
        raise NotFound(f"the ledger {ledger}")
    given = common.settings()
    wanted = Filter(place=place, title=title, since=since, until=until)
    told = {
        name: value for name, value in (("place", place), ("title", title), ("from", since), ("to", until)) if value
    }
    idle = [name for name in told if {"from": "since", "to": "until"}.get(name, name) not in found.filters]
    if idle:
        raise typer.BadParameter(f"the ledger {ledger} knows no {', '.join(idle)}")
    with nullcontext() if json else terminal.step(f"导出 {found.zh}"):
        manifest, data = asyncio.run(_exported(given, found, form, wanted, told))
        out.write_bytes(data)
        out.with_name(f"{out.name}.manifest.json").write_bytes(manifest.document + b"\n")
    terminal.line(manifest.document.decode())


async def _exported(
    given: Settings, ledger: Ledger, form: Format, wanted: Filter, told: dict[str, Any]
) -> tuple[Manifest, bytes]:
    conninfo = common.existing_database(given)
    with psycopg.connect(conninfo, autocommit=True) as sync:
        packs = common.packs(sync, given)
    now: datetime = clock.clock_of(given.data_dir)()
    today = now.astimezone(CHINA).date()
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
        await conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        fresh = await freshness.freshness(conn, ledger.view)
        if fresh is None:
            raise Unavailable(f"the projection {ledger.view} (concord serve projector makes it)")
        rows = await ledgers.whole(conn, ledger, wanted, today)
    as_of = fresh.as_of.isoformat() if fresh.as_of else None
    return ledgers.exported(ledger, form, rows, packs.on(today), told, today, fresh.position, as_of)
