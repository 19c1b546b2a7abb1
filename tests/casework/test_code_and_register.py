"""代码与登记册: a code is one thing's; a register is opened once and recovered with an auditor (T-04, T-20)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.code import CodeClaimed, CodeReleased
from events.governance.officer import OfficerRegistered
from events.governance.register import RegisterNationRecognised, RegisterOpened, RegisterRecovered
from events.governance.year import YearCriticised, YearOpened
from events.record import ActProposed
from events.unit.registration import UnitRegistered
from events.words import CodeScope, Level, Role, SubKind, UnitKind
from services.casework.code.state import Code, code_stream
from services.casework.decide import REGISTER
from services.casework.pack import load_pack
from services.casework.register.kind import recovering
from services.casework.register.state import Register, register_stream
from services.casework.unit.registration import public_code, unit_id
from services.casework.year.state import year_stream
from tests.casework.world import World, seconding

DAY = date(2024, 3, 4)
OWN = register_stream("430000")
CODE = "c" * 64
"""The digest of the code that was sealed (`World.begin`)."""


@pytest.fixture
def world() -> World:
    made = World(load_pack())
    made.begin()
    return made


def _registered(code: str = "P1", place: str = "430104") -> UnitRegistered:
    return UnitRegistered(kind=UnitKind.PARK, sub_kind=SubKind.HIGH_TECH_ZONE, name="示例", code=code, place=place)


def test_t_20_a_units_code_is_claimed_with_its_registration(world: World) -> None:
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    stream = unit_id("P1", "430104")
    world.act(DAY, desk, stream, _registered())
    code = code_stream(CodeScope.PUBLIC_CODE, public_code("P1", "430104"))
    assert world.state(Code, code).holder == stream
    refusals = world.refused(DAY, desk, UUID(int=5), _registered())
    assert [(refusal.rule, refusal.facts) for refusal in refusals] == [("T-20", (str(stream),))]
    world.act(DAY, desk, unit_id("P1", "430204"), _registered(place="430204"))


def test_t_20_what_can_open_a_stream_is_of_that_stream_later_too(world: World) -> None:
    approver, stream = world.hires(DAY, Role.APPROVER, Level.PROVINCE), year_stream("430200", 2024)
    criticised = YearCriticised(place="430200", year=2024, ground="示例", document_number="示例〔2024〕1号")
    world.act(DAY, approver, stream, criticised)
    assert "T-20" in world.rules(DAY, approver, stream, YearOpened(place="430000", year=2024))
    assert "T-20" in world.rules(DAY, approver, stream, criticised.model_copy(update={"place": "430100"}))


def test_t_20_a_code_is_nobodys_to_claim_but_the_registers_and_free_again_when_released(world: World) -> None:
    stream = code_stream(CodeScope.PLAQUE, "示例-1")
    claimed = CodeClaimed(scope=CodeScope.PLAQUE, value="示例-1", holder=world.new())
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    assert world.rules(DAY, approver, stream, claimed) == {"I-13"}
    assert world.rules(DAY, REGISTER, code_stream(CodeScope.PLAQUE, "示例-2"), claimed) == {"T-20"}
    world.act(DAY, REGISTER, stream, claimed)
    assert world.rules(DAY, REGISTER, stream, claimed) == {"T-20"}
    world.act(DAY, REGISTER, stream, CodeReleased(reason="示例"))
    assert world.state(Code, stream).holder is None
    world.act(DAY, REGISTER, stream, claimed)


def test_t_04_a_register_is_opened_once_on_the_stream_of_its_place(world: World) -> None:
    opened = RegisterOpened(place="430000", level=Level.PROVINCE, opened_on=DAY)
    fresh = World(load_pack())
    assert fresh.rules(DAY, fresh.operator, register_stream("420000"), opened) == {"T-20"}
    fresh.act(DAY, fresh.operator, OWN, opened)
    assert fresh.state(Register, OWN).opened_on == DAY
    assert world.rules(DAY, world.operator, OWN, opened) == {"I-00"}
    assert world.rules(DAY, world.people["administrator 1"], OWN, opened) == {"I-00", "I-13"}


def test_t_04_before_the_opening_the_operator_registers_and_afterwards_not() -> None:
    world = World(load_pack())
    world.act(DAY, world.operator, world.new(), OfficerRegistered())
    world.act(DAY, world.operator, OWN, RegisterOpened(place="430000", level=Level.PROVINCE, opened_on=DAY))
    assert world.rules(DAY, world.operator, world.new(), OfficerRegistered()) == {"I-13"}


def test_t_04_a_recovery_has_an_auditor_and_is_shown_for_thirty_days(world: World) -> None:
    auditor = world.hires(DAY, Role.AUDITOR, Level.PROVINCE, None)
    recovered = RegisterRecovered(
        code_digest=CODE, next_digest="d" * 64, reason="示例：管理员均已离任", auditor=auditor
    )
    for nobody in (world.people["administrator 1"], world.hires(DAY, Role.OFFICER, Level.PROVINCE)):
        assert world.rules(DAY, world.operator, OWN, recovered.model_copy(update={"auditor": nobody})) == {"T-04"}
    assert world.rules(DAY, world.operator, OWN, recovered.model_copy(update={"auditor": world.new()})) == {"T-02"}
    assert world.rules(DAY, auditor, OWN, recovered) == {"I-13"}
    world.act(DAY, world.operator, OWN, recovered)
    register = world.state(Register, OWN)
    assert recovering(register, DAY + timedelta(days=30))
    assert not recovering(register, DAY + timedelta(days=31))


def test_t_04_a_recovery_takes_the_code_that_was_sealed_last_and_each_once(world: World) -> None:
    auditor = world.hires(DAY, Role.AUDITOR, Level.PROVINCE, None)
    recovered = RegisterRecovered(code_digest=CODE, next_digest="d" * 64, reason="示例", auditor=auditor)
    assert world.rules(DAY, world.operator, OWN, recovered.model_copy(update={"code_digest": "e" * 64})) == {"T-04"}
    assert world.rules(DAY, world.operator, OWN, recovered.model_copy(update={"next_digest": CODE})) == {"T-04"}
    world.act(DAY, world.operator, OWN, recovered)
    assert world.rules(DAY, world.operator, OWN, recovered) == {"T-04"}
    again = recovered.model_copy(update={"code_digest": "d" * 64, "next_digest": "e" * 64})
    world.act(DAY, world.operator, OWN, again)
    unsealed = World(load_pack())
    opened = RegisterOpened(place="430000", level=Level.PROVINCE, opened_on=DAY)
    unsealed.act(DAY, unsealed.operator, OWN, opened)
    unsealed.knows(world.states[auditor])
    assert "T-04" in {r.rule for r in unsealed.decided(DAY, unsealed.operator, OWN, recovered).refusals}


def test_T_04_a_nation_is_recognised_by_two(world: World) -> None:
    """Whoever recognised a log of their own could have anything decided in the nation's name."""
    one, other = (world.people[f"administrator {number}"] for number in (1, 2))
    stream = register_stream("430000")
    recognised = RegisterNationRecognised(log=world.new(), key="0" * 64)
    proposal = world.act(DAY, one, stream, recognised)
    assert isinstance(proposal.event, ActProposed)
    assert world.state(Register, stream).nation is None
    assert world.rules(DAY, one, stream, seconding(proposal)) == {"T-04"}
    world.act(DAY, other, stream, seconding(proposal))
    assert world.state(Register, stream).nation is not None
