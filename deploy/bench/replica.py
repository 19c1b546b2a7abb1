"""Synthetic replicas of provinces: every hundredth unit is known in two provinces, every tenth a national model unit,
and some have what the cross-check is to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, LiteralString
from uuid import uuid4

import psycopg

from deploy.bench import units
from events.envelope import Entry, Event
from events.record import COMMON
from events.unit.checks import UnitCrossInspected
from events.unit.naming import UnitNamed
from events.unit.revocation import UnitRevoked
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import Category, CheckResult, Ground, Level, ObligationKind, SignalOutcome

NOW = datetime(2024, 12, 2, 4, tzinfo=UTC)
"""The moment at which questions are asked of them."""

_DAY = date(2024, 3, 1)
_NAMED, _SIGNAL, _ASSESSED, _LAST = 9, 18, 19, 20
"""Versions at which a life of twenty events is named, has its last signal and that assessed, and ends."""

_REPLICA: LiteralString = """
    COPY nation.replica (place, position, stream, version, type, recorded_at, state) FROM STDIN (FORMAT binary)"""
_TYPES = ("text", "int8", "uuid", "int4", "text", "timestamptz", "bytea")
_FEED: LiteralString = """
    INSERT INTO nation.feeds (place, log, position, recorded_at, heard_at) VALUES (%s, %s, %s, %s, %s)"""


def load(conninfo: str, place: str, number: int, size: int, heard: datetime) -> None:
    """The replica of the province of that number, as the replicator would have left it."""
    with psycopg.connect(conninfo) as conn:
        with conn.cursor().copy(_REPLICA) as copy:
            copy.set_types(_TYPES)
            for row in _rows(place, number, size):
                copy.write_row(row)
        conn.execute(_FEED, [place, uuid4(), size * units.LENGTH, units.BEGINNING, heard])


def _rows(place: str, number: int, size: int) -> Iterator[tuple[Any, ...]]:
    lives, position = [_life(place, one) for one in range(100)], 1
    for begin in range(0, size, units.BLOCK):
        block = [(n, uuid4()) for n in range(begin, min(begin + units.BLOCK, size))]
        for version in range(units.LENGTH):
            for n, stream in block:
                shared = n % 100 == 0
                life = lives[(number + n // 100) % 2 if shared else n % 100]
                serial = b"%08d" % (number // 2 * 100_000 + n if shared else 50_000_000 + number * 100_000 + n)
                stored = life[version].stored(position, stream, serial)
                yield (place, *stored[:5], stored[6])
                position += 1


def _life(place: str, number: int) -> list[units.Template]:
    """The templates of the life of that number."""
    stream, others = uuid4(), _others(number)
    entries: list[Entry[Event]] = units.history(stream, units.LENGTH, place)
    for version, event in others.items():
        entries[version - 1] = units.entry(stream, version, event)
    if number % 10 == 0 and number != 50:
        named = entries[_NAMED - 1]
        actor = named.actor.model_copy(update={"level": Level.NATION, "place": "000000"})
        entries[_NAMED - 1] = named.model_copy(update={"actor": actor, "causation_id": uuid4()})
    return [units.template_of(one) for one in entries]


def _others(number: int) -> Mapping[int, Event]:
    """By version, what happens in that life instead of what always does."""
    others: dict[int, Event] = {}
    if number % 10 == 0:
        others[_NAMED] = _named(date(2028, 2, 28) if number == 40 else date(2027, 2, 28))
    elif number < 20:
        others[_SIGNAL] = _signal(_SIGNAL)
    match number:
        case 1:
            others[_LAST] = UnitRevoked(
                title="prefecture_harmonious", document_number="示例〔2024〕2号", grounds=(), opinions=()
            )
        case 2 | 10:
            others[_LAST] = _signal(_LAST)
        case 3:
            others[_LAST] = COMMON["unit"].deadline_missed(
                obligation=ObligationKind.FOLLOW_UP, ref="2024-03-01", due=_DAY, holder="prefecture:430100"
            )
        case 20:
            others[_SIGNAL] = _signal(_SIGNAL)
            others[_ASSESSED] = UnitSignalAssessed(
                signal=f"labour_inspection#LD-2024-{_SIGNAL}", outcome=SignalOutcome.SERIOUS,
                ground=Ground.WAGE_ARREARS, findings="示例：经核实",
            )  # fmt: skip
        case 30:
            others[_LAST] = UnitCrossInspected(
                assignment=uuid4(), inspecting_place="420000", on=_DAY, findings="示例", result=CheckResult.PROBLEMS
            )
    return others


def _named(until: date) -> UnitNamed:
    return UnitNamed(
        title="national_model", document_number="示例〔2024〕1号", term_from=_DAY, term_until=until, opinions=()
    )


def _signal(version: int) -> UnitSignalRecorded:
    return UnitSignalRecorded(
        source="labour_inspection", external_id=f"LD-2024-{version}", signal=f"labour_inspection#LD-2024-{version}",
        category=Category.MASS_PETITION, severity=3, occurred_on=_DAY, reported_on=_DAY, people=60, summary="示例",
    )  # fmt: skip
