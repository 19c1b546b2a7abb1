"""What sources send in these tests, and what the register holds of it afterwards."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import orjson
import psycopg
from kafka import KafkaProducer
from published import threaded
from stdnum.cn import uscc

from events.envelope import CHINA, Actor
from events.governance.source import SourceRegistered
from events.registry import ENTRY_OF
from events.words import ActorKind, Category, SourceSystem
from services.casework.pack import load_pack
from services.casework.source.state import source_stream
from services.casework.unit.registration import unit_id
from services.decisions import Clock, now
from services.follower import follow, step
from services.intake import offsets
from services.intake.batch import Judge
from services.intake.kafka import Intake, Member
from services.intake.message import AMENDED, REPORTED, WITHDRAWN
from services.intake.reception import Reception, connections
from services.intake.record import incoming
from services.intake.topics import SIGNALS
from services.projector import run as projector
from services.projector.run import prepare
from services.register.append import append_sync
from services.register.command import Command
from services.register.read import last_position

PLACE = "430000"
SOURCE = "urn:concord:source:petitions:430000"
SYSTEM = Actor(
    id=uuid5(NAMESPACE_URL, "concord:test-system"), kind=ActorKind.SYSTEM, post="初始化（示例）", place="000000"
)
YESTERDAY = (datetime.now(CHINA) - timedelta(days=1)).date().isoformat()


def code(number: int) -> str:
    """A credit code with its right check digit."""
    body = f"91430100{number:09d}"
    return body + uscc.calc_check_digit(body)


def settled(conninfo: str, moment: datetime | None = None) -> None:
    """A register with one source since a moment, and the tables of projections (empty: no projector runs)."""
    command, moment = uuid4(), moment or datetime.now(UTC)
    registered = SourceRegistered(
        uri=SOURCE, name="示例信访系统", system=SourceSystem.PETITIONS, place="430000", categories=tuple(Category)
    )
    entry = ENTRY_OF[SourceRegistered](
        stream=source_stream(SOURCE), version=1, event=registered, recorded_at=moment, effective_on=date(2020, 1, 1),
        actor=SYSTEM, command_id=command, correlation_id=command,
    )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, [Command(command, b"system", {entry.stream: 0}, (entry,))])
    prepare(conninfo, load_pack(), PLACE)


Record = dict[str, Any]


def record(
    kind: str, unit: str | None, data: dict[str, Any], *, name: str | None = None, source: str = SOURCE
) -> Record:
    """A record in binary mode; `name` is the CloudEvent's id."""
    attributes = {"specversion": "1.0", "id": name or str(uuid4()), "source": source, "type": kind}
    if unit is not None:
        attributes["subject"] = unit
    headers = [(f"ce_{key}", value.encode()) for key, value in attributes.items()]
    return {
        "key": (unit or "").encode(),
        "value": orjson.dumps(data),
        "headers": [*headers, ("content-type", b"application/json")],
    }


def report(number: int, external: str, **more: Any) -> Record:
    """A report about the unit of that number."""
    name = more.pop("name", None)
    data = {"external_id": external, "category": "wage_arrears", "severity": 2}
    days = {"occurred_on": YESTERDAY, "reported_on": YESTERDAY}
    return record(REPORTED, code(number), {**data, **days, **more}, name=name)


def amend(number: int, external: str, **more: Any) -> Record:
    """An amendment of a report."""
    return record(AMENDED, code(number), {"external_id": external, "reason": "更正（示例）", **more})


def withdraw(number: int, external: str) -> Record:
    """A withdrawal of a report."""
    return record(WITHDRAWN, code(number), {"external_id": external, "reason": "误报（示例）"})


def deep(depth: int = 100_000) -> bytes:
    return b"[" * depth + b"]" * depth


def poison(number: int) -> Record:
    """A message that cannot be taken; the classes repeat, every one of them has bytes of its own."""
    good = report(number % 5, f"poison-{number}")
    mark = str(number).encode()
    values = [
        b"", b"[]", b"{}", b"null", b"\xff\xfe" + mark, b"{" + mark, b'"' + mark + b'\\ud800"', b'{"a":NaN,"b":' + mark,
        b'{"a":1,"a":' + mark + b"}", b'{"a":"x\\u0000' + mark + b'"}', b'{"a":' + b"9" * 5_000 + mark + b"}", deep(),
        good["value"][:-1] + b',"people":' + b"9" * 40 + b"}", good["value"].replace(b"wage_arrears", b"nonsense"),
        good["value"][:-1] + b',"unknown":' + mark + b"}", b'{"a":"' + b"x" * 300_000 + mark + b'"}',
    ]  # fmt: skip
    headers = [
        [(k, v) for k, v in good["headers"] if k != "ce_id"],
        [(k, b"\xff" if k == "ce_source" else v) for k, v in good["headers"]],
        [*good["headers"], ("ce_id", b"twice")],
        [(k, b"2.0" if k == "ce_specversion" else v) for k, v in good["headers"]],
        [(k, b"concord.signal.unknown.v1" if k == "ce_type" else v) for k, v in good["headers"]],
        [(k, b"text/plain" if k == "content-type" else v) for k, v in good["headers"]],
        [(k, b"urn:nobody" if k == "ce_source" else v) for k, v in good["headers"]],
        [],
    ]
    index = number % (len(values) + len(headers))
    if index < len(values):
        return {**good, "value": values[index]}
    return {**good, "headers": headers[index - len(values)]}


POISON_KINDS = 24


def send(bootstrap: str, records: Iterable[Record], topic: str = SIGNALS) -> int:
    """Publish, and wait until all are acknowledged; how many."""
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_request_size=2 * 1024 * 1024, linger_ms=5
    )
    sent = [producer.send(topic, **one) for one in records]
    for one in sent:
        one.get(timeout=60)
    producer.close()
    return len(sent)


@contextmanager
def intake(conninfo: str, bootstrap: str, clock: Clock = now, topic: str = SIGNALS) -> Iterator[Intake]:
    """An intake in this process, that steps when it is told."""
    member = Member(bootstrap, topic)
    try:
        with offsets.connect(conninfo) as conn:
            yield Intake(conn, member, Judge(load_pack(), PLACE, topic, clock))
    finally:
        member.close()


@contextmanager
def receiving(conninfo: str, clock: Clock = now) -> Iterator[Reception]:
    """What an API takes signals with."""
    with connections(conninfo) as pool:
        yield Reception(pool, Judge(load_pack(), PLACE, "http", clock))


def over_http(conninfo: str, records: Iterable[Record]) -> list[str]:
    """The same messages as an API takes them, one after the other; what became of each."""

    async def all_of_them() -> list[str]:
        with receiving(conninfo) as reception:
            came = [incoming(one["value"], one["headers"]) for one in records]
            return [taken.outcome for one in came for taken in await reception.take([one])]

    return asyncio.run(all_of_them())


def projected(conninfo: str) -> None:
    """Bring the board and the signals up to the register, as a projector does."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        last = last_position(conn)

        def reached() -> bool:
            query = "SELECT count(*) FROM projections.position WHERE name IN ('board', 'signals') AND position >= %s"
            return bool(ask(conninfo, query, last) == [(2,)])

        with threaded(follow, projector.process(conninfo, load_pack(), PLACE, poll_seconds=0.1)):
            wait(reached, 60, "the projections do not come")


def drain(running: Intake, count: int, seconds: float = 60) -> None:
    """Step until so many messages have been taken."""
    taken, until = 0, time.monotonic() + seconds
    while taken < count:
        assert time.monotonic() < until, f"{taken} of {count} within {seconds} s"
        taken += step(running.follower())


def wait(what: Callable[[], bool], seconds: float, why: str) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, why
        time.sleep(0.1)


def ask(conninfo: str, query: str, *values: Any) -> list[Any]:
    """Rows."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        return conn.execute(query.encode(), values).fetchall()


def taken_offsets(conninfo: str) -> int:
    """How many messages have been moved past, all partitions together."""
    return int(ask(conninfo, "SELECT coalesce(sum(next_offset), 0) FROM intake.offsets")[0][0])


def recorded(conninfo: str) -> Counter[str]:
    """External id → how often a report of it was recorded."""
    rows = ask(conninfo, "SELECT state FROM register.events WHERE type = 'unit.signal-recorded.v1'")
    return Counter(orjson.loads(bytes(state))["event"]["external_id"] for (state,) in rows)


def types(conninfo: str, number: int) -> list[str]:
    """The types of a unit's entries, in order."""
    query = "SELECT type FROM register.events WHERE stream = %s ORDER BY version"
    return [name for (name,) in ask(conninfo, query, unit_id(code(number), PLACE))]


def letters(conninfo: str, status: str = "waiting") -> list[tuple[str, str, bytes, list[list[Any]]]]:
    """Class, reason, bytes and headers of the dead letters of a status."""
    query = "SELECT class, reason, message, headers FROM intake.dead_letters WHERE status = %s ORDER BY id"
    return ask(conninfo, query, status)
