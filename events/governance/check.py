"""Draws of spot checks, that anyone can redo (policy 五(五)3, I-22)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.envelope import About, Event
from events.fields import Count, Day, Digest, Line, Percent
from events.places import PlaceCode
from events.words import CheckKind, UnitKind


class CheckPlanned(Event):
    """A draw is planned: the seed's digest is recorded before the population is known."""

    about = About(
        "check.planned.v1", "制定抽查方案", "Check planned", ("五(五)3",),
        "制定{kind}方案：{name}，比例{share}%，种子摘要{seed_digest}", "{kind} {name} planned, share {share}%, seed digest {seed_digest}",
        decision="plan",
    )  # fmt: skip
    kind: CheckKind
    name: Line
    place: PlaceCode
    title: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")] | None = None
    unit_kinds: tuple[UnitKind, ...] = ()
    share: Percent
    due: Day
    seed_digest: Digest


class CheckDrawn(Event):
    """The draw: the seed revealed, the population as it was at a position, the units drawn."""

    about = About(
        "check.drawn.v1", "抽取单位", "Check drawn", ("五(五)3",),
        "从{population}户中抽取{units#}户，种子{seed}", "{units#} of {population} units drawn with seed {seed}",
        decision="draw",
    )  # fmt: skip
    seed: Line
    position: Annotated[int, Field(ge=0)]
    population: Count
    population_digest: Digest
    units: tuple[UUID, ...]
