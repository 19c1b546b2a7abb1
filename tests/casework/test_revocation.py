"""取消: step by step, none left out (I-04, I-05, I-08 … I-10, I-12 … I-14, I-16, A-06 … A-08, A-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.unit.evaluation import UnitHouseOpined
from events.unit.naming import UnitPlaqueReportedLost, UnitTermExpired
from events.unit.registration import UnitClosed
from events.unit.revocation import (
    GroundWithEvidence,
    UnitConsentGiven,
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
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.signals import UnitSignalWithdrawn
from events.words import (
    Ground,
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    ReconsiderationOutcome,
    Recovery,
    Service,
    SignalOutcome,
    SourceSystem,
    Standing,
)
from services.casework.calendar import add_months
from services.casework.timekeeping import brought_about
from services.casework.unit.naming.state import standing
from services.casework.unit.plaques import PlaqueState
from tests.casework.given import (
    LOCAL,
    NATIONAL,
    PACKS,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    UnitDeadlineMissed,
    a_paper,
    add_working_days,
    approver,
    cited,
    desk,
    document,
    source,
)
from tests.casework.stages import (
    ON,
    applied,
    apply,
    assessed,
    find_serious,
    hear,
    life_at,
    look_into,
    opine,
    propose_revocation,
    seal,
)

DAY = ON["heard"]
SERIOUS = life_at("found_serious").unit.version
PREF, PROV = desk(Level.PREFECTURE), desk(Level.PROVINCE)
REVOKED = UnitRevoked(document_number="示例取消〔2025〕1号")
REQUESTED = UnitConsentRequested(document_number="示例请示〔2025〕1号")
GIVEN = UnitConsentGiven(document_number="示例国三方〔2025〕1号")
REFUSED = UnitConsentRefused(document_number="示例国三方〔2025〕1号", reason="示例")
NOTIFIED = UnitHearingNotified()
OPENED = UnitNoticeServed(how=Service.ACCOUNT)
ASKED = UnitReconsiderationRequested(text="示例：请求复核")
PAPER = a_paper()


def _proposed(ground: Ground, *evidence: int) -> UnitRevocationProposed:
    return UnitRevocationProposed(grounds=(GroundWithEvidence(ground=ground, evidence=evidence),))


def _revoked(title: str = PROVINCIAL) -> Life:
    life = life_at("heard", title)
    if title == NATIONAL:
        life.act(DAY, PROV, REQUESTED)
        life.act(DAY, approver(Level.NATION), GIVEN)
    life.act(DAY, approver(life.pack.titles[title].revoked_by), REVOKED)
    return life


def test_a_06_each_ground_rests_on_entries_that_prove_it() -> None:
    calm = life_at("enjoying")
    cited(calm.refused(DAY, PREF, _proposed(Ground.WAGE_ARREARS, 1)), "A-06")
    life = life_at("found_serious")
    cited(life.refused(DAY, PREF, _proposed(Ground.MASS_INCIDENT, SERIOUS)), "A-06")
    facts = cited(life.refused(DAY, PREF, _proposed(Ground.WAGE_ARREARS, 1, 2, 999)), "I-00")
    assert facts == ("1", "2", "999")
    life.copy().act(DAY, PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS - 5))
    life.act(DAY, PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS))


def test_a_06_an_assessment_that_was_replaced_or_whose_signal_was_withdrawn_proves_nothing() -> None:
    inspection = source(SourceSystem.LABOUR_INSPECTION)
    name = f"{inspection.uri}#示例-欠薪"
    replaced, withdrawn = life_at("found_serious"), life_at("found_serious")
    look_into(replaced, DAY, name)
    replaced.assess(DAY, approver(Level.PREFECTURE), assessed(replaced, name, outcome=SignalOutcome.MINOR))
    cited(replaced.refused(DAY, PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS)), "A-06")
    withdrawn.act(DAY, inspection, UnitSignalWithdrawn(signal=name, reason="示例"))
    cited(withdrawn.refused(DAY, PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS)), "A-06")
    again = withdrawn.assess(DAY, approver(Level.PREFECTURE), assessed(withdrawn, name, Ground.WAGE_ARREARS))
    withdrawn.act(DAY, PREF, _proposed(Ground.WAGE_ARREARS, again.version))


def test_i_16_one_proposal_a_title_and_only_of_a_held_one() -> None:
    life = life_at("proposed")
    cited(life.refused(DAY, PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS)), "I-16")
    assert standing(life.unit, PROVINCIAL) is Standing.REVOCATION_PROPOSED
    other = _proposed(Ground.WAGE_ARREARS, SERIOUS).model_copy(update={"title": NATIONAL})
    cited(life.refused(DAY, PREF, other), "I-00")


def test_i_05_every_step_presupposes_the_proposal() -> None:
    life = life_at("found_serious")
    statement = UnitStatementHeard(waived=True)
    for who, event in (
        (PROV, NOTIFIED),
        (life.agent, statement),
        (PROV, REQUESTED),
        (approver(Level.NATION), GIVEN),
        (approver(Level.NATION), REFUSED),
        (approver(Level.PROVINCE), REVOKED),
    ):
        cited(life.refused(DAY, who, event), "I-05")
    announced = UnitRevocationAnnounced(title=PROVINCIAL, channel="示例", document_number="示例")
    cited(life.refused(DAY, PROV, announced), "I-05")
    cited(life.refused(DAY, life.agent, ASKED.model_copy(update={"title": PROVINCIAL})), "I-05")
    cited(life.refused(DAY, PREF, UnitPlaqueRecovered(plaque="示例", how=Recovery.RETURNED)), "I-10")


def test_i_09_a_07_told_then_heard_then_decided() -> None:
    life, told = life_at("proposed"), ON["proposed"]
    by = approver(Level.PROVINCE)
    cited(life.refused(told, by, REVOKED), "I-04", "I-09")
    cited(life.refused(told, life.agent, UnitStatementHeard(text="示例")), "I-09")
    due = add_working_days(told, 5)
    life.act(told, PROV, NOTIFIED)
    cited(life.refused(told, PROV, NOTIFIED), "I-09")
    life.act(told, life.agent, OPENED)
    owed = next(o for o in life.owed() if o.kind is ObligationKind.STATEMENT)
    assert (owed.holder, owed.due) == ("unit", due)
    cited(life.refused(due, by, REVOKED), "I-04", "I-09")
    cited(life.refused(told, life.agent, UnitStatementHeard()), "I-09")
    silent, waiving, after = life.copy(), life.copy(), due + timedelta(days=1)
    opine(silent, after, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION)
    silent.act(after, by, REVOKED)
    waiving.act(told, waiving.agent, UnitStatementHeard(waived=True))
    life.act(told, life.agent, UnitStatementHeard(text="示例"))
    for heard in (waiving, life):
        opine(heard, told, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION)
        heard.act(told, by, REVOKED)


def _served(how: Service, on: date | None = None, *, proof: bool = True) -> UnitNoticeServed:
    return UnitNoticeServed(how=how, on=on, documents=(document("送达凭证"),) if proof else ())


def _notified() -> tuple[Life, date]:
    life, told = life_at("proposed"), ON["proposed"]
    life.act(told, PROV, NOTIFIED)
    return life, told


@pytest.mark.parametrize("how", [Service.RECEIPT, Service.POST, Service.PUBLIC_NOTICE])
def test_t_12_an_office_serves_with_proof_and_opens_no_account(how: Service) -> None:
    life, told = _notified()
    cited(life.refused(told, PROV, _served(Service.ACCOUNT)), "T-12")
    cited(life.refused(told, PROV, _served(how, proof=False)), "T-12")
    cited(life.refused(told, life.agent, _served(how)), "T-12")
    cited(life.refused(told, PROV, _served(how, told - timedelta(days=1))), "T-12")
    cited(life.refused(told, PROV, _served(how, told + timedelta(days=1))), "I-21")
    cited(life.refused(told + timedelta(days=1), life.agent, _served(Service.ACCOUNT, told)), "T-12")
    life.act(told, PROV, _served(how))


def test_t_12_nothing_is_served_before_the_notice_nor_twice() -> None:
    life, told = life_at("proposed"), ON["proposed"]
    cited(life.refused(told, life.agent, OPENED), "I-09")
    life.act(told, PROV, NOTIFIED)
    life.act(told, life.agent, OPENED)
    cited(life.refused(told, PROV, _served(Service.POST)), "T-12")


def test_t_12_the_hearing_runs_from_proved_service_and_not_from_the_notice() -> None:
    life, told = _notified()
    long_after = told + timedelta(days=60)
    cited(life.refused(long_after, approver(Level.PROVINCE), REVOKED), "I-04", "T-12")
    opinion = UnitHouseOpined(title=PROVINCIAL, matter=Matter.REVOCATION, opinion=Opinion.SUPPORT)
    cited(life.refused(long_after, PROV, opinion), "T-12")
    owed = {o.kind: (o.holder, o.due) for o in life.owed()}
    assert owed[ObligationKind.SERVE_NOTICE] == (f"prefecture:{PREFECTURE}", add_working_days(told, 10))
    assert ObligationKind.STATEMENT not in owed


def test_t_12_a_receipt_recorded_late_takes_no_day_from_the_unit() -> None:
    life, told = _notified()
    late = add_working_days(told, 9)
    life.act(late, PROV, _served(Service.RECEIPT, told))
    proposal = life.unit.revocation.proposals[PROVINCIAL]
    assert (proposal.served_on, proposal.hearing_due) == (told, add_working_days(late, 5))


def test_t_12_a_public_notice_counts_after_its_days_and_service_before_is_still_service() -> None:
    life, told = _notified()
    life.act(told, PROV, _served(Service.PUBLIC_NOTICE))
    served = told + timedelta(days=15)
    proposal = life.unit.revocation.proposals[PROVINCIAL]
    assert (proposal.served_on, proposal.hearing_due) == (served, add_working_days(served, 5))
    soon = told + timedelta(days=1)
    life.act(soon, life.agent, OPENED)
    proposal = life.unit.revocation.proposals[PROVINCIAL]
    assert (proposal.served_on, proposal.hearing_due) == (soon, add_working_days(soon, 5))


def _missed(life: Life, day: date) -> None:
    for event in brought_about(life.unit, day, PACKS):
        if isinstance(event, UnitDeadlineMissed):
            life.act(day, TIMEKEEPER, event)


@pytest.mark.parametrize("sent", [True, False])
def test_t_12_a_proposal_never_served_is_over_and_its_grounds_wait_as_before(sent: bool) -> None:
    life, told = life_at("proposed"), ON["proposed"]
    before = next(o for o in life_at("found_serious").owed() if o.kind is ObligationKind.PROPOSE_REVOCATION)
    if sent:
        life.act(told, PROV, NOTIFIED)
    due = add_working_days(told, 10 if sent else 5)
    lapsed = UnitRevocationLapsed(title=PROVINCIAL, proposal=life.unit.revocation.proposals[PROVINCIAL].version)
    last = due + timedelta(days=20)
    cited(life.refused(last + timedelta(days=1), TIMEKEEPER, lapsed), "T-12")
    _missed(life, due + timedelta(days=1))
    cited(life.refused(last, TIMEKEEPER, lapsed), "T-12")
    _missed(life, last + timedelta(days=1))
    assert lapsed in list(brought_about(life.unit, last + timedelta(days=1), PACKS))
    life.act(last + timedelta(days=1), TIMEKEEPER, lapsed)
    assert standing(life.unit, PROVINCIAL) is Standing.HELD
    assert before in life.owed()
    life.act(last + timedelta(days=1), PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS))


@pytest.mark.parametrize("reached", ["served", "spoken"])
def test_t_12_what_reached_the_unit_does_not_end_by_time(reached: str) -> None:
    life, told = _notified()
    life.act(told, life.agent, OPENED if reached == "served" else UnitStatementHeard(text="示例"))
    much_later = add_months(told, 12)
    _missed(life, much_later)
    lapsed = UnitRevocationLapsed(title=PROVINCIAL, proposal=life.unit.revocation.proposals[PROVINCIAL].version)
    cited(life.refused(much_later, TIMEKEEPER, lapsed), "T-12")
    assert not any(isinstance(event, UnitRevocationLapsed) for event in brought_about(life.unit, much_later, PACKS))


def test_i_14_what_was_serious_in_a_term_is_answered_after_it() -> None:
    life, until = life_at("found_serious"), life_at("named").unit.naming.held[PROVINCIAL].term_until
    owed = [duty for duty in life.owed() if duty.kind is ObligationKind.PROPOSE_REVOCATION]
    life.act(until + timedelta(days=1), TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=until))
    day = until + timedelta(days=2)
    assert [duty for duty in life.owed() if duty.kind is ObligationKind.PROPOSE_REVOCATION] == owed != []
    cited(life.refused(day, approver(Level.PROVINCE), UnitClosed(reason="示例")), "T-21")
    dropped = life.copy()
    dropped.act(day, approver(Level.PROVINCE), UnitRevocationDropped(reason="示例：期满，影响有限"))
    assert not [duty for duty in dropped.owed() if duty.kind is ObligationKind.PROPOSE_REVOCATION]
    proposal = _proposed(Ground.WAGE_ARREARS, SERIOUS)
    cited(dropped.refused(day, PREF, proposal), "I-00")
    life.act(day, PREF, proposal)
    hear(life, day, PROVINCIAL)
    life.act(day, approver(Level.PROVINCE), REVOKED)
    assert standing(life.unit, PROVINCIAL) is Standing.REVOKED
    cited(life.refused(day, life.agent, applied(life, PROVINCIAL)), "I-16", "T-16")


def test_i_14_what_was_found_serious_after_a_term_is_no_ground_to_revoke_it() -> None:
    life, until = life_at("enjoying"), life_at("named").unit.naming.held[PROVINCIAL].term_until
    day = until + timedelta(days=1)
    life.act(day, TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=until))
    find_serious(life, day)
    assert ObligationKind.PROPOSE_REVOCATION not in {duty.kind for duty in life.owed()}
    cited(life.refused(day, PREF, _proposed(Ground.WAGE_ARREARS, life.unit.version)), "I-00")


def test_i_14_a_proposal_that_lapses_after_the_closing_is_owed_again() -> None:
    life, day = life_at("proposed"), ON["proposed"]
    before = next(o for o in life_at("found_serious").owed() if o.kind is ObligationKind.PROPOSE_REVOCATION)
    life.act(day, approver(Level.PROVINCE), UnitClosed(reason="示例"))
    due = add_working_days(day, 5)
    last = due + timedelta(days=21)
    for missed in (due + timedelta(days=1), last):
        _missed(life, missed)
    proposal = life.unit.revocation.proposals[PROVINCIAL].version
    life.act(last, TIMEKEEPER, UnitRevocationLapsed(title=PROVINCIAL, proposal=proposal))
    assert before in life.owed()
    life.act(last, PREF, _proposed(Ground.WAGE_ARREARS, SERIOUS))


def test_t_22_four_abstentions_revoke_nothing() -> None:
    life = life_at("heard")
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION, dict.fromkeys(House, Opinion.ABSTAIN))
    cited(life.refused(DAY, approver(Level.PROVINCE), REVOKED), "T-22")


def test_i_04_the_four_houses_of_the_level_that_revokes_have_spoken() -> None:
    life, by = life_at("proposed"), approver(Level.PROVINCE)
    life.act(DAY, PROV, NOTIFIED)
    life.act(DAY, life.agent, UnitStatementHeard(waived=True))
    cited(life.refused(DAY, by, REVOKED), "I-04")
    cited(life.refused(DAY, PREF, UnitHouseOpined(matter=Matter.REVOCATION, opinion=Opinion.SUPPORT)), "I-05")
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION)
    life.act(DAY, by, REVOKED)


@pytest.mark.parametrize(
    ("opinions", "lawful"),
    [
        ({House.HR: Opinion.OPPOSE}, False),
        ({House.UNION: Opinion.OPPOSE}, True),
        ({House.UNION: Opinion.OPPOSE, House.COMMERCE: Opinion.OPPOSE}, False),
    ],
)
def test_a_14_what_the_houses_oppose_is_not_revoked(opinions: dict[House, Opinion], lawful: bool) -> None:
    life, by = life_at("heard"), approver(Level.PROVINCE)
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION, opinions)
    if lawful:
        life.act(DAY, by, REVOKED)
    else:
        cited(life.refused(DAY, by, REVOKED), "A-14")


def test_i_12_who_proposes_does_not_decide() -> None:
    life = life_at("heard", LOCAL)
    promoted = replace(PREF, appointments=approver(Level.PREFECTURE).appointments)
    cited(life.refused(DAY, promoted, REVOKED), "T-03")
    life.act(DAY, approver(Level.PREFECTURE), REVOKED)


def test_i_08_a_national_title_is_revoked_after_the_nations_consent_only() -> None:
    life, by = life_at("heard", NATIONAL), approver(Level.PROVINCE)
    cited(life.refused(DAY, by, REVOKED), "I-08")
    cited(life.refused(DAY, approver(Level.NATION), GIVEN), "I-08")
    life.act(DAY, PROV, REQUESTED)
    cited(life.refused(DAY, PROV, REQUESTED), "I-05")
    cited(life.refused(DAY, by, REVOKED), "I-08")
    cited(life.refused(DAY, by, GIVEN), "I-08")
    cited(life.refused(DAY, by, REFUSED), "I-08")
    life.copy().act(DAY, by, GIVEN.model_copy(update={"paper": PAPER.id}))
    given = life.act(DAY, approver(Level.NATION), GIVEN)
    cited(life.refused(DAY, approver(Level.NATION), REFUSED), "I-08")
    entry = life.act(DAY, by, REVOKED)
    assert isinstance(entry.event, UnitRevoked)
    assert entry.event.consent_ref == given.version


def test_i_08_a_refused_consent_ends_it_unless_asked_again() -> None:
    life, by = life_at("heard", NATIONAL), approver(Level.PROVINCE)
    life.act(DAY, PROV, REQUESTED)
    life.act(DAY, by, REFUSED.model_copy(update={"paper": PAPER.id}))
    cited(life.refused(DAY, by, REVOKED), "I-08")
    again = life.copy()
    life.act(DAY, by, UnitRevocationDropped(reason="示例：国家三方不同意"))
    assert standing(life.unit, NATIONAL) is Standing.HELD
    again.act(DAY, PROV, REQUESTED)
    again.act(DAY, approver(Level.NATION), GIVEN)
    again.act(DAY, by, REVOKED)


def test_consent_is_asked_for_after_the_hearing_and_the_opinions() -> None:
    life = life_at("proposed", NATIONAL)
    cited(life.refused(DAY, PROV, REQUESTED), "I-04", "I-09")
    life_at("heard", NATIONAL).act(DAY, PROV, REQUESTED)


@pytest.mark.parametrize("title", [PROVINCIAL, LOCAL])
def test_a_08_other_titles_are_revoked_by_the_level_that_gave_them_without_the_nation(title: str) -> None:
    life = life_at("heard", title)
    cited(life.refused(DAY, PROV, REQUESTED), "I-08")
    level = life.pack.titles[title].named_by
    life.act(DAY, approver(level), REVOKED)
    assert standing(life.unit, title) is Standing.REVOKED


def test_i_10_the_plaque_comes_back_the_public_is_told_the_incentives_end() -> None:
    life = _revoked()
    plaque = next(iter(life.unit.naming.plaques))
    assert not life.unit.incentives.running()
    entry = life.unit.entries[-1].event
    assert isinstance(entry, UnitRevoked)
    assert entry.incentives_ended
    owed = {o.kind: (o.holder, o.due) for o in life.owed()}
    assert owed[ObligationKind.RECOVER_PLAQUE] == (f"prefecture:{PREFECTURE}", add_working_days(DAY, 15))
    assert owed[ObligationKind.ANNOUNCE] == (f"province:{PROVINCE}", add_working_days(DAY, 10))
    announced = UnitRevocationAnnounced(channel="示例", document_number="示例")
    recovered = UnitPlaqueRecovered(plaque=plaque, how=Recovery.RETURNED)
    cited(life.refused(DAY, PREF, recovered.model_copy(update={"plaque": "别的铭牌"})), "I-00")
    life.act(DAY, PREF, recovered)
    life.act(DAY, PROV, announced)
    cited(life.refused(DAY, PREF, recovered), "I-10")
    cited(life.refused(DAY, PROV, announced), "I-10")
    assert not {ObligationKind.RECOVER_PLAQUE, ObligationKind.ANNOUNCE} & {o.kind for o in life.owed()}


def test_i_16_a_17_three_years_before_the_title_can_be_applied_for_again() -> None:
    life = _revoked()
    free = add_months(DAY, 36)
    seal(life, free - timedelta(days=1))
    cited(life.refused(free - timedelta(days=1), life.agent, applied(life, PROVINCIAL)), "I-16")
    apply(life, free, PROVINCIAL)


def test_a_revocation_ends_a_renewal_under_way() -> None:
    life = life_at("enjoying")
    late = add_months(life.unit.naming.held[PROVINCIAL].term_until, -3)
    seal(life, late, report="续期自评报告")
    apply(life, late, PROVINCIAL)
    find_serious(life, late)
    propose_revocation(life, late, PROVINCIAL)
    hear(life, late, PROVINCIAL)
    life.act(late, approver(Level.PROVINCE), REVOKED)
    assert not life.unit.application.cases


def test_a_term_that_ends_meanwhile_does_not_save_from_revocation() -> None:
    life = life_at("heard")
    until = life.unit.naming.held[PROVINCIAL].term_until
    day = until + timedelta(days=1)
    life.act(day, TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=until))
    life.act(day, approver(Level.PROVINCE), REVOKED)
    assert standing(life.unit, PROVINCIAL) is Standing.REVOKED


def test_i_13_a_lower_level_does_not_drop_what_a_higher_one_proposed() -> None:
    life = life_at("found_serious")
    life.act(DAY, PROV, _proposed(Ground.WAGE_ARREARS, SERIOUS))
    dropped = UnitRevocationDropped(reason="示例")
    cited(life.refused(DAY, approver(Level.PREFECTURE), dropped), "I-13")
    life.act(DAY, approver(Level.PROVINCE), dropped)
    own = life_at("proposed")
    own.act(DAY, approver(Level.PREFECTURE), dropped)
    assert standing(own.unit, PROVINCIAL) is Standing.HELD


def _decided(outcome: ReconsiderationOutcome) -> UnitReconsiderationDecided:
    return UnitReconsiderationDecided(outcome=outcome, reason="示例")


def test_set_aside_the_title_its_plaque_and_the_right_to_renew_are_back() -> None:
    life, by = _revoked(), approver(Level.PROVINCE, n=2)
    cited(life.refused(DAY, by, _decided(ReconsiderationOutcome.SET_ASIDE)), "I-05")
    life.act(DAY, life.agent, ASKED)
    cited(life.refused(DAY, approver(Level.PROVINCE), _decided(ReconsiderationOutcome.SET_ASIDE)), "T-03")
    opine(life, DAY, Level.PROVINCE, PROVINCIAL, Matter.RECONSIDERATION)
    cited(life.refused(DAY, life.agent, ASKED), "I-05")
    life.act(DAY, by, _decided(ReconsiderationOutcome.SET_ASIDE))
    assert standing(life.unit, PROVINCIAL) is Standing.HELD
    assert {plaque.state for plaque in life.unit.naming.plaques.values()} == {PlaqueState.ISSUED}
    assert not {ObligationKind.RECOVER_PLAQUE, ObligationKind.ANNOUNCE} & {o.kind for o in life.owed()}
    late = add_months(life.unit.naming.held[PROVINCIAL].term_until, -3)
    seal(life, late)
    apply(life, late, PROVINCIAL)


def test_upheld_it_stands() -> None:
    life = _revoked()
    life.act(DAY, life.agent, ASKED)
    life.act(DAY, approver(Level.PROVINCE, n=2), _decided(ReconsiderationOutcome.UPHELD))
    assert standing(life.unit, PROVINCIAL) is Standing.REVOKED
    cited(life.refused(DAY, approver(Level.PROVINCE, n=2), _decided(ReconsiderationOutcome.UPHELD)), "I-05")


def test_i_10_a_plaque_reported_lost_while_the_revocation_runs_comes_back_or_is_declared_void() -> None:
    life = life_at("heard")
    plaque = next(iter(life.unit.naming.plaques))
    life.act(DAY, life.agent, UnitPlaqueReportedLost(plaque=plaque))
    void = UnitPlaqueRecovered(plaque=plaque, how=Recovery.DECLARED_VOID)
    cited(life.refused(DAY, PREF, void), "I-10")
    life.act(DAY, approver(Level.PROVINCE), REVOKED)
    assert ObligationKind.RECOVER_PLAQUE in {duty.kind for duty in life.owed()}
    assert life.unit.naming.plaques[plaque].left_out().state is PlaqueState.LOST, "lost again where it is set aside"
    life.act(DAY, PREF, void)
    assert ObligationKind.RECOVER_PLAQUE not in {duty.kind for duty in life.owed()}
