"""A reader of pages without a script: follows links, fills in forms by their labels' controls, sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx2
from world import World


@dataclass
class Sheet:
    """A form as it stands in a page: where it is sent, what it holds, its buttons."""

    action: str
    multipart: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self._area: str | None = None
        self._select: str | None = None
        self._option: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.sheets.append(Sheet(have.get("action", ""), "multipart" in have.get("enctype", "")))
        if not self.sheets:
            return
        sheet, name = self.sheets[-1], have.get("name", "")
        match tag:
            case "input":
                self._input(sheet, name, have)
            case "textarea":
                self._area, self._text = name, ""
            case "select":
                self._select = name
                sheet.values.setdefault(name, [])
            case "option":
                self._begin_option(sheet, have)
            case "button":
                sheet.buttons.append((name, have.get("value", "")))
            case "span" | "label":
                self._text = ""

    def _begin_option(self, sheet: Sheet, have: dict[str, str]) -> None:
        self._option, self._text = have.get("value", ""), ""
        if "selected" in have and self._select is not None:
            sheet.values[self._select] = [self._option]

    def _input(self, sheet: Sheet, name: str, have: dict[str, str]) -> None:
        match have.get("type", "text"):
            case "file":
                sheet.files.add(name)
            case "radio" | "checkbox":
                sheet.options.setdefault(name, []).append((have["value"], ""))
                if "checked" in have:
                    sheet.values.setdefault(name, []).append(have["value"])
            case _:
                sheet.values.setdefault(name, []).append(have.get("value", ""))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.sheets[-1].values.setdefault(self._area, []).append(self._text.removeprefix("\n"))
            self._area = None
        if tag == "option" and self._select is not None and self._option is not None:
            self.sheets[-1].options.setdefault(self._select, []).append((self._option, self._text.strip()))
        if tag == "select":
            self._select = None
        if tag == "label" and self.sheets:
            for offered in self.sheets[-1].options.values():
                if offered and not offered[-1][1]:
                    offered[-1] = (offered[-1][0], self._text.strip())


def sheets(text: str) -> list[Sheet]:
    """The forms of a page."""
    parser = _Forms()
    parser.feed(text)
    return parser.sheets


@dataclass
class Browser:
    """Somebody before the pages, signed in."""

    client: httpx2.Client
    page: httpx2.Response | None = None

    @classmethod
    def of(cls, world: World, who: str | None) -> Browser:
        """The pages as that person sees them; as nobody where None."""
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        client = httpx2.Client(base_url=world.client.base_url, timeout=20, headers=headers)
        if who is not None:
            assert client.post("/sign-in", data={"token": world.tokens[who]}).status_code == 303
        return cls(client)

    @property
    def text(self) -> str:
        """The page that is open."""
        assert self.page is not None
        return self.page.text

    def open(self, path: str) -> Browser:
        """Go to a page."""
        self.page = self.client.get(path, follow_redirects=True)
        return self

    def sheet(self) -> Sheet:
        """The form of the page that is sent to where one decides."""
        return [one for one in sheets(self.text) if "/decide/" in one.action][-1]

    def send(self, step: str, typed: dict[str, Any] | None = None, files: dict[str, Any] | None = None) -> Browser:
        """Fill in and press a button; `typed` by the names of the controls."""
        sheet = self.sheet()
        values = {name: list(given) for name, given in sheet.values.items()}
        for name, value in (typed or {}).items():
            assert name in values or name in sheet.options, f"there is no control {name} among {sorted(values)}"
            values[name] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        assert step.partition(":")[0] in {value.partition(":")[0] for _, value in sheet.buttons}, f"no button {step}"
        if files is not None:
            assert set(files) <= sheet.files, f"no files {files.keys()} among {sheet.files}"
        sent = {**values, ".step": [step]}
        parts = list(files.items()) if files else None
        self.page = self.client.post(sheet.action, data=sent, files=parts)
        if self.page.status_code == 303:
            self.page = self.client.get(self.page.headers["location"], follow_redirects=True)
        return self

    def decide(self, typed: dict[str, Any] | None = None, files: dict[str, Any] | None = None) -> Browser:
        """Fill in, check the answers, and enter."""
        self.send("check", typed, files)
        assert self.page is not None
        assert self.page.status_code == 200, self.errors()
        self.send("confirm")
        assert self.page.status_code == 200, self.errors()
        return self

    def errors(self) -> str:
        """What the page says is wrong."""
        start = self.text.find('class="errsum"')
        return self.text[start : start + 3_000] if start >= 0 else self.text[:2_000]
