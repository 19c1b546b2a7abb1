"""The dossier's line of an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.registry import CHAPTER_OF
from projections.dossier.masked import masked
from projections.history import Happening


class Line(NamedTuple):
    """What happened, who did it, by what right; columns are explained in table.sql."""

    unit: UUID
    version: int
    position: int
    type: str
    chapter: str
    recorded_at: datetime
    effective_on: date
    actor: UUID
    actor_kind: str
    post: str
    house: str | None
    level: str | None
    place: str
    rule: str | None
    clause: str | None
    pack: str | None
    zh: str
    en: str
    event: Mapping[str, Any]
    voided_by: int | None
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None


def lines(happening: Happening) -> Iterator[Line]:
    """One line for every event of a unit."""
    entry = happening.entry
    actor, authority = entry.actor, entry.authority
    zh, en = happening.sentences
    yield Line(
        unit=entry.stream, version=entry.version, position=happening.position,
        type=entry.event.about.type, chapter=CHAPTER_OF[type(entry.event)].value,
        recorded_at=entry.recorded_at, effective_on=entry.effective_on,
        actor=actor.id, actor_kind=actor.kind.value, post=actor.post,
        house=actor.house.value if actor.house else None, level=actor.level.value if actor.level else None,
        place=actor.place,
        rule=authority.rule if authority else None, clause=authority.clause if authority else None,
        pack=authority.pack if authority else None,
        zh=zh, en=en, event=masked(entry.event), voided_by=None,
        command_id=entry.command_id, correlation_id=entry.correlation_id, causation_id=entry.causation_id,
    )  # fmt: skip
