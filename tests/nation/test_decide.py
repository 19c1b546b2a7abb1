"""What the nation decides, over HTTP: judged on the replica, stored in its own register, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import httpx2
import orjson
import psycopg
import pytest

from events.envelope import CHINA
from events.governance.decision import DecisionDeclined, DeclinedBy
from events.governance.national import NationalDecided
from events.registry import decode
from events.words import NationalDecision
from services.casework.decision.state import declined_stream
from services.casework.national.kind import carried_command
from services.casework.national.state import file_stream
from services.casework.pack import load_pack
from services.register.read import log_id
from tests.nation.instances import (
    HUNAN,
    Nation,
    adopted,
    cloned,
    consent_awaited,
    named,
    nominated,
    petition,
    recorded,
    replicate,
    served,
)
from tests.projections.histories import store

NAMING = {"document_number": "示例命名〔2025〕1号"}
CONSENT = {"document_number": "示例国三方函〔2025〕3号"}


@pytest.fixture(scope="module")
def nation(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    """The nation's API, with Hunan joined."""
    with cloned(server, template) as conninfo, served(conninfo, tmp_path_factory.mktemp("nation")) as here:
        here.joined()
        yield here


@pytest.fixture(scope="module")
def hunan(server: str, template: str) -> Iterator[str]:
    """The province's register."""
    with cloned(server, template) as conninfo:
        yield conninfo


def test_a_province_takes_no_national_decision(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with cloned(server, template) as conninfo, served(conninfo, tmp_path_factory.mktemp("p"), "provincial") as here:
        for path in (f"provinces/{HUNAN}/decisions/join", f"cross-inspections/{uuid4()}/decisions/plan"):
            answer = here.post("administrator", path, {})
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        life = nominated(50)
        assert here.decide(life, "name", NAMING).status_code == 404


def test_a_naming_is_stored_in_the_file_of_the_unit_once(nation: Nation, hunan: str) -> None:
    life = nominated(1)
    store(hunan, list(life.unit.entries))
    replicate(hunan, nation.conninfo)
    assert nation.decide(life, "name", NAMING, at=None).status_code == 428
    stale = nation.decide(life, "name", NAMING, at=life.unit.version - 1)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert [one["version"] for one in stale.json()["since"]] == [life.unit.version]
    key = str(uuid4())
    answer = nation.decide(life, "name", NAMING, key=key)
    assert answer.status_code == 201, answer.text
    again = nation.decide(life, "name", NAMING, key=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["events"] == answer.json()["events"]
    assert nation.decide(life, "name", {"document_number": "示例另文"}, key=key).status_code == 422
    with psycopg.connect(nation.conninfo) as conn:
        rows = conn.execute(
            "SELECT type, state FROM register.events WHERE stream = %s", [file_stream(HUNAN, life.unit.id)]
        ).fetchall()
    (entry,) = [decode(name, bytes(state)) for name, state in rows]
    event = entry.event
    assert isinstance(event, NationalDecided)
    assert (event.province, event.unit, event.seen_version) == (HUNAN, life.unit.id, life.unit.version)
    assert (event.decision, event.type, event.title) == ("name", "unit.named.v1", "national_model")
    payload = orjson.loads(event.event)
    assert payload == {**NAMING, "title": "national_model", "term_from": entry.day.isoformat()}
    assert event.event == orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode()


def test_a_question_is_answered_once_until_the_province_has_the_answer(nation: Nation, hunan: str) -> None:
    life = nominated(3)
    store(hunan, list(life.unit.entries))
    replicate(hunan, nation.conninfo)
    first = nation.decide(life, "name", NAMING)
    assert first.status_code == 201, first.text
    for decision, body in (("name", NAMING), ("refuse-naming", {"reason": "示例：名额调整"})):
        refused = nation.decide(life, decision, body)
        assert refused.status_code == 409
        assert (refused.json()["rule"], "尚未送达" in refused.json()["detail"]) == ("I-00", True)
    with psycopg.connect(nation.conninfo) as conn:
        log = log_id(conn)
    position = first.json()["position"]
    declined = _declined(log, position, life.unit.id)
    assert carried_command(log, position, b"") != carried_command(log, position + 1, b"")
    store(hunan, [recorded(declined_stream(log, position), 1, declined)])
    replicate(hunan, nation.conninfo)
    assert nation.decide(life, "refuse-naming", {"reason": "示例：名额调整"}).status_code == 201


def _declined(log: UUID, position: int, unit: UUID) -> DecisionDeclined:
    why = (DeclinedBy(rule="I-05", zh="示例", en="example"),)
    return DecisionDeclined(log=log, position=position, decision=NationalDecision.NAME, unit=unit, refusals=why)


def test_the_law_is_that_of_the_unit_as_replicated(nation: Nation, hunan: str) -> None:
    life = nominated(4)
    petition(life, life.unit.entries[-1].day)
    asking = consent_awaited(5)
    for one in (life, asking):
        store(hunan, list(one.unit.entries))
    replicate(hunan, nation.conninfo)
    refused = nation.decide(life, "name", NAMING)
    assert refused.status_code == 409
    assert all(one["rule"] and one["clause"] for one in refused.json()["refusals"])
    assert nation.decide(asking, "name", NAMING).status_code == 409
    assert nation.decide(asking, "give-consent", CONSENT, who="officer").json()["rule"] == "I-13"
    assert nation.decide(asking, "give-consent", CONSENT, who="provincial").json()["rule"] == "I-13"
    assert nation.decide(asking, "give-consent", CONSENT).status_code == 201
    assert nation.decide(asking, "refuse-consent", {**CONSENT, "reason": "示例"}).json()["rule"] == "I-00"


def test_what_is_not_there_is_not_decided(nation: Nation, hunan: str) -> None:
    life = nominated(6)
    assert nation.decide(life, "name", NAMING).status_code == 404
    store(hunan, list(life.unit.entries))
    replicate(hunan, nation.conninfo)
    replicate(hunan, nation.conninfo, "450000")
    assert nation.decide(life, "erase-personal-data", {}).status_code == 404
    assert nation.decide(life, "revoke", NAMING).status_code == 404
    assert nation.decide(life, "name", {**NAMING, "term_until": "2030-01-01"}).status_code == 422
    stranger = f"provinces/450000/units/{life.unit.id}/decisions/name"
    assert nation.post("approver", stranger, NAMING, at=life.unit.version).json()["rule"] == "I-22"
    nowhere = f"provinces/999999/units/{life.unit.id}/decisions/name"
    assert nation.post("approver", nowhere, NAMING, at=life.unit.version).status_code == 404


def test_L_50_the_nation_judges_a_unit_by_the_pack_in_force_in_its_province(
    nation: Nation, server: str, template: str
) -> None:
    today = datetime.now(CHINA).date()
    example = load_pack("example-1")
    lives = {"460000": named(7), "640000": named(8), "650000": named(9)}
    adoptions = {"640000": example, "650000": example.model_copy(update={"version": "7"})}
    for place, life in lives.items():
        nation.joined(place)
        policy = [adopted(place, adoptions[place], today)] if place in adoptions else []
        with cloned(server, template) as province:
            store(province, [*life.unit.entries, *policy])
            replicate(province, nation.conninfo, place)

    def ordered(place: str) -> httpx2.Response:
        path = f"provinces/{place}/units/{lives[place].unit.id}/decisions/order-check"
        body = {"kind": "follow_up", "check": "示例-复查-1", "reason": "示例：抽查"}
        return nation.post("approver", path, body, at=lives[place].unit.version)

    for place, pack in (("460000", load_pack()), ("640000", example)):
        answer = ordered(place)
        assert answer.status_code == 201, answer.text
        payload = orjson.loads(answer.json()["events"][0]["event"]["event"])
        assert payload["due"] == pack.after(today, pack.windows.conduct_check).isoformat()
    unknown = ordered("650000")
    assert (unknown.status_code, unknown.json()["code"]) == (503, "unavailable")


def test_provinces_join_leave_and_are_criticised(nation: Nation) -> None:
    body = {"log": str(uuid4()), "key": "a" * 64, "name": "示例省登记册"}
    path = "provinces/510000/decisions"
    assert nation.post("approver", f"{path}/join", body).json()["rule"] == "I-13"
    assert nation.post("administrator", f"{path}/leave", {"reason": "示例"}).status_code == 409
    assert nation.post("administrator", f"{path}/join", {**body, "place": HUNAN}).status_code == 422
    assert nation.post("administrator", "provinces/430100/decisions/join", body).status_code == 409
    assert nation.post("administrator", f"{path}/join", body).status_code == 201
    assert nation.post("administrator", f"{path}/join", body).status_code == 409
    assert nation.post("administrator", f"{path}/leave", {"reason": "示例"}).status_code == 201
    assert nation.post("administrator", f"{path}/join", body).status_code == 201
    criticism = {"year": 2025, "ground": "示例：互检问题未及时处置", "document_number": "示例函〔2025〕8号"}
    assert nation.post("officer", f"{path}/criticise", criticism).json()["rule"] == "I-13"
    assert nation.post("approver", f"{path}/criticise", criticism).status_code == 201
    assert nation.post("approver", f"{path}/criticise", criticism).status_code == 201
