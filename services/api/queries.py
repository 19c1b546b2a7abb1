"""Reading what a query asks for: filters of lists, strictly, with the parameter that is wrong named."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import Request

from events.fields import day_of
from events.places import PLACES
from services.errors import Malformed, Problem


def text(request: Request, name: str, longest: int = 200) -> str | None:
    """A text of the query, None where absent or empty. Raises Malformed for NUL or length."""
    given = request.query_params.get(name)
    if not given:
        return None
    if len(given) > longest or "\x00" in given:
        raise Malformed([Problem(f"?{name}", "过长或含空字符", f"at most {longest} characters, no NUL")])
    return given


def word(request: Request, name: str, words: Any) -> str | None:
    """A term of a closed set. Raises Malformed with the terms there are."""
    given = text(request, name)
    known = [one.value for one in words]
    if given is not None and given not in known:
        raise Malformed([Problem(f"?{name}", "不在可选值之内", f"one of {', '.join(known)}")])
    return given


def place(request: Request, name: str = "place") -> str | None:
    """A place by its code. Raises Malformed."""
    given = text(request, name)
    if given is not None and given not in PLACES:
        raise Malformed([Problem(f"?{name}", "没有此行政区划代码", "no place has this code")])
    return given


def identifier(request: Request, name: str) -> UUID | None:
    """An id (UUID). Raises Malformed."""
    given = text(request, name)
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise Malformed([Problem(f"?{name}", "应为UUID", "a UUID")]) from error


def flag(request: Request, name: str) -> bool | None:
    """Yes or no. Raises Malformed."""
    given = text(request, name, 5)
    if given not in (None, "true", "false"):
        raise Malformed([Problem(f"?{name}", "应为true或false", "true or false")])
    return None if given is None else given == "true"


def day(request: Request, name: str) -> date | None:
    """A day, YYYY-MM-DD. Raises Malformed."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        return day_of(given)
    except ValueError as error:
        zh, en = "应为1900至2199年间的日期YYYY-MM-DD", f"YYYY-MM-DD: {error}"
        raise Malformed([Problem(f"?{name}", zh, en)]) from error


def moment(request: Request, name: str) -> datetime | None:
    """A moment with its offset, RFC 3339. Raises Malformed."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError as error:
        raise Malformed([Problem(f"?{name}", "应为RFC 3339时间", "a moment, RFC 3339")]) from error
    if found.tzinfo is None:
        raise Malformed([Problem(f"?{name}", "时间须带时区", "a moment with its offset")])
    return found
