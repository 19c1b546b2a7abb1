"""Honours: commendation of collectives and persons, and notices of praise (policy 五(六)1)."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import AwardRef, Day, DocumentRef, Documents, HonourObjectionRef, Line, Prose, RoundRef, UnitRef
from events.places import PlaceCode
from events.sealed import Sealed
from events.words import Recipient, Recommendation


class HonourProposed(Event):
    """Somebody is proposed for an honour: a unit of the register, a body or organisation by name, or a person, sealed."""

    about = About(
        "honour.proposed.v1", "推荐表彰对象", "Proposed for an honour", "commendation",
        "{place}推荐{recipient}获“{award}”[：{unit}][：{name}][，轮次{round}]",
        "{recipient} of {place} proposed for {award}[: {unit}][: {name}][, round {round}]",
        decision="propose",
    )  # fmt: skip
    award: AwardRef
    recipient: Recipient
    place: PlaceCode
    round: RoundRef | None = None
    unit: UnitRef | None = None
    name: Line | None = None
    person: Sealed | None = None
    front_line: bool = False
    merits: Prose
    documents: Documents = ()


class HonourPublicised(Event):
    """A publicity of the candidate, for objections; which one follows from the award's steps."""

    about = About(
        "honour.publicised.v1", "公示表彰对象", "Candidate publicised", "commendation",
        "{step}，{from_}至{until}，{channel}", "{step}, from {from_} until {until}, {channel}",
        decision="publicise",
    )  # fmt: skip
    from_: Day = Field(alias="from")
    until: Day
    channel: Line
    paper: DocumentRef | None = None
    step: Line | None = derived()


class HonourReviewed(Event):
    """A review of the candidate; which one follows from the award's steps."""

    about = About(
        "honour.reviewed.v1", "审核表彰对象", "Candidate reviewed", "commendation",
        "{step}：{outcome}，{reason}", "{step}: {outcome}; {reason}",
        decision="review",
    )  # fmt: skip
    outcome: Recommendation
    reason: Prose
    paper: DocumentRef | None = None
    step: Line | None = derived()


class HonourObjectionRaised(Event):
    """Anyone objects while the candidate is public; who it was stays sealed."""

    about = About(
        "honour.objection-raised.v1", "异议", "Objection raised", "commendation",
        "公示期间收到异议：{ground}", "Objection raised: {ground}",
        decision="raise-objection", fact=True,
    )  # fmt: skip
    ground: Line
    text: Prose
    objector: Sealed | None = None


class HonourObjectionSetAside(Event):
    """The office sets aside, with a reason, an objection that states nothing to look into (T-26)."""

    about = About(
        "honour.objection-set-aside.v1", "不予受理异议", "Objection set aside", "commendation",
        "异议（第{objection}号记录）不予受理：{reason}", "Objection of entry {objection} set aside: {reason}",
        decision="set-aside-objection",
    )  # fmt: skip
    objection: HonourObjectionRef
    reason: Prose


class HonourObjectionResolved(Event):
    """The office looked into an objection: upheld or not."""

    about = About(
        "honour.objection-resolved.v1", "异议核查", "Objection resolved", "commendation",
        "异议（第{objection}号记录）核查，是否成立：{upheld}，{findings}",
        "Objection of entry {objection} investigated, upheld: {upheld}; {findings}",
        decision="resolve-objection",
    )  # fmt: skip
    objection: HonourObjectionRef
    upheld: bool
    findings: Prose


class HonourAwarded(Event):
    """The honour is given, after every step that the award has."""

    about = About(
        "honour.awarded.v1", "授予荣誉", "Honour awarded", "commendation",
        "授予“{award}”，文号{document_number}", "{award} awarded, document {document_number}",
        decision="award",
    )  # fmt: skip
    document_number: Line
    paper: DocumentRef | None = None
    award: AwardRef | None = derived()


class HonourDeclined(Event):
    """The candidate gets the honour no more: reviewed against, an objection upheld, or withdrawn."""

    about = About(
        "honour.declined.v1", "不予表彰", "Honour declined", "commendation",
        "不予表彰：{reason}", "Honour declined: {reason}",
        decision="decline",
    )  # fmt: skip
    reason: Prose
