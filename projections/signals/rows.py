"""The rows of a unit's signals, with what each set in motion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from events.words import SignalOutcome
from projections.days import spans
from projections.history import History, Lens
from projections.standings import best_standing, turning
from services.casework.unit.signals import Signal
from services.casework.unit.state import Unit
from services.casework.unit.weights import freezing


class Row(NamedTuple):
    """A signal as it stands; columns are explained in table.sql."""

    unit: UUID
    signal: str
    valid_from: date
    valid_until: date | None
    version: int
    unit_name: str
    place: str
    standing: str
    source: str
    category: str
    severity: int
    grave: bool
    stated: int
    occurred_on: date
    reported_on: date
    recorded_at: datetime
    people: int | None
    amount_fen: int | None
    case_number: str | None
    outcome: str | None
    ground: str | None
    assessed: int | None
    assessed_on: date | None
    withdrawn: bool
    handled: bool
    open: bool
    freezing: bool
    checks: list[int]
    rectifications: list[int]
    proposals: list[int]


class _Turning(NamedTuple):
    """What of a unit's signals reads differently on another day."""

    standing: str
    freezing: frozenset[str]
    grave: frozenset[str]


def rows(history: History[Unit], lens: Lens) -> Iterator[Row]:
    """Every signal about the unit that was not voided, a row a stretch of days on which all of them read alike."""
    unit = history.state
    if not unit.signals.all:
        return
    proposals = unit.revocation.evidence.items()

    def on(day: date) -> _Turning:
        pack = lens.packs.on(day)
        limit, signals = pack.limits.frozen_severity, unit.signals
        return _Turning(
            standing=best_standing(unit, day, pack)[0].value,
            freezing=frozenset(signal.id for signal in freezing(unit, pack)[0]),
            grave=frozenset(signal.id for signal in signals.all.values() if signal.severity >= limit),
        )

    for valid_from, valid_until, reads in spans(history.begun, turning(unit, lens.packs), on):
        for signal in unit.signals.all.values():
            yield Row(
                unit=unit.id, signal=signal.id, valid_from=valid_from, valid_until=valid_until, version=signal.version,
                unit_name=unit.life.name, place=unit.life.place, standing=reads.standing,
                source=signal.source, category=signal.category.value,
                severity=signal.severity, grave=signal.id in reads.grave, stated=signal.stated_severity,
                occurred_on=signal.occurred_on, reported_on=signal.reported_on, recorded_at=signal.recorded_at,
                people=signal.people, amount_fen=signal.amount_fen, case_number=signal.case_number,
                outcome=signal.outcome.value if signal.outcome else None,
                ground=signal.ground.value if signal.ground else None, assessed=signal.assessed,
                assessed_on=signal.assessed_on, withdrawn=signal.withdrawn, handled=_handled(signal, unit.naming.held),
                open=signal.is_open, freezing=signal.id in reads.freezing,
                checks=[check.version for check in unit.checks.ordered.values() if signal.id in check.signals],
                rectifications=[
                    order.version for order in unit.checks.rectifications.values() if signal.id in order.signals
                ],
                proposals=[version for version, evidence in proposals if not evidence.isdisjoint(_versions(signal))],
            )  # fmt: skip


def _handled(signal: Signal, held: Iterable[str]) -> bool:
    """Assessed, and if serious answered by a proposal or the reason why none is made (I-14) for every title held."""
    if signal.in_question or signal.reassess_since is not None:
        return False
    answered = bool(signal.answered) and all(signal.unanswered(title) is None for title in held)
    return answered or signal.outcome is not SignalOutcome.SERIOUS


def _versions(signal: Signal) -> tuple[int, ...]:
    return (signal.version,) if signal.assessed is None else (signal.version, signal.assessed)
