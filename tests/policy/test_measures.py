"""R-34 to R-37 (五(六)2): the catalogue measure by measure, prefectures' own, credit grades, and the seven honours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.unit.honours import UnitHonourDecided, UnitRecommendedForHonour
from events.unit.incentives import CreditClaim, UnitIncentiveGranted
from events.words import HonourOutcome, Level, Ownership, UnitKind
from services.casework.calendar import add_months
from services.casework.unit.incentives import GrantState
from tests.casework.given import CREDIT, ELSEWHERE, LOCAL, PACK, PREFECTURE, cited, desk
from tests.casework.stages import ON, life_at

BY, DAY = desk(Level.PREFECTURE), ON["enjoying"]
ANOTHER = desk(Level.PREFECTURE, n=2)
HONOURS = (
    "may_day_certificate", "openness_advanced", "openness_model", "credit_enterprise", "culture_achievement",
    "private_employment", "private_care",
)  # fmt: skip


def test_R_34_every_measure_is_granted_by_name_with_its_department() -> None:
    life = life_at("named")
    measures = [name for name, item in PACK.incentives.items() if item.owner == PACK.place]
    assert len(measures) >= 15
    for name in measures:
        event = UnitIncentiveGranted(incentive=name, from_=DAY, basis="湘人社发〔2022〕27号", credit=CREDIT)
        entry = life.act(DAY, BY, event)
        assert isinstance(entry.event, UnitIncentiveGranted)
        assert entry.event.department == PACK.incentives[name].department.zh


def test_R_35_a_prefectures_own_measure_is_for_its_units_alone() -> None:
    own = {name: item for name, item in PACK.incentives.items() if item.owner != PACK.place}
    assert {item.owner for item in own.values()} == {PREFECTURE, ELSEWHERE}
    for name, item in own.items():
        life, granted = life_at("named", LOCAL), UnitIncentiveGranted(incentive=name, from_=DAY, basis="示例")
        if item.owner == ELSEWHERE:
            assert cited(life.refused(DAY, BY, granted), "I-11") == (ELSEWHERE,)
            continue
        entry = life.act(DAY, BY, granted)
        assert isinstance(entry.event, UnitIncentiveGranted)
        assert entry.event.department == item.department.zh
        (grant,) = life.unit.incentives.running_on(DAY)
        until = life.unit.naming.held[LOCAL].term_until
        assert (grant.until, grant.state_on(until + timedelta(days=1))) == (until, GrantState.ENDED)


@pytest.mark.parametrize(
    ("grade", "on", "rule"),
    [
        ("B", CREDIT.on, "A-46"),
        ("A", DAY + timedelta(days=1), "I-21"),
        ("A", add_months(DAY, -12) - timedelta(days=1), "A-46"),
        ("A", add_months(DAY, -12), None),
    ],
)
def test_R_36_a_credit_grade_has_its_source_and_day_and_an_old_one_does_not_count(
    grade: str, on: date, rule: str | None
) -> None:
    life, claim = life_at("named"), CreditClaim(grade=grade, source="示例监察机构", on=on)
    event = UnitIncentiveGranted(incentive="reduced_inspection", from_=DAY, basis="示例", credit=claim)
    if rule is None:
        life.act(DAY, BY, event)
    else:
        cited(life.refused(DAY, BY, event), rule)


def test_R_37_seven_honours_are_data_with_what_they_ask_for() -> None:
    assert tuple(PACK.honours) == HONOURS
    life = life_at("named")
    for name in HONOURS:
        life.act(DAY, BY, UnitRecommendedForHonour(honour=name, year=2024))
    cited(life.refused(DAY, BY, UnitRecommendedForHonour(honour=HONOURS[0], year=2024)), "A-47")
    life.act(DAY, BY, UnitRecommendedForHonour(honour=HONOURS[0], year=2025))


def test_R_37_only_who_is_up_to_standard_and_of_the_right_kind_is_recommended() -> None:
    cited(life_at("cleared").refused(DAY, BY, UnitRecommendedForHonour(honour=HONOURS[0], year=2024)), "A-47")
    park = life_at("named", kind=UnitKind.PARK)
    cited(park.refused(DAY, BY, UnitRecommendedForHonour(honour=HONOURS[0], year=2024)), "A-47")
    local_state = life_at("named", ownership=Ownership.LOCAL_STATE)
    private = UnitRecommendedForHonour(honour="private_care", year=2024)
    cited(local_state.refused(DAY, BY, private), "A-47")
    local_state.act(DAY, BY, private.model_copy(update={"honour": "may_day_certificate"}))
    over = add_months(life_at("named").unit.naming.held["provincial_harmonious"].term_until, 1)
    assert "A-47" in {refusal.rule for refusal in life_at("named").refused(over, BY, private)}


def test_R_37_a_recommendation_has_one_result_and_not_before_it() -> None:
    life = life_at("named")
    made = life.act(DAY, BY, UnitRecommendedForHonour(honour=HONOURS[0], year=2024))
    decided = UnitHonourDecided(recommendation=made.version, outcome=HonourOutcome.AWARDED, on=DAY)
    cited(life.refused(DAY, ANOTHER, decided.model_copy(update={"on": DAY - timedelta(days=1)})), "I-21")
    cited(life.refused(DAY, ANOTHER, decided.model_copy(update={"on": DAY + timedelta(days=1)})), "I-21")
    cited(life.refused(DAY, BY, decided), "T-03")
    entry = life.act(DAY, ANOTHER, decided)
    assert isinstance(entry.event, UnitHonourDecided)
    assert entry.event.honour == HONOURS[0]
    cited(life.refused(DAY, ANOTHER, decided), "I-00")


def test_R_37_nobody_is_recommended_for_years_that_are_over_or_far_ahead() -> None:
    life = life_at("named")
    for year in (1999, 2023, 2026):
        cited(life.refused(DAY, BY, UnitRecommendedForHonour(honour=HONOURS[0], year=year)), "A-47")
