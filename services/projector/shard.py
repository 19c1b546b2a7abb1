"""One shard of a rebuild: a range of streams read in order, folded one by one, loaded by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from events.envelope import Entry, Event
from events.record import EntryVoided
from events.registry import decode
from projections.catalogue import CATALOGUE, Projection, Row
from projections.history import Happening, History, Lens, fresh, kind_of
from services.casework.kind import Kind
from services.casework.pack import Pack
from services.casework.stream import fold
from services.projector import tables
from services.projector.batch import GapError, Known, follow
from services.projector.policy import Following
from services.projector.tables import Target
from services.register.read import RANGE

Connection = psycopg.Connection[Any]

FETCH = 4_000
"""Events asked of the server at once."""

BUFFER = 4_000
"""Rows of a projection kept before they are loaded."""

Stored = tuple[UUID, int, str, bytes]


def load_shard(
    conninfo: str, names: Sequence[str], until: int, pack: Pack, place: str, bounds: tuple[UUID, UUID]
) -> int:
    """Load the streams of a range, up to a position, into the tables beside; the events folded."""
    targets = [tables.beside(CATALOGUE[name]) for name in names]
    with loading(conninfo) as conn:
        view = Following(place, pack).read(conn).lens(until)
        return load_streams(conn, targets, RANGE, [*bounds, until], view)


@contextmanager
def loading(conninfo: str) -> Iterator[Connection]:
    """A connection for one of several processes that fold and load side by side; committed at the end."""
    with psycopg.connect(conninfo, application_name="concord rebuild") as conn:
        # the processes are the parallel workers; a piece is sorted in memory
        conn.execute("SET max_parallel_workers_per_gather = 0")
        conn.execute("SET work_mem = '64MB'")
        conn.execute("SET synchronous_commit = off")
        yield conn


def load_streams(
    conn: Connection, targets: Sequence[Target], query: LiteralString, parameters: Sequence[object], view: Lens
) -> int:
    """Load what whole streams make; the query gives (stream, position, type, state) of each in its order.

    Raises what an event raises that cannot be folded. The events folded.
    """
    whose = {target.projection.name: target for target in targets}
    projections = [target.projection for target in targets]
    buffers: dict[str, list[Row]] = {name: [] for name in whose}
    events = 0
    for stream, stored in groupby(_stored(conn, query, parameters), itemgetter(0)):
        history = [(row[1], row[2], row[3]) for row in stored]
        events += len(history)
        for projection, rows in _named(made(projections, stream, history, view), stream):
            buffers[projection.name] += rows
            if len(buffers[projection.name]) >= BUFFER:
                tables.load(conn, whose[projection.name], buffers[projection.name])
                buffers[projection.name] = []
    for name, rows in buffers.items():
        tables.load(conn, whose[name], rows)
    return events


def _named(rows: Iterator[tuple[Projection, list[Row]]], stream: UUID) -> Iterator[tuple[Projection, list[Row]]]:
    """The same rows; an error on the way says at which stream."""
    try:
        yield from rows
    except Exception as error:
        error.add_note(f"while stream {stream} was folded")
        raise


def _stored(conn: Connection, query: LiteralString, parameters: Sequence[object]) -> Iterator[Stored]:
    with conn.cursor("shard", row_factory=tuple_row) as cursor:
        cursor.itersize = FETCH
        cursor.execute(query, parameters, binary=True)
        while rows := cursor.fetchmany(FETCH):
            yield from rows


def made(
    projections: Sequence[Projection], stream: UUID, stored: Sequence[tuple[int, str, bytes]], view: Lens
) -> Iterator[tuple[Projection, list[Row]]]:
    """The rows of each projection that one whole stream makes."""
    kind = kind_of(stored[0][1])
    wanted = [projection for projection in projections if projection.shows(kind)]
    entries = [(position, decode(type_name, state)) for position, type_name, state in stored]
    if not wanted:
        return
    if any(projection.lines is not None or projection.needs_deadlines for projection in wanted):
        happenings, history = _step_by_step(wanted, kind, stream, entries, view)
    else:
        happenings, history = [], _at_once(kind, stream, entries)
    voided = _voidings(happenings)
    for projection in wanted:
        if projection.rows is not None:
            yield projection, list(projection.rows(history, view))
        elif projection.lines is not None:
            lines = [line for happening in happenings for line in projection.lines(happening)]
            yield projection, _marked(lines, projection, voided) if voided else lines


def _at_once(kind: Kind[Any], stream: UUID, entries: Sequence[tuple[int, Entry[Event]]]) -> Known:
    state = fold(kind, stream, (entry for _, entry in entries))
    if state.version != len(entries):
        raise GapError(f"stream {stream} has {len(entries)} entries and ends at version {state.version}")
    return History(state, entries[-1][0])


def _step_by_step(
    projections: Sequence[Projection], kind: Kind[Any], stream: UUID, entries: Sequence[tuple[int, Entry[Event]]],
    view: Lens,
) -> tuple[list[Happening], Known]:  # fmt: skip
    deadlines = any(projection.needs_deadlines for projection in projections)
    happenings: list[Happening] = []
    history: Known = fresh(kind, stream)
    for position, entry in entries:
        happening, history = follow(history, position, entry, view, deadlines=deadlines)
        happenings.append(happening)
    return happenings, history


def _voidings(happenings: Sequence[Happening]) -> dict[int, int]:
    last = happenings[-1].after if happenings else None
    if last is None or not last.voided:
        return {}
    return {entry.event.version: entry.version for entry in last.entries if isinstance(entry.event, EntryVoided)}


def _marked(lines: list[Row], projection: Projection, voided: dict[int, int]) -> list[Row]:
    version, mark = projection.columns.index("version"), projection.columns.index("voided_by")
    return [(*line[:mark], voided.get(line[version]), *line[mark + 1 :]) for line in lines]
