"""The desk of an officer, a unit and a source: what is due and by when, what waits for them, what followed."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import pytest
from browsing import Browser
from world import PETITIONS, World, cloud_event, identity, report, self_evaluation


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise that applied."""
    unit = served.reported(31)
    application = {"title": "provincial_harmonious", "report_digest": "ab" * 32, "route": "levels"}
    served.must("applicant-31", unit, "apply", application)
    shown(served)
    return unit


def shown(served: World) -> None:
    """Until the projections hold what was stored."""
    last = served.get("events?after=0&limit=2000").json()["position"]
    deadline = time.monotonic() + 20
    while served.get(f"deadlines?min_position={last}").status_code != 200:
        assert time.monotonic() < deadline


def test_an_officer_sees_what_is_due_in_working_days_with_the_decision_that_settles_it(
    served: World, unit: UUID
) -> None:
    page = Browser.of(served, "county-hr-officer").open("/").text
    assert "应办事项" in page
    assert "示例企业31号" in page
    assert "个工作日" in page
    assert f"/units/{unit}/decide/accept-application" in page
    assert "What is due" in Browser.of(served, "county-hr-officer").open("/?lang=en").text


def test_what_is_overdue_stands_first_and_says_so(served: World, unit: UUID) -> None:
    before = served.clock.ahead
    served.days_later(40)
    page = Browser.of(served, "county-hr-officer").open("/").text
    served.clock.ahead = before
    assert "逾期" in page
    assert page.index('class="late"') < page.index('class="duties"') + 400


def test_a_unit_sees_where_its_application_is_and_who_has_it(served: World, unit: UUID) -> None:
    page = Browser.of(served, "applicant-31").open("/").text
    assert "申报现在在：" in page
    assert f"/units/{unit}/decide/apply" not in page
    assert "谁在办" in page
    assert "个工作日" in page


def test_a_unit_that_is_not_registered_is_led_to_registering(served: World) -> None:
    page = Browser.of(served, "applicant-32").open("/").text
    assert "/units/decide/register" in page


def test_a_source_sees_what_it_sent_and_what_followed(served: World, unit: UUID) -> None:
    event = cloud_event(PETITIONS, 31, report(served.today))
    headers = served.headers("petitions", **{"Content-Type": "application/cloudevents+json"})
    assert served.client.post("/api/v1/signals", json=event, headers=headers).status_code in (201, 202)
    shown(served)
    page = Browser.of(served, "petitions").open("/").text
    assert "示例企业31号" in page
    assert "未核实" in page
    assert "信号" in Browser.of(served, "prefecture-hr-officer").open("/").text


def test_what_waits_for_a_second_person_stands_on_that_persons_desk_and_is_seconded_there(served: World) -> None:
    officer = uuid4()
    served.must("administrator", officer, "register", {}, kinds="officers")
    served.must("administrator", officer, "tag-person", {"tag": identity(777)}, kinds="officers")
    shown(served)
    assert "请我会签 0" in Browser.of(served, "administrator").open("/").text
    second = Browser.of(served, "administrator-2").open("/")
    link = f"/officers/{officer}/decide/second-act?proposal=2"
    assert link in second.text
    second.open(link).decide()
    assert served.get(f"officers/{officer}", "administrator").json()["version"] == 4


def test_a_house_finds_its_opinion_on_its_desk_until_it_has_given_it(served: World) -> None:
    unit = served.reported(33)
    application = {"title": "provincial_harmonious", "report_digest": "ab" * 32, "route": "levels"}
    served.must("applicant-33", unit, "apply", application)
    served.must("county-hr-officer", unit, "accept-application", {"title": "provincial_harmonious"})
    served.must("county-hr-officer", unit, "forward-application", {"title": "provincial_harmonious"})
    served.must("prefecture-hr-officer", unit, "accept-application", {"title": "provincial_harmonious"})
    shown(served)
    union = Browser.of(served, "prefecture-union-officer")
    form = f"/units/{unit}/decide/opine?matter=application&amp;title=provincial_harmonious"
    page = union.open("/").text
    assert form in page
    assert f"/units/{unit}/decide/return-application" not in page
    union.open(form.replace("&amp;", "&")).decide({"opinion": "support"})
    assert form not in union.open("/").text
    assert form in Browser.of(served, "prefecture-federation-officer").open("/").text


def test_a_unit_finds_its_next_step_towards_a_title_on_its_desk(served: World) -> None:
    unit = served.register(34)
    agent = Browser.of(served, "applicant-34")
    registered = agent.open("/").text
    assert f"/units/{unit}/decide/self-evaluate" in registered
    assert f"/units/{unit}/decide/apply" not in registered
    served.must("applicant-34", unit, "self-evaluate", self_evaluation())
    page = agent.open("/").text
    assert page.index(f"/units/{unit}/decide/adopt-report") < page.index(f"/units/{unit}/decide/self-evaluate")
