"""`concord clock`: the day that it is in a demonstration with a clock of its own, and moving it on."""

from __future__ import annotations

import asyncio
import time
from datetime import date
from typing import Annotated, Any

import psycopg
import typer

from deploy import clock, terminal
from deploy.cli import common
from deploy.logins import as_process
from events.fields import day_of
from projections.catalogue import CATALOGUE
from services import timekeeper
from services.errors import Unavailable
from services.projector import positions
from services.register.read import last_position
from services.settings import Settings

CATCH_UP_SECONDS = 60.0
"""How long the projections may take to hold what a day brought about."""


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("clock")(clock_command)


def clock_command(
    day: Annotated[str | None, typer.Argument(metavar="DAY", help="YYYY-MM-DD; without it, what day it is")] = None,
    json: common.Json = False,
) -> None:
    """Move a demonstration's clock on to a day, with what time brings about 推进演示时钟; it never goes back."""
    given = common.settings()
    own = clock.found(given.data_dir)
    given = given.model_copy(update={"data_dir": own.directory})
    conninfo = common.existing_database(given)
    common.refuse_clock(given, conninfo)
    days, events = 0, 0

    def brought_about(today: date) -> None:
        nonlocal events
        events += asyncio.run(_swept(given, as_process(conninfo, "timekeeper")))
        if not json:
            terminal.console.print(f"  {today}")

    if day is not None:
        try:
            until = day_of(day)
        except ValueError as error:
            raise typer.BadParameter(f"{day} is no day: {error}") from error
        days = clock.move(own, until, brought_about)
    told = {"day": own.today.isoformat(), "moment": own().isoformat(), "days": days, "events": events}
    if json:
        common.out(told)
    else:
        typer.echo(f"{told['day']}  {days} 天 days, {events} 个事件 events")


async def _swept(given: Settings, conninfo: str) -> int:
    """All that the day brings about, until nothing more follows from it; how many events that was."""
    done = 0
    async with common.deciding(given, conninfo) as decisions:
        while True:
            _caught_up(conninfo)
            if not (new := await timekeeper.sweep(decisions)):
                return done
            done += new


def _caught_up(conninfo: str) -> None:
    """Wait until the projections hold the whole log: what is due is read from them. Raises Unavailable."""
    until = time.monotonic() + CATCH_UP_SECONDS
    with psycopg.connect(conninfo, autocommit=True) as conn:
        while _behind(conn):
            if time.monotonic() > until:
                raise Unavailable("the projections (they do not catch up; is the demonstration running? ./concord ps)")
            time.sleep(0.05)


def _behind(conn: psycopg.Connection[Any]) -> bool:
    head = last_position(conn)
    made = {place.name: place.position for place in positions.places(conn)}
    return any(made.get(name, 0) < head for name in CATALOGUE)
