"""The 31 provinces as equal tiles in the rough places of the map, each with its figure, a word and a shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from events.places import NATION, children
from projections.league.queries import Province

SIDE = 74
"""A tile and the gap after it, in the picture's units."""

_ROWS = (
    ". . . . . . . . 230000",
    "650000 . . . . . 150000 220000 .",
    ". 630000 620000 640000 140000 130000 110000 210000 .",
    "540000 . . 610000 410000 370000 120000 . .",
    ". 510000 500000 420000 340000 320000 310000 . .",
    ". 530000 520000 430000 360000 330000 . . .",
    ". . 450000 440000 350000 . . . .",
    ". . . 460000 . . . . .",
)
PLACED: Mapping[str, tuple[int, int]] = {
    code: (column, row) for row, line in enumerate(_ROWS) for column, code in enumerate(line.split()) if code != "."
}
"""Column and row of every province."""

WIDTH = SIDE * (1 + max(column for column, _ in PLACED.values()))
HEIGHT = SIDE * len(_ROWS)


@dataclass(frozen=True, slots=True)
class Measure:
    """What the map may show: `figure` of a province, from which bounds on it is fair and poor (of more, or of less)."""

    zh: str
    en: str
    figure: Callable[[Province], float | None]
    fair: float
    poor: float
    less_is_worse: bool = False
    percent: bool = False

    def grade(self, value: float) -> str:
        """good, fair or poor."""
        sign = -1 if self.less_is_worse else 1
        if sign * value >= sign * self.poor:
            return "poor"
        return "fair" if sign * value >= sign * self.fair else "good"


MEASURES: Mapping[str, Measure] = {
    "unhandled": Measure("逾期未处置", "unhandled", lambda one: one.unhandled, 1, 5),
    "days": Measure("核实天数中位", "median days to assess", lambda one: one.median_days, 10, 21),
    "checked": Measure(
        "一年内核查", "checked in a year", lambda one: one.share_checked, 0.95, 0.8, less_is_worse=True, percent=True
    ),
    "frozen": Measure("冻结", "frozen", lambda one: one.frozen, 5, 20),
    "lapses": Measure("逾期事项", "lapses", lambda one: one.lapses, 1, 10),
    "national": Measure("全国示范", "national units", lambda one: one.national, float("inf"), float("inf")),
}
"""What the map can be coloured by; the last has no better or worse."""

SAYS: Mapping[str, tuple[str, str, str]] = {
    "good": ("●", "正常", "good"),
    "fair": ("◐", "关注", "watch"),
    "poor": ("▲", "突出", "poor"),
    "stopped": ("✕", "已停止", "stopped"),
    "none": ("○", "无数据", "no data"),
    "absent": ("·", "未接入", "not joined"),
}
"""Shape and words of every grade: colour alone says nothing."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the map."""

    place: str
    x: int
    y: int
    grade: str
    shape: str
    zh: str
    en: str
    figure: str


def tiles(found: Sequence[Province], measure: str) -> list[Tile]:
    """Every province in its place, graded by a measure; those that have not joined say so."""
    known, chosen = {one.place: one for one in found}, MEASURES[measure]
    return [_tile(place, known.get(place), chosen) for place in children(NATION) if place in PLACED]


def _tile(place: str, one: Province | None, measure: Measure) -> Tile:
    column, row = PLACED[place]
    value = measure.figure(one) if one else None
    if one is None:
        grade = "absent"
    elif one.status != "running":
        grade = "stopped"
    else:
        grade = "none" if value is None else measure.grade(value)
    shape, zh, en = SAYS[grade]
    return Tile(place, column * SIDE, row * SIDE, grade, shape, zh, en, _figure(value, measure))


def _figure(value: float | None, measure: Measure) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if measure.percent else f"{value:g}"
