"""The table of letters on their way: queued once per cause and channel, tried with growing pauses, over with a proof or
a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

Connection = psycopg.Connection[Any]

FIRST_PAUSE: Final = 30
LONGEST_PAUSE: Final = 3_600
"""Seconds between two tries; each pause doubles the last."""

MOST_TRIES: Final = 12
"""Tries after which a message is given up, and seen: about six hours."""

_COLUMNS: LiteralString = "number, unit, cause, channel, state, tries, error, proof, queued_at, next_try, settled_at"
_QUEUE: LiteralString = """
    INSERT INTO outbox.messages (unit, cause, channel) SELECT unit, cause, channel
    FROM unnest(%s::uuid[], %s::text[]) AS new (unit, cause), unnest(%s::text[]) AS channel ON CONFLICT DO NOTHING"""
_REMIND: LiteralString = """
    INSERT INTO outbox.messages (unit, cause, channel)
    SELECT d.unit, 'duty/' || d.key || '/' || d.due, channel
    FROM projections.deadlines AS d, unnest(%s::text[]) AS channel
    WHERE d.state = 'open' AND d.holder = 'unit' AND d.unit IS NOT NULL AND d.due BETWEEN %s AND %s
    ON CONFLICT DO NOTHING"""
_DUE: LiteralString = f"""
    SELECT {_COLUMNS} FROM outbox.messages
    WHERE state = 'waiting' AND channel = %s AND next_try <= now() ORDER BY next_try, number LIMIT %s"""
_OVER: LiteralString = """
    UPDATE outbox.messages SET state = %s, proof = %s, error = %s, tries = tries + %s, settled_at = now()
    WHERE number = %s AND state = 'waiting'"""
_FAILED: LiteralString = """
    UPDATE outbox.messages SET tries = tries + 1, error = %(error)s,
        state = CASE WHEN tries + 1 >= %(most)s THEN 'given_up' ELSE 'waiting' END,
        settled_at = CASE WHEN tries + 1 >= %(most)s THEN now() END,
        next_try = now() + least(%(longest)s, %(first)s * 2 ^ least(tries, 20)) * interval '1 second'
    WHERE number = %(number)s AND state = 'waiting'"""
_STANDING: LiteralString = """
    SELECT channel, count(*) FILTER (WHERE state = 'waiting' AND tries > 0),
           count(*) FILTER (WHERE state = 'given_up' AND settled_at > now() - interval '30 days'), max(error)
           FILTER (WHERE state = 'given_up' OR (state = 'waiting' AND tries > 0))
    FROM outbox.messages WHERE channel = ANY (%s) GROUP BY channel ORDER BY channel"""


class Channel(StrEnum):
    """A way on which letters go out."""

    MAIL = "mail"
    PLATFORM = "platform"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Message:
    """A letter on its way, or gone; `cause` names the entry or the duty that it tells of."""

    number: int
    unit: UUID
    cause: str
    channel: str
    state: str
    tries: int
    error: str | None
    proof: str | None
    queued_at: datetime
    next_try: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel stands: messages that failed and are tried again, those given up lately, and the last reason."""

    channel: str
    failing: int
    given_up: int
    error: str | None


def queue(conn: Connection, causes: Iterable[tuple[UUID, str]], channels: Sequence[str]) -> None:
    """Put a letter on its way on each channel, once."""
    found = list(causes)
    if found and channels:
        conn.execute(_QUEUE, [[unit for unit, _ in found], [cause for _, cause in found], list(channels)])


def remind(conn: Connection, first: date, last: date, channels: Sequence[str]) -> int:
    """Put reminders of what units owe between two days on their way, once per duty and day; how many are new."""
    return conn.execute(_REMIND, [list(channels), first, last]).rowcount if channels else 0


def due(conn: Connection, channel: str, limit: int) -> list[Message]:
    """What has to be tried now on a channel."""
    with conn.cursor(row_factory=class_row(Message)) as cursor:
        return cursor.execute(_DUE, [channel, limit]).fetchall()


def sent(conn: Connection, number: int, proof: str) -> None:
    """It was handed over, and what was answered."""
    conn.execute(_OVER, ["sent", proof[:500] or "-", None, 1, number])


def ended(conn: Connection, number: int, state: str, why: str) -> None:
    """It ends without being sent: `given_up`, `unaddressed` or `settled`, and why."""
    conn.execute(_OVER, [state, None, why[:500], 1 if state == "given_up" else 0, number])


def failed(conn: Connection, number: int, why: str) -> None:
    """It was not taken: tried again after a pause that grows, and given up at last."""
    values = {"error": why[:500], "most": MOST_TRIES, "longest": LONGEST_PAUSE, "first": FIRST_PAUSE, "number": number}
    conn.execute(_FAILED, values)


def standing(conn: Connection, channels: Sequence[str]) -> list[Standing]:
    """How each channel stands."""
    return [Standing(*row) for row in conn.execute(_STANDING, [list(channels)]).fetchall()]
