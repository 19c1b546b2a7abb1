"""国家一级的记录: provinces that belong, cross-inspections, years, files of units, what a province declined (I-22)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest

from events.envelope import Actor
from events.governance.crosscheck import (
    Assignment,
    CrosscheckAssigned,
    CrosscheckListsFrozen,
    CrosscheckPlanned,
    CrosscheckReported,
    CrosscheckShareWithheld,
)
from events.governance.decision import DecisionDeclined, DeclinedBy
from events.governance.national import NationalDecided
from events.governance.province import ProvinceBranchFollowed, ProvinceJoined, ProvinceLeft
from events.governance.year import YearCriticised
from events.words import ActorKind, CheckResult, House, Level, NationalDecision, Role
from services.casework.crosscheck.state import CrossInspection
from services.casework.decide import REGISTER
from services.casework.decision.state import declined_stream
from services.casework.national.kind import DECIDED, carried_command, carried_event
from services.casework.national.state import NationalFile, file_stream
from services.casework.pack import load_pack
from services.casework.province.state import Belonging, province_stream
from services.casework.unit.kind import UNIT
from services.casework.year.state import Year, year_stream
from tests.casework.crosschecks import TWO, Populations, commits, drawn, listed, reveals, shared
from tests.casework.world import World

DAY = date(2024, 3, 4)
PROVINCES = ("420000", "430000", "440000")
LOG = UUID(int=77)


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


SEATS = {
    house: _somebody(Role.OFFICER).model_copy(update={"house": house, "id": uuid5(LOG, house.value)}) for house in House
}


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


POPULATIONS = {place: [uuid5(LOG, f"{place}{n}") for n in range(5)] for place in PROVINCES}


def _planned(*provinces: str) -> CrosscheckPlanned:
    return CrosscheckPlanned(round="示例互检", provinces=provinces or PROVINCES, per_province=2)


def _revealed(nation: World, populations: Populations = POPULATIONS) -> UUID:
    """A cross-inspection whose lists are frozen, and whose shares are revealed."""
    stream = nation.new()
    nation.act(DAY, DESK, stream, _planned())
    nation.act(DAY, DESK, stream, listed(populations))
    for house, event in shared(stream):
        nation.act(DAY, SEATS[house], stream, event)
    return stream


def _draw(nation: World, stream: UUID, populations: Populations = POPULATIONS) -> CrosscheckAssigned:
    """The draw, as the register makes it."""
    return drawn(nation.state(CrossInspection, stream), populations, 9)


def _assigned(nation: World, populations: Populations = POPULATIONS) -> tuple[UUID, tuple[Assignment, ...]]:
    stream = _revealed(nation, populations)
    draw = _draw(nation, stream, populations)
    nation.act(DAY, DESK, stream, draw)
    return stream, draw.assignments or ()


def test_i_22_provinces_that_belong_are_planned_each_once(nation: World) -> None:
    stream = nation.new()
    assert nation.rules(DAY, DESK, stream, _planned("420000", "420000")) == {"I-22"}
    assert nation.rules(DAY, DESK, stream, _planned("420000", "430100")) == {"I-00", "I-22"}
    assert nation.rules(DAY, DESK, stream, _planned("420000", "460000")) == {"I-22"}
    assert nation.rules(DAY, APPROVER.model_copy(update={"level": Level.PROVINCE}), stream, _planned()) == {"I-13"}
    nation.act(DAY, DESK, stream, _planned())
    assert nation.rules(DAY, DESK, stream, _planned()) == {"I-00"}


def test_T_19_lists_are_the_registers_and_frozen_once_before_anybody_commits(nation: World) -> None:
    stream = nation.new()
    nation.act(DAY, DESK, stream, _planned())
    assert nation.rules(DAY, SEATS[House.HR], stream, commits(stream, House.HR)) == {"T-19"}
    assert nation.rules(DAY, DESK, stream, CrosscheckListsFrozen()) == {"T-19"}
    others = {**POPULATIONS, "460000": ()}
    assert nation.rules(DAY, DESK, stream, listed(others)) == {"T-19"}
    nation.act(DAY, DESK, stream, listed(POPULATIONS).model_copy(update={"shares": 1}))
    assert nation.state(CrossInspection, stream).shares.needed == 2, "the pack says how many"
    assert nation.rules(DAY, DESK, stream, listed(POPULATIONS)) == {"T-19"}


def test_I_22_provinces_that_cannot_avoid_their_last_inspector_are_not_listed(nation: World) -> None:
    stream, two = nation.new(), ("420000", "430000")
    nation.act(DAY, DESK, stream, _planned(*two))
    populations = {place: POPULATIONS[place] for place in two}
    assert nation.rules(DAY, DESK, stream, listed(populations, dict(zip(two, reversed(two), strict=True)))) == {"I-22"}
    nation.act(DAY, DESK, stream, listed(populations))


def test_T_19_two_houses_commit_and_reveal_and_none_for_another(nation: World) -> None:
    stream = nation.new()
    nation.act(DAY, DESK, stream, _planned())
    nation.act(DAY, DESK, stream, listed(POPULATIONS))
    first, second = (commits(stream, house) for house in TWO)
    assert nation.rules(DAY, SEATS[House.UNION], stream, first) == {"T-19"}, "another house's"
    nation.act(DAY, SEATS[House.HR], stream, first)
    assert nation.rules(DAY, SEATS[House.HR], stream, first) == {"T-19"}, "once"
    assert nation.rules(DAY, SEATS[House.HR], stream, reveals(House.HR)) == {"T-19"}, "before both have committed"
    nation.act(DAY, SEATS[House.UNION], stream, second)
    late = commits(stream, House.COMMERCE)
    assert nation.rules(DAY, SEATS[House.COMMERCE], stream, late) == {"T-19"}, "the head is fixed"
    wrong = reveals(House.HR).model_copy(update={"share": "0" * 64})
    assert nation.rules(DAY, SEATS[House.HR], stream, wrong) == {"T-19"}
    nation.act(DAY, SEATS[House.HR], stream, reveals(House.HR))
    hidden = CrosscheckAssigned(head=9, head_digest="0" * 64, seed="0" * 64)
    assert nation.rules(DAY, DESK, stream, hidden) >= {"T-19"}, "a share is hidden still"


def test_T_19_a_share_withheld_voids_the_draw_and_an_approver_of_another_house_gives_it_the_second_time(
    nation: World,
) -> None:
    stream, day = nation.new(), DAY
    nation.act(day, DESK, stream, _planned())
    nation.act(day, DESK, stream, listed(POPULATIONS))
    withheld = CrosscheckShareWithheld(house=House.UNION, reason="示例：逾期未公开")
    for attempt in (1, 2):
        for house in TWO:
            nation.act(day, SEATS[house], stream, commits(stream, house))
        nation.act(day, SEATS[House.HR], stream, reveals(House.HR))
        assert nation.rules(day, DESK, stream, withheld) == {"T-19"}, "its days are not over"
        day += timedelta(days=14)
        nation.act(day, DESK, stream, withheld)
        assert nation.state(CrossInspection, stream).shares.withheld == {House.UNION: attempt}
    theirs = commits(stream, House.UNION)
    assert nation.rules(day, SEATS[House.UNION], stream, theirs) == {"T-19"}
    nation.act(day, APPROVER.model_copy(update={"house": House.HR}), stream, theirs)


def test_i_22_a_draw_follows_its_lists_and_shares_and_is_made_once(nation: World) -> None:
    stream = _revealed(nation)
    good = _draw(nation, stream)
    first, *others = good.assignments or ()
    many = first.model_copy(update={"units": (*first.units, uuid5(LOG, "x"))})
    twice = first.model_copy(update={"units": (first.units[0], first.units[0])})
    itself = tuple(pair.model_copy(update={"inspecting": pair.inspected}) for pair in (first, *others))
    for pairs in ((first, *others[1:]), (many, *others), (twice, *others), itself):
        assert nation.rules(DAY, DESK, stream, good.model_copy(update={"assignments": pairs})) == {"I-22"}
    # L-37: neither with another seed, nor without the head, nor with that of another moment
    assert nation.rules(DAY, DESK, stream, good.model_copy(update={"seed": "0" * 64})) >= {"T-19"}
    for head in (None, "0" * 64):
        assert nation.rules(DAY, DESK, stream, good.model_copy(update={"head_digest": head})) == {"T-19"}
    nation.act(DAY, DESK, stream, good)
    assert nation.rules(DAY, DESK, stream, good) == {"I-22"}
    assert set(nation.state(CrossInspection, stream).inspected_last()) == set(PROVINCES)


def test_i_22_findings_are_of_units_that_were_assigned_and_reported_once(nation: World) -> None:
    stream, (pair, *_) = _assigned(nation)
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
    both = uuid5(LOG, "registered twice")
    stream, pairs = _assigned(nation, {"420000": [both], "430000": [both], "440000": POPULATIONS["440000"]})
    for pair in (one for one in pairs if both in one.units):
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
