"""Ways round the law that got through once: what the form of the law itself closes, row by row of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.fields import Visitor
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.officer import OfficerPersonTagged, OfficerReinstated, OfficerSuspended
from events.governance.round import RoundOpened, RoundQuotaSet
from events.governance.signal import SignalDiscarded, SignalParked
from events.record import ActProposed
from events.sealed import Sealed
from events.unit.naming import UnitNominated, UnitReserveListed, UnitTermExtended
from events.unit.record import UnitPersonalDataErased
from events.unit.registration import UnitDetailsChanged
from events.unit.revocation import UnitConsentGiven, UnitConsentRequested
from events.words import DocumentKind, House, Level, ObligationKind, Role, RoundKind, UnitKind
from services.casework.document.state import document_stream
from services.casework.officer.state import Officer
from services.casework.pack import Pack, load_pack
from services.casework.policy.state import policy_stream
from services.casework.unit.state import Unit
from tests.casework.given import (
    COUNTY,
    ELSEWHERE,
    NATIONAL,
    PACK,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    Life,
    cited,
    desk,
    registration,
    signal,
    source,
)
from tests.casework.stages import ON, life_at, renew, visited
from tests.casework.world import World, adoption, appointment, seconding, tag_of

DAY = date(2024, 3, 4)


@pytest.fixture
def world() -> World:
    made = World(load_pack("hunan-2023-15", "1"))
    made.begin()
    return made


def _told(world: World, life: Life) -> UUID:
    """The life's unit, in the register with what is beside it."""
    world.knows(life.unit, *life.known.values())
    return life.unit.id


def test_L_03_people_who_do_not_exist_visit_nothing(world: World) -> None:
    """A visit of 1999 by two invented people was recorded, and the evaluation rested on it."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    unit = _told(world, life)
    approver = world.hires(day, Role.APPROVER, Level.PREFECTURE, place=PREFECTURE)
    invented = (Visitor(officer=UUID(int=1), house=House.HR), Visitor(officer=UUID(int=2), house=House.UNION))
    event = visited(life, day, PROVINCIAL).model_copy(update={"visitors": invented, "on": date(1999, 9, 9)})
    refusals = world.refused(day, approver, unit, event)
    assert [(r.rule, r.pointer) for r in refusals] == [("T-02", "/visitors/0/officer"), ("T-02", "/visitors/1/officer")]
    real = tuple(
        Visitor(officer=world.hires(day, Role.OFFICER, Level.PREFECTURE, house, place=PREFECTURE), house=house)
        for house in (House.HR, House.UNION)
    )
    before_they_came = event.model_copy(update={"visitors": real})
    assert world.rules(day, approver, unit, before_they_came) == {"T-01", "T-02"}
    of_another_house = tuple(visitor.model_copy(update={"house": House.COMMERCE}) for visitor in real)
    assert "T-02" in world.rules(
        day, approver, unit, event.model_copy(update={"visitors": of_another_house, "on": day})
    )
    world.act(day, approver, unit, before_they_came.model_copy(update={"on": day}))


@pytest.mark.parametrize("place", ["110000", "000000", PROVINCE, "640104"])
def test_L_16_a_unit_lies_in_a_prefecture_or_county_of_its_province(place: str) -> None:
    """A unit was moved to Beijing, or to the nation at large, and was in nobody's charge."""
    life = life_at("named")
    day = ON["enjoying"]
    cited(life.refused(day, desk(Level.COUNTY), UnitDetailsChanged(place=place, reason="示例")), "T-20")
    life.act(day, desk(Level.COUNTY), UnitDetailsChanged(place="430105", reason="示例"))
    other = Life.of(n=9)
    elsewhere = registration(other).model_copy(update={"place": place})
    cited(other.refused(DAY, other.agent, elsewhere), "T-20")


def test_L_25_the_nations_word_rests_on_a_paper_that_is_in_the_register(world: World) -> None:
    """A province's approver recorded the nation's consent with an invented digest, and revoked on it."""
    life, day = life_at("heard", NATIONAL), ON["heard"]
    life.act(day, desk(Level.PROVINCE), UnitConsentRequested(document_number="示例请示〔2025〕1号"))
    unit = _told(world, life)
    approver = world.hires(day, Role.APPROVER, Level.PROVINCE)
    bare = UnitConsentGiven(document_number="示例国三方〔2025〕1号", document_digest="d" * 64)
    assert world.rules(day, approver, unit, bare) == {"I-08"}
    paper = document_stream("示例国家三方", "示例国三方〔2025〕1号")
    given = UnitConsentGiven(document_number="示例国三方〔2025〕1号", paper=paper)
    refusals = world.refused(day, approver, unit, given)
    assert [(r.rule, r.pointer) for r in refusals] == [("T-02", "/paper")]
    recorded = DocumentRecorded(
        kind=DocumentKind.CONSENT, issuer="示例国家三方", number="示例国三方〔2025〕1号", dated=day, title="示例复函",
        sha256="d" * 64, media_type="application/pdf", size=9,
    )  # fmt: skip
    world.act(day, world.hires(day, Role.OFFICER, Level.PROVINCE), paper, recorded)
    assert world.rules(day, approver, unit, given) == {"T-23"}
    other = world.hires(day, Role.OFFICER, Level.PROVINCE, House.UNION)
    world.act(day, other, paper, DocumentConfirmed(units=(unit,)))
    world.act(day, approver, unit, given)


def _round(world: World, kind: RoundKind, title: str = NATIONAL) -> UUID:
    approver, stream = world.hires(DAY, Role.APPROVER, Level.PROVINCE), world.new()
    opened = RoundOpened(kind=kind, name="示例轮次", title=title, place=PROVINCE, from_=DAY, until=date(2024, 12, 31))
    world.act(DAY, approver, stream, opened)
    world.act(DAY, approver, stream, RoundQuotaSet(place=PROVINCE, unit_kind=UnitKind.ENTERPRISE, places=3))
    return stream


def test_L_30_the_reserve_list_is_for_units_that_can_hold_a_title_that_exists(world: World) -> None:
    """A township, and a title that does not exist, stood on the reserve list of national models."""
    reserve = _round(world, RoundKind.RESERVE)
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    unit = _told(world, life_at("registered"))
    township = _told(world, life_at("registered", kind=UnitKind.TOWNSHIP))
    event = UnitReserveListed(title=NATIONAL, round=reserve, rank=1)
    assert world.rules(DAY, approver, unit, event.model_copy(update={"title": "galactic_model"})) == {"I-00"}
    assert world.rules(DAY, approver, township, event) == {"I-00"}
    world.act(DAY, approver, unit, event)


def test_L_31_a_round_is_what_it_is_for(world: World) -> None:
    """A unit was nominated in a round that is a reserve list, and listed in one that names."""
    life, day = life_at("cleared", NATIONAL), ON["nominated"]
    unit, approver = _told(world, life), world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    nominated = UnitNominated(title=NATIONAL, round=_round(world, RoundKind.RESERVE), document_number="示例")
    assert world.rules(day, approver, unit, nominated) == {"I-18"}
    listed = UnitReserveListed(title=NATIONAL, round=_round(world, RoundKind.NAMING), rank=1)
    assert world.rules(day, approver, unit, listed) == {"I-20"}
    assert world.rules(day, approver, unit, nominated.model_copy(update={"round": world.new()})) == {"T-02"}
    world.act(day, approver, unit, nominated.model_copy(update={"round": listed.round}))


def test_L_38_a_second_person_is_one_who_acts_and_no_puppet(world: World) -> None:
    """An administrator appointed an approver, naming a colleague who never acted; or one who was appointed for it."""
    first, second = world.people["administrator 1"], world.people["administrator 2"]
    person = world.registers(DAY, "示例甲", by=first)
    world.by_two(DAY, first, second, person, OfficerPersonTagged(tag=tag_of("示例甲")))
    proposal = world.act(DAY, first, person, appointment(Role.APPROVER, Level.PREFECTURE, PREFECTURE, DAY))
    assert world.state(Officer, person).appointments == ()
    puppet = world.hires(DAY, Role.ADMINISTRATOR, Level.PROVINCE, None, name="示例傀儡")
    assert world.rules(DAY, puppet, person, seconding(proposal)) == {"T-04"}
    world.act(DAY, second, person, seconding(proposal))
    assert world.state(Officer, person).actors(DAY)


def test_L_39_who_keeps_the_accounts_neither_decides_nor_audits_nor_erases(world: World) -> None:
    """Administrator, approver, auditor and data officer were one person in one post."""
    first, second = world.people["administrator 1"], world.people["administrator 2"]
    person = world.registers(DAY, "示例甲", by=first)
    world.by_two(DAY, first, second, person, OfficerPersonTagged(tag=tag_of("示例甲")))
    all_four = appointment(
        Role.ADMINISTRATOR, Level.PROVINCE, PROVINCE, DAY, also=(Role.APPROVER, Role.AUDITOR, Role.DATA_OFFICER)
    )
    assert world.rules(DAY, first, person, all_four) == {"T-03"}


def test_L_40_personal_data_is_erased_by_two(world: World) -> None:
    """One data officer erased personal data, and nobody else knew."""
    life, subject = life_at("registered"), UUID(int=8)
    life.act(DAY, life.agent, UnitDetailsChanged(contact=Sealed(subject=subject, kid=subject), reason="示例"))
    unit = _told(world, life)
    erasing = UnitPersonalDataErased(subject=subject, legal_basis="个人信息保护法第四十七条", reason="示例")
    one, other = world.people["data_officer 1"], world.people["data_officer 2"]
    proposal = world.act(DAY, one, unit, erasing)
    assert isinstance(proposal.event, ActProposed)
    assert not world.state(Unit, unit).record.erased
    assert world.rules(DAY, one, unit, seconding(proposal)) == {"T-04"}
    assert world.rules(DAY, world.people["administrator 1"], unit, seconding(proposal)) == {"I-13"}
    world.act(DAY, other, unit, seconding(proposal))
    assert world.state(Unit, unit).record.erased == {subject}


def test_L_47_a_parked_signal_is_for_the_office_in_whose_place_it_lies(world: World) -> None:
    """An officer of one prefecture discarded a parked signal about a unit of another."""
    stream, discarded = world.new(), SignalDiscarded(reason="示例")
    parked = SignalParked(
        signal="urn:example:x#1", source="urn:example:x", reason="代码不符", unit_place="430204", digest="0" * 64,
        message="{}",
    )  # fmt: skip
    world.act(DAY, world.operator, stream, parked)
    here = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    assert world.rules(DAY, here, stream, discarded) == {"I-13"}
    assert not world.may(DAY, here, stream)["discard"].allowed
    there = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=ELSEWHERE)
    world.by_two(DAY, there, world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place=ELSEWHERE), stream, discarded)


def test_L_48_suspending_is_within_ones_place_and_for_days_and_there_is_a_way_back(world: World) -> None:
    """A county's administrator suspended an agent in another prefecture; one administrator suspended the other for
    good; and no decision lifted a suspension.
    """
    life = Life.of(n=9, place="430204")
    life.act(DAY, life.agent, registration(life))
    _told(world, life)
    world.knows(replace(life.agent, place="430204"))
    county = world.hires(DAY, Role.ADMINISTRATOR, Level.COUNTY, None, place=COUNTY)
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    suspended = OfficerSuspended(from_=DAY, until=until, reason="示例")
    assert world.rules(DAY, county, life.agent.id, suspended) == {"I-13"}
    first, second, third = (world.people[f"administrator {n}"] for n in (1, 2, 3))
    for_good = suspended.model_copy(update={"until": None})
    assert isinstance(world.act(DAY, first, second, for_good).event, ActProposed)
    assert world.state(Officer, second).actors(DAY)
    version = world.act(DAY, first, second, suspended).version
    assert not world.state(Officer, second).actors(DAY)
    world.by_two(DAY, first, third, second, OfficerReinstated(suspension=version, on=DAY, reason="示例"))
    assert world.state(Officer, second).actors(DAY)


def test_L_50_the_pack_in_force_on_the_day_is_asked_by_everybody(world: World, stricter: Pack) -> None:
    """After a pack was adopted, what may be done, what is owed and what time brings about followed the old one."""
    life = life_at("named")
    until = life.unit.naming.held[PROVINCIAL].term_until
    renew(life, PACK.before(until, PACK.windows.renewal_opens), PROVINCIAL)
    unit = _told(world, life)
    opens, later = PACK.before(until, PACK.windows.renewal_opens), PACK.before(until, stricter.windows.renewal_opens)
    adopted = opens + timedelta(days=40)
    one = world.hires(opens, Role.APPROVER, Level.PROVINCE)
    other = world.hires(opens, Role.APPROVER, Level.PROVINCE, House.UNION)
    world.by_two(opens, one, other, policy_stream(PROVINCE), adoption(stricter, adopted))
    extended = UnitTermExtended(title=PROVINCIAL, until=until + timedelta(days=30), ground="示例")
    for day, lawful in ((opens, True), (adopted, False), (later, True)):
        assert (not world.decided(day, one, unit, extended).refusals) is lawful, day
        assert world.may(day, one, unit)["extend-term"].allowed is lawful, day
    petitions = source()
    for day, days in ((adopted - timedelta(days=1), "10wd"), (adopted, "3wd")):
        life.act(day, petitions, signal(petitions, day, number=str(day), people=1, severity=1))
        world.knows(life.unit)
        owed = [o for o in world.owed(unit) if o.kind is ObligationKind.ASSESS_SIGNAL and o.since == day]
        pack = world.packs.on(day)
        assert str(pack.windows.assess_signal) == days
        assert [o.due for o in owed] == [pack.after(day, pack.windows.assess_signal)]
    refs = {str(signal.version) for signal in life.unit.signals.all.values()}
    waiting = {f"assess_signal:{ref}" for ref in refs}
    fourth_day = stricter.after(adopted, stricter.windows.assess_signal) + timedelta(days=1)
    missed = {getattr(event, "ref", "") for event in world.time_passes(fourth_day, unit)} & waiting
    assert missed == {f"assess_signal:{life.unit.version}"}
