# ruff: noqa: E501 (a row of the table stands on one line)
"""Every kind of tampering that a database superuser can do, and which command sees it."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
import structlog
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool
from world import COUNTY, PROVINCE, credit_code, enterprise

from events.envelope import CHINA, Event
from events.governance.document import DocumentRecorded
from events.record import COMMON
from events.sealed import Sealed
from events.unit.record import UnitPersonalDataErased
from events.unit.registration import UnitDetailsChanged, UnitRegistered
from events.words import DocumentKind, Ownership, UnitKind
from services.audit import audit
from services.casework.document.state import document_stream
from services.casework.pack import load_pack
from services.casework.policy.state import Packs
from services.decisions import DecisionRequest, Decisions
from services.projector.compare import compare
from services.projector.rebuild import rebuild
from services.register.append import Stored, append_sync
from services.register.appender import Appender
from services.states import States
from services.timekeeper.nightly import due, verify_tonight
from services.vault import KeyFile
from services.vault.sealing import subject_of
from services.verifier.verify import examine, verify
from tests.register.given import command

_NUMBERS = itertools.count(1)
PAPER = b"%PDF-1.7 example"
TOLD = Path(__file__).parents[2] / "docs" / "reference" / "tampering.md"
Tamper = Callable[[psycopg.Connection[Any]], object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A register with something of everything, verified once; nobody connects to it, it is cloned."""

    server: str
    database: str
    keys: KeyFile


@pytest.fixture(scope="module")
def kept(server: str, prepared: Any) -> Iterator[Kept]:
    """As it is before somebody tampers with it."""
    name = f"concord_verify_{os.getpid()}"
    with closing(psycopg.connect(server, autocommit=True)) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                *map(sql.Identifier, (name, prepared.database))
            )
        )
        conninfo, keys = make_conninfo(server, dbname=name), KeyFile.at(prepared.key_file)
        asyncio.run(_lived(conninfo, keys, prepared))
        rebuild(conninfo, None, load_pack(), PROVINCE)
        assert verify(conninfo, keys).findings == []
        assert compare(conninfo, load_pack(), PROVINCE) == []
        yield Kept(server, name, keys)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def _lived(conninfo: str, keys: KeyFile, prepared: Any) -> None:
    """A unit with a sealed contact that was erased, and one that was not; a paper with its bytes."""
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=2, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        decisions = Decisions(States(pool, PROVINCE, load_pack()), appender, keys)

        async def act(who: str, stream: UUID, event: Event) -> Stored:
            return await decisions.decide(DecisionRequest(uuid4(), b"verify", stream, event, prepared.people[who][1]))

        for number in (1, 2):
            registered = UnitRegistered(
                kind=UnitKind.ENTERPRISE, name=f"示例{number}", code=credit_code(number), place=COUNTY,
                ownership=Ownership.PRIVATE, headcount=3, contact=Sealed(clear="示例人，13800138000"),
            )  # fmt: skip
            stored = await act(f"applicant-{number}", enterprise(number), registered)
        await act("applicant-1", enterprise(1), UnitDetailsChanged(contact=Sealed(clear="示例人乙"), reason="示例"))
        subject = subject_of(next(one.entry for one in stored.recorded if one.entry.stream == enterprise(2)), "contact")
        proposed = await act(
            "data-officer", enterprise(2), UnitPersonalDataErased(subject=subject, legal_basis="示例", reason="示例")
        )
        entry = proposed.recorded[-1].entry
        seconded = COMMON["unit"].act_seconded(proposal=entry.version, digest=entry.event.digest)  # type: ignore[attr-defined]
        await act("data-officer-2", enterprise(2), seconded)
        async with pool.connection() as conn:
            await conn.execute(
                "INSERT INTO documents.content (sha256, media_type, size, bytes) VALUES (sha256(%(b)s), 'application/pdf', %(n)s, %(b)s)",
                {"b": PAPER, "n": len(PAPER)},
            )
        paper = DocumentRecorded(
            kind=DocumentKind.ORDER, issuer="示例机关", number="示例1号", dated=decisions.clock().date(), title="示例文件",
            sha256=sha256(PAPER).hexdigest(), media_type="application/pdf", size=len(PAPER),
        )  # fmt: skip
        await act("province-hr-officer", document_stream("示例机关", "示例1号"), paper)


@pytest.fixture
def conn(kept: Kept) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection; whatever is done in it is undone after the test."""
    with closing(psycopg.connect(make_conninfo(kept.server, dbname=kept.database))) as conn:
        yield conn
        conn.rollback()


def run(*statements: str) -> Tamper:
    """These statements, with the guards off, and on again after them."""

    def tamper(conn: psycopg.Connection[Any]) -> None:
        with guards_off(conn):
            for statement in statements:
                assert conn.execute(statement.encode()).rowcount != 0, statement

    return tamper


class guards_off:  # noqa: N801 (reads as a statement)
    """No trigger fires; afterwards all do as before."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        rows = conn.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
        )
        self.tables = [table for (table,) in rows]

    def __enter__(self) -> None:
        for table in self.tables:
            self.conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())

    def __exit__(self, *_: object) -> None:
        rows = self.conn.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'D'")
        for table, trigger in rows.fetchall():
            self.conn.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}".encode())


def edit(type_name: str, change: Callable[[bytes], bytes]) -> Tamper:
    """Other bytes for the first event of a type."""

    def tamper(conn: psycopg.Connection[Any]) -> None:
        query = "SELECT position, state FROM register.events WHERE type = %s ORDER BY position LIMIT 1"
        position, state = conn.execute(query, [type_name]).fetchone() or (0, b"")
        changed = change(bytes(state))
        assert changed != state
        with guards_off(conn):
            conn.execute("UPDATE register.events SET state = %s WHERE position = %s", [changed, position])

    return tamper


def document(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """A change of the parsed state, written as the register writes."""

    def changed(state: bytes) -> bytes:
        whole = orjson.loads(state)
        change(whole)
        return orjson.dumps(whole)

    return changed


def flipped(whole: dict[str, Any]) -> None:
    """One bit of a ciphertext."""
    contact = whole["event"]["contact"]
    ciphertext = bytearray(urlsafe_b64decode(contact["ct"] + "=="))
    ciphertext[0] ^= 1
    contact["ct"] = urlsafe_b64encode(ciphertext).rstrip(b"=").decode()


def moved_seal(conn: psycopg.Connection[Any]) -> None:
    """The sealed field of one entry stands in another."""
    rows = conn.execute(
        "SELECT position, state FROM register.events WHERE type IN ('unit.registered.v1', 'unit.details-changed.v1')"
        " AND stream = %s ORDER BY position", [enterprise(1)],
    ).fetchall()  # fmt: skip
    first, second = (orjson.loads(bytes(state)) for _, state in rows)
    second["event"]["contact"] = first["event"]["contact"]
    with guards_off(conn):
        conn.execute("UPDATE register.events SET state = %s WHERE position = %s", [orjson.dumps(second), rows[1][0]])


def moved_in_time(conn: psycopg.Connection[Any]) -> None:
    """Column and bytes alike say another moment."""
    query = "SELECT position, state, recorded_at FROM register.events ORDER BY position OFFSET 5 LIMIT 1"
    position, state, _ = conn.execute(query).fetchone() or (0, b"", None)
    whole = orjson.loads(bytes(state))
    whole["recorded_at"] = "2020-01-01T00:00:00.000000Z"
    with guards_off(conn):
        conn.execute(
            "UPDATE register.events SET state = %s, recorded_at = '2020-01-01T00:00:00Z' WHERE position = %s",
            [orjson.dumps(whole), position],
        )


def cut_whole(conn: psycopg.Connection[Any]) -> None:
    """The last command is gone from everywhere, and nobody remembers to have been further."""
    (last,) = conn.execute("SELECT max(first_position) FROM register.commands").fetchone() or (0,)
    with guards_off(conn):
        for table, column in (("events", "position"), ("commands", "first_position"), ("streams", "first_position")):
            conn.execute(f"DELETE FROM register.{table} WHERE {column} >= %s".encode(), [last])
        conn.execute("UPDATE projections.position SET position = %s", [last - 1])


def swapped(conn: psycopg.Connection[Any]) -> None:
    """Two neighbours, of one command and two streams, change places."""
    query = "SELECT position FROM register.events WHERE stream = %s AND version = 1"
    (first,) = conn.execute(query, [enterprise(1)]).fetchone() or (0,)
    with guards_off(conn):
        for old, new in ((first, -1), (first + 1, first), (-1, first + 1)):
            conn.execute("UPDATE register.events SET position = %s WHERE position = %s", [new, old])


def forged(conn: psycopg.Connection[Any]) -> None:
    """An entry appended with everything that belongs to it: whether it is lawful, the audit judges."""
    conn.execute("SELECT")  # the transaction of the test begins, and the append is undone with it
    append_sync(conn, [command()])


def raised(whole: dict[str, Any]) -> None:
    """It relies on a version that is not there."""
    relied = whole["relied_on"]
    relied[next(iter(relied))] = 999


UNIT = "unit.registered.v1"
OF_UNIT_1 = "(SELECT subject FROM keys.data_keys WHERE destroyed_at IS NULL AND purpose = 'unit.contact' LIMIT 1)"
FIRST_UNIT = f"stream = '{enterprise(1)}'"

TAMPERING: dict[str, tuple[Tamper, set[str]]] = {
    "a word in an entry": (edit(UNIT, lambda s: s.replace("示例1".encode(), "示范1".encode())), {"note"}),
    "blanks in an entry": (edit(UNIT, lambda s: s.replace(b',"version"', b', "version"')), {"state", "note"}),
    "a key twice": (edit(UNIT, lambda s: s[:-1] + b',"version":1}'), {"state", "note"}),
    "no JSON": (edit(UNIT, lambda s: s[:-1]), {"state", "note"}),
    "a field more": (edit(UNIT, document(lambda d: d["event"].update(x=1))), {"type", "state", "note"}),
    "a field less": (edit(UNIT, document(lambda d: d["event"].pop("name"))), {"type", "state", "note"}),
    "another stream in the bytes": (edit(UNIT, document(lambda d: d.update(stream=str(UUID(int=1))))), {"stream", "seal", "note"}),
    "another version in the bytes": (edit(UNIT, document(lambda d: d.update(version=2))), {"version", "seal", "note"}),
    "another command in the bytes": (edit(UNIT, document(lambda d: d.update(command_id=str(UUID(int=1))))), {"command-id", "note"}),
    "recorded_at in the bytes": (edit(UNIT, document(lambda d: d.update(recorded_at="2020-01-01T00:00:00.000000Z"))), {"recorded-at", "note"}),
    "recorded_at in the column": (run("UPDATE register.events SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 3"), {"recorded-at", "note"}),
    "recorded_at in both": (moved_in_time, {"recorded-at", "note"}),
    "the type, of the same kind": (run(f"UPDATE register.events SET type = 'unit.named.v1' WHERE {FIRST_UNIT} AND version = 1"), {"type", "state", "note"}),
    "the type, of none": (run("UPDATE register.events SET type = 'x.y.v1' WHERE position = 3"), {"type", "stream", "note"}),
    "the column stream": (run(f"UPDATE register.events SET stream = '{UUID(int=1)}' WHERE position = 3"), {"stream", "note"}),
    "the column version": (run(f"UPDATE register.events SET version = 7 WHERE {FIRST_UNIT} AND version = 2"), {"version", "note"}),
    "the column command": (run(f"UPDATE register.events SET command_id = '{UUID(int=1)}' WHERE position = 3"), {"command-id", "command", "note"}),
    "a position left out": (run("UPDATE register.events SET position = position + 1000000 WHERE position = (SELECT max(position) FROM register.events)"), {"position", "command", "stream", "note"}),
    "two positions changed": (swapped, {"recorded-at", "stream", "relied-on", "note"}),
    "a row taken out": (run(f"DELETE FROM register.events WHERE {FIRST_UNIT} AND version = 1"), {"position", "version", "command", "stream", "relied-on", "note"}),
    "the last row taken off": (run("DELETE FROM register.events WHERE position = (SELECT max(position) FROM register.events)"), {"command", "stream", "ahead", "note"}),
    "the log cut short everywhere": (cut_whole, {"note"}),
    "a row copied to the end": (run("INSERT INTO register.events SELECT (SELECT max(position) + 1 FROM register.events), stream, 99, type, recorded_at, command_id, state FROM register.events WHERE position = 3"), {"version", "recorded-at", "command"}),
    "a whole command forged": (forged, set()),
    "a command taken out": (run("DELETE FROM register.commands WHERE first_position = 1"), {"command", "note"}),
    "a command's digest": (run("UPDATE register.commands SET digest = sha256('x') WHERE first_position = 1"), {"note"}),
    "a command's count": (run("UPDATE register.commands SET count = count + 1 WHERE first_position = 1"), {"command"}),
    "a command's position": (run("UPDATE register.commands SET first_position = 2 WHERE first_position = 1"), {"command"}),
    "a command put in": (run(f"INSERT INTO register.commands (id, digest, first_position, count) VALUES ('{UUID(int=1)}', '', 1, 1)"), {"command"}),
    "a stream's kind": (run("UPDATE register.streams SET kind = 'round' WHERE first_position = 1"), {"stream"}),
    "a stream's beginning": (run("UPDATE register.streams SET first_position = 2 WHERE first_position = 1"), {"stream"}),
    "a stream taken out": (run("DELETE FROM register.streams WHERE first_position = 1"), {"stream"}),
    "a stream put in": (run(f"INSERT INTO register.streams VALUES ('{UUID(int=1)}', 'unit', 1)"), {"stream"}),
    "one bit of a sealed field": (edit(UNIT, document(flipped)), {"seal", "note"}),
    "a sealed field moved": (moved_seal, {"seal", "note"}),
    "one bit of a wrapped key": (run(f"UPDATE keys.data_keys SET wrapped = set_bit(wrapped, 200, 1 - get_bit(wrapped, 200)) WHERE subject = {OF_UNIT_1}"), {"key"}),
    "a key's commitment": (run(f"UPDATE keys.data_keys SET commitment = sha256('x') WHERE subject = {OF_UNIT_1}"), {"key"}),
    "a key destroyed": (run(f"UPDATE keys.data_keys SET wrapped = NULL, destroyed_at = now() WHERE subject = {OF_UNIT_1}"), {"key"}),
    "a key taken out": (run(f"DELETE FROM keys.data_keys WHERE subject = {OF_UNIT_1}"), {"seal"}),
    "a destroyed key brought back": (run("UPDATE keys.data_keys SET destroyed_at = NULL, wrapped = (SELECT wrapped FROM keys.data_keys WHERE wrapped IS NOT NULL LIMIT 1) WHERE destroyed_at IS NOT NULL"), {"key"}),
    "a destroyed key's commitment": (run("UPDATE keys.data_keys SET commitment = sha256('x') WHERE destroyed_at IS NOT NULL"), {"seal"}),
    "the bytes of a paper": (run("ALTER TABLE documents.content DROP CONSTRAINT digest_is_of_the_bytes", "UPDATE documents.content SET bytes = set_byte(bytes, 0, 1)"), {"content", "schema"}),
    "a paper taken out": (run("DELETE FROM documents.content"), {"content"}),
    "the bytes of a paper taken out as if moved": (run("UPDATE documents.content SET bytes = NULL"), {"content"}),
    "a paper taken out as if destroyed": (run("INSERT INTO documents.destroyed (sha256, certificate) SELECT sha256, gen_random_uuid() FROM documents.content", "DELETE FROM documents.content"), {"content"}),
    "the digest of a proposal": (edit("officer.act-proposed.v1", document(lambda d: d["event"].update(digest="0" * 64))), {"digest", "note"}),
    "what was proposed": (edit("officer.act-proposed.v1", lambda s: s.replace(b'{\\"', b'{\\"x\\":1,\\"', 1)), {"digest", "note"}),
    "what was relied on": (edit(UNIT, document(raised)), {"relied-on", "note"}),
    "a guard switched off": (lambda c: c.execute("ALTER TABLE register.events DISABLE TRIGGER append_only"), {"schema"}),
    "a guard that sleeps in a replica": (lambda c: c.execute("ALTER TABLE register.events ENABLE TRIGGER append_only"), {"schema"}),
    "a guard dropped": (lambda c: c.execute("DROP TRIGGER append_only ON register.commands"), {"schema"}),
    "the append function": (lambda c: c.execute("CREATE OR REPLACE FUNCTION register.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"), {"schema"}),
    "a key of a table": (lambda c: c.execute("ALTER TABLE register.events DROP CONSTRAINT events_stream_version_key"), {"schema"}),
    "a migration's checksum": (lambda c: c.execute("UPDATE register.migrations SET checksum = sha256('x') WHERE name LIKE '0002%'"), {"schema"}),
    "which log it is": (run("UPDATE register.identity SET log = gen_random_uuid()"), {"ahead"}),
    "a note": (run("UPDATE register.verifications SET digest = sha256('x')"), {"note"}),
}  # fmt: skip


def told() -> dict[str, tuple[str, str]]:
    """What each command sees, as docs/reference/tampering.md says."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", TOLD.read_text("utf-8"), re.MULTILINE)
    return {what: (checks, judged) for what, checks, judged in rows[1:]}


def rejudged(conn: psycopg.Connection[Any]) -> str:
    """What `concord audit replay` would make of it: refused, unread (it stops there) or nothing."""
    try:
        return "refused" if any(audit(conn, Packs.of(None, load_pack()))) else "–"
    except (ValueError, LookupError, AssertionError):
        return "unread"


def test_E_50_the_page_tells_of_every_tampering() -> None:
    assert list(told()) == list(TAMPERING)


@pytest.mark.parametrize("what", TAMPERING)
def test_E_50_every_tampering_is_seen_and_named(conn: psycopg.Connection[Any], kept: Kept, what: str) -> None:
    tamper, expected = TAMPERING[what]
    tamper(conn)
    found = examine(conn, kept.keys).findings
    assert {finding.check for finding in found} == expected, [f"{one.check}: {one.row} {one.en}" for one in found][:6]
    assert all(finding.row and finding.zh and finding.en for finding in found)
    checks, judged = told()[what]
    assert checks == (", ".join(sorted(expected)) or "–")
    assert judged == "–" or rejudged(conn) == judged, "to judge all again where nothing is seen would take long"


def test_E_50_a_changed_projection_is_seen_beside_the_replayed_one(kept: Kept) -> None:
    conninfo = make_conninfo(kept.server, dbname=kept.database)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("UPDATE projections.board SET headcount = 4 WHERE headcount = 3")
        conn.execute("DELETE FROM projections.search")
        found = {one.projection for one in compare(conninfo, load_pack(), PROVINCE)}
        conn.execute("UPDATE projections.board SET headcount = 3 WHERE headcount = 4")
    assert found == {"board", "search"}


def test_E_50_a_command_stored_at_another_hour_is_seen_where_clocks_are_real(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [command()])
        assert verify(database).findings == []
        run("UPDATE register.commands SET stored_at = stored_at - interval '2 hours'")(conn)
    assert [finding.check for finding in verify(database).findings] == ["command"]


def test_E_50_what_was_noted_elsewhere_is_compared_with_too(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [command(), command()])
        before = verify(database, note=False)
        append_sync(conn, [command()])
        assert verify(database, known={before.position: before.digest}).findings == []
    assert [one.check for one in verify(database, known={before.position: "0" * 64, 99: "0" * 64}).findings] == [
        "note",
        "note",
    ]


def test_E_50_verifying_writes_nothing_but_its_note(kept: Kept, tmp_path: Path) -> None:
    conninfo = make_conninfo(kept.server, dbname=kept.database)
    query = "SELECT count(*), max(position), max(encode(digest, 'hex')) FROM register.verifications"
    with psycopg.connect(conninfo, autocommit=True) as conn:
        before = conn.execute(query).fetchone()
        found = verify(conninfo, kept.keys, note=False)
        assert conn.execute(query).fetchone() == before
        assert verify(conninfo, kept.keys).findings == []
        assert conn.execute(query).fetchone() == (2, found.position, found.digest)
    other = verify(conninfo, KeyFile.at(tmp_path / "other"), note=False)
    assert {finding.check for finding in other.findings} == {"key"}


NIGHT = datetime(2026, 11, 26, 2, 0, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("last", "moment", "wanted"),
    [
        (None, NIGHT, True),
        (NIGHT, NIGHT, False),
        (NIGHT - timedelta(hours=1), NIGHT, True),
        (NIGHT - timedelta(hours=1), NIGHT - timedelta(minutes=1), False),
        (NIGHT + timedelta(hours=1), NIGHT + timedelta(hours=23), False),
        (NIGHT - timedelta(days=3), NIGHT - timedelta(hours=3), True),
    ],
)
def test_E_50_it_is_done_once_a_night(last: datetime | None, moment: datetime, wanted: bool) -> None:
    assert due(last, moment) is wanted
    assert due(last.astimezone(UTC) if last else None, moment.astimezone(UTC)) is wanted


def test_E_50_the_timekeeper_notes_and_says_what_it_saw(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [command()])
        first = verify_tonight(database, None, datetime.now(UTC))
        assert first is not None
        assert verify_tonight(database, None, datetime.now(UTC)) is None
        run("UPDATE register.commands SET count = count + 1")(conn)
        with structlog.testing.capture_logs() as said:
            verify_tonight(database, None, datetime.now(UTC) + timedelta(days=1))
    assert [one["event"] for one in said] == ["verified", "does not agree"]
    assert (said[0]["digest"], said[1]["check"]) == (first.digest, "command")
