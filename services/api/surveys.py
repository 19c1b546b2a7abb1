"""Surveys of the workers over HTTP: codes handed out once, and how many answered so far."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query as Parameters
from fastapi import Request, Response

from services import surveys
from services.api.models import Answer
from services.http import readers
from services.http.answers import json_response
from services.http.context import account, context, reader
from services.http.queries import Query
from services.http.routing import api_router
from services.http.surveys import hand_out, open_survey
from services.http.units import known_unit

router = api_router("units", "/units/{unit}/surveys")

SHEET: dict[str, Any] = {
    "description": "The codes, in clear this once",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}


class SurveyProgress(Answer):
    """A survey that is not counted yet: its codes and last day, how many codes were handed out, how many answered."""

    survey: int
    codes: int
    until: date
    handed_out: int
    answered: int


class SurveyCodes(Answer):
    """The one-time codes of a survey, and the page where they are used; the register keeps their digests alone."""

    survey: int
    page: str
    codes: list[str]


class SheetQuery(Query):
    """In which form the codes come."""

    format: Literal["json", "csv"] = "json"


@router.get("/{survey}", response_model=SurveyProgress)
async def progress(request: Request, unit: str, survey: str) -> Response:
    """How far a survey that is not counted yet has come: numbers alone. 404 where there is none."""
    who = await reader(request)
    state = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(state))
    version, held = open_survey(state, survey)
    async with context(request).pool.connection() as conn:
        so_far = await surveys.progress(conn, state.id, version)
    return json_response({"survey": version, "codes": held.codes, "until": held.until, **asdict(so_far)})


@router.post(
    "/{survey}/codes",
    response_model=SurveyCodes,
    status_code=201,
    responses={201: SHEET},
)
async def codes(request: Request, unit: str, survey: str, asked: Annotated[SheetQuery, Parameters()]) -> Response:
    """The codes of a survey, once, for the unit or its union to give to the workers: 409 the second time."""
    who = await account(request)
    state = await known_unit(request, unit)
    version, held = open_survey(state, survey)
    given = await hand_out(request, who, state, version, held)
    page = f"{request.url.scheme}://{request.url.netloc}/survey"
    if asked.format == "json":
        return json_response({"survey": version, "page": page, "codes": given}, 201)
    text = io.StringIO()
    csv.writer(text).writerows([("page", "code"), *((page, code) for code in given)])
    headers = {"Content-Disposition": f'attachment; filename="survey-{version}.csv"'}
    return Response("\ufeff" + text.getvalue(), 201, headers, "text/csv; charset=utf-8")
