"""Who in a place could do a step: read by the register itself where somebody is kept apart from it, or asks (T-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from events.envelope import Event
from events.governance.officer import OfficerAppointed
from events.posts import post_in
from events.unit.standing_in import UnitTakingUpRequested
from services.casework.decide import Situation
from services.casework.judgement import act_of, propose
from services.casework.law import Act, Refusal
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.stream import State
from services.casework.unit.standing_in import in_post_for, level_above, who_could
from services.casework.unit.state import Unit
from services.register import read_async
from services.states import States


async def officers(states: States) -> list[Officer]:
    """Everybody who was ever appointed, as they are now."""
    async with states.pool.connection() as conn:
        streams = await read_async.streams_with(conn, OfficerAppointed.about.type)
    found = await states.load(streams, fresh=True)
    return [state for state in found.values() if isinstance(state, Officer)]


async def asked(states: States, unit: Unit, event: UnitTakingUpRequested, day: date, pack: Pack) -> Event:
    """The request with those in the place whose post is of the step."""
    found = in_post_for(unit, event, day, await officers(states), pack)
    return event.model_copy(update={"officers": tuple(sorted(found))})


def is_kept_apart(state: State, refusals: Sequence[Refusal]) -> bool:
    """Whether somebody is refused an act on a unit because of what they did before."""
    return isinstance(state, Unit) and any(refusal.rule == "T-03" for refusal in refusals)


async def naming_who_could(
    states: States, situation: Situation, event: Event, day: date, refusals: Sequence[Refusal]
) -> Sequence[Refusal]:
    """The refusals; those of a separation say who in the place could act now, or that the level above may be asked."""
    unit, posts, context = situation.state, situation.posts, situation.context
    law = unit.descriptor.laws.get(type(event))
    if not isinstance(unit, Unit) or law is None or context.packs is None or not posts or not (law.steps or law.others):
        return refusals
    pack = context.packs.on(day)
    filled = propose(unit, event, posts[0], day, pack, context)
    act: Act[Event] = act_of(law, filled, posts[0], day, context=context)
    able = list(who_could(unit, act, await officers(states), pack))
    if able:
        zh = f"本地可由{'、'.join(actor.post for actor in able[:_MOST])}办理"
        en = f"in the place could act: {'; '.join(post_in(actor, 'en') for actor in able[:_MOST])}"
    else:
        above = level_above(unit, act, pack)
        if above is None:
            return refusals
        days = pack.windows.take_up
        zh = f"本地无人可办，可提请{above.zh}级提级办理或者指定人员，其应在{days.zh}内办理"
        en = f"nobody in the place can; the {above.en} level may be asked to take it up, or to lend, within {days.en}"
    could = tuple(str(actor.id) for actor in able)
    return [_said(refusal, zh, en, could) if refusal.rule == "T-03" else refusal for refusal in refusals]


_MOST = 5
"""At most so many are named."""


def _said(refusal: Refusal, zh: str, en: str, could: tuple[str, ...]) -> Refusal:
    return replace(refusal, needs_zh=f"{refusal.needs_zh}；{zh}", needs_en=f"{refusal.needs_en}; {en}", could_act=could)
