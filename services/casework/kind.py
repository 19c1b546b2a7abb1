"""A kind of stream: its state, its chapters, and how entries fold into the one by the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Generic
from uuid import UUID

from events.envelope import Event
from events.registry import KINDS as VOCABULARY
from events.registry import StreamKind
from events.words import Level, ObligationKind
from services.casework.law import Chapter, Intent, Law, S
from services.casework.pack import Pack
from services.casework.record import common_chapter

Fold = Callable[[Any, Any], Any]


def _none(state: Any) -> None:
    return None


def _nobody_stands_in(state: Any, act: Intent, levels: frozenset[Level]) -> int | None:
    return None


@dataclass(frozen=True)
class Kind(Generic[S]):
    """One kind of stream, whole. Adding one is a folder of chapters, this descriptor, and its line in `kinds`.

    place    the place whose offices are in charge of it; None where no place is
    is_open  whether new acts may name it: it exists and was not closed
    label    what people call it, in `zh` or `en`
    key      the id that an opening event's natural key gives; None where the client chooses it
    own      the id of the one stream of the kind that a register of that place has
    unit     the unit whose agents may act on it
    choices  by name, the ids that an act on it may name (`StateRef` of the vocabulary)
    stands_in  the entry by which an actor does a step of another office, if there is one (T-03)
    by_time  what time itself brings about besides missed duties; `own_duties` are those it settles so
    """

    name: str
    state: type[S]
    chapters: tuple[Chapter[S], ...]
    place: Callable[[S], str | None]
    is_open: Callable[[S], bool]
    label: Callable[[S, str], str]
    key: Callable[[Any], UUID] | None = None
    own: Callable[[str], UUID] | None = None
    unit: Callable[[S], UUID | None] = _none
    stands_in: Callable[[S, Intent, frozenset[Level]], int | None] = _nobody_stands_in
    choices: Mapping[str, Callable[[S], Iterable[str]]] = field(default_factory=dict)
    by_time: Callable[[S, date, Pack], Iterator[Event]] | None = None
    own_duties: frozenset[ObligationKind] = frozenset()

    def __post_init__(self) -> None:
        self.state.descriptor = self

    @property
    def words(self) -> StreamKind:
        """What the vocabulary says of the kind: plural, labels."""
        return VOCABULARY[self.name]

    @cached_property
    def all_chapters(self) -> tuple[Chapter[Any], ...]:
        """Its own chapters, and the one that every kind has."""
        return (*self.chapters, common_chapter(self.name))

    @cached_property
    def laws(self) -> Mapping[type[Event], Law[S, Any]]:
        """The declaration of every type of event of the kind."""
        return {law.event: law for chapter in self.all_chapters for law in chapter.acts}

    @cached_property
    def decisions(self) -> Mapping[str, Law[S, Any]]:
        """The declarations of what somebody may decide, by its imperative."""
        return {law.event.about.decision: law for law in self.laws.values() if law.event.about.decision}

    @cached_property
    def folds(self) -> Mapping[type[Event], tuple[tuple[str | None, Fold], ...]]:
        """By type of event, the regions it changes and how; a region of None is the whole state."""
        table: dict[type[Event], list[tuple[str | None, Fold]]] = {}
        for chapter in self.all_chapters:
            for event_type, fold_region in chapter.folds.items():
                table.setdefault(event_type, []).append((chapter.region, fold_region))
        return {event_type: tuple(folds) for event_type, folds in table.items()}
