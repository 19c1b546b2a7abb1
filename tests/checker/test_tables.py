"""The tables that the checker keeps by itself name what the law declares: neither forgets what the other knows."""

from __future__ import annotations

from services.casework.kinds import KINDS
from services.checker.voids import DECISIONS, ELSEWHERE, MARKS, PROCEDURES


def test_T_13_what_the_law_undoes_by_its_own_procedure_the_checker_lets_nobody_void() -> None:
    declared = {
        event.about.type.rpartition(".v")[0]
        for kind in KINDS.values() for event, law in kind.laws.items() if law.undone_by_procedure
    }  # fmt: skip
    known = DECISIONS | ELSEWHERE | PROCEDURES | {name for name in declared if name.endswith(MARKS)}
    assert declared - known == set()
