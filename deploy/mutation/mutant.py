"""A mutant: one small change of the law, how it is brought about in this process, and which tests can notice it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

DECLARED = "every declaration"
"""What a test comes past that reads the declarations of the law itself."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. `place` is where it is, `what` says it; together they name it.

    `apply` brings it about, for good: it is called in a process of its own. Only tests that come past one of
    `reached_by` can notice it: names of functions, or of types of events that are judged; where that is empty, any.
    `line` is where it stands in its module, of no meaning to its name, so that reasons outlive other changes.
    """

    module: str
    place: str
    what: str
    apply: Callable[[], None] = field(compare=False)
    reached_by: frozenset[str] = frozenset()
    line: int | None = None

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return f"{self.module.removeprefix('services.casework.')} {self.place}: {self.what}"
