"""档案: voiding by who made it or the level above, where nothing rests on it; erasure (I-00, I-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events.record import COMMON, ActProposed
from events.sealed import Sealed
from events.unit.application import UnitApplicationWithdrawn
from events.unit.cultivation import UnitContactAssigned, UnitContactReleased, UnitFollowedUp
from events.unit.incentives import UnitIncentiveSuspended
from events.unit.naming import UnitReserveListed
from events.unit.publicity import UnitObjectionRaised
from events.unit.record import UnitPersonalDataErased
from events.unit.registration import UnitDetailsChanged
from events.unit.revocation import UnitReconsiderationDecided, UnitReconsiderationRequested, UnitRevoked
from events.words import ActorKind, FollowUpKind, House, Level, Matter, ReconsiderationOutcome, Role, RoundKind
from tests.casework.given import (
    DAY,
    NATIONAL,
    PROVINCIAL,
    PUBLIC,
    Life,
    UnitEntryVoided,
    a_round,
    add_working_days,
    approver,
    cited,
    desk,
    post,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, life_at, opine

CONTACT = post(Role.CONTACT, Level.COUNTY)
VISIT = UnitFollowedUp(kind=FollowUpKind.VISIT, on=DAY, summary="示例")


def _voided(version: int) -> UnitEntryVoided:
    return UnitEntryVoided(version=version, reason="示例：误记")


def _followed_up() -> tuple[Life, int]:
    life = life_at("registered")
    return life, life.act(DAY, CONTACT, VISIT).version


def test_i_13_an_entry_is_voided_by_who_made_it_or_the_level_above() -> None:
    life, version = _followed_up()
    for who in (post(Role.CONTACT, Level.COUNTY, n=2), desk(Level.COUNTY)):
        cited(life.refused(DAY, who, _voided(version)), "I-13")
    above, maker = life.copy(), life
    one, other = (replace(desk(level), tag=level.value) for level in (Level.PREFECTURE, Level.PROVINCE))
    above.knows(one)
    proposal = above.act(DAY, one, _voided(version))
    assert isinstance(proposal.event, ActProposed)
    assert above.unit.cultivation.follow_ups == 1
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(above.refused(DAY, replace(CONTACT, tag="contact"), seconding), "I-13")
    above.act(DAY, other, seconding)
    assert above.unit.cultivation.follow_ups == 0
    maker.act(DAY, CONTACT, _voided(version))
    assert maker.unit.cultivation.follow_ups == 0
    assert len(maker.unit.entries) == 3


def test_i_21_a_voiding_may_hold_from_the_day_of_the_mistake() -> None:
    life, version = _followed_up()
    by_two, later = life.copy(), DAY + timedelta(days=2)
    life.act(later, CONTACT, _voided(version), effective_on=DAY)
    by_two.act(later, desk(Level.PREFECTURE), _voided(version), effective_on=DAY)
    assert by_two.judged_again() == []


def test_i_13_what_a_source_or_the_public_said_is_not_for_an_office_to_strike() -> None:
    petitions, life = source(), life_at("in_publicity")
    day = ON["in_publicity"]
    recorded = life.act(day, petitions, signal(petitions, day))
    raised = life.act(day, PUBLIC, UnitObjectionRaised(ground="示例", text="示例"))
    cited(life.refused(day, desk(Level.PROVINCE), _voided(recorded.version)), "T-13")
    cited(life.refused(day, desk(Level.PROVINCE), _voided(raised.version)), "T-13")
    assert "I-13" in {refusal.rule for refusal in life.refused(day, petitions, _voided(recorded.version))}


def test_T_13_of_what_nobody_voids_no_refusal_says_who_would() -> None:
    life = life_at("in_publicity")
    raised = life.act(ON["in_publicity"], PUBLIC, UnitObjectionRaised(ground="示例", text="示例"))
    cited(life.refused(ON["in_publicity"], desk(Level.COUNTY), _voided(raised.version)), "T-13")


def test_the_first_entry_a_voiding_and_what_is_not_there_cannot_be_voided() -> None:
    life, version = _followed_up()
    cited(life.refused(DAY, life.agent, _voided(1)), "I-00", "T-13")
    cited(life.refused(DAY, CONTACT, _voided(99)), "I-00")
    voiding = life.act(DAY, CONTACT, _voided(version))
    cited(life.refused(DAY, CONTACT, _voided(version)), "I-00")
    cited(life.refused(DAY, CONTACT, _voided(voiding.version)), "I-00")


def test_what_a_later_decision_names_is_not_voided() -> None:
    life, by = life_at("named"), desk(Level.COUNTY)
    told = life_at("enjoying")
    day = ON["enjoying"]
    for entry in told.unit.entries[life.unit.version :]:
        life.act(day, desk(entry.actor.level or Level.COUNTY), entry.event)
    grant = life.unit.version
    suspended = life.act(day, by, UnitIncentiveSuspended(grant_ref=grant, reason="示例"))
    assert str(suspended.version) in cited(life.refused(day, by, _voided(grant)), "I-00")
    life.act(day, by, _voided(suspended.version))
    life.act(day, by, _voided(grant))
    assert not life.unit.incentives.grants


@pytest.mark.parametrize(
    "voided",
    ["self-evaluated", "report-adopted", "report-sealed", "applied", "application-accepted", "application-forwarded",
     "site-visited", "house-opined", "evaluated", "reviewed", "publicity-started", "publicity-completed"],
)  # fmt: skip
def test_what_a_naming_presupposes_is_not_voided_once_it_is_named(voided: str) -> None:
    life = life_at("named")
    version = life.types.index(voided) + 1
    maker = life.unit.entries[version - 1].actor
    who = desk(Level.PROVINCE) if maker.kind is ActorKind.TIMEKEEPER else maker
    assert "I-00" in {refusal.rule for refusal in life.refused(ON["enjoying"], who, _voided(version))}


def test_later_entries_that_stand_without_it_do_not_hold_it() -> None:
    life, version = _followed_up()
    prefecture = desk(Level.PREFECTURE)
    assigned = life.act(DAY, prefecture, UnitContactAssigned(officer=somebody("联系人"), from_=DAY))
    life.act(DAY, prefecture, UnitContactReleased(officer=somebody("联系人"), on=DAY))
    cited(life.refused(DAY, prefecture, _voided(assigned.version)), "I-00")
    life.act(DAY, CONTACT, _voided(version))


def test_after_an_earlier_voiding_the_versions_still_mean_the_same() -> None:
    life, version = _followed_up()
    life.act(DAY, CONTACT, _voided(version))
    petitions = source()
    life.act(DAY, petitions, signal(petitions, DAY))
    second = life.act(DAY, CONTACT, VISIT)
    life.act(DAY, CONTACT, _voided(second.version))
    assert life.unit.signals.all
    assert life.unit.voided == {version, second.version}


def test_whose_data_was_erased_is_kept() -> None:
    life, subject = life_at("registered"), somebody("当事人")
    erasing = UnitPersonalDataErased(subject=subject, legal_basis="个人信息保护法第四十七条", reason="示例")
    cited(life.refused(DAY, post(Role.DATA_OFFICER, Level.PROVINCE, None), erasing), "I-00")
    contact = Sealed(subject=subject, kid=subject)
    life.act(DAY, life.agent, UnitDetailsChanged(contact=contact, reason="示例"))
    one, other = (replace(post(Role.DATA_OFFICER, Level.PROVINCE, None, n=n), tag=str(n)) for n in (1, 2))
    life.knows(one)
    proposal = life.act(DAY, one, erasing)
    assert not life.unit.record.erased
    assert isinstance(proposal.event, ActProposed)
    life.act(DAY, other, COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest))
    assert life.unit.record.erased == {subject}


# --- whoever made it, or gains by it (T-13) ---------------------------------------------------------------------------

LATE = add_working_days(DAY, 6)


def _by_the_province() -> tuple[Life, int]:
    life = life_at("registered")
    return life, life.act(DAY, desk(Level.PROVINCE), VISIT).version


def test_T_13_at_the_top_two_approvers_of_two_houses_void_what_neither_made() -> None:
    """Nobody is above the province in its register: a desk, or two of one house, void nothing there."""
    life, version = _by_the_province()
    cited(life.refused(LATE, desk(Level.PROVINCE, n=2), _voided(version)), "I-13")
    cited(life.refused(LATE, approver(Level.PREFECTURE), _voided(version)), "I-13")
    first = approver(Level.PROVINCE)
    life.knows(first)
    proposal = life.act(LATE, first, _voided(version))
    assert isinstance(proposal.event, ActProposed)
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(life.refused(LATE, approver(Level.PROVINCE, n=2), seconding), "T-04")
    cited(life.refused(LATE, desk(Level.PROVINCE, House.UNION), seconding), "I-13")
    life.act(LATE, approver(Level.PROVINCE, House.UNION), seconding)
    assert life.unit.voided == {version}


def test_T_13_its_maker_does_not_second_its_voiding_in_the_days_of_a_slip_either() -> None:
    life, maker, first = life_at("registered"), approver(Level.PROVINCE, House.UNION), approver(Level.PROVINCE)
    version = life.act(DAY, maker, VISIT).version
    life.knows(maker)
    life.knows(first)
    proposal = life.act(DAY, first, _voided(version))
    assert isinstance(proposal.event, ActProposed)
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(life.refused(DAY, maker, seconding), "T-13")
    life.act(DAY, approver(Level.PROVINCE, House.FEDERATION), seconding)
    assert life.unit.voided == {version}


@pytest.mark.parametrize("level", [Level.COUNTY, Level.PROVINCE])
def test_T_13_its_maker_does_not_void_it_late_from_a_post_above(level: Level) -> None:
    """Who made the entry has a second account, above or beside: it is the same person's."""
    life = life_at("registered")
    maker = desk(level)
    version = life.act(DAY, maker, VISIT).version
    life.knows(maker)
    again = replace(approver(Level.PROVINCE, House.UNION), tag=maker.tag)
    cited(life.refused(LATE, again, _voided(version)), "T-13")
    first = approver(Level.PROVINCE)
    life.knows(first)
    proposal = life.act(LATE, first, _voided(version))
    assert isinstance(proposal.event, ActProposed)
    seconding = COMMON["unit"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(life.refused(LATE, again, seconding), "T-13")


def test_T_13_what_changed_another_stream_is_not_taken_back_in_one() -> None:
    """A unit withdraws, its place of the round goes to another, and the withdrawal is voided: two in one place."""
    life, day = life_at("nominated", NATIONAL), ON["named"]
    withdrawn = life.act(day, life.agent, UnitApplicationWithdrawn(title=NATIONAL, reason="示例"))
    assert "T-13" in {refusal.rule for refusal in life.refused(day, life.agent, _voided(withdrawn.version))}
    listed = life_at("registered")
    reserve = a_round(kind=RoundKind.RESERVE)
    listed.knows(reserve)
    maker = approver(Level.PROVINCE)
    at = listed.act(DAY, maker, UnitReserveListed(title=NATIONAL, round=reserve.id, rank=1)).version
    assert "T-13" in {refusal.rule for refusal in listed.refused(DAY, maker, _voided(at))}


def test_E_53_the_maker_of_a_setting_aside_does_not_void_it() -> None:
    """Voided, the revocation would stand again, and nobody had been heard."""
    life, day = life_at("heard"), ON["heard"]
    life.act(day, approver(Level.PROVINCE), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    life.act(day, life.agent, UnitReconsiderationRequested(title=PROVINCIAL, text="示例"))
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION)
    maker = approver(Level.PROVINCE, n=2)
    outcome = ReconsiderationOutcome.SET_ASIDE
    decided = UnitReconsiderationDecided(title=PROVINCIAL, outcome=outcome, reason="示例")
    version = life.act(day, maker, decided).version
    for who in (maker, approver(Level.PROVINCE, House.UNION), life.agent):
        assert "T-13" in {refusal.rule for refusal in life.refused(day, who, _voided(version))}
