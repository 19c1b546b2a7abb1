"""The draw of a cross-inspection, that anyone can redo (policy 五(五)3, I-22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from uuid import UUID

from services.casework.check.draw import seed_of

_TRIES = 10_000
"""Orders looked at before a draw is said to be impossible: all of those of seven provinces, many times over."""


def ranking_seed(revealed: str, head: str) -> str:
    """What provinces and units are ranked by: the seed that was revealed, and the head that nobody knew before."""
    return seed_of({"nation": revealed}, head)


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
