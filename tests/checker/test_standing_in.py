"""T-03 and T-12 in small places: what the checker finds of steps taken up and officers lent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checker.told import DESK, LOCAL, PROVINCIAL, TIMEKEEPER, Told, life, office, opine

ABOVE, SECOND = office("province", "approver", n=20), office("province", "officer", "union", 21)
GUEST = office("prefecture", "approver", n=22, place="430200")
STEP = {"step": "unit.evaluated.v1", "title": PROVINCIAL, "reason": "示例"}


def to_evaluate() -> Told:
    """A case that was visited and opined."""
    return life("evaluated", leave=("unit.evaluated",))


def evaluate(told: Told, by: dict[str, Any], stands_in: int | None = None, day: str = "2024-03-20") -> Told:
    """Somebody evaluates, by which entry they say."""
    said = {"title": PROVINCIAL, "outcome": "recommend", "score": 92, "level": "prefecture"}
    told.add("unit.evaluated", said, by if stands_in is None else by | {"stands_in": stands_in}, day)
    return told


def test_what_two_of_the_level_above_took_up_it_may_do_once() -> None:
    told = to_evaluate()
    version = told.by_two("unit.step-taken-up", STEP, ABOVE, SECOND, "2024-03-20")
    assert evaluate(told, ABOVE, version).rules() == set()
    assert "T-03" in evaluate(told, ABOVE, version).rules()


@pytest.mark.parametrize("stands_in", [None, 1])
def test_the_level_above_does_no_step_that_it_did_not_take_up(stands_in: int | None) -> None:
    assert evaluate(to_evaluate(), ABOVE, stands_in).rules() & {"T-03", "I-03"}


def test_taking_up_takes_two_of_the_level_above() -> None:
    told = to_evaluate()
    told.add("unit.step-taken-up", STEP, ABOVE, "2024-03-20")
    assert told.rules() == {"T-04"}
    told = to_evaluate()
    told.by_two("unit.step-taken-up", STEP, ABOVE, office("prefecture", "approver", n=23), "2024-03-20")
    assert told.rules() == {"T-03"}


def test_who_is_lent_acts_for_the_place_until_the_day() -> None:
    for day, rules in (("2024-03-22", set()), ("2024-03-23", {"T-03"})):
        told = to_evaluate()
        lent = STEP | {"officer": GUEST["id"], "until": "2024-03-22"}
        version = told.by_two("unit.officer-lent", lent, ABOVE, SECOND, "2024-03-20")
        assert evaluate(told, GUEST, version, day).rules() & {"T-03"} == rules


def test_nobody_else_acts_on_the_lending_of_another() -> None:
    told = to_evaluate()
    lent = STEP | {"officer": GUEST["id"], "until": "2024-03-22"}
    version = told.by_two("unit.officer-lent", lent, ABOVE, SECOND, "2024-03-20")
    other = office("prefecture", "approver", n=24, place="430200")
    assert "T-03" in evaluate(told, other, version).rules()


@pytest.mark.parametrize("until", ["2024-03-19", "2024-06-30"])
def test_somebody_is_lent_for_a_time(until: str) -> None:
    told = to_evaluate()
    lent = STEP | {"officer": GUEST["id"], "until": until}
    told.by_two("unit.officer-lent", lent, ABOVE, SECOND, "2024-03-20")
    assert told.rules() == {"T-03"}


def test_what_the_level_above_was_asked_is_answered_in_its_days() -> None:
    for answered in (True, False):
        told = to_evaluate()
        told.add("unit.taking-up-requested", STEP, DESK["prefecture"], "2024-03-20")
        if answered:
            told.by_two("unit.step-taken-up", STEP, ABOVE, SECOND, "2024-03-22")
        opine(told, "2024-04-15", "prefecture", PROVINCIAL)
        assert ("T-03" in told.rules()) is not answered


@pytest.mark.parametrize("taken_up", [True, False])
def test_t_12_after_a_missed_step_the_level_above_takes_it_up_or_misses_it(taken_up: bool) -> None:
    told = life("heard", LOCAL)
    opine(told, "2024-06-13", "prefecture", LOCAL, "revocation")
    proposed = next(line["version"] for line in told.lines if line["type"] == "unit.revocation-proposed.v1")
    missed = {
        "obligation": "decide_revocation", "ref": f"decide_revocation:{proposed}", "due": "2024-06-27",
        "holder": "prefecture:430100",
    }  # fmt: skip
    told.add("unit.deadline-missed", missed, TIMEKEEPER, "2024-06-28")
    if taken_up:
        step = {"step": "unit.revoked.v1", "title": LOCAL, "reason": "示例"}
        told.by_two("unit.step-taken-up", step, ABOVE, SECOND, "2024-07-10")
    told.add("unit.details-changed", {"headcount": 300}, DESK["county"], "2024-07-29")
    assert ("T-12" in told.rules()) is not taken_up
