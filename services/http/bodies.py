"""Reading what was sent: JSON that is exactly JSON, and events that are exactly their fields.

Duplicate keys, NUL, lone surrogates, excess depth or size are refused with the place where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from fastapi import Request
from pydantic import BaseModel, ValidationError

from events.envelope import Event
from events.person import PersonTag
from events.sealed import Sealed
from services import free_text
from services.errors import Malformed, Problem
from services.strict_json import MAX_BODY, MOST_PROBLEMS, TooLarge, UnsupportedMediaType, escaped, read_json
from services.vault import PERSONAL, SEALED, person_fields


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body, read no further than its limit. Raises TooLarge, and UnsupportedMediaType where it is packed."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType([Problem("", "不接受压缩的正文", "a packed body is not taken (Content-Encoding)")])
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge([Problem("", f"正文超过{limit}字节", f"the body is longer than {limit} bytes")])
        chunks.append(chunk)
    return b"".join(chunks)


async def read_document(request: Request) -> Any:
    """The JSON that was sent. Raises UnsupportedMediaType where it is said to be none, TooLarge, Malformed."""
    media_type = ", ".join(request.headers.getlist("content-type")).partition(";")[0].strip().lower()
    if media_type not in ("", "application/json") and not media_type.endswith("+json"):
        zh, en = f"应为application/json，而非{media_type}", f"application/json is taken, not {media_type}"
        raise UnsupportedMediaType([Problem("", zh, en)])
    return read_json(await read_body(request))


@cache
def derived_fields(event_type: type[Event]) -> frozenset[str]:
    """The names (as sent) of fields that follow from the state and may not be entered."""
    return frozenset(
        field.alias or name
        for name, field in event_type.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("readOnly")
    )


def read_event(event_type: type[Event], document: Any) -> Event:
    """The event that a document fills in. Raises Malformed with the pointer of each field that is wrong."""
    if not isinstance(document, dict):
        raise Malformed([Problem("", "应为JSON对象", "expected a JSON object")])
    entered = derived_fields(event_type) & document.keys()
    if entered:
        raise Malformed(
            [
                Problem(f"/{name}", "由系统按状态填写，不可录入", "is filled in from the state")
                for name in sorted(entered)
            ]
        )
    try:
        event = event_type.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        raise Malformed(problems_of(error, document, event_type)) from error
    _no_forged_seal(event)
    free_text.check(event)
    return event


def _no_forged_seal(event: Event) -> None:
    """Nobody sends an envelope or a tag: what is personal comes in clear, and is sealed or tagged here."""
    if type(event) not in SEALED and type(event) not in PERSONAL:
        return
    forged = [
        name
        for name in type(event).model_fields
        if isinstance(value := getattr(event, name), Sealed | PersonTag) and not value.is_clear
    ]
    if forged:
        raise Malformed(
            [Problem(f"/{name}", "应为文本，由系统密封", "a text; sealing is done here") for name in forged]
        )


def problems_of(error: ValidationError, document: Any, model: type[BaseModel]) -> list[Problem]:
    """What pydantic found, as problems with JSON pointers, the first ones where there are very many; never the input.

    Listing every one of a hundred thousand takes a second: then those of a shortened document are told.
    """
    if error.error_count() > _MOST_LISTED:
        try:
            model.model_validate_json(orjson.dumps(_shortened(document)))
            return [Problem("", f"共有{error.error_count()}处错误", f"there are {error.error_count()} errors")]
        except ValidationError as fewer:
            error = fewer
    return [problem_of(found, _pointer(found["loc"])) for found in error.errors(include_url=False, include_input=False)]


_MOST_LISTED = 500


def _shortened(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _shortened(document[key]) for key in list(document)[:MOST_PROBLEMS]}
    if isinstance(document, list):
        return [_shortened(part) for part in document[:MOST_PROBLEMS]]
    return document


def problem_of(found: Mapping[str, Any], pointer: str) -> Problem:
    """One thing that pydantic found, in both languages."""
    context = found.get("ctx", {})
    zh = context.get("zh") or _ZH.get(found["type"], "取值不符合要求")
    return Problem(pointer, zh, found["msg"].removeprefix("Value error, "))


def _pointer(loc: Sequence[int | str]) -> str:
    return "".join(f"/{escaped(str(part))}" for part in loc if not _is_union_branch(part))


def _is_union_branch(part: int | str) -> bool:
    return isinstance(part, str) and ("[" in part or part.startswith("function-"))


_ZH = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为文本",
    "string_too_long": "文本过长",
    "string_too_short": "文本过短",
    "string_pattern_mismatch": "格式不符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为true或false",
    "enum": "不在可选值之内",
    "date_type": "应为日期",
    "date_parsing": "应为日期（YYYY-MM-DD）",
    "date_from_datetime_parsing": "应为日期（YYYY-MM-DD）",
    "uuid_parsing": "应为UUID",
    "uuid_type": "应为UUID",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "too_short": "项数过少",
    "too_long": "项数过多",
    "timezone_aware": "时间须带时区",
}


def digest_of(*parts: object) -> bytes:
    """What identifies a request beside its key: SHA-256 over its parts, JSON with sorted keys."""
    return sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS, default=str)).digest()


def without_numbers(event: Event, document: Any) -> Any:
    """The body with tags in place of identity numbers: what a digest may cover."""
    tags = {name: value.tag for name, value in person_fields(event).items()}
    return {**document, **tags} if tags else document
