"""The told years of a province with attempts beside them: few units here, 2,800 by `./concord law years`."""

from __future__ import annotations

from datetime import date

import pytest

from deploy import three_years as years
from deploy.cli.check import PACK
from deploy.demo.people import desk
from deploy.demo.stories import FEWEST
from events.words import House, Level, Role
from services.casework.pack import load_pack

TODAY = date(2026, 11, 24)


def _told() -> years.Tally:
    return years.three_years(load_pack(), PACK, TODAY, 7, FEWEST, lambda _done, _of: None)


def test_the_checker_finds_nothing_no_attempt_is_taken_and_the_idle_are_found_out() -> None:
    tally = _told()
    assert (tally.findings, tally.taken, dict(tally.untold)) == ([], [], {})
    assert tally.commands > tally.attempts > 500
    assert sum(tally.refused.values()) >= tally.attempts
    assert all(one["lapses"] >= 4 and one["criticised"] for one in tally.idle.values())
    assert tally.is_clean


def test_what_somebody_may_do_after_all_is_told_as_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def honest(level: Level, place: str, house: House = House.HR, role: Role = Role.OFFICER) -> object:
        return desk(level, "430102" if level is Level.COUNTY else "430100", house, role)

    monkeypatch.setattr(years, "desk", honest)
    tally = _told()
    assert tally.taken
    assert not tally.is_clean
