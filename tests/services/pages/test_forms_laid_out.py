"""The forms on which much hangs, as they are served: what they show with their fields, and that they are as others."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from browsing import Browser
from world import DIGEST, World, officer_id

from events.words import House
from services.casework.pack import load_pack

STANDARDS = load_pack().standard_sets["enterprise_national"].standards


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise whose case the prefecture has visited; one point was taken off, with a reason."""
    found, today = served.reported(21), served.today.isoformat()
    apply = {"title": "provincial_harmonious", "report_digest": DIGEST, "route": "levels"}
    served.must("applicant-21", found, "apply", apply)
    for decision in ("accept-application", "forward-application"):
        served.must("county-hr-officer", found, decision, {})
    visitors = [{"officer": str(officer_id(f"prefecture-{one}-officer")), "house": one} for one in ("hr", "union")]
    items = [{"standard": name, "met": True, "score": one.score} for name, one in STANDARDS.items()]
    items[0] |= {"score": items[0]["score"] - 1, "note": "示例：支部委员缺一人"}  # type: ignore[operator]
    visit = {"on": today, "visitors": visitors, "items": items}
    served.must("prefecture-hr-officer", found, "visit-site", visit)
    return found


def test_an_opinion_is_given_before_the_case_and_what_follows_from_it(served: World, unit: UUID) -> None:
    people = {house: Browser.of(served, f"prefecture-{house.value}-officer") for house in House}
    first = people[House.UNION].open(f"/units/{unit}/decide/opine").text
    for standard in STANDARDS.values():
        assert standard.zh in first
    most = STANDARDS[next(iter(STANDARDS))].score
    assert f"改评 {most} → {most - 1}" in first, "where the visitors depart from the unit's own score"
    assert "示例：支部委员缺一人" in first
    assert first.count('class="follows"') == 3
    assert "缺少人社" in first, "who has not spoken is told"
    for house in (House.UNION, House.FEDERATION, House.COMMERCE):
        people[house].open(f"/units/{unit}/decide/opine").decide({"opinion": "support"})
    last = people[House.HR].open(f"/units/{unit}/decide/opine?lang=en").text
    assert "every house has spoken, and they are for it" in last
    assert "not carried: " in last
    people[House.HR].open(f"/units/{unit}/decide/opine?lang=zh").decide({"opinion": "support"})


def test_an_evaluation_has_the_sums_and_what_a_recommendation_takes_with_the_score_as_typed(
    served: World, unit: UUID
) -> None:
    approver = Browser.of(served, "prefecture-hr-approver").open(f"/units/{unit}/decide/evaluate")
    points = sum(one.score for one in STANDARDS.values()) - 1
    assert f'data-l="核验">{points}</td>' in approver.text, "the sum of what was judged"
    floors = approver.text[approver.text.index("建议命名须达到") :]
    assert floors.count("达到</span>") >= 4
    assert "未达到" not in floors
    typed = approver.send("save", {"outcome": "recommend", "score": "10"})
    assert re.search(r"评价得分</th><td class=\"n\">10分", typed.text)
    assert "现在会被退回：得分10低于" in typed.text, "what would be refused is told before it is sent"
    assert "草稿" in approver.open(f"/units/{unit}/decide/evaluate").text, "it has a draft as any form"
    refused = approver.send("check", {"outcome": "recommend", "score": "10"})
    assert refused.page is not None
    assert refused.page.status_code == 409
    assert "建议命名须达到" in refused.text, "the errors come on the same form"
    approver.send("check", {"outcome": "recommend", "score": str(points)})
    assert "请核对" in approver.text


def test_a_survey_tells_the_least_sample_where_it_is_opened_where_it_runs_and_where_it_is_entered(
    served: World,
) -> None:
    found = served.register(22)
    union, agent = Browser.of(served, "unit_union-22"), Browser.of(served, "applicant-22")
    opening = union.open(f"/units/{found}/decide/open-survey").text
    assert "职工 300 人：有效答卷至少 <b>90</b> 份" in opening
    sheet = agent.open(f"/units/{found}/decide/self-evaluate")
    assert "有效答卷至少 <b>90</b> 份" in sheet.text
    assert sheet.text.count('class="line') == len(load_pack().survey_indicators)
    assert "至少 <b>200</b> 份" in sheet.send("change", {"survey/entitled": "2000"}).text, "by those that were asked"
    until = (served.today + timedelta(days=7)).isoformat()
    served.must("unit_union-22", found, "open-survey", {"codes": 250, "until": until})
    running = agent.open(f"/units/{found}/surveys/{served.version(found)}").text
    assert "有效答卷至少 <b>90</b> 份" in running
    assert 'max="90"' in running
