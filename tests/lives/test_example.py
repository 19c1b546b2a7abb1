"""The made-up second pack judges whole lives, with nothing of the shipped one in the way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

import events
import services
import tests
from events.unit.application import UnitApplicationAccepted, UnitApplicationForwarded, UnitApplied
from events.unit.checks import UnitCheckConducted, UnitCheckOrdered
from events.unit.evaluation import UnitHouseOpined
from events.unit.revocation import GroundWithEvidence, UnitRevocationProposed
from events.words import (
    Category,
    CheckKind,
    CheckResult,
    Ground,
    House,
    Level,
    ObligationKind,
    Opinion,
    Route,
    Standing,
    Watch,
)
from services.casework.judgement import rejudge
from services.casework.kinds import KINDS
from services.casework.unit.naming.state import standing
from services.casework.unit.signals import watch
from tests.lives.example import (
    BEACON,
    COUNTY,
    LANTERN,
    PREFECTURE,
    Example,
    county_title_and_its_end,
    provincial_title_upon_the_countys,
)

APPLIED = date(2024, 2, 5)


def _begun() -> Example:
    told = Example()
    told.begin()
    return told


def _holders(told: Example) -> dict[ObligationKind, str]:
    return {owed.kind: owed.holder for owed in told.world.owed(told.unit)}


def test_a_countys_title_is_given_and_taken_by_the_county_alone() -> None:
    told = county_title_and_its_end()
    levels = {entry.actor.level for entry in told.state.entries if entry.actor.level is not None}
    assert levels == {Level.COUNTY}
    assert standing(told.state, LANTERN) is Standing.REVOKED
    assert not told.state.incentives.running()
    assert {entry.authority.clause[:2] for entry in told.state.entries if entry.authority} == {"示例"}


def test_the_county_watches_over_a_unit_whose_titles_are_all_its_own() -> None:
    told = _begun()
    assert _holders(told) == {ObligationKind.CONTACT: f"prefecture:{PREFECTURE}"}
    named_on = told.lantern(APPLIED)
    assert set(_holders(told).values()) == {f"county:{COUNTY}"}
    told.enjoys(named_on)
    told.arrears(date(2024, 9, 2))
    assert watch(told.state, told.world.pack) is Watch.FROZEN
    county = f"county:{COUNTY}"
    owed = _holders(told)
    assert (owed[ObligationKind.PROPOSE_REVOCATION], owed[ObligationKind.FOLLOW_UP]) == (county, county)
    due = {o.kind: o.due for o in told.world.owed(told.unit)}
    assert due[ObligationKind.PROPOSE_REVOCATION] == date(2024, 10, 2)


def test_the_houses_of_the_county_speak_where_it_evaluates_and_there_only() -> None:
    told = _begun()
    told.applies(APPLIED, LANTERN, told.report(APPLIED))
    told.act(APPLIED, told.desk(Level.COUNTY), UnitApplicationAccepted(title=LANTERN))
    support = UnitHouseOpined(title=LANTERN, opinion=Opinion.SUPPORT)
    assert told.rules(APPLIED, told.desk(Level.PREFECTURE, House.UNION), support) == {"I-05"}
    told.act(APPLIED, told.desk(Level.COUNTY, House.UNION), support)
    lit = provincial_title_upon_the_countys()
    opinions = [entry.actor.level for entry in lit.state.entries if isinstance(entry.event, UnitHouseOpined)]
    assert opinions == [Level.COUNTY] * 3 + [Level.PREFECTURE] * 3 + [Level.PROVINCE] * 3


def test_it_takes_three_visitors_and_nobody_opposed() -> None:
    told = _begun()
    told.applies(APPLIED, LANTERN, told.report(APPLIED))
    told.act(APPLIED, told.desk(Level.COUNTY), UnitApplicationAccepted(title=LANTERN))
    visit = told.visit(APPLIED, LANTERN, Level.COUNTY)
    two = visit.model_copy(update={"visitors": visit.visitors[:2]})
    assert told.rules(APPLIED, told.desk(Level.COUNTY), two) == {"A-12"}
    told.act(APPLIED, told.desk(Level.COUNTY), visit)
    told.opine(APPLIED, LANTERN, Level.COUNTY)
    opposed = UnitHouseOpined(title=LANTERN, opinion=Opinion.OPPOSE)
    told.act(APPLIED, told.desk(Level.COUNTY, House.FEDERATION), opposed)
    assert told.rules(APPLIED, told.approver(Level.COUNTY), told.evaluated(LANTERN, 200)) == {"A-14"}
    told.act(
        APPLIED, told.desk(Level.COUNTY, House.FEDERATION), opposed.model_copy(update={"opinion": Opinion.SUPPORT})
    )
    assert told.rules(APPLIED, told.approver(Level.COUNTY), told.evaluated(LANTERN, 119)) == {"A-01"}
    told.act(APPLIED, told.approver(Level.COUNTY), told.evaluated(LANTERN, 120))


def test_the_provinces_title_is_built_on_a_year_of_the_countys() -> None:
    told = _begun()
    named_on = told.lantern(APPLIED)
    digest = told.report(date(2025, 1, 6))
    applied = UnitApplied(title=BEACON, report_digest=digest, route=Route.LEVELS)
    free = date(named_on.year + 1, named_on.month, named_on.day)
    assert told.rules(free - timedelta(days=1), told.agent, applied) == {"I-00"}
    direct = applied.model_copy(update={"route": Route.DIRECT})
    assert told.rules(free, told.agent, direct) == {"I-03"}
    told.act(free, told.agent, applied)
    assert _holders(told)[ObligationKind.CONTACT] == f"prefecture:{PREFECTURE}"
    lit = provincial_title_upon_the_countys()
    held = lit.state.naming.held[BEACON]
    assert held.term_until == date(held.term_from.year + 5, held.term_from.month, held.term_from.day - 1)


def test_a_title_needs_its_points_in_the_part_that_it_names() -> None:
    told, day = _begun(), date(2025, 3, 10)
    told.lantern(APPLIED)
    told.applies(day, BEACON, told.report(day))
    told.act(day, told.desk(Level.COUNTY), UnitApplicationAccepted(title=BEACON))
    told.act(day, told.desk(Level.COUNTY), UnitApplicationForwarded(title=BEACON))
    told.act(day, told.desk(Level.PREFECTURE), UnitApplicationAccepted(title=BEACON))
    told.act(day, told.desk(Level.PREFECTURE), told.visit(day, BEACON, Level.PREFECTURE, foundations=83))
    told.opine(day, BEACON, Level.PREFECTURE)
    refusals = told.world.refused(day, told.approver(Level.PREFECTURE), told.unit, told.evaluated(BEACON, 199))
    assert [(refusal.rule, refusal.facts) for refusal in refusals] == [("A-01", ("foundations",))]
    over = told.visit(day, BEACON, Level.PREFECTURE, foundations=91)
    assert told.rules(day, told.desk(Level.PREFECTURE), over) == {"I-00"}
    told.act(day, told.desk(Level.PREFECTURE), told.visit(day, BEACON, Level.PREFECTURE, foundations=84))
    told.opine(day, BEACON, Level.PREFECTURE)
    told.act(day, told.approver(Level.PREFECTURE), told.evaluated(BEACON, 180))


def test_a_mass_petition_of_the_freezing_severity_freezes_though_it_is_no_ground_here() -> None:
    told = _begun()
    told.lantern(APPLIED)
    told.reported(date(2024, 9, 2), Category.MASS_PETITION, severity=4)
    assert watch(told.state, told.world.pack) is Watch.FROZEN


@pytest.mark.parametrize("tell", [county_title_and_its_end, provincial_title_upon_the_countys])
def test_the_lives_are_found_lawful_again_and_not_by_the_other_pack(tell: Callable[[], Example]) -> None:
    told = tell()
    packs = told.world.packs
    assert rejudge(KINDS["unit"], told.unit, told.state.entries[:], packs.on) == []
    assert {entry.authority.pack for entry in told.state.entries if entry.authority} == {"example-1@1"}


def test_the_prefecture_watches_over_a_unit_that_holds_a_title_of_the_province() -> None:
    told, day = provincial_title_upon_the_countys(), date(2025, 9, 1)
    assessed = told.assessed(told.reported(day))
    assert told.rules(day, told.desk(Level.COUNTY), assessed) == {"I-13"}
    order = UnitCheckOrdered(kind=CheckKind.TARGETED, signals=(assessed.signal,), check="示例-核查")
    told.act(day, told.desk(Level.PREFECTURE), order)
    done = UnitCheckConducted(check="示例-核查", on=day, findings="示例", result=CheckResult.PROBLEMS)
    told.act(day, told.desk(Level.PREFECTURE), done)
    version = told.assess(day, Level.PREFECTURE, assessed)
    assert _holders(told)[ObligationKind.PROPOSE_REVOCATION] == f"prefecture:{PREFECTURE}"
    grounds = (GroundWithEvidence(ground=Ground.WAGE_ARREARS, evidence=(version,)),)
    proposed = UnitRevocationProposed(title=BEACON, grounds=grounds)
    assert told.rules(day, told.desk(Level.COUNTY), proposed) == {"I-13"}
    told.act(day, told.desk(Level.COUNTY), proposed.model_copy(update={"title": LANTERN}))
    told.act(day, told.desk(Level.PREFECTURE), proposed)


def test_without_the_shipped_packs_folder_the_lives_are_told_as_well(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("hunan-*", "__pycache__", "schemas")
    shutil.copytree(Path(events.__file__).parent, tmp_path / "events", ignore=ignored)
    shutil.copytree(Path(services.__file__).parent / "casework", tmp_path / "services" / "casework", ignore=ignored)
    ours = Path(tests.__file__).parent
    for name in ("__init__.py", "casework/__init__.py", "casework/world.py", "lives/__init__.py", "lives/example.py"):
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ours / name, tmp_path / "tests" / name)
    shutil.copy(Path(services.__file__), tmp_path / "services" / "__init__.py")
    assert not list((tmp_path / "services").rglob("hunan*"))
    told = subprocess.run(
        [sys.executable, "-m", "tests.lives.example"],
        cwd=tmp_path,
        env={"CONCORD_PACKS": str(ours / "packs"), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split()[0] == "example-1@1"
