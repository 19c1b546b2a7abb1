"""Verifying a register: the whole log and what stands beside it, in one snapshot; and the notes of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg

from services import vault
from services.paper_stores import PaperStore
from services.verifier import tables
from services.verifier.finding import Finding
from services.verifier.log import Log
from services.verifier.outside import Outside, looked_at
from services.verifier.seals import seals

Connection = psycopg.Connection[Any]

_NOTES: LiteralString = "SELECT position, encode(digest, 'hex'), at FROM register.verifications ORDER BY id"
_NOTE: LiteralString = """
    INSERT INTO register.verifications (position, digest, findings) VALUES (%s, decode(%s, 'hex'), %s)"""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was seen: up to which position, the digest of the log there (hexadecimal), all that does not agree, the
    papers that no entry names, and those whose destruction was certified a moment ago and is under way.
    """

    position: int
    digest: str
    findings: list[Finding]
    orphans: list[tables.Orphan]
    under_way: list[str]


def verify(
    conninfo: str,
    kek: vault.KeyFile | None = None,
    papers: PaperStore | None = None,
    *,
    known: Mapping[int, str] | None = None,
    note: bool = True,
    progress: Callable[[int], None] = lambda _position: None,
) -> Verified:
    """Check everything that can be checked without proofs; with a key file, that each seal opens where it stands.

    `papers` is the store in which bytes of papers lie that are not in the database: all are read, whatever their size.
    `known` are digests of the log at positions, as they were noted elsewhere. With `note` what was seen is noted,
    and compared with by every later run. Raises psycopg's errors.
    """
    with psycopg.connect(conninfo, application_name="concord verify") as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        found = examine(conn, kek, papers, known=known, progress=progress)
    if note:
        with psycopg.connect(conninfo, application_name="concord verify") as conn:
            conn.execute(_NOTE, [found.position, found.digest, len(found.findings)])
    return found


def examine(
    conn: Connection,
    kek: vault.KeyFile | None = None,
    papers: PaperStore | None = None,
    *,
    known: Mapping[int, str] | None = None,
    progress: Callable[[int], None] = lambda _position: None,
) -> Verified:
    """As `verify`, in the open transaction of `conn`; notes nothing."""
    notes = conn.execute(_NOTES).fetchall()
    notes += [(position, digest, None) for position, digest in (known or {}).items()]
    log = Log(noted=[position for position, *_ in notes])
    findings = list(log.read(conn, progress, lambda stored: seals(conn, kek, stored) if kek is not None else ()))
    outside = looked_at(conn, papers)
    going = tables.under_way(conn, log.certified)
    findings += [*_beside(conn, log, outside, going), *_noted(log, notes)]
    orphans = tables.orphans(conn, log.certified, outside)
    return Verified(log.position, log.digests[log.position], findings, orphans, sorted(going))


def _beside(conn: Connection, log: Log, outside: Outside, going: Set[str]) -> Iterator[Finding]:
    yield from tables.schema(conn)
    yield from tables.commands(conn, simulated=log.simulated)
    yield from tables.streams(conn)
    yield from tables.positions(conn)
    yield from tables.keys(conn, log.erased)
    yield from tables.content(conn, log.papers, log.certified, outside, going)


def _noted(log: Log, notes: list[tuple[int, str, datetime | None]]) -> Iterator[Finding]:
    """The log goes as far as it went before, and reads as it read."""
    for position, digest, at in notes:
        row = f"position {position}, noted {at.isoformat() if at else 'elsewhere'}"
        if position > log.position:
            zh, en = f"日志止于{log.position}", f"the log ends at {log.position} now"
            yield Finding("note", row, zh, en)
        elif log.digests.get(position) != digest:
            zh, en = "此位置以前的内容后来被改动", "what stands up to there was changed since"
            yield Finding("note", row, zh, en)
