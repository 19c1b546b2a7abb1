"""The connection itself: whoever sends headers without end, or anything too slowly, is let go (RFC 9110, 15.5.9)."""

from __future__ import annotations

import re
from asyncio import TimerHandle
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.http.problems import problem
from services.settings import Settings
from services.strict_json import MAX_BATCH

_ONCE: Final = (b"authorization", b"idempotency-key", b"last-event-id")
"""Headers of which two would leave open which is meant, and that others on the way may choose otherwise."""

_LOOKED_AT: Final = frozenset((b"host", b"expect", b"transfer-encoding", *_ONCE))
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]{0,5})?")

_OTHER_VERSION: Final = (505, "http-version-not-supported", "只支持HTTP/1.1", "HTTP/1.1 and 1.0 are spoken here")


def limited(settings: Settings) -> type[HttpToolsProtocol]:
    """The protocol with the limits that are set."""

    class Limits(LimitedProtocol):
        header_seconds = settings.header_seconds
        body_seconds = settings.body_seconds
        message_bytes = max(settings.document_bytes, MAX_BATCH) + LimitedProtocol.header_bytes

    return Limits


class LimitedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with limits: bytes and seconds of headers, bytes and seconds of bodies, and seconds of a reader who
    takes nothing of what was written.
    """

    header_bytes: ClassVar[int] = 64 * 1024
    url_bytes: ClassVar[int] = 16 * 1024
    message_bytes: ClassVar[int] = MAX_BATCH
    header_seconds: ClassVar[float] = 10.0
    body_seconds: ClassVar[float] = 60.0

    _deadline: TimerHandle | None = None
    _stuck: TimerHandle | None = None
    _bytes = 0
    _in_headers = True
    _refused = False
    _offered = False

    def connection_made(self, transport: Any) -> None:
        """A new connection: its first request is waited for no longer than its headers may take."""
        super().connection_made(transport)
        self._within(self.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._within(None)
        if self._stuck is not None:
            self._stuck.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request."""
        if self._refused:
            return
        self._bytes += len(data)
        self._fed(data)
        if self._in_headers and len(self.url or b"") > self.url_bytes:
            self._refuse(414, "too-large", "网址过长", "the address is too long")
        elif self._bytes > (self.header_bytes if self._in_headers else self.message_bytes):
            status, en = (431, "the headers are too long") if self._in_headers else (413, "the request is too long")
            self._refuse(status, "too-large", "请求过长", en)
        elif self._bytes and self._deadline is None and not self._refused:  # a part of it is still to come
            self._within(self.header_seconds if self._in_headers else self.body_seconds)

    def _fed(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as offered:
            if self._refused:
                return
            self._not_upgraded(data[offered.args[0] :])
        except HttpParserError as error:
            if "HTTP version" in str(error):
                self._refuse(*_OTHER_VERSION)
            else:
                self.send_400_response("Invalid HTTP request received.")

    def _not_upgraded(self, rest: bytes) -> None:
        """Read the request as if no other protocol had been offered, as java.net.http offers h2c (RFC 9110, 7.8).

        The parser takes what follows such headers for the other protocol, so that the body of the request was lost.
        """
        headers = b"".join(b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade")
        version = self.parser.get_http_version().encode()
        head = b"%b %b HTTP/%b\r\n%b\r\n" % (self.parser.get_method(), self.url, version, headers)
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own
        self._offered = False
        self._fed(head + rest)

    def on_headers_complete(self) -> None:
        """The headers are over: the body may take longer."""
        if (refusal := self._wrong_with_headers()) is not None:
            self._refuse(*refusal)
            return
        if self.parser.should_upgrade():
            self._offered = True
            return
        self._in_headers = False
        self._within(None)
        super().on_headers_complete()

    def _wrong_with_headers(self) -> tuple[int, str, str, str] | None:
        """Status, code and words of what HTTP itself refuses (RFC 9110, 10.1.1; RFC 9112, 2.3, 3.2)."""
        if self.parser.get_http_version() not in ("1.0", "1.1"):
            return _OTHER_VERSION
        if self.parser.get_method() == b"CONNECT":
            return 501, "not-implemented", "不支持CONNECT", "this is no proxy"
        if len(self.url) > self.url_bytes:
            return 414, "too-large", "网址过长", "the address is too long"
        size, given = len(self.url), dict[bytes, list[bytes]]()
        for name, value in self.headers:
            size += len(name) + len(value)
            if name in _LOOKED_AT:
                given.setdefault(name, []).append(value)
        if size > self.header_bytes:
            return 431, "too-large", "请求头过长", "the headers are too long"
        hosts = given.get(b"host", [])
        if len(hosts) > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            return 400, "malformed", "须有且仅有一个Host", "one Host is needed, and no more"
        if hosts and _HOST.fullmatch(hosts[0]) is None:
            return 400, "malformed", "Host不是主机名", "Host is no host with a port (RFC 3986, 3.2.2)"
        if any(value.lower() != b"100-continue" for value in given.get(b"expect", ())):
            return 417, "expectation-failed", "不支持该Expect", "nothing but 100-continue is expected here"
        return self._wrong_with_framing(given)

    def _wrong_with_framing(self, given: Mapping[bytes, Sequence[bytes]]) -> tuple[int, str, str, str] | None:
        """What would leave open where the request ends, or what it says (RFC 9110, 5.3; RFC 9112, 6.1)."""
        sent = b",".join(given.get(b"transfer-encoding", ()))
        codings = [coding.strip().lower() for coding in sent.split(b",")] if sent else []
        if any(coding != b"chunked" for coding in codings):
            return 501, "not-implemented", "只支持chunked传输编码", "no transfer coding but chunked is known here"
        if len(codings) > 1 or (codings and self.parser.get_http_version() == "1.0"):
            return 400, "malformed", "传输编码不合要求", "chunked stands once, and in HTTP/1.1"
        for name in _ONCE:
            if len(given.get(name, ())) > 1:
                once = name.decode()
                return 400, "malformed", f"{once}只可出现一次", f"one {once}, and no more"
        return None

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is over; the next one's headers may begin."""
        if self._refused or self._offered:
            return
        self._within(None)
        self._in_headers, self._bytes = True, 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client does not take what it asked for."""
        super().pause_writing()
        self._stuck = self.loop.call_later(self.body_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It goes on."""
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        self._refuse(400, "malformed", "不是合法的HTTP请求", msg)

    def _within(self, seconds: float | None) -> None:
        """Let the client go after so long, unless something is heard before."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._too_slow) if seconds is not None else None

    def _too_slow(self) -> None:
        self._deadline = None
        self._refuse(408, "timeout", "请求未在规定时间内发完", "the request was not sent in time")

    def _refuse(self, status: int, code: str, zh: str, en: str) -> None:
        """Say why, where no answer is under way, and close."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._within(None)
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not answering:
            answer = problem(status, code, zh, detail_en=en)
            head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), b"connection: close"]
            head += [name + b": " + value for name, value in answer.raw_headers]
            self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
