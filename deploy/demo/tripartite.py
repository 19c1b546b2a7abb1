"""Tripartite bodies: those of the province and its prefectures, and those of parks and townships, of four houses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from deploy.demo.people import ASSESSOR, desk
from deploy.demo.scans import recorded
from deploy.demo.script import Telling
from events.envelope import Event
from events.governance.body import BodyAssessorContracted, BodyEstablished, BodyMemberAppointed
from events.governance.document import DocumentConfirmed
from events.places import PLACES
from events.words import BodyKind, DocumentKind, House, Level, UnitKind
from services.casework.body.state import body_stream
from services.casework.document.state import document_stream

Step = tuple[UUID, UUID, Event]
"""Who does what to which stream."""

_ASSESSOR = "示例社会评估中心"

OWN_BODY = (UnitKind.PARK, UnitKind.TOWNSHIP)
"""The kinds of unit that have a tripartite body of their own (五(五)1)."""


def conference_name(place: str) -> str:
    """What the tripartite conference of a place is called."""
    return f"{PLACES[place].zh}协调劳动关系三方会议（示例）"


def established(name: str, place: str, office: UUID, levels: dict[House, Level], day: date) -> Iterator[Step]:
    """A tripartite body is set up, and each house sends its officer at that level."""
    stream = body_stream(place, BodyKind.TRIPARTITE, name)
    yield office, stream, BodyEstablished(kind=BodyKind.TRIPARTITE, name=name, place=place)
    yield from _members(stream, place, office, levels, day)


def assessor_engaged(office: UUID, place: str, begins: date, ends: date) -> Iterator[Step]:
    """The province registers an assessor and engages it for every kind of unit, by a contract that is confirmed."""
    issuer, number = f"{PLACES[place].zh}三方会议办公室（示例）", f"社会评估合同示例{begins.year}-1"
    paper, body = document_stream(issuer, number), assessor_of(place)
    yield office, paper, recorded(DocumentKind.CONTRACT, issuer, number, begins, "社会评估委托合同（示例）")
    yield desk(Level.PROVINCE, place, House.UNION), paper, DocumentConfirmed()
    yield office, body, BodyEstablished(kind=BodyKind.ASSESSOR, name=_ASSESSOR, place=place)
    yield (
        office,
        body,
        BodyAssessorContracted(paper=paper, kinds=tuple(UnitKind), assessors=(ASSESSOR,), from_=begins, until=ends),
    )


def assessor_of(place: str) -> UUID:
    """The stream of the registered assessor."""
    return body_stream(place, BodyKind.ASSESSOR, _ASSESSOR)


def own_body(t: Telling) -> UUID | None:
    """The tripartite body of a park or township, set up by the county where there was none; None for other kinds.

    The county's office sends a member, the prefecture's other houses one each.
    """
    unit = t.unit
    if unit.kind not in OWN_BODY:
        return None
    if t.body is None:
        name, office = f"{unit.name}三方机构", desk(Level.COUNTY, unit.place)
        t.body = body_stream(unit.place, BodyKind.TRIPARTITE, name)
        event = BodyEstablished(kind=BodyKind.TRIPARTITE, name=name, place=unit.place, unit=unit.id)
        t.act(office, event, stream=t.body)
        levels = {house: Level.PREFECTURE if house is not House.HR else Level.COUNTY for house in House}
        for who, stream, member in _members(t.body, unit.place, office, levels, t.day):
            t.act(who, member, stream=stream)
    return t.body


def _members(stream: UUID, place: str, office: UUID, levels: dict[House, Level], day: date) -> Iterator[Step]:
    for house, level in levels.items():
        yield office, stream, BodyMemberAppointed(officer=desk(level, place, house), house=house, from_=day)
