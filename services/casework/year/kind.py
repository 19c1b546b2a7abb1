"""The kind `year`: a place's year, what is owed and done in it, and what follows from it (policy 五, 六)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from events.envelope import Event
from services.casework.called import place_called
from services.casework.kind import Kind
from services.casework.pack import Pack
from services.casework.year.accounts import ACCOUNTS, ends
from services.casework.year.lapses import LAPSES, finds_lapses
from services.casework.year.reports import REPORTS
from services.casework.year.state import Year, year_stream
from services.casework.year.work import WORK


def by_time(year: Year, day: date, pack: Pack) -> Iterator[Event]:
    """A year ends with its last day, and what it missed is a lapse."""
    yield from ends(year, day, pack)
    yield from finds_lapses(year, day, pack)


YEAR = Kind(
    "year",
    Year,
    (ACCOUNTS, WORK, LAPSES, REPORTS),
    place=lambda year: year.place or None,
    is_open=lambda year: year.version > 0,
    label=lambda year, language: f"{place_called(year.place, language)} {year.year}",
    key=lambda event: year_stream(event.place, event.year),
    choices={"findings": lambda year: year.findings},
    by_time=by_time,
)
