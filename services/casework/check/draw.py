"""Draws that anyone can redo: shares committed to before, the units ranked by a digest (policy 五(五)3, T-19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from events.places import PLACES, at_level
from events.words import Level, StratifiedBy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BELOW = {Level.NATION: Level.PROVINCE, Level.PROVINCE: Level.PREFECTURE, Level.PREFECTURE: Level.COUNTY}


def seed_digest(seed: str) -> str:
    """What is recorded of a seed before the population is known."""
    return sha256(seed.encode()).hexdigest()


def population_list(strata: Mapping[UUID, str]) -> bytes:
    """The list of a population as it is kept: a line a unit with its stratum, in the order of ids."""
    return "\n".join(f"{unit} {strata[unit]}" for unit in sorted(strata)).encode()


def population_digest(strata: Mapping[UUID, str]) -> str:
    """What identifies a population: the digest of its list."""
    return sha256(population_list(strata)).hexdigest()


def population_of(text: bytes) -> dict[UUID, str]:
    """The units of a list as it is kept, with their strata. ValueError for anything else."""
    lines = (line.partition(" ") for line in text.decode().split("\n"))
    return {UUID(unit): stratum for unit, _, stratum in lines}


def stratum_of(kind: str, place: str, plan_place: str, by: Collection[StratifiedBy]) -> str:
    """The stratum of a unit of that kind in that place, in a plan for a place."""
    level = _BELOW.get(PLACES[plan_place].level, Level.COUNTY)
    parts = {StratifiedBy.KIND: kind, StratifiedBy.PLACE: at_level(place, level) or place}
    return "/".join(parts[one] for one in StratifiedBy if one in by) or "all"


def share_digest(plan: UUID, house: str, share: str) -> str:
    """What a house commits to: bound to plan and house, so that nobody can repeat another's."""
    return sha256(f"{plan}:{house}:{share}".encode()).hexdigest()


def head_digest(position: int, plan: UUID, version: int, recorded_at: datetime, command: UUID, digest: str) -> str:
    """The digest of the log's head at the last commitment: where and when the register stored that very entry.

    The moment is counted in microseconds since 1970: it is the register's, and nobody chooses it.
    """
    moment = (recorded_at - _EPOCH) // timedelta(microseconds=1)
    return sha256(f"{position}:{plan}:{version}:{moment}:{command}:{digest}".encode()).hexdigest()


def seed_of(shares: Mapping[str, str], head: str) -> str:
    """The seed: the digest of all shares, a line a house in the order of their names, and of the head."""
    lines = [f"{house}:{shares[house]}" for house in sorted(shares)]
    return sha256("\n".join([*lines, head]).encode()).hexdigest()


def drawn_of(units: int, share: int) -> int:
    """How many are drawn of so many: `share` percent, rounded up."""
    return -(-units * share // 100)


def draw(strata: Mapping[UUID, str], share: int, seed: str) -> tuple[UUID, ...]:
    """The units drawn: of each stratum `share` percent, rounded up, those whose SHA-256 of seed and id is least."""
    by_stratum: dict[str, list[UUID]] = defaultdict(list)
    for unit, stratum in strata.items():
        by_stratum[stratum].append(unit)
    drawn: list[UUID] = []
    for stratum in sorted(by_stratum):
        units = sorted(by_stratum[stratum], key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())
        drawn += units[: drawn_of(len(units), share)]
    return tuple(sorted(drawn))


def sizes(strata: Mapping[UUID, str]) -> Sequence[tuple[str, int]]:
    """How many units are in each stratum, by its name."""
    counted: dict[str, int] = defaultdict(int)
    for stratum in strata.values():
        counted[stratum] += 1
    return sorted(counted.items())
