"""Nobody changes what is recorded, and who may do what."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from services.register.append import append_sync
from tests.register.given import command

CHANGES = (
    "UPDATE register.events SET state = ''",
    "UPDATE register.events SET version = 9 WHERE false",
    "DELETE FROM register.events",
    "TRUNCATE register.events",
    "UPDATE register.commands SET digest = ''",
    "DELETE FROM register.commands",
    "TRUNCATE register.commands",
    "UPDATE register.identity SET log = gen_random_uuid()",
    "DELETE FROM register.identity",
    "TRUNCATE register.identity",
    "UPDATE register.streams SET kind = 'round'",
    "DELETE FROM register.streams",
    "TRUNCATE register.streams",
    "DELETE FROM register.simulation",
    "TRUNCATE register.simulation",
)


@pytest.mark.parametrize("who", ["concord_owner", "administrator", "administrator as a replica"])
def test_what_is_recorded_is_never_changed(database: str, who: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [command()])
        if who == "concord_owner":
            conn.execute("SET ROLE concord_owner")
        elif who == "administrator as a replica":
            conn.execute("SET session_replication_role = replica")
        for change in CHANGES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(sql.SQL(change))


def test_the_writer_appends_only_through_the_function(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("SET ROLE concord_writer")
        append_sync(conn, [command()])
        assert conn.execute("SELECT count(*) FROM register.events").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("INSERT INTO register.events SELECT * FROM register.events")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("CREATE TABLE projections.mine ()")


def test_the_projector_reads_events_and_owns_the_projections(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("SET ROLE concord_projector")
        conn.execute("SELECT FROM register.events")
        conn.execute("SELECT log FROM register.identity")
        conn.execute("CREATE TABLE projections.mine ()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            append_sync(conn, [command()])


def test_the_reader_sees_projections_only(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("SET ROLE concord_owner")
        conn.execute("CREATE TABLE projections.one ()")
        conn.execute("SET ROLE concord_reader")
        conn.execute("SELECT FROM projections.one")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT FROM register.events")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            append_sync(conn, [command()])
