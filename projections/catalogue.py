"""The closed list of projections: what each is called, which version of it this program makes, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from zlib import crc32

from events.registry import EVENT_TYPES
from events.words import Word
from projections.acts import lines as acts
from projections.board import rows as board
from projections.crosscheck import rows as crosscheck
from projections.deadlines import rows as deadlines
from projections.dossier import lines as dossier
from projections.history import Happening, History, Lens
from projections.search import rows as search
from projections.signals import rows as signals

Row = tuple[Any, ...]
"""A row in the order of the projection's columns."""


@dataclass(frozen=True, slots=True)
class Projection:
    """One projection: either a view of a unit (`rows`) or a line an event (`lines`), never both.

    `version` goes up whenever the same events make other rows: the projector then rebuilds it.
    `regions` names what of a unit's state its rows are made of, where that is not all of it (nor its last event).
    `unit` is the column that names the stream, `key` the columns that tell rows apart.
    """

    name: str
    version: int
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: Callable[[History, Lens], Iterable[Row]] | None = None
    lines: Callable[[Happening], Iterable[Row]] | None = None
    unit: str = "unit"
    json: str | None = None
    needs_deadlines: bool = False
    regions: tuple[str, ...] | None = None

    def changed(self, before: History, after: History) -> bool:
        """Whether the rows of a unit may differ: no event leaves a region as it was without leaving the very object."""
        if self.regions is None:
            return True
        return (self.needs_deadlines and before.deadlines is not after.deadlines) or any(
            getattr(before.unit, region) is not getattr(after.unit, region) for region in self.regions
        )

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


def _wording() -> int:
    """Changes with the wording of sentences and labels: the rows that show them are then made anew."""
    said = [(e.about.zh, e.about.en, e.about.says_zh, e.about.says_en) for e in EVENT_TYPES.values()]
    labels = [(word.zh, word.en) for group in Word.__subclasses__() for word in group]
    maker = (files("events") / "sentences.py").read_bytes()
    return crc32(repr((said, labels, maker)).encode()) >> 8


WORDING = _wording() << 6
"""Beside a projection's own version, in the bits above it."""

BOARD = Projection("board", WORDING + 1, board.Row._fields, ("unit",), rows=board.rows, json="titles")
DOSSIER = Projection(
    "dossier", WORDING + 1, dossier.Line._fields, ("unit", "version"), lines=dossier.lines, json="event"
)
ACTS = Projection("acts", WORDING + 1, acts.Line._fields, ("stream", "version"), lines=acts.lines, unit="stream")
DEADLINES = Projection(
    "deadlines",
    1,
    deadlines.Row._fields,
    ("unit", "key", "since"),
    rows=deadlines.rows,
    needs_deadlines=True,
    regions=("life",),
)
SIGNALS = Projection(
    "signals",
    3,
    signals.Row._fields,
    ("unit", "signal"),
    rows=signals.rows,
    regions=("life", "signals", "checks", "naming", "revocation"),
)
SEARCH = Projection(
    "search", 1, search.Row._fields, ("unit",), rows=search.rows, regions=("life", "naming", "revocation")
)

CROSSCHECK = Projection(
    "crosscheck",
    3,
    crosscheck.Row._fields,
    ("unit",),
    rows=crosscheck.rows,
    regions=("life", "application", "signals", "checks", "naming", "revocation"),
)
"""Kept by the nation only."""

CATALOGUE: Mapping[str, Projection] = MappingProxyType(
    {projection.name: projection for projection in (BOARD, DOSSIER, ACTS, DEADLINES, SIGNALS, SEARCH)}
)
"""Every projection by its name."""
