"""How long things are kept (T-27): what is due is found by the register, held back, destroyed by two, and gone."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from typer.testing import CliRunner
from world import PROVINCE, World, enterprise

from deploy.cli import app
from services.casework.register.state import register_stream
from services.verifier.verify import verify

REGISTER = register_stream(PROVINCE)
PAPER = b"%PDF-1.7 " + "示例：未被引用的上传".encode()
DIGEST = sha256(PAPER).hexdigest()


@pytest.fixture(scope="module")
def kept(served: World) -> World:
    """Bytes that no entry names and a contact of a unit, ten years later."""
    headers = served.headers("county-hr-officer", **{"Content-Type": "application/pdf"})
    assert served.client.put("/api/v1/documents/content", content=PAPER, headers=headers).status_code == 201
    served.register(1, contact="示例人丁 13800000000")
    served.days_later(3_700)
    return served


def due(kept: World, line: str) -> list[dict[str, Any]]:
    answer = kept.get("retention")
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["due"] if one["line"] == line]


def by_two(kept: World, decision: str, body: dict[str, Any]) -> None:
    """What one data officer proposes, another seconds."""
    (proposed,) = kept.must("data-officer", REGISTER, decision, body, kinds="registers")["events"]
    seconding = {"proposal": kept.version(REGISTER, "registers"), "digest": proposed["event"]["digest"]}
    kept.must("data-officer-2", REGISTER, "second-act", seconding, kinds="registers")


def test_what_is_due_is_listed_with_its_line_and_its_day(kept: World) -> None:
    (unnamed,) = due(kept, "unnamed")
    assert (unnamed["digest"], unnamed["streams"], unnamed["held_by"]) == (DIGEST, [], [])
    (contact,) = due(kept, "contacts")
    assert contact["streams"] == [str(enterprise(1))]
    assert due(kept, "entries") == []
    assert kept.get("retention", "applicant-1").status_code == 403


def test_bytes_go_by_no_way_but_a_certificate(kept: World) -> None:
    with psycopg.connect(kept.conninfo) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("DELETE FROM documents.content")
    with psycopg.connect(kept.conninfo) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("SELECT documents.destroy(gen_random_uuid(), ARRAY[%s])", [bytes.fromhex(DIGEST)])


def test_a_hold_keeps_it_back_until_two_persons_lift_it(kept: World) -> None:
    body = {"papers": [DIGEST], "units": [str(enterprise(1))], "reason": "示例：诉讼期间"}
    kept.must("auditor", REGISTER, "place-hold", body, kinds="registers")
    held = kept.version(REGISTER, "registers")
    assert due(kept, "unnamed")[0]["held_by"] == due(kept, "contacts")[0]["held_by"] == [held]
    for line in ("unnamed", "contacts"):
        refused = kept.decide(
            "data-officer", REGISTER, "destroy-content", {"line": line, "reason": "期满"}, kinds="registers"
        )
        assert (refused.status_code, refused.json()["refusals"][0]["rule"]) == (409, "T-27")
    by_two(kept, "lift-hold", {"hold": held, "reason": "示例：终结"})
    assert due(kept, "unnamed")[0]["held_by"] == []


def certificates(kept: World) -> list[dict[str, Any]]:
    events = kept.get(f"registers/{REGISTER}/events").json()["events"]
    return [one for one in events if one["type"] == "register.content-destroyed.v1"]


@pytest.fixture(scope="module")
def destroyed(kept: World) -> World:
    """The same, after both were destroyed by two persons."""
    for line in ("unnamed", "contacts"):
        by_two(kept, "destroy-content", {"line": line, "reason": "示例：保管期满"})
    return kept


def test_what_is_due_is_destroyed_under_a_certificate_and_the_log_loses_nothing(destroyed: World) -> None:
    assert due(destroyed, "contacts") == []
    forged = {"line": "unnamed", "reason": "期满", "items": [{"digest": "a" * 64, "since": "2000-01-01"}]}
    refused = destroyed.decide("data-officer", REGISTER, "destroy-content", forged, kinds="registers")
    assert refused.status_code == 422
    made = [one["event"] for one in certificates(destroyed)]
    assert [one["line"] for one in made] == ["unnamed", "contacts"]
    assert made[0]["items"][0]["digest"] == DIGEST
    subject = UUID(made[1]["items"][0]["subject"])
    with psycopg.connect(destroyed.conninfo) as conn:
        wrapped = conn.execute("SELECT wrapped FROM keys.data_keys WHERE subject = %s", [subject]).fetchone()
    assert wrapped == (None,), "the key is gone"
    assert [one["version"] for one in destroyed.get(f"units/{enterprise(1)}/events").json()["events"]] == [1]
    assert "示例人丁" not in json.dumps(destroyed.get(f"units/{enterprise(1)}/events").json(), ensure_ascii=False)


def test_what_was_destroyed_is_gone_and_no_loss_until_it_is_stored_anew(destroyed: World) -> None:
    gone = destroyed.get(f"documents/content/{DIGEST}", "data-officer")
    assert (gone.status_code, gone.json()["code"]) == (410, "destroyed")
    assert gone.json()["certificate"]["line"] == "unnamed"
    assert gone.json()["certificate"]["stream"] == str(REGISTER)
    assert destroyed.get(f"documents/content/{'0' * 64}", "data-officer").status_code == 404
    found = verify(destroyed.conninfo, note=False)
    assert (found.findings, found.orphans) == ([], [])
    headers = destroyed.headers("county-hr-officer", **{"Content-Type": "application/pdf"})
    assert destroyed.client.put("/api/v1/documents/content", content=PAPER, headers=headers).status_code == 201
    assert destroyed.get(f"documents/content/{DIGEST}", "data-officer").status_code == 200
    with psycopg.connect(destroyed.conninfo) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("DELETE FROM documents.content")
    assert [one.sha256 for one in verify(destroyed.conninfo, note=False).orphans] == [DIGEST]


def test_the_command_line_lists_what_is_due_and_completes_what_was_left(
    destroyed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = destroyed.headers("county-hr-officer", **{"Content-Type": "application/pdf"})
    assert destroyed.client.put("/api/v1/documents/content", content=PAPER, headers=headers).status_code in (200, 201)
    (tmp_path / "clock").write_text(str(4_000 * 86_400), encoding="ascii")
    monkeypatch.setenv("CONCORD_DATABASE_URL", destroyed.conninfo)
    monkeypatch.setenv("CONCORD_DATA_DIR", str(tmp_path))

    def said(*arguments: str) -> Any:
        result = CliRunner().invoke(app, ["retention", *arguments, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert [one["digest"] for one in said("due", "--line", "unnamed")["due"]] == [DIGEST]
    assert [one["line"] for one in said("destroyed")] == ["unnamed", "contacts"]
    assert said("complete") == {"certificates": 2}
    assert destroyed.get(f"documents/content/{DIGEST}", "data-officer").status_code == 200, (
        "a certificate is of its day"
    )
    assert CliRunner().invoke(app, ["retention", "due", "--line", "nothing"]).exit_code == 1
