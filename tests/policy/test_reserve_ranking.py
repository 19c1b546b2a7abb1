"""R-32 (五(六)1): the candidates of a reserve list in a register, ranked by the province before anybody is listed."""

from __future__ import annotations

from datetime import date, timedelta

from events.governance.round import RoundCandidatesRanked, RoundOpened
from events.unit.naming import UnitReserveListed
from events.words import RankedBy, RoundKind, UnitKind
from services.casework.round.state import Round
from tests.casework.given import DAY, NATIONAL, Life, registration
from tests.casework.stages import life_at
from tests.casework.years import Years

PROVINCE = "430000"


def test_R_32_the_province_ranks_and_lists_in_that_order() -> None:
    years = Years.begun()
    world, desk, approver = years.world, years.desk(PROVINCE), years.approver(PROVINCE)
    sealed, fresh, park = life_at("sealed"), life_at("registered", n=2), Life.of(UnitKind.BUILDING)
    park.act(DAY, park.agent, registration(park))
    world.knows(sealed.unit, fresh.unit, park.unit)
    day, campaign = date(2024, 3, 18), world.new()
    opened = RoundOpened(
        kind=RoundKind.RESERVE, name="2024年度储备名单（示例）", title=NATIONAL, place=PROVINCE, from_=day,
        until=day + timedelta(days=200),
    )  # fmt: skip
    world.act(day, approver, campaign, opened)
    both = RoundCandidatesRanked(candidates=(fresh.unit.id, sealed.unit.id))
    for wrong in ((fresh.unit.id, fresh.unit.id), (fresh.unit.id, park.unit.id)):
        assert world.rules(day, desk, campaign, RoundCandidatesRanked(candidates=wrong)) == {"A-53"}
    event = world.act(day, desk, campaign, both).event
    assert isinstance(event, RoundCandidatesRanked)
    assert [(one.unit, one.rank) for one in event.ranking or ()] == [(sealed.unit.id, 1), (fresh.unit.id, 2)]
    assert {term.by for one in event.ranking or () for term in one.terms} == {
        RankedBy.SELF_EVALUATION, RankedBy.TITLES, RankedBy.COORDINATORS, RankedBy.PLANS_REACHED,
    }  # fmt: skip
    frozen, named = life_at("found_serious", n=3), life_at("named", NATIONAL, n=4)
    world.knows(frozen.unit, named.unit)
    for strange in (frozen, named):
        several = RoundCandidatesRanked(candidates=(fresh.unit.id, strange.unit.id))
        assert world.rules(strange.unit.entries[-1].day, desk, campaign, several) == {"A-53"}
    listed = UnitReserveListed(title=NATIONAL, round=campaign)
    assert world.rules(day, approver, fresh.unit.id, listed.model_copy(update={"rank": 1})) == {"A-53"}
    world.act(day, approver, fresh.unit.id, listed)
    assert world.state(Round, campaign).numbers == {2: fresh.unit.id}
    assert world.rules(day, desk, campaign, both) == {"A-53"}


def test_T_18_a_number_is_one_of_the_list() -> None:
    years = Years.begun()
    world, approver = years.world, years.approver(PROVINCE)
    unit = life_at("sealed").unit
    world.knows(unit)
    day, campaign = date(2024, 3, 18), world.new()
    opened = RoundOpened(
        kind=RoundKind.RESERVE, name="2024年度储备名单（示例）", title=NATIONAL, place=PROVINCE, from_=day,
        until=day + timedelta(days=200),
    )  # fmt: skip
    world.act(day, approver, campaign, opened)
    for rank in (0, 111, 1_000_000):
        listed = UnitReserveListed(title=NATIONAL, round=campaign, rank=rank)
        assert world.rules(day, approver, unit.id, listed) == {"T-18"}
    world.act(day, approver, unit.id, UnitReserveListed(title=NATIONAL, round=campaign, rank=110))
