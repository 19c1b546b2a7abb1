"""A partition of which nothing can be read: it is named with its reason, the others go on, and it does once mended."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.record import default_records
from test_faults import running
from test_outage import _ready
from wire import recorded, report, send, settled, wait

from deploy.embedded.cluster import free_port
from services.intake.topics import SIGNALS

STUCK = 2


def packed(data: bytes) -> bytes:
    """Zstandard (RFC 8878): a frame whose longest run is a block of one repeated byte, and the rest as it is."""
    runs = [(byte, len(list(run))) for byte, run in itertools.groupby(data)]
    at = max(range(len(runs)), key=lambda number: runs[number][1])
    first = sum(length for _, length in runs[:at])
    byte, length = runs[at]

    def block(kind: int, size: int, content: bytes, *, last: bool = False) -> bytes:
        return struct.pack("<I", last | kind << 1 | size << 3)[:3] + content

    before, after = data[:first], data[first + length :]
    frame = struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data))
    return frame + block(0, first, before) + block(1, length, bytes([byte])) + block(0, len(after), after, last=True)


def send_zstd(bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that this program has no codec for, as other producers may send it."""
    with monkeypatch.context() as patched:
        patched.setattr(default_records.codecs, "has_zstd", lambda: True)
        patched.setattr(default_records, "zstd_encode", packed)
        patched.setitem(KafkaProducer._COMPRESSORS, "zstd", (lambda: True, KafkaProducer._COMPRESSORS["zstd"][1]))
        producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type="zstd")
        producer.send(SIGNALS, b"0" * 5_000, partition=STUCK).get(timeout=30)
        producer.close()


def at(partition: int, record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "partition": partition}


def test_E_23_a_stuck_partition_is_named_the_others_go_on_and_so_does_it_once_mended(
    database: str, bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(database)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, SIGNALS, {"compression.type": "producer"})])
    send(bootstrap, [at(partition, report(partition, f"before-{partition}")) for partition in range(6)])
    send_zstd(bootstrap, monkeypatch)
    send(bootstrap, [at(partition, report(partition, f"after-{partition}")) for partition in range(6)])
    port, others = free_port(18_340), {f"after-{partition}" for partition in range(6) if partition != STUCK}
    with running(database, bootstrap, tmp_path, [["--metrics-port", str(port)]]):
        wait(lambda: recorded(database).keys() >= others, 120, "the other partitions do not go on")
        wait(lambda: bool(_ready(port)[1].get("halted")), 30, "nothing is said")
        status, checks = _ready(port)
        assert (status, checks["broker"], checks["database"]) == (503, True, True)
        assert checks["halted"].keys() == {f"{SIGNALS}/{STUCK}"}
        assert "zstd" in checks["halted"][f"{SIGNALS}/{STUCK}"]
        assert f"after-{STUCK}" not in recorded(database)
        # who runs the broker takes the message away that nobody here can read
        admin.delete_records({TopicPartition(SIGNALS, STUCK): 2})
        wait(lambda: f"after-{STUCK}" in recorded(database), 60, "it does not go on")
        wait(lambda: _ready(port)[0] == 200, 30, "it is not well again")
    admin.close()
    assert set(recorded(database).values()) == {1}
