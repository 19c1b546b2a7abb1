"""A stored event as one line of JSON gives it."""

from __future__ import annotations

import json
from typing import Any

from services.checker.time import china_day, sortable

_scan = json.JSONDecoder().raw_decode
_NAMES: dict[str, tuple[str, str, str, int]] = {}
_CODES: dict[str, int] = {}
_TYPES: list[str] = []
DUTY_ORDERS = frozenset(("duty-assigned", "duty-released", "duty-extended", "duty-suspended", "duty-resumed"))
_COMMON = frozenset(
    ("act-proposed", "act-seconded", "entry-voided", "entry-corrected", "deadline-missed", *DUTY_ORDERS)
)


def code_of(name: str) -> int:
    """A small number for a type, the same for the whole run."""
    found = _CODES.get(name)
    if found is None:
        found = _CODES[name] = len(_TYPES)
        _TYPES.append(name)
    return found


def name_of(code: int) -> str:
    """The type that the number stands for."""
    return _TYPES[code]


class NoEntryError(ValueError):
    """A line that is no stored event."""


class Entry:
    """One stored event: its envelope taken apart, its own fields in `data` as they were stored.

    `common` is what every kind of stream has (`entry-voided` …), else empty.
    """

    __slots__ = (
        "actor", "code", "command", "common", "data", "day", "effective", "kind", "moment", "pack", "position",
        "second", "standing_for", "stream", "type", "version", "who",
    )  # fmt: skip

    def __init__(self, name: str, position: int | None, stored: dict[str, Any]) -> None:
        known = _NAMES.get(name)
        if known is None:
            bare = name.rpartition(".v")[0] or name
            kind, _, what = bare.partition(".")
            known = _NAMES[name] = (bare, kind, what if what in _COMMON else "", code_of(bare))
        self.type, self.kind, self.common, self.code = known
        self.position = position
        self.stream: str = stored["stream"]
        self.version: int = stored["version"]
        self.data: dict[str, Any] = stored["event"]
        recorded: str = stored["recorded_at"]
        self.moment = sortable(recorded)
        self.day = china_day(recorded)
        self.effective: str = stored.get("effective_on") or self.day
        self.actor: dict[str, Any] = stored["actor"]
        self.who: str = self.actor["id"]
        self.standing_for = ""
        self.command: str | None = stored.get("command_id")
        self.second: dict[str, Any] | None = stored.get("seconded_by")
        authority = stored.get("authority")
        self.pack: str | None = authority["pack"] if authority else None

    @property
    def level(self) -> str | None:
        """The level of the office that acted; of the one for which it stands in, where it does (T-03)."""
        level: str | None = self.standing_for or self.actor.get("level")
        return level

    @property
    def house(self) -> str | None:
        """The house of the post that acted."""
        house: str | None = self.actor.get("house")
        return house

    @property
    def by_officer(self) -> bool:
        """Whether a person in a post acted."""
        return bool(self.actor["kind"] == "officer")


def read(line: str) -> Entry:
    """The entry of a line: flat, or with the stored entry under `state`. Raises NoEntryError."""
    try:
        found, _ = _scan(line.strip())
        state = found.get("state", found)
        if isinstance(state, str):
            state, _ = _scan(state)
        return Entry(found["type"], found.get("position", state.get("position")), state)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NoEntryError(f"no stored event: {line[:80]!r}") from error
