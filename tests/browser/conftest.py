"""A served demonstration, and a real browser for each file; windows of its own a test, in which nothing goes wrong.

Playwright keeps an event loop running in its thread: the browser ends with its file, so that whatever runs after it in
the same process has a loop of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from demonstrating import Open, demonstration

from deploy.browser import HEIGHT, Accounts, Browser, BrowserContext, Page, chromium, launched, signed_in, watched
from services.errors import Unavailable

UNITS = 40
DAY = "2026-03-02"
"""The day that it is in the demonstration when the first test begins; a told story moves it on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def present() -> None:
    """That there is a browser: skipped where there is none, failed where CI is true."""
    try:
        chromium()
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROWSER, NOT TESTED: {error}")


@pytest.fixture(scope="module")
def browser(present: None) -> Iterator[Browser]:
    """The browser of this file."""
    with launched() as one:
        yield one


@pytest.fixture(scope="session")
def accounts(present: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """The accounts of a small demonstration that is served to all files, and the `directory` in which it lies."""
    words = ("--units", str(UNITS), "--port", "0", "--clock", DAY)
    with demonstration(tmp_path_factory.mktemp("demo"), *words) as said:
        document: Accounts = orjson.loads(Path(said["accounts"]).read_bytes())
        yield document | {"directory": str(Path(said["accounts"]).parent)}


@pytest.fixture(scope="module")
def kept() -> dict[str, object]:
    """The cookies of those who have signed in, by the keys of their accounts."""
    return {}


@pytest.fixture
def new_page(browser: Browser, accounts: Accounts, kept: dict[str, object]) -> Iterator[Open]:
    """Opens pages; at the end of the test, none may have failed or asked anything of elsewhere."""
    contexts: list[BrowserContext] = []
    wrong: list[list[str]] = []

    def opened(who: str | None = None, *, width: int = 1440, scripts: bool = True, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, java_script_enabled=scripts, locale="zh-CN",
            color_scheme="dark" if scheme == "dark" else "light", base_url=accounts["base"],
        )  # fmt: skip
        contexts.append(context)
        if who is not None:
            if who not in kept:
                signed_in(context, accounts, who)
                kept[who] = context.cookies()
            context.add_cookies(kept[who])  # type: ignore[arg-type]
        page = context.new_page()
        wrong.append(watched(page, accounts["base"]))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for lines in wrong for line in lines] == []
