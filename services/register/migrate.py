"""Bringing a database up to the schema of this program: numbered SQL files, each applied once and whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from services.errors import ConcordError, Unavailable

MIGRATION_LOCK = 2023016
"""Advisory lock of a database: whoever migrates it holds this."""

ROLES = "roles.sql"
"""Makes the roles of the cluster where they are missing; before every migration, and before a restore."""

FOUNDATION = "0001_foundation.sql"
"""The only file that runs as the connecting user; the others run as concord_owner."""


@dataclass(eq=False)
class MigrationRefusedError(ConcordError):
    """The database cannot be brought to this program's schema, and why; nothing was changed by the refused file."""

    why: str
    code = "migration-refused"

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file; `checksum` is the SHA-256 of its text."""

    name: str
    text: str

    @property
    def checksum(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


def migrations() -> tuple[Migration, ...]:
    """The migrations of this program, in order."""
    folder = files("services.register") / "migrations"
    found = (Migration(item.name, item.read_text("utf-8")) for item in folder.iterdir() if item.name.endswith(".sql"))
    return tuple(sorted(found, key=lambda migration: migration.name))


def migrate(conninfo: str, wanted: tuple[Migration, ...] | None = None) -> list[str]:
    """Apply what is missing, one transaction a file, one migrator at a time; the names applied.

    Raises MigrationRefusedError where an applied file has changed, the database is ahead of this
    program, or the user lacks a right; Unavailable where the database cannot be reached.
    """
    wanted = migrations() if wanted is None else wanted
    try:
        with psycopg.connect(conninfo, autocommit=True, row_factory=tuple_row) as conn:
            conn.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            missing = _missing(wanted, _applied(conn))
            if missing:
                _make_roles(conn)
            for migration in missing:
                _apply(conn, migration)
            return [migration.name for migration in missing]
    except psycopg.OperationalError as error:
        raise Unavailable("the database", facts={"why": str(error)}) from error


def make_roles(conninfo: str) -> None:
    """Make the cluster's roles where they are missing. Raises MigrationRefusedError, psycopg's errors."""
    with psycopg.connect(conninfo, autocommit=True, row_factory=tuple_row) as conn:
        _make_roles(conn)


def _make_roles(conn: psycopg.Connection[tuple[Any, ...]]) -> None:
    text = (files("services.register") / ROLES).read_text("utf-8")
    try:
        conn.execute(text.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise _refused(ROLES, error) from error


def mark_simulated(conninfo: str) -> None:
    """Mark a register for ever as one whose clocks are simulated: a demonstration or a test. From then on no
    moment is ahead of the database's clock; `read.is_simulated` tells. Raises psycopg's errors.
    """
    with psycopg.connect(conninfo) as conn:
        conn.execute("SET LOCAL ROLE concord_owner")
        conn.execute("INSERT INTO register.simulation DEFAULT VALUES ON CONFLICT DO NOTHING")


def _applied(conn: psycopg.Connection[tuple[Any, ...]]) -> dict[str, bytes]:
    if conn.execute("SELECT to_regclass('register.migrations')").fetchone() == (None,):
        return {}
    return dict(conn.execute("SELECT name, checksum FROM register.migrations").fetchall())


def _missing(wanted: tuple[Migration, ...], applied: dict[str, bytes]) -> list[Migration]:
    known = {migration.name: migration for migration in wanted}
    for name, checksum in sorted(applied.items()):
        if name not in known:
            raise MigrationRefusedError(f"the database is ahead of this program: it has {name}")
        if known[name].checksum != checksum:
            raise MigrationRefusedError(f"{name} was changed after it was applied; a change needs a file of its own")
    return [migration for migration in wanted if migration.name not in applied]


def _apply(conn: psycopg.Connection[tuple[Any, ...]], migration: Migration) -> None:
    try:
        with conn.transaction():
            if migration.name != FOUNDATION:
                conn.execute("SET LOCAL ROLE concord_owner")
            conn.execute(migration.text.encode())
            conn.execute(
                "INSERT INTO register.migrations (name, checksum) VALUES (%s, %s)", [migration.name, migration.checksum]
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise _refused(migration.name, error) from error


def _refused(name: str, error: psycopg.Error) -> MigrationRefusedError:
    hint = f" ({error.diag.message_hint})" if error.diag.message_hint else ""
    return MigrationRefusedError(f"{name}: {error.diag.message_primary}{hint}")
