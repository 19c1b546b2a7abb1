"""Reading what was sent: JSON that is exactly JSON, and events that are exactly their fields.

Duplicate keys, NUL, lone surrogates, excess depth or size are refused with the place where they are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from fastapi import Request
from pydantic import ValidationError

from events.envelope import Event
from events.sealed import Sealed
from services.errors import Malformed, Problem
from services.observed import logs

MAX_BODY = 256 * 1024
"""Longest body taken, in bytes; a batch of signals may be `MAX_BATCH`."""

MAX_BATCH = 4 * 1024 * 1024
MOST_PROBLEMS = 50
"""Problems that are told of one body at most."""

MAX_DEPTH = 32
"""Deepest nesting taken; no event is deeper than 6."""


class TooLarge(Malformed):
    """The body is longer than is taken (413)."""

    code = "too-large"
    status = 413


class NotJson(Malformed):
    """The body is no JSON at all (400)."""

    code = "not-json"
    status = 400


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body, read no further than its limit. Raises TooLarge."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge([Problem("", f"正文超过{limit}字节", f"the body is longer than {limit} bytes")])
        chunks.append(chunk)
    return b"".join(chunks)


def read_json(body: bytes) -> Any:
    """The document in the body. Raises NotJson, or Malformed with the pointer of a duplicate key or bad text."""
    _check_depth(body)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson([Problem("", f"不是合法的JSON：{error}", f"not JSON: {error}")]) from error
    problems: list[Problem] = []
    keys = _look(document, "", problems)
    # a colon for each key that was kept: then none was given twice; texts with colons are looked at closely
    if body.count(b'":') != keys or _SPACED.search(body) is not None:
        _duplicates(body, problems)
    if problems:
        raise Malformed(problems)
    return document


_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def _check_depth(body: bytes) -> None:
    """Counted before parsing, outside of texts: a parser must never be led so deep."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKENS.finditer(body):
        first = token.group()[0:1]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise NotJson([Problem("", f"嵌套超过{MAX_DEPTH}层", f"nested deeper than {MAX_DEPTH}")])
        elif first in b"]}":
            depth -= 1


_SPACED = re.compile(rb'"\s+:')


def _look(value: Any, pointer: str, problems: list[Problem]) -> int:
    """How many keys there are; a problem for each text with NUL."""
    if isinstance(value, str):
        if "\x00" in value:
            problems.append(Problem(pointer, "含有空字符（NUL）", "contains NUL"))
        return 0
    if isinstance(value, dict):
        keys = len(value)
        for key, part in value.items():
            where = f"{pointer}/{_escape(key)}"
            keys += _look(key, where, problems) + _look(part, where, problems)
        return keys
    if isinstance(value, list):
        return sum(_look(part, f"{pointer}/{index}", problems) for index, part in enumerate(value))
    return 0


def _duplicates(body: bytes, problems: list[Problem]) -> None:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        if len(set(names)) < len(names):
            twice = sorted(name for name, times in Counter(names).items() if times > 1)[:MOST_PROBLEMS]
            problems.extend(
                Problem(f"/{_escape(name)}", f"重复的键“{name}”", f"the key {name} is given twice") for name in twice
            )
        return dict(found)

    json.loads(body, object_pairs_hook=pairs)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


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
        raise Malformed(problems_of(error)) from error
    _no_forged_seal(event)
    _no_personal_prose(document)
    return event


_PROSE = ("reason", "summary", "problems", "findings", "text", "note", "deficiencies", "items", "how", "ground")
"""Fields of free text, in which people write what belongs into a sealed field."""


def _no_forged_seal(event: Event) -> None:
    """Nobody sends an envelope: what is personal comes in clear and is sealed here."""
    forged = [
        name
        for name in type(event).model_fields
        if isinstance(value := getattr(event, name), Sealed) and not value.is_clear
    ]
    if forged:
        raise Malformed(
            [Problem(f"/{name}", "应为文本，由系统密封", "a text; sealing is done here") for name in forged]
        )


def _no_personal_prose(document: dict[str, Any]) -> None:
    """What looks like an ID number or a telephone does not stand in free text: it could never be erased."""
    found = [name for name in _PROSE if name in document and logs.masked(document[name]) != document[name]]
    if found:
        zh, en = "疑有身份证号或电话号码，请删去", "looks like an ID number or a telephone: leave it out"
        raise Malformed([Problem(f"/{name}", zh, en) for name in found])


def problems_of(error: ValidationError) -> list[Problem]:
    """What pydantic found, as problems with JSON pointers; never the input itself."""
    return [
        Problem(
            "".join(f"/{_escape(str(part))}" for part in found["loc"] if not _is_union_branch(part)),
            _ZH.get(found["type"], "取值不符合要求"),
            found["msg"],
        )
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]


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
