"""The HTTP application: its routes, its life, and what every request is surrounded by."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import longlived
from services.api import (
    acts,
    board,
    documents,
    feed,
    health,
    national,
    national_decisions,
    problems,
    refusals,
    signals,
    streams,
    terms,
)
from services.api.context import Context
from services.api.openapi import describe
from services.api.queries import strict
from services.casework.pack import DEFAULT_PACK, load_pack
from services.decisions import Clock, Decisions, now
from services.observed import logs, metrics, trace
from services.reactions.apply_what_waited_for_a_report import apply_what_waited_for_a_report
from services.register.append import Appender
from services.settings import Settings
from services.vault import KeyFile
from services.web import national as national_pages
from services.web import pages
from services.web.stories import stories

_log = structlog.get_logger()
_requests = logging.getLogger(__name__)

BASE = "/api/v1"
POOL_TIMEOUT = 2.0
"""Seconds that a request waits for a connection before it is told to come again."""


def create_app(settings: Settings, conninfo: str, clock: Clock = now) -> FastAPI:
    """The application over a migrated database."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            conninfo,
            min_size=settings.pool_min,
            max_size=settings.pool_max,
            timeout=POOL_TIMEOUT,
            kwargs={"autocommit": True, "options": f"-c statement_timeout={settings.statement_timeout_ms}"},
            open=False,
        )
        pack = load_pack(settings.pack or DEFAULT_PACK)
        keys = KeyFile.at(settings.key_file or settings.data_dir / "key")
        async with pool, Appender(conninfo) as appender:
            follow_ups = (apply_what_waited_for_a_report,)
            decisions = Decisions(pool, appender, keys, pack, settings.place, clock, follow_ups)
            app.state.context = Context(settings, pool, decisions)
            app.state.stories = stories(settings)
            longlived.settle()
            _log.info("api ready", pack=pack.name)
            yield
            _log.info("api stopping")

    app = FastAPI(
        title="Concord 和谐",
        version="0.1.0",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=_operation_id,
    )
    problems.install(app)
    refusals.add(app)
    app.router.routes.insert(0, streams.DECIDING)
    # lists that mean something of their own (`/units`, `/signals`) before the rest
    first = (documents.router, board.router, acts.router, signals.router, feed.router, terms.router)
    for router in (*first, national.router, national_decisions.router, streams.router):
        app.include_router(router, prefix=BASE, dependencies=[Depends(strict)])
    app.include_router(health.router, dependencies=[Depends(strict)])
    app.include_router(pages.router)
    app.include_router(national_pages.router)
    describe(app)
    app.add_middleware(Observed)
    return app


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}".replace("_", "-") if route.tags else route.name


class Observed:
    """Around every request: its trace (W3C), its ids in the log lines, its seconds in the metrics, safe headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name: value for name, value in scope["headers"] if name == b"traceparent"}
        caller = trace.read_traceparent(headers.get(b"traceparent", b"").decode("latin-1") or None)
        here = trace.child(caller) if caller else trace.new_trace()
        begun, status = time.perf_counter(), 500
        request_id = secrets.token_hex(8)

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"traceparent", here.traceparent.encode()),
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
                ]
            await send(message)

        logs.bind(request_id=request_id, correlation_id=here.correlation_id)
        try:
            await self.app(scope, receive, sent)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            seconds = time.perf_counter() - begun
            metrics.HTTP_SECONDS.labels(route, scope["method"], str(status)).observe(seconds)
            if _requests.isEnabledFor(logging.DEBUG):
                _log.debug("request", route=route, method=scope["method"], status=status, ms=round(seconds * 1000, 2))
