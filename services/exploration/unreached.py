"""Rules that no walk of an exploration is refused by, each with the reason why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    "A-04": "a duty alone: what was not done by its day is recorded as missed, and no act is refused",
    "A-05": "a duty alone: what was not done by its day is recorded as missed, and no act is refused",
}
"""By rule; what is not named here is reached by walks that are long enough."""

NOT_YET: Final = "these walks did not come to it"


def unreached(rules: Iterable[str], refused: Iterable[str]) -> dict[str, str]:
    """Of these rules those that refused nothing, each with the reason."""
    return {rule: REASONS.get(rule, NOT_YET) for rule in sorted(set(rules) - set(refused))}
