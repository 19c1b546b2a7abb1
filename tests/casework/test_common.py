"""What every kind of stream has: acts of two persons, voids, missed deadlines (T-04, T-05, I-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from events.envelope import Actor, Entry, Event
from events.governance.body import BodyEstablished
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerRelieved,
    OfficerSuspended,
)
from events.governance.round import RoundOpened, RoundQuotaSet
from events.record import COMMON, ActProposed, DeadlineMissed, EntryVoided
from events.registry import EVENT_TYPES, decode, stream_kind
from events.words import ActorKind, BodyKind, DocumentKind, House, Level, ObligationKind, Role, RoundKind, UnitKind
from services.casework.body.state import body_stream
from services.casework.document.state import document_stream
from services.casework.judgement import act_of, judge
from services.casework.kinds import KINDS
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.policy.state import Packs
from services.casework.record import proposal_of, takes_two
from services.casework.stream import OpenAct, State, fold
from services.casework.timekeeping import TIMEKEEPER, brought_about
from tests.casework.world import World, appointment, seconding, tag_of

PACK = load_pack()
SAMPLES = Path(__file__).parents[1] / "samples"
DAY = date(2024, 3, 4)
PREFECTURE, ELSEWHERE = "430100", "430200"
APPROVER = appointment(Role.APPROVER, Level.PREFECTURE, PREFECTURE, DAY)


@pytest.fixture
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


def _somebody(world: World, name: str = "示例甲") -> UUID:
    person = world.registers(DAY, name, by=world.people["administrator 1"])
    one, other = world.people["administrator 1"], world.people["administrator 2"]
    world.by_two(DAY, one, other, person, OfficerPersonTagged(tag=tag_of(name)))
    return person


def _proposed(world: World) -> tuple[UUID, Entry[Event]]:
    person = _somebody(world)
    return person, world.act(DAY, world.people["administrator 1"], person, APPROVER)


# --- acts of two persons ----------------------------------------------------------------------------------------------


def test_t_04_until_another_seconds_it_nothing_of_an_act_of_two_holds(world: World) -> None:
    person, proposal = _proposed(world)
    assert isinstance(proposal.event, ActProposed)
    assert (proposal.event.type, proposal.event.at_version) == ("officer.appointed.v1", proposal.version - 1)
    assert world.state(Officer, person).actors(DAY) == ()
    world.act(DAY, world.people["administrator 2"], person, seconding(proposal))
    made = world.last_of(person)
    assert isinstance(made.event, OfficerAppointed)
    assert made.actor.id == world.people["administrator 1"]
    assert made.seconded_by is not None
    assert made.seconded_by.id == world.people["administrator 2"]
    assert world.state(Officer, person).held_on(DAY, PREFECTURE, House.HR)
    assert not world.state(Officer, person).common.open_acts


def test_t_04_nobody_seconds_what_they_proposed(world: World) -> None:
    person, proposal = _proposed(world)
    assert world.rules(DAY, world.people["administrator 1"], person, seconding(proposal)) == {"T-04"}


def test_t_04_the_same_tag_is_the_same_person(world: World) -> None:
    double = world.hires(DAY, Role.ADMINISTRATOR, Level.PROVINCE, None, name="示例乙")
    state = world.state(Officer, double)
    world.states[double] = replace(state, tag=tag_of("administrator 1").tag)
    later = DAY + timedelta(days=40)
    proposal = world.act(later, world.people["administrator 1"], _somebody(world), APPROVER)
    assert world.rules(later, double, proposal.stream, seconding(proposal)) == {"T-04"}
    world.states[double] = state
    world.act(later, double, proposal.stream, seconding(proposal))


def test_t_04_two_without_a_tag_may_be_one_person(world: World) -> None:
    person, proposal = _proposed(world)
    for name in ("administrator 1", "administrator 2"):
        world.states[world.people[name]] = replace(world.state(Officer, world.people[name]), tag=None)
    assert world.rules(DAY, world.people["administrator 2"], person, seconding(proposal)) == {"T-04"}


def test_t_04_who_appointed_the_other_within_thirty_days_does_not_second(world: World) -> None:
    fresh = world.hires(DAY, Role.ADMINISTRATOR, Level.PROVINCE, None, name="示例乙")
    last, after = DAY + timedelta(days=30), DAY + timedelta(days=31)
    for day in (DAY, last):
        by_new = world.act(day, fresh, _somebody(world, f"示例甲{day}"), APPROVER)
        for appointing in ("administrator 1", "administrator 2"):
            rules = world.rules(day, world.people[appointing], by_new.stream, seconding(by_new))
            assert rules == {"T-04"}, appointing
        world.act(day, world.people["administrator 3"], by_new.stream, seconding(by_new))
    by_old = world.act(after, world.people["administrator 1"], _somebody(world, "示例丙"), APPROVER)
    world.act(after, fresh, by_old.stream, seconding(by_old))


def test_t_04_who_is_appointed_or_holds_no_such_post_does_not_second(world: World) -> None:
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    person, proposal = _proposed(world)
    assert world.rules(DAY, desk, person, seconding(proposal)) == {"I-13"}
    own = world.people["administrator 2"]
    extra = appointment(Role.ADMINISTRATOR, Level.PREFECTURE, PREFECTURE, DAY, house=None)
    about_them = world.act(DAY, world.people["administrator 1"], own, extra)
    assert world.rules(DAY, own, own, seconding(about_them)) == {"I-12"}
    world.act(DAY, world.people["administrator 3"], own, seconding(about_them))


def test_t_04_what_is_seconded_is_what_was_proposed_to_the_byte(world: World) -> None:
    person, proposal = _proposed(world)
    wrong = COMMON["officer"].act_seconded(proposal=proposal.version, digest="0" * 64)
    assert world.rules(DAY, world.people["administrator 2"], person, wrong) == {"T-04"}
    other = COMMON["officer"].act_seconded(proposal=1, digest="0" * 64)
    assert world.rules(DAY, world.people["administrator 2"], person, other) == {"T-04"}


def test_t_04_a_proposed_act_lapses_after_five_working_days(world: World) -> None:
    person, proposal = _proposed(world)
    last = PACK.after(DAY, PACK.windows.second_act)
    assert world.rules(last + timedelta(days=1), world.people["administrator 2"], person, seconding(proposal)) == {
        "T-04"
    }
    world.act(last, world.people["administrator 2"], person, seconding(proposal))


def test_t_04_where_the_stream_moved_it_is_proposed_anew(world: World) -> None:
    person, proposal = _proposed(world)
    one, other = world.people["administrator 1"], world.people["administrator 2"]
    contact = appointment(Role.CONTACT, Level.PREFECTURE, PREFECTURE, DAY, house=None)
    world.act(DAY, one, person, contact)
    refusals = world.refused(DAY, other, person, seconding(proposal))
    assert [(r.rule, r.facts) for r in refusals] == [("T-04", (str(proposal.version + 1),))]
    again = world.act(DAY, one, person, APPROVER)
    world.act(DAY, other, person, seconding(again))


def test_t_04_the_proposer_holds_the_post_when_it_is_stored(world: World) -> None:
    person, proposal = _proposed(world)
    first, third = world.people["administrator 1"], world.people["administrator 3"]
    post = world.state(Officer, first).appointments[0].version
    next_day = DAY + timedelta(days=1)
    second = world.people["administrator 2"]
    world.by_two(DAY, third, second, first, OfficerRelieved(appointment=post, on=next_day))
    assert world.rules(next_day, second, person, seconding(proposal)) == {"I-13"}


def test_t_04_what_is_proposed_is_lawful_takes_two_and_is_of_its_stream(world: World) -> None:
    person = _somebody(world)
    first = world.people["administrator 1"]
    mixed = appointment(Role.APPROVER, Level.PREFECTURE, PREFECTURE, DAY, also=(Role.ADMINISTRATOR,))
    assert world.rules(DAY, first, person, mixed) == {"T-03"}
    events = COMMON["officer"].act_proposed
    strange = events(type="unit.named.v1", payload="{}", digest="0" * 64, at_version=1)
    assert world.rules(DAY, first, person, strange) == {"T-04"}
    desk = appointment(Role.OFFICER, Level.PREFECTURE, PREFECTURE, DAY).model_dump_json(
        exclude_none=True, by_alias=True
    )
    alone = events(type="officer.appointed.v1", payload=desk, digest="0" * 64, at_version=1)
    assert world.rules(DAY, first, person, alone) == {"T-04"}


def test_t_04_a_seconding_says_what_it_brings_about(world: World) -> None:
    person, proposal = _proposed(world)
    assert isinstance(proposal.event, ActProposed)
    waiting = world.state(Officer, person).common.open_acts[proposal.version]
    assert (waiting.digest, waiting.payload) == (proposal.event.digest, proposal.event.payload)
    offered = world.may(DAY, world.people["administrator 2"], person)["second-act"]
    assert offered.allowed
    assert offered.subject == {"proposal": proposal.version}
    assert not world.may(DAY, world.people["administrator 1"], person)["second-act"].allowed
    nothing = world.may(DAY, world.people["administrator 2"], world.people["administrator 3"])["second-act"]
    assert {refusal.rule for refusal in nothing.refusals} == {"T-04"}


# --- duties -----------------------------------------------------------------------------------------------------------


def test_a_proposed_act_is_owed_its_second_and_the_miss_is_recorded_once(world: World) -> None:
    person, proposal = _proposed(world)
    last = PACK.after(DAY, PACK.windows.second_act)
    owed = [(o.kind, o.ref, o.holder, o.due) for o in world.owed(person)]
    assert owed == [(ObligationKind.SECOND_ACT, str(proposal.version), "province:430000", last)]
    assert world.time_passes(last, person) == []
    (missed,) = world.time_passes(last + timedelta(days=1), person)
    world.act(last + timedelta(days=1), TIMEKEEPER, person, missed)
    assert world.time_passes(last + timedelta(days=9), person) == []
    assert world.rules(last + timedelta(days=9), TIMEKEEPER, person, missed) == {"I-00"}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_stream_has_deadlines_that_are_missed(name: str) -> None:
    kind = KINDS[name]
    state = _with_an_act_waiting(_opened(name))
    last = PACK.after(DAY, PACK.windows.second_act)
    assert not [e for e in brought_about(state, last, Packs.fixed(PACK)) if _of_the_act(e)]
    missed = [e for e in brought_about(state, last + timedelta(days=1), Packs.fixed(PACK)) if _of_the_act(e)]
    assert [type(event) for event in missed] == [COMMON[name].deadline_missed]
    ahead = judge(state, missed[0], TIMEKEEPER, last, PACK)
    assert {refusal.rule for refusal in ahead} == {"I-00"}
    officer = TIMEKEEPER.model_copy(update={"kind": ActorKind.OFFICER, "level": Level.NATION, "roles": tuple(Role)})
    by_hand = judge(state, missed[0], officer, last + timedelta(days=1), PACK)
    assert "I-13" in {refusal.rule for refusal in by_hand}
    assert kind.laws[type(missed[0])].event.about.decision is None


def _of_the_act(event: Event) -> bool:
    return isinstance(event, DeadlineMissed) and event.obligation is ObligationKind.SECOND_ACT


def _opened(name: str) -> State:
    opening = next(
        law.event for law in KINDS[name].laws.values() if law.opens and law.event is not COMMON[name].act_proposed
    )
    entry = decode(opening.about.type, (SAMPLES / f"{opening.about.type}.json").read_bytes())
    first = entry.model_copy(update={"version": 1})
    return fold(KINDS[name], first.stream, (first,))


def _with_an_act_waiting(state: State) -> State:
    officer = Actor(
        id=UUID(int=7),
        kind=ActorKind.OFFICER,
        post="示例",
        level=Level.PROVINCE,
        place="430000",
        roles=(Role.APPROVER,),
    )
    waiting = OpenAct(2, "x", "{}", "0" * 64, officer, DAY, DAY, 1, {})
    return replace(state, common=replace(state.common, open_acts={2: waiting}))


# --- voids ------------------------------------------------------------------------------------------------------------


def _void(kind: str, version: int) -> EntryVoided:
    return COMMON[kind].entry_voided(version=version, reason="示例：误录")


PAPER = DocumentRecorded(
    kind=DocumentKind.OTHER, issuer="示例人社局", number="示例〔2024〕7号", dated=DAY, title="示例文件",
    sha256="7" * 64, media_type="application/pdf", size=7,
)  # fmt: skip


def test_t_13_a_confirmed_paper_is_withdrawn_by_two_and_its_confirmation_never_voided(world: World) -> None:
    stream = document_stream(PAPER.issuer, PAPER.number)
    maker = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    second = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, House.UNION, place=PREFECTURE)
    above = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    world.act(DAY, maker, stream, PAPER)
    confirmed = world.act(DAY, second, stream, DocumentConfirmed())
    assert world.rules(DAY, second, stream, _void("document", 1)) == {"I-00", "I-13", "T-13"}
    for who in (second, above):
        assert "T-13" in world.rules(DAY, who, stream, _void("document", confirmed.version))


def _voided_by_two(world: World, one: UUID, other: UUID, entry: Entry[Event]) -> None:
    """Two of the level above void an entry (T-13)."""
    kind = stream_kind(entry.event.about.type)
    proposal = world.act(DAY, one, entry.stream, _void(kind, entry.version))
    assert isinstance(proposal.event, ActProposed)
    world.act(DAY, other, entry.stream, seconding(proposal))


def test_i_13_a_quota_is_voided_in_its_round_and_then_set_anew(world: World) -> None:
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    round_ = world.new()
    opened = RoundOpened(
        kind=RoundKind.NAMING,
        name="示例轮次",
        title="national_model",
        place="430000",
        from_=DAY,
        until=date(2024, 12, 31),
    )
    world.act(DAY, approver, round_, opened)
    quota = RoundQuotaSet(place=PREFECTURE, unit_kind=UnitKind.PARK, places=3)
    version = world.act(DAY, approver, round_, quota).version
    world.act(DAY, approver, round_, _void("round", version))
    assert world.act(DAY, approver, round_, quota).version == version + 2


def test_i_12_what_has_its_own_procedure_or_took_two_is_never_voided(world: World) -> None:
    person = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place=PREFECTURE)
    first, second = world.people["administrator 1"], world.people["administrator 2"]
    appointed = world.last_of(person).version
    until = PACK.after(DAY, PACK.windows.suspension_alone)
    suspended = world.act(DAY, first, person, OfficerSuspended(from_=DAY, until=until, reason="示例"))
    for who, version in ((first, appointed), (second, appointed), (first, suspended.version)):
        assert "T-13" in world.rules(DAY, who, person, _void("officer", version))


def test_i_12_a_declared_interest_is_not_taken_back(world: World) -> None:
    person = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE)
    unit = world.new()
    world.states[unit] = _opened("unit")
    world.states[unit] = replace(world.states[unit], id=unit)
    declared = world.act(DAY, person, person, OfficerInterestDeclared(unit=unit, reason="示例"))
    assert world.rules(DAY, person, person, _void("officer", declared.version)) == {"T-13"}


def test_what_a_seconding_rests_on_is_not_voided_and_a_waiting_proposal_is(world: World) -> None:
    person, proposal = _proposed(world)
    first = world.people["administrator 1"]
    world.act(DAY, first, person, _void("officer", proposal.version))
    assert not world.state(Officer, person).common.open_acts
    again = world.act(DAY, first, person, APPROVER)
    world.act(DAY, world.people["administrator 2"], person, seconding(again))
    assert "I-00" in world.rules(DAY, first, person, _void("officer", again.version))
    assert "I-00" in world.rules(DAY, first, person, _void("officer", again.version + 1))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_stream_can_be_mended_but_its_first_entry(name: str) -> None:
    kind, state = KINDS[name], _opened(name)
    maker = state.entries[0].actor.model_copy(
        update={"kind": ActorKind.OFFICER, "level": Level.NATION, "place": "000000", "roles": tuple(Role)}
    )
    rules = {refusal.rule for refusal in judge(state, _void(name, 1), maker, DAY, PACK)}
    assert "I-00" in rules
    assert kind.decisions["void-entry"].event is COMMON[name].entry_voided
    missing = judge(state, _void(name, 99), maker, DAY, PACK)
    assert {refusal.rule for refusal in missing} == {"I-00"}


def test_a_body_begins_with_a_proposal_only_where_its_beginning_takes_two() -> None:
    event = BodyEstablished(kind=BodyKind.OFFICE, name="示例办公室", place=PREFECTURE)
    kind = KINDS["body"]
    state = kind.state(body_stream(event.place, event.kind, event.name))
    desk = Actor(
        id=UUID(int=7),
        kind=ActorKind.OFFICER,
        post="示例",
        level=Level.PREFECTURE,
        place=PREFECTURE,
        roles=(Role.OFFICER,),
    )
    act = act_of(kind.laws[type(event)], event, desk, DAY)
    assert not takes_two(state, act, PACK)
    refusals = judge(state, proposal_of(state, act, DAY), desk, DAY, PACK)
    assert [refusal.rule for refusal in refusals] == ["T-04"]


def test_a_stream_is_of_one_kind() -> None:
    officer = KINDS["officer"].state(UUID(int=1))
    for event_type in EVENT_TYPES.values():
        if event_type not in KINDS["officer"].laws:
            event = event_type.model_construct()
            assert [r.rule for r in judge(officer, event, TIMEKEEPER, DAY, PACK)] == ["T-20"]
    assert OfficerRegistered in KINDS["officer"].laws
