"""Each process connects as a login of its own, with the rights of its role alone: in a demonstration as in production.

Where all there is is a superuser's address (the embedded server), the logins are made beside it; their passwords
follow from its own, so that nothing more has to be kept. In production an administrator makes them.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROLES: Final[Mapping[str, str]] = {
    "api": "concord_writer",
    "timekeeper": "concord_writer",
    "intake": "concord_writer",
    "publisher": "concord_writer",
    "webhooks": "concord_writer",
    "outbox": "concord_writer",
    "projector": "concord_projector",
    "replicator": "concord_projector",
}
"""The role of each process of `concord serve`."""

_LOCK: Final = 2023061
"""Advisory lock of a database: one makes logins at a time."""


def as_process(conninfo: str, process: str) -> str:
    """The address with the login of a process; as it is where it is no superuser's.

    The register has to be migrated: its roles are there. Raises psycopg's errors.
    """
    login = f"concord_process_{process}"
    secret = str(conninfo_to_dict(conninfo).get("password") or "")
    password = hmac.new(secret.encode(), f"concord/login/{login}".encode(), sha256).hexdigest()
    own = make_conninfo(conninfo, user=login, password=password)
    with closing(psycopg.connect(conninfo, autocommit=True)) as conn:
        if conn.info.parameter_status("is_superuser") != "on":
            return conninfo
        if not _lets_in(own):
            _make(conn, login, password, ROLES[process])
    return own


def _lets_in(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError:
        return False
    return True


def _make(conn: psycopg.Connection[tuple[object, ...]], login: str, password: str, role: str) -> None:
    name = sql.Identifier(login)
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).rowcount == 0:
            conn.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        conn.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
        conn.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), name))
