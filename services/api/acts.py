"""Who did what to whom, by which rule, on which opinions and evidence: the auditor's question over HTTP."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from events.registry import EVENT_TYPES
from events.words import Ground, House, Level
from projections.acts import queries as acts
from services.api import queries as ask
from services.api.answers import fresh, listed, whole_number
from services.api.context import account, context
from services.errors import Malformed, Problem

router = APIRouter(tags=["acts"])


def acts_filter(request: Request) -> acts.Filter:
    """The filter that a query asks for: officer, act (a decision, or the type of its event), place, ground, title,
    from, to, by.
    """
    by = ask.text(request, "by", 20) or "recorded"
    if by not in ("recorded", "effective"):
        raise Malformed([Problem("?by", "应为recorded或effective", "recorded or effective")])
    chosen: Literal["recorded", "effective"] = "effective" if by == "effective" else "recorded"
    act = ask.text(request, "act", 60)
    return acts.Filter(
        officer=ask.identifier(request, "officer"),
        house=ask.word(request, "house", House),
        level=ask.word(request, "level", Level),
        decision=None if act in EVENT_TYPES else act,
        type=act if act in EVENT_TYPES else None,
        unit=ask.identifier(request, "unit"),
        place=ask.place(request),
        ground=ask.word(request, "ground", Ground),
        title=ask.text(request, "title", 64),
        rule=ask.text(request, "rule", 20),
        since=ask.day(request, "from"),
        until=ask.day(request, "to"),
        by=chosen,
    )


@router.get("/acts")
async def audit(request: Request) -> Response:
    """Every act that fits, newest first, each with rule, clause, pack, opinions, evidence and consent."""
    await account(request)
    wanted = acts_filter(request)
    limit = whole_number(request, "limit", 50, 1, 500) or 50
    async with context(request).pool.connection() as conn:
        headers = await fresh(request, conn, "acts")
        page = await acts.acts(conn, wanted, ask.text(request, "after", 1_000), limit)
    rows = [row._asdict() for row in page.rows]
    return listed(headers, acts=rows, next=page.next)
