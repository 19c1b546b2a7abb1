"""A reader that tails the log never passes an event that becomes visible later.

The harness is shown to be able to fail: with copies of the function in which the order is broken.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from services.register.append import call, parameters
from services.register.command import Piece, pack

WRITERS = 8
RACE_SECONDS = float(os.environ.get("CONCORD_RACE_SECONDS", "6"))

LOCK = "IF pg_advisory_xact_lock(2023015) IS NULL THEN END IF;"
BASE = "base := coalesce(newest, 0);"
NOTIFY = "IF pg_notify("


@dataclass(slots=True)
class Race:
    """What happened: positions in the order in which the reader saw them, those that are there, refused appends."""

    seen: list[int] = field(default_factory=list)
    there: list[int] = field(default_factory=list)
    refused: int = 0

    @property
    def late(self) -> set[int]:
        """Positions that the reader had passed before they could be seen."""
        return set(self.there) - set(self.seen)


def race(database: str, seconds: float) -> Race:
    result = Race()
    until = time.monotonic() + seconds
    written = threading.Event()

    def write(_: int) -> None:
        with psycopg.connect(database, autocommit=True) as conn:
            while time.monotonic() < until:
                stream = uuid4()
                piece = Piece(stream, "example.v1", datetime.now(UTC), b"{}")
                try:
                    call(conn, parameters([pack(uuid4(), b"", {stream: 0}, [piece])]))
                except psycopg.errors.UniqueViolation:
                    result.refused += 1

    def follow() -> None:
        last = 0
        with psycopg.connect(database, autocommit=True) as conn:
            query = "SELECT position FROM register.events WHERE position > %s ORDER BY position"
            while True:
                over = written.is_set()
                found = [position for (position,) in conn.execute(query, [last])]
                result.seen += found
                last = found[-1] if found else last
                if over and not found:
                    return

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(follow)
        for writer in [pool.submit(write, number) for number in range(WRITERS)]:
            writer.result()
        written.set()
        reader.result()
    with psycopg.connect(database) as conn:
        result.there = [position for (position,) in conn.execute("SELECT position FROM register.events ORDER BY 1")]
    return result


def broken(database: str, *changes: tuple[str, str]) -> None:
    """Replace the function by a copy with these changes, and commits a little slower so that they show."""
    with psycopg.connect(database, autocommit=True) as conn:
        row = conn.execute("SELECT pg_get_functiondef('register.append'::regproc)").fetchone()
        text = row[0] if row else ""
        for old, new in (*changes, (NOTIFY, "PERFORM pg_sleep(random() * 0.003); " + NOTIFY)):
            assert text.count(old) == 1
            text = text.replace(old, new)
        conn.execute(text)


@pytest.mark.faults
def test_no_position_is_seen_late(database: str) -> None:
    result = race(database, RACE_SECONDS)
    assert result.there == list(range(1, len(result.there) + 1))
    assert result.seen == result.there
    assert result.refused == 0


def test_the_harness_goes_red_without_the_lock(database: str) -> None:
    broken(database, (LOCK, ""))
    result = race(database, 1)
    assert result.refused > 0, "two appends took the same position"


def test_the_harness_goes_red_with_a_sequence_and_no_lock(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("SET ROLE concord_owner")
        conn.execute("CREATE SEQUENCE register.naive")
    broken(database, (LOCK, ""), (BASE, "base := nextval('register.naive') - 1;"))
    assert race(database, 1).late


def test_the_harness_stays_green_with_a_sequence_under_the_lock(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("SET ROLE concord_owner")
        conn.execute("CREATE SEQUENCE register.naive")
    broken(database, (BASE, "base := nextval('register.naive') - 1;"))
    assert not race(database, 1).late
