"""Pages that explain, for anybody: the policy clause by clause, what the register does for it, and what is public."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services import clause_matrix
from services.casework.pack_public import lines
from services.http.context import context
from services.web.render import kept, page

router = APIRouter(include_in_schema=False)


@router.get("/help/policy")
async def policy(request: Request) -> Response:
    """What does each clause of the policy ask, and what is there for it?"""
    pack = clause_matrix.pack()
    rows = clause_matrix.rows().values()
    return kept(page(request, "help-policy.html", public=True, pack=pack, rows=rows))


@router.get("/help/public")
async def public(request: Request) -> Response:
    """What may anybody see without an account, of whom, from when, until when?"""
    pack = await context(request).pack_today()
    return kept(page(request, "help-public.html", public=True, pack=pack, lines=list(lines(pack.public))))
