"""The nation's list of its papers against those that provinces have recorded: the same, altered, or on no list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import tuple_row

from events.folding import folded
from events.governance.document import DocumentRecorded
from events.registry import UnknownTypeError, decode
from services.casework.document.state import Paper

Connection = AsyncConnection[Any]

_RECORDED: LiteralString = """
    SELECT r.place, r.stream, r.type, r.state FROM nation.replica AS r JOIN nation.feeds AS f ON f.place = r.place
    WHERE f.status <> 'left' AND r.type LIKE 'document.recorded.%' ORDER BY r.place, r.position"""


class PaperFinding(StrEnum):
    """How a province's record of a paper of the nation stands to the nation's own list."""

    SAME = "same"
    ALTERED = "altered"
    """The same number, and other bytes."""
    UNLISTED = "unlisted"
    """Under the nation's name, and not on its list."""
    UNUSED = "unused"
    """On the list, and recorded in no province."""


@dataclass(frozen=True, slots=True)
class ComparedPaper:
    """A paper of the nation, in a province; `province` is empty where none has recorded it."""

    finding: PaperFinding
    province: str
    paper: UUID
    issuer: str
    number: str
    sha256: str
    ours: str | None


async def recorded_in_provinces(conn: Connection) -> list[tuple[str, UUID, DocumentRecorded]]:
    """Every paper that a province recorded, as the replica has it; what cannot be read here is left out."""
    async with conn.cursor(row_factory=tuple_row) as cursor:
        rows = await (await cursor.execute(_RECORDED)).fetchall()
    found = []
    for place, stream, event_type, state in rows:
        try:
            event = decode(event_type, bytes(state)).event
        except (UnknownTypeError, ValueError):
            continue
        if isinstance(event, DocumentRecorded):
            found.append((place, stream, event))
    return found


def compared(ours: Mapping[UUID, Paper], theirs: Iterable[tuple[str, UUID, DocumentRecorded]]) -> list[ComparedPaper]:
    """Provinces' records of papers under a name by which the nation issues, the ones that differ first."""
    listed = {stream: paper.recorded for stream, paper in ours.items() if paper.recorded and not paper.withdrawn}
    issuers = {folded(event.issuer) for event in listed.values()}
    found, used = [], set[UUID]()
    for place, stream, event in theirs:
        if folded(event.issuer) not in issuers:
            continue
        used.add(stream)
        own = listed.get(stream)
        finding = (
            PaperFinding.UNLISTED
            if own is None
            else PaperFinding.SAME
            if own.sha256 == event.sha256
            else PaperFinding.ALTERED
        )
        digest = own.sha256 if own is not None else None
        found.append(ComparedPaper(finding, place, stream, event.issuer, event.number, event.sha256, digest))
    found += [
        ComparedPaper(PaperFinding.UNUSED, "", stream, event.issuer, event.number, event.sha256, event.sha256)
        for stream, event in listed.items()
        if stream not in used
    ]
    order = (PaperFinding.ALTERED, PaperFinding.UNLISTED, PaperFinding.UNUSED, PaperFinding.SAME)
    return sorted(found, key=lambda one: (order.index(one.finding), one.province, one.issuer, one.number))
