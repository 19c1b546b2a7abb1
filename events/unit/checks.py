"""Chapter 核查: checks, rectification, verification (policy 五(五)3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    CheckId,
    CheckIdRef,
    CheckRef,
    Count,
    Day,
    Documents,
    FindingRef,
    ForeignCrosscheckRef,
    JudgedItem,
    Line,
    Money,
    Prose,
    RectificationRef,
    Severity,
    SignalRef,
    TitleRef,
    Visitor,
)
from events.places import PlaceCode
from events.words import Category, CheckKind, CheckResult, Level, RectificationOutcome, VerificationResult


class UnitCheckOrdered(Event):
    """A check of the unit is ordered: drawn, census, targeted by signals, follow-up or cross (五(五)3)."""

    about = About(
        "unit.check-ordered.v1", "下达核查", "Check ordered", "checks",
        "下达{kind}（{check}），{due}前完成", "{kind} ordered ({check}), due {due}",
        decision="order-check",
    )  # fmt: skip
    kind: CheckKind
    plan: CheckRef | None = None
    signals: tuple[SignalRef, ...] = ()
    due: Day | None = None
    checkers: tuple[Visitor, ...] = ()
    reason: Prose | None = None
    check: CheckId | None = None
    level: Level | None = derived()


class UnitCheckConducted(Event):
    """Checkers carried out an ordered check and say what they found."""

    about = About(
        "unit.check-conducted.v1", "实施核查", "Check conducted", "checks",
        "{on}实施核查（{check}）：{result}，{findings}", "Check {check} conducted on {on}: {result}, {findings}",
        decision="conduct-check",
    )  # fmt: skip
    check: CheckIdRef
    on: Day
    result: CheckResult
    findings: Prose
    where: Line | None = None
    category: Category | None = None
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool = False
    documents: Documents = ()
    items: tuple[JudgedItem, ...] = ()
    severity: Severity | None = derived()


class UnitCrossInspected(Event):
    """Another province inspected the national model unit (交叉互检)."""

    about = About(
        "unit.cross-inspected.v1", "交叉互检", "Cross-inspected", "cross_inspection",
        "{inspecting_place}交叉互检：{result}，{findings}", "Cross-inspected by {inspecting_place}: {result}, {findings}",
        decision="cross-inspect",
    )  # fmt: skip
    assignment: ForeignCrosscheckRef
    inspecting_place: PlaceCode
    on: Day
    result: CheckResult
    findings: Prose
    category: Category | None = None
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool = False
    severity: Severity | None = derived()


class UnitRectificationOrdered(Event):
    """The ordering office demands rectification by a day (限期整改)."""

    about = About(
        "unit.rectification-ordered.v1", "责令整改", "Rectification ordered", "rectification",
        "责令{due}前整改：{items}", "Rectification ordered by {due}: {items}",
        decision="order-rectification",
    )  # fmt: skip
    items: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=50)]
    due: Day
    check: CheckIdRef | None = None
    signals: tuple[SignalRef, ...] = ()
    finding: FindingRef | None = None
    level: Level | None = derived()


class UnitRectificationReported(Event):
    """The unit reports its rectification."""

    about = About(
        "unit.rectification-reported.v1", "报告整改", "Rectification reported", "rectification",
        "报告整改情况：{text}", "Rectification reported: {text}",
        decision="report-rectification",
    )  # fmt: skip
    rectification_ref: RectificationRef
    text: Prose
    documents: Documents = ()


class UnitRectificationConcluded(Event):
    """The office accepts the rectification, or not; acceptance lifts the freeze of its signals."""

    about = About(
        "unit.rectification-concluded.v1", "整改验收", "Rectification concluded", "rectification",
        "整改验收：{outcome}，{findings}", "Rectification concluded: {outcome}, {findings}",
        decision="conclude-rectification",
    )  # fmt: skip
    rectification_ref: RectificationRef
    outcome: RectificationOutcome
    findings: Prose


class UnitVerified(Event):
    """A named unit's verification of a year of its term (定期核查, A-05); what it found is measured like any fact."""

    about = About(
        "unit.verified.v1", "定期核查", "Verified", "verification",
        "{title}定期核查（{period}）：{result}[，至{until}]", "Verification of {title} ({period}): {result}[ until {until}]",
        decision="verify",
    )  # fmt: skip
    title: TitleRef | None = None
    period: Line
    result: VerificationResult
    until: Day | None = None
    findings: Prose | None = None
    category: Category | None = None
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool = False
    severity: Severity | None = derived()
