"""The small province of an exploration: its places, and everybody who acts in it (T-03's least cast)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from deploy.demo.application import NATIONAL
from deploy.demo.people import FOUNDERS, PROVINCE, SYSTEMS, Person, System, desk, officers
from deploy.demo.script import Act, Profile, agents
from deploy.demo.setting import OPENS, Days, naming_rounds, opening, reserve_round, seconding
from deploy.demo.tripartite import assessor_engaged, established
from deploy.demo.units import enterprise, gathering
from events.envelope import CHINA
from events.governance.officer import OfficerPersonTagged
from events.governance.round import RoundOpened, RoundQuotaSet
from events.person import PersonTag
from events.places import PLACES
from events.words import House, Level, Ownership, Role, RoundKind, SubKind, UnitKind

PREFECTURE, COUNTY, NEXT, OTHER = "430100", "430102", "430103", "430200"
_PLACES: Final = frozenset({PROVINCE, PREFECTURE, COUNTY, NEXT, OTHER})

UNITS: Final = {
    "private": enterprise(900_101, COUNTY, "示例同畅精密制造有限公司", Ownership.PRIVATE, "精密制造", 860),
    "central": enterprise(900_102, COUNTY, "示例中央在湘装备有限公司", Ownership.CENTRAL, "装备制造", 4_200),
    "small": enterprise(900_103, NEXT, "示例安润食品加工有限公司", Ownership.PRIVATE, "食品加工", 41),
    "park": gathering(UnitKind.PARK, 9103, COUNTY, "示例众泽产业园", 6_400, SubKind.OTHER_CLUSTER),
    "township": gathering(UnitKind.TOWNSHIP, 9104, COUNTY, "示例众泽街道", 3_100, SubKind.SUBDISTRICT),
    "building": gathering(UnitKind.BUILDING, 9105, COUNTY, "示例众泽大厦", 900),
    "beside": enterprise(900_106, COUNTY, "示例川惠零部件有限公司", Ownership.PRIVATE, "汽车零部件", 210),
}  # fmt: skip
"""The fictional units whose lives are told; `beside` is there for others to be mistaken for."""

QUOTAS: Final = tuple(
    RoundQuotaSet(place=PREFECTURE, unit_kind=kind, places=3) for kind in (UnitKind.ENTERPRISE, UnitKind.PARK)
)


def people() -> tuple[Person, ...]:
    """Founders, and the offices of the province, one prefecture and two of its counties, and of another prefecture,
    whose officers can be lent.
    """
    return tuple(person for person in officers() if person.founder or person.place in _PLACES)


def systems() -> tuple[System, ...]:
    """The source systems of the province."""
    return SYSTEMS


def begins(days: Days) -> Iterator[Act]:
    """The register with its people, sources, conferences and rounds."""
    yield from opening(days, PROVINCE, people(), systems())
    yield from _conferences(days)
    yield from naming_rounds(days, PROVINCE, QUOTAS)
    yield from _reserves(days)


def _conferences(days: Days) -> Iterator[Act]:
    moment = _morning(days) + timedelta(hours=6)
    for place in (PROVINCE, PREFECTURE):
        level = PLACES[place].level
        name = f"{PLACES[place].zh}协调劳动关系三方会议（示例）"
        for who, stream, event in established(name, place, desk(level, place), dict.fromkeys(House, level), days.first):
            yield Act(moment, who, stream, event)
            moment += timedelta(seconds=20)
    for who, stream, event in assessor_engaged(desk(Level.PROVINCE, PROVINCE), PROVINCE, days.first, days.today):
        yield Act(moment, who, stream, event)
        moment += timedelta(seconds=20)


def _reserves(days: Days) -> Iterator[Act]:
    approver = desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)
    opened = RoundOpened(
        kind=RoundKind.RESERVE, name="储备名单（示例）", title=NATIONAL, place=PROVINCE,
        from_=days.first, until=days.after(36),
    )  # fmt: skip
    yield Act(_morning(days) + timedelta(hours=7), approver, reserve_round(0), opened)


def with_agents(unit: Profile, acts: Sequence[Act]) -> Iterator[Act]:
    """A told life, with the unit's agents registered and told apart by their tags before it begins."""
    if not acts:
        return
    first, second = FOUNDERS[0].id, FOUNDERS[1].id
    moment = acts[0].moment - timedelta(minutes=30)
    for agent, event in agents(unit):
        yield Act(moment, first, agent, event)
        yield Act(moment + timedelta(minutes=1), first, agent, OfficerPersonTagged(tag=_tag(agent)))
        yield Act(moment + timedelta(minutes=2), second, agent, seconding)
        moment += timedelta(minutes=3)
    yield from acts


def _tag(person: UUID) -> PersonTag:
    """A made-up tag: no identity number stands behind it."""
    return PersonTag(tag=sha256(f"示例代理人:{person}".encode()).hexdigest())


def _morning(days: Days) -> datetime:
    return datetime.combine(days.first, OPENS, CHINA)
