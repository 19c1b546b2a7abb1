"""`concord audit`: stored history judged again by the law (I-23), or asked by a checker that shares nothing with it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from deploy.cli.check import check
from deploy.cli.history import pack_of
from services.api.problems import refusal_document
from services.casework.judgement import Finding, rejudge
from services.casework.pack import DEFAULT_PACK, Pack, load_pack
from services.register import read

audit_app = typer.Typer(help="What auditors ask 审计", no_args_is_help=True)

PAGE = 200
"""Units read in one query."""


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(audit_app, name="audit")


@audit_app.callback()
def callback() -> None:
    """What auditors ask 审计."""


audit_app.command("check")(check)


@audit_app.command("replay")
def replay(
    name: Annotated[str | None, typer.Argument(metavar="UNIT", help="all units where none is named")] = None,
    pack_name: Annotated[str | None, typer.Option("--pack", help="judge by another pack: what if")] = None,
    json: common.Json = False,
) -> None:
    """Judge every stored entry again on the state before it; print what would be refused; write nothing."""
    conninfo = common.existing_database(common.settings())
    pack = _pack(pack_name)
    judged = entries = 0
    findings: list[Finding] = []
    with psycopg.connect(conninfo, autocommit=True) as conn:
        streams = [common.unit_argument(name)] if name else _all_units(conn)
        with terminal.progress("审计 judging", len(streams)) as advance:
            for start in range(0, len(streams), PAGE):
                for stream, recorded in read.read_streams(conn, streams[start : start + PAGE]).items():
                    findings += rejudge(stream, [one.entry for one in recorded], pack)
                    entries += len(recorded)
                    judged += 1
                advance(judged)
    _print(findings, judged, entries, pack, json)
    raise typer.Exit(1 if findings and pack_name is None else 0)


def _pack(name: str | None) -> Pack:
    try:
        return load_pack(name) if name else pack_of()
    except KeyError as error:
        raise typer.BadParameter(f"there is no pack {name}; there is {DEFAULT_PACK}") from error


def _all_units(conn: psycopg.Connection[tuple[object, ...]]) -> list[UUID]:
    found: list[UUID] = []
    while page := read.stream_ids(conn, "unit", found[-1] if found else read.FIRST_STREAM):
        found += page
    return found


def _print(findings: list[Finding], judged: int, entries: int, pack: Pack, json: bool) -> None:
    if json:
        rows = [
            {
                "entry": f.entry.id,
                "type": f.entry.event.about.type,
                "refusals": [refusal_document(r) for r in f.refusals],
            }
            for f in findings
        ]
        common.out({"pack": pack.name, "units": judged, "entries": entries, "findings": rows})
        return
    for finding in findings:
        for refusal in finding.refusals:
            terminal.console.print(f"{finding.entry.id} {finding.entry.event.about.type}: {refusal.rule} {refusal.zh}")
    terminal.console.print(f"{judged} units, {entries} entries judged by {pack.name}: {len(findings)} findings")
