"""The nation's file of a unit of a province: what it decided, and what of it is on its way (五(五)3, 五(六)1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry, Event
from events.governance.national import NationalDecided
from services.casework.stream import State

_FILES = uuid5(NAMESPACE_URL, "concord:national")


def file_stream(place: str, unit: UUID) -> UUID:
    """The nation's file of a unit of a province."""
    return uuid5(_FILES, f"{place}:{unit}")


@dataclass(frozen=True, slots=True)
class NationalFile(State):
    """What the nation decided on a unit, in its order."""

    province: str = ""
    unit: UUID | None = None
    decided: tuple[NationalDecided, ...] = ()


def decided(file: NationalFile, entry: Entry[NationalDecided]) -> NationalFile:
    """The file with one decision more."""
    event = entry.event
    return replace(file, province=event.province, unit=event.unit, decided=(*file.decided, event))


def on_their_way(
    sent: Iterable[tuple[UUID, Entry[Event]]], recorded: Iterable[Entry[Event]], declined: frozenset[UUID]
) -> list[NationalDecided]:
    """What was decided, and neither recorded nor declined yet as far as the replica tells.

    `sent` pairs the entries of the file with the streams in which the province would decline them.
    """
    causes = {entry.causation_id for entry in recorded if entry.causation_id is not None}
    return [
        entry.event
        for stream, entry in sent
        if isinstance(entry.event, NationalDecided) and entry.command_id not in causes and stream not in declined
    ]
