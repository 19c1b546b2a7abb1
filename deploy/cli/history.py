"""`concord replay`, `concord unit`, `concord acts`, `concord rebuild`: reading what the events say."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import psycopg
import typer
from rich.table import Table

from deploy import terminal
from deploy.cli import common
from events.envelope import CHINA
from events.sentences import sentence
from projections.catalogue import CATALOGUE
from services.api.problems import entry_document
from services.api.states import state_document
from services.casework.pack import DEFAULT_PACK, Pack, load_pack
from services.casework.unit.state import Unit, as_of, fold
from services.errors import NotFound
from services.projector import positions
from services.projector.compare import compare
from services.projector.rebuild import rebuild
from services.register import read

At = Annotated[int | None, typer.Option("--version", help="as of that version", min=1)]
On = Annotated[str | None, typer.Option("--on", help="as it was true on that day, YYYY-MM-DD")]
Known = Annotated[str | None, typer.Option("--known", help="as it was known at that moment, RFC 3339")]


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("replay")(replay)
    app.command("unit")(unit)
    app.command("acts")(acts)
    app.command("rebuild")(rebuild_command)


def pack_of() -> Pack:
    """The pack that acts are judged by."""
    return load_pack(common.settings().pack or DEFAULT_PACK)


def whole(conninfo: str, stream: UUID) -> Unit:
    """A unit with its whole history. Raises NotFound."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        recorded = read.read_stream(conn, stream)
    if not recorded:
        raise NotFound(f"unit {stream}")
    return fold(stream, [one.entry for one in recorded])


def replay(
    name: Annotated[str | None, typer.Argument(metavar="UNIT", help="id, or credit code of an enterprise")] = None,
    version: At = None,
    on: On = None,
    known: Known = None,
    everything: Annotated[bool, typer.Option("--all", help="fold all units, compare every projection row")] = False,
    json: common.Json = False,
) -> None:
    """Fold a unit from its events, now or as of any moment 从事件重放单位; with --all compare every projection."""
    conninfo = common.existing_database(common.settings())
    if everything:
        _compare_all(conninfo, json)
        return
    if name is None:
        raise typer.BadParameter("name a UNIT, or say --all")
    state = whole(conninfo, common.unit_argument(name))
    seen = fold(state.id, as_of(state.entries, version=version, on=_day(on), known=_moment(known)))
    document = state_document(seen, pack_of(), _day(on) or datetime.now(CHINA).date())
    if json:
        common.out(document)
        return
    _show_state(seen, document)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no day: YYYY-MM-DD") from error


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no moment: RFC 3339, 2026-05-11T09:00:00+08:00") from error
    return moment.replace(tzinfo=CHINA) if moment and moment.tzinfo is None else moment


def _compare_all(conninfo: str, json: bool) -> None:
    with terminal.progress("重放 replaying", None) as advance:
        found = compare(conninfo, pack_of(), lambda done: advance(done.events, done.total))
    if json:
        mismatches = [{"projection": m.projection, "unit": m.unit, "kept": m.kept, "made": m.made} for m in found]
        common.out({"mismatches": len(found), "rows": mismatches[:100]})
    else:
        for mismatch in found[:20]:
            terminal.console.print(f"{mismatch.projection} {mismatch.unit}: kept {mismatch.kept} made {mismatch.made}")
        terminal.console.print(f"{len(found)} mismatches")
    raise typer.Exit(1 if found else 0)


def _show_state(seen: Unit, document: dict[str, Any]) -> None:
    table = Table(title=f"{seen.life.name} · v{seen.version}", show_header=False)
    for key in ("unit", "kind", "code", "place", "watch", "provisional", "closed"):
        table.add_row(key, str(document[key]))
    table.add_row("step", f"{document['step']['step']} {document['step']['title'] or ''}")
    for title, held in document["standings"].items():
        table.add_row(title, f"{held['standing']} {held['term_from']} – {held['term_until']}")
    for owed in document["obligations"]:
        table.add_row(f"due {owed['due']}", f"{owed['kind']} · {owed['holder']} · {owed['clause']}")
    common.printed.print(table)


def unit(
    name: Annotated[str, typer.Argument(metavar="UNIT")],
    json: common.Json = False,
) -> None:
    """Print a unit's whole history 打印单位全部历史."""
    state = whole(common.existing_database(common.settings()), common.unit_argument(name))
    if json:
        for entry in state.entries:
            common.out(entry_document(entry))
        return
    pack = pack_of()
    for entry in state.entries:
        mark = "✕" if entry.version in state.voided else " "
        line = f"{mark} v{entry.version:<4} {entry.day} {entry.actor.post}  {sentence(entry.event, 'zh', pack.label)}"
        sys.stdout.write(line + "\n")


_ACTS = """
SELECT unit_name, version, recorded_at, effective_on, decision, post, house, level, officer, title, grounds, rule,
       clause, pack, opinions, evidence, consent_ref, document_number, zh, en, stream
FROM projections.acts
WHERE (%(officer)s::uuid IS NULL OR officer = %(officer)s)
  AND (%(act)s::text IS NULL OR decision = %(act)s)
  AND (%(place)s::text IS NULL OR place LIKE %(place)s)
  AND (%(ground)s::text IS NULL OR %(ground)s = ANY (grounds))
  AND (%(since)s::date IS NULL OR effective_on >= %(since)s)
  AND (%(until)s::date IS NULL OR effective_on <= %(until)s)
ORDER BY position DESC LIMIT %(limit)s
"""


def acts(
    act: Annotated[str | None, typer.Option(help="name, revoke, …")] = None,
    officer: Annotated[str | None, typer.Option(help="who acted, by id")] = None,
    place: Annotated[str | None, typer.Option(help="six digits; that place and below")] = None,
    ground: Annotated[str | None, typer.Option(help="wage_arrears, …")] = None,
    since: Annotated[str | None, typer.Option("--from", help="effective from that day")] = None,
    until: Annotated[str | None, typer.Option("--to", help="effective until that day")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: common.Json = False,
) -> None:
    """Who named or revoked what, by which rule, with which opinions 谁作出了什么决定."""
    asked = {
        "act": act,
        "officer": common.identifier(officer) if officer else None,
        "place": f"{place.removesuffix('00').removesuffix('00')}%" if place else None,
        "ground": ground,
        "since": _day(since),
        "until": _day(until),
        "limit": limit,
    }
    conninfo = common.existing_database(common.settings())
    with psycopg.connect(conninfo, autocommit=True, row_factory=psycopg.rows.dict_row) as conn:
        rows = conn.execute(_ACTS, asked).fetchall()
    for row in rows:
        if json:
            common.out(row)
        else:
            sys.stdout.write(f"{row['effective_on']} {row['unit_name']} v{row['version']} {row['post']}  {row['zh']}\n")


def rebuild_command(
    names: Annotated[list[str] | None, typer.Argument(help="projections; all where none is named")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="let stopped ones go on where they stopped")] = False,
    json: common.Json = False,
) -> None:
    """Make projections anew beside the old ones, then switch 在旁重建投影后切换."""
    conninfo = common.existing_database(common.settings())
    if resume:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            resumed = [name for name in names or CATALOGUE if positions.resume(conn, name)]
        common.out({"resumed": resumed})
        return
    with terminal.progress("重建 rebuilding", None) as advance:
        done = rebuild(conninfo, names or None, pack_of(), progress=lambda at: advance(at.events, at.total))
    if json:
        common.out({"position": done})
