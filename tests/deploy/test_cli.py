"""The command line as an operator types it, over a register with some history."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import psycopg
import pytest
from pydantic import SecretStr

from deploy.cli import common
from deploy.demo.people import founders as founders_of
from deploy.demo.setting import Days, opening
from deploy.demo.world import World
from events.envelope import CHINA, Actor, Entry, Event
from events.governance.officer import OfficerAppointed, OfficerPersonTagged, OfficerRegistered
from events.person import PersonTag
from events.record import COMMON, ActProposed
from events.registry import ENTRY_OF
from events.unit.cultivation import UnitFollowedUp
from events.unit.registration import UnitRegistered
from events.words import ActorKind, FollowUpKind, Level, Role, UnitKind
from services import genesis
from services.casework.pack import load_pack
from services.casework.unit.registration import unit_id
from services.decisions import DecisionRequest
from services.register.append import append_sync
from services.register.command import Command
from services.settings import Settings
from tests.deploy.commanded import concord

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Actor(id=uuid5(NAMESPACE_URL, "concord:system"), kind=ActorKind.SYSTEM, post="初始化", place="000000")
UNIT = unit_id("示例园区-1", "430104")


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


def test_replay_and_its_moments(register: str, tmp_path: Path) -> None:
    whole = concord(register, tmp_path, "replay", str(UNIT), "--json")
    assert whole.returncode == 0, whole.stderr
    assert json.loads(whole.stdout)["version"] == 2
    first = json.loads(concord(register, tmp_path, "replay", str(UNIT), "--version", "1", "--json").stdout)
    assert (first["version"], first["regions"]["cultivation"]["follow_ups"]) == (1, 0)
    for view in (("--on", "2020-01-01"), ("--known", "2020-01-01"), ("--version", "99")):
        absent = concord(register, tmp_path, "replay", str(UNIT), *view, "--json")
        assert (absent.returncode, "does not exist" in absent.stderr) == (1, True), absent.stderr
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
    assert (document["streams"], document["entries"]) == (1, 2)
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


def test_a_token_of_a_machine_is_issued_for_some_uses_in_a_place(register: str, tmp_path: Path) -> None:
    issue = ("account", "issue", str(uuid4()), "--json", "--kind")
    system = ("system", "--use", "read", "--use", "running")
    assert concord(register, tmp_path, *issue, *system, "--place", "430100").returncode == 0
    listed = json.loads(concord(register, tmp_path, "account", "list", "--json").stdout)[0]
    assert (listed["uses"], listed["place"]) == (["read", "running"], "430100")
    for wrong in (
        ("source", "--use", "offices"),
        ("officer", "--use", "read"),
        ("system", "--use", "act"),
        ("source", "--use", "report", "--place", "430100"),
        ("system", "--place", "430100"),
        (*system, "--place", "430199"),
    ):
        assert concord(register, tmp_path, *issue, *wrong).returncode == 2, wrong
    assert len(json.loads(concord(register, tmp_path, "account", "list", "--json").stdout)) == 1


FOUNDERS = {
    "administrators": [{"number": f"000000000101{n:03d}", "name": "示例管理员"} for n in (1, 2, 3)],
    "data_officers": [{"number": f"000000000101{n:03d}"} for n in (4, 5)],
}


@pytest.fixture
def founders(tmp_path: Path) -> Path:
    """A file of those with whom a register begins."""
    file = tmp_path / "founders.json"
    file.write_text(json.dumps(FOUNDERS), encoding="utf-8")
    return file


@pytest.fixture
def begun(database: str, tmp_path: Path, founders: Path) -> dict[str, Any]:
    """What beginning a register printed."""
    done = concord(database, tmp_path, "account", "begin", "--founders", str(founders), "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_new_register_begins_with_five_persons_once(
    database: str, tmp_path: Path, founders: Path, begun: dict[str, Any]
) -> None:
    people = [*begun["administrators"], *begun["data_officers"]]
    assert [one["role"] for one in people] == ["administrator"] * 3 + ["data_officer"] * 2
    assert len({one["token"] for one in people}) == len({one["holder"] for one in people}) == 5
    again = concord(database, tmp_path, "account", "begin", "--founders", str(founders))
    assert again.returncode != 0
    assert "has begun" in again.stderr
    with psycopg.connect(database) as conn:
        stored = b"".join(bytes(state) for (state,) in conn.execute("SELECT state FROM register.events"))
    assert b"000000000101" not in stored
    assert b"19000101" not in stored
    looked = concord(database, tmp_path, "doctor", "--json")
    assert looked.returncode == 0, looked.stdout
    assert "hunan-2023-15@1 in force" in looked.stdout


def test_what_a_genesis_stored_is_lawful_when_it_is_judged_again(
    database: str, tmp_path: Path, begun: dict[str, Any]
) -> None:
    assert begun
    judged = concord(database, tmp_path, "audit", "replay", "--json")
    assert judged.returncode == 0, judged.stdout
    document = json.loads(judged.stdout)
    assert (document["streams"], document["entries"], document["findings"]) == (12, 22, [])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({**FOUNDERS, "data_officers": FOUNDERS["data_officers"][:1]}, "3 administrators and 2 data officers"),
        ({**FOUNDERS, "data_officers": FOUNDERS["administrators"][:2]}, "different persons"),
        ({"administrators": []}, "are lists of"),
    ],
)
def test_a_register_begins_with_nobody_else(database: str, tmp_path: Path, given: dict[str, Any], says: str) -> None:
    file = tmp_path / "founders.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    done = concord(database, tmp_path, "account", "begin", "--founders", str(file))
    assert done.returncode != 0
    assert says in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_an_administration_is_recovered_by_the_sealed_code_and_an_auditor(
    database: str, tmp_path: Path, begun: dict[str, Any]
) -> None:
    holder, code = begun["administrators"][0]["holder"], begun["recovery_code"]
    auditor = asyncio.run(_auditor(database, tmp_path))
    token = json.loads(concord(database, tmp_path, "account", "issue", str(auditor), "--json").stdout)["token"]

    def recover(code: str, token: str) -> subprocess.CompletedProcess[str]:
        asked = ("--reason", "令牌全部遗失（示例）", "--code", code, "--auditor-token", token, "--json")
        return concord(database, tmp_path, "account", "recover", *asked)

    assert "not the code" in recover("0" * 40, token).stderr
    refused = recover(code, begun["data_officers"][0]["token"])
    assert refused.returncode != 0
    assert "T-04" in refused.stderr
    done = recover(code, token)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert {one["holder"] for one in document["administrators"]} == {one["holder"] for one in begun["administrators"]}
    listed = json.loads(concord(database, tmp_path, "account", "list", "--json").stdout)
    assert sum(one["holder"] == holder and one["revoked_at"] is None for one in listed) == 1
    assert "not the code" in recover(code, token).stderr, "a code is used once"
    assert concord(database, tmp_path, "audit", "replay").returncode == 0


async def _auditor(database: str, directory: Path) -> UUID:
    """An auditor, as an administrator of the genesis registers and appoints one; two tag them."""
    given = Settings(database_url=SecretStr(database), data_dir=directory)
    (one, two, _), auditor = genesis.genesis_officers(given.place).administrators, uuid4()
    day = datetime.now(CHINA).date()
    post = OfficerAppointed(
        post="审计（示例）", level=Level.PROVINCE, place=given.place, roles=(Role.AUDITOR,), from_=day
    )
    async with common.deciding(given, database) as decisions:

        async def act(who: UUID, event: Event) -> Entry[Event]:
            command = uuid4()
            stored = await decisions.decide(DecisionRequest(command, command.bytes, auditor, event, who))
            return stored.recorded[-1].entry

        await act(one, OfficerRegistered())
        for event in (OfficerPersonTagged(tag=PersonTag.parse("000000000101099")), post):
            proposal = await act(one, event)
            assert isinstance(proposal.event, ActProposed)
            seconding = COMMON["officer"].act_seconded(proposal=proposal.version, digest=proposal.event.digest)
            await act(two, seconding)
    return auditor


def test_a_simulated_register_is_refused_in_production(database: str, tmp_path: Path) -> None:
    days = Days(datetime.now(CHINA).date(), load_pack())
    world = World("test", days.pack)
    commands = list(world.commands(opening(days, "430000", founders_of(Level.PROVINCE, "430000")), days.until))
    with psycopg.connect(database, autocommit=True) as conn:
        append_sync(conn, [Command(c.id, c.digest, c.expect, tuple(_without_names(c.entries))) for c in commands])
    looked = concord(database, tmp_path, "doctor", "--json")
    assert looked.returncode == 1
    assert "simulated" in looked.stdout
    served = concord(database, tmp_path, "serve", "timekeeper", "--once")
    assert served.returncode != 0
    assert "simulated" in served.stderr
    with patch.dict(os.environ, CONCORD_OPEN_PAGES="true"):
        assert concord(database, tmp_path, "doctor", "--json").returncode == 0


def _without_names(entries: Sequence[Entry[Event]]) -> Iterator[Entry[Event]]:
    for entry in entries:
        named = isinstance(entry.event, OfficerRegistered)
        yield entry.model_copy(update={"event": OfficerRegistered()}) if named else entry


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
