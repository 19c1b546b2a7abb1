"""Ways round the form that were tried: two persons, ids, posts, voids, packs (T-02, T-03, T-04, T-13, T-20)."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from events.envelope import Actor
from events.governance.body import BodyEstablished, BodyMemberAppointed
from events.governance.document import DocumentConfirmed, DocumentRecorded, DocumentWithdrawn
from events.governance.officer import OfficerPersonTagged, OfficerRegistered, OfficerRelieved, OfficerSuspended
from events.governance.round import RoundListPublished, RoundOpened, RoundPlaceTaken, RoundQuotaSet
from events.governance.source import SourceClosed, SourceRegistered, SourceResumed, SourceSuspended
from events.record import COMMON, ActProposed, EntryVoided
from events.unit.cultivation import UnitContactAssigned
from events.unit.registration import UnitDetailsChanged, UnitRegistered
from events.words import (
    ActorKind,
    BodyKind,
    Category,
    DocumentKind,
    House,
    Level,
    Role,
    RoundKind,
    SourceSystem,
    SubKind,
    UnitKind,
)
from services.casework.body.state import body_stream
from services.casework.decide import REGISTER
from services.casework.document.state import Paper, document_stream
from services.casework.officer.state import Officer
from services.casework.pack import SHIPPED, load_pack
from services.casework.policy.state import policy_stream
from services.casework.source.state import Source, source_stream
from services.casework.timekeeping import TIMEKEEPER
from services.casework.unit.registration import unit_id
from tests.casework.given import signal
from tests.casework.world import World, adoption, appointment, seconding, tag_of

PACK = load_pack()
DAY = date(2024, 3, 4)
PROVINCE, PREFECTURE, COUNTY, ELSEWHERE = "430000", "430100", "430104", "430200"
APPROVER = appointment(Role.APPROVER, Level.PREFECTURE, PREFECTURE, DAY)
CONFERENCE = BodyEstablished(kind=BodyKind.TRIPARTITE, name="示例三方会议", place=PREFECTURE)
BODY = body_stream(CONFERENCE.place, CONFERENCE.kind, CONFERENCE.name)


@pytest.fixture
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


def _administrators(world: World) -> tuple[UUID, UUID, UUID]:
    one, two, three = (world.people[f"administrator {n}"] for n in (1, 2, 3))
    return one, two, three


def _tagged(world: World, name: str = "示例甲") -> UUID:
    one, two, _ = _administrators(world)
    person = world.registers(DAY, name, by=one)
    world.by_two(DAY, one, two, person, OfficerPersonTagged(tag=tag_of(name)))
    return person


def _void(kind: str, version: int) -> EntryVoided:
    return COMMON[kind].entry_voided(version=version, reason="示例：误录")


def _unit(world: World, place: str = COUNTY) -> UUID:
    registered = UnitRegistered(
        kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例园区", code=f"park-{world._numbers}", place=place
    )
    stream = unit_id(registered.code, place)
    world.act(DAY, world.hires(DAY, Role.OFFICER, Level.PROVINCE), stream, registered)
    return stream


def _agent(unit: UUID, *roles: Role) -> OfficerRegistered:
    return OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=roles or (Role.APPLICANT,))


def _conference(world: World) -> UUID:
    desk = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    world.act(DAY, desk, BODY, CONFERENCE)
    return desk


def test_the_operator_of_another_place_sets_nothing_up_in_an_open_register(world: World) -> None:
    """A system whose place has no register here registered somebody after the opening: it was taken for a genesis."""
    stranger = Actor(id=world.new(), kind=ActorKind.SYSTEM, post="运维", place="420000")
    assert world.rules(DAY, stranger, world.new(), OfficerRegistered()) == {"I-13"}
    assert world.rules(DAY, stranger, policy_stream("420000"), adoption(PACK, DAY))


def test_a_missed_duty_is_not_struck_by_the_office_that_missed_it(world: World) -> None:
    """A desk voided the lapses of its own conference: the timekeeper, without a level, counted as below it."""
    desk, late = _conference(world), DAY + timedelta(days=200)
    missed = [world.act(late, TIMEKEEPER, BODY, event) for event in world.time_passes(late, BODY)]
    assert missed
    assert world.rules(late, desk, BODY, _void("body", missed[0].version)) == {"T-13"}


def test_a_proposal_states_the_digest_and_the_version_of_what_it_proposes(world: World) -> None:
    """A proposal was written with a made-up digest, and with another version: both were lawful."""
    one, *_ = _administrators(world)
    person = _tagged(world)
    without = APPROVER.model_copy(update={"paper": None})
    proposal = world.decided(DAY, one, person, without).entries[0].event
    assert isinstance(proposal, ActProposed)
    assert world.rules(DAY, one, person, proposal.model_copy(update={"digest": "0" * 64})) == {"T-04"}
    assert world.rules(DAY, one, person, proposal.model_copy(update={"at_version": 0})) == {"T-04"}
    world.act(DAY, one, person, proposal)


def test_a_pack_with_a_longer_window_revives_no_lapsed_proposal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proposal lapsed; a pack with 120 days for a second was adopted, and the proposal was seconded."""
    folder = Path(shutil.copytree(SHIPPED / "hunan-2023-15" / "1", tmp_path / "hunan-2023-15" / "2"))
    text = (folder / "pack.toml").read_text(encoding="utf-8")
    assert 'second_act = "5wd"' in text
    longer = text.replace('version = "1"', 'version = "2"').replace('second_act = "5wd"', 'second_act = "120wd"')
    (folder / "pack.toml").write_text(longer, encoding="utf-8")
    monkeypatch.setenv("CONCORD_PACKS", str(tmp_path))
    world = World(load_pack("hunan-2023-15", "1"))
    world.begin()
    one, two, _ = _administrators(world)
    first, second = (world.hires(DAY, Role.APPROVER, Level.PROVINCE, house) for house in (House.HR, House.UNION))
    proposal = world.act(DAY, one, _tagged(world), APPROVER)
    late = DAY + timedelta(days=100)
    world.by_two(DAY, first, second, policy_stream(PROVINCE), adoption(load_pack("hunan-2023-15", "2"), late))
    assert world.rules(late, two, proposal.stream, seconding(proposal)) == {"T-04"}


def test_what_may_be_seconded_is_lawful_still(world: World) -> None:
    """The proposer was suspended; the seconding was refused, and yet offered."""
    one, two, three = _administrators(world)
    proposal = world.act(DAY, one, _tagged(world), APPROVER)
    assert world.may(DAY, two, proposal.stream)["second-act"].allowed
    world.act(DAY, three, one, OfficerSuspended(from_=DAY, until=DAY, reason="示例"))
    assert world.rules(DAY, two, proposal.stream, seconding(proposal)) == {"I-13"}
    assert not world.may(DAY, two, proposal.stream)["second-act"].allowed


def test_nobody_alone_suspends_somebody_again_and_again(world: World) -> None:
    """One administrator suspended an approver for five working days, and for five more when those were over."""
    one, *_ = _administrators(world)
    person = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place=PREFECTURE)
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    suspended = OfficerSuspended(from_=DAY, until=until, reason="示例")
    assert isinstance(world.act(DAY, one, person, suspended).event, OfficerSuspended)
    again = until + timedelta(days=1)
    more = suspended.model_copy(update={"from_": again, "until": PACK.after(again, PACK.windows.suspension_alone)})
    assert isinstance(world.act(again, one, person, more).event, ActProposed)


def test_a_county_registers_no_agent_of_a_unit_elsewhere(world: World) -> None:
    """A county's administrator registered an agent for a unit of another prefecture."""
    unit = _unit(world, ELSEWHERE)
    county = world.hires(DAY, Role.ADMINISTRATOR, Level.COUNTY, None, place=COUNTY)
    assert world.rules(DAY, county, world.new(), _agent(unit)) == {"I-13"}
    world.act(DAY, _administrators(world)[0], world.new(), _agent(unit))


def test_one_registration_makes_nobody_agent_and_union(world: World) -> None:
    """One person was registered as the agent of a unit and of its union."""
    one, *_ = _administrators(world)
    both = _agent(_unit(world), Role.APPLICANT, Role.UNIT_UNION)
    assert world.rules(DAY, one, world.new(), both) == {"T-03"}


def test_a_post_has_the_level_of_its_place(world: World) -> None:
    """Somebody was made an officer of the province's level in a county, and of a county's level everywhere."""
    one, person = _administrators(world)[0], _tagged(world)
    for level, place in ((Level.PROVINCE, COUNTY), (Level.COUNTY, PROVINCE)):
        assert world.rules(DAY, one, person, appointment(Role.OFFICER, level, place, DAY)) == {"I-13"}


def test_a_member_for_a_house_holds_a_post_of_it_there(world: World) -> None:
    """An officer of 人社 sat for the union, a unit's agent and somebody of another prefecture for 人社."""
    desk, agent = _conference(world), world.new()
    stranger = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=ELSEWHERE)
    world.act(DAY, _administrators(world)[0], agent, _agent(_unit(world)))
    for officer, house in ((desk, House.UNION), (agent, House.HR), (stranger, House.HR)):
        member = BodyMemberAppointed(officer=officer, house=house, from_=DAY)
        assert world.rules(DAY, desk, BODY, member) == {"T-02"}
    world.act(DAY, desk, BODY, BodyMemberAppointed(officer=desk, house=House.HR, from_=DAY))


def test_a_tag_is_that_of_one_officer(world: World) -> None:
    """An administrator was registered and tagged a second time, and made an approver there."""
    one, two, _ = _administrators(world)
    again = world.registers(DAY, "示例乙", by=one)
    tagged = OfficerPersonTagged(tag=tag_of("administrator 3"))
    assert world.rules(DAY, one, again, tagged) == {"T-02"}
    twice = [world.registers(DAY, name, by=one) for name in ("示例丙", "示例丁")]
    first, second = (world.act(DAY, one, who, OfficerPersonTagged(tag=tag_of("示例丙"))) for who in twice)
    world.act(DAY, two, twice[0], seconding(first))
    assert world.rules(DAY, two, twice[1], seconding(second)) == {"T-02"}
    agents = [world.new(), world.new()]
    for agent in agents:
        world.act(DAY, one, agent, _agent(_unit(world)))
        world.by_two(DAY, one, two, agent, OfficerPersonTagged(tag=tag_of("示例代理人")))


def test_a_suspended_or_closed_source_strikes_nothing(world: World) -> None:
    """A source voided its own signal while it was suspended, and after it was closed."""
    (by, other, _), uri = _administrators(world), "urn:example:petitions:430000"
    source, unit = source_stream(uri), _unit(world)
    registered = SourceRegistered(
        uri=uri, name="示例信访系统", system=SourceSystem.PETITIONS, place=PROVINCE, categories=tuple(Category)
    )
    world.act(DAY, by, source, registered)
    version = world.act(DAY, source, unit, signal(world.state(Source, source), DAY)).version
    world.by_two(DAY, by, other, source, SourceSuspended(reason="示例"))
    assert "I-13" in world.rules(DAY, source, unit, _void("unit", version))
    world.by_two(DAY, by, other, source, SourceResumed())
    world.by_two(DAY, by, other, source, SourceClosed(reason="示例"))
    assert "I-13" in world.rules(DAY, source, unit, _void("unit", version))


def test_a_quota_is_neither_lowered_below_nor_struck_under_the_places_taken(world: World) -> None:
    """A place was taken; then its quota was set to none, and voided by who had set it."""
    approver, round_, unit = world.hires(DAY, Role.APPROVER, Level.PROVINCE), world.new(), _unit(world)
    opened = RoundOpened(
        kind=RoundKind.NAMING,
        name="示例轮次",
        title="national_model",
        place=PROVINCE,
        from_=DAY,
        until=date(2024, 12, 31),
    )
    world.act(DAY, approver, round_, opened)
    quota = RoundQuotaSet(place=PREFECTURE, unit_kind=UnitKind.PARK, places=1)
    version = world.act(DAY, approver, round_, quota).version
    world.act(DAY, REGISTER, round_, RoundPlaceTaken(unit=unit, place=PREFECTURE, unit_kind=UnitKind.PARK))
    assert world.rules(DAY, approver, round_, quota.model_copy(update={"places": 0})) == {"I-18"}
    assert world.rules(DAY, approver, round_, _void("round", version)) == {"I-00"}


def test_a_proposal_of_another_form_is_refused(world: World) -> None:
    """A proposal was brought with a payload that is no appointment, and with one that is not canonical."""
    one, person = _administrators(world)[0], _tagged(world)
    proposal = world.decided(DAY, one, person, APPROVER).entries[0].event
    assert isinstance(proposal, ActProposed)
    for payload in ("{}", "[]", proposal.payload + " "):
        assert "T-04" in world.rules(DAY, one, person, proposal.model_copy(update={"payload": payload}))


def test_a_decision_is_not_given_for_a_later_day(world: World) -> None:
    """A contact was assigned, and an appointment proposed, as of 2030: both held at once, and not yet when asked."""
    desk, later = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE), date(2030, 1, 1)
    contact = world.hires(DAY, Role.CONTACT, Level.PREFECTURE, place=PREFECTURE)
    assigned = UnitContactAssigned(officer=contact, from_=DAY)
    for who, stream, event in (
        (desk, _unit(world), assigned),
        (_administrators(world)[0], _tagged(world), APPROVER),
    ):
        assert [r.rule for r in world.decided(DAY, who, stream, event, effective_on=later).refusals] == ["I-21"]
        world.act(DAY, who, stream, event)


def test_no_administrator_relieves_the_others_alone(world: World) -> None:
    """One administrator relieved the two others, and was the only one."""
    one, two, three = _administrators(world)
    for other in (two, three):
        relieved = OfficerRelieved(appointment=world.state(Officer, other).appointments[0].version, on=DAY)
        assert isinstance(world.act(DAY, one, other, relieved).event, ActProposed)
        assert world.state(Officer, other).actors(DAY)


def test_who_has_no_tag_gets_no_post(world: World) -> None:
    """An administrator was registered once more, not tagged, and made an auditor by one person alone."""
    one, person = _administrators(world)[0], world.new()
    world.act(DAY, one, person, OfficerRegistered())
    for role in (Role.AUDITOR, Role.APPROVER, Role.ADMINISTRATOR, Role.DATA_OFFICER, Role.OFFICER):
        assert world.rules(DAY, one, person, appointment(role, Level.PREFECTURE, PREFECTURE, DAY)) == {"T-02"}


def test_one_house_adopts_no_pack(world: World) -> None:
    """Two approvers of 人社 adopted a pack between them."""
    one, two = (world.hires(DAY, Role.APPROVER, Level.PROVINCE) for _ in range(2))
    other = world.hires(DAY, Role.APPROVER, Level.PROVINCE, House.FEDERATION)
    proposal = world.act(DAY, one, policy_stream(PROVINCE), adoption(PACK, date(2024, 6, 3)))
    assert world.rules(DAY, two, proposal.stream, seconding(proposal)) == {"T-04"}
    assert not world.may(DAY, two, proposal.stream)["second-act"].allowed
    world.act(DAY, other, proposal.stream, seconding(proposal))


def test_what_is_offered_can_be_done(world: World) -> None:
    """Relief was offered where no post was held, and release where the conference had no members."""
    one, desk = _administrators(world)[0], _conference(world)
    fresh = world.registers(DAY, "示例", by=one)
    assert not world.may(DAY, one, fresh)["relieve"].allowed
    assert world.may(DAY, one, desk)["relieve"].allowed
    assert not world.may(DAY, desk, BODY)["release-member"].allowed
    world.act(DAY, desk, BODY, BodyMemberAppointed(officer=desk, house=House.HR, from_=DAY))
    assert world.may(DAY, desk, BODY)["release-member"].allowed


# --- what gets through still ------------------------------------------------------------------------------------------


PAPER = DocumentRecorded(
    kind=DocumentKind.OTHER, issuer="示例人社局", number="示例〔2024〕7号", dated=DAY, title="示例文件",
    sha256="7" * 64, media_type="application/pdf", size=7,
)  # fmt: skip


def test_no_desk_strikes_what_an_administrator_proposed(world: World) -> None:
    """A province's desk voided the appointment that a prefecture's administrator had proposed."""
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    local = world.hires(DAY, Role.ADMINISTRATOR, Level.PREFECTURE, None, place=PREFECTURE)
    proposal = world.act(DAY, local, _tagged(world), APPROVER)
    world.act(DAY, desk, proposal.stream, _void("officer", proposal.version))
    assert proposal.version not in world.state(Officer, proposal.stream).voided, "it takes two of the level above"


def test_no_desk_strikes_what_an_agent_wrote(world: World) -> None:
    """A county's desk voided what a unit's agent had entered of its own unit."""
    unit, agent = _unit(world), world.new()
    desk = world.hires(DAY, Role.OFFICER, Level.COUNTY, place=COUNTY)
    world.act(DAY, _administrators(world)[0], agent, _agent(unit))
    version = world.act(DAY, agent, unit, UnitDetailsChanged(headcount=5, reason="示例")).version
    assert world.rules(DAY, desk, unit, _void("unit", version))


def test_a_source_does_not_free_a_unit_by_a_voiding(world: World) -> None:
    """A source voided its own signal, that had frozen the unit: no withdrawal, no assessment."""
    by, uri = _administrators(world)[0], "urn:example:petitions:430000"
    source, unit = source_stream(uri), _unit(world)
    registered = SourceRegistered(
        uri=uri, name="示例信访系统", system=SourceSystem.PETITIONS, place=PROVINCE, categories=tuple(Category)
    )
    world.act(DAY, by, source, registered)
    version = world.act(DAY, source, unit, signal(world.state(Source, source), DAY)).version
    assert world.rules(DAY, source, unit, _void("unit", version))


def test_nobody_alone_withdraws_a_paper_that_two_confirmed(world: World) -> None:
    """Who had recorded a paper withdrew it alone, after another had confirmed it."""
    one, two = (
        world.hires(DAY, Role.OFFICER, Level.PREFECTURE, house, place=PREFECTURE) for house in (House.HR, House.UNION)
    )
    stream = document_stream(PAPER.issuer, PAPER.number)
    world.act(DAY, one, stream, PAPER)
    world.act(DAY, two, stream, DocumentConfirmed())
    world.act(DAY, one, stream, DocumentWithdrawn(reason="示例"))
    assert not world.state(Paper, stream).withdrawn, "it is proposed, and waits for another"


def test_two_papers_have_two_ids() -> None:
    """A paper of issuer `a:b` with number `c` is taken for that of issuer `a` with number `b:c`."""
    assert document_stream("a:b", "c") != document_stream("a", "b:c")


def test_a_list_is_published_once(world: World) -> None:
    """A round's list was published on its first day, empty, and then once more."""
    approver, round_ = world.hires(DAY, Role.APPROVER, Level.PROVINCE), world.new()
    opened = RoundOpened(
        kind=RoundKind.NAMING,
        name="示例轮次",
        title="national_model",
        place=PROVINCE,
        from_=DAY,
        until=date(2024, 12, 31),
    )
    world.act(DAY, approver, round_, opened)
    published = RoundListPublished(units=(), document_number="示例〔2024〕8号")
    assert world.rules(date(2024, 12, 31), approver, round_, published) == {"T-18"}
    world.act(date(2025, 1, 1), approver, round_, published)
    assert world.rules(date(2025, 1, 1), approver, round_, published) == {"T-18"}


def test_no_pack_is_adopted_for_the_very_day(world: World) -> None:
    """A pack was adopted from the day of its adoption on, which changed the periods of that very day."""
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    assert world.rules(DAY, approver, policy_stream(PROVINCE), adoption(PACK, DAY)) == {"T-14"}
