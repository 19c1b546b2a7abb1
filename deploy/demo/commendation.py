"""A national commendation (五(六)1): places by award, two reviews, three publicities, and objections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from deploy.demo.application import NATIONAL
from deploy.demo.papers import ISSUER
from deploy.demo.people import PROVINCE, PUBLIC, desk, named
from deploy.demo.programme import PREFECTURES, Diary
from deploy.demo.scans import recorded
from deploy.demo.script import Act, on_working_day
from deploy.demo.setting import Days
from events.governance.document import DocumentConfirmed
from events.governance.honour import (
    HonourAwarded,
    HonourDeclined,
    HonourObjectionRaised,
    HonourObjectionResolved,
    HonourObjectionSetAside,
    HonourProposed,
    HonourPublicised,
    HonourReviewed,
)
from events.governance.round import RoundClosed, RoundOpened
from events.governance.round_awards import RoundAwardQuotaSet
from events.words import DocumentKind, House, Level, Recipient, Recommendation, Role, RoundKind
from services.casework.calendar import add_months
from services.casework.document.state import document_stream
from services.casework.honour.state import Honour

_AWARD = "national_collective"
_CAMPAIGN = named("round-commendation")
_FIRST, _SECOND, _THIRD = (
    desk(Level.PROVINCE, PROVINCE, house, Role.APPROVER) for house in (House.HR, House.UNION, House.FEDERATION)
)
_ABOVE = desk(Level.PROVINCE, PROVINCE)
_RECOMMENDED = HonourReviewed(outcome=Recommendation.RECOMMEND, reason="创建工作实绩突出（示例）")


def commendation(days: Days) -> Iterator[Act]:
    """All of it: one collective is commended, another leaves the place that it took."""
    diary = Diary(days, on_working_day(days.pack, days.first + timedelta(days=5)))
    on = diary.on(add_months(diary.first, 5))
    opened = RoundOpened(
        kind=RoundKind.COMMENDATION, name="全国和谐劳动关系创建工作先进集体推荐（示例）", title=NATIONAL,
        place=PROVINCE, from_=on, until=on + timedelta(days=200),
    )  # fmt: skip
    places = [RoundAwardQuotaSet(place=place, award=_AWARD, places=1) for place in PREFECTURES[:2]]
    yield from diary.at(on, _FIRST, _CAMPAIGN, opened, *places)
    yield from _commended(diary, PREFECTURES[0], on)
    yield from _gave_up(diary, PREFECTURES[1], on)
    last = diary.on(on + timedelta(days=205))
    yield from diary.at(last, _FIRST, _CAMPAIGN, RoundClosed(reason="推荐工作结束（示例）"))


def _commended(diary: Diary, place: str, on: date) -> Iterator[Act]:
    stream, office = named(f"honour-collective-{place}"), desk(Level.PREFECTURE, place)
    day = diary.on(on + timedelta(days=3))
    yield from diary.at(day, office, stream, _proposed(place))
    day = diary.on(day + timedelta(days=1))
    yield from diary.at(day, office, stream, _public(diary, day))
    yield from _objected_to(diary, place, stream, day)
    day = _over(diary, day)
    yield from diary.at(day, _FIRST, stream, _RECOMMENDED)
    day = diary.on(day + timedelta(days=1))
    yield from diary.at(day, _ABOVE, stream, _public(diary, day))
    day = _over(diary, day)
    numbers = [f"国家三方示例〔{day.year}〕表彰{n}号" for n in (1, 2, 3)]
    papers = [document_stream(ISSUER, number) for number in numbers]
    for number in numbers:
        yield from _paper(diary, day, number)
    day = diary.on(day + timedelta(days=2))
    yield from diary.at(day, _SECOND, stream, _RECOMMENDED.model_copy(update={"paper": papers[0]}))
    day = diary.on(day + timedelta(days=1))
    yield from diary.at(day, _ABOVE, stream, _public(diary, day, papers[1]))
    day = _over(diary, day)
    yield from diary.at(day, _THIRD, stream, HonourAwarded(document_number=numbers[2], paper=papers[2]))


def _gave_up(diary: Diary, place: str, on: date) -> Iterator[Act]:
    """Put forward by the first review, and declined then: the place comes free."""
    stream, office = named(f"honour-collective-{place}"), desk(Level.PREFECTURE, place)
    day = diary.on(on + timedelta(days=4))
    yield from diary.at(day, office, stream, _proposed(place))
    day = diary.on(day + timedelta(days=1))
    yield from diary.at(day, office, stream, _public(diary, day))
    day = _over(diary, day)
    yield from diary.at(day, _FIRST, stream, _RECOMMENDED)
    declined = HonourDeclined(reason="推荐对象主动放弃（示例）")
    yield from diary.at(diary.on(day + timedelta(days=6)), _FIRST, stream, declined)


def _objected_to(diary: Diary, place: str, stream: UUID, day: date) -> Iterator[Act]:
    """Two object: one states nothing and is set aside, the other is looked into and not upheld."""
    vague = HonourObjectionRaised(ground="不同意（示例）", text="不同意（示例）")
    said = HonourObjectionRaised(ground="事迹不实（示例）", text="所述培训场次与实际不符（示例）")
    yield from diary.at(diary.on(day + timedelta(days=1)), PUBLIC.id, stream, vague, said)

    def set_aside(honour: Honour) -> HonourObjectionSetAside:
        return HonourObjectionSetAside(objection=min(honour.objections), reason="未写明任何事实（示例）")

    def resolved(honour: Honour) -> HonourObjectionResolved:
        return HonourObjectionResolved(objection=max(honour.objections), upheld=False, findings="经核查属实（示例）")

    approver = desk(Level.PREFECTURE, place, role=Role.APPROVER)
    yield from diary.at(diary.on(day + timedelta(days=2)), approver, stream, set_aside, resolved)


def _proposed(place: str) -> HonourProposed:
    return HonourProposed(
        award=_AWARD, recipient=Recipient.BODY, place=place, round=_CAMPAIGN, name="示例协调劳动关系三方会议办公室",
        merits="推动集体协商扩面提质（示例）",
    )  # fmt: skip


def _public(diary: Diary, day: date, paper: UUID | None = None) -> HonourPublicised:
    until = diary.days.pack.after(day, diary.days.pack.windows.publicity)
    return HonourPublicised(from_=day, until=until, channel="门户网站（示例）", paper=paper)


def _over(diary: Diary, day: date) -> date:
    """The first working day after a publicity that begins on that day."""
    return diary.on(diary.days.pack.after(day, diary.days.pack.windows.publicity) + timedelta(days=1))


def _paper(diary: Diary, day: date, number: str) -> Iterator[Act]:
    """A paper of the nation: recorded by the province's union, confirmed by its federation."""
    stream = document_stream(ISSUER, number)
    paper = recorded(DocumentKind.OTHER, ISSUER, number, day, "表彰工作文件（示例）")
    yield from diary.at(day, desk(Level.PROVINCE, PROVINCE, House.UNION), stream, paper)
    confirmed = diary.on(day + timedelta(days=1))
    yield from diary.at(confirmed, desk(Level.PROVINCE, PROVINCE, House.FEDERATION), stream, DocumentConfirmed())
