"""The nation over its provinces, read over HTTP: the cross-check, the provinces side by side, cross-inspections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from psycopg import AsyncConnection
from psycopg.errors import UndefinedTable

from events.places import PLACES
from events.words import Level
from projections.crosscheck.queries import Filter, findings, holding
from projections.crosscheck.questions import Kind
from projections.league.queries import provinces
from services.api import queries as ask
from services.api.answers import json_response, whole_number
from services.api.context import account, context
from services.api.national_decisions import at_the_nation
from services.errors import Malformed, Problem, Unavailable
from services.nation.cross_inspections import Inspection, inspections

router = APIRouter(prefix="/national", tags=["national"])

MOST_DAYS = 36_500
MOST_ROUNDS = 100


@asynccontextmanager
async def national_board(request: Request) -> AsyncIterator[AsyncConnection[Any]]:
    """A connection to ask the national projections over. Raises Unavailable where there are none yet."""
    async with context(request).pool.connection() as conn:
        try:
            yield conn
        except UndefinedTable as error:
            raise Unavailable("the national board (concord serve projector --national makes it)") from error


def crosscheck_filter(request: Request) -> Filter:
    """Which findings a query asks for: kind, province, older_than (days; of silence hours)."""
    kind = ask.word(request, "kind", Kind)
    province = ask.place(request, "province")
    if province is not None and PLACES[province].level is not Level.PROVINCE:
        raise Malformed([Problem("?province", "应为省级行政区划代码", "the code of a province")])
    older = whole_number(request, "older_than", None, 0, MOST_DAYS)
    return Filter(Kind(kind) if kind else None, province, older)


@router.get("/cross-check")
async def cross_check(request: Request) -> Response:
    """What the nation should look at, the oldest of each kind first, each with its evidence."""
    at_the_nation(request)
    await account(request)
    wanted, limit = crosscheck_filter(request), whole_number(request, "limit", 50, 1, 500) or 50
    now = context(request).decisions.clock()
    async with national_board(request) as conn:
        page = await findings(conn, wanted, now, ask.text(request, "after", 1_000), limit)
        as_of = await holding(conn)
    headers = {}
    if page.next:
        headers["Link"] = f'<{request.url.include_query_params(after=page.next)}>; rel="next"'
    rows = [asdict(row) for row in page.rows]
    return json_response({"findings": rows, "next": page.next, "as_of": as_of}, headers=headers)


@router.get("/provinces")
async def side_by_side(request: Request) -> Response:
    """Every province that belongs: how far it is seen, what it holds, how fast it handles, what it missed."""
    at_the_nation(request)
    await account(request)
    now = context(request).decisions.clock()
    async with national_board(request) as conn:
        found = await provinces(conn, now)
    return json_response({"provinces": [one.document(now) for one in found], "now": now})


@router.get("/cross-inspections")
async def cross_inspections(request: Request) -> Response:
    """Cross-inspections, the latest first: plan, draw, findings, and what is still to be reported."""
    at_the_nation(request)
    await account(request)
    limit = whole_number(request, "limit", 20, 1, MOST_ROUNDS) or 20
    async with context(request).pool.connection() as conn:
        page = await inspections(conn, ask.text(request, "after", 1_000), limit)
    return json_response({"inspections": [_document(one) for one in page.rows], "next": page.next})


def _document(one: Inspection) -> dict[str, Any]:
    plan = one.plan
    return {
        "inspection": one.id,
        "round": plan.round,
        "planned_at": one.planned_at,
        "provinces": plan.provinces,
        "per_province": plan.per_province,
        "commitment": plan.commitment,
        "last": plan.last,
        "seed": one.seed,
        "assigned_at": one.assigned_at,
        "assignments": [
            {
                **assignment.model_dump(mode="json"),
                "waiting": [str(unit) for unit in one.waiting(assignment)],
            }
            for assignment in one.assignments
        ],
        "findings": [{"version": version, **event.model_dump(mode="json")} for version, event in one.findings],
    }
