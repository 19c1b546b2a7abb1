"""Who is in public before it is decided, and until when may be objected; and the lists that were published."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.errors import NotFound
from services.http.context import context
from services.http.publicity import (
    honour_in_public,
    in_public,
    list_in_public,
    may_object,
    of_list,
    published_list,
)
from services.web.render import kept, page

router = APIRouter(include_in_schema=False)


@router.get("/publicity")
async def publicity(request: Request) -> Response:
    """Who is about to be named, listed or commended, until when may be objected, and where; which lists are out?"""
    here = context(request)
    pack, found = await here.pack_today(), await in_public(request)
    rows = [
        (one.shown, f"/publicity/{one.unit}/object?title={one.title}" if one.open else None) for one in found.candidates
    ]
    shown = page(
        request, "publicity.html", public=True, pack=pack, rows=rows, columns=pack.public["candidate"].fields,
        lists=found.lists, honours=found.honours, published=found.published, today=here.today,
    )  # fmt: skip
    return kept(shown)


@router.get("/publicity/lists/{round}")
async def list_page(request: Request, round: str) -> Response:  # noqa: A002 (the word of the path)
    """Who stands on the list of a round that is in public, or was published?"""
    here = context(request)
    pack = await here.pack_today()
    try:
        round_, listed, units = await list_in_public(request, round)
    except NotFound:
        published, rows = await published_list(request, round)
        return kept(page(request, "published-list.html", public=True, pack=pack, published=published, rows=rows))
    return kept(
        page(
            request, "publicity-list.html", public=True, pack=pack, listed=of_list(round_, listed, pack), units=units,
            link=f"/publicity/lists/{round_.id}/object" if here.today <= listed.until else None,
        )
    )  # fmt: skip


@router.get("/publicity/honours/{honour}")
async def honour_page(request: Request, honour: str) -> Response:
    """Who is to be commended, with what, and until when may be objected?"""
    here = context(request)
    found, shown = await honour_in_public(request, honour)
    return kept(
        page(
            request, "publicity-honour.html", public=True, pack=await here.pack_today(), honour=shown,
            link=f"/publicity/honours/{found.id}/object" if may_object(found, here.today) else None,
        )
    )  # fmt: skip
