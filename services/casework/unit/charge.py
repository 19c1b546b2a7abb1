"""Which level watches over a unit: its contact, its signals, its checks, its plaques (policy 五(五)3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.words import Level, Standing
from services.casework.law import Intent
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit.state import Unit

_IN_PROVINCE = tuple(level for level in Level if level.rank <= Level.PROVINCE.rank)


def charge_of(title: str, pack: Pack) -> Level:
    """The level that watches over who holds the title: the prefecture, or a lower level that gives it."""
    named_by = pack.titles[title].named_by if title in pack.titles else Level.PREFECTURE
    return min(named_by, Level.PREFECTURE, key=lambda level: level.rank)


def charge_over(unit: Unit, pack: Pack) -> Level:
    """The level that watches over the unit: the prefecture, or a lower one where every title that it holds or has
    applied for is given there.
    """
    closing = {title for title, (how, _) in unit.naming.gone.items() if how is Standing.ENDED_BY_CLOSING}
    titles = unit.naming.held.keys() | unit.application.cases.keys() | closing
    return max((charge_of(title, pack) for title in titles), key=lambda level: level.rank, default=Level.PREFECTURE)


def where_watched(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that watches over the unit, and those above it in the province."""
    lowest = charge_over(unit, pack).rank
    return frozenset(level for level in _IN_PROVINCE if level.rank >= lowest)


def where_watched_or_nation(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The levels that watch over the unit, the nation among them."""
    return where_watched(unit, act, pack) | {Level.NATION}


def where_title_is_watched(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that watches over who holds the title that the act is about, and those above it in the province."""
    lowest = charge_of(act.title or "", pack).rank
    return frozenset(level for level in _IN_PROVINCE if level.rank >= lowest)


def where_houses_speak(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """From the lowest level that evaluates or decides about the title; which of them it is, the matter says."""
    title = pack.titles.get(act.title or "")
    levels = (title.evaluated_by, title.named_by, title.revoked_by) if title is not None else ()
    lowest = min(level.rank for level in (*levels, Level.PREFECTURE))
    return frozenset(level for level in _IN_PROVINCE if level.rank >= lowest)
