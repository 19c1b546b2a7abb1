"""A planted breach of every rule is found; each test is named after its rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.checker.test_clean import whole_register
from tests.checker.told import (
    APPROVER,
    DESK,
    HOUSES,
    INSPECTOR,
    LOCAL,
    NATIONAL,
    OTHER,
    PROVINCIAL,
    PUBLIC,
    SOURCE,
    SYSTEM,
    TIMEKEEPER,
    UNIT,
    Told,
    agent,
    appoint,
    assess,
    begun,
    cast,
    digest,
    given,
    keyed,
    life,
    office,
    opine,
    report,
    signal,
)

FOLLOWED = {"kind": "visit", "on": "2024-06-03", "summary": "示例"}


def missed(
    told: Told,
    day: str,
    due: str,
    *,
    obligation: str = "assess_signal",
    ref: str = "示例",
    holder: str = "prefecture:430100",
    stream: str = UNIT,
) -> int:
    said = {"obligation": obligation, "ref": ref, "due": due, "holder": holder}
    return told.add("unit.deadline-missed", said, TIMEKEEPER, day, stream=stream)


# --- what must hold between acts --------------------------------------------------------------------------------------


def test_t_01_figures_changed_after_adoption_and_seals() -> None:
    told = life("accepted")
    report(told, "2024-03-15")
    told.lines[-3:] = []
    told.versions[UNIT] -= 3
    told = _evaluated_on(told)
    assert told.rules() == {"T-01"}


def _evaluated_on(told: Told) -> Told:
    before = len(told.lines)
    rest = life("evaluated").lines[len(life("accepted").lines) :]
    for line in rest:
        event = dict(line["event"])
        if "opinions" in event:
            event["opinions"] = [n + before - len(life("accepted").lines) for n in event["opinions"]]
        told.add(line["type"][:-3], event, line["actor"], line["effective_on"])
    return told


def test_t_01_another_report_after_the_evaluation() -> None:
    told = life("evaluated")
    told.add(
        "unit.application-returned",
        {"title": PROVINCIAL, "deficiencies": ["示例"], "due": "2024-04-08"},
        DESK["prefecture"],
        "2024-03-21",
    )
    report(told, "2024-03-21", name="another")
    told.add(
        "unit.application-amended",
        {"title": PROVINCIAL, "report_digest": digest("another"), "note": "示例"},
        agent(),
        "2024-03-21",
    )
    told.add(
        "unit.application-forwarded",
        {"title": PROVINCIAL, "from": "prefecture", "to": "province"},
        DESK["prefecture"],
        "2024-03-21",
    )
    opine(told, "2024-03-22", "province", PROVINCIAL)
    told.add(
        "unit.reviewed",
        {"title": PROVINCIAL, "outcome": "recommend", "level": "province"},
        APPROVER["province"],
        "2024-03-25",
    )
    assert told.rules() == {"T-01"}


@pytest.mark.parametrize(
    ("upto", "over"),
    [
        ("evaluated", {"unit.site-visited": {"on": "1999-03-18"}}),
        ("applied", {"unit.report-adopted": {"on": "2024-03-08"}}),
        ("applied", {"unit.report-adopted": {"entitled": 1, "present": 1, "in_favour": 1, "against": 0}}),
        ("applied", {"unit.self-evaluated": {"survey": {"entitled": 1, "answered": 1, "scores": {"pay": 90}}}}),
        ("applied", {"unit.registered": {"kind": "building"}}),
    ],
)  # fmt: skip
def test_t_01_in_the_order_of_days_and_large_enough(upto: str, over: dict[str, Any]) -> None:
    assert "T-01" in life(upto, over=over).rules()


def test_t_01_opinions_on_a_revocation_come_after_the_hearing() -> None:
    assert "T-01" in life("opined", leave=("unit.statement-heard",)).rules()


def test_t_02_nobody_and_nothing_is_invented() -> None:
    told = whole_register()
    told.add(
        "unit.contact-assigned", {"officer": given("invented"), "from": "2024-07-01"}, DESK["prefecture"], "2024-07-01"
    )
    assert told.rules() == {"T-02"}


def test_t_02_visited_by_two_officers_of_two_houses() -> None:
    one = {"visitors": [{"officer": given(1), "house": "hr"}, {"officer": given(2), "house": "hr"}]}
    assert life("evaluated", over={"unit.site-visited": one}).rules() == {"T-02"}


def test_t_02_a_visitor_held_the_post_on_that_day() -> None:
    told = begun(*cast())
    for person in (office("prefecture", "officer", "hr", 4), office("prefecture", "officer", "union", 4)):
        told.add("officer.relieved", {"appointment": 3, "on": "2024-03-01"}, SYSTEM, "2024-03-01", stream=person["id"])
    assert life("evaluated", told=told).rules() == {"T-02"}


def test_t_02_a_house_seconds_its_own_appointments() -> None:
    told = begun(office("province", "administrator", None), DESK["county"])
    post = {
        "post": "示例",
        "house": "union",
        "level": "county",
        "place": "430104",
        "roles": ["officer"],
        "from": "2024-02-01",
    }
    told.add(
        "officer.appointed", post, office("province", "administrator", None), "2024-02-01", stream=DESK["county"]["id"]
    )
    assert told.rules() == {"T-02"}


VISITS_AND_EVALUATES = office("prefecture", "approver", n=9)
VISITORS = [
    {"officer": office("province", "approver", n=5)["id"], "house": "hr"},
    {"officer": given(9), "house": "union"},
]
INSPECTS = office("prefecture", "approver", n=8) | {"roles": ["approver", "inspector"]}


@pytest.mark.parametrize(
    ("upto", "title", "over"),
    [
        (
            "evaluated",
            PROVINCIAL,
            {"unit.evaluated": {"@actor": VISITS_AND_EVALUATES}, "unit.site-visited": {"@actor": VISITS_AND_EVALUATES}},
        ),
        ("reviewed", PROVINCIAL, {"unit.site-visited": {"visitors": VISITORS}}),
        ("named", LOCAL, {"unit.evaluated": {"@actor": office("prefecture", "approver", n=7)}}),
        ("assessed", PROVINCIAL, {"unit.signal-recorded": {"@actor": INSPECTS}}),
        ("revoked", PROVINCIAL, {"unit.statement-heard": {"@actor": DESK["prefecture"]}}),
        ("revoked", PROVINCIAL, {"unit.revocation-proposed": {"@actor": office("province", "approver", n=9)}}),
        ("consented", NATIONAL, {"unit.consent-given": {"@actor": DESK["province"], "document_digest": digest("1")}}),
        ("sealed", PROVINCIAL, {"unit.report-sealed": {"@actor": agent() | {"roles": ["unit_union", "applicant"]}}}),
        ("accepted", PROVINCIAL, {"unit.application-accepted": {"@actor": DESK["county"] | {"id": agent()["id"]}}}),
    ],
)
def test_t_03_who_did_one_does_not_do_the_other(upto: str, title: str, over: dict[str, Any]) -> None:
    assert "T-03" in life(upto, title, over=over).rules()


def test_t_03_who_proposed_a_revocation_does_not_drop_it() -> None:
    told = life("proposed", over={"unit.revocation-proposed": {"@actor": APPROVER["prefecture"]}})
    told.add("unit.revocation-dropped", {"title": PROVINCIAL, "reason": "示例"}, APPROVER["prefecture"], "2024-06-10")
    assert told.rules() == {"T-03"}


def test_t_03_one_person_under_two_ids() -> None:
    accepts, evaluates = office("prefecture", n=40), office("prefecture", "approver", n=41)
    told = begun(*cast())
    for person in (accepts, evaluates):
        appoint(told, person, "2024-01-09", tag="one person")
    over = {"unit.site-visited": {"@actor": accepts}, "unit.evaluated": {"@actor": evaluates}}
    assert life("evaluated", told=told, over=over).rules() == {"T-02", "T-03"}


def test_t_03_who_ordered_a_rectification_does_not_accept_it() -> None:
    told = life("registered")
    order = told.add(
        "unit.rectification-ordered", {"items": ["示例"], "due": "2024-04-01"}, DESK["prefecture"], "2024-03-05"
    )
    told.add(
        "unit.rectification-concluded",
        {"rectification_ref": order, "outcome": "accepted", "findings": "示例"},
        DESK["prefecture"],
        "2024-03-06",
    )
    assert told.rules() == {"T-03"}


def test_t_03_who_acted_is_remembered_when_it_is_voided() -> None:
    visits = office("prefecture", "approver", n=2)
    told = life("accepted")
    visit = {
        "title": PROVINCIAL,
        "on": "2024-03-18",
        "items": [],
        "visitors": [{"officer": given(n), "house": h} for n, h in ((1, "hr"), (2, "union"))],
    }
    at = told.add("unit.site-visited", visit, visits, "2024-03-18")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, visits, "2024-03-18")
    assert _evaluated_on(told).rules() == {"T-03"}


def test_t_03_an_administrator_is_no_approver() -> None:
    both = office("province", "administrator", None) | {"roles": ["administrator", "auditor"]}
    assert begun(both).rules() == {"T-03"}


def test_t_04_two_persons_means_two_acts() -> None:
    named_as_second = life("checked")
    said = {"signal": "urn:example#示例", "outcome": "serious", "ground": "wage_arrears", "findings": "示例"}
    first, second = office("prefecture", "approver", n=8), office("prefecture", "approver", "union", 8)
    named_as_second.add("unit.signal-assessed", said, first, "2024-06-06", seconded_by=second)
    assert named_as_second.rules() == {"T-04"}


def _appointment(told: Told, first: Any, second: Any, day: str = "2024-03-04") -> Told:
    post = {
        "post": "示例",
        "house": "hr",
        "level": "county",
        "place": "430104",
        "roles": ["approver"],
        "from": day,
        "paper": None,
    }
    told.by_two(
        "officer.appointed", {n: v for n, v in post.items() if v}, first, second, day, stream=DESK["county"]["id"]
    )
    return told


def test_t_04_by_two_different_persons_not_just_appointed_by_one_another() -> None:
    first, second = (office("province", "administrator", "hr", n) for n in (1, 2))
    assert _appointment(begun(first, second, DESK["county"]), first, second).rules() == set()
    assert _appointment(begun(first, second, DESK["county"]), first, first).rules() == {"T-04"}
    same = begun(DESK["county"])
    for person in (first, second):
        appoint(same, person, "2024-01-08", tag="one person")
    assert _appointment(same, first, second).rules() == {"T-02", "T-04"}
    untagged = begun(first, second, DESK["county"], tagged=False)
    assert "T-04" in _appointment(untagged, first, second).rules()
    puppet = begun(first, DESK["county"])
    told_by_first = {n: v for n, v in second.items() if n in ("post", "level", "house", "place", "roles")} | {
        "from": "2024-02-20"
    }
    puppet.add("officer.registered", {}, SYSTEM, "2024-02-19", stream=second["id"])
    puppet.add("officer.person-tagged", {"tag": {"tag": digest("puppet")}}, SYSTEM, "2024-02-19", stream=second["id"])
    puppet.add("officer.appointed", told_by_first, first, "2024-02-20", stream=second["id"])
    assert "T-04" in {f.rule for f in _appointment(puppet, first, second).found() if f.stream == DESK["county"]["id"]}


def test_t_04_alone() -> None:
    first = office("province", "administrator", None)
    told = begun(first, DESK["county"])
    post = {"post": "示例", "level": "county", "place": "430104", "roles": ["auditor"], "from": "2024-03-04"}
    told.add("officer.appointed", post, first, "2024-03-04", stream=DESK["county"]["id"])
    assert told.rules() == {"T-04"}
    erased = life("registered")
    officer = office("province", "data_officer", None)
    erased.add(
        "unit.personal-data-erased",
        {"subject": given(1), "legal_basis": "示例", "reason": "示例"},
        officer,
        "2024-03-05",
    )
    assert erased.rules() == {"T-04"}


@pytest.mark.parametrize("change", ["late", "moved", "payload", "digest", "never"])
def test_t_04_what_is_done_is_what_was_proposed(change: str) -> None:
    told = life("checked")
    assess(told, "2024-06-06")
    proposal, seconding, act = told.lines[-3:]
    if change == "late":
        for line in (seconding, act):
            line["recorded_at"] = line["recorded_at"].replace("06-06", "06-20")
            line["effective_on"] = "2024-06-20"
    elif change == "moved":
        told.lines[-2:] = []
        told.versions[UNIT] -= 2
        told.add(
            "unit.followed-up", {"kind": "visit", "on": "2024-06-06", "summary": "示例"}, DESK["county"], "2024-06-06"
        )
        for line in (seconding, act):
            told.versions[UNIT] += 1
            told.lines.append(
                line | {"version": line["version"] + 1, "recorded_at": line["recorded_at"].replace("T01:00", "T02:00")}
            )
    elif change == "payload":
        act["event"] = act["event"] | {"findings": "另一事"}
    elif change == "digest":
        proposal["event"]["digest"] = seconding["event"]["digest"] = digest("another")
    else:
        told.lines[-1:] = []
        told.versions[UNIT] -= 1
        told.add(
            "unit.followed-up", {"kind": "visit", "on": "2024-06-06", "summary": "示例"}, DESK["county"], "2024-06-06"
        )
    assert told.rules() == {"T-04"}


def test_t_05_what_is_called_missed_was_owed_by_that_holder() -> None:
    moved = life("registered", over={"unit.registered": {"place": "430104"}})
    signal(moved, "2024-03-05", severity=2, people=1)
    missed(moved, "2024-03-20", "2024-03-19", holder="prefecture:430200")
    assert moved.rules() == {"T-05"}


def test_t_05_not_before_its_day_and_once() -> None:
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    missed(told, "2024-03-19", "2024-03-19")
    assert told.rules() == {"T-05"}
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    missed(told, "2024-03-20", "2024-03-19")
    missed(told, "2024-03-21", "2024-03-19")
    assert told.rules() == {"T-05"}


def test_t_05_a_duty_does_not_vanish() -> None:
    told = life("named")
    told.add("unit.followed-up", {"kind": "visit", "on": "2025-06-02", "summary": "示例"}, DESK["county"], "2025-06-02")
    assert told.rules() == {"T-05"}


def test_t_05_a_verification_that_says_to_revoke_is_followed() -> None:
    told = life("named")
    verified = {"title": PROVINCIAL, "period": "1", "result": "propose_revocation"}
    told.add("unit.verified", verified, DESK["prefecture"], "2024-06-03")
    told.add("unit.followed-up", FOLLOWED | {"on": "2024-09-02"}, DESK["county"], "2024-09-02")
    assert told.rules() == {"T-05"}


def test_t_06_evidence_is_of_its_ground_and_a_check_the_one_ordered() -> None:
    other_ground = {"grounds": [{"ground": "negative_opinion", "evidence": [1]}]}
    told = life("assessed")
    at = told.versions[UNIT]
    told.add(
        "unit.revocation-proposed",
        {"title": PROVINCIAL, "grounds": [{"ground": "safety_accident", "evidence": [at]}]},
        DESK["prefecture"],
        "2024-06-07",
    )
    assert told.rules() == {"T-06"}
    assert "T-02" in life("proposed", over={"unit.revocation-proposed": other_ground}).rules()
    told = life("named")
    told.add(
        "unit.check-conducted",
        {"check": "nobody ordered it", "on": "2024-05-06", "findings": "示例", "result": "clean"},
        INSPECTOR,
        "2024-05-06",
    )
    assert told.rules() == {"T-06"}


def test_t_06_a_province_does_not_cross_inspect_itself() -> None:
    told = life("named", NATIONAL)
    found = {
        "assignment": given(1),
        "inspecting_place": "430000",
        "on": "2024-05-06",
        "findings": "示例",
        "result": "clean",
    }
    told.add("unit.cross-inspected", found, office("province", "inspector"), "2024-05-06")
    assert told.rules() == {"T-06"}


def test_t_07_undoing_costs_what_doing_cost() -> None:
    told = life("proposed", over={"unit.revocation-proposed": {"@actor": DESK["province"]}})
    told.add("unit.revocation-dropped", {"title": PROVINCIAL, "reason": "示例"}, APPROVER["prefecture"], "2024-06-10")
    assert told.rules() == {"T-07"}
    told = life("recovered", NATIONAL)
    told.add("unit.reconsideration-requested", {"title": NATIONAL, "text": "示例"}, agent(), "2024-06-24")
    told.add(
        "unit.reconsideration-decided",
        {"title": NATIONAL, "outcome": "set_aside", "reason": "示例"},
        APPROVER["province"],
        "2024-06-25",
    )
    assert told.rules() == {"T-07"}
    told = life("consented", NATIONAL)
    told.add("unit.revocation-dropped", {"title": NATIONAL, "reason": "示例"}, APPROVER["province"], "2024-06-18")
    assert told.rules() == {"T-07"}


@pytest.mark.parametrize(
    "served",
    [
        {"how": "receipt"},
        {"@actor": DESK["province"]},
        {"how": "post", "@actor": DESK["province"]},
        {"on": "2024-06-10"},
        {"due": "2024-06-17"},
        {"how": "public_notice", "documents": [{"title": "示例"}], "@actor": DESK["province"]},
    ],
)
def test_t_12_service_is_proved_and_the_hearing_runs_from_it(served: dict[str, Any]) -> None:
    assert life("heard", over={"unit.notice-served": served}).rules() == {"T-12"}


def test_t_12_nobody_decides_before_the_notice_is_served() -> None:
    told = life("heard", leave=("unit.notice-served", "unit.statement-heard"))
    opine(told, "2024-07-25", "province", PROVINCIAL, "revocation")
    assert "T-01" in told.rules()


def test_t_12_a_procedure_that_was_served_does_not_end_by_itself() -> None:
    lapsed = {"title": PROVINCIAL, "proposal": 1}
    served, never = life("heard", leave=("unit.statement-heard",)), life("proposed")
    served.add("unit.revocation-lapsed", lapsed, TIMEKEEPER, "2024-08-01")
    assert "T-12" in served.rules()
    never.add("unit.revocation-lapsed", lapsed, TIMEKEEPER, "2024-06-20")
    assert never.rules() == {"T-12"}


def test_t_07_an_opinion_is_not_replaced_by_another() -> None:
    told = life("accepted")
    opine(told, "2024-03-18", "prefecture", PROVINCIAL)
    said = {"title": PROVINCIAL, "opinion": "oppose", "level": "prefecture", "house": "hr"}
    told.add("unit.house-opined", said, office("prefecture", "officer", "hr", 30), "2024-03-19")
    assert told.rules() == {"T-07"}


def test_t_07_a_lower_level_overrules_no_higher_one() -> None:
    told = life("revoked", over={"unit.revoked": {"@actor": APPROVER["prefecture"]}})
    assert told.rules() == {"T-07"}


@pytest.mark.parametrize("kind", ["unit.named", "unit.consent-given"])
def test_t_08_a_national_title_is_the_nations(kind: str) -> None:
    upto = "named" if kind == "unit.named" else "consented"
    over = {kind: {"@actor": office("province", "approver", n=60)}}
    assert life(upto, NATIONAL, over=over).rules() == {"T-08", "I-08"}


def test_t_08_and_extended_by_the_nation_alone() -> None:
    told = life("named", NATIONAL)
    told.add(
        "unit.term-extended",
        {"title": NATIONAL, "until": "2030-04-09", "ground": "示例"},
        APPROVER["province"],
        "2024-05-06",
    )
    assert told.rules() == {"T-08", "T-09"}


def test_t_09_a_term_is_a_term() -> None:
    late = life("named")
    said = {"incentive": "credit", "title": PROVINCIAL, "from": "2027-04-20", "until": "2027-05-01", "basis": "示例"}
    late.add("unit.verified", {"title": PROVINCIAL, "period": "1", "result": "keep"}, DESK["prefecture"], "2025-04-10")
    late.add("unit.verified", {"title": PROVINCIAL, "period": "2", "result": "keep"}, DESK["prefecture"], "2026-04-10")
    late.add("unit.incentive-granted", said, DESK["county"], "2027-04-20")
    assert late.rules() == {"T-09", "I-11"}
    early = life("named")
    early.add("unit.term-expired", {"title": PROVINCIAL, "on": "2024-06-03"}, TIMEKEEPER, "2024-06-04")
    assert early.rules() == {"T-09"}


def test_t_09_nothing_is_given_while_a_revocation_is_proposed() -> None:
    told = life("proposed")
    told.add("unit.commended", {"honour": "示例", "year": 2024}, SYSTEM, "2024-06-10")
    assert told.rules() == {"T-09", "T-10"}


def test_t_10_one_measure_of_severity() -> None:
    told = life("registered")
    signal(told, "2024-03-05", severity=1, people=1, penalised=True)
    assert told.rules() == {"T-10"}
    told = life("registered")
    signal(told, "2024-03-05", severity=1, people=1, months=12)
    assert told.rules() == {"T-10"}


def test_t_10_evaluated_while_frozen() -> None:
    told = life("accepted")
    signal(told, "2024-03-18")
    assert "T-10" in _evaluated_on(told).rules()


def test_t_10_kept_while_frozen() -> None:
    told = life("signal")
    said = {"title": PROVINCIAL, "period": "1", "result": "keep"}
    told.add("unit.verified", said, DESK["prefecture"], "2024-06-04")
    assert told.rules() == {"T-10"}


def test_t_10_an_amendment_downwards_does_not_unfreeze() -> None:
    told = life("cleared")
    signal(told, "2024-04-08")
    down = {"signal": "urn:example#示例", "severity": 1, "people": 1, "reason": "示例"}
    told.add("unit.signal-amended", down, SOURCE, "2024-04-09")
    told.add(
        "unit.named",
        {"title": PROVINCIAL, "document_number": "示例"},
        office("province", "approver", n=7),
        "2024-04-10",
    )
    assert told.rules() == {"T-10"}


def test_t_10_an_amendment_upwards_opens_the_question_again() -> None:
    told = life("cleared")
    signal(told, "2024-04-03", severity=2, people=1)
    told.add(
        "unit.signal-assessed",
        {"signal": "urn:example#示例", "outcome": "minor", "findings": "示例"},
        DESK["prefecture"],
        "2024-04-08",
    )
    told.add(
        "unit.signal-amended",
        {"signal": "urn:example#示例", "severity": 4, "people": 500, "reason": "示例"},
        SOURCE,
        "2024-04-09",
    )
    told.add(
        "unit.named",
        {"title": PROVINCIAL, "document_number": "示例"},
        office("province", "approver", n=7),
        "2024-04-10",
    )
    assert told.rules() == {"T-10"}


def test_t_10_a_withdrawal_does_not_unfreeze_by_itself() -> None:
    told = life("cleared")
    signal(told, "2024-04-08")
    told.add("unit.signal-withdrawn", {"signal": "urn:example#示例", "reason": "示例"}, SOURCE, "2024-04-09")
    told.add(
        "unit.named",
        {"title": PROVINCIAL, "document_number": "示例"},
        office("province", "approver", n=7),
        "2024-04-10",
    )
    assert told.rules() == {"T-10"}


@pytest.mark.parametrize(
    ("role", "outcome", "found"),
    [("approver", "unfounded", set()), ("officer", "unfounded", {"T-10"}), ("approver", "serious", {"T-10"})],
    ids=["by an approver", "by a clerk", "serious after all, by one alone and without a check"],
)
def test_t_10_what_was_taken_back_is_an_approvers_to_assess(role: str, outcome: str, found: set[str]) -> None:
    told = life("signal")
    told.add("unit.signal-withdrawn", {"signal": "urn:example#示例", "reason": "示例"}, SOURCE, "2024-06-05")
    said = {"signal": "urn:example#示例", "outcome": outcome, "findings": "示例"}
    if outcome == "serious":
        said["ground"] = "wage_arrears"
    told.add("unit.signal-assessed", said, office("prefecture", role, n=60), "2024-06-06")
    assert told.rules() & {"T-10"} == found


def test_t_10_facts_of_one_ground_are_summed() -> None:
    told = life("cleared")
    for name in ("a", "b"):
        signal(told, "2024-04-03", name, severity=1, people=6)
    told.add(
        "unit.named",
        {"title": PROVINCIAL, "document_number": "示例"},
        office("province", "approver", n=7),
        "2024-04-10",
    )
    assert told.rules() == {"T-10"}


def test_t_10_a_heavy_fact_is_assessed_on_its_check_by_two_houses() -> None:
    told = life("signal")
    assess(told, "2024-06-06")
    assert told.rules() == {"T-10"}
    told = life("checked")
    said = {"signal": "urn:example#示例", "outcome": "unfounded", "findings": "示例"}
    told.add("unit.signal-assessed", said, DESK["prefecture"], "2024-06-06")
    assert told.rules() == {"T-10"}


def test_t_10_a_ground_has_its_categories_and_its_test() -> None:
    told = life("checked")
    assess(told, "2024-06-06", ground="negative_opinion")
    assert told.rules() == {"T-10"}


def test_t_11_a_serious_fact_is_about_all_that_the_unit_holds() -> None:
    told = life("granted")
    told.add(
        "unit.title-carried-in",
        {"title": LOCAL, "term_from": "2023-07-03", "term_until": "2026-07-02", "paper": keyed("既有")},
        APPROVER["prefecture"],
        "2024-05-07",
    )
    before = len(told.lines)
    rest = life("revoked").lines[len(life("granted").lines) :]
    shift = before - len(life("granted").lines)
    for line in rest:
        event = dict(line["event"])
        for ground in event.get("grounds", ()):
            ground["evidence"] = [n + shift for n in ground["evidence"]]
        event |= {"proposal": event["proposal"] + shift} if "proposal" in event else {}
        envelope = {n: line[n] for n in ("seconded_by", "command_id") if n in line}
        told.add(line["type"][:-3], event, line["actor"], line["effective_on"], **envelope)
    assert "T-11" in told.rules()


def test_t_12_a_revocation_has_a_clock_at_every_step() -> None:
    told = life("proposed")
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-10-08", "summary": "示例"}, DESK["county"], "2024-10-08")
    assert told.rules() == {"T-12"}


def test_t_12_a_waiver_is_the_units_own() -> None:
    told = life("heard", over={"unit.statement-heard": {"@actor": DESK["province"], "waived": True}})
    assert told.rules() == {"T-12"}


def test_t_13_a_void_mends_a_slip_of_the_pen() -> None:
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    at = missed(told, "2024-03-20", "2024-03-19")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, DESK["prefecture"], "2024-03-20")
    assert told.rules() == {"T-13"}


@pytest.mark.parametrize(
    ("upto", "kind", "by"),
    [
        ("evaluated", "unit.house-opined", APPROVER["province"]),
        ("evaluated", "unit.site-visited", DESK["prefecture"]),
        ("evaluated", "unit.evaluated", APPROVER["prefecture"]),
        ("signal", "unit.signal-recorded", DESK["province"]),
        ("sealed", "unit.self-evaluated", DESK["county"]),
        ("accepted", "unit.application-forwarded", DESK["prefecture"]),
    ],
)
def test_t_13_not_what_others_wrote_and_no_decision(upto: str, kind: str, by: Any) -> None:
    told = life(upto)
    at = next(line for line in told.lines if line["type"] == f"{kind}.v1")
    told.add("unit.entry-voided", {"version": at["version"], "reason": "示例"}, by, told.lines[-1]["effective_on"])
    assert told.rules() == {"T-13"}


SEEN = {"kind": "visit", "on": "2024-03-05", "summary": "示例"}


def test_t_13_within_five_working_days() -> None:
    told = life("registered")
    at = told.add("unit.followed-up", SEEN, DESK["county"], "2024-03-05")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, DESK["county"], "2024-03-12")
    assert told.rules() == set()
    told = life("registered")
    at = told.add("unit.followed-up", SEEN, DESK["county"], "2024-03-05")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, DESK["county"], "2024-03-13")
    assert told.rules() == {"T-13"}


def test_T_13_without_a_notice_weekends_alone_count() -> None:
    """From the first of January on a year's week counts, until a notice is recorded."""
    told = life("registered")
    signal(told, "2031-03-05", severity=2, people=1)
    missed(told, "2031-03-20", "2031-03-19")
    assert told.rules() == set()


def test_t_14_decisions_hold_from_the_day_they_are_recorded() -> None:
    assert life("evaluated", over={"unit.evaluated": {"@day": "2024-03-19"}}).rules() == {"T-14"}
    ahead = {"unit.named": {"term_from": "2040-01-01", "term_until": "2042-12-31"}}
    assert life("named", over=ahead).rules() == {"T-14"}


@pytest.mark.parametrize(
    ("upto", "kind", "over", "rules"),
    [
        ("named", "unit.named", {"decided_on": "2024-04-09", "term_from": "2024-04-09"}, set()),
        ("named", "unit.named", {"decided_on": "2024-04-01", "term_from": "2024-04-01"}, {"T-14"}),
        ("named", "unit.named", {"term_from": "2024-04-09"}, {"T-14"}),
        ("evaluated", "unit.evaluated", {"decided_on": "2024-03-14"}, {"T-14"}),
        ("reviewed", "unit.reviewed", {"decided_on": "2024-03-18"}, {"T-14"}),
        ("revoked", "unit.revoked", {"decided_on": "2024-06-12"}, {"T-14"}),
    ],
)
def test_t_14_a_decision_is_not_older_than_its_evidence(
    upto: str, kind: str, over: dict[str, str], rules: set[str]
) -> None:
    if "term_from" in over:
        over = over | {"term_until": date.fromisoformat(over["term_from"]).replace(year=2027).isoformat()}
    assert life(upto, over={kind: over}).rules() == rules


def test_t_14_a_pack_is_announced() -> None:
    first, second = office("province", "approver", "hr", 70), office("province", "approver", "union", 70)
    told = begun(first, second)
    said = {"pack": "hunan-2023-15", "pack_version": "2", "digest": digest("2"), "from": "2024-06-10"}
    told.by_two("policy.adopted", said, first, second, "2024-06-03", stream=keyed("policy"))
    assert told.rules() == {"T-14"}


def test_i_23_where_people_are_too_few_it_is_said_what_is_done() -> None:
    first, second = office("province", "approver", "hr", 70), office("province", "approver", "union", 70)
    small = {"place": "430102", "lack": "people", "titles": ["national_model"]}
    for arranged, rules in (
        ([{"place": "430100", "remedy": "taken_up"}], set()),
        ([{"place": "430200", "remedy": "taken_up"}], {"I-23"}),
        ([], {"I-23"}),
    ):
        told = begun(first, second)
        said = {
            "pack": "hunan-2023-15", "pack_version": "2", "digest": digest("2"), "from": "2024-07-10",
            "unstaffed": [small], "arrangements": arranged,
        }  # fmt: skip
        told.by_two("policy.adopted", said, first, second, "2024-06-03", stream=keyed("policy"))
        assert told.rules() == rules


def test_t_15_time_runs_one_way() -> None:
    told = life("sealed")
    told.lines[2]["recorded_at"] = "2024-03-01T00:00:00Z"
    told.lines[2]["effective_on"] = "2024-03-01"
    assert "T-15" in told.rules()
    told = life("sealed")
    told.lines[2]["version"] = 7
    assert "T-15" in told.rules()
    told = whole_register()
    told.lines[-1]["position"] = 3
    assert told.rules() == {"T-15"}


def test_t_16_things_age() -> None:
    told = life("sealed")
    told.add(
        "unit.applied",
        {"title": PROVINCIAL, "report_digest": digest("report"), "route": "levels", "level": "county"},
        agent(),
        "2025-03-12",
    )
    assert told.rules() == {"T-16"}


def test_t_16_every_open_step_has_a_day() -> None:
    told = life("accepted")
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-06-03", "summary": "示例"}, DESK["county"], "2024-06-03")
    assert told.rules() == {"T-16"}
    told = life("cleared")
    told.add(
        "unit.named",
        {"title": PROVINCIAL, "document_number": "示例"},
        office("province", "approver", n=7),
        "2025-04-10",
    )
    assert told.rules() == {"T-16"}


def test_t_17_claims_that_decide_a_case_are_confirmed() -> None:
    assert life("accepted", unit={"ownership": "central"}).rules() == {"T-17"}
    told = life("sealed")
    told.add("unit.details-changed", {"place": "000000", "reason": "示例"}, DESK["county"], "2024-03-12")
    assert told.rules() == {"T-17"}


def test_t_17_a_park_never_goes_directly_and_seals_by_its_body() -> None:
    assert "T-17" in life("applied", PROVINCIAL, "park", unit={"ownership": "central"}).rules()
    own = {"unit.report-sealed": {"@actor": agent()}}
    assert life("sealed", PROVINCIAL, "park", over=own).rules() == {"T-17"}


def _round(told: Told, kind: str = "naming", title: str = NATIONAL, until: str = "2024-12-31") -> None:
    opened = {"kind": kind, "name": "示例", "title": title, "place": "430000", "from": "2024-01-01", "until": until}
    told.add("round.opened", opened, APPROVER["province"], "2024-01-10", stream=given("round"))


@pytest.mark.parametrize(
    ("kind", "title", "until"),
    [("reserve", NATIONAL, "2024-12-31"), ("naming", PROVINCIAL, "2024-12-31"), ("naming", NATIONAL, "2024-03-31")],
)
def test_t_18_round_title_kind_and_days_agree(kind: str, title: str, until: str) -> None:
    told = Told()
    _round(told, kind, title, until)
    assert life("nominated", NATIONAL, told=told).found(whole=False)[0].rule == "T-18"


def test_t_18_ranks_and_plaques_are_unique() -> None:
    told = life("plaque")
    told.add(
        "unit.registered",
        {"kind": "enterprise", "name": "示例", "code": "9144", "place": "430104"},
        SYSTEM,
        "2024-04-15",
        stream=OTHER,
    )
    told.add(
        "unit.plaque-issued", {"title": PROVINCIAL, "plaque": "示例-1"}, DESK["province"], "2024-04-15", stream=OTHER
    )
    assert "T-18" in told.rules()


def test_t_18_a_township_on_the_list_of_a_national_title() -> None:
    told = Told()
    _round(told, "reserve")
    life("registered", kind="township", told=told)
    told.add(
        "unit.reserve-listed",
        {"title": NATIONAL, "round": given("round"), "rank": 1},
        APPROVER["province"],
        "2024-03-05",
    )
    assert told.rules(whole=False) == {"T-18"}


PLAN = {"kind": "spot", "name": "示例", "place": "430000", "period": "2024", "share": 50, "due": "2024-12-31"}
STREAM = keyed("plan")


def _share(house: str) -> str:
    return digest(f"share of {house}")


def _of(house: str) -> dict[str, Any]:
    """Somebody of the house in the province."""
    return office("province", "officer", house, 3)


def _drawn(leave: tuple[str, ...] = (), **said: Any) -> Told:
    """A draw of the province among two units: planned, listed, committed to and revealed by four houses, drawn."""
    told = begun(*cast())
    life("registered", told=told)
    by = APPROVER["province"]
    told.add("check.planned", PLAN, by, "2024-03-05", stream=STREAM)
    listed = {
        "position": len(told.lines), "population": 2, "strata": [{"stratum": "all", "units": 2}], "shares": 4,
        "document": {"sha256": digest("2"), "media_type": "text/plain", "title": "示例", "size": 9},
    }  # fmt: skip
    told.add("check.list-frozen", listed | said.pop("listed", {}), by, "2024-03-05", stream=STREAM)
    for house in HOUSES:
        committed = {"house": house, "digest": digest(f"{STREAM}:{house}:{_share(house)}")}
        told.add("check.share-committed", committed, _of(house), "2024-03-05", stream=STREAM)
    last, head = told.lines[-1], len(told.lines)
    moment = datetime.fromisoformat(last["recorded_at"]) - datetime(1970, 1, 1, tzinfo=UTC)
    since = moment // timedelta(microseconds=1)
    summed = digest(f"{head}:{STREAM}:{last['version']}:{since}:{last['command_id']}:{last['event']['digest']}")
    for house in HOUSES:
        if house not in leave:
            said_by, revealed = _of(house), {"house": house, "share": _share(house)}
            told.add("check.share-revealed", revealed, said_by, "2024-03-06", stream=STREAM)
    seed = digest("\n".join([*(f"{house}:{_share(house)}" for house in sorted(HOUSES)), summed]))
    event = {
        "head": head, "head_digest": summed, "seed": seed, "population": 2, "population_digest": digest("2"),
        "units": [UNIT],
    }  # fmt: skip
    told.add("check.drawn", event | said, by, "2024-03-06", stream=STREAM)
    return told


def test_t_19_a_draw_is_the_registers() -> None:
    told = _drawn()
    ordered = {"kind": "spot", "plan": STREAM, "check": "1", "due": "2024-06-28"}
    told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-03-07")
    assert told.rules() == set()
    assert _drawn(head=1).rules() == {"T-19"}
    assert _drawn(seed=digest("other")).rules() == {"T-19"}
    assert _drawn(population=900).rules() == {"T-19"}
    assert _drawn(units=[UNIT, OTHER]).rules() >= {"T-19"}
    assert _drawn(listed={"position": 9_999}).rules() == {"T-19"}
    assert _drawn(listed={"population": 3}).rules() == {"T-19"}
    told.add("unit.check-ordered", ordered | {"kind": "routine", "check": "2"}, DESK["prefecture"], "2024-03-07")
    assert told.rules() == {"T-19"}


def test_t_19_a_share_is_its_own_houses() -> None:
    told = begun(*cast())
    told.add("check.planned", PLAN, APPROVER["province"], "2024-03-05", stream=STREAM)
    listed = {"position": len(told.lines), "population": 2, "strata": [{"units": 2}], "shares": 4}
    told.add("check.list-frozen", listed, APPROVER["province"], "2024-03-05", stream=STREAM)
    committed = {"house": "union", "digest": digest("union")}
    told.add("check.share-committed", committed, _of("hr"), "2024-03-05", stream=STREAM)
    assert told.rules() == {"T-19"}


def test_t_19_no_draw_before_all_shares_are_revealed() -> None:
    assert _drawn(leave=("union",)).rules() == {"T-19"}


def test_t_19_a_share_is_the_one_committed_to() -> None:
    told = _drawn()
    revealed = next(line for line in told.lines if line["type"] == "check.share-revealed.v1")
    revealed["event"]["share"] = digest("another share")
    assert told.rules() == {"T-19"}


def test_t_19_every_drawn_unit_owes_a_check() -> None:
    told = _drawn()
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-06-03", "summary": "示例"}, DESK["county"], "2024-06-03")
    assert told.rules() == {"T-19"}


def test_t_19_one_open_plan_a_place_kind_and_period() -> None:
    told = begun(APPROVER["province"])
    for name in ("one", "two"):
        told.add("check.planned", PLAN, APPROVER["province"], "2024-03-05", stream=keyed(name))
    assert told.rules() == {"T-19"}


def test_t_20_a_stream_is_of_one_kind_and_a_code_one_unit() -> None:
    told = life("registered")
    told.add("officer.registered", {}, SYSTEM, "2024-03-05", stream=UNIT)
    assert told.rules() == {"T-20"}
    told = life("registered")
    told.add(
        "unit.registered",
        {"kind": "enterprise", "name": "示例", "code": "9143", "place": "430104"},
        SYSTEM,
        "2024-03-05",
        stream=OTHER,
    )
    assert told.rules() == {"T-20"}
    told = begun()
    told.add("officer.registered", {}, SYSTEM, "2024-03-05", stream=keyed("officer"))
    assert told.rules() == {"T-20"}
    told = begun()
    for holder in (UNIT, OTHER):
        said = {"scope": "plaque", "value": "示例", "holder": holder}
        told.add("code.claimed", said, SYSTEM, "2024-03-05", stream=keyed("code"))
    assert told.rules() == {"T-20"}


def test_t_21_a_closed_unit() -> None:
    told = life("proposed")
    told.add("unit.closed", {"reason": "示例"}, DESK["county"], "2024-06-10")
    assert told.rules() == {"T-21"}
    told = life("registered")
    told.add("unit.closed", {"reason": "示例"}, DESK["county"], "2024-03-05")
    assert told.rules() == set()
    report(told, "2024-03-06")
    assert told.rules() == {"T-21"}


def test_t_21_succession_is_one_command_on_both_units() -> None:
    told = begun(*cast())
    life("registered", told=told)
    told.add(
        "unit.registered",
        {"kind": "enterprise", "name": "示例", "code": "9144", "place": "430104"},
        SYSTEM,
        "2024-03-05",
        stream=OTHER,
    )
    for stream, other, role in ((UNIT, OTHER, "successor"), (OTHER, UNIT, "predecessor")):
        said = {"other": {"unit": other, "role": role}, "how": "示例"}
        told.add("unit.succeeded", said, APPROVER["prefecture"], "2024-03-06", stream=stream, command_id=given("both"))
    assert told.rules() == set()
    told.lines.pop()
    assert told.rules() == {"T-21"}


@pytest.mark.parametrize(
    "words",
    [
        {"hr": "oppose"},
        dict.fromkeys(("union", "federation"), "oppose"),
        dict.fromkeys(("hr", "union", "commerce"), "abstain"),
    ],
)
def test_t_22_majorities(words: dict[str, str]) -> None:
    told = life("accepted")
    for line in life("evaluated").lines[len(told.lines) :]:
        event = dict(line["event"])
        if line["type"] == "unit.house-opined.v1":
            event["opinion"] = words.get(event["house"], "support")
        told.add(line["type"][:-3], event, line["actor"], line["effective_on"])
    assert told.rules() == {"T-22"}


def test_t_22_declined_against_the_houses_and_scores_beyond_the_checklist() -> None:
    assert life("reviewed", over={"unit.reviewed": {"outcome": "decline"}}).rules() == {"T-22"}
    assert life("evaluated", over={"unit.evaluated": {"score": 999}}).rules() == {"T-22"}
    much = {"unit.self-evaluated": {"items": [{"standard": "party_organisation", "score": 999}]}}
    assert life("sealed", over=much).rules() == {"T-22"}


def test_t_22_withdrawn_after_the_visit_counts_as_rejected() -> None:
    told = life("evaluated")
    told.add("unit.application-withdrawn", {"title": PROVINCIAL, "reason": "示例"}, agent(), "2024-03-21")
    told.add(
        "unit.applied",
        {"title": PROVINCIAL, "report_digest": digest("report"), "route": "levels", "level": "county"},
        agent(),
        "2024-03-22",
    )
    assert told.rules() == {"T-22"}


PAPER = {
    "kind": "naming",
    "issuer": "示例",
    "number": "1",
    "dated": "2024-04-10",
    "title": "示例",
    "sha256": digest("paper"),
}


def _papered(kind: str = "naming", *, confirm: int = 1, dated: str = "2024-04-10", **confirmed: Any) -> Told:
    told = begun(*cast())
    _round(told)
    told.add(
        "document.recorded",
        PAPER | {"kind": kind, "dated": dated},
        office("province", "officer", "union", 3),
        "2024-01-12",
        stream=keyed("paper"),
    )
    for _ in range(confirm):
        told.add(
            "document.confirmed", confirmed, office("province", "officer", "hr", 3), "2024-01-12", stream=keyed("paper")
        )
    over = {"unit.named": {"paper": keyed("paper"), "@actor": office("province", "approver", n=7)}}
    return life("named", NATIONAL, told=told, over=over)


def test_t_23_a_paper_is_used_once_for_what_it_says() -> None:
    assert _papered().rules() == set()
    assert _papered("consent").rules() == {"T-23"}
    assert _papered(confirm=0).rules() == {"T-23"}
    assert _papered(confirm=2).rules() == {"T-23"}


def test_t_14_the_nations_paper_is_no_older_than_the_nomination() -> None:
    assert _papered(dated="2024-04-08").rules() == set()
    assert _papered(dated="2024-04-07").rules() == {"T-14"}


def test_t_23_number_and_digest_are_one_to_one() -> None:
    told = begun(DESK["province"])
    for name in ("a", "b"):
        told.add("document.recorded", PAPER | {"number": name}, DESK["province"], "2024-04-01", stream=keyed(name))
    assert told.rules() == {"T-23"}


def _to_carry_in(*also: Any, dated: str = "2022-03-01", units: tuple[str, ...] = (UNIT,)) -> Told:
    told = life("registered", told=begun(*cast(), *also))
    recorded = PAPER | {"dated": dated}
    told.add("document.recorded", recorded, DESK["province"], "2024-03-05", stream=keyed("paper"))
    confirmer = office("province", "officer", "hr", 3)
    told.add("document.confirmed", {"units": list(units)}, confirmer, "2024-03-05", stream=keyed("paper"))
    return told


CARRIED = {
    "title": PROVINCIAL,
    "term_from": "2022-03-04",
    "term_until": "2025-03-03",
    "plaque": "示例",
    "paper": keyed("paper"),
}


def test_t_24_brought_in_not_invented() -> None:
    pair = [office("province", "approver", house, 80) for house in ("hr", "union")]
    low = (office("prefecture", "approver", n=8), office("prefecture", "approver", "union", 8))
    cases: list[tuple[Told, Any, tuple[Any, ...], set[str]]] = [
        (_to_carry_in(*pair), {}, (*pair,), set()),
        (_to_carry_in(*pair), {"term_from": "2024-02-01"}, (*pair,), {"T-24"}),
        (_to_carry_in(*pair), {"term_until": "2026-03-03"}, (*pair,), {"T-24"}),
        (_to_carry_in(*pair, dated="2024-01-08"), {}, (*pair,), {"T-24"}),
        (_to_carry_in(*pair, units=()), {}, (*pair,), {"T-24"}),
        (_to_carry_in(*pair), {}, low, {"T-24"}),
    ]
    for told, over, two, rules in cases:
        told.by_two("unit.title-carried-in", CARRIED | over, *two, "2024-03-05")
        assert told.rules() == rules, (over, rules)


def test_t_24_an_import_carries_in_what_it_lists_and_nothing_else() -> None:
    pair = [office("province", "approver", house, 80) for house in ("hr", "union")]
    row = {name: value for name, value in CARRIED.items() if name != "paper"} | {"unit": UNIT}
    for over, rules in (({}, set()), ({"plaque": "另"}, {"T-04"})):
        told = _to_carry_in(*pair)
        told.by_two("document.titles-carried-in", {"titles": [row]}, *pair, "2024-03-05", stream=keyed("paper"))
        command = told.lines[-1]["command_id"]
        told.add(
            "unit.title-carried-in", CARRIED | over, pair[0], "2024-03-05", seconded_by=pair[1], command_id=command
        )
        assert told.rules() == rules


def test_t_25_the_watch_is_watched() -> None:
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    missed(told, "2024-03-27", "2024-03-19")
    assert told.rules() == {"T-25"}


def test_t_26_objections_are_to_what_is_public_and_resolved_once() -> None:
    told = life("publicised")
    at = told.add(
        "unit.objection-raised", {"title": PROVINCIAL, "ground": "示例", "text": "示例"}, PUBLIC, "2024-03-27"
    )
    by = office("province", "officer", "union", 9)
    for _ in range(2):
        told.add(
            "unit.objection-resolved", {"objection_ref": at, "upheld": False, "findings": "示例"}, by, "2024-03-28"
        )
    assert told.rules() == {"T-26"}
    told = life("reviewed")
    told.add("unit.objection-raised", {"title": PROVINCIAL, "ground": "示例", "text": "示例"}, PUBLIC, "2024-03-26")
    assert told.rules() == {"T-26"}


HEARD = office("province", "approver", "union", 9)


def _objected(*answers: tuple[str, dict[str, Any], str], text: str = "示例二", **raised: Any) -> set[str]:
    """Two objections of one day, and answers to them on theirs; they stand at versions `at` and `at + 1`."""
    told = life("publicised")
    said = {"title": PROVINCIAL, "ground": "示例", "text": "示例一"}
    at = told.add("unit.objection-raised", said, PUBLIC, "2024-03-27")
    copied = dict.fromkeys(raised, at)
    told.add("unit.objection-raised", said | {"text": text} | copied, PUBLIC, "2024-03-27")
    for kind, refs, day in answers:
        event = {name: at + ref if isinstance(ref, int) else ref for name, ref in refs.items()}
        told.add(f"unit.objection-{kind}", event, HEARD, day)
    return told.rules()


SET_ASIDE = {"objection_ref": 1, "reason": "示例"}


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        ([("admitted", {"objection_ref": 0}, "2024-03-28"), ("set-aside", SET_ASIDE, "2024-03-29")], set()),
        ([("joined", {"objection_ref": 1, "to": 0}, "2024-03-28")], set()),
        ([("joined", {"objection_ref": 1, "to": 1}, "2024-03-28")], {"T-26"}),
        ([("admitted", {"objection_ref": 0}, "2024-03-28")] * 2, {"T-26"}),
        ([("admitted", {"objection_ref": 1}, "2024-03-28"), ("set-aside", SET_ASIDE, "2024-03-29")], {"T-26"}),
        ([("admitted", {"objection_ref": 0}, "2024-03-28"), ("set-aside", SET_ASIDE, "2024-04-01")], {"T-26"}),
    ],
)
def test_T_26_objections_are_admitted_joined_or_set_aside_in_their_days(
    answers: list[tuple[str, dict[str, Any], str]], rules: set[str]
) -> None:
    assert _objected(*answers) == rules


def test_T_26_a_copy_says_the_same() -> None:
    first = ("admitted", {"objection_ref": 0}, "2024-03-28")
    assert _objected(first, ("admitted", {"objection_ref": 1}, "2024-03-28"), text="示例 一", same_as=1) == {"T-26"}
    assert _objected(first, text="示例 一", same_as=1) == set()
    assert _objected(first, text="示例二", same_as=1) == {"T-26"}


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ({"extended_to": "2024-04-03"}, set()),
        ({"extended_to": "2024-04-08"}, {"T-26"}),
        ({"from": "2024-03-25", "extended_to": "2024-04-03"}, {"T-26"}),
        ({"until": "2024-03-29", "extended_to": "2024-04-07"}, {"T-26"}),
    ],
)
def test_T_26_an_outage_makes_a_publicity_longer_by_its_working_days(said: dict[str, str], rules: set[str]) -> None:
    told = life("publicised")
    lost = {"title": PROVINCIAL, "from": "2024-03-27", "until": "2024-03-27", "reason": "示例"} | said
    told.add("unit.publicity-interrupted", lost, TIMEKEEPER, "2024-03-28")
    assert told.rules() == rules


def test_T_26_what_was_interrupted_is_not_over_before_its_longer_days() -> None:
    told = life("publicised")
    lost = {"title": PROVINCIAL, "from": "2024-03-27", "until": "2024-03-27", "reason": "示例"}
    told.add("unit.publicity-interrupted", lost | {"extended_to": "2024-04-03"}, TIMEKEEPER, "2024-03-28")
    told.add("unit.publicity-completed", {"title": PROVINCIAL, "outcome": "cleared"}, TIMEKEEPER, "2024-04-03")
    assert told.rules() == {"I-06"}


# --- the rules of the domain ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leave", ["unit.report-adopted", "unit.report-sealed"])
def test_i_01_adopted_and_sealed(leave: str) -> None:
    assert life("applied", leave=(leave,)).rules() == {"I-01"}


def test_i_01_carried_by_the_congress() -> None:
    assert life("applied", over={"unit.report-adopted": {"present": 60, "in_favour": 45}}).rules() == {"I-01"}


def test_i_02_a_park_is_evaluated_by_its_body() -> None:
    assert life("applied", PROVINCIAL, "park", over={"unit.self-evaluated": {"conducted_by": "unit"}}).rules() == {
        "I-02"
    }
    assert life("applied", PROVINCIAL, "park", leave=("unit.report-sealed",)).rules() == {"I-02"}


def test_i_03_level_by_level() -> None:
    assert life("applied", over={"unit.applied": {"route": "direct", "level": "province"}}).rules() == {"I-03"}
    skipped = {"unit.application-forwarded": {"to": "province"}}
    assert "I-03" in life("accepted", over=skipped).rules()


def test_i_04_an_opinion_of_each_house() -> None:
    told = life("evaluated")
    told.lines = [line for line in told.lines if line["event"].get("house") != "commerce"]
    for version, line in enumerate(told.lines, 1):
        line["version"] = version
        if "opinions" in line["event"]:
            line["event"]["opinions"] = [version - 1]
    assert told.rules() == {"I-04"}


@pytest.mark.parametrize("leave", ["unit.reviewed", "unit.publicity-completed", "unit.evaluated"])
def test_i_05_none_out_of_order(leave: str) -> None:
    assert "I-05" in life("named", leave=(leave,)).rules()


def test_i_06_publicity_is_long_enough_and_unobjected() -> None:
    assert life("publicised", over={"unit.publicity-started": {"until": "2024-03-29"}}).rules() == {"I-06"}
    early = {"unit.publicity-completed": {"@day": "2024-04-02", "@effective_on": "2024-04-02"}}
    assert life("cleared", over=early).rules() == {"I-06"}
    told = life("publicised")
    said = {"title": PROVINCIAL, "ground": "示例", "text": "示例"}
    at = told.add("unit.objection-raised", said, PUBLIC, "2024-03-27")
    told.add("unit.objection-admitted", {"objection_ref": at}, DESK["province"], "2024-03-27")
    told.add("unit.publicity-completed", {"title": PROVINCIAL, "outcome": "cleared"}, TIMEKEEPER, "2024-04-03")
    assert told.rules() == {"I-06"}


def test_i_07_no_naming_while_frozen() -> None:
    told = life("cleared")
    signal(told, "2024-04-08")
    told.add(
        "unit.named",
        {"title": PROVINCIAL, "document_number": "示例"},
        office("province", "approver", n=7),
        "2024-04-10",
    )
    assert told.rules() == {"I-07"}


def test_i_08_not_without_the_nations_consent() -> None:
    assert life("revoked", NATIONAL, leave=("unit.consent-given",)).rules() == {"I-08"}


def test_i_09_not_before_the_unit_was_heard() -> None:
    assert "I-09" in life("revoked", leave=("unit.statement-heard", "unit.house-opined")).rules()
    assert "I-09" in life("revoked", leave=("unit.revocation-proposed",)).rules()


def test_i_10_incentives_end_the_plaque_comes_back_the_public_is_told() -> None:
    assert life("revoked", over={"unit.revoked": {"incentives_ended": []}}).rules() == {"I-10"}
    told = life("revoked")
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-09-02", "summary": "示例"}, DESK["county"], "2024-09-02")
    assert told.rules() == {"I-10"}
    assert len([f for f in told.found() if f.rule == "I-10"]) == 2


def test_i_11_three_years_and_incentives_within_them() -> None:
    assert life("named", over={"unit.named": {"term_until": "2033-04-09"}}).rules() == {"I-11"}
    assert life("granted", over={"unit.incentive-granted": {"until": "2029-01-01"}}).rules() == {"I-11"}


def test_i_12_an_interest_bars() -> None:
    told = begun(*cast())
    life("registered", told=told)
    who = DESK["county"]
    told.add("officer.interest-declared", {"unit": UNIT, "reason": "示例"}, who, "2024-03-05", stream=who["id"])
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-03-06", "summary": "示例"}, who, "2024-03-06")
    assert told.rules() == {"I-12"}


def test_i_13_within_the_post_and_its_days() -> None:
    desk = {"unit.evaluated": {"@actor": office("prefecture", "officer", n=90)}}
    assert life("evaluated", over=desk).rules() == {"I-13"}
    elsewhere = {"unit.application-accepted": {"@actor": office("county", place="430202")}}
    assert "I-13" in life("accepted", over=elsewhere).rules()
    told = begun(*cast())
    who = DESK["county"]["id"]
    told.add("officer.relieved", {"appointment": 3, "on": "2024-03-01"}, SYSTEM, "2024-03-01", stream=who)
    assert life("accepted", told=told).rules() == {"I-13"}
    told = begun(*cast())
    told.add("officer.suspended", {"from": "2024-03-01", "reason": "示例"}, SYSTEM, "2024-03-01", stream=who)
    assert life("accepted", told=told).rules() == {"I-13"}


def test_i_13_what_lies_elsewhere_is_for_others() -> None:
    elsewhere = office("prefecture", place="430200")
    told = begun(elsewhere, office("county", "administrator", None, place="430202"), *cast())
    parked = {"signal": "1", "source": "urn:example", "reason": "示例", "unit_place": "430104", "digest": digest("1")}
    message = '{"category": "wage_arrears", "severity": 1}'
    told.add("signal.parked", parked | {"message": message}, SYSTEM, "2024-03-04", stream=keyed("parked"))
    told.add("signal.discarded", {"reason": "示例"}, elsewhere, "2024-03-05", stream=keyed("parked"))
    assert told.rules() == {"I-13"}
    told = begun(office("county", "administrator", None, place="430202"), *cast())
    life("registered", told=told)
    said = {"from": "2024-03-05", "until": "2024-03-06", "reason": "示例"}
    by = office("county", "administrator", None, place="430202") | {"appointment": 3}
    told.add("officer.suspended", said, by, "2024-03-05", stream=agent()["id"])
    assert told.rules() == {"I-13"}


def test_i_14_a_serious_signal_is_answered() -> None:
    told = life("assessed")
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-09-02", "summary": "示例"}, DESK["county"], "2024-09-02")
    assert told.rules() == {"I-14"}


def test_i_15_a_severe_signal_is_checked() -> None:
    told = life("signal")
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-06-24", "summary": "示例"}, DESK["county"], "2024-06-24")
    assert told.rules() == {"I-15"}
    late = {"unit.check-ordered": {"due": "2099-01-01"}}
    assert life("checked", over=late).rules() == {"I-15"}


def test_i_16_one_open_application_a_title() -> None:
    applied = {"title": PROVINCIAL, "report_digest": digest("report"), "route": "levels", "level": "county"}
    told = life("applied")
    told.add("unit.applied", applied, agent(), "2024-03-13")
    assert told.rules() == {"I-16"}
    told = life("accepted")
    told.add(
        "unit.application-rejected",
        {"title": PROVINCIAL, "reason": "示例", "level": "prefecture"},
        APPROVER["prefecture"],
        "2024-03-18",
    )
    told.add("unit.applied", applied, agent(), "2024-09-18")
    assert told.rules() == {"I-16"}
    told = life("named")
    told.add("unit.applied", applied, agent(), "2024-06-03")
    assert told.rules() == {"I-16"}


@pytest.mark.parametrize("kind", ["unit.signal-amended", "unit.signal-withdrawn"])
def test_i_17_only_its_source(kind: str) -> None:
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    told.add(kind, {"signal": "urn:example#示例", "reason": "示例"}, {**SOURCE, "id": given("another")}, "2024-03-06")
    assert told.rules() == {"I-17"}


def test_i_18_quotas_hold() -> None:
    told = Told()
    _round(told)
    quota = {"place": "430000", "unit_kind": "enterprise", "places": 0}
    told.add("round.quota-set", quota, APPROVER["province"], "2024-01-10", stream=given("round"))
    assert life("nominated", NATIONAL, told=told).rules(whole=False) == {"I-18"}


def test_i_20_the_reserve_list_is_of_its_size() -> None:
    told = Told()
    _round(told, "reserve", PROVINCIAL)
    for n in range(1, 112):
        unit = keyed(1_000 + n)
        said = {"kind": "enterprise", "name": "示例", "code": f"9143{n}", "place": "430104"}
        told.add("unit.registered", said, SYSTEM, "2024-03-05", stream=unit)
        listed = {"title": PROVINCIAL, "round": given("round"), "rank": n}
        told.add("unit.reserve-listed", listed, APPROVER["province"], "2024-03-06", stream=unit)
    found = told.found(whole=False)
    assert [(f.rule, f.stream) for f in found] == [("T-18", keyed(1_111)), ("I-20", keyed(1_111))]


def test_t_18_rounds_of_a_title_are_one_a_year() -> None:
    def second(since: str, *, kind: str = "reserve", closed: bool = False, day: str = "2024-03-05") -> set[str]:
        told = Told()
        _round(told, kind, PROVINCIAL)
        if closed:
            told.add("round.closed", {}, APPROVER["province"], "2024-03-05", stream=given("round"))
        said = {
            "kind": kind,
            "name": "示例",
            "title": PROVINCIAL,
            "place": "430000",
            "from": since,
            "until": "2026-12-31",
        }
        told.add("round.opened", said, APPROVER["province"], day, stream=given("second"))
        return told.rules(whole=False)

    assert second("2024-03-05") == {"T-18"}
    assert second("2024-03-05", closed=True) == set()
    assert second("2024-12-31") == {"T-18"}
    assert second("2023-12-31", closed=True) == {"T-18"}
    assert second("2025-01-01") == set()


def test_a_54_commendations_are_five_years_apart() -> None:
    def second(since: str, *, closed: bool = False) -> set[str]:
        told = Told()
        _round(told, "commendation", PROVINCIAL)
        if closed:
            told.add("round.closed", {}, APPROVER["province"], "2024-03-05", stream=given("round"))
        said = {
            "kind": "commendation", "name": "示例", "title": NATIONAL, "place": "430000", "from": since,
            "until": f"{since[:4]}-12-31",
        }  # fmt: skip
        told.add("round.opened", said, APPROVER["province"], since, stream=given("second"))
        return told.rules(whole=False)

    assert second("2024-03-05", closed=True) == set(), "in the stead of one in which nobody was put forward"
    first = date(2024, 1, 1)
    assert second((first.replace(year=first.year + 5) - timedelta(days=1)).isoformat()) == {"A-54"}
    assert second(first.replace(year=first.year + 5).isoformat()) == set()


def test_t_26_no_round_is_closed_over_a_list_that_waits_to_be_public() -> None:
    told = Told()
    _round(told, "naming", PROVINCIAL)
    listed = {"units": [], "from": "2025-01-02", "until": "2025-01-20", "channel": "示例"}
    told.add("round.list-publicised", listed, APPROVER["province"], "2025-01-02", stream=given("round"))
    told.add("round.closed", {}, APPROVER["province"], "2025-02-03", stream=given("round"))
    assert told.rules(whole=False) == {"T-26"}


def test_i_21_facts_are_not_ahead() -> None:
    told = life("registered")
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-05-06", "summary": "示例"}, DESK["county"], "2024-03-05")
    assert told.rules() == {"I-21"}
    told = life("sealed", over={"unit.report-adopted": {"on": "2024-04-11"}})
    assert told.rules() == {"I-21"}


def test_i_23_judged_by_the_pack_of_its_day() -> None:
    told = begun(*cast())
    life("registered", told=told)
    told.lines[-1]["authority"]["pack"] = "another@1"
    assert told.rules() == {"I-23"}
