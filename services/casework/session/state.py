"""A review session: its body, agenda, the houses that spoke, and its minutes (policy 五(五)2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from events.envelope import Entry
from events.governance.session import (
    SessionAgendaSet,
    SessionCancelled,
    SessionCase,
    SessionConvened,
    SessionHeld,
    SessionOpinionsGiven,
)
from events.words import House, SessionMatter
from services.casework.stream import State

Case = tuple[UUID, str, SessionMatter]


@dataclass(frozen=True, slots=True)
class Session(State):
    """A session as of a version of its stream; `held` is the entry of its minutes, `present` who was there."""

    body: UUID | None = None
    name: str = ""
    place: str = ""
    on: date | None = None
    agenda: tuple[Case, ...] = ()
    spoke: frozenset[House] = frozenset()
    present: frozenset[House] = frozenset()
    held: int | None = None
    minutes: UUID | None = None
    cancelled: bool = False


def case_of(one: SessionCase) -> Case:
    """What a case is told by: unit, title and matter."""
    return one.unit, one.title, one.matter


def convened(session: Session, entry: Entry[SessionConvened]) -> Session:
    """The session as it was called."""
    event = entry.event
    return replace(
        session, body=event.body, name=event.name, place=event.place or "", on=event.on,
        agenda=tuple(case_of(one) for one in event.agenda),
    )  # fmt: skip


def agenda_set(session: Session, entry: Entry[SessionAgendaSet]) -> Session:
    """The session with another agenda."""
    return replace(session, agenda=tuple(case_of(one) for one in entry.event.agenda))


def opinions_given(session: Session, entry: Entry[SessionOpinionsGiven]) -> Session:
    """The session at which another house has spoken."""
    house = entry.event.house
    return replace(session, spoke=session.spoke | {house}) if house is not None else session


def held(session: Session, entry: Entry[SessionHeld]) -> Session:
    """The session whose minutes are in."""
    present = frozenset(one.house for one in entry.event.present)
    return replace(session, held=entry.version, present=present, minutes=entry.event.minutes)


def cancelled(session: Session, entry: Entry[SessionCancelled]) -> Session:
    """The session that does not take place."""
    return replace(session, cancelled=True)
