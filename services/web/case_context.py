"""What a form shows next to its fields: the case that is visited or spoken on, or the signal that is assessed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.envelope import Entry, Event
from events.references import StateRef, references
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.signals import UnitSignalAssessed
from services.casework.pack import Pack
from services.casework.stream import State
from services.casework.unit.application import Case, current_step
from services.casework.unit.signals import Signal
from services.casework.unit.state import Unit
from services.web.case_sheet import Item, Stage, checklist, stages

_ON_A_CASE: Final = (UnitSiteVisited, UnitHouseOpined, UnitEvaluated, UnitReviewed)

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CaseContext:
    """A case: its checklist as the unit scored itself and visitors judged it, and what the houses say."""

    case: Case
    items: tuple[Item, ...]
    stages: tuple[Stage, ...]

    @property
    def judged(self) -> int:
        """The points that the last visitors gave, in all."""
        return sum(one.judged.score or 0 for one in self.items if one.judged is not None)


@dataclass(frozen=True, slots=True)
class SignalContext:
    """A signal in its present state, and the entries about it, the oldest first."""

    signal: Signal
    entries: tuple[Entry[Event], ...]


def context_of(state: State, event: type[Event], given: Given, pack: Pack) -> CaseContext | SignalContext | None:
    """What to show next to the form of that event; None for all forms that need nothing of the kind."""
    if not isinstance(state, Unit):
        return None
    if issubclass(event, _ON_A_CASE):
        return _case(state, _first(given, "title"), pack)
    if issubclass(event, UnitSignalAssessed):
        return _signal(state, _first(given, "signal"))
    return None


def own_scores(state: State, event: type[Event], given: Given, pack: Pack) -> Mapping[str, int]:
    """How the unit scored itself on each standard that a visit judges."""
    shown = context_of(state, event, given, pack) if issubclass(event, UnitSiteVisited) else None
    items = shown.items if isinstance(shown, CaseContext) else ()
    return {one.name: one.own.score for one in items if one.own is not None}


def _case(unit: Unit, title: str, pack: Pack) -> CaseContext | None:
    case = unit.application.cases.get(title or current_step(unit)[0] or "")
    return CaseContext(case, checklist(unit, case, pack), stages(unit, case)) if case is not None else None


def _signal(unit: Unit, name: str) -> SignalContext | None:
    waiting = [one for one in unit.signals.all.values() if one.in_question]
    signal = unit.signals.all.get(name) or (waiting[0] if len(waiting) == 1 else None)
    if signal is None:
        return None
    return SignalContext(signal, tuple(entry for entry in unit.entries if _tells_of(entry, signal)))


def _tells_of(entry: Entry[Event], signal: Signal) -> bool:
    """Whether it is the entry of the signal, that of its check, or one that names it."""
    if entry.version in (signal.version, signal.checked):
        return True
    return any(one.marker == StateRef("signals") and one.value == signal.id for one in references(entry.event))


def _first(given: Given, name: str) -> str:
    return next(iter(given.get(name, ())), "")
