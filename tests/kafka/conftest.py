"""A real broker a run and worker, with topics of each test's own."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError as ClientError

from deploy import kafka
from deploy.kafka.topics import PARTITIONS, ensure


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def broker_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the broker of this run lives; skipped where it cannot, failed where CI is true."""
    directory = tmp_path_factory.mktemp("broker")
    try:
        # far apart by chance: where the broker is killed, no other run's takes its port meanwhile
        kafka.up(directory, 12_000 + 10 * secrets.randbelow(2_000))
    except kafka.MissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROKER, NOT TESTED: {error}")
    yield directory
    kafka.down(directory)


@pytest.fixture
def bootstrap(broker_directory: Path) -> str:
    """A running broker whose topics are empty."""
    broker = kafka.up(broker_directory)
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    admin.delete_topics(list(PARTITIONS), timeout_ms=20_000)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if not set(PARTITIONS) & set(admin.list_topics()):
                ensure(broker.bootstrap)
                break
        except ClientError:
            pass
        time.sleep(0.1)
    admin.close()
    return broker.bootstrap
