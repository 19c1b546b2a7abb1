"""Letters that intake takes again by itself, and those it writes where the database refuses a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import psycopg

from services.intake import deadletters
from services.intake.deadletters import WHOLE, again
from services.intake.record import Incoming

About = tuple[str, str]
"""The report that a message is about: its source and external id."""

WAITING: Final = f"""
    SELECT {WHOLE} FROM intake.dead_letters AS d
    JOIN (SELECT DISTINCT * FROM unnest(%s::text[], %s::text[]) AS r (source, external_id)) AS r
        USING (source, external_id)
    WHERE d.status = 'waiting' AND d.class = 'early' ORDER BY d.id"""
NUMBERED: Final = f"SELECT {WHOLE} FROM intake.dead_letters AS d WHERE id = %s AND status <> 'replayed'"
EARLY: Final = f"""
    SELECT {WHOLE} FROM intake.dead_letters AS d
    WHERE status = 'waiting' AND class = 'early' AND id > %s ORDER BY id LIMIT 500"""
STANDING: Final = f"""
    SELECT {WHOLE} FROM intake.dead_letters AS d
    WHERE d.status = 'waiting' AND d.class = 'early'
      AND EXISTS (SELECT FROM projections.signals AS s WHERE s.signal = d.source || '#' || d.external_id)
    ORDER BY d.id LIMIT 500"""


def letters_about(conn: psycopg.Connection[Any], about: Iterable[About]) -> list[Incoming]:
    """Amendments and withdrawals that wait for any of these reports, in the order they came."""
    wanted = list(about)
    if not wanted:
        return []
    return _asked(conn, WAITING, [[source for source, _ in wanted], [name for _, name in wanted]])


def letter(conn: psycopg.Connection[Any], number: int) -> list[Incoming]:
    """The message of a letter that was not replayed yet."""
    return _asked(conn, NUMBERED, [number])


def letters_after(conn: psycopg.Connection[Any], number: int) -> list[Incoming]:
    """The next of all that wait for their reports, after a letter's number."""
    return _asked(conn, EARLY, [number])


def letters_of_reports(conn: psycopg.Connection[Any]) -> list[Incoming]:
    """Those that wait although their report stands: both came at the same moment by two ways.

    None where no projection has been made yet.
    """
    try:
        return _asked(conn, STANDING, [])
    except psycopg.errors.UndefinedTable:
        return []


def set_aside(
    conn: psycopg.Connection[Any], one: Incoming, channel: str, error: Exception
) -> tuple[int, dict[str, Any]]:
    """Keep a message that the database itself refuses as a dead letter; its number, and what was kept."""
    row = deadletters.row(channel, "database", str(error), one.raw)
    found = conn.execute(deadletters.KEEP, row).fetchone()
    return found[0] if found is not None else 0, row


def _asked(conn: psycopg.Connection[Any], query: str, values: list[Any]) -> list[Incoming]:
    return [again(letter) for letter in conn.execute(query.encode(), values)]
