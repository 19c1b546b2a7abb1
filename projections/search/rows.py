"""The words by which a unit is found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from projections.board.rows import standings
from projections.history import History, Lens

_NAMES_REMEMBERED = 20_000


class Row(NamedTuple):
    """A unit as it is searched for; columns are explained in table.sql."""

    unit: UUID
    kind: str | None
    name: str
    code: str
    place: str
    pinyin: str
    initials: str
    standing: str
    closed: bool


@lru_cache(_NAMES_REMEMBERED)
def spelled(name: str) -> tuple[str, str]:
    """A name in pinyin, and the initials of its syllables: letters and digits only, in lower case."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 (a third of the start of every process that never spells)

    syllables = ("".join(filter(str.isalnum, syllable.lower())) for syllable in lazy_pinyin(name))
    heard = [syllable for syllable in syllables if syllable]
    return "".join(heard), "".join(syllable[0] for syllable in heard)


def rows(history: History, lens: Lens) -> Iterator[Row]:
    """The one row of the unit."""
    life = history.unit.life
    pinyin, initials = spelled(life.name)
    best, _, _ = standings(history.unit, lens.pack)
    yield Row(
        unit=history.unit.id, kind=life.kind.value if life.kind else None,
        name=life.name.lower(), code=life.code.lower(), place=life.place,
        pinyin=pinyin, initials=initials, standing=best.value, closed=life.closed,
    )  # fmt: skip
