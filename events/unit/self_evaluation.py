"""Chapter 自评: self-evaluation, adoption by the congress, seals (policy 四, 五(五)1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    BodyRef,
    Count,
    Day,
    Document,
    Documents,
    IndicatorRef,
    Line,
    Money,
    Part,
    Percent,
    ReportDigest,
    Score,
    StandardRef,
    StandardSetRef,
)
from events.sealed import Sealed
from events.words import Conductor, Sealer


class StandardScore(Part):
    """How the unit scores itself on one standard, with its evidence."""

    standard: StandardRef
    score: Score
    evidence: Documents = ()


class Survey(Part):
    """The anonymous workers' survey (四(一)9): people asked and answering, percent satisfied an indicator."""

    entitled: Count
    answered: Count
    scores: Annotated[dict[IndicatorRef, Percent], Field(min_length=1, max_length=50)]


class TrainingFunds(Part):
    """Training funds of the year, in fen: in all, and for front-line workers (四(一)5)."""

    total: Money
    front_line: Money


class UnitSelfEvaluated(Event):
    """The unit, or a park's tripartite body, evaluated itself against a standard set."""

    about = About(
        "unit.self-evaluated.v1", "自我评价", "Self-evaluated", "self_evaluation",
        "由{conducted_by}对照{standard_set}完成自我评价[，自评{score}分]",
        "Self-evaluated by {conducted_by} against {standard_set}[, {score} points]",
        decision="self-evaluate",
    )  # fmt: skip
    standard_set: StandardSetRef
    conducted_by: Conductor
    items: Annotated[tuple[StandardScore, ...], Field(min_length=1, max_length=100)]
    survey: Survey | None = None
    training_funds: TrainingFunds | None = None
    report: Document
    drawn_up_on: Day | None = None
    score: Score | None = derived()


class UnitReportAdopted(Event):
    """The workers' (representative) congress adopted the report (五(五)1)."""

    about = About(
        "unit.report-adopted.v1", "职代会审议通过", "Report adopted", "report",
        "{on}职工（代表）大会审议通过自评报告：应到{entitled}人，实到{present}人，同意{in_favour}人，反对{against}人",
        "Workers' congress of {on} adopted the report: {entitled} entitled, {present} present, "
        "{in_favour} for, {against} against",
        decision="adopt-report",
    )  # fmt: skip
    report_digest: ReportDigest
    on: Day
    entitled: Count
    present: Count
    in_favour: Count
    against: Count
    minutes: Document | None = None


class UnitReportSealed(Event):
    """Enterprise and union, or the tripartite body, signed and sealed the report (五(五)1)."""

    about = About(
        "unit.report-sealed.v1", "签署盖章", "Report sealed", "report",
        "{sealed_by}在自评报告上签署盖章", "Report signed and sealed by the {sealed_by}",
        decision="seal-report",
    )  # fmt: skip
    report_digest: ReportDigest
    sealed_by: Sealer
    seal: Line
    body: BodyRef | None = None
    signer: Sealed | None = None
