"""A message read, in whatever mode and by whatever binding it came: CloudEvents 1.0, strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

from services.errors import Malformed, Problem
from services.intake.media_type import Mode, content_mode
from services.intake.message import Message, read_message, structured
from services.intake.raw import Binding, Headers, Raw
from services.strict_json import MAX_BODY, TooLarge, UnsupportedMediaType, read_json


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message: as it came, and what it was read as, or why it cannot be read.

    `letter` is the number of the dead letter from which it is taken again.
    """

    raw: Raw
    read: Message | Malformed
    letter: int | None = None


def incoming(
    value: bytes | None,
    headers: Headers,
    key: bytes | None = None,
    *,
    binding: Binding = Binding.KAFKA,
    sender: UUID | None = None,
) -> Incoming:
    """A message as it came; nothing that is in it raises."""
    return read(Raw(value or b"", headers, key, binding, sender))


def read(raw: Raw, letter: int | None = None) -> Incoming:
    """As `incoming`, of a message that was kept, too."""
    try:
        return Incoming(raw, _read(raw), letter)
    except Malformed as error:
        return Incoming(raw, error, letter)


def mode_of(headers: Headers, binding: Binding) -> Mode | None:
    """The mode in which a message came; None where its headers do not say."""
    try:
        given = _texts(headers, binding)
        return content_mode(given.pop("content-type", ""), attributes=bool(given))
    except Malformed:
        return None


def _read(raw: Raw) -> Message:
    """Raises Malformed."""
    if len(raw.body) > MAX_BODY:
        raise TooLarge([Problem("", f"消息超过{MAX_BODY}字节", f"the message is longer than {MAX_BODY} bytes")])
    given = _texts(raw.headers, raw.binding)
    content_type = given.pop("content-type", "")
    mode = content_mode(content_type, attributes=bool(given))
    if mode is Mode.BATCH:
        zh, en = "一条消息一个CloudEvent，此处不接受批量模式", "one CloudEvent a message: batch mode is not taken here"
        raise UnsupportedMediaType([Problem("/content-type", zh, en)])
    document = read_json(raw.body)
    return structured(document) if mode is Mode.STRUCTURED else read_message(given, document)


def _texts(headers: Headers, binding: Binding) -> dict[str, str]:
    """The attributes in the headers by their names, and the content type. Raises Malformed."""
    texts: dict[str, str] = {}
    prefix = binding.prefix
    for header, value in headers:
        low = header.lower()
        if not (low.startswith(prefix) or low == "content-type"):
            continue
        name = low.removeprefix(prefix)
        if name in texts:
            raise Malformed([Problem(f"/{low}", "此消息头给了两次", "the header is given twice")])
        try:
            text = (value or b"").decode("utf-8")
            texts[name] = _unescaped(text) if binding is Binding.HTTP and name != "content-type" else text
        except UnicodeDecodeError as error:
            raise Malformed([Problem(f"/{low}", "不是合法的UTF-8", "is not UTF-8")]) from error
    return texts


def _unescaped(text: str) -> str:
    """An attribute's value of the HTTP binding (§3.1.3.2): quotes first, then per cent. Raises UnicodeDecodeError."""
    value = text.strip(" \t")
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return unquote(value, errors="strict")
