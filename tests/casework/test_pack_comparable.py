"""A pack says what its titles and severities are beside those of others, and loses none (R-44, the nation)."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.words import ComparableTitle
from services.casework.pack import load_pack, read_pack
from services.casework.pack_comparable import Comparable, ComparableSeverity, problems_of_mapping

PACK = load_pack()
RISING = dict(zip((1, 2, 3, 4), ComparableSeverity, strict=True))
TITLES = PACK.comparable.titles


def _keys(titles: dict[str, ComparableTitle], severities: dict[int, ComparableSeverity], frozen: int = 3) -> list[str]:
    mapping = Comparable(titles=titles, severities=severities)
    return [key for key, _ in problems_of_mapping(mapping, PACK.titles, frozen)]


def test_the_shipped_mapping_loses_nothing() -> None:
    assert TITLES.keys() == PACK.titles.keys()
    assert _keys(TITLES, RISING) == []


def test_grades_of_another_province_are_compared_without_code() -> None:
    grades = read_pack(Path(__file__).parents[1] / "packs" / "three-grades" / "1")
    assert [grades.comparable.titles[name].value for name in grades.titles] == ["county", "prefecture", "provincial"]
    assert grades.comparable.severities == RISING, "its base says it"


def test_a_mapping_that_loses_a_title_is_refused() -> None:
    left = {name: worth for name, worth in TITLES.items() if name != "model_site"}
    assert _keys(left, RISING) == ["comparable.titles.model_site"]


@pytest.mark.parametrize(
    ("titles", "severities", "frozen", "key"),
    [
        ({**TITLES, "other": ComparableTitle.SITE}, RISING, 3, "comparable.titles.other"),
        ({**TITLES, "prefecture_harmonious": ComparableTitle.PROVINCIAL}, RISING, 3,
         "comparable.titles.prefecture_harmonious"),
        (TITLES, {one: RISING[one] for one in (1, 2, 3)}, 3, "comparable.severities.4"),
        (TITLES, {**RISING, 1: ComparableSeverity.GRAVE}, 3, "comparable.severities"),
        (TITLES, RISING, 2, "comparable.severities.2"),
    ],
)  # fmt: skip
def test_a_mapping_that_says_what_is_not_so_is_refused(
    titles: dict[str, ComparableTitle], severities: dict[int, ComparableSeverity], frozen: int, key: str
) -> None:
    assert _keys(titles, severities, frozen) == [key]
