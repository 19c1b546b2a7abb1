"""The administrative places: the nation, its provinces, and Hunan and Ningxia down to the county (`places.csv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from events.references import Scalar
from events.words import Level

NATION = "000000"
"""The code of the whole country."""

_PEOPLES = ("土家族", "维吾尔", "苗族", "侗族", "瑶族", "壮族", "回族")


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the code of GB/T 2260; the nation alone has no parent."""

    code: str
    zh: str
    en: str
    level: Level
    parent: str | None


def _read(text: str) -> dict[str, Place]:
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    levels = {level.value: level for level in Level}
    return {
        row["code"]: Place(row["code"], row["zh"], row["en"], levels[row["level"]], row["parent"] or None)
        for row in csv.DictReader(lines)
    }


PLACES: Mapping[str, Place] = MappingProxyType(
    _read(files("events").joinpath("places.csv").read_text(encoding="utf-8"))
)
"""Every place by its code, in the order of the codes."""


def _lineage(code: str) -> tuple[str, ...]:
    parent = PLACES[code].parent
    return (code,) if parent is None else (code, *_lineage(parent))


def _shorten(name: str) -> str:
    for ending in ("自治区", "自治州", "自治县"):
        name = name.removesuffix(ending)
    shorter = name
    for people in _PEOPLES:
        shorter = shorter.replace(people, "")
    if shorter != name or len(name) < 3 or name[-1] not in "省市县区":
        return shorter
    return shorter[:-1]


def _short_names() -> dict[str, str]:
    larger = {code: _shorten(place.zh) for code, place in PLACES.items() if place.level is not Level.COUNTY}
    taken = set(larger.values())
    counties = {code: place.zh for code, place in PLACES.items() if place.level is Level.COUNTY}
    return larger | {code: zh if _shorten(zh) in taken else _shorten(zh) for code, zh in counties.items()}


_LINEAGE = {code: _lineage(code) for code in PLACES}
_ABOVE = {code: frozenset(lineage) for code, lineage in _LINEAGE.items()}
_AT_LEVEL = {(code, PLACES[above].level): above for code, lineage in _LINEAGE.items() for above in lineage}
_CHILDREN = {code: tuple(c for c, place in PLACES.items() if place.parent == code) for code in PLACES}
_SHORT = _short_names()


def _known(code: str) -> str:
    if code not in PLACES:
        raise ValueError(f"{code!r} is not the code of a known place (six digits of GB/T 2260)")
    return code


PlaceCode = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "pattern": "^[0-9]{6}$"}), Scalar("place")
]
"""The code of a known place."""


def within(place: str, area: str) -> bool:
    """Whether the place is the area or lies in it; KeyError for an unknown place."""
    return area in _ABOVE[place]


def at_level(place: str, level: Level) -> str | None:
    """The place itself or the one above it at that level; None where the place is larger."""
    return _AT_LEVEL.get((place, level))


def children(place: str) -> tuple[str, ...]:
    """The places directly below, in the order of their codes; KeyError for an unknown place."""
    return _CHILDREN[place]


def short_name(code: str) -> str:
    """The Chinese name as said in conversation (长沙, 岳麓, 湘西); a county that shares its
    prefecture's name keeps its ending (长沙县). KeyError for an unknown place.
    """
    return _SHORT[code]
