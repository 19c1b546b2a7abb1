"""What every act presupposes: a unit that is there, a case at its step, one title at a time (I-00, I-03, T-21).

`may` and `judge` agree on each of these lives (`test_judgement.py`); here stands what they have to agree on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from events.envelope import Event
from events.unit.checks import UnitRectificationOrdered
from events.unit.registration import UnitClosed
from events.unit.revocation import UnitRevocationDropped
from events.words import Level, ObligationKind
from tests.casework.filled import filled
from tests.casework.given import (
    DAY,
    LOCAL,
    NATIONAL,
    PROVINCIAL,
    Life,
    Somebody,
    approver,
    cited,
    desk,
    registration,
    source,
)
from tests.casework.stages import ON, life_at, look_into
from tests.casework.test_judgement import DEPENDS_ON_THE_BODY, SITUATIONS, people

Told = tuple[str, Somebody, Event]


def possible(life: Life, day: date) -> Iterator[Told]:
    """Everything that somebody may do on that day, filled in."""
    for who in people(life).values():
        for one in life.may(day, who):
            if one.allowed and one.decision not in DEPENDS_ON_THE_BODY:
                event = filled(life, day, who, one.decision, one.subject)
                if event is not None:
                    yield one.decision, who, event


def lawful(life: Life, day: date, acts: list[Told]) -> set[str]:
    """Which of these acts nothing refuses."""
    return {decision for decision, who, event in acts if not life.judged(day, who, event)[2]}


STEPS: dict[str, dict[str, str]] = {
    PROVINCIAL: {
        "registered": "",
        "sealed": "apply",
        "applied": "accept-application reject-application return-application withdraw-application",
        "at_evaluation": "opine return-application visit-site withdraw-application",
        "evaluated": "forward-application withdraw-application",
        "at_decision": "accept-application opine return-application withdraw-application",
        "reviewed": "start-publicity withdraw-application",
        "in_publicity": "raise-objection withdraw-application",
        "cleared": "name opine withdraw-application",
        "named": "grant-incentive issue-plaque verify",
        "enjoying": "grant-incentive verify",
        "found_serious": "drop-revocation propose-revocation verify",
        "proposed": "drop-revocation notify-hearing verify",
        "heard": "hear-statement opine revoke verify",
    }
}
"""Which steps somebody may take about the title at each stage: those that are named here, and no other of them."""

STEPS[NATIONAL] = STEPS[PROVINCIAL] | {
    "cleared": "nominate withdraw-application",
    "nominated": "name refuse-naming withdraw-application",
    "heard": "drop-revocation hear-statement opine request-consent verify",
}
STEPS[LOCAL] = STEPS[PROVINCIAL] | dict.fromkeys(
    ("evaluated", "at_decision", "reviewed"), "start-publicity withdraw-application"
)
EVERY_STEP = {
    "evaluate", "review", "complete-publicity", "extend-term", "amend-application", "give-consent", "refuse-consent",
    "announce-revocation", "request-reconsideration", "decide-reconsideration",
}.union(*(steps.split() for stages in STEPS.values() for steps in stages.values()))  # fmt: skip


@cache
def taken(title: str, stage: str) -> frozenset[tuple[str, str | None]]:
    """What somebody may do at a stage of a case for that title: the decision, and the title it is about."""
    life, day = life_at(stage, title), ON[stage]
    possible = (one for who in people(life).values() for one in life.may(day, who) if one.allowed)
    return frozenset((one.decision, one.title) for one in possible)


@pytest.mark.parametrize(("title", "stage"), [(title, stage) for title, stages in STEPS.items() for stage in stages])
def test_a_case_takes_its_steps_in_their_order(title: str, stage: str) -> None:
    steps = {decision for decision, about in taken(title, stage) if about == title}
    assert steps & EVERY_STEP == set(STEPS[title][stage].split())


@pytest.mark.parametrize("stage", STEPS[PROVINCIAL])
def test_a_title_that_was_not_applied_for_takes_no_step(stage: str) -> None:
    steps = {decision for decision, about in taken(PROVINCIAL, stage) if about in (NATIONAL, LOCAL)}
    assert steps & EVERY_STEP <= {"apply"}


GOES_ON = {
    "record-signal", "assess-signal", "order-check", "conduct-check", "order-rectification", "report-rectification",
    "conclude-rectification", "notify-hearing", "hear-statement", "opine", "request-consent", "give-consent",
    "refuse-consent", "revoke", "drop-revocation", "announce-revocation", "recover-plaque", "release-duty", "succeed",
    "extend-duty", "suspend-duty", "resume-duty", "assign-duty",
}  # fmt: skip
"""What may be done about a closed unit: its signals, and what was begun or owed before."""


@pytest.mark.parametrize(
    "situation",
    ["sealed", "two cases", "evaluated", "national cleared", "renewing", "national heard", "rectified", "objected",
     "park with members"],
)  # fmt: skip
def test_what_a_unit_could_is_over_when_it_is_closed(situation: str) -> None:
    life, day = SITUATIONS[situation]()
    before = list(possible(life, day))
    _close(life, day)
    assert lawful(life, day, before) <= GOES_ON


def _close(life: Life, day: date) -> None:
    """The unit is closed; what is owed about its titles for a serious fact is answered before."""
    for duty in life.owed():
        if duty.kind is ObligationKind.PROPOSE_REVOCATION:
            dropped = UnitRevocationDropped(title=duty.ref.rpartition(":")[2], reason="示例")
            life.act(day, approver(Level.PROVINCE, n=7), dropped)
    life.act(day, approver(Level.PREFECTURE, n=7), UnitClosed(reason="示例：停业"))


def test_of_a_unit_that_only_a_signal_names_nothing_but_facts_is_recorded() -> None:
    life = Life.of()
    life.act(DAY, source(), registration(life, provisional=True))
    registered = list(possible(life_at("registered"), DAY))
    assert {decision for decision, _, _ in registered} >= {"follow-up", "self-evaluate", "close", "assign-contact"}
    assert lawful(life, DAY, registered) <= {"record-signal", "order-check", "order-rectification"}


def test_of_a_unit_that_nobody_knows_nothing_is_recorded() -> None:
    assert lawful(Life.of(), DAY, list(possible(life_at("registered"), DAY))) == set()


def test_T_21_a_closed_unit_is_ordered_to_rectify_nothing_but_what_a_check_has_found() -> None:
    life, day = SITUATIONS["rectified"]()
    order = UnitRectificationOrdered(items=("示例",), due=day + timedelta(days=30))
    life.act(day, desk(Level.PREFECTURE), order)
    _close(life, day)
    cited(life.refused(day, desk(Level.PREFECTURE), order), "T-21")
    (name, *_) = life.unit.signals.all
    found = look_into(life, day, name)
    life.act(day, desk(Level.PREFECTURE), order.model_copy(update={"finding": found}))
