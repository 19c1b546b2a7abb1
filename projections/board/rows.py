"""The board's rows of a unit, read off the state by which acts on it are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.folding import folded
from events.places import at_level
from events.words import Level
from projections.days import spans
from projections.history import History, Lens, sentences
from projections.standings import best_standing, in_term, standings, turning
from services.casework.unit.application import current_step
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit


class Row(NamedTuple):
    """Where a unit stands; columns are explained in table.sql."""

    unit: UUID
    valid_from: date
    valid_until: date | None
    kind: str | None
    sub_kind: str | None
    name: str
    folded: str
    code: str
    place: str
    prefecture: str | None
    ownership: str | None
    industry: str | None
    headcount: int | None
    provisional: bool
    closed: bool
    titles: Mapping[str, Any]
    standing: str
    title: str | None
    step: str
    step_title: str | None
    step_since: date | None
    watch: str
    term_end: date | None
    open_signals: int
    contact: UUID | None
    next_kind: str | None
    next_due: date | None
    version: int
    position: int
    last_type: str
    last_zh: str
    last_en: str
    last_on: date
    recorded_at: datetime


class _Turning(NamedTuple):
    """What of a row reads differently on another day."""

    titles: Mapping[str, Any]
    standing: str
    title: str | None
    watch: str
    term_end: date | None


def rows(history: History[Unit], lens: Lens) -> Iterator[Row]:
    """The rows of the unit, one for each stretch of days on which it reads alike."""
    unit, life, last = history.state, history.state.life, history.state.entries[-1]
    step_title, step = current_step(unit)
    begun, owed = history.begun, history.owed(lens)
    zh, en = sentences(last, lens)

    def on(day: date) -> _Turning:
        return _turning(unit, day, lens)

    for valid_from, valid_until, reads in spans(begun, turning(unit, lens.packs), on):
        yield Row(
            unit=unit.id, valid_from=valid_from, valid_until=valid_until,
            kind=life.kind.value if life.kind else None,
            sub_kind=life.sub_kind.value if life.sub_kind else None,
            name=life.name, folded=folded(life.name), code=life.code, place=life.place,
            prefecture=at_level(life.place, Level.PREFECTURE) if life.place else None,
            ownership=life.ownership.value if life.ownership else None,
            industry=life.industry, headcount=life.headcount, provisional=life.provisional, closed=life.closed,
            titles=reads.titles, standing=reads.standing, title=reads.title,
            step=step.value, step_title=step_title, step_since=_step_since(unit, step_title),
            watch=reads.watch, term_end=reads.term_end,
            open_signals=len(unit.signals.open),
            contact=unit.cultivation.contact,
            next_kind=owed[0].kind.value if owed else None, next_due=owed[0].due if owed else None,
            version=unit.version, position=history.position,
            last_type=last.event.about.type, last_zh=zh, last_en=en, last_on=last.effective_on,
            recorded_at=last.recorded_at,
        )  # fmt: skip


def row_on(history: History[Unit], lens: Lens, day: date) -> Row:
    """The row as the unit reads on that day, or on its first one where the day lies before it."""
    found = list(rows(history, lens))
    return next((row for row in reversed(found) if row.valid_from <= day), found[0])


def _turning(unit: Unit, day: date, lens: Lens) -> _Turning:
    pack = lens.packs.on(day)
    best, title = best_standing(unit, day, pack)
    return _Turning(
        titles=standings(unit, day), standing=best.value, title=title, watch=watch(unit, pack).value,
        term_end=min((held.term_until for held in in_term(unit, day)), default=None),
    )  # fmt: skip


def _step_since(unit: Unit, title: str | None) -> date | None:
    if title is not None and title in unit.application.cases:
        return unit.application.cases[title].since
    return unit.self_evaluation.entered_on
