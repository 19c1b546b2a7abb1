"""Acts that take two persons, over HTTP: proposed, seen by the second, seconded, or refused (T-04)."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from world import PROVINCE, World, identity, officer_id

from services.casework.document.state import document_stream
from services.genesis import genesis_officers

PAPER = document_stream("示例人社", "示例任1号")
APPROVER = {
    "post": "示例审批", "house": "hr", "level": "county", "place": "430104", "roles": ["approver"], "paper": str(PAPER),
}  # fmt: skip
NUMBERS = iter(range(100, 900))


@pytest.fixture
def officer(served: World) -> UUID:
    """An officer without a post."""
    stream = uuid4()
    served.must("administrator", stream, "register", {}, kinds="officers")
    return stream


@pytest.fixture
def tagged(served: World, officer: UUID) -> UUID:
    """An officer without a post whose person tag two have entered."""
    proposed = served.must("administrator", officer, "tag-person", {"tag": identity(next(NUMBERS))}, kinds="officers")
    assert second(served, "administrator-2", officer, proposed).status_code == 201
    return officer


def appointment(served: World, **more: Any) -> dict[str, Any]:
    """The body of an appointment that takes two."""
    return {**APPROVER, "from": served.today.isoformat(), **more}


def second(served: World, who: str, stream: UUID, proposed: dict[str, Any], **more: Any) -> Any:
    """Second what was proposed."""
    event = proposed["events"][-1]["event"]
    body = {"proposal": proposed["version"], "digest": event["digest"], **more}
    return served.decide(who, stream, "second-act", body, kinds="officers")


def test_L_38_an_approver_is_appointed_by_two_administrators_and_never_by_one(served: World, tagged: UUID) -> None:
    proposed = served.must("administrator", tagged, "appoint", appointment(served), kinds="officers")
    assert [one["type"] for one in proposed["events"]] == ["officer.act-proposed.v1"]
    assert served.get(f"officers/{tagged}").json()["state"]["appointments"] == []
    own = second(served, "administrator", tagged, proposed)
    assert (own.status_code, own.json()["rule"]) == (409, "T-04")
    stranger = second(served, "auditor", tagged, proposed)
    assert (stranger.status_code, stranger.json()["rule"]) == (409, "I-13")
    stored = second(served, "administrator-2", tagged, proposed)
    assert stored.status_code == 201, stored.text
    types = [one["type"] for one in stored.json()["events"]]
    assert types == ["officer.act-seconded.v1", "officer.appointed.v1"]
    entry = stored.json()["events"][1]
    assert entry["actor"]["id"] == str(genesis_officers(PROVINCE).administrators[0])
    assert entry["seconded_by"]["id"] == str(genesis_officers(PROVINCE).administrators[1])


def test_L_38_a_puppet_that_one_administrator_made_does_not_second(served: World, tagged: UUID) -> None:
    post = appointment(served, roles=["administrator"], level="province", place=PROVINCE, house=None)
    made = served.must("administrator", tagged, "appoint", post, kinds="officers")
    assert made["events"][0]["type"] == "officer.act-proposed.v1"
    assert served.get(f"officers/{tagged}").json()["state"]["appointments"] == []


def test_what_waits_is_shown_to_who_may_second_it(served: World, tagged: UUID) -> None:
    proposed = served.must("administrator", tagged, "appoint", appointment(served), kinds="officers")
    for who, allowed in (("administrator-2", True), ("administrator", False), ("auditor", False)):
        found = served.get(f"officers/{tagged}/decisions?options=1", who).json()["decisions"]
        one = next(possible for possible in found if possible["decision"] == "second-act")
        assert one["allowed"] is allowed, who
        waits = one["waits"]
        assert (waits["type"], waits["proposal"]) == ("officer.appointed.v1", proposed["version"])
        assert "示例审批" in waits["zh"]
        assert waits["digest"] == proposed["events"][0]["event"]["digest"]
        assert waits["by"]
        assert waits["lapses_on"] > served.today.isoformat()
    one = next(
        possible
        for possible in served.get(f"officers/{tagged}/decisions?options=1", "administrator-2").json()["decisions"]
        if possible["decision"] == "second-act"
    )
    stored = served.decide("administrator-2", tagged, "second-act", one["example"], kinds="officers")
    assert stored.status_code == 201, stored.text


def test_other_bytes_than_those_proposed_are_not_seconded(served: World, tagged: UUID) -> None:
    proposed = served.must("administrator", tagged, "appoint", appointment(served), kinds="officers")
    before = served.version(tagged, "officers")
    answer = second(served, "administrator-2", tagged, proposed, digest="0" * 64)
    assert (answer.status_code, answer.json()["rule"], answer.json()["pointer"]) == (409, "T-04", "/digest")
    none = second(served, "administrator-2", tagged, proposed, proposal=1)
    assert (none.status_code, none.json()["rule"]) == (409, "T-04")
    assert served.version(tagged, "officers") == before


def test_a_person_is_tagged_by_two_and_the_number_stands_nowhere(served: World, officer: UUID) -> None:
    number = identity(next(NUMBERS))
    proposed = served.must("administrator", officer, "tag-person", {"tag": number}, kinds="officers")
    stored = second(served, "administrator-2", officer, proposed)
    assert stored.status_code == 201, stored.text
    tag = served.get(f"officers/{officer}").json()["state"]["tag"]
    assert len(tag) == 64
    with psycopg.connect(served.conninfo) as conn:
        events = b"".join(bytes(row[0]) for row in conn.execute("SELECT state FROM register.events"))
        digests = {bytes(row[0]) for row in conn.execute("SELECT digest FROM register.commands")}
    assert number.encode() not in events
    assert sha256(number.encode()).hexdigest() != tag
    assert hmac.new(b"", number.encode(), sha256).hexdigest() != tag
    assert all(number.encode() not in digest for digest in digests)


def test_the_same_number_is_the_same_person(served: World, officer: UUID) -> None:
    number, again = identity(next(NUMBERS)), uuid4()
    proposed = served.must("administrator", officer, "tag-person", {"tag": number}, kinds="officers")
    assert second(served, "administrator-2", officer, proposed).status_code == 201
    served.must("administrator", again, "register", {}, kinds="officers")
    answer = served.decide("administrator", again, "tag-person", {"tag": f" {number.lower()} "}, kinds="officers")
    assert (answer.status_code, answer.json()["rule"], answer.json()["pointer"]) == (409, "T-02", "/tag")


@pytest.mark.parametrize("tag", [{"tag": "0" * 64}, "110101194912310021", "x", 5])
def test_a_tag_is_made_here_and_of_a_true_number(served: World, officer: UUID, tag: Any) -> None:
    answer = served.decide("administrator", officer, "tag-person", {"tag": tag}, kinds="officers")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/tag")
    if isinstance(tag, str):
        assert tag not in answer.text


def test_L_40_one_data_officer_erases_nothing(served: World) -> None:
    unit = served.reported(5)
    version = served.version(unit)
    found = served.get(f"units/{unit}/events").text
    assert "示例人甲" not in found
    with psycopg.connect(served.conninfo) as conn:
        (subject,) = conn.execute(
            "SELECT subject FROM keys.data_keys WHERE purpose LIKE 'unit.%%' LIMIT 1"
        ).fetchone() or (None,)
    body = {"subject": str(subject), "legal_basis": "示例：本人申请", "reason": "示例"}
    proposed = served.decide("data-officer", unit, "erase-personal-data", body)
    assert proposed.status_code == 201, proposed.text
    assert [one["type"] for one in proposed.json()["events"]] == ["unit.act-proposed.v1"]
    with psycopg.connect(served.conninfo) as conn:
        alive = "SELECT count(*) FROM keys.data_keys WHERE subject = %s AND wrapped IS NOT NULL"
        assert conn.execute(alive, (subject,)).fetchone() == (1,)
    seconding = {"proposal": version + 1, "digest": proposed.json()["events"][0]["event"]["digest"]}
    alone = served.decide("data-officer", unit, "second-act", seconding)
    assert (alone.status_code, alone.json()["rule"]) == (409, "T-04")
    assert served.decide("data-officer-2", unit, "second-act", seconding).status_code == 201
    with psycopg.connect(served.conninfo) as conn:
        assert conn.execute(alive, (subject,)).fetchone() == (0,)


def test_L_39_administrator_and_approver_are_two_persons(served: World, officer: UUID) -> None:
    body = appointment(served, roles=["administrator", "approver"])
    answer = served.decide("administrator", officer, "appoint", body, kinds="officers")
    assert (answer.status_code, answer.json()["rule"], answer.json()["pointer"]) == (409, "T-03", "/roles")


def test_L_48_an_agent_elsewhere_is_not_suspended_and_a_colleague_not_by_one(served: World) -> None:
    unit = served.register(6)
    agent, today = officer_id("applicant-6"), served.today.isoformat()
    county = uuid4()
    served.must("administrator", county, "register", {}, kinds="officers")
    other = genesis_officers(PROVINCE).administrators[2]
    body = {"from": today, "reason": "示例"}
    proposed = served.must("administrator", other, "suspend", body, kinds="officers")
    assert proposed["events"][0]["type"] == "officer.act-proposed.v1"
    assert unit
    assert served.get(f"officers/{agent}").json()["state"]["suspensions"] == []
