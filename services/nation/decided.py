"""The nation's own decisions as rows, so that the cross-check can ask what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import orjson
import psycopg

from events.governance.national import NationalDecided
from events.registry import decode
from services.casework.decision.state import declined_stream
from services.projector.batch import Stored
from services.register.read import Raw, branch_at, branches, raw_tail

_LAST: LiteralString = "SELECT coalesce(max(position), 0) FROM nation.decided"
_ADD: LiteralString = """
    INSERT INTO nation.decided (position, province, unit, command, declined, seen_version, decision, type, title,
        document_number, term_from, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""

_SETTLE: LiteralString = """
    UPDATE nation.decided AS d SET recorded = true FROM nation.crosscheck AS c
    WHERE NOT d.recorded AND c.province = d.province AND c.unit = d.unit AND d.command = ANY (c.carried)"""


def following(conn: psycopg.Connection[Any], limit: int) -> list[Raw]:
    """The next decisions of the nation's register that are no rows yet."""
    found: tuple[int] | None = conn.execute(_LAST).fetchone()
    return raw_tail(conn, found[0] if found else 0, limit, [NationalDecided.about.type])


def take(conn: psycopg.Connection[Any], raws: Sequence[Stored]) -> int:
    """Add decisions of the nation's register; how many."""
    known = branches(conn)
    with conn.transaction(), conn.cursor() as cursor:
        cursor.executemany(_ADD, [_row(branch_at(known, raw.position), raw) for raw in raws])
    return len(raws)


def settle(conn: psycopg.Connection[Any]) -> None:
    """Mark the decisions that the rows of their units show as recorded."""
    conn.execute(_SETTLE)


def _row(log: UUID, raw: Stored) -> tuple[Any, ...]:
    entry = decode(raw.type, raw.state)
    event = entry.event
    if not isinstance(event, NationalDecided):
        raise TypeError(f"{raw.type} is no national decision")
    return (
        raw.position, event.province, event.unit, entry.command_id, declined_stream(log, raw.position),
        event.seen_version, event.decision.value, event.type, event.title,
        event.document_number, orjson.loads(event.event).get("term_from"), raw.recorded_at,
    )  # fmt: skip
