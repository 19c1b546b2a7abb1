"""A demonstration with a clock of its own: moved by hand, never back, never in production; and the tour told on it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from demonstrated import ROOT, demo
from pydantic import SecretStr

from deploy import clock
from deploy.cli import common
from deploy.clock import ClockBackError, OwnClock, clock_of, move
from services.decisions import now
from services.errors import Unavailable
from services.register.migrate import mark_simulated
from services.settings import Settings

DAY = date(2026, 3, 2)
TOUR = ROOT / "docs" / "tutorial" / "one-unit.md"


def test_a_register_without_one_has_the_real_clock(tmp_path: Path) -> None:
    assert clock_of(tmp_path) is now
    with pytest.raises(Unavailable, match="--clock"):
        clock.found(tmp_path)


def test_it_goes_on_by_itself_and_only_forward(tmp_path: Path) -> None:
    own = OwnClock(tmp_path)
    own.set(DAY)
    first, second = own(), own()
    assert (own.today, first <= second, clock.today(tmp_path)) == (DAY, True, DAY)
    assert clock_of(tmp_path)().astimezone().utcoffset() is not None
    for back in (DAY, DAY - timedelta(days=1)):
        with pytest.raises(ClockBackError, match="2026-03-02"):
            own.set(back)
        with pytest.raises(ClockBackError):
            move(own, back, print)
    assert own.today == DAY


def test_it_is_moved_day_by_day(tmp_path: Path) -> None:
    own, seen = OwnClock(tmp_path), list[tuple[date, date]]()
    own.set(DAY)
    assert move(own, DAY + timedelta(days=3), lambda day: seen.append((day, own.today))) == 3
    assert seen == [(DAY + timedelta(days=n), DAY + timedelta(days=n)) for n in (1, 2, 3)]


def test_it_is_refused_in_production_and_by_a_register_that_was_not_made_with_one(
    database: str, tmp_path: Path
) -> None:
    given = Settings(data_dir=tmp_path, database_url=SecretStr(database), open_pages=True)
    common.refuse_clock(given, database)
    OwnClock(tmp_path).set(DAY)
    with pytest.raises(common.ClockError):
        common.refuse_clock(given, database)
    mark_simulated(database)
    common.refuse_clock(given, database)
    with pytest.raises(common.ClockError):
        common.refuse_clock(given.model_copy(update={"open_pages": False}), database)


def concord(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the line, beside the demonstration of that directory."""
    command = (sys.executable, "-P", "-m", "deploy.cli", *words)
    environment = {**os.environ, "CONCORD_DATA_DIR": str(directory)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A demonstration begun on that day, and what it said of itself."""
    directory = tmp_path_factory.mktemp("clocked")
    process = demo(directory, "--clock", DAY.isoformat(), "--units", "40", "--port", "0", "--json")
    assert process.stdout is not None
    line = process.stdout.readline()
    yield directory, json.loads(line)
    process.terminate()
    process.communicate(timeout=120)


@pytest.mark.long
def test_a_new_enterprise_is_named_and_loses_its_name_as_the_tour_tells_it(
    running: tuple[Path, dict[str, Any]],
) -> None:
    directory, said = running
    assert said["day"] == DAY.isoformat()
    blocks = re.findall(r"```sh\n(.*?)```", TOUR.read_text("utf-8"), re.DOTALL)
    assert blocks[0] == f"./concord demo --clock {DAY}\n"
    script = "set -euo pipefail\n" + "".join(blocks[1:]).replace("./concord", f"{sys.executable} -P -m deploy.cli")
    environment = {**os.environ, "CONCORD_DATA_DIR": str(directory)}
    ran = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    assert ran.returncode == 0, (ran.stdout[-2_000:], ran.stderr)
    types = re.findall(r"^\d+ (unit\.\S+) ", ran.stdout, re.MULTILINE)
    assert [types.count(f"unit.{name}.v1") for name in ("registered", "named", "revoked")] == [1, 1, 1]
    assert '"status":"ended"' in ran.stdout
    assert "2026-03-10" in ran.stdout
    back = concord(directory, "clock", "2026-03-09")
    assert (back.returncode, "only goes forward" in back.stderr) == (1, True)
    told = json.loads(concord(directory, "clock", "2026-03-11", "--json").stdout)
    assert (told["day"], told["days"]) == ("2026-03-11", 1)
    with psycopg.connect(common.existing_database(Settings(data_dir=directory / "clocked"))) as conn:
        days = conn.execute("SELECT count(*) FROM register.events WHERE type = 'register.not-watched.v1'").fetchone()
    assert days == (0,)
