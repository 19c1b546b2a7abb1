"""The fictional units of the demonstration: their kinds, places, names and codes, by a seeded draw."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from stdnum.cn import uscc

from deploy.demo.people import PROVINCE
from deploy.demo.script import Profile
from events.places import children, short_name
from events.words import Ownership, SubKind, UnitKind

FIRST, SECOND = "和谐共同众安乐惠融协嘉信诚明宁", "畅衡泽朴润恒达湖源禾川宸瑞悦茂"
INDUSTRIES = ("精密制造", "食品加工", "电子科技", "新材料", "纺织服饰", "物流", "建筑工程", "生物医药", "软件信息",
              "餐饮服务", "家政服务", "陶瓷", "烟花", "农业科技", "汽车零部件", "环保设备")  # fmt: skip
_OWNERSHIPS = (
    (Ownership.PRIVATE, 68), (Ownership.FOREIGN, 8), (Ownership.LOCAL_STATE, 10), (Ownership.PROVINCIAL_SOE, 4),
    (Ownership.CENTRAL, 4), (Ownership.COLLECTIVE, 6),
)  # fmt: skip
_KINDS = (
    (UnitKind.ENTERPRISE, 78), (UnitKind.PARK, 6), (UnitKind.TOWNSHIP, 8), (UnitKind.INDUSTRY, 3),
    (UnitKind.BUILDING, 3), (UnitKind.BLOCK, 2),
)  # fmt: skip
_HEADCOUNTS = (12, 30, 60, 90, 150, 260, 420, 800, 1_500, 3_600)
_ENDINGS = {
    UnitKind.PARK: ("产业园", "工业集中区", "科技园"), UnitKind.TOWNSHIP: ("街道", "镇", "乡"),
    UnitKind.INDUSTRY: ("行业协会",), UnitKind.BUILDING: ("大厦",), UnitKind.BLOCK: ("步行街", "商业街"),
}  # fmt: skip
_SUB_KINDS = {
    "产业园": SubKind.OTHER_CLUSTER, "工业集中区": SubKind.ECONOMIC_ZONE, "科技园": SubKind.SCIENCE_PARK,
    "街道": SubKind.SUBDISTRICT, "镇": SubKind.TOWN, "乡": SubKind.TOWN,
}  # fmt: skip


def credit_code(number: int, place: str) -> str:
    """A unified social credit code with its right check digit, in a range that is given to nobody."""
    body = f"91{place}XX{number:06d}0"
    return body + uscc.calc_check_digit(body)


def enterprise(number: int, place: str, name: str, ownership: Ownership, industry: str, headcount: int) -> Profile:
    """A fictional enterprise."""
    code = credit_code(number, place)
    return Profile(UnitKind.ENTERPRISE, f"{name}（示例）", code, place, ownership, industry, headcount)


def gathering(
    kind: UnitKind, number: int, place: str, name: str, headcount: int, sub_kind: SubKind | None = None
) -> Profile:
    """A fictional park, township, industry, building or block; its code is the register's own."""
    code = f"{place}-{kind.value}-{number:04d}"
    return Profile(kind, f"{name}（示例）", code, place, Ownership.PUBLIC, None, headcount, sub_kind)


def cast(count: int, seed: int) -> Iterator[Profile]:
    """The given number of units, spread over prefectures and counties; the same for the same seed."""
    random = Random(f"{seed}:cast")  # noqa: S311 (a draw that has to repeat, nothing secret)
    counties = [county for prefecture in children(PROVINCE) for county in children(prefecture)]
    weights = [3 if county.startswith("4301") else 2 if county.startswith(("4302", "4303", "4306")) else 1
               for county in counties]  # fmt: skip
    taken: set[str] = set()
    for number in range(1, count + 1):
        (kind,) = random.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])
        (place,) = random.choices(counties, weights)
        yield _unit(kind, number, place, random, taken)


def _unit(kind: UnitKind, number: int, place: str, random: Random, taken: set[str]) -> Profile:
    industry = random.choice(INDUSTRIES)
    headcount = random.choice(_HEADCOUNTS) + random.randrange(9)
    stem = short_name(place) + _fresh(random, taken)
    if kind is UnitKind.ENTERPRISE:
        (ownership,) = random.choices([one for one, _ in _OWNERSHIPS], [weight for _, weight in _OWNERSHIPS])
        return enterprise(number, place, f"{stem}{industry}有限公司", ownership, industry, headcount)
    ending = random.choice(_ENDINGS[kind])
    middle = industry if kind is UnitKind.INDUSTRY else ""
    return gathering(kind, number, place, f"{stem}{middle}{ending}", headcount * 4, _SUB_KINDS.get(ending))


def _fresh(random: Random, taken: set[str]) -> str:
    while (made := random.choice(FIRST) + random.choice(SECOND) + random.choice(SECOND)) in taken:
        pass
    taken.add(made)
    return made
