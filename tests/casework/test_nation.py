"""国家一级的记录: provinces that belong, cross-inspections, years, files of units, what a province declined (I-22)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

import pytest

from events.envelope import Actor
from events.governance.crosscheck import Assignment, CrosscheckAssigned, CrosscheckPlanned, CrosscheckReported
from events.governance.decision import DecisionDeclined, DeclinedBy
from events.governance.national import NationalDecided
from events.governance.province import ProvinceBranchFollowed, ProvinceJoined, ProvinceLeft
from events.governance.year import YearCriticised
from events.words import ActorKind, CheckResult, Level, NationalDecision, Role
from services.casework.check.draw import population_digest, seed_digest
from services.casework.crosscheck.draw import inspectors, units_to_inspect
from services.casework.crosscheck.state import CrossInspection
from services.casework.decide import REGISTER
from services.casework.decision.state import declined_stream
from services.casework.national.kind import DECIDED, carried_command, carried_event
from services.casework.national.state import NationalFile, file_stream
from services.casework.pack import load_pack
from services.casework.province.state import Belonging, province_stream
from services.casework.unit.kind import UNIT
from services.casework.year.state import Year, year_stream
from tests.casework.world import World

DAY = date(2024, 3, 4)
PROVINCES = ("420000", "430000", "440000")
LOG = UUID(int=77)
SEED = "示例种子"


def _somebody(role: Role, level: Level = Level.NATION, place: str = "000000") -> Actor:
    return Actor(
        id=uuid5(LOG, f"{role}{level}"),
        kind=ActorKind.OFFICER,
        post=f"示例{role.zh}",
        level=level,
        place=place,
        roles=(role,),
    )


DESK, APPROVER, ADMINISTRATOR = (_somebody(role) for role in (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR))


@pytest.fixture
def nation() -> World:
    made = World(load_pack())
    for place in PROVINCES:
        made.act(DAY, ADMINISTRATOR, province_stream(place), _joined(place))
    return made


def _joined(place: str) -> ProvinceJoined:
    return ProvinceJoined(place=place, log=uuid5(LOG, place), key="a" * 64, name=f"示例{place}")


def test_a_province_joins_on_its_stream_once_until_it_leaves(nation: World) -> None:
    hubei, hainan = province_stream("420000"), province_stream("460000")
    assert nation.rules(DAY, ADMINISTRATOR, hubei, _joined("420000")) == {"I-00"}
    assert nation.rules(DAY, ADMINISTRATOR, hainan, _joined("420000")) == {"T-20"}
    assert nation.rules(DAY, ADMINISTRATOR, province_stream("430100"), _joined("430100")) == {"I-00"}
    assert nation.rules(DAY, DESK, hainan, _joined("460000")) == {"I-13"}
    nation.act(DAY, ADMINISTRATOR, hubei, ProvinceLeft(reason="示例"))
    assert nation.rules(DAY, ADMINISTRATOR, hubei, ProvinceLeft(reason="示例")) == {"I-00"}
    assert not nation.state(Belonging, hubei).belongs
    nation.act(DAY, ADMINISTRATOR, hubei, _joined("420000"))


def test_E_65_a_branch_is_followed_by_two_administrators_of_the_nation(nation: World) -> None:
    hubei, hainan = province_stream("420000"), province_stream("460000")
    followed = ProvinceBranchFollowed(log=uuid5(LOG, "branch"), after=7, reason="示例：由备份恢复")
    (proposed,) = nation.decided(DAY, ADMINISTRATOR, hubei, followed).entries
    assert proposed.event.about.type == "province.act-proposed.v1"
    assert nation.rules(DAY, DESK, hubei, followed) == {"I-13"}
    assert nation.rules(DAY, ADMINISTRATOR, hainan, followed) & {"I-00", "T-20"}


def _planned(*provinces: str) -> CrosscheckPlanned:
    return CrosscheckPlanned(
        round="示例互检", provinces=provinces or PROVINCES, per_province=2, commitment=seed_digest(SEED)
    )


def _assignments() -> tuple[Assignment, ...]:
    drawn = inspectors(SEED, PROVINCES, {})
    assert drawn is not None
    pairs = []
    for inspected, inspecting in drawn.items():
        population = {uuid5(LOG, f"{inspected}{n}"): "enterprise" for n in range(5)}
        pairs.append(
            Assignment(
                inspecting=inspecting, inspected=inspected, position=9, population=5,
                population_digest=population_digest(population), units=units_to_inspect(SEED, population, 2),
            )
        )  # fmt: skip
    return tuple(pairs)


def _draw(nation: World, stream: UUID) -> CrosscheckAssigned:
    """The draw of a plan, with the head that the register fills in."""
    committed = nation.state(CrossInspection, stream).committed
    assert committed is not None
    head = committed.head(9, stream)
    return CrosscheckAssigned(seed=SEED, head=9, head_digest=head, assignments=_assignments())


def _assigned(nation: World) -> UUID:
    stream = nation.new()
    nation.act(DAY, DESK, stream, _planned())
    nation.act(DAY, DESK, stream, _draw(nation, stream))
    return stream


def test_i_22_provinces_that_belong_are_planned_each_once(nation: World) -> None:
    stream = nation.new()
    assert nation.rules(DAY, DESK, stream, _planned("420000", "420000")) == {"I-22"}
    assert nation.rules(DAY, DESK, stream, _planned("420000", "430100")) == {"I-00", "I-22"}
    assert nation.rules(DAY, DESK, stream, _planned("420000", "460000")) == {"I-22"}
    assert nation.rules(DAY, APPROVER.model_copy(update={"level": Level.PROVINCE}), stream, _planned()) == {"I-13"}
    nation.act(DAY, DESK, stream, _planned())
    assert nation.rules(DAY, DESK, stream, _planned()) == {"I-00"}


def test_i_22_a_draw_follows_its_plan_and_is_made_once(nation: World) -> None:
    stream = nation.new()
    nation.act(DAY, DESK, stream, _planned())
    good = _draw(nation, stream)
    first, *others = _assignments()
    many = first.model_copy(update={"units": tuple(uuid5(LOG, f"x{n}") for n in range(3))})
    itself = tuple(pair.model_copy(update={"inspecting": pair.inspected}) for pair in _assignments())
    for wrong in (
        good.model_copy(update={"seed": "另一种子"}),
        good.model_copy(update={"assignments": (first, *others[1:])}),
        good.model_copy(update={"assignments": (many, *others)}),
        good.model_copy(update={"assignments": itself}),
    ):
        assert nation.rules(DAY, DESK, stream, wrong) == {"I-22"}
    # L-37: neither without the head, nor with that of another moment
    for head in (None, "0" * 64):
        assert nation.rules(DAY, DESK, stream, good.model_copy(update={"head_digest": head})) == {"T-19"}
    nation.act(DAY, DESK, stream, good)
    assert nation.rules(DAY, DESK, stream, good) == {"I-22"}
    assert set(nation.state(CrossInspection, stream).inspected_last()) == set(PROVINCES)


def test_i_22_findings_are_of_units_that_were_assigned_and_reported_once(nation: World) -> None:
    stream, pair = _assigned(nation), _assignments()[0]
    found = CrosscheckReported(
        inspecting=pair.inspecting, inspected=pair.inspected, unit=pair.units[0], on=DAY, findings="示例",
        result=CheckResult.CLEAN,
    )  # fmt: skip
    assert nation.rules(DAY, DESK, stream, found.model_copy(update={"inspecting": pair.inspected})) == {"I-22"}
    assert nation.rules(DAY, DESK, stream, found.model_copy(update={"unit": uuid5(LOG, "x")})) == {"I-22"}
    nation.act(DAY, DESK, stream, found)
    assert nation.rules(DAY, DESK, stream, found) == {"I-00"}


def test_i_22_one_enterprise_that_two_provinces_registered_is_reported_for_each(nation: World) -> None:
    """Its id follows from its credit code, so both registers give the same one; the second finding was refused."""
    stream, both = nation.new(), uuid5(LOG, "registered twice")
    nation.act(DAY, DESK, stream, _planned())
    one, other, *rest = (pair.model_copy(update={"units": (both,)}) for pair in _assignments())
    drawn = _draw(nation, stream).model_copy(update={"assignments": (one, other, *rest)})
    nation.act(DAY, DESK, stream, drawn)
    for pair in (one, other):
        found = CrosscheckReported(
            inspecting=pair.inspecting, inspected=pair.inspected, unit=both, on=DAY, findings="示例",
            result=CheckResult.CLEAN,
        )  # fmt: skip
        nation.act(DAY, DESK, stream, found)
        assert nation.rules(DAY, DESK, stream, found) == {"I-00"}


def test_r_28_the_nation_criticises_provinces_on_the_stream_of_their_year(nation: World) -> None:
    said = YearCriticised(place="430000", year=2024, ground="示例", document_number="示例〔2024〕1号")
    stream = year_stream("430000", 2024)
    assert nation.rules(DAY, DESK, stream, said) == {"I-13"}
    assert nation.rules(DAY, APPROVER, year_stream("430000", 2023), said) == {"T-20"}
    assert nation.rules(DAY, APPROVER, year_stream("430100", 2024), said.model_copy(update={"place": "430100"})) == {
        "I-00"
    }
    nation.act(DAY, APPROVER, stream, said)
    nation.act(DAY, APPROVER, stream, said)
    assert nation.state(Year, stream).criticised == 2


def test_what_the_nation_decides_stands_in_the_file_of_that_unit_and_becomes_the_units_event(nation: World) -> None:
    unit = uuid5(LOG, "unit")
    payload = '{"document_number":"示例〔2024〕1号","title":"national_model"}'
    decided = NationalDecided(
        province="430000", unit=unit, seen_version=9, decision=NationalDecision.NAME, type="unit.named.v1",
        event=payload, title="national_model",
    )  # fmt: skip
    stream = file_stream("430000", unit)
    assert nation.rules(DAY, DESK, file_stream("420000", unit), decided) == {"T-20"}
    assert nation.rules(DAY, ADMINISTRATOR, stream, decided) == {"I-13"}
    nation.act(DAY, DESK, stream, decided)
    assert nation.state(NationalFile, stream).decided == (decided,)
    carried = carried_event(decided, "f" * 64)
    assert carried is not None
    assert type(carried) is DECIDED[NationalDecision.NAME]
    assert getattr(carried, "document_digest", None) == "f" * 64
    assert carried_event(decided.model_copy(update={"event": "{}"}), "f" * 64) is None
    assert carried_event(decided.model_copy(update={"type": "unit.closed.v1"}), "f" * 64) is None
    assert len({carried_command(LOG, 1, b"a"), carried_command(LOG, 2, b"a"), carried_command(LOG, 1, b"b")}) == 3
    assert all(UNIT.decisions[word.value].event is event for word, event in DECIDED.items())


def test_what_a_province_declines_is_recorded_once_by_the_register(nation: World) -> None:
    declined = DecisionDeclined(
        log=LOG, position=7, decision=NationalDecision.NAME, unit=nation.new(),
        refusals=(DeclinedBy(rule="I-07", zh="示例", en="example"),),
    )  # fmt: skip
    stream = declined_stream(LOG, 7)
    assert nation.rules(DAY, DESK, stream, declined) == {"I-13"}
    nation.act(DAY, REGISTER, stream, declined)
    assert nation.rules(DAY, REGISTER, stream, declined) == {"I-00"}
