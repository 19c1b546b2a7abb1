"""A year of one prefecture, told: thirty units of all kinds from cultivation over naming to follow-up, by a small cast.

Some of the prefecture's people are diligent and some are not: letters go out, duties are met and missed, and the
checker reads all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from events.envelope import Entry, Event
from events.record import DeadlineMissed
from events.registry import encode
from events.unit.cultivation import (
    UnitContactAssigned,
    UnitCultivationConcluded,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.unit.naming import UnitPlaqueIssued
from events.words import CultivationOutcome, FollowUpKind, House, Level, ObligationKind, Role, Standing, UnitKind
from services.casework.officer.state import Officer
from services.casework.timekeeping import brought_about
from services.casework.unit.cultivation_plan import progress, standards_for
from services.casework.unit.naming.state import standing
from services.checker import check
from services.letters.letter import letter_of
from tests.casework import given, stages
from tests.casework.given import LOCAL, PACK, PACKS, TIMEKEEPER, Life, add_working_days, desk
from tests.checker.told import PACK as FOLDER
from tests.lives.test_small_cast import SMALL, Played

BEGINS, ENDS = date(2024, 1, 8), date(2024, 12, 20)
UNITS = {
    UnitKind.ENTERPRISE: 16, UnitKind.PARK: 4, UnitKind.TOWNSHIP: 4, UnitKind.INDUSTRY: 2, UnitKind.BUILDING: 2,
    UnitKind.BLOCK: 2,
}  # fmt: skip
NEGLECTED = 5
"""Every fifth unit: its plan is not concluded, its plaque not handed over, and nobody looks after it."""


class Smallest(Played):
    """The small cast, where the prefecture names by itself: who names is the one who is left."""

    def post(
        self, role: Role, level: Level | None, house: House | None = House.HR, *, place: str | None = None, n: int = 1
    ) -> Officer:
        """The one of the cast who plays that part."""
        names = (role, level, n) == (Role.APPROVER, Level.PREFECTURE, 3)
        return super().post(role, level, house, place=place, n=2 if names else n)


@dataclass(frozen=True)
class Year:
    """The lives as they stand at the end, those neglected, the cast, and the letters that went out by their names."""

    lives: tuple[Life, ...]
    neglected: tuple[Life, ...]
    cast: Played
    letters: Counter[str]

    @property
    def entries(self) -> list[Entry[Event]]:
        return [entry for life in self.lives for entry in life.unit.entries]


@pytest.fixture(scope="module")
def year() -> Iterator[Year]:
    """The year, told once."""
    cast = Smallest(SMALL)
    with pytest.MonkeyPatch.context() as patch:
        for module in (given, stages):
            patch.setattr(module, "post", cast.post)
        given.own_body.cache_clear()
        kinds = [kind for kind, count in UNITS.items() for _ in range(count)]
        lives = [_told(Life.of(kind, number), number, cast) for number, kind in enumerate(kinds, 1)]
        letters = Counter(
            letter.name
            for life in lives
            for entry in life.unit.entries
            if (letter := letter_of(life.unit, entry, "示例", PACK, "https://example.invalid")) is not None
        )
        yield Year(tuple(lives), tuple(lives[NEGLECTED - 1 :: NEGLECTED]), cast, letters)
    given.own_body.cache_clear()


def _told(life: Life, number: int, cast: Played) -> Life:
    """One unit's year: cultivated, named, looked after; or named and left alone."""
    day, diligent = add_working_days(BEGINS, 4 * number), number % NEGLECTED != 0
    title = "model_site" if life.kind in (UnitKind.BUILDING, UnitKind.BLOCK) else LOCAL
    county, prefecture = desk(Level.COUNTY), desk(Level.PREFECTURE)
    contact = cast.post(Role.CONTACT, Level.COUNTY)
    life.knows(contact)
    stages.register(life, day)
    life.act(day, prefecture, UnitContactAssigned(officer=contact.id, from_=day))
    wanted = tuple(sorted(standards_for(life.kind, PACK))[:2])
    life.act(day, county, UnitCultivationPlanned(standards=wanted, by=day + timedelta(days=120)))
    life.act(day, contact, UnitFollowedUp(kind=FollowUpKind.GUIDANCE, on=day, summary="示例：对照标准指导"))
    named = stages.run_to_naming(life, add_working_days(day, 10), title)
    if diligent:
        _concluded(life, named)
        life.act(named, prefecture, UnitPlaqueIssued(plaque=f"示例铭牌{number}号"))
        seen = named
        while (seen := seen + timedelta(days=80)) < ENDS:
            _time_passes(life, seen)
            life.act(seen, contact, UnitFollowedUp(kind=FollowUpKind.VISIT, on=seen, summary="示例：走访"))
    _time_passes(life, ENDS)
    return life


def _concluded(life: Life, day: date) -> None:
    plan = life.unit.cultivation.plan
    assert plan is not None
    reached = all(one.reached(PACK) for one in progress(life.unit, plan, PACK))
    outcome = CultivationOutcome.REACHED if reached else CultivationOutcome.NOT_REACHED
    told = UnitCultivationConcluded(plan=plan.version, outcome=outcome, summary="示例：对照自评总结")
    life.act(day, desk(Level.COUNTY), told)


def _time_passes(life: Life, until: date) -> None:
    """What is missed by then is called missed on the day after its last."""
    while True:
        last = [duty.due for duty in life.owed() if duty.key not in life.unit.common.missed and not duty.suspended]
        day = min(last, default=until) + timedelta(days=1)
        brought = list(brought_about(life.unit, day, PACKS)) if day <= until else []
        if not brought:
            return
        for event in brought:
            life.act(day, TIMEKEEPER, event)


def test_thirty_units_of_all_kinds_are_named_within_the_year(year: Year) -> None:
    assert Counter(life.kind for life in year.lives) == UNITS
    assert all(standing(life.unit, title) is Standing.HELD for life in year.lives for title in life.unit.naming.held)
    assert all(life.unit.naming.held for life in year.lives)
    assert max(entry.day for entry in year.entries) <= ENDS


def test_a_small_cast_carries_all_of_it(year: Year) -> None:
    assert {(level, house) for level, house, _ in year.cast.people} <= SMALL.keys()
    assert all(number < SMALL[level, house] for level, house, number in year.cast.people)
    assert Level.PROVINCE not in {level for level, _, _ in year.cast.people}


def test_letters_went_out(year: Year) -> None:
    assert year.letters == {"registered": 30, "received": 60, "publicity": 30, "named": 30, "plaque": 24}


def test_duties_are_met_by_the_diligent_and_missed_by_the_others(year: Year) -> None:
    missed = {
        life.name: {entry.event.obligation for entry in life.unit.entries if isinstance(entry.event, DeadlineMissed)}
        for life in year.lives
    }
    lazy = {life.name for life in year.neglected}
    assert {name for name, kinds in missed.items() if kinds} == lazy
    for name in lazy:
        assert missed[name] >= {ObligationKind.CULTIVATE, ObligationKind.ISSUE_PLAQUE}
    owed = Counter(duty.kind for life in year.lives for duty in life.owed() if duty.overdue_on(ENDS))
    assert owed[ObligationKind.CULTIVATE] == owed[ObligationKind.ISSUE_PLAQUE] == len(lazy)


def test_it_is_lawful_and_the_checker_finds_nothing(year: Year) -> None:
    assert all(life.judged_again() == [] for life in year.lives)
    told = sorted(year.entries, key=lambda entry: (entry.stream, entry.version))
    lines = (f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}' for entry in told)
    found = list(check(lines, FOLDER, whole=False))
    assert [str(finding) for finding in found] == []
