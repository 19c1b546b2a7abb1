"""Three years of a province in memory: every told life, two prefectures that leave a year lying, and a dishonest one,
whose people try what is not theirs; the checker reads whatever is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from deploy.demo.application import LOCAL
from deploy.demo.load import edition, whole_script
from deploy.demo.people import Person, desk, named, officers
from deploy.demo.programme import LAZY, PREFECTURES
from deploy.demo.script import Act
from deploy.demo.setting import Days
from deploy.demo.world import World
from events.envelope import Entry, Event
from events.places import children, within
from events.registry import encode
from events.unit.naming import UnitNamed
from events.words import ActorKind, House, Level, Role, Step
from services.casework.pack import Pack
from services.casework.unit.application import case_step
from services.casework.unit.state import Unit
from services.casework.year.state import Year
from services.checker import Checker
from services.checker.entries import Entry as CheckedEntry
from services.errors import Refused
from services.exploration.world import sealed

IDLE: Final = (LAZY, PREFECTURES[2])
DISHONEST: Final = PREFECTURES[5]

_UNREADY: Final = frozenset({Step.NONE, Step.APPLIED, Step.ACCEPTED, Step.RETURNED, Step.FORWARDED, Step.IN_PUBLICITY})
"""Where an application stands while nobody may name the unit."""

_OFFICERS: Final = {person.id: person for person in officers()}


@dataclass(slots=True)
class Tally:
    """What came of the three years: commands and events stored, commands refused by rule, attempts of the dishonest
    that were taken, and what the checker found.
    """

    commands: int = 0
    events: int = 0
    attempts: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)
    findings: list[dict[str, object]] = field(default_factory=list)
    idle: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether the law held: nothing found, no attempt taken, and the idle found out."""
        found_out = all(one["deducted"] and one["criticised"] for one in self.idle.values())
        return not self.findings and not self.taken and found_out

    def summary(self) -> dict[str, Any]:
        """The last line of what is printed."""
        return {
            "commands": self.commands, "events": self.events, "findings": len(self.findings),
            "attempts": self.attempts, "attempts_taken": len(self.taken), "idle": self.idle,
            "refused": dict(self.refused.most_common()), "lives_cut_short": dict(self.untold.most_common()),
        }  # fmt: skip


def three_years(
    pack: Pack, folder: Path, today: date, seed: int, units: int, told: Callable[[int, int], None]
) -> Tally:
    """The years up to a day with so many units; `told` is how many of the acts are done, and of how many."""
    days = Days(today, pack)
    script = whole_script(days, seed, units, idle=IDLE)
    world, tally, checker = World(edition(days, seed, units), pack), Tally(), Checker(folder, whole=True)
    for number, act in enumerate(script):
        told(number, len(script))
        _stored(world, tally, checker, iter(()), act)
        _attempted(world, tally, act)
        _stored(world, tally, checker, iter((act,)), act)
    tally.findings += [one.as_json() for one in checker.ends()]
    told(len(script), len(script))
    tally.idle = {place: _found_out(world, place) for place in IDLE}
    return tally


def _stored(world: World, tally: Tally, checker: Checker, acts: Iterator[Act], now: Act) -> None:
    """What is stored of the acts, with what time brings about until then, under the checker.

    A told act may be refused where a province of that size has no place left for it; its life goes on without it.
    """
    try:
        for command in world.commands(acts, now.moment):
            tally.commands += 1
            for entry in command.entries:
                tally.events += 1
                tally.findings += [one.as_json() for one in checker.takes(_as_stored(entry, tally.events))]
    except Refused as refused:
        tally.commands += 1
        tally.untold.update(one.rule for one in refused.refusals)


def _as_stored(entry: Entry[Event], position: int) -> CheckedEntry:
    return CheckedEntry(entry.event.about.type, position, orjson.loads(encode(sealed(entry))))


def _attempted(world: World, tally: Tally, act: Act) -> None:
    """What the dishonest prefecture tries just before somebody acts on a unit."""
    unit, office = world.states.get(act.stream), _OFFICERS.get(act.who)
    if not isinstance(unit, Unit) or unit.life.place is None or office is None:
        return
    event = act.event if isinstance(act.event, Event) else act.event(unit)
    if event is None:
        return
    for who, tried in _attempts(unit, unit.life.place, office, event):
        tally.commands += 1
        tally.attempts += 1
        refusals = world.asked(Act(act.moment, who, act.stream, tried), tried).decide().refusals
        if refusals:
            tally.refused.update(one.rule for one in refusals)
        else:
            tally.taken.append(f"{tried.about.type} of {act.stream} by {who} on {act.moment:%Y-%m-%d}")


def _attempts(unit: Unit, place: str, office: Person, event: Event) -> Iterator[tuple[UUID, Event]]:
    """Elsewhere it does what is for the office of another place. At home the unit does what is for its office, and the
    office names the unit before its time.
    """
    if not within(place, DISHONEST):
        level = Level.COUNTY if office.level is Level.COUNTY else Level.PREFECTURE
        own = children(DISHONEST)[0] if level is Level.COUNTY else DISHONEST
        yield desk(level, own, office.house or House.HR, office.role), event
        return
    if not any(one.kind is ActorKind.APPLICANT for one in unit.descriptor.laws[type(event)].office):
        yield named(f"agent:{unit.id}"), event
    if case_step(unit, LOCAL) in _UNREADY:
        too_early = UnitNamed(title=LOCAL, document_number="示例〔虚〕1号")
        yield desk(Level.PREFECTURE, DISHONEST, role=Role.APPROVER), too_early


def _found_out(world: World, place: str) -> dict[str, int]:
    years = [one for one in world.states.values() if isinstance(one, Year) and one.place == place]
    return {
        "lapses": sum(len(year.lapses) for year in years),
        "deducted": sum(year.deducted for year in years),
        "criticised": sum(year.criticised for year in years),
    }
