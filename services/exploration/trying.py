"""One act tried on a world, and everything that is asked of the law meanwhile."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.casework.law import Refusal
from services.checker import Finding
from services.exploration.broken import Broken, Sort, Step
from services.exploration.world import Act, World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: refused, or stored; and what broke."""

    refusals: Sequence[Refusal] = ()
    broken: tuple[Broken, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it was stored, and nothing broke in the law itself."""
        return not self.refusals and not any(one.sort is Sort.EXCEPTION for one in self.broken)


def tried(world: World, act: Act) -> Outcome:
    """Judge the act on its day and store it where nothing refuses it."""
    name = act.event.about.type
    try:
        decision = world.decided(act)
        if decision.refusals:
            return Outcome(decision.refusals)
        return Outcome(broken=tuple(found_at(world, one, name) for one in world.take(decision.entries)))
    except Exception as error:  # noqa: BLE001 (whatever the law raises is what is looked for)
        return Outcome(broken=(_raised(error, name),))


def waited(world: World, until: date) -> tuple[list[Act], list[Broken]]:
    """Let days go by: what time brought about, and what broke in it."""
    try:
        brought = world.passes(until)
    except Exception as error:  # noqa: BLE001 (the same)
        return [], [_raised(error, "time")]
    broken = [found_at(world, one, act.event.about.type) for act, findings in brought for one in findings]
    return [act for act, _ in brought], broken


def replay(world: World, steps: Sequence[Step]) -> list[Broken]:
    """Go through a story; what broke on the way. An act that is refused is left out."""
    broken: list[Broken] = []
    for step in steps:
        if isinstance(step, date):
            broken += waited(world, step)[1]
            continue
        if step.day > world.day:
            broken += waited(world, step.day)[1]
        broken += tried(world, step).broken
    return broken


def found_at(world: World, finding: Finding, tried_type: str) -> Broken:
    """A finding, named by the type of the entry at which it is where that is at hand."""
    state = world.states.get(UUID(finding.stream))
    known = state is not None and finding.version <= state.version
    at = state.entries[finding.version - 1].event.about.type if state is not None and known else tried_type
    return Broken(Sort.CHECKER, finding.rule, at, finding.en)


def _raised(error: Exception, name: str) -> Broken:
    where = traceback.extract_tb(error.__traceback__)[-1]
    says = f"{error!r} in {where.name} ({where.filename.rpartition('/')[2]}:{where.lineno})"
    return Broken(Sort.EXCEPTION, type(error).__name__, name, says)
