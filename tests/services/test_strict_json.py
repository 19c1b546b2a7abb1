"""How deep JSON is nested, counted before it is parsed."""

from __future__ import annotations

import json

import pytest

from services.errors import Malformed
from services.strict_json import MAX_DEPTH, MOST_PARTS, NotJson, check_depth, read_json


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


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (rb'{"a":[{"b/c":"x\u0000"}]}', "/a/0/b~1c"),
        (rb'{"a\u0000":1}', "/a\x00"),
        (b'{"a":[' + b",".join([b"1"] * (MOST_PARTS + 1)) + b"]}", "/a"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(MOST_PARTS + 1)) + b"}", ""),
        (b'[{"a":[{"b":1,"b":2}]}]', "/b"),
        (b'[{"a":1},{"c":":"},{"b" :1,"b":2}]', "/b"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(body: bytes, pointer: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_json(body)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


@pytest.mark.parametrize(
    "body",
    [rb'{"a":"\\u0000"}', b"[" + b",".join([b"1"] * MOST_PARTS) + b"]", b'"text"', b'[{"a":[{"b":1}]},{"b":2}]'],
)
def test_what_only_looks_wrong_is_read(body: bytes) -> None:
    assert read_json(body) == json.loads(body)
