"""T-05: a duty is given to a person of the office that owes it, handed over, and seen while that person is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.officer import OfficerLeaveRecorded
from events.record import COMMON, DeadlineMissed, DutyAssigned
from events.registry import encode
from events.words import House, ObligationKind
from projections.deadlines.ledger import ledger_of
from services.casework.obligation import Obligation
from services.casework.officer.state import Officer
from services.casework.policy.state import Packs
from services.casework.timekeeping import TIMEKEEPER
from services.checker import check
from tests.casework.years import ELSEWHERE, OPENED, PLACE, Years, later
from tests.checker.told import PACK as FOLDER

DAY = later(OPENED, 7)


@pytest.fixture(scope="module")
def years() -> Years:
    return Years.begun()


def _plan(years: Years) -> Obligation:
    (found,) = (one for one in years.world.owed(years.stream(PLACE)) if one.kind is ObligationKind.FILE_PLAN)
    return found


def _given(years: Years, officer: UUID, deputy: UUID | None = None) -> DutyAssigned:
    return COMMON["year"].duty_assigned(ref=_plan(years).key, officer=officer, deputy=deputy)


def _found(years: Years, **planted: UUID) -> set[str]:
    """The rules of which the checker finds a breach in all that was told, with other people in the assignments."""
    lines = []
    for entry in years.world.log:
        event = entry.event
        if isinstance(event, DutyAssigned):
            event = event.model_copy(update=planted)
        state = encode(entry.model_copy(update={"event": event})).decode()
        lines.append(f'{{"type":"{event.about.type}","state":{state}}}')
    return {finding.rule for finding in check(lines, FOLDER, whole=True)}


def test_t_05_an_office_gives_its_duty_to_two_of_its_people(years: Years) -> None:
    first, second = years.desk(PLACE), years.desk(PLACE, House.UNION)
    stranger = years.desk(ELSEWHERE)
    assert years.rules(DAY, PLACE, _given(years, first, first)) == {"T-05"}
    assert years.rules(DAY, PLACE, _given(years, stranger)) == {"T-05"}
    assert years.rules(DAY, PLACE, _given(years, first), by=stranger) == {"T-05"}
    assert years.rules(DAY, PLACE, _given(years, first), by=years.desk("430000")) == {"T-05"}
    years.at(DAY, PLACE, _given(years, first, second))
    duty = _plan(years)
    assert duty.holder == f"prefecture:{PLACE}"
    assert duty.assigned is not None
    assert (duty.assigned.officer, duty.assigned.deputy) == (first, second)
    assert _found(years) == set()
    assert _found(years, deputy=stranger) == {"T-05"}
    assert _found(years, officer=years.world.new()) == {"T-02"}


def test_t_05_a_miss_names_whose_it_was_on_its_day(years: Years) -> None:
    first, second = years.desk(PLACE), years.desk(PLACE, House.UNION)
    years.at(DAY, PLACE, _given(years, second, first))
    over = later(_plan(years).due)
    years.at(over, PLACE, _given(years, first))
    passed = years.world.time_passes(over, years.stream(PLACE))
    (missed,) = (
        one for one in passed if isinstance(one, DeadlineMissed) and one.obligation is ObligationKind.FILE_PLAN
    )
    assert (missed.holder, missed.assigned_to, missed.deputy) == (f"prefecture:{PLACE}", second, first)
    another = missed.model_copy(update={"assigned_to": first})
    assert years.world.rules(over, TIMEKEEPER, years.stream(PLACE), another) == {"I-00"}
    years.world.act(over, TIMEKEEPER, years.stream(PLACE), missed)
    assert _found(years) == set()
    ledger = ledger_of(years.state(PLACE), Packs.fixed(years.world.pack))
    assert [one.obligation.assigned.officer for one in ledger.values() if one.obligation.assigned] == [first]


def test_i_12_nobody_is_given_what_they_have_an_interest_in(years: Years) -> None:
    day, person = years.world.log[-1].day, years.approver(PLACE, House.COMMERCE)
    state = years.world.state(Officer, person)
    years.at(day, PLACE, _given(years, person))
    unit = years.stream(PLACE)
    years.world.states[person] = replace(state, interests={unit: DAY})
    assert years.rules(day, PLACE, _given(years, person)) == {"I-12"}
    years.world.states[person] = state


def test_t_05_who_is_away_says_so_or_the_administrator_does(years: Years) -> None:
    world, away, other = years.world, years.desk(PLACE), years.desk(PLACE, House.UNION)
    day = world.log[-1].day
    leave = OfficerLeaveRecorded(from_=later(day), until=later(day, 5))
    assert world.rules(day, other, away, leave) == {"T-05"}
    assert world.rules(day, away, away, leave.model_copy(update={"until": day - timedelta(days=1)})) == {"I-21"}
    for wrong in ({"from_": date(1999, 1, 1)}, {"until": date(2099, 1, 1)}):
        assert world.rules(day, away, away, leave.model_copy(update=wrong)) == {"I-21"}
    world.act(day, away, away, leave)
    world.act(day, world.people["administrator 1"], other, leave)
    told = world.state(Officer, away)
    assert [told.away_on(later(day, n)) for n in (0, 1, 5, 6)] == [False, True, True, False]
