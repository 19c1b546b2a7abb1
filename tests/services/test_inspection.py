"""What an inspection system asks: who is inspected less today, since when, until when, why no longer, what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb
from world import INSPECTION, World, credit_code

from events.words import ActorKind
from projections.inspection.queries import status
from services.access import accounts
from services.casework.source.state import source_stream

TITLE = "provincial_harmonious"


def named(served: World, number: int) -> UUID:
    """An enterprise that the province named, after its days of publicity."""
    unit, today = served.to_publicity(number), served.today
    publicity = {"from": today.isoformat(), "until": (today + timedelta(days=14)).isoformat(), "channel": "示例网站"}
    served.must("province-hr-officer", unit, "start-publicity", publicity)
    served.days_later(15)
    served.must("province-hr-officer", unit, "complete-publicity", {})
    served.must("province-hr-approver", unit, "name", {"document_number": "示例〔2026〕9号"})
    return unit


def asked(served: World, *codes: str, who: str = "inspection", position: int | None = None) -> dict[str, Any]:
    """What the system is told of these codes."""
    if position is not None:
        assert served.get(f"inspection/changes?min_position={position}").status_code == 200
    answer = served.client.post("/api/v1/inspection/status", json={"codes": list(codes)}, headers=served.headers(who))
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_every_code_is_answered_in_the_order_asked(served: World) -> None:
    units = [served.register(number) for number in (1, 2)]
    position = int(served.get(f"units/{units[-1]}").headers["X-Position"])
    assert served.get(f"units?min_position={position}").status_code == 200
    wide = credit_code(1).translate({ord(digit): 0xFEE0 + ord(digit) for digit in "0123456789"})
    told = asked(served, credit_code(2), wide, "914301000000999999", position=position)
    assert [(one["code"], one["status"], one["reduced"]) for one in told["units"]] == [
        (credit_code(2), "none", False),
        (credit_code(1), "none", False),
        ("914301000000999999", "unknown", False),
    ]
    assert told["day"] == served.today.isoformat()


WRONG: list[Any] = [
    {}, {"codes": []}, {"codes": ["x"] * 1_001}, {"codes": [""]}, {"codes": [1]}, {"codes": ["x"], "on": "y"}, [],
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG)
def test_what_is_no_question_is_told_with_its_pointer(served: World, body: Any) -> None:
    answer = served.client.post("/api/v1/inspection/status", json=body, headers=served.headers("inspection"))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert served.client.post("/api/v1/inspection/status", json=body).status_code == 401


DAY = date(2026, 3, 2)
GRANT = {
    "version": 9, "title": TITLE, "since": "2026-03-02", "until": "2029-03-01", "state": "active", "changed": 9,
    "changed_on": "2026-03-01", "zh": "给予激励", "en": "Incentive granted",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, DAY, "reduced"),
        ({}, DAY - timedelta(days=1), "to_come"),
        ({}, date(2029, 3, 1), "reduced"),
        ({}, date(2029, 3, 2), "ended"),
        ({"state": "suspended"}, DAY, "suspended"),
        ({"state": "suspended"}, date(2029, 3, 2), "ended"),
        ({"state": "ended"}, DAY, "ended"),
    ],
)
def test_how_a_grant_stands_on_a_day(changes: dict[str, str], day: date, expected: str) -> None:
    told = status("x", UUID(int=1), "示例", [GRANT | changes], day)
    assert (told.status, told.since, told.until) == (expected, DAY, date(2029, 3, 1))
    over = expected == "ended" and not changes
    assert told.why_en == ("its last day is over" if over or day > date(2029, 3, 1) else "Incentive granted")


def test_of_several_grants_the_best_counts() -> None:
    other = GRANT | {"title": "prefecture_harmonious", "until": "2028-03-01", "state": "suspended"}
    assert status("x", UUID(int=1), "示例", [other, GRANT], DAY).status == "reduced"
    both = status("x", UUID(int=1), "示例", [other, GRANT | {"state": "suspended"}], DAY)
    assert (both.status, both.until) == ("suspended", date(2029, 3, 1))


def test_since_when_until_when_and_why_no_longer(served: World) -> None:
    unit = named(served, 10)
    grant = {
        "incentive": "reduced_inspection", "title": TITLE, "from": served.today.isoformat(),
        "basis": "示例：和谐单位激励",
            "credit": {"grade": "A", "source": "示例监察机构", "on": served.today.isoformat()},
    }  # fmt: skip
    granted = served.must("province-hr-officer", unit, "grant-incentive", grant)
    (told,) = asked(served, credit_code(10), position=granted["position"])["units"]
    until = served.get(f"units/{unit}").json()["standings"][TITLE]["term_until"]
    assert (told["reduced"], told["status"], told["title"], told["unit"]) == (True, "reduced", TITLE, str(unit))
    assert (told["since"], told["until"], told["changed_on"]) == (grant["from"], until, served.today.isoformat())
    served.days_later(1)
    change = {"grant_ref": granted["version"], "reason": "示例：收到欠薪线索"}
    suspended = served.must("province-hr-officer", unit, "suspend-incentive", change)
    (told,) = asked(served, credit_code(10), position=suspended["position"])["units"]
    assert (told["reduced"], told["status"], told["changed_on"]) == (False, "suspended", served.today.isoformat())
    assert "示例：收到欠薪线索" in told["why"]["zh"]
    assert "示例：收到欠薪线索" in told["why"]["en"]
    served.must("province-hr-officer", unit, "resume-incentive", change | {"reason": "示例：查无实据"})
    ended = served.must("province-hr-officer", unit, "end-incentive", change | {"reason": "示例：不再符合"})
    (told,) = asked(served, credit_code(10), position=ended["position"])["units"]
    assert (told["status"], told["reduced"]) == ("ended", False)
    assert "示例：不再符合" in told["why"]["zh"]


def test_what_changed_is_told_in_order_and_once(served: World) -> None:
    everything = served.get("inspection/changes").json()
    assert everything["next"] is None
    (change,) = [one for one in everything["changes"] if one["code"] == credit_code(10)]
    assert change["status"] == "ended"
    last = served.get(f"units/{change['unit']}/events").json()["events"][-1]
    assert (last["type"], last["position"]) == ("unit.incentive-ended.v1", change["position"])
    after = served.get(f"inspection/changes?after={change['position']}").json()
    assert [one for one in after["changes"] if one["code"] == credit_code(10)] == []
    assert after["position"] >= change["position"]
    seen, position, pages = [], 0, 0
    while True:
        page = served.get(f"inspection/changes?after={position}&limit=1").json()
        seen += [one["code"] for one in page["changes"]]
        pages += 1
        if page["next"] is None:
            break
        position = page["next"]
    assert pages > 4
    assert seen.count(credit_code(10)) == 4  # granted, suspended, resumed, ended: each told as it stands now


def followed(served: World, who: str = "inspection", **headers: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Id, name and data of each event, as they come."""
    asked_for = served.headers(who, Accept="text/event-stream", **headers)
    with served.client.stream("GET", "/api/v1/inspection/changes", headers=asked_for) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream"), stream.read()
        fields: dict[str, str] = {}
        for line in stream.iter_lines():
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                yield int(fields["id"]), fields["event"], json.loads(fields["data"])
                fields = {}


def test_what_changes_is_followed_as_it_comes_and_gone_on_after_the_last(served: World) -> None:
    everything = served.get("inspection/changes").json()["changes"]
    with closing(followed(served)) as coming:
        told = [next(coming) for _ in everything]
        assert [(at, name) for at, name, _ in told] == [(one["position"], "inspection-changed") for one in everything]
        assert [{**data, "day": None} for _, _, data in told] == [{**one, "day": None} for one in everything]
        unit = named(served, 11)
        grant = {
            "incentive": "reduced_inspection", "title": TITLE, "from": served.today.isoformat(),
            "basis": "示例：和谐单位激励",
            "credit": {"grade": "A", "source": "示例监察机构", "on": served.today.isoformat()},
        }  # fmt: skip
        position = served.must("province-hr-officer", unit, "grant-incentive", grant)["position"]
        at, _, data = next(coming)
        assert (at, data["code"], data["reduced"]) == (position, credit_code(11), True)
    with closing(followed(served, **{"Last-Event-ID": str(told[-1][0])})) as coming:
        assert next(coming)[0] == position


def test_E_40_who_may_not_ask_follows_nothing_and_a_stream_ends_with_its_reader(served: World) -> None:
    for who in ("public", "applicant-1"):
        headers = served.headers(who, Accept="text/event-stream")
        assert served.client.get("/api/v1/inspection/changes", headers=headers).status_code == 403
    wrong = served.headers("inspection", Accept="text/event-stream", **{"Last-Event-ID": "x"})
    assert served.client.get("/api/v1/inspection/changes", headers=wrong).status_code == 422
    with psycopg.connect(served.conninfo, autocommit=True) as conn:
        holder = source_stream(INSPECTION)
        account = accounts.Account(holder, ActorKind.SOURCE, None, "inspection-2")
        token = accounts.issue(conn, account, datetime.now(UTC) + timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    end = served.get("events?limit=2000").json()["position"]
    url = f"/api/v1/inspection/changes?after={end}"
    with served.client.stream("GET", url, headers=headers) as stream:
        parts = stream.iter_raw()
        assert next(parts).startswith(b": concord")
        with psycopg.connect(served.conninfo, autocommit=True) as conn:
            assert accounts.revoke(conn, accounts.name_of(token)) == 1
        assert list(parts) == []


def test_a_thousand_codes_of_two_thousand_units_are_answered_in_time(served: World) -> None:
    (row,) = served.get(f"units?code={credit_code(10)}").json()["units"]
    codes = [f"示例-{number}" for number in range(2_000)]
    with psycopg.connect(served.conninfo) as conn:
        columns = ", ".join(name for name in row if name not in ("unit", "code"))
        conn.execute(
            f"INSERT INTO projections.board (unit, code, {columns})"
            f" SELECT gen_random_uuid(), c, {columns} FROM unnest(%s::text[]) AS c,"
            " (SELECT * FROM projections.board WHERE unit = %s LIMIT 1) AS b",
            [codes, row["unit"]],
        )
        conn.execute(
            "INSERT INTO projections.inspection SELECT b.unit, b.code, b.name, b.place, %s"
            " FROM projections.board AS b WHERE b.code = ANY (%s)",
            [Jsonb([GRANT | {"until": "2199-01-01"}] * 3), codes[::2]],
        )
    took = []
    for _ in range(5):
        began = perf_counter()
        told = asked(served, *codes[500:1_500])
        took.append(perf_counter() - began)
    assert sum(one["reduced"] for one in told["units"]) == 500
    print(f"1,000 codes: {min(took) * 1000:.0f} ms")
    assert min(took) <= 1.5  # 0.2 where the machine does nothing else
