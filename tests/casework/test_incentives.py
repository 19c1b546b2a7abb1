"""激励: of the catalogue, within the term, never while frozen (I-07, I-11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.unit.incentives import (
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import UnitTermExpired
from events.words import Level
from services.casework.unit.incentives import GrantState
from tests.casework.given import CREDIT, LOCAL, PROVINCIAL, TIMEKEEPER, Life, cited, desk, signal, source
from tests.casework.stages import ON, life_at

DAY = ON["enjoying"]
BY = desk(Level.COUNTY)


def _granted(incentive: str = "project_funds", **changes: object) -> UnitIncentiveGranted:
    event = UnitIncentiveGranted(incentive=incentive, from_=DAY, basis="湘人社发〔2022〕27号")
    return event.model_copy(update=changes)


def _suspended(ref: int) -> UnitIncentiveSuspended:
    return UnitIncentiveSuspended(grant_ref=ref, reason="示例")


def _with_grant() -> tuple[Life, int]:
    life = life_at("named")
    return life, life.act(DAY, BY, _granted()).version


def test_i_11_an_incentive_runs_to_the_end_of_the_term_where_no_day_is_given() -> None:
    life, ref = _with_grant()
    assert life.unit.incentives.grants[ref].until == life.unit.naming.held[PROVINCIAL].term_until


def test_without_a_held_title_there_is_none() -> None:
    cited(life_at("cleared").refused(DAY, BY, _granted(title=PROVINCIAL)), "I-00")


@pytest.mark.parametrize(
    "event",
    [
        _granted(from_=ON["named"] - timedelta(days=1)),
        _granted(until=date(2027, 4, 10)),
        _granted(until=DAY - timedelta(days=1)),
    ],
)
def test_i_11_what_the_catalogue_or_the_term_does_not_give_is_refused(event: UnitIncentiveGranted) -> None:
    life = life_at("named")
    assert "I-11" in {refusal.rule for refusal in life.refused(DAY, BY, event)}
    assert cited(life.refused(DAY, BY, _granted("free_lunch")), "I-00") == ("free_lunch",)
    life.act(DAY, BY, _granted("reduced_inspection", credit=CREDIT, until=date(2027, 4, 9)))


def test_i_11_an_incentive_is_for_its_titles_and_its_owners_place() -> None:
    local = life_at("named", LOCAL)
    cited(local.refused(DAY, BY, _granted()), "I-11")
    local.act(DAY, BY, _granted("changsha_employment_window"))


def test_i_11_the_same_incentive_runs_once_at_a_time() -> None:
    life = life_at("named")
    ref = life.act(DAY, BY, _granted(until=date(2024, 12, 31))).version
    assert cited(life.refused(DAY, BY, _granted()), "I-11") == (str(ref),)
    life.act(date(2025, 1, 1), BY, _granted(from_=date(2025, 1, 1)))


def test_i_07_none_is_granted_or_resumed_while_frozen() -> None:
    life, ref = _with_grant()
    petitions = source()
    life.act(DAY, BY, _suspended(ref))
    life.act(DAY, petitions, signal(petitions, DAY))
    cited(life.refused(DAY, BY, _granted("credit")), "I-07")
    cited(life.refused(DAY, BY, UnitIncentiveResumed(grant_ref=ref, reason="示例")), "I-07")


def test_suspended_resumed_and_ended() -> None:
    life, ref = _with_grant()
    resumed = UnitIncentiveResumed(grant_ref=ref, reason="示例")
    ended = UnitIncentiveEnded(grant_ref=ref, reason="示例")
    cited(life.refused(DAY, BY, resumed), "I-00")
    entry = life.act(DAY, TIMEKEEPER, _suspended(ref))
    assert isinstance(entry.event, UnitIncentiveSuspended)
    assert entry.event.incentive == "project_funds"
    cited(life.refused(DAY, BY, _suspended(ref)), "I-00")
    life.act(DAY, BY, resumed)
    life.act(DAY, BY, ended)
    cited(life.refused(DAY, BY, ended), "I-00")
    assert life.unit.incentives.grants[ref].state is GrantState.ENDED


def test_it_ends_by_itself_with_the_term() -> None:
    life, ref = _with_grant()
    until = life.unit.naming.held[PROVINCIAL].term_until
    life.act(until + timedelta(days=1), TIMEKEEPER, UnitTermExpired(title=PROVINCIAL, on=until))
    assert life.unit.incentives.grants[ref].state is GrantState.ENDED
