"""A passage of a telling: the houses of a conference speak on a case in one session, whose minutes are a paper."""

from __future__ import annotations

from uuid import UUID

from deploy.demo.people import desk, named
from deploy.demo.scans import recorded
from deploy.demo.script import Telling
from deploy.demo.tripartite import conference_name
from events.fields import Visitor
from events.governance.document import DocumentConfirmed
from events.governance.session import (
    SessionAgendaSet,
    SessionCase,
    SessionConvened,
    SessionHeld,
    SessionOpinionsGiven,
    SessionVote,
)
from events.places import at_level
from events.words import BodyKind, DocumentKind, House, Level, Opinion
from services.casework.body.state import body_stream
from services.casework.document.state import document_stream


def conference(place: str) -> UUID:
    """The stream of the tripartite conference of a place."""
    return body_stream(place, BodyKind.TRIPARTITE, conference_name(place))


def speak_in_session(t: Telling, title: str, level: Level, *, too_early: str) -> None:
    """The office calls the houses together, takes a case off that is not ready (`too_early`), and records what was
    said.
    """
    place = at_level(t.unit.place, level) or t.unit.place
    office, session = desk(level, place), named(f"session-{t.unit.code}-{t.day}")
    case, other = (SessionCase(unit=t.unit.id, title=one) for one in (title, too_early))
    on = t.later(5)
    convened = SessionConvened(body=conference(place), name=f"{on.year}年评审会（示例）", on=on, agenda=(case, other))
    t.act(office, convened, stream=session)
    t.wait(1)
    t.act(office, SessionAgendaSet(agenda=(case,)), stream=session)
    t.until(on)
    members = [(house, desk(level, place, house)) for house in House]
    for _, member in members:
        vote = SessionVote(unit=t.unit.id, title=title, opinion=Opinion.SUPPORT)
        t.act(member, SessionOpinionsGiven(votes=(vote,)), stream=session)
    issuer, number = conference_name(place), f"评审会纪要示例〔{on.year}〕{int(session.hex[:5], 16)}号"
    paper = document_stream(issuer, number)
    t.act(office, recorded(DocumentKind.MINUTES, issuer, number, t.day, "评审会纪要（示例）"), stream=paper)
    t.act(desk(level, place, House.UNION), DocumentConfirmed(), stream=paper)
    present = tuple(Visitor(officer=member, house=house) for house, member in members)
    t.act(office, SessionHeld(present=present, minutes=paper), stream=session)
