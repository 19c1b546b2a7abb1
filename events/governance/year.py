"""A place's year as it answers for it: work plan, yearly report, and criticism (policy 五(二), 五(五)3, 六(四))."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Day, Document, Documents, ForeignUnitRef, Line, Prose, Year
from events.places import PlaceCode


class YearOpened(Event):
    """A province's year begins, and with it that of each of its prefectures; the next one follows by itself."""

    about = About(
        "year.opened.v1", "开启年度", "Year opened", "work_plan",
        "开启{place}{year}年度工作", "The year {year} of {place} opened",
        decision="open",
    )  # fmt: skip
    place: PlaceCode
    year: Year


class YearEnded(Event):
    """The year is over: the next one of the place is open. By the timekeeper."""

    about = About(
        "year.ended.v1", "年度结束", "Year ended", "work_plan",
        "{year}年度结束", "The year {year} is over",
    )  # fmt: skip
    year: Year


class YearPlanFiled(Event):
    """A prefecture files its work plan of the year with the provincial office; a late one is taken, and marked."""

    about = About(
        "year.plan-filed.v1", "报备工作方案", "Work plan filed", "work_plan",
        "报备工作方案：{summary}[，逾期{days_late}日]", "Work plan filed: {summary}[, {days_late} days late]",
        decision="file-plan",
    )  # fmt: skip
    summary: Prose
    document: Document
    days_late: Count | None = derived()


class YearPlanAccepted(Event):
    """The provincial office takes the plan on file."""

    about = About(
        "year.plan-accepted.v1", "方案备案", "Work plan accepted", "work_plan",
        "工作方案准予备案[：{note}]", "The work plan is accepted[: {note}]",
        decision="accept-plan",
    )  # fmt: skip
    note: Prose | None = None


class YearPlanReturned(Event):
    """The provincial office returns the plan for change, and says by when."""

    about = About(
        "year.plan-returned.v1", "退回方案", "Work plan returned", "work_plan",
        "退回工作方案，{due}前修改：{reason}", "The work plan is returned for change by {due}: {reason}",
        decision="return-plan",
    )  # fmt: skip
    reason: Prose
    due: Day


class YearReportFiled(Event):
    """A prefecture files its written yearly report with the provincial office; a late one is taken, and marked."""

    about = About(
        "year.report-filed.v1", "报送年度报告", "Yearly report filed", "yearly_report",
        "报送年度报告：{summary}[，逾期{days_late}日]", "Yearly report filed: {summary}[, {days_late} days late]",
        decision="file-report",
    )  # fmt: skip
    summary: Prose
    document: Document
    attachments: Documents = ()
    days_late: Count | None = derived()


class YearCriticised(Event):
    """The nation criticises a province that did not check and handle in time, or a province a prefecture (予以通报)."""

    about = About(
        "year.criticised.v1", "通报", "Criticised", "year",
        "就{year}年度通报{place}：{ground}，涉及{units#}户，文号{document_number}",
        "{place} criticised for {year}: {ground}, on {units#} units, document {document_number}",
        decision="criticise",
    )  # fmt: skip
    place: PlaceCode
    year: Year
    ground: Prose
    document_number: Line
    units: Annotated[tuple[ForeignUnitRef, ...], Field(max_length=10_000)] = ()
