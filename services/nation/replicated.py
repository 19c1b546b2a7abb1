"""What the nation's replica says of a province: its streams, and by which packs it judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from events.envelope import Entry, Event
from events.registry import UnknownTypeError
from services.casework.pack import Pack
from services.casework.policy.kind import POLICY
from services.casework.policy.state import Packs, policy_stream
from services.casework.stream import fold
from services.errors import Unavailable
from services.nation.replica import STREAMS
from services.register.read import Recorded, by_stream

Connection = AsyncConnection[Any]


async def replicated(conn: Connection, place: str, streams: Iterable[UUID]) -> Mapping[UUID, list[Recorded]]:
    """Many streams of a province from the replica; a stream that has nothing is an empty list.

    Raises Unavailable where an event of them cannot be read: what a unit is without it nobody knows.
    """
    wanted = list(streams)
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        rows = await (await cursor.execute(STREAMS, [place, wanted])).fetchall()
    try:
        return by_stream(wanted, rows)
    except (UnknownTypeError, ValueError) as error:
        why = {"reason": "unreadable", "error": type(error).__name__}
        raise Unavailable(f"the replica of {place} (an event of this unit cannot be read)", facts=why) from None


def packs_of(place: str, adopted: Iterable[Entry[Event]], ours: Pack) -> Packs:
    """The packs in force in a province by the entries of its policy; `ours` where it has adopted nothing."""
    return Packs.of(fold(POLICY, policy_stream(place), adopted), ours)


async def packs_in(conn: Connection, place: str, ours: Pack) -> Packs:
    """The packs in force in a province, as far as the replica knows. Raises Unavailable."""
    stream = policy_stream(place)
    adopted = (await replicated(conn, place, [stream]))[stream]
    return packs_of(place, (recorded.entry for recorded in adopted), ours)
