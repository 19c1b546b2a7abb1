"""Simulated provinces: each a log of its own, made by the rules from a seed and published in order like a register's.

The topic is all that is kept: a start makes the same history again, reads what the topic holds, and goes on from there.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaConsumer, TopicPartition

from deploy.demo.instance import write_private
from deploy.demo.load import FORM
from deploy.demo.nationwide import SHARED
from deploy.demo.other_provinces import SILENT, SIMULATED, elsewhere, script
from deploy.demo.people import desk
from deploy.demo.province_pack import province_pack
from deploy.demo.script import Act
from deploy.demo.world import Issued, World
from events.envelope import CHINA, Entry, Event
from events.registry import decode, encode
from events.sealed import Sealed
from events.unit.cultivation import UnitFollowedUp
from events.words import FollowUpKind, Level
from services.broker import SAFE, reach
from services.publisher.run import producing
from services.publisher.signature import Signer
from services.publisher.topics import ensure, topic_of
from services.publisher.wire import headers_of
from services.register.read import Raw
from services.vault.sealing import sealed_fields, subject_of

SEED = 2_025
PACKS = "packs"
"""The folder of the provinces' packs, beside where it is told how far they are."""

PARTITIONS = 2
"""Of a simulated province's topic."""

ACKNOWLEDGED_SECONDS = 60.0
TOLD_SECONDS = 0.5
"""Between two writings of how far each province is."""

_LOGS = uuid5(NAMESPACE_URL, "concord:simulated-province")


def log_of(place: str, day: date, units: int) -> UUID:
    """The id of a simulated province's log: another for another day or size."""
    return uuid5(_LOGS, f"{FORM}:{SEED}:{place}:{day}:{units}")


@dataclass
class Simulated:
    """A simulated province: its states, and how far its log has come; `digest` is chained over the stored bytes."""

    place: str
    log: UUID
    world: World
    position: int = 0
    digest: bytes = bytes(32)

    def record(self, commands: Iterator[Issued]) -> list[Raw]:
        """The next events of the log, as a register would store them."""
        raws = []
        for command in commands:
            for entry in command.entries:
                self.position += 1
                state = encode(_enveloped(entry, self.log))
                raws.append(_raw(self.position, entry, state))
                self.digest = sha256(self.digest + state).digest()
        return raws

    def recall(self, stored: Sequence[Raw]) -> None:
        """Go on after events that the topic holds beyond the history."""
        self.world.recall([decode(raw.type, raw.state) for raw in stored])
        for raw in stored:
            self.position = raw.position
            self.digest = sha256(self.digest + raw.state).digest()


def _raw(position: int, entry: Entry[Event], state: bytes) -> Raw:
    return Raw(
        position, entry.stream, entry.version, entry.event.about.type, entry.recorded_at, entry.command_id, state
    )


def _enveloped(entry: Entry[Event], log: UUID) -> Entry[Event]:
    """The entry with digests where a register would put ciphertext: the same every time, and opened by no key."""
    event = entry.event
    update = {
        name: Sealed(subject=subject_of(entry, name), kid=uuid5(log, f"{entry.id}/{name}"), kc=_noise(entry, "kc"),
                     nonce=_noise(entry, "nonce")[:16], ct=_noise(entry, "ct"))
        for name in sealed_fields(type(event))
        if isinstance(getattr(event, name), Sealed)
    }  # fmt: skip
    return entry.model_copy(update={"event": event.model_copy(update=update)}) if update else entry


def _noise(entry: Entry[Event], part: str) -> str:
    return sha256(f"{entry.id}:{part}".encode()).hexdigest()[:43]


def simulated(place: str, day: date, units: int, packs: Path) -> tuple[Simulated, list[Raw]]:
    """A province and its whole history up to the day before; the same for the same day and size.

    `packs` is the folder of the provinces' packs.
    """
    province = elsewhere(place, units, day, province_pack(packs, place))
    world = province.world()
    made = Simulated(place, log_of(place, day, units), world)
    acts = script(province, SEED, SHARED)
    return made, made.record(world.commands(acts, province.days.until))


def run(bootstrap: str, day: date, units: int, rate: float, told: Path, stopping: Callable[[], bool]) -> None:
    """Publish all histories at full speed, then so many events a second over all provinces, until `stopping`.

    `told` is kept at how far each province is, as JSON. Raises kafka-python's errors.
    """
    for place in SIMULATED:
        ensure(bootstrap, topic_of(place), PARTITIONS)
    stored = _stored(bootstrap)
    provinces = []
    with producing(bootstrap) as producer:
        for place in SIMULATED:
            province, history = simulated(place, day, units, told.parent / PACKS)
            there = stored.get(place, {})
            known = next(position for position in range(1, len(there) + 2) if position not in there) - 1
            provinces.append(province)
            for future in [_send(producer, province, raw) for raw in history[known:]]:
                future.get(timeout=ACKNOWLEDGED_SECONDS)
            province.recall([there[position] for position in range(len(history) + 1, known + 1)])
        _tell(told, provinces)
        _live(producer, provinces, rate, told, stopping)


def _live(producer: Any, provinces: Sequence[Simulated], rate: float, told: Path, stopping: Callable[[], bool]) -> None:
    """A province's next event is sent when its last is acknowledged, so that a kill leaves no hole in its log."""
    random = Random()  # noqa: S311 (whom an officer visits next)
    awake = [province for province in provinces if province.place != SILENT]
    began, sent, said = time.monotonic(), 0, 0.0
    while not stopping():
        if sent < (time.monotonic() - began) * rate:
            province = random.choice(awake)
            for raw in province.record(_visit(province, random)):
                _send(producer, province, raw).get(timeout=ACKNOWLEDGED_SECONDS)
                sent += 1
        else:
            time.sleep(min(0.05, 1 / rate) if rate else 0.05)
        if time.monotonic() > said + TOLD_SECONDS:
            said = time.monotonic()
            _tell(told, provinces)


def _visit(province: Simulated, random: Random) -> Iterator[Issued]:
    """Somebody of the province visits one of its units; before it, what the passing of time brought about."""
    now = datetime.now(CHINA)
    unit = random.choice(list(province.world.units))
    event = UnitFollowedUp(kind=FollowUpKind.VISIT, on=now.date(), summary="日常走访（示例）")
    return province.world.commands([Act(now, desk(Level.PROVINCE, province.place), unit, event)], now)


def signer(log: UUID) -> Signer:
    """What signs the log of a simulated province: there is nobody from whom it would have to be kept."""
    return Signer.of(Ed25519PrivateKey.from_private_bytes(sha256(log.bytes).digest()))


def _send(producer: Any, province: Simulated, raw: Raw) -> Any:
    headers = headers_of(province.log, province.place, raw)
    signer(province.log).sign([raw], [headers])
    return producer.send(topic_of(province.place), raw.state, key=str(raw.stream).encode(), headers=headers)


def _tell(told: Path, provinces: Sequence[Simulated]) -> None:
    write_private(
        told,
        {p.place: {"log": p.log, "position": p.position, "digest": p.digest.hex()} for p in provinces},
    )


def _stored(bootstrap: str) -> Mapping[str, Mapping[int, Raw]]:
    """What the topics hold, by place and position."""
    places = {topic_of(place): place for place in SIMULATED}
    found: dict[str, dict[int, Raw]] = defaultdict(dict)
    consumer = KafkaConsumer(**reach(bootstrap) | SAFE)
    try:
        parts = [TopicPartition(topic, number) for topic in places for number in range(PARTITIONS)]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = {part: end for part, end in consumer.end_offsets(parts).items() if end}
        while any(consumer.position(part) < end for part, end in ends.items()):
            for part, messages in consumer.poll(timeout_ms=500).items():
                for message in messages:
                    raw = _read(message)
                    found[places[part.topic]][raw.position] = raw
    finally:
        consumer.close()
    return found


def _read(message: Any) -> Raw:
    headers = dict(message.headers)
    entry = decode(headers["ce_type"].decode(), message.value)
    return _raw(int(headers["ce_position"]), entry, message.value)
