"""`concord verify`: whether the database is what the register wrote, row by row."""

from __future__ import annotations

import time
from typing import Annotated

import psycopg
import typer

from deploy import terminal
from deploy.cli import common
from services.projector.compare import compare
from services.register import read
from services.settings import Settings, paper_store
from services.verifier.finding import Finding
from services.verifier.verify import Verified, verify


def add(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("verify")(command)


def command(
    against: Annotated[
        list[str] | None, typer.Option(metavar="POSITION:DIGEST", help="a digest of the log that was noted elsewhere")
    ] = None,
    projections: Annotated[bool, typer.Option(help="also fold every stream and compare with every row")] = True,
    json: common.Json = False,
) -> None:
    """Check all that can be checked without proofs 核验数据库; exit 1 where something does not agree.

    Columns against stored bytes, positions, versions, commands, streams, digests, seals and keys, papers, the schema,
    what was noted of the log before; and the projections against the events. Papers that no entry names are listed:
    they are kept for their time, and then due (`concord retention due`).
    """
    given = common.settings()
    conninfo = common.existing_database(given)
    known = dict(map(_known, against or []))
    with psycopg.connect(conninfo, autocommit=True) as conn:
        total = read.last_position(conn)
    kek = common.key_file(given)
    began = time.monotonic()
    with terminal.progress("核验 verifying", total) as advance:
        found = verify(conninfo, kek, paper_store(given), known=known, progress=advance)
    seconds = time.monotonic() - began
    if projections:
        found.findings.extend(_projections(given, conninfo))
    _tell(found, seconds, sealed=kek is not None, json=json)
    raise typer.Exit(1 if found.findings else 0)


def _known(text: str) -> tuple[int, str]:
    position, _, digest = text.partition(":")
    if not (position.isdigit() and len(digest) == 64 and set(digest) <= set("0123456789abcdef")):
        raise typer.BadParameter(f"{text} is no POSITION:DIGEST (64 hexadecimal digits)")
    return int(position), digest


def _projections(given: Settings, conninfo: str) -> list[Finding]:
    """Rows that are not what the events make."""
    with terminal.progress("重放 replaying", None) as advance:
        found = compare(conninfo, common.pack(given), given.place, lambda done: advance(done.events, done.total))
    return [
        Finding(
            "projection", f"projections.{one.projection} {one.stream}",
            "与记录重放所得不同", "is not what the events make" if one.kept else "is missing",
        )
        for one in found
    ]  # fmt: skip


def _tell(found: Verified, seconds: float, *, sealed: bool, json: bool) -> None:
    rate = round(found.position / max(seconds, 1e-9))
    if json:
        findings = [finding._asdict() for finding in found.findings]
        common.out(
            {"position": found.position, "digest": found.digest, "seals": sealed, "entries_per_second": rate,
             "findings": findings, "orphans": [orphan._asdict() for orphan in found.orphans],
             "under_way": found.under_way}
        )  # fmt: skip
        return
    for finding in found.findings:
        terminal.line(f"{finding.check}  {finding.row}: {finding.zh} / {finding.en}")
    for orphan in found.orphans:
        terminal.line(f"{orphan.sha256}  {orphan.stored_at:%Y-%m-%d}  未被任何记录引用 / no entry names it")
    for digest in found.under_way:
        terminal.line(f"{digest}  正在按证明销毁 / being destroyed under its certificate")
    if not sealed:
        terminal.console.print("没有密钥文件，密封内容未核验 / no key file: seals were not looked at")
    terminal.console.print(f"{found.position} entries, {len(found.findings)} findings, {rate:,} entries/s")
    terminal.line(f"{found.position}:{found.digest}")
