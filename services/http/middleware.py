"""What stands around every request, whatever its route: pure ASGI, nothing that waits."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.http.problems import too_many
from services.observability import logs, metrics, trace

_log = structlog.get_logger()
_requests = logging.getLogger(__name__)

_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
_NO_STORE = (b"cache-control", b"no-store")
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
)


class Observed:
    """Around every request: its trace (W3C), its ids in the log lines, its seconds in the metrics, safe headers. Its
    own id is that of its step in the trace.

    No answer is kept by a cache that does not say itself how (RFC 9111, 5.2.2.5).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        caller = trace.read_traceparent((header(scope, b"traceparent") or b"").decode("latin-1") or None)
        here = trace.child(caller) if caller else trace.new_trace()
        begun, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message["headers"]
                message["headers"] = [
                    *own,
                    (b"traceparent", here.traceparent.encode()),
                    (b"x-request-id", here.span_id.encode()),
                    *_SAFE,
                    *((_HTTPS_ONLY,) if scope["scheme"] == "https" else ()),
                    *(() if any(name == b"cache-control" for name, _ in own) else (_NO_STORE,)),
                ]
            await send(message)

        logs.bind(request_id=here.span_id, correlation_id=here.correlation_id)
        try:
            await self.app(scope, receive, sent)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            seconds = time.perf_counter() - begun
            metrics.HTTP_SECONDS.labels(route, scope["method"], str(status)).observe(seconds)
            if _requests.isEnabledFor(logging.DEBUG):
                _log.debug("request", route=route, method=scope["method"], status=status, ms=round(seconds * 1000, 2))


class HeadAsGet:
    """HEAD is answered as GET would be, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        ended = False

        async def without_body(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def received() -> Message:
            # a stream that goes on for ever is over for whoever asked for its head
            return {"type": "http.disconnect"} if ended else await receive()

        await self.app({**scope, "method": "GET"}, received, without_body)


@dataclass(slots=True)
class Rates:
    """So many a second from each, and twice as many at once, or `least`; remembers those it heard of last.

    0: no limit.
    """

    each_second: float
    least: float = 1.0
    most_remembered: int = 10_000
    _left: OrderedDict[object, tuple[float, float]] = field(default_factory=OrderedDict)

    def would_wait(self, who: object) -> float:
        """Seconds to wait before this one may come; nothing is counted."""
        if not self.each_second or who not in self._left:
            return 0.0
        left, since = self._left[who]
        left += (time.monotonic() - since) * self.each_second
        return 0.0 if left >= 1.0 else (1.0 - left) / self.each_second

    def wait(self, who: object, now: float | None = None) -> float:
        """Seconds to wait before this one may come; 0 where it may now, and then it is counted."""
        if not self.each_second:
            return 0.0
        moment, most = time.monotonic() if now is None else now, max(2 * self.each_second, self.least)
        left, since = self._left.pop(who, (most, moment))
        left = min(most, left + (moment - since) * self.each_second)
        allowed = left >= 1.0
        self._left[who] = (left - 1.0 if allowed else left, moment)
        if len(self._left) > self.most_remembered:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) / self.each_second


class Limited:
    """How often a token, and an address without one, may ask; more is answered with 429."""

    def __init__(self, app: ASGIApp, token: Rates, address: Rates) -> None:
        self.app, self.token, self.address = app, token, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "http":
            token = header(scope, b"authorization")
            seconds = self.token.wait(hash(token)) if token is not None else self.address.wait(address(scope))
            if seconds:
                await too_many(seconds)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def header(scope: Scope, wanted: bytes) -> bytes | None:
    """The first header of that name (in lower case)."""
    return next((value for name, value in scope["headers"] if name == wanted), None)


def address(scope: Scope) -> str:
    """Where a request comes from; behind a trusted proxy, where the proxy says."""
    client = scope.get("client")
    return client[0] if client else ""
