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

OWN, NATION = "projections", "nation"
"""Schemas: what this register's events make, and what the events of the nation's provinces make."""

PROVINCE = "province"

OWNER: LiteralString = "SET LOCAL ROLE concord_projector"

REPLACE: LiteralString = """
    WITH fresh AS (SELECT * FROM json_populate_recordset(NULL::{table}, %(rows)s::json)),
    gone AS (
        DELETE FROM {table} AS t USING (
            SELECT {key} FROM {table} WHERE {within} AND {stream} = ANY (%(streams)s) EXCEPT SELECT {key} FROM fresh
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
    FROM unnest(%(streams)s::uuid[], %(versions)s::int[], %(by)s::int[]) AS m (stream, version, voided_by)
    WHERE t.{stream} = m.stream AND t.version = m.version"""


@dataclass(frozen=True, slots=True)
class Target:
    """A projection and the table that its rows are written to.

    In the schema `nation` a table holds the rows of every province, each with the column `province`
    in front of its key; whoever writes there says of which province.
    """

    projection: Projection
    table: str
    schema: str = OWN
    province: str | None = None

    @property
    def name(self) -> sql.Identifier:
        """The table with its schema."""
        return sql.Identifier(self.schema, self.table)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that are written."""
        return self._whose + self.projection.columns

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""
        return self._whose + self.projection.key

    @property
    def _whose(self) -> tuple[str, ...]:
        return () if self.schema == OWN else (PROVINCE,)

    def row(self, row: Row) -> Row:
        """A row of the projection as a row of the table."""
        return row if self.schema == OWN else (self.province, *row)


def serving(projection: Projection, schema: str = OWN, province: str | None = None) -> Target:
    """The table that is read."""
    return Target(projection, projection.name, schema, province)


def beside(projection: Projection, schema: str = OWN, province: str | None = None) -> Target:
    """The table that is built beside it."""
    return Target(projection, projection.name + BESIDE, schema, province)


def create(conn: Connection, target: Target) -> None:
    """Make the table anew, without key and indexes; what had its name is gone. In a transaction."""
    conn.execute(OWNER)
    conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(target.name))
    conn.execute(_text(target.projection.table_sql).format(table=target.name))
    if target.schema != OWN:
        conn.execute(sql.SQL("ALTER TABLE {} ADD COLUMN province text NOT NULL").format(target.name))
    conn.execute(sql.SQL("GRANT SELECT ON {} TO concord_writer, concord_reader, concord_owner").format(target.name))
    conn.execute("RESET ROLE")


def index(conn: Connection, target: Target) -> None:
    """Give the table its key and indexes, and the planner its figures. In a transaction."""
    conn.execute(OWNER)
    indexes = target.projection.indexes_sql if target.schema == OWN else target.projection.national_indexes_sql
    conn.execute(_text(indexes).format(table=target.name))
    conn.execute(sql.SQL("ANALYZE {}").format(target.name))
    conn.execute("RESET ROLE")


def settle(conn: Connection, target: Target) -> None:
    """Tell PostgreSQL that every reader sees all rows: until then a query of an index alone looks at each row too, and
    autovacuum comes by in its own time. Outside of a transaction.
    """
    conn.execute("SET ROLE concord_projector")
    conn.execute(sql.SQL("VACUUM {}").format(target.name))
    conn.execute("RESET ROLE")


def drop(conn: Connection, target: Target) -> None:
    """Remove the table if it is there."""
    conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(target.name))


def clear(conn: Connection, target: Target) -> None:
    """Remove every row of the target's province from a table of the nation."""
    conn.execute(sql.SQL("DELETE FROM {} WHERE province = %s").format(target.name), [target.province])


def switch(conn: Connection, projections: Sequence[Projection], schema: str = OWN) -> None:
    """Put the tables built beside in the place of those that serve, all at once. In a transaction.

    A reader of two of them may hold one and wait for the other: the switch gives way before PostgreSQL looks for
    deadlocks (`deadlock_timeout`, a second), so that nobody's query is ended for it, and tries again.
    """
    while True:
        try:
            with conn.transaction():
                conn.execute("SET LOCAL lock_timeout = '300ms'")
                for projection in projections:
                    _put_in_place(conn, projection, schema)
                conn.execute("SET LOCAL lock_timeout = DEFAULT")  # what else the transaction does is waited for
        except psycopg.errors.LockNotAvailable:
            continue
        return


def _put_in_place(conn: Connection, projection: Projection, schema: str) -> None:
    new, old = beside(projection, schema), serving(projection, schema)
    conn.execute(OWNER)
    drop(conn, old)
    conn.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(new.name, sql.Identifier(old.table)))
    indexes = conn.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = %s", [schema, old.table]
    ).fetchall()
    for (name,) in indexes:
        renamed = sql.Identifier(name.replace(new.table, old.table, 1))
        conn.execute(sql.SQL("ALTER INDEX {} RENAME TO {}").format(sql.Identifier(schema, name), renamed))
    conn.execute("RESET ROLE")


def replace(conn: Connection, target: Target, streams: Sequence[UUID], rows: Sequence[Row]) -> None:
    """Put these rows, and make them the only ones of these streams; rows that are the same are left alone."""
    given = {"rows": _json(target, rows), "streams": list(streams), PROVINCE: target.province}
    conn.execute(_composed(REPLACE, target), given)


def add(conn: Connection, target: Target, lines: Sequence[Row]) -> None:
    """Add lines. Raises UniqueViolation where one is there already: none is ever written twice."""
    conn.execute(_composed(ADD, target), {"rows": _json(target, lines)})


def mark_voided(conn: Connection, target: Target, marks: Sequence[tuple[UUID, int, int]]) -> None:
    """Mark lines, each by (stream, version), as voided by a version."""
    streams, versions, by = map(list, zip(*marks, strict=True))
    conn.execute(_composed(MARK, target), {"streams": streams, "versions": versions, "by": by})


def load(conn: Connection, target: Target, rows: Iterable[Row]) -> None:
    """Add many rows by COPY."""
    columns, json = target.columns, target.projection.json
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(target.name, _names(columns))
    place = columns.index(json) if json else None
    with conn.cursor() as cursor, cursor.copy(query) as copy:
        for row in map(target.row, rows):
            if place is None:
                copy.write_row(row)
            else:
                copy.write_row((*row[:place], orjson.dumps(row[place]).decode(), *row[place + 1 :]))


def _json(target: Target, rows: Sequence[Row]) -> str:
    return orjson.dumps([dict(zip(target.columns, target.row(row), strict=True)) for row in rows]).decode()


@cache
def _composed(query: LiteralString, target: Target) -> bytes:
    columns, key = target.columns, target.key
    within = sql.SQL("true") if target.schema == OWN else sql.SQL("province = %(province)s")
    return (
        sql.SQL(query)
        .format(
            table=target.name,
            stream=sql.Identifier(target.projection.stream),
            within=within,
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
