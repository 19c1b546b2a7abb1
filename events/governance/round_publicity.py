"""A round's list in public before it is published: what is objected to it, and how that is answered (T-26)."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, KnownUnitRef, Line, Prose, RoundObjectionRef
from events.sealed import Sealed


class RoundListPublicised(Event):
    """The list of a round is made public for objections, before it is published."""

    about = About(
        "round.list-publicised.v1", "公示名单", "List publicised", "publicity",
        "公示名单，{units#}户，{from_}至{until}，{channel}",
        "List of {units#} units in public from {from_} until {until}, {channel}",
        decision="publicise-list",
    )  # fmt: skip
    units: tuple[KnownUnitRef, ...]
    from_: Day = Field(alias="from")
    until: Day
    channel: Line


class RoundObjectionRaised(Event):
    """Anyone objects to the list while it is public, or to a unit on it; who it was stays sealed.

    A copy of an earlier objection, word for word, is the `same_as` that one, whose answer is its own too.
    """

    about = About(
        "round.objection-raised.v1", "异议", "Objection raised", "publicity",
        "公示期间收到异议[（{unit}）]：{ground}", "Objection raised[ about {unit}]: {ground}",
        decision="raise-objection", fact=True,
    )  # fmt: skip
    ground: Line
    text: Prose
    unit: KnownUnitRef | None = None
    objector: Sealed | None = None
    same_as: RoundObjectionRef | None = derived()


class RoundObjectionAdmitted(Event):
    """The office admits an objection: it is looked into."""

    about = About(
        "round.objection-admitted.v1", "受理异议", "Objection admitted", "publicity",
        "受理异议（第{objection}号记录）", "Objection of entry {objection} admitted",
        decision="admit-objection",
    )  # fmt: skip
    objection: RoundObjectionRef


class RoundObjectionJoined(Event):
    """An objection of the same matter as another is joined to it, and answered with it."""

    about = About(
        "round.objection-joined.v1", "合并异议", "Objection joined", "publicity",
        "异议（第{objection}号记录）并入第{to}号记录", "Objection of entry {objection} joined to that of entry {to}",
        decision="join-objection",
    )  # fmt: skip
    objection: RoundObjectionRef
    to: RoundObjectionRef


class RoundObjectionSetAside(Event):
    """The office sets aside, with a reason, an objection that states nothing to look into."""

    about = About(
        "round.objection-set-aside.v1", "不予受理异议", "Objection set aside", "publicity",
        "异议（第{objection}号记录）不予受理：{reason}", "Objection of entry {objection} set aside: {reason}",
        decision="set-aside-objection",
    )  # fmt: skip
    objection: RoundObjectionRef
    reason: Prose


class RoundObjectionResolved(Event):
    """The office looked into an objection: upheld or not."""

    about = About(
        "round.objection-resolved.v1", "异议核查", "Objection resolved", "publicity",
        "异议（第{objection}号记录）核查，是否成立：{upheld}，{findings}",
        "Objection of entry {objection} investigated, upheld: {upheld}; {findings}",
        decision="resolve-objection",
    )  # fmt: skip
    objection: RoundObjectionRef
    upheld: bool
    findings: Prose
