"""Told acts of those who run the programme: a year, tasks, meetings, a station, and a ruling that stops clocks."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from deploy.demo.people import PROVINCE, desk
from deploy.demo.script import Telling
from deploy.exploration.cast import PREFECTURE
from events.fields import Document
from events.governance.body import BodyEstablished, BodyMeetingHeld, BodyMemberAppointed, MeetingDecision
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.station import StationClosed, StationOpened, StationPlanned
from events.governance.task import TaskAssigned, TaskCompleted, TaskProgressed
from events.governance.year import YearOpened, YearPlanAccepted, YearPlanFiled, YearReportFiled
from events.governance.year_reports import BulletinFigure, YearBulletinPublished, YearSampleDrawn, YearSamplePlanned
from events.governance.year_work import (
    PlaceTarget,
    YearServiceHeld,
    YearTrainingApportioned,
    YearTrainingHeld,
)
from events.words import BodyKind, DocumentKind, House, HouseService, Level, TrainingKind
from services.casework.body.state import body_stream
from services.casework.check.draw import seed_digest
from services.casework.document.state import document_stream
from services.casework.pack_offices import day_in
from services.casework.station.state import station_stream
from services.casework.task.state import task_stream
from services.casework.year.accounts import prefectures_of
from services.casework.year.state import year_stream
from services.exploration.draws import SEED

ABOVE, BELOW = desk(Level.PROVINCE, PROVINCE), desk(Level.PREFECTURE, PREFECTURE)
UNION = desk(Level.PREFECTURE, PREFECTURE, House.UNION)


def year(t: Telling) -> None:
    """A province opens its year; a prefecture files its plan, trains, serves, and reports; a bulletin, a sample."""
    number = t.day.year
    province, place = year_stream(PROVINCE, number), year_stream(PREFECTURE, number)
    t.act(ABOVE, YearOpened(place=PROVINCE, year=number), stream=province)
    each = -(-t.pack.year.trained // len(prefectures_of(PROVINCE)))
    shared = tuple(PlaceTarget(place=one, people=each) for one in prefectures_of(PROVINCE))
    t.act(ABOVE, YearTrainingApportioned(targets=shared), stream=province)
    t.act(BELOW, YearPlanFiled(summary="示例：工作安排", document=_document("plan")), stream=place)
    t.wait(1)
    t.act(ABOVE, YearPlanAccepted(note="示例"), stream=place)
    for people in (90, 1_600):
        trained = YearTrainingHeld(
            kind=TrainingKind.BASIC, course=f"示例课程{people}", on=t.day, people=people, certified=people - 10
        )
        t.act(UNION, trained, stream=place)
    t.act(BELOW, YearServiceHeld(kind=HouseService.LEGAL_AID, on=t.day, people=40, summary="示例"), stream=place)
    planned = YearSamplePlanned(share=t.pack.year.sampled, commitment=seed_digest(SEED))
    t.act(ABOVE, planned, stream=province)
    t.wait(1)
    t.act(ABOVE, YearSampleDrawn(seed=SEED), stream=province)
    t.wait(max(0, (day_in(number, t.pack.year.report_from) - t.day).days))
    t.act(BELOW, YearReportFiled(summary="示例：总结", document=_document("report")), stream=place)
    t.wait(32)
    figures = (BulletinFigure(name="命名有效", value=3),)
    month = f"{number}-{t.day.month - 1:02}" if t.day.month > 1 else None
    if month is not None and t.day.year == number:
        said = YearBulletinPublished(period=month, number="示例〔通报〕1号", position=9, figures=figures)
        t.act(ABOVE, said, stream=province)


def tasks(t: Telling) -> None:
    """A task of the annex is given to somebody, goes on, and is done."""
    given = TaskAssigned(
        task="cultivation", place=PREFECTURE, house=House.HR, officer=BELOW, due=t.later(60), key_points="示例",
        safeguards="示例",
    )  # fmt: skip
    stream = task_stream(PREFECTURE, "cultivation")
    t.act(ABOVE, given, stream=stream)
    t.act(BELOW, TaskProgressed(on=t.day, percent=40, summary="示例"), stream=stream)
    t.wait(1)
    t.act(BELOW, TaskCompleted(on=t.day, summary="示例", document=_document("task")), stream=stream)


def meetings(t: Telling) -> None:
    """A leading group of two sits, meets, and decides."""
    stream = body_stream(PREFECTURE, BodyKind.LEADING_GROUP, "示例领导小组")
    t.act(BELOW, BodyEstablished(kind=BodyKind.LEADING_GROUP, name="示例领导小组", place=PREFECTURE), stream=stream)
    for who, house in ((BELOW, House.HR), (UNION, House.UNION)):
        t.act(BELOW, BodyMemberAppointed(officer=who, house=house, from_=t.day), stream=stream)
    minutes = _paper(t, DocumentKind.MINUTES, "示例领导小组", "示例纪要1号")
    vote = MeetingDecision(subject="示例", text="示例：同意", in_favour=2, against=0, abstained=0)
    met = BodyMeetingHeld(on=t.day, present=(BELOW, UNION), agenda="示例", minutes=minutes, decisions=(vote,))
    t.act(BELOW, met, stream=stream)


def stations(t: Telling) -> None:
    """A station is planned, opens, is inspected, and closes."""
    planned = StationPlanned(name="示例站点", place=PREFECTURE, due=t.later(90))
    stream = station_stream(PREFECTURE, "示例站点")
    t.act(BELOW, planned, stream=stream)
    t.act(BELOW, StationOpened(on=t.day, address="示例路1号"), stream=stream)
    t.wait(1)
    t.act(BELOW, StationClosed(on=t.day, reason="示例：合并"), stream=stream)


def rulings(t: Telling) -> None:
    """A ruling of a court is recorded, and confirmed by another: what stops clocks."""
    _paper(t, DocumentKind.RULING, "示例法院", f"示例〔{t.day.year}〕行初1号")


def _paper(t: Telling, kind: DocumentKind, issuer: str, number: str) -> UUID:
    paper = DocumentRecorded(
        kind=kind, issuer=issuer, number=number, dated=t.day, title="示例文件", sha256=_digest(number),
        media_type="application/pdf", size=9,
    )  # fmt: skip
    stream = document_stream(issuer, number)
    t.act(BELOW, paper, stream=stream)
    t.act(UNION, DocumentConfirmed(), stream=stream)
    return stream


def _document(name: str) -> Document:
    return Document(sha256=_digest(name), media_type="application/pdf", title="示例文件", size=9)


def _digest(text: str) -> str:
    return sha256(f"concord:exploration:programme:{text}".encode()).hexdigest()
