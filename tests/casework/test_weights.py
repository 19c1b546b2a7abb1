"""信号: facts of one ground are added up over the pack's months, and freeze as one would (T-10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.incentives import UnitIncentiveGranted
from events.unit.publicity import UnitObjectionRaised, UnitObjectionResolved
from events.unit.signals import UnitSignalAmended, UnitSignalWithdrawn
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    Ground,
    Level,
    ObligationKind,
    RectificationOutcome,
    Role,
    SignalOutcome,
    VerificationResult,
    Watch,
)
from services.casework.pack import Pack, read_pack
from services.casework.unit import checks
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit
from services.casework.unit.weights import Name, Weight, freezing, sums, weights
from tests.casework.given import (
    PACK,
    PACKS,
    PROVINCIAL,
    PUBLIC,
    Life,
    add_working_days,
    approver,
    cited,
    desk,
    post,
    signal,
    source,
)
from tests.casework.stages import ON, assessed, life_at, look_into

DAY = ON["enjoying"]
PETITIONS = source()
PREF, HEAD, INSPECTOR = desk(Level.PREFECTURE), approver(Level.PREFECTURE), post(Role.INSPECTOR, Level.PREFECTURE)
A, B = (f"{PETITIONS.uri}#{name}" for name in ("a", "b"))


def _reported(life: Life, day: date, name: str, category: Category = Category.WAGE_ARREARS, **numbers: int) -> None:
    given = {"people": None, "severity": 1, **numbers}
    life.act(day, PETITIONS, signal(PETITIONS, day, category, number=name, **given))  # type: ignore[arg-type]


def _two(**numbers: int) -> Life:
    life = life_at("named")
    _reported(life, DAY, "a", **numbers)
    assert watch(life.unit, PACK) is Watch.ATTENTION
    _reported(life, DAY, "b", **numbers)
    return life


@pytest.mark.parametrize("numbers", [{"people": 6}, {"amount_fen": 5_000_000}, {"months": 6}])
def test_t_10_people_amounts_and_months_add_up(numbers: dict[str, int]) -> None:
    life = _two(**numbers)
    assert watch(life.unit, PACK) is Watch.FROZEN
    grant = UnitIncentiveGranted(
        incentive="credit_information", title=PROVINCIAL, from_=DAY, until=DAY + timedelta(days=30), basis="示例"
    )
    assert set(cited(life.refused(DAY, desk(Level.COUNTY), grant), "I-07")) == {A, B}


def test_t_10_a_sum_below_the_freezing_severity_freezes_nothing() -> None:
    assert watch(_two(people=4).unit, PACK) is Watch.ATTENTION


@pytest.mark.parametrize("outcome", [SignalOutcome.UNFOUNDED, SignalOutcome.NOT_ATTRIBUTABLE])
def test_t_10_what_was_unfounded_or_not_attributable_counts_in_no_sum(outcome: SignalOutcome) -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6)
    life.assess(DAY, PREF, assessed(life, A, outcome=outcome))
    _reported(life, DAY, "b", people=6)
    assert watch(life.unit, PACK) is Watch.ATTENTION


def test_t_10_what_was_minor_counts_on_and_only_what_is_in_question_freezes() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6)
    life.assess(DAY, PREF, assessed(life, A, outcome=SignalOutcome.MINOR))
    assert watch(life.unit, PACK) is Watch.CALM
    _reported(life, DAY, "b", people=6)
    assert [one.id for one in freezing(life.unit, PACK)[0]] == [B]


@pytest.mark.parametrize(
    "told",
    [
        {"people": 1}, {"category": Category.NEGATIVE_OPINION}, {"occurred_on": DAY - timedelta(days=500)},
        {"people": 1, "category": Category.OTHER_VIOLATION},
    ],
    ids=str,
)  # fmt: skip
def test_t_10_an_amendment_takes_nothing_out_of_a_sum_until_it_is_assessed(told: Mapping[str, object]) -> None:
    life = _two(people=6)
    due = [one for one in life.owed() if one.kind is ObligationKind.ORDER_CHECK]
    life.act(DAY, PETITIONS, UnitSignalAmended(signal=A, reason="示例", **told))  # type: ignore[arg-type]
    assert watch(life.unit, PACK) is Watch.FROZEN
    assert [one for one in life.owed() if one.kind is ObligationKind.ORDER_CHECK] == due
    refused = life.refused(DAY, PREF, assessed(life, A, outcome=SignalOutcome.MINOR))
    assert cited(refused, "T-10")


def test_t_10_what_an_amendment_makes_severe_is_known_since_the_amendment() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=1)
    _reported(life, DAY, "b", people=6)
    later = add_working_days(DAY, 3)
    life.act(later, PETITIONS, UnitSignalAmended(signal=A, reason="示例", people=6))
    assert {one.since for one in weights(life.unit, PACK).values()} == {later}


def test_t_10_what_was_assessed_counts_as_it_was_told_last() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6)
    life.act(DAY, PETITIONS, UnitSignalAmended(signal=A, reason="示例", people=1))
    life.assess(DAY, PREF, assessed(life, A, outcome=SignalOutcome.MINOR))
    _reported(life, DAY, "b", people=6)
    assert watch(life.unit, PACK) is Watch.ATTENTION


def test_t_10_a_category_without_a_ground_and_another_ground_count_in_no_sum() -> None:
    life = life_at("named")
    for name, category in (
        ("a", Category.WAGE_ARREARS),
        ("b", Category.OTHER_VIOLATION),
        ("c", Category.NO_CONTRACT),
        ("d", Category.OTHER_VIOLATION),
    ):
        _reported(life, DAY, name, category, people=6, amount_fen=6_000_000)
    assert watch(life.unit, PACK) is Watch.ATTENTION


def test_t_10_categories_of_one_ground_are_summed_together() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", Category.MASS_PETITION, people=3)
    _reported(life, DAY, "b", Category.STOPPAGE, people=3)
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_10_only_what_happened_within_twelve_months_is_summed() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6)
    late = PACK.after(DAY, PACK.windows.facts_summed)
    apart = life.copy()
    _reported(apart, late + timedelta(days=1), "b", people=6)
    assert watch(apart.unit, PACK) is Watch.ATTENTION
    _reported(life, late, "b", people=6)
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_10_a_withdrawal_takes_nothing_out_of_a_sum_until_it_is_assessed() -> None:
    life = _two(people=6)
    life.act(DAY, PETITIONS, UnitSignalWithdrawn(signal=A, reason="示例：误报"))
    assert watch(life.unit, PACK) is Watch.FROZEN
    life.assess(DAY, HEAD, assessed(life, A, outcome=SignalOutcome.UNFOUNDED))
    assert watch(life.unit, PACK) is Watch.ATTENTION


def test_t_10_i_15_a_sum_is_checked_and_assessed_by_an_approver_as_one_fact_would_be() -> None:
    life = _two(people=6)
    due = add_working_days(DAY, 5)
    owed = [o for o in life.owed() if o.kind is ObligationKind.ORDER_CHECK]
    assert [o.due for o in owed] == [due, due]
    minor = assessed(life, A, outcome=SignalOutcome.MINOR)
    cited(life.refused(DAY, HEAD, minor), "T-10")
    look_into(life, DAY, A, B)
    cited(life.refused(DAY, PREF, minor), "T-10")
    life.assess(DAY, HEAD, minor)
    assert watch(life.unit, PACK) is Watch.FROZEN
    life.assess(DAY, HEAD, assessed(life, B, outcome=SignalOutcome.MINOR))
    assert watch(life.unit, PACK) is not Watch.FROZEN


def test_t_10_a_06_the_test_of_major_is_asked_of_the_sum() -> None:
    serious = assessed(_two(people=4), A, Ground.WAGE_ARREARS)
    few, many = _two(people=4), _two(people=6)
    for life in (few, many):
        look_into(life, DAY, A, B)
    cited(few.refused(DAY, HEAD, serious), "A-06")
    many.act(DAY, HEAD, serious)


def _checked(life: Life, name: str, signals: tuple[str, ...] = (), **found: int) -> int:
    kind = CheckKind.TARGETED if signals else CheckKind.SPOT
    life.act(DAY, PREF, UnitCheckOrdered(kind=kind, signals=signals, check=name))
    conducted = UnitCheckConducted(
        check=name, on=DAY, findings="示例", result=CheckResult.PROBLEMS, category=Category.WAGE_ARREARS, **found
    )
    return life.act(DAY, INSPECTOR, conducted).version


def test_t_10_findings_of_checks_are_summed_with_signals_and_end_by_rectification() -> None:
    life = life_at("named")
    first, second = _checked(life, "c-1", people=6), _checked(life, "c-2", people=6)
    assert [one.version for one in freezing(life.unit, PACK)[1]] == [first, second]
    owed = [o for o in life.owed() if o.kind is ObligationKind.HANDLE_FINDING]
    assert {o.ref for o in owed} == {str(first), str(second)}
    for finding in (first, second):
        order = UnitRectificationOrdered(items=("示例",), due=add_working_days(DAY, 10), finding=finding)
        ref = life.act(DAY, PREF, order).version
        life.act(DAY, life.agent, UnitRectificationReported(rectification_ref=ref, text="示例"))
        concluded = UnitRectificationConcluded(
            rectification_ref=ref, outcome=RectificationOutcome.ACCEPTED, findings="示例"
        )
        life.act(DAY, HEAD, concluded)
    assert watch(life.unit, PACK) is Watch.CALM


def test_t_10_what_a_check_found_of_its_own_signal_counts_once() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6)
    _checked(life, "c-1", (A,), people=6)
    assert watch(life.unit, PACK) is Watch.ATTENTION
    _checked(life, "c-2", (A,), people=10)
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_10_a_check_that_found_less_than_its_signal_said_adds_nothing() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6, months=2)
    for people, amount, months, added in ((4, 0, 1, (0, 0, 0)), (7, 0, 1, (1, 0, 0)), (6, 500, 4, (0, 500, 2))):
        version = _checked(life, f"c-{people}-{months}", (A,), people=people, amount_fen=amount, months=months)
        facts = [fact for total in sums(life.unit, PACK) for fact in total.facts if fact.name == version]
        assert [(fact.people, fact.amount_fen, fact.months) for fact in facts] == [added], people


def test_t_10_a_verification_is_measured_and_summed() -> None:
    life = life_at("named")
    _reported(life, DAY, "a", people=6)
    verified = UnitVerified(
        title=PROVINCIAL, period="示例", result=VerificationResult.RECTIFY, category=Category.WAGE_ARREARS, people=6
    )
    entry = life.act(DAY, PREF, verified)
    assert isinstance(entry.event, UnitVerified)
    assert entry.event.severity == 1
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_10_a_verification_that_finds_what_is_grave_freezes_by_itself() -> None:
    life = life_at("named")
    verified = UnitVerified(
        title=PROVINCIAL, period="示例", result=VerificationResult.PROPOSE_REVOCATION,
        category=Category.WAGE_ARREARS, people=60,
    )  # fmt: skip
    life.act(DAY, PREF, verified)
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_10_an_upheld_objection_is_measured_and_summed() -> None:
    life, day = life_at("in_publicity"), ON["in_publicity"]
    raised = life.act(day, PUBLIC, UnitObjectionRaised(title=PROVINCIAL, ground="示例", text="示例")).version
    resolved = UnitObjectionResolved(
        objection_ref=raised, upheld=True, findings="示例", category=Category.WAGE_ARREARS, people=60
    )
    entry = life.act(day, desk(Level.PROVINCE), resolved)
    assert isinstance(entry.event, UnitObjectionResolved)
    assert (entry.event.severity, entry.event.title) == (4, PROVINCIAL)
    assert watch(life.unit, PACK) is Watch.FROZEN


def test_t_10_measures_and_months_are_the_packs() -> None:
    life = life_at("registered")
    life.pack = pack = read_pack(Path(__file__).resolve().parents[1] / "packs" / "example-1" / "1")
    first = DAY
    _reported(life, first, "a", Category.ARBITRATION_CASE, people=30)
    later = pack.after(first, pack.windows.facts_summed) + timedelta(days=1)
    _reported(life, later, "b", Category.WAGE_ARREARS, people=29)
    assert watch(life.unit, pack) is Watch.ATTENTION
    _reported(life, later, "c", Category.ARBITRATION_CASE, people=31)
    assert watch(life.unit, pack) is Watch.FROZEN  # sixty of one ground, where arbitration cases are of wage arrears


def test_t_10_what_facts_weigh_together_is_worked_out_once_for_all_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    life = life_at("named")
    found = [_checked(life, f"c-{number}", people=6) for number in range(3)]
    worked_out: list[int] = []

    def counted(unit: Unit, pack: Pack) -> Mapping[Name, Weight]:
        worked_out.append(unit.version)
        return weights(unit, pack)

    monkeypatch.setattr(checks, "weights", counted)
    assert [one.version for one, _ in checks.waiting_for_rectification(life.unit, PACKS)] == found
    assert len(worked_out) == 1
