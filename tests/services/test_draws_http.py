"""A draw of checks over HTTP: the list, the units and the order of their checks are the register's own (T-19)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from world import COUNTY, PREFECTURE, World

from services.draw_verifier.verify import problems

HOUSES = ("hr", "union")
PARKS = 5


def _share(house: str) -> str:
    return sha256(f"示例份额:{house}".encode()).hexdigest()


def _act(served: World, who: str, stream: UUID, decision: str, body: Any) -> dict[str, Any]:
    return served.must(who, stream, decision, body, kinds="checks")


@pytest.fixture(scope="module")
def units(served: World) -> set[str]:
    """Enterprises in the county, one of them closed, and one that moves away just before the list is frozen."""
    made = [served.register(n) for n in range(1, PARKS + 3)]
    served.must("county-hr-officer", made[0], "close", {"reason": "示例：注销"})
    moved = {"place": "430204", "reason": "示例：迁址"}
    served.must("province-hr-officer", made[1], "change-details", moved)
    return {str(unit) for unit in made[1:]}


@pytest.fixture(scope="module")
def plan(served: World, units: set[str]) -> UUID:
    """A plan whose list is frozen."""
    body = {
        "kind": "spot", "name": "示例抽查", "place": PREFECTURE, "period": str(served.today.year), "share": 40,
        "unit_kinds": ["enterprise"], "strata": ["kind", "place"], "due": f"{served.today.year + 1}-06-30",
    }  # fmt: skip
    headers = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
    answer = served.client.post("/api/v1/checks", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    again = served.headers("prefecture-hr-officer", **{"Idempotency-Key": str(uuid4())})
    assert served.client.post("/api/v1/checks", json={**body, "name": "另一"}, headers=again).status_code == 409
    return UUID(answer.json()["stream"])


def test_L_36_the_list_is_what_the_register_has_and_nobody_types_it(served: World, units: set[str], plan: UUID) -> None:
    typed = served.decide("prefecture-hr-officer", plan, "freeze-list", {"population": 2}, kinds="checks")
    assert typed.status_code == 422, typed.text
    frozen = _act(served, "prefecture-hr-officer", plan, "freeze-list", {})["events"][0]
    assert frozen["event"]["population"] == len(units)
    assert frozen["event"]["position"] >= served.get(f"checks/{plan}/events").json()["events"][0]["position"]
    listed = served.get(
        f"documents/content/{frozen['event']['document']['sha256']}?stream={plan}", "prefecture-hr-officer"
    )
    assert {line.split(" ")[0] for line in listed.text.split("\n")} == units
    assert {line.split(" ")[1] for line in listed.text.split("\n")} == {f"enterprise/{COUNTY}"}


def test_L_37_the_draw_is_made_by_the_register_and_redone_by_anybody(
    served: World, units: set[str], plan: UUID
) -> None:
    for house in HOUSES:
        digest = sha256(f"{plan}:{house}:{_share(house)}".encode()).hexdigest()
        early = {"house": house, "share": _share(house)}
        refused = served.decide(f"prefecture-{house}-officer", plan, "reveal-share", early, kinds="checks")
        assert refused.json()["rule"] == "T-19"
        _act(served, f"prefecture-{house}-officer", plan, "commit-share", {"house": house, "digest": digest})
    for house in HOUSES:
        assert served.decide("prefecture-hr-officer", plan, "draw", {}, kinds="checks").json()["rule"] == "T-19"
        _act(served, f"prefecture-{house}-officer", plan, "reveal-share", {"house": house, "share": _share(house)})
    typed = served.decide("prefecture-hr-officer", plan, "draw", {"units": sorted(units)[:2]}, kinds="checks")
    assert typed.status_code == 422, typed.text
    drawn = _act(served, "prefecture-hr-officer", plan, "draw", {})["events"][0]["event"]
    assert len(drawn["units"]) == -(-len(units) * 40 // 100)
    history = served.get(f"checks/{plan}/events")
    listed = served.get(
        f"documents/content/{drawn['population_digest']}?stream={plan}", "prefecture-hr-officer"
    ).content
    assert problems(history.content, listed) == []
    tampered = orjson.loads(history.content)
    event = next(one for one in tampered["events"] if one["type"] == "check.drawn.v1")
    event["event"]["units"][0] = next(unit for unit in sorted(units) if unit not in drawn["units"])
    assert problems(orjson.dumps(tampered), listed)


def test_T_19_the_check_of_every_unit_drawn_is_ordered_at_once(served: World, plan: UUID) -> None:
    history = served.get(f"checks/{plan}/events").json()["events"]
    drawn = next(one["event"]["units"] for one in history if one["type"] == "check.drawn.v1")
    assert sorted(one["event"]["unit"] for one in history if one["type"] == "check.ordered.v1") == sorted(drawn)
    for unit in drawn:
        last = served.get(f"units/{unit}/events").json()["events"][-1]
        assert (last["type"], last["event"]["plan"], last["event"]["level"]) == (
            "unit.check-ordered.v1", str(plan), "prefecture",
        )  # fmt: skip
    again = served.decide("prefecture-hr-officer", plan, "draw", {}, kinds="checks")
    assert again.json()["rule"] == "T-19"
