"""Whether a refusal keeps its word: what it names is brought about by lawful acts, and the act is asked again.

The word of one refusal is one condition. It is kept where the act is accepted then, or where what refuses it then is
another condition, asked no earlier than this one. At most so many acts, persons and days, all by those entitled. What
to do is taken from the told stories: what came before such an act where it was lawful. Apart are counted what only
longer time or the nation brings about, and what the refusal itself calls final.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from events.envelope import Event
from events.references import EntryRef, PackRef, StreamRef, references
from events.words import ActorKind
from services.casework.examples import Examples
from services.casework.field_shapes import fields_of
from services.casework.judgement import act_of, best_post, propose, references_hold, refused_on_state
from services.casework.kinds import KINDS
from services.casework.law import NOTHING, Context, Law, Refusal
from services.casework.options import Options
from services.casework.stream import State
from services.exploration.bodies import Filling
from services.exploration.choosing import BY_THE_NATION, Choosing, new_id, opened
from services.exploration.mending import Mending, field_at
from services.exploration.patterns import condition
from services.exploration.tally import Tally, Word
from services.exploration.templates import Template, Templates
from services.exploration.world import Act, World

ACTS: Final = 8
"""Acts by which what was named is brought about, at most."""

PERSONS: Final = 4
"""Persons who do them, at most."""

DAYS: Final = (1, 3, 8, 15, 31, 60)
"""After how many days it is asked again; 60 is the most that counts as bringing about."""

LONGER: Final = (200, 400, 1_200)
"""After how many days what only time brings about has come."""

BODIES: Final = 3
"""Told bodies with which each person asks again, each time."""

MAKERS: Final = 6
"""The newest entries whose makers ask too: of one's own only they may."""

FIELDS: Final = 2
"""Fields of one body that are set right for one condition, at most."""

SUBJECTS: Final = 3
"""Of what one act is about, so many are tried."""

PLANS: Final = 6
"""Told ways to such an act that are gone."""

LIVES: Final = 4
"""Told ways of a stream that a refusal asks for."""

_RENAMED: Final = (0.25, 1.0)
"""How likely the texts of a told body are other ones; the second where a stream is opened, as a key is taken once."""

_WORD = re.compile(r"[a-z_]+")


@dataclass(slots=True)
class Promise:
    """One refusal of an act, and the world in which it was refused."""

    world: World
    act: Act
    refusal: Refusal
    templates: Templates
    random: Random
    _stage: int = field(init=False)
    _condition: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._stage = _asked_at(self.world, self.act)
        self._condition = condition(self.refusal)

    @property
    def law(self) -> Law[Any, Any]:
        """The law of the act."""
        law: Law[Any, Any] = self._state(self.world).descriptor.laws[type(self.act.event)]
        return law

    def word(self) -> Word:
        """Kept where what was named can be brought about."""
        if self.refusal.final:
            return Word.FINAL if not self._met(self.world) and not self._waited(self.world, DAYS) else Word.BROKEN
        if self._met(self.world) or self._mended(self.world) or self._waited(self.world, DAYS):
            return Word.KEPT
        by_the_nation = type(self.act.event) in BY_THE_NATION
        for world, nation in self._worlds():
            if self._met(world) or self._mended(world) or self._waited(world, DAYS[2::3]):
                if not nation:
                    return Word.KEPT
                by_the_nation = True
        if by_the_nation:
            return Word.NATION
        return Word.TIME if self._waited(self.world, LONGER) else Word.BROKEN

    def _state(self, world: World) -> State:
        return world.state(self.act.event.about.type.partition(".")[0], self.act.stream)

    # --- whether it is so ---------------------------------------------------------------------------------------------

    def _met(self, world: World) -> bool:
        """Whether the condition refuses no more: asked as it was, or by another person."""
        return any(
            self._is_met(world, Act(world.day, who, self.act.stream, self.act.event)) for who in self._who(world)
        )

    def _is_met(self, world: World, act: Act) -> bool:
        return any(self._refuses_no_more(world, asked) for asked in self._placed(world, act))

    def _placed(self, world: World, act: Act) -> Iterator[Act]:
        """The act on its stream; and where the refusal names the stream that the body means, or a field by which the
        body comes to mean another, on that.
        """
        yield act
        key = self._state(world).descriptor.key
        if not self.law.opens or key is None:
            return
        meant = key(act.event)
        if str(meant) in self.refusal.facts or (self.refusal.pointer is not None and meant != act.stream):
            yield replace(act, stream=meant)

    def _refuses_no_more(self, world: World, act: Act) -> bool:
        refusals = world.decided(act).refusals
        if any(condition(one) == self._condition for one in refusals):
            return False
        return not refusals or _asked_at(world, act) >= self._stage

    def _mended(self, world: World) -> bool:
        """Whether another body meets the condition: set right where the refusal points, or filled in anew."""
        for who in self._who(world)[:2]:
            if self._set_right(world, Act(world.day, who, self.act.stream, self.act.event), self.refusal):
                return True
        return any(self._is_met(world, act) for act in self._filled_in(world, self.law, self.act.stream))

    def _set_right(self, world: World, act: Act, wrong: Refusal, fields: int = FIELDS) -> bool:
        """Whether the condition is met by another value where the refusal points, and where it points then."""
        next_one: tuple[Act, Refusal] | None = None
        for event in Mending(world, self._state(world), self.random).bodies(act.event, wrong):
            again = replace(act, event=event)
            if self._is_met(world, again):
                return True
            if next_one is None and fields > 1:
                others = (one for one in world.decided(again).refusals if one.pointer not in (None, wrong.pointer))
                next_one = next(((again, one) for one in others if condition(one) == self._condition), None)
        return next_one is not None and self._set_right(world, *next_one, fields - 1)

    def _who(self, world: World) -> list[UUID]:
        """Whoever asked; then those whose post may be one for it, and those who made what is there."""
        state = self._state(world)
        choosing = Choosing(world, self.templates, Tally(), self.random, self.act.stream)
        subject = self.law.about.named_by(self.act.event) if self.law.about is not None else NOTHING
        fitting = [actor.id for actor in choosing.fitting(self.law, state, subject)]
        named = {one.value for one in references(self.act.event) if isinstance(one.marker, EntryRef)}
        made = [entry for entry in state.entries if entry.version in named] + list(state.entries)[-MAKERS:]
        makers = [entry.actor.id for entry in made if entry.actor.kind in (ActorKind.OFFICER, ActorKind.APPLICANT)]
        return [*dict.fromkeys((self.act.who, *fitting[:PERSONS], *makers))]

    def _waited(self, world: World, days: Sequence[int]) -> bool:
        """Whether it is so after some days, in which this stream alone is looked after."""
        waiting = world.unwatched()
        waiting.due = {stream: day for stream, day in waiting.due.items() if stream == self.act.stream}
        begun = waiting.day
        for later in days:
            waiting.passes(begun + timedelta(days=later))
            if self._met(waiting):
                return True
        return False

    # --- how it is brought about --------------------------------------------------------------------------------------

    def _worlds(self) -> Iterator[tuple[World, bool]]:
        """Worlds in which something was brought about, and whether by the nation: step by step what was told to come
        before such an act, a stream of the kind that the refusal asks for, or what somebody may do in the streams
        that it is about.
        """
        for plan in self.templates.before(type(self.act.event))[:PLANS]:
            yield from self._done(plan[-ACTS:], self.act.stream)
        yield from self._opened()
        for stream in self._streams():
            yield from self._something_done(stream)

    def _streams(self) -> Sequence[UUID]:
        """The stream acted on, and those that the refusal or the act names."""
        named = [UUID(one) for one in self.refusal.facts if len(one) == 36]
        found = field_at(type(self.act.event), self.refusal.pointer or "")
        if found is not None and isinstance(found[1].marker, StreamRef):
            value = getattr(self.act.event, found[0].attribute, None)
            named += [value] if isinstance(value, UUID) else []
        return [one for one in dict.fromkeys((self.act.stream, *named)) if one in self.world.states]

    def _opened(self) -> Iterator[tuple[World, bool]]:
        """Worlds with one more stream of the kind that the field names at which the refusal points."""
        found = field_at(type(self.act.event), self.refusal.pointer or "")
        if found is None or not isinstance(found[1].marker, StreamRef) or found[1].marker.foreign:
            return
        for plan in self.templates.lives(found[1].marker.kind)[:LIVES]:
            for title in (None, *self.world.pack.titles) if _title_of(plan[0]) is not None else (None,):
                yield from list(self._done(plan[:ACTS], None, title))[-1:]

    def _something_done(self, stream: UUID) -> Iterator[tuple[World, bool]]:
        """Worlds in which somebody did something in a stream that they may do there."""
        world = self.world.unwatched()
        state = world.states[stream]
        choosing = Choosing(world, self.templates, Tally(), self.random, stream)
        for possible in choosing.possible(state.descriptor, state):
            act = self._lawful(world, possible.law, set(), stream)
            if act is not None:
                yield world, possible.law.event in BY_THE_NATION
                world = self.world.unwatched()

    def _done(
        self, plan: Sequence[type[Event]], stream: UUID | None, title: str | None = None
    ) -> Iterator[tuple[World, bool]]:
        """The world after each of these acts, in a stream or in one that the first of them opens for a title."""
        world, begun, persons, nation = self.world.unwatched(), self.world.day, set[UUID](), False
        at = stream or new_id(plan[0].about.type.partition(".")[0], self.random)
        for event_type in plan:
            law = KINDS[event_type.about.type.partition(".")[0]].laws.get(event_type)
            if law is None:
                continue
            act = self._lawful(world, law, persons, at, title)
            if act is None and (world.day - begun).days < DAYS[-1] - 8:
                world.passes(world.day + timedelta(days=8))
                act = self._lawful(world, law, persons, at, title)
            if act is not None:
                persons.add(act.who)
                at = act.stream
                nation = nation or event_type in BY_THE_NATION
                yield world, nation

    def _lawful(
        self, world: World, law: Law[Any, Any], persons: set[UUID], stream: UUID, title: str | None = None
    ) -> Act | None:
        """The act as it was stored, by one of so many persons; None where nobody may do it."""
        state = world.state(law.event.about.type.partition(".")[0], stream)
        mending = Mending(world, state, self.random)
        for told in self._filled_in(world, law, stream):
            asked = replace(told, event=_titled(told.event, title)) if law.opens and title is not None else told
            if len(persons | {asked.who}) > PERSONS:
                continue
            at = opened(state, law, asked.event) if state.version == 0 else stream
            act = mending.accepted(Act(asked.day, asked.who, at, asked.event))
            if act is not None:
                world.take(world.decided(act).entries)
                return act
        return None

    def _filled_in(self, world: World, law: Law[Any, Any], stream: UUID) -> Iterator[Act]:
        """An act by those entitled to it as the state stands, filled in as it was told, or as the law itself says."""
        choosing = Choosing(world, self.templates, Tally(), self.random, stream)
        state = world.state(law.event.about.type.partition(".")[0], stream)
        for about in self._subjects(law, state, world):
            for who in choosing.entitled(law, state, about, 2):
                for template in self._templates(law):
                    for renamed in _RENAMED if state.version == 0 else _RENAMED[:1]:
                        filling = Filling(world, state, self.random, renamed=renamed, faithful=law is not self.law)
                        event = filling.event(law, about, template)
                        if event is not None:
                            yield Act(world.day, who, stream, event)
                example = self._example(world, state, law, about, who)
                if example is not None:
                    yield Act(world.day, who, stream, example)

    def _subjects(self, law: Law[Any, Any], state: State, world: World) -> Sequence[Mapping[str, Any]]:
        """What the act is about: the very same where the refusal is of the state, else whatever it may be about."""
        if law.about is None:
            return (NOTHING,)
        offered: list[Mapping[str, Any]] = list(law.about.candidates(state, world.pack))
        if law is not self.law:
            return offered[:SUBJECTS]
        same = law.about.named_by(self.act.event)
        others = [one for one in offered if one != same] if self.refusal.pointer is not None else []
        return [same, *others][:SUBJECTS]

    def _example(
        self, world: World, state: State, law: Law[Any, Any], about: Mapping[str, Any], who: UUID
    ) -> Event | None:
        """The body that the law itself gives as lawful now."""
        actor = next(iter(world.posts(who, world.day)), None)
        if actor is None or law.event.about.decision is None:
            return None
        context = Context(world.states, packs=world.packs)
        found = Examples(Options(state, world.pack), actor, world.day, context).of(law, about)
        typed = found is not None and not any(getattr(value, "is_clear", False) for value in vars(found[1]).values())
        return found[1] if found is not None and typed else None

    def _templates(self, law: Law[Any, Any]) -> Sequence[Template | None]:
        """Told bodies, those first that say most of what the refusal speaks of; on the way to the act the fullest."""
        told = self.templates.of(law.event)
        chosen = self.random.sample(told, len(told))
        fullest = self.templates.fullest(law.event) if law is not self.law else None
        chosen += [fullest] if fullest is not None else []
        words = set(_WORD.findall(self.refusal.en))
        chosen.sort(key=lambda one: 0 if law is self.law else -one.filled_in)
        chosen.sort(key=lambda one: -len(words & _texts(one.body.values())))
        return chosen[:BODIES] or (None,)


def _title_of(event_type: type[Event]) -> str | None:
    """The field in which an event names a title of the pack."""
    markers = {one.attribute: one.shape.marker for one in fields_of(event_type)}
    return next((name for name, one in markers.items() if isinstance(one, PackRef) and one.table == "titles"), None)


def _titled(event: Event, title: str) -> Event:
    """The event for that title, where it names one."""
    name = _title_of(type(event))
    return event.model_copy(update={name: title}) if name is not None else event


def _texts(values: Iterable[Any]) -> set[str]:
    """The texts among values, and among the lists of them."""
    return {one for value in values for one in (value if isinstance(value, list) else (value,)) if isinstance(one, str)}


def _asked_at(world: World, act: Act) -> int:
    """How far the law came before it refused: 0 at whose act it is and how the state stands, 1 at what the event names,
    2 at what it says.
    """
    situation = world.decided(act).situation
    law = situation.state.descriptor.laws[type(act.event)] if situation is not None else None
    if situation is None or law is None:
        return 0
    state, context, pack = situation.state, situation.context, world.pack
    actor = best_post(state, act.event, situation.posts, act.day, pack, context)
    if actor is None:
        return 0
    event = propose(state, act.event, actor, act.day, pack, context)
    judged = act_of(law, event, actor, act.day, effective_on=act.effective_on, context=context)
    if refused_on_state(state, law, judged, pack):
        return 0
    return 1 if references_hold(state, judged, pack) else 2
