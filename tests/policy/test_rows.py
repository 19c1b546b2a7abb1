"""The clause matrix (domain §1): what a unit's life has to do for each row of the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.envelope import Event
from events.unit.application import UnitApplicationAccepted, UnitApplicationForwarded, UnitApplied
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationOrdered,
    UnitVerified,
)
from events.unit.cultivation import UnitContactAssigned, UnitFollowedUp
from events.unit.evaluation import UnitAssessedByThirdParty, UnitEvaluated, UnitReviewed
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed, UnitNominated, UnitTermExpired
from events.unit.publicity import UnitPublicityCompleted
from events.unit.registration import UnitMemberJoined
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitRevocationAnnounced,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.self_evaluation import TrainingFunds
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    Conductor,
    FollowUpKind,
    Ground,
    House,
    Level,
    Matter,
    ObligationKind,
    Opinion,
    Ownership,
    Recommendation,
    Recovery,
    Role,
    Route,
    Sealer,
    Service,
    SourceSystem,
    Standing,
    SubKind,
    UnitKind,
    VerificationResult,
    Watch,
)
from services.casework.calendar import add_months
from services.casework.unit.incentives import GrantState
from services.casework.unit.naming.state import standing
from services.casework.unit.self_evaluation import front_line_share, satisfaction
from services.casework.unit.signals import watch
from tests.casework.given import (
    CREDIT,
    DAY,
    NATIONAL,
    PACK,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    Somebody,
    UnitDeadlineMissed,
    a_round,
    add_working_days,
    an_assessor,
    approver,
    cited,
    desk,
    document,
    post,
    registration,
    self_evaluation,
    signal,
    somebody,
    source,
)
from tests.casework.stages import (
    ON,
    adopted,
    applied,
    apply,
    assessed,
    life_at,
    look_into,
    opine,
    propose_revocation,
    seal,
    sealed_by,
    visited,
)

PETITIONS, INSPECTION = source(), source(SourceSystem.LABOUR_INSPECTION)
RECOMMENDED = UnitEvaluated(outcome=Recommendation.RECOMMEND, score=90)
NAMED = UnitNamed(document_number="示例命名〔2024〕1号")
REVOKED = UnitRevoked(document_number="示例取消〔2025〕1号")


def _owed(life: Life, kind: ObligationKind) -> list[tuple[str, date]]:
    return [(owed.holder, owed.due) for owed in life.owed() if owed.kind is kind]


def test_R_02_all_kinds_take_part_and_parks_of_every_kind() -> None:
    for kind in UnitKind:
        life = Life.of(kind)
        life.act(DAY, life.agent, registration(life))
        assert life.unit.life.kind is kind
    for sub_kind in (SubKind.ECONOMIC_ZONE, SubKind.HIGH_TECH_ZONE, SubKind.SCIENCE_PARK, SubKind.OTHER_CLUSTER):
        life = Life.of(UnitKind.PARK)
        life.act(DAY, life.agent, registration(life).model_copy(update={"sub_kind": sub_kind}))
        assert life.unit.life.sub_kind is sub_kind


def test_R_04_nine_standards_are_scored_with_evidence_and_judged_at_the_site() -> None:
    life, whole = life_at("registered"), self_evaluation()
    assert len(whole.items) == 9
    evidence = whole.items[0].model_copy(update={"evidence": (document("党组织台账"),)})
    with_evidence = whole.model_copy(update={"items": (evidence, *whole.items[1:])})
    cited(life.refused(DAY, life.agent, whole.model_copy(update={"items": whole.items[:8]})), "I-00")
    life.act(DAY, life.agent, with_evidence)
    assert life.unit.self_evaluation.score == sum(item.score for item in whole.items)
    site = life_at("at_evaluation")
    day = ON["evaluated"]
    site.act(day, desk(Level.PREFECTURE), visited(site, day, PROVINCIAL, unmet=("union_and_bargaining",)))
    opine(site, day, Level.PREFECTURE, PROVINCIAL)
    assert cited(site.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "A-01") == ("union_and_bargaining",)


@pytest.mark.parametrize(("front_line", "enough"), [(6_000, True), (5_999, False)])
def test_R_05_sixty_percent_of_the_funds_go_to_the_front_line(front_line: int, enough: bool) -> None:
    life = life_at("registered")
    funds = TrainingFunds(total=10_000, front_line=front_line)
    assert (front_line_share(funds) >= PACK.quorums.front_line_share) is enough
    life.act(DAY, life.agent, self_evaluation().model_copy(update={"training_funds": funds}))
    life.act(DAY, life.agent, adopted(life, DAY))
    life.act(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE))
    life.act(DAY, life.union, sealed_by(life, Sealer.UNION))
    if not enough:
        cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "A-01")
        life.act(DAY, life.agent, applied(life, PROVINCIAL).model_copy(update={"reason": "示例：说明"}))
    else:
        apply(life, DAY, PROVINCIAL)
    for office in (Level.COUNTY, Level.PREFECTURE):
        life.act(DAY, desk(office), UnitApplicationAccepted())
        if office is Level.COUNTY:
            life.act(DAY, desk(office), UnitApplicationForwarded())
    life.act(DAY, desk(Level.PREFECTURE), visited(life, DAY, PROVINCIAL))
    opine(life, DAY, Level.PREFECTURE, PROVINCIAL)
    if enough:
        life.act(DAY, approver(Level.PREFECTURE), RECOMMENDED)
    else:
        assert cited(life.refused(DAY, approver(Level.PREFECTURE), RECOMMENDED), "A-01") == ("training",)


def test_R_06_workers_are_asked_over_eight_indicators_in_a_valid_sample() -> None:
    life, whole = life_at("registered"), self_evaluation()
    assert whole.survey is not None
    assert len(whole.survey.scores) == len(PACK.survey_indicators) == 8
    assert satisfaction(whole.survey) * 100 == 90
    for changes in ({"answered": 10}, {"scores": dict(list(whole.survey.scores.items())[:7])}):
        survey = whole.survey.model_copy(update=changes)
        cited(life.refused(DAY, life.agent, whole.model_copy(update={"survey": survey})), "A-02")
    life.act(DAY, life.agent, whole)


def test_R_07_parks_and_townships_are_measured_by_seven_standards() -> None:
    for kind in (UnitKind.PARK, UnitKind.TOWNSHIP):
        life, whole = life_at("registered", kind=kind), self_evaluation(kind)
        assert len(whole.items) == 7
        life.act(DAY, desk(Level.COUNTY), UnitMemberJoined(member=somebody("成员企业"), from_=DAY))
        life.act(DAY, desk(Level.COUNTY), whole)
        assert life.unit.self_evaluation.score == 100


@pytest.mark.parametrize(
    ("kind", "standard_set", "code"),
    [
        (UnitKind.ENTERPRISE, "enterprise_national", "人社部发〔2023〕2号"),
        (UnitKind.ENTERPRISE, "db43_t_2233_2021", "DB43/T 2233-2021"),
        (UnitKind.PARK, "db43_t_2232_2021", "DB43/T 2232-2021"),
    ],
)
def test_R_12_a_self_evaluation_says_which_standard_it_used(kind: UnitKind, standard_set: str, code: str) -> None:
    life = life_at("registered", kind=kind)
    life.act(DAY, desk(Level.COUNTY), self_evaluation(kind, standard_set=standard_set))
    used = PACK.standard_sets[life.unit.self_evaluation.standard_set]
    assert used.code == code
    other = "township_national" if kind is UnitKind.ENTERPRISE else "enterprise_national"
    wrong = self_evaluation(kind, standard_set=standard_set).model_copy(update={"standard_set": other})
    cited(life.refused(DAY, desk(Level.COUNTY), wrong), "I-00")


def test_R_13_the_congress_passes_the_report_with_quorum_and_majority() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    cited(life.refused(DAY, life.agent, adopted(life, DAY, present=66, in_favour=60)), "A-03")
    cited(life.refused(DAY, life.agent, adopted(life, DAY, present=90, in_favour=50)), "A-03")
    cited(life.refused(DAY, life.agent, adopted(life, DAY).model_copy(update={"report_digest": "0" * 64})), "I-01")
    cited(life.refused(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE)), "I-01")
    life.act(DAY, life.agent, adopted(life, DAY))
    assert life.unit.self_evaluation.adopted


def test_R_14_enterprise_and_union_both_seal_and_a_changed_report_voids_both() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    life.act(DAY, life.agent, adopted(life, DAY))
    life.act(DAY, life.agent, sealed_by(life, Sealer.ENTERPRISE))
    assert cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-01") == ("report-sealed:union",)
    life.act(DAY, life.union, sealed_by(life, Sealer.UNION))
    assert life.unit.self_evaluation.complete_for(UnitKind.ENTERPRISE)
    life.act(DAY, life.agent, self_evaluation(report="改动后的报告"))
    assert life.unit.self_evaluation.seals == {}
    cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-01")


def test_R_15_an_application_goes_up_level_by_level_and_each_keeps_its_days() -> None:
    life = life_at("applied")
    cited(life.refused(DAY, desk(Level.PREFECTURE), UnitApplicationAccepted()), "I-13")
    county, prefecture = date(2024, 3, 14), date(2024, 3, 18)
    life.act(county, desk(Level.COUNTY), UnitApplicationAccepted())
    life.act(prefecture, desk(Level.COUNTY), UnitApplicationForwarded())
    moved = life.unit.entries[-1].event
    assert isinstance(moved, UnitApplicationForwarded)
    assert (moved.from_, moved.to) == (Level.COUNTY, Level.PREFECTURE)
    case = life.unit.application.cases[PROVINCIAL]
    assert (case.level, case.since) == (Level.PREFECTURE, prefecture)
    due = PACK.after(prefecture, PACK.windows.handle_step)
    assert _owed(life, ObligationKind.HANDLE_APPLICATION) == [(f"prefecture:{PREFECTURE}", due)]


def test_R_16_the_prefectures_conference_evaluates_with_four_opinions_after_a_visit_and_reports_up() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    forward = UnitApplicationForwarded()
    cited(life.refused(day, desk(Level.PREFECTURE), forward), "I-03")
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "A-12", "I-04")
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    made = life.act(day, approver(Level.PREFECTURE), RECOMMENDED).event
    assert isinstance(made, UnitEvaluated)
    assert made.level is Level.PREFECTURE
    assert len(made.opinions or ()) == 4
    life.act(day, desk(Level.PREFECTURE), forward)


@pytest.mark.parametrize("ownership", list(Ownership))
def test_R_17_central_enterprises_and_provincial_soes_apply_to_the_province(ownership: Ownership) -> None:
    life = life_at("sealed", ownership=ownership)
    direct = ownership in (Ownership.CENTRAL, Ownership.PROVINCIAL_SOE)
    other = Route.LEVELS if direct else Route.DIRECT
    wrong = UnitApplied(title=PROVINCIAL, report_digest=life.digest, route=other)
    cited(life.refused(DAY, life.agent, wrong), "I-03")
    done = life_at("evaluated", ownership=ownership)
    made = done.unit.entries[-1].event
    assert isinstance(made, UnitEvaluated)
    assert made.level is (Level.PROVINCE if direct else Level.PREFECTURE)


def test_R_18_a_parks_and_townships_report_is_its_tripartite_bodys() -> None:
    for kind in (UnitKind.PARK, UnitKind.TOWNSHIP):
        life, whole = life_at("registered", kind=kind), self_evaluation(kind)
        by_itself = whole.model_copy(update={"conducted_by": Conductor.UNIT})
        cited(life.refused(DAY, desk(Level.COUNTY), by_itself), "I-02")
        life.act(DAY, desk(Level.COUNTY), whole)
        cited(life.refused(DAY, life.agent, adopted(life, DAY)), "I-02")
        cited(life.refused(DAY, life.agent, applied(life, PROVINCIAL)), "I-02")
        life.act(DAY, desk(Level.COUNTY), sealed_by(life, Sealer.TRIPARTITE))
        apply(life, DAY, PROVINCIAL)


def test_R_19_review_publicity_nomination_in_that_order() -> None:
    order = ["at_decision", "reviewed", "in_publicity", "cleared", "nominated"]
    day = ON["named"]
    taken = a_round()
    steps: dict[str, tuple[Somebody, Event]] = {
        "reviewed": (approver(Level.PROVINCE), UnitReviewed(outcome=Recommendation.RECOMMEND)),
        "cleared": (TIMEKEEPER, UnitPublicityCompleted()),
        "nominated": (approver(Level.PROVINCE), UnitNominated(round=taken.id, document_number="示例")),
    }
    for stage in order:
        life = life_at(stage, NATIONAL)
        life.known[taken.id] = taken
        if stage == "at_decision":
            opine(life, day, Level.PROVINCE, NATIONAL)
        for step, (who, event) in steps.items():
            follows = order.index(step) == order.index(stage) + 1
            refusals = life.judged(day, who, event)[2]
            assert (refusals == []) is follows, (stage, step)


def test_R_20_a_third_partys_report_is_a_supplement_and_no_houses_opinion() -> None:
    life, assessor, day = life_at("at_evaluation"), post(Role.ASSESSOR, Level.PROVINCE, None), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    body = an_assessor(assessor.id)
    life.knows(body)
    report = UnitAssessedByThirdParty(body=body.id, assessor=assessor.id, score=99, report=document("社会评估报告"))
    life.act(day, assessor, report)
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "I-04")


def test_R_21_every_unit_has_a_contact_and_is_seen_in_time() -> None:
    life, contact, prefecture = life_at("named"), post(Role.CONTACT, Level.COUNTY), f"prefecture:{PREFECTURE}"
    assert _owed(life, ObligationKind.CONTACT) == [(prefecture, add_working_days(DAY, 20))]
    assigned = UnitContactAssigned(officer=contact.id, from_=ON["named"], until=date(2024, 12, 31))
    life.act(ON["named"], desk(Level.PREFECTURE), assigned)
    assert _owed(life, ObligationKind.FOLLOW_UP) == [(prefecture, ON["named"] + timedelta(days=90))]
    assert _owed(life, ObligationKind.CONTACT) == [(prefecture, add_working_days(date(2024, 12, 31), 20))]
    seen = date(2024, 5, 6)
    life.act(seen, contact, UnitFollowedUp(kind=FollowUpKind.VISIT, on=seen, summary="示例"))
    assert _owed(life, ObligationKind.FOLLOW_UP) == [(prefecture, seen + timedelta(days=90))]


@pytest.mark.parametrize("kind", [CheckKind.SPOT, CheckKind.CENSUS, CheckKind.TARGETED])
def test_R_22_checks_drawn_census_or_targeted_are_ordered_and_conducted(kind: CheckKind) -> None:
    life, day = life_at("named"), ON["enjoying"]
    life.act(day, PETITIONS, signal(PETITIONS, day))
    signals = tuple(life.unit.signals.all) if kind is CheckKind.TARGETED else ()
    order = UnitCheckOrdered(kind=kind, plan=somebody("抽查方案"), signals=signals, check="示例-核查")
    life.act(day, desk(Level.PROVINCE), order)
    due = add_working_days(day, 20)
    assert _owed(life, ObligationKind.CONDUCT_CHECK) == [(f"province:{PROVINCE}", due)]
    done = UnitCheckConducted(check="示例-核查", on=day, findings="示例", result=CheckResult.GRAVE)
    life.act(day, post(Role.INSPECTOR, Level.PROVINCE), done)
    assert life.unit.checks.ordered["示例-核查"].result is CheckResult.GRAVE
    assert _owed(life, ObligationKind.CONDUCT_CHECK) == []


@pytest.mark.parametrize(
    "category",
    [Category.WAGE_ARREARS, Category.ARBITRATION_CASE, Category.MASS_PETITION, Category.MASS_INCIDENT,
     Category.STOPPAGE],
)  # fmt: skip
def test_R_23_signals_of_other_systems_are_taken_watched_and_assessed(category: Category) -> None:
    life, day = life_at("named"), ON["enjoying"]
    life.act(day, PETITIONS, signal(PETITIONS, day, category, people=60, severity=1))
    taken = next(iter(life.unit.signals.all.values()))
    assert taken.severity >= 3
    assert watch(life.unit, PACK) is Watch.FROZEN
    assert _owed(life, ObligationKind.ASSESS_SIGNAL)
    cited(life.refused(day, INSPECTION, signal(PETITIONS, day, category, number="示例-2")), "I-13")
    ground = PACK.categories[category].ground
    if ground is not None:
        look_into(life, day, taken.id)
        life.act(day, approver(Level.PREFECTURE), assessed(life, taken.id, ground))
        assert watch(life.unit, PACK) is Watch.FROZEN


def test_R_24_a_named_unit_is_verified_every_year_of_its_term() -> None:
    life = life_at("named")
    for year in (1, 2):
        due = add_months(ON["named"], 12 * year)
        assert _owed(life, ObligationKind.VERIFICATION) == [(f"prefecture:{PREFECTURE}", due)]
        verified = UnitVerified(period=f"第{year}年", result=VerificationResult.KEEP)
        life.act(due, desk(Level.PREFECTURE), verified)
    assert _owed(life, ObligationKind.VERIFICATION) == []


MAJOR = {
    Ground.NO_CONTRACT: (Category.NO_CONTRACT, {"people": 30}, {"people": 9}),
    Ground.UNPAID_INSURANCE: (Category.UNPAID_INSURANCE, {"people": 9, "months": 3}, {"people": 9, "months": 2}),
    Ground.EXCESS_OVERTIME: (Category.EXCESS_OVERTIME, {"people": 10, "months": 3}, {"people": 10, "months": 2}),
    Ground.WAGE_ARREARS: (Category.WAGE_ARREARS, {"people": 1, "months": 1}, {"people": 9, "amount_fen": 9_999_999}),
}


@pytest.mark.parametrize("ground", MAJOR)
def test_R_25_a_violation_is_a_ground_where_it_is_major(ground: Ground) -> None:
    category, major, less = MAJOR[ground]
    day = ON["enjoying"]
    for numbers, serious in ((major, True), (less, False), (less | {"penalised": True}, True)):
        life = life_at("named")
        life.act(day, INSPECTION, signal(INSPECTION, day, category, **numbers))  # type: ignore[arg-type]
        event = assessed(life, next(iter(life.unit.signals.all)), ground)
        look_into(life, day, event.signal)
        if not serious:
            cited(life.refused(day, approver(Level.PREFECTURE), event), "A-06")
            continue
        life.assess(day, approver(Level.PREFECTURE), event)
        propose_revocation(life, day, PROVINCIAL)
        assert standing(life.unit, PROVINCIAL) is Standing.REVOCATION_PROPOSED


@pytest.mark.parametrize(
    ("category", "ground"),
    [
        (Category.MASS_INCIDENT, Ground.MASS_INCIDENT),
        (Category.STOPPAGE, Ground.MASS_INCIDENT),
        (Category.EXTREME_INCIDENT, Ground.EXTREME_INCIDENT),
        (Category.SAFETY_ACCIDENT, Ground.SAFETY_ACCIDENT),
        (Category.OCCUPATIONAL_HAZARD, Ground.OCCUPATIONAL_HAZARD),
        (Category.NEGATIVE_OPINION, Ground.NEGATIVE_OPINION),
    ],
)
def test_R_26_incidents_accidents_and_opinion_are_grounds(category: Category, ground: Ground) -> None:
    life, day = life_at("named"), ON["enjoying"]
    life.act(day, INSPECTION, signal(INSPECTION, day, category))
    event = assessed(life, next(iter(life.unit.signals.all)), ground)
    look_into(life, day, event.signal)
    life.assess(day, approver(Level.PREFECTURE), event)
    propose_revocation(life, day, PROVINCIAL)
    assert life.unit.revocation.proposals[PROVINCIAL].grounds[0].ground is ground


def test_R_27_a_national_name_is_lost_step_by_step_and_none_is_left_out() -> None:
    life, day = life_at("proposed", NATIONAL), ON["heard"]
    province, deciding, nation = desk(Level.PROVINCE), approver(Level.PROVINCE), approver(Level.NATION)
    asked = UnitConsentRequested(document_number="示例请示")
    consent = UnitConsentGiven(document_number="示例复函")
    cited(life.refused(day, deciding, REVOKED), "I-04", "I-08", "I-09")
    cited(life.refused(day, life.agent, UnitStatementHeard(waived=True)), "I-09")
    life.act(day, province, UnitHearingNotified())
    cited(life.refused(day, deciding, REVOKED), "I-04", "I-08", "T-12")
    life.act(day, life.agent, UnitNoticeServed(how=Service.ACCOUNT))
    cited(life.refused(day, deciding, REVOKED), "I-04", "I-08", "I-09")
    life.act(day, life.agent, UnitStatementHeard(text="示例"))
    cited(life.refused(day, province, asked), "I-04")
    opine(life, day, Level.PROVINCE, NATIONAL, Matter.REVOCATION, {House.COMMERCE: Opinion.OPPOSE})
    cited(life.refused(day, nation, consent), "I-08")
    life.act(day, province, asked)
    cited(life.refused(day, deciding, REVOKED), "I-08")
    life.act(day, nation, consent)
    plaque = next(iter(life.unit.naming.plaques))
    recovered = UnitPlaqueRecovered(plaque=plaque, how=Recovery.RETURNED)
    announced = UnitRevocationAnnounced(title=NATIONAL, channel="示例", document_number="示例公告")
    cited(life.refused(day, desk(Level.PREFECTURE), recovered), "I-10")
    cited(life.refused(day, province, announced), "I-05")
    life.act(day, deciding, REVOKED)
    life.act(day, desk(Level.PREFECTURE), recovered)
    life.act(day, province, announced)
    assert standing(life.unit, NATIONAL) is Standing.REVOKED


def test_R_28_cross_inspection_findings_run_a_clock_and_a_missed_one_is_recorded() -> None:
    life, day = life_at("named", NATIONAL), ON["enjoying"]
    found = UnitCrossInspected(
        assignment=somebody("互检"), inspecting_place="420000", on=day, findings="示例", result=CheckResult.PROBLEMS
    )
    life.act(day, desk(Level.PROVINCE, place="420000"), found)
    owed = next(o for o in life.owed() if o.kind is ObligationKind.HANDLE_FINDING)
    assert (owed.holder, owed.due) == (f"province:{PROVINCE}", add_working_days(day, 20))
    missed = UnitDeadlineMissed(obligation=owed.kind, ref=owed.key, due=owed.due, holder=owed.holder)
    cited(life.refused(owed.due, TIMEKEEPER, missed), "I-00")
    life.act(owed.due + timedelta(days=1), TIMEKEEPER, missed)
    life.act(
        owed.due + timedelta(days=1),
        desk(Level.PROVINCE),
        UnitRectificationOrdered(items=("示例",), due=owed.due + timedelta(days=90)),
    )
    assert _owed(life, ObligationKind.HANDLE_FINDING) == []


def test_R_30_a_national_round_names_by_its_quota_of_place_and_kind() -> None:
    life, day, deciding = life_at("cleared", NATIONAL), ON["nominated"], approver(Level.PROVINCE)
    open_, kind = a_round(places=1), UnitKind.ENTERPRISE
    holder = somebody("先到企业")
    full = replace(open_, taken={holder: (PROVINCE, kind)})
    event = UnitNominated(round=open_.id, document_number="示例推荐")
    life.known[open_.id] = full
    assert cited(life.refused(day, deciding, event), "I-18") == (str(holder),)
    life.known[open_.id] = replace(open_, closed=True)
    assert cited(life.refused(day, deciding, event), "T-02") == (str(open_.id),)
    life.known[open_.id] = open_
    cited(life.refused(day, approver(Level.NATION), NAMED), "I-05")
    life.act(day, deciding, event)
    life.act(day, approver(Level.NATION), NAMED)
    assert standing(life.unit, NATIONAL) is Standing.HELD


def test_R_34_incentives_lie_within_the_term_and_end_with_it_or_with_the_name() -> None:
    life, day = life_at("named"), ON["enjoying"]
    until = life.unit.naming.held[PROVINCIAL].term_until
    areas = {"finance_tax", "employment_service", "social_insurance", "credit", "honours", "publicity"}
    assert areas <= {item.area for item in PACK.incentives.values()}
    refs = []
    for area in sorted(areas):
        measure = next(name for name, item in PACK.incentives.items() if item.area == area)
        event = UnitIncentiveGranted(incentive=measure, from_=day, basis="湘人社发〔2022〕27号")
        late = event.model_copy(update={"until": until + timedelta(days=1)})
        cited(life.refused(day, desk(Level.PREFECTURE), late), "I-11")
        refs.append(life.act(day, desk(Level.PREFECTURE), event).version)
    assert {life.unit.incentives.grants[ref].until for ref in refs} == {until}
    life.act(until + timedelta(days=1), TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=until))
    assert {life.unit.incentives.grants[ref].state for ref in refs} == {GrantState.ENDED}
    revoked = life_at("heard")
    assert revoked.unit.incentives.running()
    revoked.act(ON["heard"], approver(Level.PROVINCE), REVOKED)
    assert not revoked.unit.incentives.running()


def test_R_36_fewer_inspections_need_the_credit_grade_and_no_freeze() -> None:
    life, day, by = life_at("named"), ON["enjoying"], desk(Level.PREFECTURE)
    event = UnitIncentiveGranted(incentive="reduced_inspection", from_=day, basis="示例", credit=CREDIT)
    cited(life.refused(day, by, event.model_copy(update={"credit": None})), "A-46")
    frozen = life.copy()
    frozen.act(day, PETITIONS, signal(PETITIONS, day))
    cited(frozen.refused(day, by, event), "I-07")
    life.act(day, by, event)


def test_R_41_members_join_parks_industries_buildings_and_blocks() -> None:
    for kind in (UnitKind.PARK, UnitKind.INDUSTRY, UnitKind.BUILDING, UnitKind.BLOCK):
        life = life_at("registered", kind=kind)
        life.act(DAY, life.agent, UnitMemberJoined(member=somebody("成员企业"), from_=DAY))
    enterprise = life_at("registered")
    cited(enterprise.refused(DAY, enterprise.agent, UnitMemberJoined(member=somebody("成员企业"), from_=DAY)), "I-00")
    seal(enterprise, DAY)
