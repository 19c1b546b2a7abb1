"""What the law declares of each event: who may cause it, by which rule, with whom; and which act settles which duty."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from events.envelope import Actor, Event
from events.record import (
    ActProposed,
    ActSeconded,
    DeadlineMissed,
    DutyAssigned,
    DutyExtended,
    DutyReleased,
    DutyResumed,
    DutySuspended,
    EntryCorrected,
    EntryVoided,
)
from events.registry import EVENT_TYPES, stream_kind
from events.words import ActorKind, Level, ObligationKind
from services.casework.kinds import KINDS
from services.casework.law import Entitled, Intent, Second
from services.casework.pack import load_pack

COMMON_BASES = (
    ActProposed, ActSeconded, EntryVoided, EntryCorrected, DeadlineMissed, DutyAssigned, DutyReleased,
    DutyExtended, DutySuspended, DutyResumed,
)  # fmt: skip
"""What every kind of stream has; told once for all of them."""

HEAD = """# Duties

What is owed, the act that settles it, and the clause under which it is owed in the pack `{pack}`. Who owes
it by which day follows from the state; the events are told in the [data dictionary](events.md). Generated from the
law's declarations by `python -m deploy.contract write`.

Beside being settled, a duty ends with what it was for (a case that is over, a proposal that is dropped, an entry that
is voided), and it can be **ordered otherwise** (T-05), by the events that every kind of stream has:

- *given* by the office that owes it to one of its people and a deputy, and to others again: the office owes it all the
  same, and a miss names whose it was on its day;
- *released* by an approver of the level above who ordered it, with a reason, and a second person of another house; the
  province and the nation release from their own;
- *extended*, once and before its day is over, by an approver of the office that ordered it, by no more than the pack's
  share of its days (`extension_share`);
- *suspended* and *resumed* by that office for a confirmed ruling or order: while its clock stands it is not missed, and
  its day is put off by as long.

What ends by itself is not ordered otherwise: what the timekeeper does on the day, and an act that waits for its second
person, which lapses.

| 义务 duty | 了结 settled by | 另行安排 ordered otherwise | 条款 clause |
|---|---|---|---|
"""

_ALWAYS = next(part.default for part in fields(Second) if part.name == "when")


def said_of(event: type[Event]) -> list[str]:
    """Who may cause an event, whom it takes besides, and as which steps of T-03, a line each; nothing where no law
    speaks of it.
    """
    law = KINDS[stream_kind(event.about.type)].laws.get(event)
    if law is None:
        return []
    lines = [f"- 由谁 who: {_all(law.office, event)}; 规则 rule `{law.rule}`"]
    if law.second is not None:
        houses = "; 两家 of two houses" if law.second.two_houses else ""
        lines.append(f"- 两人 two persons: {_all(law.second.office, event)}{_cases(law.second)}{houses}")
    named = (f"`{law.others.step}` 所列人员 who is named",) if law.others is not None else ()
    if steps := ", ".join((*(f"`{step}`" for step in law.steps), *named)):
        lines.append(f"- 环节 steps kept apart by person: {steps}")
    return lines


def duties() -> str:
    """The page of duties, as Markdown."""
    pack = load_pack()
    rows = [
        f"| {kind.zh}<br>{kind.en} `{kind}` | {'<br>'.join(_settling(kind)) or '—'} | {_otherwise(kind)}"
        f" | {pack.duty_clause(kind)} |\n"
        for kind in ObligationKind
    ]
    return HEAD.format(pack=pack.name) + "".join(rows)


def _otherwise(duty: ObligationKind) -> str:
    """Whether a duty can be released, extended or suspended."""
    alone = duty is ObligationKind.SECOND_ACT or any(duty in kind.own_duties for kind in KINDS.values())
    return "否 no" if alone else "可 yes"


def _settling(duty: ObligationKind) -> dict[str, None]:
    """The acts that settle a duty, each once; and time, where it settles the duty itself."""
    acts = {
        f"{event.about.zh} {event.about.en}" + ("" if issubclass(event, COMMON_BASES) else f" `{name}`"): None
        for name, event in EVENT_TYPES.items()
        if duty in KINDS[stream_kind(name)].laws[event].settles
    }
    by_time = any(duty in kind.own_duties for kind in KINDS.values())
    return acts | ({"时限届满 the day itself": None} if by_time else {})


def _all(office: tuple[Entitled, ...], event: type[Event]) -> str:
    return " / ".join(_entitled(one, event) for one in office)


def _entitled(one: Entitled, event: type[Event]) -> str:
    words = [f"{role.zh} {role.en}" for role in sorted(one.roles)] or [f"{one.kind.zh} {one.kind.en}"]
    limits = [_levels(one, event)] if one.kind is ActorKind.OFFICER else []
    if one.anywhere:
        limits.append("不限地区 in any place")
    if one.house is not None:
        limits.append(f"{one.house.zh} {one.house.en}")
    if one.when is not None:
        limits.append("if " + _doc(one.when).removeprefix("Whether "))
    return "、".join(words) + (f" ({'; '.join(limits)})" if limits else "")


def _levels(one: Entitled, event: type[Event]) -> str:
    """At which levels: in what way they follow from the case, or which they are whatever the case."""
    if said := _doc(one.levels):
        return said
    nothing = KINDS[stream_kind(event.about.type)].state(UUID(int=0))
    nobody = Actor(id=UUID(int=0), kind=one.kind, post="-", place="000000")
    levels = one.levels(nothing, Intent(event, nobody, date.min), load_pack())
    return "各级 every level" if levels == set(Level) else "、".join(f"{x.zh} {x.en}" for x in Level if x in levels)


def _cases(second: Second[Any, Any]) -> str:
    return "" if second.when is _ALWAYS else f" ({_doc(second.when) or 'in some cases'})"


def _doc(said: Callable[..., Any]) -> str:
    """The first sentence of a function's docstring."""
    return " ".join((inspect.getdoc(said) or "").split()).partition(". ")[0].rstrip(".")
