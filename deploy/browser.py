"""A real browser over a served demonstration: which Chromium, signed in as whom, and every page once.

Needs Playwright (requirements.all.lock) and a Chromium of the system; nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from events.registry import KINDS
from events.unit.naming import UnitPlaqueIssued
from events.words import Step
from services.errors import Unavailable

INSTALLED_BY: Final = "apt-get install chromium fonts-noto-cjk"
WIDTHS: Final = (1440, 1024, 390)
"""Widths in CSS pixels at which every page is looked at: a desk, a small window, a phone."""

HEIGHT: Final = 900

Accounts = dict[str, Any]
"""The document in which a demonstration says its accounts (`accounts.json`)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as somebody sees it: a name for files and tests, its path, and the key of the account; None: nobody."""

    name: str
    path: str
    who: str | None = None
    status: int = 200


def chromium() -> str:
    """The path of the system's Chromium. Raises Unavailable with the line that installs it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise Unavailable(f"Chromium ({INSTALLED_BY})")
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser without a window. Raises Unavailable."""
    where = chromium()
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=root)
        try:
            yield browser
        finally:
            browser.close()


def signed_in(context: BrowserContext, accounts: Accounts, who: str) -> None:
    """Sign a context in as one of the accounts."""
    base = accounts["base"]
    answer = context.request.post(
        f"{base}/sign-in",
        form={"token": accounts["accounts"][who]["token"]},
        headers={"Origin": base},
        max_redirects=0,
    )
    if answer.status != 303:
        raise Unavailable(f"signing in as {who} (HTTP {answer.status})")


def watched(page: Page, base: str) -> list[str]:
    """What goes wrong on a page, as it comes: lines of its console, errors of scripts, requests to elsewhere."""
    wrong: list[str] = []

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(base).netloc and not request.url.startswith(("data:", "blob:")):
            wrong.append(f"outside request {request.url}")

    def said(message: Any) -> None:
        # a page of an error is one: its own status is told in the console
        if message.type in ("error", "warning") and message.location.get("url", "") != page.url:
            wrong.append(f"{message.type} {message.text}")

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(f"script {error}"))
    return wrong


def overflow(page: Page) -> int:
    """CSS pixels by which a page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def _published(accounts: Accounts) -> list[str]:
    """The page of a list that was published, if there is one."""
    lists = httpx2.get(f"{accounts['base']}/api/v1/publicity", timeout=30).json()["published"]
    return [one["page"] for one in lists[:1]]


def everything(accounts: Accounts) -> list[Visit]:
    """Every page of a demonstration once, as somebody who uses it."""
    unit = {number: story["unit"] for number, story in accounts["stories"].items()}
    return [
        Visit("sign-in", "/sign-in"),
        Visit("demonstration", "/demonstration"),
        Visit("roll", "/roll"),
        Visit("roll-empty", "/roll?q=zzzz"),
        Visit("roll-check", "/roll/check"),
        Visit("plaque", _plaque(accounts)),
        Visit("plaque-unknown", "/p/HN-0000-00000", status=404),
        Visit("publicity", "/publicity"),
        *(Visit("list", path) for path in _published(accounts)),
        Visit("announcements", "/announcements"),
        Visit("survey", "/survey"),
        Visit("survey-thanks", "/survey/thanks"),
        Visit("objections", "/objections"),
        Visit("not-found", "/units/00000000-0000-4000-8000-000000000000", "auditor", 404),
        Visit("desk-applicant", "/", "story-1-applicant"),
        Visit("desk-contact", "/", "county-430102-hr-officer"),
        Visit("desk-approver", "/", "province-hr-approver"),
        Visit("desk-administrator", "/", "administrator-1"),
        Visit("desk-source", "/", "source-labour-inspection"),
        Visit("board", "/board", "province-hr-officer"),
        Visit("cases", "/cases", "province-hr-officer"),
        Visit("cases-empty", "/cases?step=objected", "province-hr-officer"),
        *(
            Visit(f"case-{step}", f"/cases/{at}", "province-hr-officer")
            for step, at in cases(accounts, "auditor").items()
        ),
        Visit("case-none", f"/cases/{unit['4']}", "prefecture-430100-hr-officer"),
        Visit("board-empty", "/board?standing=revoked&kind=block", "province-hr-officer"),
        Visit("dossier", f"/units/{unit['1']}", "auditor"),
        Visit("readers", f"/units/{unit['1']}/readers", "auditor"),
        Visit("dossier-revoked", f"/units/{unit['5']}", "auditor"),
        Visit("dossier-compared", f"/units/{unit['5']}?against=2024-06-01", "auditor"),
        Visit("report", "/signals/report", "source-labour-inspection"),
        Visit("acts", "/audit", "auditor"),
        Visit("signals", "/signals", "prefecture-430100-hr-officer"),
        Visit("accounts", "/accounts", "administrator-1"),
        Visit("account", "/account", "auditor"),
        Visit("password", "/password?link=x", status=410),
        Visit("forgotten", "/password/forgotten"),
        Visit("sessions", "/sessions", "auditor"),
        Visit("decide", f"/units/{unit['4']}/decide", "prefecture-430100-hr-officer"),
        Visit("form-register", "/units/decide/register", "applicant-new"),
        Visit("form-follow-up", f"/units/{unit['1']}/decide/follow-up", "prefecture-430100-hr-officer"),
        Visit("form-order-check", f"/units/{unit['1']}/decide/order-check", "prefecture-430100-hr-officer"),
        Visit("not-now", f"/units/{unit['1']}/decide/name", "prefecture-430100-hr-officer"),
        *_kinds(accounts),
    ]


def _kinds(accounts: Accounts) -> Iterator[Visit]:
    """The list of every kind, and one stream of each that has any."""
    with api_of(accounts, "auditor") as client:
        for plural in sorted(kind.plural for kind in KINDS.values() if kind.plural != "units"):
            yield Visit(f"list-{plural}", f"/{plural}", "auditor")
            rows = client.get(f"/api/v1/{plural}", params={"limit": 1}).json().get("streams", [])
            for row in rows:
                yield Visit(f"one-{plural}", f"/{plural}/{row['stream']}", "auditor")


def _plaque(accounts: Accounts) -> str:
    """The page of a plaque that was issued to the unit of the first story."""
    unit = accounts["stories"]["1"]["unit"]
    with api_of(accounts, "auditor") as client:
        entries = client.get(f"/api/v1/units/{unit}/events", params={"limit": 1_000}).json()["events"]
    codes = [one["event"]["plaque"] for one in entries if one["type"] == UnitPlaqueIssued.about.type]
    return f"/p/{codes[-1]}"


def cases(accounts: Accounts, who: str) -> dict[str, str]:
    """A unit at each step at which a case stands that somebody sees; which ones, follows from the day that it is."""
    found = {}
    with api_of(accounts, who) as client:
        for step in (one.value for one in Step if one is not Step.NONE):
            for row in client.get("/api/v1/units", params={"step": step, "limit": 1}).json()["units"]:
                found[step] = row["unit"]
    return found


def api_of(accounts: Accounts, who: str) -> httpx2.Client:
    """The interface as one of the accounts asks it."""
    token = accounts["accounts"][who]["token"]
    return httpx2.Client(base_url=accounts["base"], timeout=20, headers={"Authorization": f"Bearer {token}"})
