"""Chapter 公示: publicity and objections (policy 五(一))."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Day, Line, Money, ObjectionRef, Prose, Severity, TitleRef
from events.sealed import Sealed
from events.words import Category, PublicityOutcome


class UnitPublicityStarted(Event):
    """The office that reviewed the case makes it public for objections (A-13: five working days or more)."""

    about = About(
        "unit.publicity-started.v1", "公示", "Publicity started", "publicity",
        "{title}公示，{from_}至{until}，{channel}", "Publicity for {title} from {from_} until {until}, {channel}",
        decision="start-publicity",
    )  # fmt: skip
    title: TitleRef | None = None
    from_: Day = Field(alias="from")
    until: Day
    channel: Line
    list: Line | None = None


class UnitObjectionRaised(Event):
    """Anyone objects during publicity; who it was stays sealed. `same_as` names the earlier objection of which it is a
    copy, word for word: it shares what becomes of that one (T-26).
    """

    about = About(
        "unit.objection-raised.v1", "异议", "Objection raised", "publicity",
        "公示期间收到异议：{ground}", "Objection raised: {ground}",
        decision="raise-objection", fact=True,
    )  # fmt: skip
    title: TitleRef | None = None
    ground: Line
    text: Prose
    objector: Sealed | None = None
    same_as: ObjectionRef | None = derived()


class UnitObjectionAdmitted(Event):
    """The office admits an objection: it is looked into, and nothing is cleared before (T-26)."""

    about = About(
        "unit.objection-admitted.v1", "受理异议", "Objection admitted", "publicity",
        "受理异议（第{objection_ref}号记录）", "Objection of entry {objection_ref} admitted",
        decision="admit-objection",
    )  # fmt: skip
    objection_ref: ObjectionRef


class UnitObjectionJoined(Event):
    """The office joins an objection to an open one of the same matter: both are looked into at once (T-26)."""

    about = About(
        "unit.objection-joined.v1", "合并异议", "Objection joined", "publicity",
        "异议（第{objection_ref}号记录）并入第{to}号记录一并核查",
        "Objection of entry {objection_ref} joined to that of entry {to}",
        decision="join-objection",
    )  # fmt: skip
    objection_ref: ObjectionRef
    to: ObjectionRef


class UnitObjectionSetAside(Event):
    """The office sets aside, with a reason, an objection that states nothing to look into (T-26)."""

    about = About(
        "unit.objection-set-aside.v1", "不予受理异议", "Objection set aside", "publicity",
        "异议（第{objection_ref}号记录）不予受理：{reason}", "Objection of entry {objection_ref} set aside: {reason}",
        decision="set-aside-objection",
    )  # fmt: skip
    objection_ref: ObjectionRef
    reason: Prose


class UnitPublicityInterrupted(Event):
    """What was to be public could not be read on these days: the publicity is as many working days longer (T-26)."""

    about = About(
        "unit.publicity-interrupted.v1", "公示中断", "Publicity interrupted", "publicity",
        "{title}公示自{from_}至{until}中断（{reason}），顺延至{extended_to}",
        "Publicity for {title} interrupted from {from_} until {until} ({reason}), extended to {extended_to}",
        decision="record-interruption",
    )  # fmt: skip
    title: TitleRef | None = None
    from_: Day = Field(alias="from")
    until: Day
    reason: Prose
    extended_to: Day | None = derived()


class UnitObjectionResolved(Event):
    """The office investigated an objection: upheld or not; what it was upheld for is measured like any fact (T-10)."""

    about = About(
        "unit.objection-resolved.v1", "异议核查", "Objection resolved", "publicity",
        "异议（第{objection_ref}号记录）核查，是否成立：{upheld}，{findings}",
        "Objection of entry {objection_ref} investigated, upheld: {upheld}; {findings}",
        decision="resolve-objection",
    )  # fmt: skip
    objection_ref: ObjectionRef
    upheld: bool
    findings: Prose
    category: Category | None = None
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool = False
    title: TitleRef | None = derived()
    severity: Severity | None = derived()


class UnitPublicityCompleted(Event):
    """The publicity ended with its period over and no objection open. By the timekeeper or the office."""

    about = About(
        "unit.publicity-completed.v1", "公示结束", "Publicity completed", "publicity",
        "{title}公示结束：{outcome}", "Publicity for {title} completed: {outcome}",
        decision="complete-publicity",
    )  # fmt: skip
    title: TitleRef | None = None
    outcome: PublicityOutcome | None = derived()
