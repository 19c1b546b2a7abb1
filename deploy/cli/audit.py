"""`concord audit`: stored history judged again by the law (I-23), or asked by a checker that shares nothing with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from deploy.cli.check import check
from services.audit import audit
from services.casework.judgement import Finding
from services.casework.pack import Pack, known_packs, load_pack
from services.casework.policy.state import Packs
from services.entry_documents import refusal_document
from services.register import read

audit_app = typer.Typer(help="What auditors ask 审计", no_args_is_help=True)


@dataclass(slots=True)
class Judged:
    """How much was judged, and what the law would refuse of it."""

    streams: int = 0
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(audit_app, name="audit")


@audit_app.callback()
def callback() -> None:
    """What auditors ask 审计."""


audit_app.command("check")(check)


@audit_app.command("replay")
def replay(
    name: Annotated[str | None, typer.Argument(metavar="STREAM", help="all streams where none is named")] = None,
    pack_name: Annotated[
        str | None, typer.Option("--pack", help="judge by another pack, as ID or ID@VERSION: what if")
    ] = None,
    json: common.Json = False,
) -> None:
    """Judge every stored entry again, of every kind, beside what it relied on; write nothing 重新审理全部记录.

    Exit 1 where the law of its day would refuse one.
    """
    given = common.settings()
    conninfo = common.existing_database(given)
    other = _pack(pack_name) if pack_name else None
    with psycopg.connect(conninfo, autocommit=True) as conn:
        packs = common.packs(conn, given) if other is None else Packs.fixed(other)
        streams = [common.unit_argument(name)] if name else None
        judged = _judged(conn, packs, streams, what_if=other is not None)
    _print(judged, other, json)
    raise typer.Exit(1 if judged.findings and other is None else 0)


def _judged(
    conn: psycopg.Connection[tuple[object, ...]], packs: Packs, streams: Sequence[UUID] | None, *, what_if: bool
) -> Judged:
    done = Judged()
    total = read.last_position(conn) if streams is None else None
    with terminal.progress("审计 judging", total) as advance:

        def judged(_stream: UUID, entries: int) -> None:
            done.streams += 1
            done.entries += entries
            advance(done.entries)

        done.findings += audit(conn, packs, streams=streams, what_if=what_if, judged=judged)
    return done


def _pack(name: str) -> Pack:
    wanted, _, version = name.partition("@")
    try:
        return load_pack(wanted, version or None)
    except KeyError as error:
        raise typer.BadParameter(f"there is no pack {name}; there is {', '.join(known_packs())}") from error


def _print(judged: Judged, other: Pack | None, json: bool) -> None:
    pack = other.name if other is not None else "the packs of their days"
    if json:
        rows = [
            {
                "entry": f.entry.id,
                "type": f.entry.event.about.type,
                "refusals": [refusal_document(r) for r in f.refusals],
            }
            for f in judged.findings
        ]
        by = other.name if other is not None else None
        common.out({"pack": by, "streams": judged.streams, "entries": judged.entries, "findings": rows})
        return
    for finding in judged.findings:
        for refusal in finding.refusals:
            terminal.console.print(f"{finding.entry.id} {finding.entry.event.about.type}: {refusal.rule} {refusal.zh}")
    terminal.console.print(
        f"{judged.streams} streams, {judged.entries} entries judged by {pack}: {len(judged.findings)} findings"
    )
