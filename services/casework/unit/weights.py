"""What facts weigh, each by itself and all of one ground together, and which of them freeze the unit (T-10)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from events.words import Category, CheckResult, Ground, SignalOutcome
from services.casework.pack import Pack
from services.casework.unit.severity import Measure, summed_severity

if TYPE_CHECKING:
    from services.casework.unit.checks import Finding
    from services.casework.unit.signals import Signal
    from services.casework.unit.state import Unit

Name = str | int
"""A fact: the id of a signal, or the version of a finding."""

_NOTHING = (SignalOutcome.UNFOUNDED, SignalOutcome.NOT_ATTRIBUTABLE)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that counts in a sum: when it happened, when the register learned of it, and its numbers."""

    name: Name
    category: Category
    happened_on: date
    known_on: date
    people: int
    amount_fen: int
    months: int

    def with_more(self, told: Fact) -> Fact:
        """The most that was told of it, since the day on which that was known."""
        now = (self.people, self.amount_fen, self.months)
        most = tuple(max(pair) for pair in zip(now, (told.people, told.amount_fen, told.months), strict=True))
        if most == now:
            return self
        return replace(self, known_on=told.known_on, people=most[0], amount_fen=most[1], months=most[2])


@dataclass(frozen=True, slots=True)
class Sum:
    """Facts of one ground that lie within the pack's months, and what they come to together: of a fact that was told
    more than once since it was assessed, the most that was told counts, and it counts once.
    """

    ground: Ground
    told: tuple[Fact, ...]

    @property
    def facts(self) -> Collection[Fact]:
        """Each fact once."""
        found: dict[Name, Fact] = {}
        for fact in sorted(self.told, key=lambda fact: fact.known_on):
            before = found.get(fact.name)
            found[fact.name] = before.with_more(fact) if before is not None else fact
        return found.values()

    @property
    def measure(self) -> Measure:
        """People, amounts and months of all of them; the category is the first one's, for all are of one ground."""
        facts = self.facts
        return Measure(
            self.told[0].category,
            sum(fact.people for fact in facts),
            sum(fact.amount_fen for fact in facts),
            sum(fact.months for fact in facts),
        )

    @property
    def known_on(self) -> date:
        """The day on which the register knew the last of them."""
        return max(fact.known_on for fact in self.facts)

    def severity(self, pack: Pack) -> int:
        """The most that the floors of their categories make of the sum."""
        return summed_severity(self.measure, {fact.category for fact in self.told}, pack)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a fact weighs: its own severity, or that of a sum that it is part of, and since when it does."""

    severity: int
    since: date


def freezing(unit: Unit, pack: Pack) -> tuple[tuple[Signal, ...], tuple[Finding, ...]]:
    """What freezes the unit (T-10): signals in question and findings not put right that are of the freezing severity,
    by themselves or in a sum, whatever their category; and what was assessed serious and not put right.
    """
    limit, heavy = pack.limits.frozen_severity, weights(unit, pack)

    def weighs(name: Name, severity: int) -> bool:
        return max(severity, heavy[name].severity if name in heavy else 0) >= limit

    signals = tuple(
        signal
        for signal in unit.signals.all.values()
        if (signal.in_question and weighs(signal.id, signal.severity))
        or (signal.outcome is SignalOutcome.SERIOUS and not signal.rectified)
    )
    findings = tuple(
        found
        for found in unit.checks.findings.values()
        if not found.settled and (found.result is CheckResult.GRAVE or weighs(found.version, found.severity))
    )
    return signals, findings


def weight_of(unit: Unit, signal: Signal, pack: Pack) -> int:
    """The severity of a signal, or of the sum that it is part of (T-10)."""
    heavier = weights(unit, pack).get(signal.id)
    return max(signal.severity, heavier.severity if heavier is not None else 0)


def weights(unit: Unit, pack: Pack) -> Mapping[Name, Weight]:
    """The weight of every fact that a sum makes weigh more than it does by itself."""
    found: dict[Name, Weight] = {}
    for total in sums(unit, pack):
        severity, since = total.severity(pack), total.known_on
        for fact in total.told:
            before = found.get(fact.name)
            if severity > 1 and (before is None or severity > before.severity):
                found[fact.name] = Weight(severity, since)
    return found


def sums_with(unit: Unit, name: Name, pack: Pack) -> Iterator[Sum]:
    """The sums that a fact is part of."""
    return (total for total in sums(unit, pack) if any(fact.name == name for fact in total.told))


def sums(unit: Unit, pack: Pack) -> Iterator[Sum]:
    """Every sum of two facts or more: of one ground, in the months that end with one of them."""
    if len(unit.signals.all) + len(unit.checks.findings) < 2:
        return
    for ground, facts in _facts(unit, pack).items():
        first = 0
        for last in range(1, len(facts)):
            since = pack.before(facts[last].happened_on, pack.windows.facts_summed)
            while facts[first].happened_on < since:
                first += 1
            if len({fact.name for fact in facts[first : last + 1]}) > 1:
                yield Sum(ground, facts[first : last + 1])


def _facts(unit: Unit, pack: Pack) -> Mapping[Ground, tuple[Fact, ...]]:
    """The facts that count, by their ground, in the order in which they happened."""
    found: dict[Ground, list[Fact]] = {}
    for signal in unit.signals.all.values():
        for fact in told_of(signal) if signal.outcome not in _NOTHING else ():
            ground = pack.categories[fact.category].ground
            if ground is not None:
                found.setdefault(ground, []).append(fact)
    for finding in unit.checks.findings.values():
        category = finding.measure.category
        ground = pack.categories[category].ground if category is not None else None
        if category is not None and ground is not None and finding.result is not CheckResult.CLEAN:
            found.setdefault(ground, []).append(_of_finding(unit, finding, category))
    return {ground: tuple(sorted(facts, key=lambda fact: fact.happened_on)) for ground, facts in found.items()}


def told_of(signal: Signal) -> tuple[Fact, ...]:
    """What its source told of a signal since it was assessed, the newest last."""
    newest = Fact(
        signal.id, signal.category, signal.occurred_on, signal.told_on, signal.people or 0,
        signal.amount_fen or 0, signal.months or 0,
    )  # fmt: skip
    return (*signal.told_before, newest)


def _of_finding(unit: Unit, finding: Finding, category: Category) -> Fact:
    """What a check found beyond the signals that it looked into, so that nothing counts twice."""
    known = (unit.signals.all[name] for name in finding.signals if name in unit.signals.all)
    counted = (signal for signal in known if signal.outcome not in _NOTHING)
    told = [[fact for fact in told_of(signal) if fact.category is category] for signal in counted]
    people, amount, months = (
        max(0, (found or 0) - sum(max(reported, default=0) for reported in by_signal))
        for found, by_signal in (
            (finding.measure.people, [[fact.people for fact in facts] for facts in told]),
            (finding.measure.amount_fen, [[fact.amount_fen for fact in facts] for facts in told]),
            (finding.measure.months, [[fact.months for fact in facts] for facts in told]),
        )
    )
    return Fact(finding.version, category, finding.day, finding.day, people, amount, months)
