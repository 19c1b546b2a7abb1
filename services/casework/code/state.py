"""Codes: a value of a scope belongs to one holder at a time (T-20)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.code import CodeClaimed, CodeReleased
from events.words import CodeScope
from services.casework.stream import State

_CODES = uuid5(NAMESPACE_URL, "concord:code")


def code_stream(scope: CodeScope, value: str) -> UUID:
    """The stream of a code: uuid5 of its scope and value."""
    return uuid5(_CODES, f"{scope.value}:{value}")


@dataclass(frozen=True, slots=True)
class Code(State):
    """A code, and whose it is; nobody's where `holder` is None."""

    scope: CodeScope | None = None
    value: str = ""
    holder: UUID | None = None


def claimed(code: Code, entry: Entry[CodeClaimed]) -> Code:
    """The code after a claim."""
    event = entry.event
    return replace(code, scope=event.scope, value=event.value, holder=event.holder)


def released(code: Code, entry: Entry[CodeReleased]) -> Code:
    """The code after its release."""
    return replace(code, holder=None)
