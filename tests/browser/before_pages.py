"""People before the pages of a register: each finds a decision from the desk, fills in its form and enters it.

Every click is counted, and every page that was opened. Controls are found by their names, answers by what they are
called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page

File = dict[str, Any]
"""A file to upload: `name`, `mimeType`, `buffer`."""

Answer = str | int | Sequence[str] | File


def pdf(title: str) -> File:
    """A small document of that title."""
    return {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 example " + title.encode()}


@dataclass
class Person:
    """Somebody before a page; `clicks` and `pages` since `begin`."""

    page: Page
    clicks: int = 0
    pages: int = 0
    asked: set[str] = field(default_factory=set)
    """What the fields that are typed into are called, on every page that was opened."""

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._navigated)

    def _navigated(self, frame: Any) -> None:
        self.pages += frame == self.page.main_frame

    def begin(self, path: str = "/") -> None:
        """Go to the desk, or where a code leads, and count from here."""
        self.page.goto(path)
        self.clicks, self.pages = 0, 1
        self._look()

    def _look(self) -> None:
        """Note what the page asks to be typed in."""
        typed = "input:not([type]), input[type=text], input[type=number], input[type=password], textarea"
        self.asked |= set(self.page.locator(f"main :is({typed})").evaluate_all(
            "all => all.map(e => (e.labels && e.labels.length ? [...e.labels].map(l => l.innerText).join(' ') : '') + "
            "' ' + (e.placeholder || '') + ' ' + (e.getAttribute('aria-label') || ''))"
        ))  # fmt: skip

    def click(self, what: Locator) -> None:
        """Click something that leads to another page."""
        self.clicks += 1
        what.click()
        self.page.wait_for_load_state()
        self._look()

    def find(self, unit: str, name: str) -> None:
        """Open the file of a unit: by a link of the page that is open, else over the board."""
        link = self.page.locator(f'main a[href="/units/{unit}"]')
        if not link.count():
            self.click(self.page.get_by_role("link", name="状态看板"))
            self.page.get_by_label("名称或代码").fill(name)
            self.click(self.page.get_by_role("button", name="筛选"))
        self.click(link.first)

    def decide(self, unit: str, name: str, decision: str, answers: Mapping[str, Answer]) -> None:
        """Take a decision about a unit: its form from the desk, or over its file; checked, and entered."""
        self.begin()
        form = self.page.locator(f'main a[href^="/units/{unit}/decide/{decision}"]')
        if not form.count():
            if not self.page.locator(f'main a[href="/units/{unit}/decide"]').count():
                self.find(unit, name)
            self.click(self.page.locator(f'main a[href="/units/{unit}/decide"]').first)
        assert form.count(), f"no {decision} at {self.page.url}: {self.page.locator('main').inner_text()[:2_000]}"
        self.click(form.first)
        self.fill_in(answers)

    def fill_in(self, answers: Mapping[str, Answer]) -> None:
        """Fill in the form that is open, check the answers, enter them; `+name` asks for one more row of that name."""
        self.answer(answers)
        self.click(self.page.get_by_role("button", name="继续", exact=True).last)
        self._no_faults()
        self.click(self.page.get_by_role("button", name="确认并记入"))
        self._no_faults()

    def answer(self, answers: Mapping[str, Answer]) -> None:
        """Fill in what stands in the page, by the names of its controls."""
        for name, answer in answers.items():
            if name.startswith("+"):
                self.click(self.page.locator(f'main [value="add:{name[1:]}"]'))
            else:
                self._answer(name, answer)

    def _no_faults(self) -> None:
        faults = self.page.locator(".errsum, .note.warn, main[role=alert]")
        assert not faults.count(), f"{self.page.url}: {faults.first.inner_text()}"

    def _answer(self, name: str, answer: Answer) -> None:
        control = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
        assert control.count(), (
            f"no {name} at {self.page.url}: {self.page.locator('main form').last.inner_text()[:2_000]}"
        )
        kind = control.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            for one in [answer] if isinstance(answer, str) else answer:
                assert isinstance(one, str)
                self.clicks += 1
                own = self.page.locator(f'[name="{name}"]')
                labelled = self.page.locator("main label", has=own).filter(has_text=one)
                valued = self.page.locator(f'main [name="{name}"][value="{one}"]')
                (labelled if labelled.count() else valued).first.click()
        elif kind == "file":
            assert isinstance(answer, dict)
            control.first.set_input_files(answer)  # type: ignore[arg-type]
        elif control.first.evaluate("e => e.tagName") == "SELECT":
            control.first.select_option(label=str(answer))
        else:
            control.first.fill(str(answer))
