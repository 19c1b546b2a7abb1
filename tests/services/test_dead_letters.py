"""What is kept of a message that could not be taken: nothing that is in it raises, and nothing personal stays."""

from __future__ import annotations

from uuid import UUID

import orjson
import pytest

from services.intake.deadletters import again, known_by, row, without_personal
from services.intake.raw import Binding, Raw

PHONE = "13812345678"


@pytest.mark.parametrize("depth", [33, 254, 300, 600, 1_000, 1_025, 100_000])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nested_however_deep(depth: int, opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    kept = without_personal(opening * depth + b'"%s"' % PHONE.encode() + closing * depth)
    assert PHONE.encode() not in kept
    assert kept.count(opening) == depth


def test_what_it_is_known_by_stays_and_all_else_is_masked() -> None:
    document = {"external_id": PHONE, "summary": PHONE, PHONE: 1}
    headers = [(name, PHONE.encode()) for name in ("ce_id", "CE_Subject", "X-Caller")]
    kept = row("concord.signals", "malformed", "", Raw(orjson.dumps(document), headers))
    assert PHONE in orjson.loads(kept["message"]).values()
    assert kept["message"].count(PHONE.encode()) == 1
    assert {name for name, value in kept["headers"].obj if value == PHONE} == {"ce_id", "CE_Subject"}


def kept(raw: Raw) -> Raw:
    """The message that a letter gives back, from the columns that it has."""
    made = row("http", "malformed", "", raw)
    return again((7, made["binding"], made["headers"].obj, made["key"], made["message"], made["sender"])).raw


def test_E_22_what_came_is_given_back_whole() -> None:
    headers = [("ce-id", b"1"), ("ce-x", b"\xff\xfe"), ("y", b"a\x00b"), ("z", None), ("ce-id", b"again")]
    raw = Raw(b"\xff not JSON", headers, b"key", Binding.HTTP, UUID(int=5))
    assert kept(raw) == raw


@pytest.mark.parametrize(
    "other",
    [
        Raw(b"{}", [("ce_id", b"2")], b"k"),
        Raw(b"{}", [("ce_id", b"1"), ("ce_source", b"urn:b")], b"k"),
        Raw(b"{}", [("ce_id", b"1")], b"k2"),
        Raw(b"[]", [("ce_id", b"1")], b"k"),
        Raw(b"{}", [("ce_id", b"1")], b"k", Binding.HTTP),
        Raw(b"{}", [("ce_id", b"1")], b"k", sender=UUID(int=5)),
    ],
    ids=["id", "source", "key", "body", "binding", "sender"],
)
def test_E_22_E_68_what_differs_in_anything_is_a_letter_of_its_own(other: Raw) -> None:
    first = row("t", "malformed", "", Raw(b"{}", [("ce_id", b"1")], b"k"))
    assert row("t", "other", "why", Raw(b"{}", [("ce_id", b"1")], b"k"))["fingerprint"] == first["fingerprint"]
    assert row("t", "malformed", "", other)["fingerprint"] != first["fingerprint"]


@pytest.mark.parametrize("header", ["ce-time", "ce_time", "CE-Time"])
def test_a_moment_among_the_headers_is_no_telephone(header: str) -> None:
    moment = "2026-11-27T14:50:02.452082+00:00"
    assert known_by(header, moment) == moment
    assert known_by("x-note", "13800138000") != "13800138000"
