"""The row by which the nation compares a unit of one province with the others and with its own decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from events.envelope import Entry, Event
from events.record import DeadlineMissed
from events.registry import COMMON, decisions_of
from events.unit.checks import UnitCheckConducted, UnitCrossInspected, UnitVerified
from events.unit.handover import UnitHandedOver, UnitReceived
from events.unit.naming import UnitNamed
from events.words import Level, NationalDecision, Standing
from projections.days import ONE_DAY, adoptions, spans
from projections.history import History, Lens
from services.casework.entry_history import entries_of
from services.casework.obligation import THE_UNIT
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.unit.naming.state import Held
from services.casework.unit.state import Unit
from services.casework.unit.weights import freezing

REVOKED, SERIOUS, FROZEN = "revoked", "serious", "frozen"
"""What may stand against a unit, the gravest first."""


class Row(NamedTuple):
    """A unit as the nation compares it; columns are explained in table.sql."""

    unit: UUID
    valid_from: date
    valid_until: date | None
    code: str
    name: str
    closed: bool
    since: date
    title: str | None
    title_version: int | None
    named_by: UUID | None
    term_from: date | None
    term_until: date | None
    named_until: date | None
    lawful_until: date | None
    sanction: str | None
    sanction_version: int | None
    sanction_on: date | None
    finding: int | None
    finding_on: date | None
    checked_on: date | None
    missed: list[date]
    carried: list[UUID]
    carried_versions: list[int]
    carried_on: list[date]
    handed_to: str | None
    handed_paper: str | None
    handed_version: int | None
    handed_on: date | None
    goes_along: list[str]
    received_from: str | None
    received_paper: str | None
    received_version: int | None
    received_on: date | None
    came_along: list[str]


_CHECKED = (UnitCheckConducted, UnitCrossInspected, UnitVerified)
_TELLING = frozenset(
    {COMMON["unit"].deadline_missed.about.type}
    | {event.about.type for event in (*_CHECKED, UnitHandedOver, UnitReceived)}
    | {decisions_of("unit")[decision.value].about.type for decision in NationalDecision}
)
"""Types of the entries that are looked at again."""


class _Move(NamedTuple):
    """To or from which other place the unit went, on which paper, by which entry, with what."""

    other: str | None = None
    paper: str | None = None
    version: int | None = None
    on: date | None = None
    along: tuple[str, ...] = ()


_STAYED = _Move()


@dataclass(slots=True)
class _FromEntries:
    """What the state does not hold, and has to be read from the entries."""

    checked_on: date | None = None
    missed: list[date] = field(default_factory=list)
    carried: list[UUID] = field(default_factory=list)
    carried_versions: list[int] = field(default_factory=list)
    carried_on: list[date] = field(default_factory=list)
    handed_over: _Move = field(default_factory=lambda: _STAYED)
    received: _Move = field(default_factory=lambda: _STAYED)


class _Turning(NamedTuple):
    """What of a row reads differently under another pack."""

    held: Held | None
    sanction: tuple[str | None, int | None, date | None]


def rows(history: History[Unit], lens: Lens) -> Iterator[Row]:
    """The rows of the unit, one for each stretch of days on which it reads alike.

    A title stands here as long as the province has not recorded its end; the caller checks its term.
    """
    unit, packs = history.state, lens.packs
    told, finding = _from_entries(unit), unit.checks.finding
    gone, came = told.handed_over, told.received

    def on(day: date) -> _Turning:
        pack = packs.on(day)
        return _Turning(_national(unit, pack), _sanction(unit, pack))

    for valid_from, valid_until, (held, sanction) in spans(history.begun, adoptions(packs), on):
        named = unit.entries[held.version - 1] if held else None
        yield Row(
            unit=unit.id, valid_from=valid_from, valid_until=valid_until,
            code=unit.life.code, name=unit.life.name, closed=unit.life.closed, since=history.begun,
            title=held.title if held else None, title_version=held.version if held else None,
            named_by=named.causation_id if named else None,
            term_from=held.term_from if held else None, term_until=held.term_until if held else None,
            named_until=named.event.term_until if named and isinstance(named.event, UnitNamed) else None,
            lawful_until=_lawful_until(held, packs) if held and not held.carried_in else None,
            sanction=sanction[0], sanction_version=sanction[1], sanction_on=sanction[2],
            finding=finding.version if finding else None, finding_on=finding.day if finding else None,
            checked_on=told.checked_on, missed=told.missed, carried=told.carried,
            carried_versions=told.carried_versions, carried_on=told.carried_on,
            handed_to=gone.other, handed_paper=gone.paper, handed_version=gone.version, handed_on=gone.on,
            goes_along=list(gone.along), received_from=came.other, received_paper=came.paper,
            received_version=came.version, received_on=came.on, came_along=list(came.along),
        )  # fmt: skip


def _from_entries(unit: Unit) -> _FromEntries:
    told = _FromEntries()
    for entry in entries_of(unit.entries, _TELLING):
        event = entry.event
        if entry.causation_id is not None and entry.actor.level is Level.NATION:
            told.carried.append(entry.causation_id)
            told.carried_versions.append(entry.version)
            told.carried_on.append(entry.day)
        if entry.version in unit.voided:
            continue
        if isinstance(event, _CHECKED):
            told.checked_on = entry.day
        elif isinstance(event, DeadlineMissed) and event.holder != THE_UNIT:
            told.missed.append(entry.day)
        elif isinstance(event, UnitHandedOver):
            told.handed_over = _move(entry, event.to, event)
        elif isinstance(event, UnitReceived):
            told.received = _move(entry, event.from_, event)
    return told


def _move(entry: Entry[Event], other: str, event: UnitHandedOver | UnitReceived) -> _Move:
    """What goes along stands in one order, so that what two registers say can be compared."""
    held = (f"{title.worth.value} {title.term_from} {title.term_until}" for title in event.titles or ())
    waits = (f"{wait.worth.value} {wait.until}" for wait in event.waits or ())
    return _Move(other, event.document_digest, entry.version, entry.day, tuple(sorted((*held, *waits))))


def _national(unit: Unit, pack: Pack) -> Held | None:
    """The title given by the nation that the unit holds."""
    national = (name for name, title in pack.titles.items() if title.named_by is Level.NATION)
    return next((unit.naming.held[name] for name in national if name in unit.naming.held), None)


def _lawful_until(held: Held, packs: Packs) -> date | None:
    """The end of a term of the length that the policy of its naming gives the title (五(六)2), both days included."""
    pack = packs.on(held.named_on)
    title = pack.titles.get(held.title)
    return pack.after(held.term_from, title.term) - ONE_DAY if title is not None else None


def _sanction(unit: Unit, pack: Pack) -> tuple[str | None, int | None, date | None]:
    """The gravest that stands against the unit, by which entry and since when."""
    revoked = [
        unit.revocation.done[title]
        for title, (standing, _) in unit.naming.gone.items()
        if standing is Standing.REVOKED and title in unit.revocation.done
    ]
    if revoked:
        last = max(revoked, key=lambda one: one.version)
        return REVOKED, last.version, last.day
    serious = [signal for signal in unit.signals.all.values() if signal.stands_serious]
    if serious:
        gravest = max(serious, key=lambda signal: signal.assessed or 0)
        return SERIOUS, gravest.assessed, gravest.assessed_on
    frozen, _ = freezing(unit, pack)
    if frozen:
        return FROZEN, frozen[0].version, frozen[0].recorded_on
    return None, None, None
