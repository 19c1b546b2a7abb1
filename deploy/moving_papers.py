"""Moving the bytes of papers to where they should be stored: each by itself, so that a move that stops can go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, LiteralString

import psycopg

from services.content import LOCK, fetched, lock_of
from services.paper_stores import PaperStore

Connection = psycopg.Connection[Any]

_COUNT: LiteralString = "SELECT count(*) FROM documents.content"
_PAGE: LiteralString = "SELECT sha256 FROM documents.content WHERE sha256 > %s ORDER BY sha256 LIMIT 1000"
_BYTES: LiteralString = "SELECT bytes FROM documents.content WHERE sha256 = %s"
_MOVE: LiteralString = "UPDATE documents.content SET bytes = %s WHERE sha256 = %s"


@dataclass(slots=True)
class Moved:
    """What came of moving: how many papers were moved, how many lay there already, and the digests of those that were
    found nowhere.
    """

    moved: int = 0
    there: int = 0
    missing: list[str] = field(default_factory=list)


def move(
    conn: Connection,
    target: PaperStore | None,
    source: PaperStore | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Moved:
    """Move every paper from the database and `source` to `target` (None: the database); nothing is left behind of it.

    A paper is deleted where it lay only after it was read, whole, where it lies now. `conn` commits by itself, as the
    owner of the tables. Safe to repeat. Raises Unavailable while a store is away; psycopg's errors.
    """
    found, (total,) = Moved(), conn.execute(_COUNT).fetchone() or (0,)
    for done, digest in enumerate(_digests(conn), 1):
        _count(found, _moved(conn, target, source, digest), digest)
        progress(done, total)
    return found


def _digests(conn: Connection) -> Iterator[bytes]:
    after = b""
    while page := conn.execute(_PAGE, [after]).fetchall():
        yield from (digest for (digest,) in page)
        (after,) = page[-1]


def _count(found: Moved, moved: bool | None, digest: bytes) -> None:
    if moved is None:
        found.missing.append(digest.hex())
    elif moved:
        found.moved += 1
    else:
        found.there += 1


def _moved(conn: Connection, target: PaperStore | None, source: PaperStore | None, digest: bytes) -> bool | None:
    """Whether this paper was moved, or lay there already; None where its bytes are in none of the three."""
    name = digest.hex()
    with conn.transaction():
        conn.execute(LOCK, [lock_of(digest)])
        row = conn.execute(_BYTES, [digest]).fetchone()
        if row is None:  # destroyed meanwhile
            return False
        there = row[0] is not None if target is None else row[0] is None and _holds(target, name)
        if not there:
            data = row[0] if row[0] is not None else source.get(name) if source is not None else None
            if data is None or sha256(data).hexdigest() != name:
                return None
            if target is not None:
                target.put(name, data)
                fetched(target, name)
            if (row[0] is None) == (target is None):
                conn.execute(_MOVE, [data if target is None else None, digest])
    if source is not None:
        source.delete(name)
    return not there


def _holds(papers: PaperStore, digest: str) -> bool:
    data = papers.get(digest)
    return data is not None and sha256(data).hexdigest() == digest
