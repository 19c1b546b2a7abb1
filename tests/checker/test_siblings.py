"""Breaches that the checker was once blind to, each planted: what one rule alone refused is found without it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.checker.told import (
    APPROVER,
    DESK,
    NATIONAL,
    PROVINCIAL,
    SYSTEM,
    UNIT,
    Told,
    agent,
    appoint,
    begun,
    cast,
    digest,
    given,
    keyed,
    life,
    office,
)

REGISTER, POLICY, ROUND, PLAN = keyed("register"), keyed("policy"), given("round"), keyed("plan")
HEADS = [office("province", "approver", house, 20 + n) for n, house in enumerate(("hr", "union"))]


# --- T-02, T-04: persons ----------------------------------------------------------------------------------------------


def test_T_02_one_person_is_one_officer() -> None:
    """Somebody is registered a second time, under the same tag, to second what they proposed."""
    told = begun(*cast())
    twin = office("province", "approver", "union", 31)
    appoint(told, twin, "2024-01-09", tag=DESK["province"]["id"])
    assert told.rules() == {"T-02"}


def test_T_02_a_tag_is_for_ever() -> None:
    told = begun(*cast())
    said = {"tag": {"tag": digest("another")}}
    told.add("officer.person-tagged", said, SYSTEM, "2024-01-09", stream=DESK["province"]["id"])
    assert told.rules() == {"T-02"}


@pytest.mark.parametrize(("role", "rules"), [("auditor", set()), ("approver", {"T-04"})])
def test_T_04_a_recovery_has_an_auditor(role: str, rules: set[str]) -> None:
    second = office("province", role, "hr" if role == "approver" else None, 40)
    told = begun(*cast(), second)
    said = {"code_digest": digest("a"), "next_digest": digest("b"), "auditor": second["id"]}
    told.add("register.recovered", said, SYSTEM, "2024-01-09", stream=REGISTER)
    assert told.rules() == rules


# --- T-14: a pack announced late, be it only proposed -----------------------------------------------------------------


@pytest.mark.parametrize(("since", "rules"), [("2024-03-01", set()), ("2024-01-15", {"T-14"})])
def test_T_14_a_pack_is_proposed_with_its_notice(since: str, rules: set[str]) -> None:
    told = begun(*cast(), *HEADS)
    payload = f'{{"digest":"{digest("pack")}","from":"{since}","pack":"hunan-2023-15","pack_version":"1"}}'
    whole = (
        f'{{"actor":{_canonical(HEADS[0])},"at_version":1,"effective_on":"2024-01-10",'
        f'"payload":{_quoted(payload)},"stream":"{POLICY}","type":"policy.adopted.v1"}}'
    )
    said = {"type": "policy.adopted.v1", "payload": payload, "digest": digest(whole), "at_version": 1}
    told.add("policy.act-proposed", said, HEADS[0], "2024-01-10", stream=POLICY)
    assert told.rules() == rules


def _canonical(actor: dict[str, Any]) -> str:
    return json.dumps(actor, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# --- T-13: holidays ---------------------------------------------------------------------------------------------------

HOLIDAYS = {"year": 2031, "notice": "示例", "digest": digest("notice"), "rest": ["2031-03-10", "2031-03-11"]}


def _announced(*said: dict[str, Any], pair: tuple[Any, Any] = (HEADS[0], HEADS[1])) -> Told:
    told = begun(*cast(), *HEADS, office("province", "approver", "hr", 29))
    for one in said:
        told.by_two("policy.holidays-announced", HOLIDAYS | one, *pair, "2031-01-06", stream=POLICY)
    return told


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ([{}], set()),
        ([{"year": 2030, "rest": ["2030-03-10"]}], {"T-13"}),
        ([{"rest": ["2030-03-10"]}], {"T-13"}),
        ([{"rest": ["2031-03-10", "2031-03-10"]}], {"T-13"}),
        ([{"work": ["2031-03-10"]}], {"T-13"}),
        ([{}, {}], {"T-13"}),
        ([{}, {"notice": "示例更正"}], set()),
    ],
)
def test_T_13_holidays_are_of_their_year_and_each_notice_is_new(said: list[dict[str, Any]], rules: set[str]) -> None:
    assert _announced(*said).rules() == rules


def test_T_13_holidays_take_two_houses() -> None:
    assert _announced({}, pair=(HEADS[0], office("province", "approver", "hr", 29))).rules() == {"T-04"}


@pytest.mark.parametrize("announced", [True, False])
def test_T_13_days_are_counted_by_the_holidays_that_are_known(announced: bool) -> None:
    """Two days of rest put off the last day on which one's own slip is voided alone."""
    told = _announced(*([{}] if announced else []))
    seen = {"kind": "visit", "on": "2031-03-05", "summary": "示例"}
    said = {"kind": "enterprise", "name": "示例", "code": "9143", "place": "430104", "headcount": 300}
    told.add("unit.registered", said | {"ownership": "private"}, agent(), "2031-03-04")
    at = told.add("unit.followed-up", seen, DESK["county"], "2031-03-05")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, DESK["county"], "2031-03-14")
    assert told.rules() == (set() if announced else {"T-13"})


# --- T-18: a list twice -----------------------------------------------------------------------------------------------


def test_T_18_a_list_is_public_once() -> None:
    told = begun(*cast(), *HEADS)
    opened = {"kind": "naming", "name": "示例", "title": PROVINCIAL, "place": "430000"}
    told.add(
        "round.opened", opened | {"from": "2024-01-10", "until": "2024-02-01"}, HEADS[0], "2024-01-10", stream=ROUND
    )
    published = {"units": [], "document_number": "示例"}
    told.add("round.list-published", published, HEADS[0], "2024-02-02", stream=ROUND)
    assert told.rules() == set()
    told.add("round.list-published", published, HEADS[0], "2024-02-05", stream=ROUND)
    assert told.rules() == {"T-18"}


# --- T-07: what a higher level decided --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "by", "rules"),
    [("ended", "county", {"T-07"}), ("suspended", "county", {"T-07"}), ("ended", "province", set())],
)
def test_T_07_an_incentive_of_above_is_not_ended_below(kind: str, by: str, rules: set[str]) -> None:
    told = life("granted", over={"unit.incentive-granted": {"@actor": DESK["province"]}})
    ref = told.versions[told.lines[-1]["stream"]]
    told.add(f"unit.incentive-{kind}", {"grant_ref": ref, "reason": "示例"}, DESK[by], "2024-05-07")
    assert told.rules() == rules


def test_T_07_what_the_prefecture_suspended_the_county_does_not_resume() -> None:
    told = life("granted")
    ref = told.versions[told.lines[-1]["stream"]]
    told.add("unit.incentive-suspended", {"grant_ref": ref, "reason": "示例"}, DESK["prefecture"], "2024-05-07")
    told.add("unit.incentive-resumed", {"grant_ref": ref, "reason": "示例"}, DESK["county"], "2024-05-08")
    assert told.rules() == {"T-07"}


def test_T_07_nor_are_opinions_on_a_revocation_replaced_by_a_colleague() -> None:
    told = life("opined")
    said = {"title": PROVINCIAL, "matter": "revocation", "opinion": "oppose", "level": "province", "house": "union"}
    told.add("unit.house-opined", said, office("province", "officer", "union", 30), "2024-06-13")
    assert told.rules() == {"T-07"}


def test_T_07_after_another_visit_a_colleague_speaks_anew() -> None:
    told = life("evaluated", leave=("unit.evaluated",))
    visit = next(line["event"] for line in told.lines if line["type"] == "unit.site-visited.v1")
    told.add("unit.site-visited", visit | {"on": "2024-03-20"}, DESK["prefecture"], "2024-03-20")
    said = {"title": PROVINCIAL, "opinion": "oppose", "level": "prefecture", "house": "union"}
    told.add("unit.house-opined", said, office("prefecture", "officer", "union", 30), "2024-03-20")
    assert told.rules() == set()


# --- T-19: a share that nobody owes -----------------------------------------------------------------------------------


def _planned(shares: tuple[str, ...]) -> Told:
    """A plan of the province whose list is frozen, and the houses that have committed."""
    told = begun(*cast(), *HEADS)
    planned = {"place": "430000", "kind": "spot", "period": "2024", "share": "5%", "stratified_by": "kind"}
    told.add("check.planned", planned, HEADS[0], "2024-02-01", stream=PLAN)
    listed = {"position": len(told.lines), "population": 2, "strata": [{"units": 2}], "shares": 4}
    told.add("check.list-frozen", listed, HEADS[0], "2024-02-01", stream=PLAN)
    for house in shares:
        told.add(
            "check.share-committed", {"house": house, "digest": digest(house)}, HEADS[0], "2024-02-01", stream=PLAN
        )
    return told


@pytest.mark.parametrize(
    ("house", "day", "rules"),
    [
        ("union", "2024-02-08", set()),
        ("union", "2024-02-07", {"T-19"}),  # its days are not over
        ("hr", "2024-02-09", {"T-19"}),  # it has committed
        ("示例", "2024-02-09", {"T-19"}),  # no house
    ],
)
def test_T_19_a_share_is_withheld_that_is_owed(house: str, day: str, rules: set[str]) -> None:
    told = _planned(("hr",))
    told.add("check.share-withheld", {"house": house, "reason": "示例"}, HEADS[0], day, stream=PLAN)
    assert told.rules() == rules


# --- T-21, T-23: closing, and papers used again -----------------------------------------------------------------------


def test_T_21_a_unit_is_not_closed_while_a_proposal_is_owed() -> None:
    told = life("assessed")
    told.add("unit.closed", {"reason": "示例"}, APPROVER["prefecture"], "2024-06-07")
    assert told.rules() == {"T-21"}


def test_T_23_a_paper_does_one_thing_for_a_title() -> None:
    """What consented to a revocation is shown again to drop it."""

    people = (HEADS[0], HEADS[1])
    told = begun(*cast(), *people)
    paper = keyed("paper")
    recorded = {"kind": "consent", "issuer": "示例", "number": "1", "dated": "2024-06-14", "title": "示例"}
    recorded |= {"sha256": digest("paper"), "media_type": "application/pdf", "size": 1}
    life("consented", NATIONAL, told=told, over={"unit.consent-given": {"@actor": office("nation", "approver", n=7)}})
    told.add("document.recorded", recorded, people[0], "2024-06-17", stream=paper)
    told.add("document.confirmed", {}, people[1], "2024-06-17", stream=paper)
    before = told.rules()
    for _ in range(2):
        said = {"title": NATIONAL, "document_number": "示例", "paper": paper}
        told.add("unit.consent-given", said, office("nation", "approver", n=7), "2024-06-17")
    assert told.rules() - before == {"T-23"}


# --- what walks without a rule showed the checker not to see ----------------------------------------------------------

RECORDED = {
    "kind": "other", "issuer": "示例", "number": "1", "dated": "2024-02-01", "title": "示例", "sha256": digest("paper"),
    "media_type": "application/pdf", "size": 1,
}  # fmt: skip
AUDITOR = office("province", "auditor", None, 40)
RECOVERED = {"code_digest": digest("first"), "next_digest": digest("second"), "auditor": AUDITOR["id"]}
DRAWN_OF = {"place": "430000", "period": "2024", "share": 50, "due": "2024-12-31", "name": "示例"}


@pytest.mark.parametrize(
    ("rule", "kind", "said", "wrong", "stream"),
    [
        ("T-27", "register.hold-placed", {"units": [UNIT], "reason": "示例"}, {"units": []}, REGISTER),
        ("T-19", "check.planned", DRAWN_OF | {"kind": "spot"}, {"kind": "targeted"}, PLAN),
        ("T-04", "register.recovered", RECOVERED, {"code_digest": digest("typed")}, REGISTER),
        ("T-04", "register.recovered", RECOVERED, {"next_digest": digest("first")}, REGISTER),
    ],
)
def test_a_rule_that_is_taken_out_is_missed(
    rule: str, kind: str, said: dict[str, Any], wrong: dict[str, Any], stream: str
) -> None:
    for over, rules in (({}, set()), (wrong, {rule})):
        told = begun(*cast(), *HEADS, AUDITOR)
        told.lines[0]["event"]["recovery_digest"] = digest("first")
        told.add(kind, said | over, SYSTEM if kind == "register.recovered" else HEADS[0], "2024-02-01", stream=stream)
        assert told.rules() == rules


def test_T_23_a_paper_is_recorded_once() -> None:
    told = begun(*cast(), *HEADS)
    for _ in range(2):
        told.add("document.recorded", RECORDED, HEADS[0], "2024-02-01", stream=keyed("paper"))
    assert told.rules() == {"T-23"}


def test_T_13_what_two_persons_did_and_what_has_its_own_procedure_is_no_slip() -> None:
    source = keyed("source")
    registered = {"uri": "urn:example", "name": "示例", "system": "petitions", "place": "430000", "categories": []}
    pair = [office("province", "administrator", None, n) for n in (41, 42)]
    for kind, rules in (("source.suspended", {"T-13"}), ("source.resumed", {"T-13"})):
        told = begun(*cast(), *pair)
        told.add("source.registered", registered, pair[0], "2024-02-01", stream=source)
        told.by_two("source.suspended", {"reason": "示例"}, *pair, "2024-02-01", stream=source)
        told.by_two("source.resumed", {"reason": "示例"}, *pair, "2024-02-01", stream=source)
        at = max(line["version"] for line in told.lines if line["type"] == f"{kind}.v1")
        told.add("source.entry-voided", {"version": at, "reason": "示例"}, pair[0], "2024-02-02", stream=source)
        assert told.rules() == rules, kind


def test_what_else_a_walk_without_its_rule_left_unseen() -> None:
    """A congress of ten, a unit of another province, 999 points of a third party, a ground of another category."""
    told = begun(*cast())
    said = {"kind": "enterprise", "name": "示例", "code": "9143", "place": "420100"}
    told.add("unit.registered", said, SYSTEM, "2024-03-04", stream=keyed("elsewhere"))
    assert told.rules() == {"T-20"}
    few = {"entitled": 10, "present": 10, "in_favour": 9, "against": 1}
    assert life("sealed", over={"unit.report-adopted": few}).rules() == {"T-01"}
    told = life("accepted")
    told.add("unit.assessed-by-third-party", {"title": PROVINCIAL, "score": 999}, agent("assessor"), "2024-03-16")
    assert "T-22" in told.rules()
    other = {"unit.signal-assessed": {"ground": "safety_accident"}}
    assert "T-10" in life("assessed", over=other).rules()


def test_T_21_a_county_closes_nobody_who_is_in_question() -> None:
    told = life("registered")
    ordered = {"kind": "spot", "check": "1", "due": "2024-06-28"}
    told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-03-05")
    told.add("unit.closed", {"reason": "示例"}, DESK["county"], "2024-03-06")
    assert told.rules() == {"T-21"}


@pytest.mark.parametrize(("by", "rules"), [(DESK["prefecture"], {"T-21"}), (APPROVER["prefecture"], set())])
def test_T_21_an_approver_closes_who_is_in_question(by: dict[str, Any], rules: set[str]) -> None:
    told = life("registered")
    ordered = {"kind": "spot", "check": "1", "due": "2024-06-28"}
    told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-03-05")
    told.add("unit.closed", {"reason": "示例"}, by, "2024-03-06")
    assert told.rules() == rules
