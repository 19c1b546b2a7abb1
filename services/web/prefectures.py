"""The prefectures of a register as equal tiles, each with how many of the units that are looked for lie there. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.places import children

SIDE: Final = 74
"""A tile and the gap after it, in the picture's units."""

_ACROSS: Final = 5
"""Tiles in a row where nobody drew the map of a province."""

_DRAWN: Final[Mapping[str, tuple[str, ...]]] = {
    "430000": (
        "430800 430700 . 430600",
        "433100 . 430900 430100",
        "431200 431300 430300 430200",
        "430500 . 430400 .",
        ". 431100 431000 .",
    ),
}
"""The rough map of a province, row by row."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A prefecture on the map: its share of all that were found as a grade, a shape and a word."""

    place: str
    x: int
    y: int
    units: int
    grade: str
    shape: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """All tiles, and the size of the picture."""

    tiles: tuple[Tile, ...]
    width: int
    height: int


def tile_map(register: str, units: Mapping[str, int]) -> TileMap:
    """The prefectures of the register's place with their counts; by a map that was drawn, else in rows."""
    placed = _placed(register, children(register))
    most = max(units.values(), default=0)
    tiles = tuple(_tile(place, at, units.get(place, 0), most) for place, at in placed.items())
    columns, rows = (1 + max(at[axis] for at in placed.values()) if placed else 0 for axis in (0, 1))
    return TileMap(tiles, SIDE * columns, SIDE * rows)


def _placed(register: str, prefectures: Sequence[str]) -> dict[str, tuple[int, int]]:
    drawn = {
        code: (column, row)
        for row, line in enumerate(_DRAWN.get(register, ()))
        for column, code in enumerate(line.split())
        if code != "."
    }
    if drawn.keys() == set(prefectures):
        return drawn
    return {code: (number % _ACROSS, number // _ACROSS) for number, code in enumerate(prefectures)}


def _tile(place: str, at: tuple[int, int], units: int, most: int) -> Tile:
    grade, shape, zh, en = _grade(units, most)
    return Tile(place, at[0] * SIDE, at[1] * SIDE, units, grade, shape, zh, en)


def _grade(units: int, most: int) -> tuple[str, str, str, str]:
    """Of the place with most: from its half on many, else some; colour alone says nothing."""
    if not units:
        return "absent", "○", "无", "none"
    return ("many", "●", "较多", "many") if 2 * units >= most else ("some", "◐", "有", "some")
