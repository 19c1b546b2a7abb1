"""Further siblings of the ways round the law, planted where no law refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checker.told import (
    APPROVER,
    DESK,
    INSPECTOR,
    NATIONAL,
    PROVINCIAL,
    SYSTEM,
    UNIT,
    Actor,
    Told,
    agent,
    assess,
    digest,
    given,
    keyed,
    life,
    office,
    opine,
    signal,
)

HEAD = office("province", "approver", n=9)


# --- T-05, T-16: days that never come ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "rules"),
    [
        ("2024-03-26", "2024-04-02", set()),
        ("2024-03-26", "2099-01-05", {"T-05"}),
        ("2099-01-05", "2099-01-30", {"T-05"}),
    ],
)
def test_T_05_a_publicity_does_not_last_for_ever(since: str, until: str, rules: set[str]) -> None:
    told = life("publicised", over={"unit.publicity-started": {"from": since, "until": until}})
    assert told.rules() == rules


@pytest.mark.parametrize(("day", "rules"), [("2024-03-20", set()), ("2027-03-15", {"T-16"})])
def test_T_16_what_is_brought_in_by_an_amendment_is_not_too_old(day: str, rules: set[str]) -> None:
    told = life("applied")
    returned = {"title": PROVINCIAL, "deficiencies": ["示例"], "due": "2024-03-19", "level": "county"}
    told.add("unit.application-returned", returned, DESK["county"], "2024-03-13")
    amended = {"title": PROVINCIAL, "note": "示例", "report_digest": digest("report")}
    told.add("unit.application-amended", amended, agent(), day)
    assert {rule for rule in told.rules() if rule == "T-16"} == rules


# --- T-10, I-15, I-21: facts that are made small ----------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"people": 0}, {"occurred_on": "2020-01-06"}, {"category": "other_violation"}])
def test_T_10_a_sum_still_freezes_when_one_of_it_is_amended(changes: dict[str, Any]) -> None:
    told = life("plaque")
    for name in ("a", "b"):
        signal(told, "2024-05-02", name, category="no_contract", people=6, severity=1)
    amended = {"signal": "urn:example#a", "reason": "示例", **changes}
    told.add("unit.signal-amended", amended, _source(told), "2024-05-02")
    said = {"incentive": "credit", "title": PROVINCIAL, "from": "2024-05-06", "until": "2027-04-09", "basis": "示例"}
    told.add("unit.incentive-granted", said, DESK["county"], "2024-05-06")
    assert "T-10" in told.rules()


def _source(told: Told) -> Actor:
    return next(line["actor"] for line in told.lines if line["type"] == "unit.signal-recorded.v1")


@pytest.mark.parametrize(("people", "rules"), [(50, set()), (5_000, {"T-10"})])
def test_T_10_what_grew_worse_after_its_check_is_checked_again(people: int, rules: set[str]) -> None:
    told = life("checked")
    told.add("unit.signal-amended", _amended(people=people), _source(told), "2024-06-05")
    assess(told, "2024-06-06", "unfounded", None)
    assert told.rules() == rules


def test_I_15_what_grew_worse_is_checked_by_a_day() -> None:
    told = life("checked")
    told.add("unit.signal-amended", _amended(people=5_000), _source(told), "2024-06-05")
    told.add("unit.contact-assigned", _contact("2024-07-08"), DESK["prefecture"], "2024-07-08")
    assert "I-15" in told.rules()


def _contact(day: str) -> dict[str, Any]:
    return {"officer": DESK["prefecture"]["id"], "from": day}


def _amended(**changes: Any) -> dict[str, Any]:
    return {"signal": "urn:example#示例", "reason": "示例", **changes}


@pytest.mark.parametrize(("on", "rules"), [("2024-06-02", set()), ("2024-06-04", {"I-21"})])
def test_I_21_nothing_happened_after_it_was_reported(on: str, rules: set[str]) -> None:
    told = life("signal")
    told.add("unit.signal-amended", _amended(occurred_on=on), _source(told), "2024-06-05")
    assert {rule for rule in told.rules() if rule == "I-21"} == rules


@pytest.mark.parametrize("recorder", [None, office("prefecture", "officer", "union", 14)])
def test_T_10_what_an_officer_takes_back_is_checked_all_the_same(recorder: Actor | None) -> None:
    told = life("granted")
    signal(told, "2024-06-03", **({"by": recorder, "source": "urn:example:nobody"} if recorder else {}))
    by = _source(told)
    told.add("unit.signal-withdrawn", {"signal": "urn:example#示例", "reason": "示例"}, by, "2024-06-04")
    assess(told, "2024-06-05", "unfounded", None)
    assert ("T-10" in told.rules()) is (recorder is not None)


# --- T-05: findings that nobody answers -------------------------------------------------------------------------------


def _found(told: Told, *, signals: tuple[str, ...] = ()) -> int:
    kind = "targeted" if signals else "spot"
    ordered = {"kind": kind, "check": "示例-2", "signals": list(signals), "due": "2024-06-21"}
    told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-06-04")
    conducted = {"check": "示例-2", "on": "2024-06-05", "findings": "示例", "result": "grave"}
    return told.add("unit.check-conducted", conducted, INSPECTOR, "2024-06-05")


@pytest.mark.parametrize(("outcome", "rules"), [("accepted", set()), ("failed", {"T-05"})])
def test_T_05_a_finding_whose_rectification_failed_is_put_right_by_another(outcome: str, rules: set[str]) -> None:
    told = life("granted")
    finding = _found(told)
    said = {"items": ["示例"], "due": "2024-06-20", "finding": finding, "level": "prefecture"}
    order = told.add("unit.rectification-ordered", said, DESK["prefecture"], "2024-06-06")
    told.add("unit.rectification-reported", {"rectification_ref": order, "text": "示例"}, agent(), "2024-06-07")
    concluded = {"rectification_ref": order, "outcome": outcome, "findings": "示例"}
    told.add("unit.rectification-concluded", concluded, APPROVER["prefecture"], "2024-06-07")
    told.add("unit.contact-assigned", _contact("2024-09-02"), DESK["prefecture"], "2024-09-02")
    assert {rule for rule in told.rules() if rule == "T-05"} == rules


def test_T_05_what_a_check_found_beside_an_empty_signal_is_put_right() -> None:
    told = life("granted")
    signal(told, "2024-06-03")
    _found(told, signals=("urn:example#示例",))
    assess(told, "2024-06-06", "unfounded", None)
    assert "T-05" not in told.rules()
    told.add("unit.contact-assigned", _contact("2024-09-02"), DESK["prefecture"], "2024-09-02")
    assert "T-05" in told.rules()


# --- T-22: one person against the houses ------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "rules"), [("oppose", set()), ("support", {"T-22"})])
def test_T_22_one_person_does_not_drop_what_the_houses_carried(word: str, rules: set[str]) -> None:
    told = life("heard")
    opine(told, "2024-06-13", "province", PROVINCIAL, "revocation", **dict.fromkeys(("hr", "union"), word))
    dropped = {"title": PROVINCIAL, "reason": "示例"}
    told.add("unit.revocation-dropped", dropped, HEAD, "2024-06-14")
    assert told.rules() == rules


@pytest.mark.parametrize(("word", "rules"), [("oppose", set()), ("support", {"T-22"})])
def test_T_22_one_person_does_not_uphold_what_the_houses_would_set_aside(word: str, rules: set[str]) -> None:
    told = life("recovered")
    told.add("unit.reconsideration-requested", {"title": PROVINCIAL, "text": "示例"}, agent(), "2024-06-24")
    opine(told, "2024-06-25", "province", PROVINCIAL, "reconsideration", **dict.fromkeys(("hr", "union"), word))
    upheld = {"title": PROVINCIAL, "outcome": "upheld", "reason": "示例"}
    told.add("unit.reconsideration-decided", upheld, office("province", "approver", n=12), "2024-06-26")
    assert told.rules() == rules


# --- T-23: papers that are older than what they answer ----------------------------------------------------------------


@pytest.mark.parametrize(("dated", "rules"), [("2024-06-14", set()), ("2024-01-08", {"T-23"})])
def test_T_23_the_nations_consent_is_no_older_than_the_question(dated: str, rules: set[str]) -> None:
    told = life("opined", NATIONAL)
    told.add("unit.consent-requested", {"title": NATIONAL, "document_number": "示例"}, DESK["province"], "2024-06-14")
    paper = keyed("paper")
    recorded = {
        "kind": "consent", "issuer": "示例", "number": "示例1号", "dated": dated, "title": "示例",
        "sha256": digest("paper"), "media_type": "application/pdf", "size": 1,
    }  # fmt: skip
    told.add("document.recorded", recorded, office("province", "officer", "union", 31), "2024-06-14", stream=paper)
    confirmed = {"units": [UNIT]}
    told.add("document.confirmed", confirmed, office("province", "officer", "hr", 32), "2024-06-14", stream=paper)
    said = {"title": NATIONAL, "document_number": "示例", "paper": paper, "document_digest": digest("paper")}
    told.add("unit.consent-given", said, office("province", "approver", n=33), "2024-06-17")
    assert {rule for rule in told.rules() if rule == "T-23"} == rules


# --- T-09, T-18: what passes on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "rules"), [("2027-04-09", set()), ("2027-10-09", {"T-09"})])
def test_T_09_an_extension_does_not_pass_on(until: str, rules: set[str]) -> None:
    told = life("plaque")
    extended = {"title": PROVINCIAL, "until": "2027-10-09", "ground": "示例"}
    told.add("unit.term-extended", extended, office("province", "approver", n=7), "2027-02-01")
    other = given("successor")
    named = {"kind": "enterprise", "name": "示例二", "code": "9144", "place": "430104", "headcount": 300}
    told.add("unit.registered", named, agent(), "2027-02-02", stream=other)
    taken = {"title": PROVINCIAL, "predecessor": UNIT, "term_from": "2024-04-10", "term_until": until}
    told.add("unit.title-taken-over", taken, SYSTEM, "2027-02-03", stream=other)
    of_it = [one for one in told.found() if one.stream == other and one.rule == "T-09"]
    assert {one.rule for one in of_it} == rules


def test_T_18_a_successor_leaves_the_reserve_list_first() -> None:
    told = life("plaque")
    other = given("successor")
    named = {"kind": "enterprise", "name": "示例二", "code": "9144", "place": "430104", "headcount": 300}
    told.add("unit.registered", named, agent(), "2024-05-02", stream=other)
    listed = {"title": PROVINCIAL, "round": given("round"), "rank": 1}
    told.add("unit.reserve-listed", listed, HEAD, "2024-05-03", stream=other)
    taken = {"title": PROVINCIAL, "predecessor": UNIT, "term_from": "2024-04-10", "term_until": "2027-04-09"}
    told.add("unit.title-taken-over", taken, SYSTEM, "2024-05-06", stream=other)
    assert "T-18" in told.rules()


# --- a session of an earlier application ------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "rules"), [("2024-03-19", set()), ("2024-03-11", {"A-20"})])
def test_A_20_a_session_on_an_earlier_application_carries_no_later_one(on: str, rules: set[str]) -> None:
    told, stream = Told(), given("session")
    agenda = [{"unit": UNIT, "title": PROVINCIAL, "matter": "application"}]
    convened = {"body": given("body"), "name": "示例", "on": on, "agenda": agenda, "place": "430100"}
    told.add("session.convened", convened, DESK["prefecture"], "2024-03-08", stream=stream)
    told = life("evaluated", told=told, over={"unit.evaluated": {"session": stream}})
    assert {rule for rule in told.rules() if rule == "A-20"} == rules
