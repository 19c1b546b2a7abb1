"""The lines of a dossier's timeline, newest first, from the entries that a view counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Final

import orjson

from events.envelope import Actor, Entry, Event
from events.record import EntryCorrected, EntryVoided
from events.references import EntryRef, references
from events.registry import CHAPTER_OF, encode
from events.sealed import masked
from events.sentences import Labels, sentence
from services.casework.pack import pack_of
from services.casework.stream import State
from services.http.readers import Reader, shown
from services.web.names import Names, labels_of

MOST_LINES: Final = 150
"""Entries of a stream on a page; those before them stand on the page of the stream as it was then."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a reader sees it; `rests_on` and `led_to` are the versions that it names and that name it."""

    version: int
    day: date
    recorded_at: datetime
    effective_on: date
    chapter: str
    actor: Actor
    rule: str
    clause: str
    rests_on: tuple[int, ...]
    led_to: tuple[int, ...]
    voided_by: int | None
    corrected_by: int | None
    entry: Entry[Event]
    labels: Labels

    def says(self, language: str) -> str:
        """The entry as a sentence."""
        return sentence(self.entry.event, language, self.labels)

    @property
    def raw(self) -> str:
        """The entry as it is stored, with personal data masked."""
        return orjson.dumps(masked(orjson.loads(encode(self.entry)))).decode()


def timeline(state: State, who: Reader, names: Names) -> list[Line]:
    """The entries of a view of a stream as somebody may read them, newest first, so many as a page shows; with
    what voided or corrected them.
    """
    entries = tuple(state.entries)
    voidings = {one.event.version: one.version for one in entries if isinstance(one.event, EntryVoided)}
    corrections = {one.event.version: one.version for one in entries if isinstance(one.event, EntryCorrected)}
    named = {one.version: _named(one) for one in entries}
    led_to: dict[int, list[int]] = {}
    for version, causes in named.items():
        for cause in causes:
            led_to.setdefault(cause, []).append(version)
    return [
        replace(
            _line(shown(who, one), names),
            rests_on=named[one.version],
            led_to=tuple(led_to.get(one.version, ())),
            voided_by=voidings.get(one.version),
            corrected_by=corrections.get(one.version),
        )
        for one in islice(reversed(entries), MOST_LINES)
    ]


def _named(entry: Entry[Event]) -> tuple[int, ...]:
    """The earlier entries that an entry names."""
    found = (one.value for one in references(entry.event) if isinstance(one.marker, EntryRef))
    return tuple(dict.fromkeys(value for value in found if isinstance(value, int)))


def _line(entry: Entry[Event], names: Names) -> Line:
    """An entry by itself."""
    authority = entry.authority
    return Line(
        version=entry.version,
        day=entry.day,
        recorded_at=entry.recorded_at,
        effective_on=entry.effective_on,
        chapter=CHAPTER_OF[type(entry.event)].value if type(entry.event) in CHAPTER_OF else "record",
        actor=entry.actor,
        rule=authority.rule if authority else "",
        clause=authority.clause if authority else "",
        rests_on=(),
        led_to=(),
        voided_by=None,
        corrected_by=None,
        entry=entry,
        labels=labels_of(names, pack_of(entry)),
    )
