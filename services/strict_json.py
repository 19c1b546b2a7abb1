"""JSON that is exactly JSON, whatever way it came.

Duplicate keys, NUL, lone surrogates, excess depth or size are refused with the place where they are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import orjson

from services.errors import Malformed, Problem

MAX_BODY = 256 * 1024
"""Longest body or message taken, in bytes; a batch of signals may be `MAX_BATCH`."""

MAX_BATCH = 4 * 1024 * 1024
MOST_PROBLEMS = 50
"""Problems that are told of one body at most."""

MAX_DEPTH = 32
"""Deepest nesting taken; no event is deeper than 6."""

MOST_PARTS = 10_000
"""Items of a list or keys of an object, at most; no body within `MAX_BODY` that means something has more."""


class TooLarge(Malformed):
    """The body is longer than is taken (413)."""

    code = "too-large"
    status = 413


class UnsupportedMediaType(Malformed):
    """The body is of a media type that is not taken here (415)."""

    code = "unsupported-media-type"
    status = 415


class NotJson(Malformed):
    """The body is no JSON at all (400)."""

    code = "not-json"
    status = 400


def read_json(body: bytes) -> Any:
    """The document in the body. Raises NotJson, or Malformed with the pointer of a duplicate key or bad text."""
    check_depth(body)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson([Problem("", f"不是合法的JSON：{error}", f"not JSON: {error}")]) from error
    problems: list[Problem] = []
    # NUL comes in a text as an escape alone, and between parts there are commas
    if _NUL in body or body.count(b",") >= MOST_PARTS:
        _look(document, "", problems)
    if problems:
        raise Malformed(problems[:MOST_PROBLEMS])
    keys = _keys(document) if isinstance(document, dict | list) else 0
    # a colon for each key that was kept: then none was given twice; texts with colons are looked at closely
    if body.count(b'":') != keys or _SPACED.search(body) is not None:
        _duplicates(body, problems)
    if problems:
        raise Malformed(problems)
    return document


_NUL = rb"\u0000"
_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def check_depth(body: bytes) -> None:
    """Counted before parsing, outside of texts: a parser must never be led so deep. Raises NotJson."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    outside = b"".join(body.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2])
    nesting = outside.translate(_AS_BRACKETS, _NO_BRACKETS)
    # the innermost pairs of all lists and objects at once: a hundred thousand take as many steps as they are deep
    for _ in range(MAX_DEPTH):
        nesting = nesting.replace(b"[]", b"")
    if b"[]" in nesting or nesting.count(b"[") > MAX_DEPTH:
        raise NotJson([Problem("", f"嵌套超过{MAX_DEPTH}层", f"nested deeper than {MAX_DEPTH}")])


_SPACED = re.compile(rb'"\s+:')


def _keys(value: dict[str, Any] | list[Any]) -> int:
    """How many keys there are."""
    parts = value.values() if isinstance(value, dict) else value
    keys = len(value) if isinstance(value, dict) else 0
    for part in parts:
        if isinstance(part, dict | list):
            keys += _keys(part)
    return keys


def _look(value: Any, pointer: str, problems: list[Problem]) -> None:
    """A problem for each text with NUL, and for each list or object that is too long."""
    if isinstance(value, str):
        if "\x00" in value:
            problems.append(Problem(pointer, "含有空字符（NUL）", "contains NUL"))
        return
    if not isinstance(value, dict | list):
        return
    if len(value) > MOST_PARTS:
        problems.append(Problem(pointer, f"超过{MOST_PARTS}项", f"more than {MOST_PARTS} items"))
    elif isinstance(value, dict):
        for key, part in value.items():
            where = f"{pointer}/{escaped(key)}"
            _look(key, where, problems)
            _look(part, where, problems)
    else:
        for index, part in enumerate(value):
            _look(part, f"{pointer}/{index}", problems)


def _duplicates(body: bytes, problems: list[Problem]) -> None:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        if len(set(names)) < len(names) and len(problems) < MOST_PROBLEMS:
            twice = sorted(name for name, times in Counter(names).items() if times > 1)[:MOST_PROBLEMS]
            problems.extend(
                Problem(f"/{escaped(name)}", f"重复的键“{name}”", f"the key {name} is given twice") for name in twice
            )
        return dict(found)

    json.loads(body, object_pairs_hook=pairs)


def escaped(name: str) -> str:
    """A name as it stands in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
