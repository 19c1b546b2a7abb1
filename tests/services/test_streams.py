"""One router for every kind of stream: list, state, history, what may be decided, deciding."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from world import PETITIONS, PROVINCE, World, credit_code, officer_id

from events.registry import decisions_of
from services.casework.kinds import KINDS
from services.casework.pack import load_pack
from services.casework.policy.state import policy_stream
from services.casework.source.state import source_stream
from services.genesis import genesis_officers

ADMINISTRATORS = genesis_officers(PROVINCE).administrators


def post(served: World, who: str, path: str, body: Any, **headers: str) -> httpx2.Response:
    """A command of somebody, without a version."""
    given = served.headers(who, **{"Idempotency-Key": str(uuid4()), **headers})
    return served.client.post(f"/api/v1/{path}", json=body, headers=given)


def listed(served: World, path: str, **wanted: Any) -> list[dict[str, Any]]:
    """A list, once it holds what is wanted; the projection may need a moment."""
    deadline = time.monotonic() + 10
    while True:
        rows: list[dict[str, Any]] = served.get(path).json()["streams"]
        if any(wanted.items() <= row.items() for row in rows) or time.monotonic() > deadline:
            return rows
        time.sleep(0.05)


def possible(served: World, path: str, who: str, decision: str) -> dict[str, Any]:
    """What a decision says of itself."""
    found: list[dict[str, Any]] = served.get(path, who).json()["decisions"]
    return next(one for one in found if one["decision"] == decision)


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """A registered enterprise."""
    return served.register(1)


@pytest.mark.parametrize("kind", list(KINDS), ids=str)
def test_every_kind_can_be_listed_and_says_what_it_has_not(served: World, kind: str) -> None:
    plural = KINDS[kind].words.plural
    assert served.get(f"{plural}?limit=1").status_code == 200
    assert served.get(f"{plural}/{uuid4()}").status_code == 404
    assert served.get(f"{plural}/{uuid4()}/events").status_code == 404
    assert served.get(f"{plural}/nonsense").status_code == 404


def test_lists_filter_and_go_on_page_by_page(served: World) -> None:
    rows = listed(served, "sources?open=true", stream=str(source_stream(PETITIONS)))
    assert {row["kind"] for row in rows} == {"source"}
    assert served.get("sources?name=信访").json()["streams"]
    assert served.get("sources?name=没有这个").json()["streams"] == []
    assert served.get("sources?place=430100").json()["streams"] == []
    assert served.get(f"sources?changed_since={served.today.isoformat()}").json()["streams"]
    first = served.get("officers?limit=2").json()
    second = served.get(f"officers?limit=2&after={first['next']}").json()
    assert not {row["stream"] for row in first["streams"]} & {row["stream"] for row in second["streams"]}
    for wrong in ("open=perhaps", "after=x", "place=x", "changed_since=x", "limit=0"):
        assert served.get(f"officers?{wrong}").status_code == 422, wrong


def test_the_state_of_every_kind_is_told_in_the_same_words(served: World, unit: UUID) -> None:
    for path in (
        f"units/{unit}",
        f"officers/{ADMINISTRATORS[0]}",
        f"sources/{source_stream(PETITIONS)}",
        f"policies/{policy_stream(PROVINCE)}",
    ):
        answer = served.get(path)
        document = answer.json()
        assert answer.headers["etag"].startswith(f'"{document["version"]}-')
        assert {"stream", "stream_kind", "label", "place", "open", "pack", "obligations", "waiting"} <= document.keys()
        assert served.get(f"{path}?version=1").json()["version"] == 1
        assert served.get(f"{path}?version=999").status_code == 404
        assert served.get(f"{path}?on=2020-01-01").status_code == 404


def test_i_23_who_adopts_is_asked_what_is_done_where_people_are_too_few(served: World) -> None:
    """The register itself looks who is in post; what the client says of that counts for nothing."""
    policy, pack = policy_stream(PROVINCE), load_pack()
    begins = (served.today + timedelta(days=120)).isoformat()
    body = {"pack": pack.id, "pack_version": pack.version, "digest": pack.digest, "from": begins}
    forged = served.decide("province-hr-approver", policy, "adopt", {**body, "unstaffed": []}, kinds="policies")
    assert forged.status_code == 422
    asked = served.decide("province-hr-approver", policy, "adopt", body, kinds="policies")
    assert asked.status_code == 409, asked.text
    (refusal,) = asked.json()["refusals"]
    assert (refusal["rule"], refusal["pointer"]) == ("I-23", "/arrangements")
    assert "430300:people:" in str(refusal["facts"]), "nobody is in post there"
    listed = served.get(f"policy/staffing?pack={pack.id}&on={begins}").json()
    small = {office["place"]: office for office in listed["offices"]}
    assert small["430302"]["lack"] == "people"
    assert set(small["430302"]["titles"]) == set(pack.titles)
    assert served.get("policy/staffing?pack=none").status_code == 404
    arranged = [{"place": PROVINCE, "remedy": "appointed"}]
    served.must("province-hr-approver", policy, "adopt", {**body, "arrangements": arranged}, kinds="policies")
    proposal = served.get(f"policies/{policy}/events").json()["events"][-1]
    assert "430302" in proposal["event"]["payload"], "what was found is stored with what was said to it"


def test_an_officer_by_the_path_of_a_unit_is_not_found(served: World, unit: UUID) -> None:
    for path in (
        f"units/{ADMINISTRATORS[0]}",
        f"officers/{unit}",
        f"sources/{unit}/events",
        f"rounds/{unit}/decisions",
    ):
        assert served.get(path).status_code == 404, path


def test_events_of_a_newer_program_are_shown_and_stop_nothing(served: World) -> None:
    stream = uuid4()
    post(served, "administrator", f"officers/{stream}/decisions/register", {})
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        (raw,) = conn.execute("SELECT state FROM register.events WHERE stream = %s", (stream,)).fetchone() or (b"",)
        newer = bytes(raw).replace(b'"version":1', b'"version":2').replace(b'"event":{', b'"event":{"of":"later",')
        conn.execute(
            """
            INSERT INTO register.events (position, stream, version, type, recorded_at, command_id, state)
            SELECT max(position) + 1, %s, 2, 'officer.promoted.v1', now(), gen_random_uuid(), %s FROM register.events
            """,
            (stream, newer),
        )
    events = served.get(f"officers/{stream}/events").json()["events"]
    assert [event["type"] for event in events] == ["officer.registered.v1", "officer.promoted.v1"]
    assert events[1]["unknown"] is True
    assert events[1]["raw"]["event"]["of"] == "later"
    feed = served.get(f"events?after={events[0]['position']}&limit=500").json()["events"]
    assert "officer.promoted.v1" in {event["type"] for event in feed}
    assert served.get(f"officers/{stream}").status_code == 503


def test_history_goes_on_after_a_version(served: World, unit: UUID) -> None:
    served.must("prefecture-hr-officer", unit, "follow-up", visit(served))
    page = served.get(f"units/{unit}/events?limit=1").json()
    assert (page["version"], page["next"]) == (1, 1)
    assert served.get(f"units/{unit}/events?after={page['next']}").json()["events"][0]["version"] == 2


def visit(served: World) -> dict[str, Any]:
    """A follow-up visit."""
    return {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"}


def test_verdicts_say_what_to_fill_in_only_when_asked(served: World, unit: UUID) -> None:
    bare = possible(served, f"units/{unit}/decisions", "prefecture-hr-officer", "follow-up")
    assert bare["allowed"]
    assert "fields" not in bare
    assert "example" not in bare
    whole = possible(served, f"units/{unit}/decisions?options=1", "prefecture-hr-officer", "follow-up")
    fields = {field["name"]: field for field in whole["fields"]}
    assert fields["on"]["type"] == "day"
    assert fields["summary"]["type"] == "prose"
    assert [one["value"] for one in fields["kind"]["choices"]]
    assert all(field["label"]["zh"] and field["help"]["en"] for field in fields.values())


def test_an_example_is_accepted_as_it_stands(served: World) -> None:
    unit, tried = served.register(2), 0
    for who in ("prefecture-hr-officer", "county-hr-officer", "applicant-2"):
        asked = f"units/{unit}/decisions?options=1"
        for name in [one["decision"] for one in served.get(asked, who).json()["decisions"]]:
            example = possible(served, asked, who, name).get("example")
            if example is None or name in ("close", "void-entry"):
                continue
            answer = served.decide(who, unit, name, example)
            assert answer.status_code == 201, (who, name, answer.text)
            tried += 1
    assert tried > 5


def test_an_example_of_a_beginning_rests_on_what_the_ones_before_it_took(served: World) -> None:
    """T-18: rounds of a title follow each other by the year; a further round is offered with a title that is free."""
    opened = []
    for _ in range(9):
        new = uuid4()
        example = possible(served, f"rounds/{new}/decisions?options=1", "province-hr-approver", "open").get("example")
        if example is None:
            break
        answer = served.decide("province-hr-approver", new, "open", example, kinds="rounds", at=0)
        assert answer.status_code == 201, (example, answer.text)
        opened.append((example["kind"], example.get("title")))
    assert len(opened) > 5
    assert len(set(opened)) == len(opened)


def test_choices_are_those_of_the_state_the_pack_and_where_to_ask(served: World) -> None:
    unit = served.reported(3)
    apply = possible(served, f"units/{unit}/decisions?options=1", "applicant-3", "apply")
    fields = {field["name"]: field for field in apply["fields"]}
    assert [choice["value"] for choice in fields["title"]["choices"]]
    assert fields["round"]["ask"] == "/api/v1/rounds?open=true"
    assert served.get("rounds?open=true").status_code == 200
    assert fields["documents"]["many"] is True
    assert {part["name"] for part in fields["documents"]["fields"]} == {"sha256", "media_type", "title", "size"}
    contact = possible(served, f"units/{unit}/decisions?options=1", "prefecture-hr-officer", "assign-contact")
    assert {field["name"]: field.get("ask") for field in contact["fields"]}["officer"] == "/api/v1/officers?open=true"
    void = possible(served, f"units/{unit}/decisions?options=1", "applicant-3", "void-entry")
    entry = next(field for field in void["fields"] if field["name"] == "version")["choices"][0]
    assert entry["value"] == served.version(unit)
    assert entry["zh"]
    assert entry["en"]
    for path in ("places?within=430100", "titles", "standards"):
        assert served.get(path).status_code == 200


def test_what_may_begin_a_stream_that_is_not_there_yet(served: World) -> None:
    path = f"rounds/{uuid4()}/decisions?options=1"
    assert possible(served, path, "province-hr-approver", "open")["allowed"]
    assert not possible(served, path, "province-hr-approver", "close")["allowed"]
    assert served.get(f"rounds/{policy_stream(PROVINCE)}/decisions").status_code == 404


def test_streams_begin_by_their_key_or_under_an_id_of_the_client(served: World) -> None:
    source = {
        "uri": "urn:concord:source:new:430000", "name": "示例新来源", "system": "petitions", "place": PROVINCE,
        "categories": ["mass_petition"],
    }  # fmt: skip
    begun = post(served, "administrator", "sources", source)
    assert begun.status_code == 201, begun.text
    assert begun.json()["stream"] == str(source_stream(source["uri"]))
    assert begun.headers["location"] == f"/api/v1/sources/{begun.json()['stream']}"
    assert post(served, "administrator", "sources", source).status_code == 409
    by_path = post(served, "administrator", f"sources/{uuid4()}/decisions/register", {**source, "uri": "urn:x:2"})
    assert (by_path.status_code, by_path.json()["errors"][0]["pointer"]) == (422, "/stream")
    assert post(served, "administrator", "officers", {}).status_code == 404
    officer = post(served, "administrator", f"officers/{uuid4()}/decisions/register", {"name": "示例人乙"})
    assert officer.status_code == 201
    assert "unit" not in officer.json()


def test_decisions_of_every_kind_need_a_version_and_answer_a_retry(served: World) -> None:
    source = str(source_stream(PETITIONS))
    path = f"sources/{source}/decisions/suspend"
    assert post(served, "administrator", path, {"reason": "示例"}).status_code == 428
    version = served.version(UUID(source), "sources")
    given = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"'}
    first = post(served, "administrator", path, {"reason": "示例"}, **given)
    again = post(served, "administrator", path, {"reason": "示例"}, **given)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    stale = post(served, "administrator", path, {"reason": "示例"}, **{"If-Match": f'"{version}"'})
    assert (stale.status_code, stale.json()["since"][0]["type"]) == (412, "source.act-proposed.v1")


def test_every_decision_of_every_kind_is_an_operation(served: World) -> None:
    document = served.client.get("/openapi.json").json()
    named = [one["operationId"] for path in document["paths"].values() for one in path.values() if "operationId" in one]
    assert len(named) == len(set(named))
    wanted = {f"{kind}-{name}" for kind in KINDS for name in decisions_of(kind)}
    wanted |= {
        f"{kind}-{what}" for kind in KINDS if kind != "unit" for what in ("list", "state", "events", "decisions")
    }
    assert wanted <= set(named)
    for path, operations in document["paths"].items():
        declared = set(re.findall(r"{([^}]+)}", path))
        for operation in operations.values():
            given = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            assert declared == given, path


def test_a_unit_is_still_told_as_a_unit(served: World, unit: UUID) -> None:
    answer = served.decide("prefecture-hr-officer", unit, "follow-up", visit(served)).json()
    assert answer["unit"] == answer["stream"] == str(unit)
    document = served.get(f"units/{unit}").json()
    assert {"unit", "name", "code", "standings", "step", "watch", "regions"} <= document.keys()
    assert credit_code(1) == document["code"]
    assert officer_id("auditor")
