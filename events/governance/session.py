"""Review sessions: the houses of a body meet over many cases and give their opinions there (policy 五(五)2)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import BodyRef, Day, DocumentRef, Line, Part, Prose, TitleRef, UnitRef, Visitor
from events.places import PlaceCode
from events.words import House, Opinion, SessionMatter

MOST_CASES = 200
"""Cases of one session: as many as one command stores beside one another without keeping others waiting."""


class SessionCase(Part):
    """A case on the agenda: the unit, the title, and what about it."""

    unit: UnitRef
    title: TitleRef
    matter: SessionMatter = SessionMatter.APPLICATION


class SessionVote(SessionCase):
    """What a house says on a case of the agenda."""

    opinion: Opinion
    reason: Prose | None = None


Agenda = Annotated[tuple[SessionCase, ...], Field(min_length=1, max_length=MOST_CASES)]


class SessionConvened(Event):
    """The office of a body calls its houses together, with the cases on the agenda."""

    about = About(
        "session.convened.v1", "召集评审会", "Session convened", "session",
        "召集评审会“{name}”，{on}召开，议题{agenda#}项", "Session {name} convened for {on}, {agenda#} cases on the agenda",
        decision="convene",
    )  # fmt: skip
    body: BodyRef
    name: Line
    on: Day
    agenda: Agenda
    place: PlaceCode | None = derived()


class SessionAgendaSet(Event):
    """The agenda becomes another one, before any house has spoken."""

    about = About(
        "session.agenda-set.v1", "调整议题", "Agenda set", "session",
        "调整议题为{agenda#}项", "Agenda set: {agenda#} cases",
        decision="set-agenda",
    )  # fmt: skip
    agenda: Agenda


class SessionOpinionsGiven(Event):
    """A member gives the house's opinions on cases of the agenda; each stands in its unit's stream too, all or none."""

    about = About(
        "session.opinions-given.v1", "会上发表意见", "Opinions given", "session",
        "{house}就{votes#}项议题发表意见", "{house}: opinions on {votes#} cases",
        decision="give-opinions",
    )  # fmt: skip
    votes: Annotated[tuple[SessionVote, ...], Field(min_length=1, max_length=MOST_CASES)]
    house: House | None = derived()


class SessionHeld(Event):
    """The session was held: who was present for which house, and the minutes as a paper."""

    about = About(
        "session.held.v1", "形成评审会纪要", "Session held", "session",
        "评审会已召开，出席{present#}人[：{summary}]", "Session held, {present#} members present[: {summary}]",
        decision="record-minutes",
    )  # fmt: skip
    present: Annotated[tuple[Visitor, ...], Field(min_length=1, max_length=50)]
    minutes: DocumentRef
    summary: Prose | None = None


class SessionCancelled(Event):
    """The session does not take place."""

    about = About(
        "session.cancelled.v1", "取消评审会", "Session cancelled", "session",
        "取消评审会：{reason}", "Session cancelled: {reason}",
        decision="cancel",
    )  # fmt: skip
    reason: Prose
