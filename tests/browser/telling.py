"""What people do on pages in a real browser: choose, type, put a file there, look at their answers, and enter them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import monotonic
from typing import Any

from playwright.sync_api import Locator

from deploy.browser import Page

PDF = {"name": "示例材料.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 example"}
"""A paper that anybody puts there."""


def fill(page: Page, typed: Mapping[str, Any]) -> None:
    """Fill in a form, by the names of its controls: a text, a choice or several, or a file."""
    for name, value in typed.items():
        found = page.locator(f'main [name="{name}"]')
        match found.first.evaluate("one => one.tagName === 'INPUT' ? one.type : one.tagName"):
            case "radio" | "checkbox":
                for one in value if isinstance(value, list) else [value]:
                    page.locator(f'main [name="{name}"][value="{one}"]').check()
            case "SELECT":
                found.select_option(value)
            case "file":
                found.set_input_files(value)
            case _:
                found.fill(str(value))


def press(page: Page, step: str) -> None:
    """Press the button of a form by which it goes on."""
    page.locator(f'main button[value="{step}"]:not(.vh)').last.click()


def labelled(page: Page, name: str, text: str) -> str:
    """The value of the choice that people read so."""
    given = page.locator(f'main label:has([name="{name}"])', has_text=text).locator("input").first
    value: str = given.get_attribute("value") or ""
    return value


def enter(page: Page, typed: Mapping[str, Any]) -> int:
    """Fill in the form that is open, look at the answers, enter them: the version of the entry."""
    fill(page, typed)
    press(page, "check")
    page.locator(".errsum, dl.sum").first.wait_for()
    wrong = page.locator(".errsum")
    assert wrong.count() == 0, f"{page.url}: {wrong.first.inner_text()}"
    press(page, "confirm")
    page.wait_for_url(re.compile(r"#v\d+$"))
    return int(page.url.rpartition("#v")[2])


def decide(page: Page, stream: str, decision: str, typed: Mapping[str, Any] | None = None, about: str = "") -> int:
    """Take a decision that the stream's page offers, about what is told in its address: the version of the entry."""
    offered(page, stream, decision, about)
    return enter(page, typed or {})


def offered(page: Page, stream: str, decision: str, about: str = "") -> None:
    """Open the form of a decision from the page of what may be done."""
    page.goto(f"/{stream}/decide")
    page.locator(f'.decide a[href*="/decide/{decision}{about}"]').first.click()


def shown(page: Page, path: str, selector: str, seconds: float = 30) -> Locator:
    """What a page that follows the register shows once the register has it."""
    until = monotonic() + seconds
    while True:
        page.goto(path)
        found = page.locator(selector).first
        if found.count():
            return found
        assert monotonic() < until, f"{path} does not show {selector}"
