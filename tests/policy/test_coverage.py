"""R-07 (四(二)3 to 四(二)7): how far practices reach in a park or township, from its members and as it states."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from events.unit.cultivation import UnitCoordinatorAppointed
from events.unit.practices import UnitCoverageStated, UnitPracticesStated
from events.unit.registration import UnitClosed
from events.words import Arrangement, Level, UnitKind
from services.casework.unit.practices import coverage
from tests.casework.given import DAY, Life, cited, desk, registration

NONE, OWN, REGIONAL, INDUSTRY = Arrangement.NONE, Arrangement.OWN, Arrangement.REGIONAL, Arrangement.INDUSTRY
STATED = UnitCoverageStated(
    as_of=DAY, enterprises=40, collective_contract=36, congress=30, mediation=20, coordinator=10, stations=2
)


def _member(n: int, contract: Arrangement | None, coordinators: int | None = None) -> Life:
    life = Life.of(n=n)
    life.act(DAY, life.agent, registration(life))
    if contract is not None:
        stated = UnitPracticesStated(as_of=DAY, collective_contract=contract, congress=OWN, mediation=NONE)
        life.act(DAY, life.agent, stated)
    if coordinators is not None:
        life.act(DAY, life.agent, UnitCoordinatorAppointed(count=coordinators))
    return life


def _cluster(kind: UnitKind = UnitKind.PARK) -> Life:
    life = Life.of(kind)
    life.act(DAY, life.agent, registration(life))
    return life


def test_R_07_regional_and_industry_contracts_cover_and_what_is_not_known_counts_for_nothing() -> None:
    members = [_member(1, OWN, 2), _member(2, REGIONAL, 0), _member(3, INDUSTRY), _member(4, NONE), _member(5, None)]
    found = {one.practice: one for one in coverage(_cluster().unit, [one.unit for one in members])}
    contracts = found["collective_contract"]
    assert (contracts.members, contracts.known, contracts.covered) == (5, 4, 3)
    assert (contracts.own, contracts.regional, contracts.industry) == (1, 1, 1)
    assert contracts.share == Fraction(3, 4)
    assert found["congress"].share == 1
    assert found["mediation"].share == 0
    assert (found["coordinator"].known, found["coordinator"].covered) == (2, 1)
    assert contracts.stated_share is None


@pytest.mark.parametrize("kind", [UnitKind.PARK, UnitKind.TOWNSHIP, UnitKind.INDUSTRY])
def test_R_07_what_a_cluster_states_stands_beside_what_its_members_show(kind: UnitKind) -> None:
    life = _cluster(kind)
    life.act(DAY, life.agent, STATED)
    contracts = coverage(life.unit, [_member(1, NONE).unit])[0]
    assert (contracts.share, contracts.stated_share) == (0, Fraction(9, 10))
    later = STATED.model_copy(update={"as_of": DAY - timedelta(days=30), "enterprises": 99})
    life.act(DAY, life.agent, later)  # of an earlier day: it changes nothing
    assert coverage(life.unit, [])[0].enterprises == 40


def test_R_07_closed_members_and_clusters_within_are_not_counted() -> None:
    closed = _member(1, OWN)
    closed.act(DAY, desk(Level.COUNTY), UnitClosed(reason="示例：注销"))
    assert coverage(_cluster().unit, [closed.unit, _cluster(UnitKind.BUILDING).unit])[0].members == 0


def test_R_07_counts_add_up_and_each_states_of_its_own_kind() -> None:
    life, enterprise = _cluster(), _member(1, None)
    assert cited(life.refused(DAY, life.agent, STATED.model_copy(update={"congress": 41})), "I-00") == ("congress",)
    cited(life.refused(DAY, life.agent, STATED.model_copy(update={"as_of": DAY + timedelta(days=1)})), "I-21")
    cited(enterprise.refused(DAY, enterprise.agent, STATED), "I-00")
    own = UnitPracticesStated(as_of=DAY, collective_contract=OWN, congress=OWN, mediation=OWN)
    cited(life.refused(DAY, life.agent, own), "I-00")
