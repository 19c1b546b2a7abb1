"""A real broker a run and worker, with topics of each test's own."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError as ClientError
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy import kafka
from deploy.kafka.topics import PARTITIONS, ensure
from services.nation import replicate
from services.publisher import heads
from services.register.read import log_id
from tests.kafka.provinces import NEW_PLACES, Province, lives
from tests.projections.histories import store


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


@pytest.fixture
def provinces(server: str, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Province]]:
    """Three provinces, each with a register and a history of its own; what is missing is asked for every second."""
    monkeypatch.setattr(replicate, "ASK_SECONDS", 1.0)
    made = []
    for _ in range(3):
        place = next(NEW_PLACES)
        name = f"concord_test_{os.getpid()}_{place}"
        with psycopg.connect(server, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        database = make_conninfo(server, dbname=name)
        with psycopg.connect(database, autocommit=True) as conn:
            # a clone has the template's identity; each province's log is its own
            conn.execute("ALTER TABLE register.identity DISABLE TRIGGER append_only")
            conn.execute("UPDATE register.identity SET log = gen_random_uuid()")
            made.append(Province(place, database, log_id(conn)))
        store(database, lives(8))
    yield made
    for one in made:
        with psycopg.connect(server, autocommit=True) as conn:
            name = f"concord_test_{os.getpid()}_{one.place}"
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def frequent_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head is sent three times a second."""
    monkeypatch.setattr(heads, "TELL_SECONDS", 0.3)
