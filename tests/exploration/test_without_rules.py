"""Each rule that is taken out of the law is noticed: what it alone refused is stored then, and the checker finds it.

CONCORD_WALKS walks longer; by itself a block is a short one, and the next follows until each of NOTICED was come to.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from events.record import ActProposed
from services.casework.kinds import KINDS
from services.casework.law import Law, Refusal
from services.exploration import walk
from services.exploration.exploring import Exploration
from services.exploration.moments import Moments
from services.exploration.trying import Outcome, tried
from services.exploration.world import Act, World, snapshot

WALKS = int(os.environ.get("CONCORD_WALKS", "25"))

FORCED = 3
"""Acts of one type that are stored in spite of one rule, at most, for each rule."""

BLOCKS = 6
"""Walked at most."""

NOTICED = frozenset(
    {"T-02", "T-04", "T-05", "T-07", "T-10", "T-13", "T-16", "T-18", "T-19", "T-21", "T-23", "T-26", "T-27"}
)
"""Rules whose absence the blocks notice. To some others, T-03 among them, only longer ones come."""


@dataclass
class Absent:
    """The rule that is taken out for a moment, and how often its absence was noticed."""

    rule: str | None = None
    stored: Counter[tuple[str, str]] = field(default_factory=Counter)
    noticed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def silences(self, rule: Callable[..., Refusal | None]) -> Callable[..., Refusal | None]:
        """The rule, holding its peace where it refuses by the number that is taken out."""

        def asked(state: Any, act: Any, pack: Any) -> Refusal | None:
            found = rule(state, act, pack)
            return None if found is not None and found.rule == self.rule else found

        return asked

    def tries(self, world: World, act: Act) -> Outcome:
        """Try an act; what one T-rule alone refuses is stored once more without it, in a world of its own."""
        outcome = tried(world, act)
        alone = {one.rule for one in outcome.refusals}
        if len(alone) == 1 and (rule := next(iter(alone))).startswith("T-"):
            of_its_type = rule, type(act.event).about.type
            if self.stored[of_its_type] < FORCED:
                self._without(of_its_type, world, act)
        return outcome

    def _without(self, of_its_type: tuple[str, str], world: World, act: Act) -> None:
        beside = snapshot(world).again()
        self.rule, _ = of_its_type
        try:
            outcome = tried(beside, act)
        finally:
            self.rule = None
        waits = isinstance(beside.states[act.stream].entries[-1].event, ActProposed) if outcome.accepted else False
        if outcome.accepted and not waits:  # what waits for a second person is no breach yet
            self.stored[of_its_type] += 1
            self.noticed[of_its_type] += bool(outcome.broken)


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Absent:
    made = Absent()
    for kind in KINDS.values():
        for event, law in list(kind.laws.items()):
            monkeypatch.setitem(kind.laws, event, _silenced(law, made))  # type: ignore[arg-type]
    monkeypatch.setattr(walk, "tried", made.tries)
    return made


def _silenced(law: Law[Any, Any], absent: Absent) -> Law[Any, Any]:
    return replace(
        law,
        state=tuple(absent.silences(rule) for rule in law.state),
        content=tuple(absent.silences(rule) for rule in law.content),
    )


def test_the_absence_of_a_rule_is_noticed(absent: Absent, moments: Moments) -> None:
    for seed in range(1, BLOCKS + 1):
        _walk(Exploration(moments, seed))
        noticed = {rule for (rule, _), count in absent.noticed.items() if count}
        if noticed >= NOTICED:
            break
    for (rule, name), stored in sorted(absent.stored.items()):
        print(f"{rule} {name}: {absent.noticed[rule, name]} of {stored}")
    assert {rule for rule, _ in absent.stored} - noticed == set()
    assert noticed >= NOTICED


def _walk(exploration: Exploration) -> None:
    exploration.goes_on(lambda: exploration.walks >= WALKS)
