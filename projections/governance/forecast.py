"""Where participation stands at the end of 2027 if it goes on as it did (policy 一); pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from projections.governance.queries import Month

TARGET: Final = date(2027, 12, 31)
"""By when all kinds of enterprises are to take part (policy 一)."""

_LOOKS_BACK: Final = 12
_WINDOW: Final = 3

METHOD_ZH: Final = (
    "近12个完整月首次参与户数的月均值，按月线性外推至2027年12月；"
    "低值、高值取其间最低、最高的连续3个月均值；不足3个完整月的不作预测"
)
METHOD_EN: Final = (
    "the mean of units that took part for the first time over the last 12 whole months, carried on month by month to "
    "December 2027; low and high by the lowest and highest mean of three months in a row; none from fewer than three"
)


@dataclass(frozen=True, slots=True)
class Point:
    """Units that take part by the end of a month (YYYY-MM): as counted, or as forecast with its low and high."""

    month: str
    units: int
    low: int | None = None
    high: int | None = None

    @property
    def is_forecast(self) -> bool:
        """Whether nobody has counted it yet."""
        return self.low is not None


def course(months: Sequence[Month], today: date) -> list[Point]:
    """The units that have taken part by the end of each month up to that of `today`, then the forecast to `TARGET`."""
    if not months:
        return []
    began = {one.month: one.units for one in months}
    known = list(_months(months[0].month, _written(today)))
    points, total = [], 0
    for month in known:
        total += began.get(month, 0)
        points.append(Point(month, total))
    whole = [began.get(month, 0) for month in known[:-1]][-_LOOKS_BACK:]
    if len(whole) < _WINDOW:
        return points
    windows = [sum(whole[at : at + _WINDOW]) / _WINDOW for at in range(len(whole) - _WINDOW + 1)]
    mean = sum(whole) / len(whole)
    # the month that runs is not over: what it adds is part of the forecast, not of what it is made from
    before = points[-1].units - began.get(known[-1], 0)
    ahead = list(_months(known[-1], _written(TARGET)))[1:]
    for number, month in enumerate(ahead, 2):
        point = [max(total, round(before + number * each)) for each in (mean, min(windows), max(windows))]
        points.append(Point(month, *point))
    return points


def _written(day: date) -> str:
    return f"{day:%Y-%m}"


def _months(first: str, last: str) -> Sequence[str]:
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (name := f"{year:04}-{month:02}") <= last:
        found.append(name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found
