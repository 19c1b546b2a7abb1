"""What the checker once took for a breach, and the law rightly lets through; beside each, what is still found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checker.told import (
    APPROVER,
    DESK,
    NATIONAL,
    OTHER,
    PROVINCIAL,
    SYSTEM,
    TIMEKEEPER,
    UNIT,
    Told,
    begun,
    cast,
    given,
    keyed,
    life,
    office,
    signal,
)

YEAR = keyed("year 430100")


@pytest.mark.parametrize(("since", "rules"), [("2024-04-20", set()), ("2024-04-21", {"T-14"})])
def test_T_14_a_naming_holds_from_the_first_day_of_its_term(since: str, rules: set[str]) -> None:
    said = {"term_from": "2024-04-20", "term_until": "2027-04-19", "@effective_on": since}
    assert life("named", NATIONAL, over={"unit.named": said}).rules() == rules


@pytest.mark.parametrize("frozen", [True, False])
def test_T_16_nothing_goes_on_after_a_publicity_while_the_unit_is_frozen(frozen: bool) -> None:
    told = life("cleared")
    if frozen:
        signal(told, "2024-04-04")
    told.add("unit.followed-up", {"kind": "call", "on": "2025-05-06", "summary": "示例"}, DESK["county"], "2025-05-06")
    assert ("T-16" in told.rules()) is not frozen


@pytest.mark.parametrize("leaves", ["unit.named", "unit.reserve-delisted", None])
def test_T_18_a_number_on_the_list_comes_free_with_whoever_leaves_it(leaves: str | None) -> None:
    told = life("registered")
    opened = {"kind": "reserve", "name": "示例", "title": PROVINCIAL, "place": "430000", "from": "2024-01-01",
              "until": "2024-12-31"}  # fmt: skip
    told.add("round.opened", opened, APPROVER["province"], "2024-01-10", stream=given("round"))
    listed = {"title": PROVINCIAL, "round": given("round"), "rank": 1}
    told.add("unit.reserve-listed", listed, APPROVER["province"], "2024-03-05")
    if leaves is not None:
        told.add(leaves, {"title": PROVINCIAL}, APPROVER["province"], "2024-03-06")
    said = {"kind": "enterprise", "name": "示例", "code": "91430", "place": "430104"}
    told.add("unit.registered", said, SYSTEM, "2024-03-07", stream=OTHER)
    told.add("unit.reserve-listed", listed, APPROVER["province"], "2024-03-07", stream=OTHER)
    assert ("T-18" in told.rules(whole=False)) is (leaves is None)


PUBLIC_LIST = {"units": [], "from": "2024-03-04", "until": "2024-03-11", "channel": "示例"}


def test_T_02_the_list_of_a_closed_round_is_still_objected_to_and_none_is_put_in_public() -> None:
    told = begun(*cast())
    opened = {"kind": "reserve", "name": "示例", "title": PROVINCIAL, "place": "430000", "from": "2024-02-01",
              "until": "2024-02-29"}  # fmt: skip
    for kind, said in (
        ("opened", opened),
        ("list-publicised", PUBLIC_LIST),
        ("closed", {}),
        ("objection-raised", {"ground": "示例", "text": "示例"}),
    ):
        told.add(f"round.{kind}", said, APPROVER["province"], "2024-03-04", stream=given("round"))
    assert told.rules() == {"T-26"}, "it was closed over its list"
    told.add("round.list-publicised", PUBLIC_LIST, APPROVER["province"], "2024-03-05", stream=given("round"))
    assert "T-02" in told.rules()


def test_I_13_anybody_objects_to_the_list_of_a_round() -> None:
    told = begun(*cast())
    opened = {"kind": "reserve", "name": "示例", "title": PROVINCIAL, "place": "430000", "from": "2024-02-01",
              "until": "2024-12-31"}  # fmt: skip
    told.add("round.opened", opened, APPROVER["province"], "2024-02-01", stream=given("round"))
    said = {"ground": "示例", "text": "示例"}
    told.add("round.objection-raised", said, DESK["prefecture"], "2024-03-05", stream=given("round"))
    assert "I-13" not in told.rules()
    told.add("round.closed", {}, DESK["prefecture"], "2024-03-05", stream=given("round"))
    assert "I-13" in told.rules()


@pytest.mark.parametrize("voided", [True, False])
def test_A_50_a_plan_is_under_way_again_when_its_conclusion_is_voided(voided: bool) -> None:
    told = life("registered")
    said = {"standards": ["party_organisation"], "by": "2024-12-31"}
    plan = told.add("unit.cultivation-planned", said, DESK["county"], "2024-03-05")
    given_up = {"plan": plan, "outcome": "given_up", "summary": "示例"}
    at = told.add("unit.cultivation-concluded", given_up, DESK["county"], "2024-03-06")
    if voided:
        told.add("unit.entry-voided", {"version": at, "reason": "示例"}, DESK["county"], "2024-03-07")
    told.add("unit.cultivation-concluded", given_up, DESK["county"], "2024-03-08")
    assert told.rules() == (set() if voided else {"A-50"})


@pytest.mark.parametrize(("corrected", "rules"), [(True, set()), (False, {"T-25"})])
def test_T_25_what_a_correction_makes_owed_again_is_missed_since_then(corrected: bool, rules: set[str]) -> None:
    told, of_it = _trained()
    if corrected:
        figures = [{"field": "/certified", "was": 100, "now": 99}]
        event = {"version": of_it, "figures": figures, "reason": "示例"}
        first, second = (office("prefecture", "officer", house, 3) for house in ("hr", "union"))
        told.by_two("year.entry-corrected", event, first, second, "2025-03-04", stream=YEAR)
    missed = {"obligation": "train", "ref": "train:training", "due": "2024-12-31", "holder": "prefecture:430100"}
    told.add("year.deadline-missed", missed, TIMEKEEPER, "2025-03-05", stream=YEAR)
    assert told.rules() == rules


@pytest.mark.parametrize(("excused", "rules"), [(True, set()), (False, {"T-25"})])
def test_T_25_a_criticism_is_owed_for_a_later_lapse_once_an_earlier_one_is_excused(
    excused: bool, rules: set[str]
) -> None:
    """Seed 203 of the exploration: the day of the later lapse was over when it was come to."""
    told = begun(*cast())
    told.add("year.opened", {"place": "430100", "year": 2024}, SYSTEM, "2024-01-09", stream=YEAR)
    lapses = []
    for quarter in ("Q1", "Q2", "Q3", "Q4"):
        late = {"obligation": "file_plan", "ref": f"file_plan:{quarter}", "due": "2024-01-15"}
        told.add("year.deadline-missed", late | {"holder": "prefecture:430100"}, TIMEKEEPER, "2024-01-16", stream=YEAR)
        lapse = late | {"place": "430100", "year": 2024}
        lapses.append(told.add("year.lapse-found", lapse, TIMEKEEPER, "2024-01-16", stream=YEAR))
    if excused:
        said = {"lapse": lapses[0], "reason": "示例"}
        told.add("year.lapse-excused", said, APPROVER["province"], "2024-09-25", stream=YEAR)
    missed = {"obligation": "criticise", "ref": f"criticise:{lapses[3]}", "due": "2024-01-29"}
    told.add("year.deadline-missed", missed | {"holder": "province:430000"}, TIMEKEEPER, "2024-09-26", stream=YEAR)
    assert told.rules() == rules


def _trained() -> tuple[Told, int]:
    told = begun(*cast())
    told.add("year.opened", {"place": "430100", "year": 2024}, SYSTEM, "2024-01-09", stream=YEAR)
    told.add("year.training-target-set", {"people": 100}, SYSTEM, "2024-01-10", stream=YEAR)
    held: dict[str, Any] = {"kind": "basic", "course": "示例", "on": "2024-06-03", "people": 100, "certified": 100}
    by = office("prefecture", "officer", "hr", 3)
    return told, told.add("year.training-held", held, by, "2024-06-03", stream=YEAR)


def test_T_05_a_second_verification_that_says_to_revoke_starts_no_clock_of_its_own() -> None:
    """Seed 4001 of the exploration: the law owed one answer, since the first of the two."""
    told = life("granted")
    for day in ("2025-03-03", "2025-03-10"):
        said = {"title": PROVINCIAL, "period": "2025年度", "result": "propose_revocation", "findings": "示例"}
        version = told.add("unit.verified", said, DESK["province"], day)
    assert told.rules() == set()
    missed = {"obligation": "propose_revocation", "due": "2025-03-24", "holder": "prefecture:430100"}
    told.add("unit.deadline-missed", missed | {"ref": f"propose_revocation:{version - 1}"}, TIMEKEEPER, "2025-03-25")
    told.add("unit.followed-up", {"kind": "visit", "on": "2025-05-06", "summary": "示例"}, DESK["county"], "2025-05-06")
    assert told.rules() == set()


@pytest.mark.parametrize(("leave", "rules"), [((), set()), (("unit.revoked",), {"A-53"})])
def test_A_53_who_lost_a_title_may_be_ranked_for_a_list_again(leave: tuple[str, ...], rules: set[str]) -> None:
    """Seed 203 of the exploration: the revocation was over, and taken for one that is proposed."""
    told = life("revoked", leave=leave)
    ordered = {"items": ["示例"], "due": "2024-06-28", "signals": ["urn:example#示例"], "check": "示例-1"}
    at = told.add("unit.rectification-ordered", ordered, DESK["prefecture"], "2024-06-19")
    accepted = {"rectification_ref": at, "outcome": "accepted", "findings": "示例"}
    told.add("unit.rectification-concluded", accepted, office("prefecture", "officer", "union", 3), "2024-06-20")
    opened = {"kind": "reserve", "name": "示例", "title": NATIONAL, "place": "430000", "from": "2024-01-01",
              "until": "2024-12-31"}  # fmt: skip
    told.add("round.opened", opened, APPROVER["province"], "2024-01-10", stream=given("round"))
    ranked = {"candidates": [UNIT], "ranking": [{"unit": UNIT, "rank": 1, "points": 0, "terms": []}]}
    told.add("round.candidates-ranked", ranked, DESK["province"], "2024-06-20", stream=given("round"))
    assert told.rules(whole=False) & {"A-53"} == rules
