"""Every page in both languages at three widths: no error, nothing outside, no overflow, nothing serious by axe, and
no id or name in code where people read.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from demonstrating import Open

from deploy.browser import HEIGHT, Accounts, Page, Visit, api_of, cases, everything, overflow

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of axe-core 4.14.1 as its authors publish it (MPL-2.0)."""

CODE = re.compile(
    r"(?<![a-z])urn:\S+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]+|[0-9a-f]{40,}|[a-z]+_[a-z_]+"
    r"|(?<![\w-])43\d{4}(?![\w-])"
)
"""What only the register calls so: URNs, ids, digests, names in code, codes of places."""

HAN = r"\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
CHINESE = re.compile(f"[{HAN}]+")
NUMBER = "[一二三四五六七八九十]+"
CLAUSE = re.compile(rf"(?<![{HAN}]){NUMBER}(?:\({NUMBER}\)\d*)?(?![{HAN}])")
"""How the policy numbers its clauses, which have no other name."""

READ_ALOUD = """() => {
    const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (!text.parentElement.closest("blockquote.clause, pre, script, .mark, a[lang]")) said.push(text.textContent);
    }
    for (const one of document.querySelectorAll("main [aria-label], main [title], main [placeholder], main [data-l]")) {
        said.push(...["aria-label", "title", "placeholder", "data-l"].map((name) => one.getAttribute(name) ?? ""));
    }
    return said;
}"""
"""What stands on a page or is read aloud from it, without clauses in their own words and raw entries."""

RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def recorded(accounts: Accounts) -> set[str]:
    """Every piece of Chinese that somebody entered: names, texts, numbers of papers."""
    pieces: set[str] = set()
    after = 0
    with api_of(accounts, "auditor") as client:
        while rows := client.get("/api/v1/events", params={"after": after, "limit": 1_000}).json()["events"]:
            for one in rows:
                entered = [one["event"], one["actor"]["post"] if one["actor"]["kind"] == "source" else ""]
                pieces |= set(CHINESE.findall(json.dumps(entered, ensure_ascii=False)))
            after = rows[-1]["position"]
    return pieces


@pytest.fixture(scope="module")
def visits(accounts: Accounts) -> list[Visit]:
    assert cases(accounts, "auditor"), "the demonstration has no open case whose review desk could be looked at"
    return everything(accounts)


def test_what_judges_accessibility_is_what_its_authors_publish() -> None:
    assert sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


def _with_axe(page: Page) -> Page:
    """The page, with axe in every document that it opens: sent to the browser once, not for each."""
    page.add_init_script(path=AXE)
    return page


def _violations(page: Page) -> list[str]:
    """What is serious or critical by axe, each with the element that it means."""
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def _chinese(page: Page) -> set[str]:
    """The pieces of Chinese on a page, without the numbers of clauses."""
    return set(CHINESE.findall(CLAUSE.sub("", "\n".join(page.evaluate(READ_ALOUD)))))


@pytest.mark.parametrize(("language", "widths"), [("zh", (1440, 1024, 390)), ("en", (390, 1440))])
def test_every_page_fits_its_window_and_can_be_read_by_everybody(
    new_page: Open, visits: list[Visit], recorded: set[str], language: str, widths: tuple[int, ...]
) -> None:
    """Judged by axe at the first width; at the others the window is drawn narrower or wider about the same page."""
    wrong: list[str] = []
    pages: dict[str | None, Page] = {}
    for visit in visits:
        page = pages.get(visit.who) or pages.setdefault(visit.who, _with_axe(new_page(visit.who)))
        page.set_viewport_size({"width": widths[0], "height": HEIGHT})
        joint = "&" if "?" in visit.path else "?"
        answer = page.goto(f"{visit.path}{joint}lang={language}")
        if answer is None or answer.status != visit.status:
            wrong.append(f"{visit.name}: HTTP {answer.status if answer else '-'}")
        wrong += [f"{visit.name}: {line}" for line in _violations(page)]
        wrong += [f"{visit.name}: says {code}" for code in set(CODE.findall(page.locator("body").inner_text()))]
        if language == "en":
            wrong += [f"{visit.name}: says {word}" for word in _chinese(page) - recorded]
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if wider := overflow(page):
                wrong.append(f"{visit.name}: {wider} px wider than a window of {width}")
    assert wrong == [], "\n".join(wrong)


DARK = ("sign-in", "roll", "plaque", "desk-contact", "board", "dossier-revoked", "decide", "form-order-check")


def test_pages_can_be_read_on_a_dark_screen(new_page: Open, visits: list[Visit]) -> None:
    wrong: list[str] = []
    for visit in (one for one in visits if one.name in DARK):
        page = _with_axe(new_page(visit.who, scheme="dark"))
        page.goto(visit.path)
        wrong += [f"{visit.name}: {line}" for line in _violations(page)]
        page.close()
    assert wrong == [], "\n".join(wrong)
