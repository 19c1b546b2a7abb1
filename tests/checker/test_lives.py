"""The told lives, as stored: no finding by an I-rule; by T-rules, only what the law does not hold yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from services.checker import check
from tests.checker.told import PACK

stories = pytest.importorskip("tests.lives.stories", reason="the lives follow the law's form", exc_type=ImportError)

NOT_HELD_YET = frozenset(("T-05", "T-16"))
"""T-rules that the told lives break today; a rule that the law takes up leaves this list."""


def _lines(lives: list[object]) -> Iterator[str]:
    from events.registry import encode

    for life in lives:
        for entry in life.unit.entries:  # type: ignore[attr-defined]
            yield f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}'


@pytest.mark.parametrize("number", sorted(stories.STORIES))
def test_a_told_life(number: int) -> None:
    found = Counter(finding.rule for finding in check(_lines(stories.STORIES[number]()), PACK))
    assert found.keys() <= NOT_HELD_YET, found
