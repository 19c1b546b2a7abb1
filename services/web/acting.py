"""What a form of ours sent: checked to be our own, texts by the names of their controls, and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile

from services.access.accounts import Account
from services.web.session import checked, same_origin, session_of

MOST_FIELDS: Final = 2_000
MOST_FILES: Final = 100
LONGEST_FIELD: Final = 64 * 1024
"""Bytes of one field, at most; a text is 4,000 characters at most."""


async def acting(request: Request) -> Account | None:
    """The account that signed in; None where nobody did."""
    session = await session_of(request)
    return session.account if session is not None else None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form sent; `own` is what begins with a dot: the form's own."""

    given: dict[str, list[str]]
    own: dict[str, str]
    files: tuple[tuple[str, UploadFile], ...]


async def sent(request: Request) -> Sent:
    """What came in a form of this session. Raises NotOurs."""
    same_origin(request)
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    given: dict[str, list[str]] = {}
    own: dict[str, str] = {}
    files: list[tuple[str, UploadFile]] = []
    csrf = ""
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append((name, value))
        elif name == "csrf":
            csrf = value
        elif name.startswith("."):
            own[name] = value
        else:
            given.setdefault(name, []).append(value)
    await checked(request, csrf)
    return Sent(given, own, tuple(files))
