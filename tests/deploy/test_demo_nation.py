"""The nation's demonstration: other provinces lawful on any day, simulated ones always the same, and all of it run."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import orjson
import psycopg
import pytest
from stdnum.cn import uscc

from deploy import kafka
from deploy.bench import units
from deploy.demo import nationwide
from deploy.demo.application import NATIONAL
from deploy.demo.generator import SEED, run, simulated
from deploy.demo.instance import Instance
from deploy.demo.nation import Nation
from deploy.demo.other_provinces import (
    DOUBLED,
    OUT_OF_STEP,
    REAL,
    SANCTIONING,
    SHARED,
    SILENT,
    SILENT_DAYS,
    SIMULATED,
    SLOW,
    elsewhere,
    provinces,
    script,
)
from deploy.demo.people import PROVINCE
from deploy.demo.province_pack import province_pack
from deploy.demo.smoke_nation import disagreements
from deploy.demo.world import World
from events.envelope import CHINA
from events.places import within
from events.registry import decode
from events.words import Standing, Watch
from services.casework.pack import load_pack
from services.casework.unit.naming.state import standing
from services.casework.unit.registration import unit_id
from services.casework.unit.signals import watch
from services.publisher.topics import topic_of
from services.register.read import Raw
from tests.deploy.demonstrated import smoked
from tests.kafka.published import messages

pytestmark = pytest.mark.long
PACK = load_pack()
TODAY = date(2026, 11, 24)
DAYS = (TODAY, date(2026, 3, 1), date(2026, 7, 4), date(2027, 2, 15), date(2028, 2, 29))


_FOLDER = TemporaryDirectory(prefix="concord-packs-")
PACKS = Path(_FOLDER.name)
"""Where the provinces' packs are, for all tests of this file."""


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    """No other file's tests find those packs."""
    with patch.dict(os.environ):
        yield


def lived(place: str, today: date = TODAY, count: int = 4) -> World:
    """A province told without a database."""
    province = elsewhere(place, count, today, province_pack(PACKS, place))
    world = province.world()
    for _ in world.commands(script(province, SEED, nationwide.SHARED), province.days.until):
        pass
    return world


def test_there_are_31_and_each_is_hunan_real_or_simulated() -> None:
    assert len(provinces()) == 31
    assert sorted((PROVINCE, *REAL, *SIMULATED)) == list(provinces())


@pytest.mark.parametrize("today", DAYS)
def test_every_province_is_lawful_on_any_day(today: date) -> None:
    for place in provinces():
        if place != PROVINCE:
            world = lived(place, today)
            assert world.refused == []
            assert len(world.units) >= 4
            assert all(within(unit.life.place, place) for unit in world.units.values())


def test_codes_are_valid_and_names_are_marked() -> None:
    for place in SIMULATED[:4]:
        for unit in lived(place).units.values():
            assert uscc.is_valid(unit.life.code)
            assert unit.life.name.endswith("（示例）")


def test_the_slow_province_lets_signals_lie() -> None:
    lying = [unit for unit in lived(SLOW).units.values() if watch(unit, PACK) is Watch.FROZEN]
    assert len(lying) == 4
    assert all(standing(unit, NATIONAL) is Standing.HELD for unit in lying)


def test_a_model_of_hunan_is_sanctioned_elsewhere() -> None:
    unit = lived(SANCTIONING).units[nationwide.SHARED.id]
    assert any(signal.stands_serious for signal in unit.signals.all.values())


def test_two_provinces_know_one_code() -> None:
    assert all(unit_id(SHARED, place) in lived(place).units for place in DOUBLED)


def test_an_ended_term_stands_where_nobody_looks() -> None:
    held = [unit.naming.held[NATIONAL] for unit in lived(OUT_OF_STEP).units.values() if NATIONAL in unit.naming.held]
    assert any(one.term_until < TODAY for one in held)


def test_the_silent_one_says_nothing_for_weeks() -> None:
    _, history = simulated(SILENT, TODAY, 4, PACKS)
    last = datetime.combine(TODAY - timedelta(days=SILENT_DAYS), datetime.min.time(), CHINA)
    assert history[-1].recorded_at < last


def test_a_history_is_the_same_every_time_without_a_hole_and_sealed() -> None:
    made, history = simulated(SLOW, TODAY, 4, PACKS)
    again, same = simulated(SLOW, TODAY, 4, PACKS)
    assert [raw.state for raw in history] == [raw.state for raw in same]
    assert (made.position, made.digest) == (again.position, again.digest) == (len(history), chained(history))
    assert [raw.position for raw in history] == list(range(1, len(history) + 1))
    versions: dict[Any, int] = defaultdict(int)
    for raw in history:
        versions[raw.stream] += 1
        assert raw.version == versions[raw.stream]
        assert decode(raw.type, raw.state).version == raw.version
        assert "示例联系人".encode() not in raw.state
    assert simulated(SLOW, TODAY + timedelta(days=1), 4, PACKS)[0].log != made.log


def chained(history: list[Raw]) -> bytes:
    digest = bytes(32)
    for raw in history:
        digest = sha256(digest + raw.state).digest()
    return digest


REPLICATED = """
    INSERT INTO nation.replica (place, position, stream, version, type, recorded_at, state)
    SELECT '430000', position, stream, version, type, recorded_at,
        CASE WHEN position = %(altered)s THEN state || ' ' ELSE state END
    FROM register.events WHERE position <= %(last)s"""


@pytest.mark.parametrize(("altered", "missing", "apart"), [(0, 0, []), (7, 0, ["430000"]), (0, 1, ["430000"])])
def test_a_replica_that_is_not_the_log_is_found(
    database: str, tmp_path: Path, altered: int, missing: int, apart: list[str]
) -> None:
    units.load(database, 2, 10)
    with psycopg.connect(database) as conn:
        conn.execute(REPLICATED, {"altered": altered, "last": 20 - missing})
    hunan = Instance("430000", tmp_path, database, "127.0.0.1")
    nation = Nation(hunan, (hunan,), TODAY, tmp_path / "none.json")
    assert list(disagreements(nation, {"430000": 20}, {})) == apart


@pytest.mark.kafka
@pytest.mark.usefixtures("broker_can_run")
def test_the_generator_goes_on_from_what_its_topics_hold(tmp_path: Path) -> None:
    broker = kafka.up(tmp_path, 19_700)
    try:
        histories = sum(len(simulated(place, TODAY, 1, PACKS)[1]) for place in SIMULATED)
        for more in (10, 20):
            told = tmp_path / "told.json"
            told.unlink(missing_ok=True)
            run(broker.bootstrap, TODAY, 1, 200.0, told, partial(_has_said, told, histories + more))
        for place, known in orjson.loads(told.read_bytes()).items():
            found: dict[int, bytes] = {}
            for message in messages(broker.bootstrap, topic_of(place)):
                position = int(dict(message.headers)["ce_position"])
                assert found.setdefault(position, message.value) == message.value
            assert sorted(found) == list(range(1, len(found) + 1))
            digest = bytes(32)
            for position in range(1, known["position"] + 1):
                digest = sha256(digest + found[position]).digest()
            assert digest.hex() == known["digest"]
    finally:
        kafka.down(tmp_path)


def _has_said(told: Path, least: int) -> bool:
    """Whether the generator says that its logs hold so many events together."""
    return told.exists() and sum(known["position"] for known in orjson.loads(told.read_bytes()).values()) >= least


@pytest.mark.kafka
@pytest.mark.usefixtures("broker_can_run")
def test_smoke_with_the_nation_tells_the_story_and_finds_every_replica_equal(tmp_path: Path) -> None:
    line = smoked(tmp_path, "--nation", "--units", "60", "--rate", "10", seconds=400)
    assert (line["provinces"], line["disagreements"]) == (31, 0)
    assert (line["broker"], line["taken"]) == (True, 200)
    assert list(tmp_path.iterdir()) == []
