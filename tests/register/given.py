"""Commands to append, as small as they can be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from events.envelope import Actor, Entry, Event
from events.unit.signals import UnitSignalRecorded
from events.words import ActorKind, Category
from services.register.command import Command

ACTOR = Actor(id=UUID(int=1), kind=ActorKind.SYSTEM, post="示例系统", place="430100")
DAY = date(2026, 3, 2)


def event(summary: str = "示例") -> UnitSignalRecorded:
    return UnitSignalRecorded(
        source="example",
        external_id="1",
        category=Category.NO_CONTRACT,
        severity=2,
        occurred_on=DAY,
        reported_on=DAY,
        summary=summary,
    )


def entry(stream: UUID, version: int, command_id: UUID, summary: str = "示例") -> Entry[Event]:
    return Entry(
        stream=stream,
        version=version,
        event=event(summary),
        recorded_at=datetime.now(UTC),
        effective_on=DAY,
        actor=ACTOR,
        command_id=command_id,
        correlation_id=command_id,
    )


def command(
    stream: UUID | None = None,
    seen: int = 0,
    count: int = 1,
    *,
    relies: Mapping[UUID, int] | None = None,
    digest: bytes = b"body",
) -> Command:
    """A command that writes `count` entries to one stream seen at a version."""
    return over({stream or uuid4(): (seen, count)}, relies=relies, digest=digest)


def over(
    writes: Mapping[UUID, tuple[int, int]],
    *,
    relies: Mapping[UUID, int] | None = None,
    digest: bytes = b"body",
) -> Command:
    """A command over several streams: the version seen and how many entries follow it, of each."""
    command_id = uuid4()
    entries = tuple(
        entry(stream, seen + step, command_id)
        for stream, (seen, count) in writes.items()
        for step in range(1, count + 1)
    )
    expect = {stream: seen for stream, (seen, _) in writes.items()} | dict(relies or {})
    return Command(command_id, digest, expect, entries)
