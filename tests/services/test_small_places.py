"""T-03 over HTTP: whoever is kept apart hears who in the place could act, and where nobody can, who above is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from world import World, officer_id

from events.words import House
from services.casework.pack import load_pack

TITLE = "provincial_harmonious"
STEP = {"step": "unit.evaluated.v1", "title": TITLE, "reason": "示例：本地人员均已参与前序环节"}
EVALUATION = {"outcome": "recommend", "score": 90}
OTHERS = [f"prefecture-{house}-approver" for house in ("union", "federation", "commerce")]


def visited_by_the_approver(served: World, number: int) -> UUID:
    """A case whose visit was recorded by the one approver of human resources."""
    unit, today = served.reported(number), served.today.isoformat()
    digest = "ab" * 32
    served.must(f"applicant-{number}", unit, "apply", {"title": TITLE, "report_digest": digest, "route": "levels"})
    served.must("county-hr-officer", unit, "accept-application", {})
    served.must("county-hr-officer", unit, "forward-application", {})
    people = [{"officer": str(officer_id(f"prefecture-{house}-officer")), "house": house} for house in ("hr", "union")]
    items = [{"standard": name, "met": True} for name in load_pack().standard_sets["enterprise_national"].standards]
    visit = {"on": today, "visitors": people, "items": items}
    served.must("prefecture-hr-approver", unit, "visit-site", visit)
    for house in House:
        served.must(f"prefecture-{house.value}-officer", unit, "opine", {"opinion": "support"})
    return unit


def refused(served: World, who: str, unit: UUID, decision: str, body: Any) -> dict[str, Any]:
    """The refusal by the separation of duties."""
    answer = served.decide(who, unit, decision, body)
    assert answer.status_code == 409, answer.text
    return next(one for one in answer.json()["refusals"] if one["rule"] == "T-03")


def test_a_separation_names_who_could_act_and_where_nobody_can_the_level_above_takes_it_up(served: World) -> None:
    unit = visited_by_the_approver(served, 38)
    first = refused(served, "prefecture-hr-approver", unit, "evaluate", EVALUATION)
    assert set(first["could_act"]) == {str(officer_id(key)) for key in OTHERS}
    assert "本地可由" in first["needs"]["zh"]
    asking = refused(served, "prefecture-hr-officer", unit, "request-taking-up", STEP)
    assert set(asking["facts"]) == {str(officer_id(key)) for key in OTHERS}
    for key in OTHERS:
        served.must(key, officer_id(key), "declare-interest", {"unit": str(unit), "reason": "示例"}, kinds="officers")
    nobody = refused(served, "prefecture-hr-approver", unit, "evaluate", EVALUATION)
    assert nobody["could_act"] == []
    assert "5个工作日" in nobody["needs"]["zh"]
    asked = served.must("prefecture-hr-officer", unit, "request-taking-up", STEP)
    in_post = {str(officer_id(key)) for key in (*OTHERS, "prefecture-hr-approver")}
    assert set(asked["events"][-1]["event"]["officers"]) == in_post
    proposed = served.must("province-hr-approver", unit, "take-up-step", STEP)
    seconding = {"proposal": proposed["version"], "digest": proposed["events"][-1]["event"]["digest"]}
    taken = served.must("province-union-officer", unit, "second-act", seconding)
    done = served.must("province-hr-approver", unit, "evaluate", EVALUATION)
    assert done["events"][-1]["actor"]["stands_in"] == taken["version"]
