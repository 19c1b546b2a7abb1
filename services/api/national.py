"""The nation over its provinces, read over HTTP: the cross-check, the provinces side by side and over their
different packs, papers, cross-inspections.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query as Parameters
from fastapi import Request, Response
from pydantic import Field

from events.governance.document import DocumentRecorded
from events.words import ComparableTitle
from projections.crosscheck.queries import findings, holding
from services.api import models
from services.casework.document.state import Paper
from services.casework.pack_comparable import ComparableSeverity
from services.http import readers
from services.http.answers import json_response, next_page
from services.http.context import context, reader
from services.http.filters import CrosscheckFilter
from services.http.nation import at_the_nation, national_board
from services.http.queries import Cursor, Digits, Limit, Query
from services.http.routing import api_router
from services.nation.comparison import comparison
from services.nation.cross_inspections import Inspection, inspections
from services.nation.league import league
from services.nation.papers import compared, recorded_in_provinces
from services.register import read_async

router = api_router("national", "/national")

MOST_ROUNDS = 100


class CrosscheckQuery(CrosscheckFilter):
    """A page of the findings."""

    after: Cursor | None = None
    limit: Limit = 50


@router.get("/cross-check", response_model=models.Findings)
async def cross_check(request: Request, asked: Annotated[CrosscheckQuery, Parameters()]) -> Response:
    """What the nation should look at, the oldest of each kind first, each with its evidence."""
    at_the_nation(request)
    readers.must_list(await reader(request), "crosscheck")
    now = context(request).decisions.clock()
    async with national_board(request) as conn:
        page = await findings(conn, asked.wanted, now, asked.after, asked.limit)
        as_of = await holding(conn)
    rows = [asdict(row) for row in page.rows]
    document = {"findings": rows, "next": page.next, "as_of": as_of, "filter": asked.in_force}
    return json_response(document, headers=next_page(request, page.next))


@router.get("/provinces", response_model=models.Provinces)
async def side_by_side(request: Request) -> Response:
    """Every province that belongs: how far it is seen, what it holds, how fast it handles, what it missed."""
    at_the_nation(request)
    readers.must_list(await reader(request), "crosscheck")
    now = context(request).decisions.clock()
    async with national_board(request) as conn:
        found = await league(conn, now)
    return json_response({"provinces": [one.document(now) for one in found], "now": now})


@router.get("/comparison", response_model=models.Comparison)
async def compared_provinces(request: Request) -> Response:
    """The provinces over their different packs: by which each judges, its titles and signals in comparable words."""
    at_the_nation(request)
    readers.must_list(await reader(request), "crosscheck")
    here = context(request)
    async with national_board(request) as conn:
        found = await comparison(conn, here.today, await here.pack_today())
    rows = [asdict(one) | {"policy": asdict(one.policy) | {"behind": one.policy.behind}} for one in found]
    scales = {
        name: [{"id": word.value, "zh": word.zh, "en": word.en} for word in words]
        for name, words in (("titles", ComparableTitle), ("signals", ComparableSeverity))
    }
    return json_response({"provinces": rows, "scales": scales, "on": here.today})


@router.get("/papers", response_model=models.ComparedPapers)
async def compared_papers(request: Request) -> Response:
    """The nation's papers against those that provinces recorded under its name, the ones that differ first."""
    at_the_nation(request)
    readers.must_list(await reader(request), "crosscheck")
    here = context(request)
    async with here.pool.connection() as conn:
        streams = await read_async.streams_with(conn, DocumentRecorded.about.type)
        theirs = await recorded_in_provinces(conn)
    ours = await here.states.load(streams, fresh=True)
    found = compared({stream: state for stream, state in ours.items() if isinstance(state, Paper)}, theirs)
    return json_response({"papers": [asdict(one) for one in found]})


class InspectionsQuery(Query):
    """A page of the cross-inspections."""

    after: Cursor | None = None
    limit: Annotated[int, Digits, Field(ge=1, le=MOST_ROUNDS)] = 20


@router.get("/cross-inspections", response_model=models.Inspections)
async def cross_inspections(request: Request, asked: Annotated[InspectionsQuery, Parameters()]) -> Response:
    """Cross-inspections, the latest first: plan, draw, findings, and what is still to be reported."""
    at_the_nation(request)
    readers.must_list(await reader(request), "crosscheck")
    async with context(request).pool.connection() as conn:
        page = await inspections(conn, asked.after, asked.limit)
    return json_response({"inspections": [_document(one) for one in page.rows], "next": page.next})


def _document(one: Inspection) -> dict[str, Any]:
    plan = one.plan
    return {
        "inspection": one.id,
        "round": plan.round,
        "planned_at": one.planned_at,
        "provinces": plan.provinces,
        "per_province": plan.per_province,
        "lists": [listed.model_dump(mode="json") for listed in one.lists.provinces or ()] if one.lists else [],
        "document": one.lists.document.model_dump(mode="json") if one.lists and one.lists.document else None,
        "shares": one.shares,
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
