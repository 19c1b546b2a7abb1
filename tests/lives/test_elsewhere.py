"""Other provinces are data: packs of three parts and of three grades judge whole lives, with the checker looking on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from events.registry import encode
from events.unit.application import UnitApplied
from events.words import Level, ObligationKind, Standing, UnitKind
from services.casework.judgement import rejudge
from services.casework.kinds import KINDS
from services.casework.unit.naming.state import standing
from services.checker import check
from tests.lives.elsewhere import Elsewhere, in_three_parts, through_three_grades

PACKS = Path(__file__).parents[1] / "packs"
DAY = date(2024, 2, 5)
COUNTYS, PREFECTURES = "county_harmonious", "prefecture_harmonious"

kinds = pytest.mark.parametrize("kind", [UnitKind.ENTERPRISE, UnitKind.PARK])


def lines(told: Elsewhere) -> Iterator[str]:
    for entry in told.world.log:
        yield f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}'


@kinds
@pytest.mark.parametrize(("pack", "tell"), [("three-parts", in_three_parts), ("three-grades", through_three_grades)])
def test_a_whole_life_by_data_alone_of_which_the_checker_finds_nothing(
    pack: str, tell: Callable[[UnitKind], Elsewhere], kind: UnitKind
) -> None:
    told = tell(kind)
    assert all(standing(told.state, title) is Standing.HELD for title in told.world.pack.titles)
    assert {entry.authority.pack for entry in told.state.entries if entry.authority} == {f"{pack}@1"}
    assert rejudge(KINDS["unit"], told.unit, told.state.entries[:], told.world.packs.on) == []
    assert list(check(lines(told), PACKS / pack / "1")) == []


@kinds
def test_a_self_score_is_the_ticket_to_apply(kind: UnitKind) -> None:
    told = Elsewhere.of("three-parts", kind)
    digest = told.reports(DAY, {"care": 9, "training": 6})
    assert told.state.self_evaluation.score == 81
    assert told.rules(DAY, told.agent, told.applied(COUNTYS, digest)) == {"I-00"}
    digest = told.reports(DAY + timedelta(days=1), {"care": 8})
    assert told.state.self_evaluation.score == 91
    told.act(DAY + timedelta(days=1), told.agent, told.applied(COUNTYS, digest))


def test_points_count_by_the_weight_of_their_part_and_a_part_has_its_minimum() -> None:
    told = Elsewhere.of("three-parts", UnitKind.ENTERPRISE)
    told.act(DAY, told.agent, told.applied(COUNTYS, told.reports(DAY)))
    level = told.brought_up(DAY, COUNTYS)
    chosen = told.world.pack.standard_sets["parts_enterprise"]
    judged = {name: one.score for name, one in chosen.standards.items()}
    assert (chosen.score, chosen.points(judged), chosen.points_in("foundations", judged)) == (100, 100, 45)
    assert chosen.points(judged | {"training": 0, "union": 0}) == 45 + 12 + 15
    assert chosen.points_in("foundations", judged | {"wages": 23}) == 41
    told.act(DAY, told.desk(level), told.judged(DAY, COUNTYS, level, {"wages": 23}))
    told.opine(DAY, COUNTYS, level)
    refused = told.world.refused(DAY, told.approver(level), told.unit, told.evaluated(COUNTYS, 96))
    assert [(one.rule, one.facts) for one in refused] == [("A-01", ("foundations",))]


def test_an_evaluation_departs_from_what_was_judged_by_four_points_at_most() -> None:
    told = Elsewhere.of("three-parts", UnitKind.ENTERPRISE)
    told.act(DAY, told.agent, told.applied(COUNTYS, told.reports(DAY)))
    level = told.brought_up(DAY, COUNTYS)
    told.act(DAY, told.desk(level), told.judged(DAY, COUNTYS, level, {"care": 16}))
    told.opine(DAY, COUNTYS, level)
    approver = told.approver(level)
    assert told.rules(DAY, approver, told.evaluated(COUNTYS, 92)) == {"A-01"}
    assert told.rules(DAY, approver, told.evaluated(COUNTYS, 102)) == {"A-01"}
    assert told.rules(DAY, approver, told.evaluated(COUNTYS, 105)) == {"A-01", "T-22"}
    told.act(DAY, approver, told.evaluated(COUNTYS, 101))


def test_without_points_for_every_standard_nothing_is_evaluated_where_an_adjustment_is_bounded() -> None:
    told = Elsewhere.of("three-parts", UnitKind.ENTERPRISE)
    told.act(DAY, told.agent, told.applied(COUNTYS, told.reports(DAY)))
    level = told.brought_up(DAY, COUNTYS)
    visit = told.judged(DAY, COUNTYS, level)
    items = tuple(i.model_copy(update={"score": None}) if i.standard == "care" else i for i in visit.items)
    told.act(DAY, told.desk(level), visit.model_copy(update={"items": items}))
    told.opine(DAY, COUNTYS, level)
    refused = told.world.refused(DAY, told.approver(level), told.unit, told.evaluated(COUNTYS, 100))
    assert ("A-01", ("care",)) in [(one.rule, one.facts) for one in refused]


def test_the_county_decides_and_its_title_is_the_way_up() -> None:
    told = Elsewhere.of("three-parts", UnitKind.ENTERPRISE)
    named_on = told.earns(DAY, COUNTYS, 100)
    levels = {entry.actor.level for entry in told.state.entries if entry.actor.level is not None}
    assert levels == {Level.COUNTY}
    year = date(named_on.year + 1, named_on.month, named_on.day)
    application: UnitApplied = told.applied(PREFECTURES, told.reports(year - timedelta(days=1)))
    assert told.rules(year - timedelta(days=1), told.agent, application) == {"I-00"}
    told.act(year, told.agent, application)


@pytest.mark.parametrize(("before", "grade"), [(None, "grade_aa"), (None, "grade_aaa"), ("grade_a", "grade_aaa")])
def test_no_grade_is_skipped(before: str | None, grade: str) -> None:
    told, day = Elsewhere.of("three-grades", UnitKind.ENTERPRISE), DAY
    if before is not None:
        named_on = told.earns(DAY, before, 95)
        day = date(named_on.year + 2, named_on.month, 1)
    assert told.rules(day, told.agent, told.applied(grade, told.reports(day))) == {"I-00"}


def test_a_grade_is_checked_again_every_year() -> None:
    told = Elsewhere.of("three-grades", UnitKind.ENTERPRISE)
    named_on = told.earns(DAY, "grade_a", 80)
    owed = {one.kind: one.due for one in told.world.owed(told.unit)}
    assert owed[ObligationKind.VERIFICATION] == told.world.pack.after(named_on, told.world.pack.windows.verification)
