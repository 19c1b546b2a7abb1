"""Attempts on the newer chapters (docs/explanation/law.md): what somebody tried, and the rule that stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.body import BodyEstablished, BodyMeetingHeld, BodyMemberAppointed, BodyMemberReleased
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.round import RoundOpened
from events.governance.standard import StandardConsulted, StandardDrafted, StandardPiloted
from events.governance.station import StationClosed, StationInspected, StationOpened, StationPlanned, StationRecognised
from events.governance.task import TaskAssigned, TaskProgressed, TaskRescheduled
from events.governance.year import YearOpened, YearPlanAccepted, YearPlanReturned
from events.governance.year_lapses import YearLapseFound, YearScoreDeducted
from events.governance.year_reports import YearSampled
from events.governance.year_work import (
    KnownUnits,
    SupervisionFinding,
    YearSupervisionConducted,
    YearTrainingHeld,
    YearUnitsCounted,
)
from events.unit.cultivation import UnitContactAssigned, UnitCoordinatorAppointed
from events.unit.registration import UnitMemberJoined
from events.unit.revocation import (
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevoked,
)
from events.words import (
    BodyKind,
    DocumentKind,
    House,
    Level,
    Matter,
    ObligationKind,
    ReconsiderationOutcome,
    Recovery,
    Role,
    RoundKind,
    StandardTopic,
    Supervision,
    TrainingKind,
    UnitKind,
)
from services.casework.body.state import Body, body_stream
from services.casework.document.state import document_stream
from services.casework.standard.state import standard_stream
from services.casework.station.state import station_stream
from services.casework.task.state import task_stream
from tests.casework.given import (
    PACK,
    PROVINCIAL,
    Life,
    a_paper,
    approver,
    cited,
    desk,
    document,
    registration,
    visitors,
)
from tests.casework.stages import ON, life_at, opine, visited
from tests.casework.world import World, appointment
from tests.casework.years import PLACE, Years, later, plan, report

DAY, PROVINCE = date(2024, 3, 4), PACK.place
AHEAD = PACK.after(DAY, PACK.windows.planned_ahead)
STATION, TASK = station_stream(PLACE, "示例站点"), task_stream(PLACE, "cultivation")
GROUP = body_stream(PLACE, BodyKind.LEADING_GROUP, "示例小组")


@pytest.fixture
def years() -> Years:
    return Years.begun()


@pytest.fixture
def world(years: Years) -> World:
    return years.world


# --- facts of a day that suits ----------------------------------------------------------------------------------------


def test_a_station_does_not_open_before_it_was_planned_nor_is_an_older_inspection_its_last(years: Years) -> None:
    """A station "opened" two years ago; and one that failed is made sound by an inspection of the month before."""
    world, by = years.world, years.desk(PLACE)
    world.act(DAY, by, STATION, StationPlanned(name="示例站点", place=PLACE, due=AHEAD))
    opened = StationOpened(on=DAY, address="示例路1号")
    assert world.rules(DAY, by, STATION, opened.model_copy(update={"on": DAY - timedelta(days=1)})) == {"I-21"}
    world.act(DAY, by, STATION, opened)
    failed = _inspected(later(DAY, 9), uniform_signs=False)
    world.act(later(DAY, 9), by, STATION, failed)
    assert world.rules(later(DAY, 9), by, STATION, _inspected(later(DAY, 8))) == {"I-21"}
    recognised = StationRecognised(document_number="示例〔2024〕1号")
    assert world.rules(later(DAY, 9), years.approver(PROVINCE), STATION, recognised) == {"A-38"}
    closed = StationClosed(on=later(DAY, 8), reason="示例")
    assert world.rules(later(DAY, 9), by, STATION, closed) == {"I-21"}, "closed before it was inspected"
    given_up, before = station_stream(PLACE, "另一站点"), closed.model_copy(update={"on": DAY - timedelta(days=1)})
    world.act(DAY, by, given_up, StationPlanned(name="另一站点", place=PLACE, due=AHEAD))
    assert world.rules(DAY, by, given_up, before) == {"I-21"}, "given up before it was planned"


def _inspected(on: date, *, uniform_signs: bool = True) -> StationInspected:
    return StationInspected(
        on=on, uniform_signs=uniform_signs, fixed_premises=True, complete_equipment=True, complete_services=True
    )


def test_nothing_of_a_task_is_done_before_it_was_assigned(years: Years) -> None:
    world, by = years.world, years.desk(PLACE)
    world.act(DAY, by, TASK, _assigned())
    progress = TaskProgressed(on=DAY - timedelta(days=1), percent=90, summary="示例")
    assert world.rules(DAY, by, TASK, progress) == {"I-21"}


def _assigned(due: date = AHEAD) -> TaskAssigned:
    return TaskAssigned(task="cultivation", place=PLACE, house=House.HR, due=due, key_points="示例", safeguards="示例")


def test_a_standard_is_not_piloted_before_anybody_was_consulted(years: Years) -> None:
    world, by, stream = years.world, years.desk(PROVINCE), standard_stream(PROVINCE, "示例标准")
    drafted = StandardDrafted(
        name="示例标准", place=PROVINCE, industry="示例业", topic=StandardTopic.EVALUATION, document=document("草案")
    )
    world.act(DAY, by, stream, drafted)
    world.act(DAY, by, stream, StandardConsulted(on=DAY, houses=PACK.quorums.houses, summary="示例"))
    for from_, rules in ((DAY - timedelta(days=1), {"A-39"}), (DAY, set())):
        piloted = StandardPiloted(place=PLACE, from_=from_, summary="示例")
        assert {r.rule for r in world.decided(DAY, by, stream, piloted).refusals} == rules


def test_nobody_was_a_member_before_the_recording_nor_leaves_before_it(years: Years) -> None:
    """A member is appointed, or an absent one released, from before a meeting, so that it had its quorum."""
    world, by = years.world, years.desk(PLACE)
    world.act(DAY, by, GROUP, BodyEstablished(kind=BodyKind.LEADING_GROUP, name="示例小组", place=PLACE))
    seats = {house: years.desk(PLACE, house) for house in (House.HR, House.UNION)}
    for house, person in seats.items():
        world.act(DAY, by, GROUP, BodyMemberAppointed(officer=person, house=house, from_=DAY))
    day = later(DAY, 9)
    absent, met = world.state(Body, GROUP).members[1], later(DAY, 5)
    assert world.rules(day, by, GROUP, BodyMemberReleased(member=absent.version, on=met, reason="示例")) == {"I-21"}
    late = years.approver(PLACE)
    world.act(day, by, GROUP, BodyMemberAppointed(officer=late, house=House.HR, from_=DAY))
    held = BodyMeetingHeld(on=met, agenda="示例", present=(by, late), minutes=_minutes(years, met, day))
    assert world.rules(day, by, GROUP, held) == {"A-36"}


def _minutes(years: Years, dated: date, day: date) -> UUID:
    paper = DocumentRecorded(
        kind=DocumentKind.MINUTES, issuer="示例小组", number=f"示例纪要{dated}", dated=dated, title="示例纪要",
        sha256=document(f"纪要{dated}").sha256, media_type="application/pdf", size=9,
    )  # fmt: skip
    stream = document_stream(paper.issuer, paper.number)
    years.world.act(day, years.desk(PLACE), stream, paper)
    years.world.act(day, years.desk(PLACE, House.UNION), stream, DocumentConfirmed())
    return stream


def test_a_leading_group_that_was_too_few_has_not_met(years: Years) -> None:
    world, by = years.world, years.desk(PLACE)
    world.act(DAY, by, GROUP, BodyEstablished(kind=BodyKind.LEADING_GROUP, name="示例小组", place=PLACE))
    for house in (House.HR, House.UNION):
        seat = BodyMemberAppointed(officer=years.desk(PLACE, house), house=house, from_=DAY)
        world.act(DAY, by, GROUP, seat)
    owed = world.owed(GROUP)
    day = later(DAY, 30)
    alone = BodyMeetingHeld(on=day, agenda="示例", present=(by,), minutes=_minutes(years, day, day))
    world.act(day, by, GROUP, alone)
    assert world.owed(GROUP) == owed


def test_a_plaque_is_not_recovered_before_it_had_to_be() -> None:
    life = life_at("heard")
    day = ON["heard"]
    life.act(day, approver(Level.PROVINCE), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    (plaque,) = life.unit.naming.plaques
    recovered = UnitPlaqueRecovered(plaque=plaque, how=Recovery.COLLECTED, on=day - timedelta(days=1))
    cited(life.refused(day, desk(Level.PREFECTURE), recovered), "I-21")


# --- days that never come ---------------------------------------------------------------------------------------------


def test_nothing_is_planned_for_a_hundred_years_from_now(years: Years) -> None:
    world, by, far = years.world, years.desk(PLACE), date(2099, 1, 1)
    planned = StationPlanned(name="示例站点", place=PLACE, due=far)
    assert world.rules(DAY, by, STATION, planned) == {"A-38"}
    assert world.rules(DAY, by, TASK, TaskAssigned.model_validate(_assigned().model_dump() | {"due": far})) == {"A-37"}
    opened = RoundOpened(kind=RoundKind.NAMING, name="示例轮次", title=PROVINCIAL, place=PROVINCE, from_=DAY, until=far)
    assert world.rules(DAY, years.approver(PROVINCE), world.new(), opened) == {"T-18"}
    found = (SupervisionFinding(id="一", findings="示例", due=far),)
    supervised = YearSupervisionConducted(kind=Supervision.SELF, on=DAY, summary="示例", problems=found)
    assert years.rules(DAY, PLACE, supervised) == {"A-32"}
    years.at(DAY, PLACE, plan())
    returned = YearPlanReturned(reason="示例", due=far)
    assert years.rules(DAY, PLACE, returned, by=years.desk(PROVINCE)) == {"T-05"}


def test_a_task_is_not_put_off_again_and_again(years: Years) -> None:
    world, above, first = years.world, years.approver(PROVINCE), later(DAY, 30)
    world.act(DAY, years.desk(PLACE), TASK, _assigned(first))
    last = PACK.after(first, PACK.windows.planned_ahead)
    world.act(DAY, above, TASK, TaskRescheduled(due=last, reason="示例"))
    assert world.rules(DAY, above, TASK, TaskRescheduled(due=later(last), reason="示例")) == {"A-37"}


def test_a_contact_of_years_to_come_is_none() -> None:
    life, latest = life_at("named"), PACK.after(ON["named"], PACK.windows.contact)
    who = desk(Level.PREFECTURE)
    life.knows(who)
    for from_, lawful in ((latest, True), (later(latest), False), (date(2099, 1, 1), False)):
        said = UnitContactAssigned(officer=who.id, from_=from_)
        assert (not life.copy().judged(ON["named"], who, said, None)[2]) is lawful


# --- counted twice, or more than there are ----------------------------------------------------------------------------


def test_a_training_is_counted_once(years: Years) -> None:
    held = YearTrainingHeld(kind=TrainingKind.BASIC, course="示例课程", on=DAY, people=900, certified=900)
    years.at(DAY, PLACE, held)
    again = held.model_copy(update={"people": 800, "certified": 700})
    assert years.rules(DAY, PLACE, again) == {"A-31"}
    years.at(DAY, PLACE, held, by=years.desk(PLACE, House.UNION))


def test_an_older_count_of_units_takes_no_newer_ones_place(years: Years) -> None:
    for on, units in ((DAY, 900), (DAY - timedelta(days=30), 9)):
        counted = (KnownUnits(place=PLACE, kind=UnitKind.ENTERPRISE, units=units),)
        years.at(DAY, PLACE, YearUnitsCounted(on=on, counted_by="示例统计局", counted=counted))
    known = years.state(PLACE).known
    assert known is not None
    assert known.counted[0].units == 900


def test_no_more_coordinators_than_workers() -> None:
    life = life_at("registered")
    said = UnitCoordinatorAppointed(count=300, certified=300)
    cited(life.refused(ON["registered"], life.agent, said.model_copy(update={"count": 301})), "I-00")
    life.act(ON["registered"], life.agent, said)


def test_a_member_of_a_park_lies_in_its_place() -> None:
    park, here, elsewhere = Life.of(UnitKind.PARK), Life.of(n=1), Life.of(n=2, place="430105")
    for life in (park, here, elsewhere):
        life.act(DAY, life.agent, registration(life))
        park.knows(life.unit)
    joins = UnitMemberJoined(member=here.unit.id, from_=DAY)
    cited(park.refused(DAY, park.agent, joins.model_copy(update={"member": elsewhere.unit.id})), "T-17")
    park.act(DAY, park.agent, joins)


def test_one_person_with_two_posts_is_no_two_visitors_of_two_houses() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    hr, union = desk(Level.PREFECTURE), desk(Level.PREFECTURE, House.UNION)
    visit = visited(life, day, PROVINCIAL)
    twice = visitors(hr, union, hr)
    assert "A-12" in {r.rule for r in life.refused(day, hr, visit.model_copy(update={"visitors": twice}))}
    twin = replace(union, id=UUID(int=9, version=4), tag=hr.tag)
    life.knows(twin)
    both = (*visitors(hr), *visitors(twin), *visitors(desk(Level.PREFECTURE, n=2)))
    assert "A-12" in {r.rule for r in life.refused(day, hr, visit.model_copy(update={"visitors": both}))}


# --- one hand on both sides -------------------------------------------------------------------------------------------


def test_who_filed_a_plan_does_not_accept_it_from_another_post(years: Years) -> None:
    world, admins = years.world, ("administrator 1", "administrator 2")
    clerk = years.desk(PLACE)
    first, second = (world.people[name] for name in admins)
    world.by_two(DAY, first, second, clerk, appointment(Role.OFFICER, Level.PROVINCE, PROVINCE, DAY))
    years.at(DAY, PLACE, plan(), by=clerk)
    for answer in (YearPlanAccepted(), YearPlanReturned(reason="示例", due=later(DAY, 9))):
        assert years.rules(DAY, PLACE, answer, by=clerk) == {"T-03"}
    years.at(DAY, PLACE, YearPlanAccepted(), by=years.desk(PROVINCE))


# --- settled by what settles nothing ----------------------------------------------------------------------------------


def test_a_report_of_a_year_to_come_is_none(years: Years) -> None:
    ahead = Years(years.world, 2025, years.people)
    day = date(2024, 12, 2)
    ahead.act(day, ahead.desk(PROVINCE), ahead.stream(PROVINCE), YearOpened(place=PROVINCE, year=2025))
    assert ahead.rules(day, PLACE, report()) == {"I-19"}


def test_a_spot_check_of_before_the_draw_does_not_look_at_who_was_drawn(years: Years) -> None:
    drawn = later(DAY, 30)
    years.act(drawn, years.world.operator, years.stream(PLACE), YearSampled())  # type: ignore[arg-type]
    for on, done in ((DAY, False), (drawn, True)):
        looked = YearSupervisionConducted(kind=Supervision.SPOT, on=on, summary="示例")
        years.at(drawn, PLACE, looked, by=years.desk(PROVINCE))
        assert (ObligationKind.SPOT_CHECK not in years.owed(PLACE)) is done


def test_a_lapse_is_not_answered_by_nothing(years: Years) -> None:
    found = YearLapseFound(place=PLACE, year=2024, obligation=ObligationKind.FILE_PLAN, ref="file_plan:plan", due=DAY)
    at = years.act(later(DAY), years.world.operator, years.stream(PLACE), found)  # type: ignore[arg-type]
    nothing = YearScoreDeducted(lapse=at, points=0, reason="示例")
    assert years.rules(later(DAY), PLACE, nothing, by=years.approver(PROVINCE)) == {"A-33"}


# --- papers -----------------------------------------------------------------------------------------------------------


def test_a_paper_that_says_something_else_sets_no_revocation_aside() -> None:
    life, day = _asked_again()
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION)
    for kind in DocumentKind:
        paper = a_paper(f"示例{kind.value}", kind=kind, dated=day)
        life.knows(paper)
        aside = UnitReconsiderationDecided(
            title=PROVINCIAL, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例", paper=paper.id
        )
        refused = {r.rule for r in life.copy().judged(day, approver(Level.PROVINCE, n=9), aside, None)[2]}
        undoes = kind in (DocumentKind.CONSENT, DocumentKind.REFUSAL, DocumentKind.ORDER, DocumentKind.RULING)
        assert refused == (set() if undoes else {"T-23"}), kind


def _asked_again() -> tuple[Life, date]:
    life, day = life_at("heard"), ON["heard"]
    life.act(day, approver(Level.PROVINCE), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    life.act(day, life.agent, UnitReconsiderationRequested(title=PROVINCIAL, text="示例"))
    return life, day
