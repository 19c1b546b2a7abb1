"""The acts as somebody may read them."""

from __future__ import annotations

from dataclasses import replace

from projections.acts import queries as acts
from projections.acts.lines import Line
from services.http import readers
from services.http.filters import ActsFilter
from services.http.readers import Reader


def seen_by(who: Reader, asked: ActsFilter) -> acts.Filter:
    """As the projection is asked for somebody: a unit reads the acts on it, a source its own. Raises Forbidden."""
    own = {"officer": who.holder} if who.uri is not None else {"unit": who.unit}
    readers.must_list(who, "source" if who.uri is not None else "unit", asked.place)
    return replace(asked.wanted, seen=readers.visible(who, **own))


def told(who: Reader, row: Line) -> Line:
    """An act as somebody may read it."""
    zh, en = readers.sentences(who, row.type, row.zh, row.en)
    return row._replace(zh=zh, en=en)
