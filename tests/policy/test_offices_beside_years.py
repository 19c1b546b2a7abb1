"""The clause matrix (domain §1): bodies and their meetings, the annex's tasks, stations, standards of industries."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.body import BodyEstablished, BodyMeetingHeld, BodyMemberAppointed, MeetingDecision
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.standard import (
    StandardConsulted,
    StandardDrafted,
    StandardPiloted,
    StandardPublished,
    StandardTakenUp,
)
from events.governance.station import (
    StationClosed,
    StationInspected,
    StationOpened,
    StationPlanned,
    StationRecognised,
)
from events.governance.task import TaskAssigned, TaskCompleted, TaskProgressed, TaskRescheduled
from events.words import BodyKind, DocumentKind, House, ObligationKind, Seat, StandardTopic
from services.casework.body.state import Body, body_stream
from services.casework.document.state import document_stream
from services.casework.pack import load_pack
from services.casework.standard.state import Standard, standard_stream
from services.casework.station.state import Station, station_stream
from services.casework.task.state import Task, task_stream
from tests.casework.given import document
from tests.casework.stages import life_at
from tests.casework.years import ELSEWHERE, PLACE, Years, later

PACK = load_pack()
PROVINCE = PACK.place
DAY, UNTIL = date(2024, 3, 4), date(2026, 3, 3)
HOUSES = PACK.quorums.houses


@pytest.fixture
def years() -> Years:
    return Years.begun()


# --- bodies and their meetings ----------------------------------------------------------------------------------

GROUP = body_stream(PLACE, BodyKind.LEADING_GROUP, "示例领导小组")


def _group(years: Years) -> list[UUID]:
    """A leading group with somebody of each house, the first in the chair."""
    world, by = years.world, years.desk(PLACE)
    world.act(DAY, by, GROUP, BodyEstablished(kind=BodyKind.LEADING_GROUP, name="示例领导小组", place=PLACE))
    people = [years.desk(PLACE, house) for house in HOUSES]
    for person, house in zip(people, HOUSES, strict=True):
        seat = Seat.CHAIR if house is House.HR else Seat.DEPUTY
        world.act(DAY, by, GROUP, _seated(person, house, seat))
    return people


def _seated(
    person: UUID, house: House, seat: Seat, from_: date = DAY, until: date | None = UNTIL
) -> BodyMemberAppointed:
    return BodyMemberAppointed(officer=person, house=house, seat=seat, from_=from_, until=until)


def _minutes(years: Years, day: date, kind: DocumentKind = DocumentKind.MINUTES, number: str = "1") -> UUID:
    number = f"示例{kind.value}〔{day}〕{number}号"
    paper = DocumentRecorded(
        kind=kind, issuer="示例领导小组办公室", number=number, dated=day, title="示例会议纪要",
        sha256=document(number).sha256, media_type="application/pdf", size=9,
    )  # fmt: skip
    stream = document_stream(paper.issuer, paper.number)
    years.world.act(day, years.desk(PLACE), stream, paper)
    years.world.act(day, years.desk(PLACE, House.UNION), stream, DocumentConfirmed())
    return stream


def _meeting(minutes: UUID, *present: UUID, decided: bool = False, in_favour: int | None = None) -> BodyMeetingHeld:
    votes = len(present) if in_favour is None else in_favour
    decision = MeetingDecision(
        subject="示例事项", text="示例：同意", in_favour=votes, against=len(present) - votes, abstained=0
    )
    return BodyMeetingHeld(
        on=DAY, agenda="示例：部署创建活动", present=present, minutes=minutes, decisions=(decision,) if decided else ()
    )


def test_R_08_the_terms_of_a_seat_do_not_overlap(years: Years) -> None:
    people = _group(years)
    world, by = years.world, years.desk(PLACE)
    other = years.approver(PLACE, House.UNION)
    for event in (
        _seated(other, House.UNION, Seat.CHAIR, UNTIL),
        _seated(other, House.UNION, Seat.DEPUTY, DAY - timedelta(days=9), None),
    ):
        assert world.rules(DAY, by, GROUP, event) == {"A-36"}
    again = _seated(people[1], House.UNION, Seat.MEMBER, DAY - timedelta(days=9), None)
    assert world.rules(DAY, by, GROUP, again) == {"I-00"}
    world.act(DAY, by, GROUP, _seated(other, House.UNION, Seat.DEPUTY, later(UNTIL), None))
    world.act(DAY, by, GROUP, _seated(years.approver(PLACE), House.HR, Seat.CHAIR, later(UNTIL), None))
    assert len(world.state(Body, GROUP).members_on(DAY)) == 4


def test_R_08_a_meeting_without_quorum_decides_nothing(years: Years) -> None:
    people = _group(years)
    world, by, minutes = years.world, years.desk(PLACE), _minutes(years, DAY)
    assert world.rules(DAY, by, GROUP, _meeting(minutes, *people[:2], decided=True)) == {"A-36"}
    assert world.rules(DAY, by, GROUP, _meeting(minutes, *people[:3], decided=True, in_favour=1)) == {"A-36"}
    world.act(DAY, by, GROUP, _meeting(minutes, *people[:3], decided=True))
    held = world.last_of(GROUP).event
    assert isinstance(held, BodyMeetingHeld)
    assert (held.members, held.quorum) == (4, True)
    assert world.rules(DAY, by, GROUP, _meeting(minutes, *people[:2])) == {"A-36"}, "the minutes of another meeting"
    world.act(DAY, by, GROUP, _meeting(_minutes(years, DAY, number="2"), *people[:2]))
    held = world.last_of(GROUP).event
    assert isinstance(held, BodyMeetingHeld)
    assert (held.members, held.quorum) == (4, False)


def test_R_08_members_meet_and_the_minutes_are_a_paper_of_that_meeting(years: Years) -> None:
    people = _group(years)
    world, by, minutes = years.world, years.desk(PLACE), _minutes(years, DAY)
    stranger = years.desk(PLACE, House.HR) if years.desk(PLACE) not in people else years.approver(PLACE)
    assert world.rules(DAY, by, GROUP, _meeting(minutes, stranger, *people)) == {"A-36"}
    assert world.rules(DAY, by, GROUP, _meeting(minutes, people[0], people[0])) == {"A-36"}
    order = _minutes(years, DAY, DocumentKind.ORDER)
    assert world.rules(DAY, by, GROUP, _meeting(order, *people)) == {"A-36"}
    assert world.rules(DAY, by, GROUP, _meeting(world.new(), *people)) == {"T-02"}
    ahead = _meeting(minutes, *people).model_copy(update={"on": later(DAY)})
    assert "I-21" in world.rules(DAY, by, GROUP, ahead)
    before = _meeting(minutes).model_copy(update={"on": DAY - timedelta(days=1)})
    assert world.rules(DAY, by, GROUP, before) == {"I-21"}


def test_R_08_a_leading_group_meets_regularly(years: Years) -> None:
    people = _group(years)
    due = {duty.kind: duty.due for duty in years.world.owed(GROUP)}
    assert due == {ObligationKind.MEET: PACK.after(DAY, PACK.meetings.every)}
    day = DAY + timedelta(days=30)
    minutes = _minutes(years, day)
    meeting = _meeting(minutes, *people).model_copy(update={"on": day})
    years.world.act(day, years.desk(PLACE), GROUP, meeting)
    assert [duty.due for duty in years.world.owed(GROUP)] == [PACK.after(day, PACK.meetings.every)]


# --- the annex's tasks ------------------------------------------------------------------------------------


def _task(task: str = "cultivation", place: str = PLACE, officer: UUID | None = None) -> TaskAssigned:
    return TaskAssigned(
        task=task, place=place, house=House.HR, officer=officer, due=date(2024, 9, 30), key_points="示例：重点任务",
        safeguards="示例：保障措施",
    )  # fmt: skip


def test_R_49_the_thirteen_tasks_of_the_annex_are_the_packs(years: Years) -> None:
    assert len(PACK.tasks) == 13
    assert {name for name, task in PACK.tasks.items() if task.due is None} == {
        "coordinators", "procedure", "dynamic", "commendation", "incentives", "service", "supervision",
        "public_service",
    }  # fmt: skip
    assert PACK.tasks["standards"].due == date(2024, 10, 31)
    assert PACK.tasks["cultivation"].due == date(2027, 12, 31)
    assert PACK.label("review", "zh") == PACK.tasks["review"].zh
    unknown = _task("weather")
    stream = task_stream(PLACE, "weather")
    assert years.world.rules(DAY, years.desk(PLACE), stream, unknown) == {"I-00"}


def test_R_45_a_task_is_assigned_followed_and_done_with_its_document(years: Years) -> None:
    world, by, stream = years.world, years.desk(PLACE), task_stream(PLACE, "cultivation")
    world.act(DAY, by, stream, _task(officer=by))
    assert world.rules(DAY, by, stream, _task()) == {"I-00"}
    assert [(duty.kind, duty.holder, duty.due) for duty in world.owed(stream)] == [
        (ObligationKind.COMPLETE_TASK, f"prefecture:{PLACE}", date(2024, 9, 30))
    ]
    progress = TaskProgressed(on=DAY, percent=40, summary="示例：已启动", documents=(document("进度"),))
    world.act(DAY, by, stream, progress)
    assert world.rules(DAY, by, stream, progress.model_copy(update={"percent": 30})) == {"A-37"}
    done = TaskCompleted(on=DAY, summary="示例：已完成", document=document("成果"))
    with pytest.raises(ValueError, match="document"):
        TaskCompleted.model_validate({"on": DAY, "summary": "示例"})
    assert world.rules(DAY, by, stream, done.model_copy(update={"on": DAY - timedelta(days=1)})) == {"I-21"}
    assert world.rules(DAY, years.desk(ELSEWHERE), stream, done) == {"I-13"}
    world.act(DAY, by, stream, done)
    assert world.state(Task, stream).completed == DAY
    assert not world.owed(stream)
    assert world.rules(DAY, by, stream, progress) == {"A-37"}


def test_R_45_a_task_has_its_day_and_only_the_level_above_puts_it_off(years: Years) -> None:
    world, by, stream = years.world, years.desk(PLACE), task_stream(PLACE, "standards")
    for due in (DAY - timedelta(days=1), date(2024, 11, 1)):
        assert world.rules(DAY, by, stream, _task("standards").model_copy(update={"due": due})) == {"A-37"}
    strange = _task("standards", officer=years.desk(PLACE, House.UNION))
    assert world.rules(DAY, by, stream, strange) == {"T-02"}
    world.act(DAY, by, stream, _task("standards"))
    put_off = TaskRescheduled(due=date(2024, 12, 31), reason="示例：等待国家标准")
    assert world.rules(DAY, years.approver(PLACE), stream, put_off) == {"A-37"}
    overdue = date(2024, 10, 8)
    missed = [event.about.type for event in world.time_passes(overdue, stream)]
    assert missed == ["task.deadline-missed.v1"]
    world.act(overdue, years.approver(PROVINCE), stream, put_off)
    assert [duty.due for duty in world.owed(stream)] == [date(2024, 12, 31)]
    assert world.time_passes(overdue, stream) == []


# --- stations ---------------------------------------------------------------------------------------------------

STATION = station_stream(PLACE, "示例站点")
PLANNED = StationPlanned(name="示例站点", place=PLACE, pilot="changsha", due=date(2024, 6, 28))


def _inspected(on: date, **criteria: bool) -> StationInspected:
    met = dict.fromkeys(("uniform_signs", "fixed_premises", "complete_equipment", "complete_services"), True)
    return StationInspected(on=on, **{**met, **criteria})


def test_R_43_a_station_is_planned_opened_and_inspected_in_that_order(years: Years) -> None:
    park, world, by = life_at("registered"), years.world, years.desk(PLACE)
    world.knows(park.unit)
    elsewhere = PLANNED.model_copy(update={"pilot": "xiangtan_etdz"})
    assert world.rules(DAY, by, STATION, elsewhere) == {"A-38"}
    assert world.rules(DAY, by, STATION, PLANNED.model_copy(update={"due": DAY - timedelta(days=1)})) == {"A-38"}
    world.act(DAY, by, STATION, PLANNED.model_copy(update={"unit": park.unit.id}))
    assert {duty.kind: duty.due for duty in world.owed(STATION)} == {ObligationKind.OPEN_STATION: PLANNED.due}
    assert world.rules(DAY, by, STATION, _inspected(DAY)) == {"A-38"}
    world.act(DAY, by, STATION, StationOpened(on=DAY, address="示例路1号"))
    assert world.rules(DAY, by, STATION, StationOpened(on=DAY, address="示例路1号")) == {"A-38"}
    every = PACK.stations.inspected_every
    assert {duty.kind: duty.due for duty in world.owed(STATION)} == {
        ObligationKind.INSPECT_STATION: PACK.after(DAY, every)
    }
    assert world.rules(DAY, by, STATION, _inspected(DAY - timedelta(days=1))) == {"I-21"}
    world.act(later(DAY, 9), by, STATION, _inspected(later(DAY, 9)))
    assert [duty.due for duty in world.owed(STATION)] == [PACK.after(later(DAY, 9), every)]
    world.act(later(DAY, 9), by, STATION, StationClosed(on=later(DAY, 9), reason="示例：合并"))
    assert not world.owed(STATION)
    assert world.rules(later(DAY, 9), by, STATION, _inspected(later(DAY, 9))) == {"A-38"}


@pytest.mark.parametrize("unmet", ["uniform_signs", "fixed_premises", "complete_equipment", "complete_services"])
def test_R_43_a_model_station_meets_all_four_criteria(years: Years, unmet: str) -> None:
    world, by, above = years.world, years.desk(PLACE), years.approver(PROVINCE)
    recognised = StationRecognised(document_number="示例〔2024〕3号")
    world.act(DAY, by, STATION, PLANNED)
    assert world.rules(DAY, above, STATION, recognised) == {"A-38"}
    world.act(DAY, by, STATION, StationOpened(on=DAY, address="示例路1号"))
    world.act(DAY, by, STATION, _inspected(DAY, **{unmet: False}))
    assert world.rules(DAY, above, STATION, recognised) == {"A-38"}
    world.act(DAY, by, STATION, _inspected(DAY))
    assert world.rules(DAY, years.approver(PLACE), STATION, recognised) == {"I-13"}
    world.act(DAY, above, STATION, recognised)
    assert world.state(Station, STATION).recognised
    assert world.rules(DAY, above, STATION, recognised) == {"A-38"}


# --- standards of industries ------------------------------------------------------------------------------------

STANDARD = standard_stream(PROVINCE, "示例行业评价指引")
DRAFTED = StandardDrafted(
    name="示例行业评价指引",
    place=PROVINCE,
    industry="示例行业",
    topic=StandardTopic.EVALUATION,
    document=document("草案"),
)


def test_R_11_a_standard_is_drafted_consulted_on_piloted_and_published(years: Years) -> None:
    leader, world, by = life_at("registered"), years.world, years.desk(PROVINCE)
    world.knows(leader.unit)
    above, unit = years.approver(PROVINCE), leader.unit.id
    consulted = StandardConsulted(on=DAY, houses=HOUSES, summary="示例：意见一致")
    piloted = StandardPiloted(place=PLACE, from_=DAY, units=(unit,), summary="示例：集体协商")
    published = StandardPublished(number="DB43/T 2233-2021", document=document("标准"))
    world.act(DAY, by, STANDARD, DRAFTED.model_copy(update={"leader": unit}))
    assert world.rules(DAY, by, STANDARD, piloted) == {"A-39"}
    twice = consulted.model_copy(update={"houses": (House.HR, House.HR)})
    assert world.rules(DAY, by, STANDARD, twice) == {"A-39"}
    world.act(DAY, by, STANDARD, consulted)
    assert world.rules(DAY, above, STANDARD, published) == {"A-39"}
    assert world.rules(DAY, by, STANDARD, piloted.model_copy(update={"from_": later(DAY)})) == {"I-21"}
    world.act(DAY, by, STANDARD, piloted)
    assert world.rules(DAY, by, STANDARD, piloted) == {"A-39"}
    assert world.rules(DAY, above, STANDARD, StandardTakenUp(standard_set="enterprise_provincial")) == {"A-39"}
    world.act(DAY, above, STANDARD, published)
    assert world.rules(DAY, by, STANDARD, consulted) == {"A-39"}
    assert world.state(Standard, STANDARD).number == published.number
    other = standard_stream(PROVINCE, "另一示例指引")
    world.act(DAY, by, other, DRAFTED.model_copy(update={"name": "另一示例指引"}))
    world.act(DAY, by, other, consulted)
    world.act(DAY, by, other, piloted)
    for same in ("DB43/T 2233-2021", "db43/t 2233-2021", "ＤＢ43/T 2233-2021"):  # a number is one standard's
        assert world.rules(DAY, above, other, published.model_copy(update={"number": same})) == {"A-39"}
    world.act(DAY, above, other, published.model_copy(update={"number": "DB43/T 2234-2021"}))


def test_R_11_a_published_standard_is_taken_up_where_the_pack_has_its_number(years: Years) -> None:
    world, by, above = years.world, years.desk(PROVINCE), years.approver(PROVINCE)
    code = next(one.code for one in PACK.standard_sets.values())
    name = next(name for name, one in PACK.standard_sets.items() if one.code == code)
    other = next(name for name, one in PACK.standard_sets.items() if one.code != code)
    world.act(DAY, by, STANDARD, DRAFTED)
    world.act(DAY, by, STANDARD, StandardConsulted(on=DAY, houses=HOUSES, summary="示例"))
    world.act(DAY, by, STANDARD, StandardPiloted(place=PLACE, from_=DAY, summary="示例"))
    world.act(DAY, above, STANDARD, StandardPublished(number=code, document=document("标准")))
    assert world.rules(DAY, above, STANDARD, StandardTakenUp(standard_set=other)) == {"A-39"}
    world.act(DAY, above, STANDARD, StandardTakenUp(standard_set=name))
    assert world.state(Standard, STANDARD).taken_up == {name}
