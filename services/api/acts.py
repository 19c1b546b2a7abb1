"""Who did what to whom, by which rule, on which opinions and evidence: the auditor's question over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query as Parameters
from fastapi import Request, Response

from projections.acts import queries as acts
from services.api import models
from services.http.acts import seen_by, told
from services.http.answers import listed, next_page, snapshot
from services.http.context import reader
from services.http.filters import ActsFilter
from services.http.queries import Page
from services.http.routing import api_router

router = api_router("acts")


class ActsQuery(ActsFilter, Page):
    """A page of the acts."""


@router.get("/acts", response_model=models.Acts)
async def audit(request: Request, asked: Annotated[ActsQuery, Parameters()]) -> Response:
    """Every act that fits, newest first, each with rule, clause, pack, opinions, evidence and consent."""
    who = await reader(request)
    wanted = seen_by(who, asked)
    async with snapshot(request, who, "acts", asked.min_position) as (conn, headers):
        page = await acts.acts(conn, wanted, asked.after, asked.limit)
    rows = [told(who, row)._asdict() for row in page.rows]
    return listed(headers | next_page(request, page.next), asked, acts=rows, next=page.next)
