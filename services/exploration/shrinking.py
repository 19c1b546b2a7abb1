"""The shortest story: acts that are not needed for what broke are left out, as long as it breaks the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from services.exploration.broken import Broken, Step
from services.exploration.moments import Moment, Moments
from services.exploration.trying import replay

MOST: Final = 150
"""Tellings tried for one story, at most."""


def shortest(broken: Broken, moments: Moments) -> Broken:
    """The same, by as few steps as leaving out some of them can show; as it is where it broke in the telling."""
    moment = moments.named(broken.moment)
    if moment is None:
        return broken
    steps, tellings = list(broken.story), 0
    size = max(len(steps) // 2, 1)
    while size and tellings < MOST:
        at = 0
        while at < len(steps) and tellings < MOST:
            without = steps[:at] + steps[at + size :]
            tellings += 1
            if breaks(without, broken, moment):
                steps = without
            else:
                at += size
        size //= 2
    return replace(broken, story=tuple(steps))


def breaks(steps: Sequence[Step], broken: Broken, moment: Moment) -> bool:
    """Whether that story breaks the same."""
    return any(one.key == broken.key for one in replay(moment.snapshot.again(), steps))
