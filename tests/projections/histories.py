"""Random histories of streams, made directly as entries: any order that the fold takes, lawful or not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

import psycopg

from events.envelope import Actor, Authority, Entry, Event
from events.governance.officer import OfficerAppointed, OfficerRegistered
from events.governance.policy import PolicyAdopted
from events.record import EntryVoided
from events.registry import COMMON, decode, encode, stream_kind
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
)
from events.unit.cultivation import UnitContactAssigned, UnitContactReleased, UnitFollowedUp
from events.unit.evaluation import UnitHouseOpined
from events.unit.incentives import (
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import UnitNamed, UnitPlaqueIssued
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
    Opinion,
    Ownership,
    RectificationOutcome,
    Role,
    SignalOutcome,
    UnitKind,
)
from services.casework.judgement import obligations
from services.casework.kinds import KINDS
from services.casework.pack import SHIPPED, Pack, load_pack, read_pack
from services.casework.policy.state import Packs, policy_stream
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.casework.unit.registration import unit_id

PACK = load_pack(version="1")
PACKS = Packs.fixed(PACK)
PROVINCE = "430000"
SAMPLES = Path(__file__).parents[1] / "samples"
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
    begun = _registered(random, number, f"示例{number:08}")
    stream, at = unit_id(begun.code, begun.place), BEGAN + timedelta(minutes=number)
    entries = [entry(stream, 1, begun, at)]
    for version in range(2, length + 1):
        at += timedelta(days=random.randint(0, 40), seconds=random.randint(0, 90))
        event = _next(_Past(random, entries, at.date()))
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


def beside(random: Random, kind: str, number: int, length: int) -> list[Entry[Event]]:
    """A stream of that kind of events like the stored samples, in any order after one that can begin it."""
    stream, at = uuid5(UUID(int=3), f"{kind}:{number}"), BEGAN + timedelta(seconds=number)
    samples, laws = _samples(kind), KINDS[kind].laws
    own = [event for event in samples if event not in COMMON[kind].all]
    entries = [entry(stream, 1, samples[random.choice([event for event in own if laws[event].opens])], at)]
    later = [samples[event] for event in samples if not laws[event].once]
    for version in range(2, length + 1):
        at += timedelta(days=random.randint(0, 40))
        event = random.choice(later)
        if isinstance(event, EntryVoided):
            event = event.model_copy(update={"version": random.randint(2, version - 1)}) if version > 2 else later[0]
        entries.append(entry(stream, version, event, at))
    return entries


@cache
def _samples(kind: str) -> dict[type[Event], Event]:
    files = (file for file in sorted(SAMPLES.glob("*.json")) if stream_kind(file.name) == kind)
    found = [decode(file.stem, file.read_bytes()).event for file in files]
    return {type(event): event for event in found}


def adoption(version: int, pack: Pack, begins: date, at: datetime) -> Entry[Event]:
    """The entry by which the province adopts a pack from a day on."""
    event = PolicyAdopted(pack=pack.id, pack_version=pack.version, digest=pack.digest, from_=begins)
    return entry(policy_stream(PROVINCE), version, event, at)


def _registered(random: Random, number: int, code: str) -> UnitRegistered:
    return UnitRegistered(
        kind=UnitKind.ENTERPRISE, name=f"湘江精密制造{number}（示例）", code=code, place=random.choice(PLACES),
        ownership=Ownership.PRIVATE, headcount=random.randint(20, 2_000), provisional=random.random() < 0.1,
    )  # fmt: skip


def _next(past: _Past) -> Event:
    while True:
        (kind,) = past.random.choices(list(_OFTEN), weights=list(_OFTEN.values()))
        event = kind(past)
        if event is not None:
            return event


class _Past:
    """What has happened to the unit so far, and a random choice among it."""

    def __init__(self, random: Random, entries: list[Entry[Event]], day: date) -> None:
        self.random, self.entries, self.day, self.version = random, entries, day, len(entries) + 1

    def some(self, kind: type[Event]) -> Entry[Event] | None:
        found = [one for one in self.entries if isinstance(one.event, kind)]
        return self.random.choice(found) if found else None

    @property
    def signal(self) -> str | None:
        found = self.some(UnitSignalRecorded)
        return f"urn:示例#{found.version}" if found else None


def _follow_up(past: _Past) -> Event:
    return UnitFollowedUp(kind=FollowUpKind.VISIT, on=past.day, summary="走访，情况正常")


def _signal(past: _Past) -> Event:
    return UnitSignalRecorded(
        source="urn:示例", external_id=str(past.version), category=past.random.choice(list(Category)),
        severity=past.random.randint(1, 4), occurred_on=past.day, reported_on=past.day,
        people=past.random.choice([None, 5, 60]), signal=f"urn:示例#{past.version}",
    )  # fmt: skip


def _assessed(past: _Past) -> Event | None:
    signal, outcome = past.signal, past.random.choice(list(SignalOutcome))
    ground = Ground.WAGE_ARREARS if outcome is SignalOutcome.SERIOUS else None
    return UnitSignalAssessed(signal=signal, outcome=outcome, ground=ground, findings="已核实") if signal else None


def _withdrawn(past: _Past) -> Event | None:
    signal = past.signal
    return UnitSignalWithdrawn(signal=signal, reason="误报") if signal else None


def _check(past: _Past) -> Event:
    signal = past.signal
    return UnitCheckOrdered(
        kind=CheckKind.TARGETED, signals=(signal,) if signal else (), due=past.day + timedelta(days=20),
        check=f"C{past.version}", level=Level.PREFECTURE,
    )  # fmt: skip


def _conducted(past: _Past) -> Event | None:
    check = past.some(UnitCheckOrdered)
    if check is None:
        return None
    return UnitCheckConducted(check=f"C{check.version}", on=past.day, findings="无异常", result=CheckResult.CLEAN)


def _rectification(past: _Past) -> Event:
    signal, due = past.signal, past.day + timedelta(days=30)
    return UnitRectificationOrdered(
        items=("补签合同",), due=due, signals=(signal,) if signal else (), level=Level.PREFECTURE
    )


def _concluded(past: _Past) -> Event | None:
    order, outcome = past.some(UnitRectificationOrdered), past.random.choice(list(RectificationOutcome))
    if order is None:
        return None
    return UnitRectificationConcluded(rectification_ref=order.version, outcome=outcome, findings="验收")


def _opined(past: _Past) -> Event:
    return UnitHouseOpined(title="provincial_harmonious", opinion=Opinion.SUPPORT, level=Level.PROVINCE)


def _named(past: _Past) -> Event:
    since = past.day + timedelta(days=past.random.choice([0, 0, 25]))
    return UnitNamed(
        title=past.random.choice(["provincial_harmonious", "prefecture_harmonious"]),
        document_number=f"示例〔{past.version}〕号", term_from=since,
        term_until=since + timedelta(days=past.random.choice([90, 400, 1_094])), opinions=(),
    )  # fmt: skip


def _plaque(past: _Past) -> Event:
    return UnitPlaqueIssued(title="provincial_harmonious", plaque=f"示例-{past.version}")


def _proposed(past: _Past) -> Event | None:
    signal = past.some(UnitSignalRecorded)
    if signal is None:
        return None
    grounds = (GroundWithEvidence(ground=Ground.WAGE_ARREARS, evidence=(signal.version,)),)
    return UnitRevocationProposed(title="provincial_harmonious", grounds=grounds)


def _revoked(past: _Past) -> Event:
    return UnitRevoked(title="provincial_harmonious", document_number="示例", grounds=(), opinions=())


def _contact(past: _Past) -> Event:
    return UnitContactAssigned(officer=ACTOR.id, from_=past.day)


def _released(past: _Past) -> Event:
    return UnitContactReleased(officer=ACTOR.id, on=past.day)


def _missed(past: _Past) -> Event | None:
    owed = obligations(fold(UNIT, past.entries[0].stream, past.entries), PACKS)
    if not owed:
        return None
    one = past.random.choice(owed)
    return COMMON["unit"].deadline_missed(obligation=one.kind, ref=one.key, due=one.due, holder=one.holder)


def _voided(past: _Past) -> Event | None:
    if len(past.entries) < 4:
        return None
    version = past.random.randint(2, len(past.entries))
    if isinstance(past.entries[version - 1].event, EntryVoided):
        return None
    return COMMON["unit"].entry_voided(version=version, reason="录入有误")


def _changed(past: _Past) -> Event:
    return UnitDetailsChanged(headcount=past.random.randint(10, 900), place=past.random.choice(PLACES), reason="变更")


def _granted(past: _Past) -> Event:
    return UnitIncentiveGranted(
        incentive=past.random.choice(["reduced_inspection", "reduced_inspection", "credit"]),
        title="provincial_harmonious", from_=past.day, until=past.day + timedelta(days=300), basis="示例",
    )  # fmt: skip


def _stopped(past: _Past) -> Event | None:
    granted = past.some(UnitIncentiveGranted)
    if granted is None:
        return None
    kind = past.random.choice([UnitIncentiveSuspended, UnitIncentiveResumed, UnitIncentiveEnded])
    return kind(grant_ref=granted.version, reason="示例")


_OFTEN: dict[Callable[[_Past], Event | None], int] = {
    _follow_up: 30, _signal: 12, _assessed: 8, _withdrawn: 2, _check: 6, _conducted: 4, _rectification: 4,
    _concluded: 4, _opined: 8, _named: 4, _plaque: 2, _proposed: 2, _revoked: 1, _contact: 4, _released: 1,
    _missed: 3, _voided: 2, _changed: 3, _granted: 4, _stopped: 4,
}  # fmt: skip
"""Each kind of event, and how often of a hundred."""


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


def another_version(folder: Path, version: str) -> Pack:
    """The province's pack in another version, with other windows and a higher severity that freezes, in that folder.

    It is found where CONCORD_PACKS names the folder.
    """
    copy = folder / PACK.id / version
    shutil.copytree(SHIPPED / PACK.id / PACK.version, copy)
    text = (copy / "pack.toml").read_text("utf-8")
    for old, new in (
        ('version = "1"', f'version = "{version}"'), ("frozen_severity = 3", "frozen_severity = 4"),
        ('assess_signal = "10wd"', 'assess_signal = "3d"'), ('round_result = "20wd"', 'round_result = "7d"'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (copy / "pack.toml").write_text(text, "utf-8")
    return read_pack(copy)
