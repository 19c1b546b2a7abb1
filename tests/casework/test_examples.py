"""Bodies that are offered as lawful: what names somebody names nobody who is known."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from events.governance.officer import OfficerPersonTagged
from events.person import identity_number
from services.casework.examples import Examples
from services.casework.kinds import KINDS
from services.casework.law import NOTHING
from services.casework.options import Options
from services.casework.pack import load_pack
from tests.casework.world import World

DAY = date(2024, 3, 4)


def test_every_officer_is_offered_another_identity_number_and_nobodys() -> None:
    world = World(load_pack())
    world.begin()
    numbers = {
        _offered(world, world.registers(DAY, name, by=world.people["administrator 1"])) for name in ("甲", "乙", "丙")
    }
    assert len(numbers) == 3
    assert all(identity_number(number) == number and number.startswith("000000") for number in numbers)


def _offered(world: World, officer: UUID) -> str:
    state = KINDS["officer"].state
    actor = world.posts(DAY, world.people["administrator 2"])[0]
    examples = Examples(Options(world.states[officer], world.pack), actor, DAY)
    body = examples.of(state.descriptor.laws[OfficerPersonTagged], NOTHING)
    assert body is not None
    number: str = body[0]["tag"]
    return number
