"""R-01: where participation stands at the end of 2027 if it goes on as it did."""

from __future__ import annotations

from datetime import date

from projections.governance.forecast import course
from projections.governance.queries import Month
from services.web.chart import chart


def test_R_01_a_steady_course_is_carried_on_to_the_end_of_2027() -> None:
    months = [Month(f"2026-{month:02}", 10) for month in range(1, 7)]
    points = course(months, date(2026, 6, 10))
    assert [(point.month, point.units) for point in points[:6]] == [
        (f"2026-{month:02}", 10 * month) for month in range(1, 7)
    ]
    assert not any(point.is_forecast for point in points[:6])
    last = points[-1]
    assert (last.month, last.units, last.low, last.high) == ("2027-12", 240, 240, 240)


def test_R_01_low_and_high_are_of_the_worst_and_the_best_three_months() -> None:
    months = [Month("2026-01", 30), Month("2026-02", 30), Month("2026-03", 30), Month("2026-06", 6)]
    points = course(months, date(2026, 7, 1))
    assert points[6].month == "2026-07"
    assert points[6].units == 96
    ahead = points[7]
    assert (ahead.month, ahead.units, ahead.low, ahead.high) == ("2026-08", 96 + 2 * 16, 96 + 2 * 2, 96 + 2 * 30)


def test_R_01_nothing_is_foretold_from_fewer_than_three_whole_months() -> None:
    assert course([], date(2026, 6, 1)) == []
    assert not any(point.is_forecast for point in course([Month("2026-05", 3)], date(2026, 6, 30)))


def test_R_01_what_was_counted_is_never_forecast_away() -> None:
    points = course([Month("2026-01", 1), Month("2026-06", 100)], date(2026, 6, 30))
    assert all(point.units >= 101 for point in points if point.is_forecast)


def test_R_01_a_course_that_is_over_has_no_forecast_and_is_drawn_all_the_same() -> None:
    points = course([Month("2026-01", 1)], date(2028, 6, 30))
    assert not any(point.is_forecast for point in points)
    drawn = chart(points)
    assert drawn is not None
    assert drawn.forecast == drawn.band == ""
    assert [units for _, units in drawn.ticks] == [0, 1, 2]
