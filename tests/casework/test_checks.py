"""核查: checks, rectification, verification, missed deadlines (I-00, I-05, I-15, I-21, A-05, A-16)."""

from __future__ import annotations

from datetime import date, timedelta

from events.record import DeadlineMissed
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.words import (
    CheckKind,
    CheckResult,
    Ground,
    Level,
    ObligationKind,
    RectificationOutcome,
    Role,
    VerificationResult,
    Watch,
)
from services.casework.calendar import add_months
from services.casework.obligation import Obligation
from services.casework.unit.signals import watch
from tests.casework.given import (
    NATIONAL,
    PACK,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    TIMEKEEPER,
    Life,
    UnitDeadlineMissed,
    add_working_days,
    approver,
    cited,
    desk,
    post,
    signal,
    somebody,
    source,
)
from tests.casework.stages import ON, assessed, life_at, look_into

DAY = ON["enjoying"]
PREF, PROV, HEAD = desk(Level.PREFECTURE), desk(Level.PROVINCE), approver(Level.PREFECTURE)
INSPECTOR = post(Role.INSPECTOR, Level.PREFECTURE)
PETITIONS = source()
NAME = f"{PETITIONS.uri}#示例-1"
SPOT = UnitCheckOrdered(kind=CheckKind.SPOT, check="示例-抽查-1")


def _conducted(
    result: CheckResult = CheckResult.CLEAN, on: date = DAY, check: str = "示例-抽查-1"
) -> UnitCheckConducted:
    return UnitCheckConducted(check=check, on=on, findings="示例", result=result)


def _owed(life: Life, kind: ObligationKind) -> list[Obligation]:
    return [owed for owed in life.owed() if owed.kind is kind]


def test_a_check_is_ordered_once_and_conducted_once() -> None:
    life = life_at("named")
    cited(life.refused(DAY, INSPECTOR, _conducted()), "I-00")
    life.act(DAY, PREF, SPOT)
    cited(life.refused(DAY, PREF, SPOT), "I-00")
    cited(life.refused(DAY, INSPECTOR, _conducted(check="别的核查")), "I-00")
    assert watch(life.unit, PACK) is Watch.ATTENTION
    life.act(DAY, INSPECTOR, _conducted())
    cited(life.refused(DAY, INSPECTOR, _conducted()), "I-00")
    assert watch(life.unit, PACK) is Watch.CALM


def test_i_21_a_check_is_due_later_and_conducted_between_its_order_and_today() -> None:
    life, before = life_at("named"), DAY - timedelta(days=1)
    cited(life.refused(DAY, PREF, SPOT.model_copy(update={"due": before})), "I-21")
    life.act(DAY, PREF, SPOT)
    cited(life.refused(DAY, INSPECTOR, _conducted(on=before)), "I-21")
    cited(life.refused(DAY, INSPECTOR, _conducted(on=DAY + timedelta(days=1))), "I-21")


def test_i_15_a_targeted_check_names_signals_of_this_unit_and_is_due_in_twenty_days() -> None:
    life = life_at("named")
    event, latest = UnitCheckOrdered(kind=CheckKind.TARGETED), add_working_days(DAY, 20)
    cited(life.refused(DAY, PREF, event), "I-15")
    named = event.model_copy(update={"signals": (NAME,)})
    cited(life.refused(DAY, PREF, named), "I-00")
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY))
    late = named.model_copy(update={"due": latest + timedelta(days=1)})
    cited(life.refused(DAY, PREF, late), "I-15")
    entry = life.act(DAY, PREF, named)
    assert isinstance(entry.event, UnitCheckOrdered)
    assert (entry.event.due, entry.event.level) == (latest, Level.PREFECTURE)


def _rectifying() -> tuple[Life, int]:
    life = life_at("named")
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY))
    look_into(life, DAY, NAME)
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    order = UnitRectificationOrdered(items=("示例：补发工资",), due=DAY + timedelta(days=30), signals=(NAME,))
    cited(life.refused(DAY, PREF, order.model_copy(update={"signals": ("urn:none#1",)})), "I-00")
    cited(life.refused(DAY, PREF, order.model_copy(update={"due": DAY - timedelta(days=1)})), "I-21")
    return life, life.act(DAY, PREF, order).version


def _concluded(ref: int, outcome: RectificationOutcome) -> UnitRectificationConcluded:
    return UnitRectificationConcluded(rectification_ref=ref, outcome=outcome, findings="示例")


def test_a_rectification_is_ordered_reported_and_concluded() -> None:
    life, ref = _rectifying()
    accepted = _concluded(ref, RectificationOutcome.ACCEPTED)
    reported = UnitRectificationReported(rectification_ref=ref, text="示例：已整改")
    assert [(o.holder, o.due) for o in _owed(life, ObligationKind.RECTIFY)] == [("unit", DAY + timedelta(days=30))]
    cited(life.refused(DAY, PREF, accepted), "I-05")
    cited(life.refused(DAY, life.agent, reported.model_copy(update={"rectification_ref": 1})), "I-00")
    life.act(DAY, life.agent, reported)
    due = add_working_days(DAY, 20)
    assert [o.due for o in _owed(life, ObligationKind.CONCLUDE_RECTIFICATION)] == [due]
    assert watch(life.unit, PACK) is Watch.FROZEN
    cited(life.refused(DAY, PREF, accepted), "T-03")
    life.act(DAY, HEAD, accepted)
    assert watch(life.unit, PACK) is Watch.CALM
    cited(life.refused(DAY, life.agent, reported), "I-00")
    cited(life.refused(DAY, HEAD, accepted), "I-00")


def test_an_unreported_rectification_is_concluded_when_its_days_are_over_and_leaves_the_freeze() -> None:
    life, ref = _rectifying()
    failed = _concluded(ref, RectificationOutcome.FAILED)
    cited(life.refused(DAY + timedelta(days=30), PREF, failed), "I-05")
    life.act(DAY + timedelta(days=31), PREF, failed)
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_06_t_10_a_grave_check_freezes_until_a_rectification_of_it_is_accepted() -> None:
    life = life_at("named")

    def rectify(check: str | None = None) -> None:
        order = UnitRectificationOrdered(items=("示例",), due=DAY, check=check)
        ref = life.act(DAY, PREF, order).version
        life.act(DAY, life.agent, UnitRectificationReported(rectification_ref=ref, text="示例"))
        life.act(DAY, HEAD, _concluded(ref, RectificationOutcome.ACCEPTED))

    life.act(DAY, PREF, SPOT)
    life.act(DAY, INSPECTOR, _conducted(CheckResult.GRAVE))
    assert watch(life.unit, PACK) is Watch.FROZEN
    owed = _owed(life, ObligationKind.HANDLE_FINDING)
    assert [(o.holder, o.due) for o in owed] == [(f"prefecture:{PREFECTURE}", add_working_days(DAY, 20))]
    life.act(DAY, PREF, SPOT.model_copy(update={"check": "示例-抽查-2"}))
    life.act(DAY, INSPECTOR, _conducted(CheckResult.PROBLEMS, check="示例-抽查-2"))
    rectify("示例-抽查-2")
    assert watch(life.unit, PACK) is Watch.FROZEN
    assert _owed(life, ObligationKind.HANDLE_FINDING) == owed
    rectify(SPOT.check)
    assert watch(life.unit, PACK) is Watch.CALM
    assert not _owed(life, ObligationKind.HANDLE_FINDING)


def test_a_05_a_title_is_verified_every_twelve_months_of_its_term() -> None:
    life, day = life_at("named"), add_months(ON["named"], 12)
    verified = UnitVerified(period="2024年度", result=VerificationResult.KEEP)
    assert [o.due for o in _owed(life, ObligationKind.VERIFICATION)] == [day]
    cited(life_at("cleared").refused(day, PREF, verified.model_copy(update={"title": PROVINCIAL})), "I-00")
    conditionally = verified.model_copy(update={"result": VerificationResult.KEEP_CONDITIONALLY})
    cited(life.refused(day, PREF, conditionally), "I-00")
    cited(life.refused(day, PREF, conditionally.model_copy(update={"until": day})), "I-00")
    life.act(day, PREF, conditionally.model_copy(update={"until": date(2025, 12, 31)}))
    assert life.unit.checks.conditional == {PROVINCIAL: date(2025, 12, 31)}
    life.act(day, PREF, verified)
    assert life.unit.checks.conditional == {}
    assert [o.due for o in _owed(life, ObligationKind.VERIFICATION)] == [add_months(day, 12)]
    life.act(add_months(day, 12), PREF, verified)
    assert not _owed(life, ObligationKind.VERIFICATION)


def test_cross_inspection_is_of_national_model_units_and_its_findings_are_handled() -> None:
    inspector = desk(Level.PROVINCE, place="420000")
    found = UnitCrossInspected(
        assignment=somebody("互检"), inspecting_place="420000", on=DAY, findings="示例", result=CheckResult.PROBLEMS
    )
    cited(life_at("named").refused(DAY, inspector, found), "I-00")
    life = life_at("named", NATIONAL)
    cited(life.refused(DAY, inspector, found.model_copy(update={"on": DAY + timedelta(days=1)})), "I-21")
    life.act(DAY, inspector, found)
    owed = _owed(life, ObligationKind.HANDLE_FINDING)
    assert [(o.holder, o.due) for o in owed] == [(f"province:{PROVINCE}", add_working_days(DAY, 20))]
    life.act(DAY, PROV, UnitRectificationOrdered(items=("示例",), due=DAY))
    assert not _owed(life, ObligationKind.HANDLE_FINDING)


def _missed(owed: Obligation) -> DeadlineMissed:
    return UnitDeadlineMissed(obligation=owed.kind, ref=owed.key, due=owed.due, holder=owed.holder)


def test_a_deadline_is_missed_once_by_whom_it_bound_and_after_its_day() -> None:
    life = life_at("registered")
    owed = _owed(life, ObligationKind.CONTACT)[0]
    assert owed.holder == f"prefecture:{PREFECTURE}"
    missed, after = _missed(owed), owed.due + timedelta(days=1)
    cited(life.refused(owed.due, TIMEKEEPER, missed), "I-00")
    cited(life.refused(after, TIMEKEEPER, missed.model_copy(update={"holder": "unit"})), "I-00")
    cited(life.refused(after, TIMEKEEPER, missed.model_copy(update={"due": ON["registered"]})), "I-00")
    cited(life.refused(after, TIMEKEEPER, missed.model_copy(update={"ref": "contact:none"})), "I-00")
    life.act(after, TIMEKEEPER, missed)
    assert life.unit.common.missed == {owed.key}
    cited(life.refused(after, TIMEKEEPER, missed), "I-00")
