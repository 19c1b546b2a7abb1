"""What comes before a naming: plans, lists for cultivation, the reserve list (三, 五(六)1, 五(九))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.unit.cultivation import (
    UnitCoordinatorAppointed,
    UnitCultivationConcluded,
    UnitCultivationListed,
    UnitCultivationPlanned,
)
from events.unit.naming import UnitReserveDelisted, UnitReserveListed
from events.words import CultivationOutcome, Level, RankedBy, RoundKind, Standing, UnitKind
from services.casework.round.ranking import ranked
from services.casework.stream import fold
from services.casework.unit.cultivated import led_to
from services.casework.unit.cultivation_plan import progress
from services.casework.unit.naming.state import standing
from tests.casework.given import (
    DAY,
    NATIONAL,
    PROVINCE,
    UNIT,
    Life,
    a_round,
    approver,
    cited,
    desk,
    registration,
    self_evaluation,
    somebody,
)
from tests.casework.stages import ON, life_at

YEAR = timedelta(days=365)


def _registered(kind: UnitKind) -> Life:
    life = Life.of(kind)
    life.act(DAY, life.agent, registration(life))
    return life


@pytest.mark.parametrize("kind", [UnitKind.ENTERPRISE, UnitKind.PARK])
def test_R_03_a_plan_of_cultivation_names_standards_and_a_day(kind: UnitKind) -> None:
    life = _registered(kind)
    own = next(found for found in life.pack.standard_sets.values() if kind in found.kinds)
    plan = UnitCultivationPlanned(standards=(next(iter(own.standards)),), by=DAY + YEAR)
    cited(life.refused(DAY, desk(Level.COUNTY), plan.model_copy(update={"standards": ("示例",)})), "I-00")
    life.act(DAY, desk(Level.COUNTY), plan)
    assert life.unit.cultivation.plan is not None
    assert life.unit.cultivation.plan.by == DAY + YEAR
    others = next(found for found in life.pack.standard_sets.values() if kind not in found.kinds)
    strange = next(name for name in others.standards if name not in own.standards)
    cited(_registered(kind).refused(DAY, desk(Level.COUNTY), plan.model_copy(update={"standards": (strange,)})), "A-50")


def test_R_03_what_a_plan_led_to_is_measured_by_the_self_evaluation() -> None:
    life, county = life_at("registered"), desk(Level.COUNTY)
    life.act(DAY, county, UnitCultivationPlanned(standards=("training", "care"), by=DAY + YEAR))
    life.act(DAY, life.agent, self_evaluation())
    plan = life.unit.cultivation.plan
    assert plan is not None
    told = progress(life.unit, plan, life.pack)
    assert [(one.standard, one.before, one.reached(life.pack)) for one in told] == [
        ("training", None, True), ("care", None, True),
    ]  # fmt: skip
    reached = UnitCultivationConcluded(plan=plan.version, outcome=CultivationOutcome.REACHED, summary="示例")
    life.act(DAY, county, reached)
    assert life.unit.cultivation.concluded[0].after == {one.standard: one.now for one in told}


def test_R_42_who_is_picked_a_year_ahead_stands_on_the_list_of_that_round() -> None:
    life, open_now = life_at("registered"), a_round()
    coming = replace(open_now, since=DAY + YEAR / 2)
    life.known[coming.id] = coming
    life.act(DAY, desk(Level.PREFECTURE), UnitCultivationListed(round=coming.id, programme="和谐同行（示例）"))
    assert coming.id in life.unit.cultivation.listed_for
    cited(life.refused(DAY, desk(Level.PREFECTURE), UnitCultivationListed(round=coming.id)), "A-51")


def test_R_42_what_the_list_led_to_is_told_day_by_day() -> None:
    life = life_at("named", NATIONAL)
    campaign, first = a_round(), life.unit.entries[0]
    assert led_to(life.unit, campaign) is None
    listed = first.model_copy(update={"version": 2, "event": UnitCultivationListed(round=campaign.id)})
    later = (entry.model_copy(update={"version": entry.version + 1}) for entry in life.unit.entries[1:])
    told = led_to(fold(UNIT, life.unit.id, (first, listed, *later)), campaign)
    assert told is not None
    assert (told.applied_on, told.nominated_on, told.named_on) == (ON["applied"], ON["nominated"], ON["named"])


def test_R_32_about_a_hundred_stand_on_the_reserve_list_of_a_year_and_who_leaves_is_recorded() -> None:
    life, province = life_at("registered"), approver(Level.PROVINCE)
    full = a_round(kind=RoundKind.RESERVE)
    taken = {somebody(f"储备{n}"): (PROVINCE, UnitKind.ENTERPRISE) for n in range(110)}
    life.known[full.id] = replace(full, taken=taken)
    listed = UnitReserveListed(title=NATIONAL, round=full.id, rank=1)
    cited(life.refused(DAY, province, listed), "I-20")
    life.known[full.id] = replace(full, taken=dict(list(taken.items())[:99]))
    life.act(DAY, province, listed)
    assert standing(life.unit, NATIONAL) is Standing.RESERVE
    life.act(date(DAY.year, 12, 30), desk(Level.PROVINCE), UnitReserveDelisted(title=NATIONAL, reason="示例：退出储备"))
    assert standing(life.unit, NATIONAL) is not Standing.RESERVE
    assert type(life.unit.entries[-1].event) is UnitReserveDelisted


def test_R_32_candidates_are_ranked_by_the_formula_with_every_term_shown() -> None:
    better, plain = life_at("sealed"), life_at("registered", n=2)
    better.act(ON["sealed"], better.agent, UnitCoordinatorAppointed(count=9, certified=3))
    told = ranked((plain.unit, better.unit), ON["sealed"], better.pack)
    assert [(one.unit, one.rank) for one in told] == [(better.unit.id, 1), (plain.unit.id, 2)]
    terms = {term.by: term.points for term in told[0].terms}
    report = better.unit.self_evaluation
    assert terms == {
        RankedBy.SELF_EVALUATION: 100 * 60 * report.score // better.pack.standard_sets[report.standard_set].score,
        RankedBy.TITLES: 0,
        RankedBy.COORDINATORS: 600,
        RankedBy.PLANS_REACHED: 0,
    }
    assert [one.points for one in told] == [sum(terms.values()), 0]


def test_R_32_who_is_listed_has_the_place_of_the_ranking() -> None:
    life, province = life_at("registered"), approver(Level.PROVINCE)
    ranked_round = replace(a_round(kind=RoundKind.RESERVE), ranking={life.unit.id: 4})
    life.known[ranked_round.id] = ranked_round
    listed = UnitReserveListed(title=NATIONAL, round=ranked_round.id)
    cited(life.refused(DAY, province, listed.model_copy(update={"rank": 1})), "A-53")
    entry = life.act(DAY, province, listed)
    assert isinstance(entry.event, UnitReserveListed)
    assert entry.event.rank == 4
    stranger = life_at("registered", n=2)
    stranger.known[ranked_round.id] = ranked_round
    cited(stranger.refused(DAY, province, listed), "A-53")
