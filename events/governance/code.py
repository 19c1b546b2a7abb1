"""Codes that may be held once: a public code, the digest of a paper, a person tag, the code of a plaque.

The stream's id follows from scope and value, so that two who claim the same code meet at its version.
"""

from __future__ import annotations

from uuid import UUID

from events.envelope import About, Event
from events.fields import Prose, Reference
from events.words import CodeScope


class CodeClaimed(Event):
    """A stream takes a code for itself, stored together with the act that needs it. By the register."""

    about = About(
        "code.claimed.v1", "占用代码", "Code claimed", "code",
        "占用{scope} {value}", "{scope} {value} claimed",
    )  # fmt: skip
    scope: CodeScope
    value: Reference
    holder: UUID


class CodeReleased(Event):
    """The code may be claimed again. By the register."""

    about = About(
        "code.released.v1", "释放代码", "Code released", "code", "释放代码：{reason}", "Code released: {reason}",
    )  # fmt: skip
    reason: Prose
