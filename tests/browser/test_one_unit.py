"""One unit from its registration to a plaque and to the loss of its name, by its people on pages alone.

What each step takes in clicks and pages is the table of `docs/tutorial/by-pages.md`, which is compared line by line.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from before_pages import Answer, Person, pdf
from demonstrating import ROOT, demonstration

from deploy.browser import HEIGHT, Accounts, Browser, signed_in, watched
from services.casework.pack import Pack, load_pack

DAY, NAMED_ON = date(2026, 3, 2), date(2026, 3, 10)
TITLE, PLAQUE = "湖南省劳动关系和谐单位", "示例-铭牌-01"
COUNTY, PREFECTURE, PROVINCE = "county-430102-hr", "prefecture-430100", "province"
HOUSES = ("hr", "union", "federation", "commerce")
GUIDE = ROOT / "docs" / "tutorial" / "by-pages.md"
PATIENCE = 90_000
"""Milliseconds that a page may take on a machine that is busy with much else."""

KNOWN_TO_MACHINES = re.compile(r"UUID|JSON|SHA|摘要|哈希|版本|digest|version", re.IGNORECASE)


@dataclass
class Told:
    """A demonstration in which the story is told: its people before their pages, and a line for each step."""

    browser: Browser
    accounts: Accounts
    directory: Path
    people: dict[str | None, Person] = field(default_factory=dict)
    wrong: list[list[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    position: int = 0

    @property
    def unit(self) -> dict[str, Any]:
        """The enterprise that is told of: `unit`, `name`, `code` …"""
        found: dict[str, Any] = self.accounts["new_unit"]
        return found

    def person(self, who: str | None) -> Person:
        """Somebody before a page, signed in; None: a citizen."""
        if who not in self.people:
            context = self.browser.new_context(
                viewport={"width": 1440, "height": HEIGHT}, locale="zh-CN", base_url=self.accounts["base"]
            )
            if who is not None:
                signed_in(context, self.accounts, who)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            self.wrong.append(watched(page, self.accounts["base"]))
            self.people[who] = Person(page)
        return self.people[who]

    def done(self, person: Person, zh: str, who: str) -> None:
        """A step is over: its line, and the views have caught up."""
        self.lines.append(f"| {zh} | {who} | {person.clicks} | {person.pages} |")
        self._caught_up()

    def decides(self, who: str, called: str, decision: str, answers: Mapping[str, Answer] | None = None) -> None:
        """Somebody takes a decision about the unit."""
        person = self.person(who)
        person.decide(self.unit["unit"], self.unit["name"], decision, answers or {})
        self.done(person, called, self.accounts["accounts"][who]["label_zh"].removeprefix(self.unit["name"]))

    def _caught_up(self) -> None:
        token = self.accounts["accounts"]["auditor"]["token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"{self.accounts['base']}/api/v1", timeout=60, headers=headers) as client:
            while (found := client.get("events", params={"after": self.position, "limit": 1_000}).json())["events"]:
                self.position = found["events"][-1]["position"]
            for view in ("deadlines", "units", "signals", "acts"):
                while client.get(view, params={"min_position": self.position, "limit": 1}).status_code != 200:
                    pass


@pytest.fixture(scope="module")
def told(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The demonstration, on a day of its own."""
    directory = tmp_path_factory.mktemp("told")
    with demonstration(directory, "--clock", DAY.isoformat(), "--units", "40", "--port", "0") as said:
        accounts: Accounts = orjson.loads(Path(said["accounts"]).read_bytes())
        yield Told(browser, accounts, directory)


def test_one_unit_from_registration_to_revocation_by_pages_alone(told: Told) -> None:
    pack = load_pack()
    _registered(told)
    _applied(told, pack)
    _named(told)
    _revoked(told)
    _looked_up(told)
    assert [line for lines in told.wrong for line in lines] == []
    asked = {label for person in told.people.values() for label in person.asked}
    assert [label for label in sorted(asked) if KNOWN_TO_MACHINES.search(label)] == []
    written = re.findall(r"^\| (?!---).*\d \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert written == told.lines, "\n".join(told.lines)


def _registered(told: Told) -> None:
    unit, agent = told.unit, told.person("applicant-new")
    agent.begin()
    agent.click(agent.page.get_by_role("link", name="登记单位"))
    agent.fill_in(
        {"kind": "企业", "name": unit["name"], "code": unit["code"], "place": "长沙市芙蓉区", "ownership": "private",
         "headcount": unit["headcount"]}
    )  # fmt: skip
    told.done(agent, "登记单位", "经办人")
    contact = {"officer?find": "芙蓉人社经办", "from": DAY.isoformat()}
    told.decides(f"{PREFECTURE}-hr-officer", "确定定点联系人", "assign-contact", contact)
    visit = {"kind": "走访", "on": DAY.isoformat(), "summary": "示例：走访，用工平稳"}
    told.decides(f"{COUNTY}-officer", "走访", "follow-up", visit)


def _applied(told: Told, pack: Pack) -> None:
    agent, day, workers = "applicant-new", DAY.isoformat(), told.unit["headcount"]
    standards = pack.standard_sets["enterprise_national"].standards.values()
    told.decides(agent, "自我评价", "self-evaluate", {
        "standard_set": "enterprise_national", "conducted_by": "unit",
        **{f"items/{row}/score": one.score for row, one in enumerate(standards)},
        "survey/entitled": workers, "survey/answered": workers - 10,
        **{f"survey/scores/{name}": 92 for name in pack.survey_indicators},
        "training_funds/total": "10,000.00", "training_funds/front_line": "7,000.00",
        "report/sha256": pdf("示例自评报告"),
    })  # fmt: skip
    report = {"report_digest": "示例自评报告"}
    votes = {"entitled": workers, "present": workers - 20, "in_favour": workers - 30, "against": 3}
    told.decides(agent, "职代会审议", "adopt-report", {**report, "on": day, **votes})
    seal = {**report, "seal": "示例印章", "sealed_by": "enterprise", "signer": "示例人甲"}
    told.decides(agent, "企业盖章", "seal-report", seal)
    told.decides("union-new", "工会盖章", "seal-report", {**report, "seal": "示例印章", "sealed_by": "union"})
    told.decides(agent, "申报", "apply", {"title": TITLE, **report, "route": "levels"})


def _named(told: Told) -> None:
    day = DAY.isoformat()
    office = f"{PREFECTURE}-hr-officer"
    told.decides(f"{COUNTY}-officer", "受理", "accept-application")
    told.decides(f"{COUNTY}-officer", "上报市州", "forward-application")
    told.decides(office, "受理", "accept-application")
    told.decides(office, "实地核验", "visit-site", {
        "on": day, "visitors/0/officer?find": "长沙人社经办", "visitors/0/house": "人社", "+visitors": "",
        "visitors/1/officer?find": "长沙工会经办", "visitors/1/house": "工会",
        **{f"items/{row}/met": "是" for row in range(9)},
    })  # fmt: skip
    for house in HOUSES:
        told.decides(f"{PREFECTURE}-{house}-officer", "意见", "opine", {"opinion": "support"})
    told.decides(f"{PREFECTURE}-hr-approver", "组织评价", "evaluate", {"outcome": "recommend", "score": 90})
    told.decides(office, "上报省", "forward-application")
    for house in HOUSES:
        told.decides(f"{PROVINCE}-{house}-officer", "意见", "opine", {"opinion": "support"})
    told.decides(f"{PROVINCE}-hr-approver", "审核", "review", {"outcome": "recommend"})
    publicity = {"from": day, "until": date(2026, 3, 9).isoformat(), "channel": "示例网站"}
    told.decides(f"{PROVINCE}-hr-officer", "公示", "start-publicity", publicity)
    _days_pass(told)
    told.decides(f"{PROVINCE}-union-approver", "命名", "name", {"document_number": "示例〔2026〕1号"})
    told.decides(f"{PROVINCE}-hr-officer", "授牌", "issue-plaque", {"plaque": PLAQUE})


def _days_pass(told: Told) -> None:
    command = (sys.executable, "-P", "-m", "deploy.cli", "clock", NAMED_ON.isoformat())
    environment = {**os.environ, "CONCORD_DATA_DIR": str(told.directory)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)


def _revoked(told: Told) -> None:
    day, source, amount = NAMED_ON.isoformat(), told.person("source-labour-inspection"), "1,200,000.00"
    source.begin()
    source.click(source.page.get_by_role("link", name="报送信号"))
    source.answer({
        "unit/code": told.unit["code"], "external_id": "示例-2026-1", "category": "拖欠工资", "severity": "4级：严重",
        "people": 60, "amount_fen": amount, "months": 2, "occurred_on": day, "reported_on": day,
        "summary": "示例：拖欠两个月工资",
    })  # fmt: skip
    source.click(source.page.get_by_role("button", name="报送", exact=True))
    assert "已记入" in source.page.locator("main").inner_text()
    told.done(source, "报送信号", "监察系统")
    office, province = f"{PREFECTURE}-hr-officer", f"{PROVINCE}-hr-officer"
    check = {"kind": "targeted", "reason": "示例核查", "signals": ["拖欠工资"]}
    told.decides(office, "下达核查", "order-check", check)
    found = {"on": day, "result": "grave", "findings": "示例：欠薪属实", "category": "拖欠工资", "people": 60}
    told.decides(f"{PREFECTURE}-inspector", "实施核查", "conduct-check", {**found, "amount_fen": amount})
    assessed = {"outcome": "serious", "ground": "拖欠工资", "findings": "示例：拖欠工资两个月"}
    told.decides(f"{PREFECTURE}-hr-approver", "信号核实", "assess-signal", assessed)
    told.decides(f"{PREFECTURE}-union-approver", "附议", "second-act")
    grounds = {"title": TITLE, "grounds/0/ground": "拖欠工资", "grounds/0/evidence": ["核实"]}
    told.decides(office, "拟取消命名", "propose-revocation", grounds)
    told.decides(province, "告知", "notify-hearing")
    told.decides("applicant-new", "送达告知书", "serve-notice", {"how": "account"})
    told.decides("applicant-new", "陈述申辩", "hear-statement", {"text": "示例：资金周转困难，请求从轻处理"})
    for house in HOUSES:
        told.decides(f"{PROVINCE}-{house}-officer", "意见", "opine", {"matter": "revocation", "opinion": "support"})
    told.decides(f"{PROVINCE}-hr-approver", "取消命名", "revoke", {"document_number": "示例〔2026〕2号"})
    told.decides(office, "收回铭牌", "recover-plaque", {"how": "collected"})
    announced = {"channel": "示例网站", "document_number": "示例〔2026〕3号"}
    told.decides(province, "向社会公布", "announce-revocation", announced)


def _looked_up(told: Told) -> None:
    citizen = told.person(None)
    citizen.begin(f"/p/{PLAQUE}")
    said = citizen.page.locator("main").inner_text()
    assert told.unit["name"] in said
    assert "无效" in said
    citizen.click(citizen.page.get_by_role("link", name="取消公告"))
    assert told.unit["name"] in citizen.page.locator("main").inner_text()
    told.done(citizen, "扫码查铭牌，看取消公告", "公众")
    auditor = told.person("auditor")
    auditor.begin()
    auditor.click(auditor.page.get_by_role("link", name="谁作出了什么决定"))
    auditor.page.get_by_label("决定").select_option(label="取消命名")
    auditor.click(auditor.page.get_by_role("button", name="查询"))
    auditor.click(auditor.page.get_by_role("link", name=told.unit["name"]))
    history = auditor.page.locator("ol.timeline").inner_text()
    assert all(text in history for text in ("登记为企业", "核验9项标准", "取消"))
    told.done(auditor, "查谁依据什么取消", "审计")


def test_sliders_show_the_file_as_it_was_and_keys_lead_through_it(told: Told) -> None:
    page = told.person("auditor").page
    page.goto(f"/units/{told.unit['unit']}")
    known = page.get_by_label("知悉日").locator("xpath=self::input[@type='range']")
    before = page.locator("#moment").inner_text()
    known.focus()
    known.press("Home")
    page.get_by_text("这是过去的样子").wait_for()
    assert "公示" in page.locator("#moment").inner_text()
    assert "取消" not in page.locator("#moment ol.timeline").inner_text()
    assert f"known={DAY}" in page.url
    known.press("End")
    page.get_by_text("这是过去的样子").wait_for(state="detached")
    assert page.locator("#moment").inner_text() == before
    page.goto(f"/units/{told.unit['unit']}?against={DAY}")
    assert "有变化" in page.locator("main").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.goto("/board")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.goto("/board")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/*")


def test_without_a_script_the_file_is_replayed_by_its_form(told: Told) -> None:
    context = told.browser.new_context(java_script_enabled=False, locale="zh-CN", base_url=told.accounts["base"])
    signed_in(context, told.accounts, "auditor")
    page = context.new_page()
    page.goto(f"/units/{told.unit['unit']}")
    page.locator("input[name=known]").fill(DAY.isoformat())
    page.get_by_role("button", name="重放").click()
    assert "这是过去的样子" in page.locator("main").inner_text()
    context.close()
