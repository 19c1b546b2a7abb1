"""A unit that goes to another province, or comes from one, as the second opinion sees it (T-28, T-04)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checker.told import NATIONAL, PROVINCIAL, Told, agent, digest, keyed, life, office

ONE, OTHER = office("province", "approver", "hr", 80), office("province", "approver", "union", 81)
SAME = office("province", "approver", "hr", 82)
PAPER, LOG = keyed("transfer"), "00000000-0000-4000-8000-000000000009"
TERM = {"term_from": "2022-05-10", "term_until": "2025-05-09"}


def _along(*worths: str) -> list[dict[str, str]]:
    return [{"worth": worth, **TERM} for worth in worths]


def _until(day: str) -> dict[str, str]:
    return _along("national")[0] | {"term_until": day}


def _handed(**changes: Any) -> dict[str, Any]:
    return {"to": "420000", "paper": PAPER, "reason": "示例", "titles": [], "waits": [], **changes}


def _received(**changes: Any) -> dict[str, Any]:
    said = {
        "name": "示例", "code": "91430100000000001X", "place": "430104", "from": "420000", "log": LOG, "handed_over": 3,
        "paper": PAPER, "titles": [], "waits": [], "held": [],
    }  # fmt: skip
    return {**said, **changes}


@pytest.mark.parametrize(
    ("upto", "event", "rules"),
    [
        ("registered", _handed(), set()),
        ("registered", _handed(to="430200"), {"T-28"}),
        ("registered", _handed(titles=_along("national")), {"T-28"}),
        ("applied", _handed(), {"T-28"}),
        ("proposed", _handed(), {"T-28"}),
    ],
    ids=["nothing open", "within the province", "with what it does not hold", "applied", "revocation proposed"],
)
def test_t_28_what_is_open_or_untrue_does_not_go_along(upto: str, event: dict[str, Any], rules: set[str]) -> None:
    told = life(upto)
    told.by_two("unit.handed-over", event, ONE, OTHER, "2024-06-20")
    assert told.rules() >= rules
    assert ("T-28" in told.rules()) is bool(rules)


@pytest.mark.parametrize(
    ("event", "broken"),
    [
        (_received(titles=_along("national", "provincial"), held=[{"title": NATIONAL, **TERM}]), False),
        (_received(titles=_along("provincial"), held=[{"title": PROVINCIAL, **TERM}]), True),
        (_received(titles=_along("provincial"), held=[{"title": NATIONAL, **TERM}]), True),
        (_received(**{"from": "430100"}), True),
        (
            _received(titles=[_until("2041-01-01")], held=[{"title": NATIONAL, **TERM, "term_until": "2041-01-01"}]),
            True,
        ),
    ],
    ids=["the nation's", "the other province's", "what did not come along", "from here", "a term without end"],
)
def test_t_28_what_did_not_come_along_or_is_not_taken_in_is_not_held(event: dict[str, Any], broken: bool) -> None:
    told = Told()
    told.by_two("unit.received", event, ONE, OTHER, "2024-06-20")
    assert ("T-28" in told.rules()) is broken


def test_t_28_a_waiting_time_goes_on() -> None:
    told = Told()
    waits = [{"worth": "provincial", "until": "2024-09-01"}]
    told.by_two("unit.received", _received(waits=waits), ONE, OTHER, "2024-06-20")
    applied = {"title": PROVINCIAL, "report_digest": digest("report"), "route": "levels"}
    told.add("unit.applied", applied, agent(), "2024-08-30")
    assert "T-28" in told.rules()


def test_t_28_a_unit_that_stands_here_is_not_received() -> None:
    told = life("registered")
    told.by_two("unit.received", _received(), ONE, OTHER, "2024-06-20")
    assert "T-28" in told.rules()


def test_t_04_one_house_or_one_person_hands_nothing_over() -> None:
    told = life("registered")
    told.by_two("unit.handed-over", _handed(), ONE, SAME, "2024-06-20")
    assert "T-04" in told.rules()
    alone = life("registered")
    alone.add("unit.handed-over", _handed(), ONE, "2024-06-20")
    assert "T-04" in alone.rules()


def test_t_28_a_title_that_was_taken_away_here_comes_back_by_a_receipt() -> None:
    told = life("recovered")
    told.by_two("unit.handed-over", _handed(), ONE, OTHER, "2024-07-01")
    before = told.found()
    told.by_two("unit.received", _received(titles=_along("provincial")), ONE, OTHER, "2024-09-02")
    assert {one.rule for one in told.found()[len(before) :]} == {"T-28"}
