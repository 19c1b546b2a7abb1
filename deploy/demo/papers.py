"""Passages of a telling: the nation's papers, recorded by one officer of the province and confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from deploy.demo.people import desk
from deploy.demo.scans import recorded
from deploy.demo.script import Telling
from events.governance.document import DocumentConfirmed
from events.words import DocumentKind, House, Level
from services.casework.document.state import document_stream

ISSUER = "国家协调劳动关系三方会议（示例）"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the nation in the register: its number and its stream."""

    number: str
    stream: UUID


def national_paper(t: Telling, kind: DocumentKind) -> Paper:
    """A paper of the nation about the unit: recorded by the province's union, confirmed by its federation.

    Neither of the two nominates, asks for consent, names or revokes.
    """
    t.papers += 1
    number = f"国家三方示例〔{t.day.year}〕{int(t.unit.id.hex[:5], 16)}号之{t.papers}"
    paper = Paper(number, document_stream(ISSUER, number))
    event = recorded(kind, ISSUER, number, t.day, f"{kind.zh}（示例）")
    t.act(desk(Level.PROVINCE, t.unit.place, House.UNION), event, stream=paper.stream)
    t.act(
        desk(Level.PROVINCE, t.unit.place, House.FEDERATION),
        DocumentConfirmed(units=(t.unit.id,)),
        stream=paper.stream,
    )
    return paper
