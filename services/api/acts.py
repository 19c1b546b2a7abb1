"""Who did what to whom, by which rule, on which opinions and evidence: the auditor's question over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters
from pydantic import Field

from events.registry import EVENT_TYPES
from events.words import Ground, House, Level
from projections.acts import queries as acts
from projections.acts.lines import Line
from services.api import models, readers
from services.api.answers import listed, next_page, snapshot
from services.api.context import reader
from services.api.queries import Act, Day, Id, Page, Place, Query, RuleId, Title
from services.api.readers import Reader

router = APIRouter(tags=["acts"])


class ActsFilter(Query):
    """Which acts: by whom, what, about what; `from` and `to` are days, both included, as `by` says: when it was
    recorded, or from when it holds.
    """

    officer: Id | None = None
    house: House | None = None
    level: Level | None = None
    act: Act | None = None
    unit: Id | None = None
    place: Place | None = None
    ground: Ground | None = None
    title: Title | None = None
    rule: RuleId | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    by: Literal["recorded", "effective"] = "recorded"

    @property
    def wanted(self) -> acts.Filter:
        """As the projection is asked."""
        of_a_type = self.act in EVENT_TYPES
        return acts.Filter(
            officer=self.officer, house=self.house, level=self.level, unit=self.unit, place=self.place,
            decision=None if of_a_type else self.act, type=self.act if of_a_type else None,
            ground=self.ground, title=self.title, rule=self.rule, since=self.from_, until=self.to, by=self.by,
        )  # fmt: skip


class ActsQuery(ActsFilter, Page):
    """A page of the acts."""


def seen_by(who: Reader, asked: ActsFilter) -> acts.Filter:
    """As the projection is asked for somebody: a unit reads the acts on it, a source its own. Raises Forbidden."""
    own = {"officer": who.holder} if who.uri is not None else {"unit": who.unit}
    readers.must_list(who, "source" if who.uri is not None else "unit", asked.place)
    return replace(asked.wanted, seen=readers.visible(who, **own))


def told(who: Reader, row: Line) -> Line:
    """An act as somebody may read it."""
    zh, en = readers.sentences(who, row.type, row.zh, row.en)
    return row._replace(zh=zh, en=en)


@router.get("/acts", response_model=models.Acts)
async def audit(request: Request, asked: Annotated[ActsQuery, Parameters()]) -> Response:
    """Every act that fits, newest first, each with rule, clause, pack, opinions, evidence and consent."""
    who = await reader(request)
    wanted = seen_by(who, asked)
    async with snapshot(request, who, "acts", asked.min_position) as (conn, headers):
        page = await acts.acts(conn, wanted, asked.after, asked.limit)
    rows = [told(who, row)._asdict() for row in page.rows]
    return listed(headers | next_page(request, page.next), asked, acts=rows, next=page.next)
