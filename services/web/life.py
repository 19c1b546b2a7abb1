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
from services.casework.pack import Pack
from services.casework.unit.state import Unit

WIDTH = 1000
Place = Callable[[date], float]
"""Where a day lies in the picture."""

_APPLIED, _HELD, _SIGNAL, _CHECK, _LOST = "#9db4d3", "#1c6b3c", "#c98500", "#1d4f91", "#a3201b"

_CASE = ("申报", "Application")


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time, in the picture's units; what it says in Chinese and in English."""

    x: float
    width: float
    fill: str
    says: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Dot:
    """A moment; signals lie below the bars, all else above."""

    x: float
    y: int
    fill: str
    says: tuple[str, str]


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


def bars_and_dots(unit: Unit, today: date, pack: Pack) -> tuple[list[Bar], list[Dot]]:
    """The picture of the entries that a view counts, from the first to today."""
    if not unit.entries:
        return [], []
    first = unit.entries[0].day
    span = max((today - first).days, 1)

    def at(day: date) -> float:
        return round(WIDTH * min(max((day - first).days / span, 0.0), 1.0), 1)

    counted = [entry for entry in unit.entries if entry.version not in unit.voided]
    return [*_cases(counted, at), *_terms(unit, at, today, pack)], _dots(counted, at)


def _cases(entries: Sequence[Entry[Event]], at: Place) -> Iterator[Bar]:
    opened: dict[str, date] = {}
    for entry in entries:
        title = getattr(entry.event, "title", None) or ""
        if isinstance(entry.event, UnitApplied):
            opened[title] = entry.day
        elif isinstance(entry.event, UnitNamed | UnitNamingRefused) and title in opened:
            begun = opened.pop(title)
            yield Bar(at(begun), at(entry.day) - at(begun), _APPLIED, _stretch(_CASE, begun, entry.day))
    for begun in opened.values():
        yield Bar(at(begun), WIDTH - at(begun), _APPLIED, _stretch(_CASE, begun))


def _dots(entries: Sequence[Entry[Event]], at: Place) -> list[Dot]:
    dots: list[Dot] = []
    for entry in entries:
        match entry.event:
            case UnitSignalRecorded():
                category = entry.event.category
                dots.append(Dot(at(entry.day), 44, _SIGNAL, _moment(entry, (category.zh, category.en))))
            case UnitCheckConducted():
                dots.append(Dot(at(entry.day), 7, _CHECK, _moment(entry, ("核查", "check"))))
            case UnitRevocationProposed() | UnitRevoked() | UnitTermExpired():
                about = entry.event.about
                dots.append(Dot(at(entry.day), 7, _LOST, _moment(entry, (about.zh, about.en))))
    return dots


def _terms(unit: Unit, at: Place, today: date, pack: Pack) -> list[Bar]:
    ended = {
        entry.event.title: entry.day for entry in unit.entries if isinstance(entry.event, UnitRevoked | UnitTermExpired)
    }
    known = [*unit.naming.held.values(), *(held for _, held in unit.naming.gone.values())]
    bars = []
    for held in known:
        until = min(ended.get(held.title, held.term_until), today)
        x = at(held.term_from)
        title = (pack.label(held.title, "zh"), pack.label(held.title, "en"))
        bars.append(Bar(x, max(at(until) - x, 2.0), _HELD, _stretch(title, held.term_from, held.term_until)))
    return bars


def _stretch(what: tuple[str, str], begun: date, until: date | None = None) -> tuple[str, str]:
    zh, en = (f"{name} {begun} – {until or ''}".rstrip() for name in what)
    return zh, en


def _moment(entry: Entry[Event], what: tuple[str, str]) -> tuple[str, str]:
    zh, en = (f"v{entry.version} {entry.day} {name}" for name in what)
    return zh, en
