"""The told lives, as stored: the checker finds nothing in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.checker import check
from tests.checker.told import PACK

stories = pytest.importorskip("tests.lives.stories", reason="the lives follow the law's form", exc_type=ImportError)


def _lines(lives: list[object]) -> Iterator[str]:
    from events.registry import encode

    for life in lives:
        for entry in life.unit.entries:  # type: ignore[attr-defined]
            yield f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}'


@pytest.mark.parametrize("number", sorted(stories.STORIES))
def test_a_told_life(number: int) -> None:
    assert list(check(_lines(stories.STORIES[number]()), PACK)) == []
