"""The lines of a dossier's timeline, newest first, from the entries that a view counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import orjson

from events.record import EntryCorrected, EntryVoided
from events.registry import CHAPTER_OF, encode
from events.sealed import masked
from events.sentences import sentence
from services.casework.pack import pack_of
from services.casework.stream import State
from services.http.readers import Reader, shown


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a reader sees it."""

    version: int
    day: date
    effective_on: date
    chapter: str
    zh: str
    en: str
    post: str
    house: str | None
    rule: str
    clause: str
    voided_by: int | None
    corrected_by: int | None
    raw: str


def timeline(state: State, who: Reader) -> list[Line]:
    """All entries of a view of a stream as somebody may read them, newest first; with what voided or corrected them."""
    voidings = {entry.event.version: entry.version for entry in state.entries if isinstance(entry.event, EntryVoided)}
    corrections = {e.event.version: e.version for e in state.entries if isinstance(e.event, EntryCorrected)}
    return [
        Line(
            version=entry.version,
            day=entry.day,
            effective_on=entry.effective_on,
            chapter=CHAPTER_OF[type(entry.event)].value if type(entry.event) in CHAPTER_OF else "record",
            zh=sentence(entry.event, "zh", pack_of(entry).label),
            en=sentence(entry.event, "en", pack_of(entry).label),
            post=entry.actor.post,
            house=entry.actor.house,
            rule=entry.authority.rule if entry.authority else "",
            clause=entry.authority.clause if entry.authority else "",
            voided_by=voidings.get(entry.version),
            corrected_by=corrections.get(entry.version),
            raw=orjson.dumps(masked(orjson.loads(encode(entry)))).decode(),
        )
        for entry in (shown(who, one) for one in reversed(state.entries))
    ]
