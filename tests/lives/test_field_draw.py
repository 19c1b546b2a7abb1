"""Ways round a draw that got through once (L-36, L-37), and the draw as it goes (T-19)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.check import CheckDrawn, CheckListFrozen, CheckOrdered, CheckShareRevealed, CheckShareWithheld
from events.record import COMMON
from events.unit.checks import UnitCheckOrdered
from events.words import CheckKind, House, Level, ObligationKind, Role, StratifiedBy
from services.casework.check.draw import draw, population_list, population_of, share_digest, stratum_of
from services.casework.check.state import check_stream
from services.casework.decide import REGISTER
from services.casework.pack import load_pack
from services.casework.unit.state import Unit
from tests.casework.drawing import PLACE, TWO, Drawing, share
from tests.casework.world import World

DAY = date(2024, 3, 4)
HR, UNION = TWO


@pytest.fixture
def world() -> World:
    made = World(load_pack("hunan-2023-15", "1"))
    made.begin()
    return made


@pytest.fixture
def drawing(world: World) -> Drawing:
    return Drawing(world, DAY)


def _frozen(drawing: Drawing) -> dict[UUID, str]:
    strata = drawing.units(4, 2)
    drawing.act(drawing.planned())
    drawing.act(drawing.listed(strata))
    return strata


def test_L_36_nobody_types_units_list_or_position(drawing: Drawing) -> None:
    """The units of a draw were sent by hand, its population made up, its position before the plan."""
    strata = _frozen(drawing)
    assert drawing.rules(drawing.listed(strata)) == {"T-19"}, "a list is frozen once"
    drawing.shared()
    right = drawing.drawn(strata)
    typed = tuple(strata)[:3]
    for wrong in (
        CheckDrawn(),
        CheckDrawn(units=typed),
        right.model_copy(update={"population": 3}),
        right.model_copy(update={"population_digest": "0" * 64}),
        right.model_copy(update={"head": (right.head or 0) - 1}),
        right.model_copy(update={"units": typed[:2]}),
        right.model_copy(update={"units": (*typed[:2], typed[0])}),
    ):
        assert drawing.rules(wrong) == {"T-19"}
    drawing.act(right)
    assert drawing.rules(right) == {"T-19"}, "a plan is drawn once"


def test_L_36_a_list_is_the_registers_and_not_empty(drawing: Drawing) -> None:
    strata = drawing.units(2)
    drawing.act(drawing.planned())
    right = drawing.listed(strata)
    assert drawing.rules(CheckListFrozen()) == {"T-19"}
    assert drawing.rules(right.model_copy(update={"population": 3})) == {"T-19"}
    assert drawing.rules(right.model_copy(update={"position": None})) == {"T-19"}
    entry = drawing.act(right)
    assert isinstance(entry.event, CheckListFrozen)
    assert entry.event.shares == 2
    assert population_of(population_list(strata)) == strata


def test_T_19_a_share_of_nothing_draws_nobody(drawing: Drawing) -> None:
    """A plan that draws nobody took the place of the one that would have drawn the friend."""
    assert drawing.rules(drawing.planned(share=0)) == {"T-19"}
    drawing.act(drawing.planned(share=1))


def test_L_37_no_seed_can_be_tried_in_private(drawing: Drawing) -> None:
    """An organiser tried seeds until a friend was not drawn, then committed to that one."""
    strata = _frozen(drawing)
    drawing.act(drawing.commits(HR), drawing.people[HR])
    first = CheckShareRevealed(house=HR, share=share(HR))
    assert drawing.rules(first, drawing.people[HR]) == {"T-19"}, "revealed before all have committed"
    assert drawing.rules(drawing.commits(HR, 2), drawing.people[HR]) == {"T-19"}, "one house, one share"
    assert drawing.rules(drawing.commits(UNION), drawing.people[HR]) == {"T-19"}, "each house its own"
    drawing.act(drawing.commits(UNION), drawing.people[UNION])
    assert drawing.rules(drawing.commits(House.COMMERCE), drawing.people[House.COMMERCE]) == {"T-19"}
    other = CheckShareRevealed(house=HR, share=share(HR, 2))
    assert drawing.rules(other, drawing.people[HR]) == {"T-19"}, "another share than committed to"
    drawing.act(first, drawing.people[HR])
    assert drawing.rules(first, drawing.people[HR]) == {"T-19"}, "a share is revealed once"
    plan = drawing.plan
    assert plan.shares.last is not None
    assert drawing.rules(CheckDrawn()) == {"T-19"}, "a share is hidden still"
    drawing.act(CheckShareRevealed(house=UNION, share=share(UNION)), drawing.people[UNION])
    right = drawing.drawn(strata)
    # with another share of one house, or the head of another moment, others are drawn
    tried = {draw(strata, 50, f"{n}") for n in range(20)}
    assert len(tried) > 1
    assert drawing.rules(right.model_copy(update={"seed": "0" * 64})) == {"T-19"}
    assert drawing.rules(right.model_copy(update={"head_digest": "0" * 64})) == {"T-19"}
    drawing.act(right)


def test_L_37_a_commitment_of_another_house_or_plan_cannot_be_repeated(drawing: Drawing) -> None:
    _frozen(drawing)
    copied = drawing.commits(HR).model_copy(update={"house": UNION})
    drawing.act(drawing.commits(HR), drawing.people[HR])
    drawing.act(copied, drawing.people[UNION])
    drawing.act(CheckShareRevealed(house=HR, share=share(HR)), drawing.people[HR])
    assert drawing.rules(CheckShareRevealed(house=UNION, share=share(HR)), drawing.people[UNION]) == {"T-19"}
    assert share_digest(drawing.stream, "hr", share(HR)) != share_digest(UUID(int=1), "hr", share(HR))


def test_T_19_one_plan_a_place_kind_and_period_and_none_to_be_voided(drawing: Drawing) -> None:
    world = drawing.world
    made = drawing.act(drawing.planned())
    assert drawing.rules(drawing.planned(name="另一名称")) == {"I-00"}
    assert world.rules(DAY, drawing.desk, world.new(), drawing.planned(period="2025")) == {"T-20"}
    elsewhere = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, place="430200")
    assert drawing.rules(drawing.planned(), elsewhere) == {"I-00", "I-13"}
    voiding = COMMON["check"].entry_voided(version=made.version, reason="示例")
    assert "T-13" in drawing.rules(voiding)
    assert drawing.rules(drawing.commits(HR)) == {"T-19"}, "the list is not frozen"


def test_T_19_targeted_checks_and_cross_inspections_are_not_drawn(world: World) -> None:
    drawing = Drawing(world, DAY)
    for kind in (CheckKind.TARGETED, CheckKind.CROSS):
        event = drawing.planned(kind=kind)
        assert world.rules(DAY, drawing.desk, check_stream(PLACE, kind, "2024"), event) == {"T-19"}
    assert drawing.rules(drawing.planned(due=DAY - timedelta(days=1))) == {"I-21"}


def test_T_19_every_unit_drawn_owes_a_check_at_once_and_the_plan_its_order(drawing: Drawing) -> None:
    world, strata = drawing.world, _frozen(drawing)
    drawing.shared()
    drawn = drawing.drawn(strata)
    drawing.act(drawn)
    units = drawn.units or ()
    owed = [one for one in world.owed(drawing.stream) if one.kind is ObligationKind.ORDER_CHECK]
    assert {one.ref for one in owed} == {str(unit) for unit in units}
    assert {one.holder for one in owed} == {f"prefecture:{PLACE}"}
    order = UnitCheckOrdered(kind=CheckKind.SPOT, plan=drawing.stream)
    not_drawn = next(unit for unit in strata if unit not in units)
    assert world.rules(DAY, REGISTER, not_drawn, order) == {"T-19"}
    assert world.rules(DAY, REGISTER, units[0], UnitCheckOrdered(kind=CheckKind.SPOT)) == {"T-19"}
    for unit in units:
        world.act(DAY, REGISTER, unit, order)
        assert world.rules(DAY, REGISTER, unit, order) == {"T-19"}, "ordered once"
        (check,) = world.state(Unit, unit).checks.ordered.values()
        assert (check.level, check.due) == (Level.PREFECTURE, date(2024, 12, 31))
        assert any(one.kind is ObligationKind.CONDUCT_CHECK for one in world.owed(unit))
    assert not [one for one in world.owed(drawing.stream) if one.kind is ObligationKind.ORDER_CHECK]
    assert world.rules(DAY, REGISTER, drawing.stream, CheckOrdered(unit=units[0])) == {"T-19"}


def test_T_19_an_office_orders_the_check_of_a_drawn_unit_by_hand_where_the_register_did_not(drawing: Drawing) -> None:
    strata = _frozen(drawing)
    drawing.shared()
    drawn = drawing.act(drawing.drawn(strata)).event
    assert isinstance(drawn, CheckDrawn)
    unit = (drawn.units or ())[0]
    ordered = drawing.world.act(DAY, drawing.desk, unit, UnitCheckOrdered(kind=CheckKind.SPOT, plan=drawing.stream))
    assert unit not in drawing.plan.to_order
    voiding = COMMON["unit"].entry_voided(version=ordered.version, reason="示例")
    assert "T-13" in drawing.world.rules(DAY, drawing.desk, unit, voiding), "nobody voids what the draw brought about"


def test_T_19_a_share_withheld_voids_the_draw_once_and_is_replaced_by_the_level_above_the_second_time(
    drawing: Drawing,
) -> None:
    world = drawing.world
    strata = _frozen(drawing)
    withheld = CheckShareWithheld(house=UNION, reason="示例：逾期未公开")
    assert drawing.rules(withheld) == {"T-19"}
    day = DAY
    for attempt in (1, 2):
        for house in TWO:
            drawing.act(drawing.commits(house, attempt), drawing.people[house], day)
        drawing.act(CheckShareRevealed(house=HR, share=share(HR, attempt)), drawing.people[HR], day)
        (owed,) = world.owed(drawing.stream)
        assert owed.ref == f"reveal:{attempt}:union"
        assert drawing.rules(withheld, day=owed.due) == {"T-19"}, "its days are not over"
        assert drawing.rules(withheld.model_copy(update={"house": HR}), day=owed.due + timedelta(days=1)) == {"T-19"}
        day = owed.due + timedelta(days=1)
        assert [event.about.type for event in world.time_passes(day, drawing.stream)] == ["check.deadline-missed.v1"]
        drawing.act(withheld, day=day)
        assert not drawing.plan.shares.committed
        assert drawing.plan.shares.withheld == {UNION: attempt}
    assert drawing.rules(drawing.commits(UNION, 3), drawing.people[UNION], day) == {"T-19"}
    above = world.hires(day, Role.APPROVER, Level.PROVINCE, UNION)
    drawing.act(drawing.commits(HR, 3), drawing.people[HR], day)
    drawing.act(drawing.commits(UNION, 3), above, day)
    drawing.act(CheckShareRevealed(house=HR, share=share(HR, 3)), drawing.people[HR], day)
    drawing.act(CheckShareRevealed(house=UNION, share=share(UNION, 3)), above, day)
    drawing.act(drawing.drawn(strata), day=day)


def test_T_19_a_draw_of_the_province_takes_all_houses_and_who_does_not_commit_withholds(world: World) -> None:
    drawing = Drawing(world, DAY, "430000", Level.PROVINCE, tuple(House))
    _frozen(drawing)
    assert drawing.plan.frozen is not None
    assert drawing.plan.frozen.shares == 4
    for house in tuple(House)[:3]:
        drawing.act(drawing.commits(house), drawing.people[house])
    (owed,) = world.owed(drawing.stream)
    assert owed.kind is ObligationKind.DRAW_SHARE
    late = owed.due + timedelta(days=1)
    withheld = CheckShareWithheld(house=House.COMMERCE, reason="示例：逾期未提交")
    drawing.act(withheld, day=late)
    assert drawing.plan.shares.attempt == 2
    for house in tuple(House)[:3]:
        drawing.act(drawing.commits(house, 2), drawing.people[house], late)
    (owed,) = world.owed(drawing.stream)
    later = owed.due + timedelta(days=1)
    drawing.act(withheld, day=later)
    # above the province its register has nobody: an approver of another house stands in
    commits = drawing.commits(House.COMMERCE, 3)
    own = world.hires(later, Role.APPROVER, Level.PROVINCE, House.COMMERCE)
    for who in (drawing.people[House.COMMERCE], drawing.people[HR], own):
        assert drawing.rules(commits, who, later) == {"T-19"}
    drawing.act(commits, world.hires(later, Role.APPROVER, Level.PROVINCE, UNION), later)


def test_T_19_a_county_draws_with_two_houses_of_its_own(world: World) -> None:
    drawing = Drawing(world, DAY, "430104", Level.COUNTY)
    strata = _frozen(drawing)
    above = world.hires(DAY, Role.OFFICER, Level.PREFECTURE, HR, place=PLACE)
    assert drawing.rules(drawing.commits(HR), above) == {"T-19"}, "the house at the plan's own level"
    drawing.shared()
    drawing.act(drawing.drawn(strata))


def test_T_19_strata_are_those_of_the_plan() -> None:
    both = (StratifiedBy.PLACE, StratifiedBy.KIND)
    assert stratum_of("park", "430104", "430000", ()) == "all"
    assert stratum_of("park", "430104", "430000", both) == "park/430100"
    assert stratum_of("park", "430104", "430100", both) == "park/430104"
    assert stratum_of("park", "430104", "430104", (StratifiedBy.PLACE,)) == "430104"
