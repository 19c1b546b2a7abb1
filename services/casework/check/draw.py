"""Draws that anyone can redo: the seed committed before, the units ranked by a digest (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID


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
