"""Deciding on pages: told through the forms, without a script, by those who may; and what forms keep out."""

from __future__ import annotations

from uuid import UUID

import pytest
from browsing import Browser
from world import COUNTY, World, credit_code, enterprise

from services.casework.pack import load_pack

PDF = ("示例自评报告.pdf", b"%PDF-1.7 example", "application/pdf")
MOST_BYTES = 120 * 1024


def registered(served: World, number: int) -> UUID:
    """An enterprise that its agent registered on a page."""
    browser = Browser.of(served, f"applicant-{number}").open("/units/decide/register")
    browser.decide(
        {"kind": "enterprise", "name": f"示例企业{number}号", "code": credit_code(number), "place": COUNTY,
         "ownership": "private", "headcount": "300"}
    )  # fmt: skip
    return enterprise(number)


def test_a_unit_applies_and_is_accepted_by_pages_alone(served: World) -> None:
    unit = registered(served, 21)
    agent, union = Browser.of(served, "applicant-21"), Browser.of(served, "unit_union-21")
    assert "示例企业21号" in agent.open(f"/units/{unit}").text
    agent.open(f"/units/{unit}/decide/self-evaluate")
    standards = load_pack().standard_sets["enterprise_national"].standards
    names = [f"items/{row}" for row in range(len(standards))]
    scores = {f"{name}/score": one.score for name, one in zip(names, standards.values(), strict=True)}
    survey = {"survey/entitled": 300, "survey/answered": 200}
    survey |= {f"survey/scores/{name}": 90 for name in load_pack().survey_indicators}
    funds = {"training_funds/total": "10,000.00", "training_funds/front_line": "7,000.00"}
    first = {"standard_set": "enterprise_national", "conducted_by": "unit"}
    agent.decide({**first, **scores, **survey, **funds}, {"report/sha256": PDF})
    today = served.today.isoformat()
    agent.open(f"/units/{unit}/decide/adopt-report")
    digest = agent.sheet().options["report_digest"][0]
    assert "示例自评报告" in digest[1], "a report is chosen by its title"
    agent.decide(
        {"report_digest": digest[0], "on": today, "entitled": 100, "present": 90, "in_favour": 80, "against": 5}
    )
    seal = {"report_digest": digest[0], "seal": "示例印章"}
    agent.open(f"/units/{unit}/decide/seal-report").decide({**seal, "sealed_by": "enterprise", "signer": "示例人甲"})
    union.open(f"/units/{unit}/decide/seal-report").decide({**seal, "sealed_by": "union"})
    agent.open(f"/units/{unit}/decide/apply").decide(
        {"title": "provincial_harmonious", "report_digest": digest[0], "route": "levels"}
    )
    county = Browser.of(served, "county-hr-officer").open(f"/units/{unit}/decide")
    assert "accept-application?title=provincial_harmonious" in county.text
    county.open(f"/units/{unit}/decide/accept-application?title=provincial_harmonious").send("check")
    assert "记入后会怎样" in county.text
    assert "开始计时" in county.text or "办结" in county.text
    county.send("confirm")
    history = served.get(f"units/{unit}/events").json()["events"]
    assert [one["type"] for one in history][-1] == "unit.application-accepted.v1"
    assert "示例人甲" not in county.text


def test_what_may_not_be_done_is_said_with_rule_and_who_could(served: World) -> None:
    unit = served.register(22)
    page = Browser.of(served, "applicant-22").open(f"/units/{unit}/decide").text
    assert "由别的岗位办理" in page
    assert "I-13" in page
    blocked = Browser.of(served, "county-hr-officer").open(f"/units/{unit}/decide/accept-application")
    assert "现在不能办理" in blocked.text
    assert "须" in blocked.text
    assert 'name=".step"' not in blocked.text, "no button that would refuse"
    assert "follow_up:" not in page, "a duty is called by what is owed, not by its key"


def test_errors_stand_on_top_and_beside_their_controls_and_what_was_typed_stays(served: World) -> None:
    browser = Browser.of(served, "applicant-23").open("/units/decide/register")
    browser.send("check", {"name": "示例企业23号", "headcount": "很多", "code": "123"})
    assert browser.page is not None
    assert browser.page.status_code == 422
    page = browser.text
    assert "<title>错误：" in page
    assert 'href="#f-headcount"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="很多"' in page
    assert "请选择“类别”" in page or "请选择" in page


def test_a_stale_form_shows_what_came_keeps_what_was_typed_and_goes_on(served: World) -> None:
    unit = served.register(24)
    one, other = Browser.of(served, "prefecture-hr-officer"), Browser.of(served, "prefecture-union-officer")
    one.open(f"/units/{unit}/decide/order-check").send("check", {"kind": "spot", "reason": "示例：我填的理由"})
    assert "请核对" in one.text
    other.open(f"/units/{unit}/decide/order-check").decide({"kind": "spot", "reason": "示例：先到的一次"})
    one.send("confirm")
    assert one.page is not None
    assert one.page.status_code == 412
    assert "1 条新记录" in one.text
    assert "我填的理由" in one.text
    one.send("change:")
    assert "我填的理由" in one.text
    one.decide()
    kinds = [entry["type"] for entry in served.get(f"units/{unit}/events").json()["events"]]
    assert kinds.count("unit.check-ordered.v1") == 2


def test_a_form_sent_twice_is_stored_once(served: World) -> None:
    unit = served.register(25)
    browser = Browser.of(served, "prefecture-hr-officer").open(f"/units/{unit}/decide/follow-up")
    browser.send("check", {"kind": "visit", "on": served.today.isoformat(), "summary": "示例走访"})
    sheet = browser.sheet()
    sent = {**sheet.values, ".step": ["confirm"]}
    answers = [browser.client.post(sheet.action, data=sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    kinds = [entry["type"] for entry in served.get(f"units/{unit}/events").json()["events"]]
    assert kinds.count("unit.followed-up.v1") == 1


def test_an_act_of_two_says_so_and_its_second_sees_what_it_seconds(served: World) -> None:
    unit = served.register(26)
    first = Browser.of(served, "administrator").open("/officers/decide/register")
    officer = first.sheet().action.split("/")[2]
    first.decide({"kind": "officer"})
    assert served.version(UUID(officer), "officers") >= 1
    first.open(f"/officers/{officer}/decide/tag-person").send("check", {"tag": "11010519491231002X"})
    assert "两人办理" in first.text or "没有新的时限" in first.text
    assert unit


@pytest.mark.parametrize("spoil", ["token", "origin", "other", "none"])
def test_E_45_a_forged_form_is_refused(served: World, spoil: str) -> None:
    unit = enterprise(27)
    if served.version(unit) == 0:
        served.register(27)
    browser = Browser.of(served, "prefecture-hr-officer").open(f"/units/{unit}/decide/follow-up")
    sheet = browser.sheet()
    typed = {"kind": ["visit"], "on": [served.today.isoformat()], "summary": ["示例"]}
    sent, headers = {**sheet.values, **typed, ".step": ["confirm"]}, {}
    match spoil:
        case "token":
            sent["csrf"] = ["00" * 32]
        case "none":
            del sent["csrf"]
        case "origin":
            headers["Sec-Fetch-Site"] = "cross-site"
        case "other":
            another = Browser.of(served, "prefecture-union-officer").open(f"/units/{unit}/decide/follow-up")
            sent["csrf"] = another.sheet().values["csrf"]
    before = served.version(unit)
    assert browser.client.post(sheet.action, data=sent, headers=headers).status_code == 403
    assert served.version(unit) == before


def test_who_has_not_signed_in_is_sent_there(served: World) -> None:
    nobody = Browser.of(served, None)
    for path in ("/units/decide/register", f"/units/{enterprise(1)}/decide"):
        assert nobody.client.get(path).headers["location"].startswith("/sign-in")


def test_a_file_that_is_not_what_it_says_is_refused_at_its_control(served: World) -> None:
    browser = Browser.of(served, "county-hr-officer").open("/documents/decide/record")
    for name, data in (("a.exe", b"MZ"), ("a.pdf", b"not a pdf"), ("a.svg", b"<svg onload=alert(1)>")):
        browser.send("check", {}, {"sha256": (name, data, "application/pdf")})
        assert browser.page is not None
        assert browser.page.status_code == 422
        assert 'href="#f-sha256"' in browser.text


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "\u202egnp.exe", "名" * 10_000]


@pytest.mark.parametrize("text", HOSTILE, ids=["script", "attribute", "template", "bidi", "long"])
def test_hostile_text_is_harmless_on_every_page_of_a_form(served: World, text: str) -> None:
    browser = Browser.of(served, "applicant-28").open("/units/decide/register")
    browser.send("check", {"name": text, "kind": "enterprise", "code": credit_code(28), "place": COUNTY})
    for forbidden in ("<script>alert", "<img src=x", ">49<", "\u202e"):
        assert forbidden not in browser.text
    assert len(browser.text.encode()) < MOST_BYTES


def test_forms_are_light(served: World) -> None:
    unit = served.register(29)
    applicant = Browser.of(served, "applicant-29")
    for path in (f"/units/{unit}/decide", f"/units/{unit}/decide/self-evaluate", "/units/decide/register"):
        assert len(applicant.open(path).text.encode()) < MOST_BYTES, path
        assert "English" in applicant.text
        assert len(applicant.open(f"{path}?lang=en").text.encode()) < MOST_BYTES
        applicant.open(f"{path}?lang=zh")
