"""Those who run the programme: years of the province and its prefectures, tasks, meetings, stations, standards."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from deploy.demo.people import FOUNDERS, PROVINCE, desk
from deploy.demo.scans import recorded
from deploy.demo.script import Act, Told, on_working_day
from deploy.demo.setting import Days, seconding
from events.envelope import CHINA, Event
from events.fields import Document
from events.governance.body import BodyEstablished, BodyMeetingHeld, BodyMemberAppointed, MeetingDecision
from events.governance.document import DocumentConfirmed
from events.governance.officer import OfficerLeaveRecorded
from events.governance.retention import RegisterHoldLifted, RegisterHoldPlaced
from events.governance.standard import StandardConsulted, StandardDrafted, StandardPiloted, StandardPublished
from events.governance.station import (
    StationClosed,
    StationInspected,
    StationOpened,
    StationPlanned,
    StationRecognised,
)
from events.governance.task import TaskAssigned, TaskCompleted, TaskProgressed, TaskRescheduled
from events.governance.year import (
    YearCriticised,
    YearOpened,
    YearPlanAccepted,
    YearPlanFiled,
    YearPlanReturned,
    YearReportFiled,
)
from events.governance.year_lapses import (
    YearLapseExcused,
    YearReconsiderationDecided,
    YearReconsiderationRequested,
    YearScoreDeducted,
)
from events.governance.year_reports import BulletinFigure, YearBulletinPublished, YearSampleDrawn, YearSamplePlanned
from events.governance.year_work import (
    KnownUnits,
    PlaceTarget,
    SupervisionFinding,
    YearFindingClosed,
    YearFundingRecorded,
    YearPublicityHeld,
    YearServiceHeld,
    YearSupervisionConducted,
    YearTrainingApportioned,
    YearTrainingHeld,
    YearUnitsCounted,
)
from events.places import PLACES, children
from events.words import (
    BodyKind,
    Campaign,
    DocumentKind,
    House,
    HouseService,
    Level,
    ObligationKind,
    ReconsiderationOutcome,
    Role,
    Seat,
    StandardTopic,
    Supervision,
    TrainingKind,
    UnitKind,
)
from services.casework.body.state import body_stream
from services.casework.calendar import add_months
from services.casework.check.draw import seed_digest
from services.casework.document.state import document_stream
from services.casework.register.state import Register, register_stream
from services.casework.standard.state import standard_stream
from services.casework.station.state import station_stream
from services.casework.task.state import task_stream
from services.casework.year.state import Year, year_stream

PREFECTURES = tuple(children(PROVINCE))
LAZY = PREFECTURES[8]
"""The prefecture that leaves a year lying: it is found out, deducted for, criticised, and asks for a second look."""

_ABOVE, _APPROVER = desk(Level.PROVINCE, PROVINCE), desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)
_UNION_ABOVE = desk(Level.PROVINCE, PROVINCE, House.UNION)
_SERVICES = {
    House.HR: HouseService.GUIDANCE, House.UNION: HouseService.LEGAL_AID, House.FEDERATION: HouseService.DIAGNOSIS,
    House.COMMERCE: HouseService.ADVICE,
}  # fmt: skip
_KNOWN = {UnitKind.ENTERPRISE: 2_600, UnitKind.PARK: 9, UnitKind.TOWNSHIP: 130, UnitKind.INDUSTRY: 12}
"""How many units of a kind there are in a prefecture, more or less."""

_MANY = 3
"""Lapses for which a prefecture is criticised."""

_LATE = 8
"""The last month in which a register still begins with the year that it is."""

_CLOSED = 7
"""The station that is closed again, by its number."""


@dataclass(frozen=True, slots=True)
class Diary:
    """On which day who does what, in office hours; what would lie in days to come is left out.

    `first` is the day before which nothing was done.
    """

    days: Days
    first: date

    @property
    def years(self) -> range:
        """The years that are told, from that in which the register begins; from the next one where it is late in it."""
        return range(self.days.first.year + (self.days.first.month > _LATE), self.days.today.year + 1)

    def on(self, day: date, since: int = 0) -> date:
        """The first working day from that day on, so many days after the first one at least."""
        return on_working_day(self.days.pack, max(day, self.first + timedelta(days=since)))

    def at(self, on: date, who: UUID, stream: UUID, *events: Told) -> Iterator[Act]:
        """What somebody does on that day."""
        if on < self.days.today:
            moment = datetime.combine(on, time(9, 30), CHINA) + timedelta(seconds=stream.int % 20_000)
            for number, event in enumerate(events):
                yield Act(moment + timedelta(seconds=number), who, stream, event)


def programme(days: Days, idle: Collection[str] = (LAZY,)) -> Iterator[Act]:
    """All acts of those who run the programme; the idle prefectures leave their second year lying."""
    diary = Diary(days, on_working_day(days.pack, days.first + timedelta(days=5)))
    for number in diary.years:
        yield from _province(diary, number)
        for nth, place in enumerate(PREFECTURES):
            if place not in idle or number != diary.years[1]:
                yield from _plan(diary, number, nth, place)
                yield from _work(diary, number, nth, place)
                yield from _report(diary, number, nth, place)
            yield from _supervised_from_above(diary, number, nth, place)
    yield from _what_follows(diary)
    yield from _tasks(diary)
    yield from _leading_group(diary)
    yield from _stations(diary)
    yield from _standards(diary)
    yield from _kept_back(diary)


# --- years ------------------------------------------------------------------------------------------------------------


def _province(diary: Diary, number: int) -> Iterator[Act]:
    """The province's year: opened once, the next ones follow by themselves; shared out, sampled, and told of."""
    stream, pack = year_stream(PROVINCE, number), diary.days.pack
    if number == diary.years[0]:
        yield from diary.at(diary.first, _ABOVE, stream, YearOpened(place=PROVINCE, year=number))
    each = -(-pack.year.trained // len(PREFECTURES))
    shared = YearTrainingApportioned(targets=tuple(PlaceTarget(place=place, people=each) for place in PREFECTURES))
    yield from diary.at(diary.on(date(number, 1, 8), 2), _ABOVE, stream, shared)
    on = diary.on(date(number, 2, 18), 6)
    known = tuple(
        KnownUnits(place=place, kind=kind, units=units + 37 * nth)
        for nth, place in enumerate(PREFECTURES)
        for kind, units in _KNOWN.items()
    )
    counted = YearUnitsCounted(on=on, counted_by="省统计部门（示例）", counted=known)
    funded = YearFundingRecorded(
        on=on, amount_fen=120_000_000, purpose="创建活动工作经费（示例）", in_plan=True, in_assessment=True
    )
    yield from diary.at(on, _ABOVE, stream, counted, funded)
    for quarter, day in enumerate((date(number, 4, 15), date(number, 7, 15), date(number, 10, 15)), 1):
        if day > diary.first:
            yield from diary.at(diary.on(day), _ABOVE, stream, _bulletin(number, quarter))
    on = diary.on(date(number, 10, 12), 8)
    planned = YearSamplePlanned(share=pack.year.sampled, commitment=seed_digest(_seed(number)))
    yield from diary.at(on, _ABOVE, stream, planned)
    on = diary.on(on + timedelta(days=2))
    yield from diary.at(on, _ABOVE, stream, YearSampleDrawn(seed=_seed(number)))


def _bulletin(number: int, quarter: int) -> YearBulletinPublished:
    registered, named = 150 * (number - 2022) + 30 * quarter, 30 * (number - 2022) + 5 * quarter
    return YearBulletinPublished(
        period=f"{number}-Q{quarter}", number=f"示例通报〔{number}〕{quarter}号", position=1_000,
        figures=(BulletinFigure(name="登记单位", value=registered), BulletinFigure(name="命名有效", value=named)),
    )  # fmt: skip


def _seed(number: int) -> str:
    return f"示例抽查种子{number}"


def _plan(diary: Diary, number: int, nth: int, place: str) -> Iterator[Act]:
    """A plan is filed and taken on file; some are returned first."""
    stream, office, day = year_stream(place, number), desk(Level.PREFECTURE, place), date(number, 2, 19 + nth % 9)
    filed = YearPlanFiled(summary="本年度工作方案（示例）", document=_document("工作方案（示例）", f"plan:{stream}"))
    yield from diary.at(diary.on(day, 8), office, stream, filed)
    if nth % 5 == 2:
        on = diary.on(day + timedelta(days=6), 14)
        returned = YearPlanReturned(reason="培训安排未分解到县市区（示例）", due=on + timedelta(days=20))
        yield from diary.at(on, _ABOVE, stream, returned)
        again = YearPlanFiled(summary="修改后的方案（示例）", document=_document("工作方案（示例）", f"again:{stream}"))
        on = diary.on(on + timedelta(days=9))
        yield from diary.at(on, office, stream, again)
    else:
        on = diary.on(day + timedelta(days=2), 10)
    yield from diary.at(diary.on(on + timedelta(days=14)), _ABOVE, stream, YearPlanAccepted())


def _work(diary: Diary, number: int, nth: int, place: str) -> Iterator[Act]:
    """Each house trains and serves; the activity is made known; the prefecture supervises itself."""
    stream, kinds = year_stream(place, number), list(TrainingKind)
    each = diary.days.pack.year.trained // len(PREFECTURES) // len(House) + 1 + 3 * nth
    for month, house in enumerate(House, 5):
        office, on = desk(Level.PREFECTURE, place, house), diary.on(date(number, month, 3 + nth), 20 + month)
        trained = YearTrainingHeld(
            kind=kinds[month % len(kinds)],
            course="劳动关系协调员培训班（示例）",
            on=on,
            people=each + 12,
            certified=each,
        )
        yield from diary.at(on, office, stream, trained)
        if (nth + month) % 2:
            on = diary.on(on + timedelta(days=9))
            served = YearServiceHeld(
                kind=_SERVICES[house], on=on, people=30 + 11 * nth, enterprises=8 + nth, summary="服务活动（示例）"
            )
            yield from diary.at(on, office, stream, served)
    office, on = desk(Level.PREFECTURE, place), diary.on(date(number, 9, 4 + nth), 50)
    campaign = list(Campaign)[(nth + number) % len(Campaign)]
    known = YearPublicityHeld(kind=campaign, on=on, people=2_000 + 150 * nth, summary="宣传活动（示例）")
    yield from diary.at(on, office, stream, known)
    on, found = diary.on(date(number, 6, 5 + nth), 45), f"自查{number}-1"
    yield from diary.at(on, office, stream, _supervision(Supervision.SELF, on, found, "个别县台账不全（示例）"))
    union, on = desk(Level.PREFECTURE, place, House.UNION), diary.on(on + timedelta(days=25))
    yield from diary.at(on, union, stream, YearFindingClosed(finding=found, reason="台账已补齐（示例）"))


def _supervision(kind: Supervision, on: date, found: str, what: str) -> YearSupervisionConducted:
    problem = SupervisionFinding(id=found, findings=what, due=on + timedelta(days=60))
    return YearSupervisionConducted(kind=kind, on=on, summary="检查创建活动开展情况（示例）", problems=(problem,))


def _report(diary: Diary, number: int, nth: int, place: str) -> Iterator[Act]:
    """The written report of the year is filed; some are late."""
    stream, late = year_stream(place, number), 20 if nth % 7 == 3 else 0
    filed = YearReportFiled(summary="总结与评估（示例）", document=_document("年度报告（示例）", f"report:{stream}"))
    on = diary.on(date(number, 11, 6) + timedelta(days=nth + late))
    yield from diary.at(on, desk(Level.PREFECTURE, place), stream, filed)


def _supervised_from_above(diary: Diary, number: int, nth: int, place: str) -> Iterator[Act]:
    """Some are supervised jointly, and put right what was found with the word of those above; who was drawn is seen."""
    stream = year_stream(place, number)
    if nth % 4 == number % 4:
        on, found = diary.on(date(number, 9, 12), 55), f"督导{number}-1"
        yield from diary.at(
            on, _ABOVE, stream, _supervision(Supervision.JOINT, on, found, "定点联系走访间隔过长（示例）")
        )
        union, on = desk(Level.PREFECTURE, place, House.UNION), diary.on(on + timedelta(days=27))
        yield from diary.at(on, union, stream, YearFindingClosed(finding=found, reason="已补访（示例）"))
        yield from diary.at(on, _UNION_ABOVE, stream, seconding)
    on = diary.on(date(number, 11, 2))
    looked = YearSupervisionConducted(kind=Supervision.SPOT, on=on, summary="抽查年度工作（示例）")

    def seen(year: Year) -> Event | None:
        return looked if year.sampled is not None and not year.looked_at else None

    yield from diary.at(on, _ABOVE, stream, seen)


# --- what follows from what was missed --------------------------------------------------------------------------------


def _what_follows(diary: Diary) -> Iterator[Act]:
    """Every other week the province answers the lapses that were found, and criticises for many; the lazy one contests.

    What there is to answer, the state says: where nothing is, nobody acts.
    """
    other = desk(Level.PROVINCE, PROVINCE, House.UNION, Role.APPROVER)
    for number in diary.years:
        for place in PREFECTURES:
            stream, day = year_stream(place, number), max(date(number, 1, 3), diary.first + timedelta(days=4))
            while day < min(date(number + 1, 3, 1), diary.days.today):
                yield from diary.at(diary.on(day), _APPROVER, stream, _answered, _answered, _criticised)
                if place == LAZY:
                    office = desk(Level.PREFECTURE, place)
                    yield from diary.at(diary.on(day + timedelta(days=3)), office, stream, _contested)
                    yield from diary.at(diary.on(day + timedelta(days=8)), other, stream, _looked_at_again)
                day += timedelta(days=14)


def _answered(year: Year) -> Event | None:
    lapse = next((one for one in year.lapses.values() if not one.answered), None)
    if lapse is None:
        return None
    if lapse.obligation is ObligationKind.VERIFICATION and lapse.version % 3 == 0:
        return YearLapseExcused(lapse=lapse.version, reason="单位整体停产检修，已书面说明（示例）")
    return YearScoreDeducted(lapse=lapse.version, reason="逾期未办（示例）")


def _criticised(year: Year) -> Event | None:
    since = [one for one in year.unexcused if one.version > year.criticised_at]
    if len(since) < _MANY:
        return None
    number = f"示例通报〔{year.year}〕{year.place[2:4]}-{year.criticised + 1}号"
    return YearCriticised(place=year.place, year=year.year, ground="多次逾期未办（示例）", document_number=number)


def _contested(year: Year) -> Event | None:
    deducted = [one.deducted for one in year.lapses.values() if one.deducted is not None]
    if not deducted or year.contested:
        return None
    return YearReconsiderationRequested(contested=deducted[0], text="机构调整期间人员未到位，请求复核（示例）")


def _looked_at_again(year: Year) -> Event | None:
    waiting = next((one.version for one in year.contested.values() if one.outcome is None), None)
    if waiting is None:
        return None
    reason = "人员调整不影响报送（示例）"
    return YearReconsiderationDecided(request=waiting, outcome=ReconsiderationOutcome.UPHELD, reason=reason)


# --- tasks, meetings, stations, standards -----------------------------------------------------------------------------


def _tasks(diary: Diary) -> Iterator[Act]:
    """The annex's tasks of the province, and two of each prefecture, on their way; one is put off, one left lying."""
    first, until = diary.first, diary.days.today
    for nth, (task, known) in enumerate(diary.days.pack.tasks.items()):
        due = known.due if known.due is not None and known.due > first else add_months(first, 11)
        yield from _task(diary, PROVINCE, task, due, nth, done=due < until)
    for nth, place in enumerate(PREFECTURES):
        yield from _task(diary, place, "coordinators", add_months(first, 10), nth, done=place != LAZY)
        yield from _task(diary, place, "service", add_months(first, 9), nth, done=True, put_off=nth == 4)


def _task(
    diary: Diary, place: str, task: str, due: date, nth: int, *, done: bool, put_off: bool = False
) -> Iterator[Act]:
    stream, office = task_stream(place, task), desk(PLACES[place].level, place)
    given = TaskAssigned(
        task=task, place=place, house=House.HR, officer=office, due=due, key_points="按年度分解，明确到人（示例）",
        safeguards="纳入目标责任考核（示例）",
    )  # fmt: skip
    since = diary.on(diary.first, 12)
    yield from diary.at(since, office, stream, given)
    for month, percent in ((3, 25 + nth), (7, 60 + nth)):
        on, told = diary.on(add_months(diary.first, month)), "按计划推进（示例）"
        if on < due - timedelta(days=20):
            yield from diary.at(on, office, stream, TaskProgressed(on=on, percent=percent, summary=told))
    if put_off:
        moved = TaskRescheduled(due=due + timedelta(days=60), reason="与省级平台对接推迟（示例）")
        yield from diary.at(diary.on(due - timedelta(days=20)), _APPROVER, stream, moved)
    if done:
        on = diary.on(max(due + timedelta(days=40 if put_off else -12), since + timedelta(days=4)))
        shown = _document("任务完成材料（示例）", f"task:{stream}")
        yield from diary.at(on, office, stream, TaskCompleted(on=on, summary="已按要点完成（示例）", document=shown))


def _leading_group(diary: Diary) -> Iterator[Act]:
    """The province's leading group sits, and meets every five months; its minutes are papers."""
    name, on = "全省和谐劳动关系创建活动领导小组（示例）", diary.first
    stream = body_stream(PROVINCE, BodyKind.LEADING_GROUP, name)
    members = tuple(desk(Level.PROVINCE, PROVINCE, house) for house in House)
    established = BodyEstablished(kind=BodyKind.LEADING_GROUP, name=name, place=PROVINCE)
    seats = [
        BodyMemberAppointed(officer=who, house=house, from_=on, seat=Seat.DEPUTY if nth else Seat.CHAIR)
        for nth, (house, who) in enumerate(zip(House, members, strict=True))
    ]
    yield from diary.at(on, _ABOVE, stream, established, *seats)
    vote = MeetingDecision(subject="工作安排（示例）", text="同意", in_favour=len(members), against=0, abstained=0)
    for nth in range(diary.days.months // 5 + 1):
        on = diary.on(add_months(diary.first, 1 + 5 * nth))
        number = f"示例会议纪要〔{on.year}〕{nth + 1}号"
        paper = document_stream(name, number)
        yield from diary.at(on, _ABOVE, paper, recorded(DocumentKind.MINUTES, name, number, on, "会议纪要（示例）"))
        confirmed = diary.on(on + timedelta(days=1))
        yield from diary.at(confirmed, _UNION_ABOVE, paper, DocumentConfirmed())
        met = BodyMeetingHeld(on=on, agenda="研究创建工作（示例）", present=members, minutes=paper, decisions=(vote,))
        yield from diary.at(diary.on(confirmed + timedelta(days=1)), _ABOVE, stream, met)


def _stations(diary: Diary) -> Iterator[Act]:
    """Stations of the two pilots and of other prefectures: planned, opened, inspected, some recognised, one closed."""
    pilots = {pilot.place: name for name, pilot in diary.days.pack.pilots.items()}
    for nth, place in enumerate(PREFECTURES[:8]):
        name, office = f"{PLACES[place].zh}劳动关系公共服务站（示例）", desk(Level.PREFECTURE, place)
        stream, on = station_stream(place, name), diary.on(add_months(diary.first, 2 + nth))
        planned = StationPlanned(name=name, place=place, pilot=pilots.get(place), due=on + timedelta(days=150))
        yield from diary.at(on, office, stream, planned)
        on = opened = diary.on(on + timedelta(days=100))
        yield from diary.at(on, office, stream, StationOpened(on=on, address="示例路1号"))
        for year in range(2 if nth == _CLOSED else 4):
            on, sound = diary.on(add_months(opened, 10 * (year + 1))), nth % 3 != 1 or year > 0
            inspected = StationInspected(
                on=on, uniform_signs=True, fixed_premises=True, complete_equipment=sound, complete_services=True,
                findings=None if sound else "缺少调解室（示例）",
            )  # fmt: skip
            yield from diary.at(on, office, stream, inspected)
            if place in pilots and year == 1:
                recognised = StationRecognised(document_number=f"示例认定〔{on.year}〕{nth + 1}号")
                yield from diary.at(diary.on(on + timedelta(days=20)), _APPROVER, stream, recognised)
        if nth == _CLOSED:
            on = diary.on(on + timedelta(days=30))
            yield from diary.at(on, office, stream, StationClosed(on=on, reason="与政务服务中心合并（示例）"))


def _standards(diary: Diary) -> Iterator[Act]:
    """Standards of three industries: drafted, talked over, tried, published; the last one is on its way."""
    wanted = (("家政服务", StandardTopic.PAY), ("快递", StandardTopic.SAFETY), ("工程机械", StandardTopic.EVALUATION))
    for nth, (industry, topic) in enumerate(wanted):
        name, on = f"{industry}行业{topic.zh}（示例）", diary.on(add_months(diary.first, 4 + 14 * nth))
        stream, begun = standard_stream(PROVINCE, name), on.year
        drafted = StandardDrafted(
            name=name, place=PROVINCE, industry=industry, topic=topic, document=_document(name, f"draft:{stream}")
        )
        yield from diary.at(on, _ABOVE, stream, drafted)
        on = diary.on(on + timedelta(days=40))
        asked = StandardConsulted(on=on, houses=tuple(House), summary="征求四家意见（示例）")
        yield from diary.at(on, _ABOVE, stream, asked)
        on = diary.on(on + timedelta(days=40))
        tried = StandardPiloted(place=PREFECTURES[nth], from_=on, summary="三家企业先行试点（示例）")
        yield from diary.at(on, _ABOVE, stream, tried)
        number, final = f"示例标准{nth + 1}-{begun}", _document(name, f"final:{stream}")
        on = diary.on(on + timedelta(days=170))
        yield from diary.at(on, _APPROVER, stream, StandardPublished(number=number, document=final))


def _kept_back(diary: Diary) -> Iterator[Act]:
    """A paper is kept back from destruction while a lawsuit goes on; somebody is on leave meanwhile."""
    first, second = (person.id for person in FOUNDERS if person.role is Role.DATA_OFFICER)
    stream, paper = register_stream(PROVINCE), _document("工作方案（示例）", f"plan:{year_stream(PREFECTURES[0], 0)}")
    placed = RegisterHoldPlaced(papers=(paper.sha256,), reason="行政诉讼期间保留（示例）")
    yield from diary.at(diary.on(add_months(diary.first, 14)), first, stream, placed)
    on = diary.on(add_months(diary.first, 22))

    def lifted(register: Register) -> RegisterHoldLifted:
        return RegisterHoldLifted(hold=max(register.holds), reason="案件已审结（示例）")

    yield from diary.at(on, first, stream, lifted)
    yield from diary.at(diary.on(on + timedelta(days=1)), second, stream, seconding)
    for nth, place in enumerate(PREFECTURES[:3]):
        away, on = desk(Level.PREFECTURE, place, House.COMMERCE), diary.on(add_months(diary.first, 9 + nth))
        yield from diary.at(on, away, away, OfficerLeaveRecorded(from_=on, until=on + timedelta(days=11)))


def _document(title: str, key: str) -> Document:
    digest = sha256(f"concord:demonstration:programme:{key}".encode()).hexdigest()
    return Document(sha256=digest, media_type="application/pdf", title=title, size=40_000)
