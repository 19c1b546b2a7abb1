"""Ways in which pages are used: by the keyboard alone, without a script, printed, in high contrast, while they move."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from demonstrating import Open
from pypdf import PdfReader

from deploy.browser import Accounts, Page, api_of, cases

OFFICER = "prefecture-430100-hr-officer"
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), around = getComputedStyle(one.parentElement);
  return [one.tagName, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'
    || around.outlineStyle !== 'none' || !!one.querySelector('rect')];
}"""


@pytest.fixture(scope="module")
def unit(accounts: Accounts) -> str:
    found: str = accounts["stories"]["1"]["unit"]
    return found


def _by_tab(page: Page, what: str, most: int = 200) -> None:
    """Go on with the tabulator until what the selector says has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"{what} is not reached at {page.url}")


def test_a_decision_is_taken_by_the_keyboard_alone(new_page: Open, unit: str) -> None:
    page = new_page(OFFICER)
    page.goto(f"/units/{unit}/decide")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUS)
        unseen += [] if seen else [name]
    assert unseen == [], "where the focus is can be seen"
    page.goto(f"/units/{unit}/decide/follow-up")
    _by_tab(page, "input[type=radio]")
    page.keyboard.press("Space")
    _by_tab(page, "input[type=date]")
    page.keyboard.type("02272026" if page.evaluate("navigator.language").startswith("en") else "20260227")
    page.evaluate("document.activeElement.value = '2026-02-27'")  # a date is typed as each locale writes it
    _by_tab(page, "textarea[name=summary]")
    page.keyboard.type("键盘走访")
    _by_tab(page, "button[value=check]:not(.vh)")
    page.keyboard.press("Enter")
    page.get_by_text("请核对").wait_for()
    _by_tab(page, "button[value=confirm]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/units/{unit}#v*")
    assert "键盘走访" in page.locator("ol.timeline > li").first.inner_text()


def test_pages_are_read_and_a_decision_is_taken_without_a_script(new_page: Open, accounts: Accounts, unit: str) -> None:
    step = next(iter(cases(accounts, OFFICER)))
    page = new_page(OFFICER, scripts=False)
    page.goto("/board")
    page.get_by_label("在办步骤").select_option(value=step)
    page.get_by_role("button", name="筛选").click()
    assert f"step={step}" in page.url
    page.locator("main tbody tr[data-key] a").first.click()
    assert "/units/" in page.url
    page.goto("/cases")
    page.locator("main tbody a").first.click()
    assert page.locator("h2", has_text="成员单位意见").is_visible()
    page.goto(f"/units/{unit}/decide/follow-up")
    page.locator("main input[type=radio]").first.check()
    page.locator("main input[type=date]").first.fill("2026-02-27")
    page.locator("textarea[name=summary]").fill("无脚本走访")
    page.get_by_role("button", name="继续", exact=True).last.click()
    page.get_by_role("button", name="确认并记入").click()
    assert "无脚本走访" in page.locator("ol.timeline > li").first.inner_text()


def test_a_printed_file_and_case_have_their_content_and_no_controls(new_page: Open, unit: str) -> None:
    page = new_page(OFFICER, width=794)
    for path in (f"/units/{unit}", f"/cases/{unit}", "/board"):
        page.goto(path)
        page.emulate_media(media="print")
        assert page.locator("header.top nav").is_hidden(), path
        assert page.locator("button:visible").count() == 0, path
        assert page.locator("h1").is_visible(), path
        pages = PdfReader(BytesIO(page.pdf(format="A4"))).pages
        assert all(one.extract_text().strip() for one in pages), f"{path}: no sheet is empty"


def test_in_high_contrast_every_status_keeps_its_shape_and_border(new_page: Open, unit: str) -> None:
    page = new_page(OFFICER)
    page.emulate_media(forced_colors="active", contrast="more")
    page.goto("/board")
    shapes = page.locator("main .tag:not(.soft, .none)").evaluate_all(
        "all => all.map(e => getComputedStyle(e, '::before').content)"
    )
    assert shapes
    assert [one for one in shapes if one in ("none", "normal", '""')] == [], "a status is told by its shape too"
    page.goto(f"/units/{unit}/decide/follow-up")
    borders = page.locator("main input[type=date], main textarea, main .btn").evaluate_all(
        "all => all.map(e => getComputedStyle(e).borderTopStyle)"
    )
    assert borders
    assert "none" not in borders


def test_the_board_moves_and_nobody_loses_their_place(new_page: Open, accounts: Accounts, unit: str) -> None:
    page = new_page(OFFICER)
    page.goto("/board?sort=due")
    row = page.locator("tbody tr[data-key] a").last
    row.focus()
    page.mouse.wheel(0, 200)
    before = page.evaluate("[document.activeElement.href, scrollY]")
    with api_of(accounts, OFFICER) as api:
        visit = {"kind": "visit", "on": "2026-02-27", "summary": "看板随动"}
        key = {"Idempotency-Key": str(uuid4())}
        answer = api.post(f"/api/v1/units/{unit}/decisions/follow-up", json=visit, headers=key)
        assert answer.status_code == 201, answer.text
    page.get_by_text("已更新").wait_for(timeout=15_000)
    assert page.evaluate("[document.activeElement.href, scrollY]") == before
    assert page.locator(f'tr[data-key="{unit}"]').inner_text().count("看板随动") == 1
