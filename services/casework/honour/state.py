"""An honour as it is sought for one recipient: its steps, the objections to it, and how it ends (五(六)1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from events.envelope import Entry
from events.governance.honour import (
    HonourAwarded,
    HonourDeclined,
    HonourObjectionRaised,
    HonourObjectionResolved,
    HonourObjectionSetAside,
    HonourProposed,
    HonourPublicised,
    HonourReviewed,
)
from events.words import Level, Recipient, Recommendation
from services.casework.objections import Objection, Objections, with_changes
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class Honour(State):
    """A candidate for an honour as of a version of its stream.

    `done` is how many of the award's steps are behind it, `public_until` the last day of the running publicity and
    `public_at` its level; `people` are those who proposed and reviewed, none of whom takes a later step (A-52);
    `reached` is the highest level that took a step of it, `papers` are those that steps of the nation rest on.
    """

    award: str = ""
    recipient: Recipient | None = None
    place: str = ""
    round: UUID | None = None
    unit: UUID | None = None
    name: str = ""
    since: date | None = None
    done: int = 0
    public_from: date | None = None
    public_until: date | None = None
    public_at: Level | None = None
    objections: Objections = field(default_factory=dict)
    people: tuple[UUID, ...] = ()
    reached: Level | None = None
    papers: frozenset[UUID] = frozenset()
    against: int | None = None
    awarded: int | None = None
    declined: int | None = None

    @property
    def over(self) -> bool:
        """Whether it was awarded or declined."""
        return self.awarded is not None or self.declined is not None

    @property
    def upheld(self) -> tuple[int, ...]:
        """The versions of objections that were upheld."""
        return tuple(one.version for one in self.objections.values() if one.upheld)


def proposed(honour: Honour, entry: Entry[HonourProposed]) -> Honour:
    """The candidate as proposed."""
    event = entry.event
    return replace(
        honour, award=event.award, recipient=event.recipient, place=event.place, round=event.round, unit=event.unit,
        name=event.name or "", since=entry.day, people=(entry.actor.id,),
    )  # fmt: skip


def publicised(honour: Honour, entry: Entry[HonourPublicised]) -> Honour:
    """One step further: public from that day until, and with, another."""
    event = entry.event
    honour = _taken(honour, entry)
    return replace(
        honour, done=honour.done + 1, public_from=event.from_, public_until=event.until, public_at=entry.actor.level
    )


def _taken(honour: Honour, entry: Entry[HonourPublicised] | Entry[HonourReviewed]) -> Honour:
    """The highest level that took a step, and the papers shown for one."""
    level, paper = entry.actor.level, entry.event.paper
    higher = level is not None and (honour.reached is None or level.rank > honour.reached.rank)
    papers = honour.papers | {paper} if paper is not None else honour.papers
    return replace(honour, reached=level if higher else honour.reached, papers=papers)


def reviewed(honour: Honour, entry: Entry[HonourReviewed]) -> Honour:
    """One step further, or reviewed against."""
    people = (*honour.people, entry.actor.id)
    honour = _taken(honour, entry)
    if entry.event.outcome is Recommendation.RECOMMEND:
        return replace(honour, done=honour.done + 1, people=people)
    return replace(honour, against=entry.version, people=people)


def objected(honour: Honour, entry: Entry[HonourObjectionRaised]) -> Honour:
    """With one objection more, for the level whose publicity it is."""
    raised = Objection(entry.version, entry.day, honour.public_at)
    return replace(honour, objections={**honour.objections, entry.version: raised})


def set_aside(honour: Honour, entry: Entry[HonourObjectionSetAside]) -> Honour:
    """With an objection that stated nothing."""
    return replace(honour, objections=with_changes(honour.objections, entry.event.objection, answered=True))


def resolved(honour: Honour, entry: Entry[HonourObjectionResolved]) -> Honour:
    """With an objection that was looked into."""
    event = entry.event
    answered = with_changes(honour.objections, event.objection, answered=True, upheld=event.upheld)
    return replace(honour, objections=answered)


def awarded(honour: Honour, entry: Entry[HonourAwarded]) -> Honour:
    """The honour that was given."""
    return replace(honour, awarded=entry.version)


def declined(honour: Honour, entry: Entry[HonourDeclined]) -> Honour:
    """The honour that was not."""
    return replace(honour, declined=entry.version)
