"""Loading the demonstration: the whole script through the rules, sealed and appended in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg

from deploy.demo import scans
from deploy.demo.accounts import accounts
from deploy.demo.administration import administration
from deploy.demo.commendation import commendation
from deploy.demo.lives import lives
from deploy.demo.people import ADMINISTRATORS, tag_of
from deploy.demo.programme import LAZY, programme
from deploy.demo.script import Act, Profile, Telling, agents
from deploy.demo.setting import Days, seconding, setting
from deploy.demo.stories import NEW, STORIES, told
from deploy.demo.world import Issued, World
from events.governance.officer import OfficerPersonTagged
from events.words import Role
from services import vault
from services.casework.pack import Pack
from services.errors import ConcordError
from services.register.append import append_sync
from services.register.command import Command

__all__ = ["Loaded", "accounts", "load"]

UNITS = 600
"""Units of the demonstration, those of the stories among them."""

SEED = 2023

FORM = 3
"""The form of the demonstration's events; another one cannot go on with what an earlier one stored."""

BATCH = 500
"""Commands stored by one call."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A told story: whose life it is, and what it is called."""

    unit: UUID
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: events of units and beside them, how many units were named and revoked, in how many seconds.

    `repeated` where an earlier load had stored all of it.
    """

    units: int
    events: int
    named: int
    revoked: int
    seconds: float
    stories: dict[int, StoryLine]
    repeated: bool = False


def load(
    conninfo: str,
    keys: vault.KeyFile,
    today: date,
    pack: Pack,
    *,
    seed: int = SEED,
    progress: Callable[[int, int], None],
    units: int = UNITS,
) -> Loaded:
    """Load the demonstration into a register; `progress` is told the acts of the script done and those there are.

    A second load of the same day, seed and size stores nothing and says so. Raises Refused where a rule
    refuses what the script holds lawful, KeyReused where a demonstration of another day, seed or size is
    in the register, and what psycopg raises; batches stored before stay.
    """
    began = perf_counter()
    days = Days(today, pack)
    script = whole_script(days, seed, units)
    world, taken = World(edition(days, seed, units), pack), 0

    def acts() -> Iterator[Act]:
        nonlocal taken
        for act in script:
            yield act
            taken += 1

    # Not the commands are counted: many an act comes to nothing, and time brings about others.
    events, new = store(conninfo, keys, world.commands(acts(), days.until), lambda _done: progress(taken, len(script)))
    progress(len(script), len(script))
    return _loaded(world, events, perf_counter() - began, repeated=not new)


def store(
    conninfo: str, keys: vault.KeyFile, commands: Iterator[Issued], progress: Callable[[int], None]
) -> tuple[int, bool]:
    """Seal and store commands in batches; how many events they hold, and whether any of them is new.

    Raises as `load` does.
    """
    done = events = repeated = 0
    progress(0)
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for batch in _batches(commands):
            repeated += _append(conn, keys, batch)
            done += len(batch)
            events += sum(len(command.entries) for command in batch)
            progress(done)
    return events, repeated < done


def form(pack: Pack) -> str:
    """What a demonstration has to have in common with this program to go on under it: its form, and the very pack."""
    return f"{FORM}:{pack.name}:{pack.digest[:16]}"


def edition(days: Days, seed: int, units: int) -> str:
    """What tells one demonstration from another: its form, its day, seed and size."""
    return f"{form(days.pack)}:{days.today}:{seed}:{units}"


def whole_script(days: Days, seed: int, units: int, idle: Collection[str] = (LAZY,)) -> list[Act]:
    """All acts of so many units, or of those of the stories where that is more, in the order of time; `idle` are the
    prefectures that leave a year lying.
    """
    stories = list(told(days, seed, units))
    acts = [*setting(days), *programme(days, idle), *administration(days), *commendation(days)]
    for telling in (*stories, *lives(max(units - len(stories), 0), days, seed)):
        acts += whole(telling)
    acts += _agents(NEW, max(acts, key=lambda act: act.moment), _TWO)
    return sorted(acts, key=lambda act: act.moment)


_TWO = (ADMINISTRATORS[0].id, ADMINISTRATORS[1].id)


def whole(telling: Telling, administrators: tuple[UUID, UUID] = _TWO) -> Iterator[Act]:
    """A life, with its agents registered before it begins."""
    if telling.acts:
        yield from _agents(telling.unit, telling.acts[0], administrators)
        yield from telling.acts


def _agents(unit: Profile, before: Act, administrators: tuple[UUID, UUID]) -> Iterator[Act]:
    """The registrations of the unit's agents; the union's is tagged by two, so that the two are told apart (T-02)."""
    first, second = administrators
    moment = before.moment - timedelta(minutes=20)
    for number, (agent, event) in enumerate(agents(unit)):
        yield Act(moment + timedelta(minutes=number), first, agent, event)
        if Role.UNIT_UNION in event.roles:
            yield Act(moment + timedelta(minutes=number + 1), first, agent, OfficerPersonTagged(tag=tag_of(str(agent))))
            yield Act(moment + timedelta(minutes=number + 2), second, agent, seconding)


def _batches(commands: Iterator[Issued]) -> Iterator[list[Issued]]:
    batch: list[Issued] = []
    for command in commands:
        batch.append(command)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _append(conn: psycopg.Connection[Any], keys: vault.KeyFile, batch: list[Issued]) -> int:
    """Seal and store a batch, all or nothing; how many of its commands had been stored before."""
    repeated = 0
    with conn.transaction():
        wanted = {slot for command in batch for entry in command.entries for slot in vault.needed(entry)}
        provided = vault.provision(conn, keys, wanted)
        sealed = [
            Command(c.id, c.digest, c.expect, tuple(vault.seal(entry, provided) for entry in c.entries)) for c in batch
        ]
        scans.keep(conn, (entry.event for command in batch for entry in command.entries))
        for answer in append_sync(conn, sealed):
            if isinstance(answer, ConcordError):
                raise answer
            repeated += answer.repeated
    return repeated


def _loaded(world: World, events: int, seconds: float, *, repeated: bool) -> Loaded:
    known = world.units.values()
    return Loaded(
        units=len(known),
        events=events,
        named=sum(bool(unit.naming.held or unit.naming.gone) for unit in known),
        revoked=sum(bool(unit.revocation.done) for unit in known),
        seconds=seconds,
        stories={story.number: StoryLine(story.unit.id, story.zh, story.en) for story in STORIES},
        repeated=repeated,
    )
