"""Bodies: tripartite bodies, leading groups, their offices and assessors, and who sits in them (policy 五(一))."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, DocumentRef, Line, MembershipRef, OfficerRef, Prose, UnitRef
from events.places import PlaceCode
from events.words import BodyKind, House


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


class BodyDissolved(Event):
    """The body no longer exists."""

    about = About(
        "body.dissolved.v1", "撤销机构", "Body dissolved", "body",
        "机构撤销，{on}：{reason}", "Body dissolved on {on}: {reason}",
        decision="dissolve",
    )  # fmt: skip
    reason: Prose
    on: Day
