"""A register is lost and restored: what that costs is measured, and what was promised holds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from deploy import drill, kafka
from deploy.drill import WRITES, Drilled
from services.casework.pack import MORE_PACKS
from services.errors import Unavailable

pytestmark = pytest.mark.long

ENTRIES = 4_000


def left(server: str) -> list[str]:
    """Databases of drills that are still there."""
    with psycopg.connect(server) as conn:
        return [
            name for (name,) in conn.execute("SELECT datname FROM pg_database WHERE datname LIKE 'concord_drill_%'")
        ]


def held(found: Drilled) -> None:
    assert found.well, found
    assert found.entries >= ENTRIES
    assert (found.lost, found.resent, found.findings) == (WRITES, WRITES, 0)
    assert found.rpo > 0
    assert found.rto >= found.restore + found.branch


def test_E_61_a_register_that_was_lost_is_back_and_takes_again_what_it_lost(server: str) -> None:
    (found,) = drill.drill(server, ["430000"], ENTRIES, None)
    held(found)
    assert found.branch_after is None
    assert left(server) == []


def test_E_61_a_promise_that_did_not_hold_is_told(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Drilled("430000", 10, 1, 1, 5, 1, 1, 10, 1, 5, 0)
    assert found.well
    for wrong in ({"findings": 1}, {"resent": 4}, {"branch_after": 9}):
        assert not replace(found, **wrong).well
    monkeypatch.setattr(drill, "restore", lambda *_arguments: (_ for _ in ()).throw(Unavailable("a backup")))
    with pytest.raises(Unavailable):
        drill.drill(server, ["430000", "430000"], ENTRIES, None)
    assert left(server) == []


@pytest.mark.kafka
def test_E_61_E_62_province_and_nation_lost_at_once_go_on_as_other_logs_where_others_hold_what_was_lost(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MORE_PACKS, os.environ[MORE_PACKS])  # the nation's pack is written beside, and put back
    said: list[str] = []
    try:
        both = drill.drill(server, ["430000", "000000"], ENTRIES, kafka.up(tmp_path).bootstrap, said.append)
    except kafka.MissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROKER, NOT TESTED: {error}")
    finally:
        kafka.down(tmp_path)
    assert [found.place for found in both] == ["430000", "000000"]
    for found in both:
        held(found)
        assert found.branch_after == found.entries
    steps = [line.partition(": ")[2] for line in said]
    assert max(i for i, step in enumerate(steps) if step == "going on") < steps.index("restoring")
