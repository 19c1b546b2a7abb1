"""T-03: every told story is carried by a small cast: county 2, prefecture 3 + 1 + 1 + 1, province 5 + 2 + 2 + 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from events.words import House, Level, Role
from services.casework.officer.state import Appointment, Officer
from tests.casework import given, stages
from tests.casework.given import PLACE_OF, somebody
from tests.lives import stories
from tests.lives.stories import STORIES

Cast = Mapping[tuple[Level, House], int]
SMALL: Cast = {
    (Level.COUNTY, House.HR): 2,
    (Level.PREFECTURE, House.HR): 3,
    (Level.PROVINCE, House.HR): 5,
    **{(Level.PREFECTURE, house): 1 for house in House if house is not House.HR},
    **{(Level.PROVINCE, house): 2 for house in House if house is not House.HR},
}
ON_LEAVE: Cast = {**SMALL, (Level.PREFECTURE, House.HR): 2}
"""One of the three of the prefecture's human resources is on leave."""

_ROLES = (Role.OFFICER, Role.APPROVER, Role.INSPECTOR, Role.CONTACT)
_POST = given.post


class Played:
    """Who plays which part, of a cast of so many; `people` are those who did."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.people: set[tuple[Level, House, int]] = set()

    def post(
        self, role: Role, level: Level | None, house: House | None = House.HR, *, place: str | None = None, n: int = 1
    ) -> Officer:
        """The one of the cast who plays that part, in all the roles that they hold."""
        if level is None or house is None or (level, house) not in self.cast:
            return _POST(role, level, house, place=place, n=n)
        number = (_ROLES.index(role) + n - 1) % self.cast[level, house]
        self.people.add((level, house, number))
        at = place or PLACE_OF[level]
        name = f"{at}·{level.value}·{house.value}·{number}"
        held = Appointment(2, name, house, level, at, _ROLES, date(2020, 1, 1), None)
        return Officer(somebody(name), version=2, appointments=(held,))


@pytest.fixture(params=[SMALL, ON_LEAVE], ids=["small", "one on leave"])
def played(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """Every part of the told stories is played by somebody of the cast."""
    cast = Played(request.param)
    for module in (given, stages, stories):
        monkeypatch.setattr(module, "post", cast.post)
    for name, officer in (
        ("COUNTY", given.desk(Level.COUNTY)),
        ("PREFECTURE", given.desk(Level.PREFECTURE)),
        ("PROVINCE", given.desk(Level.PROVINCE)),
        ("APPROVER", given.approver(Level.PREFECTURE)),
        ("CONTACT", cast.post(Role.CONTACT, Level.COUNTY)),
        ("INSPECTOR", cast.post(Role.INSPECTOR, Level.PREFECTURE)),
    ):
        monkeypatch.setattr(stories, name, officer)
    given.own_body.cache_clear()
    yield cast
    given.own_body.cache_clear()


@pytest.mark.parametrize("number", STORIES)
def test_every_story_is_carried_by_a_small_cast(number: int, played: Played) -> None:
    lives = STORIES[number]()
    assert all(life.judged_again() == [] for life in lives)
    assert all(index < played.cast[level, house] for level, house, index in played.people)
    assert {level for level, _, _ in played.people} <= {Level.COUNTY, Level.PREFECTURE, Level.PROVINCE}
