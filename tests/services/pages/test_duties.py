"""Duties on a desk: those of a kind that are many stand together, where the first of them stands."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from projections.deadlines.rows import Row
from services.web.duties import MOST_FLAT, Duty, piled


def _duty(number: int, kind: str, left: int) -> Duty:
    day, stream = date(2026, 3, 2), UUID(int=number)
    row = Row(
        stream, f"{kind}:{number}", day, "unit", stream, kind, str(number), "province:430000", day, "五(五)3", "open",
        False, None, None, None, None, "示例", "430100", None, None,
    )  # fmt: skip
    return Duty(row, left)


def test_few_of_a_kind_stand_one_beneath_the_other_in_their_order() -> None:
    duties = [_duty(1, "follow_up", -1), _duty(2, "verification", 0), _duty(3, "follow_up", 5)]
    assert [pile.duties for pile in piled(duties)] == [(one,) for one in duties]


def test_many_of_a_kind_stand_together_and_say_how_many_are_late() -> None:
    plans = [_duty(number, "answer_plan", number - 2) for number in range(MOST_FLAT + 1)]
    other = _duty(99, "verification", 1)
    first, second = piled([*plans[:2], other, *plans[2:]])
    assert first.folded
    assert first.duties == tuple(plans)
    assert first.late == 2
    assert (second.duties, second.folded) == ((other,), False)
