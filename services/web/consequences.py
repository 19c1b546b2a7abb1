"""What would follow from each choice of a form on which much hangs, as the law says when it is tried. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from events.envelope import CHINA, Actor, Event
from events.fields import MOST_POINTS
from events.registry import ENTRY_OF
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed
from events.unit.signals import UnitSignalAssessed
from events.words import Matter, Opinion, Recommendation, SignalOutcome
from services.casework.judgement import Possibility, act_of, judge, obligations, propose
from services.casework.law import Refusal
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.record import takes_two
from services.casework.stream import advance
from services.casework.unit.evaluation.majority import all_four_in, enough_in_favour, none_opposed
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit
from services.http.streams import Situation
from services.web.case_context import Given, score_as_typed, signal_meant

_ANY: Final = "—"
"""In place of a text that is still to be written."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a choice would bring about, or what refuses it: whether it takes a second person, where it leads, in Chinese
    and in English, and the duties that begin and end.
    """

    refusals: tuple[Refusal, ...] = ()
    takes_two: bool = False
    leads_to: tuple[str, str] | None = None
    begin: tuple[Obligation, ...] = ()
    end: tuple[Obligation, ...] = ()


def consequences(here: Situation, possible: Possibility, given: Given) -> Mapping[str, Mapping[str, Consequence]]:
    """By the name of a control and its values; nothing where the form has no such choice, or does not say yet about
    what it decides.
    """
    unit, actor = here.state, possible.actor
    if actor is None or not isinstance(unit, Unit):
        return {}
    field, events = _tried(unit, possible, given, here.pack)
    return {field: {getattr(event, field).value: _consequence(here, unit, event, actor) for event in events}}


def _consequence(here: Situation, unit: Unit, event: Event, actor: Actor) -> Consequence:
    law, pack = unit.descriptor.laws[type(event)], here.pack
    filled = propose(unit, event, actor, here.day, pack, here.context)
    refusals = judge(unit, filled, actor, here.day, pack, effective_on=here.day, context=here.context)
    if refusals:
        return Consequence(tuple(refusals))
    act = act_of(law, filled, actor, here.day, effective_on=here.day, context=here.context)
    entry = ENTRY_OF[type(filled)](
        stream=unit.id, version=unit.version + 1, event=filled, effective_on=here.day, actor=actor,
        recorded_at=datetime.combine(here.day, time(12), CHINA).astimezone(UTC),
        command_id=unit.id, correlation_id=unit.id,
    )  # fmt: skip
    after = advance(unit, (entry,))
    owed, then = ({duty.key: duty for duty in obligations(state, here.packs)} for state in (unit, after))
    return Consequence(
        takes_two=takes_two(unit, act, pack),
        leads_to=_leads_to(unit, after, filled, actor, pack),
        begin=tuple(duty for key, duty in then.items() if key not in owed),
        end=tuple(duty for key, duty in owed.items() if key not in then),
    )


def _leads_to(unit: Unit, after: Unit, event: Event, actor: Actor, pack: Pack) -> tuple[str, str] | None:
    if isinstance(event, UnitHouseOpined):
        return _carried(after, event, actor, pack)
    if isinstance(event, UnitSignalAssessed):
        now, then = watch(unit, pack), watch(after, pack)
        same = f"关注程度仍为{then.zh}", f"the watch level stays: {then.en}"
        return same if now is then else (f"关注程度：{now.zh} → {then.zh}", f"watch level: {now.en} → {then.en}")
    case = after.application.cases.get(getattr(event, "title", None) or "")
    return ("申报就此办结", "the application is over") if case is None else (
        f"申报进入：{case.step.zh}", f"the application goes on to: {case.step.en}",
    )  # fmt: skip


def _carried(after: Unit, event: UnitHouseOpined, actor: Actor, pack: Pack) -> tuple[str, str] | None:
    """What the houses of the level come to with this opinion (A-14, T-22)."""
    if event.matter is Matter.OBJECTION or actor.level is None:
        return None
    about = event.matter, after, event.title or "", actor.level, pack
    if (opposed := none_opposed(*about)) is not None:
        return f"不予通过：{opposed.zh}", f"not carried: {opposed.en}"
    if (missing := all_four_in(*about)) is not None:
        return missing.zh, missing.en
    if (short := enough_in_favour(*about)) is not None:
        return f"不予通过：{short.zh}", f"not carried: {short.en}"
    return "各家意见齐备，达到多数", "every house has spoken, and they are for it"


def _tried(unit: Unit, possible: Possibility, given: Given, pack: Pack) -> tuple[str, Sequence[Event]]:
    """The field whose values are tried, and the event of the form with each of them; serious is tried on the ground of
    the signal's category.
    """
    about, event = possible.subject, possible.type
    if event is UnitHouseOpined:
        return "opinion", [UnitHouseOpined(**about, opinion=one, reason=_ANY) for one in Opinion]
    if event is UnitEvaluated:
        score = score_as_typed(unit, possible.title or "", given, pack)
        if score > MOST_POINTS:
            return "", ()
        return "outcome", [UnitEvaluated(**about, outcome=one, score=score) for one in Recommendation]
    if event is UnitReviewed:
        return "outcome", [UnitReviewed(**about, outcome=one) for one in Recommendation]
    signal = signal_meant(unit, given) if event is UnitSignalAssessed else None
    if signal is None:
        return "", ()
    ground = pack.categories[signal.category].ground
    return "outcome", [
        UnitSignalAssessed(
            signal=signal.id, outcome=one, findings=_ANY, ground=ground if one is SignalOutcome.SERIOUS else None
        )
        for one in SignalOutcome
    ]
