"""What there is for each row of the policy, the clause matrix; what is public; and where people are too few."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Query as Parameters
from fastapi import Request, Response
from pydantic import Field

from events.fields import Day, PackName, PackVersion
from events.governance.policy import UnstaffedOffice
from services import clause_matrix
from services.api.models import Answer
from services.casework.pack import load_pack
from services.casework.pack_public import PublicLine, lines
from services.casework.policy.staffing import unstaffed
from services.errors import Malformed, NotFound, Problem
from services.http import readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.queries import Query
from services.http.routing import api_router
from services.standing_in import officers

router = api_router("policy", "/policy")


class MatrixRow(Answer):
    """A row of the policy: what it asks, by which clauses, and what there is for it."""

    id: str
    clauses: list[str]
    zh: str
    en: str
    events: list[str]
    rules: list[str]
    seen: list[str]
    pages: list[str]
    missing: str | None
    tests: list[str]


class Gaps(Answer):
    """How many rows there are, and which lack what."""

    rows: int
    without_event: list[str]
    without_rule: list[str]
    without_seen: list[str]
    without_test: list[str]


class Matrix(Answer):
    """Every row, and the gaps."""

    pack: str
    rows: list[MatrixRow]
    gaps: Gaps


@router.get("/matrix", response_model=Matrix)
async def matrix(request: Request) -> Response:
    """The policy row by row: its clauses, events, rules and tests, and where it is seen.

    Tests are those of a checkout; an installed Concord knows none.
    """
    await reader(request)
    rows = [asdict(row) for row in clause_matrix.rows().values()]
    return json_response({"pack": clause_matrix.pack().name, "rows": rows, "gaps": clause_matrix.gaps()})


class Staffing(Query):
    """Which pack, and for which day: what is in force, and today, where none is given."""

    pack: PackName | None = None
    version: PackVersion | None = None
    on: Day | None = None


class UnstaffedOffices(Answer):
    """The offices whose people of that day cannot take a unit to each title of the pack, from the province down."""

    pack: str
    on: date
    offices: list[UnstaffedOffice]


@router.get("/staffing", response_model=UnstaffedOffices)
async def staffing(request: Request, asked: Annotated[Staffing, Parameters()]) -> Response:
    """Where has a pack not the people for its titles? What its adoption asks an arrangement for (I-23, T-03)."""
    readers.must_list(await reader(request), "policy")
    here = context(request)
    if asked.version is not None and asked.pack is None:
        raise Malformed([Problem("?version", "须同时给出pack", "a version is of a pack: give `pack` too")])
    try:
        pack = load_pack(asked.pack, asked.version) if asked.pack is not None else await here.pack_today()
    except KeyError as error:
        raise NotFound(f"policy pack {asked.pack}") from error
    day = asked.on or here.today
    offices = unstaffed(pack, await officers(here.states), day)
    return json_response({"pack": pack.name, "on": day, "offices": [one.model_dump(mode="json") for one in offices]})


class Label(Answer):
    """A text in both languages."""

    zh: str
    en: str


class Publication(Answer):
    """Of whom anybody may see which fields, from when until when, by which clause and on which pages."""

    subject: str
    zh: str
    en: str
    clause: str
    fields: dict[str, Label]
    from_: Label = Field(alias="from")
    until: Label
    routes: list[str]


class PublicTable(Answer):
    """Everything that anybody may see without an account, by the pack in force today."""

    pack: str
    lines: list[Publication]


@router.get("/public", response_model=PublicTable)
async def public(request: Request) -> Response:
    """What is public: who, which field, from when, until when. Needs no account, as what it tells of needs none."""
    pack = await context(request).pack_today()
    return json_response({"pack": pack.name, "lines": [_publication(line) for line in lines(pack.public)]})


def _publication(line: PublicLine) -> dict[str, Any]:
    return {
        "subject": line.subject, "zh": line.zh, "en": line.en, "clause": line.clause,
        "fields": {name: label.model_dump() for name, label in line.fields.items()},
        "from": line.from_.model_dump(), "until": line.until.model_dump(), "routes": list(line.routes),
    }  # fmt: skip
