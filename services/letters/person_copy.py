"""The copy that a person gets of what is held of them: every entry with its personal data, and what they did (T-29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.envelope import CHINA, Entry, Event
from events.labels import label_of
from events.registry import EVENT_TYPES
from events.sentences import sentence
from projections.acts.queries import ActsOfType
from services.casework.pack import pack_of

DESTROYED = "已删除"


@dataclass(frozen=True, slots=True)
class PersonCopy:
    """What the paper says: `entries` by day and sentence with the person's own data below, `acts` by type with how
    many there were, from when to when.
    """

    number: int
    asked: str
    entries: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    acts: tuple[tuple[str, str, str], ...]
    dated: str


def copy_of(
    number: int,
    asked: str,
    entries: Iterable[tuple[Entry[Event], Mapping[str, str | None]]],
    acts: Sequence[ActsOfType],
    today: date,
) -> PersonCopy:
    """The copy for a request: its entries, each with its personal fields in clear text by their paths."""
    return PersonCopy(
        number, asked, tuple(_line(entry, clear) for entry, clear in entries), tuple(map(_act, acts)), _day(today)
    )


def _line(entry: Entry[Event], clear: Mapping[str, str | None]) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    own = tuple(
        (label_of(type(entry.event), path.partition("/")[0]).zh, DESTROYED if text is None else text)
        for path, text in clear.items()
    )
    return _day(entry.day), sentence(entry.event, "zh", pack_of(entry).label), own


def _act(done: ActsOfType) -> tuple[str, str, str]:
    first, last = (_day(moment.astimezone(CHINA).date()) for moment in (done.first, done.last))
    known = EVENT_TYPES.get(done.type)
    return known.about.zh if known is not None else done.type, str(done.number), f"{first}至{last}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
