"""A stream's entries as a process remembers them: their stored bytes, decoded where somebody looks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import overload

from events.envelope import Entry, Event
from events.registry import decode, encode

Part = tuple[str, bytes] | Entry[Event]
"""An entry, or its type and its stored bytes."""


class EntryHistory(Sequence[Entry[Event]]):
    """Entries in a fifth of their memory, all but the newest as bytes: most rules never look back at them, those that
    do find them here.
    """

    __slots__ = ("_newest", "_parts")

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self._parts = tuple(parts)
        self._newest: Part | None = None

    @classmethod
    def of(cls, entries: Iterable[Entry[Event]]) -> EntryHistory:
        """These entries, all but the newest as bytes."""
        *older, newest = entries
        return cls((*map(_part, older), newest))

    def stands_as(self, state: bytes) -> None:
        """The bytes in which the newest entry is stored: it is kept as these once it is the newest no more."""
        self._newest = (self._parts[-1].event.about.type, state) if isinstance(self._parts[-1], Entry) else None

    @property
    def parts(self) -> Sequence[Part]:
        """The entries, as bytes or decoded."""
        return self._parts

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, index: int) -> Entry[Event]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry[Event]]: ...

    def __getitem__(self, index: int | slice) -> Entry[Event] | Sequence[Entry[Event]]:
        if isinstance(index, slice):
            return tuple(_entry(part) for part in self._parts[index])
        return _entry(self._parts[index])

    def __add__(self, new: tuple[Entry[Event], ...]) -> EntryHistory:
        newest = (self._newest,) if self._newest is not None else self._parts[-1:]
        return EntryHistory((*self._parts[:-1], *map(_part, (*newest, *new[:-1])), *new[-1:]))


def entries_of(history: Iterable[Entry[Event]], types: Collection[str]) -> Iterator[Entry[Event]]:
    """The entries of these types, in their order; of what is kept as bytes nothing else is decoded."""
    parts: Iterable[Part] = history.parts if isinstance(history, EntryHistory) else history
    for part in parts:
        name = part[0] if isinstance(part, tuple) else part.event.about.type
        if name in types:
            yield _entry(part)


def _part(part: Part) -> Part:
    return part if isinstance(part, tuple) else (part.event.about.type, encode(part))


def _entry(part: Part) -> Entry[Event]:
    return decode(*part) if isinstance(part, tuple) else part
