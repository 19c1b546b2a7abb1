"""Every process connects as a login of its own, with the rights of its role, whatever address it was given."""

from __future__ import annotations

import psycopg
import pytest

from deploy.logins import ROLES, as_process
from services.register.append import append_sync
from services.register.read import raw_tail
from tests.register.given import command


@pytest.mark.parametrize("process", ROLES)
def test_E_42_a_process_is_no_superuser_and_has_one_role(database: str, process: str) -> None:
    own = as_process(database, process)
    assert own == as_process(database, process) == as_process(own, process)
    with psycopg.connect(own) as conn:
        assert conn.info.user == f"concord_process_{process}"
        assert conn.info.parameter_status("is_superuser") == "off"
        query = "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole"
        assert conn.execute(query, [conn.info.user]).fetchall() == [(ROLES[process],)]


@pytest.mark.parametrize("process", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register.events SET state = ''",
        "ALTER TABLE register.events DISABLE TRIGGER append_only",
        "SET session_replication_role = replica",
        "COPY register.migrations TO PROGRAM 'true'",
        "SET ROLE concord_owner",
        "CREATE ROLE concord_other",
        "UPDATE accounts.tokens SET revoked_at = NULL",
        "UPDATE keys.data_keys SET wrapped = NULL",
    ],
)
def test_E_42_what_no_process_may(database: str, process: str, statement: str) -> None:
    with psycopg.connect(as_process(database, process)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement.encode())


def test_E_42_those_that_write_append_and_those_that_project_read(database: str) -> None:
    with psycopg.connect(as_process(database, "api"), autocommit=True) as conn:
        append_sync(conn, [command()])
    with psycopg.connect(as_process(database, "projector")) as conn:
        assert len(raw_tail(conn, 0, 10)) == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            append_sync(conn, [command()])
