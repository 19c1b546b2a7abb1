"""Where a benchmark of the wire runs: a broker of its own, and signals of a source that the register knows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import orjson
import psycopg
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from stdnum.cn import uscc

from deploy import kafka
from events.envelope import Actor
from events.governance.source import SourceRegistered
from events.registry import ENTRY_OF
from events.words import ActorKind, Category, SourceSystem
from services.casework.pack import load_pack
from services.casework.source.state import source_stream
from services.intake.message import REPORTED
from services.intake.topics import SIGNALS
from services.projector.run import prepare
from services.register.append import append_sync
from services.register.command import Command

SOURCE = "urn:concord:source:petitions:430000"
SYSTEM = Actor(id=uuid5(NAMESPACE_URL, "concord:bench"), kind=ActorKind.SYSTEM, post="基准测试（示例）", place="000000")
"""Who acts in a benchmark's own register."""

_DAY = "2024-03-01"
_TEXT = "职工反映工资结算口径与集体合同约定不一致，已登记并转属地核实处理（示例）。"


@dataclass(frozen=True, slots=True)
class Record:
    """What is published: key, value and headers."""

    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@contextmanager
def broker() -> Iterator[str]:
    """The bootstrap of a broker in a temporary directory. Raises deploy.kafka.MissingError without Java."""
    directory = Path(tempfile.mkdtemp(prefix="concord-bench-"))
    try:
        yield kafka.up(directory).bootstrap
    finally:
        kafka.down(directory)
        shutil.rmtree(directory)


def settle(conninfo: str) -> None:
    """A register that knows the source, with the tables of projections, all empty."""
    command = uuid4()
    registered = SourceRegistered(
        uri=SOURCE, name="示例信访系统", system=SourceSystem.PETITIONS, place="430000", categories=tuple(Category)
    )
    entry = ENTRY_OF[SourceRegistered](
        stream=source_stream(SOURCE), version=1, event=registered, recorded_at=datetime.now(UTC),
        effective_on=date(2020, 1, 1), actor=SYSTEM, command_id=command, correlation_id=command,
    )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, [Command(command, b"bench", {entry.stream: 0}, (entry,))])
    prepare(conninfo, load_pack(), "430000")


def code(number: int) -> str:
    """The credit code of the unit of that number, with its right check digit."""
    body = f"91430100{number:09d}"
    return body + uscc.calc_check_digit(body)


def signals(count: int, units: Sequence[str]) -> list[Record]:
    """Reports as a source sends them, about the units in turn, each with ids of its own."""
    made = []
    for n in range(count):
        unit, name = units[n % len(units)], str(uuid4())
        headers = {
            "ce_specversion": "1.0", "ce_id": name, "ce_source": SOURCE, "ce_type": REPORTED, "ce_subject": unit,
            "content-type": "application/json",
        }  # fmt: skip
        value = orjson.dumps(
            {
                "external_id": f"XF-{name}", "category": "wage_arrears", "severity": 2, "occurred_on": _DAY,
                "reported_on": _DAY, "people": 12, "case_number": f"信〔2024〕{n}号", "summary": _TEXT,
            }
        )  # fmt: skip
        made.append(Record(unit.encode(), value, [(key, text.encode()) for key, text in headers.items()]))
    return made


def publish(bootstrap: str, records: Iterable[Record]) -> None:
    """Publish in one transaction: who reads what is committed sees all of it at the same moment."""
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", transactional_id=str(uuid4()), transaction_timeout_ms=600_000,
        linger_ms=5, batch_size=256 * 1024, max_request_size=2 * 1024 * 1024,
    )  # fmt: skip
    try:
        producer.init_transactions()
        producer.begin_transaction()
        for one in records:
            producer.send(SIGNALS, value=one.value, key=one.key, headers=list(one.headers))
        producer.commit_transaction()
    finally:
        producer.close()


def ends(bootstrap: str, topic: str) -> dict[TopicPartition, int]:
    """Where the partitions of a topic end, committed or not."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    try:
        consumer.topics()
        parts = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        return dict(consumer.end_offsets(parts))
    finally:
        consumer.close()
