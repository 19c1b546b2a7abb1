"""The command line as an operator types it, over a register with some history."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import psycopg
import pytest

from events.envelope import Actor, Event
from events.registry import ENTRY_OF
from events.unit.cultivation import UnitFollowedUp
from events.unit.registration import UnitRegistered
from events.words import ActorKind, FollowUpKind, UnitKind
from services.casework.unit.registration import unit_id
from services.register.append import append_sync
from services.register.command import Command

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Actor(id=uuid5(NAMESPACE_URL, "concord:system"), kind=ActorKind.SYSTEM, post="初始化", place="000000")
UNIT = unit_id(UnitKind.PARK, "示例园区-1")


@pytest.fixture
def register(database: str) -> str:
    """A register with one park that was followed up once."""
    now = datetime.now(UTC)
    events: tuple[Event, ...] = (
        UnitRegistered(kind=UnitKind.PARK, name="示例园区", code="示例园区-1", place="430104"),
        UnitFollowedUp(kind=FollowUpKind.VISIT, on=now.date(), summary="示例走访"),
    )
    command = uuid4()
    entries = tuple(
        ENTRY_OF[type(event)](
            stream=UNIT, version=version, event=event, recorded_at=now, effective_on=now.date(),
            actor=SYSTEM, command_id=command, correlation_id=command,
        )
        for version, event in enumerate(events, 1)
    )  # fmt: skip
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [Command(command, b"x", {UNIT: 0}, entries)])
    return database


def concord(database: str, directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `concord` as a process of its own."""
    environment = {**os.environ, "CONCORD_DATABASE_URL": database, "CONCORD_DATA_DIR": str(directory)}
    command = [sys.executable, "-P", "-m", "deploy.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120, check=False)


def test_replay_and_its_moments(register: str, tmp_path: Path) -> None:
    whole = concord(register, tmp_path, "replay", str(UNIT), "--json")
    assert whole.returncode == 0, whole.stderr
    assert json.loads(whole.stdout)["version"] == 2
    first = json.loads(concord(register, tmp_path, "replay", str(UNIT), "--version", "1", "--json").stdout)
    assert (first["version"], first["regions"]["cultivation"]["follow_ups"]) == (1, 0)
    early = json.loads(concord(register, tmp_path, "replay", str(UNIT), "--on", "2020-01-01", "--json").stdout)
    assert early["version"] == 0
    words = concord(register, tmp_path, "replay", str(UNIT))
    assert "示例园区" in words.stdout


def test_rebuild_then_compare(register: str, tmp_path: Path) -> None:
    rebuilt = concord(register, tmp_path, "rebuild", "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert json.loads(rebuilt.stdout)["position"] == 2
    compared = concord(register, tmp_path, "replay", "--all", "--json")
    assert compared.returncode == 0, compared.stderr
    assert json.loads(compared.stdout)["mismatches"] == 0
    with psycopg.connect(register, autocommit=True) as conn:
        conn.execute("UPDATE projections.board SET watch = 'frozen'")
    wrong = concord(register, tmp_path, "replay", "--all", "--json")
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["mismatches"] == 1


def test_history_and_acts(register: str, tmp_path: Path) -> None:
    history = concord(register, tmp_path, "unit", str(UNIT))
    assert "登记为工业园区" in history.stdout
    assert len(concord(register, tmp_path, "unit", str(UNIT), "--json").stdout.splitlines()) == 2
    assert concord(register, tmp_path, "rebuild").returncode == 0
    acts = concord(register, tmp_path, "acts", "--place", "430100", "--json")
    assert {json.loads(line)["decision"] for line in acts.stdout.splitlines()} == {"register", "follow-up"}


def test_audit_replay_finds_what_the_law_would_refuse(register: str, tmp_path: Path) -> None:
    judged = concord(register, tmp_path, "audit", "replay", "--json")
    document = json.loads(judged.stdout)
    assert (document["units"], document["entries"]) == (1, 2)
    assert judged.returncode == 1, "a system may not follow a unit up"
    assert {finding["type"] for finding in document["findings"]} == {"unit.followed-up.v1"}
    what_if = concord(register, tmp_path, "audit", "replay", "--pack", "hunan-2023-15", "--json")
    assert what_if.returncode == 0


def test_accounts_are_issued_listed_and_revoked(register: str, tmp_path: Path) -> None:
    holder = str(uuid4())
    issued = json.loads(concord(register, tmp_path, "account", "issue", holder, "--json").stdout)
    listed = concord(register, tmp_path, "account", "list", "--json")
    assert issued["token"] not in listed.stdout
    assert [one["holder"] for one in json.loads(listed.stdout)] == [holder]
    assert json.loads(concord(register, tmp_path, "account", "revoke", holder, "--json").stdout) == {"revoked": 1}


def test_a_new_register_begins_with_two_administrators_once(database: str, tmp_path: Path) -> None:
    begun = concord(database, tmp_path, "account", "begin", "--json")
    assert begun.returncode == 0, begun.stderr
    assert len({one["token"] for one in json.loads(begun.stdout)["administrators"]}) == 2
    again = concord(database, tmp_path, "account", "begin")
    assert again.returncode != 0
    assert "has begun" in again.stderr


def test_doctor_prints_the_settings_without_the_password(register: str, tmp_path: Path) -> None:
    looked = concord(register, tmp_path, "doctor", "--json")
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "password=" not in looked.stdout.replace("password=＊＊＊", "")
    assert concord(register, tmp_path, "doctor").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("replay", "nonsense"), "UUID"),
        (("replay", str(uuid4())), "does not exist"),
        (("replay", str(UNIT), "--on", "yesterday"), "no day"),
        (("bench", "nonsense"), "none of"),
        (("audit", "replay", "--pack", "nonsense"), "no pack"),
    ],
)
def test_mistakes_are_answered_by_a_sentence(
    register: str, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    answered = concord(register, tmp_path, *arguments)
    assert answered.returncode != 0
    assert says in answered.stderr
    assert "Traceback" not in answered.stderr


def test_a_wrong_setting_is_named(register: str, tmp_path: Path) -> None:
    environment = {**os.environ, "CONCORD_PORT": "many"}
    command = [sys.executable, "-P", "-m", "deploy.cli", "doctor"]
    answered = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60, check=False
    )
    assert answered.returncode != 0
    assert "CONCORD_PORT" in answered.stderr
    assert "Traceback" not in answered.stderr
