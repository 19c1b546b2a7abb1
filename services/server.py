"""The HTTP application: its routes, its life, and what every request is surrounded by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from events.envelope import Event
from events.unit.signals import UnitSignalRecorded
from services import garbage_collection
from services.access.provider import Provider
from services.api import (
    acts,
    board,
    catalogue,
    coverage,
    cultivation,
    documents,
    feed,
    governance,
    health,
    inspection,
    ledgers,
    letters,
    national,
    national_decisions,
    outbox,
    persons,
    policy,
    public_lists,
    retention,
    sealed,
    signals,
    streams,
    surveys,
    year_papers,
)
from services.api.openapi import describe
from services.casework.pack import DEFAULT_PACK, load_pack
from services.decisions import Clock, Decisions, Reaction, now
from services.http import event_stream, problems, refusals
from services.http.context import Context
from services.http.middleware import HeadAsGet, Limited, Observed, Rates
from services.http.negotiation import Negotiated
from services.http.pool import request_pool
from services.http.routing import ByBeginning
from services.intake.batch import Judge
from services.intake.reception import Reception, connections
from services.reactions.apply_what_waited_for_a_report import apply_what_waited_for_a_report
from services.register.appender import Appender
from services.settings import Settings, paper_store
from services.states import States
from services.vault import KeyFile
from services.web import cases as case_pages
from services.web import decide as decide_pages
from services.web import (
    demonstration,
    desk,
    help_pages,
    live,
    objections,
    pages,
    passwords,
    people,
    provider_sign_in,
    public,
    publicity,
    sign_in,
)
from services.web import governance as governance_pages
from services.web import national as national_pages
from services.web import outbox as outbox_pages
from services.web import persons as person_pages
from services.web import reporting as reporting_pages
from services.web import signals as signal_pages
from services.web import streams as stream_pages
from services.web import survey as survey_pages
from services.web import tokens as token_pages
from services.web.render import problem_page

_log = structlog.get_logger()

_API = tuple(
    module.router
    for module in (
        # lists that mean something of their own (`/units`, `/signals`) before the rest
        documents, board, coverage, acts, signals, feed,
        cultivation, catalogue, policy, public_lists, retention, sealed, persons, inspection, ledgers, letters,
        year_papers, surveys, outbox, governance, national, national_decisions, streams, health,
    )
)  # fmt: skip
"""The routes for machines, in the order in which they are tried."""

_PAGES = tuple(
    page.router
    for page in (
        desk,
        public,
        publicity,
        objections,
        survey_pages,
        help_pages,
        live,
        pages,
        case_pages,
        signal_pages,
        reporting_pages,
        governance_pages,
        outbox_pages,
        sign_in,
        provider_sign_in,
        passwords,
        people,
        token_pages,
        person_pages,
        demonstration,
        national_pages,
        decide_pages,
        stream_pages,
    )
)
"""The pages, in the order in which their routes are tried."""


def create_app(settings: Settings, conninfo: str, clock: Clock = now) -> FastAPI:
    """The application over a migrated database."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        pool = request_pool(conninfo, settings)
        pack = load_pack(settings.pack or DEFAULT_PACK)
        keys = KeyFile.at(settings.key_file or settings.data_dir / "key")
        judge = Judge(pack, settings.place, signals.CHANNEL, clock)
        async with pool, Appender(conninfo) as appender:
            reception = Reception(connections(conninfo), judge)
            reception.pool.open()
            reactions: dict[type[Event], Reaction] = {
                UnitSignalRecorded: partial(apply_what_waited_for_a_report, reception)
            }
            states = States(pool, settings.place, pack, judge.states)
            decisions = Decisions(states, appender, keys, clock, reactions, paper_store(settings))
            failures, public = Rates(settings.failure_rate, least=20), Rates(settings.public_rate, least=30)
            app.state.context = Context(
                settings, pool, states, decisions, reception, failures, public, provider=_provider(settings)
            )
            app.state.head, app.state.callers = event_stream.Head(), event_stream.Callers()
            app.state.stories = demonstration.stories(settings)
            garbage_collection.settle()
            _log.info("api ready", pack=pack.name)
            yield
            reception.pool.close()
            _log.info("api stopping")

    app = FastAPI(
        title="Concord 和谐",
        version="0.1.0",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # traces and seconds are our own: nothing is asked of its providers at each request
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    problems.install(app, problem_page)
    refusals.add(app, problem_page)
    app.router.routes.append(streams.DECIDING)
    for router in (*_API, *_PAGES):
        app.router.routes += router.routes
    app.router.middleware_stack = ByBeginning(app.router)
    describe(app)
    # the last one added stands outermost
    app.add_middleware(Negotiated)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Limited, Rates(settings.token_rate), Rates(settings.address_rate))
    app.add_middleware(Observed)
    app.add_middleware(ProxyHeadersMiddleware, settings.trusted_proxies)
    return app


def _provider(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_client is None or settings.oidc_secret is None:
        return None
    secret = settings.oidc_secret.get_secret_value()
    return Provider(settings.oidc_issuer, settings.oidc_client, secret, settings.oidc_claim, settings.oidc_called)
