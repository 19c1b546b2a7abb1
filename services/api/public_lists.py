"""What is in public, for machines: who is to be named, listed or commended, and the lists that were published."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request, Response

from services.api.models import Answer, Open
from services.http.answers import json_response
from services.http.context import context
from services.http.publicity import Candidate, InPublic, Listed, Shown, in_public, published_list
from services.http.routing import api_router

router = api_router("publicity", "/publicity")


class PublicityAnswer(Answer):
    """What is in public today. Each entry has the fields that the pack makes public; `page` is where anybody reads it,
    `object` where anybody objects to it while that may be.
    """

    on: date
    units: list[Open]
    lists: list[Open]
    honours: list[Open]
    published: list[Open]


class PublishedList(Open):
    """A list that was published, and who stands on it, as far as that is public."""

    units: list[Open]


@router.get("", response_model=PublicityAnswer)
async def publicity(request: Request) -> Response:
    """Who is in public today, and until when may be objected, and where? Needs no account."""
    return json_response({"on": context(request).today, **_told(await in_public(request))})


@router.get("/lists/{round}", response_model=PublishedList)
async def published(request: Request, round: str) -> Response:  # noqa: A002 (the word of the path)
    """Who stands on the published list of a round? Needs no account."""
    shown, units = await published_list(request, round)
    return json_response({**shown, "units": units})


def _told(found: InPublic) -> dict[str, list[dict[str, Any]]]:
    def lists(found: list[Listed]) -> list[dict[str, Any]]:
        return [
            _entry(one.shown, f"/publicity/lists/{one.round}", open_=one.open) | {"units": one.units} for one in found
        ]

    def candidate(one: Candidate) -> dict[str, Any]:
        return {**one.shown, "object": f"/publicity/{one.unit}/object?title={one.title}" if one.open else None}

    return {
        "units": [candidate(one) for one in found.candidates],
        "lists": lists(found.lists),
        "honours": [_entry(one.shown, f"/publicity/honours/{one.honour}", open_=True) for one in found.honours],
        "published": lists(found.published),
    }


def _entry(shown: Shown, page: str, *, open_: bool) -> dict[str, Any]:
    return {**shown, "page": page, "object": f"{page}/object" if open_ else None}
