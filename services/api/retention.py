"""What has been kept for its time, and what holds it back (T-27)."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request, Response

from services import retention
from services.api.models import Answer
from services.casework.register.state import Register, register_stream
from services.errors import NotFound
from services.http import readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.routing import api_router

router = api_router("retention", "/retention")


class RetentionTable(Answer):
    """The table of times, what is due by it today, and the holds in force by the entries that placed them."""

    on: date
    lines: list[dict[str, Any]]
    due: list[dict[str, Any]]
    holds: list[dict[str, Any]]


@router.get("", response_model=RetentionTable)
async def due(request: Request) -> Response:
    """What papers, attachments and personal data have been kept for their time, the longest overdue first."""
    readers.must_list(await reader(request), "register")
    here = context(request)
    register = await here.states.current(Register, register_stream(here.settings.place))
    if register is None:
        raise NotFound("the register, which is not opened yet")
    pack = await here.pack_today()
    async with here.pool.connection() as conn:
        found = await retention.due(conn, register, pack, here.today)
    document = {
        "on": here.today,
        "lines": [
            {"line": name, "zh": line.zh, "en": line.en, "clause": line.clause, "holds": line.holds,
             "fields": line.fields, "keeps": str(line.keeps)}
            for name, line in pack.retention.items()
        ],
        "due": [one.document() for one in found],
        "holds": [
            {"version": version, "units": sorted(map(str, hold.units)), "papers": sorted(hold.papers)}
            for version, hold in register.holds.items()
        ],
    }  # fmt: skip
    return json_response(document)
