"""What there is for each row of the policy: the clause matrix."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from services import clause_matrix
from services.api.models import Answer
from services.http.answers import json_response
from services.http.context import reader

router = APIRouter(prefix="/policy", tags=["policy"])


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
