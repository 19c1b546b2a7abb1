"""The closed list of projections: what each is called, which version of it this program makes, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from operator import attrgetter
from types import MappingProxyType
from typing import Any
from zlib import crc32

from events import words
from events.registry import EVENT_TYPES
from projections.acts import lines as acts
from projections.board import rows as board
from projections.crosscheck import rows as crosscheck
from projections.deadlines import rows as deadlines
from projections.history import Happening, History, Lens
from projections.inspection import rows as inspection
from projections.search import rows as search
from projections.signals import rows as signals
from projections.streams import rows as streams
from services.casework.kind import Kind
from services.casework.kinds import KINDS

Row = tuple[Any, ...]
"""A row in the order of the projection's columns."""


EVERY_KIND = tuple(KINDS)
MadeOf = Callable[[History[Any]], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Projection:
    """One projection: either a view of a stream (`rows`) or a line an event (`lines`), never both.

    `version` goes up whenever the same events make other rows: the projector then rebuilds it.
    `kinds` are the kinds of streams that it shows. `stream` is the column that names the stream, `key` the
    columns that tell rows apart. `made_of` gives what of a history its rows are made of, where that is not all
    of it (nor its last event).
    """

    name: str
    version: int
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: Callable[[History[Any], Lens], Iterable[Row]] | None = None
    lines: Callable[[Happening], Iterable[Row]] | None = None
    kinds: tuple[str, ...] = ("unit",)
    stream: str = "unit"
    json: str | None = None
    needs_deadlines: bool = False
    made_of: MadeOf | None = None

    def shows(self, kind: Kind[Any]) -> bool:
        """Whether it shows streams of that kind."""
        return kind.name in self.kinds

    @property
    def table_sql(self) -> str:
        """The table, its name to be filled in as `{table}`."""
        return (files("projections") / self.name / "table.sql").read_text("utf-8")

    @property
    def indexes_sql(self) -> str:
        """The key and the indexes of the table, made once it is full."""
        return (files("projections") / self.name / "indexes.sql").read_text("utf-8")

    @property
    def national_indexes_sql(self) -> str:
        """The same where the rows of many provinces are in one table."""
        return (files("projections") / self.name / "national.sql").read_text("utf-8")


def _regions(*names: str) -> MadeOf:
    """The regions of a unit's state of these names, two at least."""
    regions: Callable[[Any], tuple[object, ...]] = attrgetter(*names)
    return lambda history: regions(history.state)


def _duties(history: History[Any]) -> tuple[object, ...]:
    return history.deadlines, history.label, history.place


def _wording() -> int:
    """Changes with the wording of sentences and labels: the rows that show them are then rebuilt.

    The same in every process, whatever else it has imported: what it differs in would be rebuilt again and again.
    """
    said = [(e.about.zh, e.about.en, e.about.says_zh, e.about.says_en) for e in EVENT_TYPES.values()]
    groups = [group for group in vars(words).values() if isinstance(group, type) and issubclass(group, words.Word)]
    labels = [(word.zh, word.en) for group in groups for word in group]
    maker = (files("events") / "sentences.py").read_bytes()
    return crc32(repr((said, labels, maker)).encode()) >> 8


WORDING = _wording() << 6
"""Beside a projection's own version, in the bits above it."""

BOARD = Projection("board", WORDING + 9, board.Row._fields, ("unit", "valid_from"), rows=board.rows, json="titles")
ACTS = Projection(
    "acts",
    WORDING + 5,
    acts.Line._fields,
    ("stream", "version"),
    lines=acts.lines,
    kinds=EVERY_KIND,
    stream="stream",
)
STREAMS = Projection(
    "streams", 5, streams.Row._fields, ("stream",), rows=streams.rows, kinds=EVERY_KIND, stream="stream"
)
DEADLINES = Projection(
    "deadlines",
    5,
    deadlines.Row._fields,
    ("stream", "key", "since"),
    rows=deadlines.rows,
    kinds=EVERY_KIND,
    stream="stream",
    needs_deadlines=True,
    made_of=_duties,
)
SIGNALS = Projection(
    "signals",
    4,
    signals.Row._fields,
    ("unit", "signal", "valid_from"),
    rows=signals.rows,
    made_of=_regions("life", "signals", "checks", "naming", "revocation"),
)
SEARCH = Projection(
    "search",
    3,
    search.Row._fields,
    ("unit", "valid_from"),
    rows=search.rows,
    made_of=_regions("life", "naming", "revocation"),
)

INSPECTION = Projection(
    "inspection",
    WORDING + 1,
    inspection.Row._fields,
    ("unit",),
    rows=inspection.rows,
    json="grants",
    made_of=_regions("life", "incentives"),
)

CROSSCHECK = Projection(
    "crosscheck",
    5,
    crosscheck.Row._fields,
    ("unit", "valid_from"),
    rows=crosscheck.rows,
    made_of=_regions("life", "application", "signals", "checks", "naming", "revocation", "handover", "common"),
)
"""Kept by the nation only."""

CATALOGUE: Mapping[str, Projection] = MappingProxyType(
    {one.name: one for one in (BOARD, ACTS, STREAMS, DEADLINES, SIGNALS, SEARCH, INSPECTION)}
)
"""Every projection by its name."""
