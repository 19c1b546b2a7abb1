"""Draws of spot checks, that anyone can redo (policy 五(五)3, I-22)."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Count, Day, Digest, KnownUnitRef, Line, Percent, Position, TitleRef
from events.places import PlaceCode
from events.words import CheckKind, UnitKind


class CheckPlanned(Event):
    """A draw is planned: the seed's digest is recorded before the population is known."""

    about = About(
        "check.planned.v1", "制定抽查方案", "Check planned", "checks",
        "制定{kind}方案：{name}，比例{share}%，种子摘要{seed_digest}", "{kind} {name} planned, share {share}%, seed digest {seed_digest}",
        decision="plan",
    )  # fmt: skip
    kind: CheckKind
    name: Line
    place: PlaceCode
    title: TitleRef | None = None
    unit_kinds: tuple[UnitKind, ...] = ()
    share: Percent
    due: Day
    seed_digest: Digest


class CheckDrawn(Event):
    """The draw: the seed revealed, the population as it was at a position, the units drawn."""

    about = About(
        "check.drawn.v1", "抽取单位", "Check drawn", "checks",
        "从{population}户中抽取{units#}户，种子{seed}", "{units#} of {population} units drawn with seed {seed}",
        decision="draw",
    )  # fmt: skip
    seed: Line
    position: Position
    population: Count
    population_digest: Digest
    units: tuple[KnownUnitRef, ...]
