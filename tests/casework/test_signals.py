"""信号: whose they are, what they freeze, what they turn out to be (I-07, I-13 … I-17, I-21, A-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.record import ActProposed
from events.unit.checks import UnitCheckOrdered
from events.unit.revocation import UnitRevocationDropped
from events.unit.signals import UnitSignalAmended, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    Category,
    CheckKind,
    Ground,
    House,
    Level,
    ObligationKind,
    Role,
    SignalOutcome,
    SourceSystem,
    Watch,
)
from services.casework.unit.signals import watch
from tests.casework.given import (
    ELSEWHERE,
    PACK,
    PREFECTURE,
    PROVINCIAL,
    Life,
    UnitActSeconded,
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
NAME = f"{PETITIONS.uri}#示例-1"
PREF, HEAD = desk(Level.PREFECTURE), approver(Level.PREFECTURE)


def _signalled(stage: str = "named", **kwargs: object) -> Life:
    life = life_at(stage)
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, **kwargs))  # type: ignore[arg-type]
    return life


def _amended(**changes: object) -> UnitSignalAmended:
    return UnitSignalAmended(signal=NAME, reason="示例：更正").model_copy(update=changes)


def _checked(stage: str = "named", **kwargs: object) -> Life:
    life = _signalled(stage, **kwargs)
    look_into(life, DAY, NAME)
    return life


WITHDRAWN = UnitSignalWithdrawn(signal=NAME, reason="示例：误报")


def test_i_17_a_signal_is_recorded_once() -> None:
    life = _signalled()
    assert cited(life.refused(DAY, PETITIONS, signal(PETITIONS, DAY)), "I-17") == (str(life.unit.version),)
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, number="示例-2"))


def test_i_21_it_happened_was_reported_and_came_in_that_order() -> None:
    life = life_at("named")
    event, later = signal(PETITIONS, DAY), DAY + timedelta(days=1)
    cited(life.refused(DAY, PETITIONS, event.model_copy(update={"reported_on": later})), "I-21")
    earlier = event.model_copy(update={"reported_on": DAY - timedelta(days=1)})
    cited(life.refused(DAY, PETITIONS, earlier), "I-21")
    life.act(DAY, PETITIONS, event)
    cited(life.refused(DAY, PETITIONS, _amended(occurred_on=later)), "I-21")
    life.act(DAY, PETITIONS, _amended(occurred_on=DAY - timedelta(days=2)))


def test_i_17_an_amendment_says_what_it_amends() -> None:
    life = _signalled()
    cited(life.refused(DAY, PETITIONS, _amended()), "I-17")
    life.act(DAY, PETITIONS, _amended(penalised=False))


def test_i_13_a_source_reports_its_own_of_its_categories_in_its_place() -> None:
    life, event = life_at("named"), signal(PETITIONS, DAY)
    for wrong in (
        replace(PETITIONS, suspended=True),
        replace(PETITIONS, closed=True),
        replace(PETITIONS, place=ELSEWHERE),
        replace(PETITIONS, uri="urn:example:another"),
        replace(PETITIONS, categories=frozenset({Category.WAGE_ARREARS})),
    ):
        cited(life.refused(DAY, wrong, event), "I-13")
    life.act(DAY, replace(PETITIONS, categories=frozenset({Category.MASS_PETITION})), event)


def test_i_17_only_the_source_that_sent_it_amends_or_withdraws_it() -> None:
    life, other = _signalled(), source(SourceSystem.LABOUR_INSPECTION)
    for event in (_amended(people=3), WITHDRAWN):
        cited(life.refused(DAY, other, event), "I-17")
        cited(life.refused(DAY, PREF, event), "I-17")
        cited(life.refused(DAY, PETITIONS, event.model_copy(update={"signal": "urn:none#1"})), "I-00")
    life.act(DAY, PETITIONS, _amended(people=3))
    life.act(DAY, PETITIONS, WITHDRAWN)
    cited(life.refused(DAY, PETITIONS, _amended(people=4)), "I-17")
    cited(life.refused(DAY, PETITIONS, WITHDRAWN), "I-17")
    assert life.unit.signals.all[NAME].people == 3


def test_i_17_what_an_inspector_reported_is_the_inspectors_to_change() -> None:
    life, inspector = life_at("named"), post(Role.INSPECTOR, Level.PREFECTURE)
    entry = life.act(DAY, inspector, signal(PETITIONS, DAY))
    assert isinstance(entry.event, UnitSignalRecorded)
    cited(life.refused(DAY, post(Role.INSPECTOR, Level.PREFECTURE, n=2), WITHDRAWN), "I-17")
    life.act(DAY, inspector, WITHDRAWN)


@pytest.mark.parametrize(
    ("category", "people", "amount_fen", "stated", "severity"),
    [
        (Category.MASS_PETITION, 4, None, 1, 1),
        (Category.MASS_PETITION, 5, None, 1, 3),
        (Category.MASS_PETITION, 50, None, 1, 4),
        (Category.WAGE_ARREARS, 1, 10_000_000, 1, 3),
        (Category.WAGE_ARREARS, 9, 9_999_999, 1, 1),
        (Category.WAGE_ARREARS, 9, 9_999_999, 4, 4),
        (Category.EXTREME_INCIDENT, None, None, 1, 3),
        (Category.OTHER_VIOLATION, 500, None, 2, 2),
    ],
)
def test_the_pack_gives_a_floor_and_a_source_may_say_higher(
    category: Category, people: int | None, amount_fen: int | None, stated: int, severity: int
) -> None:
    life = life_at("named")
    event = signal(PETITIONS, DAY, category, severity=stated, people=people, amount_fen=amount_fen)
    entry = life.act(DAY, PETITIONS, event)
    assert isinstance(entry.event, UnitSignalRecorded)
    assert entry.event.severity == severity
    assert entry.event.stated_severity == (stated if severity > stated else None)


def test_an_amendment_to_higher_numbers_raises_the_severity() -> None:
    life = _signalled(severity=1, people=1)
    assert watch(life.unit, PACK) is Watch.ATTENTION
    life.act(DAY, PETITIONS, _amended(people=60))
    assert life.unit.signals.all[NAME].severity == 4
    assert watch(life.unit, PACK) is Watch.FROZEN


@pytest.mark.parametrize(
    ("changes", "opens"),
    [({"severity": 2}, True), ({"people": 2}, True), ({"months": 1}, True), ({"severity": 1, "people": 1}, False)],
)
def test_t_10_worse_in_one_respect_opens_the_question_again(changes: dict[str, int], opens: bool) -> None:
    life = _signalled(severity=1, people=1)
    life.assess(DAY, PREF, assessed(life, NAME, outcome=SignalOutcome.MINOR))
    life.act(DAY, PETITIONS, _amended(**changes))
    assert any(duty.kind is ObligationKind.ASSESS_SIGNAL for duty in life.owed()) is opens


@pytest.mark.parametrize(
    ("category", "severity", "level"),
    [
        (Category.MASS_PETITION, 2, Watch.ATTENTION),
        (Category.MASS_PETITION, 3, Watch.FROZEN),
        (Category.ARBITRATION_CASE, 3, Watch.FROZEN),
        (Category.OTHER_VIOLATION, 4, Watch.FROZEN),
    ],
)
def test_i_07_t_10_what_freezes_is_of_severity_three_whatever_its_category(
    category: Category, severity: int, level: Watch
) -> None:
    life = _signalled(category=category, severity=severity, people=1)
    assert watch(life.unit, PACK) is level


def test_t_10_a_withdrawal_lifts_no_freeze_and_is_assessed_without_a_check_but_not_as_serious() -> None:
    life = _signalled()
    life.act(DAY, PETITIONS, WITHDRAWN)
    assert watch(life.unit, PACK) is Watch.FROZEN
    cited(life.refused(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT)), "T-10")
    unfounded = assessed(life, NAME, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(DAY, PREF, unfounded), "T-10")
    life.act(DAY, HEAD, unfounded)
    assert watch(life.unit, PACK) is Watch.CALM
    assert _due(life, ObligationKind.ORDER_CHECK) == []


def test_i_17_a_withdrawal_after_the_assessment_needs_one_anew() -> None:
    life = _checked()
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    life.act(DAY, PETITIONS, WITHDRAWN)
    assert watch(life.unit, PACK) is Watch.FROZEN
    owed = [o for o in life.owed() if o.kind is ObligationKind.ASSESS_SIGNAL]
    assert [o.due for o in owed] == [add_working_days(DAY, 10)]
    standing = life.copy()
    standing.assess(DAY, HEAD, assessed(standing, NAME, Ground.MASS_INCIDENT))
    assert watch(standing.unit, PACK) is Watch.FROZEN
    life.assess(DAY, HEAD, assessed(life, NAME, outcome=SignalOutcome.UNFOUNDED))
    assert watch(life.unit, PACK) is Watch.CALM
    assert not [o for o in life.owed() if o.kind is ObligationKind.ASSESS_SIGNAL]


def test_i_17_the_same_assessment_is_not_made_twice() -> None:
    life = _checked()
    minor = assessed(life, NAME, outcome=SignalOutcome.MINOR)
    life.assess(DAY, HEAD, minor)
    cited(life.refused(DAY, HEAD, minor), "I-17")
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    cited(life.refused(DAY, HEAD, assessed(life, "urn:none#1")), "I-00")


@pytest.mark.parametrize(
    ("category", "ground", "numbers", "major"),
    [
        (Category.WAGE_ARREARS, Ground.WAGE_ARREARS, {"people": 10}, True),
        (Category.WAGE_ARREARS, Ground.WAGE_ARREARS, {"people": 9}, False),
        (Category.WAGE_ARREARS, Ground.WAGE_ARREARS, {"people": 9, "amount_fen": 10_000_000}, True),
        (Category.WAGE_ARREARS, Ground.WAGE_ARREARS, {"people": 9, "months": 1}, True),
        (Category.WAGE_ARREARS, Ground.WAGE_ARREARS, {"people": 1, "penalised": True}, True),
        (Category.UNPAID_INSURANCE, Ground.UNPAID_INSURANCE, {"people": 9, "months": 2}, False),
        (Category.UNPAID_INSURANCE, Ground.UNPAID_INSURANCE, {"people": 9, "months": 3}, True),
        (Category.EXCESS_OVERTIME, Ground.EXCESS_OVERTIME, {"people": 400, "months": 2}, False),
        (Category.EXCESS_OVERTIME, Ground.EXCESS_OVERTIME, {"people": 9, "months": 30}, False),
        (Category.EXCESS_OVERTIME, Ground.EXCESS_OVERTIME, {"people": 10, "months": 3}, True),
        (Category.NO_CONTRACT, Ground.NO_CONTRACT, {"people": 9}, False),
        (Category.NO_CONTRACT, Ground.NO_CONTRACT, {"people": 10}, True),
        (Category.MASS_PETITION, Ground.MASS_INCIDENT, {"people": 1}, True),
        (Category.STOPPAGE, Ground.MASS_INCIDENT, {"people": 1}, True),
        (Category.EXTREME_INCIDENT, Ground.EXTREME_INCIDENT, {}, True),
        (Category.SAFETY_ACCIDENT, Ground.SAFETY_ACCIDENT, {}, True),
        (Category.OCCUPATIONAL_HAZARD, Ground.OCCUPATIONAL_HAZARD, {}, True),
        (Category.NEGATIVE_OPINION, Ground.NEGATIVE_OPINION, {}, True),
    ],
)
def test_a_06_serious_takes_a_ground_and_its_test_of_major(
    category: Category, ground: Ground, numbers: dict[str, int], major: bool
) -> None:
    given: dict[str, object] = {"people": None, **numbers}
    life = life_at("named")
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, category, **given))  # type: ignore[arg-type]
    look_into(life, DAY, NAME)
    cited(life.refused(DAY, HEAD, assessed(life, NAME)), "A-06")
    if major:
        life.assess(DAY, HEAD, assessed(life, NAME, ground))
    else:
        cited(life.refused(DAY, HEAD, assessed(life, NAME, ground)), "A-06")
        life.assess(DAY, HEAD, assessed(life, NAME, outcome=SignalOutcome.MINOR))


def test_a_06_no_contracts_for_a_tenth_of_a_small_unit_is_major() -> None:
    life = Life.of(n=7)
    registered = life_at("registered").unit.entries[0].event.model_copy(update={"headcount": 40, "code": life.code})
    life.act(ON["registered"], life.agent, registered)
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, Category.NO_CONTRACT, people=3))
    look_into(life, DAY, NAME)
    cited(life.refused(DAY, HEAD, assessed(life, NAME, Ground.NO_CONTRACT)), "A-06")
    life.act(DAY, PETITIONS, _amended(people=4))
    look_into(life, DAY, NAME)
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.NO_CONTRACT))


def _due(life: Life, kind: ObligationKind) -> list[tuple[str, date]]:
    return [(owed.holder, owed.due) for owed in life.owed() if owed.kind is kind]


def test_i_15_a_16_a_signal_of_severity_three_is_checked_in_five_days() -> None:
    life, holder = _signalled(), f"prefecture:{PREFECTURE}"
    assert _due(life, ObligationKind.ORDER_CHECK) == [(holder, add_working_days(DAY, 5))]
    assert _due(life, ObligationKind.ASSESS_SIGNAL) == [(holder, add_working_days(DAY, 10))]
    life.act(DAY, PREF, UnitCheckOrdered(kind=CheckKind.TARGETED, signals=(NAME,)))
    assert _due(life, ObligationKind.ORDER_CHECK) == []
    assert _due(life, ObligationKind.CONDUCT_CHECK) == [(holder, add_working_days(DAY, 20))]
    assert _due(_signalled(severity=2, people=1), ObligationKind.ORDER_CHECK) == []


def test_i_14_a_serious_signal_against_a_held_title_is_answered_in_fifteen_days() -> None:
    candidate = _checked("registered")
    candidate.assess(DAY, HEAD, assessed(candidate, NAME, Ground.MASS_INCIDENT))
    assert _due(candidate, ObligationKind.PROPOSE_REVOCATION) == []
    life = _checked()
    dropped = UnitRevocationDropped(title=PROVINCIAL, reason="示例：已当场化解，不足以取消命名")
    cited(life.refused(DAY, approver(Level.PROVINCE), dropped), "I-14")
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    due = [(f"prefecture:{PREFECTURE}", add_working_days(DAY, 15))]
    assert _due(life, ObligationKind.PROPOSE_REVOCATION) == due
    cited(life.refused(DAY, HEAD, dropped), "T-11")
    life.act(DAY, approver(Level.PROVINCE), dropped)
    assert _due(life, ObligationKind.PROPOSE_REVOCATION) == []
    cited(life.refused(DAY, approver(Level.PROVINCE), dropped), "I-14")


def test_i_14_a_signal_assessed_while_a_proposal_is_open_asks_for_no_second_one() -> None:
    life, day = life_at("proposed"), ON["heard"]
    life.act(day, PETITIONS, signal(PETITIONS, day))
    look_into(life, day, NAME)
    life.assess(day, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    assert _due(life, ObligationKind.PROPOSE_REVOCATION) == []


def test_i_14_a_new_assessment_asks_for_an_answer_again() -> None:
    life = _checked()
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    life.act(DAY, approver(Level.PROVINCE), UnitRevocationDropped(title=PROVINCIAL, reason="示例"))
    cited(life.refused(DAY, HEAD, assessed(life, NAME, outcome=SignalOutcome.MINOR)), "T-10")
    look_into(life, DAY, NAME)
    life.assess(DAY, HEAD, assessed(life, NAME, outcome=SignalOutcome.MINOR))
    life.assess(DAY, HEAD, assessed(life, NAME, Ground.MASS_INCIDENT))
    assert len(_due(life, ObligationKind.PROPOSE_REVOCATION)) == 1


def test_t_10_a_heavy_fact_is_assessed_by_two_houses() -> None:
    life, minor = _checked(), assessed(_checked(), NAME, outcome=SignalOutcome.MINOR)
    proposal = life.act(DAY, HEAD, minor)
    assert isinstance(proposal.event, ActProposed)
    assert watch(life.unit, PACK) is Watch.FROZEN
    again = UnitActSeconded(proposal=proposal.version, digest=proposal.event.digest)
    cited(life.refused(DAY, desk(Level.PREFECTURE, n=9), again), "T-04")
    life.act(DAY, desk(Level.PREFECTURE, House.UNION, n=9), again)
    assert watch(life.unit, PACK) is not Watch.FROZEN
    light = _signalled(severity=1, people=1)
    light.act(DAY, PREF, assessed(light, NAME, outcome=SignalOutcome.MINOR))
    assert not light.unit.common.open_acts
