"""政策: which pack judges from which day on, and who adopts it (I-23, T-04)."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from events.record import ActProposed
from events.words import House, Level, Role
from services.casework.pack import Pack, load_pack
from services.casework.policy.state import Packs, Policy, policy_stream
from tests.casework.world import World, adoption, seconding

PACK = load_pack()
DAY = date(2024, 3, 4)
LATER = date(2024, 6, 3)
PROVINCE = "430000"


@pytest.fixture
def world() -> World:
    made = World(load_pack("hunan-2023-15", "1"))
    made.begin()
    return made


def _approvers(world: World) -> tuple[UUID, UUID]:
    return world.hires(DAY, Role.APPROVER, Level.PROVINCE), world.hires(DAY, Role.APPROVER, Level.PROVINCE, House.UNION)


def test_t_04_a_pack_is_adopted_by_two_approvers_of_the_province(world: World) -> None:
    one, other = _approvers(world)
    stream, again = policy_stream(PROVINCE), adoption(world.pack, LATER)
    proposal = world.act(DAY, one, stream, again)
    assert isinstance(proposal.event, ActProposed)
    assert len(world.state(Policy, stream).adopted) == 1
    assert world.rules(DAY, one, stream, seconding(proposal)) == {"T-04"}
    world.act(DAY, other, stream, seconding(proposal))
    assert world.state(Policy, stream).in_force(LATER) == again


def test_i_13_a_place_adopts_its_own_policy_by_its_own_approver(world: World) -> None:
    one, _ = _approvers(world)
    prefecture = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place="430100")
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    own, other = policy_stream(PROVINCE), policy_stream("420000")
    assert world.rules(DAY, prefecture, own, adoption(world.pack, LATER)) == {"I-13"}
    assert world.rules(DAY, desk, own, adoption(world.pack, LATER)) == {"I-13"}
    assert world.rules(DAY, one, other, adoption(world.pack, LATER)) == {"I-13"}


def test_i_23_what_is_adopted_is_here_to_the_letter_of_that_place_and_not_for_the_past(world: World) -> None:
    one, _ = _approvers(world)
    stream, good = policy_stream(PROVINCE), adoption(world.pack, LATER)
    for wrong in (
        good.model_copy(update={"pack": "nowhere-1999"}),
        good.model_copy(update={"pack_version": "99"}),
        good.model_copy(update={"digest": "0" * 64}),
        adoption(load_pack("example-1"), LATER),
        good.model_copy(update={"from_": DAY - timedelta(days=1)}),
    ):
        assert world.rules(DAY, one, stream, wrong) == {"I-23"}
    world.act(DAY, one, stream, good)


def test_i_23_a_pack_lacks_no_title_of_one_before_it(world: World, stricter: Pack, tmp_path: Path) -> None:
    """An open case and a held title need the title's rules, however the policy goes on."""
    one, _ = _approvers(world)
    folder = Path(shutil.copytree(tmp_path / stricter.id / stricter.version, tmp_path / stricter.id / "3"))
    for name, old, new in (
        ("pack.toml", 'version = "2"', 'version = "3"'),
        ("titles.toml", "model_site", "other_site"),
        ("incentives.toml", "model_site", "other_site"),
        ("comparable.toml", "model_site", "other_site"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    refused = world.decided(DAY, one, policy_stream(PROVINCE), adoption(load_pack(stricter.id, "3"), LATER))
    assert [(refusal.rule, refusal.facts) for refusal in refused.refusals] == [("I-23", ("model_site",))]


def test_i_23_the_pack_of_a_day_is_that_whose_day_came_last() -> None:
    ours, example = PACK, load_pack("example-1")
    packs = Packs(ours, (adoption(example, LATER), adoption(ours, date(2024, 9, 2))))
    assert packs.on(LATER - timedelta(days=1)) == ours
    assert packs.on(LATER) == example
    assert packs.on(date(2024, 9, 2)) == ours
    assert packs.next_change(DAY) == LATER
    assert packs.next_change(LATER) == date(2024, 9, 2)
    assert packs.next_change(date(2024, 9, 2)) is None
    assert Packs.fixed(example).on(DAY) is example
    replaced = Packs(ours, (adoption(example, LATER), adoption(ours, LATER)))
    assert replaced.on(LATER) == ours
    with pytest.raises(KeyError):
        Packs(ours, (adoption(ours, DAY).model_copy(update={"digest": "0" * 64}),)).on(DAY)


def test_i_23_after_its_day_acts_are_judged_by_the_new_version(world: World, stricter: Pack) -> None:
    one, other = _approvers(world)
    world.by_two(DAY, one, other, policy_stream(PROVINCE), adoption(stricter, LATER))
    assert world.packs.on(LATER - timedelta(days=1)).name == "hunan-2023-15@1"
    assert world.packs.on(LATER).name == "hunan-2023-15@2"
    before = world.hires(LATER - timedelta(days=1), Role.OFFICER, Level.PROVINCE)
    after = world.hires(LATER, Role.OFFICER, Level.PROVINCE)
    authorities = [world.last_of(person).authority for person in (before, after)]
    assert [authority.pack for authority in authorities if authority] == ["hunan-2023-15@1", "hunan-2023-15@2"]


def test_who_may_adopt(world: World) -> None:
    one, _ = _approvers(world)
    stream = policy_stream(PROVINCE)
    assert world.may(DAY, one, stream)["adopt"].allowed
    assert not world.may(DAY, world.people["administrator 1"], stream)["adopt"].allowed
    assert not world.may(DAY, world.operator, stream)["adopt"].allowed
