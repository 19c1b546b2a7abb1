"""Replicas for tests: the nation's copies of synthetic logs, as the replicator would have left them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from events.envelope import Entry, Event
from events.registry import encode
from tests.projections.histories import history, interleaved, officer

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def log_of(place: str) -> UUID:
    """The log of a province."""
    return uuid5(NAMESPACE_URL, f"log:{place}")


def entries(seed: int, units: int = 8, most: int = 30, first: int = 0) -> list[Entry[Event]]:
    """A log: random lives of units, numbered from `first`, and a stream beside."""
    random = Random(seed)  # noqa: S311 (the same histories each time)
    streams = [history(random, first + number, random.randint(1, most)) for number in range(units)]
    return list(interleaved(random, [*streams, officer(seed)]))


def replicate(conninfo: str, place: str, entries: Sequence[Entry[Event]], *, heard: datetime | None = None) -> None:
    """These entries come next in the replica of a province."""
    with psycopg.connect(conninfo) as conn:
        found = conn.execute("SELECT coalesce(max(position), 0) FROM nation.replica WHERE place = %s", [place])
        row = found.fetchone()
        assert row is not None
        query = "COPY nation.replica (place, position, stream, version, type, recorded_at, state) FROM STDIN"
        with conn.cursor() as cursor, cursor.copy(query) as copy:
            for position, one in enumerate(entries, row[0] + 1):
                kind = one.event.about.type
                copy.write_row((place, position, one.stream, one.version, kind, one.recorded_at, encode(one)))
        conn.execute(
            "INSERT INTO nation.feeds AS f (place, log, position, recorded_at, heard_at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (place) DO UPDATE SET position = excluded.position, recorded_at = excluded.recorded_at,"
            " heard_at = excluded.heard_at",
            [place, log_of(place), row[0] + len(entries), entries[-1].recorded_at, heard or datetime.now(UTC)],
        )


def rows(conninfo: str, table: str, province: str) -> list[dict[str, Any]]:
    """What the nation keeps of a province in one table, without the province's code."""
    query = "SELECT to_jsonb(t) - 'province' FROM nation.{} AS t WHERE province = %s ORDER BY 1"
    with psycopg.connect(conninfo) as conn:
        text = query.format(table)
        return [row for (row,) in conn.execute(text.encode(), [province]).fetchall()]


def all_rows(conninfo: str, tables: Iterable[str] = ("board", "signals", "crosscheck")) -> dict[str, Any]:
    """Everything that the nation keeps, to be compared."""
    with psycopg.connect(conninfo) as conn:
        return {
            table: [
                row
                for (row,) in conn.execute(
                    f"SELECT to_jsonb(t) FROM nation.{table} AS t ORDER BY 1".encode()
                ).fetchall()
            ]
            for table in tables
        }
