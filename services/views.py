"""Views of the past: a stream as of a version, as true on a day, as known at a moment; the same for every reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from events.envelope import CHINA
from services.casework.stream import S, as_of, fold
from services.errors import NotFound


@dataclass(frozen=True, slots=True)
class View:
    """What of a stream is looked at; what is None does not matter, and together all hold."""

    version: int | None = None
    on: date | None = None
    known: datetime | None = None

    @property
    def is_past(self) -> bool:
        """Whether anything but the present was asked for."""
        return self != NOW

    def of(self, whole: S) -> S:
        """The stream in this view. Raises NotFound where it had not begun, or has not come to that version."""
        if not self.is_past:
            return whole
        kind = whole.descriptor
        if self.version is not None and self.version > whole.version:
            raise NotFound(f"version {self.version} of {kind.words.en} {whole.id} (it has {whole.version})")
        entries = as_of(whole.entries, version=self.version, on=self.on, known=self.known)
        if not entries:
            raise NotFound(f"{kind.words.en} {whole.id} at that time")
        seen: S = fold(kind, whole.id, entries)
        return seen

    def day(self, seen: S, today: date) -> date:
        """The day by which what is seen is judged: the one asked for, else that of the moment, else of the last entry
        that is seen; the present by today.
        """
        if self.on is not None:
            return self.on
        if self.known is not None:
            return min(self.known.astimezone(CHINA).date(), today)
        return seen.entries[-1].day if self.version is not None else today


NOW = View()
