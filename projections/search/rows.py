"""The words by which a unit is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from events.folding import folded
from projections.days import spans
from projections.history import History, Lens
from projections.standings import best_standing, turning
from services.casework.unit.state import Unit

_NAMES_REMEMBERED = 20_000


class Row(NamedTuple):
    """A unit as it is searched for; columns are explained in table.sql."""

    unit: UUID
    valid_from: date
    valid_until: date | None
    kind: str | None
    name: str
    folded: str
    code: str
    place: str
    pinyin: str
    initials: str
    standing: str
    closed: bool
    plaques: list[str]


@lru_cache(_NAMES_REMEMBERED)
def spelled(name: str) -> tuple[str, str]:
    """A name in pinyin, and the initials of its syllables: letters and digits only, in lower case."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 (a third of the start of every process that never spells)

    syllables = ("".join(filter(str.isalnum, syllable.lower())) for syllable in lazy_pinyin(name))
    heard = [syllable for syllable in syllables if syllable]
    return "".join(heard), "".join(syllable[0] for syllable in heard)


def rows(history: History[Unit], lens: Lens) -> Iterator[Row]:
    """The rows of the unit, one for each stretch of days on which its standing is the same."""
    unit, life = history.state, history.state.life
    pinyin, initials = spelled(life.name)

    def on(day: date) -> str:
        return best_standing(unit, day, lens.packs.on(day))[0].value

    for valid_from, valid_until, standing in spans(history.begun, turning(unit, lens.packs), on):
        yield Row(
            unit=unit.id, valid_from=valid_from, valid_until=valid_until, kind=life.kind.value if life.kind else None,
            name=life.name, folded=folded(life.name), code=folded(life.code), place=life.place,
            pinyin=pinyin, initials=initials, standing=standing, closed=life.closed,
            plaques=list(unit.naming.plaques),
        )  # fmt: skip
