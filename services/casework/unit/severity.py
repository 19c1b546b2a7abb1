"""One measure of severity for every fact, whoever reports it: category, people, amount, months, penalty (T-10)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, Self

from events.words import Category, Ground
from services.casework.pack import Pack
from services.casework.pack_parts import Floor, GroundText


class Measured(Protocol):
    """What a fact says of itself: a signal, or what a check or an inspection found."""

    @property
    def category(self) -> Category | None: ...
    @property
    def people(self) -> int | None: ...
    @property
    def amount_fen(self) -> int | None: ...
    @property
    def months(self) -> int | None: ...
    @property
    def penalised(self) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """The numbers of a fact by themselves."""

    category: Category | None = None
    people: int | None = None
    amount_fen: int | None = None
    months: int | None = None
    penalised: bool = False

    @classmethod
    def of(cls, fact: Measured, before: Measured | None = None) -> Self:
        """Those of a fact; what it leaves open is as it was before."""

        def number(now: int | None, then: int | None) -> int | None:
            return now if now is not None else then

        if before is None:
            return cls(fact.category, fact.people, fact.amount_fen, fact.months, bool(fact.penalised))
        return cls(
            fact.category or before.category,
            number(fact.people, before.people),
            number(fact.amount_fen, before.amount_fen),
            number(fact.months, before.months),
            bool(before.penalised) if fact.penalised is None else fact.penalised,
        )

    def worse_than(self, before: Measured) -> bool:
        """Whether any of it is more than it was, or it is something else now."""
        return (
            self.category is not before.category
            or (self.people or 0) > (before.people or 0)
            or (self.amount_fen or 0) > (before.amount_fen or 0)
            or (self.months or 0) > (before.months or 0)
            or self.penalised > bool(before.penalised)
        )


def least_severity(fact: Measured, pack: Pack) -> int:
    """The least severity that the pack gives these numbers; 1 where they say nothing."""
    own = pack.categories[fact.category].floors if fact.category is not None else ()
    return max((step.severity for step in (*own, *pack.floors) if _reaches(fact, step)), default=1)


def summed_severity(total: Measured, categories: Collection[Category], pack: Pack) -> int:
    """The least severity of facts of these categories together: what counts is what adds up, people, amount, months."""
    own = (step for category in categories for step in pack.categories[category].floors)
    steps = (step for step in (*own, *pack.floors) if not step.always)
    return max((step.severity for step in steps if _reaches(total, step)), default=1)


def _reaches(fact: Measured, step: Floor) -> bool:
    return (
        step.always
        or bool(step.people and (fact.people or 0) >= step.people)
        or bool(step.amount_fen and (fact.amount_fen or 0) >= step.amount_fen)
        or bool(step.months and (fact.months or 0) >= step.months)
        or bool(step.penalised and fact.penalised)
    )


def shows(ground: Ground, fact: Measured, pack: Pack) -> bool:
    """Whether facts of that category are of that ground."""
    return fact.category is not None and pack.categories[fact.category].ground is ground


def is_major(test: GroundText, fact: Measured, headcount: int | None) -> bool:
    """Whether a fact passes the ground's test: a penalty, any of the thresholds, or all where they count together."""
    if test.always or fact.penalised:
        return True
    reached = [
        (number or 0) >= threshold
        for number, threshold in (
            (fact.people, test.people),
            (fact.amount_fen, test.amount_fen),
            (fact.months, test.months),
        )
        if threshold is not None
    ]
    if test.share is not None and headcount and fact.people:
        reached.append(Fraction(fact.people, headcount) >= test.share)
    return bool(reached) and (all(reached) if test.together else any(reached))
