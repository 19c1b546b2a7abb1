"""What a place's year says on paper: a bulletin with its frozen figures, and the yearly report (五(七), 六(四))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from events.envelope import Entry, Event
from events.governance.year import YearReportFiled
from events.governance.year_reports import YearBulletinPublished
from events.places import PLACES
from services.casework.year.state import Year


@dataclass(frozen=True, slots=True)
class YearPaper:
    """What such a paper may say; `figures` are names and values, `reference` where it is found in the register.

    `digest` is that of a bulletin's figures, or of the document that a place filed as its report.
    """

    heading: str
    number: str
    place: str
    text: str
    figures: tuple[tuple[str, str], ...]
    digest: str
    office: str
    dated: str
    reference: str


def paper_of(year: Year, entry: Entry[Event]) -> YearPaper | None:
    """The paper on an entry of a year, told as of that entry; None where there is none on such entries."""
    event, place = entry.event, PLACES[year.place].zh if year.place in PLACES else year.place
    office, reference = entry.actor.post, f"{year.id}/{entry.version}"
    if isinstance(event, YearBulletinPublished):
        figures = tuple((figure.name, str(figure.value)) for figure in event.figures)
        text = f"{event.period}创建活动信息，截至登记簿第{event.position}位。"
        return YearPaper(
            "创建活动信息通报", event.number, place, text, figures, event.figures_digest or "", office, _day(entry.day),
            reference,
        )  # fmt: skip
    if isinstance(event, YearReportFiled):
        late = f"{event.days_late}日" if event.days_late else "否"
        return YearPaper(
            f"{year.year}年度工作报告", "", place, event.summary, (*_of_the_year(year), ("逾期报送", late)),
            event.document.sha256, office, _day(entry.day), reference,
        )  # fmt: skip
    return None


def _of_the_year(year: Year) -> tuple[tuple[str, str], ...]:
    """What the register itself holds of the year, beside what the place says of it."""
    closed = sum(finding.closed for finding in year.findings.values())
    return (
        ("培训合格人数", str(year.certified)),
        ("培训任务人数", str(year.target) if year.target is not None else "未下达"),
        ("督查发现问题", str(len(year.findings))),
        ("已整改销号", str(closed)),
        ("失职", str(len(year.unexcused))),
        ("扣分", str(year.deducted)),
        ("被通报批评", str(year.criticised)),
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
