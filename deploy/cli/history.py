"""`concord replay`, `concord unit`, `concord acts`, `concord rebuild`: reading what the events say."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import psycopg
import typer
from pydantic import ValidationError
from rich.table import Table

from deploy import terminal
from deploy.cli import common
from deploy.clock import today
from events.fields import day_of
from events.registry import stream_kind
from events.sentences import sentence
from projections.acts import queries as query
from projections.acts.lines import Line
from projections.catalogue import CATALOGUE
from services.casework.kinds import KINDS
from services.casework.pack import pack_of
from services.casework.policy.state import Packs
from services.casework.stream import State, fold
from services.entry_documents import entry_document
from services.errors import NotFound
from services.http.filters import ActsFilter
from services.http.queries import known_at
from services.projector import positions
from services.projector.compare import compare
from services.projector.rebuild import rebuild
from services.register import read
from services.state_documents import state_document
from services.views import View

At = Annotated[int | None, typer.Option("--version", help="as of that version", min=1)]
On = Annotated[str | None, typer.Option("--on", help="as it was true on that day, YYYY-MM-DD")]
Known = Annotated[
    str | None, typer.Option("--known", help="as it was known at that moment (RFC 3339), or at the end of that day")
]


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("replay")(replay)
    app.command("unit")(unit)
    app.command("acts")(acts)
    app.command("rebuild")(rebuild_command)


def whole(conninfo: str, stream: UUID) -> tuple[State, Packs]:
    """A stream of whatever kind with its whole history, and the packs in force. Raises NotFound."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        recorded = read.read_stream(conn, stream)
        if not recorded:
            raise NotFound(f"stream {stream}")
        kind = KINDS[stream_kind(recorded[0].entry.event.about.type)]
        state: State = fold(kind, stream, [one.entry for one in recorded])
        return state, common.packs(conn, common.settings())


def replay(
    name: Annotated[str | None, typer.Argument(metavar="STREAM", help="id, or credit code of an enterprise")] = None,
    version: At = None,
    on: On = None,
    known: Known = None,
    everything: Annotated[bool, typer.Option("--all", help="fold all streams, compare every projection row")] = False,
    json: common.Json = False,
) -> None:
    """Fold a unit, an officer … from its events, now or as of any moment 从事件重放; --all: compare every row."""
    conninfo = common.existing_database(common.settings())
    if everything:
        _compare_all(conninfo, json)
        return
    if name is None:
        raise typer.BadParameter("name a STREAM, or say --all")
    state, packs = whole(conninfo, common.unit_argument(name))
    view = View(version, _day(on), _moment(known))
    seen: State = view.of(state)
    document = state_document(seen, packs, view.day(seen, today(common.settings().data_dir)))
    if json:
        common.out(document)
        return
    _show_state(seen, document)


def _day(text: str | None) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no day: {error}") from error


def _moment(text: str | None) -> datetime | None:
    try:
        return known_at(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no moment (2026-05-11T09:00:00+08:00), nor a day") from error


def _compare_all(conninfo: str, json: bool) -> None:
    with terminal.progress("重放 replaying", None) as advance:
        given = common.settings()
        found = compare(conninfo, common.pack(given), given.place, lambda done: advance(done.events, done.total))
    if json:
        mismatches = [{"projection": m.projection, "stream": m.stream, "kept": m.kept, "made": m.made} for m in found]
        common.out({"mismatches": len(found), "rows": mismatches[:100]})
    else:
        for mismatch in found[:20]:
            terminal.console.print(
                f"{mismatch.projection} {mismatch.stream}: kept {mismatch.kept} made {mismatch.made}"
            )
        terminal.console.print(f"{len(found)} mismatches")
    raise typer.Exit(1 if found else 0)


_SHOWN = ("stream", "stream_kind", "pack", "kind", "code", "place", "watch", "provisional", "open", "closed")


def _show_state(seen: State, document: dict[str, Any]) -> None:
    table = Table(title=f"{document['label']} · v{seen.version}", show_header=False)
    for key in _SHOWN:
        if key in document:
            table.add_row(key, str(document[key]))
    if "step" in document:
        table.add_row("step", f"{document['step']['step']} {document['step']['title'] or ''}")
    for title, held in document.get("standings", {}).items():
        table.add_row(title, f"{held['standing']} {held['term_from']} – {held['term_until']}")
    for owed in document["obligations"]:
        table.add_row(f"due {owed['due']}", f"{owed['kind']} · {owed['holder']} · {owed['clause']}")
    common.printed.print(table)


def unit(
    name: Annotated[str, typer.Argument(metavar="STREAM", help="id, or credit code of an enterprise")],
    json: common.Json = False,
) -> None:
    """Print the whole history of a unit, or of any other stream 打印单位或其他记录流的全部历史."""
    state, _ = whole(common.existing_database(common.settings()), common.unit_argument(name))
    if json:
        for entry in state.entries:
            common.out(entry_document(entry))
        return
    for entry in state.entries:
        pack = pack_of(entry)
        mark = "✕" if entry.version in state.voided else " "
        line = f"{mark} v{entry.version:<4} {entry.day} {entry.actor.post}  {sentence(entry.event, 'zh', pack.label)}"
        terminal.line(line)


def acts(
    act: Annotated[str | None, typer.Option(help="name, revoke, …, or a type of event")] = None,
    officer: Annotated[str | None, typer.Option(help="who acted, by id")] = None,
    place: Annotated[str | None, typer.Option(help="six digits; that place and below")] = None,
    ground: Annotated[str | None, typer.Option(help="wage_arrears, …")] = None,
    since: Annotated[str | None, typer.Option("--from", help="from that day")] = None,
    until: Annotated[str | None, typer.Option("--to", help="until and with that day")] = None,
    by: Annotated[str, typer.Option(help="the day it was recorded, or from which it is effective")] = "recorded",
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
    json: common.Json = False,
) -> None:
    """Who named or revoked what, by which rule, with which opinions 谁作出了什么决定."""
    given = {"act": act, "officer": officer, "place": place, "ground": ground, "from": since, "to": until, "by": by}
    try:
        asked = ActsFilter.model_validate({name: text for name, text in given.items() if text is not None})
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        raise typer.BadParameter(wrong["msg"], param_hint=f"--{wrong['loc'][0]}") from error
    conninfo = common.existing_database(common.settings())
    for row in asyncio.run(_acts(conninfo, asked, limit)):
        if json:
            common.out(row._asdict())
        else:
            terminal.line(f"{row.effective_on} {row.label} v{row.version} {row.post}  {row.zh}")


async def _acts(conninfo: str, asked: ActsFilter, limit: int) -> list[Line]:
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
        return (await query.acts(conn, asked.wanted, limit=limit)).rows


def rebuild_command(
    names: Annotated[list[str] | None, typer.Argument(help="projections; all where none is named")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="let stopped ones go on where they stopped")] = False,
    json: common.Json = False,
) -> None:
    """Rebuild projections beside the old ones, then switch 在旁重建投影后切换."""
    conninfo = common.existing_database(common.settings())
    if resume:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            resumed = [name for name in names or CATALOGUE if positions.resume(conn, name)]
        common.out({"resumed": resumed})
        return
    with terminal.progress("重建 rebuilding", None) as advance:
        given = common.settings()
        done = rebuild(
            conninfo, names or None, common.pack(given), given.place,
            progress=lambda at: advance(at.events, at.total),
        )  # fmt: skip
    if json:
        common.out({"position": done})
