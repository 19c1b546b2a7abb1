"""The rules of an event's declaration, each asked for itself: on a state, of the sample that is kept of the event.

    words = refusals_of("station.opened", Station(...), on=AHEAD)

How rules play together, and in which order, is not seen here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from events.envelope import Actor, Event
from events.registry import decode
from events.words import Level
from services.casework.judgement import act_of
from services.casework.law import NO_CONTEXT, Context
from services.casework.stream import State
from tests.casework.given import DAY, PACK, desk, somebody

SAMPLES = Path(__file__).parents[1] / "samples"
SOMEBODY = desk(Level.PREFECTURE).actors(DAY)[0]
AHEAD = DAY + timedelta(days=1)
ID = somebody("示例记录流")

LATE = f"it cannot have happened on {AHEAD}, after today {DAY}"
YESTERDAY = DAY - timedelta(days=1)


@cache
def sample(name: str) -> Event:
    """The event that is kept of the type."""
    return decode(name, (SAMPLES / f"{name}.json").read_bytes()).event


def refusals_of(
    name: str,
    state: State,
    *,
    actor: Actor = SOMEBODY,
    day: date = DAY,
    effective_on: date | None = None,
    context: Context = NO_CONTEXT,
    **fields: Any,
) -> set[str]:
    """What the rules of an event's declaration say of it on that state, each asked for itself."""
    event = sample(f"{name}.v1").model_copy(update=fields)
    law = state.descriptor.laws[type(event)]
    act = act_of(law, event, actor, day, effective_on=effective_on, context=context)
    return {refusal.en for rule in (*law.state, *law.content) if (refusal := rule(state, act, PACK)) is not None}
