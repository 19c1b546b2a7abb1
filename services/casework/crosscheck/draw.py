"""The draw of a cross-inspection, that anyone can redo (policy 五(五)3, I-22, T-19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from events.governance.crosscheck import Assignment, ListedProvince

_TRIES = 10_000
"""Orders looked at before a draw is said to be impossible: all of those of seven provinces, many times over."""


def lists_text(populations: Mapping[str, Iterable[UUID]]) -> bytes:
    """The lists as they are kept: a line a unit and province, sorted."""
    lines = (f"{unit} {place}" for place, units in populations.items() for unit in units)
    return "\n".join(sorted(lines)).encode()


def lists_of(text: bytes) -> dict[str, list[UUID]]:
    """The units of each province on lists as they are kept. ValueError for anything else."""
    found: dict[str, list[UUID]] = {}
    for line in text.decode().split("\n") if text else ():
        unit, _, place = line.partition(" ")
        found.setdefault(place, []).append(UUID(unit))
    return found


def last_inspectors(provinces: Iterable[ListedProvince]) -> dict[str, str]:
    """Who inspected the provinces on the lists the last time, where somebody did."""
    return {one.place: one.last for one in provinces if one.last is not None}


def inspectors(seed: str, provinces: Iterable[str], last: Mapping[str, str]) -> dict[str, str] | None:
    """Who inspects each province: the first order in which nobody inspects the one that inspected it last time.

    Order n ranks the provinces by the SHA-256 of `seed:n:province`; each inspects the next one, the last
    the first, so that nobody inspects itself. `last` and the answer map the inspected to the inspecting.
    None where no order does.
    """
    for attempt in range(_TRIES):
        order = sorted(provinces, key=lambda place: sha256(f"{seed}:{attempt}:{place}".encode()).digest())
        drawn = {order[n]: order[n - 1] for n in range(len(order))}
        if all(last.get(inspecting) != inspected != inspecting for inspected, inspecting in drawn.items()):
            return dict(sorted(drawn.items()))
    return None


def units_to_inspect(seed: str, population: Iterable[UUID], most: int) -> tuple[UUID, ...]:
    """The units inspected of a province: those whose SHA-256 of seed and id is least."""
    ranked = sorted(set(population), key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())
    return tuple(sorted(ranked[:most]))


def assignments(
    seed: str, listed: Sequence[ListedProvince], populations: Mapping[str, Iterable[UUID]], most: int
) -> tuple[Assignment, ...] | None:
    """The draw: who inspects whom, and which units; None where no order of the provinces will do."""
    pairs = inspectors(seed, [one.place for one in listed], last_inspectors(listed))
    if pairs is None:
        return None
    return tuple(
        Assignment(
            inspecting=inspecting,
            inspected=inspected,
            units=units_to_inspect(seed, populations.get(inspected, ()), most),
        )
        for inspected, inspecting in pairs.items()
    )
