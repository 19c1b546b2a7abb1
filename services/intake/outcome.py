"""What becomes of a message, whatever way it came; and the letter of one that cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.errors import ClockAhead, ConcordError, Malformed, TimeMoved, Unavailable
from services.intake import deadletters
from services.intake.record import Incoming
from services.register.append import Stored

NOT_NOW: Final = (ClockAhead, TimeMoved, Unavailable)
"""The register cannot take anything now; that is no fault of the message."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message: `taken`, `repeated`, `parked`, `waiting` (for its report), or `dead`."""

    outcome: str
    id: str | None
    unit: UUID | None = None
    stored: Stored | None = None
    dead_letter: int | None = None
    masked: bool = False
    error: ConcordError | None = None


class Conflict(ConcordError):
    """The same (source, id) came before with other content (409)."""

    code = "conflict"
    status = 409
    zh = "同一来源和编号此前有不同内容"

    def __str__(self) -> str:
        return "the same source and id came before with other content"


class Early(ConcordError):
    """An amendment or withdrawal came before its report (202): it waits for it."""

    code = deadletters.EARLY
    status = 202
    zh = "所涉信号尚未收到"

    def __str__(self) -> str:
        return "the report that this is about has not come yet"


class Unexpected(ConcordError):
    """A fault of this program over one message: it is set aside, the others go on."""

    code = "unexpected"


def letter_of(one: Incoming, channel: str, error: ConcordError) -> dict[str, Any]:
    """The dead letter of a message, by its source and external id where it could be read."""
    message = one.read
    if isinstance(message, Malformed):
        return deadletters.row(channel, error.code, str(error), one.raw)
    known = {"source": message.source, "external_id": message.data.external_id}
    return deadletters.row(channel, error.code, str(error), one.raw, **known)
