"""Ways round the law that got through once: signals, checks, verification, voids, row by row of the table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.envelope import Entry, Event
from events.fields import Visitor
from events.record import ActProposed, EntryVoided
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.cultivation import UnitFollowedUp
from events.unit.evaluation import UnitEvaluated
from events.unit.naming import UnitNamed
from events.unit.revocation import GroundWithEvidence, UnitRevocationDropped, UnitRevocationProposed
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    FollowUpKind,
    Ground,
    House,
    Level,
    ObligationKind,
    Recommendation,
    RectificationOutcome,
    Role,
    SignalOutcome,
    VerificationResult,
    Watch,
)
from services.casework.officer.state import Officer
from services.casework.unit.signals import watch
from tests.casework.given import (
    LOCAL,
    NATIONAL,
    PACK,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    UnitDeadlineMissed,
    UnitEntryVoided,
    add_working_days,
    approver,
    cited,
    desk,
    post,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, assessed, life_at, look_into, opine, run_to_naming, visited

DAY = ON["enjoying"]
PETITIONS = source()
NAME = f"{PETITIONS.uri}#示例-1"
PREF, HEAD = desk(Level.PREFECTURE), approver(Level.PREFECTURE)
INSPECTOR = post(Role.INSPECTOR, Level.PREFECTURE)
WITHDRAWN = UnitSignalWithdrawn(signal=NAME, reason="示例：误报")
TWICE = date(2024, 9, 2)
"""A day on which two titles are held."""


def _signalled(stage: str = "named", **numbers: object) -> Life:
    life = life_at(stage)
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, **numbers))  # type: ignore[arg-type]
    return life


def test_L_43_a_decision_holds_from_the_day_it_is_recorded() -> None:
    """An assessment "unfounded" was given for a day next month: calm at once, and frozen on the board."""
    life, later = _signalled(severity=1, people=1), DAY + timedelta(days=30)
    unfounded: UnitSignalAssessed = assessed(life, NAME, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(DAY, PREF, unfounded, effective_on=later), "I-21")
    life.act(DAY, PREF, unfounded)
    cleared, on = life_at("cleared"), ON["named"]
    named = UnitNamed(document_number="示例", term_from=on + timedelta(days=9))
    cited(cleared.refused(on, approver(Level.PROVINCE), named, effective_on=on + timedelta(days=8)), "I-21")
    cleared.act(on, approver(Level.PROVINCE), named, effective_on=named.term_from)


def _people_and_severity(name: str, people: int, severity: int) -> UnitSignalAmended:
    return UnitSignalAmended(signal=name, people=people, severity=severity, penalised=True, reason="示例：更正")


def _owed(life: Life, kind: ObligationKind) -> list[tuple[str, date]]:
    return [(owed.ref, owed.due) for owed in life.owed() if owed.kind is kind]


def test_L_09_a_frozen_unit_is_not_recommended_by_its_evaluation() -> None:
    """An evaluation recommended a unit that was frozen."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    life.act(day, PETITIONS, signal(PETITIONS, day))
    recommended = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
    cited(life.refused(day, HEAD, recommended), "I-07")
    look_into(life, day, NAME)
    life.assess(day, HEAD, assessed(life, NAME, outcome=SignalOutcome.MINOR))
    life.act(day, HEAD, recommended)


def test_L_12_a_check_proves_a_ground_by_its_category_and_its_own_test_of_major() -> None:
    """A spot check with minor problems was given as proof of an extreme incident."""
    life = life_at("enjoying")
    life.act(DAY, PREF, UnitCheckOrdered(kind=CheckKind.SPOT, check="示例-抽查"))
    found = UnitCheckConducted(check="示例-抽查", on=DAY, findings="示例", result=CheckResult.PROBLEMS)
    minor, incident, major = life.copy(), life.copy(), life.copy()
    cited(minor.refused(DAY, PREF, _proposed(minor, Ground.EXTREME_INCIDENT, minor.act(DAY, INSPECTOR, found))), "A-06")
    small = found.model_copy(update={"category": Category.EXTREME_INCIDENT})
    at_most = incident.act(DAY, INSPECTOR, small)
    cited(incident.refused(DAY, PREF, _proposed(incident, Ground.EXTREME_INCIDENT, at_most)), "A-06")
    few = found.model_copy(update={"category": Category.WAGE_ARREARS, "people": 60})
    proof = major.act(DAY, INSPECTOR, few)
    cited(major.refused(DAY, PREF, _proposed(major, Ground.NO_CONTRACT, proof)), "A-06")
    major.act(DAY, PREF, _proposed(major, Ground.WAGE_ARREARS, proof))


def _proposed(life: Life, ground: Ground, evidence: Entry[Event], title: str = PROVINCIAL) -> UnitRevocationProposed:
    return UnitRevocationProposed(
        title=title, grounds=(GroundWithEvidence(ground=ground, evidence=(evidence.version,)),)
    )


def test_L_13_a_ground_is_of_its_own_categories() -> None:
    """Arrears of one worker and one fen were refused as wage arrears, and taken as negative opinion."""
    life = _signalled(category=Category.WAGE_ARREARS, severity=1, people=1, amount_fen=1)
    cited(life.refused(DAY, HEAD, assessed(life, NAME, Ground.WAGE_ARREARS)), "A-06")
    cited(life.refused(DAY, HEAD, assessed(life, NAME, Ground.NEGATIVE_OPINION)), "T-10")
    ungrounded = _signalled(category=Category.OTHER_VIOLATION, severity=4, people=1)
    look_into(ungrounded, DAY, NAME)
    cited(ungrounded.refused(DAY, HEAD, assessed(ungrounded, NAME, Ground.NEGATIVE_OPINION)), "T-10")


def test_L_18_worse_news_opens_the_question_again() -> None:
    """A signal assessed minor was amended to 500 people, severity 4, penalised, and stayed settled."""
    life = _signalled(severity=1, people=1)
    life.assess(DAY, PREF, assessed(life, NAME, outcome=SignalOutcome.MINOR))
    assert watch(life.unit, PACK) is Watch.CALM
    later = DAY + timedelta(days=7)
    life.act(later, PETITIONS, _people_and_severity(NAME, 500, 4))
    assert watch(life.unit, PACK) is Watch.FROZEN
    assert [due for _, due in _owed(life, ObligationKind.ASSESS_SIGNAL)] == [add_working_days(later, 10)]
    assert [due for _, due in _owed(life, ObligationKind.ORDER_CHECK)] == [add_working_days(later, 5)]
    downward = UnitSignalAmended(signal=NAME, people=1, severity=1, penalised=False, reason="示例：更正")
    life.act(later, PETITIONS, downward)
    assert watch(life.unit, PACK) is Watch.FROZEN
    cited(life.refused(later, HEAD, assessed(life, NAME, outcome=SignalOutcome.UNFOUNDED)), "T-10")
    look_into(life, later, NAME)
    life.assess(later, HEAD, assessed(life, NAME, outcome=SignalOutcome.UNFOUNDED))
    assert watch(life.unit, PACK) is Watch.CALM


def test_L_18_a_downward_amendment_does_not_unfreeze() -> None:
    """What was once stated at the freezing severity counts until it is assessed."""
    life = _signalled(people=60)
    for changed in ({"people": 1, "severity": 1}, {"category": Category.NEGATIVE_OPINION}):
        life.act(DAY, PETITIONS, UnitSignalAmended(signal=NAME, reason="示例", **changed))
        assert watch(life.unit, PACK) is Watch.FROZEN


@pytest.mark.parametrize(
    ("numbers", "frozen"),
    [
        ({"penalised": True}, True),
        ({"months": 12}, True),
        ({"months": 11}, False),
        ({"amount_fen": 10_000_000}, True),
        ({}, False),
    ],
)
def test_L_19_a_penalty_and_a_whole_year_freeze_whatever_the_source_says(
    numbers: dict[str, object], frozen: bool
) -> None:
    """Penalised, or twelve months of arrears, reported with severity 1: no freeze, no check owed."""
    life = _signalled(category=Category.WAGE_ARREARS, severity=1, people=1, **numbers)
    assert (watch(life.unit, PACK) is Watch.FROZEN) is frozen
    assert bool(_owed(life, ObligationKind.ORDER_CHECK)) is frozen


def test_L_19_what_a_check_or_an_inspection_found_is_measured_alike() -> None:
    """A finding is of the severity that its numbers have; a grave one freezes until it is put right."""
    life = life_at("enjoying")
    life.act(DAY, PREF, UnitCheckOrdered(kind=CheckKind.SPOT, check="示例-抽查"))
    found = UnitCheckConducted(
        check="示例-抽查", on=DAY, findings="示例", result=CheckResult.PROBLEMS, category=Category.OTHER_VIOLATION,
        penalised=True,
    )  # fmt: skip
    made = life.act(DAY, INSPECTOR, found)
    assert isinstance(made.event, UnitCheckConducted)
    assert made.event.severity == PACK.limits.frozen_severity
    assert watch(life.unit, PACK) is Watch.FROZEN
    _rectified(life, check="示例-抽查")
    assert watch(life.unit, PACK) is Watch.CALM


def _rectified(life: Life, **about: object) -> None:
    order = life.act(DAY, PREF, UnitRectificationOrdered(items=("示例",), due=DAY, **about)).version  # type: ignore[arg-type]
    life.act(DAY, life.agent, UnitRectificationReported(rectification_ref=order, text="示例"))
    accepted = UnitRectificationConcluded(
        rectification_ref=order, outcome=RectificationOutcome.ACCEPTED, findings="示例"
    )
    cited(life.refused(DAY, PREF, accepted), "T-03")
    life.act(DAY, HEAD, accepted)


def test_L_20_assessing_serious_again_does_not_start_the_days_again() -> None:
    """Assessed serious again and again: the fifteen days began anew each time."""
    life = _signalled()
    look_into(life, DAY, NAME)
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    first = _owed(life, ObligationKind.PROPOSE_REVOCATION)
    assert [due for _, due in first] == [add_working_days(DAY, 15)]
    later = DAY + timedelta(days=14)
    life.act(later, PETITIONS, WITHDRAWN)
    life.assess(later, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    assert _owed(life, ObligationKind.PROPOSE_REVOCATION) == first
    again = life.copy()
    cited(again.refused(later, HEAD, assessed(life, NAME, outcome=SignalOutcome.MINOR)), "T-10")
    look_into(again, later, NAME)
    again.assess(later, HEAD, assessed(life, NAME, outcome=SignalOutcome.MINOR))
    again.assess(later, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    assert _owed(again, ObligationKind.PROPOSE_REVOCATION) == first


def test_L_21_only_the_check_of_that_signal_settles_and_conducting_it_alone_ends_it() -> None:
    """One desk officer settled a grave signal as unfounded the same day; or ordered a spot check due in 2099."""
    latest = PACK.after(DAY, PACK.windows.planned_ahead)
    life, unfounded = _signalled(), assessed(_signalled(), NAME, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(DAY, PREF, unfounded), "T-10")
    cited(life.refused(DAY, HEAD, unfounded), "T-10")
    spot = UnitCheckOrdered(kind=CheckKind.SPOT, signals=(NAME,), due=latest)
    cited(life.refused(DAY, PREF, spot.model_copy(update={"due": latest + timedelta(days=1)})), "T-05")
    life.act(DAY, PREF, spot)
    assert _owed(life, ObligationKind.ORDER_CHECK)
    targeted = UnitCheckOrdered(kind=CheckKind.TARGETED, signals=(NAME,), check="示例-专项")
    cited(life.refused(DAY, PREF, targeted.model_copy(update={"due": date(2099, 1, 1)})), "I-15")
    life.act(DAY, PREF, targeted)
    assert not _owed(life, ObligationKind.ORDER_CHECK)
    cited(life.refused(DAY, HEAD, unfounded), "T-10")
    conduct = _owed(life, ObligationKind.CONDUCT_CHECK)
    life.act(DAY, PETITIONS, WITHDRAWN)
    life.act(DAY, HEAD, unfounded)
    assert _owed(life, ObligationKind.CONDUCT_CHECK) == conduct


def _held_twice() -> Life:
    """A unit that holds a title of the province and one of the prefecture, with a signal assessed serious."""
    life = life_at("enjoying")
    run_to_naming(life, ON["enjoying"], LOCAL)
    day = TWICE
    life.act(day, PETITIONS, signal(PETITIONS, day))
    look_into(life, day, NAME)
    life.assess(day, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    return life


def test_L_22_a_serious_fact_is_answered_for_each_title_and_each_signal() -> None:
    """A proposal on the prefecture's own title, dropped the next day, answered for the other title too."""
    life, day = _held_twice(), TWICE
    serious = life.unit.entries[life.unit.version - 1]
    titles = {ref.partition(":")[2] for ref, _ in _owed(life, ObligationKind.PROPOSE_REVOCATION)}
    assert titles == {LOCAL, PROVINCIAL}
    other = f"{PETITIONS.uri}#示例-2"
    life.act(day, PETITIONS, signal(PETITIONS, day, number="示例-2"))
    look_into(life, day, other)
    life.assess(day, HEAD, assessed(life, other, Ground.MASS_INCIDENT))
    life.act(day, PREF, _proposed(life, Ground.MASS_INCIDENT, serious, LOCAL))
    life.act(day, HEAD, UnitRevocationDropped(title=LOCAL, reason="示例"))
    assert len(_owed(life, ObligationKind.PROPOSE_REVOCATION)) == 3
    life.act(day, HEAD, UnitRevocationDropped(title=LOCAL, reason="示例：另一信号亦不足以取消"))
    left = _owed(life, ObligationKind.PROPOSE_REVOCATION)
    assert {ref.partition(":")[2] for ref, _ in left} == {PROVINCIAL}
    assert len(left) == 2
    cited(life.refused(day, HEAD, UnitRevocationDropped(title=LOCAL, reason="示例")), "I-14")


def test_L_27_a_finding_is_settled_by_its_rectification_alone() -> None:
    """The unit's own province filed a clean cross-inspection in another's name, and the grave finding was wiped."""
    life, theirs = life_at("enjoying", NATIONAL), desk(Level.PROVINCE, place="420000")
    found = UnitCrossInspected(
        assignment=somebody("互检"), inspecting_place="420000", on=DAY, findings="示例", result=CheckResult.GRAVE
    )
    ref = life.act(DAY, theirs, found).version
    assert watch(life.unit, PACK) is Watch.FROZEN
    clean = found.model_copy(update={"result": CheckResult.CLEAN})
    cited(life.refused(DAY, desk(Level.PROVINCE), clean), "T-06")
    own = clean.model_copy(update={"inspecting_place": "430000"})
    for who in (desk(Level.NATION), theirs):
        cited(life.refused(DAY, who, own), "T-06")
    cited(life.refused(DAY, desk(Level.PROVINCE, place="440000"), clean), "T-06")
    life.act(DAY, theirs, clean)
    assert _owed(life, ObligationKind.HANDLE_FINDING)
    life.act(DAY, PREF, UnitRectificationOrdered(items=("示例：别的事项",), due=DAY, check=_spot_check(life)))
    assert _owed(life, ObligationKind.HANDLE_FINDING)
    _rectified(life, finding=ref)
    assert not _owed(life, ObligationKind.HANDLE_FINDING)
    assert watch(life.unit, PACK) is not Watch.FROZEN
    cited(life.refused(DAY, PREF, UnitRectificationOrdered(items=("示例",), due=DAY, finding=ref)), "T-06")


def _spot_check(life: Life) -> str:
    life.act(DAY, PREF, UnitCheckOrdered(kind=CheckKind.SPOT, check="示例-抽查"))
    found = UnitCheckConducted(check="示例-抽查", on=DAY, findings="示例", result=CheckResult.PROBLEMS)
    life.act(DAY, INSPECTOR, found)
    return "示例-抽查"


def test_L_28_what_a_verification_says_has_its_consequence() -> None:
    """ "Propose revocation" and "keep conditionally until" led to nothing; a frozen unit was kept."""
    life = life_at("enjoying")
    verified = UnitVerified(title=PROVINCIAL, period="2024年度", result=VerificationResult.PROPOSE_REVOCATION)
    life.act(DAY, PREF, verified)
    first = _owed(life, ObligationKind.PROPOSE_REVOCATION)
    assert [due for _, due in first] == [add_working_days(DAY, 15)]
    kept, until = verified.model_copy(update={"result": VerificationResult.KEEP}), DAY + timedelta(days=60)
    life.act(DAY, PREF, kept)
    life.act(DAY + timedelta(days=1), PREF, verified)
    assert _owed(life, ObligationKind.PROPOSE_REVOCATION) == first
    dropped = UnitRevocationDropped(title=PROVINCIAL, reason="示例")
    cited(life.refused(DAY, HEAD, dropped), "T-11")
    life.act(DAY, approver(Level.PROVINCE), dropped)
    assert not _owed(life, ObligationKind.PROPOSE_REVOCATION)
    rectify = life.copy()
    ref = rectify.act(DAY, PREF, verified.model_copy(update={"result": VerificationResult.RECTIFY})).version
    assert [due for _, due in _owed(rectify, ObligationKind.HANDLE_FINDING)] == [add_working_days(DAY, 20)]
    _rectified(rectify, finding=ref)
    assert not _owed(rectify, ObligationKind.HANDLE_FINDING)
    on_condition = verified.model_copy(update={"result": VerificationResult.KEEP_CONDITIONALLY, "until": until})
    life.act(DAY, PREF, on_condition)
    assert [due for _, due in _owed(life, ObligationKind.VERIFICATION)] == [until]
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY))
    cited(life.refused(DAY, PREF, kept), "I-07")


def test_L_33_who_orders_a_rectification_does_not_accept_it_and_who_records_does_not_assess() -> None:
    """One desk officer assessed serious, ordered the rectification and accepted it, on the day of the incident."""
    life = _signalled()
    look_into(life, DAY, NAME)
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    _rectified(life, signals=(NAME,))
    assert watch(life.unit, PACK) is Watch.CALM
    own = life_at("named")
    by_hand = signal(PETITIONS, DAY, severity=1, people=1).model_copy(update={"source": "示例:现场检查"})
    recorded = own.act(DAY, PREF, by_hand).event
    assert isinstance(recorded, UnitSignalRecorded)
    minor = assessed(own, recorded.signal or "", outcome=SignalOutcome.MINOR)
    cited(own.refused(DAY, PREF, minor), "T-03")
    own.act(DAY, desk(Level.PREFECTURE, n=2), minor)


def test_L_17_a_lapse_stays_on_the_record() -> None:
    """The prefecture that missed its deadline voided the record of it."""
    life = life_at("registered")
    owed = next(o for o in life.owed() if o.kind is ObligationKind.CONTACT)
    missed = UnitDeadlineMissed(obligation=owed.kind, ref=owed.key, due=owed.due, holder=owed.holder)
    after = owed.due + timedelta(days=1)
    version = life.act(after, TIMEKEEPER, missed).version
    for who in (PREF, HEAD, desk(Level.PROVINCE), desk(Level.NATION)):
        assert "T-13" in _rules_of_voiding(life, after, who, version)


def _rules_of_voiding(life: Life, day: date, who: Officer, version: int) -> set[str]:
    return {refusal.rule for refusal in life.refused(day, who, _void(version))}


def _void(version: int) -> EntryVoided:
    return UnitEntryVoided(version=version, reason="示例：误录")


def test_L_17_a_void_lifts_no_freeze_finding_decision_or_duty() -> None:
    """What freezes, what was found, decided, opined or ordered is undone by its own procedure alone."""
    life = life_at("heard")
    kinds = {"signal-recorded", "signal-assessed", "check-ordered", "check-conducted", "house-opined", "evaluated",
             "reviewed", "named", "revocation-proposed"}  # fmt: skip
    for version, kind in enumerate(life.types, 1):
        if kind in kinds:
            assert "T-13" in _rules_of_voiding(life, ON["heard"], desk(Level.PROVINCE), version), kind
    returned = life_at("applied")
    version = returned.types.index("applied") + 1
    assert "T-13" in _rules_of_voiding(returned, ON["applied"], returned.agent, version)
    assert "T-13" in _rules_of_voiding(returned, ON["applied"], desk(Level.PROVINCE), version)


def test_L_17_ones_own_slip_is_mended_in_its_days_and_later_by_two_of_the_level_above() -> None:
    """One's own entry, within five working days; after that the level above, two persons."""
    life, county = life_at("named"), desk(Level.COUNTY)
    visit = UnitFollowedUp(kind=FollowUpKind.VISIT, on=DAY, summary="示例")
    version, last = life.act(DAY, county, visit).version, add_working_days(DAY, 5)
    in_time = life.copy()
    in_time.act(last, county, _void(version))
    late = last + timedelta(days=1)
    cited(life.refused(late, county, _void(version)), "T-13")
    assert isinstance(life.act(late, PREF, _void(version)).event, ActProposed)
    assert version not in life.unit.voided


def test_L_41_a_voided_visit_marks_its_visitors_still() -> None:
    """An approver voided his own visit, and then approved."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    visitor = HEAD
    made = visited(life, day, PROVINCIAL)
    own = made.model_copy(update={"visitors": (made.visitors[1], Visitor(officer=visitor.id, house=House.HR))})
    version = life.act(day, visitor, own).version
    life.act(day, visitor, _void(version))
    life.act(day, PREF, made)
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    recommended = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
    cited(life.refused(day, visitor, recommended), "T-03")
    life.act(day, approver(Level.PREFECTURE, n=2), recommended)
