"""One unit as its people tell it on pages: from the registration to the plaque, to a signal and the loss of the name.

Nobody asks the interface; the days that pass are moved by the clock of the demonstration.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from demonstrating import Open, let_it_be
from telling import PDF, decide, enter, fill, labelled, offered, press, shown

from deploy.browser import HEIGHT, WIDTHS, Accounts, Page, overflow
from services.casework.pack import load_pack

TITLE = "?title=prefecture_harmonious"
FIRST, LAST, NAMED = "2026-03-02", "2026-03-09", "2026-03-10"
HOUSES = ("hr", "union", "federation", "commerce")
AGENT, UNION, SOURCE = "applicant-new", "union-new", "source-labour-inspection"
COUNTY, PREFECTURE = "county-430102-hr-officer", "prefecture-430100-{}"
OFFICER, APPROVER = PREFECTURE.format("hr-officer"), PREFECTURE.format("hr-approver")
OTHER, INSPECTOR = PREFECTURE.format("union-approver"), PREFECTURE.format("inspector")
PLAQUE = "CS-2026-00001"


class People:
    """The people of a story, each before a page of their own; `unit` is the page of the unit that it is about."""

    def __init__(self, new_page: Open, accounts: Accounts) -> None:
        self.new_page, self.new = new_page, accounts["new_unit"]
        self.unit = f"units/{self.new['unit']}"
        self.pages: dict[str, Page] = {}

    def page(self, who: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.new_page(who)
        return self.pages[who]

    def does(self, who: str, decision: str, about: str = "", **typed: object) -> int:
        return decide(self.page(who), self.unit, decision, typed, about)

    def form(self, who: str, decision: str) -> Page:
        offered(self.page(who), self.unit, decision)
        return self.page(who)


def _signs_in(page: Page, token: str) -> None:
    """By hand, and back to the page that was asked for."""
    page.goto("/sign-in?next=/audit")
    page.get_by_text("用访问令牌登录").click()
    page.get_by_label("访问令牌").fill(token)
    page.get_by_role("button", name="登录").last.click()
    page.wait_for_url("**/audit")


def _registers(people: People) -> None:
    page, new = people.page(AGENT), people.new
    page.goto("/")
    page.get_by_role("link", name="登记单位").click()
    unit = {name: new[name] for name in ("kind", "name", "code", "place", "ownership", "headcount")}
    assert enter(page, unit) == 1


def _applies(people: People) -> None:
    pack = load_pack()
    standards = pack.standard_sets["enterprise_national"].standards
    scores = {f"items/{row}/score": one.score for row, one in enumerate(standards.values())}
    survey = {f"survey/scores/{name}": 90 for name in pack.survey_indicators}
    said = {"standard_set": "enterprise_national", "conducted_by": "unit", "report/sha256": PDF}
    said |= {"survey/entitled": 180, "survey/answered": 150}
    said |= {"training_funds/total": "10,000", "training_funds/front_line": "7,000"}
    people.does(AGENT, "self-evaluate", **said, **scores, **survey)
    report = labelled(people.form(AGENT, "adopt-report"), "report_digest", "示例材料")
    votes = {"on": FIRST, "entitled": 180, "present": 160, "in_favour": 150, "against": 3}
    enter(people.page(AGENT), {"report_digest": report, **votes})
    sealed = {"report_digest": report, "seal": "示例印章"}
    people.does(AGENT, "seal-report", **sealed, sealed_by="enterprise", signer="示例人甲")
    people.does(UNION, "seal-report", **sealed, sealed_by="union")
    people.does(AGENT, "apply", TITLE, report_digest=report, route="levels")


def _is_reviewed(people: People) -> None:
    people.does(COUNTY, "accept-application")
    people.does(COUNTY, "forward-application")
    page = people.form(OFFICER, "visit-site")
    fill(page, {"on": FIRST, "visitors/0/officer?find": "长沙人社经办", "visitors/0/house": "hr"})
    press(page, "add:visitors")
    met = {f"items/{row}/met": True for row in range(9)}
    enter(page, {"visitors/1/officer?find": "长沙工会经办", "visitors/1/house": "union", **met})
    for house in HOUSES:
        page = people.form(PREFECTURE.format(f"{house}-officer"), "opine")
        assert page.locator("table.standards tbody tr").count() == 9, "the case is before who speaks on it"
        enter(page, {"opinion": "support"})
    page = people.form(APPROVER, "evaluate")
    assert "申报进入" in page.locator("label", has_text="建议命名").inner_text(), "what follows is told with the choice"
    enter(page, {"outcome": "recommend", "score": 90})
    people.does(OFFICER, "start-publicity", **{"from": FIRST, "until": LAST, "channel": "示例网站"})


def _is_objected_to(people: People) -> None:
    """Somebody of the public objects, an office answers, and by the number alone they read the answer."""
    anybody = people.new_page(width=390)
    shown(anybody, "/publicity", f'a[href*="{people.new["unit"]}/object"]').click()
    fill(anybody, {"ground": "拖欠工资", "text": "示例：听说二月工资晚发", "objector": "示例人乙"})
    anybody.get_by_role("button", name="提交异议").click()
    number = anybody.locator(".plate .code").inner_text()
    people.does(OFFICER, "admit-objection")
    people.does(OFFICER, "resolve-objection", upheld="False", findings="示例：按时足额发放，有银行回单")
    anybody.goto("/objections")
    anybody.get_by_label("受理编号").fill(number)
    anybody.get_by_role("button", name="查询").click()
    answer = anybody.locator("main").inner_text()
    assert "不成立" in answer
    assert "示例人乙" not in answer


def _is_named(people: People) -> None:
    people.does(OTHER, "name", document_number="示例〔2026〕1号")
    people.does(OFFICER, "issue-plaque", plaque=PLAQUE)


def _loses_the_name(people: People) -> None:
    page = people.page(SOURCE)
    page.goto("/")
    page.get_by_role("link", name="报送信号").first.click()
    said = {"unit/code": people.new["code"], "external_id": "示例-1", "category": "wage_arrears", "severity": 4}
    said |= {"occurred_on": NAMED, "reported_on": NAMED, "people": 60, "amount_fen": "1,200,000", "months": 2}
    fill(page, {**said, "summary": "示例：拖欠两个月工资"})
    page.get_by_role("button", name="报送").click()
    page.get_by_text("已记入").wait_for()
    signal = labelled(people.form(OFFICER, "order-check"), "signals", "拖欠工资")
    enter(people.page(OFFICER), {"kind": "targeted", "reason": "示例核查", "signals": [signal]})
    check = labelled(people.form(INSPECTOR, "conduct-check"), "check", "专项核查")
    found = {"result": "grave", "category": "wage_arrears", "people": 60, "amount_fen": "1,200,000"}
    enter(people.page(INSPECTOR), {"check": check, "on": NAMED, "findings": "示例：欠薪属实", **found})
    signal = labelled(people.form(APPROVER, "assess-signal"), "signal", "拖欠工资")
    assert "须另一人会签" in people.page(APPROVER).locator("label", has_text="情节严重").inner_text()
    judged = {"signal": signal, "outcome": "serious", "ground": "wage_arrears", "findings": "示例：拖欠工资两个月"}
    enter(people.page(APPROVER), judged)
    _seconds(people.page(OTHER))
    evidence = labelled(people.form(OFFICER, "propose-revocation"), "grounds/0/evidence", "核实认定")
    enter(people.page(OFFICER), {"grounds/0/ground": "wage_arrears", "grounds/0/evidence": [evidence]})
    people.does(OFFICER, "notify-hearing")
    people.does(AGENT, "serve-notice", how="account")
    people.does(AGENT, "hear-statement", text="示例：资金周转困难，请求从轻处理")
    for house in HOUSES:
        people.does(PREFECTURE.format(f"{house}-officer"), "opine", "?matter=revocation", opinion="support")
    people.does(APPROVER, "revoke", document_number="示例〔2026〕2号")
    plaque = labelled(people.form(OFFICER, "recover-plaque"), "plaque", PLAQUE)
    enter(people.page(OFFICER), {"plaque": plaque, "how": "returned", "on": NAMED})
    people.does(OFFICER, "announce", channel="示例网站", document_number="示例〔2026〕2号")


def _seconds(page: Page) -> None:
    """The second person finds on the desk what waits."""
    page.goto("/")
    page.locator("section", has_text="请我会签").locator("li a").first.click()
    enter(page, {})


def _fits(people: People, wider: list[str]) -> None:
    """What the story's people look at most, as narrow as a phone and as a small window."""
    looks = ((AGENT, "/"), (OFFICER, "/"), (OFFICER, f"/{people.unit}"), (OFFICER, f"/cases/{people.new['unit']}"))
    for who, path in looks:
        page = people.page(who)
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if overflow(page):
                wider.append(f"{path} at {width}")
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})


def test_a_unit_is_named_and_loses_its_name_on_pages_alone(new_page: Open, accounts: Accounts) -> None:
    people, wider = People(new_page, accounts), list[str]()
    _registers(people)
    _applies(people)
    _is_reviewed(people)
    _is_objected_to(people)
    _fits(people, wider)
    let_it_be(Path(accounts["directory"]), NAMED)
    _is_named(people)
    anybody = new_page(width=390)
    shown(anybody, f"/p/{PLAQUE}", ".plate .state")
    assert "有效" in anybody.locator(".plate .state").first.inner_text()
    _loses_the_name(people)
    _fits(people, wider)
    assert wider == []
    anybody = new_page(width=390)  # a browser may keep a public page for a minute: this one has not seen it
    shown(anybody, f"/p/{PLAQUE}", ".plate .state:has-text('无效')")
    anybody.goto("/announcements")
    assert people.new["name"] in anybody.locator("main").inner_text()
    auditor = new_page()
    _signs_in(auditor, accounts["accounts"]["auditor"]["token"])
    auditor.goto(f"/{people.unit}")
    told = auditor.locator("ol.timeline").inner_text()
    for act in ("登记", "申报", "公示", "命名", "授予", "核实认定", "取消", "收回"):
        assert act in told, act


@pytest.mark.parametrize("width", [1440, 390])
def test_two_officers_on_one_case_see_each_other(new_page: Open, accounts: Accounts, width: int) -> None:
    unit = f"units/{accounts['stories']['1']['unit']}"
    one, other = new_page(OFFICER, width=width), new_page(PREFECTURE.format("union-officer"), width=width)
    for page, reason in ((one, "示例：我填的理由"), (other, f"示例：先到的一次{width}")):
        page.goto(f"/{unit}/decide/order-check")
        fill(page, {"kind": "spot", "reason": reason})
        press(page, "check")
        page.locator("dl.sum").wait_for()
    press(other, "confirm")
    other.wait_for_url("**#v*")
    press(one, "confirm")
    one.get_by_text("1 条新记录").wait_for()
    assert "长沙工会经办" in one.locator("ol.timeline").inner_text(), "who was faster is told"
    press(one, "change:")
    assert one.locator("[name=reason]").input_value() == "示例：我填的理由", "what was typed is kept"
    enter(one, {})


def test_a_phone_that_loses_its_line_loses_nothing(new_page: Open, accounts: Accounts) -> None:
    path = f"/units/{accounts['stories']['1']['unit']}/decide/follow-up"
    page = new_page(OFFICER, width=390)
    page.goto(path)
    fill(page, {"kind": "visit", "on": "2026-02-27", "summary": "示例：车间里没有信号"})
    page.context.set_offline(True)
    press(page, "check")
    page.get_by_text("没有网络，还没有提交").wait_for()
    assert page.locator("[name=summary]").input_value() == "示例：车间里没有信号"
    page.context.set_offline(False)
    page.get_by_text("网络已恢复").wait_for()
    page.goto(path)
    assert page.locator("[name=summary]").input_value() == "示例：车间里没有信号", "a page that was closed has it too"
    assert page.locator("[name=kind][value=visit]").is_checked()
    press(page, "check")
    page.locator("dl.sum").wait_for()
    page.context.set_offline(True)
    press(page, "confirm")
    page.get_by_text("没有网络，还没有提交").wait_for()
    page.context.set_offline(False)
    press(page, "confirm")
    page.wait_for_url("**#v*")
    page.goto(path)
    assert page.locator("[name=summary]").input_value() == "", "what was entered is kept no longer"
