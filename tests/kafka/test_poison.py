"""10,000 poison messages of every class among 10,000 good ones: each good one an effect, each poison a dead letter."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition
from wire import SOURCE, SYSTEM, ask, drain, intake, record, recorded, report, send, settled

from deploy.bench import broker as bench
from deploy.bench.poison import KINDS, kind_of, poison
from events.governance.source import SourceRegistered
from events.registry import ENTRY_OF
from events.words import Category, SourceSystem
from services.casework.source.state import source_stream
from services.intake.deadletters import without_personal
from services.intake.message import REPORTED
from services.intake.topics import DEAD
from services.register.append import append_sync
from services.register.command import Command

POISON = 10_000
NARROW = "urn:concord:source:cyberspace:430100"
"""Reports one category, of one prefecture."""

Records = list[dict[str, Any]]

pytestmark = pytest.mark.faults


def _spoilt(number: int) -> dict[str, Any]:
    good = report(number % 50, f"poison-{number}")
    made = poison(number, bench.Record(good["key"], good["value"], good["headers"]))
    # its kind travels in a header that no reader knows
    return {"key": made.key, "value": made.value, "headers": [*made.headers, ("kind", kind_of(number).encode())]}


def _kind(name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "headers": [*one["headers"], ("kind", name.encode())]}


def _unlawful(number: int) -> Records:
    """Readable, of a source that may not say so, and the same id with other content after its good message."""
    data = {"external_id": f"narrow-{number}", "category": "negative_opinion", "severity": 2,
            "occurred_on": "2024-03-01", "reported_on": "2024-03-01"}  # fmt: skip
    elsewhere = {"unit": {"place": "430200", "name": f"示例单位{number}"}}
    code = bench.code(90_000 + number)
    return [
        _kind("foreign category", record(REPORTED, code, {**data, "category": "wage_arrears"}, source=NARROW)),
        _kind("foreign place", record(REPORTED, code, {**data, **elsewhere}, source=NARROW)),
        _kind("conflict", report(number, f"good-{number}", name=f"id-{number}", people=number + 1)),
    ]


def _narrow_source(conninfo: str) -> None:
    command = uuid4()
    registered = SourceRegistered(
        uri=NARROW, name="示例网信系统", system=SourceSystem.CYBERSPACE, place="430100",
        categories=(Category.NEGATIVE_OPINION,),
    )  # fmt: skip
    entry = ENTRY_OF[SourceRegistered](
        stream=source_stream(NARROW), version=1, event=registered, recorded_at=datetime.now(UTC),
        effective_on=date(2020, 1, 1), actor=SYSTEM, command_id=command, correlation_id=command,
    )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as conn:
        append_sync(conn, [Command(command, b"system", {entry.stream: 0}, (entry,))])


LETTER_OF = {name: kind.letter for name, kind in KINDS.items()} | {
    "foreign category": "refused", "foreign place": "refused", "conflict": "conflict",
}  # fmt: skip


def test_every_good_message_has_one_effect_and_every_poison_a_letter(database: str, bootstrap: str) -> None:
    settled(database)
    _narrow_source(database)
    good = [report(number % 2_000, f"good-{number}", name=f"id-{number}") for number in range(POISON)]
    bad = [_spoilt(number) for number in range(POISON - 300)]
    mixed = [*good, *bad]
    random.Random(11).shuffle(mixed)  # noqa: S311 (no secret)
    unlawful = [one for number in range(100) for one in _unlawful(number)]
    sent = Counter(dict(one["headers"])["kind"].decode() for one in [*bad, *unlawful])
    assert sum(sent.values()) == POISON
    assert sent.keys() == LETTER_OF.keys()

    count = send(bootstrap, [*mixed, *unlawful])
    with intake(database, bootstrap) as running:
        drain(running, count, 300)

    assert recorded(database) == dict.fromkeys((f"good-{number}" for number in range(POISON)), 1)
    _each_is_on_the_topic(bootstrap, sent, [*bad, *unlawful])
    _each_is_in_the_table(database, bad)


def _each_is_on_the_topic(bootstrap: str, sent: Counter[str], spoilt: Records) -> None:
    """Of each kind as many as were sent, each with its class, a reason, and its bytes with personal data masked."""
    reader = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_bytes=8 * 1024 * 1024)
    part = TopicPartition(DEAD, 0)
    reader.assign([part])
    reader.seek_to_beginning(part)
    end, classes, values = reader.end_offsets([part])[part], Counter[tuple[str, str]](), Counter[bytes]()
    while reader.position(part) < end:
        for one in reader.poll(timeout_ms=1_000).get(part, ()):
            headers = dict(one.headers)
            classes[headers["kind"].decode(), headers["concord-class"].decode()] += 1
            values[one.value or b""] += 1
            assert headers["concord-reason"]
            assert b"13800138000" not in (one.value or b"")
    reader.close()
    assert classes == Counter({(name, LETTER_OF[name]): times for name, times in sent.items()})
    assert values == Counter(without_personal(one["value"] or b"") for one in spoilt)


def _each_is_in_the_table(conninfo: str, bad: Records) -> None:
    """Each with its class, key, headers and bytes; the same message once (ADR 0013), whatever differs apart."""
    rows = ask(conninfo, "SELECT headers, key, class, message, reason FROM intake.dead_letters")
    assert all(reason for *_, reason in rows)
    whole = Counter((str(headers), key, kind, bytes(message)) for headers, key, kind, message, _ in rows)
    assert max(whole.values()) == 1
    kept = {(dict(headers)["kind"], key, kind, bytes(message)) for headers, key, kind, message, _ in rows}
    expected = {(name := dict(one["headers"])["kind"].decode(), one["key"], LETTER_OF[name],
                 without_personal(one["value"] or b"")) for one in bad}  # fmt: skip
    assert {one for one in kept if one[0] in KINDS} == expected
    assert Counter(kind for name, _, kind, _ in kept if name not in KINDS) == {"refused": 200, "conflict": 100}


def test_a_kind_for_every_place() -> None:
    assert {kind_of(number) for number in range(POISON)} == KINDS.keys()
    made = [_spoilt(number) for number in range(2 * len(KINDS))]
    assert all(replace(bench.Record(b"", b"", ()), key=one["key"]).key for one in made)
    assert SOURCE in {dict(one["headers"]).get("ce_source", b"").decode("utf-8", "replace") for one in made}
