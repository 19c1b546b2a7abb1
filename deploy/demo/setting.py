"""What the demonstration begins with: its days, its officers, sources and policy, and its rounds with their quotas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from deploy.demo.application import NATIONAL, PACK
from deploy.demo.people import (
    PROVINCE,
    SYSTEM,
    SYSTEMS,
    Person,
    System,
    desk,
    named,
    officers,
    person_name,
)
from deploy.demo.script import Act
from events.envelope import CHINA, Event
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.governance.policy import PolicyAdopted
from events.governance.round import RoundClosed, RoundOpened, RoundQuotaSet
from events.governance.source import SourceRegistered
from events.places import children
from events.sealed import Sealed
from events.words import Level, Role, RoundKind, UnitKind
from services.casework.calendar import add_months, add_working_days
from services.casework.policy import policy_stream

MONTHS = 40
"""How long the register has been kept, up to today."""

QUOTAS = {UnitKind.ENTERPRISE: 6, UnitKind.PARK: 2}
"""Places of a national round in each prefecture."""

ROUND_MONTHS = 20
"""How long a national round takes candidates; the next one opens three years after it."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a demonstration that ends with the day before `today`."""

    today: date
    months: int = MONTHS

    @property
    def first(self) -> date:
        """The first working day of the register."""
        return add_working_days(add_months(self.today, -self.months), 1)

    @property
    def until(self) -> datetime:
        """Nothing is recorded from this moment on."""
        return datetime.combine(self.today, time(0), CHINA)

    def after(self, months: int, days: int = 0) -> date:
        """So many months and days after the first day."""
        return add_months(self.first, months) + timedelta(days=days)


def naming_round(number: int) -> UUID:
    """The stream of the first or the second national round."""
    return named(f"round-naming-{number}")


def reserve_round(number: int) -> UUID:
    """The stream of the reserve list of the first, second … year."""
    return named(f"round-reserve-{number}")


def setting(days: Days) -> list[Act]:
    """All acts beside units but the registration of agents, in order."""
    began = opening(days.first, officers(), SYSTEMS)
    return [*began, *policy(days.first, PROVINCE, began[-1].moment), *_rounds(days)]


Opening = tuple[UUID, UUID, Event]


def opening(first: date, people: Sequence[Person], systems: Sequence[System] = ()) -> list[Act]:
    """A register's first morning: its officers, of whom the first two are its administrators, and its sources."""
    moment = datetime.combine(first, time(8, 0), CHINA)
    acts = []
    for who, stream, event in (*_officers(first, people), *_sources(people[0].id, systems)):
        acts.append(Act(moment, who, stream, event))
        moment += timedelta(seconds=2)
    return acts


def _officers(first: date, people: Sequence[Person]) -> Iterator[Opening]:
    for person in people:
        by_system = Role.ADMINISTRATOR in person.roles or person.level is Level.NATION
        appointer = SYSTEM.id if by_system else people[0].id
        appointment = _appointment(person, first, people[1].id)
        for event in (OfficerRegistered(name=Sealed(clear=person_name(person.key))), appointment):
            yield appointer, person.id, event


def _appointment(person: Person, first: date, second_administrator: UUID) -> OfficerAppointed:
    second = second_administrator if Role.APPROVER in person.roles else None
    return OfficerAppointed(
        post=person.post, house=person.house, level=person.level, place=person.place, roles=person.roles,
        from_=first, seconded_by=second,
    )  # fmt: skip


def _sources(administrator: UUID, systems: Sequence[System]) -> Iterator[Opening]:
    for source in systems:
        event = SourceRegistered(
            uri=source.uri, name=source.name, system=source.system, place=source.place, categories=source.categories
        )
        yield administrator, source.id, event


def policy(first: date, place: str, after: datetime) -> Iterator[Act]:
    """The province adopts the policy from the first day on."""
    event = PolicyAdopted(pack=PACK.id, pack_version=PACK.version, digest=PACK.digest, from_=first)
    approver = desk(Level.PROVINCE, place, role=Role.APPROVER)
    yield Act(after + timedelta(seconds=2), approver, policy_stream(place), event)


def naming_rounds(days: Days, quotas: Sequence[RoundQuotaSet]) -> Iterator[Act]:
    """The nation's rounds, with the places that the province's parts have in them."""
    nation = desk(Level.NATION, role=Role.APPROVER)
    for number, opens in ((1, 0), (2, 36)):
        begins, ends = days.after(opens, 1), days.after(opens + ROUND_MONTHS)
        event = RoundOpened(
            kind=RoundKind.NAMING, name=f"第{number}轮全国示范单位（示例）", title=NATIONAL, place="000000",
            from_=begins, until=ends,
        )  # fmt: skip
        yield from _campaign(nation, naming_round(number), begins, event, quotas)


def _rounds(days: Days) -> Iterator[Act]:
    yield from naming_rounds(days, _quotas())
    nation = desk(Level.NATION, role=Role.APPROVER)
    province = desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)
    for number in range(1 + MONTHS // 12):
        begins, ends = days.after(12 * number, 2), days.after(12 * number + 12)
        event = RoundOpened(
            kind=RoundKind.RESERVE, name=f"{begins.year}年度储备名单（示例）", title=NATIONAL, place=PROVINCE,
            from_=begins, until=ends,
        )  # fmt: skip
        yield from _campaign(province, reserve_round(number), begins, event, ())
    ended = [(nation, naming_round(1), ROUND_MONTHS)]
    ended += [(province, reserve_round(number), 12 * number + 12) for number in range(MONTHS // 12)]
    for who, stream, month in ended:
        yield from _campaign(who, stream, days.after(month, 3), RoundClosed(reason="本轮工作结束"), ())


def _quotas() -> tuple[RoundQuotaSet, ...]:
    return tuple(
        RoundQuotaSet(place=place, unit_kind=kind, places=places)
        for place in children(PROVINCE)
        for kind, places in QUOTAS.items()
    )


def _campaign(who: UUID, stream: UUID, day: date, first: Event, quotas: Sequence[RoundQuotaSet]) -> Iterator[Act]:
    working = add_working_days(day - timedelta(days=1), 1)
    moment = datetime.combine(working, time(10, 30), CHINA)
    for number, event in enumerate((first, *quotas)):
        yield Act(moment + timedelta(minutes=number), who, stream, event)
