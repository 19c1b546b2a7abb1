"""What attempts by machine got through, each planted as if the law had let it: the checker finds it by itself.

Each row tells a lawful story, and what its last entry says otherwise in the breach.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from tests.checker.told import (
    APPROVER,
    DESK,
    HOUSES,
    INSPECTOR,
    NATIONAL,
    OTHER,
    PROVINCIAL,
    PUBLIC,
    SOURCE,
    SYSTEM,
    UNIT,
    Told,
    agent,
    begun,
    cast,
    digest,
    given,
    keyed,
    life,
    office,
    signal,
)


class Step(NamedTuple):
    """What is recorded, what it says, by whom, on which day; in the one stream of its kind, where none is named."""

    kind: str
    said: dict[str, Any]
    by: dict[str, Any]
    day: str
    stream: str | None = None

    @property
    def where(self) -> str:
        """The stream."""
        family = self.kind.partition(".")[0]
        if self.stream is not None or family == "unit":
            return self.stream or UNIT
        return given(family) if family in ("round", "honour", "session") else keyed(family)

    def otherwise(self, wrong: dict[str, Any]) -> Step:
        """The step with other fields; `@by` is another person, `@day` another day."""
        said = {name: value for name, value in wrong.items() if not name.startswith("@")}
        return self._replace(said=self.said | said, by=wrong.get("@by", self.by), day=wrong.get("@day", self.day))


HR, UNION = office("province", "approver", "hr", 20), office("province", "approver", "union", 21)
CLERK = office("province", "officer", "union", 22)
ELSEWHERE = office("province", "officer", "union", 22) | {"post": "another", "appointment": 4, "roles": ["approver"]}
"""The clerk from another post."""
COUNTY, PREFECTURE, PROVINCE = DESK["county"], DESK["prefecture"], DESK["province"]
DAY, LATER, FAR = "2024-02-01", "2024-02-20", "2099-01-01"


def told_of(*steps: Step, upto: str | None = None) -> Told:
    """A register in which these steps were recorded, after a unit's life up to a step."""
    told = begun(*cast(), HR, UNION, CLERK)
    post = {name: ELSEWHERE[name] for name in ("post", "level", "house", "place", "roles")}
    told.add("officer.appointed", post | {"from": "2024-01-08"}, SYSTEM, "2024-01-08", stream=CLERK["id"])
    if upto is not None:
        life(upto, told=told)
    for step in steps:
        told.add(step.kind, step.said, step.by, step.day, stream=step.where)
    return told


def finds(rule: str, steps: Sequence[Step], wrong: dict[str, Any], *, upto: str | None = None) -> None:
    """The story is lawful; where its last step says something else it breaks the rule, and no other, there."""
    assert told_of(*steps, upto=upto).found() == []
    *before, last = steps
    planted = told_of(*before, last.otherwise(wrong), upto=upto)
    at = planted.versions[last.where]
    assert {(one.rule, one.stream, one.version) for one in planted.found()} == {(rule, last.where, at)}


# --- tasks, stations, standards ---------------------------------------------------------------------------------------

ASSIGNED = Step("task.assigned", {"task": "service", "place": "430000", "house": "hr", "due": "2025-01-31"},
                  PROVINCE, DAY)  # fmt: skip
POLICY_S = Step("task.assigned", {"task": "standards", "place": "430000", "house": "hr", "due": "2024-10-31"},
                  PROVINCE, DAY)  # fmt: skip
PUT_OFF = Step("task.rescheduled", {"due": "2026-01-31", "reason": "示例"}, HR, LATER)
PROGRESSED = Step("task.progressed", {"on": DAY, "percent": 50, "summary": "示例"}, PROVINCE, LATER)
COMPLETED = Step("task.completed", {"on": DAY, "summary": "示例"}, PROVINCE, LATER)
PLANNED = Step("station.planned", {"name": "示例", "place": "430104", "due": "2025-01-31"}, PREFECTURE, DAY)
OPENED = Step("station.opened", {"on": "2024-02-05", "address": "示例"}, PREFECTURE, LATER)
INSPECTED = Step("station.inspected", {"on": "2024-02-08", "uniform_signs": True}, PREFECTURE, LATER)
CLOSED = Step("station.closed", {"on": "2024-02-09", "reason": "示例"}, PREFECTURE, LATER)
DRAFTED = Step("standard.drafted", {"name": "示例", "place": "430000", "industry": "示例"}, PROVINCE, DAY)
CONSULTED = Step("standard.consulted", {"on": DAY, "houses": ["hr"], "summary": "示例"}, PROVINCE, LATER)
PILOTED = Step("standard.piloted", {"place": "430100", "from": DAY, "summary": "示例"}, PROVINCE, LATER)


@pytest.mark.parametrize(
    ("rule", "steps", "wrong"),
    [
        ("A-37", [ASSIGNED], {"due": "2025-02-02"}),
        ("A-37", [ASSIGNED], {"due": FAR}),
        ("A-37", [ASSIGNED], {"due": "2024-01-31"}),
        ("A-37", [POLICY_S], {"due": "2024-11-01"}),
        ("A-37", [ASSIGNED, PUT_OFF], {"due": "2026-02-01"}),
        ("A-37", [ASSIGNED, PUT_OFF, PUT_OFF], {"due": FAR}),
        ("I-21", [ASSIGNED, PROGRESSED], {"on": "2024-01-31"}),
        ("I-21", [ASSIGNED, COMPLETED], {"on": "2024-01-31"}),
        ("A-38", [PLANNED], {"due": "2025-02-02"}),
        ("A-38", [PLANNED], {"due": "2024-01-31"}),
        ("I-21", [PLANNED, OPENED], {"on": "2024-01-31"}),
        ("I-21", [PLANNED, OPENED, INSPECTED], {"on": "2024-02-04"}),
        ("I-21", [PLANNED, OPENED, INSPECTED, INSPECTED], {"on": "2024-02-07"}),
        ("I-21", [PLANNED, OPENED, CLOSED], {"on": "2024-02-04"}),
        ("I-21", [PLANNED, CLOSED], {"on": "2024-01-31"}),
        ("A-39", [DRAFTED, CONSULTED, PILOTED], {"from": "2024-01-31"}),
    ],
)
def test_a_task_a_station_and_a_standard_have_their_days(rule: str, steps: list[Step], wrong: dict[str, Any]) -> None:
    finds(rule, steps, wrong)


# --- years ------------------------------------------------------------------------------------------------------------

BEGUN = Step("year.opened", {"place": "430100", "year": 2024}, PROVINCE, "2024-01-09")
TRAINED = Step(
    "year.training-held", {"kind": "basic", "course": "Example 1", "on": DAY, "people": 90, "certified": 80,
                           "house": "hr"}, PREFECTURE, DAY,
)  # fmt: skip
SHARED_OUT = Step("year.training-apportioned", {"targets": [{"place": "430100", "people": 20_000}]}, PROVINCE, DAY)
AGAIN = TRAINED.otherwise({"course": "Example 2"})
SUPERVISED = Step(
    "year.supervision-conducted",
    {"kind": "self", "on": DAY, "problems": [{"id": "1", "findings": "示例", "due": "2024-05-01"}]}, CLERK, DAY,
)  # fmt: skip
PUT_RIGHT = Step("year.finding-closed", {"finding": "1", "reason": "示例"}, HR, "2024-03-01")
PLAN = Step("year.plan-filed", {"summary": "示例"}, CLERK, "2024-03-01")
ACCEPTED = Step("year.plan-accepted", {}, HR, "2024-03-04")
RETURNED = Step("year.plan-returned", {"reason": "示例", "due": "2024-05-31"}, HR, "2024-03-04")
REPORTED = Step("year.report-filed", {"summary": "示例"}, PREFECTURE, "2025-10-08")
MISSED = Step("year.deadline-missed", {"obligation": "file_plan", "ref": "plan", "due": "2024-04-01",
                "holder": "prefecture:430100"}, SYSTEM | {"kind": "timekeeper"}, "2024-04-02")  # fmt: skip
LAPSE = Step("year.lapse-found", {"place": "430100", "year": 2024, "obligation": "file_plan", "ref": "plan",
               "due": "2024-04-01"}, SYSTEM, "2024-04-02")  # fmt: skip
DEDUCTED = Step("year.score-deducted", {"lapse": 3, "points": 2, "reason": "示例"}, HR, "2024-04-03")


@pytest.mark.parametrize(
    ("rule", "steps", "wrong"),
    [
        ("A-31", [BEGUN, SHARED_OUT], {"@day": "2025-01-02"}),
        ("A-31", [BEGUN, TRAINED, AGAIN], {"course": "Example 1"}),
        ("A-31", [BEGUN, TRAINED, AGAIN], {"course": "ＥＸＡＭＰＬＥ  1", "people": 70, "certified": 60}),
        ("A-32", [BEGUN, SUPERVISED], {"problems": [{"id": "1", "findings": "示例", "due": "2024-05-02"}]}),
        ("A-32", [BEGUN, SUPERVISED], {"problems": [{"id": "1", "findings": "示例", "due": FAR}]}),
        ("A-32", [BEGUN, SUPERVISED, PUT_RIGHT], {"@by": CLERK}),
        ("A-32", [BEGUN, SUPERVISED, PUT_RIGHT], {"@by": ELSEWHERE}),
        ("T-03", [BEGUN, PLAN, ACCEPTED], {"@by": ELSEWHERE}),
        ("T-03", [BEGUN, PLAN, RETURNED], {"@by": ELSEWHERE}),
        ("T-05", [BEGUN, PLAN, RETURNED], {"due": FAR}),
        ("I-19", [BEGUN.otherwise({"year": 2025}), REPORTED], {"@day": "2024-12-31"}),
        ("A-33", [BEGUN, MISSED, LAPSE, DEDUCTED], {"points": 0}),
    ],
)
def test_a_year_counts_nothing_twice_and_nobody_answers_themselves(
    rule: str, steps: list[Step], wrong: dict[str, Any]
) -> None:
    finds(rule, steps, wrong)


# --- papers -----------------------------------------------------------------------------------------------------------


def paper(name: str, kind: str = "order", dated: str = DAY, units: Sequence[str] = ()) -> tuple[Step, Step]:
    """A paper recorded by one officer and confirmed by another."""
    said = {"kind": kind, "issuer": "示例", "number": name, "dated": dated, "title": "示例", "sha256": digest(name)}
    where = keyed(f"paper {name}")
    said |= {"media_type": "application/pdf", "size": 1}
    recorded = Step("document.recorded", said, PROVINCE, DAY, where)
    return recorded, Step("document.confirmed", {"units": list(units)} if units else {}, UNION, DAY, where)


def cites(name: str) -> str:
    """The stream of that paper."""
    return keyed(f"paper {name}")


UNCONFIRMED = paper("unconfirmed")[0]
HELD = Step("register.hold-placed", {"units": [], "papers": [digest("x")], "document": cites("a"), "reason": "示例"},
            HR, LATER)  # fmt: skip
BODY = Step("body.established", {"kind": "leading_group", "name": "示例", "place": "430000", "paper": cites("a")},
            PROVINCE, DAY)  # fmt: skip


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (HELD, "document"),
        (BODY, "paper"),
        (Step("officer.mandated", {"until": "2026-01-31", "paper": cites("a")}, SYSTEM, LATER, agent()["id"]), "paper"),
    ],
)
def test_T_23_whatever_rests_on_a_paper_rests_on_a_confirmed_one(step: Step, field: str) -> None:
    finds("T-23", [*paper("a"), UNCONFIRMED, step], {field: cites("unconfirmed")})


KINDS = ("appointment", "naming", "consent", "refusal", "order", "ruling", "minutes", "transfer", "other")


@pytest.mark.parametrize(
    ("upto", "kind", "said", "fitting"),
    [
        ("recovered", "unit.reconsideration-decided", {"outcome": "set_aside", "reason": "示例"},
         {"consent", "refusal", "order", "ruling"}),
        ("proposed", "unit.revocation-dropped", {"reason": "示例"}, {"consent", "refusal", "order", "ruling"}),
        ("granted", "unit.term-extended", {"until": "2028-04-09", "ground": "示例"}, {"naming", "order"}),
        ("granted", "unit.succeeded", {"other": {"unit": OTHER, "role": "successor"}, "how": "示例"},
         {"naming", "consent", "order"}),
    ],
)  # fmt: skip
def test_T_23_a_paper_does_what_papers_of_its_kind_do(
    upto: str, kind: str, said: dict[str, Any], fitting: set[str]
) -> None:
    for one in KINDS:
        told = life(upto)
        for step in paper("a", one, dated="2024-06-24"):
            told.add(step.kind, step.said, step.by, "2024-06-24", stream=step.where)
        at = told.add(kind, said | {"title": PROVINCIAL, "paper": cites("a")}, HR, "2024-06-24")
        found = {finding.rule for finding in told.found() if (finding.stream, finding.version) == (UNIT, at)}
        assert ("T-23" in found) is (one not in fitting), one


BESIDE = Step("unit.registered", {"kind": "enterprise", "name": "示例", "code": "91430", "place": "430104"}, SYSTEM,
              "2024-03-05", OTHER)  # fmt: skip
FURTHER = BESIDE._replace(stream=keyed("further")).otherwise({"code": "91431", "place": "430105"})
OWING = Step(
    "unit.signal-recorded",
    {"source": "urn:example", "external_id": "示例", "category": "wage_arrears", "severity": 2, "people": 1,
     "occurred_on": "2024-03-05", "reported_on": "2024-03-05", "signal": "urn:example#示例"}, SOURCE, "2024-03-05",
)  # fmt: skip
_DUTY = {"ref": "assess_signal:8", "obligation": "assess_signal", "holder": "prefecture:430100", "due": "2024-03-19"}
HALTED = Step("unit.duty-suspended", _DUTY | {"paper": cites("a"), "reason": "示例", "until": "2024-09-18"},
              APPROVER["prefecture"], "2024-03-18")  # fmt: skip
RUNS_ON = Step("unit.duty-resumed", _DUTY | {"due": "2024-03-20", "days": 1, "paper": cites("a")},
               APPROVER["prefecture"], "2024-03-19")  # fmt: skip
AGAIN_HALTED = HALTED.otherwise({"paper": cites("b"), "due": "2024-03-20", "until": "2024-09-19", "@day": "2024-03-19"})


@pytest.mark.parametrize(
    ("papers", "steps", "wrong"),
    [
        ([*paper("a"), UNCONFIRMED], [HALTED], {"paper": cites("unconfirmed")}),
        ([BESIDE, *paper("a", units=[UNIT, OTHER]), *paper("b", units=[OTHER])], [HALTED], {"paper": cites("b")}),
        ([*paper("a", "ruling"), *paper("b")], [HALTED, RUNS_ON, AGAIN_HALTED], {"paper": cites("a")}),
    ],
)
def test_T_23_a_clock_stands_for_a_paper_about_it_and_once(
    papers: list[Step], steps: list[Step], wrong: dict[str, Any]
) -> None:
    told = [one._replace(day="2024-03-06") for one in papers]
    finds("T-23", [OWING, *told, *steps], wrong, upto="registered")


# --- members and meetings ---------------------------------------------------------------------------------------------

SEATS = [
    Step("body.member-appointed", {"officer": who["id"], "house": who["house"], "from": DAY}, PROVINCE, DAY)
    for who in (HR, UNION)
]
MET = Step(
    "body.meeting-held",
    {"on": "2024-02-05", "present": [HR["id"], UNION["id"]], "agenda": "示例", "minutes": cites("b"), "members": 2,
     "quorum": True}, PROVINCE, LATER,
)  # fmt: skip
LEAVES = Step("body.member-released", {"member": 2, "on": LATER}, PROVINCE, LATER)
LATE = Step("body.member-appointed", {"officer": CLERK["id"], "house": "union", "from": "2024-02-05"}, PROVINCE, LATER)
MINUTES = [*paper("a"), *paper("b", "minutes"), *paper("c", "minutes"), UNCONFIRMED]
HIRED = Step("body.assessor-contracted", {"paper": cites("b"), "from": DAY, "until": "2024-12-31"}, PROVINCE, LATER)


@pytest.mark.parametrize(
    ("rule", "steps", "wrong"),
    [
        ("T-23", [MET], {"minutes": cites("unconfirmed")}),
        ("T-23", [HIRED], {"paper": cites("unconfirmed")}),
        ("A-36", [MET, MET.otherwise({"on": "2024-02-06", "minutes": cites("c")})], {"minutes": cites("b")}),
        ("I-21", [LEAVES], {"on": "2024-02-19"}),
        ("A-36", [LATE, MET], {"present": [HR["id"], CLERK["id"]]}),
        ("A-36", [LATE, MET], {"members": 3}),
    ],
)
def test_no_quorum_is_made_after_a_meeting(rule: str, steps: list[Step], wrong: dict[str, Any]) -> None:
    finds(rule, [*MINUTES, BODY, *SEATS, *steps], wrong)


# --- honours ----------------------------------------------------------------------------------------------------------

CAMPAIGN = Step("round.opened", {"kind": "commendation", "name": "示例", "title": NATIONAL, "place": "430000",
                "from": DAY, "until": "2024-12-31"}, HR, DAY)  # fmt: skip
PLACES = Step("round.award-quota-set", {"place": "430000", "award": "national_collective", "places": 2}, HR, DAY)
PROPOSED = Step("honour.proposed", {"award": "national_collective", "recipient": "body", "place": "430100",
                "name": "示例", "round": given("round"), "merits": "示例"}, PREFECTURE, DAY)  # fmt: skip


def _public(by: dict[str, Any], since: str, until: str, **said: Any) -> Step:
    return Step("honour.publicised", {"from": since, "until": until, "channel": "示例", **said}, by, since)


def _reviewed(by: dict[str, Any], day: str, **said: Any) -> Step:
    return Step("honour.reviewed", {"outcome": "recommend", "reason": "示例", **said}, by, day)


TAKEN = [
    CAMPAIGN, PLACES, PROPOSED, _public(PREFECTURE, DAY, "2024-02-19"), _reviewed(HR, LATER),
    _public(PROVINCE, LATER, "2024-02-29"),
]  # fmt: skip
OBJECTED = Step("honour.objection-raised", {"ground": "示例", "text": "示例"}, PUBLIC, "2024-02-21")
ANSWERED = Step("honour.objection-resolved", {"objection": 5, "upheld": False, "findings": "示例"}, UNION,
                "2024-02-22")  # fmt: skip
SET_ASIDE = Step("honour.objection-set-aside", {"objection": 5, "reason": "示例"}, UNION, "2024-02-22")
DECLINED = Step("honour.declined", {"reason": "示例"}, UNION, "2024-03-04")
SECOND = _reviewed(UNION, "2024-03-04", paper=cites("a"))
THIRD = _public(PROVINCE, "2024-03-04", "2024-03-15", paper=cites("b"))
AWARDED = Step("honour.awarded", {"document_number": "示例", "paper": cites("c")}, APPROVER["province"], "2024-03-18")
NATIONS = [*paper("a"), *paper("b"), *paper("c"), *paper("old", dated="2024-01-31"), UNCONFIRMED]


@pytest.mark.parametrize(
    ("rule", "steps", "wrong"),
    [
        ("T-03", [*TAKEN, OBJECTED, ANSWERED], {"@by": HR}),
        ("T-03", [*TAKEN, OBJECTED, ANSWERED], {"@by": PREFECTURE}),
        ("T-03", [*TAKEN, OBJECTED, SET_ASIDE], {"@by": HR}),
        ("T-07", [*TAKEN, DECLINED], {"@by": APPROVER["prefecture"]}),
        ("T-07", [*TAKEN[:4], DECLINED], {"@by": APPROVER["county"]}),
        ("T-23", [*NATIONS, *TAKEN, SECOND], {"paper": cites("old")}),
        ("T-23", [*NATIONS, *TAKEN, SECOND], {"paper": cites("unconfirmed")}),
        ("T-23", [*NATIONS, *TAKEN, SECOND, THIRD], {"paper": cites("a")}),
        ("T-23", [*NATIONS, *TAKEN, SECOND, THIRD, AWARDED], {"paper": cites("b")}),
        ("T-23", [*NATIONS, *TAKEN, SECOND, THIRD, AWARDED], {"paper": cites("old")}),
    ],
)
def test_an_honour_is_answered_for_by_others_and_shown_by_its_own_papers(
    rule: str, steps: list[Step], wrong: dict[str, Any]
) -> None:
    finds(rule, steps, wrong)


BESIDE_IT = PROPOSED._replace(stream=given("another"))
TAKES = Step("round.award-place-taken", {"candidate": given("honour"), "place": "430000",
             "award": "national_collective"}, SYSTEM, LATER)  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ([CAMPAIGN, PLACES], {"places": 101}),
        ([CAMPAIGN, PLACES], {"award": "provincial_praise"}),
        ([CAMPAIGN, *TAKEN[1:5], PLACES.otherwise({"@day": LATER, "places": 1})], {"places": 0}),
        ([CAMPAIGN, BESIDE_IT, *TAKEN[1:5], TAKES], {"candidate": given("another")}),
    ],
)
def test_A_54_places_are_given_for_an_award_and_taken_by_who_was_put_forward(
    steps: list[Step], wrong: dict[str, Any]
) -> None:
    finds("A-54", steps, wrong)


@pytest.mark.parametrize("quota", [[], [PLACES.otherwise({"places": 0})], [PLACES.otherwise({"place": "430200"})]])
def test_A_54_nobody_is_put_forward_beyond_the_places(quota: list[Step]) -> None:
    told = told_of(CAMPAIGN, *quota, PROPOSED, *TAKEN[3:5])
    assert {(one.rule, one.stream) for one in told.found()} == {("A-54", given("honour"))}


def test_A_54_a_candidate_is_put_forward_twice() -> None:
    for name, rules in (("另一（示例）", set()), (None, {"A-54"})):
        steps = []
        for step in TAKEN[2:5]:
            other = step._replace(stream=given("another"))
            steps += [step, other.otherwise({"name": name}) if name and step is PROPOSED else other]
        told = told_of(*TAKEN[:2], *steps)
        assert told.rules() == rules


COMMENDED = Step("unit.commended", {"honour": "示例", "year": 2024, "round": given("round")}, SYSTEM, "2024-03-05")


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ([COMMENDED, COMMENDED.otherwise({"honour": "另一"})], {"honour": "示例"}),
        ([COMMENDED, COMMENDED.otherwise({"year": 2025, "round": None})], {"year": 2024}),
    ],
)
def test_A_52_a_unit_is_given_an_honour_once(steps: list[Step], wrong: dict[str, Any]) -> None:
    campaign = CAMPAIGN.otherwise({"@day": "2024-03-05"})
    finds("A-52", [campaign, *steps], wrong, upto="registered")


# --- units, checks, rounds --------------------------------------------------------------------------------------------

PARK = Step("unit.registered", {"kind": "park", "name": "示例", "code": "P1", "place": "430104"}, COUNTY, "2024-03-05")
JOINED = Step("unit.member-joined", {"member": OTHER, "from": "2024-03-06"}, COUNTY, "2024-03-06")


def test_T_17_a_member_lies_in_the_place_of_what_it_joins() -> None:
    finds("T-17", [PARK, BESIDE, FURTHER, JOINED], {"member": FURTHER.where})


@pytest.mark.parametrize("wrong", [{"count": 301}, {"count": 40, "certified": 41}])
def test_I_00_coordinators_are_among_the_workers(wrong: dict[str, Any]) -> None:
    appointed = Step("unit.coordinator-appointed", {"count": 300, "certified": 40}, agent(), "2024-03-05")
    finds("I-00", [appointed], wrong, upto="registered")


CONTACT = Step("unit.contact-assigned", {"officer": COUNTY["id"], "from": "2024-03-11"}, COUNTY, "2024-03-05")
ORDERED = Step("unit.check-ordered", {"kind": "spot", "check": "1", "due": "2025-03-05"}, PREFECTURE, "2024-03-05")
DRAWN = Step("check.planned", {"kind": "spot", "place": "430000", "period": "2024", "share": 50, "due": "2024-12-31"},
             HR, "2024-03-05")  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "step", "wrong"),
    [
        ("T-05", CONTACT, {"from": "2024-04-03"}),
        ("T-05", CONTACT, {"from": FAR}),
        ("T-05", ORDERED, {"due": "2025-03-06"}),
        ("T-05", DRAWN, {"due": "2025-03-06"}),
        ("T-19", DRAWN, {"share": 0}),
        ("T-18", CAMPAIGN.otherwise({"@day": "2024-03-05", "until": "2027-01-31"}), {"until": "2027-02-02"}),
        ("T-18", CAMPAIGN.otherwise({"@day": "2024-03-05", "kind": "naming"}), {"until": FAR}),
    ],
)
def test_nothing_is_put_off_for_years_and_nobody_is_drawn_by_a_share_of_nothing(
    rule: str, step: Step, wrong: dict[str, Any]
) -> None:
    finds(rule, [step], wrong, upto="registered")


def test_T_02_one_person_stands_among_the_visitors_once() -> None:
    visitors = [{"officer": office("prefecture", "officer", house, 4)["id"], "house": house} for house in HOUSES[:2]]
    for more, rules in (([], set()), (visitors[:1], {"T-02"})):
        said = {"unit.site-visited": {"visitors": [*visitors, *more]}}
        assert life("evaluated", told=begun(*cast()), over=said).rules() == rules


# --- plaques ----------------------------------------------------------------------------------------------------------

BACK = Step("unit.plaque-recovered", {"plaque": "示例-1", "how": "collected", "on": "2024-06-19"}, PREFECTURE,
            "2024-06-20")  # fmt: skip
SHUT = Step("unit.closed", {"reason": "示例"}, APPROVER["prefecture"], "2024-06-18")


@pytest.mark.parametrize(("upto", "before"), [("revoked", []), ("granted", [SHUT])])
def test_I_21_a_plaque_comes_back_no_earlier_than_it_had_to(upto: str, before: list[Step]) -> None:
    finds("I-21", [*before, BACK], {"on": "2024-06-17"}, upto=upto)


def test_I_10_a_plaque_comes_back_once() -> None:
    told = life("recovered")
    told.add(BACK.kind, BACK.said | {"on": "2024-06-24"}, PREFECTURE, "2024-06-24")
    assert told.rules() == {"I-10"}


# --- what was left open, and is closed --------------------------------------------------------------------------------


def _parked(told: Told, people: int = 1, **said: Any) -> str:
    sent = {"external_id": "1", "category": "wage_arrears", "severity": 1, "people": people}
    stream = keyed(f"parked {people} {sorted(said)}")
    parked = {
        "signal": "urn:example#1", "source": "urn:example", "reason": "示例", "digest": digest("1"),
        "message": json.dumps(sent), "unit_place": "430104",
    }  # fmt: skip
    told.add("signal.parked", parked | said, SYSTEM, "2024-03-04", stream=stream)
    return stream


def test_T_05_a_parked_signal_is_left_lying() -> None:
    for day, rules in (("2024-03-11", set()), ("2024-04-22", {"T-05"})):
        told = begun(DESK["prefecture"])
        stream = _parked(told)
        told.add("signal.discarded", {"reason": "示例"}, DESK["prefecture"], day, stream=stream)
        assert told.rules() == rules


@pytest.mark.parametrize("kind", ["signal.matched", "signal.discarded"])
def test_T_04_what_would_freeze_a_unit_is_put_to_it_or_aside_by_one_person(kind: str) -> None:
    first, second = DESK["prefecture"], office("prefecture", "approver", "union")
    for people, message, rules in ((1, None, set()), (60, None, {"T-04"}), (1, "{}", {"T-04"})):
        told = life("registered", told=begun(first, second, agent()))
        stream = _parked(told, people, **({"message": message} if message else {}))
        said = {"reason": "示例"} | ({"unit": UNIT} if kind == "signal.matched" else {})
        told.add(kind, said, first, "2024-03-05", stream=stream)
        assert told.rules() == rules
        told = life("registered", told=begun(first, second, agent()))
        stream = _parked(told, people, **({"message": message} if message else {}))
        told.by_two(kind, said, first, second, "2024-03-05", stream=stream)
        assert told.rules() == set()


REGISTERED_SOURCE: dict[str, Any] = {
    "uri": "urn:example", "name": "示例", "system": "petitions", "place": "430100", "categories": ["wage_arrears"],
}  # fmt: skip


MACHINE = SOURCE | {"id": keyed("source")}


def _with_a_source(out: str | None = None) -> tuple[Told, str]:
    """A unit, its source of signals, and one that was parked; the source out of service where that is said."""
    told = life("registered", told=begun(PREFECTURE, INSPECTOR, agent()))
    told.add("source.registered", REGISTERED_SOURCE, SYSTEM, "2024-03-04", stream=MACHINE["id"])
    stream = _parked(told)
    if out is not None:
        told.add(f"source.{out}", {"reason": "示例"}, SYSTEM, "2024-03-04", stream=MACHINE["id"])
    assert told.rules() == set()
    return told, stream


MATCHED = {"unit": UNIT, "reason": "示例"}


@pytest.mark.parametrize(("out", "by", "said", "rules"), [
    (None, MACHINE, {}, set()),
    ("suspended", PREFECTURE, {}, set()),
    ("closed", PREFECTURE, {}, set()),
    (None, PREFECTURE, {"parked": None}, {"I-17"}),
    ("suspended", MACHINE, {"parked": None}, {"I-13"}),
    (None, MACHINE, {"people": 2}, {"I-17"}),
    ("suspended", PREFECTURE, {"external_id": "2", "signal": "urn:example#2"}, {"I-17"}),
    (None, MACHINE, {"category": "collective_incident"}, {"I-13", "I-17"}),
    (None, MACHINE | {"id": given("another")}, {}, {"I-13"}),
])  # fmt: skip
def test_I_17_what_is_recorded_of_a_match_is_what_its_source_sent(
    out: str | None, by: dict[str, Any], said: dict[str, Any], rules: set[str]
) -> None:
    told, stream = _with_a_source(out)
    told.add("signal.matched", MATCHED, PREFECTURE, "2024-03-05", stream=stream)
    event = {"people": 1, "severity": 1, "parked": stream} | said
    signal(told, "2024-03-05", "1", by=by, **{name: value for name, value in event.items() if value is not None})
    assert told.rules() == rules


def test_I_17_a_signal_that_was_matched_is_its_sources_to_change_and_that_of_another_unit_is_none_of_this() -> None:
    for by, rules in ((MACHINE, set()), (PREFECTURE, {"I-17"})):
        told, stream = _with_a_source("suspended")
        told.add("signal.matched", MATCHED, PREFECTURE, "2024-03-05", stream=stream)
        signal(told, "2024-03-05", "1", by=PREFECTURE, people=1, severity=1, parked=stream)
        told.add("source.resumed", {}, SYSTEM, "2024-03-06", stream=MACHINE["id"])
        told.add("unit.signal-withdrawn", {"signal": "urn:example#1", "reason": "示例"}, by, "2024-03-06")
        assert told.rules() == rules
    told, stream = _with_a_source()
    signal(told, "2024-03-05", "1", by=MACHINE, people=1, severity=1, parked=stream)
    assert told.rules() == {"I-17"}  # nobody matched it
    withdrawn = {"signal": "urn:example#1", "reason": "示例"}
    told, _ = _with_a_source()
    signal(told, "2024-03-05", "1", by=MACHINE, people=1, severity=1)
    told.add("source.suspended", {"reason": "示例"}, SYSTEM, "2024-03-06", stream=MACHINE["id"])
    told.add("unit.signal-withdrawn", withdrawn, MACHINE, "2024-03-06")
    assert told.rules() == {"I-13"}  # what is out of service takes nothing back


@pytest.mark.parametrize(("result", "named", "rules"), [
    ("problems", 0, set()), ("problems", -1, {"T-06"}), ("problems", 90, {"T-06"}), ("clean", 0, {"T-06"}),
])  # fmt: skip
def test_T_06_a_rectification_names_what_nobody_found(result: str, named: int, rules: set[str]) -> None:
    told = life("named")
    told.add("unit.check-ordered", {"kind": "spot", "check": "9", "due": "2024-06-21"}, PREFECTURE, "2024-06-04")
    conducted = {"check": "9", "on": "2024-06-05", "findings": "示例", "result": result}
    finding = told.add("unit.check-conducted", conducted, INSPECTOR, "2024-06-05") + named
    ordered = {"items": ["示例"], "due": "2024-06-28", "finding": finding}
    told.add("unit.rectification-ordered", ordered, PREFECTURE, "2024-06-06")
    assert told.rules() == rules


def test_T_06_what_was_put_right_is_put_right_once() -> None:
    told = life("named")
    told.add("unit.check-ordered", {"kind": "spot", "check": "9", "due": "2024-06-21"}, PREFECTURE, "2024-06-04")
    conducted = {"check": "9", "on": "2024-06-05", "findings": "示例", "result": "grave"}
    finding = told.add("unit.check-conducted", conducted, INSPECTOR, "2024-06-05")
    ordered = {"items": ["示例"], "due": "2024-06-28", "finding": finding}
    at = told.add("unit.rectification-ordered", ordered, PREFECTURE, "2024-06-06")
    told.add("unit.rectification-reported", {"rectification_ref": at, "text": "示例"}, agent(), "2024-06-10")
    concluded = {"rectification_ref": at, "outcome": "accepted", "findings": "示例"}
    told.add("unit.rectification-concluded", concluded, office("prefecture", n=7), "2024-06-11")
    granted = {"incentive": "credit", "title": PROVINCIAL, "from": "2024-06-12", "basis": "示例"}
    told.add("unit.incentive-granted", granted, DESK["county"], "2024-06-12")
    assert told.rules() == set()
    told.add("unit.rectification-ordered", ordered, PREFECTURE, "2024-06-13")
    assert told.rules() == {"T-06"}


def test_I_07_what_a_check_found_to_be_grave_freezes_though_nobody_measured_it() -> None:
    told = life("named")
    told.add("unit.check-ordered", {"kind": "spot", "check": "9", "due": "2024-06-21"}, PREFECTURE, "2024-06-04")
    conducted = {"check": "9", "on": "2024-06-05", "findings": "示例", "result": "grave"}
    told.add("unit.check-conducted", conducted, INSPECTOR, "2024-06-05")
    granted = {"incentive": "credit", "title": PROVINCIAL, "from": "2024-06-06", "basis": "示例"}
    told.add("unit.incentive-granted", granted, DESK["county"], "2024-06-06")
    assert told.rules() == {"T-10"}


@pytest.mark.parametrize("message", ["not JSON", "[1]", '"one"'])
def test_I_17_a_parked_message_is_replaced_by_what_nobody_sends(message: str) -> None:
    first, second = DESK["prefecture"], office("prefecture", "approver", "union")
    told = begun(first, second)
    stream = _parked(told, message=message)
    told.by_two("signal.discarded", {"reason": "示例"}, first, second, "2024-03-05", stream=stream)
    assert told.rules() == {"I-17"}


@pytest.mark.parametrize("wrong", [{"people": "sixty"}, {"severity": "9"}, {"category": 1}])
def test_T_04_a_parked_signal_of_no_form_is_put_aside_by_one_person(wrong: dict[str, Any]) -> None:
    sent = {"external_id": "1", "category": "wage_arrears", "severity": 1, "people": 1} | wrong
    told = begun(DESK["prefecture"])
    stream = _parked(told, message=json.dumps(sent))
    told.add("signal.discarded", {"reason": "示例"}, DESK["prefecture"], "2024-03-05", stream=stream)
    assert told.rules() == {"T-04"}


def test_T_02_somebody_handles_cases_for_no_house() -> None:
    for role, rules in (("officer", {"T-02"}), ("inspector", set())):
        told = begun(office("province", "administrator", None), DESK["county"])
        post = {"post": "示例", "level": "county", "place": "430104", "roles": [role], "from": "2024-02-01"}
        by = office("province", "administrator", None)
        told.add("officer.appointed", post, by, "2024-02-01", stream=DESK["county"]["id"])
        assert told.rules() == rules


def test_T_13_a_duty_is_lifted_by_a_void() -> None:
    """An inspector strikes the signal that an approver owes an answer to."""
    told = life("registered")
    signal(told, "2024-03-05", by=INSPECTOR, severity=1, people=1, category="negative_opinion")
    told.add("unit.entry-voided", {"version": told.versions[UNIT], "reason": "示例"}, INSPECTOR, "2024-03-06")
    assert told.rules() == {"T-13"}


def test_T_13_a_step_that_is_struck_leaves_the_one_before_it_owed() -> None:
    told = life("applied")
    accepted = told.add(
        "unit.application-accepted", {"title": PROVINCIAL, "level": "county"}, DESK["county"], "2024-03-13"
    )
    told.add("unit.entry-voided", {"version": accepted, "reason": "示例"}, DESK["county"], "2024-03-14")
    assert told.rules() == set()


def test_I_10_a_plaque_comes_back_that_need_not() -> None:
    told = life("plaque")
    told.add("unit.plaque-recovered", {"plaque": "示例-1", "how": "returned"}, DESK["prefecture"], "2024-05-06")
    assert told.rules() == {"I-10"}


def test_I_10_a_plaque_that_was_reported_lost_meanwhile_is_declared_void() -> None:
    for recovered in (True, False):
        told = life("opined")
        told.add("unit.plaque-reported-lost", {"plaque": "示例-1"}, agent(), "2024-06-14")
        granted = [line["version"] for line in told.lines if line["type"] == "unit.incentive-granted.v1"]
        said = {"title": PROVINCIAL, "document_number": "示例", "incentives_ended": granted}
        told.add("unit.revoked", said, office("province", "approver", n=9), "2024-06-18")
        public = {"title": PROVINCIAL, "channel": "示例", "document_number": "示例"}
        told.add("unit.revocation-announced", public, DESK["province"], "2024-06-21")
        if recovered:
            void = {"plaque": "示例-1", "how": "declared_void"}
            told.add("unit.plaque-recovered", void, DESK["prefecture"], "2024-06-21")
        seen = {"kind": "visit", "on": "2024-09-02", "summary": "示例"}
        told.add("unit.followed-up", seen, DESK["county"], "2024-09-02")
        assert told.rules() == (set() if recovered else {"I-10"})


def test_A_35_a_sample_that_was_planned_is_not_drawn() -> None:
    told, year = begun(DESK["province"]), keyed("year 430000")
    told.add("year.opened", {"place": "430000", "year": 2024}, SYSTEM, "2024-02-01", stream=year)
    planned = {"share": 20, "commitment": digest("示例")}
    told.add("year.sample-planned", planned, DESK["province"], "2024-03-04", stream=year)
    told.add("year.publicity-held", {"on": "2024-05-06"}, DESK["province"], "2024-05-06", stream=year)
    assert told.rules() == {"A-35"}


def test_A_39_two_standards_have_one_number() -> None:
    told = begun(DESK["province"], APPROVER["province"])
    for name, number, rules in (
        ("one", "DB43/T 1", set()),
        ("two", "DB43/T 2", set()),
        ("three", "db43/t １", {"A-39"}),
    ):
        drafted = {"name": name, "place": "430000", "topic": "evaluation"}
        told.add("standard.drafted", drafted, DESK["province"], "2024-03-04", stream=keyed(name))
        told.add("standard.published", {"number": number}, APPROVER["province"], "2024-03-04", stream=keyed(name))
        assert told.rules() == rules


def test_I_21_a_registration_is_of_years_ago() -> None:
    for since, rules in (("2023-03-05", set()), ("1900-01-01", {"I-21"})):
        told = Told()
        told.add("unit.registered", {"kind": "enterprise", "name": "示例", "code": "9143", "place": "430104"}, agent(),
                 "2024-03-04", effective_on=since)  # fmt: skip
        assert told.rules() == rules


def test_I_19_a_report_tells_of_a_year_that_has_hardly_begun() -> None:
    for day, rules in (("2024-01-15", {"I-19"}), ("2024-09-30", {"I-19"}), ("2024-10-08", set())):
        told, year = begun(DESK["prefecture"]), keyed("year 430100")
        told.add("year.opened", {"place": "430100", "year": 2024}, SYSTEM, "2024-01-10", stream=year)
        told.add("year.report-filed", {"summary": "示例"}, DESK["prefecture"], day, stream=year)
        assert told.rules() == rules


def test_T_18_a_number_is_none_of_the_list() -> None:
    for rank, rules in ((1, set()), (0, {"T-18"}), (1_000_000, {"T-18"})):
        told = begun(*cast(), office("province", "approver", n=10))
        opened = {"kind": "reserve", "name": "示例", "title": NATIONAL, "place": "430000", "from": "2024-01-01"}
        told.add("round.opened", opened | {"until": "2024-12-31"}, APPROVER["province"], "2024-01-10",
                 stream=given("round"))  # fmt: skip
        life("registered", NATIONAL, told=told)
        listed = {"title": NATIONAL, "round": given("round"), "rank": rank}
        told.add("unit.reserve-listed", listed, APPROVER["province"], "2024-03-06")
        assert told.rules() == rules


def test_A_53_somebody_is_ranked_who_could_not_be_listed() -> None:
    told = begun(*cast(), office("province", "approver", n=10))
    opened = {"kind": "reserve", "name": "示例", "title": NATIONAL, "place": "430000", "from": "2024-01-01"}
    told.add(
        "round.opened", opened | {"until": "2024-12-31"}, APPROVER["province"], "2024-01-10", stream=given("round")
    )
    life("registered", NATIONAL, told=told)
    by = ("self_evaluation", "titles", "coordinators", "plans_reached")
    row = {"unit": UNIT, "rank": 1, "points": 0, "terms": [{"by": name, "points": 0} for name in by]}
    signal(told, "2024-03-05")
    ranked = {"candidates": [UNIT], "ranking": [row]}
    told.add("round.candidates-ranked", ranked, DESK["province"], "2024-03-06", stream=given("round"))
    assert told.rules() == {"A-53"}


def test_T_05_a_clock_stands_with_no_day_on_which_somebody_looks_again() -> None:
    told = [one._replace(day="2024-03-06") for one in paper("a", "ruling")]
    finds("T-05", [OWING, *told, HALTED], {"until": "2099-01-01"}, upto="registered")


# --- objections, results and sources are not their makers' to settle --------------------------------------------------


def test_T_03_an_objection_is_answered_by_who_raised_it() -> None:
    for raiser, rules in ((PUBLIC, set()), (office("province", "officer", "union", 3), {"T-03"})):
        told = life("publicised")
        said = {"title": PROVINCIAL, "ground": "示例", "text": "示例"}
        told.add("unit.objection-raised", said, raiser, "2024-03-27")
        ref = len(told.lines)
        answer = {"title": PROVINCIAL, "objection_ref": ref, "upheld": False, "findings": "示例"}
        told.add("unit.objection-resolved", answer, office("province", "officer", "union", 3), "2024-03-28")
        assert told.rules() == rules


def test_T_03_the_result_of_a_recommendation_is_recorded_by_who_made_it() -> None:
    for year, by, rules in (
        (2024, office("province", "officer", "union", 3), set()), (2024, PROVINCE, {"T-03"}), (1999, UNION, {"A-47"}),
    ):  # fmt: skip
        told = life("named")
        told.add("unit.recommended-for-honour", {"honour": "may_day_certificate", "year": year}, PROVINCE, "2024-05-06")
        said = {"recommendation": len(told.lines), "outcome": "awarded", "on": "2024-05-07"}
        told.add("unit.honour-decided", said, by, "2024-05-07")
        assert told.rules() == rules


def test_T_13_a_survey_and_the_end_of_a_round_are_struck() -> None:
    told = life("registered")
    told.add("unit.survey-opened", {"codes": 100, "until": "2024-03-20", "indicators": ["pay"]}, agent(), "2024-03-05")
    told.add("unit.entry-voided", {"version": 2, "reason": "示例"}, agent(), "2024-03-06")
    assert "T-13" in told.rules()
    told = begun(HR)
    opened = {
        "kind": "naming", "name": "示例", "title": PROVINCIAL, "place": "430000", "from": DAY, "until": "2024-12-31",
    }  # fmt: skip
    told.add("round.opened", opened, HR, DAY, stream=given("round"))
    told.add("round.closed", {}, HR, DAY, stream=given("round"))
    assert told.rules() == set()
    told.add("round.entry-voided", {"version": 2, "reason": "示例"}, HR, DAY, stream=given("round"))
    assert told.rules() == {"T-13"}


def test_T_04_a_source_is_put_back_into_service_by_one_person() -> None:
    pair = [office("province", "administrator", None, n) for n in (41, 42)]
    for alone, rules in ((False, set()), (True, {"T-04"})):
        told = begun(*pair)
        told.add("source.registered", REGISTERED_SOURCE | {"place": "430000"}, pair[0], DAY, stream=MACHINE["id"])
        told.by_two("source.suspended", {"reason": "示例"}, *pair, DAY, stream=MACHINE["id"])
        if alone:
            told.add("source.resumed", {}, pair[0], DAY, stream=MACHINE["id"])
        else:
            told.by_two("source.resumed", {}, *pair, DAY, stream=MACHINE["id"])
        assert told.rules() == rules


def test_T_05_a_rectification_is_due_in_a_hundred_years() -> None:
    for due, rules in (("2024-08-01", set()), (FAR, {"T-05"})):
        told = life("registered")
        told.add(
            "unit.check-ordered", {"kind": "spot", "check": "示例-2", "due": "2024-06-21"}, PREFECTURE, "2024-06-04"
        )
        found = {"check": "示例-2", "on": "2024-06-05", "findings": "示例", "result": "problems"}
        told.add("unit.check-conducted", found, INSPECTOR, "2024-06-05")
        said = {"items": ["示例"], "due": due, "finding": len(told.lines)}
        told.add("unit.rectification-ordered", said, PREFECTURE, "2024-06-06")
        assert told.rules() == rules


def test_I_21_a_leave_since_years_or_for_years() -> None:
    for since, until, rules in (
        (DAY, LATER, set()), ("1999-01-01", LATER, {"I-21"}), (DAY, FAR, {"I-21"}),
        ("2024-01-09", "2024-01-31", {"I-21"}),
    ):  # fmt: skip
        told = begun(CLERK)
        told.add("officer.leave-recorded", {"from": since, "until": until}, CLERK, DAY, stream=CLERK["id"])
        assert told.rules() == rules
