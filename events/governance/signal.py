"""Signals that no unit could be found for (policy 五(五)3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from events.envelope import About, Event
from events.fields import MAX_JSON, Digest, KnownUnitRef, Line, Prose, SignalId, SourceUri
from events.references import Scalar


class SignalParked(Event):
    """A signal came without a unit that could be matched; a person matches or discards it."""

    about = About(
        "signal.parked.v1", "待匹配信号", "Signal parked", "signals",
        "信号{signal}无法匹配单位：{reason}", "Signal {signal} could not be matched: {reason}",
    )  # fmt: skip
    signal: SignalId
    source: SourceUri
    reason: Line
    unit_code: Line | None = None
    unit_name: Line | None = None
    unit_place: Line | None = None
    digest: Digest
    message: Annotated[str, StringConstraints(max_length=MAX_JSON, pattern=r"^[^\x00]*$"), Scalar("json")]


class SignalMatched(Event):
    """A person matched the parked signal to a unit; it is recorded in that unit's stream with it."""

    about = About(
        "signal.matched.v1", "信号匹配", "Signal matched", "signals",
        "信号匹配到{unit}：{reason}", "Signal matched to {unit}: {reason}",
        decision="match",
    )  # fmt: skip
    unit: KnownUnitRef
    reason: Prose


class SignalDiscarded(Event):
    """A person discarded the parked signal, saying why."""

    about = About(
        "signal.discarded.v1", "信号作废", "Signal discarded", "signals", "信号作废：{reason}", "Signal discarded: {reason}",
        decision="discard",
    )  # fmt: skip
    reason: Prose
