"""A unit's life as a picture: bars for cases and terms, dots for signals, checks and what cost the name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from events.envelope import Entry, Event
from events.unit.application import UnitApplied
from events.unit.checks import UnitCheckConducted
from events.unit.naming import UnitNamed, UnitNamingRefused, UnitTermExpired
from events.unit.revocation import UnitRevocationProposed, UnitRevoked
from events.unit.signals import UnitSignalRecorded
from services.casework.unit.state import Unit

WIDTH = 1000
Place = Callable[[date], float]
"""Where a day lies in the picture."""

_APPLIED, _HELD, _SIGNAL, _CHECK, _LOST = "#9db4d3", "#1c6b3c", "#c98500", "#1d4f91", "#a3201b"


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time, in the picture's units."""

    x: float
    width: float
    fill: str
    says: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A moment; signals lie below the bars, all else above."""

    x: float
    y: int
    fill: str
    says: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A day of the axis, with how it is called."""

    x: float
    says: str


MOST_TICKS = 12
"""Marks of the axis at most: months where they fit, else quarters, else years."""


def ticks(unit: Unit, today: date) -> list[Tick]:
    """The axis under the picture: the first days of months, quarters or years between its ends."""
    if not unit.entries:
        return []
    first = unit.entries[0].day
    span = max((today - first).days, 1)
    months = [
        date(year, month, 1)
        for year in range(first.year, today.year + 1)
        for month in range(1, 13)
        if first < date(year, month, 1) <= today
    ]
    steps = (1, 3, 12)
    chosen = next(
        (found for step in steps if len(found := [day for day in months if (day.month - 1) % step == 0]) <= MOST_TICKS),
        [day for day in months if day.month == 1],
    )
    return [
        Tick(round(WIDTH * (day - first).days / span, 1), str(day.year) if day.month == 1 else f"{day:%Y-%m}")
        for day in chosen
    ]


def bars_and_dots(unit: Unit, today: date) -> tuple[list[Bar], list[Dot]]:
    """The picture of the entries that a view counts, from the first to today."""
    if not unit.entries:
        return [], []
    first = unit.entries[0].day
    span = max((today - first).days, 1)

    def at(day: date) -> float:
        return round(WIDTH * min(max((day - first).days / span, 0.0), 1.0), 1)

    counted = [entry for entry in unit.entries if entry.version not in unit.voided]
    return [*_cases(counted, at), *_terms(unit, at, today)], _dots(counted, at)


def _cases(entries: Sequence[Entry[Event]], at: Place) -> Iterator[Bar]:
    opened: dict[str, date] = {}
    for entry in entries:
        title = getattr(entry.event, "title", None) or ""
        if isinstance(entry.event, UnitApplied):
            opened[title] = entry.day
        elif isinstance(entry.event, UnitNamed | UnitNamingRefused) and title in opened:
            begun = opened.pop(title)
            yield Bar(at(begun), at(entry.day) - at(begun), _APPLIED, f"申报 {begun} – {entry.day}")
    for begun in opened.values():
        yield Bar(at(begun), WIDTH - at(begun), _APPLIED, f"申报 {begun} –")


def _dots(entries: Sequence[Entry[Event]], at: Place) -> list[Dot]:
    dots: list[Dot] = []
    for entry in entries:
        match entry.event:
            case UnitSignalRecorded():
                dots.append(Dot(at(entry.day), 44, _SIGNAL, f"v{entry.version} {entry.day} {entry.event.category.zh}"))
            case UnitCheckConducted():
                dots.append(Dot(at(entry.day), 7, _CHECK, f"v{entry.version} {entry.day} 核查"))
            case UnitRevocationProposed() | UnitRevoked() | UnitTermExpired():
                dots.append(Dot(at(entry.day), 7, _LOST, f"v{entry.version} {entry.day} {entry.event.about.zh}"))
    return dots


def _terms(unit: Unit, at: Place, today: date) -> list[Bar]:
    ended = {
        entry.event.title: entry.day for entry in unit.entries if isinstance(entry.event, UnitRevoked | UnitTermExpired)
    }
    known = [*unit.naming.held.values(), *(held for _, held in unit.naming.gone.values())]
    bars = []
    for held in known:
        until = min(ended.get(held.title, held.term_until), today)
        x = at(held.term_from)
        bars.append(Bar(x, max(at(until) - x, 2.0), _HELD, f"{held.title} {held.term_from} – {held.term_until}"))
    return bars
