"""A demonstration: its told stories, and a page that lets one change between its people. Refused everywhere else.

The people and their tokens are those of `accounts.json`, which only a demonstration has, and only its owner may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from services.access import security
from services.access.accounts import hash_of
from services.errors import NotFound
from services.http.context import context
from services.http.queries import Spoken, tolerant
from services.http.refusals import address_of
from services.settings import Settings
from services.web.render import notices, page
from services.web.session import Insecure, form_of, open_session, own_path, same_origin, secure

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

_GROUPS = (
    ("applicant", "申报单位", "Units"),
    ("county", "县市区", "Counties"),
    ("prefecture", "市州", "Prefectures"),
    ("province", "省", "The province"),
    ("", "审计、评估与登记册管理", "Audit, assessment and the register's own"),
    ("source", "信号来源", "Sources of signals"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a demonstration: the key of the account, and what they are called."""

    key: str
    zh: str
    en: str


class PeoplePage(Spoken):
    """The page to go to afterwards."""

    next: str = "/"


def told(settings: Settings) -> dict[str, Any]:
    """The document of a demonstration; empty where this is none."""
    file = settings.data_dir / "accounts.json"
    if not file.exists():
        return {}
    document: dict[str, Any] = orjson.loads(file.read_bytes())
    return document


def stories(settings: Settings) -> list[dict[str, Any]]:
    """Number, page and title of each told story, in order. Tokens are not read on."""
    return [
        {
            "number": int(number),
            "path": story.get("path") or f"/units/{story['unit']}",
            "zh": story["zh"],
            "en": story["en"],
        }
        for number, story in sorted(told(settings).get("stories", {}).items(), key=lambda one: int(one[0]))
    ]


@router.get("/demonstration")
async def people(request: Request) -> Response:
    """Whom one can be here. Raises NotFound where this is no demonstration."""
    accounts = _accounts(request)
    asked, problems = tolerant(PeoplePage, request)
    return page(
        request, "demonstration.html", problems=problems, next=own_path(asked.next), groups=list(_grouped(accounts))
    )


@router.post("/demonstration")
async def become(request: Request) -> Response:
    """Sign in as one of them. Raises NotFound, NotOurs, Insecure."""
    same_origin(request)
    accounts = _accounts(request)
    if not secure(request):
        raise Insecure("only on the machine itself, or over HTTPS", "只能在本机或通过HTTPS使用", 403)
    form = await form_of(request)
    token = accounts.get(form.get("who", [""])[0], {}).get("token")
    if token is None:
        raise NotFound("account of the demonstration")
    begun = await open_session(request, hash_of(token), own_path(form.get("next", ["/"])[0]))
    await security.note(
        context(request).pool, security.What.SIGN_IN, done=begun is not None, token=token,
        address=address_of(request), detail="demonstration",
    )  # fmt: skip
    if begun is None:
        raise NotFound("token of the demonstration that has not expired (begin it anew with --reset)")
    return begun


def _accounts(request: Request) -> dict[str, Any]:
    settings = context(request).settings
    accounts: dict[str, Any] = told(settings).get("accounts", {}) if settings.demonstration else {}
    if not accounts:
        raise NotFound("page")
    return accounts


def _grouped(accounts: dict[str, Any]) -> Iterator[tuple[str, str, Sequence[Person]]]:
    left = {key: one for key, one in accounts.items() if one["kind"] != "public"}
    for name, zh, en in _GROUPS:
        own = [key for key, one in left.items() if name in ("", one["kind"], one["level"])]
        if name == "province":
            own = [key for key in own if left[key]["house"]]
        found = [Person(key, left[key]["label_zh"], left[key]["label_en"]) for key in own if key in left]
        if name == "":
            found = [one for one in found if left[one.key]["kind"] == "officer"]
        for one in found:
            del left[one.key]
        if found:
            yield zh, en, found
