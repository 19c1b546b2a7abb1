"""The declarations: one law an event, its rule and matter in the pack, a row for every duty (T-05)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from events.envelope import Actor, Event
from events.fields import Visitor
from events.governance.body import BodyEstablished, BodyMeetingHeld, BodyMemberAppointed
from events.governance.check import CheckShareWithheld
from events.governance.crosscheck import CrosscheckPlanned, CrosscheckShareWithheld
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.honour import (
    HonourObjectionRaised,
    HonourObjectionResolved,
    HonourObjectionSetAside,
    HonourProposed,
    HonourPublicised,
)
from events.governance.persons import RegisterPersonAnswered, RegisterPersonRefused, RegisterPersonRequested
from events.governance.province import ProvinceJoined
from events.governance.round import RoundListPublished, RoundOpened
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.governance.session import SessionCase, SessionConvened, SessionHeld
from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.governance.station import StationInspected, StationOpened, StationPlanned
from events.governance.task import TaskAssigned, TaskCompleted
from events.governance.year import YearCriticised, YearPlanAccepted, YearPlanReturned
from events.governance.year_lapses import (
    YearLapseExcused,
    YearReconsiderationDecided,
    YearReconsiderationRequested,
    YearScoreDeducted,
)
from events.governance.year_reports import YearSampleDrawn, YearSamplePlanned
from events.governance.year_work import (
    SupervisionFinding,
    YearFindingClosed,
    YearSupervisionConducted,
    YearTrainingHeld,
)
from events.person import PersonTag
from events.record import COMMON, ActSeconded, DutyResumed
from events.registry import EVENT_TYPES, decisions_of, stream_kind
from events.unit.application import (
    UnitApplicationAmended,
    UnitApplicationRejected,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
)
from events.unit.checks import (
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitVerified,
)
from events.unit.cultivation import UnitCultivationConcluded, UnitCultivationPlanned
from events.unit.naming import UnitNamed, UnitNamingRefused, UnitTermExpired, UnitTermExtended
from events.unit.publicity import (
    UnitObjectionAdmitted,
    UnitObjectionJoined,
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitObjectionSetAside,
)
from events.unit.registration import UnitRegistered
from events.unit.revocation import (
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationLapsed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.signals import UnitSignalAssessed
from events.unit.standing_in import UnitOfficerLent, UnitStepTakenUp, UnitTakingUpRequested
from events.words import (
    ActorKind,
    BodyKind,
    CheckKind,
    CheckResult,
    CultivationOutcome,
    DocumentKind,
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    PersonRight,
    Recipient,
    ReconsiderationOutcome,
    Recovery,
    RectificationOutcome,
    Role,
    RoundKind,
    Service,
    SubKind,
    Supervision,
    TrainingKind,
    UnitKind,
    VerificationResult,
)
from services.casework.body.state import body_stream
from services.casework.check.draw import seed_digest
from services.casework.crosscheck.state import CrossInspection
from services.casework.decide import REGISTER
from services.casework.document.state import document_stream
from services.casework.judgement import obligations
from services.casework.kinds import KINDS
from services.casework.pack import Pack, load_pack
from services.casework.province.state import province_stream
from services.casework.register.state import register_stream
from services.casework.station.state import station_stream
from services.casework.stream import State, advance
from services.casework.task.state import task_stream
from services.casework.timekeeping import brought_about
from services.casework.unit.registration import unit_id
from tests.casework import crosschecks
from tests.casework.drawing import Drawing
from tests.casework.given import (
    NATIONAL,
    PACKS,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    UnitDeadlineMissed,
    a_paper,
    approver,
    desk,
    document,
    somebody,
)
from tests.casework.stages import ON, life_at, opine, renew
from tests.casework.test_common import APPROVER, _somebody
from tests.casework.test_duties import DAY as DUTY_DAY
from tests.casework.test_duties import HEAD, _life, _ruling
from tests.casework.world import World, seconding
from tests.casework.years import ELSEWHERE, PLACE, Years, later, plan, report, targets
from tests.lives.stories import STORIES

LAWS = [(kind, law) for kind in KINDS.values() for law in kind.laws.values()]


def test_every_event_has_exactly_one_law_in_its_own_kind() -> None:
    declared = Counter(law.event for kind in KINDS.values() for chapter in kind.all_chapters for law in chapter.acts)
    assert set(declared) == set(EVENT_TYPES.values())
    assert set(declared.values()) == {1}
    for kind, law in LAWS:
        assert stream_kind(law.event.about.type) == kind.name


@pytest.mark.parametrize("name", ["hunan-2023-15", "example-1"])
def test_the_rule_and_the_matter_of_every_law_and_the_clause_of_every_duty_are_in_the_pack(name: str) -> None:
    pack: Pack = load_pack(name)
    for _, law in LAWS:
        assert law.rule in pack.rules, law.event
        assert pack.clause_of(law.event.about.matter) in pack.clauses
    for duty in ObligationKind:
        assert pack.duty_clause(duty.value) in pack.clauses


def test_the_decisions_of_a_kind_are_each_one_laws() -> None:
    for kind in KINDS.values():
        named = [law.event.about.decision for law in kind.laws.values() if law.event.about.decision]
        assert len(named) == len(set(named)) == len(kind.decisions)
        assert {name: law.event for name, law in kind.decisions.items()} == dict(decisions_of(kind.name))


def test_what_an_act_is_about_stands_in_its_event() -> None:
    for kind, law in LAWS:
        if law.about is not None:
            assert set(law.about.fields) <= law.event.model_fields.keys(), kind.name


def test_every_region_is_folded_by_a_chapter_and_every_fold_is_of_a_known_event() -> None:
    for kind in KINDS.values():
        state = kind.state(World(load_pack()).new())
        assert all(hasattr(state, one.region) for one in kind.all_chapters if one.region is not None)
        assert set(kind.folds) <= set(kind.laws) or kind.name == "unit"
        assert set(kind.folds) <= set(EVENT_TYPES.values())


# --- duties -----------------------------------------------------------------------------------------------------------

WITH_WHAT_IT_WAS_FOR = {
    UnitApplicationWithdrawn: {ObligationKind.CORRECTION},
    UnitSignalAssessed: {ObligationKind.ORDER_CHECK},
    UnitRevoked: {ObligationKind.END_TERM, ObligationKind.VERIFICATION},
    UnitTermExpired: {ObligationKind.VERIFICATION},
    UnitNamed: {ObligationKind.FOLLOW_UP, ObligationKind.VERIFICATION},
}
"""Duties that end in the told lives though nothing settles them: what they were about is gone, or begins anew."""


def _ended_in(state: State) -> Iterator[tuple[type[Event], ObligationKind]]:
    for before, event, after in _steps(state):
        left = {owed.key for owed in obligations(after, PACKS)}
        yield from ((type(event), owed.kind) for owed in obligations(before, PACKS) if owed.key not in left)


def _steps(state: State) -> Iterator[tuple[State, Event, State]]:
    before: State = type(state)(state.id)
    for entry in state.entries:
        after = advance(before, (entry,))
        yield before, entry.event, after
        before = after


def _rejected() -> Life:
    life = life_at("applied")
    life.act(ON["applied"], approver(Level.COUNTY), UnitApplicationRejected(title=PROVINCIAL, reason="示例"))
    return life


def _corrected() -> Life:
    life = life_at("applied")
    returned = UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例",))
    life.act(ON["applied"], desk(Level.COUNTY), returned)
    life.act(ON["applied"], life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例"))
    life.act(ON["applied"], desk(Level.COUNTY), returned)
    life.act(ON["applied"], life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    return life


def _corrected_late() -> Life:
    life, late = life_at("applied"), ON["applied"] + timedelta(days=30)
    returned = UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例",))
    life.act(ON["applied"], desk(Level.COUNTY), returned)
    for event in brought_about(life.unit, late, PACKS):
        if isinstance(event, UnitDeadlineMissed) and event.obligation is ObligationKind.CORRECTION:
            life.act(late, TIMEKEEPER, event)
    life.act(late, life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例"))
    return life


def _refused_by_the_nation() -> Life:
    life = life_at("nominated", NATIONAL)
    refused = UnitNamingRefused(title=NATIONAL, reason="示例", document_number="示例")
    life.act(ON["named"], approver(Level.NATION), refused)
    return life


def _failed() -> Life:
    life, day = life_at("enjoying"), ON["enjoying"]
    order = UnitRectificationOrdered(items=("示例",), due=day)
    ref = life.act(day, desk(Level.PREFECTURE), order).version
    failed = UnitRectificationConcluded(rectification_ref=ref, outcome=RectificationOutcome.FAILED, findings="示例")
    life.act(day + timedelta(days=1), desk(Level.PREFECTURE), failed)
    life.act(day, desk(Level.PREFECTURE), UnitVerified(period="2024年度", result=VerificationResult.KEEP))
    return life


def _extended_and_expired() -> Life:
    life = life_at("enjoying")
    until = life.unit.naming.held[PROVINCIAL].term_until
    longer = until + timedelta(days=90)
    renew(life, until, PROVINCIAL)
    life.act(until, approver(Level.PROVINCE), UnitTermExtended(title=PROVINCIAL, until=longer, ground="示例"))
    life.act(longer + timedelta(days=1), TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=longer))
    return life


def _cross_inspected() -> Life:
    life, day = life_at("enjoying", NATIONAL), ON["enjoying"]
    found = UnitCrossInspected(
        assignment=somebody("互检"), inspecting_place="420000", on=day, findings="示例", result=CheckResult.PROBLEMS
    )
    life.act(day, desk(Level.PROVINCE, place="420000"), found)
    life.act(day, desk(Level.PROVINCE), UnitRectificationOrdered(items=("示例",), due=day))
    return life


def _dropped() -> Life:
    life = life_at("found_serious")
    life.act(ON["proposed"], approver(Level.PROVINCE), UnitRevocationDropped(title=PROVINCIAL, reason="示例"))
    return life


def _revoked() -> Life:
    life, day = life_at("heard"), ON["heard"]
    plaque = next(iter(life.unit.naming.plaques))
    life.act(day, approver(Level.PROVINCE, n=2), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    life.act(day, desk(Level.PREFECTURE), UnitPlaqueRecovered(plaque=plaque, how=Recovery.RETURNED))
    announced = UnitRevocationAnnounced(title=PROVINCIAL, channel="示例", document_number="示例")
    life.act(day, desk(Level.PROVINCE), announced)
    return life


def _proposals() -> Iterator[Life]:
    """A proposal dropped at each of its steps, and the ways in which the steps end."""
    day, told = ON["heard"], ON["proposed"]
    asking, refused = (
        UnitConsentRequested(document_number="示例"),
        UnitConsentRefused(document_number="示例", reason="示例"),
    )
    national = life_at("heard", NATIONAL)
    asked = national.copy()
    asked.act(day, desk(Level.PROVINCE), asking)
    answered = asked.copy()
    answered.act(day, approver(Level.NATION), refused)
    notified = life_at("proposed")
    notified.act(told, desk(Level.PROVINCE), UnitHearingNotified())
    served = notified.copy()
    served.act(told, served.agent, UnitNoticeServed(how=Service.ACCOUNT))
    heard, silent = served.copy(), served.copy()
    heard.act(told, heard.agent, UnitStatementHeard(text="示例"))
    unasked = notified.copy()
    unasked.act(told, unasked.agent, UnitStatementHeard(text="示例"))
    yield unasked
    for life in (life_at("proposed"), notified.copy()):
        yield _never_served(life)
    opposed = (life_at("heard"), PROVINCIAL), (national, NATIONAL)
    for life, title in opposed:
        opine(life, day, Level.PROVINCE, title, Matter.REVOCATION, dict.fromkeys(House, Opinion.OPPOSE))
    for life in (life_at("proposed"), notified, served, heard, *(life for life, _ in opposed), answered):
        life.act(day, approver(Level.PROVINCE, n=3), UnitRevocationDropped(reason="示例"))
        yield life
    asked.act(day, approver(Level.NATION), UnitRevocationDropped(reason="示例"))
    yield asked
    opine(silent, day, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION)
    silent.act(day, approver(Level.PROVINCE, n=2), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    silent.act(day, silent.agent, UnitReconsiderationRequested(text="示例"))
    upheld = UnitReconsiderationDecided(outcome=ReconsiderationOutcome.UPHELD, reason="示例")
    silent.act(day, approver(Level.PROVINCE, n=3), upheld)
    yield silent


def _never_served(life: Life) -> Life:
    late = ON["heard"] + timedelta(days=90)
    for _ in range(3):
        for event in brought_about(life.unit, late, PACKS):
            if isinstance(event, UnitDeadlineMissed | UnitRevocationLapsed):
                life.act(late, TIMEKEEPER, event)
    return life


def _stood_in() -> Life:
    """The prefecture's evaluation: asked for, taken up, and done by the province."""
    life, day = life_at("at_evaluation"), ON["at_evaluation"]
    first, second = (replace(approver(Level.PROVINCE, n=n), tag=str(n)) for n in (1, 2))
    life.knows(first)
    step = {"step": "unit.evaluated.v1", "title": PROVINCIAL, "reason": "示例"}
    life.act(day, desk(Level.PREFECTURE), UnitTakingUpRequested(**step, officers=()))
    proposal = life.act(day, first, UnitStepTakenUp(**step))
    life.act(day, second, seconding(proposal))
    return life


def _lent() -> Life:
    life, day = life_at("at_evaluation"), ON["at_evaluation"]
    first, second = (replace(approver(Level.PROVINCE, n=n), tag=str(n)) for n in (1, 2))
    guest = approver(Level.PREFECTURE, place="430200")
    life.knows(first, guest)
    step = {"step": "unit.evaluated.v1", "title": PROVINCIAL, "reason": "示例"}
    life.act(day, desk(Level.PREFECTURE), UnitTakingUpRequested(**step, officers=()))
    proposal = life.act(day, first, UnitOfficerLent(**step, officer=guest.id, until=day))
    life.act(day, second, seconding(proposal))
    return life


def _objected() -> Life:
    """One is admitted, one joined to it, one set aside, and one resolved at once."""
    life, day, by = life_at("in_publicity"), ON["in_publicity"], desk(Level.PROVINCE, n=2)
    raised = [UnitObjectionRaised(title=PROVINCIAL, ground="示例", text=f"示例{n}") for n in range(4)]
    ref, same, empty, plain = (life.act(day, PUBLIC, one).version for one in raised)
    life.act(day, by, UnitObjectionAdmitted(objection_ref=ref))
    life.act(day, by, UnitObjectionJoined(objection_ref=same, to=ref))
    life.act(day, approver(Level.PROVINCE, n=3), UnitObjectionSetAside(objection_ref=empty, reason="示例"))
    for version in (ref, plain):
        life.act(day, by, UnitObjectionResolved(objection_ref=version, upheld=False, findings="示例"))
    return life


def _cultivated() -> Life:
    life, county = life_at("registered"), desk(Level.COUNTY)
    planned = life.act(ON["registered"], county, UnitCultivationPlanned(standards=("training",), by=ON["named"]))
    over = UnitCultivationConcluded(plan=planned.version, outcome=CultivationOutcome.GIVEN_UP, summary="示例")
    life.act(ON["registered"], county, over)
    return life


def _lives() -> Iterator[Life]:
    for tell in STORIES.values():
        yield from tell()
    for tell_one in (
        _rejected,
        _corrected,
        _corrected_late,
        _refused_by_the_nation,
        _failed,
        _extended_and_expired,
        _cross_inspected,
        _dropped,
        _revoked,
        _objected,
        _stood_in,
        _lent,
        _cultivated,
        _halted,
    ):
        yield tell_one()
    yield from _proposals()


@pytest.fixture(scope="module")
def ended() -> dict[type[Event], set[ObligationKind]]:
    """By type of event, the duties that ended with one in the told lives, of units and beside them."""
    found: dict[type[Event], set[ObligationKind]] = defaultdict(set)
    states: list[State] = [life.unit for life in _lives()]
    states += [*_beside_units().states.values(), *_in_a_year().states.values(), *_at_other_work().states.values()]
    states += _between_provinces().states.values()
    for state in states:
        for event_type, duty in _ended_in(state):
            found[event_type].add(duty)
    return found


def _asked_by_persons(world: World, day: date) -> None:
    """One is answered about what is held of them, the other is not."""
    stream = register_stream("430000")
    one, other = (world.hires(day, Role.DATA_OFFICER, Level.PROVINCE) for _ in range(2))
    tag = PersonTag(tag="3f" * 32)
    for answer, said in ((RegisterPersonAnswered, {"answer": "示例"}), (RegisterPersonRefused, {"reason": "示例"})):
        requested = RegisterPersonRequested(right=PersonRight.SEE, tag=tag, received_on=day, request="示例")
        asked = world.act(day, one, stream, requested).version
        world.by_two(day, one, other, stream, answer.model_validate({"request": asked, **said}))


def _halted() -> Life:
    """A clock stands for a ruling, and runs again."""
    life, duty = _life()
    paper = _ruling(life)
    life.act(DUTY_DAY, HEAD, COMMON["unit"].duty_suspended(ref=duty.key, paper=paper, reason="示例"))
    life.act(DUTY_DAY, HEAD, COMMON["unit"].duty_resumed(ref=duty.key, paper=paper))
    return life


def _beside_units() -> World:
    day = date(2024, 3, 4)
    world = World(load_pack())
    world.begin()
    proposal = world.act(day, world.people["administrator 1"], _somebody(world), APPROVER)
    world.act(day, world.people["administrator 2"], proposal.stream, seconding(proposal))
    head = world.hires(day, Role.APPROVER, Level.PROVINCE)
    stream = world.new()
    opened = RoundOpened(
        kind=RoundKind.NAMING, name="示例", title=PROVINCIAL, place="430000", from_=day, until=day + timedelta(days=9)
    )
    world.act(day, head, stream, opened)
    established = BodyEstablished(kind=BodyKind.TRIPARTITE, name="示例", place="430000")
    body = body_stream("430000", BodyKind.TRIPARTITE, "示例")
    world.act(day, head, body, established)
    world.act(day, head, body, BodyMemberAppointed(officer=head, house=House.HR, from_=day))
    _held(world, day, body, head)
    _parked(world, day, head)
    _asked_by_persons(world, day)
    _drawn(Drawing(world, day))
    over = max(day + timedelta(days=30), world.log[-1].day)
    _objected_to(world, over, head, stream)
    over += timedelta(days=10)
    world.act(over, head, stream, RoundListPublished(units=(), document_number="示例"))
    return world


def _parked(world: World, day: date, head: UUID) -> None:
    """Two signals without a unit: one is matched, the other discarded."""
    sent = {
        "external_id": "1", "category": "wage_arrears", "severity": 1, "occurred_on": str(day), "reported_on": str(day),
        "people": 1, "summary": "示例",
    }  # fmt: skip
    unit = unit_id("P9", "430104")
    registered = UnitRegistered(
        kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例园区", code="P9", place="430104"
    )
    world.act(day, head, unit, registered)
    for event in (SignalMatched(unit=unit, reason="示例"), SignalDiscarded(reason="示例")):
        stream = world.new()
        parked = SignalParked(
            signal="urn:example:x#1", source="urn:example:x", reason="示例", digest="0" * 64,
            message=orjson.dumps(sent).decode(),
        )  # fmt: skip
        world.act(day, world.operator, stream, parked)
        world.act(day, head, stream, event)


def _objected_to(world: World, day: date, head: UUID, stream: UUID) -> None:
    """The list of a round is in public, and what is objected to it is answered in each way."""
    until, another = day + timedelta(days=9), world.hires(day, Role.APPROVER, Level.PROVINCE, House.UNION)
    world.act(day, head, stream, RoundListPublicised(units=(), from_=day, until=until, channel="示例"))
    raised = [
        world.act(day, PUBLIC, stream, RoundObjectionRaised(ground="示例", text=f"示例{n}")).version for n in range(5)
    ]
    for answer in (
        RoundObjectionAdmitted(objection=raised[0]),
        RoundObjectionJoined(objection=raised[1], to=raised[2]),
        RoundObjectionSetAside(objection=raised[3], reason="示例"),
        *(RoundObjectionResolved(objection=raised[n], upheld=False, findings="示例") for n in (4, 2, 0)),
    ):
        world.act(day, another, stream, answer)


def _in_a_year() -> World:
    """What the province and a prefecture owe in a year, all done."""
    years, day = Years.begun(), date(2024, 3, 4)
    for told in (plan(), plan("修改后的方案")):
        years.at(day, PLACE, told)
        if years.state(PLACE).version < 4:
            returned = YearPlanReturned(reason="示例", due=day + timedelta(days=9))
            years.at(day, PLACE, returned, by=years.desk("430000"))
    years.at(day, PLACE, YearPlanAccepted(), by=years.desk("430000"))
    years.at(day, "430000", targets(years.world.pack))
    held = YearTrainingHeld(kind=TrainingKind.BASIC, course="示例", on=day, people=2_000, certified=2_000)
    years.at(day, PLACE, held)
    found = SupervisionFinding(id="一", findings="示例", due=day)
    supervised = YearSupervisionConducted(kind=Supervision.SELF, on=day, summary="示例", problems=(found,))
    years.at(day, PLACE, supervised)
    years.at(day, PLACE, YearFindingClosed(finding="一", reason="示例"), by=years.desk(PLACE, House.UNION))
    _looked_at(years, day)
    years.at(date(2024, 10, 8), PLACE, report())
    _lapsed(years)
    return years.world


def _held(world: World, day: date, body: UUID, head: UUID) -> None:
    """A session of the body over one case, and its minutes."""
    members = {House.HR: head}
    for house in (House.UNION, House.COMMERCE):
        members[house] = world.hires(day, Role.OFFICER, Level.PROVINCE, house)
        world.act(day, head, body, BodyMemberAppointed(officer=members[house], house=house, from_=day))
    unit = life_at("registered").unit
    world.knows(unit)
    stream, agenda = world.new(), (SessionCase(unit=unit.id, title=PROVINCIAL),)
    world.act(day, head, stream, SessionConvened(body=body, name="示例", on=day, agenda=agenda))
    minutes = a_paper("示例纪要", kind=DocumentKind.MINUTES, dated=day)
    world.knows(minutes)
    present = tuple(Visitor(officer=officer, house=house) for house, officer in members.items())
    world.act(day, head, stream, SessionHeld(present=present, minutes=minutes.id))


def _at_other_work() -> World:
    """A leading group meets, a task is done, a station opened and inspected, each in its day."""
    years, day = Years.begun(), date(2024, 3, 4)
    world, by = years.world, years.desk(PLACE)
    group, station = body_stream(PLACE, BodyKind.LEADING_GROUP, "示例"), station_stream(PLACE, "示例")
    world.act(day, by, group, BodyEstablished(kind=BodyKind.LEADING_GROUP, name="示例", place=PLACE))
    world.act(day, by, group, BodyMemberAppointed(officer=by, house=House.HR, from_=day))
    minutes = DocumentRecorded(
        kind=DocumentKind.MINUTES, issuer="示例", number="示例", dated=later(day), title="示例", sha256="a" * 64,
        media_type="application/pdf", size=1,
    )  # fmt: skip
    paper = document_stream(minutes.issuer, minutes.number)
    world.act(later(day), by, paper, minutes)
    world.act(later(day), years.desk(PLACE, House.UNION), paper, DocumentConfirmed())
    meeting = BodyMeetingHeld(on=later(day), agenda="示例", present=(by,), minutes=paper)
    world.act(later(day), by, group, meeting)
    task = task_stream(PLACE, "service")
    assigned = TaskAssigned(task="service", place=PLACE, house=House.HR, due=day, key_points="示例")
    world.act(day, by, task, assigned)
    world.act(day, by, task, TaskCompleted(on=day, summary="示例", document=document("示例")))
    world.act(day, by, station, StationPlanned(name="示例", place=PLACE, due=day))
    world.act(day, by, station, StationOpened(on=day, address="示例"))
    _honoured(years, day)
    inspected = StationInspected(
        on=day, uniform_signs=True, fixed_premises=True, complete_equipment=True, complete_services=True
    )
    world.act(day, by, station, inspected)
    return world


def _honoured(years: Years, day: date) -> None:
    """A candidate is public, and two objections to it are answered."""
    world, by = years.world, years.desk(PLACE)
    round_, honour = world.new(), world.new()
    opened = RoundOpened(
        kind=RoundKind.COMMENDATION, name="示例", title="national_model", place="430000", from_=day,
        until=later(day, 90),
    )  # fmt: skip
    world.act(day, years.approver("430000"), round_, opened)
    made = HonourProposed(
        award="national_collective", recipient=Recipient.BODY, place=PLACE, name="示例", merits="示例", round=round_
    )
    world.act(day, by, honour, made)
    world.act(day, by, honour, HonourPublicised(from_=day, until=later(day, 9), channel="示例"))
    for answer in (HonourObjectionSetAside, HonourObjectionResolved):
        raised = world.act(day, by, honour, HonourObjectionRaised(ground="示例", text="示例")).version
        said = {"reason": "示例"} if answer is HonourObjectionSetAside else {"upheld": False, "findings": "示例"}
        world.act(day, years.approver(PLACE), honour, answer(objection=raised, **said))


def _looked_at(years: Years, day: date) -> None:
    """A prefecture is drawn, and spot-checked."""
    years.at(day, "430000", YearSamplePlanned(share=20, commitment=seed_digest("示例")))
    years.at(day, "430000", YearSampleDrawn(seed="示例"))
    drawn = years.state("430000").sample
    assert drawn is not None
    assert drawn.drawn is not None
    spot = YearSupervisionConducted(kind=Supervision.SPOT, on=day, summary="示例")
    years.at(day, drawn.drawn[0], spot, by=years.desk("430000"))


def _lapsed(years: Years) -> None:
    """A prefecture did nothing in its year: criticised, deducted for once, excused once, and looked at again."""
    after, above = date(2025, 1, 6), years.approver("430000")
    years.time_passes(after, ELSEWHERE)
    first, second, *_ = years.state(ELSEWHERE).lapses
    noticed = YearCriticised(place=ELSEWHERE, year=2024, ground="示例", document_number="示例")
    years.at(after, ELSEWHERE, noticed, by=above)
    deducted = years.at(after, ELSEWHERE, YearScoreDeducted(lapse=first, reason="示例"), by=above)
    years.at(after, ELSEWHERE, YearLapseExcused(lapse=second, reason="示例"), by=above)
    request = years.at(after, ELSEWHERE, YearReconsiderationRequested(contested=deducted, text="示例"))
    decided = YearReconsiderationDecided(request=request, outcome=ReconsiderationOutcome.UPHELD, reason="示例")
    years.at(after, ELSEWHERE, decided, by=years.approver("430000", House.UNION))


def _between_provinces() -> World:
    """A draw of who inspects whom, begun again once."""
    world, day, places = World(load_pack()), date(2024, 3, 4), ("420000", "430000", "440000")
    desk = Actor(id=UUID(int=9), kind=ActorKind.OFFICER, post="示例", level=Level.NATION, place="000000")
    seats = {house: desk.model_copy(update={"roles": (Role.OFFICER,), "house": house}) for house in crosschecks.TWO}
    administrator, by, stream = desk.model_copy(update={"roles": (Role.ADMINISTRATOR,)}), seats[House.HR], world.new()
    for place in places:
        joined = ProvinceJoined(place=place, log=UUID(int=int(place)), key="a" * 64, name="示例")
        world.act(day, administrator, province_stream(place), joined)
    world.act(day, by, stream, CrosscheckPlanned(round="示例", provinces=places, per_province=1))
    world.act(day, by, stream, crosschecks.listed(dict.fromkeys(places, ())))
    for house in crosschecks.TWO:
        world.act(day, seats[house], stream, crosschecks.commits(stream, house))
    late = world.owed(stream)[0].due + timedelta(days=1)
    world.act(late, by, stream, CrosscheckShareWithheld(house=House.UNION, reason="示例"))
    for house, event in crosschecks.shared(stream):
        world.act(late, seats[house], stream, event)
    lists = dict.fromkeys(places, ())
    world.act(late, by, stream, crosschecks.drawn(world.state(CrossInspection, stream), lists, 900))
    return world


def _drawn(drawing: Drawing) -> None:
    """A draw begun again once, and the checks of its units."""
    strata = drawing.units(2)
    drawing.act(drawing.planned())
    drawing.act(drawing.listed(strata))
    for house in drawing.houses:
        drawing.act(drawing.commits(house), drawing.people[house])
    late = drawing.world.owed(drawing.stream)[0].due + timedelta(days=1)
    drawing.act(CheckShareWithheld(house=House.UNION, reason="示例"), day=late)
    drawing.shared(late, 2)
    drawing.act(drawing.drawn(strata), day=late)
    for unit in drawing.plan.to_order:
        drawing.world.act(late, REGISTER, unit, UnitCheckOrdered(kind=CheckKind.SPOT, plan=drawing.stream))


_TOLD_IN: Mapping[type[Any], str] = {ActSeconded: "officer", DutyResumed: "unit"}
"""In which kind of stream an act that all have in common is told."""


def test_t_05_every_duty_is_settled_by_the_act_of_some_law() -> None:
    settled = {duty for _, law in LAWS for duty in law.settles}
    assert settled == set(ObligationKind)


def test_t_05_a_duty_ends_by_what_settles_it_or_with_what_it_was_for(
    ended: dict[type[Event], set[ObligationKind]],
) -> None:
    laws = {law.event: law for _, law in LAWS}
    unsettled = {event_type: duties - set(laws[event_type].settles) for event_type, duties in ended.items()}
    assert {event_type: duties for event_type, duties in unsettled.items() if duties} == WITH_WHAT_IT_WAS_FOR


def test_t_05_what_a_law_says_that_it_settles_ends_with_it(ended: dict[type[Event], set[ObligationKind]]) -> None:
    missing = {
        (law.event.about.type, duty)
        for kind, law in LAWS
        for duty in law.settles
        if duty not in ended[law.event] and kind.name == _TOLD_IN.get(law.event.__base__ or law.event, kind.name)
    }
    assert missing == set()
