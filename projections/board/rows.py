"""The board's row of a unit, read off the state by which acts on it are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.places import at_level
from events.words import Level, Standing
from projections.history import History, Lens, sentences
from services.casework.unit.application import current_step
from services.casework.judgement import obligations
from services.casework.unit.naming import standing
from services.casework.pack import Pack
from services.casework.unit.signals import watch
from services.casework.unit.state import Unit

_BEST_FIRST = (
    Standing.HELD, Standing.REVOCATION_PROPOSED, Standing.RESERVE, Standing.EXPIRED, Standing.REVOKED, Standing.NONE,
)  # fmt: skip
_RANK = {word: rank for rank, word in enumerate(_BEST_FIRST)}


class Row(NamedTuple):
    """Where a unit stands; columns are explained in table.sql."""

    unit: UUID
    kind: str | None
    sub_kind: str | None
    name: str
    code: str
    place: str
    prefecture: str | None
    ownership: str | None
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


def rows(history: History, lens: Lens) -> Iterator[Row]:
    """The one row of the unit."""
    unit, life, last = history.unit, history.unit.life, history.unit.entries[-1]
    best, title, titles = standings(unit, lens.pack)
    step_title, step = current_step(unit)
    owed = obligations(unit, lens.pack)
    zh, en = sentences(last.event, lens)
    yield Row(
        unit=unit.id,
        kind=life.kind.value if life.kind else None,
        sub_kind=life.sub_kind.value if life.sub_kind else None,
        name=life.name, code=life.code, place=life.place,
        prefecture=at_level(life.place, Level.PREFECTURE) if life.place else None,
        ownership=life.ownership.value if life.ownership else None,
        headcount=life.headcount, provisional=life.provisional, closed=life.closed,
        titles=titles, standing=best.value, title=title,
        step=step.value, step_title=step_title, step_since=_step_since(unit, step_title),
        watch=watch(unit, lens.pack).value,
        term_end=min((held.term_until for held in unit.naming.held.values()), default=None),
        open_signals=len(unit.signals.open),
        contact=unit.cultivation.contact,
        next_kind=owed[0].kind.value if owed else None, next_due=owed[0].due if owed else None,
        version=unit.version, position=history.position,
        last_type=last.event.about.type, last_zh=zh, last_en=en, last_on=last.effective_on,
        recorded_at=last.recorded_at,
    )  # fmt: skip


def standings(unit: Unit, pack: Pack) -> tuple[Standing, str | None, dict[str, Any]]:
    """The best standing, with which title (of two, that of the higher level), and every title's with its term."""
    naming = unit.naming
    names = sorted(naming.held.keys() | naming.gone.keys() | naming.reserve)
    if not names:
        return Standing.NONE, None, {}
    stands = {name: standing(unit, name) for name in names}
    shown: dict[str, Any] = {}
    for name, word in stands.items():
        term = naming.held.get(name) or (naming.gone[name][1] if name in naming.gone else None)
        shown[name] = {
            "standing": word.value,
            "term_from": term.term_from.isoformat() if term else None,
            "term_until": term.term_until.isoformat() if term else None,
        }

    def order(name: str) -> tuple[int, int]:
        level = pack.titles[name].level.rank if name in pack.titles else -1
        return _RANK[stands[name]], -level

    title = min(names, key=order)
    return stands[title], title, shown


def _step_since(unit: Unit, title: str | None) -> date | None:
    if title is not None and title in unit.application.cases:
        return unit.application.cases[title].since
    return unit.self_evaluation.day
