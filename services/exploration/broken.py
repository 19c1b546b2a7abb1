"""Something that must not be: a finding of the checker, an exception of the law, a word of the law that it breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.exploration.patterns import pattern
from services.exploration.world import Act

Step = Act | date
"""What somebody does, or a day that is waited for."""


class Sort(StrEnum):
    """What kind of thing broke."""

    CHECKER = "checker"
    EXCEPTION = "exception"
    MAY = "may"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class Broken:
    """What broke, by which rule or exception, at an act of which type; and how it came to it.

    `moment` is the told moment from which `story` goes on; the last step is the one that broke it.
    """

    sort: Sort
    rule: str
    type: str
    says: str
    moment: str = ""
    story: tuple[Step, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What it has in common with others like it."""
        return (self.sort.value, self.rule, self.type, pattern(self.says)[:80])

    def told(self, moment: str, story: tuple[Step, ...]) -> Broken:
        """The same with its story."""
        return replace(self, moment=moment, story=story)

    def as_json(self) -> dict[str, object]:
        """As it stands on a line of `--json`."""
        return {
            "broken": self.sort.value, "rule": self.rule, "type": self.type, "says": self.says,
            "moment": self.moment, "story": [_line(step) for step in self.story],
        }  # fmt: skip


def _line(step: Step) -> dict[str, object]:
    if isinstance(step, date):
        return {"until": step.isoformat()}
    event = step.event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        "day": step.day.isoformat(), "who": str(step.who), "stream": str(step.stream),
        "type": step.event.about.type, "event": event,
        **({"effective_on": step.effective_on.isoformat()} if step.effective_on is not None else {}),
    }  # fmt: skip
