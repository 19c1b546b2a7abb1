"""Migrations: once, whole, and never behind the back of what was applied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from services.errors import ConcordError, Unavailable
from services.register.migrate import Migration, MigrationRefusedError, migrate, migrations


def test_each_is_applied_once_in_order(empty_database: str) -> None:
    names = [migration.name for migration in migrations()]
    assert migrate(empty_database) == names == sorted(names)
    assert migrate(empty_database) == []


def test_migrators_at_the_same_time_apply_each_once(empty_database: str) -> None:
    with ThreadPoolExecutor() as pool:
        applied = list(pool.map(migrate, [empty_database] * 4))
    assert sorted(name for names in applied for name in names) == [migration.name for migration in migrations()]


def test_a_file_changed_after_it_was_applied_is_refused(database: str) -> None:
    first, *rest = migrations()
    with pytest.raises(MigrationRefusedError, match="changed"):
        migrate(database, (replace(first, text=first.text + "\n"), *rest))


def test_a_database_ahead_of_the_program_is_refused(database: str) -> None:
    with pytest.raises(ConcordError, match="ahead"):
        migrate(database, migrations()[:-1])


def test_a_failing_file_leaves_nothing(database: str) -> None:
    bad = Migration("9999_bad.sql", "CREATE TABLE register.half (); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(database, (*migrations(), bad))
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT to_regclass('register.half')").fetchone() == (None,)
    assert migrate(database) == []


def test_a_user_who_may_not_create_what_is_needed_is_told(empty_database: str) -> None:
    user = sql.Identifier("concord_test_nobody")
    with psycopg.connect(empty_database, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(user))
        conn.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'example'").format(user))
    try:
        with pytest.raises(MigrationRefusedError, match=r"roles\.sql"):
            migrate(make_conninfo(empty_database, user="concord_test_nobody", password="example"))
    finally:
        with psycopg.connect(empty_database, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP ROLE {}").format(user))


def test_an_absent_database_is_unavailable(database: str) -> None:
    with pytest.raises(Unavailable):
        migrate(make_conninfo(database, dbname="concord_test_absent"))


def test_every_log_has_one_identity(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        assert conn.execute("SELECT count(*) FROM register.identity").fetchone() == (1,)
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute("INSERT INTO register.identity DEFAULT VALUES")
