"""Messages that cannot be taken, of every class that is known to break readers: made from a good one.

Each has bytes of its own by its `mark`, except the constants; the class is that of the dead letter it ends as.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from deploy.bench.broker import Record

DEEP, DEEPER = 100_000, 40_000
"""Levels of arrays and of objects: what is longer than a message may be is refused before it is looked at."""

LONG: Final = 300_000
RARE: Final = 50
"""Of the kinds that are hundreds of kilobytes long, one comes where of the others fifty do."""

Spoil = Callable[[Record, bytes], Record]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to be unreadable or unlawful: the class of its letter, and how a good message is spoilt."""

    letter: str
    spoil: Spoil
    rare: bool = False
    constant: bool = False


def _value(made: Callable[[bytes, bytes], bytes | None]) -> Spoil:
    return lambda good, mark: replace(good, value=made(good.value or b"", mark))


def _with(value: bytes) -> Spoil:
    """The good message with one more member, the mark within."""
    return lambda good, mark: replace(good, value=(good.value or b"")[:-1] + b"," + value.replace(b"MARK", mark) + b"}")


def _swap(old: bytes, new: bytes) -> Spoil:
    """The good message with one member's value changed."""
    return lambda good, _: replace(good, value=(good.value or b"").replace(old, new))


def _header(name: str, value: bytes) -> Spoil:
    """The good message with one header given, in the place of what it was."""
    return lambda good, _: replace(good, headers=[*_without(good, name), (name, value)])


def _without(good: Record, name: str) -> list[tuple[str, bytes]]:
    return [(known, given) for known, given in good.headers if known != name]


def _headers(made: Callable[[Sequence[tuple[str, bytes]]], list[tuple[str, bytes]]]) -> Spoil:
    return lambda good, _: replace(good, headers=made(good.headers))


KINDS: Final[Mapping[str, Kind]] = {
    "empty": Kind("not-json", _value(lambda *_: b""), constant=True),
    "null value": Kind("not-json", _value(lambda *_: None), constant=True),
    "array": Kind("malformed", _value(lambda *_: b"[]"), constant=True),
    "object": Kind("malformed", _value(lambda *_: b"{}"), constant=True),
    "null": Kind("malformed", _value(lambda *_: b"null"), constant=True),
    "text": Kind("malformed", _value(lambda _, mark: b'"' + mark + b'"')),
    "number": Kind("malformed", _value(lambda _, mark: b"1" + mark)),
    "bad UTF-8": Kind("not-json", _value(lambda _, mark: b'{"a":"\xff\xfe' + mark + b'"}')),
    "overlong UTF-8": Kind("not-json", _value(lambda _, mark: b'{"a":"\xc0\xaf' + mark + b'"}')),
    "byte order mark": Kind("not-json", _value(lambda _, mark: b"\xef\xbb\xbf{" + b" " * int(mark) + b"}")),
    "torn": Kind("not-json", _value(lambda good, mark: good[: -1 - int(mark) % 7] + mark)),
    "trailing": Kind("not-json", _value(lambda good, mark: good + mark)),
    "lone surrogate": Kind("not-json", _with(rb'"summary":"\ud800 MARK"')),
    "NaN": Kind("not-json", _with(b'"people":NaN,"status":"MARK"')),
    "Infinity": Kind("not-json", _with(b'"people":-Infinity,"status":"MARK"')),
    "duplicate key": Kind("malformed", _with(b'"severity":3,"status":"MARK"')),
    "NUL": Kind("malformed", _with(rb'"status":"x\u0000MARK"')),
    "NUL in a key": Kind("malformed", _with(rb'"x\u0000MARK":1')),
    "5,000 digits": Kind("not-json", _with(b'"people":' + b"9" * 5_000 + b"MARK")),
    "40 digits": Kind("malformed", _with(b'"people":' + b"9" * 40 + b"MARK")),
    "negative": Kind("malformed", _with(b'"people":-1MARK')),
    "fraction": Kind("malformed", _with(b'"people":1.5,"status":"MARK"')),
    "text for a number": Kind("malformed", _with(b'"people":"MARK"')),
    "true for a number": Kind("malformed", _with(b'"people":true,"status":"MARK"')),
    "unknown field": Kind("malformed", _with(b'"unknown":"MARK"')),
    "personal data": Kind("malformed", _with('"unknown":"电话13800138000，MARK"'.encode())),
    "unknown category": Kind("malformed", _swap(b'"wage_arrears"', b'"nonsense"')),
    "no such day": Kind("malformed", _swap(b'"occurred_on":"20', b'"occurred_on":"20x')),
    "deep arrays": Kind("not-json", _value(lambda _, mark: b"[" * DEEP + mark + b"]" * DEEP), rare=True),
    "deep objects": Kind("not-json", _value(lambda _, mark: b'{"a":' * DEEPER + mark + b"}" * DEEPER), rare=True),
    "too long": Kind("too-large", _with(b'"summary":"MARK' + b"x" * LONG + b'"'), rare=True),
    "no id": Kind("malformed", _headers(lambda given: [one for one in given if one[0] != "ce_id"])),
    "empty id": Kind("malformed", _header("ce_id", b"")),
    "id with NUL": Kind("malformed", _header("ce_id", b"a\x00b")),
    "id too long": Kind("malformed", _header("ce_id", b"x" * 301)),
    "bad UTF-8 in a header": Kind("malformed", _header("ce_source", b"\xff\xfe")),
    "doubled header": Kind("malformed", _headers(lambda given: [*given, ("ce_id", b"twice")])),
    "doubled in capitals": Kind("malformed", _headers(lambda given: [*given, ("CE_ID", b"twice")])),
    "no headers": Kind("malformed", _headers(lambda _: [])),
    "another version": Kind("malformed", _header("ce_specversion", b"2.0")),
    "unknown type": Kind("malformed", _header("ce_type", b"concord.signal.unknown.v1")),
    "time without offset": Kind("malformed", _header("ce_time", b"2024-03-01T08:00:00")),
    "no time": Kind("malformed", _header("ce_time", b"yesterday")),
    "not JSON by its type": Kind("unsupported-media-type", _header("content-type", b"text/plain")),
    "unregistered source": Kind("refused", _header("ce_source", b"urn:nobody")),
    "reported in the future": Kind("refused", _swap(b'"reported_on":"20', b'"reported_on":"21')),
}  # fmt: skip
"""Every kind by its name."""

COMMON = [name for name, kind in KINDS.items() if not kind.rare]
SELDOM = [name for name, kind in KINDS.items() if kind.rare]


def kind_of(number: int) -> str:
    """The name of the kind that comes in that place."""
    turn, place = divmod(number, len(COMMON) + 1)
    if place < len(COMMON):
        return COMMON[place]
    return SELDOM[turn % len(SELDOM)] if turn % (RARE // len(SELDOM)) == 0 else COMMON[turn % len(COMMON)]


def poison(number: int, good: Record) -> Record:
    """A good message spoilt, in the way whose turn it is."""
    return KINDS[kind_of(number)].spoil(good, str(number).encode())
