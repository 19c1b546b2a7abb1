"""Ways round the law that got through once: terms, their undoing, revocations, places of a round, closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.round import RoundClosed, RoundListPublished, RoundOpened, RoundPlaceReleased, RoundQuotaSet
from events.governance.round_publicity import RoundListPublicised
from events.record import ActProposed
from events.unit.application import UnitApplicationWithdrawn
from events.unit.checks import UnitVerified
from events.unit.evaluation import UnitHouseOpined
from events.unit.honours import UnitRecommendedForHonour
from events.unit.incentives import (
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import (
    UnitNamed,
    UnitNamingRefused,
    UnitNominated,
    UnitPlaqueIssued,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
)
from events.unit.registration import Succession, UnitClosed, UnitDetailsChanged, UnitSucceeded
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationDropped,
    UnitRevoked,
    UnitStatementHeard,
)
from events.words import (
    DocumentKind,
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    ReconsiderationOutcome,
    Recovery,
    Role,
    RoundKind,
    Service,
    SignalOutcome,
    Standing,
    SuccessionRole,
    UnitKind,
    VerificationResult,
)
from projections.deadlines.ledger import ledger_of
from services.casework.calendar import add_months
from services.casework.pack import load_pack
from services.casework.round.state import Round
from services.casework.timekeeping import brought_about
from services.casework.unit.incentives import GrantState
from services.casework.unit.naming.state import standing, standing_on
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from tests.casework.given import (
    NATIONAL,
    PACKS,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    a_paper,
    a_round,
    approver,
    cited,
    desk,
    document,
    registration,
    signal,
    source,
)
from tests.casework.stages import ON, assessed, life_at, look_into, opine, renew
from tests.casework.world import World, seconding

DAY = timedelta(days=1)
STEPS = {
    ObligationKind.NOTIFY_HEARING,
    ObligationKind.SERVE_NOTICE,
    ObligationKind.STATEMENT,
    ObligationKind.REVOCATION_OPINIONS,
    ObligationKind.ASK_CONSENT,
    ObligationKind.ANSWER_CONSENT,
    ObligationKind.DECIDE_REVOCATION,
    ObligationKind.DECIDE_RECONSIDERATION,
}
GRANT = UnitIncentiveGranted(incentive="credit", title=PROVINCIAL, from_=ON["proposed"], basis="示例")


def _bridged(title: str) -> tuple[Life, UnitTermExtended]:
    """A life in the last half year of its term, that has applied again, and an extension by half a year."""
    life = life_at("named", title)
    until = life.unit.naming.held[title].term_until
    renew(life, add_months(until, -3), title)
    return life, UnitTermExtended(title=title, until=add_months(until, 6), ground="示例")


def test_L_11_a_national_title_is_extended_by_the_nation_alone_or_by_its_paper() -> None:
    """One province approver extended a national title by three years, and again, and again."""
    life, extension = _bridged(NATIONAL)
    day = life.unit.application.cases[NATIONAL].since
    province, paper = approver(Level.PROVINCE), a_paper(kind=DocumentKind.NAMING, dated=day)
    life.knows(paper)
    cited(life.refused(day, province, extension), "T-08")
    cited(life.refused(day, approver(Level.PREFECTURE), extension), "I-13")
    life.copy().act(day, approver(Level.NATION), extension)
    life.act(day, province, extension.model_copy(update={"paper": paper.id}))
    again = extension.model_copy(update={"until": extension.until + DAY})
    cited(life.refused(extension.until, approver(Level.NATION), again), "T-09")


def test_L_11_an_extension_bridges_a_renewal_once_to_a_limit_and_ends_with_it() -> None:
    """It was held until 2033 without a verification or an application."""
    idle = life_at("named")
    until = idle.unit.naming.held[PROVINCIAL].term_until
    by = approver(Level.PROVINCE)
    bare = UnitTermExtended(title=PROVINCIAL, until=until + DAY, ground="示例")
    cited(idle.refused(until, by, bare), "T-09")
    life, extension = _bridged(PROVINCIAL)
    day = life.unit.application.cases[PROVINCIAL].since
    cited(life.refused(day, by, extension.model_copy(update={"until": extension.until + DAY})), "I-11")
    life.act(day, by, extension)
    later = life.copy()
    life.act(day, life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    assert life.unit.naming.held[PROVINCIAL].term_until == until
    later.act(until + 9 * DAY, later.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    assert later.unit.naming.held[PROVINCIAL].term_until == until + 9 * DAY
    later.act(until + 10 * DAY, TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=until + 9 * DAY))


def test_L_11_nothing_is_added_while_a_revocation_is_proposed_or_the_unit_is_frozen() -> None:
    """No extension, grant, renewal or listing while the title may be lost."""
    life, day, province = life_at("proposed"), ON["proposed"], approver(Level.PROVINCE)
    reserve = a_round(kind=RoundKind.RESERVE)
    life.knows(reserve)
    for who, event in (
        (desk(Level.COUNTY), GRANT),
        (province, UnitReserveListed(title=NATIONAL, round=reserve.id, rank=1)),
        (desk(Level.PROVINCE), UnitRecommendedForHonour(honour="credit_enterprise", year=2025)),
    ):
        cited(life.refused(day, who, event), "I-07", "T-09")
    late = add_months(life.unit.naming.held[PROVINCIAL].term_until, -3)
    extension = UnitTermExtended(title=PROVINCIAL, until=add_months(late, 6), ground="示例")
    assert {"I-07", "T-09"} <= {refusal.rule for refusal in life.refused(late, province, extension)}
    with pytest.raises(AssertionError, match="T-09"):
        renew(life, late, PROVINCIAL)
    frozen, petitions = life_at("enjoying"), source()
    frozen.act(day, petitions, signal(petitions, day))
    cited(frozen.refused(day, desk(Level.COUNTY), GRANT), "I-07")


def test_L_32_a_title_past_its_term_is_not_held_though_nothing_recorded_it() -> None:
    """Before the timekeeper ran, a title past its term was held for everybody."""
    life = life_at("enjoying")
    until = life.unit.naming.held[PROVINCIAL].term_until
    after = until + DAY
    assert standing(life.unit, PROVINCIAL) is Standing.HELD
    assert standing_on(life.unit, PROVINCIAL, after) is Standing.EXPIRED
    assert not life.unit.naming.held_on(after)
    granted = GRANT.model_copy(update={"from_": until, "until": until})
    verified = UnitVerified(title=PROVINCIAL, period="示例", result=VerificationResult.KEEP)
    plaque = UnitPlaqueIssued(title=PROVINCIAL, plaque="示例-9")
    for who, event in (
        (desk(Level.COUNTY), granted),
        (desk(Level.PREFECTURE), verified),
        (desk(Level.PROVINCE), plaque),
    ):
        assert "T-09" in {refusal.rule for refusal in life.refused(after, who, event)}
    proposed = life_at("proposed").unit.entries[-1].event
    assert "T-09" in {refusal.rule for refusal in life.refused(after, desk(Level.PREFECTURE), proposed)}


def test_L_32_an_incentive_ends_on_its_day() -> None:
    """An incentive whose days were over stood as active, and could be suspended and ended."""
    life = life_at("enjoying")
    first = next(iter(life.unit.incentives.grants.values()))
    assert first.state_on(first.until) is GrantState.ACTIVE
    assert first.state_on(first.until + DAY) is GrantState.ENDED
    for event in (
        UnitIncentiveSuspended(grant_ref=first.version, reason="示例"),
        UnitIncentiveEnded(grant_ref=first.version, reason="示例"),
    ):
        cited(life.refused(first.until + DAY, desk(Level.COUNTY), event), "I-00")
        life.copy().act(first.until, desk(Level.COUNTY), event)


def test_L_34_a_term_that_begins_later_is_named_and_not_yet_in_force() -> None:
    """A unit named with a term that begins in 2040 held the title today."""
    life, day, by = life_at("cleared"), ON["named"], approver(Level.PROVINCE)
    named = UnitNamed(title=PROVINCIAL, document_number="示例", term_from=day + 30 * DAY)
    cited(life.refused(day, by, named.model_copy(update={"term_from": day + 31 * DAY})), "T-14")
    life.act(day, by, named)
    begins = day + 30 * DAY
    assert standing_on(life.unit, PROVINCIAL, begins - DAY) is Standing.NAMED
    granted = GRANT.model_copy(update={"from_": begins})
    plaque = UnitPlaqueIssued(title=PROVINCIAL, plaque="示例-9")
    verified = UnitVerified(title=PROVINCIAL, period="示例", result=VerificationResult.KEEP)
    for who, event in (
        (desk(Level.COUNTY), granted),
        (desk(Level.PROVINCE), plaque),
        (desk(Level.PREFECTURE), verified),
    ):
        cited(life.refused(begins - DAY, who, event), "T-09")
        life.copy().act(begins, who, event)


def test_L_23_every_step_of_a_revocation_is_owed_by_somebody_by_a_day() -> None:
    """A revocation was proposed and then left lying, and nothing was owed by anybody."""
    life, day = life_at("proposed", NATIONAL), ON["heard"]
    windows, kinds = life.pack.windows, ObligationKind

    def owed() -> dict[ObligationKind, tuple[str, date]]:
        return {duty.kind: (duty.holder, duty.due) for duty in life.owed() if duty.kind in STEPS}

    assert owed() == {kinds.NOTIFY_HEARING: ("prefecture:430100", life.pack.after(ON["proposed"], windows.notice))}
    life.act(day, desk(Level.PREFECTURE), UnitHearingNotified(title=NATIONAL))
    assert owed() == {kinds.SERVE_NOTICE: ("prefecture:430100", life.pack.after(day, windows.serve_notice))}
    life.act(day, life.agent, UnitNoticeServed(title=NATIONAL, how=Service.ACCOUNT))
    over = life.pack.after(day, windows.hearing)
    houses = life.pack.after(over, windows.revocation_opinions)
    assert owed() == {kinds.STATEMENT: ("unit", over), kinds.REVOCATION_OPINIONS: ("province:430000", houses)}
    life.act(day, life.agent, UnitStatementHeard(title=NATIONAL, text="示例"))
    assert owed() == {kinds.REVOCATION_OPINIONS: ("province:430000", life.pack.after(day, windows.revocation_opinions))}
    opine(life, day, Level.PROVINCE, NATIONAL, Matter.REVOCATION)
    assert owed() == {kinds.ASK_CONSENT: ("province:430000", life.pack.after(day, windows.ask_consent))}
    life.act(day, desk(Level.PROVINCE), UnitConsentRequested(title=NATIONAL, document_number="示例"))
    assert owed() == {kinds.ANSWER_CONSENT: ("nation:000000", life.pack.after(day, windows.answer_consent))}
    life.act(day, approver(Level.NATION), UnitConsentGiven(title=NATIONAL, document_number="示例"))
    decide = life.pack.after(day, windows.decide_revocation)
    assert owed() == {kinds.DECIDE_REVOCATION: ("province:430000", decide)}
    missed = {
        event.obligation for event in brought_about(life.unit, decide + DAY, PACKS) if hasattr(event, "obligation")
    }
    assert kinds.DECIDE_REVOCATION in missed
    life.act(day, approver(Level.PROVINCE), UnitRevoked(title=NATIONAL, document_number="示例"))
    life.act(day, life.agent, UnitReconsiderationRequested(title=NATIONAL, text="示例"))
    last = life.pack.after(day, windows.reconsideration)
    assert owed() == {kinds.DECIDE_RECONSIDERATION: ("province:430000", last)}


def test_L_24_a_waiver_is_the_units_own_or_a_document_that_it_signed_confirmed_by_another() -> None:
    """The office recorded on the same day that the unit waived its hearing, without a paper."""
    life, day = life_at("proposed"), ON["heard"]
    one, other = desk(Level.PROVINCE), desk(Level.PROVINCE, House.UNION)
    life.act(day, one, UnitHearingNotified(title=PROVINCIAL))
    own = life.copy()
    own.act(day, own.agent, UnitStatementHeard(title=PROVINCIAL, waived=True))
    assert own.unit.revocation.proposals[PROVINCIAL].heard is not None
    for bare in (UnitStatementHeard(title=PROVINCIAL, waived=True), UnitStatementHeard(title=PROVINCIAL, text="示例")):
        cited(life.refused(day, one, bare), "T-12")
        proposal = life.act(day, one, bare.model_copy(update={"documents": (document("签署的文件"),)}))
        assert isinstance(proposal.event, ActProposed)
        assert life.unit.revocation.proposals[PROVINCIAL].heard is None
    cited(life.refused(day, one, seconding(proposal)), "T-04")
    life.act(day, other, seconding(proposal))
    assert life.unit.revocation.proposals[PROVINCIAL].heard is not None


def test_L_24_opinions_on_a_revocation_come_after_the_hearing() -> None:
    """The houses had spoken before the unit was told why."""
    life, day = life_at("proposed"), ON["heard"]
    opined = UnitHouseOpined(title=PROVINCIAL, matter=Matter.REVOCATION, opinion=Opinion.SUPPORT)
    house = desk(Level.PROVINCE, House.UNION)
    cited(life.refused(day, house, opined), "T-12")
    life.act(day, desk(Level.PROVINCE), UnitHearingNotified(title=PROVINCIAL))
    cited(life.refused(day, house, opined), "T-12")
    life.act(day, life.agent, UnitNoticeServed(title=PROVINCIAL, how=Service.ACCOUNT))
    over = life.unit.revocation.proposals[PROVINCIAL].hearing_due
    assert over is not None
    cited(life.refused(over, house, opined), "T-12")
    life.copy().act(over + DAY, house, opined)
    life.act(day, life.agent, UnitStatementHeard(title=PROVINCIAL, waived=True))
    life.act(day, house, opined)


def _asked_again(title: str) -> Life:
    """A life whose title was revoked, with the nation's consent where it takes that, and that asks for more."""
    life, day = life_at("heard", title), ON["heard"]
    if title == NATIONAL:
        life.act(day, desk(Level.PROVINCE), UnitConsentRequested(title=title, document_number="示例"))
        life.act(day, approver(Level.NATION), UnitConsentGiven(title=title, document_number="示例"))
    life.act(day, approver(Level.PROVINCE), UnitRevoked(title=title, document_number="示例"))
    life.act(day, life.agent, UnitReconsiderationRequested(title=title, text="示例"))
    return life


def test_L_26_what_the_nation_consented_to_is_set_aside_with_the_nation() -> None:
    """One province approver set aside a revocation that the nation consented to."""
    life, day, paper = _asked_again(NATIONAL), ON["heard"], a_paper()
    life.knows(paper)
    other = approver(Level.PROVINCE, n=2)
    decided = UnitReconsiderationDecided(title=NATIONAL, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例")
    cited(life.refused(day, other, decided), "T-07")
    opine(life, day, Level.PROVINCE, NATIONAL, Matter.RECONSIDERATION)
    refusals = life.refused(day, other, decided)
    cited(refusals, "T-07")
    assert [refusal.pointer for refusal in refusals] == ["/paper"]
    assert "nation" in refusals[0].en
    cited(life.refused(day, approver(Level.PREFECTURE), decided), "I-13")
    life.copy().act(day, approver(Level.NATION), decided)
    life.act(day, other, decided.model_copy(update={"paper": paper.id}))
    assert standing(life.unit, NATIONAL) is Standing.HELD


def test_L_26_what_the_nation_consented_to_is_dropped_with_the_nation() -> None:
    """The sibling: the proposal was dropped by the province after the nation had consented."""
    life, day, paper = life_at("heard", NATIONAL), ON["heard"], a_paper()
    life.knows(paper)
    dropped = UnitRevocationDropped(title=NATIONAL, reason="示例")
    cited(life.refused(day, approver(Level.PROVINCE), dropped), "T-22")
    life.act(day, desk(Level.PROVINCE), UnitConsentRequested(title=NATIONAL, document_number="示例"))
    life.act(day, approver(Level.NATION), UnitConsentGiven(title=NATIONAL, document_number="示例"))
    cited(life.refused(day, approver(Level.PROVINCE), dropped), "T-07")
    life.copy().act(day, approver(Level.NATION), dropped)
    life.act(day, approver(Level.PROVINCE), dropped.model_copy(update={"paper": paper.id}))


def test_L_26_setting_aside_takes_the_houses_and_brings_back_the_incentives_and_the_term() -> None:
    """The title was held again, the incentives were not; no house had been asked."""
    life, day, other = _asked_again(PROVINCIAL), ON["heard"], approver(Level.PROVINCE, n=2)
    decided = UnitReconsiderationDecided(title=PROVINCIAL, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例")
    before = life_at("heard").unit
    cited(life.refused(day, other, decided), "T-07")
    opposed = life.copy()
    opine(opposed, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION, {House.HR: Opinion.OPPOSE})
    cited(opposed.refused(day, other, decided), "T-07")
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION)
    assert {grant.state for grant in life.unit.incentives.grants.values()} == {GrantState.ENDED}
    entry = life.act(day, other, decided)
    assert isinstance(entry.event, UnitReconsiderationDecided)
    assert len(entry.event.opinions or ()) == 4
    grants = [replace(grant, changed=0) for grant in life.unit.incentives.grants.values()]
    assert grants == [replace(grant, changed=0) for grant in before.incentives.grants.values()]
    assert life.unit.naming.held == before.naming.held
    ends = life.unit.naming.held[PROVINCIAL].term_until
    assert standing_on(life.unit, PROVINCIAL, ends + DAY) is Standing.EXPIRED


def test_L_26_a_lower_level_does_not_overrule_what_a_higher_one_granted_or_suspended() -> None:
    """The sibling: a county resumed what the province had suspended, and ended what it had granted."""
    life, day = life_at("enjoying"), ON["enjoying"]
    granted = GRANT.model_copy(update={"from_": day})
    ref = life.act(day, desk(Level.PROVINCE), granted).version
    ended = UnitIncentiveEnded(grant_ref=ref, reason="示例")
    cited(life.refused(day, desk(Level.COUNTY), ended), "T-07")
    cited(life.refused(day, desk(Level.COUNTY), UnitIncentiveSuspended(grant_ref=ref, reason="示例")), "T-07")
    life.act(day, desk(Level.PROVINCE), UnitIncentiveSuspended(grant_ref=ref, reason="示例"))
    resumed = UnitIncentiveResumed(grant_ref=ref, reason="示例")
    cited(life.refused(day, desk(Level.PREFECTURE), resumed), "T-07")
    life.act(day, desk(Level.PROVINCE), resumed)


def test_L_26_a_lower_level_does_not_assess_anew_what_a_higher_one_assessed() -> None:
    """The sibling: a prefecture found unfounded what the province had assessed serious."""
    life, day, petitions = life_at("enjoying"), ON["enjoying"], source()
    found = signal(petitions, day)
    life.act(day, petitions, found)
    name = f"{found.source}#{found.external_id}"
    look_into(life, day, name)
    life.assess(day, approver(Level.PROVINCE), assessed(life, name, outcome=SignalOutcome.MINOR))
    otherwise = assessed(life, name, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(day, approver(Level.PREFECTURE), otherwise), "T-07")
    life.act(day, approver(Level.PROVINCE), otherwise)


@pytest.fixture
def world() -> World:
    made = World(load_pack("hunan-2023-15", "1"))
    made.begin()
    return made


def _round(world: World, kind: RoundKind, *quotas: tuple[str, int]) -> UUID:
    """A round of that kind, open all year, with so many places for enterprises in each place."""
    by, stream, day = world.hires(date(2024, 3, 4), Role.APPROVER, Level.PROVINCE), world.new(), date(2024, 3, 4)
    opened = RoundOpened(
        kind=kind, name="示例轮次", title=NATIONAL, place="430000", from_=day, until=date(2024, 12, 31)
    )
    world.act(day, by, stream, opened)
    for place, places in quotas:
        world.act(day, by, stream, RoundQuotaSet(place=place, unit_kind=UnitKind.ENTERPRISE, places=places))
    return stream


def _told(world: World, life: Life) -> UUID:
    world.knows(life.unit, *(state for state in life.known.values() if not isinstance(state, Round)), life.agent)
    return life.unit.id


def test_L_31_a_place_comes_free_when_it_is_left_and_ones_own_blocks_nobody(world: World) -> None:
    """A unit withdrew and came back, and was refused by its own place."""
    first, second, day = life_at("cleared", NATIONAL), life_at("cleared", NATIONAL, n=2), ON["nominated"]
    by = world.hires(date(2024, 3, 4), Role.APPROVER, Level.PROVINCE)
    campaign = _round(world, RoundKind.NAMING, ("430000", 1), ("430100", 5))
    one, other = _told(world, first), _told(world, second)
    nominated = UnitNominated(title=NATIONAL, round=campaign, document_number="示例")
    world.act(day, by, one, nominated)
    refusals = world.refused(day, by, other, nominated)
    assert [(refusal.rule, refusal.facts) for refusal in refusals] == [("I-18", (str(one),))]
    world.act(day, first.agent.id, one, UnitApplicationWithdrawn(title=NATIONAL, reason="示例"))
    assert not world.state(Round, campaign).taken
    world.act(day, by, other, nominated)
    again = life_at("cleared", NATIONAL).unit
    taken = world.state(Round, campaign).taken
    assert set(taken) == {other}
    world.knows(replace(again, id=other, version=second.unit.version))
    assert not world.decided(day, by, other, nominated).refusals


def test_L_31_a_place_comes_free_by_a_refusal_also_of_a_round_that_is_over(world: World) -> None:
    """The sibling: what the nation refused kept its place for ever."""
    life, day = life_at("cleared", NATIONAL), ON["nominated"]
    by, nation = world.hires(date(2024, 3, 4), Role.APPROVER, Level.PROVINCE), approver(Level.NATION)
    world.knows(nation)
    campaign = _round(world, RoundKind.NAMING, ("430000", 1))
    unit = _told(world, life)
    world.act(day, by, unit, UnitNominated(title=NATIONAL, round=campaign, document_number="示例"))
    world.act(day, by, campaign, RoundClosed())
    world.act(day, nation.id, unit, UnitNamingRefused(title=NATIONAL, reason="示例"))
    assert not world.state(Round, campaign).taken
    assert world.log[-1].event == RoundPlaceReleased(unit=unit)


def test_L_31_a_number_on_a_reserve_list_is_one_units_and_on_a_public_one_for_good(world: World) -> None:
    """The sibling: the same number was given twice, and who left the list kept the place."""
    day, campaign = date(2024, 3, 4), _round(world, RoundKind.RESERVE)
    by = world.hires(day, Role.APPROVER, Level.PROVINCE)
    one, two, three = (_told(world, life_at("registered", n=n)) for n in (1, 2, 3))
    listed = UnitReserveListed(title=NATIONAL, round=campaign)
    assert world.act(day, by, one, listed).event == listed.model_copy(update={"rank": 1})
    assert world.rules(day, by, two, listed.model_copy(update={"rank": 1})) == {"T-18"}
    assert world.rules(date(2025, 1, 1), by, two, listed) == {"I-18"}
    world.act(day, by, one, UnitReserveDelisted(title=NATIONAL, reason="示例"))
    assert not world.state(Round, campaign).taken
    world.act(day, by, two, listed.model_copy(update={"rank": 1}))
    published, over = RoundListPublished(units=(two,), document_number="示例"), date(2025, 1, 1)
    assert world.rules(day, by, campaign, published) == {"T-18", "I-06"}
    assert world.rules(over, by, campaign, published) == {"I-06"}
    until = date(2025, 1, 13)
    listed = RoundListPublicised(units=(two,), from_=over, until=until, channel="示例")
    assert world.rules(over, by, campaign, listed.model_copy(update={"units": (two, three)})) == {"T-18"}
    world.act(over, by, campaign, listed)
    over = until + timedelta(days=1)
    world.act(over, by, campaign, published)
    world.act(over, by, two, UnitReserveDelisted(title=NATIONAL, reason="示例"))
    assert not world.state(Round, campaign).taken
    assert world.state(Round, campaign).numbers == {1: two}


CLOSED = UnitClosed(reason="示例：注销")


def test_L_14_a_county_closes_what_holds_owes_and_is_accused_of_nothing() -> None:
    """A county desk closed a unit whose revocation was under way."""
    county, above = desk(Level.COUNTY), approver(Level.PREFECTURE)
    for stage in ("named", "found_serious", "heard"):
        life, day = life_at(stage), ON[stage]
        refusals = life.refused(day, county, CLOSED)
        cited(refusals, "T-21")
        assert "approver of the prefecture" in refusals[0].en
        cited(life.refused(day, desk(Level.PREFECTURE), CLOSED), "T-21")
        if stage != "found_serious":  # what is owed about that comes first
            life.act(day, above, CLOSED)
    accused, petitions = life_at("registered"), source()
    accused.act(ON["named"], petitions, signal(petitions, ON["named"]))
    cited(accused.refused(ON["named"], county, CLOSED), "T-21")
    life_at("registered").act(ON["named"], county, CLOSED)


def test_L_14_a_closed_unit_loses_its_titles_on_that_day() -> None:
    """No plaque came back, the title stayed held, incentives ran."""
    life, day = life_at("enjoying"), ON["enjoying"] + DAY
    life.act(day, approver(Level.PREFECTURE), CLOSED)
    assert not life.unit.naming.held
    assert standing_on(life.unit, PROVINCIAL, day) is Standing.ENDED_BY_CLOSING
    assert {grant.state for grant in life.unit.incentives.grants.values()} == {GrantState.ENDED}
    owed = [duty for duty in life.owed() if duty.kind is ObligationKind.RECOVER_PLAQUE]
    assert [duty.since for duty in owed] == [day]
    plaque = next(iter(life.unit.naming.plaques))
    life.act(day, desk(Level.PREFECTURE), UnitPlaqueRecovered(plaque=plaque, how=Recovery.COLLECTED))
    assert ObligationKind.RECOVER_PLAQUE not in {duty.kind for duty in life.owed()}


def test_L_14_a_revocation_under_way_goes_on_after_closing() -> None:
    """With the unit the revocation was gone, and with it the waiting time."""
    life, day = life_at("proposed"), ON["heard"]
    life.act(ON["proposed"], approver(Level.PREFECTURE), CLOSED)
    assert ObligationKind.NOTIFY_HEARING in {duty.kind for duty in life.owed()}
    life.act(day, desk(Level.PROVINCE), UnitHearingNotified(title=PROVINCIAL))
    life.act(day, life.agent, UnitStatementHeard(title=PROVINCIAL, text="示例"))
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION)
    life.act(day, approver(Level.PROVINCE), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    assert standing(life.unit, PROVINCIAL) is Standing.REVOKED
    assert life.unit.application.revoked[PROVINCIAL] == day
    life.act(day, life.agent, UnitReconsiderationRequested(title=PROVINCIAL, text="示例"))
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION)
    decided = UnitReconsiderationDecided(title=PROVINCIAL, outcome=ReconsiderationOutcome.SET_ASIDE, reason="示例")
    life.act(day, approver(Level.PROVINCE, n=2), decided)
    assert standing(life.unit, PROVINCIAL) is Standing.ENDED_BY_CLOSING
    assert {grant.state for grant in life.unit.incentives.grants.values()} == {GrantState.ENDED}


def test_L_14_signals_are_recorded_of_a_closed_unit_and_assessed() -> None:
    """What came after the closing was refused."""
    life, day, petitions = life_at("enjoying"), ON["heard"], source()
    life.act(day, approver(Level.PREFECTURE), CLOSED)
    found = signal(petitions, day)
    life.act(day, petitions, found)
    name = f"{found.source}#{found.external_id}"
    assert name in life.unit.signals.open
    assert ObligationKind.ASSESS_SIGNAL in {duty.kind for duty in life.owed()}
    look_into(life, day, name)
    life.assess(day, approver(Level.PREFECTURE), assessed(life, name, outcome=SignalOutcome.MINOR))
    cited(life.refused(day, life.agent, UnitApplicationWithdrawn(reason="示例")), "I-00")


def test_L_14_a_closed_unit_leaves_its_places(world: World) -> None:
    """The sibling: a unit that is gone kept its place in the round."""
    life, day = life_at("cleared", NATIONAL), ON["nominated"]
    by = world.hires(date(2024, 3, 4), Role.APPROVER, Level.PROVINCE)
    campaign = _round(world, RoundKind.NAMING, ("430000", 1))
    unit = _told(world, life)
    world.act(day, by, unit, UnitNominated(title=NATIONAL, round=campaign, document_number="示例"))
    world.act(day, by, unit, CLOSED)
    assert not world.state(Round, campaign).taken
    assert not world.state(Unit, unit).application.cases


@pytest.mark.parametrize("stage", ["applied", "enjoying", "proposed", "heard"])
def test_L_51_what_a_closed_unit_owes_is_the_same_on_the_boards_and_by_the_law(stage: str) -> None:
    """Deadlines on the board and obligations by the law differed for ever, once the unit was closed."""
    life, day, petitions = life_at(stage), ON[stage], source()
    life.act(day, approver(Level.PREFECTURE), CLOSED)
    life.act(day, petitions, signal(petitions, day, number="示例-迟"))
    for event in brought_about(life.unit, add_months(day, 6), PACKS):
        life.act(add_months(day, 6), TIMEKEEPER, event)
    board = [deadline.obligation for deadline in ledger_of(life.unit, PACKS).values() if deadline.met_on is None]
    assert sorted(board, key=lambda duty: duty.key) == sorted(life.owed(), key=lambda duty: duty.key)
    assert {duty.kind for duty in life.owed()} & {ObligationKind.ASSESS_SIGNAL}
    assert not {duty.kind for duty in life.owed()} & {ObligationKind.FOLLOW_UP, ObligationKind.CONTACT}


def test_L_29_a_title_carried_over_arrives_at_the_successor(world: World) -> None:
    """A succession that carried the title moved nothing, and the other side was not asked."""
    first, other, day = life_at("enjoying"), life_at("registered", n=2), ON["enjoying"] + DAY
    by = world.hires(date(2024, 3, 4), Role.APPROVER, Level.PROVINCE)
    one, successor = _told(world, first), _told(world, other)
    held = world.state(Unit, one).naming.held[PROVINCIAL]

    def carried(unit: UUID, role: SuccessionRole = SuccessionRole.SUCCESSOR) -> UnitSucceeded:
        return UnitSucceeded(other=Succession(unit=unit, role=role), how="示例", titles_carried=(PROVINCIAL,))

    assert "T-21" in world.rules(day, by, successor, carried(one, SuccessionRole.PREDECESSOR))
    assert world.rules(day, by, one, carried(one)) == {"T-21"}
    assert world.rules(day, by, one, carried(world.new())) == {"T-02"}
    holder = _told(world, life_at("named", n=3))
    assert world.rules(day, by, one, carried(holder)) == {"A-11"}
    world.act(day, by, one, carried(successor))
    assert standing_on(world.state(Unit, one), PROVINCIAL, day) is Standing.PASSED_ON
    assert {grant.state for grant in world.state(Unit, one).incentives.grants.values()} == {GrantState.ENDED}
    assert ObligationKind.RECOVER_PLAQUE in {duty.kind for duty in world.owed(one)}
    taken = world.state(Unit, successor).naming.held[PROVINCIAL]
    assert (taken.term_from, taken.term_until) == (held.term_from, held.term_until)
    assert ObligationKind.ISSUE_PLAQUE in {duty.kind for duty in world.owed(successor)}
    assert world.rules(day, by, one, carried(successor)) == {"I-00"}


def test_L_29_no_title_passes_on_while_it_may_be_lost() -> None:
    """The sibling: a succession in time was a way out of a revocation."""
    life, day = life_at("proposed"), ON["heard"]
    other = Succession(unit=life_at("registered", n=2).unit.id, role=SuccessionRole.SUCCESSOR)
    event = UnitSucceeded(other=other, how="示例", titles_carried=(PROVINCIAL,))
    cited(life.refused(day, approver(Level.PROVINCE), event), "T-21")


def test_L_15_an_overdue_duty_stays_with_who_missed_it_when_the_unit_moves() -> None:
    """On the last day a county desk moved the unit, and the overdue duty was the other prefecture's."""
    life, petitions, day = life_at("registered"), source(), ON["sealed"]
    life.act(day, petitions, signal(petitions, day))

    def holders(told: Life) -> set[str]:
        return {duty.holder for duty in told.owed() if duty.kind is ObligationKind.ASSESS_SIGNAL}

    due = next(duty.due for duty in life.owed() if duty.kind is ObligationKind.ASSESS_SIGNAL)
    early, moved = life.copy(), UnitDetailsChanged(place="430204", reason="示例")
    early.act(due - DAY, desk(Level.PREFECTURE), moved)
    assert holders(early) == {"prefecture:430200"}
    life.act(due + DAY, desk(Level.PREFECTURE), moved)
    assert holders(life) == {"prefecture:430100"}


def test_L_15_a_step_of_a_revocation_that_is_overdue_does_not_move() -> None:
    """The sibling: a revocation was handed over with the unit, after the day of its next step."""
    life = life_at("proposed")
    due = next(duty.due for duty in life.owed() if duty.kind is ObligationKind.NOTIFY_HEARING)
    life.act(due + DAY, desk(Level.PREFECTURE), UnitDetailsChanged(place="430204", reason="示例"))
    assert {d.holder for d in life.owed() if d.kind is ObligationKind.NOTIFY_HEARING} == {"prefecture:430100"}


def test_L_52_what_is_offered_to_a_house_names_its_matter_and_is_accepted() -> None:
    """`opine` was offered, and refused as "no open application", because a matter was needed."""
    life, day, house = life_at("heard"), ON["heard"], desk(Level.PROVINCE, House.UNION)
    offered = [possible for possible in life.may(day, house) if possible.decision == "opine" and possible.allowed]
    subjects = [(possible.subject["matter"], possible.subject["title"]) for possible in offered]
    assert subjects == [(Matter.REVOCATION, PROVINCIAL)]
    life.act(day, house, UnitHouseOpined(**offered[0].subject, opinion=Opinion.SUPPORT))


def test_L_52_an_invalid_credit_code_is_refused_as_one() -> None:
    """An invalid credit code was refused as "the unit is registered and open"."""
    life = Life.of()
    wrong = registration(life).model_copy(update={"code": "91430104000000009X"})
    life.unit = Unit(unit_id(wrong.code, wrong.place))
    refusals = life.refused(ON["registered"], life.agent, wrong)
    cited(refusals, "I-00")
    assert [refusal.en for refusal in refusals] == [f"{wrong.code} is no valid credit code"]


def test_L_29_a_national_title_passes_on_with_the_nation_alone_or_by_its_paper() -> None:
    """The sibling: the province alone gave a national title to another unit."""
    life, day, paper = life_at("enjoying", NATIONAL), ON["enjoying"], a_paper()
    life.knows(paper)
    other = Succession(unit=life_at("registered", n=2).unit.id, role=SuccessionRole.SUCCESSOR)
    event = UnitSucceeded(other=other, how="示例", titles_carried=(NATIONAL,))
    cited(life.refused(day, approver(Level.PREFECTURE), event), "A-11", "T-08")
    cited(life.refused(day, approver(Level.PROVINCE), event), "T-08")
    life.copy().act(day, approver(Level.NATION), event)
    life.act(day, approver(Level.PROVINCE), event.model_copy(update={"paper": paper.id}))


def test_L_25_a_paper_of_the_nation_is_confirmed_by_another_and_names_the_unit() -> None:
    """The rest of it: a paper that one person had typed in was the nation's word, and for any unit."""
    life, extension = _bridged(NATIONAL)
    day = life.unit.application.cases[NATIONAL].since
    paper = a_paper(kind=DocumentKind.NAMING, dated=day)
    event = extension.model_copy(update={"paper": paper.id})
    unconfirmed, of_another = replace(paper, confirmed=None), replace(paper, units=frozenset({UUID(int=9)}))
    for worthless, rule in ((unconfirmed, "T-23"), (of_another, "T-08")):
        life.knows(worthless)
        refusals = life.refused(day, approver(Level.PROVINCE), event)
        cited(refusals, rule)
        assert [refusal.pointer for refusal in refusals] == ["/paper"]
    life.knows(replace(paper, units=frozenset({life.unit.id})))
    life.act(day, approver(Level.PROVINCE), event)
