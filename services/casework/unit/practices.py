"""Chapter 建制: what units have in place, and the coverage of a park or township from it (四(二); R-07)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from events.envelope import Entry
from events.unit.cultivation import UnitCoordinatorAppointed
from events.unit.practices import UnitCoverageStated, UnitPracticesStated
from events.words import Arrangement, UnitKind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import AGENT, COUNTY_UP, DESK, officer
from services.casework.pack import Pack
from services.casework.unit.registration import registered

if TYPE_CHECKING:
    from services.casework.unit.state import Unit

PRACTICES = ("collective_contract", "congress", "mediation", "coordinator")
"""What an enterprise has or has not, by the names of the fields that state it."""


@dataclass(frozen=True, slots=True)
class Practices:
    """What the unit stated last: of itself, and of the enterprises in it; `coordinators` None where nobody said."""

    own: UnitPracticesStated | None = None
    coordinators: int | None = None
    coverage: UnitCoverageStated | None = None

    def arrangement(self, practice: str) -> Arrangement | None:
        """How the unit has that practice; None where it is not known."""
        if practice == "coordinator":
            if self.coordinators is None:
                return None
            return Arrangement.OWN if self.coordinators else Arrangement.NONE
        found: Arrangement | None = getattr(self.own, practice, None)
        return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a practice reaches: of `known` member enterprises each has it in one of these ways, of `members` in all.

    `stated` and `enterprises` are what the park or township itself says; None where it said nothing.
    """

    practice: str
    members: int
    known: int
    own: int
    regional: int
    industry: int
    stated: int | None
    enterprises: int | None

    @property
    def covered(self) -> int:
        """Member enterprises that have it, of their own or by their region's or industry's."""
        return self.own + self.regional + self.industry

    @property
    def share(self) -> Fraction | None:
        """The covered ones among those known; None where none is known."""
        return Fraction(self.covered, self.known) if self.known else None

    @property
    def stated_share(self) -> Fraction | None:
        """The share that the park or township states; None where it states nothing."""
        if self.stated is None or not self.enterprises:
            return None
        return Fraction(self.stated, self.enterprises)


def coverage(unit: Unit, members: Collection[Unit]) -> list[Coverage]:
    """How far each practice reaches in a park, township or industry: from its member enterprises, and as it states."""
    enterprises = [one for one in members if one.life.kind is UnitKind.ENTERPRISE and not one.life.closed]
    stated = unit.practices.coverage
    found = []
    for practice in PRACTICES:
        ways = [one.practices.arrangement(practice) for one in enterprises]
        found.append(
            Coverage(
                practice,
                members=len(enterprises),
                known=sum(way is not None for way in ways),
                own=ways.count(Arrangement.OWN),
                regional=ways.count(Arrangement.REGIONAL),
                industry=ways.count(Arrangement.INDUSTRY),
                stated=getattr(stated, practice, None),
                enterprises=stated.enterprises if stated is not None else None,
            )
        )
    return found


def _stated(region: Practices, entry: Entry[UnitPracticesStated]) -> Practices:
    return replace(region, own=entry.event) if _newer(region.own, entry.event.as_of) else region


def _coverage_stated(region: Practices, entry: Entry[UnitCoverageStated]) -> Practices:
    return replace(region, coverage=entry.event) if _newer(region.coverage, entry.event.as_of) else region


def _newer(before: UnitPracticesStated | UnitCoverageStated | None, as_of: date) -> bool:
    return before is None or as_of >= before.as_of


def _coordinators(region: Practices, entry: Entry[UnitCoordinatorAppointed]) -> Practices:
    return replace(region, coordinators=entry.event.count)


def as_of_a_day_that_came(unit: Unit, act: Act[UnitPracticesStated | UnitCoverageStated], pack: Pack) -> Refusal | None:
    """I-21: nobody states how it will be."""
    if act.event.as_of <= act.day:
        return None
    return refuse(pack, "I-21", "截止日晚于今日", "that day is still to come", (act.event.as_of,), "/as_of")


def is_an_enterprise(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: an enterprise states what it has in place."""
    if unit.life.kind is UnitKind.ENTERPRISE:
        return None
    return refuse(pack, "I-00", "仅企业填报建制情况", "only an enterprise states its own practices")


def has_enterprises_in_it(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: what has enterprises in it states how many are covered."""
    if unit.life.kind is not UnitKind.ENTERPRISE:
        return None
    return refuse(pack, "I-00", "企业不填报覆盖情况", "an enterprise states no coverage")


def covered_among_all(unit: Unit, act: Act[UnitCoverageStated], pack: Pack) -> Refusal | None:
    """I-00: those covered are among the enterprises that there are."""
    event = act.event
    over = [practice for practice in PRACTICES if getattr(event, practice) > event.enterprises]
    if not over:
        return None
    return refuse(pack, "I-00", "覆盖户数多于企业户数", "more covered than there are", over, f"/{over[0]}")


CHAPTER: Chapter[Unit] = Chapter(
    "practices",
    {
        UnitPracticesStated: _stated,
        UnitCoverageStated: _coverage_stated,
        UnitCoordinatorAppointed: _coordinators,
    },
    (
        Law(
            UnitPracticesStated,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="I-13",
            state=(registered, is_an_enterprise),
            content=(as_of_a_day_that_came,),
        ),
        Law(
            UnitCoverageStated,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="I-13",
            state=(registered, has_enterprises_in_it),
            content=(as_of_a_day_that_came, covered_among_all),
        ),
    ),
)
