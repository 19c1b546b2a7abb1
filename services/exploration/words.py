"""Whether the law keeps its word: what `may` allows, with the body that `options` gives as lawful, is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from services.casework.examples import Examples
from services.casework.judgement import may
from services.casework.law import Context
from services.casework.options import Options
from services.casework.stream import State
from services.exploration.broken import Broken, Sort
from services.exploration.world import Act, World

MOST: Final = 3
"""Decisions asked of one person at one moment."""


def broken_words(world: World, state: State, random: Random) -> Iterator[Broken]:
    """What somebody is told that they may do, with a body told to be lawful, and is refused."""
    people = [*world.by_kind.get("officer", ()), *world.by_kind.get("source", ())]
    if not people or not state.version:
        return
    who = random.choice(people)
    posts, day, pack = world.posts(who, world.day), world.day, world.pack
    if not posts:
        return
    context = Context(world.states, packs=world.packs)
    allowed = [(one, one.actor) for one in may(state, posts, day, pack, context) if one.allowed and one.actor]
    for one, actor in random.sample(allowed, min(MOST, len(allowed))):
        example = Examples(Options(state, pack), actor, day, context).of(one.law, one.subject)
        if example is None:
            continue
        refusals = world.decided(Act(day, who, state.id, example[1])).refusals
        if refusals:
            name = one.type.about.type
            yield Broken(Sort.MAY, refusals[0].rule, name, f"{one.decision} is allowed, and refused: {refusals[0].en}")
