"""How deep JSON is nested, counted before it is parsed."""

from __future__ import annotations

import json

import pytest

from services.strict_json import MAX_DEPTH, NotJson, check_depth, read_json


@pytest.mark.parametrize(
    "body",
    [
        b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
        b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH,
        b"[" + b",".join([b'{"a":[]}'] * 10_000) + b"]",
        b'["' + b"[{" * 100 + b'"]',
        rb'["\"' + b"[" * 100 + rb'\\", "' + b"{" * 100 + b'"]',
    ],
)
def test_what_is_not_deep_is_read(body: bytes) -> None:
    assert read_json(body) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b'[[],{"a":' + b'{"a":[' * (MAX_DEPTH // 2) + b"]}" * (MAX_DEPTH // 2) + b"}]",
        b"[" * 50_000,
        rb'["\\",' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"]",
        b'{"a":' * 1_000,
    ],
)
def test_what_is_too_deep_is_not_parsed(body: bytes) -> None:
    with pytest.raises(NotJson, match="nested deeper"):
        check_depth(body)
