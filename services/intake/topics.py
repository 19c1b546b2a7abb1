"""The topics of the wire, by their names."""

from __future__ import annotations

from typing import Final

SIGNALS: Final = "concord.signals"
"""What sources publish; key: the unit's public code."""


def dead_of(topic: str) -> str:
    """Where what could not be taken from a topic of signals is copied."""
    return f"{topic}.dead"


DEAD: Final = dead_of(SIGNALS)
"""What could not be taken, with its class and reason in headers; the table of dead letters is what counts."""

EVENTS: Final = "concord.events"
"""What the register recorded; key: the stream's id. Where several share a broker: `concord.<place>.events`."""
