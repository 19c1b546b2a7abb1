"""An unmodified projection of the `eventsourcing` library follows the register, from a package that is not ours."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Any

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError, Tracking
from eventsourcing.projection import Projection, ProjectionRunner

from services.register.mapper import EntryEvent
from services.register.recorder import RegisterRecorder
from tests.projections.histories import history, interleaved, store


class Register(Application[Any]):
    """The application that is followed."""


class Types(RegisterRecorder):
    """A view: how many events there are of each type."""

    def count(self, name: str, tracking: Tracking) -> None:
        with self.tracking(tracking) as conn:
            conn.execute(
                "INSERT INTO projections.types AS t VALUES (%s, 1)"
                " ON CONFLICT (type) DO UPDATE SET count = t.count + 1",
                [name],
            )


class CountsTypes(Projection[Types]):
    """The projection: the library's own, nothing of it is changed."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        assert isinstance(domain_event, EntryEvent)
        self.view.count(domain_event.entry.event.about.type, tracking)


def run(database: str, seconds: float = 60) -> None:
    """Follow to the end of the log, as the library does it."""
    env = {"PERSISTENCE_MODULE": "services.register.library", "CONCORD_DATABASE_URL": database}
    runner = ProjectionRunner(application_class=Register, projection_class=CountsTypes, view_class=Types, env=env)
    with runner:
        head, until = runner.app.recorder.max_notification_id(), time.monotonic() + seconds
        while runner.view.max_tracking_id("Register") != head:
            assert time.monotonic() < until, "it did not come to the end"
            runner.run_forever(timeout=0.05)
    runner.view.close()
    runner.app.recorder.close()


def test_an_unmodified_projection_of_the_library_follows_the_register(database: str) -> None:
    random = Random(3)  # noqa: S311 (the same histories each time)
    entries = list(interleaved(random, [history(random, number, 12) for number in range(5)]))
    with psycopg.connect(database) as conn:
        conn.execute("CREATE TABLE projections.types (type text PRIMARY KEY, count int NOT NULL)")
    store(database, entries[:30])
    run(database)
    store(database, entries[30:])
    run(database)
    with psycopg.connect(database) as conn:
        counted = dict(conn.execute("SELECT type, count FROM projections.types").fetchall())
    assert counted == Counter(entry.event.about.type for entry in entries)


def test_it_says_what_it_needs(database: str) -> None:
    env = {"PERSISTENCE_MODULE": "services.register.library"}
    with pytest.raises(InfrastructureFactoryError, match="CONCORD_DATABASE_URL"):
        InfrastructureFactory.construct(env=env).application_recorder()
    factory = InfrastructureFactory.construct(env=env | {"CONCORD_DATABASE_URL": database})
    with pytest.raises(InfrastructureFactoryError, match="no snapshots"):
        factory.aggregate_recorder("snapshots")
