"""Partial indexes hold what the queries ask for: a type that only one of them names is found by reading everything."""

from __future__ import annotations

import re

import pytest

from projections.catalogue import ACTS
from projections.governance.queries import FIRST, STEPS


@pytest.mark.parametrize("asked", [FIRST, STEPS])
def test_there_is_an_index_of_just_the_acts_that_are_asked_for(asked: tuple[str, ...]) -> None:
    held = [
        set(re.findall(r"'(unit\.[^']+)'", types)) for types in re.findall(r"type IN \(([^)]+)\)", ACTS.indexes_sql)
    ]
    assert set(asked) in held
