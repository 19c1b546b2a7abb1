"""Breaches about offices and years, each planted: who sits, who is given what, quorums, lapses, bulletins, samples."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from tests.checker.told import DESK, SYSTEM, TIMEKEEPER, Told, appoint, begun, digest, given, keyed, life, office

HR, UNION, COUNTY = office("province", n=3), office("province", house="union", n=3), DESK["county"]
BODY, YEAR = keyed("body"), keyed("year 430000")


def _body(*members: tuple[Any, str]) -> Told:
    told = begun(DESK["province"], HR, UNION, COUNTY)
    told.add("body.established", {"kind": "leading_group", "name": "示例", "place": "430000"}, DESK["province"],
             "2024-01-09", stream=BODY)  # fmt: skip
    for who, house in members:
        said = {"officer": who["id"], "house": house, "from": "2024-01-09"}
        told.add("body.member-appointed", said, DESK["province"], "2024-01-09", stream=BODY)
    return told


def _meeting(present: tuple[Any, ...], *, members: int = 2, quorum: bool = True, in_favour: int = 2) -> dict[str, Any]:
    vote = {"subject": "示例", "in_favour": in_favour, "against": len(present) - in_favour, "abstained": 0}
    return {
        "on": "2024-01-10", "present": [who["id"] for who in present], "subject": "示例", "members": members,
        "quorum": quorum, "decisions": [vote],
    }  # fmt: skip


def test_T_02_a_seat_a_task_and_a_contact_are_of_who_holds_the_post() -> None:
    assert _body((HR, "hr"), (UNION, "union")).rules() == set()
    assert _body((HR, "union")).rules() == {"T-02"}, "a member for a house of another"
    assert _body((COUNTY, "hr")).rules() == {"T-02"}, "a post that does not cover the place"
    for who, house, rules in ((HR, "hr", set()), (HR, "union", {"T-02"}), (COUNTY, "hr", {"T-02"})):
        told = begun(DESK["province"], HR, COUNTY)
        said = {"task": "leading_group", "place": "430000", "officer": who["id"], "house": house, "due": "2024-12-31"}
        told.add("task.assigned", said, DESK["province"], "2024-01-09", stream=keyed("task"))
        assert told.rules() == rules
    for who, rules in ((COUNTY["id"], set()), (given("nobody's post"), {"T-02"})):
        told = life("registered")
        appoint(told, COUNTY, "2024-03-04")
        appoint(told, office("county", n=9, place="430105") | {"id": given("nobody's post")}, "2024-03-04")
        told.add("unit.contact-assigned", {"officer": who, "from": "2024-03-05"}, COUNTY, "2024-03-05")
        assert told.rules() == rules


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        (_meeting((HR, UNION)), set()),
        (_meeting((HR,), quorum=False, in_favour=1), {"A-36"}),
        (_meeting((HR,), quorum=True, in_favour=1), {"A-36"}),
        (_meeting((HR, COUNTY)), {"A-36"}),
        (_meeting((HR, UNION), members=3), {"A-36"}),
        (_meeting((HR, UNION), in_favour=1), {"A-36"}),
    ],
)
def test_A_36_a_meeting_decides_with_its_quorum(said: dict[str, Any], rules: set[str]) -> None:
    told = _body((HR, "hr"), (UNION, "union"))
    told.add("body.meeting-held", said, DESK["province"], "2024-01-10", stream=BODY)
    assert told.rules() == rules


def _years(*below: str) -> Told:
    told = begun(DESK["province"])
    for place in ("430000", *below):
        by = DESK["province"] if place == "430000" else SYSTEM
        told.add("year.opened", {"place": place, "year": 2024}, by, "2024-01-09", stream=keyed(f"year {place}"))
    return told


def _lapse(told: Told, ref: str = "plan", obligation: str = "file_plan", place: str = "430100") -> int:
    said = {"place": place, "year": 2024, "obligation": obligation, "ref": ref, "due": "2024-04-01"}
    return told.add("year.lapse-found", said, SYSTEM, "2024-04-02", stream=keyed("year 430100"))


def _missed() -> Told:
    told = _years("430100")
    said = {"obligation": "file_plan", "ref": "plan", "due": "2024-04-01", "holder": "prefecture:430100"}
    told.add("year.deadline-missed", said, TIMEKEEPER, "2024-04-02", stream=keyed("year 430100"))
    return told


def test_A_33_a_lapse_is_a_miss_that_the_pack_counts_and_is_answered_once() -> None:
    known = _missed()
    _lapse(known)
    before = known.rules()
    assert "A-33" not in before
    for wrong in (("another", "file_plan"), ("plan", "service")):
        told = _missed()
        _lapse(told, *wrong)
        assert "A-33" in told.rules(), wrong
    twice = _missed()
    _lapse(twice)
    at = _lapse(twice)
    assert "A-33" in twice.rules()
    told = _missed()
    at = _lapse(told)
    deducted = {"lapse": at, "points": 2, "reason": "示例"}
    told.add("year.score-deducted", deducted, DESK["province"], "2024-04-03", stream=keyed("year 430100"))
    assert "A-33" not in told.rules()
    told.add("year.score-deducted", deducted, DESK["province"], "2024-04-03", stream=keyed("year 430100"))
    assert "A-33" in told.rules()
    for said in ({"lapse": at - 1, "points": 2, "reason": "示例"}, {"lapse": at, "reason": "示例"}):
        told = _missed()
        _lapse(told)
        told.add("year.score-deducted", said, DESK["province"], "2024-04-03", stream=keyed("year 430100"))
        assert "A-33" in told.rules(), said


def _bulletin(value: int = 120, period: str = "2024-01", position: int = 3, of: int = 120) -> dict[str, Any]:
    frozen = sha256(f"{position}\n{period}\n命名有效:{of}".encode()).hexdigest()
    return {
        "period": period, "number": "示例1号", "position": position, "figures_digest": frozen,
        "figures": [{"name": "命名有效", "value": value}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ([_bulletin()], set()),
        ([_bulletin(121)], {"A-34"}),
        ([_bulletin(period="2024-02")], {"A-34"}),
        ([_bulletin(period="2023-12")], {"A-34"}),
        ([_bulletin(), _bulletin()], {"A-34"}),
        ([_bulletin(position=900)], {"A-34"}),
    ],
)
def test_A_34_a_bulletin_is_of_its_figures_and_of_a_period_that_is_over(said: list[Any], rules: set[str]) -> None:
    told = _years()
    for one in said:
        told.add("year.bulletin-published", one, DESK["province"], "2024-02-05", stream=YEAR)
    assert told.rules() == rules


@pytest.mark.parametrize(
    ("share", "seed", "places", "rules"),
    [
        (40, "示例种子", ["430100", "430200"], set()),
        (40, "另一种子", ["430100", "430200"], {"A-35"}),
        (40, "示例种子", ["430100"], {"A-35"}),
        (40, "示例种子", ["430100", "430100"], {"A-35"}),
        (40, "示例种子", ["430100", "420100"], {"A-35"}),
        (10, "示例种子", ["430100"], {"A-35"}),
    ],
)
def test_A_35_a_sample_is_what_its_seed_and_share_take(
    share: int, seed: str, places: list[str], rules: set[str]
) -> None:
    told = _years("430100", "430200", "430300")
    planned = {"share": share, "commitment": digest("示例种子")}
    told.add("year.sample-planned", planned, DESK["province"], "2024-02-05", stream=YEAR)
    told.add("year.sample-drawn", {"seed": seed, "places": places}, DESK["province"], "2024-02-06", stream=YEAR)
    assert told.rules() == rules
