"""Every page in both languages at three widths: no error, nothing outside, no overflow, nothing serious by axe, and
no id or name in code where people read.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from demonstrating import Open

from deploy.browser import HEIGHT, Accounts, Page, Visit, cases, everything, overflow

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of axe-core 4.14.1 as its authors publish it (MPL-2.0)."""

CODE = re.compile(r"(?<![a-z])urn:\S+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]+|[a-z]+_[a-z_]+")
"""What only the register calls so: URNs, ids, names in code."""

RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def visits(accounts: Accounts) -> list[Visit]:
    assert cases(accounts, "auditor"), "the demonstration has no open case whose review desk could be looked at"
    return everything(accounts)


def test_what_judges_accessibility_is_what_its_authors_publish() -> None:
    assert sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


def _violations(page: Page) -> list[str]:
    """What is serious or critical by axe, each with the element that it means."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("language", "widths"), [("zh", (1440, 1024, 390)), ("en", (390, 1440))])
def test_every_page_fits_its_window_and_can_be_read_by_everybody(
    new_page: Open, visits: list[Visit], language: str, widths: tuple[int, ...]
) -> None:
    """Judged by axe at the first width; at the others the window is drawn narrower or wider about the same page."""
    wrong: list[str] = []
    pages: dict[str | None, Page] = {}
    for visit in visits:
        page = pages.get(visit.who) or pages.setdefault(visit.who, new_page(visit.who))
        page.set_viewport_size({"width": widths[0], "height": HEIGHT})
        joint = "&" if "?" in visit.path else "?"
        answer = page.goto(f"{visit.path}{joint}lang={language}")
        if answer is None or answer.status != visit.status:
            wrong.append(f"{visit.name}: HTTP {answer.status if answer else '-'}")
        wrong += [f"{visit.name}: {line}" for line in _violations(page)]
        wrong += [f"{visit.name}: says {code}" for code in set(CODE.findall(page.locator("body").inner_text()))]
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if wider := overflow(page):
                wrong.append(f"{visit.name}: {wider} px wider than a window of {width}")
    assert wrong == [], "\n".join(wrong)


DARK = ("sign-in", "roll", "plaque", "desk-contact", "board", "dossier-revoked", "decide", "form-order-check")


def test_pages_can_be_read_on_a_dark_screen(new_page: Open, visits: list[Visit]) -> None:
    wrong: list[str] = []
    for visit in (one for one in visits if one.name in DARK):
        page = new_page(visit.who, scheme="dark")
        page.goto(visit.path)
        wrong += [f"{visit.name}: {line}" for line in _violations(page)]
        page.close()
    assert wrong == [], "\n".join(wrong)
