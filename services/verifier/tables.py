"""What stands beside the events, against them: commands, streams, keys, papers, positions, and the schema itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from services.register.migrate import migrations
from services.verifier.finding import Finding
from services.verifier.outside import Outside

Connection = psycopg.Connection[Any]


class Orphan(NamedTuple):
    """Stored bytes, by their digest, that no entry of the log names."""

    sha256: str
    stored_at: datetime


COMMANDS: LiteralString = """
    SELECT coalesce(c.id, e.id)::text, c.first_position, c.count, e.first, e.last, e.many, c.id IS NULL, e.id IS NULL
    FROM register.commands AS c
    FULL JOIN (SELECT command_id AS id, min(position) AS first, max(position) AS last, count(*) AS many
               FROM register.events GROUP BY command_id) AS e ON e.id = c.id
    WHERE c.id IS NULL OR e.id IS NULL OR c.first_position <> e.first OR c.count <> e.many
       OR e.last - e.first + 1 <> e.many
    ORDER BY 1"""
"""Commands and events that are not each other's: a command's events stand together, from its first position on."""

STORED: LiteralString = """
    SELECT c.id::text, c.stored_at, e.recorded_at FROM register.commands AS c
    JOIN register.events AS e ON e.position = c.first_position
    WHERE c.stored_at NOT BETWEEN e.recorded_at - interval '1 hour' AND e.recorded_at + interval '1 hour'
      AND NOT EXISTS (SELECT FROM register.simulation)
    ORDER BY c.first_position"""
STREAMS: LiteralString = """
    SELECT coalesce(s.stream, e.stream)::text, s.kind, s.first_position, e.kind, e.first
    FROM register.streams AS s
    FULL JOIN (SELECT DISTINCT ON (stream) stream, position AS first, split_part(type, '.', 1) AS kind
               FROM register.events ORDER BY stream, version) AS e USING (stream)
    WHERE (s.kind, s.first_position) IS DISTINCT FROM (e.kind, e.first) ORDER BY 1"""
"""Streams whose kind or first position is not that of their first event."""

KINDS: LiteralString = """
    SELECT e.position, e.stream::text, e.type, s.kind FROM register.events AS e
    JOIN register.streams AS s USING (stream)
    WHERE s.kind <> '' AND split_part(e.type, '.', 1) <> s.kind ORDER BY e.position"""
DESTROYED: LiteralString = "SELECT kid, subject, purpose, destroyed_at IS NOT NULL FROM keys.data_keys"
CONTENT: LiteralString = """
    SELECT encode(sha256, 'hex'), media_type, size, sha256 = pg_catalog.sha256(bytes), size = octet_length(bytes),
           bytes IS NULL
    FROM documents.content"""
"""The papers that are known; whether bytes that lie in the database are those."""
GONE: LiteralString = """
    SELECT encode(d.sha256, 'hex'), d.certificate::text, c.stored_at <= d.destroyed_at
    FROM documents.destroyed AS d LEFT JOIN documents.content AS c USING (sha256) ORDER BY 1, 2"""
"""Bytes that were destroyed, by which command; and whether what was stored before it is there still."""

UNDER_WAY: LiteralString = """
    SELECT id::text FROM register.commands WHERE stored_at > clock_timestamp() - %s
    EXCEPT SELECT certificate::text FROM documents.destroyed"""
"""Late commands that destroyed nothing: a destruction follows its certificate in a transaction of its own."""

LONGEST_WAY = timedelta(hours=1)
"""From a certificate to the destruction: what takes longer was left lying."""

ORPHANS: LiteralString = """
    WITH named AS (
        SELECT DISTINCT found[1] AS digest FROM register.events AS e
        CROSS JOIN LATERAL regexp_matches(convert_from(e.state, 'UTF8'), '"([0-9a-f]{64})"', 'g') AS found
        WHERE NOT starts_with(e.type, 'register.') AND EXISTS (SELECT FROM documents.content)
    )
    SELECT encode(sha256, 'hex'), stored_at FROM documents.content
    WHERE encode(sha256, 'hex') NOT IN (SELECT digest FROM named) ORDER BY stored_at, sha256"""
"""Bytes that no entry names, and since when they are here; holds and certificates use nothing that they name."""

AHEAD: LiteralString = """
    WITH head AS (SELECT coalesce(max(position), 0) AS position FROM register.events)
    SELECT 'register.published ' || channel, log, p.position FROM register.published AS p, head
    WHERE p.position > head.position OR p.log <> (SELECT log FROM register.identity)
    UNION ALL
    SELECT 'projections.position ' || name, log, p.position FROM projections.position AS p, head
    WHERE p.position > head.position OR p.log <> (SELECT log FROM register.identity)
    UNION ALL
    SELECT 'register.webhooks ' || id, NULL, w.position FROM register.webhooks AS w, head
    WHERE w.position > head.position"""
"""Who has carried the log further than it goes, or another log."""

TRIGGERS: LiteralString = """
    SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%s)"""
FUNCTIONS: LiteralString = """
    SELECT p.oid::regproc::text, p.prosrc FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY (%s)"""
CONSTRAINTS: LiteralString = """
    SELECT conrelid::regclass::text, count(*) FROM pg_constraint
    WHERE conrelid::regclass::text = ANY (%s) AND contype IN ('p', 'u', 'c') AND convalidated GROUP BY 1"""
APPLIED: LiteralString = "SELECT name, checksum FROM register.migrations"

GUARDS: Final[Mapping[str, tuple[str, ...]]] = {
    "register.events": ("append_only",),
    "register.commands": ("append_only",),
    "register.identity": ("append_only",),
    "register.streams": ("append_only",),
    "register.simulation": ("append_only",),
    "register.verifications": ("append_only",),
    "documents.content": ("append_only", "only_bytes_move", "only_the_destroyed_go"),
    "documents.destroyed": ("append_only",),
    "keys.data_keys": ("only_rewrap_or_destroy", "never_truncate"),
}
"""Triggers that have to stand, and fire always."""

KEPT_UNIQUE: Final[Mapping[str, int]] = {"register.events": 3, "register.commands": 2, "documents.content": 5}
"""Primary keys, unique and check constraints that tables have at least."""

_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION ([a-z_.]+)\s*\((?:(?!CREATE ).)*?\bAS (?:\$\$(.*?)\$\$|'([^']*)');", re.DOTALL
)
_DROPPED = re.compile(r"^DROP FUNCTION ([a-z_.]+)", re.MULTILINE)


def commands(conn: Connection, *, simulated: bool) -> Iterator[Finding]:
    """Every command has its events, and every event its command; where its clock is real, they are of one hour."""
    for name, first, count, at, last, many, no_row, no_events in conn.execute(COMMANDS):
        row = f"register.commands {name}"
        if no_row:
            zh, en = f"位置{at}的记录所属指令缺失", f"is gone, and its events from position {at} on are there"
        elif no_events:
            zh, en = f"没有它在位置{first}的记录", f"has no events, at position {first} or anywhere"
        else:
            zh = f"称自位置{first}起{count}条，实为自{at}至{last}共{many}条"
            en = f"says {count} from position {first} on, and there are {many} from {at} to {last}"
        yield Finding("command", row, zh, en)
    for name, stored, recorded in () if simulated else conn.execute(STORED):
        zh, en = (
            f"存储时间{stored}与记录时间{recorded}不合",
            f"was stored at {stored}, its event recorded at {recorded}",
        )
        yield Finding("command", f"register.commands {name}", zh, en)


def streams(conn: Connection) -> Iterator[Finding]:
    """Every stream is of the kind of its first event, and begins there; all its events are of that kind."""
    for stream, kind, first, own, begins in conn.execute(STREAMS):
        zh = f"登记为{kind}、始于{first}，记录为{own}、始于{begins}"
        en = f"is kept as {kind} from position {first}, and its events are {own} from {begins}"
        yield Finding("stream", f"register.streams {stream}", zh, en)
    for position, stream, type_name, kind in conn.execute(KINDS):
        row = f"register.events position {position} ({stream}, {type_name})"
        yield Finding("stream", row, f"所在记录流为{kind}", f"stands in a stream of the kind {kind}")


def keys(conn: Connection, erased: Set[UUID]) -> Iterator[Finding]:
    """Keys are destroyed by an erasure that was recorded, or a certificate that names whose they are."""
    for kid, subject, purpose, destroyed in conn.execute(DESTROYED):
        if destroyed == (subject in erased):
            continue
        row = f"keys.data_keys {kid} ({purpose} of {subject})"
        if destroyed:
            yield Finding("key", row, "密钥已销毁而无删除记录", "is destroyed, and no erasure was recorded")
        else:
            yield Finding("key", row, "已记录删除而密钥仍在", "is there, and its erasure was recorded")


def content(
    conn: Connection,
    papers: Mapping[str, tuple[str, str, int]],
    certified: Mapping[str, Set[str]],
    outside: Outside,
    going: Set[str],
) -> Iterator[Finding]:
    """The stored bytes are of their digests, wherever they lie; every recorded paper has its own, or they went under
    a certificate, or are `going` under one.
    """
    yield from outside.findings
    gone = set[str]()
    for digest, certificate, still_there in conn.execute(GONE):
        gone.add(digest)
        row = f"documents.destroyed {digest}"
        if certificate not in certified.get(digest, ()):
            yield Finding("content", row, "没有载明它的销毁证明", "no certificate of the log names it")
        if still_there or digest in outside.unknown:
            yield Finding("content", row, "已销毁而内容仍在", "was destroyed, and its bytes are there")
    for digest in sorted(certified.keys() - gone - going):
        yield Finding(
            "content", f"documents.content {digest}", "已证明销毁而未销毁", "its destruction is certified, and not done"
        )
    found: dict[str, tuple[str, int]] = {}
    for digest, media_type, size, fits, long_enough, elsewhere in conn.execute(CONTENT):
        found[digest] = (media_type, size)
        if not elsewhere and not (fits and long_enough):
            yield Finding("content", f"documents.content {digest}", "内容与摘要不符", "its bytes are not of its digest")
    for digest, (entry, media_type, size) in papers.items():
        if found.get(digest) != (media_type, size) and (digest in found or digest not in gone):
            zh, en = (
                f"文件{digest}不在库中，或类型、大小不符",
                f"its bytes {digest} are not stored, or as something else",
            )
            yield Finding("content", f"entry {entry}", zh, en)


def under_way(conn: Connection, certified: Mapping[str, Set[str]]) -> set[str]:
    """Digests whose destruction was certified lately, and is not done yet."""
    recent = {command for (command,) in conn.execute(UNDER_WAY, [LONGEST_WAY])} if certified else set()
    return {digest for digest, certificates in certified.items() if not recent.isdisjoint(certificates)}


def orphans(conn: Connection, certified: Mapping[str, Set[str]], outside: Outside) -> list[Orphan]:
    """Bytes that no entry names, the oldest first: they are kept for their time, and are no fault."""
    known = [Orphan(digest, stored_at) for digest, stored_at in conn.execute(ORPHANS)]
    return known + [Orphan(digest, at) for digest, at in outside.unknown.items() if digest not in certified]


def positions(conn: Connection) -> Iterator[Finding]:
    """Nobody has carried the log further than it goes."""
    for row, log, position in conn.execute(AHEAD):
        zh, en = (
            f"已至位置{position}（日志{log}），超出本日志",
            f"is at position {position} of log {log}: beyond this log, or of another",
        )
        yield Finding("ahead", row, zh, en)


def schema(conn: Connection) -> Iterator[Finding]:
    """The triggers that forbid changes fire, the functions are those of the migrations, nothing was dropped."""
    there = {(table, name): enabled for table, name, enabled in conn.execute(TRIGGERS, [list(GUARDS)])}
    for table, names in GUARDS.items():
        for name in names:
            if there.get((table, name)) not in ("A", b"A"):
                yield Finding(
                    "schema", f"{table} trigger {name}", "触发器缺失或未始终启用", "is gone, or does not fire always"
                )
    applied, written = dict(conn.execute(APPLIED)), _functions()
    for migration in migrations():
        if bytes(applied.get(migration.name, b"")) != migration.checksum:
            row = f"register.migrations {migration.name}"
            yield Finding("schema", row, "与本程序的迁移文件不同", "is not this program's file of that name")
    sources = dict(conn.execute(FUNCTIONS, [sorted({name.partition(".")[0] for name in written})]))
    for name, source in written.items():
        if sources.get(name) != source:
            yield Finding("schema", f"function {name}", "函数内容不同于迁移文件", "is not as its migration wrote it")
    constraints = dict(conn.execute(CONSTRAINTS, [list(KEPT_UNIQUE)]))
    for table, least in KEPT_UNIQUE.items():
        if constraints.get(table, 0) < least:
            yield Finding("schema", table, "约束被删除", "has lost a constraint")


def _functions() -> dict[str, str]:
    """The functions that the migrations leave, each as the last one wrote it."""
    written = dict[str, str]()
    for migration in migrations():
        # one that a migration replaces by another of its name is dropped first
        for name in _DROPPED.findall(migration.text):
            written.pop(name, None)
        written |= {name: body or text for name, body, text in _FUNCTION.findall(migration.text)}
    return written
