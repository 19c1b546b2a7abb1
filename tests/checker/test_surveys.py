"""A-02, R-06: what a survey of the register lacks is found, entry by entry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checker.told import TIMEKEEPER, Told, agent, digest, life

OPENED = {"codes": 20, "until": "2024-03-25", "indicators": ["pay"]}
COUNTED = {
    "survey_ref": 2, "answered": 10, "answers": [{"indicator": "pay", "answers": [0, 0, 1, 4, 5]}],
    "scores": {"pay": 90}, "digest": digest("answers"),
}  # fmt: skip
REPORT = {
    "standard_set": "enterprise_national", "conducted_by": "unit", "survey_ref": 3, "survey_by": "register",
    "items": [{"standard": "party_organisation", "score": 10}], "drawn_up_on": "2024-03-27",
    "survey_counted": {"entitled": 20, "answered": 10, "scores": {"pay": 90}},
    "report": {"sha256": digest("report"), "media_type": "application/pdf", "title": "示例", "size": 1},
}  # fmt: skip

ENTERED = {"entitled": 300, "answered": 290, "scores": {"pay": 99}}


def _told(opened: Any = (), counted: Any = (), report: Any = (), *, opened_on: str = "2024-03-11",
          counted_on: str = "2024-03-26", reported_on: str = "2024-03-27") -> Told:  # fmt: skip
    """A survey opened, counted and taken into the report; each with other fields, or left out where they are None."""
    told = life("registered")
    if opened is not None:
        told.add("unit.survey-opened", OPENED | dict(opened), agent("unit_union"), opened_on)
    if counted is not None:
        told.add("unit.survey-counted", COUNTED | dict(counted), TIMEKEEPER, counted_on)
    if report is not None:
        told.add("unit.self-evaluated", REPORT | dict(report), agent(), reported_on)
    return told


def test_a_survey_as_the_register_counts_it_is_no_breach() -> None:
    assert _told().rules() == set()


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        (_told({"until": "2024-03-11"}, None, None), "a survey until"),
        (_told({"until": "2024-05-01"}, None, None), "a survey until"),
        (_told({"codes": 301}, None, None), "more codes than workers"),
        (_told(None, {}, None), "no such survey is open"),
        (_told({}, {}, None, counted_on="2024-03-25"), "counted before"),
        (_told({}, {"answered": 9}, None), "the totals are not those"),
        (_told({"codes": 9}, {}, None), "the totals are not those"),
        (_told({"indicators": ["pay", "care"]}, {}, None), "not of what was asked"),
        (_told({}, {"scores": {"pay": 100}}, None), "do not follow from the totals"),
        (_told({}, None, {"survey_ref": None}), "a survey is not counted yet"),
        (_told(report={"survey_ref": None, "survey_by": "unit", "survey": ENTERED}), "is not taken"),
        (_told(report={"survey_ref": 2}), "not the survey that was counted last"),
        (_told(report={"survey_counted": {**REPORT["survey_counted"], "answered": 20}}), "not as it was counted"),  # type: ignore[dict-item]
        (_told(report={"drawn_up_on": "2024-03-25"}), "older than the count"),
        (_told(report={"survey_by": "unit"}), "not marked as counted"),
    ],
)  # fmt: skip
def test_R_06_what_a_survey_lacks_is_found(planted: Told, words: str) -> None:
    found = planted.found()
    assert {one.rule for one in found} == {"A-02"}
    assert any(words in one.en for one in found)


def test_R_06_a_second_survey_and_a_congress_before_the_count_are_found() -> None:
    twice = _told({}, None, None)
    twice.add("unit.survey-opened", OPENED, agent("unit_union"), "2024-03-12")
    assert twice.rules() == {"A-02"}
    early = _told({}, None, None)
    congress = {"report_digest": digest("report"), "on": "2024-03-15", "entitled": 100, "present": 80, "in_favour": 75}
    early.add("unit.report-adopted", congress | {"against": 5}, agent(), "2024-03-15")
    assert "A-02" in early.rules()


@pytest.mark.parametrize(("again", "rules"), [("2024-06-26", {"A-02"}), ("2024-06-27", set())])
def test_A_02_the_workers_are_not_asked_again_until_it_suits(again: str, rules: set[str]) -> None:
    told = _told(report=None)
    told.add("unit.survey-opened", OPENED | {"until": "2024-07-08"}, agent("unit_union"), again)
    assert told.rules() == rules


@pytest.mark.parametrize(("taken", "entered"), [("2025-03-26", {"A-02"}), ("2025-03-27", set())])
def test_T_16_a_count_stands_for_its_time_and_is_not_taken_after_it(taken: str, entered: set[str]) -> None:
    """While it counts it is taken and nothing else; after that it is not, and the unit may enter its own."""
    drawn_up = {"drawn_up_on": taken}
    assert _told(report=drawn_up, reported_on=taken).rules() == (set() if entered else {"T-16"})
    own = drawn_up | {"survey_ref": None, "survey_by": "unit", "survey": ENTERED}
    assert _told(report=own, reported_on=taken).rules() == entered
