"""Errors as RFC 9457 documents: a stable `code`, Chinese and English titles, pointers, rule and clause."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg import OperationalError
from psycopg.errors import UndefinedTable
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from events.registry import UnknownTypeError
from services.entry_documents import entry_document, refusal_document
from services.errors import (
    ClockAhead,
    ConcordError,
    Destroyed,
    Malformed,
    OtherKind,
    Problem,
    Refused,
    Stale,
    TimeMoved,
    TooManyRequests,
    Unavailable,
)
from services.http.queries import problems_of_query
from services.observability import metrics

_log = structlog.get_logger()

TITLES: dict[str, tuple[str, str]] = {
    "refused": ("依规不能办理", "Refused by the rules"),
    "stale": ("所依据的内容已有变化", "What this rests on has changed"),
    "other-kind": ("该编号已属于另一类记录", "This id belongs to another kind of record"),
    "clock-back": ("时钟不得回拨", "The clock only goes forward"),
    "clock-ahead": ("时钟超前，请校准后重试", "A clock is ahead; set it right and try again"),
    "judge-again": ("日期已变，请重试", "The day has changed; try again"),
    "idempotency-key-reused": ("幂等键已用于其他请求", "The idempotency key was used for another request"),
    "idempotency-key-required": ("缺少幂等键（Idempotency-Key）", "An Idempotency-Key is required"),
    "precondition-required": ("缺少所依据的版本（If-Match）", "If-Match with the stream's version is required"),
    "malformed": ("内容不符合要求", "What was sent does not fit"),
    "not-json": ("不是合法的JSON", "Not JSON"),
    "not-acceptable": ("没有所要的媒体类型", "Not available in a media type that is accepted"),
    "too-large": ("内容过大", "Too large"),
    "unsupported-media-type": ("不支持的媒体类型", "Media type not taken"),
    "conflict": ("同一来源和编号此前有不同内容", "The same source and id came before with other content"),
    "early": ("所涉信号尚未收到", "The report that this is about has not come yet"),
    "seal-broken": ("密封内容不符", "A seal does not fit"),
    "not-found": ("不存在", "Not found"),
    "forbidden": ("无权访问", "Not allowed"),
    "foreign-form": ("表单不是由本站页面提交", "Not a form of these pages"),
    "insecure": ("须通过HTTPS登录", "Sign in over HTTPS"),
    "unauthorised": ("须提供有效的访问令牌", "A valid bearer token is required"),
    "unavailable": ("暂时不可用，请稍后重试", "Not available now; try again"),
    "unreadable": ("含有较新版本程序的记录", "Entries of a newer program"),
    "destroyed": ("保管期满，已依证明销毁", "Kept for its time, and destroyed under a certificate"),
    "erased": ("个人信息已删除", "The personal data was erased"),
    "precondition-failed": ("If-Match与现有版本不符", "If-Match names no version that is there"),
    "timeout": ("请求超时", "The request took too long"),
    "too-many-requests": ("请求过于频繁，请稍后重试", "Too many requests; try again later"),
    "method-not-allowed": ("不支持的方法", "Method not allowed"),
    "expectation-failed": ("不支持该Expect", "An expectation that is not met here"),
    "codes-handed-out": ("调查码已经发放", "The codes were handed out before"),
    "letter-not-over": ("该函件尚未结束", "The letter is not over"),
    "not-believed": ("身份认证没有完成", "The provider's word is not taken"),
    "not-implemented": ("不支持", "Not implemented"),
    "http-version-not-supported": ("不支持的HTTP版本", "HTTP version not supported"),
    "template-refused": ("模板不可用", "The template is not taken"),
    "unreadable-file": ("文件无法读取", "The file cannot be read"),
    "error": ("内部错误", "Internal error"),
}
MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, *, detail_en: str, **more: Any) -> Response:
    """A problem document; `detail` is Chinese."""
    zh, en = TITLES.get(code, TITLES["error"])
    document = {"type": f"urn:concord:problem:{code}", "title": zh, "title_en": en, "status": status, "code": code}
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in more:
        headers["Retry-After"] = str(more.pop("retry_after"))
    return Response(
        _fitted({**document, "detail": detail, "detail_en": detail_en, **more}), status, headers, MEDIA_TYPE
    )


LONGEST_PROBLEM = 64 * 1024
"""Bytes of a problem document at most; its lists are cut, and `left_out` says how many items of each."""

_LONGEST_TEXT = 1_000
_MOST_ITEMS = 50


def _fitted(document: dict[str, Any]) -> bytes:
    """The document as JSON, its texts and lists cut to a size that anybody can read."""
    items = {name: len(value) for name, value in document.items() if isinstance(value, list)}
    shown = {name: _cut(value) for name, value in document.items()}
    most = _MOST_ITEMS
    while True:
        cut = {name: value[:most] if name in items else value for name, value in shown.items()}
        left_out = {name: number - most for name, number in items.items() if number > most}
        body = orjson.dumps({**cut, "left_out": left_out} if left_out else cut, default=str)
        if len(body) <= LONGEST_PROBLEM or not most:
            return body
        most //= 2


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]}…"
    if isinstance(value, dict):
        return {_cut(key): _cut(part) for key, part in list(value.items())[:_MOST_ITEMS]}
    if isinstance(value, tuple | list):
        return [_cut(part) for part in value[:_MOST_ITEMS]]
    return value


def too_many(seconds: float) -> Response:
    """429, with the seconds to wait."""
    after = max(1, math.ceil(seconds))
    zh, en = f"请于{after}秒后重试", f"try again after {after} s"
    return problem(429, "too-many-requests", zh, detail_en=en, retry_after=after)


def answer(error: ConcordError) -> Response:
    """The problem document of an error of the family."""
    match error:
        case Refused():
            for refusal in error.refusals:
                metrics.REFUSALS.labels(refusal.rule).inc()
            first = error.refusals[0]
            return problem(
                error.status,
                error.code,
                first.zh,
                detail_en=first.en,
                rule=first.rule,
                clause=first.clause,
                needs={"zh": first.needs_zh, "en": first.needs_en},
                pointer=first.pointer,
                refusals=[refusal_document(refusal) for refusal in error.refusals],
            )
        case Stale():
            return problem(
                error.status,
                error.code,
                f"记录已从第{error.expected}版变为第{error.current}版，请阅读新增内容后重新决定",
                detail_en=str(error),
                stream=str(error.stream),
                expected=error.expected,
                current=error.current,
                since=[entry_document(entry) for entry in error.since[:_MOST_ITEMS]],
                more_since=max(len(error.since) - _MOST_ITEMS, 0) or None,
            )
        case Malformed():
            errors = [{"pointer": p.pointer, "zh": p.zh, "en": p.en} for p in error.problems]
            first_problem = error.problems[0]
            return problem(error.status, error.code, first_problem.zh, detail_en=first_problem.en, errors=errors)
        case Destroyed():
            certificate = {"stream": error.stream, "version": error.version, "on": error.day, "line": error.line}
            return problem(error.status, error.code, error.zh, detail_en=str(error), certificate=certificate)
        case OtherKind():
            told = {"stream": error.stream, "kind": error.kind, "given": error.given}
            return problem(error.status, error.code, error.zh, detail_en=str(error), **told)
        case TooManyRequests():
            return too_many(error.seconds)
        case ClockAhead() | TimeMoved():
            return problem(error.status, error.code, error.zh, detail_en=str(error), retry_after=error.retry_after)
        case Unavailable():
            return problem(
                error.status, error.code, f"{error.what} 暂不可用", detail_en=str(error), retry_after=error.retry_after
            )
    return problem(error.status, error.code, error.zh or TITLES[error.code][0], detail_en=str(error))


async def _on_error(_request: Request, error: Exception) -> Response:
    return (
        answer(error)
        if isinstance(error, ConcordError)
        else problem(500, "error", "系统内部错误", detail_en="an error of this program")
    )


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return _other_method(request)
    if request.method == "OPTIONS" and request.scope["path"] == "*":  # of the server itself (RFC 9110, 9.3.7)
        return Response(status_code=204, headers={"Allow": "GET, HEAD, POST, PUT, OPTIONS"})
    code = {404: "not-found", 401: "unauthorised", 403: "forbidden"}.get(status, "malformed")
    return problem(status, code, TITLES[code][0], detail_en=str(getattr(error, "detail", "")))


def _other_method(request: Request) -> Response:
    """405 with every method that the path takes, whichever of its routes does (RFC 9110, 15.5.6); 204 for OPTIONS."""
    routes = request.app.router.routes
    taken = [
        method
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    taken = taken or ["GET"]  # what is mounted serves files
    allow = ", ".join([*(["GET", "HEAD", *taken[1:]] if taken[:1] == ["GET"] else taken), "OPTIONS"])
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": allow})
    zh, en = f"此处可用：{allow}", f"taken here: {allow}"
    answer = problem(405, "method-not-allowed", zh, detail_en=en)
    answer.headers["Allow"] = allow
    return answer


async def _on_disconnect(_request: Request, _error: Exception) -> Response:
    """Whoever sent the request is gone, or was let go; nobody reads this."""
    return problem(408, "timeout", "请求未发完", detail_en="the request was not sent to its end")


async def _on_away(_request: Request, error: Exception) -> Response:
    """The database is away, or no connection to it is free (PoolTimeout is one of these errors)."""
    _log.warning("database unavailable", error=type(error).__name__, why=str(error).partition("\n")[0])
    return answer(Unavailable("database"))


async def _on_missing(_request: Request, error: Exception) -> Response:
    """A table is not there: no projector of this register makes it, or none has begun."""
    _log.warning("no such projection", error=str(error).partition("\n")[0])
    return answer(Unavailable("the projections (concord serve projector makes them)"))


async def _on_newer(_request: Request, error: Exception) -> Response:
    """A stream holds an entry of a newer program: it can be listed here, and neither folded nor decided on."""
    return answer(Unavailable(f"a state (it holds entries of a newer program: {error})"))


async def _on_request(_request: Request, error: Exception) -> Response:
    """A query that does not fit its route's model."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    odd = [Problem("", "请求的参数不符合要求", "a parameter of the request does not fit")]
    return answer(Malformed(problems_of_query(found) or odd))


async def _on_crash(request: Request, error: Exception) -> Response:
    _log.error("request failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    return problem(500, "error", "系统内部错误，已记录", detail_en="an error of this program; it was logged")


Page = Callable[[Request, Mapping[str, Any]], Response]
"""Makes a page of a problem document."""

_Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI, page: Page) -> None:
    """Answer every error of the application with a problem document, or a page where a browser asks; never a stack
    trace.
    """
    handlers: tuple[tuple[type[Exception], _Handler], ...] = (
        (ConcordError, _on_error),
        (HTTPException, _on_http),
        (ClientDisconnect, _on_disconnect),
        (OperationalError, _on_away),
        (UndefinedTable, _on_missing),
        (UnknownTypeError, _on_newer),
        (RequestValidationError, _on_request),
        (Exception, _on_crash),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, negotiated(handler, page))


def negotiated(handler: _Handler, page: Page) -> _Handler:
    """The handler, with a page in place of its problem document where a browser asks."""

    async def handled(request: Request, error: Exception) -> Response:
        response = await handler(request, error)
        accepted = request.headers.get("accept", "")
        if "text/html" not in accepted or "json" in accepted or response.media_type != MEDIA_TYPE:
            return response
        shown = page(request, orjson.loads(bytes(response.body)))
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in response.headers:
                shown.headers[name] = response.headers[name]
        shown.headers["Vary"] = "Accept"
        return shown

    return handled
