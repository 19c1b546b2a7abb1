"""The other ways in which a rule is broken; the plainest breach of each stands in `test_breaches.py`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.checker.told import (
    APPROVER,
    DESK,
    INSPECTOR,
    LOCAL,
    NATIONAL,
    OTHER,
    PROVINCIAL,
    SOURCE,
    SYSTEM,
    UNIT,
    Told,
    agent,
    assess,
    begun,
    cast,
    digest,
    given,
    keyed,
    life,
    office,
    signal,
)

PROGRAM = {**SYSTEM, "kind": "timekeeper"}
TEN = office("province", "approver", n=10)


def after(upto: str, kind: str, event: dict[str, Any], by: Any, day: str, title: str = PROVINCIAL) -> set[str]:
    """The rules broken by one more entry after a lawful life."""
    told = life(upto, title)
    told.add(kind, event, by, day)
    return told.rules()


@pytest.mark.parametrize(
    ("rule", "upto", "kind", "event", "by", "day"),
    [
        ("T-01", "sealed", "unit.application-accepted", {"title": PROVINCIAL}, DESK["county"], "2024-03-12"),
        (
            "T-01",
            "accepted",
            "unit.application-amended",
            {"title": PROVINCIAL, "report_digest": digest("other"), "note": "示例"},
            agent(),
            "2024-03-18",
        ),
        (
            "I-05",
            "reviewed",
            "unit.publicity-completed",
            {"title": PROVINCIAL, "outcome": "cleared"},
            DESK["province"],
            "2024-03-26",
        ),
        (
            "T-06",
            "signal",
            "unit.check-ordered",
            {"kind": "spot", "check": "9", "signals": ["none"]},
            DESK["prefecture"],
            "2024-06-04",
        ),
        (
            "T-06",
            "named",
            "unit.signal-assessed",
            {"signal": "none", "outcome": "minor", "findings": "示例"},
            DESK["prefecture"],
            "2024-04-15",
        ),
        (
            "T-06",
            "named",
            "unit.rectification-reported",
            {"rectification_ref": 1, "text": "示例"},
            agent(),
            "2024-04-15",
        ),
        ("I-09", "proposed", "unit.statement-heard", {"title": PROVINCIAL, "text": "示例"}, agent(), "2024-06-11"),
        (
            "I-10",
            "named",
            "unit.plaque-recovered",
            {"plaque": "none", "how": "collected"},
            DESK["prefecture"],
            "2024-04-15",
        ),
        (
            "I-10",
            "named",
            "unit.revocation-announced",
            {"title": PROVINCIAL, "channel": "示例", "document_number": "示例"},
            DESK["province"],
            "2024-04-15",
        ),
        ("I-11", "granted", "unit.incentive-ended", {"grant_ref": 1, "reason": "示例"}, DESK["county"], "2024-05-07"),
        (
            "T-09",
            "registered",
            "unit.plaque-issued",
            {"title": PROVINCIAL, "plaque": "1"},
            DESK["province"],
            "2024-03-05",
        ),
        (
            "I-07",
            "signal",
            "unit.incentive-granted",
            {"incentive": "credit", "title": PROVINCIAL, "from": "2024-06-04", "basis": "示例"},
            DESK["county"],
            "2024-06-04",
        ),
        (
            "I-20",
            "signal",
            "unit.reserve-listed",
            {"title": PROVINCIAL, "round": given("round"), "rank": 1},
            TEN,
            "2024-06-04",
        ),
    ],
)
def test_an_entry_too_much(rule: str, upto: str, kind: str, event: dict[str, Any], by: Any, day: str) -> None:
    assert rule in after(upto, kind, event, by, day)


@pytest.mark.parametrize(
    ("rule", "upto", "title", "over", "leave"),
    [
        ("T-02", "applied", PROVINCIAL, {"unit.applied": {"title": "no_such_title"}}, ()),
        ("I-05", "evaluated", PROVINCIAL, {}, ("unit.application-accepted",)),
        ("T-01", "evaluated", PROVINCIAL, {}, ("unit.site-visited",)),
        ("I-03", "evaluated", PROVINCIAL, {"unit.evaluated": {"@actor": APPROVER["province"]}}, ()),
        ("I-13", "named", LOCAL, {"unit.named": {"@actor": TEN}}, ()),
        ("T-01", "checked", PROVINCIAL, {"unit.check-conducted": {"on": "2024-06-03"}}, ()),
        ("T-22", "revoked", PROVINCIAL, {"unit.house-opined": {"opinion": "oppose"}}, ()),
    ],
)
def test_a_life_told_otherwise(rule: str, upto: str, title: str, over: dict[str, Any], leave: tuple[str, ...]) -> None:
    assert rule in life(upto, title, over=over, leave=leave).rules()


def test_t_02_somebody_who_is_not_in_the_register() -> None:
    told = begun()
    assert "T-02" in life("registered", told=told, over={"unit.registered": {"@actor": DESK["county"]}}).rules()


def test_t_02_what_is_closed() -> None:
    told = Told()
    opened = {
        "kind": "naming",
        "name": "示例",
        "title": NATIONAL,
        "place": "430000",
        "from": "2024-01-01",
        "until": "2024-12-31",
    }
    told.add("round.opened", opened, TEN, "2024-01-10", stream=given("round"))
    told.add("round.closed", {}, TEN, "2024-01-11", stream=given("round"))
    told.add(
        "round.quota-set",
        {"place": "430000", "unit_kind": "park", "places": 1},
        TEN,
        "2024-01-12",
        stream=given("round"),
    )
    assert told.rules() == {"T-02"}


def test_t_03_a_paper_is_confirmed_by_another() -> None:
    told = begun(DESK["province"])
    paper = {
        "kind": "naming",
        "issuer": "示例",
        "number": "1",
        "dated": "2024-04-01",
        "title": "示例",
        "sha256": digest("1"),
    }
    told.add("document.recorded", paper, DESK["province"], "2024-04-01", stream=keyed("paper"))
    told.add("document.confirmed", {}, DESK["province"], "2024-04-02", stream=keyed("paper"))
    assert told.rules() == {"T-03"}


def test_t_07_a_lower_level_does_not_assess_anew() -> None:
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    said = {"signal": "urn:example#示例", "outcome": "minor", "findings": "示例"}
    told.add("unit.signal-assessed", said, DESK["province"], "2024-03-06")
    told.add("unit.signal-assessed", said, DESK["prefecture"], "2024-03-07")
    assert told.rules() == {"T-07"}


def test_t_07_nobody_reconsiders_unasked() -> None:
    told = life("recovered")
    told.add(
        "unit.reconsideration-decided", {"title": PROVINCIAL, "outcome": "upheld", "reason": "示例"}, TEN, "2024-06-24"
    )
    assert told.rules() == {"T-07"}


@pytest.mark.parametrize(("matter", "found"), [("reconsideration", set()), ("revocation", {"T-07"})])
def test_t_07_set_aside_with_the_houses(matter: str, found: set[str]) -> None:
    told = life("recovered")
    told.add("unit.reconsideration-requested", {"title": PROVINCIAL, "text": "示例"}, agent(), "2024-06-24")
    for house in ("hr", "union", "federation", "commerce"):
        said = {"title": PROVINCIAL, "matter": matter, "opinion": "support", "level": "province", "house": house}
        told.add("unit.house-opined", said, office("province", "officer", house, 3), "2024-06-25")
    told.add(
        "unit.reconsideration-decided",
        {"title": PROVINCIAL, "outcome": "set_aside", "reason": "示例"},
        TEN,
        "2024-06-26",
    )
    assert told.rules() == found


def test_t_10_a_check_alone_proves_no_ground() -> None:
    told = life("named")
    told.add(
        "unit.check-ordered", {"kind": "spot", "check": "9", "due": "2024-05-17"}, DESK["prefecture"], "2024-05-06"
    )
    at = told.add(
        "unit.check-conducted",
        {"check": "9", "on": "2024-05-07", "findings": "示例", "result": "problems"},
        INSPECTOR,
        "2024-05-07",
    )
    said = {"title": PROVINCIAL, "grounds": [{"ground": "extreme_incident", "evidence": [at]}]}
    told.add("unit.revocation-proposed", said, DESK["prefecture"], "2024-05-08")
    assert told.rules() == {"T-10"}


def test_t_13_no_void_lifts_a_duty() -> None:
    told = life("assessed")
    ordered = {"items": ["示例"], "due": "2024-07-01", "signals": ["urn:example#示例"]}
    at = told.add("unit.rectification-ordered", ordered, DESK["prefecture"], "2024-06-07")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, DESK["prefecture"], "2024-06-07")
    assert told.rules() == {"T-13"}


SEEN = {"kind": "visit", "on": "2024-03-05", "summary": "示例"}


def test_t_13_older_entries_take_two_of_the_level_above() -> None:
    told = life("registered")
    at = told.add("unit.followed-up", SEEN, DESK["county"], "2024-03-05")
    pair = (APPROVER["prefecture"], office("prefecture", "approver", "union", 8))
    told.by_two("unit.entry-voided", {"version": at, "reason": "示例"}, *pair, "2024-05-06")
    assert told.rules() == set()
    told = life("registered")
    at = told.add("unit.followed-up", SEEN, APPROVER["prefecture"], "2024-03-05")
    told.by_two("unit.entry-voided", {"version": at, "reason": "示例"}, *pair, "2024-05-06")
    assert told.rules() == {"T-13"}


def test_T_13_at_the_top_two_approvers_of_two_houses_and_never_the_maker() -> None:
    """Nobody is above the province in its register."""

    def told(*pair: Any, maker: Any = DESK["province"]) -> set[str]:
        told = life("registered")
        at = told.add("unit.followed-up", SEEN, maker, "2024-04-10")
        told.by_two("unit.entry-voided", {"version": at, "reason": "示例"}, *pair, "2024-05-06")
        return told.rules()

    one, other = (office("province", "approver", house, n) for house, n in (("hr", 7), ("union", 8)))
    assert told(one, other) == set()
    assert told(one, office("province", "approver", "hr", 9)) == {"T-13"}
    assert told(one, office("province", "officer", "union", 9)) == {"T-13"}
    assert told(one, other, maker=other) == {"T-13"}


def test_T_13_what_changes_another_stream_is_not_voided_in_one() -> None:
    told = life("applied")
    at = told.add("unit.application-withdrawn", {"title": PROVINCIAL, "reason": "示例"}, agent(), "2024-03-13")
    told.add("unit.entry-voided", {"version": at, "reason": "示例"}, agent(), "2024-03-13")
    assert told.rules() == {"T-13"}


def test_t_18_one_place_a_unit() -> None:
    told = begun(*cast(), TEN)
    opened = {
        "kind": "naming",
        "name": "示例",
        "title": NATIONAL,
        "place": "430000",
        "from": "2024-01-01",
        "until": "2024-12-31",
    }
    told.add("round.opened", opened, TEN, "2024-01-10", stream=given("round"))
    told.add(
        "round.quota-set",
        {"place": "110000", "unit_kind": "park", "places": 1},
        TEN,
        "2024-01-10",
        stream=given("round"),
    )
    assert told.rules() == {"T-18"}
    told.lines.pop()
    told.versions[given("round")] -= 1
    life("nominated", NATIONAL, told=told)
    taken = {"unit": UNIT, "place": "430104", "unit_kind": "enterprise"}
    told.add("round.place-taken", taken, SYSTEM, "2024-04-08", stream=given("round"))
    assert told.rules() == set()
    told.add("round.place-taken", taken, SYSTEM, "2024-04-08", stream=given("round"))
    assert told.rules() == {"T-18"}


def test_t_18_nominated_twice_in_a_round() -> None:
    told = begun(*cast(), TEN)
    opened = {"kind": "naming", "name": "示例", "title": NATIONAL, "place": "430000", "from": "2024-01-01"}
    told.add("round.opened", opened | {"until": "2024-12-31"}, TEN, "2024-01-10", stream=given("round"))
    life("nominated", NATIONAL, told=told)
    again = {"title": NATIONAL, "round": given("round"), "document_number": "示例"}
    told.add("unit.nominated", again, office("province", "approver", n=6), "2024-04-09")
    assert told.rules() == {"T-18"}


def test_t_18_a_place_that_was_left_is_free() -> None:
    told = Told()
    opened = {
        "kind": "naming",
        "name": "示例",
        "title": NATIONAL,
        "place": "430000",
        "from": "2024-01-01",
        "until": "2024-12-31",
    }
    told.add("round.opened", opened, TEN, "2024-01-10", stream=given("round"))
    told.add(
        "round.quota-set",
        {"place": "430000", "unit_kind": "enterprise", "places": 1},
        TEN,
        "2024-01-10",
        stream=given("round"),
    )
    life("nominated", NATIONAL, told=told)
    other = life("nominated", NATIONAL).lines
    free = Told([*told.lines], versions=dict(told.versions))
    free.add("unit.application-withdrawn", {"title": NATIONAL, "reason": "示例"}, agent(), "2024-04-08")
    for one in (told, free):
        for line in other:
            event = line["event"] | ({"code": "another"} if line["type"] == "unit.registered.v1" else {})
            by = line["actor"] | ({"unit": OTHER} if "unit" in line["actor"] else {})
            one.add(line["type"][:-3], event, by, line["effective_on"], stream=OTHER)
    assert told.rules(whole=False) == {"I-18"}
    assert free.rules(whole=False) == set()


CROSS = given("cross")
_SEATS = {house: office("nation", "officer", house, 40) for house in ("hr", "union")}
_LISTED: list[dict[str, Any]] = [
    {"place": place, "position": 9, "population": 2, "last": last}
    for place, last in (("110000", "440000"), ("430000", "110000"), ("440000", "430000"))
]


def _order(seed: str) -> dict[str, str]:
    """Who inspects whom by the seed: nobody who inspected it the last time."""
    last = {one["place"]: one["last"] for one in _LISTED}
    for n in range(99):
        order = sorted(last, key=lambda place: sha256(f"{seed}:{n}:{place}".encode()).digest())
        pairs = {order[at]: order[at - 1] for at in range(3)}
        if all(last[by] != inspected for inspected, by in pairs.items()):
            return pairs
    raise LookupError


def _crossed(**over: dict[str, Any]) -> Told:
    """A cross-inspection: planned, listed, committed to and revealed by two houses, assigned; `over` by the event."""
    told = begun(*_SEATS.values())
    desk = _SEATS["hr"]

    def add(kind: str, said: dict[str, Any], by: dict[str, Any] = desk) -> None:
        changed = over.get(kind.replace("-", "_"), {})
        told.add(f"crosscheck.{kind}", said | changed, by, "2024-03-05", stream=CROSS)

    add("planned", {"round": "示例", "provinces": ["440000", "430000", "110000"], "per_province": 1})
    kept = {"sha256": digest("lists"), "media_type": "text/plain", "title": "示例", "size": 9}
    add("lists-frozen", {"provinces": _LISTED, "document": kept, "shares": 2})
    for house, by in _SEATS.items():
        add("share-committed", {"house": house, "digest": digest(f"{CROSS}:{house}:{digest(house)}")}, by)
    last, head = told.lines[-1], len(told.lines)
    moment = datetime.fromisoformat(last["recorded_at"]) - datetime(1970, 1, 1, tzinfo=UTC)
    since = moment // timedelta(microseconds=1)
    summed = digest(f"{head}:{CROSS}:{last['version']}:{since}:{last['command_id']}:{last['event']['digest']}")
    for house, by in _SEATS.items():
        add("share-revealed", {"house": house, "share": digest(house)}, by)
    seed = digest("\n".join([*(f"{house}:{digest(house)}" for house in ("hr", "union")), summed]))
    pairs = [
        {"inspecting": by, "inspected": inspected, "units": [given(inspected)]}
        for inspected, by in _order(seed).items()
    ]
    add("assigned", {"head": head, "head_digest": summed, "seed": seed, "assignments": pairs})
    return told


def test_T_19_a_cross_inspection_is_drawn_by_lists_and_shares() -> None:
    assert _crossed().rules() == set()


@pytest.mark.parametrize(
    ("over", "rules"),
    [
        ({"lists_frozen": {"provinces": _LISTED[:2]}}, {"T-19", "I-22"}),  # not those that were planned
        ({"lists_frozen": {"shares": 1}}, {"T-19"}),  # one house alone
        ({"lists_frozen": {"provinces": [one | {"last": None} for one in _LISTED]}}, {"I-22"}),
        ({"lists_frozen": {"provinces": [one | {"population": 0} for one in _LISTED]}}, {"I-22"}),
        ({"share_committed": {"house": "hr"}}, {"T-19"}),  # for another house, and twice
        ({"share_revealed": {"share": digest("another")}}, {"T-19"}),
        ({"assigned": {"seed": digest("another")}}, {"T-19", "I-22"}),
        ({"assigned": {"head": 1}}, {"T-19"}),
        ({"assigned": {"assignments": []}}, {"I-22"}),
    ],
)
def test_T_19_a_cross_inspection_is_drawn_otherwise(over: dict[str, Any], rules: set[str]) -> None:
    found = _crossed(**over).rules()
    assert found
    assert found <= rules | {"T-19"}


def test_T_19_what_every_share_is_known_of_is_left_undrawn() -> None:
    told = _crossed()
    told.lines = [line for line in told.lines if line["type"] != "crosscheck.assigned.v1"]
    assert told.rules() == set()
    told.add("province.left", {"place": "420000", "reason": "示例"}, DESK["nation"], "2024-12-02", stream=keyed("left"))
    assert "T-19" in told.rules()


def test_t_21_a_title_that_is_not_for_the_successor() -> None:
    told = Told()
    told.add(
        "unit.registered", {"kind": "building", "name": "示例", "code": "1", "place": "430104"}, SYSTEM, "2024-03-05"
    )
    told.add(
        "unit.registered",
        {"kind": "building", "name": "示例", "code": "2", "place": "430104"},
        SYSTEM,
        "2024-03-05",
        stream=OTHER,
    )
    for stream, other in ((UNIT, OTHER), (OTHER, UNIT)):
        said = {"other": {"unit": other, "role": "successor"}, "how": "示例", "titles_carried": [PROVINCIAL]}
        told.add("unit.succeeded", said, APPROVER["prefecture"], "2024-03-06", stream=stream, command_id=given("both"))
    assert told.rules() == {"T-21"}


def test_t_05_who_took_a_title_over_has_it_verified_and_nobody_else() -> None:
    told = life("plaque")
    said = {"kind": "enterprise", "name": "示例", "code": "9144", "place": "430104"}
    told.add("unit.registered", said, SYSTEM, "2024-05-06", stream=OTHER)
    for stream, other, role in ((UNIT, OTHER, "successor"), (OTHER, UNIT, "predecessor")):
        passed = {"other": {"unit": other, "role": role}, "how": "示例"}
        carried = {"titles_carried": [PROVINCIAL]} if role == "successor" else {}
        by, both = APPROVER["province"], given("both")
        told.add("unit.succeeded", passed | carried, by, "2024-05-06", stream=stream, command_id=both)
    over = {"title": PROVINCIAL, "predecessor": UNIT, "term_from": "2024-04-10", "term_until": "2027-04-09"}
    told.add("unit.title-taken-over", over, by, "2024-05-06", stream=OTHER, command_id=both)
    for stream in (UNIT, OTHER):
        call = {"kind": "call", "on": "2025-06-03", "summary": "示例"}
        told.add("unit.followed-up", call, DESK["county"], "2025-06-03", stream=stream)
    assert {one.stream for one in told.found(whole=False) if "was not verified" in one.en} == {OTHER}


def test_t_22_named_against_the_houses() -> None:
    told = life("cleared")
    for house in ("hr", "union"):
        said = {"title": PROVINCIAL, "opinion": "oppose", "level": "province", "house": house, "reason": "示例"}
        told.add("unit.house-opined", said, office("province", "approver", house, 3), "2024-04-08")
    told.add("unit.named", {"title": PROVINCIAL, "document_number": "示例"}, TEN, "2024-04-10")
    assert told.rules() == {"T-22"}


def test_i_13_nobody_appoints_themselves() -> None:
    who = office("province", "administrator", None)
    told = begun(who)
    post = {"post": "示例", "level": "province", "place": "430000", "roles": ["inspector"], "from": "2024-03-04"}
    told.add("officer.appointed", post, who, "2024-03-04", stream=who["id"])
    assert told.rules() == {"I-13"}


def test_i_23_not_for_a_day_that_is_gone() -> None:
    first, second = office("province", "approver", "hr", 70), office("province", "approver", "union", 70)
    told = begun(first, second)
    said = {"pack": "hunan-2023-15", "pack_version": "1", "digest": digest("2"), "from": "2024-06-03"}
    told.by_two("policy.adopted", said, first, second, "2024-07-01", stream=keyed("policy"))
    assert told.rules() == {"T-14", "I-23"}


def test_the_freeze_ends_when_the_rectification_is_accepted() -> None:
    told = life("assessed")
    ordered = {"items": ["示例"], "due": "2024-07-01", "signals": ["urn:example#示例"]}
    at = told.add("unit.rectification-ordered", ordered, DESK["prefecture"], "2024-06-07")
    told.add("unit.rectification-reported", {"rectification_ref": at, "text": "示例"}, agent(), "2024-06-10")
    by = office("prefecture", "officer", "union", 3)
    told.add(
        "unit.rectification-concluded",
        {"rectification_ref": at, "outcome": "accepted", "findings": "示例"},
        by,
        "2024-06-11",
    )
    granted = {"incentive": "credit", "title": PROVINCIAL, "from": "2024-06-12", "basis": "示例"}
    told.add("unit.incentive-granted", granted, DESK["county"], "2024-06-12")
    assert told.rules() == set()


def test_assessing_again_begins_no_new_clock() -> None:
    told = life("assessed")
    for day in ("2024-06-20", "2024-07-04"):
        assess(told, day)
    told.add("unit.followed-up", {"kind": "visit", "on": "2024-07-15", "summary": "示例"}, DESK["county"], "2024-07-15")
    assert told.rules() == {"I-14"}


def _two_small_ones(day: str = "2024-04-15") -> Told:
    told = life("named")
    for name in ("a", "b"):
        signal(told, day, name, severity=1, people=6)
    return told


def test_t_10_a_sum_is_assessed_on_a_check_too() -> None:
    told = _two_small_ones()
    assess(told, "2024-04-16", "minor", None, "a")
    assert told.rules() == {"T-10"}


@pytest.mark.parametrize("told", [{"people": 1}, {"category": "negative_opinion"}, {"occurred_on": "2022-01-10"}])
def test_t_10_what_an_amendment_would_take_out_of_a_sum_is_assessed_on_a_check(told: dict[str, Any]) -> None:
    told_so_far = _two_small_ones()
    told_so_far.add("unit.signal-amended", {"signal": "urn:example#a", "reason": "示例", **told}, SOURCE, "2024-04-15")
    assert told_so_far.rules() == set()
    assess(told_so_far, "2024-04-16", "minor", None, "b")
    assert told_so_far.rules() == {"T-10"}


def test_t_10_what_an_assessment_takes_out_of_a_sum_is_owed_no_check() -> None:
    told = _two_small_ones()
    ordered = {"kind": "targeted", "check": "示例-a", "signals": ["urn:example#a"], "due": "2024-04-30"}
    told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-04-16")
    conducted = {"check": "示例-a", "on": "2024-04-17", "findings": "示例", "result": "clean"}
    told.add("unit.check-conducted", conducted, INSPECTOR, "2024-04-17")
    heavy = {"signal": "urn:example#a", "outcome": "unfounded", "findings": "示例"}
    told.by_two("unit.signal-assessed", heavy, APPROVER["prefecture"], office("prefecture", "approver", "union", 9),
                "2024-04-18")  # fmt: skip
    told.add("unit.followed-up", {"kind": "call", "on": "2024-04-25", "summary": "示例"}, DESK["county"], "2024-04-25")
    assert told.rules() == set()


def test_t_10_i_15_signals_that_a_sum_makes_severe_are_checked() -> None:
    told = _two_small_ones()
    told.add("unit.followed-up", {"kind": "call", "on": "2024-05-06", "summary": "示例"}, DESK["county"], "2024-05-06")
    assert "I-15" in told.rules()


def test_t_10_what_a_check_found_is_summed_and_measured() -> None:
    told = life("named")
    for n in (1, 2):
        ordered = {"kind": "spot", "check": f"c-{n}", "due": "2024-05-06"}
        told.add("unit.check-ordered", ordered, DESK["prefecture"], "2024-04-15")
        conducted = {
            "check": f"c-{n}", "on": "2024-04-15", "findings": "示例", "result": "problems",
            "category": "wage_arrears", "people": 6, "severity": 1,
        }  # fmt: skip
        told.add("unit.check-conducted", conducted, INSPECTOR, "2024-04-15")
    assert told.rules() == set()
    kept = {"title": PROVINCIAL, "period": "1", "result": "keep"}
    told.add("unit.verified", kept, DESK["prefecture"], "2024-04-16")
    assert told.rules() == {"T-10"}


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("unit.verified", {"title": PROVINCIAL, "period": "1", "result": "rectify"}),
        ("unit.objection-resolved", {"objection_ref": 1, "upheld": True, "findings": "示例"}),
    ],
)
def test_t_10_every_fact_is_measured_alike(kind: str, event: dict[str, Any]) -> None:
    measured = {"category": "wage_arrears", "people": 60, "severity": 1}
    assert "T-10" in after("named", kind, event | measured, DESK["prefecture"], "2024-04-15")


ASSESS = {"ref": "assess_signal:8", "obligation": "assess_signal", "holder": "prefecture:430100"}
_LATER = {**ASSESS, "due": "2024-03-22", "days": 3, "reason": "示例"}
_HEAD = office("prefecture", "approver", n=2)


def _owing() -> Told:
    """A small signal of 5 March, whose assessment is due on the 19th."""
    told = life("registered")
    signal(told, "2024-03-05", severity=2, people=1)
    return told


def test_t_05_what_is_ordered_of_a_duty_lawfully() -> None:
    told = _owing()
    told.add("unit.duty-extended", _LATER, _HEAD, "2024-03-18")
    told.add("unit.followed-up", {"kind": "call", "on": "2024-03-28", "summary": "示例"}, DESK["county"], "2024-03-28")
    assert told.rules() == set()
    told.add("unit.followed-up", {"kind": "call", "on": "2024-04-01", "summary": "示例"}, DESK["county"], "2024-04-01")
    assert told.rules() == {"T-05"}
    told = _owing()
    released = {**ASSESS, "due": "2024-03-19", "reason": "示例"}
    told.by_two("unit.duty-released", released, TEN, office("province", "approver", "union"), "2024-03-18")
    told.add("unit.followed-up", {"kind": "call", "on": "2024-04-01", "summary": "示例"}, DESK["county"], "2024-04-01")
    assert told.rules() == set()


@pytest.mark.parametrize(
    ("kind", "said", "by", "day"),
    [
        ("unit.duty-extended", {**_LATER, "due": "2024-03-29", "days": 10}, _HEAD, "2024-03-18"),
        ("unit.duty-extended", {**_LATER, "due": "2024-03-15", "days": 0}, _HEAD, "2024-03-14"),
        ("unit.duty-extended", _LATER, _HEAD, "2024-03-20"),
        ("unit.duty-extended", _LATER, DESK["prefecture"], "2024-03-18"),
        ("unit.duty-extended", _LATER, APPROVER["county"], "2024-03-18"),
        ("unit.duty-resumed", {**ASSESS, "due": "2024-03-19", "days": 0, "paper": given("p")}, _HEAD, "2024-03-18"),
    ],
)
def test_t_05_what_is_ordered_of_a_duty_unlawfully(kind: str, said: dict[str, Any], by: Any, day: str) -> None:
    told = _owing()
    told.add(kind, said, by, day)
    assert told.rules() == {"T-05"}


_GIVEN = {**ASSESS, "due": "2024-03-19", "officer": _HEAD["id"]}


@pytest.mark.parametrize(
    ("by", "changed", "rules"),
    [
        (DESK["prefecture"], {"deputy": DESK["prefecture"]["id"]}, set()),
        (DESK["prefecture"], {"deputy": _HEAD["id"]}, {"T-05"}),
        (DESK["county"], {}, {"T-05"}),
    ],
)
def test_t_05_a_duty_is_given_to_its_offices_own_people(by: Any, changed: Any, rules: set[str]) -> None:
    told = _owing()
    told.add("unit.duty-assigned", {**_GIVEN, **changed}, by, "2024-03-18")
    assert told.rules() == rules


@pytest.mark.parametrize(
    ("named", "rules"), [(_HEAD["id"], set()), (DESK["prefecture"]["id"], {"T-05"}), (None, {"T-05"})]
)
def test_t_05_a_miss_names_whose_it_was_on_its_day(named: str | None, rules: set[str]) -> None:
    told = _owing()
    told.add("unit.duty-assigned", _GIVEN, DESK["prefecture"], "2024-03-18")
    told.add("unit.duty-assigned", {**_GIVEN, "officer": DESK["prefecture"]["id"]}, DESK["prefecture"], "2024-03-20")
    missed = {"obligation": "assess_signal", "ref": ASSESS["ref"], "due": "2024-03-19", "holder": ASSESS["holder"]}
    told.add(
        "unit.deadline-missed", {**missed, "assigned_to": named} if named else missed,
        {**SYSTEM, "kind": "timekeeper"}, "2024-03-20",
    )  # fmt: skip
    assert told.rules() == rules


def test_t_05_extended_twice_and_missed_while_its_clock_stands() -> None:
    told = _owing()
    told.add("unit.duty-extended", {**_LATER, "due": "2024-03-20", "days": 1}, _HEAD, "2024-03-18")
    told.add("unit.duty-extended", {**_LATER, "due": "2024-03-21", "days": 1}, _HEAD, "2024-03-18")
    assert told.rules() == {"T-05"}
    told = _owing()
    halted = {**ASSESS, "due": "2024-03-19", "paper": given("p"), "reason": "示例", "until": "2024-09-18"}
    told.add("unit.duty-suspended", halted, _HEAD, "2024-03-18")
    assert told.rules() == set()
    missed = {"obligation": "assess_signal", "ref": ASSESS["ref"], "due": "2024-03-19", "holder": ASSESS["holder"]}
    told.add("unit.deadline-missed", missed, {**SYSTEM, "kind": "timekeeper"}, "2024-03-20")
    assert told.rules() == {"T-05"}


@pytest.mark.parametrize(("done", "rules"), [(True, set()), (False, {"T-05"})])
def test_t_05_a_clock_that_stands_is_looked_at_until_its_duty_is_done(done: bool, rules: set[str]) -> None:
    told = _owing()
    halted = {**ASSESS, "due": "2024-03-19", "paper": given("p"), "reason": "示例", "until": "2024-09-18"}
    told.add("unit.duty-suspended", halted, _HEAD, "2024-03-18")
    if done:
        assess(told, "2024-03-25", "minor", None)
    told.add("unit.followed-up", {"kind": "call", "on": "2024-10-08", "summary": "示例"}, DESK["county"], "2024-10-08")
    assert told.rules() == rules


def test_t_05_t_04_released_from_below_or_by_one() -> None:
    released = {**ASSESS, "due": "2024-03-19", "reason": "示例"}
    told = _owing()
    told.add("unit.duty-released", released, TEN, "2024-03-18")
    assert told.rules() == {"T-04"}
    told = _owing()
    told.by_two("unit.duty-released", released, TEN, office("province", "approver", n=11), "2024-03-18")
    assert told.rules() == {"T-04"}
    told = _owing()
    told.by_two("unit.duty-released", released, _HEAD, office("prefecture", "approver", "union"), "2024-03-18")
    assert told.rules() == {"T-05"}
    told = _owing()
    told.by_two("unit.duty-released", released, TEN, office("prefecture", "approver", "union"), "2024-03-18")
    assert told.rules() == {"T-05"}, "whoever seconds is of the level above too"


def test_t_05_what_is_ordered_of_a_duty_that_nobody_owes() -> None:
    told = _owing()
    told.add(
        "unit.duty-extended", {"ref": "none", "days": 1, "due": "2024-03-20", "reason": "示例"}, _HEAD, "2024-03-18"
    )
    assert told.rules() == {"T-05"}


def test_t_18_a_list_is_public_when_the_round_is_over() -> None:
    opened = {
        "kind": "naming", "name": "示例", "title": NATIONAL, "place": "430000", "from": "2024-01-01",
        "until": "2024-12-31",
    }  # fmt: skip
    published = {"units": [], "document_number": "示例"}
    for day, rules in (("2024-12-31", {"T-18"}), ("2025-01-02", set())):
        told = Told()
        told.add("round.opened", opened, TEN, "2024-01-10", stream=given("round"))
        told.add("round.list-published", published, TEN, day, stream=given("round"))
        assert told.rules() == rules


def _unwatched(day: str, since: str, until: str) -> Told:
    told = begun(*cast())
    told.add("register.not-watched", {"from": since, "until": until}, PROGRAM, day, stream=keyed("register"))
    return told


def test_t_25_days_on_which_nobody_watched_are_over_and_recorded_once() -> None:
    assert _unwatched("2024-02-05", "2024-02-01", "2024-02-04").rules() == set()
    assert _unwatched("2024-02-05", "2024-02-01", "2024-02-05").rules() == {"T-25"}
    assert _unwatched("2024-02-05", "2024-01-01", "2024-02-04").rules() == {"T-25"}
    told = _unwatched("2024-02-05", "2024-02-01", "2024-02-04")
    twice = {"from": "2024-02-04", "until": "2024-02-05"}
    told.add("register.not-watched", twice, PROGRAM, "2024-02-06", stream=keyed("register"))
    assert told.rules() == {"T-25"}


def test_t_25_a_miss_recorded_late_is_explained_by_the_days_not_watched_alone() -> None:
    missed = {"obligation": "contact", "ref": "contact:1", "due": "2024-02-02", "holder": "prefecture:430100"}
    for since, rules in (("2024-02-01", set()), ("2024-03-01", {"T-25"})):
        told = _unwatched("2024-03-18", since, "2024-03-17")
        told = life("registered", told=told)
        told.add("unit.deadline-missed", missed, PROGRAM, "2024-03-18")
        assert {rule for rule in told.rules() if rule == "T-25"} == rules


def test_a_50_a_plan_is_of_its_own_standards_and_concluded_as_measured() -> None:
    plan = {"standards": ["party_organisation"], "by": "2024-12-31"}
    told = life("registered")
    told.add("unit.cultivation-planned", {"standards": ["x"], "by": "2024-12-31"}, DESK["county"], "2024-03-05")
    assert told.rules() == {"A-50"}
    told = life("registered")
    at = told.add("unit.cultivation-planned", plan, DESK["county"], "2024-03-05")
    over = {"plan": at, "outcome": "reached", "summary": "示例"}
    told.add("unit.cultivation-concluded", over, DESK["county"], "2024-03-06")
    assert told.rules() == {"A-50"}
    told = life("registered")
    at = told.add("unit.cultivation-planned", plan, DESK["county"], "2024-03-05")
    told.add("unit.cultivation-planned", plan, DESK["county"], "2024-03-06")
    assert told.rules() == {"A-50"}
    told = life("registered")
    at = told.add("unit.cultivation-planned", plan, DESK["county"], "2024-03-05")
    over = {"plan": at, "outcome": "given_up", "summary": "示例"}
    told.add("unit.cultivation-concluded", over, DESK["county"], "2024-03-06")
    assert told.rules() == set()


@pytest.mark.parametrize(
    ("score", "outcome", "rules"), [(12, "reached", set()), (3, "reached", {"A-50"}), (3, "given_up", set())]
)
def test_a_50_a_report_that_is_brought_up_to_date_says_what_a_plan_led_to(
    score: int, outcome: str, rules: set[str]
) -> None:
    told = life("accepted")
    plan = {"standards": ["party_organisation"], "by": "2025-02-28"}
    at = told.add("unit.cultivation-planned", plan, DESK["county"], "2025-01-17")
    report = {"sha256": digest("update"), "media_type": "application/pdf", "title": "示例", "size": 9}
    items = [{"standard": "party_organisation", "score": score}]
    said = {"items": items, "drawn_up_on": "2025-01-20", "report": report, "score": 90}
    told.add("unit.report-updated", said, agent(), "2025-01-20")
    over = {"plan": at, "outcome": outcome, "summary": "示例"}
    last = told.add("unit.cultivation-concluded", over, DESK["county"], "2025-01-21")
    assert {finding.rule for finding in told.found() if finding.version == last} == rules


def test_a_51_units_are_picked_in_the_year_before_a_round() -> None:
    for begins, rules in (("2024-09-02", set()), ("2024-02-01", {"A-51"}), ("2026-01-05", {"A-51"})):
        told = begun(*cast(), TEN)
        opened = {"kind": "naming", "name": "示例", "title": NATIONAL, "place": "430000", "from": begins}
        told.add("round.opened", opened | {"until": "2026-12-31"}, TEN, "2024-01-10", stream=given("round"))
        life("registered", NATIONAL, told=told)
        told.add("unit.cultivation-listed", {"round": given("round")}, DESK["prefecture"], "2024-03-06")
        assert told.rules() == rules


def _corrected(version: int, was: int, now: int, field: str = "/collective_contract") -> dict[str, Any]:
    return {"version": version, "figures": [{"field": field, "was": was, "now": now}], "reason": "示例"}


def test_T_13_figures_are_corrected_by_two_of_the_office_that_typed_them_in() -> None:
    said = {"as_of": "2024-03-05", "enterprises": 150, "collective_contract": 120, "congress": 90, "mediation": 60,
            "coordinator": 40}  # fmt: skip
    other = office("county", "officer", "union", 8)

    def told(first: Any, second: Any | None, *was: int, maker: Any = DESK["county"], again: bool = False) -> set[str]:
        told = life("registered")
        at = told.add("unit.coverage-stated", said, maker, "2024-03-05")
        for figure in was:
            event = _corrected(at, figure, 102)
            if second is None:
                told.add("unit.entry-corrected", event, first, "2024-03-06")
            else:
                told.by_two("unit.entry-corrected", event, first, second, "2024-03-06")
        if again:
            told.add("unit.entry-voided", {"version": at + 3, "reason": "示例"}, first, "2024-03-06")
        return told.rules()

    assert told(DESK["county"], other, 120) == told(DESK["county"], other, 120, 102) == set()
    assert told(DESK["county"], other, 121) == {"T-13"}
    assert told(DESK["county"], None, 120) == {"T-04"}
    assert told(DESK["prefecture"], office("prefecture", "officer", "union", 8), 120) == {"T-13"}
    assert told(DESK["county"], office("county", "officer", "union", 8, "430105"), 120) >= {"T-13"}
    assert told(DESK["county"], other, 120, maker=agent()) == {"T-13"}
    assert "T-13" in told(DESK["county"], other, 120, again=True), "no correction is voided"


def test_T_13_what_a_decision_weighed_is_corrected_no_more() -> None:
    told = life("applied")
    report = next(line["version"] for line in told.lines if line["type"] == "unit.self-evaluated.v1")
    other = office("county", "officer", "union", 8)
    told.by_two("unit.entry-corrected", _corrected(report, 300, 299, "/survey/entitled"), DESK["county"], other,
                "2024-03-13")  # fmt: skip
    assert told.rules() == {"T-13"}
    told = life("registered")
    told.by_two("unit.entry-corrected", _corrected(1, 300, 299, "/headcount"), DESK["county"], other, "2024-03-13")
    assert told.rules() == {"T-13"}


def _with_an_update(
    drawn_up_on: str = "2025-01-20", *, before: str, standards: tuple[str, ...] = ("party_organisation",)
) -> set[str]:
    told = life(before)
    report = {"sha256": digest("update"), "media_type": "application/pdf", "title": "示例", "size": 9}
    items = [{"standard": name, "score": 10} for name in standards]
    said = {"items": items, "drawn_up_on": drawn_up_on, "report": report}
    at = told.add("unit.report-updated", said, agent(), "2025-01-20")
    return {finding.rule for finding in told.found() if finding.version == at}


def test_T_16_what_is_brought_up_to_date_is_the_report_of_an_open_case_with_a_new_years_figures() -> None:
    assert _with_an_update(before="accepted") == set()
    assert _with_an_update(before="accepted", drawn_up_on="2024-12-31") == {"T-16"}
    assert _with_an_update(before="sealed") == {"T-16"}
    assert _with_an_update(before="accepted", standards=("party_organisation",) * 2) == {"T-16"}
    assert _with_an_update(before="accepted", standards=("culture",)) == {"T-16"}


@pytest.mark.parametrize(("seen", "rules"), [("party_organisation", set()), ("culture", {"T-16"})])
def test_T_16_what_changed_is_visited_before_it_is_evaluated(seen: str, rules: set[str]) -> None:
    told = life("accepted")
    report = {"sha256": digest("update"), "media_type": "application/pdf", "title": "示例", "size": 9}
    said = {"items": [{"standard": "party_organisation", "score": 10}], "drawn_up_on": "2025-01-20", "report": report}
    told.add("unit.report-updated", said, agent(), "2025-01-20")
    people = [{"officer": given("a"), "house": "hr"}, {"officer": given("b"), "house": "union"}]
    visit = {"title": PROVINCIAL, "on": "2025-01-21", "visitors": people, "items": [{"standard": seen, "met": True}]}
    told.add("unit.site-visited", visit, INSPECTOR, "2025-01-21")
    evaluated = {"title": PROVINCIAL, "level": "prefecture", "score": 90, "outcome": "recommend", "opinions": []}
    at = told.add("unit.evaluated", evaluated, APPROVER["prefecture"], "2025-01-22")
    assert {finding.rule for finding in told.found() if finding.version == at} & {"T-16"} == rules


def test_a_53_the_points_of_a_ranking_are_computed_again() -> None:
    for points, rules in ((0, set()), (500, {"A-53"})):
        told = begun(*cast(), TEN)
        opened = {"kind": "reserve", "name": "示例", "title": NATIONAL, "place": "430000", "from": "2024-01-01"}
        told.add("round.opened", opened | {"until": "2024-12-31"}, TEN, "2024-01-10", stream=given("round"))
        life("registered", NATIONAL, told=told)
        by = ("self_evaluation", "titles", "coordinators", "plans_reached")
        terms = [{"by": name, "points": points if name == "titles" else 0} for name in by]
        row = {"unit": UNIT, "rank": 1, "points": points, "terms": terms}
        ranked = {"candidates": [UNIT], "ranking": [row]}
        told.add("round.candidates-ranked", ranked, DESK["province"], "2024-03-06", stream=given("round"))
        assert told.rules() == rules
