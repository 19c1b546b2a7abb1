"""The administrative places: whole, nested and named."""

from __future__ import annotations

from collections import Counter

import pytest
from pydantic import TypeAdapter, ValidationError

from events.places import NATION, PLACES, PlaceCode, at_level, children, short_name, within
from events.words import Level

HUNAN, CHANGSHA, YUELU, YUEYANG = "430000", "430100", "430104", "430600"


def test_the_nation_31_provinces_and_hunan_and_ningxia_down_to_the_county() -> None:
    assert Counter(place.level for place in PLACES.values()) == {
        Level.NATION: 1,
        Level.PROVINCE: 31,
        Level.PREFECTURE: 14 + 5,
        Level.COUNTY: 122 + 22,
    }


def test_every_place_lies_in_one_a_level_above() -> None:
    for code, place in PLACES.items():
        assert code == place.code
        if place.parent is None:
            assert code == NATION
        else:
            assert PLACES[place.parent].level.rank == place.level.rank + 1
            assert code in children(place.parent)


def test_within_is_the_place_itself_or_below() -> None:
    assert all(within(YUELU, area) for area in (YUELU, CHANGSHA, HUNAN, NATION))
    assert not within(YUELU, YUEYANG)
    assert not within(CHANGSHA, YUELU)
    with pytest.raises(KeyError):
        within("999999", HUNAN)


def test_at_level_goes_up_and_never_down() -> None:
    assert [at_level(YUELU, level) for level in Level] == [YUELU, CHANGSHA, HUNAN, NATION]
    assert at_level(CHANGSHA, Level.COUNTY) is None


def test_children_in_the_order_of_their_codes() -> None:
    assert len(children(HUNAN)) == 14
    assert sum(len(children(prefecture)) for prefecture in children(HUNAN)) == 122
    assert children(YUELU) == ()
    assert list(children(HUNAN)) == sorted(children(HUNAN))


@pytest.mark.parametrize(
    ("code", "zh", "en", "short"),
    [
        ("430000", "湖南省", "Hunan", "湖南"),
        ("430100", "长沙市", "Changsha", "长沙"),
        ("430104", "岳麓区", "Yuelu District", "岳麓"),
        ("430121", "长沙县", "Changsha County", "长沙县"),
        ("431124", "道县", "Dao County", "道县"),
        ("431229", "靖州苗族侗族自治县", "Jingzhou Miao and Dong Autonomous County", "靖州"),
        ("433100", "湘西土家族苗族自治州", "Xiangxi Tujia and Miao Autonomous Prefecture", "湘西"),
        ("650000", "新疆维吾尔自治区", "Xinjiang", "新疆"),
    ],
)
def test_names(code: str, zh: str, en: str, short: str) -> None:
    assert (PLACES[code].zh, PLACES[code].en, short_name(code)) == (zh, en, short)


def test_short_names_are_all_different() -> None:
    assert len({short_name(code) for code in PLACES}) == len(PLACES)


def test_an_unknown_code_is_refused_by_name() -> None:
    place = TypeAdapter(PlaceCode)
    assert place.validate_python(YUELU) == YUELU
    assert place.json_schema() == {"type": "string", "pattern": "^[0-9]{6}$"}
    with pytest.raises(ValidationError, match="'430199' is not the code of a known place"):
        place.validate_python("430199")
