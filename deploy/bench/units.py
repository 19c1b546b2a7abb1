"""Synthetic units with valid histories, a stored event about 816 bytes on average; all names marked 示例."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg

from events.envelope import Actor, Authority, Entry, Event
from events.registry import VOCABULARY, encode
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
)
from events.unit.cultivation import (
    UnitContactAssigned,
    UnitCoordinatorAppointed,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.unit.naming import UnitNamed, UnitPlaqueIssued
from events.unit.registration import UnitDetailsChanged, UnitRegistered
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import (
    ActorKind,
    Category,
    CheckKind,
    CheckResult,
    FollowUpKind,
    House,
    Level,
    Ownership,
    RectificationOutcome,
    Role,
    SignalOutcome,
    UnitKind,
)

LENGTH = 20
"""Events of a unit in the loads of many units."""

PACK = "hunan-2023-15"
PLACE = "430000"
"""The province of the register."""

PLACES = ("430104", "430102", "430202", "430302", "430602", "430702")
OFFICER = UUID("5b1f0f6e-9a52-5c43-8d3a-0d4d5f5a9e01")
BEGINNING = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)
SERIAL = "SERIAL00"
"""Stands in a template for the number of the unit."""

BLOCK = 500
"""Units whose events come interleaved in the log."""

ACTOR = Actor(
    id=OFFICER,
    kind=ActorKind.OFFICER,
    post="劳动关系科科长（示例）",
    house=House.HR,
    level=Level.PROVINCE,
    place="430000",
    roles=(Role.OFFICER, Role.CONTACT, Role.INSPECTOR),
    appointment=2,
)
_RIGHT = Authority(rule="I-13", clause="五(五)3", pack="hunan-2023-15@1")
_DAY = date(2024, 3, 1)
_TEXT = "走访车间与职工代表，核对劳动合同、工资台账和社会保险缴费记录，现场情况与申报材料大体相符（示例）。"
_SIGNAL = "labour_inspection#LD-2024-{}"


def _registered(place: str) -> UnitRegistered:
    return UnitRegistered(
        kind=UnitKind.ENTERPRISE, name=f"示例制造{SERIAL}有限公司", code=f"9143{SERIAL}MA4E", place=place,
        ownership=Ownership.PRIVATE, industry="通用设备制造业", headcount=236,
    )  # fmt: skip


def _followed(kind: FollowUpKind) -> UnitFollowedUp:
    return UnitFollowedUp(kind=kind, on=_DAY, summary=_TEXT, problems="夜班交通补贴标准未公示，已当场提醒（示例）")


def _signal(version: int) -> UnitSignalRecorded:
    return UnitSignalRecorded(
        source="labour_inspection", external_id=f"LD-2024-{version}", signal=_SIGNAL.format(version),
        category=Category.EXCESS_OVERTIME, severity=2, stated_severity=2, occurred_on=_DAY, reported_on=_DAY,
        people=12, summary=_TEXT,
    )  # fmt: skip


def _assessed(version: int) -> UnitSignalAssessed:
    return UnitSignalAssessed(signal=_SIGNAL.format(version), outcome=SignalOutcome.MINOR, findings=_TEXT)


def _check(version: int) -> UnitCheckOrdered:
    return UnitCheckOrdered(kind=CheckKind.SPOT, due=_DAY, reason=_TEXT, check=f"C{version}", level=Level.PREFECTURE)


def _conducted(version: int) -> UnitCheckConducted:
    return UnitCheckConducted(check=f"C{version}", on=_DAY, findings=_TEXT, result=CheckResult.PROBLEMS)


def _opening(place: str) -> list[Event]:
    return [
        _registered(place),
        UnitContactAssigned(officer=OFFICER, from_=_DAY),
        UnitCoordinatorAppointed(count=3, certified=2),
        UnitCultivationPlanned(standards=("contracts", "wages", "insurance"), by=_DAY),
        _followed(FollowUpKind.VISIT),
        _followed(FollowUpKind.GUIDANCE),
        _signal(7),
        _assessed(7),
        UnitNamed(
            title="prefecture_harmonious", document_number="湘人社函〔2024〕示例7号",
            term_from=_DAY, term_until=date(2027, 2, 28), opinions=(5, 6),
        ),
        UnitPlaqueIssued(title="prefecture_harmonious", plaque=f"HN-{SERIAL}"),
        _followed(FollowUpKind.CALL),
    ]  # fmt: skip


def _following(first: int) -> list[Event]:
    """Nine events of a unit's daily life, the first of them at this version."""
    return [
        _check(first),
        _conducted(first),
        UnitRectificationOrdered(items=(_TEXT,), due=_DAY, check=f"C{first}", level=Level.PREFECTURE),
        UnitRectificationReported(rectification_ref=first + 2, text=_TEXT),
        UnitRectificationConcluded(
            rectification_ref=first + 2, outcome=RectificationOutcome.ACCEPTED, findings=_TEXT
        ),
        _followed(FollowUpKind.VISIT),
        _signal(first + 6),
        _assessed(first + 6),
        UnitDetailsChanged(headcount=240, reason=_TEXT) if first % 2 else _followed(FollowUpKind.LEGAL_EDUCATION),
    ]  # fmt: skip


def history(stream: UUID, length: int, place: str = PLACES[0]) -> list[Entry[Event]]:
    """The first entries of a unit, each by a command of its own."""
    events = _opening(place)
    while len(events) < length:
        events += _following(len(events) + 1)
    return [entry(stream, version, event) for version, event in enumerate(events[:length], 1)]


def entry(
    stream: UUID, version: int, event: Event, command: UUID | None = None, recorded_at: datetime | None = None
) -> Entry[Event]:
    """An event of a unit as an officer of the province recorded it, a day after the one before unless told."""
    command = command or uuid4()
    return VOCABULARY.entries[event.about.type](
        stream=stream,
        version=version,
        event=event,
        recorded_at=recorded_at or BEGINNING + timedelta(days=version, microseconds=version),
        effective_on=_DAY,
        actor=ACTOR,
        authority=_RIGHT,
        command_id=command,
        correlation_id=command,
    )


def followed_up() -> Event:
    """An ordinary event: a visit."""
    return _followed(FollowUpKind.VISIT)


@dataclass(frozen=True, slots=True)
class Template:
    """A stored event of no unit yet: its ids, its moment and the unit's number are put in its bytes."""

    version: int
    type: str
    moment: bytes
    stream: bytes
    command: bytes
    state: bytes

    def stored(self, position: int, stream: UUID, serial: bytes) -> tuple[Any, ...]:
        """The row of `register.events`; its moment grows with the position, a second each."""
        command, moment = uuid4(), BEGINNING + timedelta(seconds=position)
        state = self.state.replace(self.stream, str(stream).encode()).replace(self.command, str(command).encode())
        state = state.replace(SERIAL.encode(), serial).replace(self.moment, _moment(moment))
        return position, stream, self.version, self.type, moment, command, state


def _moment(at: datetime) -> bytes:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z".encode()


def template_of(one: Entry[Event]) -> Template:
    """The template of an entry."""
    stream, command = str(one.stream).encode(), str(one.command_id).encode()
    return Template(one.version, one.event.about.type, _moment(one.recorded_at), stream, command, encode(one))


def rows(units: int, first_position: int = 1, length: int = LENGTH) -> Iterator[tuple[Any, ...]]:
    """The rows of `register.events` for so many new units, in the order of positions, block by block."""
    templates = [[template_of(one) for one in history(uuid4(), length, place)] for place in PLACES]
    position = first_position
    for begin in range(0, units, BLOCK):
        block = [(number, uuid4()) for number in range(begin, min(begin + BLOCK, units))]
        for version in range(length):
            for number, stream in block:
                template = templates[number % len(templates)][version]
                yield template.stored(position, stream, b"%08d" % (first_position + number))
                position += 1


_EVENTS: LiteralString = """
    COPY register.events (position, stream, version, type, recorded_at, command_id, state)
    FROM STDIN (FORMAT binary)"""
_EVENT_TYPES = ("int8", "uuid", "int4", "text", "timestamptz", "uuid", "bytea")
_COMMANDS: LiteralString = """
    INSERT INTO register.commands (id, digest, first_position, count)
    SELECT command_id, decode('00', 'hex'), position, 1 FROM register.events WHERE position >= %s"""
_STREAMS: LiteralString = """
    INSERT INTO register.streams (stream, kind, first_position)
    SELECT stream, split_part(type, '.', 1), position FROM register.events WHERE version = 1 AND position >= %s"""


def load(conninfo: str, units: int, length: int = LENGTH) -> list[UUID]:
    """Put so many new units straight into the register's tables, with their commands; their ids."""
    streams: list[UUID] = []
    with psycopg.connect(conninfo) as conn:
        conn.execute("SET ROLE concord_owner")
        found = conn.execute("SELECT coalesce(max(position), 0) + 1 FROM register.events").fetchone()
        first: int = found[0] if found else 1
        with conn.cursor().copy(_EVENTS) as copy:
            copy.set_types(_EVENT_TYPES)
            for row in rows(units, first, length):
                copy.write_row(row)
                if row[2] == 1:
                    streams.append(row[1])
        conn.execute(_COMMANDS, [first])
        conn.execute(_STREAMS, [first])
    return streams


def settle(conninfo: str) -> None:
    """What autovacuum does in the time that a register takes to grow."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("VACUUM (ANALYZE) register.events, register.streams, register.commands")
        conn.execute("CHECKPOINT")
