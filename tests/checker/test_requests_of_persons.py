"""What persons ask about themselves, as the second opinion sees it (T-29, T-04)."""

from __future__ import annotations

import pytest

from tests.checker.told import SYSTEM, begun, digest, keyed, office

TAG = {"tag": "3f" * 32}
ASKED = {"right": "see", "by": "self", "tag": TAG, "received_on": "2024-06-03", "request": "示例"}
ANSWER, REFUSAL = {"request": 2, "answer": "示例"}, {"request": 2, "reason": "示例"}


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({}, set()),
        ({"by": "agent"}, {"T-29"}),
        ({"received_on": "2024-06-04"}, {"I-21"}),
        ({"received_on": "2023-06-03"}, set()),
        ({"received_on": "2023-06-02"}, {"I-21"}),
    ],
    ids=["by the person", "an agent without a paper", "received later", "a year ago", "longer ago"],
)
def test_t_29_how_it_is_asked(changed: dict[str, object], rules: set[str]) -> None:
    one = office("province", "data_officer", "hr", 80)
    told = begun(one)
    told.add("register.person-requested", {**ASKED, **changed}, one, "2024-06-03", stream=keyed("register"))
    assert told.rules() == rules


@pytest.mark.parametrize(
    ("answers", "day", "rules"),
    [
        (("answered",), "2024-06-20", set()),
        (("refused",), "2024-07-03", set()),
        (("answered", "refused"), "2024-06-20", {"T-29"}),
        (("answered",), "2024-08-20", {"T-29"}),
    ],
    ids=["answered", "refused on the last day", "twice", "too late, and nobody said so"],
)
def test_t_29_it_is_answered_once_in_its_days(answers: tuple[str, ...], day: str, rules: set[str]) -> None:
    one, other = (office("province", "data_officer", house, 80) for house in ("hr", "union"))
    told, stream = begun(one, other), keyed("register")
    told.add("register.person-requested", ASKED, one, "2024-06-03", stream=stream)
    for name in answers:
        data = ANSWER if name == "answered" else REFUSAL
        told.by_two(f"register.person-{name}", data, one, other, day, stream=stream)
    assert told.rules() == rules


@pytest.mark.parametrize("answerer", [0, 1])
def test_t_29_whoever_answers_about_themselves_is_found(answerer: int) -> None:
    people = [office("province", "data_officer", house, number) for house, number in (("hr", 80), ("union", 81))]
    told, stream = begun(*people), keyed("register")
    tag = {"tag": digest(str(people[answerer]["id"]))}
    told.add("register.person-requested", {**ASKED, "tag": tag}, people[0], "2024-06-03", stream=stream)
    told.by_two("register.person-answered", ANSWER, *people, "2024-06-20", stream=stream)
    assert told.rules() == {"T-29"}


def test_t_04_an_answer_by_one_person_is_found() -> None:
    one = office("province", "data_officer", "hr", 80)
    told, stream = begun(one), keyed("register")
    told.add("register.person-requested", ASKED, one, "2024-06-03", stream=stream)
    told.add("register.person-answered", ANSWER, one, "2024-06-04", stream=stream)
    assert told.rules() == {"T-04"}


@pytest.mark.parametrize(
    ("day", "rules"),
    [("2024-06-04", set()), ("2024-06-20", {"T-25", "T-29"})],
    ids=["when it was recorded", "long after"],
)
def test_t_25_a_request_that_is_recorded_late_is_called_missed_from_then_on(day: str, rules: set[str]) -> None:
    one = office("province", "data_officer", "hr", 80)
    told, stream = begun(one), keyed("register")
    told.add("register.person-requested", {**ASKED, "received_on": "2024-01-10"}, one, "2024-06-03", stream=stream)
    program = {**SYSTEM, "kind": "timekeeper"}
    missed = {"obligation": "answer_person", "ref": "answer_person:2", "due": "2024-02-09", "holder": "province:430000"}
    told.add("register.deadline-missed", missed, program, day, stream=stream)
    assert told.rules() == rules
