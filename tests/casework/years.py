"""A place's year told in a register in memory: opened for the province, and its prefectures' with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from events.envelope import Event
from events.governance.year import YearOpened, YearPlanFiled, YearReportFiled
from events.governance.year_work import PlaceTarget, YearTrainingApportioned
from events.words import House, Level, ObligationKind, Role
from services.casework.pack import Pack, load_pack
from services.casework.timekeeping import TIMEKEEPER
from services.casework.year.accounts import prefectures_of
from services.casework.year.state import Year, year_stream
from tests.casework.given import document
from tests.casework.world import World

OPENED = date(2024, 1, 9)
PLACE, ELSEWHERE = "430100", "430200"


def plan(title: str = "工作方案") -> YearPlanFiled:
    """A work plan."""
    return YearPlanFiled(summary="示例：本年度工作安排", document=document(title))


def report(title: str = "年度报告") -> YearReportFiled:
    """A yearly report."""
    return YearReportFiled(summary="示例：本年度总结与评估", document=document(title))


def targets(pack: Pack, people: int | None = None) -> YearTrainingApportioned:
    """The coordinators of the year, shared out evenly among the prefectures, or so many for each."""
    places = prefectures_of(pack.place)
    each = people if people is not None else -(-pack.year.trained // len(places))
    return YearTrainingApportioned(targets=tuple(PlaceTarget(place=place, people=each) for place in places))


@dataclass
class Years:
    """The years of a province and its prefectures, with the people who act in them."""

    world: World
    year: int = 2024
    people: dict[tuple[str, Role, House], UUID] = field(default_factory=dict)

    @classmethod
    def begun(cls, pack: Pack | None = None) -> Self:
        """A register whose province has opened its year."""
        world = World(pack or load_pack())
        world.begin()
        told = cls(world)
        told.act(OPENED, told.desk(world.pack.place), told.stream(world.pack.place), told.opening())
        return told

    def opening(self) -> YearOpened:
        """The opening of the province's year."""
        return YearOpened(place=self.world.pack.place, year=self.year)

    def stream(self, place: str) -> UUID:
        """The stream of a place's year."""
        return year_stream(place, self.year)

    def state(self, place: str) -> Year:
        """A place's year as it is."""
        return self.world.state(Year, self.stream(place))

    def desk(self, place: str, house: House = House.HR) -> UUID:
        """Somebody at the desk of a place."""
        return self._somebody(place, Role.OFFICER, house)

    def approver(self, place: str, house: House = House.HR) -> UUID:
        """Somebody who approves there."""
        return self._somebody(place, Role.APPROVER, house)

    def _somebody(self, place: str, role: Role, house: House) -> UUID:
        key = (place, role, house)
        if key not in self.people:
            level = Level.PROVINCE if place == self.world.pack.place else Level.PREFECTURE
            self.people[key] = self.world.hires(self.world.day, role, level, house, place=place)
        return self.people[key]

    def act(self, day: date, who: UUID, stream: UUID, event: Event) -> int:
        """The version of the entry that the act became."""
        return self.world.act(day, who, stream, event).version

    def at(self, day: date, place: str, event: Event, *, by: UUID | None = None) -> int:
        """What somebody does in a place's year: its own desk, where nobody else is named."""
        return self.act(day, by or self.desk(place), self.stream(place), event)

    def rules(self, day: date, place: str, event: Event, *, by: UUID | None = None) -> set[str]:
        """The rules that refuse it."""
        return self.world.rules(day, by or self.desk(place), self.stream(place), event)

    def owed(self, place: str) -> dict[ObligationKind, date]:
        """What is owed in a place's year, by when."""
        return {duty.kind: duty.due for duty in self.world.owed(self.stream(place))}

    def time_passes(self, day: date, place: str) -> list[Event]:
        """What the timekeeper records in a place's year on that day, all of it."""
        done: list[Event] = []
        stream = self.stream(place)
        while events := self.world.time_passes(day, stream):
            self.world.act(day, TIMEKEEPER, stream, events[0])
            done.append(events[0])
        return done


def later(day: date, days: int = 1) -> date:
    """So many days later."""
    return day + timedelta(days=days)
