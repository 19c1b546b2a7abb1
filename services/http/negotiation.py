"""What a reader takes, and what it holds already (RFC 9110, 12.5.1, 13.1.1, 13.1.2), judged by the answer itself.

Only reading is judged: an act that has happened is answered as it is, whatever its caller takes.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.http.problems import problem

_MEDIA_RANGE: Final = re.compile(r"\s*([^\s/;,]+)/([^\s/;,]+)\s*((?:;[^,]*)?)")
_QUALITY: Final = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_ENTITY_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
_WHOLE_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')

_OF_A_BODY: Final = ("content-type", "content-length", "content-disposition")


class Negotiated:
    """A read whose answer the reader does not take is 406; one that it has already, by its entity tag, is 304; one that
    is not what it asks for by a tag is 412.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        accept, held = ", ".join(asked.getlist("accept")), ", ".join(asked.getlist("if-none-match"))
        meant = ", ".join(asked.getlist("if-match"))
        answered = False

        async def sent(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(raw=message["headers"])
                media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
                if meant and not is_meant(meant, headers.get("etag")):
                    answered = True
                    await problem(412, "precondition-failed", "已不是该版本", detail_en="it is another version")(
                        scope, receive, send
                    )
                elif media_type and not accepts(accept, media_type):
                    answered = True
                    await _not_acceptable(media_type)(scope, receive, send)
                elif is_held(held, headers.get("etag")):
                    answered = True
                    for name in _OF_A_BODY:
                        del headers[name]
                    await send({**message, "status": 304, "headers": headers.raw})
                    await send({"type": "http.response.body", "body": b""})
            if not answered:
                await send(message)

        await self.app(scope, receive, sent)


def accepts(accept: str, media_type: str) -> bool:
    """Whether a reader takes a media type."""
    return weight(accept, media_type)[0] > 0


def weight(accept: str, media_type: str) -> tuple[float, bool]:
    """How much a reader likes a media type, from 0 to 1, by the most specific range that means it, and whether that is
    the type itself. What names no range takes all.
    """
    ranges = list(_MEDIA_RANGE.finditer(accept.lower()))
    quality, most = (0.0 if ranges else 1.0), 0
    for found in ranges:
        kind, subtype = found[1], found[2]
        specific = {media_type: 3, f"{media_type.partition('/')[0]}/*": 2, "*/*": 1}.get(f"{kind}/{subtype}", 0)
        if specific > most:
            given = _QUALITY.search(found[3])
            quality, most = float(given[1]) if given else 1.0, specific
    return quality, most == 3


def is_meant(if_match: str, etag: str | None) -> bool:
    """Whether what carries this tag is what is asked for; tags are compared strongly."""
    if if_match.strip() == "*":
        return True
    return etag is not None and not etag.startswith("W/") and etag in _WHOLE_TAG.findall(if_match)


def is_held(if_none_match: str, etag: str | None) -> bool:
    """Whether a reader has what carries this tag; tags are compared weakly."""
    if etag is None or not if_none_match:
        return False
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in _ENTITY_TAG.findall(if_none_match)


def _not_acceptable(media_type: str) -> ASGIApp:
    zh, en = f"此处只有{media_type}", f"there is only {media_type} here"
    return problem(406, "not-acceptable", zh, detail_en=en)
