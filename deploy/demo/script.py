"""A script: acts in the order of time; and the telling of one unit's life, act by act, in office hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from deploy.demo.people import named, person_name
from events.envelope import CHINA, Event
from events.governance.officer import OfficerRegistered
from events.sealed import Sealed
from events.words import ActorKind, Ownership, Role, SubKind, UnitKind
from services.casework.calendar import Span, SpanUnit
from services.casework.pack import Pack
from services.casework.unit.registration import unit_id

OPENS, CLOSES = 8 * 60 + 40, 17 * 60 + 20
"""Office hours, in minutes of the day."""

Told = Event | Callable[[Any], Event | None]
"""An event, or how it follows from the state of its stream as it then is (where it names earlier entries); None where
there is nothing to do.
"""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what to which stream, and when; `refused` names the rules that must refuse it."""

    moment: datetime
    who: UUID
    stream: UUID
    event: Told
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A fictional unit."""

    kind: UnitKind
    name: str
    code: str
    place: str
    ownership: Ownership | None = None
    industry: str | None = None
    headcount: int = 200
    sub_kind: SubKind | None = None

    @property
    def id(self) -> UUID:
        """The unit's stream."""
        return _unit(self.code, self.place)

    @property
    def agent(self) -> UUID:
        """Who acts for the unit."""
        return named(f"agent:{self.id}")

    @property
    def union(self) -> UUID:
        """Who acts for the unit's union."""
        return named(f"union:{self.id}")


_unit = cache(unit_id)
"""Checking a credit code's digits again for every act of a life would take longer than telling it."""


def agents(profile: Profile) -> tuple[tuple[UUID, OfficerRegistered], ...]:
    """The registrations of the unit's agent and, for an enterprise, its union's."""
    wanted = [(profile.agent, Role.APPLICANT)]
    if profile.kind is UnitKind.ENTERPRISE:
        wanted.append((profile.union, Role.UNIT_UNION))
    return tuple(
        (who, OfficerRegistered(kind=ActorKind.APPLICANT, name=Sealed(clear=person_name(str(who))), unit=profile.id,
                                roles=(role,)))
        for who, role in wanted
    )  # fmt: skip


def after_working_days(pack: Pack, day: date, days: int) -> date:
    """The n-th working day after that day."""
    return pack.after(day, Span(days, SpanUnit.WORKING_DAYS))


def on_working_day(pack: Pack, day: date) -> date:
    """That day, or the first working day after it."""
    return day if pack.is_working_day(day) else after_working_days(pack, day, 1)


def at_office(day: date, minute: int, random: Random) -> datetime:
    """A moment of that day in China."""
    return datetime.combine(day, time(0), CHINA) + timedelta(
        minutes=minute, seconds=random.randrange(60), microseconds=random.randrange(1_000_000)
    )


class Telling:
    """One unit's life while it is told: the moment it has come to, and the acts so far.

    Where it is `punctual`, no office is late. Whatever would lie after `until` is not told, so that
    lives end wherever they then are.
    """

    def __init__(
        self, profile: Profile, begins: date, until: datetime, random: Random, pack: Pack, *, punctual: bool = False
    ) -> None:
        self.unit = profile
        self.pack = pack
        self.random = random
        self.punctual = punctual
        self.acts: list[Act] = []
        self.standard_set = ""
        self.body: UUID | None = None
        self.papers = 0
        self.planned_by: date | None = None
        self.honoured = 0
        self.surveyed = False
        self.seen = begins
        self.has_contact = False
        self._until = until
        self._now = at_office(begins, OPENS, random)
        self.wait(0 if pack.is_working_day(begins) else 1)

    @property
    def day(self) -> date:
        """The day the telling has come to."""
        return self._now.date()

    @property
    def over(self) -> bool:
        """Whether the telling has come to the present."""
        return self._now >= self._until

    @property
    def ends(self) -> date:
        """The day from which on nothing is told."""
        return self._until.date()

    def later(self, days: int) -> date:
        """The n-th working day from today."""
        return after_working_days(self.pack, self.day, days)

    def wait(self, least: int, most: int | None = None) -> None:
        """Some working days go by."""
        days = self.random.randint(least, most) if most is not None else least
        if days:
            self._come_to(self.later(days))
        elif self._now.hour * 60 + self._now.minute > CLOSES:
            self._come_to(self.later(1))

    def until(self, day: date) -> None:
        """Time goes by to the first working day from that day on; none where it is past."""
        if day > self.day:
            self._come_to(on_working_day(self.pack, day))

    def _come_to(self, day: date) -> None:
        self._now = at_office(day, self.random.randint(OPENS, CLOSES - 120), self.random)

    def act(self, who: UUID, event: Told, *, stream: UUID | None = None, refused: tuple[str, ...] = ()) -> None:
        """Somebody does something, some minutes after what was done before."""
        if not self.over:
            self.acts.append(Act(self._now, who, stream or self.unit.id, event, refused))
        self._now += timedelta(minutes=self.random.randint(2, 14), microseconds=self.random.randrange(1_000_000))
        self.wait(0)

    def chance(self, share: float) -> bool:
        """Whether it happens this time."""
        return self.random.random() < share
