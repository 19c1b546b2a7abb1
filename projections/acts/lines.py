"""The line of an act: who did what to which stream, on what grounds and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from events.envelope import Event
from events.posts import post_in
from events.words import Ground
from projections.history import Happening


class Line(NamedTuple):
    """An act; columns are explained in table.sql."""

    stream: UUID
    version: int
    position: int
    type: str
    decision: str | None
    fact: bool
    stream_kind: str
    unit: UUID | None
    label: str
    place: str
    officer: UUID
    actor_kind: str
    post: str
    post_en: str
    house: str | None
    level: str | None
    office_place: str
    recorded_at: datetime
    effective_on: date
    title: str | None
    grounds: list[str]
    rule: str | None
    clause: str | None
    pack: str | None
    opinions: list[int]
    evidence: list[int]
    consent_ref: int | None
    document_number: str | None
    zh: str
    en: str
    voided_by: int | None


def lines(happening: Happening) -> Iterator[Line]:
    """One line for every event, of units and beside them."""
    entry, kind, state = happening.entry, happening.kind, happening.after
    event, actor, authority = entry.event, entry.actor, entry.authority
    grounds, evidence = _grounds(event)
    zh, en = happening.sentences
    yield Line(
        stream=entry.stream, version=entry.version, position=happening.position,
        type=event.about.type, decision=event.about.decision, fact=event.about.fact,
        stream_kind=kind.name, unit=kind.unit(state), label=kind.label(state, "zh"),
        place=kind.place(state) or actor.place,
        officer=actor.id, actor_kind=actor.kind.value, post=actor.post, post_en=post_in(actor, "en"),
        house=actor.house.value if actor.house else None, level=actor.level.value if actor.level else None,
        office_place=actor.place, recorded_at=entry.recorded_at, effective_on=entry.effective_on,
        title=getattr(event, "title", None), grounds=grounds,
        rule=authority.rule if authority else None, clause=authority.clause if authority else None,
        pack=authority.pack if authority else None,
        opinions=list(getattr(event, "opinions", None) or ()), evidence=evidence,
        consent_ref=getattr(event, "consent_ref", None), document_number=getattr(event, "document_number", None),
        zh=zh, en=en, voided_by=None,
    )  # fmt: skip


def _grounds(event: Event) -> tuple[list[str], list[int]]:
    ground = getattr(event, "ground", None)
    if isinstance(ground, Ground):
        return [ground.value], []
    given = getattr(event, "grounds", None) or ()
    evidence = {version for one in given for version in one.evidence}
    return [one.ground.value for one in given], sorted(evidence)
