"""A unit: the regions of all chapters, folded from its one stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from itertools import chain
from types import ModuleType
from typing import Any, Protocol, overload
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.record import UnitEntryVoided
from services.casework import (
    application,
    checks,
    cultivation,
    evaluation,
    incentives,
    naming,
    publicity,
    record,
    registration,
    revocation,
    self_evaluation,
    signals,
)

Entries = Sequence[Entry[Event]]


class History(Protocol):
    """The entries of a unit in their order; whatever holds them can be appended to with `+`."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Entry[Event]]: ...
    def __reversed__(self) -> Iterator[Entry[Event]]: ...
    @overload
    def __getitem__(self, index: int, /) -> Entry[Event]: ...
    @overload
    def __getitem__(self, index: slice, /) -> Entries: ...
    def __add__(self, new: tuple[Entry[Event], ...], /) -> History: ...


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything that is so of a unit after `version` events; `entries` are those events."""

    id: UUID
    version: int = 0
    life: registration.Registration = field(default_factory=registration.Registration)
    cultivation: cultivation.Cultivation = field(default_factory=cultivation.Cultivation)
    self_evaluation: self_evaluation.SelfEvaluation = field(default_factory=self_evaluation.SelfEvaluation)
    application: application.Applications = field(default_factory=application.Applications)
    evaluation: evaluation.Evaluation = field(default_factory=evaluation.Evaluation)
    publicity: publicity.Publicity = field(default_factory=publicity.Publicity)
    naming: naming.Naming = field(default_factory=naming.Naming)
    incentives: incentives.Incentives = field(default_factory=incentives.Incentives)
    signals: signals.Signals = field(default_factory=signals.Signals)
    checks: checks.Checks = field(default_factory=checks.Checks)
    revocation: revocation.Revocations = field(default_factory=revocation.Revocations)
    record: record.Record = field(default_factory=record.Record)
    voided: frozenset[int] = frozenset()
    entries: History = field(default=(), repr=False)


CHAPTERS: dict[str, ModuleType] = {
    "life": registration,
    "cultivation": cultivation,
    "self_evaluation": self_evaluation,
    "application": application,
    "evaluation": evaluation,
    "publicity": publicity,
    "naming": naming,
    "incentives": incentives,
    "signals": signals,
    "checks": checks,
    "revocation": revocation,
    "record": record,
}
"""The regions of the state by name, in the order of a unit's life."""

_Fold = Callable[[Any, Any], Any]


def _folds() -> dict[type[Event], tuple[tuple[str, _Fold], ...]]:
    table: dict[type[Event], list[tuple[str, _Fold]]] = {}
    for name, chapter in CHAPTERS.items():
        for event_type, fold_region in chapter.FOLD.items():
            table.setdefault(event_type, []).append((name, fold_region))
    return {event_type: tuple(folds) for event_type, folds in table.items()}


_FOLDS = _folds()
_REGIONS = tuple(f.name for f in fields(Unit) if f.name in CHAPTERS)
_NOTHING = Unit(UUID(int=0))
_FRESH = {name: getattr(_NOTHING, name) for name in _REGIONS}


def fold(stream: UUID, entries: Iterable[Entry[Event]]) -> Unit:
    """The unit after these entries of its stream, in their order; voided ones are skipped."""
    history = tuple(entries)
    voided = frozenset(entry.event.version for entry in history if type(entry.event) is UnitEntryVoided)
    regions = dict(_FRESH)
    for entry in history:
        folds = _FOLDS.get(type(entry.event))
        if folds is not None and (not voided or entry.version not in voided):
            for name, fold_region in folds:
                regions[name] = fold_region(regions[name], entry)
    version = history[-1].version if history else 0
    return Unit(id=stream, version=version, voided=voided, entries=history, **regions)


def advance(unit: Unit, new: Entries) -> Unit:
    """The unit after some more entries; a voiding among them folds the whole history anew."""
    if any(type(entry.event) is UnitEntryVoided for entry in new):
        return fold(unit.id, chain(unit.entries, new))
    regions: dict[str, Any] = {name: getattr(unit, name) for name in _REGIONS}
    for entry in new:
        for name, fold_region in _FOLDS.get(type(entry.event), ()):
            regions[name] = fold_region(regions[name], entry)
    version = new[-1].version if new else unit.version
    return Unit(id=unit.id, version=version, voided=unit.voided, entries=unit.entries + tuple(new), **regions)


def as_of(
    entries: Iterable[Entry[Event]],
    *,
    version: int | None = None,
    on: date | None = None,
    known: datetime | None = None,
) -> tuple[Entry[Event], ...]:
    """The entries that count in a view of the past: up to a version, true on a day, known at a moment.

    Each may be left out; together all hold. The order is always that of deciding.
    """
    return tuple(
        entry
        for entry in entries
        if (version is None or entry.version <= version)
        and (on is None or entry.effective_on <= on)
        and (known is None or entry.recorded_at <= known)
    )
