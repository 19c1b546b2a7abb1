# ruff: noqa: E501 (a statement stands on one line)
"""Least rights in the database, and the security log: who, what, from where, outcome; no personal data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from world import World, enterprise

from events.words import ActorKind
from services import vault
from services.access import accounts
from services.access.accounts import Account
from services.register.append import append_sync
from services.register.read import raw_tail
from services.vault import KeyFile, Slot
from tests.register.given import command

SOMEBODY = Account(UUID(int=1), ActorKind.OFFICER, None, "示例")


def as_role(database: str, role: str) -> psycopg.Connection[Any]:
    """A connection with the rights of a role."""
    conn = psycopg.connect(database, autocommit=True)
    conn.execute(f"SET ROLE {role}".encode())
    return conn


def lines(database: str) -> list[tuple[Any, ...]]:
    """The security log as its role reads it."""
    query = "SELECT what, outcome, who, token, address, detail FROM security.log ORDER BY id"
    with as_role(database, "concord_security") as conn:
        return conn.execute(query).fetchall()


NOT_THE_WRITERS = [
    "INSERT INTO accounts.tokens (hash, holder, kind, label, expires_at) VALUES (sha256('x'), gen_random_uuid(), 'officer', '', now())",
    "UPDATE accounts.tokens SET revoked_at = NULL",
    "UPDATE accounts.tokens SET expires_at = now() + interval '9 years'",
    "DELETE FROM accounts.tokens",
    "SELECT * FROM accounts.sessions",
    "SELECT * FROM accounts.open_sessions",
    "INSERT INTO accounts.sessions (hash, token, idle, expires_at) SELECT sha256('x'), hash, '1 hour', expires_at FROM accounts.tokens",
    "UPDATE accounts.sessions SET ended_at = NULL",
    "DELETE FROM accounts.sessions",
    "UPDATE keys.data_keys SET wrapped = NULL, destroyed_at = now()",
    "UPDATE keys.data_keys SET wrapped = decode(repeat('00', 60), 'hex')",
    "DELETE FROM keys.data_keys",
    "SELECT keys.destroy(subject, NULL) FROM keys.data_keys",
    "INSERT INTO register.events SELECT position + 1000, stream, version + 1, type, recorded_at, command_id, state FROM register.events",
    "UPDATE register.events SET state = ''",
    "INSERT INTO register.commands SELECT gen_random_uuid(), digest, first_position, count FROM register.commands",
    "UPDATE register.streams SET kind = 'x'",
    "ALTER TABLE register.events DISABLE TRIGGER append_only",
    "SET ROLE concord_owner",
    "SELECT * FROM security.log",
    "SELECT * FROM security.openings",
    "DELETE FROM security.openings",
    "DELETE FROM security.log",
    "DELETE FROM documents.content",
    "DELETE FROM intake.dead_letters",
    "CREATE TABLE public.x (n int)",
]  # fmt: skip


@pytest.mark.parametrize("statement", NOT_THE_WRITERS)
def test_E_43_the_writer_has_the_least_it_needs(database: str, tmp_path: Any, statement: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        accounts.issue(conn, SOMEBODY, datetime.now(UTC) + timedelta(days=1))
        accounts.revoke(conn, SOMEBODY.holder)
        vault.provision(conn, KeyFile.at(tmp_path / "key"), [Slot(UUID(int=2), "unit.contact")])
        append_sync(conn, [command()])
        login = f"concord_test_{uuid4().hex[:8]}"
        conn.execute(f"CREATE ROLE {login} LOGIN PASSWORD 'example' IN ROLE concord_writer".encode())
        try:
            mine = psycopg.conninfo.make_conninfo(database, user=login, password="example")
            with psycopg.connect(mine, autocommit=True) as writer, pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(statement.encode())
        finally:
            conn.execute(f"DROP ROLE {login}".encode())


def test_E_43_what_the_writer_needs_it_has(database: str, tmp_path: Any) -> None:
    keys = KeyFile.at(tmp_path / "key")
    with as_role(database, "concord_writer") as writer:
        append_sync(writer, [command()])
        assert len(raw_tail(writer, 0, 10)) == 1
        made = vault.provision(writer, keys, [Slot(UUID(int=2), "unit.contact")])
        assert vault.fetch(writer, keys, made) == made
        writer.execute("SELECT * FROM accounts.tokens")
        writer.execute("SELECT security.note('token', 'refused', NULL, NULL, NULL, '')")
    assert len(lines(database)) == 1


def test_E_43_a_revoked_token_stays_revoked_for_everybody(database: str) -> None:
    with as_role(database, "concord_accounts") as operator:
        accounts.issue(operator, SOMEBODY, datetime.now(UTC) + timedelta(days=1))
        assert accounts.revoke(operator, SOMEBODY.holder) == 1
    with psycopg.connect(database, autocommit=True) as superuser:
        for statement in (
            "UPDATE accounts.tokens SET revoked_at = NULL",
            "DELETE FROM accounts.tokens",
            "TRUNCATE accounts.tokens CASCADE",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                superuser.execute(statement.encode())


def test_E_41_tokens_made_and_revoked_leave_a_line_by_whatever_way(database: str) -> None:
    with as_role(database, "concord_accounts") as operator:
        token = accounts.issue(operator, SOMEBODY, datetime.now(UTC) + timedelta(days=1))
        accounts.revoke(operator, accounts.name_of(token))
    name = accounts.name_of(token)
    assert lines(database) == [
        ("token-made", "done", SOMEBODY.holder, name, None, "officer"),
        ("token-revoked", "done", SOMEBODY.holder, name, None, "officer"),
    ]
    with psycopg.connect(database, autocommit=True) as superuser, pytest.raises(psycopg.errors.InsufficientPrivilege):
        superuser.execute("DELETE FROM security.log")


def test_E_41_wrong_tokens_wrong_sign_ins_and_refusals_are_told(served: World) -> None:
    before = len(lines(served.conninfo))
    wrong = f"concord_{'x' * 43}"
    for _ in range(3):
        assert served.client.get("/api/v1/units", headers={"Authorization": f"Bearer {wrong}"}).status_code == 401
    assert served.get("intake/dead-letters", "petitions").status_code == 403
    served.client.get("/api/v1/units")
    signing = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    assert served.client.post("/sign-in", content=f"token={wrong}", headers=signing).status_code == 401
    good = served.tokens["auditor"]
    assert served.client.post("/sign-in", content=f"token={good}", headers=signing).status_code == 303
    found = lines(served.conninfo)[before:]
    name = accounts.name_of(wrong)
    assert [(what, outcome, token) for what, outcome, _, token, *_ in found] == [
        *[("token", "refused", name)] * 3,
        ("access", "refused", accounts.name_of(served.tokens["petitions"])),
        ("sign-in", "refused", name),
        ("sign-in", "done", accounts.name_of(good)),
    ]
    assert {address for *_, address, _ in found} == {"127.0.0.1"}
    assert found[3][2] is not None
    assert "GET /api/v1/intake/dead-letters" in found[3][5]
    assert not any(token in str(found) for token in served.tokens.values())
    assert str(enterprise(1)) not in str(found)
