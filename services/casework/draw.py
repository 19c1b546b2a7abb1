"""Draws that anyone can redo: the seed committed before, the units ranked by a digest (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from events.envelope import Entry, Event
from events.governance.check import CheckDrawn, CheckPlanned
from services.casework.law import Refusal, refuse
from services.casework.pack import Pack


def seed_digest(seed: str) -> str:
    """What is recorded of a seed before the population is known."""
    return sha256(seed.encode()).hexdigest()


def population_digest(strata: Mapping[UUID, str]) -> str:
    """What identifies a population: its units with their strata, in the order of ids."""
    lines = (f"{unit} {strata[unit]}" for unit in sorted(strata))
    return sha256("\n".join(lines).encode()).hexdigest()


def draw(strata: Mapping[UUID, str], share: int, seed: str) -> tuple[UUID, ...]:
    """The units drawn: of each stratum `share` percent, rounded up, those whose SHA-256 of seed and id is least."""
    by_stratum: dict[str, list[UUID]] = defaultdict(list)
    for unit, stratum in strata.items():
        by_stratum[stratum].append(unit)
    drawn: list[UUID] = []
    for stratum in sorted(by_stratum):
        units = sorted(by_stratum[stratum], key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())
        drawn += units[: -(-len(units) * share // 100)]
    return tuple(sorted(drawn))


def draw_follows_plan(entries: Sequence[Entry[Event]], event: CheckDrawn, pack: Pack) -> Refusal | None:
    """I-22: the seed revealed is the one committed, and a plan is drawn once."""
    if any(isinstance(entry.event, CheckDrawn) for entry in entries):
        return refuse(pack, "I-22", "该方案已抽取", "this plan was drawn already")
    planned = next((entry.event for entry in entries if isinstance(entry.event, CheckPlanned)), None)
    if planned is not None and planned.seed_digest != seed_digest(event.seed):
        return refuse(pack, "I-22", "种子与事先公布的摘要不符", "the seed is not the one that was committed")
    if len(event.units) > event.population or len(set(event.units)) < len(event.units):
        return refuse(pack, "I-22", "抽取结果与总体不符", "more units than the population, or one drawn twice")
    return None
