"""放假安排: the holidays of a year by the notice that was recorded, and days counted by what was known (T-13)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.policy import PolicyHolidaysAnnounced
from events.record import ActProposed
from events.words import House, Level, Role
from services.casework.calendar import Span
from services.casework.judgement import obligations
from services.casework.obligation import Obligation
from services.casework.pack import load_pack
from services.casework.policy.state import Packs, Policy, policy_stream
from tests.casework.world import World, adoption, seconding

DAY = date(2026, 11, 27)
OWN = policy_stream("430000")
NOTICE = PolicyHolidaysAnnounced(
    year=2027, notice="国办发明电〔2026〕示例号", digest="a" * 64,
    rest=(date(2027, 1, 1), date(2027, 1, 4)), work=(date(2027, 1, 9),),
)  # fmt: skip
"""New Year's day, a Friday; the Monday after it; and a Saturday that is worked."""


@pytest.fixture
def world() -> World:
    made = World(load_pack(), day=date(2026, 1, 8))
    made.begin()
    return made


def _approvers(world: World) -> tuple[UUID, UUID]:
    return world.hires(DAY, Role.APPROVER, Level.PROVINCE), world.hires(DAY, Role.APPROVER, Level.PROVINCE, House.UNION)


def _later(packs: Packs, day: date, days: str) -> date:
    return packs.on(day).after(day, Span.parse(days))


def test_T_13_the_holidays_of_a_year_count_from_when_its_notice_is_recorded(world: World) -> None:
    one, other = _approvers(world)
    before, day = world.packs, date(2026, 12, 31)
    assert before.on(day).provisional(date(2027, 1, 1))
    assert _later(before, day, "5wd") == date(2027, 1, 7)
    world.by_two(DAY, one, other, OWN, NOTICE)
    assert not world.packs.on(day).provisional(date(2027, 1, 1))
    assert world.packs.on(day).provisional(date(2028, 1, 1))
    assert _later(world.packs, day, "5wd") == date(2027, 1, 9)
    assert _later(before, day, "5wd") == date(2027, 1, 7), "what was known then counts as it did"
    assert _later(world.packs, date(2026, 9, 30), "1wd") == _later(before, date(2026, 9, 30), "1wd")


def test_T_13_a_duty_of_that_year_moves_with_its_notice(world: World) -> None:
    """What falls due in January was owed by the week alone; with the notice its day is later."""
    one, other = _approvers(world)
    late = date(2026, 12, 31)
    announced = NOTICE.model_copy(update={"notice": "示例二号", "year": 2028, "rest": (), "work": ()})
    proposal = world.act(late, one, OWN, announced)
    assert isinstance(proposal.event, ActProposed)
    before = next(duty for duty in world.owed(OWN) if duty.ref == str(proposal.version))
    assert before.due == date(2027, 1, 7)
    stream = policy_stream("430000")
    state = world.state(Policy, stream)
    known = Packs(world.pack, state.adopted, (NOTICE,))
    after = next(duty for duty in _obligations(state, known) if duty.ref == str(proposal.version))
    assert after.due == date(2027, 1, 9)
    world.act(date(2027, 1, 7), other, OWN, seconding(proposal))


def _obligations(state: Policy, packs: Packs) -> list[Obligation]:
    return obligations(state, packs)


def test_T_13_it_takes_two_approvers_of_two_houses(world: World) -> None:
    one, other = _approvers(world)
    same_house = world.hires(DAY, Role.APPROVER, Level.PROVINCE, name="同一部门")
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    assert world.rules(DAY, desk, OWN, NOTICE) == {"I-13"}
    assert world.rules(DAY, one, policy_stream("420000"), NOTICE) == {"I-00", "I-13"}
    proposal = world.act(DAY, one, OWN, NOTICE)
    assert world.rules(DAY, same_house, OWN, seconding(proposal)) == {"T-04"}
    world.act(DAY, other, OWN, seconding(proposal))
    assert world.state(Policy, OWN).holidays == (NOTICE,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": 2025, "rest": (date(2025, 1, 1),), "work": ()},  # a year that is over
        {"rest": (date(2026, 12, 31),)},  # a day of another year
        {"work": (date(2027, 1, 1),)},  # rested and worked
        {"rest": (date(2027, 1, 1), date(2027, 1, 1))},  # twice
    ],
)
def test_T_13_its_days_are_of_that_year_each_once(world: World, wrong: dict[str, object]) -> None:
    one, _ = _approvers(world)
    assert world.rules(DAY, one, OWN, NOTICE.model_copy(update=wrong)) == {"T-13"}


def test_T_13_a_notice_is_recorded_once_and_a_later_one_takes_its_place(world: World) -> None:
    one, other = _approvers(world)
    world.by_two(DAY, one, other, OWN, NOTICE)
    assert world.rules(DAY, one, OWN, NOTICE) == {"T-13"}
    amended = NOTICE.model_copy(update={"notice": "示例更正", "rest": (date(2027, 1, 1),), "work": ()})
    world.by_two(DAY + timedelta(days=1), one, other, OWN, amended)
    assert _later(world.packs, date(2026, 12, 31), "1wd") == date(2027, 1, 4)


def test_T_13_a_pack_adopted_later_knows_them_too(world: World) -> None:
    one, other = _approvers(world)
    world.by_two(DAY, one, other, OWN, NOTICE)
    world.by_two(DAY, one, other, OWN, adoption(world.pack, date(2027, 3, 1)))
    assert not world.packs.on(date(2027, 3, 1)).provisional(date(2027, 1, 1))


def test_T_13_a_province_without_notices_announces_none() -> None:
    """The example's week is its own, and no notice departs from it."""
    pack = load_pack("example-1")
    assert Packs(pack, (), (NOTICE,)).on(DAY) is pack
