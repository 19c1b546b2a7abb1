"""What the nation keeps of every province's units, and how far each province is folded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from zlib import crc32

import psycopg
from psycopg.rows import class_row

from projections.catalogue import BOARD, CROSSCHECK, SIGNALS

Connection = psycopg.Connection[Any]

PROJECTIONS = (BOARD, SIGNALS, CROSSCHECK)
"""The projections whose rows the nation keeps by province, in the schema `nation`."""

VERSION = crc32(repr([(one.name, one.version) for one in PROJECTIONS]).encode())
"""Changes with any of theirs: the tables are then rebuilt."""

PUT_ASIDE = -1
"""The version of rows that were made of what was put aside since."""

_SELECT: LiteralString = "SELECT place, version, position, as_of, status, error, failed_at FROM nation.projected"
_BEGIN: LiteralString = "INSERT INTO nation.projected (place, version) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_MOVE: LiteralString = """
    UPDATE nation.projected SET position = %s, as_of = %s, updated_at = now() WHERE place = %s"""
_STOP: LiteralString = """
    UPDATE nation.projected SET status = 'stopped', error = %s, failed_at = %s, updated_at = now()
    WHERE place = %s AND status = 'running'"""
_RESUME: LiteralString = """
    UPDATE nation.projected SET status = 'running', error = NULL, failed_at = NULL, updated_at = now()
    WHERE status = 'stopped'"""
_PLACE: LiteralString = "INSERT INTO nation.projected (place, version, position, as_of) VALUES (%s, %s, %s, %s)"
_FORGET: LiteralString = "DELETE FROM nation.projected WHERE place = %s"
_MADE: LiteralString = "SELECT bool_and(to_regclass('nation.' || name) IS NOT NULL) FROM unnest(%s::text[]) AS name"


@dataclass(frozen=True, slots=True)
class Projected:
    """A province's rows hold everything up to `position`; stopped, they hold nothing of `failed_at` and after."""

    place: str
    version: int
    position: int
    as_of: datetime | None
    status: str
    error: str | None
    failed_at: int | None

    @property
    def running(self) -> bool:
        """Whether it goes on by itself."""
        return self.status == "running"


def projected(conn: Connection) -> list[Projected]:
    """How far every province is, in the order of places."""
    with conn.cursor(row_factory=class_row(Projected)) as cursor:
        return cursor.execute(_SELECT + " ORDER BY place").fetchall()


def lock(conn: Connection, place: str) -> Projected | None:
    """How far the province is, kept from moving until the transaction ends; a second projector waits here."""
    with conn.cursor(row_factory=class_row(Projected)) as cursor:
        return cursor.execute(_SELECT + " WHERE place = %s FOR UPDATE", [place]).fetchone()


def begin(conn: Connection, place: str, version: int) -> Projected:
    """A province of which nothing was taken in yet."""
    conn.execute(_BEGIN, [place, version])
    return next(one for one in projected(conn) if one.place == place)


def move(conn: Connection, place: str, position: int, as_of: datetime) -> None:
    """The province's rows hold everything up to this position."""
    conn.execute(_MOVE, [position, as_of, place])


def stop(conn: Connection, place: str, failed_at: int, error: str) -> None:
    """The province stops before the event at this position, and why."""
    conn.execute(_STOP, [error, failed_at, place])


def resume(conn: Connection) -> None:
    """Whatever stopped tries its event again."""
    conn.execute(_RESUME)


def place(conn: Connection, province: str, position: int, as_of: datetime | None) -> None:
    """The tables are new, and hold everything of the province up to this position."""
    conn.execute(_PLACE, [province, VERSION, position, as_of])


def forget(conn: Connection, place: str) -> None:
    """Nothing is kept of the province."""
    conn.execute(_FORGET, [place])


def made(conn: Connection) -> bool:
    """Whether every table is there."""
    found: tuple[bool] | None = conn.execute(_MADE, [[one.name for one in PROJECTIONS]]).fetchone()
    return found is not None and found[0]
