"""A line chart as numbers for a template: what was counted, what is forecast, and the band between low and high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from projections.governance.forecast import Point

WIDTH: Final = 720
HEIGHT: Final = 220
_LEFT: Final = 48
_BOTTOM: Final = 24
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Chart:
    """The points of SVG polylines, the polygon of the band, and the labels of both axes with where they stand."""

    counted: str
    forecast: str
    band: str
    ticks: Sequence[tuple[float, int]]
    years: Sequence[tuple[float, str]]


def chart(points: Sequence[Point]) -> Chart | None:
    """The chart of a course; None where there is nothing to draw a line through."""
    if len(points) < 2:
        return None
    most = max(point.high or point.units for point in points) or 1
    every = _every(most)
    top = every * (most // every + 1)

    def x(number: int) -> float:
        return round(_LEFT + number * (WIDTH - _LEFT - 8) / (len(points) - 1), 1)

    def y(units: int) -> float:
        return round((HEIGHT - _BOTTOM) * (1 - units / top) + 4, 1)

    placed = list(enumerate(points))
    ahead = [(number, point) for number, point in placed if point.is_forecast]
    known = placed[: len(points) - len(ahead)]
    low = [f"{x(number)},{y(point.low or 0)}" for number, point in ahead]
    high = [f"{x(number)},{y(point.high or 0)}" for number, point in ahead]
    joint = [f"{x(number)},{y(point.units)}" for number, point in known[-1:]] if ahead else []
    return Chart(
        counted=" ".join(f"{x(number)},{y(point.units)}" for number, point in known),
        forecast=" ".join([*joint, *(f"{x(number)},{y(point.units)}" for number, point in ahead)]),
        band=" ".join([*joint, *high, *reversed(low)]),
        ticks=[(y(units), units) for units in range(0, top + 1, every)],
        years=[(x(number), point.month[:4]) for number, point in placed if point.month.endswith("-01")],
    )


def _every(most: int) -> int:
    """The distance of the lines across: 1, 2 or 5 of a power of ten, five lines or fewer."""
    power = 1
    while True:
        for step in _STEPS:
            if most / (step * power) < 5:
                return step * power
        power *= 10
