"""The clause matrix holds what it says: rows, clauses, events, rules, routes, commands, pages and tests exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import typer.main
from fastapi import APIRouter
from typer.testing import CliRunner

from deploy.cli import app
from events.words import ObligationKind
from services import clause_matrix
from services.casework.kinds import KINDS
from services.web import decide, desk, governance, help_pages, national, pages, public, publicity, streams, survey
from tests.test_docs import ROUTERS

PACK = clause_matrix.pack()
ROWS = clause_matrix.rows()
LAW = Path(clause_matrix.__file__).parent / "casework"
OWED = {"A-04": ObligationKind.FOLLOW_UP, "A-05": ObligationKind.VERIFICATION}
"""Rules that no act is asked, for they are duties that time raises."""

LISTS = ("events", "rules", "seen", "tests")


def routes(modules: tuple[object, ...]) -> list[tuple[str, str]]:
    routers = [found for module in modules for found in vars(module).values() if isinstance(found, APIRouter)]
    return [
        (method, route.path.removeprefix("/api/v1"))
        for router in routers
        for route in router.routes
        for method in getattr(route, "methods", None) or ()
    ]


def matches(path: str, template: str) -> bool:
    """Whether a path is one of a route; `{kinds}` is the plural of a kind, any other part anything."""
    plurals = "|".join(kind.words.plural for kind in KINDS.values())
    pattern = re.sub(r"\{(\w+)[^}]*\}", lambda part: f"({plurals})" if part[1] == "kinds" else "[^/]+", template)
    return re.fullmatch(pattern, path) is not None


def is_served(method: str, path: str, served: list[tuple[str, str]]) -> bool:
    return any(method == one and matches(path, template) for one, template in served)


def is_command(words: list[str]) -> bool:
    command: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands") or (command := command.get_command(None, word)) is None:
            return False
    return not hasattr(command, "commands")


def test_the_rows_are_those_of_the_policy() -> None:
    assert list(ROWS) == [f"R-{number:02}" for number in range(1, 50)]


def test_what_a_row_names_exists() -> None:
    for row in ROWS.values():
        assert set(row.clauses) <= PACK.clauses.keys(), row.id
        assert row.clauses, row.id
        assert set(row.rules) <= PACK.rules.keys(), row.id
        assert len(clause_matrix.event_types(row)) == len(row.events), row.id
        for name in (*LISTS, "pages"):
            given = getattr(row, name)
            assert len(set(given)) == len(given), f"{row.id}: {name}"


def test_where_a_row_is_seen_there_is_a_route_a_command_or_a_page() -> None:
    api, web = (
        routes(ROUTERS),
        routes((decide, desk, governance, help_pages, national, pages, public, publicity, streams, survey)),
    )
    for row in ROWS.values():
        for place in row.seen:
            first, _, rest = place.partition(" ")
            if first == "concord":
                assert is_command(rest.split()), f"{row.id}: {place}"
            else:
                assert is_served(first, rest, api + web), f"{row.id}: {place}"
        for path in row.pages:
            assert is_served("GET", path, web), f"{row.id}: {path}"


def test_rules_that_rows_name_are_asked_by_the_law_or_owed() -> None:
    asked = "\n".join(file.read_text(encoding="utf-8") for file in LAW.rglob("*.py"))
    assert {kind.value for kind in OWED.values()} <= PACK.duties.keys()
    for row in ROWS.values():
        for rule in row.rules:
            assert rule in OWED or f'"{rule}"' in asked, f"{row.id}: no law asks {rule}"


def test_a_row_that_is_whole_has_event_rule_place_and_test() -> None:
    for row in ROWS.values():
        if row.whole:
            assert not [name for name in LISTS if not getattr(row, name)], row.id


def test_every_test_of_the_policy_is_of_a_row() -> None:
    named = {found[0] for test in clause_matrix.tests() if (found := re.findall(r"^test_(R_\d\d)_", test))}
    assert named <= {row.replace("-", "_") for row in ROWS}
    assert "test_R_27_a_national_name_is_lost_step_by_step_and_none_is_left_out" in ROWS["R-27"].tests


def test_the_last_line_of_the_matrix_counts_and_tells_the_gaps() -> None:
    told = CliRunner().invoke(app, ["policy", "matrix", "--json"]).output.splitlines()
    assert len(told) == len(ROWS) + 1
    assert told[-1].startswith('{"rows":49,"without_event":[')
    last = orjson.loads(told[-1])
    assert list(last) == ["rows", "without_event", "without_rule", "without_seen", "without_test"]
    incomplete = {row for lacking in list(last.values())[1:] for row in lacking}
    assert incomplete <= {row.id for row in ROWS.values() if not row.whole}


def test_a_row_is_shown_with_the_clauses_own_words() -> None:
    told = CliRunner().invoke(app, ["policy", "show", "r-27"]).output
    assert PACK.clauses["五(五)3"].zh in told
    for part in ("unit.revoked", "I-08", "GET /units/{unit}", "test_R_27_"):
        assert part in told
    refused = CliRunner().invoke(app, ["policy", "show", "R-50"])
    assert refused.exit_code
    assert "R-01 to R-49" in str(refused.exception)
