"""The closed family of things that can go wrong; each maps to one HTTP status and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from events.envelope import Entry, Event
    from services.casework.law import Refusal


class ConcordError(Exception):
    """Base of the family; `code` is stable, machines branch on it."""

    code = "error"
    status = 500


@dataclass(eq=False)
class Refused(ConcordError):
    """The rules refuse the act: which rule, which clause, what would have to be true (409)."""

    refusals: Sequence[Refusal]
    code = "refused"
    status = 409

    def __str__(self) -> str:
        return "; ".join(f"{refusal.rule}: {refusal.en}" for refusal in self.refusals)


@dataclass(eq=False)
class Stale(ConcordError):
    """What the act rests on has moved since it was read (412); `since` is what came."""

    stream: str
    expected: int
    current: int
    since: Sequence[Entry[Event]] = ()
    code = "stale"
    status = 412

    def __str__(self) -> str:
        return f"stream {self.stream} is at version {self.current}, not {self.expected}"


@dataclass(eq=False)
class KeyReused(ConcordError):
    """The idempotency key was used before with another body (422)."""

    command_id: str
    code = "idempotency-key-reused"
    status = 422

    def __str__(self) -> str:
        return f"command {self.command_id} was given before with another body"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: where (JSON pointer) and what, in both languages."""

    pointer: str
    zh: str
    en: str


@dataclass(eq=False)
class Malformed(ConcordError):
    """What was sent cannot be read (400 where it is no JSON at all, else 422)."""

    problems: Sequence[Problem]
    code = "malformed"
    status = 422

    def __str__(self) -> str:
        return "; ".join(f"{problem.pointer or '/'}: {problem.en}" for problem in self.problems)


@dataclass(eq=False)
class NotFound(ConcordError):
    """There is no such thing (404)."""

    what: str
    code = "not-found"
    status = 404

    def __str__(self) -> str:
        return f"{self.what} does not exist"


@dataclass(eq=False)
class Forbidden(ConcordError):
    """Who asks may not (401 without a valid token, 403 with one)."""

    why: str
    status: int = 403
    code = "forbidden"

    def __str__(self) -> str:
        return self.why


@dataclass(eq=False)
class Unavailable(ConcordError):
    """Something that the register needs is away; try again after `retry_after` seconds (503)."""

    what: str
    retry_after: int = 2
    facts: dict[str, Any] = field(default_factory=dict)
    code = "unavailable"
    status = 503

    def __str__(self) -> str:
        return f"{self.what} is not available now"
