"""CloudEvents 1.0 in Kafka: binary mode (attributes in `ce_…` headers) and structured mode, read strictly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from services.documents import MAX_BODY, TooLarge, read_json
from services.errors import Malformed, Problem
from services.intake.message import Message, read_message, structured

STRUCTURED = "application/cloudevents+json"
BINARY = "application/json"

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message: its bytes and headers as they came, and what it was read as, or why it cannot be read.

    `letter` is the number of the dead letter from which it is taken again.
    """

    value: bytes
    headers: Headers
    read: Message | Malformed
    key: bytes | None = None
    letter: int | None = None


def incoming(value: bytes | None, headers: Headers, key: bytes | None = None) -> Incoming:
    """A record as it came; nothing that is in it raises."""
    body = value or b""
    try:
        return Incoming(body, headers, _read(body, headers), key)
    except Malformed as error:
        return Incoming(body, headers, error, key)


def again(letter: int, raw: bytes) -> Incoming:
    """A dead letter, to be taken again as it came."""
    try:
        return Incoming(raw, (), structured(read_json(raw), raw), letter=letter)
    except Malformed as error:
        return Incoming(raw, (), error, letter=letter)


def shown(headers: Headers) -> dict[str, str]:
    """Headers as texts for a person: the last of a name, bytes that are no UTF-8 escaped; never `sender`, which
    is a token's alone.
    """
    return {name: (value or b"").decode("utf-8", "backslashreplace") for name, value in headers if name != "sender"}


def _read(body: bytes, headers: Headers) -> Message:
    """Raises Malformed."""
    if len(body) > MAX_BODY:
        raise TooLarge([Problem("", f"消息超过{MAX_BODY}字节", f"the message is longer than {MAX_BODY} bytes")])
    given = _texts(headers)
    media_type = given.get("content-type", "").partition(";")[0].strip().lower()
    document = read_json(body)
    if media_type == STRUCTURED or (media_type in ("", BINARY) and "ce_id" not in given):
        return structured(document, body)
    if media_type not in ("", BINARY):
        raise Malformed([Problem("/content-type", f"应为{BINARY}", f"must be {BINARY}")])
    attributes = {name.removeprefix("ce_"): value for name, value in given.items() if name.startswith("ce_")}
    return read_message(attributes, document, orjson.dumps({**attributes, "data": document}))


def _texts(headers: Headers) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in headers:
        low = name.lower()
        if not (low.startswith("ce_") or low == "content-type"):
            continue
        if low in texts:
            raise Malformed([Problem(f"/{low}", "此消息头给了两次", "the header is given twice")])
        try:
            texts[low] = (value or b"").decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed([Problem(f"/{low}", "不是合法的UTF-8", "is not UTF-8")]) from error
    return texts
