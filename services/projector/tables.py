"""The tables of projections: made, filled, and switched in the place of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg import sql

from projections.catalogue import Projection, Row

Connection = psycopg.Connection[Any]

BESIDE = "_next"
"""Ending of the name of a table that is built beside the one that serves."""

OWNER: LiteralString = "SET LOCAL ROLE concord_projector"

REPLACE: LiteralString = """
    WITH fresh AS (SELECT * FROM json_populate_recordset(NULL::{table}, %(rows)s::json)),
    gone AS (
        DELETE FROM {table} AS t USING (
            SELECT {key} FROM {table} WHERE {unit} = ANY (%(units)s) EXCEPT SELECT {key} FROM fresh
        ) AS f WHERE ({f_key}) = ({t_key})
    )
    INSERT INTO {table} AS t ({columns}) SELECT {columns} FROM fresh
    ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW ({excluded})
    WHERE ({t_columns}) IS DISTINCT FROM ({excluded})"""
ADD: LiteralString = """
    INSERT INTO {table} ({columns})
    SELECT {columns} FROM json_populate_recordset(NULL::{table}, %(rows)s::json)"""
MARK: LiteralString = """
    UPDATE {table} AS t SET voided_by = m.voided_by
    FROM unnest(%(units)s::uuid[], %(versions)s::int[], %(by)s::int[]) AS m (unit, version, voided_by)
    WHERE t.{unit} = m.unit AND t.version = m.version"""


@dataclass(frozen=True, slots=True)
class Target:
    """A projection and the table that its rows are written to."""

    projection: Projection
    table: str

    @property
    def name(self) -> sql.Identifier:
        """The table with its schema."""
        return sql.Identifier("projections", self.table)


def serving(projection: Projection) -> Target:
    """The table that is read."""
    return Target(projection, projection.name)


def beside(projection: Projection) -> Target:
    """The table that is built beside it."""
    return Target(projection, projection.name + BESIDE)


def create(conn: Connection, target: Target) -> None:
    """Make the table anew, without key and indexes; what had its name is gone. In a transaction."""
    conn.execute(OWNER)
    conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(target.name))
    conn.execute(_text(target.projection.table_sql).format(table=target.name))
    conn.execute(sql.SQL("GRANT SELECT ON {} TO concord_writer, concord_reader").format(target.name))
    conn.execute("RESET ROLE")


def index(conn: Connection, target: Target) -> None:
    """Give the table its key and indexes, and the planner its figures. In a transaction."""
    conn.execute(OWNER)
    conn.execute(_text(target.projection.indexes_sql).format(table=target.name))
    conn.execute(sql.SQL("ANALYZE {}").format(target.name))
    conn.execute("RESET ROLE")


def drop(conn: Connection, target: Target) -> None:
    """Remove the table if it is there."""
    conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(target.name))


def switch(conn: Connection, projection: Projection) -> None:
    """Put the table built beside in the place of the one that serves. In a transaction."""
    new, old = beside(projection), serving(projection)
    conn.execute(OWNER)
    drop(conn, old)
    conn.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(new.name, sql.Identifier(old.table)))
    indexes = conn.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'projections' AND tablename = %s", [old.table]
    ).fetchall()
    for (name,) in indexes:
        renamed = sql.Identifier(name.replace(new.table, old.table, 1))
        conn.execute(sql.SQL("ALTER INDEX {} RENAME TO {}").format(sql.Identifier("projections", name), renamed))
    conn.execute("RESET ROLE")


def replace(conn: Connection, target: Target, units: Sequence[UUID], rows: Sequence[Row]) -> None:
    """Put these rows, and make them the only ones of these units; rows that are the same are left alone."""
    conn.execute(_composed(REPLACE, target), {"rows": _json(target.projection, rows), "units": list(units)})


def add(conn: Connection, target: Target, lines: Sequence[Row]) -> None:
    """Add lines. Raises UniqueViolation where one is there already: none is ever written twice."""
    conn.execute(_composed(ADD, target), {"rows": _json(target.projection, lines)})


def mark_voided(conn: Connection, target: Target, marks: Sequence[tuple[UUID, int, int]]) -> None:
    """Mark lines, each by (stream, version), as voided by a version."""
    units, versions, by = map(list, zip(*marks, strict=True))
    conn.execute(_composed(MARK, target), {"units": units, "versions": versions, "by": by})


def load(conn: Connection, target: Target, rows: Iterable[Row]) -> None:
    """Add many rows by COPY."""
    projection = target.projection
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(target.name, _names(projection.columns))
    place = projection.columns.index(projection.json) if projection.json else None
    with conn.cursor() as cursor, cursor.copy(query) as copy:
        if place is None:
            for row in rows:
                copy.write_row(row)
        else:
            for row in rows:
                copy.write_row((*row[:place], orjson.dumps(row[place]).decode(), *row[place + 1 :]))


def _json(projection: Projection, rows: Sequence[Row]) -> str:
    return orjson.dumps([dict(zip(projection.columns, row, strict=True)) for row in rows]).decode()


@cache
def _composed(query: LiteralString, target: Target) -> bytes:
    projection = target.projection
    columns, key = projection.columns, projection.key
    return (
        sql.SQL(query)
        .format(
            table=target.name,
            unit=sql.Identifier(projection.unit),
            columns=_names(columns),
            key=_names(key),
            excluded=_names(columns, "excluded"),
            t_columns=_names(columns, "t"),
            t_key=_names(key, "t"),
            f_key=_names(key, "f"),
        )
        .as_bytes(None)
    )


def _names(columns: Iterable[str], table: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, name) if table else sql.Identifier(name) for name in columns)


def _text(file: str) -> sql.SQL:
    # the text of a file of this program, never of a user
    return sql.SQL(file)
