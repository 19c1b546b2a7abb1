"""Mutants of the law: what is changed, that whoever imported it has the change, and that the rest is left alone."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deploy.mutation.declarations import declarations
from deploy.mutation.figures import figures
from deploy.mutation.functions import functions, sites
from deploy.mutation.mutant import Mutant
from deploy.mutation.report import report, table
from deploy.mutation.run import Log, Outcome, Reached, in_processes, order, trying
from services.casework.pack import load_pack
from services.casework.unit.kind import UNIT
from services.casework.unit.registration import registered

RULE = '''
def enough(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-02: at least two."""
    assert unit.many >= 0
    if not unit.known or unit.many < 2 and act.title == "示例":
        return refuse(pack, "A-02", f"{unit.many + 1}", "too few", (1, 2), "/many")
    return None
'''

NAMING = "services.casework.unit.naming.chapter"


def after(mutant: Mutant, seen: Callable[[], Any]) -> Any:
    """What is seen in a process of its own in which the mutant holds."""

    def trial() -> Any:
        mutant.apply()
        return seen()

    ((_, result),) = in_processes([trial], 1)
    return result


def found(mutants: Any, place: str, what: str) -> Mutant:
    """The mutant of that place which says so."""
    made: Mutant = next(one for one in mutants if one.place == place and what in one.what)
    return made


def test_a_rule_is_changed_where_it_decides_and_not_in_what_it_says() -> None:
    (function,) = ast.parse(RULE).body
    assert isinstance(function, ast.FunctionDef)
    words = [what.partition(" in ")[0] for _, what, _ in sites(function)]
    assert words == ["never refuses", "or is and", "and is or", "< is <=", "2 is 3", "== is !="]


def test_every_change_of_a_function_changes_it() -> None:
    for number in range(6):
        (function,) = ast.parse(RULE).body
        assert isinstance(function, ast.FunctionDef)
        before = ast.unparse(function)
        list(sites(function))[number][2]()
        assert ast.unparse(ast.fix_missing_locations(function)) != before


def test_a_changed_function_is_changed_for_who_imported_it() -> None:
    unit = UNIT.state(uuid4())
    mutant = found(functions(), "registered", "never refuses")

    def refused() -> bool:
        return registered(unit, None, load_pack()) is not None  # type: ignore[arg-type]

    assert refused()
    assert after(mutant, refused) is False
    assert refused()
    assert mutant.line is not None


def test_a_rule_left_out_is_asked_no_more() -> None:
    law = UNIT.decisions["self-evaluate"]
    rule = law.state[0]
    mutant = found(declarations(), law.event.__name__, f"rule {rule.__name__} left out")

    def asked() -> bool:
        return rule in UNIT.laws[law.event].state

    assert asked()
    assert after(mutant, asked) is False
    assert asked()


def test_a_number_of_the_pack_is_moved() -> None:
    was = load_pack().windows.publicity.n
    mutant = found(figures(), "windows.publicity", f"{was}wd is {was + 1}wd")
    assert after(mutant, lambda: load_pack().windows.publicity.n) == was + 1
    assert load_pack().windows.publicity.n == was


def test_every_mutant_has_a_name_of_its_own_or_its_like() -> None:
    made = [*declarations(), *functions(), *figures()]
    assert len(made) > 2_000
    assert len({one.name for one in made}) > 0.9 * len(made)
    modules = {one.module for one in made}
    assert {NAMING, "services.casework.record", "services.casework.officer.kind"} <= modules


@pytest.mark.parametrize("reason", [{}, {"unit.naming.chapter UnitNamed: rule a left out": "示例：同义"}])
def test_survivors_are_listed_with_their_reason(reason: dict[str, str]) -> None:
    mutants = [Mutant(NAMING, "UnitNamed", f"rule {n} left out", lambda: None) for n in "ab"]
    outcomes = [Outcome(mutants[0], None, 3, 3, 0.1), Outcome(mutants[1], "tests/x", 1, 3, 0.1)]
    page, figures_ = table(outcomes, reason, "--sample 2"), report(outcomes, reason)
    assert "| 2 | 1 | 50% |" in page
    assert "chosen by `--sample 2`" in page
    assert "tests before them" not in page
    assert "`--sample 2`. With the tests before them 1 of 2 (50.0%) were noticed." in table(
        outcomes, reason, "--sample 2", outcomes
    )
    assert ("no test yet" in page) == (not reason)
    assert figures_["noticed"] == 1
    assert figures_["survivors"][0]["reason"] == (next(iter(reason.values())) if reason else None)


def test_a_run_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    one, alike, other = (Mutant("services.casework.x", "y", what, lambda: None) for what in ("z", "z", "w"))
    log = Log(tmp_path / "log.jsonl")
    assert log.split([one, alike]) == ([], [one, alike])
    log.keep(Outcome(one, "tests/x", 1, 3, 0.5))
    done, left = log.split([one, other, alike])
    assert (done, left) == ([Outcome(one, "tests/x", 1, 3, 0.5)], [other, alike])


def test_what_cannot_be_brought_about_is_noticed_by_nobody() -> None:
    def apply() -> None:
        raise LookupError("示例")

    ((_, outcome),) = in_processes([trying(Mutant("services.casework.x", "y", "z", apply), [])], 1)
    assert outcome[:2] == (None, 0)


def test_a_test_that_reads_declarations_comes_past_all_of_them(request: pytest.FixtureRequest) -> None:
    reached = {request.node.nodeid: Reached(frozenset({"elsewhere"}), 0.1, True)}
    mutant = next(iter(declarations()))
    assert UNIT.laws
    assert order(mutant, [request.node], reached) == [request.node]
    assert order(found(functions(), "registered", "never refuses"), [request.node], reached) == []
