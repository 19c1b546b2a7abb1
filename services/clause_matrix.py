"""The clause matrix: each row of the policy 湘人社发〔2023〕15号, what records it, what judges it, where it is seen,
and which tests are named after it. The rows are data (`clause_matrix.toml`); everything else is read from code.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from events.registry import EVENT_TYPES
from services.casework.kinds import KINDS
from services.casework.pack import Pack, load_pack

DATA = Path(__file__).with_name("clause_matrix.toml")
TESTS = Path(__file__).parents[1] / "tests" / "policy"
"""Where the tests lie in a checkout; an installed Concord has none."""

PREFIX = "test_"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the clauses that ask for it, and what there is for each; `missing` says what is not there yet.

    `events` are types without their version, `rules` ids of the pack, `seen` routes under `/api/v1`, commands and
    exports, `pages` paths of pages, `tests` names of functions.
    """

    id: str
    clauses: tuple[str, ...]
    zh: str
    en: str
    events: tuple[str, ...]
    rules: tuple[str, ...]
    seen: tuple[str, ...]
    pages: tuple[str, ...]
    missing: str | None
    tests: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is said to be missing."""
        return self.missing is None


@cache
def _document() -> Mapping[str, Any]:
    with DATA.open("rb") as file:
        return tomllib.load(file)


def pack() -> Pack:
    """The pack whose clauses and rules the rows name."""
    return load_pack(_document()["pack"])


@cache
def rows() -> Mapping[str, Row]:
    """Every row by its id, R-01 to R-49."""
    found = tests()
    return {id_: _row(id_, given, found) for id_, given in _document()["rows"].items()}


def _row(id_: str, given: Mapping[str, Any], found: tuple[str, ...]) -> Row:
    lists = {name: tuple(given[name]) for name in ("clauses", "events", "rules", "seen", "pages")}
    named = f"{PREFIX}{id_.replace('-', '_')}_"
    tests_of_row = tuple(test for test in found if test.startswith(named))
    return Row(id_, zh=given["zh"], en=given["en"], missing=given.get("missing"), tests=tests_of_row, **lists)


def tests() -> tuple[str, ...]:
    """The names of all tests of the policy, as the checkout has them."""
    return tuple(
        node.name
        for file in sorted(TESTS.glob("test_*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith(PREFIX)
    )


def gaps() -> dict[str, Any]:
    """How many rows there are, and which of them have no event, no rule, are seen nowhere, or have no test."""
    every = rows().values()
    return {
        "rows": len(every),
        "without_event": [row.id for row in every if not row.events],
        "without_rule": [row.id for row in every if not row.rules],
        "without_seen": [row.id for row in every if not row.seen],
        "without_test": [row.id for row in every if not row.tests],
    }


def event_types(row: Row) -> tuple[str, ...]:
    """The types of the row's events with their version. Raises KeyError for one that the vocabulary does not have."""
    latest = {name.rpartition(".")[0]: name for name in EVENT_TYPES}
    return tuple(latest[name] for name in row.events)


def authorities(row: Row) -> frozenset[str]:
    """The rules that are recorded as the authority of the row's events."""
    laws = {law.event.about.type: law.rule for kind in KINDS.values() for law in kind.laws.values()}
    return frozenset(laws[name] for name in event_types(row) if name in laws)
