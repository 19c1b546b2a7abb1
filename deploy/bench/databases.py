"""Where a benchmark runs: a server, and on it databases of its own that are gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy import embedded
from services.register.migrate import migrate

_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


@contextmanager
def server() -> Iterator[str]:
    """The conninfo of a server: that of CONCORD_DATABASE_URL, else an embedded one in a temporary directory."""
    given = os.environ.get("CONCORD_DATABASE_URL")
    if given:
        yield given
        return
    directory = Path(tempfile.mkdtemp(prefix="concord-bench-"))
    try:
        yield embedded.start(directory).url
    finally:
        embedded.erase(directory)
        shutil.rmtree(directory)


@contextmanager
def database(server_conninfo: str, *, migrated: bool = True, purpose: str = "bench") -> Iterator[str]:
    """The conninfo of a new database on the server, with the program's schema or empty; dropped at the end."""
    name = f"concord_{purpose}_{secrets.token_hex(4)}"
    with psycopg.connect(server_conninfo, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            conninfo = make_conninfo(server_conninfo, dbname=name)
            if migrated:
                migrate(conninfo)
            yield conninfo
        finally:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def environment(conninfo: str) -> dict[str, str]:
    """The environment in which PostgreSQL's programs find the database, the password out of sight."""
    known = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    return {**os.environ, **{variable: known[name] for name, variable in _ENVIRONMENT.items() if name in known}}


def pgbench() -> Path | None:
    """PostgreSQL's benchmark program, the newest that is installed; None where there is none."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    if installed:
        return installed[0]
    found = shutil.which("pgbench")
    return Path(found) if found else None
