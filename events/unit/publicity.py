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
    """Anyone objects during publicity; who it was stays sealed."""

    about = About(
        "unit.objection-raised.v1", "异议", "Objection raised", "publicity",
        "公示期间收到异议：{ground}", "Objection raised: {ground}",
        decision="raise-objection", fact=True,
    )  # fmt: skip
    title: TitleRef | None = None
    ground: Line
    text: Prose
    objector: Sealed | None = None


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
