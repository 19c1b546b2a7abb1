"""Who acts in the demonstration: officers of every house and level, source systems, agents of units; all fictional."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from uuid import UUID

from events.envelope import Actor
from events.person import PersonTag
from events.places import NATION, PLACES, at_level, children, short_name
from events.posts import english
from events.words import ActorKind, Category, House, Level, Role, SourceSystem
from services import genesis
from services.casework.source.state import source_stream
from services.casework.timekeeping import TIMEKEEPER

PROVINCE = "430000"
"""The province whose register is shown."""

SURNAMES = "张王李赵陈刘杨黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "和畅融衡协泽安乐惠众谐朴恒宁明清远达诚信"


@cache
def named(key: str) -> UUID:
    """The id of somebody or something in the demonstration, the same in every run: a digest in the form of a
    random id (version 4), as ids that a client gives have it.
    """
    return UUID(bytes=sha256(f"concord:demonstration:{key}".encode()).digest()[:16], version=4)


PUBLIC = Actor(id=named("public"), kind=ActorKind.PUBLIC, post=ActorKind.PUBLIC.zh, place=NATION)
"""Anybody."""


def anonymous(place: str) -> dict[UUID, Actor]:
    """Those who act on the register of a place without a stream of their own."""
    return {actor.id: actor for actor in (genesis.operator(place), PUBLIC, TIMEKEEPER)}


@dataclass(frozen=True, slots=True)
class Person:
    """An officer in one post; `key` is what accounts and scripts call them by.

    `founder` numbers those with whom a register begins, by role.
    """

    key: str
    level: Level
    place: str
    role: Role
    house: House | None = None
    extra: tuple[Role, ...] = ()
    founder: int = 0

    @property
    def id(self) -> UUID:
        """The officer's stream."""
        return genesis.officer_id(self.place, self.role, self.founder) if self.founder else named(self.key)

    @property
    def roles(self) -> tuple[Role, ...]:
        """All roles of the post."""
        return (self.role, *self.extra)

    @property
    def tag(self) -> PersonTag:
        """A made-up person tag: no identity number stands behind it."""
        return tag_of(self.key)

    @property
    def post(self) -> str:
        """The post in Chinese: place, house, role."""
        place = "国家" if self.level is Level.NATION else short_name(self.place)
        return f"{place}{self.house.zh if self.house else ''}{self.role.zh}"

    @property
    def post_en(self) -> str:
        """The post in English."""
        return english(self.roles, self.house, self.place)


def tag_of(key: str) -> PersonTag:
    """A made-up person tag: no identity number stands behind it."""
    return PersonTag(tag=sha256(f"示例人员:{key}".encode()).hexdigest())


def person_name(key: str) -> str:
    """A fictional name, marked as one."""
    number = named(key).int
    return f"{SURNAMES[number % len(SURNAMES)]}{GIVEN[number // 97 % len(GIVEN)]}（示例）"


def desk(level: Level, place: str = "", house: House = House.HR, role: Role = Role.OFFICER) -> UUID:
    """The officer or approver of a house at a level over a place; the province's where no such office is known."""
    known = level is Level.NATION or not place or (at_level(place, level) and _has_offices(place))
    found = level if known else Level.PROVINCE
    return named(_key(found, at_level(place, found) or "", house.value, role))


def inspector(place: str) -> UUID:
    """The inspector of the prefecture over a place; the province's officer where no such office is known."""
    prefecture = at_level(place, Level.PREFECTURE) if _has_offices(place) else None
    return named(f"prefecture-{prefecture}-inspector") if prefecture else desk(Level.PROVINCE, place)


def _has_offices(place: str) -> bool:
    """Whether the offices below the province are acted: in Hunan alone."""
    return at_level(place, Level.PROVINCE) == PROVINCE


def _key(level: Level, place: str, house: str, role: Role) -> str:
    middle = "" if level is Level.NATION or place in ("", PROVINCE) else f"{place}-"
    return f"{level.value}-{middle}{house}-{role.value}"


def founders(level: Level, place: str) -> tuple[Person, ...]:
    """Who a register begins with: three administrators, and two data officers."""
    before = "" if place == PROVINCE else "nation-" if level is Level.NATION else f"{place}-"
    wanted = [(Role.ADMINISTRATOR, "administrator", number) for number in (1, 2, 3)]
    wanted += [(Role.DATA_OFFICER, "data-officer", number) for number in (1, 2)]
    return tuple(
        Person(f"{before}{name}-{number}", level, place, role, founder=number) for role, name, number in wanted
    )


FOUNDERS = founders(Level.PROVINCE, PROVINCE)
ADMINISTRATORS = FOUNDERS[:3]
PROVINCIAL = (
    Person("auditor", Level.PROVINCE, PROVINCE, Role.AUDITOR),
    Person("assessor", Level.PROVINCE, PROVINCE, Role.ASSESSOR),
)


ASSESSOR = PROVINCIAL[1].id
"""The registered third party."""


@cache
def officers() -> tuple[Person, ...]:
    """All officers of the province, its prefectures and its counties, its founders first."""
    return (*FOUNDERS, *houses(Level.PROVINCE, PROVINCE), *PROVINCIAL, *_below())


def houses(level: Level, place: str, which: tuple[House, ...] = tuple(House)) -> Iterator[Person]:
    """An officer and an approver of each house."""
    for house in which:
        for role in (Role.OFFICER, Role.APPROVER):
            contact = (Role.CONTACT,) if level is Level.COUNTY and role is Role.OFFICER else ()
            yield Person(_key(level, place, house.value, role), level, place, role, house, contact)


def _below() -> Iterator[Person]:
    for prefecture in children(PROVINCE):
        yield from houses(Level.PREFECTURE, prefecture)
        key = f"prefecture-{prefecture}-inspector"
        yield Person(key, Level.PREFECTURE, prefecture, Role.INSPECTOR, House.HR)
        for county in children(prefecture):
            yield from houses(Level.COUNTY, county, (House.HR,))


@dataclass(frozen=True, slots=True)
class System:
    """A source system of a province and what it reports."""

    system: SourceSystem
    categories: tuple[Category, ...]
    place: str = PROVINCE

    @property
    def uri(self) -> str:
        """How its messages name it."""
        return f"urn:concord:source:{self.system.value}:{self.place}"

    @property
    def id(self) -> UUID:
        """The source's stream."""
        return source_stream(self.uri)

    @property
    def name(self) -> str:
        """Its name, marked as fictional."""
        return f"{PLACES[self.place].zh}{self.system.zh}系统（示例）"


SYSTEMS = (
    System(
        SourceSystem.LABOUR_INSPECTION,
        (Category.NO_CONTRACT, Category.UNPAID_INSURANCE, Category.EXCESS_OVERTIME, Category.WAGE_ARREARS),
    ),
    System(SourceSystem.ARBITRATION, (Category.ARBITRATION_CASE, Category.WAGE_ARREARS, Category.NO_CONTRACT)),
    System(SourceSystem.PETITIONS, (Category.MASS_PETITION, Category.MASS_INCIDENT, Category.WAGE_ARREARS)),
    System(SourceSystem.PUBLIC_SECURITY, (Category.STOPPAGE, Category.MASS_INCIDENT, Category.EXTREME_INCIDENT)),
    System(SourceSystem.EMERGENCY_MANAGEMENT, (Category.SAFETY_ACCIDENT,)),
    System(SourceSystem.HEALTH_COMMISSION, (Category.OCCUPATIONAL_HAZARD,)),
    System(SourceSystem.CYBERSPACE, (Category.NEGATIVE_OPINION,)),
    System(SourceSystem.COURT, (Category.OTHER_VIOLATION, Category.WAGE_ARREARS)),
)
"""The source systems; the first that reports a category reports it in the demonstration."""


def systems(province: str) -> tuple[System, ...]:
    """The same systems of another province."""
    return tuple(replace(system, place=province) for system in SYSTEMS)


def system_for(category: Category, place: str) -> System:
    """The system that reports a category in the province of that place."""
    found = next(system for system in SYSTEMS if category in system.categories)
    return replace(found, place=at_level(place, Level.PROVINCE) or PROVINCE)
