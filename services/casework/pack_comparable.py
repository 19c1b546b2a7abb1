"""What a province's titles and severities are beside those of other provinces, as `comparable.toml` writes it.

The nation counts and compares by these, whatever each province calls its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from events.words import ComparableTitle, Level, Word
from services.casework.pack_parts import Data, Severity, Title


class ComparableSeverity(Word):
    """How grave a signal is in every province; the order is that of gravity."""

    NOTE = "note", "提示", "note"
    MINOR = "minor", "轻微", "minor"
    MAJOR = "major", "重大", "major"
    GRAVE = "grave", "特别重大", "grave"

    @property
    def rank(self) -> int:
        """Its place in the order of gravity, from 0."""
        return list(ComparableSeverity).index(self)


SEVERITIES = (1, 2, 3, 4)

_NAMED_BY: Mapping[ComparableTitle, Level] = {
    ComparableTitle.NATIONAL: Level.NATION,
    ComparableTitle.PROVINCIAL: Level.PROVINCE,
    ComparableTitle.PREFECTURE: Level.PREFECTURE,
}
"""The level that at least gives a title of that worth."""


class Comparable(Data):
    """What each title and each severity of a pack is beside those of others; and of which worth a title is held on
    here when a unit is received from another province (T-28).
    """

    taken_in: tuple[ComparableTitle, ...] = (ComparableTitle.NATIONAL,)
    titles: dict[str, ComparableTitle]
    severities: dict[Severity, ComparableSeverity]


def problems_of_mapping(
    mapping: Comparable, titles: Mapping[str, Title], frozen_severity: int
) -> Iterator[tuple[str, str]]:
    """What of a pack the nation would lose, or see as something else than it is."""
    for name in titles:
        if name not in mapping.titles:
            yield f"comparable.titles.{name}", "is missing, so that the nation would lose the title"
    for name, worth in mapping.titles.items():
        title = titles.get(name)
        if title is None:
            yield f"comparable.titles.{name}", "there is no such title"
        elif title.named_by.rank < _NAMED_BY.get(worth, Level.COUNTY).rank:
            yield f"comparable.titles.{name}", f"is no {worth.en} title: the {title.named_by.en} names"
    yield from _problems_of_severities(mapping.severities, frozen_severity)


def _problems_of_severities(
    severities: Mapping[int, ComparableSeverity], frozen_severity: int
) -> Iterator[tuple[str, str]]:
    missing: Collection[int] = [one for one in SEVERITIES if one not in severities]
    for one in missing:
        yield f"comparable.severities.{one}", "is missing"
    if missing:
        return
    ranks = [severities[one].rank for one in SEVERITIES]
    if ranks != sorted(ranks):
        yield "comparable.severities", "fall, while the severities rise"
    if severities[frozen_severity].rank < ComparableSeverity.MAJOR.rank:
        yield f"comparable.severities.{frozen_severity}", "freezes a unit, and is at least major"
