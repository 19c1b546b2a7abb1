"""What an exploration counts: acts judged and accepted, rules that refused, classes of state, what broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.casework.law import Refusal
from services.exploration.broken import Broken
from services.exploration.classes import Class
from services.exploration.patterns import condition

ACCEPTED = "accepted"


class Word(StrEnum):
    """What became of a refusal's word."""

    KEPT = "kept"
    BROKEN = "broken"
    TIME = "time"
    NATION = "nation"
    FINAL = "final"


APART = (Word.TIME, Word.NATION, Word.FINAL)
"""What is counted apart: only longer time or the nation brings it about, or nothing does."""


@dataclass(slots=True)
class Tally:
    """The counts of one process; those of several add up."""

    judged: int = 0
    by_time: int = 0
    cpu_seconds: float = field(default=0.0, compare=False)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    covered: set[tuple[str, str, int]] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)
    broken: dict[tuple[str, ...], Broken] = field(default_factory=dict)
    again: Counter[tuple[str, ...]] = field(default_factory=Counter)
    asked: set[tuple[str, str, str, int]] = field(default_factory=set)
    words: Counter[Word] = field(default_factory=Counter)
    unkept: Counter[str] = field(default_factory=Counter)

    def counts(self, event_type: str, rules: Sequence[str], of: Class) -> None:
        """One act of that type was judged on a state of that class: refused by these rules, or accepted."""
        self.judged += 1
        number = hash(of)
        self.classes.add(number)
        if not rules:
            self.accepted[event_type] += 1
            self.covered.add((event_type, ACCEPTED, number))
            return
        if len(rules) == 1:
            self.alone[rules[0]] += 1
        for rule in dict.fromkeys(rules):
            self.refused[rule] += 1
            self.covered.add((event_type, rule, number))

    def brings(self, event_types: Sequence[str]) -> None:
        """Acts of these types were judged and stored because a day came."""
        self.judged += len(event_types)
        self.by_time += len(event_types)
        self.accepted.update(event_types)

    def came_to(self, of: Class) -> bool:
        """Whether nobody came to a state of that class before."""
        number = hash(of)
        if number in self.classes:
            return False
        self.classes.add(number)
        return True

    def asks(self, event_type: str, refusal: Refusal, of: Class) -> bool:
        """Whether the word of such a refusal, of such an act on a state of that class, was never asked before; where it
        is final, on whatever state.
        """
        key = (event_type, *condition(refusal), 0 if refusal.final else hash(of))
        if key in self.asked:
            return False
        self.asked.add(key)
        return True

    def breaks(self, broken: Broken) -> bool:
        """Keep what broke, where nothing like it did before; whether it is new."""
        self.again[broken.key] += 1
        if broken.key in self.broken:
            return False
        self.broken[broken.key] = broken
        return True

    def add(self, other: Tally) -> None:
        """Add what another process counted."""
        self.judged += other.judged
        self.by_time += other.by_time
        self.cpu_seconds += other.cpu_seconds
        self.accepted += other.accepted
        self.refused += other.refused
        self.alone += other.alone
        self.covered |= other.covered
        self.classes |= other.classes
        self.again += other.again
        self.asked |= other.asked
        self.words += other.words
        self.unkept += other.unkept
        for key, broken in other.broken.items():
            self.broken.setdefault(key, broken)

    def summary(self) -> dict[str, object]:
        """What the last line says."""
        return {
            "judged": self.judged,
            "brought_about_by_time": self.by_time,
            "accepted": sum(self.accepted.values()),
            "types": dict(sorted(self.accepted.items())),
            "states": len(self.classes),
            "coverage": len(self.covered),
            "broken": [" ".join(key) for key in self.broken],
            "refusals_reached": sorted(self.refused),
            "refusals_alone": sorted(self.alone),
            "promises_kept": self.words[Word.KEPT],
            "promises": self.words[Word.KEPT] + self.words[Word.BROKEN],
            "promises_apart": {word.value: self.words[word] for word in APART},
            "promises_unkept": dict(self.unkept.most_common(100)),
        }
