"""Chapter 信号: what source systems report of a unit, and what it turned out to be (policy 五(五)3)."""

from __future__ import annotations

from events.envelope import About, Event, derived
from events.fields import (
    Count,
    Day,
    Digest,
    Documents,
    KnownSourceUri,
    Line,
    Money,
    Number,
    ParkedSignalRef,
    Prose,
    Severity,
    SignalId,
    SignalRef,
)
from events.words import Category, Ground, SignalOutcome


class UnitSignalRecorded(Event):
    """A source system or an inspector reports a violation, case, petition, incident or accident."""

    about = About(
        "unit.signal-recorded.v1", "收到信号", "Signal recorded", "signals",
        "收到{category}信号（{source}），{severity}级[，涉及{people}人][，金额{amount_fen}][：{summary}]",
        "{category} signal from {source}, severity {severity}[, {people} people][, {amount_fen}][: {summary}]",
        decision="record-signal", fact=True,
    )  # fmt: skip
    source: KnownSourceUri
    external_id: Number
    category: Category
    severity: Severity
    occurred_on: Day
    reported_on: Day
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool = False
    case_number: Line | None = None
    status: Line | None = None
    summary: Prose | None = None
    documents: Documents = ()
    parked: ParkedSignalRef | None = derived()
    signal: SignalId | None = derived()
    stated_severity: Severity | None = derived()
    digest: Digest | None = derived()


class UnitSignalAmended(Event):
    """The same source corrects its signal; only the given fields change (I-17)."""

    about = About(
        "unit.signal-amended.v1", "信号更正", "Signal amended", "signals",
        "来源更正信号{signal}：{reason}[，改为{severity}级][，涉及{people}人]",
        "Signal {signal} amended by its source: {reason}[, severity {severity}][, {people} people]",
        decision="amend-signal", fact=True,
    )  # fmt: skip
    signal: SignalRef
    category: Category | None = None
    severity: Severity | None = None
    occurred_on: Day | None = None
    people: Count | None = None
    amount_fen: Money | None = None
    months: Count | None = None
    penalised: bool | None = None
    case_number: Line | None = None
    status: Line | None = None
    summary: Prose | None = None
    reason: Prose
    digest: Digest | None = derived()


class UnitSignalWithdrawn(Event):
    """The same source withdraws its signal (I-17); it stays visible, struck through."""

    about = About(
        "unit.signal-withdrawn.v1", "信号撤回", "Signal withdrawn", "signals",
        "来源撤回信号{signal}：{reason}", "Signal {signal} withdrawn by its source: {reason}",
        decision="withdraw-signal", fact=True,
    )  # fmt: skip
    signal: SignalRef
    reason: Prose
    digest: Digest | None = derived()


class UnitSignalAssessed(Event):
    """The prefecture or province establishes what the signal is (核实认定); serious needs a major test (A-06)."""

    about = About(
        "unit.signal-assessed.v1", "信号核实", "Signal assessed", "assessment",
        "信号{signal}核实认定：{outcome}[，{ground}]，{findings}", "Signal {signal} assessed: {outcome}[, {ground}], {findings}",
        decision="assess-signal",
    )  # fmt: skip
    signal: SignalRef
    outcome: SignalOutcome
    ground: Ground | None = None
    findings: Prose
