"""Signals over a real broker: taken once, in order, whatever else is among them."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from kafka import KafkaConsumer
from wire import (
    POISON_KINDS,
    amend,
    ask,
    code,
    drain,
    intake,
    letters,
    poison,
    record,
    recorded,
    report,
    send,
    settled,
    types,
    withdraw,
)

from services.follower import step
from services.intake.message import REPORTED
from services.intake.topics import DEAD
from services.publisher.topics import ensure

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_published_is_recorded(database: str, bootstrap: str) -> None:
    settled(database)
    records = [report(1, "a"), amend(1, "a", people=9), report(1, "b", summary="电话 13800138000"), withdraw(1, "b")]
    count = send(bootstrap, records)
    with intake(database, bootstrap) as running:
        drain(running, count)
    assert types(database, 1) == [
        "unit.registered.v1", "unit.signal-recorded.v1", "unit.signal-amended.v1", "unit.signal-recorded.v1",
        "unit.signal-withdrawn.v1",
    ]  # fmt: skip
    assert letters(database) == []
    assert not ask(database, "SELECT FROM register.events WHERE convert_from(state, 'UTF8') LIKE '%%13800138000%%'")


def test_registers_on_one_broker_take_each_its_own_topic(database: str, bootstrap: str) -> None:
    settled(database)
    ensure(bootstrap, "concord.430000.signals")
    send(bootstrap, [report(3, "other")])
    send(bootstrap, [report(3, "a"), report(3, "b")], "concord.430000.signals")
    with intake(database, bootstrap, topic="concord.430000.signals") as running, intake(database, bootstrap) as other:
        drain(running, 2)
        drain(other, 1)
    assert recorded(database) == {"a": 1, "b": 1, "other": 1}
    assert {name for (name,) in ask(database, "SELECT topic FROM intake.offsets WHERE next_offset > 0")} == {
        "concord.430000.signals", "concord.signals",
    }  # fmt: skip


def test_the_example_in_the_docs_and_the_command_line_publish(database: str, bootstrap: str) -> None:
    settled(database)
    example = ROOT / "docs/examples/publish_signal.py"
    assert len(example.read_text(encoding="utf-8").splitlines()) <= 40
    subprocess.run([sys.executable, example, bootstrap, code(2)], check=True)
    command = [sys.executable, "-P", "-m", "deploy.cli", "publish-signal", "--code", code(2), "--json"]
    source = ["--source", "urn:concord:source:petitions:430000"]
    subprocess.run([*command, *source], env={"CONCORD_KAFKA": bootstrap}, check=True, cwd=ROOT)
    with intake(database, bootstrap) as running:
        drain(running, 2)
    assert types(database, 2)[1:] == ["unit.signal-recorded.v1"] * 2


def test_one_bad_message_never_spoils_its_batch(database: str, bootstrap: str) -> None:
    settled(database)
    bad = [poison(number) for number in range(2 * POISON_KINDS)]
    good = [report(number % 7, f"good-{number}") for number in range(100)]
    mixed = [*bad, *good]
    random.Random(3).shuffle(mixed)  # noqa: S311 (no secret)
    count = send(bootstrap, mixed)
    with intake(database, bootstrap) as running:
        drain(running, count)
        dead = _dead_topic(bootstrap, len(bad))
    assert recorded(database) == dict.fromkeys((f"good-{number}" for number in range(100)), 1)
    kept = letters(database)
    # the same waiting message is kept once: of some kinds every one has the same headers, key and bytes
    assert {bytes(message) for _, _, message, _ in kept} >= {one["value"] for one in bad if one["headers"]}
    assert all(reason for _, reason, _, _ in kept)
    assert {kind for kind, *_ in kept} == {"malformed", "not-json", "too-large", "refused", "unsupported-media-type"}
    assert len(dead) == len(bad)
    assert all(headers["concord-class"] and headers["concord-reason"] for headers in dead)


def _dead_topic(bootstrap: str, count: int) -> list[dict[str, bytes]]:
    reader = KafkaConsumer(
        DEAD, bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False,
        consumer_timeout_ms=3_000, group_id=None,
    )  # fmt: skip
    found = []
    for one in reader:
        found.append(dict(one.headers))
        if len(found) == count:
            break
    reader.close()
    return found


def test_doubled_and_reordered_delivery_ends_in_the_same_state(database: str, bootstrap: str) -> None:
    settled(database)
    chosen = random.Random(7)  # noqa: S311 (no secret)
    sent = []
    for number in range(60):
        unit, name = 10 + number % 4, f"r-{number}"
        sent += [report(unit, name), amend(unit, name, people=number)]
        if number % 3 == 0:
            sent.append(withdraw(unit, name))
    withdrawn = [one for one in sent if b"people" not in one["value"] and b"category" not in one["value"]]
    order = [one for one in sent if one not in withdrawn] * 2
    chosen.shuffle(order)
    count = send(bootstrap, [*order, *withdrawn, *withdrawn])
    with intake(database, bootstrap) as running:
        drain(running, count)
    assert recorded(database) == dict.fromkeys((f"r-{number}" for number in range(60)), 1)
    found = dict(ask(database, "SELECT type, count(*) FROM register.events GROUP BY type"))
    assert (found["unit.signal-amended.v1"], found["unit.signal-withdrawn.v1"]) == (60, 20)
    assert letters(database) == []


def test_what_comes_before_its_report_waits_for_it(database: str, bootstrap: str) -> None:
    settled(database)
    with intake(database, bootstrap) as running:
        drain(running, send(bootstrap, [withdraw(20, "late"), amend(20, "late2", people=3)]))
        assert [kind for kind, *_ in letters(database)] == ["early", "early"]
        drain(running, send(bootstrap, [report(20, "late"), report(20, "late2")]))
    assert letters(database) == []
    assert len(letters(database, "replayed")) == 2
    assert sorted(types(database, 20)[1:]) == [
        "unit.signal-amended.v1", "unit.signal-recorded.v1", "unit.signal-recorded.v1", "unit.signal-withdrawn.v1",
    ]  # fmt: skip


def test_the_same_id_with_other_content_is_a_conflict(database: str, bootstrap: str) -> None:
    settled(database)
    first, other = report(30, "x", name="one"), report(30, "x", name="one", people=5)
    with intake(database, bootstrap) as running:
        drain(running, send(bootstrap, [first, other, first]))
        drain(running, send(bootstrap, [other]))
    assert recorded(database) == {"x": 1}
    assert [kind for kind, *_ in letters(database)] == ["conflict"]


def test_a_signal_without_a_unit_is_parked(database: str, bootstrap: str) -> None:
    settled(database)
    known = report(40, "parked")
    lost = record(REPORTED, None, {**_data(known), "unit": {"name": "示例企业", "place": "430104"}})
    with intake(database, bootstrap) as running:
        drain(running, send(bootstrap, [lost, lost]))
    assert ask(database, "SELECT count(*) FROM register.events WHERE type = 'signal.parked.v1'") == [(1,)]


def _data(one: dict[str, bytes]) -> dict[str, object]:
    import orjson

    found: dict[str, object] = orjson.loads(one["value"])
    return found


def test_a_process_that_lost_its_partition_stores_nothing(database: str, bootstrap: str) -> None:
    settled(database)
    with intake(database, bootstrap) as stale:
        drain(stale, send(bootstrap, [report(50, "first")]))
        ask(database, "UPDATE intake.offsets SET next_offset = next_offset + 1 RETURNING 1")
        send(bootstrap, [report(50, "second")])
        for _ in range(20):
            step(stale.follower())
            if not stale.member.next:
                break
        else:
            raise AssertionError("it was not fenced")
    assert recorded(database) == {"first": 1}
