"""The law as a whole: `may` agrees with `judge`, acts hold in time, and a pack is data (I-12, I-13, I-21, I-23)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.envelope import Event
from events.unit.cultivation import UnitContactAssigned, UnitCoordinatorAppointed, UnitFollowedUp
from events.unit.naming import UnitNamed
from events.unit.publicity import UnitObjectionRaised
from events.unit.registration import UnitDetailsChanged, UnitMemberJoined
from events.unit.revocation import UnitConsentRequested, UnitReconsiderationRequested, UnitRevoked
from events.words import FollowUpKind, Level, Ownership, Role, SignalOutcome, UnitKind
from services.casework.calendar import add_months
from services.casework.judgement import judge, rejudge
from services.casework.officer.state import Suspension
from services.casework.unit.kind import UNIT
from tests.casework.filled import filled
from tests.casework.given import (
    DAY,
    ELSEWHERE,
    LOCAL,
    NATIONAL,
    PACK,
    PACKS,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    Somebody,
    UnitEntryVoided,
    approver,
    beside,
    cited,
    desk,
    post,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, apply, assessed, life_at, look_into, seal


def people(life: Life) -> dict[str, Somebody]:
    """Somebody of every kind, of every level and role."""
    officers: dict[str, Somebody] = {}
    for level in Level:
        officers |= {f"{level.value} desk": desk(level), f"{level.value} approver": approver(level, n=2)}
    for role in (Role.CONTACT, Role.INSPECTOR, Role.ASSESSOR, Role.DATA_OFFICER):
        officers[role.value] = post(role, Level.PREFECTURE, None)
    others: dict[str, Somebody] = {
        "agent": life.agent, "union": life.union, "source": source(), "public": PUBLIC, "timekeeper": TIMEKEEPER,
        "elsewhere": approver(Level.PREFECTURE, place=ELSEWHERE),
    }  # fmt: skip
    return officers | others


def _nobody_yet() -> tuple[Life, date]:
    return Life.of(), DAY


def _at(stage: str, title: str = PROVINCIAL, ownership: Ownership | None = None) -> Callable[[], tuple[Life, date]]:
    return lambda: (life_at(stage, title, ownership=ownership), ON[stage])


def _publicity_over() -> tuple[Life, date]:
    return life_at("in_publicity"), ON["cleared"]


def _objected() -> tuple[Life, date]:
    life = life_at("in_publicity")
    life.act(ON["in_publicity"], PUBLIC, UnitObjectionRaised(ground="示例", text="示例"))
    return life, ON["in_publicity"]


def _park_with_members() -> tuple[Life, date]:
    life = life_at("evaluated", kind=UnitKind.PARK)
    life.act(ON["evaluated"], life.agent, UnitMemberJoined(member=somebody("成员企业"), from_=DAY))
    life.act(ON["evaluated"], desk(Level.PREFECTURE), UnitContactAssigned(officer=somebody("联系人"), from_=DAY))
    return life, ON["evaluated"]


def _renewing() -> tuple[Life, date]:
    life = life_at("enjoying")
    return life, add_months(life.unit.naming.held[PROVINCIAL].term_until, -1)


def _two_cases() -> tuple[Life, date]:
    life = life_at("applied")
    apply(life, ON["applied"], LOCAL)
    return life, ON["applied"]


def _consent_asked() -> tuple[Life, date]:
    life = life_at("heard", NATIONAL)
    life.act(ON["heard"], desk(Level.PROVINCE), UnitConsentRequested(document_number="示例"))
    return life, ON["heard"]


def _revoked_and_asked_again() -> tuple[Life, date]:
    life = life_at("heard")
    life.act(ON["heard"], approver(Level.PROVINCE, n=2), UnitRevoked(document_number="示例"))
    life.act(ON["heard"], life.agent, UnitReconsiderationRequested(text="示例"))
    return life, ON["heard"]


def _in_turns(*decisions: tuple[str, str]) -> Callable[[], tuple[Life, date]]:
    def told() -> tuple[Life, date]:
        life, day = life_at("found_serious"), ON["found_serious"]
        for name, decision in decisions:
            who = people(life)[name]
            event = filled(life, day, who, decision, {"title": PROVINCIAL})
            assert event is not None
            life.act(day, who, event)
        return life, day

    return told


def _looked_into_again() -> tuple[Life, date]:
    life, day = life_at("found_serious"), ON["found_serious"]
    (name,) = life.unit.signals.all
    look_into(life, day, name)
    life.assess(day, approver(Level.PREFECTURE), assessed(life, name, outcome=SignalOutcome.MINOR))
    lost = filled(life, day, life.agent, "report-plaque-lost", {"title": PROVINCIAL})
    assert lost is not None
    life.act(day, life.agent, lost)
    return life, day


SITUATIONS: dict[str, Callable[[], tuple[Life, date]]] = {
    "nobody yet": _nobody_yet,
    **{stage: _at(stage) for stage in ON if stage != "nominated"},
    "national cleared": _at("cleared", NATIONAL),
    "national nominated": _at("nominated", NATIONAL),
    "national named": _at("enjoying", NATIONAL),
    "national heard": _at("heard", NATIONAL),
    "direct applied": _at("applied", ownership=Ownership.CENTRAL),
    "direct evaluated": _at("evaluated", ownership=Ownership.PROVINCIAL_SOE),
    "local evaluated": _at("evaluated", LOCAL),
    "local heard": _at("heard", LOCAL),
    "publicity over": _publicity_over,
    "objected": _objected,
    "park with members": _park_with_members,
    "renewing": _renewing,
    "two cases": _two_cases,
    "consent asked": _consent_asked,
    "revoked and asked again": _revoked_and_asked_again,
    "rectifying": _in_turns(("prefecture desk", "order-rectification"), ("prefecture desk", "order-check")),
    "rectified": _in_turns(("prefecture desk", "order-rectification"), ("agent", "report-rectification")),
    "withdrawn": _in_turns(("source", "record-signal"), ("source", "withdraw-signal")),
    "suspended": _in_turns(("county desk", "suspend-incentive")),
    "reserved": _looked_into_again,
    "closed": _in_turns(("province approver", "drop-revocation"), ("prefecture approver", "close")),
}

DEPENDS_ON_THE_BODY = ("void-entry", "register")
"""Which entry is voided, and in which place a unit is registered, stands in the body alone."""


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_may_be_done_is_accepted_and_what_may_not_is_refused(situation: str) -> None:
    life, day = SITUATIONS[situation]()
    for name, who in people(life).items():
        for possibility in life.may(day, who):
            if possibility.allowed and possibility.decision in DEPENDS_ON_THE_BODY:
                continue
            event = filled(life, day, who, possibility.decision, possibility.subject)
            refusals = life.judged(day, who, event)[2] if event is not None else possibility.refusals
            what = f"{name}: {possibility.decision} {possibility.title} {[(r.rule, r.en) for r in refusals]}"
            assert possibility.allowed is (event is not None and not refusals), what


def test_every_event_of_a_unit_has_its_law_and_every_decision_its_body() -> None:
    life = life_at("registered")
    for decision, law in UNIT.decisions.items():
        assert UNIT.laws[law.event] is law
        event = filled(life, DAY, life.agent, decision, {})
        assert event is None or isinstance(event, law.event)


def test_may_says_who_has_no_post() -> None:
    life = life_at("registered")
    suspended = replace(desk(Level.COUNTY), suspensions=(Suspension(2, DAY, None),))
    assert {r.rule for p in life.may(DAY, suspended) for r in p.refusals} == {"I-13"}


VISIT = UnitFollowedUp(kind=FollowUpKind.VISIT, on=DAY, summary="示例")
CONTACT = post(Role.CONTACT, Level.COUNTY)


@pytest.mark.parametrize(
    ("event", "days", "lawful"),
    [
        (VISIT, -9, False),
        (VISIT.model_copy(update={"on": DAY - timedelta(days=9)}), -9, True),
        (VISIT, 1, False),
        (UnitContactAssigned(officer=somebody("联系人"), from_=DAY), 0, True),
        (UnitContactAssigned(officer=somebody("联系人"), from_=DAY), 1, False),
        (UnitContactAssigned(officer=somebody("联系人"), from_=DAY), -1, False),
        (UnitDetailsChanged(headcount=9, reason="示例：更正"), -30, True),
    ],
)
def test_i_21_from_when_a_fact_and_a_decision_hold(event: Event, days: int, lawful: bool) -> None:
    life, who = life_at("registered"), desk(Level.PREFECTURE)
    on = DAY + timedelta(days=days)
    if lawful:
        life.act(DAY, who, event, effective_on=on)
    else:
        cited(life.refused(DAY, who, event, effective_on=on), "I-21")


def test_i_13_an_officer_acts_in_the_posts_of_that_day() -> None:
    life = life_at("registered")
    ended = replace(CONTACT, appointments=(replace(CONTACT.appointments[0], until=DAY),))
    life.act(DAY, ended, VISIT)
    actor = ended.actors(DAY)[0]
    later = DAY + timedelta(days=1)
    cited(judge(life.unit, VISIT, actor, later, PACK, context=beside(ended)), "I-13")
    suspended = replace(CONTACT, suspensions=(Suspension(2, DAY, DAY),))
    cited(judge(life.unit, VISIT, actor, DAY, PACK, context=beside(suspended)), "I-13")
    life.act(later, replace(CONTACT, suspensions=(Suspension(2, DAY, DAY),)), VISIT)


def test_i_12_an_officer_with_an_interest_stays_out_from_the_day_it_was_declared() -> None:
    life = life_at("registered")
    concerned = replace(CONTACT, interests={life.unit.id: DAY})
    cited(life.refused(DAY, concerned, VISIT), "I-12")
    life.act(DAY - timedelta(days=1), concerned, VISIT.model_copy(update={"on": DAY - timedelta(days=1)}))
    life.act(DAY, replace(CONTACT, interests={somebody("别的单位"): DAY}), VISIT)
    concerning = {life.unit.id: beside(concerned)}
    assert rejudge(UNIT, life.unit.id, life.unit.entries[:], PACKS.on, lambda entry: concerning[entry.stream])[
        0
    ].refusals


def test_i_23_an_act_names_the_pack_it_was_judged_by_and_another_pack_only_asks_what_if() -> None:
    life = life_at("named")
    assert {entry.authority.pack for entry in life.unit.entries if entry.authority} == {PACK.name}
    assert life.judged_again() == []
    stricter = PACK.titles[PROVINCIAL].model_copy(update={"minimum_score": 95})
    other = PACK.model_copy(update={"titles": PACK.titles | {PROVINCIAL: stricter}})
    found = life.judged_again(other)
    assert [finding.entry.event.about.type for finding in found] == ["unit.evaluated.v1"]
    assert cited(list(found[0].refusals), "A-01") == ()


def test_rejudging_without_the_streams_beside_finds_nothing_in_a_lawful_life() -> None:
    for situation in ("national named", "consent asked", "revoked and asked again", "rectified"):
        life, _ = SITUATIONS[situation]()
        assert life.judged_again() == [], situation


def test_a_naming_proposed_at_a_version_that_a_petition_made_stale_is_refused_with_the_petition() -> None:
    life, petitions = life_at("cleared"), source()
    event = UnitNamed(document_number="示例命名〔2024〕1号")
    proposed, actor, refusals = life.judged(ON["named"], approver(Level.PROVINCE), event)
    assert refusals == []
    life.act(ON["named"], petitions, signal(petitions, ON["named"]))
    assert life.refused(ON["named"], actor, proposed)[0].facts == (f"{petitions.uri}#示例-1",)


def test_what_is_owed_is_sorted_and_a_pure_function_of_the_state() -> None:
    for make in SITUATIONS.values():
        life, _ = make()
        owed = life.owed()
        assert owed == life.owed()
        assert [o.due for o in owed] == sorted(o.due for o in owed)
        assert len({o.key for o in owed}) == len(owed)


def test_an_agent_acts_for_its_own_unit_only() -> None:
    life = life_at("registered")
    other = replace(life.agent, unit=somebody("别的单位"))
    cited(life.refused(DAY, other, UnitCoordinatorAppointed(count=1)), "I-13")
    life.act(DAY, life.agent, UnitCoordinatorAppointed(count=1))
    seal(life, DAY)
    cited(life.refused(DAY, life.union, UnitEntryVoided(version=2, reason="示例")), "I-13", "T-13")
