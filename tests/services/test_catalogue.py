"""What an integrator fills a form from and finds their things by: the pack's tables, lists, codes, external ids."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from world import COUNTY, DIGEST, PETITIONS, PREFECTURE, World, cloud_event, credit_code, report

from services.casework.pack import load_pack

PACK = load_pack()
TABLES = {
    "titles": ("titles", PACK.titles),
    "standard-sets": ("standard_sets", PACK.standard_sets),
    "indicators": ("indicators", PACK.survey_indicators),
    "incentives": ("incentives", PACK.incentives),
    "categories": ("categories", PACK.categories),
}


@pytest.mark.parametrize("path", TABLES)
def test_a_table_is_that_of_the_pack_of_the_day(served: World, path: str) -> None:
    name, table = TABLES[path]
    for asked in (path, f"{path}?on={served.today}"):
        document = served.get(asked).json()
        assert (document["pack"], document["on"]) == (PACK.name, served.today.isoformat())
        assert {row["value"] for row in document[name]} == {str(one) for one in table}
        assert all(row["zh"] and row["en"] for row in document[name])
    assert served.client.get(f"/api/v1/{path}").status_code == 401
    for wrong in ("on=tomorrow", "at=2026-01-01", "on=2026-01-01&on=2026-01-02"):
        assert served.get(f"{path}?{wrong}").status_code == 422, wrong


def test_titles_say_who_decides_and_for_how_long(served: World) -> None:
    rows = {row["value"]: row for row in served.get("titles").json()["titles"]}
    told = rows["provincial_harmonious"]
    assert (told["named_by"], told["term"], told["minimum_score"]) == ("province", "36m", 75)
    assert rows["national_model"]["needs_round"] is True


def test_a_self_evaluation_is_filled_from_the_checklist_and_the_indicators(served: World) -> None:
    unit = served.register(5)
    chosen = next(
        row for row in served.get("standard-sets").json()["standard_sets"] if row["value"] == "enterprise_national"
    )
    assert chosen["score"] == sum(item["score"] for one in chosen["standards"] for item in one["items"])
    body = {
        "standard_set": chosen["value"],
        "conducted_by": chosen["conducted_by"],
        "items": [{"standard": one["value"], "score": one["score"]} for one in chosen["standards"]],
        "survey": {
            "entitled": 300,
            "answered": 200,
            "scores": {one["value"]: 90 for one in served.get("indicators").json()["indicators"]},
        },
        "training_funds": {"total": 10_000_00, "front_line": 7_000_00},
        "report": {"sha256": DIGEST, "media_type": "application/pdf", "title": "示例自评报告", "size": 1000},
    }
    assert served.decide("applicant-5", unit, "self-evaluate", body).status_code == 201


def test_packs_say_from_when_each_was_adopted_and_which_judges(served: World) -> None:
    document = served.get("packs").json()
    rows = {row["value"]: row for row in document["packs"]}
    assert rows[PACK.name]["in_force"]
    assert rows[PACK.name]["digest"] == PACK.digest
    assert rows[PACK.name]["adopted_from"] == [served.today.isoformat()]
    assert [name for name, row in rows.items() if row["in_force"]] == [document["pack"]]
    assert "example-1@1" in rows


def test_officers_rounds_and_sources_fill_a_form(served: World) -> None:
    stream = uuid4()
    opened = {
        "kind": "naming", "name": "示例轮次", "title": "provincial_harmonious", "place": "430000",
        "from": served.today.isoformat(), "until": served.today.replace(year=served.today.year + 1).isoformat(),
    }  # fmt: skip
    served.must("province-hr-approver", stream, "open", opened, kinds="rounds")
    quota = {"place": PREFECTURE, "unit_kind": "enterprise", "places": 3}
    stored = served.must("province-hr-approver", stream, "set-quota", quota, kinds="rounds")
    at = f"min_position={stored['position']}"
    (row,) = served.get(f"rounds?{at}").json()["streams"]
    assert row["label"] == "示例轮次"
    assert row["details"]["quotas"] == [{"place": PREFECTURE, "kind": "enterprise", "places": 3, "taken": 0}]
    sources = {row["details"]["uri"]: row["details"] for row in served.get("sources").json()["streams"]}
    assert "mass_petition" in sources[PETITIONS]["categories"]
    officers = served.get(f"officers?place={PREFECTURE}&open=true&limit=500&{at}").json()["streams"]
    of_house = {post["house"]: row["stream"] for row in officers for post in row["details"]["posts"]}
    assert {"hr", "union", "federation", "commerce"} <= of_house.keys()
    assert all(post["place"].startswith("4301") for row in officers for post in row["details"]["posts"])
    assert [row["details"] for row in served.get("documents").json()["streams"]][:1] == [None]


def test_a_unit_is_found_by_its_whole_code_in_any_width_and_case(served: World) -> None:
    number = next(n for n in range(6, 40) if not credit_code(n).isdigit())
    unit, code = served.register(number), credit_code(number)
    position = served.get(f"units/{unit}").headers["X-Position"]
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for written in (code, code.lower(), wide, f" {code}"):
        found = served.get(f"units?code={written}&min_position={position}").json()["units"]
        assert [row["unit"] for row in found] == [str(unit)], written
    assert served.get(f"units?code={code[:-1]}").json()["units"] == []
    assert served.get(f"units?code={code}&place=430200").json()["units"] == []
    assert served.get("units?code=").status_code == 422


def sent(served: World, event: dict[str, Any]) -> Any:
    return served.client.post("/api/v1/signals", json=event, headers=served.headers("petitions"))


def became(served: World, external_id: str, position: int = 0) -> dict[str, Any]:
    """What is told of a signal by what its sender knows it by."""
    given = {"source": PETITIONS, "external_id": external_id, "min_position": position}
    answer = served.client.get("/api/v1/signals", params=given, headers=served.headers("auditor"))
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_what_a_signal_became_is_told_by_its_senders_id(served: World) -> None:
    served.register(30)
    data = report(served.today)
    taken = sent(served, cloud_event(PETITIONS, 30, data))
    assert taken.status_code == 201, taken.text
    told = became(served, data["external_id"], taken.json()["position"])
    (row,) = told["signals"]
    assert (row["unit"], row["outcome"], row["freezing"]) == (taken.json()["unit"], None, True)
    assert told["held_back"] == []
    unit = row["unit"]
    check = {"kind": "targeted", "reason": "示例核查", "signals": [row["signal"]]}
    ordered = served.must("prefecture-hr-officer", unit, "order-check", check)
    (row,) = became(served, data["external_id"], ordered["position"])["signals"]
    assert row["checks"] == [ordered["version"]]
    assert became(served, "没有")["signals"] == []
    assert served.get("signals?external_id=x").json()["errors"][0]["pointer"] == "?source"


def test_what_of_a_signal_is_on_no_unit_is_told_too(served: World) -> None:
    unknown = report(served.today) | {"unit": {"name": "没有这样的示例单位", "place": COUNTY}}
    event = {name: value for name, value in cloud_event(PETITIONS, 1, unknown).items() if name != "subject"}
    parked = sent(served, event)
    assert (parked.status_code, parked.json()["outcome"]) == (202, "parked")
    position = served.get("now").headers.get("X-Position") or parked.json()["position"] or 0
    (held,) = became(served, unknown["external_id"], position)["held_back"]
    assert (held["outcome"], held["dead_letter"]) == ("parked", None)
    assert served.get(f"parked-signals/{held['stream']}").status_code == 200
    early = {"external_id": "示例-未到", "reason": "示例：误报"}
    waiting = sent(served, cloud_event(PETITIONS, 31, early, type="concord.signal.withdrawn.v1"))
    assert waiting.status_code == 202, waiting.text
    (held,) = became(served, early["external_id"])["held_back"]
    assert (held["outcome"], held["stream"]) == ("waiting", None)
    dead = report(served.today, severity=9)
    assert sent(served, cloud_event(PETITIONS, 32, dead)).status_code == 422
