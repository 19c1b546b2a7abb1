"""A draw of checks in the register in memory: what the served register reads for it is read from the world instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from uuid import UUID

from events.envelope import Entry, Event
from events.fields import Document
from events.governance.check import (
    CheckDrawn,
    CheckListFrozen,
    CheckPlanned,
    CheckShareCommitted,
    CheckShareRevealed,
    Stratum,
)
from events.unit.registration import UnitRegistered
from events.words import CheckKind, House, Level, Role, StratifiedBy, SubKind, UnitKind
from services.casework.check.draw import draw, population_list, share_digest, sizes
from services.casework.check.state import Plan, check_stream
from services.casework.unit.registration import unit_id
from tests.casework.world import World

PLACE = "430100"
TWO = (House.HR, House.UNION)


def share(house: House, n: int = 1) -> str:
    """A share of the seed of a house."""
    return sha256(f"示例份额:{house.value}:{n}".encode()).hexdigest()


@dataclass
class Drawing:
    """A plan for a place, with somebody for every house at its level."""

    world: World
    day: date
    place: str = PLACE
    level: Level = Level.PREFECTURE
    houses: Sequence[House] = TWO
    percent: int = 50
    people: dict[House, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for house in House:
            self.people[house] = self.world.hires(self.day, Role.OFFICER, self.level, house, place=self.place)

    @property
    def stream(self) -> UUID:
        """The plan's stream."""
        return check_stream(self.place, CheckKind.SPOT, "2024")

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self.world.state(Plan, self.stream)

    @property
    def desk(self) -> UUID:
        """Who handles the plan."""
        return self.people[House.HR]

    def planned(self, **changes: object) -> CheckPlanned:
        """The plan as it is made."""
        event = CheckPlanned(
            kind=CheckKind.SPOT, name="示例抽查", place=self.place, period="2024", strata=(StratifiedBy.KIND,),
            share=self.percent, due=date(2024, 12, 31),
        )  # fmt: skip
        return event.model_copy(update=changes)

    def act(self, event: Event, who: UUID | None = None, day: date | None = None) -> Entry[Event]:
        """Something done on the plan."""
        return self.world.act(day or self.day, who or self.desk, self.stream, event)

    def rules(self, event: Event, who: UUID | None = None, day: date | None = None) -> set[str]:
        """The rules that refuse it."""
        return self.world.rules(day or self.day, who or self.desk, self.stream, event)

    def units(self, parks: int, enterprises: int = 0) -> dict[UUID, str]:
        """So many units, registered, with their strata."""
        desk = self.world.hires(self.day, Role.OFFICER, Level.PROVINCE)
        made: dict[UUID, str] = {}
        for n in range(parks + enterprises):
            kind, sub = (UnitKind.PARK, SubKind.HIGH_TECH_ZONE) if n < parks else (UnitKind.TOWNSHIP, SubKind.TOWN)
            unit = unit_id(f"P{n}", "430104")
            event = UnitRegistered(kind=kind, sub_kind=sub, name=f"示例{n}", code=f"P{n}", place="430104")
            self.world.act(self.day, desk, unit, event)
            made[unit] = kind.value
        return made

    def listed(self, strata: Mapping[UUID, str]) -> CheckListFrozen:
        """The list as the register fills it in."""
        text = population_list(strata)
        return CheckListFrozen(
            position=len(self.world.log),
            population=len(strata),
            strata=tuple(Stratum(stratum=name, units=units) for name, units in sizes(strata)),
            document=Document(
                sha256=sha256(text).hexdigest(), media_type="text/plain", title="抽查名单", size=len(text)
            ),
        )

    def commits(self, house: House, n: int = 1) -> CheckShareCommitted:
        """The commitment of a house."""
        return CheckShareCommitted(house=house, digest=share_digest(self.stream, house.value, share(house, n)))

    def drawn(self, strata: Mapping[UUID, str]) -> CheckDrawn:
        """The draw as the register makes it."""
        plan = self.plan
        assert plan.shares.last is not None
        position = next(
            n for n, e in enumerate(self.world.log, 1) if e.version == plan.shares.last.version and e.stream == plan.id
        )
        head = plan.shares.last.head(position, plan.id)
        seed = plan.shares.seed(head)
        return CheckDrawn(
            head=position,
            head_digest=head,
            seed=seed,
            population=len(strata),
            population_digest=sha256(population_list(strata)).hexdigest(),
            units=draw(strata, self.percent, seed),
        )

    def shared(self, day: date | None = None, n: int = 1) -> None:
        """All commit, then all reveal."""
        for house in self.houses:
            self.act(self.commits(house, n), self.people[house], day)
        for house in self.houses:
            self.act(CheckShareRevealed(house=house, share=share(house, n)), self.people[house], day)
