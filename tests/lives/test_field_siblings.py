"""Siblings of the ways round the law: the same kinds of step at other acts, each refused by its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import orjson
import pytest

from events.envelope import Event
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.officer import (
    OfficerInterestDeclared,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerReinstated,
    OfficerRelieved,
    OfficerSuspended,
)
from events.governance.signal import SignalDiscarded, SignalParked
from events.governance.source import SourceClosed, SourceRegistered, SourceSuspended
from events.record import ActProposed
from events.unit.application import UnitApplicationReturned
from events.unit.checks import UnitRectificationOrdered
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed
from events.unit.registration import UnitDetailsChanged
from events.unit.revocation import UnitConsentGiven, UnitConsentRequested
from events.words import (
    ActorKind,
    Category,
    DocumentKind,
    House,
    Level,
    Ownership,
    Role,
    Sealer,
    SourceSystem,
    UnitKind,
)
from services.casework.document.state import document_stream
from services.casework.officer.state import Officer, Suspension
from services.casework.pack import load_pack
from services.casework.signal.state import Parked
from services.casework.source.state import source_stream
from tests.casework.given import (
    NATIONAL,
    PACK,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    Life,
    a_paper,
    agent_of,
    approver,
    cited,
    desk,
    self_evaluation,
)
from tests.casework.stages import ON, adopted, life_at, sealed_by, visited
from tests.casework.world import World, appointment, seconding, tag_of

DAY = date(2024, 3, 4)
NEXT = date(2024, 3, 5)
NEVER = date(2099, 1, 1)
PREF, PROV = desk(Level.PREFECTURE), desk(Level.PROVINCE)


@pytest.fixture
def world() -> World:
    made = World(load_pack())
    made.begin()
    return made


def _one(world: World) -> UUID:
    return world.people["administrator 1"]


def _two(world: World) -> UUID:
    return world.people["administrator 2"]


# --- duties with a day that never comes (L-21) ------------------------------------------------------------------------


def test_L_21_a_rectification_is_not_due_in_a_hundred_years() -> None:
    """A lazy prefecture orders a rectification for 2099: nothing is owed by anybody until then."""
    life, day = life_at("found_serious"), ON["found_serious"]
    latest = PACK.after(day, PACK.windows.rectify)
    ordered = UnitRectificationOrdered(items=("示例",), due=latest, signals=tuple(life.unit.signals.all))
    cited(life.refused(day, PREF, ordered.model_copy(update={"due": latest + timedelta(days=1)})), "T-05")
    life.act(day, PREF, ordered)


def test_L_21_an_application_is_not_returned_until_2099() -> None:
    """A county returns an application for correction by 2099, and never has to decide about it."""
    life, day = life_at("applied"), ON["applied"]
    for due in (NEVER, day, day - timedelta(days=1)):
        returned = UnitApplicationReturned(deficiencies=("示例",), due=due)
        cited(life.refused(day, desk(Level.COUNTY), returned), "T-16")
    life.act(day, desk(Level.COUNTY), UnitApplicationReturned(deficiencies=("示例",), due=day + timedelta(days=5)))


# --- what is dated back (L-03, L-14, L-34) ----------------------------------------------------------------------------


def test_L_34_no_incentive_is_granted_for_days_that_are_over() -> None:
    life, day = life_at("named"), date(2024, 9, 2)
    granted = UnitIncentiveGranted(incentive="legal_education", title=PROVINCIAL, from_=ON["named"], basis="示例")
    cited(life.refused(day, desk(Level.COUNTY), granted), "T-14")
    life.act(day, desk(Level.COUNTY), granted.model_copy(update={"from_": day}))


@pytest.mark.parametrize("days", [1, 30])
def test_L_48_nobody_is_relieved_or_suspended_from_a_day_before(world: World, days: int) -> None:
    """The visitor who found problems is suspended from a day before the visit: his post was not held on it."""
    person = world.hires(DAY, Role.CONTACT, Level.PREFECTURE, None, place=PREFECTURE)
    before = NEXT - timedelta(days=days)
    few = PACK.after(NEXT, PACK.windows.suspension_alone)
    suspended = OfficerSuspended(from_=before, until=few, reason="示例")
    assert world.rules(NEXT, _one(world), person, suspended) == {"I-21"}
    post = world.state(Officer, person).appointments[0].version
    assert world.rules(NEXT, _one(world), person, OfficerRelieved(appointment=post, on=before)) == {"I-21"}


def test_L_48_what_two_do_counts_from_its_recording_though_it_was_proposed_before(world: World) -> None:
    person = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place=PREFECTURE)
    post = world.state(Officer, person).appointments[0].version
    proposal = world.act(DAY, _one(world), person, OfficerRelieved(appointment=post, on=DAY))
    assert isinstance(proposal.event, ActProposed)
    world.act(NEXT, _two(world), person, seconding(proposal))
    assert world.state(Officer, person).actors(DAY)
    assert not world.state(Officer, person).actors(NEXT)
    old = DAY - timedelta(days=30)
    assert world.rules(DAY, _one(world), person, OfficerRelieved(appointment=post, on=old)) == {"I-21"}


def test_L_48_no_suspension_is_lifted_from_a_day_before(world: World) -> None:
    person = world.hires(DAY, Role.CONTACT, Level.PREFECTURE, None, place=PREFECTURE)
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    world.act(DAY, _one(world), person, OfficerSuspended(from_=DAY, until=until, reason="示例"))
    version = world.last_of(person).version
    late = date(2024, 3, 8)
    lifted = OfficerReinstated(suspension=version, on=DAY - timedelta(days=30), reason="示例")
    assert "I-21" in world.rules(late, _one(world), person, lifted)
    world.by_two(NEXT, _one(world), _two(world), person, lifted.model_copy(update={"on": DAY}))
    assert not world.state(Officer, person).actors(DAY)
    assert world.state(Officer, person).actors(NEXT)


# --- persons (L-03, L-07, L-38) ---------------------------------------------------------------------------------------


def test_L_03_a_suspended_officer_is_no_visitor() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    event = visited(life, day, PROVINCIAL)
    suspended = replace(desk(Level.PREFECTURE, House.UNION), suspensions=(Suspension(3, day, None),))
    life.knows(PREF, suspended)
    cited(life.refused(day, PREF, event), "T-02")


def test_L_03_whoever_declared_an_interest_is_no_visitor() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    union = desk(Level.PREFECTURE, House.UNION)
    life.knows(PREF, replace(union, interests={life.unit.id: ON["applied"]}))
    assert "I-12" in {refusal.rule for refusal in life.refused(day, PREF, visited(life, day, PROVINCIAL))}


def test_L_07_agent_and_union_without_tags_may_be_one_person() -> None:
    """One person holds two accounts without a tag, and puts both seals."""
    life, day = life_at("registered"), ON["sealed"]
    agent, union = (replace(agent_of(life.unit.id, role), tag=None) for role in (Role.APPLICANT, Role.UNIT_UNION))
    life.knows(agent, union)
    life.act(day, agent, self_evaluation())
    life.act(day, agent, adopted(life, day))
    life.act(day, agent, sealed_by(life, Sealer.ENTERPRISE))
    cited(life.refused(day, union, sealed_by(life, Sealer.UNION)), "T-03")
    tagged = replace(union, tag="f" * 64)
    life.knows(tagged)
    life.act(day, tagged, sealed_by(life, Sealer.UNION))


def test_L_38_an_auditor_is_not_made_by_one(world: World) -> None:
    person = world.registers(DAY, "示例", by=_one(world))
    world.by_two(DAY, _one(world), _two(world), person, OfficerPersonTagged(tag=tag_of("示例")))
    post = appointment(Role.AUDITOR, Level.PROVINCE, PROVINCE, DAY, house=None)
    assert isinstance(world.act(DAY, _one(world), person, post).event, ActProposed)
    assert not world.state(Officer, person).actors(DAY)


def test_L_38_two_administrators_do_not_appoint_for_a_house_without_it(world: World) -> None:
    """Two administrators make a friend the union's approver, and the union never heard of it."""
    person = world.registers(DAY, "示例", by=_one(world))
    world.by_two(DAY, _one(world), _two(world), person, OfficerPersonTagged(tag=tag_of("示例")))
    other = world.hires(DAY, Role.APPROVER, Level.PROVINCE, House.FEDERATION)
    own = world.hires(DAY, Role.APPROVER, Level.PROVINCE, House.UNION)
    later = DAY + timedelta(days=42)
    named = appointment(Role.APPROVER, Level.PROVINCE, PROVINCE, later, house=House.UNION)
    proposal = world.act(later, _one(world), person, named.model_copy(update={"paper": None}))
    for who in (_two(world), other):
        assert world.rules(later, who, person, seconding(proposal)) == {"T-02"}
    world.act(later, own, person, seconding(proposal))
    assert world.state(Officer, person).actors(later)


def test_L_38_a_paper_of_appointment_is_one_and_confirmed(world: World) -> None:
    person = world.registers(DAY, "示例", by=_one(world))
    world.by_two(DAY, _one(world), _two(world), person, OfficerPersonTagged(tag=tag_of("示例")))
    paper = DocumentRecorded(
        kind=DocumentKind.APPOINTMENT, issuer="示例工会", number="另一号", dated=DAY, title="示例",
        sha256="9" * 64, media_type="application/pdf", size=7,
    )  # fmt: skip
    stream = document_stream(paper.issuer, paper.number)
    report = paper.model_copy(update={"kind": DocumentKind.REPORT})
    assert world.rules(DAY, _one(world), stream, report) == {"I-13"}
    world.act(DAY, _one(world), stream, paper)
    post = appointment(Role.APPROVER, Level.PROVINCE, PROVINCE, DAY, house=House.UNION)
    unconfirmed = post.model_copy(update={"paper": stream})
    assert world.rules(DAY, _one(world), person, unconfirmed) == {"T-23"}
    assert world.rules(DAY, _one(world), stream, DocumentConfirmed()) == {"T-23"}
    world.act(DAY, _two(world), stream, DocumentConfirmed())
    world.by_two(DAY, _one(world), _two(world), person, unconfirmed)


def test_L_38_a_houses_officer_is_not_relieved_by_one(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, House.UNION, place=PREFECTURE)
    post = world.state(Officer, person).appointments[0].version
    assert isinstance(
        world.act(DAY, _one(world), person, OfficerRelieved(appointment=post, on=NEXT)).event, ActProposed
    )


def test_L_25_two_untagged_accounts_do_not_record_and_confirm_a_paper() -> None:
    """One person records and confirms the nation's paper with two accounts."""
    world = World(load_pack())
    world.begin()
    one, other = (Officer(uuid4(), 2, appointments=desk(Level.PROVINCE, n=n).appointments) for n in (1, 2))
    world.knows(one, other)
    paper = DocumentRecorded(
        kind=DocumentKind.CONSENT, issuer="示例", number="1", dated=DAY, title="示例", sha256="8" * 64,
        media_type="application/pdf", size=7,
    )  # fmt: skip
    stream = document_stream(paper.issuer, paper.number)
    world.act(DAY, one.id, stream, paper)
    assert world.rules(DAY, other.id, stream, DocumentConfirmed()) == {"T-23"}


def test_L_25_who_has_an_interest_confirms_no_list_with_the_unit_on_it(world: World) -> None:
    unit = Life.of(UnitKind.ENTERPRISE)
    unit.act(DAY, unit.agent, _registration(unit))
    maker = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    interested = world.hires(DAY, Role.OFFICER, Level.PROVINCE, House.UNION)
    world.knows(unit.unit)
    paper = DocumentRecorded(
        kind=DocumentKind.NAMING, issuer="示例", number="1", dated=DAY, title="示例", sha256="7" * 64,
        media_type="application/pdf", size=7,
    )  # fmt: skip
    stream = document_stream(paper.issuer, paper.number)
    world.act(DAY, maker, stream, paper)
    world.act(DAY, interested, interested, OfficerInterestDeclared(unit=unit.unit.id, reason="示例"))
    listed = DocumentConfirmed(units=(unit.unit.id,))
    assert world.rules(DAY, interested, stream, listed) == {"I-12"}
    world.act(DAY, interested, stream, DocumentConfirmed())


def _registration(life: Life) -> Event:
    from tests.casework.given import registration

    return registration(life)


# --- papers (L-25) ----------------------------------------------------------------------------------------------------


def test_L_25_a_paper_of_another_kind_names_nobody_and_consents_to_nothing() -> None:
    life = life_at("nominated", NATIONAL)
    for kind in (DocumentKind.CONSENT, DocumentKind.REPORT):
        paper = a_paper(kind=kind, dated=ON["nominated"])
        life.knows(paper)
        named = UnitNamed(document_number="示例", paper=paper.id)
        cited(life.refused(ON["named"], approver(Level.PROVINCE, n=3), named), "T-23")
    heard = life_at("heard", NATIONAL)
    heard.act(ON["heard"], PROV, UnitConsentRequested(document_number="示例"))
    paper = a_paper(kind=DocumentKind.NAMING)
    heard.knows(paper)
    given = UnitConsentGiven(document_number="示例", paper=paper.id)
    cited(heard.refused(ON["heard"], approver(Level.PROVINCE, n=5), given), "T-23")


# --- claims that decide (L-06, L-08, L-13) ----------------------------------------------------------------------------


def test_L_08_the_headcount_is_not_lowered_before_the_congress() -> None:
    """A firm of 3,000 says that it has 100 workers, and fills the congress with five friends."""
    life, day = life_at("registered"), ON["sealed"]
    life.act(day, life.agent, UnitDetailsChanged(headcount=3_000, reason="示例"))
    life.act(day, life.agent, UnitDetailsChanged(headcount=100, reason="示例"))
    cited(life.refused(day, life.agent, self_evaluation().model_copy(update={"survey": None})), "A-02")
    survey = self_evaluation().survey
    assert survey is not None
    few = survey.model_copy(update={"entitled": 100, "answered": 40})
    cited(life.refused(day, life.agent, self_evaluation().model_copy(update={"survey": few})), "A-02")
    life.act(day, desk(Level.COUNTY), UnitDetailsChanged(headcount=100, reason="示例：核实"))
    life.act(day, life.agent, self_evaluation().model_copy(update={"survey": few}))


def test_L_13_the_headcount_is_not_raised_to_make_a_fact_small() -> None:
    life, day = life_at("named", ownership=Ownership.PRIVATE), date(2024, 9, 2)
    life.act(day, life.agent, UnitDetailsChanged(headcount=30_000, reason="示例"))
    assert (life.unit.life.fewest, life.unit.life.most) == (300, 30_000)
    life.act(day, desk(Level.COUNTY), UnitDetailsChanged(headcount=320, reason="示例：核实"))
    assert (life.unit.life.fewest, life.unit.life.most) == (320, 320)


# --- signals that never arrive (L-21, L-47) ---------------------------------------------------------------------------


def test_L_47_no_single_administrator_silences_a_source(world: World) -> None:
    """The source that reports on a friend is suspended, or closed, by one administrator."""
    uri = "urn:example:petitions:430000"
    stream = source_stream(uri)
    registered = SourceRegistered(
        uri=uri, name="示例", system=SourceSystem.PETITIONS, place=PROVINCE, categories=tuple(Category)
    )
    world.act(DAY, _one(world), stream, registered)
    for event in (SourceSuspended(reason="示例"), SourceClosed(reason="示例")):
        assert isinstance(world.act(DAY, _one(world), stream, event).event, ActProposed)


def test_L_21_a_grave_parked_signal_is_not_discarded_by_one(world: World) -> None:
    officer = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    approving = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, House.UNION, place=PREFECTURE)
    for number, people, two in (("1", 60, True), ("2", 1, False)):
        stream = _parked(world, number, people)
        entry = world.act(DAY, officer, stream, SignalDiscarded(reason="示例"))
        assert isinstance(entry.event, ActProposed) is two
        if two:
            world.act(DAY, approving, stream, seconding(entry))
        assert not world.state(Parked, stream).is_waiting


def _parked(world: World, number: str, people: int) -> UUID:
    sent = {
        "source": "urn:example:petitions", "external_id": number, "category": Category.WAGE_ARREARS.value,
        "severity": 1, "occurred_on": DAY.isoformat(), "reported_on": DAY.isoformat(), "people": people,
        "summary": "示例",
    }  # fmt: skip
    parked = SignalParked(
        signal=f"urn:example:petitions#{number}", source="urn:example:petitions", reason="示例",
        unit_place=PREFECTURE, digest="a" * 64, message=orjson.dumps(sent, option=orjson.OPT_SORT_KEYS).decode(),
    )  # fmt: skip
    stream = world.new()
    world.act(DAY, world.operator.model_copy(update={"kind": ActorKind.SYSTEM}), stream, parked)
    return stream


def test_agents_are_registered_before_they_are_tagged(world: World) -> None:
    """An agent counts as anybody without a tag until two administrators have entered one."""
    agent, unit = world.new(), world.new()
    world.act(DAY, _one(world), agent, OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(Role.APPLICANT,)))
    assert world.state(Officer, agent).tag is None
