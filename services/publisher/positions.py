"""How far each channel has carried the log out; moved only after the acknowledgement of all before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from services.follower import BrokenError, StandbyError
from services.register.read import branches, last_position

Connection = psycopg.Connection[Any]

LOCKS = 2023031
"""First half of the advisory lock that the one publisher of a channel holds; the second is its name's hash."""

_BEGIN: LiteralString = """
    INSERT INTO register.published (channel, log) VALUES (%s, %s) ON CONFLICT (channel) DO NOTHING"""
_SELECT: LiteralString = "SELECT log, position FROM register.published WHERE channel = %s"
_GO_ON: LiteralString = "UPDATE register.published SET log = %s, position = %s, updated_at = now() WHERE channel = %s"
_MOVE: LiteralString = """
    UPDATE register.published SET position = %(position)s, updated_at = now()
    WHERE channel = %(channel)s AND position < %(position)s"""


@dataclass(eq=False)
class NotThisLogError(BrokenError):
    """What was published is not of this log: the log was restored from before it, or is another one."""

    channel: str
    why: str
    code = "published-another-log"

    def __str__(self) -> str:
        return (
            f"{self.channel} {self.why}; others hold events that this register does not. Nothing is published. "
            "Where it was restored from a backup, `concord branch begin` lets it go on (see the runbook)"
        )


def begin(conn: Connection, channel: str) -> tuple[UUID, int]:
    """This log, and the position up to which the channel has carried it; this connection is now its only publisher.

    Raises StandbyError where another publisher is at work, NotThisLogError where the position is not this log's.
    """
    held = conn.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCKS, channel]).fetchone()
    if held != (True,):
        raise StandbyError(f"publishing to {channel} (another publisher is at work)")
    *before, (after, log) = branches(conn)
    head = last_position(conn)
    conn.execute(_BEGIN, [channel, log])
    kept, position = conn.execute(_SELECT, [channel]).fetchone() or (log, 0)
    if kept in {one for _, one in before}:
        # what stands before the branch was published as the log of before
        position = min(position, after)
        conn.execute(_GO_ON, [log, position, channel])
    elif kept != log:
        raise NotThisLogError(channel, f"carries log {kept}, and this is {log}")
    if position > head:
        raise NotThisLogError(channel, f"is at position {position}, and the log ends at {head}")
    return log, position


def published(conn: Connection, channel: str) -> int:
    """The position up to which the channel has carried everything; 0 where nothing yet."""
    found = conn.execute(_SELECT, [channel]).fetchone()
    return found[1] if found else 0


def move(conn: Connection, channel: str, position: int) -> None:
    """Everything up to this position is acknowledged."""
    conn.execute(_MOVE, {"channel": channel, "position": position})
