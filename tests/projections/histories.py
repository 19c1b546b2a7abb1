"""Random histories of units, made directly as entries: any order that the fold takes, lawful or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

import psycopg

from events.envelope import Actor, Authority, Entry, Event
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.registry import encode
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitDeadlineMissed,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
)
from events.unit.cultivation import UnitContactAssigned, UnitContactReleased, UnitFollowedUp
from events.unit.evaluation import UnitHouseOpined
from events.unit.naming import UnitNamed, UnitPlaqueIssued
from events.unit.record import UnitEntryVoided
from events.unit.registration import UnitDetailsChanged, UnitRegistered
from events.unit.revocation import GroundWithEvidence, UnitRevocationProposed, UnitRevoked
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    ActorKind,
    Category,
    CheckKind,
    CheckResult,
    FollowUpKind,
    Ground,
    House,
    Level,
    ObligationKind,
    Opinion,
    Ownership,
    RectificationOutcome,
    Role,
    SignalOutcome,
    UnitKind,
)
from services.casework.registration import unit_id

ACTOR = Actor(
    id=uuid5(UUID(int=1), "示例科员"), kind=ActorKind.OFFICER, post="示例科科员", house=House.HR,
    level=Level.PREFECTURE, place="430100", roles=(Role.OFFICER,), appointment=2,
)  # fmt: skip
AUTHORITY = Authority(rule="I-13", clause="五(五)3", pack="hunan-2023-15@1")
PLACES = ("430104", "430111", "430302", "430400", "430500")
BEGAN = datetime(2024, 1, 8, 2, tzinfo=UTC)


def entry(stream: UUID, version: int, event: Event, at: datetime) -> Entry[Event]:
    """A stored entry of the example actor."""
    command = uuid5(stream, str(version))
    return Entry(
        stream=stream, version=version, event=event, recorded_at=at, effective_on=at.date(), actor=ACTOR,
        authority=AUTHORITY, command_id=command, correlation_id=command,
    )  # fmt: skip


def history(random: Random, number: int, length: int) -> list[Entry[Event]]:
    """The history of one unit."""
    code = f"示例{number:08}"
    stream, at = unit_id(UnitKind.ENTERPRISE, code), BEGAN + timedelta(minutes=number)
    entries = [entry(stream, 1, _registered(random, number, code), at)]
    for version in range(2, length + 1):
        at += timedelta(days=random.randint(0, 40), seconds=random.randint(0, 90))
        event = next(event for event in _candidates(random, entries, at.date()) if event is not None)
        entries.append(entry(stream, version, event, at))
    return entries


def officer(number: int) -> list[Entry[Event]]:
    """A stream beside units."""
    stream = uuid5(UUID(int=2), str(number))
    return [
        entry(stream, 1, OfficerRegistered(), BEGAN),
        entry(
            stream, 2,
            OfficerAppointed(
                post="示例科员", place="430100", roles=(Role.OFFICER,), house=House.HR, level=Level.PREFECTURE,
                from_=date(2024, 1, 1),
            ),
            BEGAN,
        ),
    ]  # fmt: skip


def _registered(random: Random, number: int, code: str) -> UnitRegistered:
    return UnitRegistered(
        kind=UnitKind.ENTERPRISE, name=f"湘江精密制造{number}（示例）", code=code, place=random.choice(PLACES),
        ownership=Ownership.PRIVATE, headcount=random.randint(20, 2_000), provisional=random.random() < 0.1,
    )  # fmt: skip


def _candidates(random: Random, entries: list[Entry[Event]], day: date) -> Iterator[Event | None]:
    version = len(entries) + 1
    while True:
        yield _one(random, entries, day, version)


def _one(random: Random, entries: list[Entry[Event]], day: date, version: int) -> Event | None:
    def of(kind: type[Event]) -> Entry[Event] | None:
        found = [one for one in entries if isinstance(one.event, kind)]
        return random.choice(found) if found else None

    signal, order, check = of(UnitSignalRecorded), of(UnitRectificationOrdered), of(UnitCheckOrdered)
    name = f"urn:示例#{signal.version}" if signal else ""
    drawn = random.random()
    if drawn < 0.3:
        return UnitFollowedUp(kind=FollowUpKind.VISIT, on=day, summary="走访，情况正常")
    if drawn < 0.42:
        return UnitSignalRecorded(
            source="urn:示例", external_id=str(version), category=random.choice(list(Category)),
            severity=random.randint(1, 4), occurred_on=day, reported_on=day, people=random.choice([None, 5, 60]),
            signal=f"urn:示例#{version}",
        )  # fmt: skip
    if drawn < 0.5 and signal:
        outcome = random.choice(list(SignalOutcome))
        ground = Ground.WAGE_ARREARS if outcome is SignalOutcome.SERIOUS else None
        return UnitSignalAssessed(signal=name, outcome=outcome, ground=ground, findings="已核实")
    if drawn < 0.52 and signal:
        return UnitSignalWithdrawn(signal=name, reason="误报")
    if drawn < 0.58:
        return UnitCheckOrdered(
            kind=CheckKind.TARGETED, signals=(name,) if signal else (), due=day + timedelta(days=20),
            check=f"C{version}", level=Level.PREFECTURE,
        )  # fmt: skip
    if drawn < 0.62 and check:
        return UnitCheckConducted(check=f"C{check.version}", on=day, findings="无异常", result=CheckResult.CLEAN)
    if drawn < 0.66:
        return UnitRectificationOrdered(
            items=("补签合同",), due=day + timedelta(days=30), signals=(name,) if signal else (), level=Level.PREFECTURE
        )
    if drawn < 0.7 and order:
        return UnitRectificationConcluded(
            rectification_ref=order.version, outcome=random.choice(list(RectificationOutcome)), findings="验收"
        )
    if drawn < 0.78:
        return UnitHouseOpined(title="provincial_harmonious", opinion=Opinion.SUPPORT, level=Level.PROVINCE)
    if drawn < 0.82:
        return UnitNamed(
            title=random.choice(["provincial_harmonious", "prefecture_harmonious"]), document_number=f"示例〔{version}〕号",
            term_from=day, term_until=day + timedelta(days=1_094), opinions=(),
        )  # fmt: skip
    return _rarer(random, drawn, entries, day, version, of)


def _rarer(random, drawn, entries, day, version, of):  # type: ignore[no-untyped-def]
    signal = of(UnitSignalRecorded)
    if drawn < 0.84:
        return UnitPlaqueIssued(title="provincial_harmonious", plaque=f"示例-{version}")
    if drawn < 0.86 and signal:
        grounds = (GroundWithEvidence(ground=Ground.WAGE_ARREARS, evidence=(signal.version,)),)
        return UnitRevocationProposed(title="provincial_harmonious", grounds=grounds)
    if drawn < 0.87:
        return UnitRevoked(title="provincial_harmonious", document_number="示例", grounds=(), opinions=())
    if drawn < 0.91:
        return UnitContactAssigned(officer=ACTOR.id, from_=day)
    if drawn < 0.92:
        return UnitContactReleased(officer=ACTOR.id, on=day)
    if drawn < 0.95:
        return UnitDeadlineMissed(
            obligation=ObligationKind.CONTACT, ref="contact:contact", due=day, holder="prefecture:430100"
        )
    if drawn < 0.97 and len(entries) > 3:
        voided = random.randint(2, len(entries))
        if not isinstance(entries[voided - 1].event, UnitEntryVoided):
            return UnitEntryVoided(version=voided, reason="录入有误")
        return None
    return UnitDetailsChanged(headcount=random.randint(10, 900), place=random.choice(PLACES), reason="变更")


def interleaved(random: Random, streams: list[list[Entry[Event]]]) -> Iterator[Entry[Event]]:
    """The entries of all streams in a random order that keeps each stream's own."""
    waiting = [list(reversed(stream)) for stream in streams]
    while waiting:
        at = random.randrange(len(waiting))
        yield waiting[at].pop()
        if not waiting[at]:
            waiting[at] = waiting[-1]
            waiting.pop()


def store(conninfo: str, entries: list[Entry[Event]]) -> None:
    """Put entries at the end of the log, as the append function would, but all in one."""
    with psycopg.connect(conninfo) as conn:
        conn.execute("SELECT pg_advisory_xact_lock(2023015)")
        found = conn.execute("SELECT coalesce(max(position), 0) FROM register.events").fetchone()
        assert found is not None
        query = "COPY register.events (position, stream, version, type, recorded_at, command_id, state) FROM STDIN"
        with conn.cursor() as cursor, cursor.copy(query) as copy:
            for position, one in enumerate(entries, found[0] + 1):
                row = (position, one.stream, one.version, one.event.about.type, one.recorded_at, one.command_id)
                copy.write_row((*row, encode(one)))
        conn.execute("SELECT pg_notify('register_events', '')")
