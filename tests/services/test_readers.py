"""E-40: who reads is somebody today, with a place; every route, by every reader, inside and outside their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from serving import routes, serve
from world import (
    COUNTY,
    DIGEST,
    ELSEWHERE,
    PETITIONS,
    PREFECTURE,
    PROVINCE,
    Prepared,
    World,
    cloud_event,
    credit_code,
    enterprise,
    officer_id,
    report,
)

from events.envelope import Actor
from events.places import within
from events.words import ActorKind, House, Level, Role
from services.access import accounts
from services.access.accounts import Account
from services.casework.kinds import KINDS
from services.casework.source.state import source_stream
from services.http import readers
from services.http.readers import Reader, Row

# --- the table, line by line ------------------------------------------------------------------------------------------

_OPEN = "officer source round policy body register province year task station standard honour"
_OTHER = "code crosscheck national decision"
_FILES = "unit signal check session document"
_DESK = f"{_OPEN} {_OTHER} inspection"

EVERYWHERE: dict[Role, str] = {
    **dict.fromkeys((Role.OFFICER, Role.APPROVER, Role.CONTACT, Role.INSPECTOR, Role.ASSESSOR), _DESK),
    Role.AUDITOR: _DESK,
    Role.DATA_OFFICER: _DESK,
    Role.ADMINISTRATOR: f"{_OPEN} {_OTHER}",
    Role.OPERATOR: _OPEN,
    Role.APPLICANT: "round policy body",
    Role.UNIT_UNION: "round policy body",
}
"""What a role reads wherever it is."""

IN_PLACE: dict[Role, str] = {
    **dict.fromkeys((Role.OFFICER, Role.APPROVER, Role.CONTACT, Role.INSPECTOR, Role.ASSESSOR), _FILES),
    Role.AUDITOR: _FILES,
    Role.DATA_OFFICER: _FILES,
    Role.ADMINISTRATOR: "document",
}
"""What a role reads in its own place, and nowhere else."""

OF_THE_REGISTER: dict[Role, str] = {
    Role.AUDITOR: "dead-letters processes sealed letters",
    Role.DATA_OFFICER: "dead-letters processes sealed letters requests",
    Role.OPERATOR: "dead-letters processes letters",
    Role.ADMINISTRATOR: "processes sealed letters",
    Role.OFFICER: "sealed letters",
    Role.APPROVER: "sealed letters",
    **dict.fromkeys((Role.CONTACT, Role.INSPECTOR, Role.ASSESSOR), "letters"),
}
"""What a role reads of the register's own working, where its post is that of the whole register."""


def reader(role: Role, place: str, house: House | None = None) -> Reader:
    agent = role in (Role.APPLICANT, Role.UNIT_UNION)
    kind = ActorKind.APPLICANT if agent else ActorKind.OFFICER
    unit = UUID(int=7) if agent else None
    post = Actor(
        id=UUID(int=1), kind=kind, post="示例", house=house, level=Level.COUNTY, place=place, roles=(role,), unit=unit
    )
    return Reader(UUID(int=1), kind, PROVINCE, (post,), unit)


def read_by(who: Reader, place: str | None) -> set[str]:
    return {
        what
        for what in (readers.WHAT if place is None else (*KINDS, "inspection"))
        if readers.may_read(who, Row(what, place, UUID(int=2), UUID(int=3)))
    }


@pytest.mark.parametrize("role", list(Role))
def test_E_40_every_role_reads_what_the_table_says_and_no_more(role: Role) -> None:
    everywhere = set(EVERYWHERE[role].split())
    inside = everywhere | set(IN_PLACE.get(role, "").split())
    for place in (COUNTY, PREFECTURE, PROVINCE):
        assert read_by(reader(role, place), COUNTY) == inside, place
    assert read_by(reader(role, COUNTY), PREFECTURE) == everywhere, "the place above"
    assert read_by(reader(role, COUNTY), ELSEWHERE) == everywhere, "another place"
    assert read_by(reader(role, ELSEWHERE), COUNTY) == everywhere
    assert read_by(reader(role, COUNTY), "999999") == everywhere, "no place at all"
    whole = inside | set(OF_THE_REGISTER.get(role, "").split())
    assert read_by(reader(role, PROVINCE), None) == whole
    assert read_by(reader(role, COUNTY), None) == everywhere


def test_E_40_the_table_is_of_what_there_is() -> None:
    assert set(f"{_OPEN} {_OTHER} {_FILES}".split()) == set(KINDS)
    beside = {"dead-letters", "processes", "sealed", "inspection", "letters", "requests", "copies"}
    assert set(readers.WHAT) == {*KINDS, *beside}
    assert {what for line in readers.TABLE for what in line.what} == set(readers.WHAT)
    assert {who for line in readers.TABLE for who in line.who if isinstance(who, Role)} == set(Role)


def test_E_40_the_house_counts_where_the_table_says_so() -> None:
    assert "dead-letters" in read_by(reader(Role.OFFICER, PROVINCE, House.HR), None)
    for house in set(House) - {House.HR}:
        assert "dead-letters" not in read_by(reader(Role.OFFICER, PROVINCE, house), None), house


def test_E_40_a_unit_reads_its_own_and_whoever_is_lent_the_file() -> None:
    agent = reader(Role.APPLICANT, PROVINCE)
    assert readers.may_read(agent, Row("unit", COUNTY, UUID(int=7), UUID(int=7)))
    assert not readers.may_read(agent, Row("unit", COUNTY, UUID(int=8), UUID(int=8)))
    assert readers.may_read(agent, Row("officer", None, agent.holder))
    assert not readers.may_read(agent, Row("officer", None, UUID(int=8)))
    away = reader(Role.OFFICER, ELSEWHERE)
    assert readers.may_read(away, Row("unit", COUNTY, UUID(int=8), lent=frozenset({away.holder})))


def test_E_40_nobody_is_who_holds_no_post_today() -> None:
    today = date(2026, 11, 27)
    for kind in (ActorKind.OFFICER, ActorKind.APPLICANT, ActorKind.SOURCE, ActorKind.TIMEKEEPER):
        with pytest.raises(readers.Forbidden):
            readers.reader_of(Account(uuid4(), kind, None, ""), None, today, PROVINCE)


# --- every route ------------------------------------------------------------------------------------------------------

FREE, ANYBODY, REPORTING = "free", "anybody", "reporting"
LIVE = "/board/live"
"""Goes on without an end: tests/services/pages/test_live.py reads it."""

READING = {
    "/livez": FREE, "/readyz": FREE, "/metrics": FREE, "/openapi.json": FREE, "/api/v1/now": FREE,
    "/sign-in": FREE, "/sign-in/provider": FREE, "/sign-in/provider/return": FREE,
    "/sessions": FREE, "/password": FREE, "/password/forgotten": FREE, "/account": FREE,
    "/accounts": FREE, "/tokens": FREE, "/demonstration": FREE,
    "/": ANYBODY, "/api/v1/places": ANYBODY,
    **{
        f"/api/v1/{name}": ANYBODY
        for name in ("titles", "standard-sets", "indicators", "incentives", "categories", "packs", "standards")
    }, "/api/v1/policy/matrix": ANYBODY, "/api/v1/policy/public": FREE, "/api/v1/events": ANYBODY,
    "/board": "unit", "/units/{unit}": "unit", "/units/{unit}/readers": "unit", "/audit": "unit", "/signals": "unit",
    "/signals/report": REPORTING, "/cases": "unit", "/cases/{unit}": "unit", "/cases/{unit}/papers/{sha256}": "unit",
    "/board/live": "unit",
    "/api/v1/units": "unit", "/api/v1/units/counts": "unit", "/api/v1/deadlines": "unit", "/api/v1/search": "unit",
    "/api/v1/acts": "unit", "/api/v1/signals": "unit", "/api/v1/units/{unit}/coverage": "unit",
    "/api/v1/units/{unit}/cultivation": "unit", "/api/v1/rounds/{round}/cultivation": ANYBODY,
    "/api/v1/documents/content/{sha256}": "document", "/api/v1/sealed/{stream}": "unit",
    "/api/v1/intake/dead-letters": "dead-letters", "/api/v1/intake/dead-letters/{number}": "dead-letters",
    "/api/v1/processes": "processes",
    "/api/v1/{kinds:kinds}": "kind", "/api/v1/{kinds:kinds}/{stream}": "kind",
    "/api/v1/{kinds:kinds}/{stream}/events": "kind", "/api/v1/{kinds:kinds}/{stream}/decisions": "kind",
    "/{kinds:kinds}": "kind", "/{kinds:kinds}/{stream}": "kind", "/{kinds:kinds}/{stream}/decide": "kind",
    "/{kinds:kinds}/{stream}/decide/{decision}": "kind", "/{kinds:kinds}/decide/{decision}": FREE,
    "/roll": FREE, "/roll.csv": FREE, "/roll.jsonld": FREE, "/roll/check": FREE, "/p/{code}": FREE,
    "/publicity": FREE, "/publicity/{unit}/object": FREE, "/publicity/lists/{round}": FREE,
    "/publicity/lists/{round}/object": FREE,
    "/publicity/honours/{honour}": FREE, "/publicity/honours/{honour}/object": FREE,
    "/api/v1/publicity": FREE, "/api/v1/publicity/lists/{round}": FREE, "/objections": FREE,
    "/objections/{number}": FREE,
    "/survey": FREE, "/survey/thanks": FREE,
    "/units/{unit}/surveys/{survey}": "unit", "/api/v1/units/{unit}/surveys/{survey}": "unit",
    "/api/v1/units/{unit}/outbox": "unit", "/api/v1/outbox": "letters", "/outbox": "letters",
    "/announcements": FREE, "/help/policy": FREE, "/help/public": FREE,
    "/national": "crosscheck", "/national/{place}/units/{unit}": "crosscheck",
    "/api/v1/national/comparison": "crosscheck", "/api/v1/national/papers": "crosscheck",
    "/api/v1/national/cross-check": "crosscheck", "/api/v1/national/provinces": "crosscheck",
    "/api/v1/national/cross-inspections": "crosscheck", "/api/v1/inspection/changes": "inspection",
    **{f"/api/v1/governance/{name}": "unit" for name in ("duties", "load", "participation", "trend", "pace")},
    "/api/v1/units/{unit}/letters/{version}": "unit", "/governance": "unit",
    "/api/v1/years/{stream}/bulletins/{version}.pdf": "year", "/api/v1/years/{stream}/reports/{version}.pdf": "year",
    "/api/v1/policy/staffing": "policy", "/api/v1/retention": "register",
    "/persons": "copies", "/persons/{number}": "requests",
    "/api/v1/persons": "copies", "/api/v1/persons/{number}": "requests",
    "/api/v1/ledgers": ANYBODY, "/api/v1/ledgers/{ledger}": "unit",
}  # fmt: skip
"""What each route that is read shows: a new one without a line here fails."""

ACTING = {
    "/api/v1/{kinds:kinds}/{stream}/decisions/{decision}", "/api/v1/{kinds:kinds}", "/api/v1/signals",
    "/api/v1/outbox/{number}/again", "/outbox/{number}/again",
    "/api/v1/intake/dead-letters/{number}/retry", "/api/v1/intake/dead-letters/{number}/park",
    "/api/v1/national/provinces/{place}/units/{unit}/decisions/{decision}",
    "/api/v1/national/provinces/{place}/decisions/{decision}",
    "/api/v1/national/cross-inspections/{inspection}/decisions/{decision}",
    "/api/v1/inspection/status",
    "/api/v1/documents/content", "/api/v1/sealed/{stream}/{version}", "/sign-in", "/sign-in/second-factor", "/sign-out",
    "/sessions/end", "/password", "/password/forgotten", "/account/password", "/account/codes", "/accounts",
    "/accounts/requests", "/tokens", "/tokens/requests",
    "/demonstration",
    "/{kinds:kinds}/decide/{decision}", "/{kinds:kinds}/{stream}/decide/{decision}",
    "/persons/{number}/copy", "/api/v1/persons/{number}/copy",
    "/roll/check", "/publicity/{unit}/object", "/publicity/lists/{round}/object",
    "/publicity/honours/{honour}/object", "/signals/report", "/survey",
    "/units/{unit}/surveys/{survey}", "/api/v1/units/{unit}/surveys/{survey}/codes",
}  # fmt: skip
"""Routes by which something is done: the law, the source's registration or the session says by whom."""

ELSE = {
    "/sessions": 303, "/account": 303, "/accounts": 303, "/tokens": 303, "/password": 410,
    "/sign-in/provider": 404, "/sign-in/provider/return": 404, "/demonstration": 404,
    "/{kinds:kinds}/decide/{decision}": 303, "/p/{code}": 404, "/publicity/{unit}/object": 404,
    "/publicity/lists/{round}": 404, "/publicity/lists/{round}/object": 404, "/publicity/honours/{honour}": 404,
    "/publicity/honours/{honour}/object": 404, "/api/v1/publicity/lists/{round}": 404,
    "/objections/{number}": 404, "/api/v1/rounds/{round}/cultivation": 404,
    "/api/v1/years/{stream}/bulletins/{version}.pdf": 404, "/api/v1/years/{stream}/reports/{version}.pdf": 404,
}  # fmt: skip
"""What is answered to anybody, where that is not a page: one has to sign in, or there is no such thing."""

PEOPLE = (
    "county-hr-officer", "prefecture-union-approver", "430200-hr-officer", "province-hr-officer", "auditor",
    "administrator", "data-officer", "applicant-1", "applicant-2", "unit_union-1", "petitions", "public",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to read: a stream of each kind, with the place that it is of."""

    streams: dict[str, tuple[UUID, str | None]]
    digest: str
    letter: str
    survey: int


@pytest.fixture(scope="module")
def told(served: World) -> Told:
    unit = served.reported(1)
    until = (served.today + timedelta(days=7)).isoformat()
    survey = served.must("unit_union-1", unit, "open-survey", {"codes": 20, "until": until})["version"]
    served.register(2)
    signal = report(served.today)
    taken = served.client.post(
        "/api/v1/signals", json=cloud_event(PETITIONS, 1, signal), headers=served.headers("petitions")
    )
    assert taken.status_code == 201, taken.text
    odd = served.client.post("/api/v1/signals", json={"specversion": "9"}, headers=served.headers("petitions"))
    letter = odd.headers["concord-dead-letter"]
    last = served.get("events?after=0&limit=2000").json()
    for name in ("units?", "acts?", "deadlines?", "signals?", "search?q=91430100&", "officers?"):
        assert served.get(f"{name}min_position={last['position']}").status_code == 200
    streams: dict[str, tuple[UUID, str | None]] = {}
    for event in last["events"]:
        kind = event["type"].partition(".")[0]
        if kind not in streams:
            state = served.get(f"{KINDS[kind].words.plural}/{event['stream']}").json()
            streams[kind] = (UUID(event["stream"]), state["place"])
    streams["unit"] = (unit, COUNTY)
    paper = next(one for one in last["events"] if one["type"] == "document.recorded.v1")
    assert UUID(paper["stream"]) == streams["document"][0]
    return Told(streams, paper["event"]["sha256"], letter, survey)


def readers_(served: World) -> dict[str, Reader]:
    """Everybody as the table knows them; what they are is said here once more."""
    found: dict[str, Reader] = {}
    for name in PEOPLE:
        match name:
            case "petitions":
                found[name] = Reader(source_stream(PETITIONS), ActorKind.SOURCE, PROVINCE, uri=PETITIONS)
            case "public":
                found[name] = Reader(uuid4(), ActorKind.PUBLIC, PROVINCE)
            case "auditor" | "administrator" | "data-officer":
                role = next(one for one in Role if one.value == name.replace("-", "_"))
                found[name] = reader(role, PROVINCE)
            case _ if name.startswith(("applicant", "unit_union")):
                role, number = Role.APPLICANT, int(name.rpartition("-")[2])
                unit = enterprise(number)
                post = Actor(
                    id=officer_id(name), kind=ActorKind.APPLICANT, post="x", place="000000", roles=(role,), unit=unit
                )
                found[name] = Reader(officer_id(name), ActorKind.APPLICANT, PROVINCE, (post,), unit)
            case _:
                place = {"county": COUNTY, "prefecture": PREFECTURE, "province": PROVINCE}.get(
                    name.partition("-")[0], ELSEWHERE
                )
                house = next(one for one in House if one.value == name.split("-")[1])
                role = Role.APPROVER if name.endswith("approver") else Role.OFFICER
                found[name] = reader(role, place, house)
    return found


def test_E_40_every_route_has_a_line() -> None:
    told = {path for method, path in routes() if method in ("GET", "HEAD")}
    acting = {path for method, path in routes() if method not in ("GET", "HEAD")}
    assert told == set(READING)
    assert acting == ACTING


def _asked(path: str, told: Told) -> Iterator[tuple[str, Row]]:
    """The requests of a route, and what each asks for."""
    what = READING[path]
    unit, place = told.streams["unit"]
    if what == "kind":
        for kind, (stream, of) in told.streams.items():
            asked = path.replace("{kinds:kinds}", KINDS[kind].words.plural).replace("{stream}", str(stream))
            asked = asked.replace("{decision}", "second-act")
            row = Row(kind, of, stream, unit=unit if kind == "unit" else None)
            yield asked, row
        return
    paper = DIGEST if "papers" in path else told.digest
    asked = path.replace("{unit}", str(unit)).replace("{table}", "titles").replace("{sha256}", paper)
    asked = asked.replace("{round}", str(unit))
    asked = asked.replace("{stream}", str(unit)).replace("{number}", told.letter).replace("{place}", PROVINCE)
    asked = asked.replace("{kinds:kinds}", "units").replace("{decision}", "register")
    asked = asked.replace("{ledger}", "applications").replace("{version}", "1").replace("{survey}", str(told.survey))
    if what == "document":
        stream, of = told.streams["document"]
        yield f"{asked}?stream={stream}", Row(what, of, stream)
        return
    yield (f"{asked}?q=91430100" if path.endswith("search") else asked), Row(what, place, unit, unit)


def _may(who: Reader, path: str, row: Row) -> bool:
    what = READING[path]
    if what in (FREE, ANYBODY):
        return True
    if what == REPORTING:
        return who.uri is not None
    if path in ("/api/v1/signals", "/signals") and who.uri is not None:
        return True
    if path in ("/api/v1/acts", "/audit") and who.uri is not None:
        return True
    if what in ("dead-letters", "processes"):
        return readers.may_read(who, Row(what))
    if "{" not in path.replace("{kinds:kinds}", "").replace("{ledger}", ""):
        return readers.scope(who, row.what) is not None
    return readers.may_read(who, row)


@pytest.fixture(scope="module")
def signed_in(served: World) -> Iterator[Callable[[str], httpx2.Client]]:
    """Each reader before the pages, who signs in once."""
    with ExitStack() as stack:

        @cache
        def reader(name: str) -> httpx2.Client:
            made = httpx2.Client(base_url=served.client.base_url, timeout=20, follow_redirects=True)
            client = stack.enter_context(made)
            client.post("/sign-in", data={"token": served.tokens[name]}, headers={"Sec-Fetch-Site": "same-origin"})
            return client

        yield reader


@pytest.mark.parametrize(
    "path", [one for one, what in READING.items() if not one.startswith(("/national", "/api/v1/national", LIVE))]
)
def test_E_40_every_route_by_every_reader_inside_and_outside(
    served: World, told: Told, signed_in: Callable[[str], httpx2.Client], path: str
) -> None:
    page = not path.startswith("/api/")
    for name, who in readers_(served).items():
        for asked, row in _asked(path, told):
            answer = signed_in(name).get(asked) if page and READING[path] != FREE else served.get(asked, name)
            expected = 200 if _may(who, path, row) else 403
            expected = ELSE.get(path, expected)
            if "/persons/" in path and expected == 200:
                expected = 404  # nobody asked under that number
            if "papers" in path and expected == 200:
                expected = 404  # the file names the report, whose bytes nobody has put
            assert answer.status_code == expected, (name, asked, answer.text[:300])
            if expected == 403 and not page:
                assert answer.json()["code"] == "forbidden"


def test_E_40_lists_hold_what_is_the_readers_and_nothing_else(served: World, told: Told) -> None:
    lists = (
        ("units?limit=500", "units"), ("signals?limit=500", "signals"), ("deadlines?limit=500", "deadlines"),
        ("acts?limit=500", "acts"), ("search?q=91430100", "units"), ("documents?limit=500", "streams"),
    )  # fmt: skip
    for path, name in lists:
        whole = served.get(path, "auditor").json()[name]
        assert whole, path
        for who, place in (("county-hr-officer", COUNTY), ("prefecture-union-approver", PREFECTURE)):
            rows = served.get(path, who).json()[name]
            file = [row for row in rows if row.get("stream_kind", "unit") in _FILES.split()]
            assert all(row["place"] is not None and within(row["place"], place) for row in file), (path, who)
            if path != "documents?limit=500":
                assert len(file) == len(
                    [
                        r
                        for r in whole
                        if r.get("stream_kind", "unit") in _FILES.split() and r["place"] and within(r["place"], place)
                    ]
                )
        if name != "streams":
            outside = served.get(path, "430200-hr-officer").json()[name]
            assert not [row for row in outside if row.get("stream_kind", "unit") in _FILES.split()], path
            own = served.get(path, "applicant-2").json()[name]
            assert {row["unit"] for row in own if row.get("unit")} <= {str(enterprise(2))}, path
    assert served.get(f"units?place={COUNTY}", "430200-hr-officer").status_code == 403
    assert served.get("units/counts", "430200-hr-officer").json()["units"] == 0
    assert served.get("units/counts", "applicant-1").json()["units"] == 1


def test_E_40_the_feed_holds_what_is_the_readers_as_pages_and_as_it_comes(served: World, told: Told) -> None:
    whole = served.get("events?after=0&limit=2000").json()
    units = {event["stream"] for event in whole["events"] if event["type"].startswith("unit.")}
    assert len(units) >= 2

    def seen(who: str) -> tuple[set[str], list[int]]:
        page = served.get("events?after=0&limit=2000", who).json()
        assert page["position"] == whole["position"]
        streams = {event["stream"] for event in page["events"] if event["type"].startswith("unit.")}
        return streams, [event["position"] for event in page["events"]]

    assert seen("county-hr-officer")[0] == units
    assert seen("430200-hr-officer")[0] == set()
    assert seen("applicant-1")[0] == {str(enterprise(1))}
    assert seen("public")[0] == set()
    reported = served.get("events?after=0&limit=2000", "petitions").json()["events"]
    assert any(event["type"] == "unit.signal-recorded.v1" for event in reported)
    assert all(
        event["actor"]["id"] == str(source_stream(event["event"]["source"]))
        for event in reported if event["type"].startswith("unit.signal")
    )  # fmt: skip
    positions = seen("applicant-1")[1]
    headers = {**served.headers("applicant-1"), "Accept": "text/event-stream"}
    with served.client.stream("GET", "/api/v1/events", headers=headers) as stream:
        followed: list[int] = []
        for line in stream.iter_lines():
            if line.startswith("id: "):
                followed.append(int(line[4:]))
            if len(followed) == len(positions):
                break
    assert followed == positions


def test_E_40_a_unit_reads_how_it_was_decided_and_not_who_told_of_it(served: World, told: Told) -> None:
    unit = enterprise(1)
    office = served.get(f"units/{unit}/events", "county-hr-officer").text
    assert "示例：职工群体访" in office
    for path in (f"units/{unit}/events", "acts?limit=500", f"units?unit={unit}", "events?after=0&limit=2000"):
        answer = served.get(path, "applicant-1")
        assert answer.status_code == 200
        assert "职工群体访" not in answer.text, path
    own = served.get(f"units/{unit}/events", "applicant-1").json()["events"]
    assert any(event["type"] == "unit.signal-recorded.v1" for event in own)
    stale = served.decide("applicant-1", unit, "withdraw-application", {"reason": "x"}, at=1)
    assert "职工群体访" not in stale.text


def test_E_40_a_decision_at_an_old_version_tells_nothing_of_a_file_that_is_not_theirs(
    served: World, told: Told
) -> None:
    unit = enterprise(1)
    visit = {"kind": "spot", "reason": "示例"}
    inside = served.decide("prefecture-hr-officer", unit, "order-check", visit, at=1)
    outside = served.decide("430200-hr-officer", unit, "order-check", visit, at=1)
    assert (inside.status_code, outside.status_code) == (412, 412)
    assert inside.json()["since"]
    assert not {"since", "current", "version"} & outside.json().keys()
    for file in (unit, uuid4()):  # whether it is there is told to nobody
        assert served.get(f"units/{file}/decisions", "public").status_code == 403


def test_E_40_a_papers_bytes_are_for_who_reads_the_file_that_names_it(served: World, told: Told) -> None:
    stream, _ = told.streams["document"]
    other, _ = told.streams["unit"]
    url = f"documents/content/{told.digest}"
    assert served.get(f"{url}?stream={stream}", "province-hr-officer").status_code == 200
    assert served.get(url, "auditor").status_code == 200, "who reads every file need not say which"
    answers = [
        served.get(f"{url}?stream={other}", "county-hr-officer"),  # a file of theirs that does not name it
        served.get(f"{url}?stream={stream}", "county-hr-officer"),  # a file that names it and is not theirs
        served.get(f"{url}?stream={uuid4()}", "county-hr-officer"),
        served.get(url, "county-hr-officer"),
        served.get(f"documents/content/{'0' * 64}?stream={stream}", "county-hr-officer"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.json()["detail"] for answer in answers}) == 1, "which of them it was is not told"


def test_E_40_a_refusal_tells_nothing_of_a_file_that_is_not_theirs(served: World, told: Told) -> None:
    unit = enterprise(1)
    for who, decision, body in (
        ("430200-hr-officer", "accept-application", {}),
        ("430200-hr-officer", "name", {"document_number": "示例〔2026〕1号"}),
        ("applicant-2", "apply", {"title": "provincial_harmonious", "report_digest": "ab" * 32, "route": "levels"}),
        ("public", "raise-objection", {"ground": "示例", "text": "示例异议", "objector": "示例人乙"}),
    ):
        problem = served.decide(who, unit, decision, body, at=served.version(unit)).json()
        assert (problem["status"], problem["code"]) == (409, "refused"), problem
        for refusal in problem["refusals"]:
            assert refusal["facts"] == [], (who, decision)
            assert refusal["could_act"] == []
            assert "不在本账户的查阅范围" in refusal["zh"]
            assert refusal["needs"]["zh"]
    own = served.decide("prefecture-hr-officer", unit, "accept-application", {}, at=served.version(unit)).json()
    assert "不在本账户的查阅范围" not in str(own)


# --- who is nobody ----------------------------------------------------------------------------------------------------


def _token(served: World, holder: UUID, kind: ActorKind) -> str:
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        return accounts.issue(conn, Account(holder, kind, None, "示例"), datetime.now(UTC) + timedelta(days=1))


def _reads_nothing(served: World, token: str, told: Told) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for path, what in READING.items():
        if not path.startswith("/api/") or what == FREE or "/national/" in path:
            continue
        for asked, _ in _asked(path, told):
            answer = served.client.get(asked, headers=headers)
            assert answer.status_code == 403, (asked, answer.text[:200])
            assert answer.headers["content-type"] == "application/problem+json"
    with served.client.stream("GET", "/api/v1/events", headers={**headers, "Accept": "text/event-stream"}) as stream:
        assert stream.status_code == 403


def test_E_40_a_token_with_nobody_behind_it_reads_nothing(served: World, told: Told) -> None:
    for kind in (ActorKind.OFFICER, ActorKind.APPLICANT, ActorKind.SOURCE, ActorKind.TIMEKEEPER):
        _reads_nothing(served, _token(served, uuid4(), kind), told)
    # a token says whose it is, and not what they are
    _reads_nothing(served, _token(served, enterprise(1), ActorKind.OFFICER), told)
    _reads_nothing(served, _token(served, officer_id("auditor"), ActorKind.SOURCE), told)


def test_E_40_who_is_suspended_reads_nothing_from_that_moment_on(
    served: World, told: Told, prepared: Prepared, tmp_path: Path
) -> None:
    who = "county-union-approver"
    api, address = serve(served.conninfo, tmp_path, prepared.key_file, served.clock, open_pages=False)
    with httpx2.Client(base_url=address, timeout=20, headers={"Origin": address}) as client:
        assert client.get("/board").headers["location"] == "/sign-in?next=%2Fboard"
        client.post("/sign-in", data={"token": served.tokens[who]})
        assert client.get("/board").status_code == 200
        follow = {**served.headers(who), "Accept": "text/event-stream"}
        with client.stream("GET", f"/api/v1/events?after={served.end}", headers=follow) as stream:
            body = {"from": served.today.isoformat(), "reason": "示例"}
            proposed = served.must("administrator", officer_id(who), "suspend", body, kinds="officers")
            second(served, proposed, officer_id(who))
            for _ in stream.iter_lines():
                pass  # it ends of itself
        for path in ("/", "/board", f"/units/{enterprise(1)}", "/audit"):
            answer = client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code == 403, path
            assert credit_code(1) not in answer.text
    api.should_exit = True
    _reads_nothing(served, served.tokens[who], told)
    lines = _security(served)
    assert any(one[1] == "refused" and one[2] == officer_id(who) for one in lines)


def second(served: World, proposed: dict[str, Any], stream: UUID, kinds: str = "officers") -> None:
    """Second what takes two, where it did."""
    event = proposed["events"][-1]
    if event["type"].endswith("act-proposed.v1"):
        body = {"proposal": event["version"], "digest": event["event"]["digest"]}
        served.must("administrator-2", stream, "second-act", body, kinds=kinds)


def _security(served: World) -> list[tuple[Any, ...]]:
    with psycopg.connect(served.conninfo) as conn:
        return conn.execute("SELECT what, outcome, who FROM security.log ORDER BY id DESC LIMIT 200").fetchall()


def test_E_40_pages_show_what_the_reader_reads(served: World, told: Told) -> None:
    def page(who: str, path: str) -> str:
        with httpx2.Client(base_url=served.client.base_url, timeout=20) as client:
            client.post("/sign-in", data={"token": served.tokens[who]}, headers={"Sec-Fetch-Site": "same-origin"})
            answer = client.get(path)
            assert answer.status_code == 200
            return re.sub(r"\s+", " ", answer.text)

    assert "示例企业1号" in page("county-hr-officer", "/board")
    assert "示例企业1号" not in page("430200-hr-officer", "/board")
    own = page("applicant-2", "/board")
    assert "示例企业2号" in own
    assert "示例企业1号" not in own
    assert "示例企业1号" not in page("430200-hr-officer", "/audit?act=register")
    assert "职工群体访" in page("county-hr-officer", f"/units/{enterprise(1)}")
    assert "职工群体访" not in page("applicant-1", f"/units/{enterprise(1)}")


# --- sealed fields ----------------------------------------------------------------------------------------------------

SIGNER = "示例人甲"


def _signed(served: World, unit: UUID) -> int:
    """The version of an entry in which a signer's name is sealed."""
    events = served.get(f"units/{unit}/events").json()["events"]
    return next(int(one["version"]) for one in events if one["event"].get("signer"))


def _open(served: World, who: str, unit: UUID, version: int, body: Any) -> httpx2.Response:
    return served.client.post(f"/api/v1/sealed/{unit}/{version}", json=body, headers=served.headers(who))


def test_E_40_sealed_fields_open_for_a_reason_that_is_kept_and_shown(served: World, told: Told) -> None:
    unit, why = enterprise(1), {"reason": "示例：核对签署人身份"}
    version = _signed(served, unit)
    for who in ("county-hr-officer", "prefecture-union-approver", "auditor", "data-officer"):
        answer = _open(served, who, unit, version, why)
        assert answer.status_code == 200, (who, answer.text)
        assert answer.json()["fields"] == {"signer": SIGNER}
        assert answer.headers["cache-control"] == "no-store"
    for who in ("430200-hr-officer", "administrator", "applicant-1", "applicant-2", "petitions", "public"):
        assert _open(served, who, unit, version, why).status_code == 403, who
    shown = served.get(f"sealed/{unit}", "applicant-1").json()["openings"]
    assert [(one["version"], one["fields"], one["reason"]) for one in shown] == [
        (version, ["signer"], why["reason"])
    ] * 4
    assert shown[-1]["who"] == str(officer_id("county-hr-officer"))
    assert SIGNER not in str(shown)
    for who in ("430200-hr-officer", "applicant-2", "public"):
        assert served.get(f"sealed/{unit}", who).status_code == 403, who


def test_E_40_nothing_is_opened_without_a_reason_or_where_nothing_is_sealed(served: World, told: Told) -> None:
    unit = enterprise(1)
    version = _signed(served, unit)
    before = len(served.get(f"sealed/{unit}").json()["openings"])
    for body in (
        {},
        {"reason": ""},
        {"reason": None},
        {"reason": "示例：电话13800138000"},
        [],
        {"reason": "x", "y": 1},
    ):
        answer = _open(served, "auditor", unit, version, body)
        assert answer.status_code == 422, (body, answer.text)
        assert SIGNER not in answer.text
    why = {"reason": "示例：核对"}
    assert _open(served, "auditor", unit, 1, why).status_code == 404, "nothing sealed there"
    assert _open(served, "auditor", unit, 999, why).status_code == 404
    assert _open(served, "auditor", uuid4(), 1, why).status_code == 404
    assert len(served.get(f"sealed/{unit}").json()["openings"]) == before


def test_E_40_what_cannot_be_written_down_is_not_opened(served: World, told: Told) -> None:
    unit = enterprise(1)
    version = _signed(served, unit)
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        conn.execute("ALTER FUNCTION security.note_opening RENAME TO note_opening_gone")
        try:
            answer = _open(served, "auditor", unit, version, {"reason": "示例：核对"})
        finally:
            conn.execute("ALTER FUNCTION security.note_opening_gone RENAME TO note_opening")
        assert answer.status_code == 503
        assert SIGNER not in answer.text
        for statement in ("DELETE FROM security.openings", "UPDATE security.openings SET reason = 'x'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement.encode())
