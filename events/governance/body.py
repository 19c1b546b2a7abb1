"""Bodies: tripartite bodies, leading groups, their offices and assessors, and who sits in them (policy 五(一))."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Day, DocumentRef, Line, MembershipRef, OfficerRef, Part, Prose, UnitRef
from events.places import PlaceCode
from events.words import BodyKind, House, Seat, UnitKind


class BodyEstablished(Event):
    """A body is set up in a place; `unit` where it is the tripartite body of a park or township."""

    about = About(
        "body.established.v1", "成立机构", "Body established", "body",
        "{place}成立{kind}：{name}", "{kind} established in {place}: {name}",
        decision="establish",
    )  # fmt: skip
    kind: BodyKind
    name: Line
    place: PlaceCode
    unit: UnitRef | None = None
    paper: DocumentRef | None = None


class BodyMemberAppointed(Event):
    """An officer becomes a member of the body for one of the four houses."""

    about = About(
        "body.member-appointed.v1", "任命成员", "Member appointed", "body",
        "任命{house}成员（{officer}），自{from_}起[至{until}]", "Member for the {house} ({officer}) appointed from {from_}[ until {until}]",
        decision="appoint-member",
    )  # fmt: skip
    officer: OfficerRef
    house: House
    from_: Day = Field(alias="from")
    until: Day | None = None
    seat: Seat | None = None


class BodyMemberReleased(Event):
    """A member leaves the body."""

    about = About(
        "body.member-released.v1", "免去成员", "Member released", "body",
        "免去第{member}号记录任命的成员，{on}[：{reason}]", "Member appointed by entry {member} released on {on}[: {reason}]",
        decision="release-member",
    )  # fmt: skip
    member: MembershipRef
    on: Day
    reason: Prose | None = None


class MeetingDecision(Part):
    """What a meeting decided, with the votes of those present."""

    subject: Line
    text: Prose
    in_favour: Count
    against: Count
    abstained: Count

    def caption(self, language: str) -> str:  # noqa: ARG002 (a subject has one language)
        """Its subject."""
        return self.subject


class BodyMeetingHeld(Event):
    """The body met: who was present, on what, and what it decided; the minutes are a registered paper.

    `members` are those who served on that day; `quorum` says whether enough of them were present to decide anything.
    """

    about = About(
        "body.meeting-held.v1", "召开会议", "Meeting held", "body",
        "{on}召开会议：{agenda}，到会{present#}人[，成员{members}人]，决定{decisions#}项",
        "Met on {on}: {agenda}, {present#}[ of {members}] present, {decisions#} decisions",
        decision="record-meeting",
    )  # fmt: skip
    on: Day
    agenda: Prose
    present: Annotated[tuple[OfficerRef, ...], Field(max_length=500)]
    minutes: DocumentRef
    decisions: Annotated[tuple[MeetingDecision, ...], Field(max_length=100)] = ()
    members: Count | None = derived()
    quorum: bool | None = derived()


class BodyAssessorContracted(Event):
    """An assessor is engaged by contract: for which kinds of unit, until when, and who assesses for it (五(五)2)."""

    about = About(
        "body.assessor-contracted.v1", "委托评估", "Assessor contracted", "third_party",
        "委托该机构评估，自{from_}至{until}，评估人员{assessors#}人",
        "Engaged to assess from {from_} until {until}, by {assessors#} assessors",
        decision="contract-assessor",
    )  # fmt: skip
    paper: DocumentRef
    kinds: Annotated[tuple[UnitKind, ...], Field(min_length=1, max_length=20)]
    assessors: Annotated[tuple[OfficerRef, ...], Field(min_length=1, max_length=50)]
    from_: Day = Field(alias="from")
    until: Day


class BodyDissolved(Event):
    """The body no longer exists."""

    about = About(
        "body.dissolved.v1", "撤销机构", "Body dissolved", "body",
        "机构撤销，{on}：{reason}", "Body dissolved on {on}: {reason}",
        decision="dissolve",
    )  # fmt: skip
    reason: Prose
    on: Day
