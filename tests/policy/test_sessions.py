"""R-20 (五(五)2): review sessions over many cases, and third parties that assess beside the houses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from events.envelope import Entry, Event
from events.governance.body import BodyAssessorContracted, BodyEstablished
from events.governance.session import (
    SessionAgendaSet,
    SessionCancelled,
    SessionCase,
    SessionConvened,
    SessionHeld,
    SessionOpinionsGiven,
    SessionVote,
)
from events.unit.evaluation import UnitAssessedByThirdParty, UnitEvaluated, UnitHouseOpined
from events.words import BodyKind, DocumentKind, House, Level, ObligationKind, Opinion, Recommendation, Role, UnitKind
from services.casework.body.state import Body, Member, body_stream
from services.casework.session.state import Session
from services.casework.unit.state import Unit
from services.checker.checking import Checker
from tests.casework.given import (
    PACK,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    Life,
    a_paper,
    approver,
    desk,
    document,
    post,
    somebody,
)
from tests.casework.stages import ON, life_at, visited
from tests.casework.world import World

DAY = ON["evaluated"]
NAME = "示例市协调劳动关系三方会议"
HOUSES = {house: desk(Level.PREFECTURE, house, n=5) for house in House}
BODY = Body(
    body_stream(PREFECTURE, BodyKind.TRIPARTITE, NAME), 5, BodyKind.TRIPARTITE, NAME, PREFECTURE,
    since=date(2020, 1, 1),
    members=tuple(
        Member(version, person.id, house, date(2020, 1, 1), None)
        for version, (house, person) in enumerate(HOUSES.items(), 2)
    ),
)  # fmt: skip
MINUTES = a_paper("示例纪要〔2024〕1号", "示例市三方会议办公室", kind=DocumentKind.MINUTES, dated=DAY)
OFFICE = desk(Level.PREFECTURE)
STREAM = somebody("评审会")


def _visited(n: int) -> Life:
    life = life_at("at_evaluation", n=n)
    life.act(DAY, OFFICE, visited(life, DAY, PROVINCIAL))
    return life


def _at_evaluation(lives: Sequence[Life]) -> World:
    world = World(PACK)
    world.knows(BODY, MINUTES, OFFICE, approver(Level.PREFECTURE), *HOUSES.values(), *(life.unit for life in lives))
    world.knows(*(agent for life in lives for agent in (life.agent, life.union)))
    return world


def _agenda(lives: Sequence[Life]) -> tuple[SessionCase, ...]:
    return tuple(SessionCase(unit=life.unit.id, title=PROVINCIAL) for life in lives)


def _votes(lives: Sequence[Life], opinion: Opinion = Opinion.SUPPORT) -> SessionOpinionsGiven:
    votes = tuple(SessionVote(unit=life.unit.id, title=PROVINCIAL, opinion=opinion) for life in lives)
    return SessionOpinionsGiven(votes=votes)


def _convened(world: World, lives: Sequence[Life]) -> None:
    event = SessionConvened(body=BODY.id, name="示例评审会", on=DAY, agenda=_agenda(lives))
    world.act(DAY, OFFICE.id, STREAM, event)


def _line(entry: Entry[Event]) -> str:
    return f'{{"type":"{entry.event.about.type}","state":{entry.model_dump_json(by_alias=True)}}}'


def _held(*houses: House) -> SessionHeld:
    present = [{"officer": HOUSES[house].id, "house": house} for house in houses]
    return SessionHeld.model_validate({"present": tuple(present), "minutes": MINUTES.id})


def test_R_20_a_session_opines_on_many_cases_in_one_command_a_house_and_its_minutes_carry_the_evaluation() -> None:
    lives = [_visited(n) for n in (1, 2, 3)]
    world = _at_evaluation(lives)
    _convened(world, lives)
    assert world.state(Session, STREAM).place == PREFECTURE
    for house, person in HOUSES.items():
        entry = world.act(DAY, person.id, STREAM, _votes(lives))
        of_command = [one for one in world.log if one.command_id == entry.command_id]
        assert [one.stream for one in of_command] == [STREAM, *(life.unit.id for life in lives)]
        assert all(one.actor.house is house for one in of_command)
    recommended = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=90, session=STREAM)
    boss = approver(Level.PREFECTURE).id
    assert world.rules(DAY, boss, lives[0].unit.id, recommended) == {"A-20"}
    world.act(DAY, OFFICE.id, STREAM, _held(*House))
    for life in lives:
        entry = world.act(DAY, boss, life.unit.id, recommended)
        assert isinstance(entry.event, UnitEvaluated)
        assert len(entry.event.opinions or ()) == len(House)
    assert world.rules(DAY, OFFICE.id, STREAM, SessionCancelled(reason="示例")) == {"A-20"}
    assert world.rules(DAY, HOUSES[House.HR].id, STREAM, _votes(lives)) == {"A-20"}


def test_R_20_one_case_that_cannot_be_opined_on_stores_no_opinion_at_all_and_is_named() -> None:
    ready, applied = _visited(1), life_at("applied", n=2)
    world = _at_evaluation([ready, applied])
    _convened(world, [ready, applied])
    before = len(world.log)
    refusals = world.refused(DAY, HOUSES[House.HR].id, STREAM, _votes([ready, applied]))
    assert all(refusal.facts[0] == str(applied.unit.id) for refusal in refusals)
    assert len(world.log) == before
    assert world.state(Unit, ready.unit.id).evaluation.opinions == {}


def test_R_20_who_speaks_is_a_member_of_that_day_on_what_is_on_the_agenda_once() -> None:
    one, other = _visited(1), _visited(2)
    world = _at_evaluation([one, other])
    _convened(world, [one])
    stranger = desk(Level.PREFECTURE, House.UNION, n=7)
    world.knows(stranger)
    assert world.rules(DAY, stranger.id, STREAM, _votes([one])) == {"T-02"}
    assert world.rules(DAY, HOUSES[House.HR].id, STREAM, _votes([other])) == {"A-20"}
    assert world.rules(DAY, HOUSES[House.HR].id, STREAM, _votes([one, one])) == {"A-20"}
    world.act(DAY, OFFICE.id, STREAM, SessionAgendaSet(agenda=_agenda([one, other])))
    world.act(DAY, HOUSES[House.HR].id, STREAM, _votes([other]))
    assert world.rules(DAY, OFFICE.id, STREAM, SessionAgendaSet(agenda=_agenda([one]))) == {"A-20"}


@pytest.mark.parametrize(
    "present",
    [
        (House.HR, House.UNION),  # two of the four
        (House.UNION, House.FEDERATION, House.COMMERCE),  # without human resources
        (House.HR, House.FEDERATION, House.COMMERCE),  # without one that spoke
    ],
)
def test_R_20_minutes_without_a_quorum_of_houses_are_refused(present: tuple[House, ...]) -> None:
    lives = [_visited(1)]
    world = _at_evaluation(lives)
    _convened(world, lives)
    world.act(DAY, HOUSES[House.UNION].id, STREAM, _votes(lives))
    assert world.rules(DAY, OFFICE.id, STREAM, _held(*present)) == {"A-20"}
    world.act(DAY, OFFICE.id, STREAM, _held(House.HR, House.UNION, House.COMMERCE))


def test_R_20_minutes_are_a_paper_of_minutes_and_owed_in_time() -> None:
    lives = [_visited(1)]
    world = _at_evaluation(lives)
    _convened(world, lives)
    owed = [(duty.kind, duty.holder, duty.due) for duty in world.owed(STREAM)]
    assert owed == [(ObligationKind.MINUTES, f"prefecture:{PREFECTURE}", PACK.after(DAY, PACK.windows.minutes))]
    report = a_paper("示例报告〔2024〕1号", kind=DocumentKind.REPORT, dated=DAY)
    world.knows(report)
    held = _held(*House)
    assert world.rules(DAY, OFFICE.id, STREAM, held.model_copy(update={"minutes": report.id})) == {"A-20"}
    world.act(DAY, OFFICE.id, STREAM, held)
    assert not world.owed(STREAM)


def test_R_20_a_session_is_a_tripartite_bodys_and_not_of_a_day_that_is_over() -> None:
    lives = [_visited(1)]
    world = _at_evaluation(lives)
    office = Body(somebody("办公室"), 1, BodyKind.OFFICE, "示例办公室", PREFECTURE, since=DAY)
    world.knows(office)
    event = SessionConvened(body=office.id, name="示例评审会", on=DAY, agenda=_agenda(lives))
    assert world.rules(DAY, OFFICE.id, STREAM, event) == {"A-20"}
    past = event.model_copy(update={"body": BODY.id, "on": DAY - timedelta(days=1)})
    assert world.rules(DAY, OFFICE.id, STREAM, past) == {"I-21"}
    ahead = event.model_copy(update={"body": BODY.id, "on": DAY + timedelta(days=3)})
    world.act(DAY, OFFICE.id, STREAM, ahead)
    assert world.rules(DAY, HOUSES[House.HR].id, STREAM, _votes(lives)) == {"I-21"}


def test_R_20_sixty_cases_are_opined_on_in_one_command() -> None:
    lives = [_visited(n) for n in range(1, 61)]
    world = _at_evaluation(lives)
    _convened(world, lives)
    stored = len(world.log)
    world.act(DAY, HOUSES[House.HR].id, STREAM, _votes(lives))
    opined = Counter(entry.stream for entry in world.log[stored:] if isinstance(entry.event, UnitHouseOpined))
    assert opined == Counter({life.unit.id: 1 for life in lives})


def test_R_20_the_checker_sees_minutes_without_a_quorum_and_strangers_who_spoke() -> None:
    lives = [_visited(1)]
    world = _at_evaluation(lives)
    _convened(world, lives)
    world.act(DAY, HOUSES[House.HR].id, STREAM, _votes(lives))
    world.act(DAY, OFFICE.id, STREAM, _held(*House))
    convened, spoke, held = (entry for entry in world.log if entry.stream == STREAM)
    less = held.model_copy(update={"event": _held(House.UNION)})
    other = spoke.model_copy(update={"event": _votes([_visited(2)])})
    found = []
    for told in ((convened, spoke, held), (convened, spoke, less), (convened, other, held)):
        checker = Checker(whole=False)
        found.append({one.rule for entry in told for one in checker.feed(_line(entry))})
    assert found == [set(), {"A-20"}, {"A-20"}]


def test_R_20_a_third_party_is_registered_with_contract_and_field() -> None:
    life, assessor = life_at("at_evaluation"), post(Role.ASSESSOR, Level.PROVINCE, None)
    world = _at_evaluation([life])
    office, contract = desk(Level.PROVINCE), a_paper("示例合同1号", kind=DocumentKind.CONTRACT)
    world.knows(assessor, office, contract)
    name, stream = "示例评估中心", body_stream(PROVINCE, BodyKind.ASSESSOR, "示例评估中心")
    world.act(DAY, office.id, stream, BodyEstablished(kind=BodyKind.ASSESSOR, name=name, place=PROVINCE))
    engaged = BodyAssessorContracted(
        paper=contract.id, kinds=(UnitKind.PARK,), assessors=(assessor.id,), from_=DAY, until=DAY
    )
    assert world.rules(DAY, office.id, stream, engaged.model_copy(update={"paper": MINUTES.id})) == {"A-20"}
    assert world.rules(DAY, office.id, stream, engaged.model_copy(update={"assessors": (office.id,)})) == {"T-02"}
    world.knows(BODY)
    assert "A-20" in world.rules(DAY, OFFICE.id, BODY.id, engaged)
    world.act(DAY, office.id, stream, engaged)
    report = UnitAssessedByThirdParty(
        title=PROVINCIAL, body=stream, assessor=assessor.id, score=90, report=document("社会评估报告")
    )
    assert world.rules(DAY, assessor.id, life.unit.id, report) == {"A-20"}  # an enterprise is not its field
    world.act(DAY, office.id, stream, engaged.model_copy(update={"kinds": (UnitKind.ENTERPRISE,)}))
    world.act(DAY, assessor.id, life.unit.id, report)
    assert world.rules(DAY + timedelta(days=1), assessor.id, life.unit.id, report) == {"A-20"}
