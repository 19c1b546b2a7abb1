"""A case as its reviewers read it: the checklist with its evidence, and what the houses say at each level. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from events.envelope import Entry, Event
from events.fields import Document, JudgedItem
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed
from events.unit.self_evaluation import StandardScore
from events.words import House, Level, Matter, Opinion, Recommendation
from services.casework.pack import Pack
from services.casework.pack_parts import Standard
from services.casework.unit.application import Case
from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Item:
    """A standard of the checklist: what the unit scored itself, what the last visitors judged, the papers beside it."""

    name: str
    standard: Standard
    own: StandardScore | None
    judged: JudgedItem | None
    judged_on: date | None

    @property
    def papers(self) -> tuple[Document, ...]:
        """The unit's evidence for it."""
        return self.own.evidence if self.own is not None else ()


@dataclass(frozen=True, slots=True)
class Word:
    """A house's opinion: what it says, when, why, and in which entry."""

    version: int
    day: date
    opinion: Opinion
    reason: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A level that speaks in the case: its houses' opinions, and what it came to."""

    level: Level
    words: Mapping[House, Word]
    outcome: Recommendation | None
    score: int | None
    decided_on: date | None


def checklist(unit: Unit, case: Case, pack: Pack) -> tuple[Item, ...]:
    """The standards of the unit's report, in the order of the checklist; none where there is no report."""
    report = unit.self_evaluation.whole
    chosen = pack.standard_sets.get(report.standard_set) if report is not None else None
    if report is None or chosen is None:
        return ()
    own = {one.standard: one for one in report.items}
    judged = {
        one.standard: (one, visit.on) for visit in unit.evaluation.visits.get(case.title, ()) for one in visit.items
    }
    return tuple(
        Item(name, standard, own.get(name), *judged.get(name, (None, None)))
        for name, standard in chosen.standards.items()
    )


def stages(unit: Unit, case: Case) -> tuple[Stage, ...]:
    """The levels that have spoken in the case or have it now, from the lowest."""
    decided = {event.level: (event, entry) for entry, event in _decided(unit, case)}
    spoken = {level for matter, title, level, _ in unit.evaluation.opinions if _of_the_case(matter, title, case)}
    return tuple(
        _stage(unit, case, level, *decided.get(level, (None, None)))
        for level in Level
        if level in spoken or level in decided or level is case.level
    )


def _stage(
    unit: Unit, case: Case, level: Level, event: UnitEvaluated | UnitReviewed | None, entry: Entry[Event] | None
) -> Stage:
    given = unit.evaluation.given(Matter.APPLICATION, case.title, level)
    words = {house: _word(unit, one.version) for house, one in given.items()}
    score = event.score if isinstance(event, UnitEvaluated) else None
    return Stage(level, words, event.outcome if event else None, score, entry.day if entry else None)


def _word(unit: Unit, version: int) -> Word:
    entry = unit.entries[version - 1]
    assert isinstance(entry.event, UnitHouseOpined)  # noqa: S101 (opinions are of such entries)
    return Word(version, entry.day, entry.event.opinion, entry.event.reason)


def _decided(unit: Unit, case: Case) -> Iterator[tuple[Entry[Event], UnitEvaluated | UnitReviewed]]:
    """The evaluations and reviews of the case that stand, the last of a level last."""
    for entry in unit.entries[case.opened - 1 :]:
        event = entry.event
        if (
            isinstance(event, UnitEvaluated | UnitReviewed)
            and event.title == case.title
            and entry.version not in unit.voided
        ):
            yield entry, event


def _of_the_case(matter: Matter, title: str, case: Case) -> bool:
    return matter is Matter.APPLICATION and title == case.title
