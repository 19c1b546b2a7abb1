"""Chapter 自评: self-evaluation, adoption by the congress, seals (policy 四, 五(五)1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    BodyRef,
    Count,
    Day,
    Digest,
    Document,
    Documents,
    FigureRef,
    IndicatorRef,
    ItemRef,
    Line,
    Money,
    Part,
    Percent,
    ReportDigest,
    Score,
    StandardRef,
    StandardSetRef,
    SurveyCountRef,
)
from events.sealed import Sealed
from events.words import Conductor, Sealer, SurveyCounter


class ItemScore(Part):
    """How the unit scores itself on one item of a standard."""

    item: ItemRef
    score: Score


class StandardScore(Part):
    """How the unit scores itself on one standard, item by item where it does, with its evidence."""

    standard: StandardRef
    score: Score
    items: Annotated[tuple[ItemScore, ...], Field(max_length=50)] = ()
    evidence: Documents = ()


class Survey(Part):
    """The anonymous workers' survey (四(一)9): people asked and answering, percent satisfied an indicator."""

    entitled: Count
    answered: Count
    scores: Annotated[dict[IndicatorRef, Percent], Field(min_length=1, max_length=50)]


class TrainingFunds(Part):
    """Training funds of the year, in fen: in all, for front-line workers, and what the law asks for (四(一)5)."""

    total: Money
    front_line: Money
    due: Money | None = None


class Figure(Part):
    """A ratio as it is entered: how many of how many."""

    figure: FigureRef
    part: Count
    whole: Count


class ComputedItem(Part):
    """The points of an item that follow from a figure."""

    standard: StandardRef
    item: ItemRef
    score: Score


class SecondStandard(Part):
    """A second checklist that the unit scored itself against, beside the one that decides (五(五)1)."""

    standard_set: StandardSetRef
    items: Annotated[tuple[StandardScore, ...], Field(min_length=1, max_length=100)]


class UnitSelfEvaluated(Event):
    """The unit, or a park's tripartite body, evaluated itself against a standard set."""

    about = About(
        "unit.self-evaluated.v1", "自我评价", "Self-evaluated", "self_evaluation",
        "由{conducted_by}对照{standard_set}完成自我评价[，自评{score}分][，满意度调查由{survey_by}]",
        "Self-evaluated by {conducted_by} against {standard_set}[, {score} points][; survey {survey_by}]",
        decision="self-evaluate",
    )  # fmt: skip
    standard_set: StandardSetRef
    conducted_by: Conductor
    items: Annotated[tuple[StandardScore, ...], Field(min_length=1, max_length=100)]
    survey: Survey | None = None
    training_funds: TrainingFunds | None = None
    report: Document
    drawn_up_on: Day | None = None
    figures: Annotated[tuple[Figure, ...], Field(max_length=50)] = ()
    beside: SecondStandard | None = None
    survey_ref: SurveyCountRef | None = None
    score: Score | None = derived()
    computed: tuple[ComputedItem, ...] | None = derived()
    score_beside: Score | None = derived()
    survey_counted: Survey | None = derived()
    survey_by: SurveyCounter | None = derived()


class UnitReportUpdated(Event):
    """Figures of a new year are brought into the report that an open application rests on (T-16).

    `items` are the standards of which something changed, scored anew; what is not named stands as it was. It is
    adopted and sealed as a report is, and brought in by an amendment.
    """

    about = About(
        "unit.report-updated.v1", "补充新年度数据", "Report brought up to date", "self_evaluation",
        "以{drawn_up_on}形成的新年度数据更新自评报告，重新自评{items#}项标准[，合计{score}分]",
        "Report brought up to date with figures of {drawn_up_on}: {items#} standards scored anew[, {score} points in all]",
        decision="update-report",
    )  # fmt: skip
    items: Annotated[tuple[StandardScore, ...], Field(min_length=1, max_length=100)]
    survey: Survey | None = None
    training_funds: TrainingFunds | None = None
    figures: Annotated[tuple[Figure, ...], Field(max_length=50)] = ()
    report: Document
    drawn_up_on: Day
    survey_ref: SurveyCountRef | None = None
    score: Score | None = derived()
    survey_counted: Survey | None = derived()
    survey_by: SurveyCounter | None = derived()


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


class SealCertificate(Part):
    """Whose electronic seal it is, as its verified signature says; `until` is the certificate's last day."""

    subject: Line
    issuer: Line
    serial: Line
    until: Day
    fingerprint: Digest

    def caption(self, language: str) -> str:  # noqa: ARG002 (a name has one language)
        """Whose it is."""
        return self.subject


class UnitReportSealed(Event):
    """Enterprise and union, or the tripartite body, signed and sealed the report (五(五)1)."""

    about = About(
        "unit.report-sealed.v1", "签署盖章", "Report sealed", "report",
        "{sealed_by}在自评报告上签署盖章[，电子印章已验证（{certificate}）]",
        "Report signed and sealed by the {sealed_by}[, electronic seal of {certificate} verified]",
        decision="seal-report",
    )  # fmt: skip
    report_digest: ReportDigest
    sealed_by: Sealer
    seal: Line
    body: BodyRef | None = None
    signer: Sealed | None = None
    signature: Document | None = None
    certificate: SealCertificate | None = derived()
